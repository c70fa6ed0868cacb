/*
 * sim/faults/people.c - what people and their automation do at the wrong moment, or did long before.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sim/faults/table.h"
#include "sim/objects.h"

/* ---- a context that leads elsewhere ------------------------------------------------------------------------------------------ */

typedef struct {
    const char *context, *reaches;
} ContextArguments;

static const Field CONTEXT_FIELDS[] = {
    {"context", FIELD_TEXT, offsetof(ContextArguments, context), true, "the kubeconfig context",
     NULL                                                                                            },
    {"reaches", FIELD_TEXT, offsetof(ContextArguments, reaches), true,
     "the cluster it really reaches",                                                            NULL},
};

static void misdirect(World *world, ArmedFault *fault, const void *arguments)
{
    const ContextArguments *context = arguments;

    (void)world;
    fault_misdirect(fault, context->context, context->reaches);
    fault_prove_by_call(fault, "kube.request", context->reaches, "GET", "namespaces",
                        "kube-system");
}

const FaultType FAULT_WRONG_CONTEXT = {
    .name = "wrongContext",
    .summary = "a context of the kubeconfig reaches another cluster than its name says",
    .dossier = "F-009",
    .witness = "the identity of that cluster being read",
    .fields = CONTEXT_FIELDS,
    .field_count = sizeof CONTEXT_FIELDS / sizeof *CONTEXT_FIELDS,
    .argument_size = sizeof(ContextArguments),
    .inject = misdirect,
};

/* ---- another engine ------------------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *plane, *holder;
    int64_t duration_ms;
} LeaseArguments;

static const Field LEASE_FIELDS[] = {
    {"plane",    FIELD_TEXT,     offsetof(LeaseArguments, plane),       true, "mp1 or mp2",        NULL},
    {"holder",   FIELD_TEXT,     offsetof(LeaseArguments, holder),      true, "who holds it",      NULL},
    {"duration", FIELD_DURATION, offsetof(LeaseArguments, duration_ms), true, "before it expires",
     NULL                                                                                              },
};

static void hold_lease(World *world, ArmedFault *fault, const void *arguments)
{
    const LeaseArguments *lease = arguments;
    Plane *plane = world_plane(world, lease->plane);
    char now[CLOCK_TEXT_MAX];

    if (!plane)
        return;
    clock_rfc3339_micro(clock_wall_ms(), now);
    object_create(
        plane->cluster, "leases", plane->ns, "another-engine",
        object_format("{\"apiVersion\":\"coordination.k8s.io/v1\",\"kind\":\"Lease\","
                      "\"metadata\":{\"name\":\"understudy\",\"namespace\":\"%s\"},"
                      "\"spec\":{\"holderIdentity\":\"%s\",\"leaseDurationSeconds\":%lld,"
                      "\"acquireTime\":\"%s\",\"renewTime\":\"%s\",\"leaseTransitions\":1}}",
                      plane->ns, lease->holder, (long long)(lease->duration_ms / 1000), now, now));
    fault_prove_by_call(fault, "kube.request", plane->name, "GET", "leases", "understudy");
}

const FaultType FAULT_LEASE_HELD = {
    .name = "leaseHeld",
    .summary = "another engine holds the lease",
    .dossier = "F-016",
    .witness = "a request for the lease",
    .fields = LEASE_FIELDS,
    .field_count = sizeof LEASE_FIELDS / sizeof *LEASE_FIELDS,
    .argument_size = sizeof(LeaseArguments),
    .inject = hold_lease,
};

/* ---- somebody puts something back ------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *plane, *deployment;
    int64_t replicas;
} ScaleArguments;

static const Field SCALE_FIELDS[] = {
    {"plane",      FIELD_TEXT,    offsetof(ScaleArguments, plane),      true, "mp1 or mp2",      NULL},
    {"deployment", FIELD_TEXT,    offsetof(ScaleArguments, deployment), true, "tsb, iam, envoy", NULL},
    {"replicas",   FIELD_INTEGER, offsetof(ScaleArguments, replicas),   true, "how many",        NULL},
};

static void scale_up(World *world, ArmedFault *fault, const void *arguments)
{
    const ScaleArguments *scale = arguments;
    Plane *plane = world_plane(world, scale->plane);
    const cJSON *deployment =
        plane ? kube_find(plane->cluster, "deployments", plane->ns, scale->deployment) : NULL;
    int64_t before = json_integer_or(deployment, "spec/replicas", 1);

    if (!deployment || before == scale->replicas)
        return;
    object_merge(plane->cluster, "deployments", plane->ns, scale->deployment, "somebody",
                 object_format("{\"spec\":{\"replicas\":%lld}}", (long long)scale->replicas));
    world_note(world, plane->name, "somebody", "deployments", scale->deployment, "scaled");
    fault_prove(fault, "deployment/%s of %s went from %lld to %lld replicas", scale->deployment,
                plane->name, (long long)before, (long long)scale->replicas);
}

const FaultType FAULT_SCALED_UP = {
    .name = "scaled",
    .summary = "somebody scales a Deployment",
    .dossier = "F-202",
    .witness = "the number of replicas that changed",
    .fields = SCALE_FIELDS,
    .field_count = sizeof SCALE_FIELDS / sizeof *SCALE_FIELDS,
    .argument_size = sizeof(ScaleArguments),
    .inject = scale_up,
};

typedef struct {
    const char *plane;
} RevertArguments;

static const Field REVERT_FIELDS[] = {
    {"plane", FIELD_TEXT, offsetof(RevertArguments, plane), true, "mp1 or mp2", NULL},
};

/* What a GitOps controller does when the repository still says standby. */
static void revert_resource(World *world, ArmedFault *fault, const void *arguments)
{
    Plane *plane = world_plane(world, ((const RevertArguments *)arguments)->plane);
    Plane *other = plane ? world->planes[1 - plane->index] : NULL;

    if (!plane || plane_wants_standby(plane))
        return;
    object_merge(
        plane->cluster, "managementplanes", plane->ns, "managementplane", "argocd",
        object_format(
            "{\"spec\":{\"highAvailability\":{\"active\":null,\"standby\":{\"activeMpSynchronizationEndpoint\":"
            "{\"host\":\"%s\",\"port\":%lld,\"selfSigned\":true}}}}}",
            other->permanent_name, (long long)world->parameters.front_port));
    world_note(world, plane->name, "argocd", "managementplanes", "managementplane",
               "synced from the repository");
    fault_prove(fault, "spec.highAvailability of %s says standby again", plane->name);
}

