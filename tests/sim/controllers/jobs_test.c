/*
 * tests/sim/controllers/jobs_test.c - Jobs, CronJobs and StatefulSets over time.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sim/controllers/facts.h"
#include "sim/objects.h"
#include "tests/sim/story.h"
#include "tests/test.h"

static Story story;
static const char USER[] = "kubectl-create";

static const cJSON *find(const char *resource, const char *name)
{
    return kube_find(story.mp1->cluster, resource, "default", name);
}

typedef struct {
    const char *owner;
    int all, active;
} Count;

static bool count_one(void *data, const cJSON *object)
{
    Count *count = data;
    const cJSON *owner = fact_controller(object);

    if (owner && strcmp(json_string_or(owner, "name", ""), count->owner) == 0) {
        count->all++;
        count->active += fact_pod_is_active(object);
    }
    return true;
}

static Count count(const char *resource, const char *owner)
{
    Count count = {.owner = owner};

    kube_each(story.mp1->cluster, resource, "default", NULL, count_one, &count);
    return count;
}

static void make_job(const char *name, const char *spec, const char *command)
{
    char text[300];
    cJSON *job;

    snprintf(text, sizeof text, "{'metadata':{'name':'%s'},'spec':{%s}}", name, spec);
    job = object_format(text, "");
    json_put(job, "spec/template",
             object_format("{'spec':{'restartPolicy':'Never','containers':[{'name':'c',"
                           "'image':'busybox','command':['sh','-c','%s']}]}}",
                           command));
    object_create(story.mp1->cluster, "jobs", "default", USER, job);
}

static void test_job(void)
{
    story_begin(&story, 3, "pods: {start: 2s}");
    make_job("three", "'completions':3,'parallelism':2,'ttlSecondsAfterFinished':60", "sleep 10");
    story_pass(&story, 5000);
    CHECK_INTEGER(count("pods", "three").active, 2);
    CHECK_INTEGER(json_integer_or(find("jobs", "three"), "status/active", 0), 2);
    story_pass(&story, 25000);
    CHECK(fact_condition_is(find("jobs", "three"), "Complete", "True"));
    CHECK_INTEGER(json_integer_or(find("jobs", "three"), "status/succeeded", 0), 3);
    CHECK_INTEGER(count("pods", "three").all, 3);
    story_pass(&story, 62000);
    CHECK(find("jobs", "three") == NULL);
    CHECK_INTEGER(count("pods", "three").all, 0);
    story_end(&story);
}

static void test_job_fails(void)
{
    story_begin(&story, 3, "pods: {start: 1s}");
    make_job("bad", "'backoffLimit':2", "exit 3");
    make_job("long", "'activeDeadlineSeconds':20", "sleep 1000");
    story_pass(&story, 25000);
    CHECK(fact_condition_is(find("jobs", "long"), "Failed", "True"));
    CHECK_TEXT(json_string_or(fact_condition(find("jobs", "long"), "Failed"), "reason", ""),
               "DeadlineExceeded");
    CHECK(!fact_condition_is(find("jobs", "bad"), "Failed", "True"));
    story_pass(&story, 40000);
    CHECK_TEXT(json_string_or(fact_condition(find("jobs", "bad"), "Failed"), "reason", ""),
               "BackoffLimitExceeded");
    CHECK_INTEGER(json_integer_or(find("jobs", "bad"), "status/failed", 0), 3);
    CHECK_INTEGER(count("pods", "long").active, 0);
    story_end(&story);
}

static void make_cron(const char *name, const char *spec, const char *command)
{
    char text[500];

    snprintf(text, sizeof text,
             "{'metadata':{'name':'%s'},'spec':{'schedule':'*/5 * * * *',%s"
             "'jobTemplate':{'spec':{'template':{'spec':{'restartPolicy':'Never',"
             "'containers':[{'name':'c','image':'i','command':['sh','-c','%s']}]}}}}}}",
             name, spec, command);
    object_create(story.mp1->cluster, "cronjobs", "default", USER, object_format(text, ""));
}

static void test_cron(void)
{
    story_begin(&story, 3, "");
    make_cron("often", "'successfulJobsHistoryLimit':1,", "sleep 5");
    make_cron("slow", "'concurrencyPolicy':'Forbid',", "sleep 5000");
    make_cron("again", "'concurrencyPolicy':'Replace',", "sleep 5000");
    make_cron("off", "'suspend':true,", "true");
    story_pass(&story, 299000 - clock_wall_ms() % 300000);
    CHECK_INTEGER(count("jobs", "often").all, 0);
    story_pass(&story, 3000);
    CHECK_INTEGER(count("jobs", "often").all, 1);
    CHECK(json_has(find("cronjobs", "often"), "status/active"));
    story_pass(&story, 660000);
    CHECK_INTEGER(count("jobs", "often").all, 1);
    CHECK_INTEGER(count("jobs", "slow").all, 1);
    CHECK_INTEGER(count("jobs", "again").all, 1);
    CHECK_INTEGER(count("jobs", "off").all, 0);
    CHECK(json_has(find("cronjobs", "often"), "status/lastSuccessfulTime"));
    story_end(&story);
}

static void test_statefulset(void)
{
    cJSON *set = object_format(
        "{'metadata':{'name':'db'},'spec':{'replicas':3,'serviceName':'db','selector':{'matchLabels':"
        "{'app':'db'}},'template':{'metadata':{'labels':{'app':'db'}},'spec':{'containers':"
        "[{'name':'db','image':'db:1'}]}},'volumeClaimTemplates':[{'metadata':{'name':'data'},"
        "'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}]}}");

    story_begin(&story, 3, "pods: {start: 5s, stop: 1s}");
    object_create(story.mp1->cluster, "statefulsets", "default", USER, set);
    story_pass(&story, 3000);
    CHECK_INTEGER(count("pods", "db").all, 1);
    story_pass(&story, 17000);
    CHECK_INTEGER(count("pods", "db").all, 3);
    CHECK(fact_pod_is_ready(find("pods", "db-2")));
    CHECK_INTEGER(json_integer_or(find("statefulsets", "db"), "status/readyReplicas", 0), 3);
    CHECK_TEXT(json_string_or(find("persistentvolumeclaims", "data-db-1"), "status/phase", ""),
               "Bound");
    object_merge(story.mp1->cluster, "statefulsets", "default", "db", USER,
                 object_format("{'spec':{'replicas':1,'template':{'metadata':{'annotations':"
                               "{'a':'b'}}}}}"));
    story_pass(&story, 30000);
    CHECK_INTEGER(count("pods", "db").all, 1);
    CHECK_TEXT(json_string_or(find("statefulsets", "db"), "status/currentRevision", "?"),
               json_string_or(find("statefulsets", "db"), "status/updateRevision", ""));
    CHECK(find("persistentvolumeclaims", "data-db-2") != NULL);
    story_end(&story);
}

TEST_SUITE("sim/controllers/jobs", {"job", test_job}, {"job fails", test_job_fails},
           {"cron", test_cron}, {"statefulset", test_statefulset});
