/*
 * fakes/kubernetes/patch/patched.h - what a patch has made cannot be read: the refusal that shows it.
 *
 * Source: the API server's patch handler (1.32), as recorded: a merge or JSON patch is quoted with all that it made, a
 * strategic one by itself.
 */
#ifndef FAKES_KUBERNETES_PATCH_PATCHED_H
#define FAKES_KUBERNETES_PATCH_PATCHED_H

#include "fakes/kubernetes/write/write.h"

/* False, with a 422 that quotes what came out. type: any but an apply, of which patch is the configuration. */
bool patched_refuse(const Write *write, KubePatch type, const cJSON *patch, const cJSON *patched,
                    const char *why);

/* Of a patch that turns an object into one of another kind. */
bool patched_refuse_kind(const Write *write, KubePatch type, const cJSON *patch,
                         const cJSON *patched);

#endif
