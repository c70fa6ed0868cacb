/*
 * sim/faults/clocks.c - clocks that are wrong: a cluster's (its API server, its nodes and whatever of TSB runs on them), or a name
 * server's, which takes no signature from another time.
 */
#include "sim/faults/table.h"

typedef struct {
    const char *cluster;
    int64_t ahead_ms, behind_ms;
} SkewArguments;

static const Field SKEW_FIELDS[] = {
    {"cluster", FIELD_TEXT,     offsetof(SkewArguments, cluster),   true,
     "mp1, mp2 or cp-0001; ns1 for a name server",                                                NULL},
    {"ahead",   FIELD_DURATION, offsetof(SkewArguments, ahead_ms),  false, "it is later there",   NULL},
    {"behind",  FIELD_DURATION, offsetof(SkewArguments, behind_ms), false, "it is earlier there",
     NULL                                                                                             },
};

static KubeCluster *cluster_of(World *world, const char *name)
{
    Plane *plane = world_plane(world, name);
    ControlPlaneSite *site = world_site(world, name);

    return plane ? plane->cluster : site ? site->cluster : NULL;
}

static void set_wrong(World *world, ArmedFault *fault, const void *arguments)
{
    const SkewArguments *skew = arguments;
    KubeCluster *cluster = cluster_of(world, skew->cluster);

    if (dns_side_set_clock(world->dns, skew->cluster, skew->ahead_ms - skew->behind_ms)) {
        fault_prove_by_event(fault, "dns.update", "dns", "BADTIME");
        return;
    }
    if (!cluster)
        return;
    fault_prove_by_call(fault, "kube.request", skew->cluster, NULL, NULL, NULL);
    kube_cluster_set_clock(cluster, skew->ahead_ms - skew->behind_ms);
}

static void set_right(World *world, ArmedFault *fault, const void *arguments)
{
    const char *name = ((const SkewArguments *)arguments)->cluster;
    KubeCluster *cluster = cluster_of(world, name);

    (void)fault;
    if (!dns_side_set_clock(world->dns, name, 0) && cluster)
        kube_cluster_set_clock(cluster, 0);
}

const FaultType FAULT_CLOCK_SKEW = {
    .name = "clockSkew",
    .summary = "the clock of a cluster or name server is wrong",
    .dossier = "F-025",
    .witness =
        "an answer of its API server, which says when it is there; an update that is refused with BADTIME",
    .fields = SKEW_FIELDS,
    .field_count = sizeof SKEW_FIELDS / sizeof *SKEW_FIELDS,
    .argument_size = sizeof(SkewArguments),
    .inject = set_wrong,
    .clear = set_right,
};