const FaultType FAULT_RESOURCE_REVERTED = {
    .name = "resourceReverted",
    .summary = "a GitOps controller makes a ManagementPlane standby again",
    .dossier = "F-017",
    .witness = "the resource that changed",
    .fields = REVERT_FIELDS,
    .field_count = 1,
    .argument_size = sizeof(RevertArguments),
    .inject = revert_resource,
};

typedef struct {
    const char *cluster, *resource, *ns, *name, *by;
    const cJSON *patch;
} ObjectArguments;

static const Field OBJECT_FIELDS[] = {
    {"cluster",   FIELD_TEXT, offsetof(ObjectArguments, cluster),  true,  "mp1, mp2 or cp-0001",   NULL},
    {"resource",  FIELD_TEXT, offsetof(ObjectArguments, resource), true,
     "kubegres, managementplanes...",                                                              NULL},
    {"namespace", FIELD_TEXT, offsetof(ObjectArguments, ns),       false,
     "of the object; none: the plane's",                                                           NULL},
    {"name",      FIELD_TEXT, offsetof(ObjectArguments, name),     true,  "its name",              NULL},
    {"patch",     FIELD_TREE, offsetof(ObjectArguments, patch),    true,  "a merge patch",         NULL},
    {"by",        FIELD_TEXT, offsetof(ObjectArguments, by),       false, "who does it: somebody", NULL},
};

/* The status is written apart from the rest, as Kubernetes has it. */
static void merge(KubeCluster *cluster, const ObjectArguments *object, const char *ns)
{
    const char *by = object->by ? object->by : "somebody";
    cJSON *patch = cJSON_Duplicate(object->patch, true);
    cJSON *status = cJSON_DetachItemFromObjectCaseSensitive(patch, "status");

    if (patch->child)
        object_merge(cluster, object->resource, ns, object->name, by, patch);
    else
        cJSON_Delete(patch);
    if (status)
        object_set_status(cluster, object->resource, ns, object->name, by, status);
}

static void change_object(World *world, ArmedFault *fault, const void *arguments)
{
    const ObjectArguments *object = arguments;
    Plane *plane = world_plane(world, object->cluster);
    ControlPlaneSite *site = plane ? NULL : world_site(world, object->cluster);
    KubeCluster *cluster = plane ? plane->cluster : site ? site_cluster(site) : NULL;
    const char *ns = object->ns ? object->ns : plane ? plane->ns : "istio-system";

    if (!cluster || !cJSON_IsObject(object->patch) ||
        !kube_find(cluster, object->resource, ns, object->name))
        return;
    merge(cluster, object, ns);
    world_note(world, object->cluster, object->by ? object->by : "somebody", object->resource,
               object->name, "changed it");
    fault_prove_by_call(fault, "kube.request", object->cluster, "GET", object->resource,
                        object->name);
}

