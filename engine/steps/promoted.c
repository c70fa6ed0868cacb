/*
 * engine/steps/promoted.c - the standby's Postgres leaves recovery: the point of no return.
 *
 * Source: domain.md FO6a, 4.2; F-017, F-109, F-305 to F-309. A Ready pod proves nothing: pg_is_in_recovery() does. Until it says false an
 * undo is possible, and a stuck promotion is undone, because the fenced plane still holds everything and can serve again.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/debt.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

/* How far kubegres is, for as long as every instance is in recovery. */
typedef enum {
    KUBEGRES_SILENT,   /* it has not begun */
    KUBEGRES_AT_WORK,  /* at its blocking operation */
    KUBEGRES_GAVE_UP,  /* which has timed out: it will not come by itself any more (F-308) */
    KUBEGRES_FINISHED, /* it calls the operation complete (F-309) */
} KubegresState;

static KubegresState see_kubegres(Operation *operation, char out_step[120])
{
    KubePath path = {.resource = "kubegres.reactive-tech.io/v1/kubegres",
                     .ns = operation->standby->spec->ns,
                     .name = "tsb-postgres"};
    KubegresState state = KUBEGRES_SILENT;
    cJSON *object = NULL;

    *out_step = '\0';
    if (!kube_client_get(operation->standby->kube, &path, &object, NULL))
        return state;
    if (json_bool_or(object, "status/blockingOperation/hasTimedOut", false))
        state = KUBEGRES_GAVE_UP;
    else if (*json_string_or(object, "status/blockingOperation/stepId", ""))
        state = KUBEGRES_AT_WORK;
    else if (json_has(object, "status/previousBlockingOperation") &&
             !json_equal(json_find(object, "status/previousBlockingOperation"),
                         json_find(operation->record, "recorded/lastPromotion")))
        state = KUBEGRES_FINISHED;
    snprintf(out_step, 120, "%.119s",
             json_string_or(object, "status/blockingOperation/stepId", ""));
    cJSON_Delete(object);
    return state;
}

bool is_kubegres_at_work(Operation *operation)
{
    char step[120];

    return see_kubegres(operation, step) == KUBEGRES_AT_WORK;
}

/* Still in recovery: since nothing is lost yet, whatever comes of it at the deadline is a rollback. */
static void observe_recovery(Operation *operation, Observation *out)
{
    static const char REQUIRED[] = "a Postgres that has left recovery";
    static const char EVIDENCE[] =
        "kubectl get kubegres -n NAMESPACE tsb-postgres -o yaml; SELECT pg_is_in_recovery()";
    const char *name = operation->standby->spec->name;
    char step[120], text[280];

    switch (see_kubegres(operation, step)) {
    case KUBEGRES_GAVE_UP:
        snprintf(text, sizeof text, "kubegres on %s has timed out at \"%s\"", name, step);
        observe_failed(out, REACT_ROLLBACK, "F-308", REQUIRED, text, EVIDENCE,
                       "kubegres has to be repaired by hand before the next try");
        break;
    case KUBEGRES_AT_WORK:
        observe_waiting(out, "every instance of %s is in recovery; kubegres: %s", name, step);
        observe_if_late(out, "F-308", REQUIRED, EVIDENCE,
                        "see the Postgres pod that does not become ready, then run again");
        break;
    case KUBEGRES_FINISHED:
        observe_waiting(out, "every instance of %s is in recovery, though kubegres is done", name);
        observe_if_late(out, "F-309", REQUIRED, EVIDENCE,
                        "from version 16 on Postgres knows no trigger file: kubegres' promotion "
                        "script has to call pg_promote()");
        break;
    default:
        observe_waiting(out, "every instance of %s is in recovery, and kubegres has not begun",
                        name);
        observe_if_late(out, "F-307", REQUIRED, EVIDENCE,
                        "see the logs of tsb-operator-management-plane and "
                        "kubegres-controller-manager, repair, then run again");
    }
}

int64_t standby_clock_ms(const Operation *operation)
{
    return clock_wall_ms() + kube_client_skew_ms(operation->standby->kube);
}

/*
 * What counts from then on is what the new active does, and it did nothing while it was in recovery: so not the moment at which the
 * promotion was seen, which may be later than its first deeds (much later, if the engine was gone meanwhile), but the last one at which it
 * had not happened. An active that is not fenced goes on writing then, and what it wrote came over until the promotion: but nothing that is
 * newer than the last commit that was replayed.
 */
static int64_t before_promotion_ms(Operation *operation)
{
    int64_t now_ms = standby_clock_ms(operation), age_ms;

    if (!debt_is_open(operation))
        return json_integer_or(operation->record, "inRecoveryAt", now_ms);
    return see_last_replayed(operation->standby, &age_ms, NULL) ? now_ms - age_ms : now_ms;
}

static void note_promotion(Operation *operation, const PostgresPosition *primary)
{
    char fork[24];

    if (!json_has(operation->record, "promotedAt"))
        json_put_integer(operation->record, "promotedAt", before_promotion_ms(operation));
    if (primary->recovered_lsn && !json_has(operation->record, "forkLsn"))
        json_put_string(operation->record, "forkLsn",
                        postgres_lsn_text(primary->recovered_lsn, fork));
    json_put_integer(operation->record, "promotedTimeline", primary->timeline);
}

static void observe_promoted(Operation *operation, Observation *out)
{
    PostgresPosition primary = {0};
    bool is_promoted;
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
    json_put_integer(operation->record, "inRecoveryAt", standby_clock_ms(operation));
    if (!is_taken_back(operation, REACT_ROLLBACK, out))
        observe_recovery(operation, out);
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
