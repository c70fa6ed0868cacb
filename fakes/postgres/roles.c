/*
 * fakes/postgres/roles.c - who may log in, and how it is proved.
 */
#include "fakes/postgres/roles.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/memory.h"

typedef struct {
    PgRole role;
    bool has_verifier;
    ScramVerifier verifier;
} RoleEntry;

struct PgRoles {
    RoleEntry *entries;
    size_t count;
    uint8_t secret[SCRAM_KEY_SIZE]; /* what salts are made of */
};

PgRoles *pg_roles_new(const PgRole *roles, size_t count)
{
    PgRoles *made = MEMORY_NEW(PgRoles);

    made->count = count;
    made->entries = memory_new(count > 0 ? count : 1, sizeof *made->entries);
    for (size_t i = 0; i < count; i++) {
        made->entries[i].role = roles[i];
        made->entries[i].role.name = memory_text(roles[i].name);
        made->entries[i].role.password = memory_text(roles[i].password);
    }
    RAND_bytes(made->secret, sizeof made->secret);
    return made;
}

void pg_roles_free(PgRoles *roles)
{
    if (roles == NULL)
        return;
    for (size_t i = 0; i < roles->count; i++) {
        char *password = (char *)roles->entries[i].role.password;

        free((char *)roles->entries[i].role.name);
        if (password != NULL)
            OPENSSL_cleanse(password, strlen(password));
        free(password);
    }
    free(roles->entries);
    free(roles);
}

static RoleEntry *find_entry(const PgRoles *roles, const char *name)
{
    for (size_t i = 0; i < roles->count; i++) {
        if (strcmp(roles->entries[i].role.name, name) == 0)
            return &roles->entries[i];
    }
    return NULL;
}

const PgRole *pg_roles_find(const PgRoles *roles, const char *name)
{
    RoleEntry *entry = find_entry(roles, name);

    return entry != NULL ? &entry->role : NULL;
}

static void make_salt(const PgRoles *roles, const char *name, uint8_t out_salt[SCRAM_SALT_SIZE])
{
    uint8_t digest[SCRAM_KEY_SIZE];
    unsigned length = sizeof digest;

    HMAC(EVP_sha256(), roles->secret, sizeof roles->secret, (const unsigned char *)name,
         strlen(name), digest, &length);
    memcpy(out_salt, digest, SCRAM_SALT_SIZE);
}

void pg_roles_begin(PgRoles *roles, const char *name, Scram *scram)
{
    RoleEntry *entry = find_entry(roles, name);
    uint8_t salt[SCRAM_SALT_SIZE];

    make_salt(roles, name, salt);
    scram->is_doomed = entry == NULL || entry->role.password == NULL;
    if (scram->is_doomed) {
        scram->verifier.iterations = SCRAM_ITERATIONS;
        memcpy(scram->verifier.salt, salt, sizeof salt);
        return;
    }
    if (!entry->has_verifier) {
        scram_verifier_make(&entry->verifier, entry->role.password, salt,
                            entry->role.iterations ? entry->role.iterations : SCRAM_ITERATIONS);
        entry->has_verifier = true;
    }
    scram->verifier = entry->verifier;
}
