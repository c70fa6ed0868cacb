/*
 * engine/backup/seal.c - files that only who they are meant for can read: CMS, written as a stream and read whole.
 *
 * A writer is a chain: what is added goes through CMS (if it is closed to anybody), then through a digest, then into a file beside the one
 * that is meant.
 */
#include "engine/backup/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/file.h"
#include "base/memory.h"

enum { PASSWORD_ROUNDS = 600000, CHUNK = 65536 };

struct SealWriter {
    char *path, *beside;
    FILE *file;
    BIO *below, *digest; /* the file; the digest over it */
    BIO *top;            /* what is written to: CMS over the digest, or the digest itself */
    CMS_ContentInfo *cms;
    bool is_in_place;
};

bool seal_is_closed(const SealFor *whom)
{
    return whom->recipient_file || whom->password_file;
}

bool seal_is_sealed(const char *path)
{
    size_t length = strlen(path), ending = strlen(SEAL_ENDING);

    return length > ending && strcmp(path + length - ending, SEAL_ENDING) == 0;
}

/* OpenSSL keeps a queue of what went wrong: the last entry, without the others. */
static const char *openssl_reason(void)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());

    ERR_clear_error();
    return reason ? reason : "OpenSSL does not say why";
}

/* ---- whom it is for ------------------------------------------------------------------------------------------------ */

/* The first line of a file, which holds something. */
static bool read_password(const char *path, char **out_password, Error *err)
{
    if (!file_read(path, out_password, NULL, err))
        return false;
    (*out_password)[strcspn(*out_password, "\r\n")] = '\0';
    if (**out_password)
        return true;
    free(*out_password);
    return error_set(err, ERR_INPUT, "%s: holds no password in its first line", path);
}

/* PKCS #1 v1.5 for an RSA key is what OpenSSL would take, and what has been broken often. */
static bool add_certificate(CMS_ContentInfo *cms, X509 *certificate)
{
    CMS_RecipientInfo *recipient = CMS_add1_recipient_cert(cms, certificate, CMS_KEY_PARAM);
    EVP_PKEY_CTX *context;

    if (!recipient)
        return false;
    if (CMS_RecipientInfo_type(recipient) != CMS_RECIPINFO_TRANS)
        return true;
    context = CMS_RecipientInfo_get0_pkey_ctx(recipient);
    return context && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) > 0;
}

static bool add_certificates(CMS_ContentInfo *cms, const char *path, Error *err)
{
    BIO *file = BIO_new_file(path, "r");
    X509 *certificate;
    int count = 0;
    bool ok = true;

    if (!file) {
        ERR_clear_error();
        return error_set(err, ERR_INPUT, "%s: %s", path, strerror(errno));
    }
    while (ok && (certificate = PEM_read_bio_X509(file, NULL, NULL, NULL))) {
        ok = add_certificate(cms, certificate);
        X509_free(certificate);
        count++;
    }
    BIO_free(file);
    if (!ok)
        return error_set(err, ERR_INPUT, "%s: nothing can be encrypted to it: %s", path,
                         openssl_reason());
    ERR_clear_error(); /* the end of a PEM file is an error to it */
    return count > 0 || error_set(err, ERR_INPUT, "%s: holds no certificate (PEM)", path);
}

static bool add_password(CMS_ContentInfo *cms, const char *path, Error *err)
{
    char *password = NULL;
    unsigned char *given; /* OpenSSL frees it */

    if (!read_password(path, &password, err))
        return false;
    given = (unsigned char *)OPENSSL_strdup(password);
    explicit_bzero(password, strlen(password));
    free(password);
    return CMS_add0_recipient_password(cms, PASSWORD_ROUNDS, NID_undef, NID_undef, given, -1,
                                       NULL) != NULL ||
           error_set(err, ERR_INPUT, "%s: %s", path, openssl_reason());
}

/* An envelope for all of them, with nothing in it yet. */
static bool make_envelope(const SealFor *whom, CMS_ContentInfo **out_cms, Error *err)
{
    CMS_ContentInfo *cms =
        CMS_encrypt(NULL, NULL, EVP_aes_256_cbc(), CMS_PARTIAL | CMS_STREAM | CMS_BINARY);

    if (!cms)
        return error_set(err, ERR_INPUT, "no envelope can be made: %s", openssl_reason());
    if ((!whom->recipient_file || add_certificates(cms, whom->recipient_file, err)) &&
        (!whom->password_file || add_password(cms, whom->password_file, err))) {
        *out_cms = cms;
        return true;
    }
    CMS_ContentInfo_free(cms);
    return false;
}

