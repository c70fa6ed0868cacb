/*
 * engine/backup/secrets.h - the Secrets of a management plane that a new one needs, as a file that any cluster takes.
 *
 * Source: domain.md section 3 (which), I9 and KR-10 (what a cluster refuses of another one's metadata), X19.
 */
#ifndef ENGINE_BACKUP_SECRETS_H
#define ENGINE_BACKUP_SECRETS_H

#include "engine/operation.h"

/* The one that the control planes' tokens are signed by, if the plane names no other one. */
#define SIGNING_KEY "iam-signing-key"

/* Of the set, NULL past the last. Without one that is not optional there is no plane. */
typedef struct {
    const char *name;
    bool is_optional;
} SecretRow;
const SecretRow *secret_row(int index);

/* The Secret that `spec.tokenIssuer.jwt.signingKeysSecret` of a ManagementPlane names; borrowed from it. */
const char *signing_key_name(const cJSON *management_plane);

/*
 * Reads the set, and the signing key by its name. out_list: a v1 List, cJSON_Delete() it after secrets_wipe; out_present, out_absent: arrays of
 * names, absent ones only such as are optional. Fails with ERR_NOT_FOUND, naming those that are missing and should not be, or as a read does.
 */
typedef struct {
    cJSON *list, *present, *absent;
} SecretSet;
bool secrets_read(const Plane *plane, const char *signing_key, SecretSet *out_set, Error *err);
void secrets_release(SecretSet *set); /* wipes */
/* Every text in a tree is overwritten. */
void secrets_wipe(cJSON *tree);

/* A copy of an object without what belongs to its cluster alone; cJSON_Delete() it. */
cJSON *object_stripped(const cJSON *object);
/* The first thing in it that another cluster would refuse: "metadata.uid"; NULL if there is none. */
const char *object_foreign_part(const cJSON *object);

/*
 * What a signing key is known by: its kid, or without one (TSB 1.5) the fingerprint of its public half, "sha256:...". False: it holds neither.
 */
bool signing_key_id(const cJSON *secret, char out_id[96]);
/* Somebody encoded in base64 what was so already (F-823): the first such entry; NULL: none. */
const char *secret_encoded_twice(const cJSON *secret);

#endif
