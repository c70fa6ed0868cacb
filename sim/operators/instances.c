/*
 * sim/operators/instances.c - what somebody deleted of a Postgres instance is made again: StatefulSet, volume, pod.
 *
 * A pod that goes comes back with the data it had. A volume that goes comes back empty, and then the pod's init container takes a base
 * backup of whoever the Kubegres resource names; like any claim that is in use it only goes when its pod does.
 * Source: domain.md 4.2 (R1); Kubernetes, "Storage Object in Use Protection".
 */
#include "sim/operators/instances.h"

#include <stdio.h>
#include <string.h>

#include "sim/objects.h"

static bool is_there(const PgMember *member, const char *resource, const char *name)
{
    const cJSON *object = kube_find(member->plane->cluster, resource, member->plane->ns, name);

    return object && !json_has(object, "metadata/deletionTimestamp");
}

/* The claim was deleted while the pod used it: it may go now. */
static void let_claim_go(const PgMember *member, const char *claim)
{
    const Plane *plane = member->plane;

    if (kube_find(plane->cluster, "persistentvolumeclaims", plane->ns, claim) &&
        !is_there(member, "persistentvolumeclaims", claim))
        object_merge(plane->cluster, "persistentvolumeclaims", plane->ns, claim,
                     "kube-controller-manager", object_format("{'metadata':{'finalizers':null}}"));
}

/* Where the Kubegres resource says that the log comes from: "" for the local primary. */
static void upstream_of(const cJSON *kubegres, char out_host[64])
{
    const char *endpoint = json_bool_or(kubegres, "spec/standby/enabled", false)
                               ? json_string_or(kubegres, "spec/standby/primaryEndpoint", "")
                               : "";

    snprintf(out_host, 64, "%.*s", (int)strcspn(endpoint, ":"), endpoint);
}

void instance_make_again(PgMember *member, const cJSON *kubegres)
{
    char claim[64], host[64];
    bool has_set = is_there(member, "statefulsets", member->name);
    bool has_pod = is_there(member, "pods", member->pod), has_claim;

    snprintf(claim, sizeof claim, "postgres-db-%s", member->pod);
    if (!has_pod)
        let_claim_go(member, claim);
    has_claim = is_there(member, "persistentvolumeclaims", claim);
    if (has_pod || member->phase != PG_POD_RUNNING)
        return;
    pg_pod_make(member, false);
    if (!has_set)
        world_note(member->plane->world, member->plane->name, "kubegres", "statefulsets",
                   member->name, "made it again");
    if (has_claim) {
        pg_member_restart(member, false);
    } else {
        upstream_of(kubegres, host);
        pg_member_reseed(member, host);
    }
}
