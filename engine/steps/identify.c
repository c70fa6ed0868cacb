/*
 * engine/steps/identify.c - every context reaches the cluster that it means, and no two reach the same.
 *
 * Source: domain.md V7, MP-25, F-009. The uid of the kube-system namespace is the identity of a cluster.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

static KubePath identity_path(void)
{
    return (KubePath){.resource = "v1/namespaces", .name = "kube-system"};
}

/* 0 and 1 are the planes, the rest control planes. */
static const char *site_name(const Operation *operation, size_t index)
{
    return index < 2 ? operation->planes[index].spec->name
                     : operation->control_planes[index - 2].spec->name;
}

static const char *site_context(const Operation *operation, size_t index)
{
    return index < 2 ? operation->planes[index].spec->context
                     : operation->control_planes[index - 2].spec->context;
}

static char *site_uid(Operation *operation, size_t index)
{
    return index < 2 ? operation->planes[index].uid : operation->control_planes[index - 2].uid;
}

static KubeClient *site_kube(const Operation *operation, size_t index)
{
    return index < 2 ? operation->planes[index].kube : operation->control_planes[index - 2].kube;
}

typedef struct {
    const char *uid;
    size_t index;
} Identity;

static int by_uid(const void *a, const void *b)
{
    int order = strcmp(((const Identity *)a)->uid, ((const Identity *)b)->uid);

    return order ? order : (((const Identity *)a)->index > ((const Identity *)b)->index) * 2 - 1;
}

static bool all_differ(Operation *operation, size_t count, Observation *out)
{
    Identity *identities = memory_new(count, sizeof *identities);
    bool differ = true;

    for (size_t i = 0; i < count; i++)
        identities[i] = (Identity){site_uid(operation, i), i};
    qsort(identities, count, sizeof *identities, by_uid);
    for (size_t i = 1; i < count && differ; i++) {
        char observed[280];

        if (strcmp(identities[i - 1].uid, identities[i].uid) != 0)
            continue;
        differ = false;
        snprintf(
            observed, sizeof observed,
            "%s (context %.60s) and %s (context %.60s) are the same cluster, kube-system uid %s",
            site_name(operation, identities[i - 1].index),
            site_context(operation, identities[i - 1].index),
            site_name(operation, identities[i].index), site_context(operation, identities[i].index),
            identities[i].uid);
        observe_failed(out, REACT_REFUSE, "F-009", "a cluster of its own behind every context",
                       observed, "kubectl --context NAME get namespace kube-system -o yaml",
                       "correct the contexts in the environment file or the kubeconfig");
    }
    free(identities);
    return differ;
}

/* A pinned uid, or the one that an earlier part of this run recorded, must be met again. */
static bool is_expected(Operation *operation, size_t index, Observation *out)
{
    const char *recorded =
        json_string(json_find(operation->record, "uids"), site_name(operation, index));
    const char *pinned = index < 2 ? operation->planes[index].spec->cluster_uid : NULL;
    const char *expected = pinned ? pinned : recorded;
    char observed[280];

    if (index < 2 && operation->planes[index].is_out_of_reach)
        return true; /* it is asked again before it is fenced */
    if (!expected || strcmp(expected, site_uid(operation, index)) == 0)
        return true;
    snprintf(observed, sizeof observed, "context %.80s of %s reaches cluster %s, expected %s",
             site_context(operation, index), site_name(operation, index),
             site_uid(operation, index), expected);
    observe_failed(out, REACT_STOP, "MP-25", "the same cluster as before behind every context",
                   observed, "kubectl --context NAME get namespace kube-system -o yaml",
                   "somebody changed the kubeconfig, or the cluster was replaced: find out which");
    return false;
}

static void note_uids(Operation *operation, size_t count)
{
    cJSON *uids = cJSON_CreateObject();

    for (size_t i = 0; i < count; i++)
        if (i >= 2 || !operation->planes[i].is_out_of_reach)
            cJSON_AddStringToObject(uids, site_name(operation, i), site_uid(operation, i));
    json_put(operation->record, "uids", uids);
}

/* The active of an unplanned failover, or a standby that nobody needs; it has to be known which of the two that is. */
static bool may_be_lost(const Operation *operation, size_t index)
{
    const Plane *plane = index < 2 ? &operation->planes[index] : NULL;

    return plane && ((operation->is_unplanned && operation->active == plane) ||
                     (operation->does_without_standby && operation->standby == plane));
}

static void note_lost(Operation *operation, size_t index, const char *why)
{
    if (!operation->planes[index].is_out_of_reach)
        operation_warn(operation, "F-201", "%s is out of reach: %s", site_name(operation, index),
                       why);
    operation->planes[index].is_out_of_reach = true;
    snprintf(site_uid(operation, index), 64, "unreachable-%zu", index);
}

/* Fills the uids; false with an observation if one cannot be read. A control plane may be out of reach (F-619), a plane may not. */
static bool take_uids(Operation *operation, KubeRead *reads, size_t count, Observation *out)
{
    for (size_t i = 0; i < count; i++) {
        const char *uid = json_string_or(reads[i].object, "metadata/uid", "");

        if (!*uid && may_be_lost(operation, i)) {
            note_lost(operation, i, reads[i].error.message);
            continue;
        }
        if (!*uid && i < 2) {
            observe_waiting(out, "%s: %s", site_name(operation, i), reads[i].error.message);
            return false;
        }
        if (!*uid && !operation->control_planes[i - 2].is_chosen) {
            snprintf(site_uid(operation, i), 64, "unreachable-%zu", i);
            continue;
        }
        if (!*uid) {
            operation_warn(operation, "F-619", "%s cannot be reached: %s", site_name(operation, i),
                           reads[i].error.message);
            operation_debt(operation, "%s could not be reached by the engine",
                           site_name(operation, i));
            snprintf(site_uid(operation, i), 64, "unreachable-%zu", i);
            continue;
        }
        snprintf(site_uid(operation, i), 64, "%s", uid);
    }
    return true;
}

static void observe_identity(Operation *operation, Observation *out)
{
    size_t count = operation->control_plane_count + 2;
    KubeRead *reads = memory_new(count, sizeof *reads);
    bool ok;

    for (size_t i = 0; i < count; i++)
        reads[i] = (KubeRead){.client = site_kube(operation, i), .path = identity_path()};
    kube_client_get_all(reads, count, (size_t)operation->environment->policies.width);
    ok = take_uids(operation, reads, count, out) && all_differ(operation, count, out);
    for (size_t i = 0; i < count && ok; i++)
        ok = is_expected(operation, i, out);
    if (ok) {
        note_uids(operation, count);
        observe_holds(out, "%zu clusters, each where its context says", count);
    }
    for (size_t i = 0; i < count; i++)
        cJSON_Delete(reads[i].object);
    free(reads);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_IDENTIFY = {
    .id = "FO0a",
    .name = "identify",
    .why = "a command in the wrong cluster is the most expensive typing error there is",
    .never = "change anything",
    .observe = observe_identity,
    .deadline_ms = deadline,
    .on_deadline = REACT_REFUSE,
    .remedy = "check the kubeconfig, the network, and that both planes' API servers are up",
    .is_footing = true,
};
