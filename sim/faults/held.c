/*
 * sim/faults/held.c - parts of a plane that are crashed, stuck or slow: they do not act until they are let go.
 *
 * The witness is the part itself: it wanted to act and could not.
 */
#include <stdio.h>

#include "sim/controllers/controller.h"
#include "sim/faults/table.h"

typedef struct {
    const char *plane, *deployment;
} HeldArguments;

static const Field PLANE_FIELD[] = {
    {"plane", FIELD_TEXT, offsetof(HeldArguments, plane), true, "mp1 or mp2", NULL},
};

static const Field DEPLOYMENT_FIELDS[] = {
    {"plane",      FIELD_TEXT, offsetof(HeldArguments, plane),      true, "mp1 or mp2",      NULL},
    {"deployment", FIELD_TEXT, offsetof(HeldArguments, deployment), true, "tsb, iam, envoy", NULL},
};

static void hold(World *world, ArmedFault *fault, const char *plane_name, const char *what)
{
    Plane *plane = world_plane(world, plane_name);

    if (!plane)
        return; /* no such plane: no witness, so the run says that it proves nothing */
    fault_prove_by_hold(fault, plane->name, what);
    plane_block(plane, what);
}

static void let_go(World *world, const char *plane_name, const char *what)
{
    Plane *plane = world_plane(world, plane_name);

    if (plane)
        plane_unblock(plane, what);
}

static void crash(World *world, ArmedFault *fault, const char *plane, const char *name,
                  bool is_crashed)
{
    char what[64];

    snprintf(what, sizeof what, "controller/%s", name);
    if (is_crashed && world_plane(world, plane))
        fault_prove_by_hold(fault, plane, what);
    for (Controller *one = NULL; (one = controller_next(world, one, plane, name));)
        controller_crash(one, is_crashed);
}

static void hold_operator(World *world, ArmedFault *fault, const void *arguments)
{
    crash(world, fault, ((const HeldArguments *)arguments)->plane, "tsb-operator", true);
}

static void free_operator(World *world, ArmedFault *fault, const void *arguments)
{
    crash(world, fault, ((const HeldArguments *)arguments)->plane, "tsb-operator", false);
}

static void hold_kubegres(World *world, ArmedFault *fault, const void *arguments)
{
    crash(world, fault, ((const HeldArguments *)arguments)->plane, "kubegres", true);
}

static void free_kubegres(World *world, ArmedFault *fault, const void *arguments)
{
    crash(world, fault, ((const HeldArguments *)arguments)->plane, "kubegres", false);
}

#define HELD_PART(function, part)                                                       \
    static void hold_##function(World *world, ArmedFault *fault, const void *arguments) \
    {                                                                                   \
        hold(world, fault, ((const HeldArguments *)arguments)->plane, part);            \
    }                                                                                   \
    static void free_##function(World *world, ArmedFault *fault, const void *arguments) \
    {                                                                                   \
        (void)fault;                                                                    \
        let_go(world, ((const HeldArguments *)arguments)->plane, part);                 \
    }

HELD_PART(postgres, "postgres")
HELD_PART(balancer, "load-balancer")
HELD_PART(trigger, "trigger")
HELD_PART(promotion, "promotion")
HELD_PART(certificate, "certificate/central")
HELD_PART(authority, "authority/central")

const FaultType FAULT_OPERATOR_DOWN = {
    .name = "operatorDown",
    .summary = "the management plane's operator has crashed and does nothing",
    .dossier = "F-306",
    .witness = "a change of the resource that it did not follow",
    .fields = PLANE_FIELD,
    .field_count = 1,
    .argument_size = sizeof(HeldArguments),
    .inject = hold_operator,
    .clear = free_operator,
};

const FaultType FAULT_KUBEGRES_DOWN = {
    .name = "kubegresDown",
    .summary = "kubegres does nothing",
    .dossier = "F-307",
    .witness = "a promotion that it did not carry out",
    .fields = PLANE_FIELD,
    .field_count = 1,
    .argument_size = sizeof(HeldArguments),
    .inject = hold_kubegres,
    .clear = free_kubegres,
};

