/*
 * engine/backup/seal.h - files that only who they are meant for can read: CMS, written as a stream and read whole.
 *
 * Source:    RFC 5652 (EnvelopedData, DER or BER), with AES-256-CBC; an RSA recipient's key is wrapped by OAEP (RFC 3560), a password's by
 *            PWRI (RFC 3211). `openssl cms -decrypt -inform DER` reads every file.
 * Says nothing of who wrote it: digests in the manifest tell what was damaged, the folder's rights who may replace it.
 * Ownership: options are only used during the call. What is read is wiped by seal_forget.
 */
#ifndef ENGINE_BACKUP_SEAL_H
#define ENGINE_BACKUP_SEAL_H

#include "base/buffer.h"
#include "base/error.h"

/* With both, either of the two opens it. With neither, nothing is encrypted. */
typedef struct {
    const char *recipient_file; /* certificates, PEM: each of them can read it */
    const char *password_file;  /* its first line */
} SealFor;
bool seal_is_closed(const SealFor *whom);

/* Who they are for can be read and used: ERR_INPUT says which file cannot. */
bool seal_check(const SealFor *whom, Error *err);

typedef struct {
    char sha256[65]; /* of the file as it lies there, hex */
    int64_t bytes;
} SealedFile;

typedef struct SealWriter SealWriter;

/* Writes beside path with mode 0600; seal_finish puts it there. ERR_INPUT: a certificate or password that is none; ERR_IO. */
bool seal_open(const char *path, const SealFor *whom, SealWriter **out_writer, Error *err);
bool seal_add(SealWriter *writer, const void *bytes, size_t length, Error *err);
/* Synced and renamed. The writer must still be freed. */
bool seal_finish(SealWriter *writer, SealedFile *out_file, Error *err);
void seal_free(SealWriter *writer); /* what is not finished is removed; accepts NULL */

/* A whole file in one call. */
bool seal_write(const char *path, const SealFor *whom, const void *bytes, size_t length,
                SealedFile *out_file, Error *err);

/* What opens them: the recipient's private key, or the password. Neither: they are not encrypted. */
typedef struct {
    const char *key_file, *password_file;
} SealKeys;

/*
 * The whole content. ERR_DENIED: it is encrypted, and this does not open it; ERR_INPUT: it is no such file, or cut; ERR_IO. Whether it is
 * encrypted is seen from the file's name, which ends in SEAL_ENDING then.
 */
bool seal_read(const char *path, const SealKeys *keys, Buffer *out_content, Error *err);
bool seal_is_sealed(const char *path);
void seal_forget(Buffer *content); /* wipes and releases */

/* The digest and size of a file as it lies there. ERR_IO. */
bool seal_look(const char *path, SealedFile *out_file, Error *err);

#define SEAL_ENDING ".cms"

#endif
