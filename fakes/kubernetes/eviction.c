/*
 * fakes/kubernetes/eviction.c - POST pods/NAME/eviction: a delete that a PodDisruptionBudget may refuse.
 *
 * Source: "API-initiated Eviction"; kube-apiserver 1.32, registry/core/pod/storage/eviction.go.
 */
#include <string.h>

#include "base/clock.h"
#include "fakes/kubernetes/request.h"
#include "fakes/kubernetes/selector.h"

enum { STILL_PROCESSED_RETRY_S = 10 };

/* ---- the budget ------------------------------------------------------------------------------- */

/* A pod that does no work, or goes anyway, costs no budget. */
static bool is_free(const cJSON *pod)
{
    static const char *const PHASES[] = {"Succeeded", "Failed", "Pending"};
    const char *phase = json_string_or(pod, "status/phase", "");

    for (size_t i = 0; i < sizeof PHASES / sizeof *PHASES; i++)
        if (strcmp(PHASES[i], phase) == 0)
            return true;
    return *kube_metadata_text(pod, "deletionTimestamp") != 0;
}

static bool is_ready(const cJSON *pod)
{
    const cJSON *condition;

    cJSON_ArrayForEach(condition, json_find(pod, "status/conditions"))
    {
        if (strcmp(json_string_or(condition, "type", ""), "Ready") == 0)
            return strcmp(json_string_or(condition, "status", ""), "True") == 0;
    }
    return false;
}

/* Whether the budget lets a pod that is not ready go without being asked. */
static bool spares_unready(const cJSON *budget)
{
    const char *policy = json_string_or(budget, "spec/unhealthyPodEvictionPolicy", "");
    int64_t healthy = json_integer_or(budget, "status/currentHealthy", 0);
    int64_t desired = json_integer_or(budget, "status/desiredHealthy", 0);

    return strcmp(policy, "AlwaysAllow") == 0 || (desired > 0 && healthy >= desired);
}

/* How many budgets the pod falls under; the last of them. */
static int find_budgets(const KubeRequest *request, const cJSON *pod, const cJSON **out_budget)
{
    int first, end, count = 0;
    const KubeShelf *shelf =
        store_range(request->cluster,
                    kube_kind_named(&request->cluster->kinds, "poddisruptionbudgets"), request->ns,
                    &first, &end);

    for (int i = first; i < end; i++) {
        const cJSON *budget = kube_object_json(shelf->items[i]);
        const cJSON *selector = json_find(budget, "spec/selector");

        if (selector != NULL && selector_object_matches(selector, pod)) {
            *out_budget = budget;
            count++;
        }
    }
    return count;
}

static bool refuse(KubeStatus *status, int64_t retry_s, const char *why)
{
    cJSON *details = cJSON_CreateObject(), *causes = cJSON_AddArrayToObject(details, "causes");
    cJSON *cause = cJSON_CreateObject();

    cJSON_AddStringToObject(cause, "reason", "DisruptionBudget");
    cJSON_AddStringToObject(cause, "message", why);
    cJSON_AddItemToArray(causes, cause);
    if (retry_s > 0)
        cJSON_AddNumberToObject(details, "retryAfterSeconds", (double)retry_s);
    return status_set(status, 429, "TooManyRequests", details,
                      "Cannot evict pod as it would violate the pod's disruption budget.");
}

static bool check_budget(const KubeRequest *request, const cJSON *budget, KubeStatus *status)
{
    const char *name = kube_metadata_text(budget, "name");

    if (json_integer_or(budget, "status/observedGeneration", 0) <
        json_integer_or(budget, "metadata/generation", 0))
        return refuse(status, STILL_PROCESSED_RETRY_S,
                      arena_format(request->arena,
                                   "The disruption budget %s is still being processed by the "
                                   "server.",
                                   name));
    if (json_integer_or(budget, "status/disruptionsAllowed", 0) > 0)
        return true;
    return refuse(status, 0,
                  arena_format(request->arena,
                               "The disruption budget %s needs %lld healthy pods and has %lld "
                               "currently",
                               name, (long long)json_integer_or(budget, "status/desiredHealthy", 0),
                               (long long)json_integer_or(budget, "status/currentHealthy", 0)));
}

/* One disruption less may happen until the controller has counted again. */
static void spend(const KubeRequest *request, const cJSON *budget)
{
    cJSON *change = cJSON_CreateObject(), *pods = cJSON_AddObjectToObject(change, "disruptedPods");
    char now[CLOCK_TEXT_MAX];

    cJSON_AddNumberToObject(change, "disruptionsAllowed",
                            (double)(json_integer_or(budget, "status/disruptionsAllowed", 0) - 1));
    cJSON_AddStringToObject(pods, request->name, clock_rfc3339(clock_wall_ms(), now));
    kube_set_status(request->cluster, "poddisruptionbudgets", request->ns,
                    kube_metadata_text(budget, "name"), "kube-apiserver", change);
    cJSON_Delete(change);
}

static bool pass_budget(const KubeRequest *request, const cJSON *pod, bool is_dry,
                        KubeStatus *status)
{
    const cJSON *budget = NULL;
    int count = is_free(pod) ? 0 : find_budgets(request, pod, &budget);

    if (count > 1)
        return status_set(status, 500, "InternalError", NULL,
                          "Internal error occurred: This pod has more than one "
                          "PodDisruptionBudget, which the eviction subresource does not support.");
    if (count == 0 || (!is_ready(pod) && spares_unready(budget)))
        return true;
    if (!check_budget(request, budget, status))
        return false;
    if (!is_dry)
        spend(request, budget);
    return true;
}

/* ---- the request ------------------------------------------------------------------------------ */

static bool check_body(const KubeRequest *request, const cJSON *body, KubeStatus *status)
{
    const char *name = kube_metadata_text(body, "name");

    if (strcmp(json_string_or(body, "kind", "Eviction"), "Eviction") != 0)
        return status_bad_request(status, "not an Eviction object: %s",
                                  json_string_or(body, "kind", ""));
    return *name == 0 || strcmp(name, request->name) == 0 ||
           status_bad_request(status, "name in URL does not match name in Eviction object");
}

static bool evict(KubeRequest *request, const cJSON *body, KubeStatus *status)
{
    const cJSON *pod = kube_find(request->cluster, "pods", request->ns, request->name);
    const char *dry_run = http_parameter(request->exchange, "dryRun");
    int64_t grace_s = json_integer_or(body, "deleteOptions/gracePeriodSeconds", -1);
    const KubeDeletion deletion = {
        .uid = json_string(body, "deleteOptions/preconditions/uid"),
        .resource_version = json_string(body, "deleteOptions/preconditions/resourceVersion"),
        .propagation = json_string(body, "deleteOptions/propagationPolicy"),
        .manager = request_manager(request),
        .grace_s = grace_s >= 0 ? &grace_s : NULL,
        .dry_run = (dry_run && *dry_run) || json_string(body, "deleteOptions/dryRun/0"),
    };

    if (!check_body(request, body, status))
        return false;
    if (pod == NULL)
        return status_not_found(status, request->kind, request->name);
    return pass_budget(request, pod, deletion.dry_run, status) &&
           kube_delete(request->cluster, "pods", request->ns, request->name, &deletion, NULL,
                       status);
}

void request_answer_eviction(KubeRequest *request)
{
    KubeStatus status = {0};
    cJSON *body = NULL;

    if (request_body(request, &body, &status) && evict(request, body, &status))
        request_answer_success(request, 201);
    else
        request_refuse(request, &status);
    cJSON_Delete(body);
}
