/*
 * fakes/kubernetes/form/schema.h - a structural schema, read into the table of a type, and values held to its rules.
 *
 * What prunes, defaults and merges is in the KubeType; what a value must be is in its KubeRules. CEL expressions
 * (x-kubernetes-validations) are kept and printed, and not evaluated.
 *
 * Source:    Kubernetes documentation, "Extend the Kubernetes API with CustomResourceDefinitions"; texts of the refusals as
 *            recorded from 1.32, the rest by go-openapi's wording.
 * Ownership: a Schema owns its types, which live as long as it does.
 */
#ifndef FAKES_KUBERNETES_FORM_SCHEMA_H
#define FAKES_KUBERNETES_FORM_SCHEMA_H

#include "base/json.h"
#include "fakes/kubernetes/status.h"
#include "fakes/kubernetes/types/types.h"

typedef struct Schema Schema;

/*
 * openapi: what a CRD calls openAPIV3Schema; it must have passed schema_check_form. NULL: everything is kept. scale: the
 * subresource with its paths, or NULL.
 */
Schema *schema_new(const cJSON *openapi, const char *kind, const cJSON *scale);
void schema_free(Schema *schema);
/* The type of the whole object, with apiVersion, kind and metadata. */
const KubeType *schema_type(const Schema *schema);

/* Whether openapi is a structural schema; a cause for everything that makes it none. path: "spec.versions[0].schema.openAPIV3Schema". */
void schema_check_form(const cJSON *openapi, const char *path, KubeCauses *causes);

/* A cause for everything in json that type's rules refuse. */
void schema_check(const KubeType *type, const cJSON *json, KubeCauses *causes);

/* "spec/replicas" for "specReplicasPath"; NULL: there is no such path. */
const char *schema_scale_path(const KubeType *type, const char *which);

bool schema_is_nullable(const KubeType *type);

/* ---- between schema.c, which reads rules, and schema_check.c, which applies them ---- */

typedef struct SchemaRule SchemaRule;
typedef struct SchemaCheck SchemaCheck;
typedef void SchemaChecker(SchemaCheck *check, const SchemaRule *rule, const cJSON *json);

struct SchemaRule {
    SchemaChecker *checker;
    const cJSON *wanted;  /* what the keyword says */
    const cJSON *node;    /* the schema that the keyword stands in */
    const void *pattern;  /* a regex_t, of "pattern" */
    const KubeType **any; /* of "anyOf" and its like: type_count of them */
    int type_count;
};

struct KubeRules {
    const char *type; /* "object", "integer,string"; NULL: whatever it is */
    bool is_nullable;
    const SchemaRule *rules;
    int rule_count;
    const cJSON *scale; /* of a whole object: specReplicasPath and its like; NULL: it has none */
};

/* NULL if that keyword says nothing about values. */
SchemaChecker *schema_checker(const char *keyword);

#endif
