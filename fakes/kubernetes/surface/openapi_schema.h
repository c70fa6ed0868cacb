/*
 * fakes/kubernetes/surface/openapi_schema.h - types as schemas: the definitions of OpenAPI 2, the components of OpenAPI 3.
 *
 * Source:    openapi-gen and kube-openapi as 1.32 uses them: `default` only in 3, `$ref` with siblings is `allOf` in 3,
 *            quantities and ints-or-strings are `oneOf` in 3; of custom resources apiextensions-apiserver's builder.
 * Ownership: a set of schemas owns what was added until it is given away by openapi_schemas_take.
 */
#ifndef FAKES_KUBERNETES_SURFACE_OPENAPI_SCHEMA_H
#define FAKES_KUBERNETES_SURFACE_OPENAPI_SCHEMA_H

#include "base/json.h"
#include "fakes/kubernetes/kinds.h"

typedef enum { OPENAPI_2 = 2, OPENAPI_3 = 3 } OpenapiVersion;

/* Schemas by name, each once, with all that they refer to. */
typedef struct OpenapiSchemas OpenapiSchemas;

OpenapiSchemas *openapi_schemas_new(OpenapiVersion version);
/* The kind and its list. own: the openAPIV3Schema of its CustomResourceDefinition, or NULL. */
void openapi_schemas_add_kind(OpenapiSchemas *schemas, const KubeKind *kind, const cJSON *own);
/* A built-in one: "v1", "Status". */
void openapi_schemas_add_type(OpenapiSchemas *schemas, const char *api_version, const char *kind);
/* What the body of a PATCH is. */
void openapi_schemas_add_patch(OpenapiSchemas *schemas);
/* Frees schemas; the tree, sorted by name, is the caller's. */
cJSON *openapi_schemas_take(OpenapiSchemas *schemas);

/* "io.k8s.api.apps.v1.Deployment"; suffix: "", "List". free() it. */
char *openapi_kind_name(const KubeKind *kind, const char *suffix);
/* The same of a type that has a name. */
char *openapi_type_name(const KubeType *type);
/* {"$ref": "#/definitions/NAME"} */
cJSON *openapi_reference(OpenapiVersion version, const char *name);
/* {"group": "apps", "kind": "Deployment", "version": "v1"} */
cJSON *openapi_kind(const char *group, const char *version, const char *kind);

#endif
