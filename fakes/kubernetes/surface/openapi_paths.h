/*
 * fakes/kubernetes/surface/openapi_paths.h - what can be done with a kind, as the paths of an OpenAPI document.
 *
 * Source: paths as recorded from 1.32: operations with their x-kubernetes-action and -group-version-kind, by which
 * kubectl finds out whether dryRun and fieldValidation are understood; parameters as the API reference lists them. What
 * connects to a pod (exec, proxy) and the deprecated /watch paths are left out.
 */
#ifndef FAKES_KUBERNETES_SURFACE_OPENAPI_PATHS_H
#define FAKES_KUBERNETES_SURFACE_OPENAPI_PATHS_H

#include "fakes/kubernetes/surface/openapi_schema.h"

/* Adds the paths of one kind, and to schemas what they refer to. */
void openapi_paths_add_kind(cJSON *paths, OpenapiVersion version, OpenapiSchemas *schemas,
                            const KubeKind *kind);

#endif
