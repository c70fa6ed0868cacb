/*
 * fakes/kubernetes/surface/openapi.h - /openapi/v2 and /openapi/v3: the form of every kind, for apply, explain and generators.
 *
 * Source: OpenAPI 2.0 and 3.0; the vendor extensions x-kubernetes-* of kube-openapi; recorded heads of 1.32. The schemas
 * come from the tables of types (types/types.h) and from the schemas of CustomResourceDefinitions; descriptions are our own.
 */
#ifndef FAKES_KUBERNETES_SURFACE_OPENAPI_H
#define FAKES_KUBERNETES_SURFACE_OPENAPI_H

#include "fakes/kubernetes/request.h"

/* False if path ("/openapi/v3/apis/apps/v1") is not one of these. */
bool openapi_answer(KubeRequest *request, const char *path);

#endif
