/*
 * fakes/kubernetes/form/kept.c - a row for each field that stays as it was made, and functions for the rest.
 */
#include "fakes/kubernetes/form/kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char FORBIDDEN[] = "FieldValueForbidden";

static bool differs(const cJSON *old, const cJSON *json, const char *path)
{
    const cJSON *before = json_find(old, path), *after = json_find(json, path);

    if (before == NULL || after == NULL)
        return before != after;
    return !json_equal(before, after);
}

/* Value is what Go would print of it: the text itself, or the name of its type. */
static void refuse(KubeCauses *causes, const cJSON *json, const char *path, const char *type)
{
    const cJSON *value = json_find(json, path);
    char field[80], text[200] = "null";

    snprintf(field, sizeof field, "%s", path);
    for (char *at = field; *at; at++)
        if (*at == '/')
            *at = '.';
    if (type != NULL)
        snprintf(text, sizeof text, "%s", type);
    else if (cJSON_IsString(value))
        snprintf(text, sizeof text, "\"%.150s\"", value->valuestring);
    else if (cJSON_IsNumber(value))
        snprintf(text, sizeof text, "%.15g", value->valuedouble);
    causes_add(causes, "FieldValueInvalid", field, "Invalid value: %s: field is immutable", text);
}

/* ---- pods and claims -------------------------------------------------------------------------- */

/* A spec without what may change. */
static cJSON *without(const cJSON *json, const char *const *paths)
{
    cJSON *spec = cJSON_Duplicate(json_find(json, "spec"), true), *container;
    static const char *const LISTS[] = {"containers", "initContainers"};

    for (; *paths != NULL; paths++)
        json_remove(spec, *paths);
    for (size_t i = 0; i < sizeof LISTS / sizeof *LISTS; i++)
        cJSON_ArrayForEach(container, json_find(spec, LISTS[i]))
            cJSON_DeleteItemFromObjectCaseSensitive(container, "image");
    return spec;
}

static bool is_changed(const cJSON *old, const cJSON *json, const char *const *paths)
{
    cJSON *before = without(old, paths), *after = without(json, paths);
    bool is = before != NULL && after != NULL && !json_equal(before, after);

    cJSON_Delete(before);
    cJSON_Delete(after);
    return is;
}

/* The node is set once, which is what binding does. */
static void check_pod(KubeCauses *causes, const cJSON *old, const cJSON *json)
{
    static const char *const BOUND[] = {"activeDeadlineSeconds", "tolerations",
                                        "terminationGracePeriodSeconds", NULL};
    static const char *const FREE[] = {"activeDeadlineSeconds", "tolerations",
                                       "terminationGracePeriodSeconds", "nodeName", NULL};

    if (!differs(old, json, "spec") ||
        !is_changed(old, json, *json_string_or(old, "spec/nodeName", "") ? BOUND : FREE))
        return;
    causes_add(causes, FORBIDDEN, "spec",
               "Forbidden: pod updates may not change fields other than "
               "`spec.containers[*].image`,`spec.initContainers[*].image`,"
               "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing "
               "tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it "
               "was previously negative)");
}

/* The volume is set once, which is what binding does. */
static void check_claim(KubeCauses *causes, const cJSON *old, const cJSON *json)
{
    static const char *const BOUND[] = {"resources/requests", "volumeAttributesClassName", NULL};
    static const char *const FREE[] = {"volumeName", NULL};

    if (is_changed(old, json, *json_string_or(old, "spec/volumeName", "") ? BOUND : FREE))
        causes_add(causes, FORBIDDEN, "spec",
                   "Forbidden: spec is immutable after creation except resources.requests and "
                   "volumeAttributesClassName for bound claims");
}

static void check_storage_class(KubeCauses *causes, const cJSON *old, const cJSON *json)
{
    static const char *const PATHS[] = {"parameters", "provisioner", "reclaimPolicy",
                                        "volumeBindingMode"};

    for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++)
        if (differs(old, json, PATHS[i]))
            causes_add(causes, FORBIDDEN, PATHS[i], "Forbidden: updates to %s are forbidden.",
                       PATHS[i]);
}

/* ---- the table -------------------------------------------------------------------------------- */

typedef void CheckKept(KubeCauses *causes, const cJSON *old, const cJSON *json);

static const struct {
    const char *plural, *path, *type;
    CheckKept *check;
} KEPT[] = {
    {"pods",                   NULL,                  NULL,                     check_pod          },
    {"persistentvolumeclaims", NULL,                  NULL,                     check_claim        },
    {"storageclasses",         NULL,                  NULL,                     check_storage_class},
    {"jobs",                   "spec/completionMode", NULL,                     NULL               },
    {"jobs",                   "spec/selector",       "v1.LabelSelector{}",     NULL               },
    {"jobs",                   "spec/template",       "core.PodTemplateSpec{}", NULL               },
    {"daemonsets",             "spec/selector",       "v1.LabelSelector{}",     NULL               },
    {"endpointslices",         "addressType",         NULL,                     NULL               },
    {"priorityclasses",        "value",               NULL,                     NULL               },
};

void kept_check(KubeCauses *causes, const KubeKind *kind, const cJSON *old, const cJSON *json)
{
    for (size_t i = 0; i < sizeof KEPT / sizeof *KEPT; i++) {
        if (strcmp(KEPT[i].plural, kind->plural) != 0)
            continue;
        if (KEPT[i].check != NULL)
            KEPT[i].check(causes, old, json);
        else if (differs(old, json, KEPT[i].path))
            refuse(causes, json, KEPT[i].path, KEPT[i].type);
    }
}
