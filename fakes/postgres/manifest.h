/*
 * fakes/postgres/manifest.h - backup_manifest: what a base backup holds, and how to tell whether it still does.
 *
 * Source: PostgreSQL 15 manual, 77 (backup manifest format); pg_verifybackup reads it.
 */
#ifndef FAKES_POSTGRES_MANIFEST_H
#define FAKES_POSTGRES_MANIFEST_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "base/buffer.h"
#include "fakes/postgres/instance.h"

typedef enum { PG_CHECKSUM_NONE, PG_CHECKSUM_CRC32C, PG_CHECKSUM_DIGEST } PgChecksumKind;

typedef struct {
    Buffer text;
    const char *algorithm; /* "CRC32C"; "NONE" */
    PgChecksumKind kind;
    EVP_MD_CTX *digest; /* of the file at hand, if it is one of OpenSSL's */
    uint32_t crc;       /* of the file at hand */
    size_t size;        /* so many bytes of it were seen */
    bool has_files;
} PgManifest;

/* False: there is no such algorithm; "NONE", "CRC32C", "SHA224" to "SHA512", in any case. */
bool pg_manifest_begin(PgManifest *manifest, const char *algorithm);
void pg_manifest_file_begin(PgManifest *manifest);
void pg_manifest_file_add(PgManifest *manifest, const void *bytes, size_t length);
void pg_manifest_file_end(PgManifest *manifest, const char *path, int64_t mtime_s);
/* The log that the backup needs, and the end. */
void pg_manifest_end(PgManifest *manifest, uint32_t timeline, PgLsn from, PgLsn to);
void pg_manifest_release(PgManifest *manifest);

#endif
