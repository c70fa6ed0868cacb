/*
 * fakes/kubernetes/form/crd_check.c - what is wrong with a CustomResourceDefinition.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/kubernetes/form/crd.h"
#include "fakes/kubernetes/object.h"
#include "fakes/kubernetes/form/schema.h"

static const char INVALID[] = "FieldValueInvalid";

/* ---- the names -------------------------------------------------------------------------------- */

static void check_name(KubeCauses *causes, const cJSON *json)
{
    const char *name = kube_metadata_text(json, "name");
    char *wanted = memory_format("%s.%s", json_string_or(json, "spec/names/plural", ""),
                                 json_string_or(json, "spec/group", ""));

    if (strcmp(name, wanted) != 0)
        causes_add(causes, INVALID, "metadata.name",
                   "Invalid value: \"%s\": must be spec.names.plural+\".\"+spec.group", name);
    free(wanted);
}

static void check_required(KubeCauses *causes, const cJSON *json)
{
    static const char *const PATHS[][2] = {
        {"spec/group",          "spec.group"         },
        {"spec/scope",          "spec.scope"         },
        {"spec/names/plural",   "spec.names.plural"  },
        {"spec/names/singular", "spec.names.singular"},
        {"spec/names/kind",     "spec.names.kind"    },
        {"spec/names/listKind", "spec.names.listKind"},
    };

    for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++)
        if (*json_string_or(json, PATHS[i][0], "") == '\0')
            causes_require(causes, PATHS[i][1]);
}

static void check_words(KubeCauses *causes, const cJSON *json)
{
    const char *group = json_string_or(json, "spec/group", "");
    const char *scope = json_string_or(json, "spec/scope", "");
    const char *kind = json_string_or(json, "spec/names/kind", "");

    if (*group && strchr(group, '.') == NULL)
        causes_add(causes, INVALID, "spec.group",
                   "Invalid value: \"%s\": should be a domain with at least one dot", group);
    if (*scope && strcmp(scope, "Namespaced") != 0 && strcmp(scope, "Cluster") != 0)
        causes_add(causes, "FieldValueNotSupported", "spec.scope",
                   "Unsupported value: \"%s\": supported values: \"Cluster\", \"Namespaced\"",
                   scope);
    if (*kind && strcmp(kind, json_string_or(json, "spec/names/listKind", "")) == 0)
        causes_add(causes, INVALID, "spec.names.listKind",
                   "Invalid value: \"%s\": kind and listKind may not be the same", kind);
    if (json_bool_or(json, "spec/preserveUnknownFields", false))
        causes_add(causes, INVALID, "spec.preserveUnknownFields",
                   "Invalid value: true: cannot set to true, set "
                   "x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema "
                   "instead");
}

/* ---- the versions ----------------------------------------------------------------------------- */

static void check_storage(KubeCauses *causes, const cJSON *versions)
{
    const cJSON *version;
    int count = 0;

    cJSON_ArrayForEach(version, versions) count += json_bool_or(version, "storage", false);
    if (count != 1)
        causes_add(causes, INVALID, "spec.versions",
                   "Invalid value: []apiextensions.CustomResourceDefinitionVersion: must have "
                   "exactly one version marked as storage version");
}

static void check_doubles(KubeCauses *causes, const cJSON *versions)
{
    const cJSON *version, *earlier;
    int i = 0;

    cJSON_ArrayForEach(version, versions)
    {
        const char *name = json_string_or(version, "name", "");
        char field[60];

        snprintf(field, sizeof field, "spec.versions[%d].name", i++);
        if (*name == '\0')
            causes_require(causes, field);
        for (earlier = versions->child; earlier != version; earlier = earlier->next)
            if (strcmp(json_string_or(earlier, "name", ""), name) == 0)
                causes_add(causes, "FieldValueDuplicate", field, "Duplicate value: \"%s\"", name);
    }
}

/* One schema for all versions is looked at once, as the schema of the whole. */
static bool is_same_schema(const cJSON *versions)
{
    const cJSON *first = json_find(versions->child, "schema/openAPIV3Schema"), *version;

    cJSON_ArrayForEach(version, versions)
    {
        const cJSON *schema = json_find(version, "schema/openAPIV3Schema");

        if (first == NULL || schema == NULL || !json_equal(first, schema))
            return false;
    }
    return true;
}

static void check_schemas(KubeCauses *causes, const cJSON *versions)
{
    const cJSON *version;
    int i = 0;

    if (is_same_schema(versions)) {
        schema_check_form(json_find(versions->child, "schema/openAPIV3Schema"),
                          "spec.validation.openAPIV3Schema", causes);
        return;
    }
    cJSON_ArrayForEach(version, versions)
    {
        const cJSON *schema = json_find(version, "schema/openAPIV3Schema");
        char field[60];

        snprintf(field, sizeof field, "spec.versions[%d].schema.openAPIV3Schema", i++);
        if (schema == NULL)
            causes_add(causes, "FieldValueRequired", field, "Required value: schemas are required");
        else
            schema_check_form(schema, field, causes);
    }
}

static void check_versions(KubeCauses *causes, const cJSON *json)
{
    const cJSON *versions = json_find(json, "spec/versions");

    if (versions == NULL || versions->child == NULL) {
        causes_add(causes, "FieldValueRequired", "spec.versions",
                   "Required value: must have at least one version");
        return;
    }
    check_doubles(causes, versions);
    check_storage(causes, versions);
    check_schemas(causes, versions);
}

/* ---- what does not change --------------------------------------------------------------------- */

static void check_kept(KubeCauses *causes, const cJSON *old, const cJSON *json)
{
    static const char *const PATHS[][2] = {
        {"spec/group",        "spec.group"       },
        {"spec/scope",        "spec.scope"       },
        {"spec/names/kind",   "spec.names.kind"  },
        {"spec/names/plural", "spec.names.plural"},
    };

    for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++) {
        const char *now = json_string_or(json, PATHS[i][0], "");

        if (strcmp(now, json_string_or(old, PATHS[i][0], "")) != 0)
            causes_add(causes, INVALID, PATHS[i][1], "Invalid value: \"%s\": field is immutable",
                       now);
    }
}

static bool has_version(const cJSON *json, const char *name)
{
    const cJSON *version;

    cJSON_ArrayForEach(version, json_find(json, "spec/versions"))
    {
        if (strcmp(json_string_or(version, "name", ""), name) == 0)
            return true;
    }
    return false;
}

/* A version in which objects may be stored must stay. */
static void check_stored(KubeCauses *causes, const cJSON *json)
{
    const cJSON *stored;
    int i = 0;

    cJSON_ArrayForEach(stored, json_find(json, "status/storedVersions"))
    {
        const char *name = cJSON_IsString(stored) ? stored->valuestring : "";
        char field[60];

        snprintf(field, sizeof field, "status.storedVersions[%d]", i++);
        if (!has_version(json, name))
            causes_add(causes, INVALID, field,
                       "Invalid value: \"%s\": missing from spec.versions; %s was previously a "
                       "storage version, and must remain in spec.versions until a storage "
                       "migration ensures no data remains persisted in %s and removes %s from "
                       "status.storedVersions",
                       name, name, name, name);
    }
}

void crd_check(KubeCauses *causes, const cJSON *old, const cJSON *json)
{
    if (old == NULL)
        check_name(causes, json);
    check_required(causes, json);
    check_words(causes, json);
    check_versions(causes, json);
    check_stored(causes, json);
    if (old != NULL)
        check_kept(causes, old, json);
}
