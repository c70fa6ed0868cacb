/*
 * engine/steps/credentials.c - the secrets that the chart does not make of its values, as they were, without what was the old cluster's.
 *
 * Source: domain.md RR3, section 3, SEC-14, SEC-16; X19, F-803. The signing key has a step of its own.
 */
#include <stdio.h>
#include <string.h>

#include "engine/backup/secrets.h"
#include "engine/observations.h"
#include "engine/restore/ground.h"
#include "engine/restore/order.h"
#include "engine/restore/values.h"
#include "engine/steps/steps.h"

static const char SECRETS[] = "v1/secrets";

/* The backup with the values made of it, for the length of one look. */
typedef struct {
    Backup backup;
    cJSON *values;
} Source;

static bool source_open(const Operation *operation, Source *source, Error *err)
{
    *source = (Source){.values = NULL};
    return restore_open(operation, &source->backup, err) &&
           restore_values(operation, &source->backup, &source->values, err);
}

static void source_close(Source *source)
{
    if (source->values)
        secrets_wipe(source->values);
    cJSON_Delete(source->values);
    backup_release(&source->backup);
}

static const char *key_name(const Source *source)
{
    return json_string_or(source->backup.manifest, "signingKey/secret", SIGNING_KEY);
}

static bool is_wanted(const Source *source, const char *name)
{
    return strcmp(name, key_name(source)) != 0 && !values_make_secret(source->values, name);
}

typedef bool EachSecret(Operation *operation, const cJSON *secret, void *owner, Error *err);

static bool each_secret(Operation *operation, EachSecret *call, void *owner, Error *err)
{
    Source source;
    bool ok = source_open(operation, &source, err);
    const cJSON *secret;

    cJSON_ArrayForEach(secret, json_find(source.backup.secrets, "items"))
    {
        if (ok && is_wanted(&source, json_string_or(secret, "metadata/name", "")))
            ok = call(operation, secret, owner, err);
    }
    source_close(&source);
    return ok;
}

typedef struct {
    int present, missing;
} Count;

static bool count(Operation *operation, const cJSON *secret, void *owner, Error *err)
{
    Count *counted = owner;
    bool exists;

    if (!ground_see(operation->standby, SECRETS, json_string_or(secret, "metadata/name", ""),
                    &exists, NULL, err))
        return false;
    *(exists ? &counted->present : &counted->missing) += 1;
    return true;
}

static void observe_credentials(Operation *operation, Observation *out)
{
    Count counted = {0};
    Error why = {0};

    if (!each_secret(operation, count, &counted, &why)) {
        observe_error(out, &why);
    } else if (counted.missing) {
        observe_pending(out, "%d of %d secrets are not there yet", counted.missing,
                        counted.missing + counted.present);
        out->act_again = true;
    } else {
        observe_holds(out, "%d secrets that the chart does not make are there", counted.present);
    }
}

static bool make(Operation *operation, const cJSON *secret, void *owner, Error *err)
{
    cJSON *object = object_stripped(secret);
    bool ok;

    (void)owner;
    json_put_string(object, "metadata/namespace", operation->standby->spec->ns);
    ok = ground_make(operation, SECRETS, object, err);
    secrets_wipe(object);
    cJSON_Delete(object);
    return ok;
}

static bool bring(Operation *operation, Error *err)
{
    return each_secret(operation, make, NULL, err);
}

static bool take_away(Operation *operation, const cJSON *secret, void *owner, Error *err)
{
    (void)owner;
    return ground_take_away(operation, SECRETS, json_string_or(secret, "metadata/name", ""), err);
}

static bool take_all_away(Operation *operation, Error *err)
{
    return each_secret(operation, take_away, NULL, err);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_CREDENTIALS = {
    .id = "RR3",
    .name = "credentials",
    .why = "the operator does not start without them, or makes others up",
    .never = "write over a secret that is there",
    .observe = observe_credentials,
    .act = bring,
    .undo = take_all_away,
    .deadline_ms = deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy = "see the rights on secrets in the new cluster",
};