bool seal_check(const SealFor *whom, Error *err)
{
    CMS_ContentInfo *cms = NULL;

    if (!seal_is_closed(whom))
        return true;
    if (!make_envelope(whom, &cms, err))
        return false;
    CMS_ContentInfo_free(cms);
    return true;
}

/* ---- writing ---------------------------------------------------------------------------------------------------------- */

static bool open_file(SealWriter *writer, Error *err)
{
    int fd;

    unlink(writer->beside); /* what an earlier process left half written */
    fd = open(writer->beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    writer->file = fd < 0 ? NULL : fdopen(fd, "wb");
    if (!writer->file)
        return error_set(err, ERR_IO, "cannot write %s: %s", writer->beside, strerror(errno));
    writer->below = BIO_new_fp(writer->file, BIO_NOCLOSE);
    writer->digest = BIO_new(BIO_f_md());
    BIO_set_md(writer->digest, EVP_sha256());
    writer->top = BIO_push(writer->digest, writer->below);
    return true;
}

bool seal_open(const char *path, const SealFor *whom, SealWriter **out_writer, Error *err)
{
    SealWriter *writer = MEMORY_NEW(SealWriter);

    writer->path = memory_text(path);
    writer->beside = memory_format("%s.part", path);
    if (!open_file(writer, err) ||
        (seal_is_closed(whom) && !make_envelope(whom, &writer->cms, err))) {
        seal_free(writer);
        return false;
    }
    if (writer->cms)
        writer->top = BIO_new_CMS(writer->digest, writer->cms);
    if (!writer->top) {
        error_set(err, ERR_INPUT, "no envelope can be written: %s", openssl_reason());
        seal_free(writer);
        return false;
    }
    *out_writer = writer;
    return true;
}

/* The disk is full more often than OpenSSL is wrong. */
static bool fail_to_write(const SealWriter *writer, Error *err)
{
    int number = errno;

    ERR_clear_error();
    return error_set(err, ERR_IO, "cannot write %s: %s", writer->path,
                     number ? strerror(number) : "it cannot be encrypted");
}

bool seal_add(SealWriter *writer, const void *bytes, size_t length, Error *err)
{
    const char *rest = bytes;

    errno = 0;
    while (length > 0) {
        int put = BIO_write(writer->top, rest, length > CHUNK ? CHUNK : (int)length);

        if (put <= 0)
            return fail_to_write(writer, err);
        rest += put;
        length -= (size_t)put;
    }
    return true;
}

/* The parts that CMS put on top of the chain. */
static void drop_top(SealWriter *writer)
{
    while (writer->top && writer->top != writer->digest) {
        BIO *next = BIO_pop(writer->top);

        BIO_free(writer->top);
        writer->top = next;
    }
}

static void put_hex(const unsigned char *bytes, size_t count, char *out_text)
{
    for (size_t i = 0; i < count; i++)
        snprintf(out_text + 2 * i, 3, "%02x", bytes[i]);
}

static bool note_file(SealWriter *writer, SealedFile *out)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    struct stat there;
    int length = BIO_gets(writer->digest, (char *)digest, sizeof digest);

    if (length <= 0 || fstat(fileno(writer->file), &there) != 0)
        return false;
    put_hex(digest, (size_t)length, out->sha256);
    out->bytes = (int64_t)there.st_size;
    return true;
}

bool seal_finish(SealWriter *writer, SealedFile *out_file, Error *err)
{
    bool ok;

    errno = 0;
    ok = BIO_flush(writer->top) > 0;
    drop_top(writer);
    ok = ok && fflush(writer->file) == 0 && fsync(fileno(writer->file)) == 0 &&
         note_file(writer, out_file);
    if (!ok || rename(writer->beside, writer->path) != 0)
        return fail_to_write(writer, err);
    writer->is_in_place = true;
    return file_sync_folder(writer->path, err);
}

void seal_free(SealWriter *writer)
{
    if (!writer)
        return;
    drop_top(writer);
    BIO_free(writer->digest);
    BIO_free(writer->below);
    if (writer->file)
        fclose(writer->file);
    if (!writer->is_in_place)
        unlink(writer->beside);
    CMS_ContentInfo_free(writer->cms);
    free(writer->beside);
    free(writer->path);
    free(writer);
}

bool seal_write(const char *path, const SealFor *whom, const void *bytes, size_t length,
                SealedFile *out_file, Error *err)
{
    SealWriter *writer = NULL;
    bool ok = seal_open(path, whom, &writer, err) && seal_add(writer, bytes, length, err) &&
              seal_finish(writer, out_file, err);

    seal_free(writer);
    return ok;
}

