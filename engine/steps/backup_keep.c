/*
 * engine/steps/backup_keep.c - what was written is held against the plane as it is now, and against the last backup; then it gets its name.
 *
 * Source: domain.md 8.7 (4, 5), BK-03, F-807, SEC-17.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/backup/draft.h"
#include "engine/backup/secrets.h"
#include "engine/backup/shelf.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

/* A dump of less than a tenth of the last one is a failure, of less than a half a surprise. */
enum { SHRUNK = 2, FAILED = 10 };

/* The key may have been rotated while we read. */
static bool is_key_the_same(Operation *operation, Observation *out)
{
    const Plane *plane = backup_plane(operation);
    const cJSON *key = json_find(draft_manifest(operation), "signingKey");
    KubePath path = {.resource = "v1/secrets",
                     .ns = plane->spec->ns,
                     .name = json_string_or(key, "secret", SIGNING_KEY)};
    cJSON *secret = NULL;
    char id[96] = "none", observed[280];
    Error why = {0};

    if (!backup_is_whole(operation))
        return true;
    if (!kube_client_get(plane->kube, &path, &secret, &why)) {
        observe_error(out, &why);
        return false;
    }
    signing_key_id(secret, id);
    secrets_wipe(secret);
    cJSON_Delete(secret);
    if (strcmp(id, json_string_or(key, "id", "")) == 0)
        return true;
    snprintf(observed, sizeof observed, "key %s was backed up, and %s is the live one now",
             json_string_or(key, "id", ""), id);
    observe_failed(out, REACT_ROLLBACK, "SEC-17", "the signing key that is in use", observed,
                   "kubectl get secret -n NAMESPACE iam-signing-key -o yaml (data.kid)",
                   "it was changed meanwhile: run again");
    return false;
}

static bool read_last_size(Operation *operation, int64_t *out_bytes, Error *err)
{
    EnvironmentBackup order = backup_order(operation);
    Shelf shelf;

    if (!shelf_read(order.folder, operation->environment->name, &shelf, err))
        return false;
    *out_bytes = shelf_last_size(&shelf, draft_name(operation));
    shelf_release(&shelf);
    return true;
}

static bool is_size_plausible(Operation *operation, Observation *out)
{
    int64_t bytes = json_integer_or(draft_manifest(operation), "database/bytes", 0), last = 0;
    char observed[280];
    Error why = {0};

    if (bytes == 0 || !backup_is_whole(operation))
        return true;
    if (!read_last_size(operation, &last, &why)) {
        observe_error(out, &why);
        return false;
    }
    if (bytes < last / FAILED) {
        snprintf(observed, sizeof observed, "%lld bytes; the last one had %lld", (long long)bytes,
                 (long long)last);
        observe_failed(out, REACT_ROLLBACK, "F-807", "a dump about as large as the last one",
                       observed, "manifest.json of both (database.bytes)",
                       "see what the database lacks; if it is meant to be so small, use another "
                       "folder");
        return false;
    }
    if (bytes < last / SHRUNK)
        operation_warn(operation, "F-807", "the dump has %lld bytes, the last one had %lld",
                       (long long)bytes, (long long)last);
    return true;
}

static void observe_keep(Operation *operation, Observation *out)
{
    if (draft_is_kept(operation))
        observe_holds(out, "%s", draft_name(operation));
    else if (is_key_the_same(operation, out) && is_size_plausible(operation, out))
        observe_pending(out, "not in its place yet");
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_BACKUP_KEEP = {
    .id = "BK5",
    .name = "keep",
    .why = "a backup that nobody has looked at is a hope",
    .never = "give half of a backup the name of a whole one",
    .observe = observe_keep,
    .act = draft_keep,
    .undo = draft_drop,
    .deadline_ms = deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy = "see what cannot be read or written, and run again",
};
