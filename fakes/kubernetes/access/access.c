/*
 * fakes/kubernetes/access/access.c - whether somebody may: the denials of a cluster first, then its roles.
 */
#include "fakes/kubernetes/access/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

typedef struct {
    char *user, *verb, *resource, *ns; /* NULL: any */
} Denial;

struct KubeDenials {
    Denial *items;
    int count, capacity;
};

static bool matches(const char *denied, const char *actual)
{
    return denied == NULL || (actual != NULL && strcmp(denied, actual) == 0);
}

void kube_deny(KubeCluster *cluster, const char *user, const char *verb, const char *resource,
               const char *ns)
{
    KubeDenials *denials = cluster->denials;

    if (denials == NULL)
        denials = cluster->denials = MEMORY_NEW(KubeDenials);
    MEMORY_GROW(denials->items, denials->count, denials->capacity);
    denials->items[denials->count++] =
        (Denial){memory_text(user), memory_text(verb), memory_text(resource), memory_text(ns)};
}

static bool is_denied(const KubeDenials *denials, const KubeUser *user,
                      const KubeAttributes *attributes)
{
    const char *part = attributes->subresource;
    char resource[160];

    if (denials == NULL || attributes->path != NULL)
        return false;
    snprintf(resource, sizeof resource, "%s%s%s", attributes->resource, *part ? "/" : "", part);
    for (int i = 0; i < denials->count; i++) {
        const Denial *denial = &denials->items[i];

        if (matches(denial->user, user->name) && matches(denial->verb, attributes->verb) &&
            matches(denial->resource, resource) && matches(denial->ns, attributes->ns))
            return true;
    }
    return false;
}

bool kube_may(const KubeCluster *cluster, const KubeUser *user, const KubeAttributes *attributes,
              char out_reason[RBAC_REASON_MAX])
{
    if (out_reason != NULL)
        *out_reason = 0;
    if (is_denied(cluster->denials, user, attributes))
        return false;
    return user->is_master || rbac_allows(cluster, user, attributes, out_reason);
}

bool kube_is_restricted(const KubeCluster *cluster, const KubeUser *user)
{
    const KubeDenials *denials = cluster->denials;

    for (int i = 0; denials != NULL && i < denials->count; i++)
        if (matches(denials->items[i].user, user->name))
            return true;
    return false;
}

void kube_denials_free(KubeDenials *denials)
{
    for (int i = 0; denials != NULL && i < denials->count; i++) {
        free(denials->items[i].user);
        free(denials->items[i].verb);
        free(denials->items[i].resource);
        free(denials->items[i].ns);
    }
    if (denials != NULL)
        free(denials->items);
    free(denials);
}
