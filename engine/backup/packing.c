/*
 * engine/backup/packing.c - gzip (RFC 1952), packed as a stream into a sealed file, unpacked whole.
 */
#include "engine/backup/packing.h"

#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "base/memory.h"

enum { GZIP = 15 + 16, MEMORY_LEVEL = 8, ROOM = 65536, INPUT_MAX = 1 << 30 };

struct Packing {
    z_stream stream;
    SealWriter *writer;
    unsigned char room[ROOM];
};

Packing *packing_new(SealWriter *writer)
{
    Packing *packing = MEMORY_NEW(Packing);

    packing->writer = writer;
    deflateInit2(&packing->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP, MEMORY_LEVEL,
                 Z_DEFAULT_STRATEGY);
    return packing;
}

/* Until zlib has taken everything, and with Z_FINISH given everything. */
static bool pump(Packing *packing, int flush, Error *err)
{
    do {
        packing->stream.next_out = packing->room;
        packing->stream.avail_out = ROOM;
        deflate(&packing->stream, flush);
        if (!seal_add(packing->writer, packing->room, ROOM - packing->stream.avail_out, err))
            return false;
    } while (packing->stream.avail_out == 0);
    return true;
}

bool packing_add(Packing *packing, const void *bytes, size_t length, Error *err)
{
    const unsigned char *rest = bytes;

    while (length > 0) {
        uInt part = length > INPUT_MAX ? INPUT_MAX : (uInt)length;

        packing->stream.next_in = (unsigned char *)rest;
        packing->stream.avail_in = part;
        if (!pump(packing, Z_NO_FLUSH, err))
            return false;
        rest += part;
        length -= part;
    }
    return true;
}

bool packing_finish(Packing *packing, Error *err)
{
    packing->stream.avail_in = 0;
    return pump(packing, Z_FINISH, err);
}

void packing_free(Packing *packing)
{
    if (!packing)
        return;
    deflateEnd(&packing->stream);
    explicit_bzero(packing->room, sizeof packing->room);
    free(packing);
}

/* zlib counts in 32 bits: a long input is given in parts. */
static void feed(z_stream *stream, const unsigned char *bytes, size_t length)
{
    size_t left = length - (size_t)(stream->next_in - bytes);

    stream->avail_in = left > INPUT_MAX ? INPUT_MAX : (uInt)left;
}

bool unpack(const void *bytes, size_t length, Buffer *out, Error *err)
{
    z_stream stream = {.next_in = (unsigned char *)bytes};
    unsigned char *room = memory_new(1, ROOM);
    int state = inflateInit2(&stream, GZIP);

    while (state == Z_OK) {
        feed(&stream, bytes, length);
        stream.next_out = room;
        stream.avail_out = ROOM;
        state = inflate(&stream, Z_NO_FLUSH);
        buffer_add(out, room, ROOM - stream.avail_out);
    }
    inflateEnd(&stream);
    explicit_bzero(room, ROOM);
    free(room);
    if (state == Z_STREAM_END)
        return true;
    return error_set(err, ERR_INPUT,
                     state == Z_BUF_ERROR ? "its gzip is cut off" : "no gzip, or damaged");
}
