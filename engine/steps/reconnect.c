/*
 * engine/steps/reconnect.c - every control plane is connected to the new active and has synced with it.
 *
 * Source: domain.md FO12, V10, F-403, F-509, F-603, F-604, F-612, F-613, F-615. READY in the database is inherited from the old plane and proves nothing; a
 * lastSyncTime after the promotion and an edge that central counts as onboarded do.
 */
#include "base/clock.h"
#include "engine/observations.h"
#include "engine/steps/names.h"
#include "engine/steps/steps.h"

enum { KICKS_MAX = 3 };

static cJSON *collect_late(Operation *operation, FleetView *fleet, const char *ip)
{
    int64_t promoted_ms = json_integer_or(operation->record, "promotedAt", 0);
    cJSON *late = cJSON_CreateArray();
    const cJSON *cluster;

    cJSON_ArrayForEach(cluster, fleet->clusters)
    {
        if (fleet_synced_ms(cluster) <= promoted_ms)
            cJSON_AddItemToArray(late, cJSON_CreateString(fleet_name(cluster)));
    }
    if (late->child || !see_connections(operation, ip, fleet))
        return late; /* without connections lastSyncTime alone counts */
    cJSON_ArrayForEach(cluster, fleet->clusters)
    {
        if (!fleet_is_connected(fleet, fleet_name(cluster)))
            cJSON_AddItemToArray(late, cJSON_CreateString(fleet_name(cluster)));
    }
    return late;
}

bool see_late(Operation *operation, cJSON **out_late, int64_t *out_total, Error *err)
{
    char ip[64];
    FleetView fleet = {0};

    if (!see_serving(operation, ip, err) || !see_fleet(operation, ip, &fleet, err))
        return false;
    *out_total = cJSON_GetArraySize(fleet.clusters);
    *out_late = collect_late(operation, &fleet, ip);
    fleet_view_release(&fleet);
    return true;
}

/*
 * Waiting is over for those that come by themselves: no news for a whole resync interval, tokens that cannot work, or an old plane that
 * holds on to its edges.
 */
static bool is_patience_over(Operation *operation)
{
    int64_t began_ms = json_integer_or(operation->record, "reconnect/progressMs", 0);

    return json_bool_or(operation->record, "tokenRefresh", false) ||
           !json_has(operation->record, "kickedAt") ||
           clock_wall_ms() - began_ms > operation->environment->policies.reconnect_quiet_ms;
}

/* An HPA, an operator or a person brought the old front envoy back: edges would hop to a plane that serves nothing (F-603). */
static bool is_old_front_back(Operation *operation, Observation *out)
{
    DeploymentView view;

    if (!json_has(operation->record, "kickedAt") || operation->active->is_out_of_reach ||
        !see_deployment(operation->active, "envoy", &view, NULL) || view.wanted == 0)
        return false;
    if (json_integer_or(operation->record, "kickedAgain", 0) < KICKS_MAX) {
        observe_pending(out, "deployment/envoy of %s is back with %lld replicas",
                        operation->active->spec->name, (long long)view.wanted);
        out->act_again = true;
        return true;
    }
    observe_failed(out, REACT_STOP, "F-603", "an old front envoy that stays at 0",
                   "it was scaled up again and again",
                   "kubectl get deployment -n NAMESPACE envoy -o yaml --show-managed-fields",
                   "find who does it (HPA, operator, GitOps) and suspend it, then "
                   "`understudy resume`");
    return true;
}

static bool kick_again(Operation *operation, Error *err)
{
    DeploymentView view;

    if (operation->active->is_out_of_reach ||
        !see_deployment(operation->active, "envoy", &view, NULL) || view.wanted == 0)
        return true;
    if (!scale_deployment(operation, operation->active, "envoy", 0, err))
        return false;
    json_put_integer(operation->record, "kickedAgain",
                     json_integer_or(operation->record, "kickedAgain", 0) + 1);
    return true;
}

static bool put_right(Operation *operation, Error *err)
{
    return kick_again(operation, err) && point_names(operation, err);
}

static void observe_reconnect(Operation *operation, Observation *out)
{
    int64_t known = json_integer_or(operation->record, "reconnect/late", -1), late, total = 0;
    cJSON *names = NULL;
    Error why = {0};

    if (is_old_front_back(operation, out) || !names_hold(operation, out))
        return;
    if (!see_late(operation, &names, &total, &why)) {
        observe_error(out, &why);
        return;
    }
    late = cJSON_GetArraySize(names);
    cJSON_Delete(names);
    out->has_progress = known < 0 || late < known;
    if (out->has_progress)
        json_put_integer(operation->record, "reconnect/progressMs", clock_wall_ms());
    json_put_integer(operation->record, "reconnect/late", late);
    if (late == 0)
        observe_holds(out, "%lld of %lld clusters have synced", (long long)total, (long long)total);
    else if (is_patience_over(operation))
        observe_holds(out, "%lld of %lld clusters have synced; %lld will not come by themselves",
                      (long long)(total - late), (long long)total, (long long)late);
    else
        observe_waiting(out, "%lld of %lld clusters have synced since the promotion",
                        (long long)(total - late), (long long)total);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.reconnect_ms;
}

const Step STEP_RECONNECT = {
    .id = "FO12",
    .name = "reconnect",
    .phase = "reconnect",
    .why = "edges look the name up, come to the new plane and sync",
    .never = "count READY as synced, or restart anything while they are still coming",
    .observe = observe_reconnect,
    .act = put_right,
    .deadline_ms = deadline,
    .on_deadline = REACT_FORWARD,
    .remedy = "see the log of edge in the clusters that are named",
    .extends_while_progress = true,
};
