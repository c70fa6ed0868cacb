/*
 * sim/faults/network.c - links that are cut, addresses that move, names that are remembered too long or written by somebody else.
 */
#include <stdio.h>
#include <string.h>

#include "sim/faults/table.h"

/* ---- links ------------------------------------------------------------------------------------------------------------------- */

static const char *const FATES[] = {"blackhole", "refuse", "reset", NULL};
static const NetworkFate FATE_OF[] = {NETWORK_BLACKHOLE, NETWORK_REFUSE, NETWORK_RESET};

static const char *const TRANSPORTS[] = {"any", "tcp", "udp", NULL};

typedef struct {
    const char *from, *to;
    int64_t port;
    int fate, transport;
} LinkArguments;

static const Field LINK_FIELDS[] = {
    {"from",      FIELD_TEXT,    offsetof(LinkArguments, from),      true,
     "desk, mp1, mp2, cp-0001, or * for every site",                                                        NULL      },
    {"to",        FIELD_TEXT,    offsetof(LinkArguments, to),        true,  "mp1, mp2, dns, cp-0001, or *", NULL      },
    {"port",      FIELD_INTEGER, offsetof(LinkArguments, port),      false, "only this port; 0: all",       NULL      },
    {"fate",      FIELD_CHOICE,  offsetof(LinkArguments, fate),      false, "blackhole, refuse or reset",
     FATES                                                                                                            },
    {"transport", FIELD_CHOICE,  offsetof(LinkArguments, transport), false,
     "only what goes by tcp, or by udp",                                                                    TRANSPORTS},
};

static void cut_link(World *world, ArmedFault *fault, const void *arguments)
{
    const LinkArguments *link = arguments;
    int handle = topology_add(world->topology, link->from, link->to, (uint16_t)link->port,
                              FATE_OF[link->fate], 0);

    if (link->transport != 0)
        topology_limit(world->topology, handle,
                       link->transport == 1 ? NETWORK_STREAM : NETWORK_DATAGRAMS);
    fault_prove_by_link(fault, handle);
    replication_settle(world);
}

static void mend_link(World *world, ArmedFault *fault, const void *arguments)
{
    (void)arguments;
    topology_remove(world->topology, fault_link(fault));
    replication_settle(world);
}

const FaultType FAULT_LINK_CUT = {
    .name = "linkCut",
    .summary = "messages from one site to another do not arrive",
    .dossier = "F-118",
    .witness = "something that was not delivered",
    .fields = LINK_FIELDS,
    .field_count = sizeof LINK_FIELDS / sizeof *LINK_FIELDS,
    .argument_size = sizeof(LinkArguments),
    .inject = cut_link,
    .clear = mend_link,
};

/* ---- load balancers ------------------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *plane;
} PlaneArguments;

static const Field PLANE_FIELDS[] = {
    {"plane", FIELD_TEXT, offsetof(PlaneArguments, plane), true, "mp1 or mp2", NULL},
};

static void move_balancer(World *world, ArmedFault *fault, const void *arguments)
{
    Plane *plane = world_plane(world, ((const PlaneArguments *)arguments)->plane);

    if (!plane)
        return;
    fault_prove_by_event(fault, EVENT_LOADBALANCER, plane->name, NULL);
    load_balancer_change_address(plane->balancer);
}

const FaultType FAULT_LOAD_BALANCER_MOVES = {
    .name = "loadBalancerMoves",
    .summary = "the envoy Service gets another address",
    .dossier = "F-313",
    .witness = "the address that changed",
    .fields = PLANE_FIELDS,
    .field_count = 1,
    .argument_size = sizeof(PlaneArguments),
    .inject = move_balancer,
};

/* ---- names ------------------------------------------------------------------------------------------------------------------------ */

typedef struct {
    const char *control_plane;
} ResolverArguments;

static const Field RESOLVER_FIELDS[] = {
    {"controlPlane", FIELD_TEXT, offsetof(ResolverArguments, control_plane), true, "cp-0001", NULL},
};

static void pin_resolver(World *world, ArmedFault *fault, const void *arguments)
{
    ControlPlaneSite *site =
        world_site(world, ((const ResolverArguments *)arguments)->control_plane);

    if (!site)
        return;
    fault_prove_by_hold(fault, site->name, "resolver");
    resolver_pin(site->resolver, -1);
}

static void unpin_resolver(World *world, ArmedFault *fault, const void *arguments)
{
    ControlPlaneSite *site =
        world_site(world, ((const ResolverArguments *)arguments)->control_plane);

    (void)fault;
    if (site)
        resolver_pin(site->resolver, 0);
}

const FaultType FAULT_RESOLVER_STALE = {
    .name = "resolverStale",
    .summary = "a cluster's resolver keeps its answers, whatever their TTL",
    .dossier = "F-506",
    .witness = "an answer that the authority would not give any more",
    .fields = RESOLVER_FIELDS,
    .field_count = 1,
    .argument_size = sizeof(ResolverArguments),
    .inject = pin_resolver,
    .clear = unpin_resolver,
};

typedef struct {
    const char *plane, *of;
} RewriteArguments;

static const Field REWRITE_FIELDS[] = {
    {"plane", FIELD_TEXT, offsetof(RewriteArguments, plane), true,
     "the plane that the other writer points to",              NULL},
    {"of",    FIELD_TEXT, offsetof(RewriteArguments, of),    false,
     "whose permanent name he writes; none: the floating one", NULL},
};

/* What external-dns does with a record that it owns. */
static void rewrite_name(World *world, ArmedFault *fault, const void *arguments)
{
    const RewriteArguments *rewrite = arguments;
    Plane *plane = world_plane(world, rewrite->plane);
    const Plane *of = rewrite->of ? world_plane(world, rewrite->of) : NULL;
    char name[140], value[140];

    if (!plane)
        return;
    snprintf(name, sizeof name, "%s.", of ? of->permanent_name : world->floating_name);
    snprintf(value, sizeof value, "%s.", plane->permanent_name);
    fault_prove_by_event(fault, EVENT_DNS_CHANGED, NULL, plane->permanent_name);
    dns_side_rewrite(world->dns, name, value, "external-dns");
}

const FaultType FAULT_NAME_REWRITTEN = {
    .name = "nameRewritten",
    .summary = "another writer points the floating name, or a plane's own, to a plane",
    .dossier = "F-509",
    .witness = "the record that changed",
    .fields = REWRITE_FIELDS,
    .field_count = sizeof REWRITE_FIELDS / sizeof *REWRITE_FIELDS,
    .argument_size = sizeof(RewriteArguments),
    .inject = rewrite_name,
};
