/*
 * fakes/postgres/tar_reader.c - the few files that are wanted of a tar that comes in, in pieces of any size.
 */
#include "fakes/postgres/tar_reader.h"

#include <string.h>

enum { NAME_MAX_LENGTH = 100, SIZE_AT = 124, SIZE_DIGITS = 12, MAGIC_AT = 257 };

static size_t least(uint64_t a, size_t b)
{
    return a < b ? (size_t)a : b;
}

/* Digits up to a space or a NUL; what is too large for them begins with a set bit, and is a binary number. */
static uint64_t read_size(const char *header)
{
    const unsigned char *at = (const unsigned char *)header + SIZE_AT;
    bool is_binary = (at[0] & 0x80) != 0;
    uint64_t size = 0;

    for (int i = is_binary; i < SIZE_DIGITS; i++) {
        if (is_binary)
            size = size << 8 | at[i];
        else if (at[i] >= '0' && at[i] <= '7')
            size = size << 3 | (at[i] & 7U);
    }
    return size;
}

static bool is_end(const char *header)
{
    for (int i = 0; i < PG_TAR_BLOCK; i++) {
        if (header[i] != 0)
            return false;
    }
    return true;
}

static bool begin_file(PgTarReader *reader, Error *err)
{
    reader->header_length = 0;
    reader->wanted = NULL;
    if (is_end(reader->header))
        return true;
    if (memcmp(reader->header + MAGIC_AT, "ustar", 5) != 0)
        return error_set(err, ERR_PROTOCOL, "what comes in is no tar");
    reader->left = read_size(reader->header);
    reader->padding = (PG_TAR_BLOCK - reader->left % PG_TAR_BLOCK) % PG_TAR_BLOCK;
    for (size_t i = 0; i < reader->count; i++) {
        if (strncmp(reader->header, reader->files[i].path, NAME_MAX_LENGTH) == 0)
            reader->wanted = &reader->files[i];
    }
    if (reader->wanted != NULL && reader->left > PG_TAR_FILE_MAX)
        return error_set(err, ERR_PROTOCOL, "%s is too long", reader->wanted->path);
    return true;
}

/* How many of the bytes are taken; at least one. */
static bool take(PgTarReader *reader, const char *bytes, size_t length, size_t *out_used,
                 Error *err)
{
    if (reader->left > 0) {
        *out_used = least(reader->left, length);
        if (reader->wanted != NULL)
            buffer_add(&reader->wanted->content, bytes, *out_used);
        reader->left -= *out_used;
        return true;
    }
    if (reader->padding > 0) {
        *out_used = least(reader->padding, length);
        reader->padding -= *out_used;
        return true;
    }
    *out_used = least(PG_TAR_BLOCK - reader->header_length, length);
    memcpy(reader->header + reader->header_length, bytes, *out_used);
    reader->header_length += *out_used;
    return reader->header_length < PG_TAR_BLOCK || begin_file(reader, err);
}

bool pg_tar_add(PgTarReader *reader, const char *bytes, size_t length, Error *err)
{
    while (length > 0) {
        size_t used;

        if (!take(reader, bytes, length, &used, err))
            return false;
        bytes += used;
        length -= used;
    }
    return true;
}
