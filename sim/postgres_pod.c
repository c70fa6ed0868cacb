/*
 * sim/postgres_pod.c - the StatefulSet, the pod and the volume that a Postgres instance is in Kubernetes.
 *
 * Source: domain.md 1.1, 4.2 (one StatefulSet per instance; labels app, index, replicationRole).
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sim/inside.h"
#include "sim/objects.h"

static const char MANAGER[] = "kubegres";

static const char *role(const PgMember *member)
{
    return member->is_primary_by_label ? "primary" : "replica";
}

static cJSON *statefulset(const PgMember *member)
{
    return object_format(
        "{'metadata':{'name':'%s','labels':{'app':'tsb-postgres','index':'%d',"
        "'replicationRole':'%s'}},'spec':{'replicas':1,'serviceName':'tsb-postgres',"
        "'selector':{'matchLabels':{'app':'tsb-postgres','index':'%d'}},"
        "'template':{'metadata':{'labels':{'app':'tsb-postgres','index':'%d',"
        "'replicationRole':'%s'}},'spec':{'containers':[{'name':'tsb-postgres-%d',"
        "'image':'containers.dl.tetrate.io/postgres:%lld','ports':[{'containerPort':5432}]}]}}}}",
        member->name, member->index, role(member), member->index, member->index, role(member),
        member->index,
        (long long)member->plane->world->parameters.replication.server_version_num / 10000);
}

static cJSON *pod(const PgMember *member)
{
    return object_format("{'metadata':{'name':'%s','labels':{'app':'tsb-postgres','index':'%d',"
                         "'replicationRole':'%s','statefulset.kubernetes.io/pod-name':'%s'}},"
                         "'spec':{'containers':[{'name':'tsb-postgres-%d',"
                         "'image':'containers.dl.tetrate.io/postgres:%lld'}],'nodeName':'node-1'},"
                         "'status':{'phase':'Pending'}}",
                         member->pod, member->index, role(member), member->pod, member->index,
                         (long long)
                                 member->plane->world->parameters.replication.server_version_num /
                             10000);
}

static cJSON *claim(const PgMember *member)
{
    return object_format("{'metadata':{'name':'postgres-db-%s','labels':{'app':'tsb-postgres'},"
                         "'finalizers':['kubernetes.io/pvc-protection']},"
                         "'spec':{'accessModes':['ReadWriteOnce'],'storageClassName':'standard',"
                         "'resources':{'requests':{'storage':'50Gi'}}},'status':{'phase':'Bound',"
                         "'capacity':{'storage':'50Gi'}}}",
                         member->pod);
}

/* What is there already stays as it is. */
static void make_missing(const Plane *plane, const char *resource, cJSON *object)
{
    if (kube_find(plane->cluster, resource, plane->ns, json_string_or(object, "metadata/name", "")))
        cJSON_Delete(object);
    else
        object_create(plane->cluster, resource, plane->ns, MANAGER, object);
}

void pg_pod_make(PgMember *member, bool is_ready)
{
    make_missing(member->plane, "statefulsets", statefulset(member));
    make_missing(member->plane, "persistentvolumeclaims", claim(member));
    pg_pod_show(member, is_ready);
}

static void show_statefulset(const PgMember *member, bool is_ready)
{
    const Plane *plane = member->plane;
    const cJSON *object = kube_find(plane->cluster, "statefulsets", plane->ns, member->name);

    if (!object)
        return;
    object_set_status(
        plane->cluster, "statefulsets", plane->ns, member->name, "kube-controller-manager",
        object_format("{'observedGeneration':%lld,'replicas':1,'currentReplicas':1,"
                      "'updatedReplicas':1,'readyReplicas':%s,'availableReplicas':%s}",
                      (long long)json_integer_or(object, "metadata/generation", 1),
                      is_ready ? "1" : "null", is_ready ? "1" : "0"));
}

/* The pod as it is now; a stopped one is there and not ready, as between two lives of a StatefulSet's pod. */
void pg_pod_show(PgMember *member, bool is_ready)
{
    const Plane *plane = member->plane;
    const char *ready = is_ready ? "True" : "False";
    char now[CLOCK_TEXT_MAX];

    clock_rfc3339(clock_wall_ms(), now);
    if (!kube_find(plane->cluster, "pods", plane->ns, member->pod))
        object_create(plane->cluster, "pods", plane->ns, MANAGER, pod(member));
    object_set_status(
        plane->cluster, "pods", plane->ns, member->pod, "kubelet",
        object_format(
            "{'phase':'%s','podIP':'%s','conditions':["
            "{'type':'PodScheduled','status':'True','lastTransitionTime':'%s'},"
            "{'type':'ContainersReady','status':'%s','lastTransitionTime':'%s'},"
            "{'type':'Ready','status':'%s','lastTransitionTime':'%s'}],"
            "'containerStatuses':[{'name':'tsb-postgres-%d','ready':%s,'restartCount':%d}]}",
            is_ready ? "Running" : "Pending", member->ip, now, ready, now, ready, now,
            member->index, is_ready ? "true" : "false", member->crashes));
    show_statefulset(member, is_ready);
}

void pg_pod_label(PgMember *member)
{
    const Plane *plane = member->plane;

    object_merge(plane->cluster, "statefulsets", plane->ns, member->name, MANAGER,
                 object_format("{'metadata':{'labels':{'replicationRole':'%s'}},"
                               "'spec':{'template':{'metadata':{'labels':{'replicationRole':'%s'}}}"
                               "}}",
                               role(member), role(member)));
    if (kube_find(plane->cluster, "pods", plane->ns, member->pod))
        object_merge(plane->cluster, "pods", plane->ns, member->pod, MANAGER,
                     object_format("{'metadata':{'labels':{'replicationRole':'%s'}}}",
                                   role(member)));
}

void pg_pod_log(const PgMember *member, const char *format, ...)
{
    va_list arguments;
    char when[CLOCK_TEXT_MAX], line[400], *stamped;

    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    stamped = memory_format("%s %s", clock_rfc3339_micro(clock_wall_ms(), when), line);
    kube_log(member->plane->cluster, member->plane->ns, member->pod, stamped);
    free(stamped);
}
