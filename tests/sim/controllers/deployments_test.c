/*
 * tests/sim/controllers/deployments_test.c - a Deployment's pods, status and Endpoints over time, as a real controller manager has them.
 *
 * Source: kubernetes.md fact 39 (recorded).
 */
#include <stdio.h>
#include <string.h>

#include "sim/objects.h"
#include "tests/sim/story.h"
#include "tests/test.h"

static Story story;

static const cJSON *tsb(void)
{
    return kube_find(story.mp1->cluster, "deployments", "tsb", "tsb");
}

/* Each state that a watch would have shown: "gGENERATION oOBSERVED rREADY Available". */
typedef struct {
    char states[24][64];
    int count;
} Seen;

static void on_change(void *owner, const KubeChange *change)
{
    Seen *seen = owner;
    const cJSON *condition = NULL;
    const char *available = "-";

    if (strcmp(json_string_or(change->object, "metadata/name", ""), "tsb") != 0 ||
        change->type == KUBE_DELETED || seen->count == 24)
        return;
    cJSON_ArrayForEach(condition, json_find(change->object, "status/conditions"))
    {
        if (strcmp(json_string_or(condition, "type", ""), "Available") == 0)
            available = json_string_or(condition, "status", "");
    }
    snprintf(seen->states[seen->count++], 64, "g%lld o%lld r%s %s",
             (long long)json_integer_or(change->object, "metadata/generation", 0),
             (long long)json_integer_or(change->object, "status/observedGeneration", 0),
             json_has(change->object, "status/readyReplicas") ? "1" : "-", available);
}

/* The states in order, each once. */
static void check_states(const Seen *seen, const char *const *expected)
{
    int at = 0;

    for (int i = 0; i < seen->count; i++) {
        if (i > 0 && strcmp(seen->states[i], seen->states[i - 1]) == 0)
            continue;
        CHECK_TEXT(seen->states[i], expected[at]);
        if (expected[at])
            at++;
    }
    CHECK_TEXT(NULL, expected[at]);
}

static void test_down_and_up(void)
{
    static const char *const DOWN[] = {"g2 o1 r1 True", "g2 o2 r1 True", "g2 o2 r- True", NULL};
    static const char *const UP[] = {"g3 o2 r- True", "g3 o3 r- False", "g3 o3 r1 True", NULL};
    Seen down = {0}, up = {0};
    int handle;

    story_begin(&story, 9, "");
    handle = kube_listen(story.mp1->cluster, "deployments", on_change, &down);
    story_scale(story.mp1, "tsb", 0);
    story_pass(&story, 30000);
    kube_unlisten(story.mp1->cluster, handle);
    check_states(&down, DOWN);
    handle = kube_listen(story.mp1->cluster, "deployments", on_change, &up);
    story_scale(story.mp1, "tsb", 1);
    story_pass(&story, 30000);
    kube_unlisten(story.mp1->cluster, handle);
    check_states(&up, UP);
    story_end(&story);
}

static bool first_pod(void *owner, const cJSON *pod)
{
    char *name = owner;

    snprintf(name, 96, "%s", json_string_or(pod, "metadata/name", ""));
    return false;
}

static void find_pod(char out_name[96])
{
    out_name[0] = '\0';
    kube_each(story.mp1->cluster, "pods", "tsb", "app=tsb", first_pod, out_name);
}

static bool count_pod(void *owner, const cJSON *pod)
{
    (void)pod;
    ++*(int *)owner;
    return true;
}

static int count_pods(void)
{
    int count = 0;

    kube_each(story.mp1->cluster, "pods", "tsb", "app=tsb", count_pod, &count);
    return count;
}

/* While a pod is Terminating it is there, and no longer in the Endpoints. */
static void test_terminating(void)
{
    char name[96];

    story_begin(&story, 9, "pods: {stop: 8s}");
    find_pod(name);
    CHECK_TEXT(json_string_or(kube_find(story.mp1->cluster, "pods", "tsb", name), "status/phase",
                              ""),
               "Running");
    story_scale(story.mp1, "tsb", 0);
    story_pass(&story, 2000);
    CHECK(
        json_has(kube_find(story.mp1->cluster, "pods", "tsb", name), "metadata/deletionTimestamp"));
    CHECK(!json_has(kube_find(story.mp1->cluster, "endpoints", "tsb", "tsb"), "subsets"));
    CHECK(plane_is_api_serving(story.mp1));
    story_pass(&story, 8000);
    CHECK(kube_find(story.mp1->cluster, "pods", "tsb", name) == NULL);
    CHECK(!plane_is_api_serving(story.mp1));
    story_end(&story);
}

/* kubectl rollout restart: the new pod first, then the old one goes. */
static void test_rollout(void)
{
    char before[96], after[96];

    story_begin(&story, 9, "");
    find_pod(before);
    object_merge(story.mp1->cluster, "deployments", "tsb", "tsb", "kubectl-rollout",
                 object_format("{'spec':{'template':{'metadata':{'annotations':"
                               "{'kubectl.kubernetes.io/restartedAt':'now'}}}}}"));
    for (int i = 0; i < 40; i++) {
        story_pass(&story, 1000);
        CHECK(plane_is_api_serving(story.mp1));
        CHECK(count_pods() <= 2);
    }
    find_pod(after);
    CHECK_INTEGER(count_pods(), 1);
    CHECK(strcmp(before, after) != 0);
    CHECK_TEXT(story_available(story.mp1, "tsb"), "True");
    story_end(&story);
}

static void test_pod_deleted(void)
{
    char before[96], after[96];

    story_begin(&story, 9, "pods: {start: 10s, stop: 3s}");
    find_pod(before);
    object_delete(story.mp1->cluster, "pods", "tsb", before);
    story_pass(&story, 1000);
    CHECK(plane_is_api_serving(story.mp1));
    CHECK_INTEGER(count_pods(), 2);
    story_pass(&story, 3000);
    CHECK(!plane_is_api_serving(story.mp1));
    story_pass(&story, 7000);
    CHECK(plane_is_api_serving(story.mp1));
    find_pod(after);
    CHECK(*after && strcmp(before, after) != 0);
    story_end(&story);
}

/* A client's own Deployment is looked after, too: new, and gone with its pods. */
static void test_new_and_gone(void)
{
    story_begin(&story, 9, "operator: {deploymentReady: 30s}");
    object_deployment(story.mp1->cluster, "tsb", "fresh", "kubectl-create", 2, "fresh:1", NULL,
                      NULL);
    CHECK_TEXT(story_available(story.mp1, "fresh"), "");
    story_pass(&story, 1000);
    CHECK_TEXT(story_available(story.mp1, "fresh"), "False");
    story_pass(&story, 32000);
    CHECK_TEXT(story_available(story.mp1, "fresh"), "True");
    CHECK_INTEGER(controllers_ready(story.mp1->controllers, "tsb", "fresh"), 2);
    CHECK_TEXT(json_string_or(kube_find(story.mp1->cluster, "persistentvolumeclaims", "tsb",
                                        "postgres-db-tsb-postgres-1-0"),
                              "status/phase", ""),
               "Bound");
    object_delete(story.mp1->cluster, "deployments", "tsb", "fresh");
    story_pass(&story, 20000);
    CHECK_INTEGER(controllers_serving(story.mp1->controllers, "tsb", "fresh"), 0);
    CHECK(tsb() != NULL);
    story_end(&story);
}

TEST_SUITE("sim/controllers/deployments", {"down and up", test_down_and_up},
           {"terminating", test_terminating}, {"rollout", test_rollout},
           {"a pod is deleted", test_pod_deleted}, {"new and gone", test_new_and_gone});
