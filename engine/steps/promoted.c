/*
 * engine/steps/promoted.c - the standby's Postgres leaves recovery: the point of no return.
 *
 * Source: domain.md FO6a, 4.2; F-109, F-305 to F-309. A Ready pod proves nothing: pg_is_in_recovery() does. Until it says false an
 * undo is possible, and a stuck promotion is undone, because the fenced plane still holds everything and can serve again.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

/* kubegres gave up: it will not come by itself any more (F-308). */
static bool has_kubegres_given_up(Operation *operation, char *out_text, size_t room)
{
    KubePath path = {.resource = "kubegres.reactive-tech.io/v1/kubegres",
                     .ns = operation->standby->spec->ns,
                     .name = "tsb-postgres"};
    cJSON *object = NULL;
    const char *operation_id;
    bool has_timed_out;

    if (!kube_client_get(operation->standby->kube, &path, &object, NULL))
        return false;
    operation_id = json_string_or(object, "status/blockingOperation/operationId", "");
    has_timed_out = json_bool_or(object, "status/blockingOperation/hasTimedOut", false);
    snprintf(out_text, room, "kubegres on %s: blocking operation \"%.80s\" has timed out",
             operation->standby->spec->name, operation_id);
    cJSON_Delete(object);
    return has_timed_out;
}

/* The standby's clock is what lastSyncTime will be written with, so that is the clock to remember. */
static void note_promotion(Operation *operation, const PostgresPosition *primary)
{
    if (!json_has(operation->record, "promotedAt"))
        json_put_integer(operation->record, "promotedAt",
                         clock_wall_ms() + kube_client_skew_ms(operation->standby->kube));
    json_put_integer(operation->record, "promotedTimeline", primary->timeline);
}

static void observe_promoted(Operation *operation, Observation *out)
{
    PostgresPosition primary = {0};
    bool is_promoted;
    char text[200];
    Error why = {0};

    if (!see_promoted(operation, operation->standby, &is_promoted, &primary, &why)) {
        observe_error(out, &why);
        return;
    }
    if (is_promoted) {
        note_promotion(operation, &primary);
        observe_holds(out, "Postgres of %s left recovery on timeline %u",
                      operation->standby->spec->name, primary.timeline);
        return;
    }
    if (has_kubegres_given_up(operation, text, sizeof text))
        observe_failed(out, REACT_ROLLBACK, "F-308", "a promoted Postgres", text,
                       "kubectl get kubegres -n NAMESPACE tsb-postgres -o yaml; kubectl get events",
                       "kubegres has to be repaired by hand before the next try");
    else
        observe_waiting(out, "every instance of %s is still in recovery",
                        operation->standby->spec->name);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.promote_stuck_ms;
}

const Step STEP_PROMOTED = {
    .id = "FO6a",
    .name = "promoted",
    .phase = "promote",
    .why = "kubegres restarts the lowest ready replica with its trigger file",
    .never = "take a Ready pod for a primary",
    .observe = observe_promoted,
    .deadline_ms = deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy = "see the logs of tsb-operator-management-plane and kubegres-controller-manager",
    .is_point_of_no_return = true,
};