const FaultType FAULT_OBJECT_CHANGED = {
    .name = "objectChanged",
    .summary = "somebody changes an object in a cluster",
    .dossier = "F-014",
    .witness = "a request for the object",
    .fields = OBJECT_FIELDS,
    .field_count = sizeof OBJECT_FIELDS / sizeof *OBJECT_FIELDS,
    .argument_size = sizeof(ObjectArguments),
    .inject = change_object,
};

/* ---- an object that somebody deletes ------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *cluster, *resource, *ns, *name, *by;
} DeletionArguments;

static const Field DELETION_FIELDS[] = {
    {"cluster",   FIELD_TEXT, offsetof(DeletionArguments, cluster),  true,  "mp1, mp2 or cp-0001",
     NULL                                                                                                },
    {"resource",  FIELD_TEXT, offsetof(DeletionArguments, resource), true,
     "deployments, cronjobs...",                                                                     NULL},
    {"namespace", FIELD_TEXT, offsetof(DeletionArguments, ns),       false,
     "of the object; none: the plane's",                                                             NULL},
    {"name",      FIELD_TEXT, offsetof(DeletionArguments, name),     true,  "its name",              NULL},
    {"by",        FIELD_TEXT, offsetof(DeletionArguments, by),       false, "who does it: somebody", NULL},
};

static void delete_object(World *world, ArmedFault *fault, const void *arguments)
{
    const DeletionArguments *object = arguments;
    Plane *plane = world_plane(world, object->cluster);
    ControlPlaneSite *site = plane ? NULL : world_site(world, object->cluster);
    KubeCluster *cluster = plane ? plane->cluster : site ? site_cluster(site) : NULL;
    const char *ns = object->ns ? object->ns : plane ? plane->ns : "istio-system";
    const char *by = object->by ? object->by : "somebody";

    if (!cluster || !kube_find(cluster, object->resource, ns, object->name))
        return;
    kube_delete(cluster, object->resource, ns, object->name,
                &(KubeDeletion){.propagation = "Background", .manager = by}, NULL, NULL);
    world_note(world, object->cluster, by, object->resource, object->name, "deleted it");
    /* Of a namespace whatever is asked for meets it. */
    if (strcmp(object->resource, "namespaces") == 0)
        fault_prove_by_call(fault, "kube.request", object->cluster, NULL, NULL, NULL);
    else /* Jobs are looked for in lists */
        fault_prove_by_call(fault, "kube.request", object->cluster, "GET", object->resource,
                            strcmp(object->resource, "jobs") == 0 ? NULL : object->name);
    fault_prove_by_event(fault, EVENT_CONTROLLER_CHANGE, object->cluster, "made it again");
}

const FaultType FAULT_OBJECT_DELETED = {
    .name = "objectDeleted",
    .summary = "somebody deletes an object in a cluster",
    .dossier = "",
    .witness = "a request for the object, or whoever made it again",
    .fields = DELETION_FIELDS,
    .field_count = sizeof DELETION_FIELDS / sizeof *DELETION_FIELDS,
    .argument_size = sizeof(DeletionArguments),
    .inject = delete_object,
};

/* ---- a right that was never granted --------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *cluster, *verb, *resource;
} RightArguments;

static const Field RIGHT_FIELDS[] = {
    {"cluster",  FIELD_TEXT, offsetof(RightArguments, cluster),  true, "mp1, mp2 or cp-0001",        NULL},
    {"verb",     FIELD_TEXT, offsetof(RightArguments, verb),     true, "patch, delete, update",      NULL},
    {"resource", FIELD_TEXT, offsetof(RightArguments, resource), true, "deployments/scale, secrets",
     NULL                                                                                                },
};

static void deny(World *world, ArmedFault *fault, const void *arguments)
{
    const RightArguments *right = arguments;
    Plane *plane = world_plane(world, right->cluster);
    ControlPlaneSite *site = plane ? NULL : world_site(world, right->cluster);
    KubeCluster *cluster = plane ? plane->cluster : site ? site_cluster(site) : NULL;

    if (!cluster)
        return;
    kube_deny(cluster, "understudy", right->verb, right->resource, NULL);
    fault_prove_by_call(fault, "kube.request", right->cluster, "POST", "selfsubjectaccessreviews",
                        NULL);
}

const FaultType FAULT_RIGHT_MISSING = {
    .name = "rightMissing",
    .summary = "the engine's user may not do something in a cluster",
    .dossier = "F-018",
    .witness = "somebody asking what that user may do",
    .fields = RIGHT_FIELDS,
    .field_count = sizeof RIGHT_FIELDS / sizeof *RIGHT_FIELDS,
    .argument_size = sizeof(RightArguments),
    .inject = deny,
};
