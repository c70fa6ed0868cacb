/*
 * tests/fakes/kubernetes/form/job_test.c - what a Job and an EndpointSlice are given that their makers left out.
 */
#include "fakes/kubernetes/form/job.h"
#include "tests/fakes/kubernetes/fixture.h"
#include "tests/test.h"

static const char JOB[] =
    "{'metadata':{'name':'j'},'spec':{'template':{'spec':{'restartPolicy':'Never',"
    "'containers':[{'name':'c','image':'x:1'}]}}}}";

static const char *label(const cJSON *json, const char *path, const char *key)
{
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(json_find(json, path), key);

    return cJSON_IsString(found) ? found->valuestring : "none";
}

static void test_a_job_selects_its_own_pods(void)
{
    static const char LABELS[] = "spec/template/metadata/labels";
    KubeCluster *cluster = fixture_cluster();
    const cJSON *job;
    const char *uid;

    CHECK(fixture_create(cluster, "jobs", JOB, NULL));
    job = fixture_find(cluster, "jobs", "j");
    uid = json_string(job, "metadata/uid");
    CHECK_TEXT(label(job, "spec/selector/matchLabels", "batch.kubernetes.io/controller-uid"), uid);
    CHECK_TEXT(label(job, LABELS, "batch.kubernetes.io/controller-uid"), uid);
    CHECK_TEXT(label(job, LABELS, "controller-uid"), uid);
    CHECK_TEXT(label(job, LABELS, "batch.kubernetes.io/job-name"), "j");
    CHECK_TEXT(label(job, LABELS, "job-name"), "j");
    kube_cluster_free(cluster);
}

static void test_a_job_with_a_selector_of_its_own_keeps_it(void)
{
    KubeCluster *cluster = fixture_cluster();
    const cJSON *job;

    CHECK(fixture_create(cluster, "jobs",
                         "{'metadata':{'name':'j'},'spec':{'manualSelector':true,"
                         "'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':"
                         "{'a':'b'}},'spec':{'restartPolicy':'Never','containers':"
                         "[{'name':'c','image':'x:1'}]}}}}",
                         NULL));
    job = fixture_find(cluster, "jobs", "j");
    CHECK_INTEGER(cJSON_GetArraySize(json_find(job, "spec/selector/matchLabels")), 1);
    CHECK_INTEGER(cJSON_GetArraySize(json_find(job, "spec/template/metadata/labels")), 1);
    kube_cluster_free(cluster);
}

/* kubectl describe reads the name without asking whether there is one. */
static void test_a_port_of_a_slice_has_a_name(void)
{
    KubeCluster *cluster = fixture_cluster();

    CHECK(fixture_create(cluster, "endpointslices",
                         "{'metadata':{'name':'s'},'addressType':'IPv4','endpoints':[],"
                         "'ports':[{'port':80}]}",
                         NULL));
    CHECK_TEXT(json_string_or(fixture_find(cluster, "endpointslices", "s"), "ports/0/name", "none"),
               "");
    CHECK(fixture_create(cluster, "endpoints",
                         "{'metadata':{'name':'e'},'subsets':[{'addresses':[{'ip':'192.0.2.1'}],"
                         "'ports':[{'port':80}]}]}",
                         NULL));
    CHECK_TEXT(json_string_or(fixture_find(cluster, "endpoints", "e"), "subsets/0/ports/0/name",
                              "none"),
               "none");
    kube_cluster_free(cluster);
}

TEST_SUITE("fakes/kubernetes/form/job",
           {"a job selects its own pods", test_a_job_selects_its_own_pods},
           {"a job with a selector of its own keeps it",
            test_a_job_with_a_selector_of_its_own_keeps_it},
           {"a port of a slice has a name", test_a_port_of_a_slice_has_a_name});
