/*
 * sim/faults/controllers.c - a controller or operator that is slow, has crashed, sees the past, or fights.
 *
 * The witness is the controller itself: it came late, wanted to act and could not, acted on what was no longer so, or put something back.
 */
#include <stdio.h>
#include <string.h>

#include "sim/controllers/controller.h"
#include "sim/faults/table.h"

enum { FIGHT_AFTER_MS = 5000 };

typedef struct {
    const char *cluster, *name, *fight, *ns;
    int64_t slow_ms, lag_ms, after_ms;
    bool is_crashed;
} ControllerArguments;

static const Field CONTROLLER_FIELDS[] = {
    {"cluster",   FIELD_TEXT,     offsetof(ControllerArguments, cluster),    true,  "mp1, mp2 or cp-0001",
     NULL                                                                                                      },
    {"name",      FIELD_TEXT,     offsetof(ControllerArguments, name),       true,
     "deployment, job, garbage-collector, tsb-operator, kubegres...",                                      NULL},
    {"crash",     FIELD_BOOL,     offsetof(ControllerArguments, is_crashed), false, "it does nothing",
     NULL                                                                                                      },
    {"slow",      FIELD_DURATION, offsetof(ControllerArguments, slow_ms),    false,
     "every look comes so much later",                                                                     NULL},
    {"lag",       FIELD_DURATION, offsetof(ControllerArguments, lag_ms),     false,
     "it sees everything as it was so long ago",                                                           NULL},
    {"fight",     FIELD_TEXT,     offsetof(ControllerArguments, fight),      false,
     "what it puts back when somebody changes it: deployments/tsb",                                        NULL},
    {"namespace", FIELD_TEXT,     offsetof(ControllerArguments, ns),         false,
     "of what it puts back; none: the plane's",                                                            NULL},
    {"after",     FIELD_DURATION, offsetof(ControllerArguments, after_ms),   false,
     "how long until it puts it back; none: 5s",                                                           NULL},
};

/* A control plane's controllers are there once somebody looked at its cluster. */
static bool is_there(World *world, const char *cluster, const char **out_ns)
{
    ControlPlaneSite *site = world_site(world, cluster);
    const Plane *plane = world_plane(world, cluster);

    *out_ns = plane ? plane->ns : "istio-system";
    return plane || (site && site_cluster(site));
}

static void fight(Controller *controller, const ControllerArguments *arguments, const char *ns)
{
    char resource[64];
    const char *slash = strchr(arguments->fight, '/');

    if (!slash)
        return;
    snprintf(resource, sizeof resource, "%.*s", (int)(slash - arguments->fight), arguments->fight);
    controller_fight(controller, resource, arguments->ns ? arguments->ns : ns, slash + 1,
                     arguments->after_ms ? arguments->after_ms : FIGHT_AFTER_MS);
}

static void break_controller(World *world, ArmedFault *fault, const void *data)
{
    const ControllerArguments *arguments = data;
    const char *ns;
    char what[64];

    if (!is_there(world, arguments->cluster, &ns))
        return;
    for (Controller *one = NULL;
         (one = controller_next(world, one, arguments->cluster, arguments->name));) {
        controller_slow(one, arguments->slow_ms);
        controller_lag(one, arguments->lag_ms);
        controller_crash(one, arguments->is_crashed);
        if (arguments->fight)
            fight(one, arguments, ns);
    }
    snprintf(what, sizeof what, "controller/%s", arguments->name);
    fault_prove_by_hold(fault, arguments->cluster, what);
}

static void mend_controller(World *world, ArmedFault *fault, const void *data)
{
    const ControllerArguments *arguments = data;

    (void)fault;
    for (Controller *one = NULL;
         (one = controller_next(world, one, arguments->cluster, arguments->name));) {
        controller_slow(one, 0);
        controller_lag(one, 0);
        controller_fight(one, NULL, NULL, NULL, 0);
        controller_crash(one, false);
    }
}

const FaultType FAULT_CONTROLLER = {
    .name = "controller",
    .summary = "a controller or operator is slow, has crashed, sees the past, or fights",
    .dossier = "",
    .witness = "the controller, which came late, was held back, or acted on what was no longer so",
    .fields = CONTROLLER_FIELDS,
    .field_count = sizeof CONTROLLER_FIELDS / sizeof *CONTROLLER_FIELDS,
    .argument_size = sizeof(ControllerArguments),
    .inject = break_controller,
    .clear = mend_controller,
};