const FaultType FAULT_POSTGRES_NOT_READY = {
    .name = "postgresNotReady",
    .summary = "a Postgres pod that restarts does not become ready",
    .dossier = "F-308",
    .witness = "the pod that did not become ready",
    .fields = PLANE_FIELD,
    .field_count = 1,
    .argument_size = sizeof(HeldArguments),
    .inject = hold_postgres,
    .clear = free_postgres,
};

const FaultType FAULT_PROMOTION_WITHOUT_EFFECT = {
    .name = "promotionWithoutEffect",
    .summary = "kubegres' promotion script leaves no trigger file, and says nothing",
    .dossier = "F-309",
    .witness = "the database that became ready and was not promoted",
    .fields = PLANE_FIELD,
    .field_count = 1,
    .argument_size = sizeof(HeldArguments),
    .inject = hold_trigger,
    .clear = free_trigger,
};

const FaultType FAULT_PROMOTION_HANGS = {
    .name = "promotionHangs",
    .summary = "a database finds its trigger file and does not come to the end of recovery",
    .dossier = "F-308",
    .witness = "the database that was to be promoted",
    .fields = PLANE_FIELD,
    .field_count = 1,
    .argument_size = sizeof(HeldArguments),
    .inject = hold_promotion,
    .clear = free_promotion,
};

const FaultType FAULT_CENTRAL_CERTIFICATE = {
    .name = "centralCertificateOfAnotherName",
    .summary = "central shows edges a certificate that is of another name",
    .dossier = "F-609",
    .witness = "the edge that broke off the handshake",
    .fields = PLANE_FIELD,
    .field_count = 1,
    .argument_size = sizeof(HeldArguments),
    .inject = hold_certificate,
    .clear = free_certificate,
};

const FaultType FAULT_CENTRAL_AUTHORITY = {
    .name = "centralCertificateOfAnotherAuthority",
    .summary = "central shows edges a certificate of an authority that they do not know",
    .dossier = "F-608",
    .witness = "the edge that did not trust it",
    .fields = PLANE_FIELD,
    .field_count = 1,
    .argument_size = sizeof(HeldArguments),
    .inject = hold_authority,
    .clear = free_authority,
};

const FaultType FAULT_LOAD_BALANCER_PENDING = {
    .name = "loadBalancerPending",
    .summary = "the cloud assigns no address to the envoy Service",
    .dossier = "F-312",
    .witness = "an address that was due and was not assigned",
    .fields = PLANE_FIELD,
    .field_count = 1,
    .argument_size = sizeof(HeldArguments),
    .inject = hold_balancer,
    .clear = free_balancer,
};

static const char *part_of(const char *kind, const HeldArguments *held, char out[48])
{
    snprintf(out, 48, "%s/%s", kind, held->deployment);
    return out;
}

static void hold_start(World *world, ArmedFault *fault, const void *arguments)
{
    char part[48];

    hold(world, fault, ((const HeldArguments *)arguments)->plane,
         part_of("deployment", arguments, part));
}

static void free_start(World *world, ArmedFault *fault, const void *arguments)
{
    char part[48];

    (void)fault;
    let_go(world, ((const HeldArguments *)arguments)->plane,
           part_of("deployment", arguments, part));
}

static void hold_end(World *world, ArmedFault *fault, const void *arguments)
{
    char part[48];

    hold(world, fault, ((const HeldArguments *)arguments)->plane, part_of("pod", arguments, part));
}

static void free_end(World *world, ArmedFault *fault, const void *arguments)
{
    char part[48];

    (void)fault;
    let_go(world, ((const HeldArguments *)arguments)->plane, part_of("pod", arguments, part));
}

const FaultType FAULT_PODS_NOT_READY = {
    .name = "podsNotReady",
    .summary = "new pods of a Deployment do not become ready",
    .dossier = "F-310",
    .witness = "the pod that did not become ready",
    .fields = DEPLOYMENT_FIELDS,
    .field_count = 2,
    .argument_size = sizeof(HeldArguments),
    .inject = hold_start,
    .clear = free_start,
};

const FaultType FAULT_PODS_STAY = {
    .name = "podsStay",
    .summary = "pods of a Deployment that are to end stay Terminating, and serve",
    .dossier = "F-204",
    .witness = "the pod that did not end",
    .fields = DEPLOYMENT_FIELDS,
    .field_count = 2,
    .argument_size = sizeof(HeldArguments),
    .inject = hold_end,
    .clear = free_end,
};
