/*
 * fakes/kubernetes/patch/patch.h - the three ways in which a client says what to change.
 *
 * Source: RFC 7396 with the API server's treatment of nulls in arrays; RFC 6902 with RFC 6901 pointers; strategic merge
 * patch (Kubernetes, "Update API Objects in Place Using kubectl patch"), by the tables of types.
 * Pure: JSON in, JSON out. target is consumed; the result is the caller's.
 */
#ifndef FAKES_KUBERNETES_PATCH_PATCH_H
#define FAKES_KUBERNETES_PATCH_PATCH_H

#include "base/json.h"
#include "fakes/kubernetes/types/types.h"

/* Nulls inside an array lose their keys in objects and stay as elements. */
cJSON *patch_merge(cJSON *target, const cJSON *patch);

/* Fails, leaving *target as it was, if an operation fails or is none. */
bool patch_json(cJSON **target, const cJSON *operations, Error *err);

/*
 * Merges as type says. Fails, leaving *target as it was, with the text of the real server: ERR_INPUT for a directive that it
 * refuses as a bad request; ERR_INVALID for what it fails at (a list element without its key, an unknown directive: 500).
 */
bool patch_strategic(cJSON **target, const cJSON *patch, const KubeType *type, Error *err);

/* Puts item (owned from now on) at index, or at the end. Debian 12's cJSON_InsertItemInArray loses it past the first place. */
void patch_insert(cJSON *array, int index, cJSON *item);

#endif
