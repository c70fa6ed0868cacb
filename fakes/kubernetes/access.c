/*
 * fakes/kubernetes/access.c - who may do what: everything that no denial forbids.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/kubernetes/access.h"

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

bool kube_may(const KubeCluster *cluster, const char *user, const char *verb, const char *resource,
              const char *ns)
{
    const KubeDenials *denials = cluster->denials;

    for (int i = 0; denials != NULL && i < denials->count; i++) {
        const Denial *denial = &denials->items[i];

        if (matches(denial->user, user) && matches(denial->verb, verb) &&
            matches(denial->resource, resource) && matches(denial->ns, ns))
            return false;
    }
    return true;
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
