/*
 * fakes/net/exchange.c - what a handler can ask about a request, and how its answer is written.
 *
 * Source: RFC 9110 (fields, HEAD, 204, 304), RFC 9112 section 6 and 7 (message length, chunks).
 * A small answer's head and body leave in one write, so that they are one TLS record.
 */
#include "fakes/net/exchange.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <http_parser.h>

#include "base/clock.h"
#include "base/memory.h"

/* ---- the request ---------------------------------------------------------------------------------- */

const char *http_method(const HttpExchange *exchange)
{
    return exchange->method;
}

const char *http_path(const HttpExchange *exchange)
{
    return exchange->path;
}

const char *http_query(const HttpExchange *exchange)
{
    return exchange->query;
}

const char *http_request_header(const HttpExchange *exchange, const char *name)
{
    for (size_t i = 0; i < exchange->field_count; i++)
        if (strcasecmp(exchange->fields[i].name, name) == 0)
            return exchange->fields[i].value;
    return NULL;
}

const char *http_body(const HttpExchange *exchange, size_t *out_length)
{
    if (out_length != NULL)
        *out_length = exchange->body.length;
    return exchange->body.length > 0 ? exchange->body.data : "";
}

Arena *http_arena(HttpExchange *exchange)
{
    return &exchange->arena;
}

Stream *http_stream(HttpExchange *exchange)
{
    return exchange->stream;
}

static int hex_digit(char digit)
{
    if (!isxdigit((unsigned char)digit))
        return -1;
    return isdigit((unsigned char)digit) ? digit - '0' : tolower((unsigned char)digit) - 'a' + 10;
}

/* The byte that "%41" stands for; 0 if the text does not start with such an escape. */
static char escaped_byte(const char *text, size_t length)
{
    if (length < 3 || text[0] != '%' || hex_digit(text[1]) < 0 || hex_digit(text[2]) < 0)
        return '\0';
    return (char)(hex_digit(text[1]) * 16 + hex_digit(text[2]));
}

/* "%00" stays as it is: decoded, it would end the text early and make one name look like another. */
const char *http_decode(Arena *arena, const char *text, size_t length)
{
    char *decoded = arena_new(arena, length + 1);
    size_t used = 0;

    for (size_t i = 0; i < length; i++) {
        char byte = escaped_byte(text + i, length - i);

        decoded[used++] = byte != '\0' ? byte : text[i];
        if (byte != '\0')
            i += 2;
    }
    return decoded;
}

/* As forms are encoded: a '+' is a space (WHATWG URL, application/x-www-form-urlencoded). */
static const char *decode_form(Arena *arena, const char *text, size_t length)
{
    char *spaced = arena_text_of(arena, text, length);

    for (char *plus = spaced; (plus = strchr(plus, '+')) != NULL;)
        *plus = ' ';
    return http_decode(arena, spaced, strlen(spaced));
}

const char *http_parameter(HttpExchange *exchange, const char *name)
{
    for (const char *at = exchange->query; *at != '\0';) {
        size_t length = strcspn(at, "&");
        size_t name_length = strcspn(at, "=&");
        const char *found = decode_form(&exchange->arena, at, name_length);

        if (length > 0 && strcmp(found, name) == 0)
            return name_length == length ? ""
                                         : decode_form(&exchange->arena, at + name_length + 1,
                                                       length - name_length - 1);
        at += length;
        if (*at == '&')
            at++;
    }
    return NULL;
}

/* ---- the answer ----------------------------------------------------------------------------------- */

/* A value never breaks out of its line, whatever a client managed to put in it. */
static void add_field(Buffer *head, const char *name, const char *value)
{
    buffer_format(head, "%s: ", name);
    for (; *value != '\0'; value++)
        buffer_add_byte(head, *value == '\r' || *value == '\n' ? ' ' : (uint8_t)*value);
    buffer_add_text(head, "\r\n");
}

void http_header(HttpExchange *exchange, const char *name, const char *value)
{
    if (strcasecmp(name, "Connection") == 0 && strcasecmp(value, "close") == 0)
        exchange->keep_alive = false;
    else
        add_field(&exchange->extra_head, name, value);
}

static void add_head(HttpExchange *exchange, Buffer *head, int status, const char *content_type)
{
    char date[CLOCK_TEXT_MAX];

    buffer_format(head, "HTTP/1.1 %d %s\r\n", status, http_status_str((enum http_status)status));
    add_field(head, "Date", clock_http_date(clock_wall_ms(), date));
    if (content_type != NULL)
        add_field(head, "Content-Type", content_type);
    if (!exchange->keep_alive)
        add_field(head, "Connection", "close");
    else if (exchange->is_http_1_0)
        add_field(head, "Connection", "keep-alive");
    if (exchange->extra_head.length > 0)
        buffer_add(head, exchange->extra_head.data, exchange->extra_head.length);
}

