/*
 * engine/steps/backup_secrets.c - the Secrets of the plane, as a file that any cluster takes.
 *
 * Source: domain.md section 3, SEC-16, F-804, X16, X19.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/backup/draft.h"
#include "engine/backup/secrets.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

/* "elastic-credentials, es-certs" */
static const char *names_text(const cJSON *names, char out_text[200])
{
    const cJSON *name;
    size_t length = 0;

    *out_text = '\0';
    cJSON_ArrayForEach(name, names)
    {
        if (length + strlen(name->valuestring) + 3 < 200)
            length += (size_t)snprintf(out_text + length, 200 - length, "%s%s", length ? ", " : "",
                                       name->valuestring);
    }
    return out_text;
}

static void observe_secrets(Operation *operation, Observation *out)
{
    const cJSON *manifest = draft_manifest(operation);
    const cJSON *absent = json_find(manifest, "secrets/absent");
    char names[200];

    if (!backup_is_whole(operation))
        observe_holds(out, "the database only");
    else if (!draft_has(operation, BACKUP_SECRETS) && !draft_is_kept(operation))
        observe_pending(out, "not read yet");
    else
        observe_holds(out, "%d Secrets%s%s",
                      cJSON_GetArraySize(json_find(manifest, "secrets/present")),
                      cJSON_GetArraySize(absent) ? "; not there, and left out: " : "",
                      names_text(absent, names));
}

/* What the manifest says about them: names, and which key it is. */
static bool note_secrets(Operation *operation, const SecretSet *set, const char *signing_key,
                         Error *err)
{
    cJSON *manifest = draft_manifest(operation);
    const Backup read = {.secrets = set->list};
    char id[96];

    if (!signing_key_id(backup_secret(&read, signing_key), id))
        return error_set(err, ERR_INVALID, "Secret %s holds no key that can be read", signing_key);
    json_put_string(manifest, "signingKey/secret", signing_key);
    json_put_string(manifest, "signingKey/id", id);
    json_put(manifest, "secrets/present", cJSON_Duplicate(set->present, true));
    json_put(manifest, "secrets/absent", cJSON_Duplicate(set->absent, true));
    return true;
}

static bool write_secrets(Operation *operation, const Plane *plane, const SecretSet *set,
                          Error *err)
{
    char *name = memory_format("%s-secrets.json", plane->spec->name);
    char *text = cJSON_Print(set->list);
    bool ok = draft_add(operation, BACKUP_SECRETS, name, text, strlen(text), err);

    explicit_bzero(text, strlen(text));
    cJSON_free(text);
    free(name);
    return ok;
}

static bool back_up_secrets(Operation *operation, Error *err)
{
    const Plane *plane = backup_plane(operation);
    cJSON *resource = NULL;
    SecretSet set = {0};
    const char *key;
    bool ok;

    if (!draft_begin(operation, err) || !see_management_plane(plane, &resource, err))
        return false;
    key = signing_key_name(resource);
    ok = secrets_read(plane, key, &set, err) && note_secrets(operation, &set, key, err) &&
         write_secrets(operation, plane, &set, err);
    secrets_release(&set);
    cJSON_Delete(resource);
    return ok;
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_BACKUP_SECRETS = {
    .id = "BK2",
    .name = "secrets",
    .why = "without the signing key every control plane's tokens have to be made anew",
    .never = "write a secret to a log, trace or manifest",
    .observe = observe_secrets,
    .act = back_up_secrets,
    .undo = draft_drop,
    .deadline_ms = deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy = "see what stands in the way of reading or writing, and run again",
};
