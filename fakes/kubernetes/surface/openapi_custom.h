/*
 * fakes/kubernetes/surface/openapi_custom.h - the schemas of custom resources, from those of their definitions.
 *
 * Source: apiextensions-apiserver, pkg/controller/openapi/builder: apiVersion, kind and metadata are what they are for
 * every object; what OpenAPI 2 cannot say (unknown fields, nullable, choices) is left out of it.
 */
#ifndef FAKES_KUBERNETES_SURFACE_OPENAPI_CUSTOM_H
#define FAKES_KUBERNETES_SURFACE_OPENAPI_CUSTOM_H

#include "fakes/kubernetes/surface/openapi_schema.h"

/* own: the openAPIV3Schema of its definition; NULL: spec and status are whatever they are. cJSON_Delete() it. */
cJSON *openapi_custom(OpenapiVersion version, const KubeKind *kind, const cJSON *own);
cJSON *openapi_custom_list(OpenapiVersion version, const KubeKind *kind);

#endif
