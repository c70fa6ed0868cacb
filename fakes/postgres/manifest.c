/*
 * fakes/postgres/manifest.c - backup_manifest: what a base backup holds, and how to tell whether it still does.
 */
#include "fakes/postgres/manifest.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "fakes/postgres/crc32c.h"

static const char *const DIGESTS[] = {"SHA224", "SHA256", "SHA384", "SHA512"};

static bool find_algorithm(PgManifest *manifest, const char *name)
{
    manifest->kind = PG_CHECKSUM_DIGEST;
    for (size_t i = 0; i < sizeof DIGESTS / sizeof DIGESTS[0]; i++) {
        if (strcasecmp(DIGESTS[i], name) == 0) {
            manifest->algorithm = DIGESTS[i];
            manifest->digest = EVP_MD_CTX_new();
            return true;
        }
    }
    manifest->algorithm = strcasecmp(name, "CRC32C") == 0 ? "CRC32C" : "NONE";
    manifest->kind = strcasecmp(name, "CRC32C") == 0 ? PG_CHECKSUM_CRC32C : PG_CHECKSUM_NONE;
    return manifest->kind == PG_CHECKSUM_CRC32C || strcasecmp(name, "NONE") == 0;
}

bool pg_manifest_begin(PgManifest *manifest, const char *algorithm)
{
    *manifest = (PgManifest){0};
    if (!find_algorithm(manifest, algorithm))
        return false;
    buffer_add_text(&manifest->text,
                    "{ \"PostgreSQL-Backup-Manifest-Version\": 1,\n\"Files\": [\n");
    return true;
}

void pg_manifest_file_begin(PgManifest *manifest)
{
    manifest->size = 0;
    manifest->crc = CRC32C_BEGIN;
    if (manifest->kind == PG_CHECKSUM_DIGEST)
        EVP_DigestInit_ex(manifest->digest, EVP_get_digestbyname(manifest->algorithm), NULL);
}

void pg_manifest_file_add(PgManifest *manifest, const void *bytes, size_t length)
{
    manifest->size += length;
    if (manifest->kind == PG_CHECKSUM_DIGEST)
        EVP_DigestUpdate(manifest->digest, bytes, length);
    else if (manifest->kind == PG_CHECKSUM_CRC32C)
        manifest->crc = crc32c_add(manifest->crc, bytes, length);
}

static void add_hex(Buffer *out, const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        buffer_format(out, "%02x", bytes[i]);
}

static void add_checksum(PgManifest *manifest)
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    uint32_t crc = ~manifest->crc;
    unsigned length = sizeof crc;

    if (manifest->kind == PG_CHECKSUM_DIGEST)
        EVP_DigestFinal_ex(manifest->digest, bytes, &length);
    else
        memcpy(bytes, &crc, sizeof crc);
    buffer_format(&manifest->text, ", \"Checksum-Algorithm\": \"%s\", \"Checksum\": \"",
                  manifest->algorithm);
    add_hex(&manifest->text, bytes, length);
    buffer_add_text(&manifest->text, "\"");
}

void pg_manifest_file_end(PgManifest *manifest, const char *path, int64_t mtime_s)
{
    time_t seconds = (time_t)mtime_s;
    char when[32];
    struct tm utc;

    gmtime_r(&seconds, &utc);
    strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S GMT", &utc);
    buffer_format(&manifest->text, "%s{ \"Path\": \"%s\", \"Size\": %zu, \"Last-Modified\": \"%s\"",
                  manifest->has_files ? ",\n" : "", path, manifest->size, when);
    if (manifest->kind != PG_CHECKSUM_NONE)
        add_checksum(manifest);
    buffer_add_text(&manifest->text, " }");
    manifest->has_files = true;
}

void pg_manifest_end(PgManifest *manifest, uint32_t timeline, PgLsn from, PgLsn to)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    char begin[24], end[24];
    unsigned length = 0;

    buffer_format(&manifest->text,
                  "\n],\n\"WAL-Ranges\": [\n{ \"Timeline\": %u, \"Start-LSN\": \"%s\", "
                  "\"End-LSN\": \"%s\" }\n],\n",
                  timeline, pg_lsn_text(from, begin), pg_lsn_text(to, end));
    EVP_Digest(manifest->text.data, manifest->text.length, digest, &length, EVP_sha256(), NULL);
    buffer_add_text(&manifest->text, "\"Manifest-Checksum\": \"");
    add_hex(&manifest->text, digest, length);
    buffer_add_text(&manifest->text, "\"}\n");
}

void pg_manifest_release(PgManifest *manifest)
{
    EVP_MD_CTX_free(manifest->digest);
    buffer_release(&manifest->text);
}
