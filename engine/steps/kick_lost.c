/*
 * engine/steps/kick_lost.c - edges let go of the lost plane: by its front envoy if that can be reached, else each for itself.
 *
 * Source: domain.md 8.2 (FO11u), F-601, F-604. Without `kickedAt` in the record, those that have not come are restarted.
 */
#include "base/clock.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

/* Does anybody still take connections at the old address? */
static bool is_front_alive(Operation *operation)
{
    const char *ip = json_string(operation->record, "recorded/activeIP");
    int status = 0;

    return ip && see_front(operation, operation->active, ip, "/", &status, NULL, NULL);
}

static void observe_kick_lost(Operation *operation, Observation *out)
{
    const char *name = operation->active->spec->name;

    if (!operation->active->is_out_of_reach) {
        STEP_KICK.observe(operation, out);
    } else if (is_front_alive(operation)) {
        observe_holds(out,
                      "%s cannot be reached, and its front still answers: edges that stay "
                      "there are restarted",
                      name);
    } else {
        json_put_integer(operation->record, "kickedAt", clock_wall_ms());
        observe_holds(out, "nothing answers at the old address of %s", name);
    }
}

static bool kick_lost(Operation *operation, Error *err)
{
    return STEP_KICK.act(operation, err);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.kick_ms;
}

const Step STEP_KICK_LOST = {
    .id = "FO11u",
    .name = "kick",
    .phase = "reconnect",
    .why = "edges stay on an open connection for ever; breaking it makes them ask DNS",
    .never = "break it before DNS has turned",
    .observe = observe_kick_lost,
    .act = kick_lost,
    .deadline_ms = deadline,
    .on_deadline = REACT_FORWARD,
    .remedy = "find what keeps it alive, and scale it to 0 as soon as its cluster can be reached",
};
