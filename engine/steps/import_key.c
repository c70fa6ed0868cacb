/*
 * engine/steps/import_key.c - the signing key is the old plane's, before anybody signs with another.
 *
 * Source: domain.md RR4; X19, F-802, F-823. The operator generates one if there is none, and then a plain import ends in a conflict: the data is
 * replaced by a merge patch, and iam, which reads it when it starts, is restarted.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/backup/secrets.h"
#include "engine/observations.h"
#include "engine/restore/ground.h"
#include "engine/restore/order.h"
#include "engine/steps/steps.h"

static const char SECRETS[] = "v1/secrets", DEPLOYMENTS[] = "apps/v1/deployments";

static bool read_name(const Operation *operation, char out_name[80], Error *err)
{
    Backup backup = {0};
    bool ok = backup_find(restore_folder(operation), &backup, err);

    snprintf(out_name, 80, "%.79s",
             json_string_or(backup.manifest, "signingKey/secret", SIGNING_KEY));
    backup_release(&backup);
    return ok;
}

static void observe_found(Operation *operation, const cJSON *secret, Observation *out)
{
    const char *wanted = json_string_or(operation->record, "restore/keyId", "");
    char id[96] = "";

    if (signing_key_id(secret, id) && strcmp(id, wanted) == 0) {
        observe_holds(out, "the signing key is %s, as in the backup", wanted);
        return;
    }
    observe_pending(out, "another signing key is there, %s", *id ? id : "unreadable");
    observe_if_late(out, "F-802", "the signing key of the backup",
                    "kubectl get secret -n NAMESPACE iam-signing-key -o yaml (data.kid)",
                    "somebody writes it again and again: find out who");
    out->act_again = true;
}

static void observe_key(Operation *operation, Observation *out)
{
    char name[80];
    cJSON *secret = NULL;
    bool exists;
    Error why = {0};

    if (restore_is_without_key(operation)) {
        observe_holds(out, "without the old key: the operator makes one");
        return;
    }
    if (!read_name(operation, name, &why) ||
        !ground_see(operation->standby, SECRETS, name, &exists, &secret, &why)) {
        observe_error(out, &why);
    } else if (exists) {
        observe_found(operation, secret, out);
    } else {
        observe_pending(out, "secret/%s is not there yet", name);
        out->act_again = true;
    }
    if (secret)
        secrets_wipe(secret);
    cJSON_Delete(secret);
}

/* iam reads its key when it starts; as `kubectl rollout restart` does it. */
static bool restart_iam(Operation *operation, Error *err)
{
    KubePath path = {.resource = DEPLOYMENTS, .ns = operation->standby->spec->ns, .name = "iam"};
    DeploymentView view;
    cJSON *patch;
    char now[CLOCK_TEXT_MAX];
    bool ok;

    if (!see_deployment(operation->standby, "iam", &view, err))
        return false;
    if (!view.exists)
        return true;
    patch = cJSON_CreateObject();
    json_put(patch, "spec/template/metadata/annotations", cJSON_CreateObject());
    cJSON_AddStringToObject(json_find(patch, "spec/template/metadata/annotations"),
                            "kubectl.kubernetes.io/restartedAt",
                            clock_rfc3339(clock_wall_ms(), now));
    ok = kube_client_merge(operation->standby->kube, &path, patch, NULL, err);
    cJSON_Delete(patch);
    return ok;
}

/* Somebody was faster: the data is replaced, and nothing else of the Secret. */
static bool replace(Operation *operation, const char *name, const cJSON *key, Error *err)
{
    KubePath path = {.resource = SECRETS, .ns = operation->standby->spec->ns, .name = name};
    cJSON *patch = cJSON_CreateObject();
    bool ok;

    operation_warn(operation, "F-802", "another %s was there before the import: it is replaced",
                   name);
    json_put(patch, "data", cJSON_Duplicate(json_find(key, "data"), true));
    ok = kube_client_merge(operation->standby->kube, &path, patch, NULL, err) &&
         restart_iam(operation, err);
    secrets_wipe(patch);
    cJSON_Delete(patch);
    return ok;
}

static bool put_key(Operation *operation, const Backup *backup, const char *name, Error *err)
{
    const cJSON *key = backup_secret(backup, name);
    cJSON *object;
    bool exists, ok;

    if (!key)
        return error_set(err, ERR_INPUT, "the backup holds no secret %s", name);
    if (!ground_see(operation->standby, SECRETS, name, &exists, NULL, err))
        return false;
    if (exists)
        return replace(operation, name, key, err);
    object = object_stripped(key);
    json_put_string(object, "metadata/namespace", operation->standby->spec->ns);
    ok = ground_make(operation, SECRETS, object, err);
    secrets_wipe(object);
    cJSON_Delete(object);
    return ok;
}

static bool import_key(Operation *operation, Error *err)
{
    char name[80];
    Backup backup = {0};
    bool ok = read_name(operation, name, err) && restore_open(operation, &backup, err) &&
              put_key(operation, &backup, name, err);

    backup_release(&backup);
    return ok;
}

static bool remove_key(Operation *operation, Error *err)
{
    char name[80];

    return read_name(operation, name, err) && ground_take_away(operation, SECRETS, name, err);
}

static int64_t deadline(const Operation *operation)
{
    (void)operation;
    return 60000;
}

const Step STEP_IMPORT_KEY = {
    .id = "RR4",
    .name = "key",
    .why = "with the old key the tokens of every control plane stay good",
    .never = "let the operator come first: it generates a key where there is none",
    .observe = observe_key,
    .act = import_key,
    .undo = remove_key,
    .deadline_ms = deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy = "see the rights on secrets in the new cluster",
};
