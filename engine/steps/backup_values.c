/*
 * engine/steps/backup_values.c - what the plane was installed with, and what it holds: its resource, Helm's values, versions, an inventory.
 *
 * Source: domain.md 8.7, SEC-18. The inventory is what a restore is held against.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/backup/draft.h"
#include "engine/backup/secrets.h"
#include "engine/observations.h"
#include "engine/restore/release.h"
#include "engine/steps/steps.h"

/* Helm's, if the environment says that helm installs it. */
static bool has_values(Operation *operation)
{
    return !backup_plane(operation)->spec->install.chart || draft_has(operation, BACKUP_VALUES) ||
           json_bool_or(operation->record, "backup/hasNoRelease", false);
}

static void observe_values(Operation *operation, Observation *out)
{
    if (!backup_is_whole(operation))
        observe_holds(out, "the database only");
    else if (draft_is_kept(operation) ||
             (draft_has(operation, BACKUP_RESOURCE) && has_values(operation)))
        observe_holds(out, "TSB %s",
                      json_string_or(draft_manifest(operation), "versions/tsb", "of some version"));
    else
        observe_pending(out, "not read yet");
}

/* The tag of the operator's image. */
static bool note_version(Operation *operation, const Plane *plane, Error *err)
{
    DeploymentView view;
    const char *tag;

    if (!see_deployment(plane, "tsb-operator-management-plane", &view, err))
        return false;
    tag = strrchr(view.image, ':');
    if (tag && !strchr(tag, '/'))
        json_put_string(draft_manifest(operation), "versions/tsb", tag + 1);
    return true;
}

/* A plane whose API is ill can be backed up all the same. */
static void note_inventory(Operation *operation, const Plane *plane)
{
    char address[256], ip[64];
    cJSON *inventory = NULL;
    Error why = {0};

    if (see_load_balancer(plane, address, &why) && see_ip(operation, address, ip, &why) &&
        see_inventory(operation, plane, ip, &inventory, &why))
        json_put(draft_manifest(operation), "inventory", inventory);
    else
        operation_warn(
            operation, "PG-23",
            "%s does not tell what it holds, so that a restore can be held against it: %s",
            plane->spec->name, why.message);
}

static bool write_resource(Operation *operation, const Plane *plane, Error *err)
{
    char *name = memory_format("%s-managementplane.json", plane->spec->name), *text;
    cJSON *resource = NULL, *stripped;
    bool ok = see_management_plane(plane, &resource, err);

    if (ok) {
        stripped = object_stripped(resource);
        text = cJSON_Print(stripped);
        ok = draft_add(operation, BACKUP_RESOURCE, name, text, strlen(text), err);
        cJSON_free(text);
        cJSON_Delete(stripped);
    }
    cJSON_Delete(resource);
    free(name);
    return ok;
}

/* A plane that was not installed by that release can be backed up all the same: its resource says what it is. */
static bool write_values(Operation *operation, const Plane *plane, Error *err)
{
    const char *release = plane->spec->install.release;
    HelmCluster cluster = release_cluster(operation, plane);
    char *name, *values = NULL;
    Error why = {0};
    bool ok;

    if (!plane->spec->install.chart)
        return true;
    if (!helm_values(&cluster, release, &values, &why) && why.code == ERR_NOT_FOUND) {
        json_put_bool(operation->record, "backup/hasNoRelease", true);
        operation_warn(operation, "SEC-18", "%s has no release %s, so its values are not kept",
                       plane->spec->name, release);
        return true;
    }
    if (!values)
        return error_set(err, why.code, "%s", why.message);
    name = memory_format("%s-values.yaml", plane->spec->name);
    ok = draft_add(operation, BACKUP_VALUES, name, values, strlen(values), err);
    explicit_bzero(values, strlen(values));
    free(values);
    free(name);
    return ok;
}

static bool back_up_values(Operation *operation, Error *err)
{
    const Plane *plane = backup_plane(operation);

    if (!draft_begin(operation, err) || !note_version(operation, plane, err))
        return false;
    note_inventory(operation, plane);
    return write_values(operation, plane, err) && write_resource(operation, plane, err);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_BACKUP_VALUES = {
    .id = "BK3",
    .name = "values",
    .why = "a new plane that is installed in another way is another plane",
    .never = "change anything in the cluster",
    .observe = observe_values,
    .act = back_up_values,
    .undo = draft_drop,
    .deadline_ms = deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy = "see what stands in the way of reading or writing, and run again",
};
