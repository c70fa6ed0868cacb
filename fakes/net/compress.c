/*
 * fakes/net/compress.c - gzip for large answers, as the API server compresses them.
 *
 * Source: RFC 9110, sections 8.4 and 12.5.3; kube-apiserver: level 1, a body as a whole and never a stream, and "gzip" has to stand
 * alone between two commas (with a q value it is passed over).
 */
#include <assert.h>
#include <string.h>

#include <zlib.h>

#include "base/memory.h"
#include "fakes/net/exchange.h"

enum {
    LEVEL = 1,
    GZIP_WINDOW =
        15 + 16, /* + 16 is how zlib is told to write gzip, whose header then bears no time */
    MEMORY_LEVEL = 8,
};

static bool accepts_gzip(const HttpExchange *exchange)
{
    const char *at = http_request_header(exchange, "Accept-Encoding");

    for (; at != NULL && *at != '\0'; at += strspn(at, ",")) {
        size_t length;

        at += strspn(at, " \t");
        length = strcspn(at, ", \t");
        if (length == 4 && memcmp(at, "gzip", 4) == 0 && strchr(",", at[4 + strspn(at + 4, " \t")]))
            return true;
        at += strcspn(at, ",");
    }
    return false;
}

static void gzip(const void *bytes, size_t length, Buffer *packed)
{
    z_stream stream = {.next_in = (Bytef *)bytes, .avail_in = (uInt)length};
    int result =
        deflateInit2(&stream, LEVEL, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL, Z_DEFAULT_STRATEGY);

    assert(result == Z_OK);
    packed->capacity = deflateBound(&stream, length) + 1; /* a Buffer ends with a NUL */
    packed->data = memory_new(packed->capacity, 1);
    stream.next_out = (Bytef *)packed->data;
    stream.avail_out = (uInt)packed->capacity - 1;
    result = deflate(&stream, Z_FINISH);
    assert(result == Z_STREAM_END);
    packed->length = stream.total_out;
    deflateEnd(&stream);
}

void http_stay_plain(HttpExchange *exchange)
{
    exchange->stays_plain = true;
}

bool exchange_compress(HttpExchange *exchange, const void *body, size_t length, Buffer *packed)
{
    size_t from = exchange->connection->options.compress_from;

    if (from == 0 || exchange->stays_plain || length < from || length > UINT32_MAX ||
        !accepts_gzip(exchange))
        return false;
    gzip(body, length, packed);
    http_header(exchange, "Content-Encoding", "gzip");
    http_header(exchange, "Vary", "Accept-Encoding");
    return true;
}
