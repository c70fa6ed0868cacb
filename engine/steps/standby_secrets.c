/*
 * engine/steps/standby_secrets.c - what a standby has to have of the active before its operator is there: the signing key, and its own account.
 *
 * Source: domain.md 8.4 (7), SEC-02, SEC-07, X19, F-802 [DOC SD1]. The operator generates a key where there is none, and then every token of
 * every control plane would be another one's after a failover. They go from cluster to cluster through this process, and lie nowhere.
 */
#include <stdio.h>
#include <string.h>

#include "engine/backup/secrets.h"
#include "engine/observations.h"
#include "engine/restore/ground.h"
#include "engine/steps/steps.h"

static const char SECRETS[] = "v1/secrets";
/* The first two always; the others where the chart's values do not make them (checks/install.c). */
static const char *const COPIED[] = {"iam-signing-key",      "tsb-standby-sa",
                                     "postgres-credentials", "elastic-credentials",
                                     "admin-credentials",    "es-certs"};
enum { COPIED_COUNT = sizeof COPIED / sizeof *COPIED, ALWAYS = 2 };

static bool is_to_be_copied(const Operation *operation, int index)
{
    char path[80];

    snprintf(path, sizeof path, "install/bring/%s", COPIED[index]);
    return index < ALWAYS || json_bool_or(operation->record, path, false);
}

static void forget(cJSON *secret)
{
    if (secret)
        secrets_wipe(secret);
    cJSON_Delete(secret);
}

/* Absent on the standby, or with other data than on the active. */
static bool see_difference(Operation *operation, const char *name, bool *out_is_absent,
                           bool *out_differs, Error *err)
{
    cJSON *here = NULL, *there = NULL;
    bool exists = false, is_there = false;
    bool ok = ground_see(operation->active, SECRETS, name, &exists, &here, err) &&
              ground_see(operation->standby, SECRETS, name, &is_there, &there, err);

    if (ok && !exists)
        ok = error_set(err, ERR_NOT_FOUND, "%s has no secret %s", operation->active->spec->name,
                       name);
    *out_is_absent = !is_there;
    *out_differs = !json_equal(json_find(here, "data"), json_find(there, "data"));
    forget(here);
    forget(there);
    return ok;
}

static void observe_secrets(Operation *operation, Observation *out)
{
    for (int i = 0; i < COPIED_COUNT; i++) {
        bool is_absent, differs;
        Error why = {0};

        if (!is_to_be_copied(operation, i))
            continue;
        if (!see_difference(operation, COPIED[i], &is_absent, &differs, &why)) {
            observe_error(out, &why);
            return;
        }
        if (!differs)
            continue;
        observe_pending(out, "secret/%s of %s is %s", COPIED[i], operation->standby->spec->name,
                        is_absent ? "not there" : "another one than the active's");
        out->act_again = true;
        return;
    }
    observe_holds(out, "%s has the active's signing key and its service account",
                  operation->standby->spec->name);
}

static bool make(Operation *operation, const cJSON *secret, Error *err)
{
    cJSON *object = object_stripped(secret);
    bool ok;

    json_put_string(object, "metadata/namespace", operation->standby->spec->ns);
    ok = ground_make(operation, SECRETS, object, err);
    forget(object);
    return ok;
}

/* Somebody was faster: the data is replaced, and nothing else of the Secret (X19). */
static bool replace(Operation *operation, const char *name, const cJSON *secret, Error *err)
{
    KubePath path = {.resource = SECRETS, .ns = operation->standby->spec->ns, .name = name};
    cJSON *patch = cJSON_CreateObject();
    bool ok;

    operation_warn(operation, "F-802", "another %s was there before the import: it is replaced",
                   name);
    json_put(patch, "data", cJSON_Duplicate(json_find(secret, "data"), true));
    ok = kube_client_merge(operation->standby->kube, &path, patch, NULL, err);
    forget(patch);
    return ok;
}

static bool copy(Operation *operation, const char *name, bool is_absent, Error *err)
{
    cJSON *secret = NULL;
    bool exists, ok = ground_see(operation->active, SECRETS, name, &exists, &secret, err);

    if (ok)
        ok = is_absent ? make(operation, secret, err) : replace(operation, name, secret, err);
    forget(secret);
    return ok;
}

static bool copy_all(Operation *operation, Error *err)
{
    for (int i = 0; i < COPIED_COUNT; i++) {
        bool is_absent, differs;

        if (!is_to_be_copied(operation, i))
            continue;
        if (!see_difference(operation, COPIED[i], &is_absent, &differs, err) ||
            (differs && !copy(operation, COPIED[i], is_absent, err)))
            return false;
    }
    return true;
}

static bool take_away(Operation *operation, Error *err)
{
    for (int i = 0; i < COPIED_COUNT; i++) {
        if (!ground_take_away(operation, SECRETS, COPIED[i], err))
            return false;
    }
    return true;
}

static int64_t deadline(const Operation *operation)
{
    (void)operation;
    return 60000;
}

const Step STEP_STANDBY_SECRETS = {
    .id = "IP7",
    .name = "secrets",
    .why = "with the active's key the tokens of every control plane are good on the standby, too",
    .never = "let the operator come first: it generates a key where there is none",
    .observe = observe_secrets,
    .act = copy_all,
    .undo = take_away,
    .deadline_ms = deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy = "see the rights on secrets in both clusters",
};
