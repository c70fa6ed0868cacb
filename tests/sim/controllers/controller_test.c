/*
 * tests/sim/controllers/controller_test.c - what can be wrong with a controller, on command; garbage, namespaces, autoscalers.
 */
#include "sim/controllers/controller.h"

#include <stdio.h>
#include <string.h>

#include "sim/controllers/facts.h"
#include "sim/objects.h"
#include "tests/sim/story.h"
#include "tests/test.h"

static Story story;

static Controller *find(const char *name)
{
    return controller_next(story.world, NULL, "mp1", name);
}

static const cJSON *tsb(void)
{
    return kube_find(story.mp1->cluster, "deployments", "tsb", "tsb");
}

static bool is_observed(void)
{
    return json_integer_or(tsb(), "status/observedGeneration", 0) ==
           json_integer_or(tsb(), "metadata/generation", 0);
}

static void test_slow(void)
{
    story_begin(&story, 5, "");
    controller_slow(find("deployment"), 20000);
    story_scale(story.mp1, "tsb", 0);
    story_pass(&story, 19000);
    CHECK(!is_observed());
    story_pass(&story, 2000);
    CHECK(is_observed());
    story_end(&story);
}

static void test_crash(void)
{
    story_begin(&story, 5, "");
    controller_crash(find("replicaset"), true);
    story_scale(story.mp1, "tsb", 0);
    story_pass(&story, 60000);
    CHECK(is_observed());
    CHECK_INTEGER(plane_ready_pods(story.mp1, "tsb"), 1);
    controller_crash(find("replicaset"), false);
    story_pass(&story, 20000);
    CHECK_INTEGER(plane_ready_pods(story.mp1, "tsb"), 0);
    story_end(&story);
}

/* It scales by what was asked for ten seconds ago, and does not make twice what it does not see yet. */
static void test_lag(void)
{
    story_begin(&story, 5, "pods: {start: 1s, stop: 1s}");
    controller_lag(find("deployment"), 10000);
    controller_lag(find("replicaset"), 10000);
    story_scale(story.mp1, "web", 3);
    story_pass(&story, 9000);
    CHECK_INTEGER(plane_ready_pods(story.mp1, "web"), 1);
    story_pass(&story, 40000);
    CHECK_INTEGER(plane_ready_pods(story.mp1, "web"), 3);
    controller_lag(find("deployment"), 0);
    controller_lag(find("replicaset"), 0);
    story_scale(story.mp1, "web", 1);
    story_pass(&story, 5000);
    CHECK_INTEGER(plane_ready_pods(story.mp1, "web"), 1);
    story_end(&story);
}

static void test_fight(void)
{
    story_begin(&story, 5, "");
    controller_fight(find("tsb-operator"), "deployments", "tsb", "tsb", 4000);
    story_scale(story.mp1, "tsb", 0);
    story_pass(&story, 5000);
    CHECK_INTEGER(json_integer_or(tsb(), "spec/replicas", 0), 1);
    object_delete(story.mp1->cluster, "deployments", "tsb", "tsb");
    story_pass(&story, 5000);
    CHECK(tsb() != NULL);
    controller_fight(find("tsb-operator"), NULL, NULL, NULL, 0);
    story_scale(story.mp1, "tsb", 0);
    story_pass(&story, 30000);
    CHECK_INTEGER(json_integer_or(tsb(), "spec/replicas", 1), 0);
    story_end(&story);
}

/* An operator is level-based, too: what it made and somebody deleted is there again. */
static void test_made_again(void)
{
    story_begin(&story, 5, "");
    object_delete(story.mp1->cluster, "deployments", "tsb", "web");
    story_pass(&story, 2000);
    CHECK(kube_find(story.mp1->cluster, "deployments", "tsb", "web") == NULL);
    story_pass(&story, 60000);
    CHECK_INTEGER(plane_ready_pods(story.mp1, "web"), 1);
    CHECK_INTEGER(story_count(&story, "mp1", EVENT_CONTROLLER_CHANGE, "web: made it again"), 1);
    story_end(&story);
}

static bool any_of_web(void *owner, const cJSON *object)
{
    *(int *)owner += strncmp(fact_name(object), "web-", 4) == 0;
    return true;
}

