/*
 * engine/restore/values.c - the chart's values for the new cluster: those of the backup, with what `install.values` puts over them.
 */
#include "engine/restore/values.h"

#include <stdio.h>
#include <string.h>

#include "base/yaml.h"

/* As helm merges: mappings into each other, null takes away, all else replaces. */
static void merge(cJSON *into, const cJSON *over)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, over)
    {
        cJSON *old = cJSON_GetObjectItemCaseSensitive(into, member->string);

        if (cJSON_IsObject(old) && cJSON_IsObject(member)) {
            merge(old, member);
            continue;
        }
        cJSON_DeleteItemFromObjectCaseSensitive(into, member->string);
        if (!cJSON_IsNull(member))
            cJSON_AddItemToObject(into, member->string, cJSON_Duplicate(member, true));
    }
}

/* A file or text of values, as a tree of its own. */
static bool read_over(const Operation *operation, cJSON **out_over, Error *err)
{
    const char *file = operation->standby->spec->install.values;
    YamlDocument *document = NULL;

    *out_over = NULL;
    if (!file)
        return true;
    if (!yaml_read(file, &document, err))
        return false;
    *out_over = cJSON_Duplicate(yaml_root(document), true);
    yaml_free(document);
    return true;
}

/* Of an installation without helm, or whose values nobody kept. */
cJSON *values_of_resource(const cJSON *resource)
{
    cJSON *values = cJSON_CreateObject(),
          *spec = cJSON_Duplicate(json_find(resource, "spec"), true);

    json_put_string(values, "image/registry", json_string_or(spec, "hub", ""));
    json_put(values, "spec", spec);
    json_remove(values, "spec/hub");
    return values;
}

bool values_put_over(const Operation *operation, cJSON *values, Error *err)
{
    cJSON *over = NULL;
    bool ok = read_over(operation, &over, err);

    if (ok)
        merge(values, over);
    cJSON_Delete(over);
    return ok;
}

bool restore_base_values(const Backup *backup, cJSON **out_values, Error *err)
{
    YamlDocument *document = NULL;

    if (!backup->values && !backup->resource)
        return error_set(err, ERR_NOT_FOUND,
                         "the backup has neither helm's values nor the ManagementPlane");
    if (!backup->values) {
        *out_values = values_of_resource(backup->resource);
        return true;
    }
    if (!yaml_parse("values of the backup", backup->values, strlen(backup->values), &document, err))
        return false;
    *out_values = cJSON_Duplicate(yaml_root(document), true);
    yaml_free(document);
    return true;
}

bool restore_values(const Operation *operation, const Backup *backup, cJSON **out_values,
                    Error *err)
{
    cJSON *values = NULL;
    bool ok = restore_base_values(backup, &values, err) && values_put_over(operation, values, err);

    if (ok)
        *out_values = values;
    else
        cJSON_Delete(values);
    return ok;
}

/* ---- what may differ ---------------------------------------------------------------------------------------------------------- */

static bool may_differ(const char *path)
{
    static const char *const PREFIXES[] = {
        "image.",           "secrets.imagePull", "secrets.tsb.cert",      "secrets.tsb.key",
        "secrets.xcp.",     "spec.hub",          "spec.imagePullSecrets", "spec.highAvailability",
        "spec.components.", "operator.",
    };

    for (size_t i = 0; i < sizeof PREFIXES / sizeof *PREFIXES; i++)
        if (strncmp(path, PREFIXES[i], strlen(PREFIXES[i])) == 0)
            return true;
    return false;
}

static void find_drift(const cJSON *over, const char *prefix, char out_path[120])
{
    const cJSON *member;

    cJSON_ArrayForEach(member, over)
    {
        char path[120];

        snprintf(path, sizeof path, "%.80s%s%.36s", prefix, *prefix ? "." : "", member->string);
        if (*out_path)
            return;
        if (cJSON_IsObject(member))
            find_drift(member, path, out_path);
        else if (!may_differ(path))
            memcpy(out_path, path, sizeof path);
    }
}

bool restore_values_drift(const Operation *operation, char out_path[120], Error *err)
{
    cJSON *over = NULL;

    *out_path = '\0';
    if (!read_over(operation, &over, err))
        return false;
    find_drift(over, "", out_path);
    cJSON_Delete(over);
    return true;
}

/* ---- what they make ----------------------------------------------------------------------------------------------------------- */

bool values_are_external(const cJSON *values)
{
    return json_has(values, "spec/dataStore/postgres");
}

bool values_make_secret(const cJSON *values, const char *name)
{
    static const struct {
        const char *secret, *value;
    } ROWS[] = {
        {"admin-credentials",      "secrets/tsb/adminPassword"     },
        {"azure-credentials",      "secrets/azure/clientSecret"    },
        {"elastic-credentials",    "secrets/elasticsearch/username"},
        {"es-certs",               "secrets/elasticsearch/cacert"  },
        {"iam-oidc-client-secret", "secrets/oidc/clientSecret"     },
        {"ldap-credentials",       "secrets/ldap/binddn"           },
        {"postgres-credentials",   "secrets/postgres/username"     },
        {"tsb-certs",              "secrets/tsb/cert"              },
        {"xcp-central-cert",       "secrets/xcp/central/cert"      },
    };

    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        if (strcmp(ROWS[i].secret, name) == 0)
            return json_has(values, ROWS[i].value);
    return false;
}
