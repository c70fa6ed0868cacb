/*
 * sim/operators/instances.c - what somebody deleted of a Postgres instance is made again: StatefulSet, volume, pod.
 *
 * A pod that goes comes back with the data it had. A volume that goes comes back empty, and then the pod's init container takes a base
 * backup of whoever the Kubegres resource names; like any claim that is in use it only goes when its pod does.
 * Those that were never there are made one after the other.
 * Source: domain.md 4.2 (R1); Kubernetes, "Storage Object in Use Protection".
 */
#include "sim/operators/instances.h"

#include <stdio.h>
#include <string.h>

#include "sim/objects.h"
#include "sim/operators/foundation.h"

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

/* ---- from the beginning ------------------------------------------------------------------------------------------------------------- */

static void note_deployed(const Plane *plane, const PgMember *member)
{
    world_note(plane->world, plane->name, "kubegres", "statefulsets", member->name,
               member->is_primary_by_label ? "made it, a primary" : "made it, a replica");
    object_set_status(plane->cluster, "kubegres", plane->ns, "tsb-postgres", "kubegres",
                      object_format("{'lastCreatedInstanceIndex':%d,'enforcedReplicas':%d}",
                                    member->index, member->index));
}

bool instances_deploy(Plane *plane, const cJSON *kubegres)
{
    char host[64];
    int next = 0;

    while (next < plane->member_count && plane->members[next]->is_deployed)
        next++;
    if (next == plane->member_count)
        return false;
    if (next > 0 && !pg_member_is_ready(plane->members[next - 1]))
        return true;
    upstream_of(kubegres, host);
    plane_database_services_make(plane);
    pg_member_deploy(plane->members[next], next == 0 && !*host, host);
    note_deployed(plane, plane->members[next]);
    return true;
}

void instances_remove(Plane *plane)
{
    for (int i = 0; i < plane->member_count; i++) {
        PgMember *member = plane->members[i];
        char claim[64];

        snprintf(claim, sizeof claim, "postgres-db-%s", member->pod);
        if (member->is_deployed)
            pg_member_remove(member);
        if (!is_there(member, "pods", member->pod))
            let_claim_go(member, claim);
    }
}
