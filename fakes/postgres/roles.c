/*
 * fakes/postgres/roles.c - who may log in, and how it is proved.
 */
#include "fakes/postgres/roles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/buffer.h"
#include "base/memory.h"

enum { MD5_TEXT_SIZE = 3 + 32 + 1 };

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
        made->entries[i].role.groups = memory_text(roles[i].groups);
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
        free((char *)roles->entries[i].role.groups);
        if (password != NULL)
            OPENSSL_cleanse(password, strlen(password));
        free(password);
    }
    free(roles->entries);
    free(roles);
}

const PgRole *pg_roles_at(const PgRoles *roles, size_t index)
{
    return index < roles->count ? &roles->entries[index].role : NULL;
}

uint32_t pg_roles_oid(const PgRoles *roles, const char *name)
{
    for (size_t i = 0; i < roles->count; i++) {
        if (strcmp(roles->entries[i].role.name, name) == 0)
            return i == 0 ? 10 : 16384 + (uint32_t)i;
    }
    return 0;
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

/* Nobody, or nobody whose password could be right now. */
static bool is_doomed(const RoleEntry *entry, int64_t now_ms)
{
    return entry == NULL || entry->role.password == NULL || *entry->role.password == '\0' ||
           (entry->role.valid_until_ms != 0 && entry->role.valid_until_ms <= now_ms);
}

static bool is_md5(const RoleEntry *entry)
{
    const char *password = entry->role.password;

    return strncmp(password, "md5", 3) == 0 && strlen(password) == MD5_TEXT_SIZE - 1 &&
           strspn(password + 3, "0123456789abcdef") == MD5_TEXT_SIZE - 4;
}

static void make_verifier(const PgRoles *roles, RoleEntry *entry)
{
    uint8_t salt[SCRAM_SALT_SIZE];

    if (entry->has_verifier)
        return;
    entry->has_verifier = true;
    if (scram_verifier_parse(&entry->verifier, entry->role.password))
        return;
    make_salt(roles, entry->role.name, salt);
    scram_verifier_make(&entry->verifier, entry->role.password, salt,
                        entry->role.iterations ? entry->role.iterations : SCRAM_ITERATIONS);
}

void pg_roles_begin(PgRoles *roles, const char *name, int64_t now_ms, Scram *scram)
{
    RoleEntry *entry = find_entry(roles, name);

    scram->is_doomed = is_doomed(entry, now_ms) || is_md5(entry);
    if (scram->is_doomed) {
        scram->verifier.iterations = SCRAM_ITERATIONS;
        make_salt(roles, name, scram->verifier.salt);
        return;
    }
    make_verifier(roles, entry);
    scram->verifier = entry->verifier;
}

bool pg_roles_keeps_md5(const PgRoles *roles, const char *name)
{
    const RoleEntry *entry = find_entry(roles, name);

    return entry != NULL && entry->role.password != NULL && is_md5(entry);
}

/* "md5" and the hash of both, as Postgres keeps and sends it. */
static void md5_text(const char *text, const void *more, size_t length, char out[MD5_TEXT_SIZE])
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    Buffer both = {0};

    buffer_add_text(&both, text);
    buffer_add(&both, more, length);
    EVP_Digest(both.data, both.length, digest, NULL, EVP_md5(), NULL);
    OPENSSL_cleanse(both.data, both.length);
    buffer_release(&both);
    snprintf(out, MD5_TEXT_SIZE, "md5");
    for (size_t i = 0; i < (MD5_TEXT_SIZE - 4) / 2; i++)
        snprintf(out + 3 + 2 * i, 3, "%02x", digest[i]);
}

static bool is_same(const char *a, const char *b)
{
    return strlen(a) == strlen(b) && CRYPTO_memcmp(a, b, strlen(a)) == 0;
}

bool pg_roles_md5_is(const PgRoles *roles, const char *name, int64_t now_ms,
                     const uint8_t salt[PG_MD5_SALT_SIZE], const char *answer)
{
    const RoleEntry *entry = find_entry(roles, name);
    char expected[MD5_TEXT_SIZE];

    if (is_doomed(entry, now_ms) || !is_md5(entry))
        return false;
    md5_text(entry->role.password + 3, salt, PG_MD5_SALT_SIZE, expected);
    return is_same(expected, answer);
}

bool pg_roles_password_is(PgRoles *roles, const char *name, int64_t now_ms, const char *password)
{
    RoleEntry *entry = find_entry(roles, name);
    ScramVerifier verifier;
    char md5[MD5_TEXT_SIZE];

    if (is_doomed(entry, now_ms))
        return false;
    if (is_md5(entry)) {
        md5_text(password, name, strlen(name), md5);
        return is_same(entry->role.password, md5);
    }
    make_verifier(roles, entry);
    scram_verifier_make(&verifier, password, entry->verifier.salt, entry->verifier.iterations);
    return CRYPTO_memcmp(verifier.stored_key, entry->verifier.stored_key, SCRAM_KEY_SIZE) == 0;
}

/* Roles are few, and no circle is longer than all of them. */
static bool is_member(const PgRoles *roles, const char *user, const char *role, size_t depth)
{
    const RoleEntry *entry = find_entry(roles, user);
    const char *at = entry != NULL ? entry->role.groups : NULL;
    char group[PG_REPORT_TEXT_MAX];

    if (entry != NULL && strcmp(user, role) == 0)
        return true;
    while (at != NULL && *at != '\0' && depth > 0) {
        size_t length = strcspn(at, ",");

        snprintf(group, sizeof group, "%.*s", (int)length, at);
        if (strcmp(group, role) == 0 || is_member(roles, group, role, depth - 1))
            return true;
        at += length + (at[length] == ',');
    }
    return false;
}

bool pg_roles_is_member(const PgRoles *roles, const char *user, const char *role)
{
    return is_member(roles, user, role, roles->count);
}
