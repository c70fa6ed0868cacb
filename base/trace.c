/*
 * base/trace.c - what happened in a run, in order, with the time it happened at.
 *
 * An event's texts are copied into the trace's arena and its data is kept as given; the line that counts for
 * the digest is made once, when the event is added, and only hashed: a run has tens of thousands of them.
 */
#include "base/trace.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <xxhash.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/memory.h"

enum { SINKS_MAX = 8 };

typedef struct {
    TraceSink *sink;
    void *owner;
} Listener;

struct Trace {
    int64_t start_wall_ms;
    int64_t start_mono_ms;
    Arena texts;
    TraceEvent *events;
    size_t count, capacity;
    Listener listeners[SINKS_MAX];
    size_t listener_count;
    EVP_MD_CTX *digest;
    XXH3_state_t *wire;
    uint32_t connections; /* so far */
    Buffer line;          /* kept between events, so that hashing one allocates nothing */
};

Trace *trace_new(void)
{
    Trace *trace = MEMORY_NEW(Trace);

    trace->start_wall_ms = clock_wall_ms();
    trace->start_mono_ms = clock_mono_ms();
    trace->digest = EVP_MD_CTX_new();
    trace->wire = XXH3_createState();
    assert(trace->digest != NULL && trace->wire != NULL);
    if (EVP_DigestInit_ex(trace->digest, EVP_sha256(), NULL) != 1)
        assert(!"OpenSSL without SHA-256");
    XXH3_128bits_reset(trace->wire);
    return trace;
}

void trace_free(Trace *trace)
{
    if (trace == NULL)
        return;
    for (size_t i = 0; i < trace->count; i++)
        cJSON_Delete((cJSON *)trace->events[i].data);
    free(trace->events);
    arena_release(&trace->texts);
    buffer_release(&trace->line);
    EVP_MD_CTX_free(trace->digest);
    XXH3_freeState(trace->wire);
    free(trace);
}

int64_t trace_start_wall_ms(const Trace *trace)
{
    return trace->start_wall_ms;
}

int64_t trace_now_ms(const Trace *trace)
{
    return clock_mono_ms() - trace->start_mono_ms;
}

/* "at lane kind text data\n": what two runs must have in common to be the same run. */
static void hash_event(Trace *trace, const TraceEvent *event)
{
    Buffer *line = &trace->line;

    buffer_clear(line);
    buffer_format(line, "%lld %s %s %s ", (long long)event->at_ms, event->lane, event->kind,
                  event->text);
    if (event->data != NULL) {
        char *data = json_text(event->data);

        buffer_add_text(line, data);
        free(data);
    }
    buffer_add_byte(line, '\n');
    EVP_DigestUpdate(trace->digest, line->data, line->length);
}

static char *format_text(Trace *trace, const char *format, va_list arguments)
{
    char fits[512];
    va_list again;
    int length;
    char *text;

    va_copy(again, arguments);
    length = vsnprintf(fits, sizeof fits, format, arguments);
    assert(length >= 0);
    if ((size_t)length < sizeof fits) {
        text = arena_text_of(&trace->texts, fits, (size_t)length);
    } else {
        text = arena_new(&trace->texts, (size_t)length + 1);
        vsnprintf(text, (size_t)length + 1, format, again);
    }
    va_end(again);
    return text;
}

void trace_add(Trace *trace, const char *lane, const char *kind, cJSON *data, const char *format,
               ...)
{
    TraceEvent event;
    va_list arguments;

    if (trace == NULL) {
        cJSON_Delete(data);
        return;
    }
    va_start(arguments, format);
    event = (TraceEvent){
        .at_ms = trace_now_ms(trace),
        .lane = arena_text(&trace->texts, lane),
        .kind = arena_text(&trace->texts, kind),
        .text = format_text(trace, format, arguments),
        .data = data,
    };
    va_end(arguments);

    MEMORY_GROW(trace->events, trace->count, trace->capacity);
    trace->events[trace->count++] = event;
    hash_event(trace, &event);
    /* A sink may add events itself; it is handed the copy, which growing the array does not move. */
    for (size_t i = 0; i < trace->listener_count; i++)
        trace->listeners[i].sink(trace->listeners[i].owner, &event);
}

static void put_big_endian(unsigned char *to, uint64_t value, size_t width)
{
    for (size_t i = 0; i < width; i++)
        to[i] = (unsigned char)(value >> (8 * (width - 1 - i)));
}

uint32_t trace_next_connection(Trace *trace)
{
    return trace == NULL ? 0 : ++trace->connections;
}

void trace_wire(Trace *trace, uint32_t connection, char direction, const void *bytes, size_t length)
{
    unsigned char head[4 + 1 + 8 + 8];

    if (trace == NULL)
        return;
    put_big_endian(head, connection, 4);
    head[4] = (unsigned char)direction;
    put_big_endian(head + 5, (uint64_t)trace_now_ms(trace), 8);
    put_big_endian(head + 13, length, 8);
    XXH3_128bits_update(trace->wire, head, sizeof head);
    XXH3_128bits_update(trace->wire, bytes, length);
}

void trace_listen(Trace *trace, TraceSink *sink, void *owner)
{
    assert(trace->listener_count < SINKS_MAX);
    trace->listeners[trace->listener_count++] = (Listener){sink, owner};
}

size_t trace_count(const Trace *trace)
{
    return trace->count;
}

TraceEvent trace_at(const Trace *trace, size_t index)
{
    assert(index < trace->count);
    return trace->events[index];
}

static void to_hex(const unsigned char *bytes, size_t length, char *out_hex)
{
    for (size_t i = 0; i < length; i++)
        snprintf(out_hex + 2 * i, 3, "%02x", bytes[i]);
}

void trace_digest(const Trace *trace, char out_hex[TRACE_DIGEST_MAX])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    EVP_MD_CTX *copy = EVP_MD_CTX_new(); /* the run goes on after a digest of it so far */

    assert(copy != NULL);
    EVP_MD_CTX_copy_ex(copy, trace->digest);
    EVP_DigestFinal_ex(copy, bytes, &length);
    EVP_MD_CTX_free(copy);
    to_hex(bytes, length, out_hex);
}

void trace_wire_digest(const Trace *trace, char out_hex[TRACE_DIGEST_MAX])
{
    XXH128_canonical_t canonical;

    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(trace->wire));
    to_hex(canonical.digest, sizeof canonical.digest, out_hex);
}