/* ---- reading ---------------------------------------------------------------------------------------------------------- */

void seal_forget(Buffer *content)
{
    if (content->data)
        explicit_bzero(content->data, content->capacity);
    buffer_release(content);
}

static bool read_key(const char *path, EVP_PKEY **out_key, Error *err)
{
    BIO *file = BIO_new_file(path, "r");

    *out_key = file ? PEM_read_bio_PrivateKey(file, NULL, NULL, NULL) : NULL;
    BIO_free(file);
    return *out_key || error_set(err, ERR_INPUT, "%s: no private key can be read from it: %s", path,
                                 openssl_reason());
}

/* By default OpenSSL hides that a key is the wrong one, against somebody who asks a million times; here a person needs to know. */
static bool open_envelope(CMS_ContentInfo *cms, const SealKeys *keys, BIO *out, const char *path,
                          Error *err)
{
    char *password = NULL;
    EVP_PKEY *key = NULL;
    bool ok = (!keys->password_file || read_password(keys->password_file, &password, err)) &&
              (!keys->key_file || read_key(keys->key_file, &key, err));

    if (ok && !password && !key)
        ok = error_set(err, ERR_DENIED, "%s: encrypted; name the key or the password file", path);
    else if (ok)
        ok = CMS_decrypt(cms, NULL, NULL, NULL, NULL, CMS_DEBUG_DECRYPT) &&
             ((password && CMS_decrypt_set1_password(cms, (unsigned char *)password, -1)) ||
              (key && CMS_decrypt_set1_pkey(cms, key, NULL))) &&
             CMS_decrypt(cms, NULL, NULL, NULL, out, CMS_BINARY | CMS_DEBUG_DECRYPT);
    if (!ok && err && err->code == ERR_NONE)
        error_set(err, ERR_DENIED, "%s: this does not open it (%s)", path, openssl_reason());
    ERR_clear_error();
    if (password)
        explicit_bzero(password, strlen(password));
    free(password);
    EVP_PKEY_free(key);
    return ok;
}

static bool read_sealed(const char *path, const SealKeys *keys, Buffer *out, Error *err)
{
    BIO *file = BIO_new_file(path, "r"), *content = BIO_new(BIO_s_mem());
    CMS_ContentInfo *cms = file ? d2i_CMS_bio(file, NULL) : NULL;
    Error why = {0};
    char *bytes;
    long length;
    bool ok = false;

    if (!file)
        error_set(&why, ERR_IO, "cannot open %s: %s", path, strerror(errno));
    else if (!cms)
        error_set(&why, ERR_INPUT, "%s: no encrypted file (CMS), or cut off", path);
    else
        ok = open_envelope(cms, keys, content, path, &why);
    if (ok) {
        length = BIO_get_mem_data(content, &bytes);
        buffer_add(out, bytes, (size_t)length);
    }
    ERR_clear_error();
    CMS_ContentInfo_free(cms);
    BIO_free(content);
    BIO_free(file);
    return ok || error_set(err, why.code, "%s", why.message);
}

bool seal_read(const char *path, const SealKeys *keys, Buffer *out_content, Error *err)
{
    char *bytes = NULL;
    size_t length = 0;

    *out_content = (Buffer){0};
    if (seal_is_sealed(path))
        return read_sealed(path, keys, out_content, err);
    if (!file_read(path, &bytes, &length, err))
        return false;
    buffer_add(out_content, bytes, length);
    explicit_bzero(bytes, length);
    free(bytes);
    return true;
}

static bool digest_file(FILE *file, SealedFile *out)
{
    unsigned char chunk[CHUNK / 4], digest[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    unsigned int digest_length = 0;
    size_t got;

    EVP_DigestInit_ex(context, EVP_sha256(), NULL);
    out->bytes = 0;
    while ((got = fread(chunk, 1, sizeof chunk, file)) > 0) {
        EVP_DigestUpdate(context, chunk, got);
        out->bytes += (int64_t)got;
    }
    EVP_DigestFinal_ex(context, digest, &digest_length);
    EVP_MD_CTX_free(context);
    put_hex(digest, digest_length, out->sha256);
    return !ferror(file);
}

bool seal_look(const char *path, SealedFile *out_file, Error *err)
{
    FILE *file = fopen(path, "rbe");
    bool ok = file && digest_file(file, out_file);

    if (!ok)
        error_set(err, ERR_IO, "cannot read %s: %s", path, strerror(errno));
    if (file)
        fclose(file);
    return ok;
}