static void send_bytes(HttpExchange *exchange, const Buffer *bytes)
{
    exchange_fault_counts(exchange, bytes->length);
    stream_write(exchange->stream, bytes->data, bytes->length);
}

static void complete(HttpExchange *exchange)
{
    exchange_fault_ends(exchange);
    exchange->state = ANSWER_COMPLETE;
    exchange->on_complete(exchange->connection);
}

static bool may_have_body(const HttpExchange *exchange, int status)
{
    return !exchange->is_head && status >= 200 && status != 204 && status != 304;
}

void http_answer(HttpExchange *exchange, int status, const char *content_type, const void *body,
                 size_t length)
{
    Buffer bytes = {0};

    if (exchange->state == ANSWER_GONE)
        return;
    assert(exchange->state == ANSWER_DUE);
    if (!exchange_fault_takes(exchange, status)) {
        add_head(exchange, &bytes, status, content_type);
        if (status != 204)
            buffer_format(&bytes, "Content-Length: %zu\r\n", length);
        buffer_add_text(&bytes, "\r\n");
        if (may_have_body(exchange, status))
            buffer_add(&bytes, body, length);
        send_bytes(exchange, &bytes);
    }
    buffer_release(&bytes);
    complete(exchange);
}

/* HTTP/1.0 knows no chunks: there the end of the connection is the end of the body. */
void http_begin(HttpExchange *exchange, int status, const char *content_type)
{
    Buffer bytes = {0};

    if (exchange->state == ANSWER_GONE)
        return;
    assert(exchange->state == ANSWER_DUE);
    exchange->state = ANSWER_STREAMING;
    exchange->has_body = may_have_body(exchange, status);
    exchange->is_chunked = !exchange->is_http_1_0;
    if (!exchange->is_chunked)
        exchange->keep_alive = false;
    if (exchange_fault_takes(exchange, status))
        return;
    add_head(exchange, &bytes, status, content_type);
    if (exchange->is_chunked)
        add_field(&bytes, "Transfer-Encoding", "chunked");
    buffer_add_text(&bytes, "\r\n");
    send_bytes(exchange, &bytes);
    buffer_release(&bytes);
}

static bool has_slow_reader(HttpExchange *exchange)
{
    return stream_unsent(exchange->stream) > exchange->unsent_max;
}

void http_chunk(HttpExchange *exchange, const void *bytes, size_t length)
{
    Buffer chunk = {0};

    if (exchange->state == ANSWER_GONE)
        return;
    assert(exchange->state == ANSWER_STREAMING);
    if (length == 0 || !exchange->has_body || exchange->fault.kind == FAULT_LOSE_REPLY)
        return;
    if (has_slow_reader(exchange)) {
        stream_reset(exchange->stream);
        return;
    }
    if (exchange->is_chunked)
        buffer_format(&chunk, "%zx\r\n", length);
    buffer_add(&chunk, bytes, length);
    if (exchange->is_chunked)
        buffer_add_text(&chunk, "\r\n");
    send_bytes(exchange, &chunk);
    buffer_release(&chunk);
}

void http_end(HttpExchange *exchange)
{
    Buffer end = {0};

    if (exchange->state == ANSWER_GONE)
        return;
    assert(exchange->state == ANSWER_STREAMING);
    if (exchange->has_body && exchange->is_chunked && exchange->fault.kind != FAULT_LOSE_REPLY) {
        buffer_add_text(&end, "0\r\n\r\n");
        send_bytes(exchange, &end);
    }
    buffer_release(&end);
    complete(exchange);
}

/* ---- the end -------------------------------------------------------------------------------------- */

void http_on_gone(HttpExchange *exchange, void (*on_gone)(void *owner), void *owner)
{
    exchange->on_gone = on_gone;
    exchange->gone_owner = owner;
}

void exchange_lose(HttpExchange *exchange)
{
    if (exchange->state == ANSWER_COMPLETE || exchange->state == ANSWER_GONE)
        return;
    exchange->state = ANSWER_GONE;
    exchange_fault_forget(exchange);
    if (exchange->on_gone != NULL)
        exchange->on_gone(exchange->gone_owner);
}

void exchange_free(HttpExchange *exchange)
{
    if (exchange == NULL)
        return;
    timer_free(exchange->delay);
    free(exchange->fields);
    buffer_release(&exchange->body);
    buffer_release(&exchange->extra_head);
    arena_release(&exchange->arena);
    free(exchange);
}
