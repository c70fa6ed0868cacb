/*
 * fakes/postgres/tar_reader.h - the few files that are wanted of a tar that comes in, in pieces of any size; the rest is passed over.
 *
 * Source: POSIX.1-2017, pax, "ustar Interchange Format".
 */
#ifndef FAKES_POSTGRES_TAR_READER_H
#define FAKES_POSTGRES_TAR_READER_H

#include "base/buffer.h"
#include "base/error.h"

enum { PG_TAR_BLOCK = 512, PG_TAR_FILE_MAX = 64 * 1024 };

typedef struct {
    const char *path;
    Buffer content;
} PgTarFile;

typedef struct {
    PgTarFile *files; /* the wanted ones; the caller's */
    size_t count;
    char header[PG_TAR_BLOCK];
    size_t header_length;
    uint64_t left, padding; /* of the file at hand */
    PgTarFile *wanted;      /* the file at hand, if it is one of them */
} PgTarReader;

/* Fails with ERR_PROTOCOL: this is no tar, or a wanted file is longer than PG_TAR_FILE_MAX. */
bool pg_tar_add(PgTarReader *reader, const char *bytes, size_t length, Error *err);

#endif