static int of_web(const char *resource)
{
    int count = 0;

    kube_each(story.mp1->cluster, resource, "tsb", NULL, any_of_web, &count);
    return count;
}

static void delete_web(const char *propagation)
{
    CHECK(kube_delete(story.mp1->cluster, "deployments", "tsb", "web",
                      &(KubeDeletion){.propagation = propagation}, NULL, NULL));
}

static void test_garbage(void)
{
    story_begin(&story, 5, "pods: {stop: 4s}");
    controller_crash(find("tsb-operator"), true);
    delete_web("Background");
    story_pass(&story, 3000);
    CHECK_INTEGER(of_web("replicasets"), 0);
    CHECK_INTEGER(of_web("pods"), 1);
    story_pass(&story, 4000);
    CHECK_INTEGER(of_web("pods"), 0);
    story_end(&story);

    story_begin(&story, 5, "pods: {stop: 4s}");
    controller_crash(find("tsb-operator"), true);
    delete_web("Foreground");
    story_pass(&story, 3000);
    CHECK(fact_is_leaving(kube_find(story.mp1->cluster, "deployments", "tsb", "web")));
    story_pass(&story, 4000);
    CHECK(kube_find(story.mp1->cluster, "deployments", "tsb", "web") == NULL);
    CHECK_INTEGER(of_web("pods"), 0);
    story_end(&story);

    story_begin(&story, 5, "");
    controller_crash(find("tsb-operator"), true);
    delete_web("Orphan");
    story_pass(&story, 5000);
    CHECK(kube_find(story.mp1->cluster, "deployments", "tsb", "web") == NULL);
    CHECK_INTEGER(of_web("replicasets"), 1);
    CHECK_INTEGER(plane_ready_pods(story.mp1, "web"), 1);
    story_end(&story);
}

static void test_namespace(void)
{
    const cJSON *ns;

    story_begin(&story, 5, "");
    object_namespace(story.mp1->cluster, "work");
    object_deployment(story.mp1->cluster, "work", "a", "kubectl-create", 1, "a:1", NULL, NULL);
    object_create(story.mp1->cluster, "configmaps", "work", "kubectl-create",
                  object_format("{'metadata':{'name':'held','finalizers':['example.com/hold']}}"));
    story_pass(&story, 100000);
    object_delete(story.mp1->cluster, "namespaces", NULL, "work");
    story_pass(&story, 60000);
    ns = kube_find(story.mp1->cluster, "namespaces", NULL, "work");
    CHECK_TEXT(json_string_or(ns, "status/phase", ""), "Terminating");
    CHECK(fact_condition_is(ns, "NamespaceFinalizersRemaining", "True"));
    CHECK_TEXT(json_string_or(fact_condition(ns, "NamespaceContentRemaining"), "message", ""),
               "Some resources are remaining: configmaps. has 1 resource instances");
    CHECK(kube_find(story.mp1->cluster, "deployments", "work", "a") == NULL);
    object_merge(story.mp1->cluster, "configmaps", "work", "held", "kubectl-edit",
                 object_format("{'metadata':{'finalizers':null}}"));
    story_pass(&story, 1000);
    CHECK(kube_find(story.mp1->cluster, "namespaces", NULL, "work") == NULL);
    story_end(&story);
}

static void test_autoscaler(void)
{
    story_begin(&story, 5, "autoscaler: {load: 400}");
    story_pass(&story, 40000);
    CHECK_INTEGER(json_integer_or(kube_find(story.mp1->cluster, "deployments", "tsb", "envoy"),
                                  "spec/replicas", 0),
                  6);
    story_scale(story.mp1, "envoy", 0);
    story_pass(&story, 60000);
    CHECK_INTEGER(plane_ready_pods(story.mp1, "envoy"), 0);
    CHECK(
        fact_condition_is(kube_find(story.mp1->cluster, "horizontalpodautoscalers", "tsb", "envoy"),
                          "ScalingActive", "False"));
    story_end(&story);
}

TEST_SUITE("sim/controllers/controller", {"slow", test_slow}, {"crash", test_crash},
           {"lag", test_lag}, {"fight", test_fight}, {"made again", test_made_again},
           {"garbage", test_garbage}, {"namespace", test_namespace},
           {"autoscaler", test_autoscaler});
