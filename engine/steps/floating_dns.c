/*
 * engine/steps/floating_dns.c - the name that every edge uses points to the new active.
 *
 * Source: domain.md FO10; the published procedure, step 4; V3, F-501 to F-503, F-508, F-509, F-513.
 */
#include <string.h>

#include "base/clock.h"
#include "engine/observations.h"
#include "engine/providers/provider.h"
#include "engine/steps/names.h"
#include "engine/steps/steps.h"

/* external-dns looks once a minute: what it does not take back within the watch, it leaves. */
enum { WRITES_MAX = 3, WATCH_MS = 90000 };

/* It said the right thing, says another now, and has been put right often enough: a second writer owns the record. */
static bool is_rewritten(Operation *operation, const Observation *seen)
{
    return seen->state == STEP_PENDING && json_bool_or(operation->record, "floating/held", false) &&
           json_integer_or(operation->record, "floating/writes", 0) >= WRITES_MAX;
}

void observe_floating_name(Operation *operation, Observation *out)
{
    NameGoal goal;
    Error why = {0};

    if (!floating_goal(operation, &goal, &why)) {
        observe_error(out, &why);
        return;
    }
    if (same_name(goal.target, goal.name)) {
        observe_failed(out, REACT_STOP, "F-503", "a name that points to another", goal.target,
                       "planes.*.permanentName in the environment file",
                       "the floating and the permanent name must differ");
        return;
    }
    observe_goal(operation, &goal, out);
    if (is_rewritten(operation, out))
        observe_failed(out, REACT_STOP, "F-509", "the record as we wrote it", out->text,
                       "dig the name at every name server; look for external-dns",
                       "stop the other writer of the record, then `understudy resume`");
    if (out->state == STEP_HOLDS)
        json_put_bool(operation->record, "floating/held", true);
}

/* An alias of a name that is gone would be remembered as missing: that one is looked at once more, and put back (F-508). */
static bool keep_permanent_name(Operation *operation, Error *err)
{
    Observation seen = {0};

    observe_permanent_name(operation, &seen);
    if (seen.state == STEP_HOLDS)
        return true;
    if (seen.state == STEP_PENDING && !point_permanent_name(operation, err))
        return false;
    return error_set(err, ERR_UNAVAILABLE, "%s", seen.text);
}

bool point_floating_name(Operation *operation, Error *err)
{
    NameGoal goal;

    if (!keep_permanent_name(operation, err) || !floating_goal(operation, &goal, err) ||
        !reach_goal(operation, &goal, err))
        return false;
    json_put_integer(operation->record, "floating/writes",
                     json_integer_or(operation->record, "floating/writes", 0) + 1);
    return true;
}

/* Once somebody else has written the name, it counts only after it has stayed for a while. */
static void watch_rewritten(Operation *operation, Observation *out)
{
    int64_t since_ms = json_integer_or(operation->record, "floating/rewrittenMs", 0);

    if (out->state == STEP_PENDING && json_bool_or(operation->record, "floating/held", false))
        json_put_integer(operation->record, "floating/rewrittenMs", clock_wall_ms());
    if (out->state != STEP_HOLDS || since_ms == 0 || clock_wall_ms() - since_ms >= WATCH_MS)
        return;
    observe_waiting(out, "%s was written by somebody else; watching that it stays as it is now",
                    operation->environment->floating_name);
    observe_if_late(out, "F-509", "the record as we wrote it",
                    "dig the name at every name server; look for external-dns",
                    "stop the other writer of the record, then `understudy resume`");
}

bool names_hold(Operation *operation, Observation *out)
{
    Observation seen = {0};

    observe_permanent_name(operation, &seen);
    if (seen.state == STEP_HOLDS) {
        seen = (Observation){0};
        observe_floating_name(operation, &seen);
        watch_rewritten(operation, &seen);
    }
    if (seen.state == STEP_HOLDS)
        return true;
    *out = seen;
    if (out->finding.reaction == REACT_WAIT)
        out->finding.reaction = REACT_STOP; /* nobody is cut off while the name leads elsewhere */
    return false;
}

bool point_names(Operation *operation, Error *err)
{
    return point_permanent_name(operation, err) && point_floating_name(operation, err);
}

const Step STEP_FLOATING_DNS = {
    .id = "FO10a",
    .name = "floating-dns",
    .phase = "dns",
    .why = "edges look this name up when their connection breaks",
    .never = "point it to a plane that has not passed verification",
    .observe = observe_floating_name,
    .act = point_floating_name,
    .deadline_ms = dns_provider_deadline_ms,
    .on_deadline = REACT_STOP,
    .remedy =
        "the name server refuses or loses the update: change the record by hand, then `understudy resume`",
};
