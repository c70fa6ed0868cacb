/*
 * fakes/net/exchange.c - what a handler can ask about a request, and say in answer, in whatever protocol.
 *
 * Source: RFC 9110 (fields, HEAD, 204, 304).
 */
#include "fakes/net/exchange.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

/* ---- how it is made ------------------------------------------------------------------------------- */

HttpExchange *exchange_new(HttpConnection *connection, void *self)
{
    HttpExchange *exchange = MEMORY_NEW(HttpExchange);

    exchange->connection = connection;
    exchange->self = self;
    exchange->keep_alive = true;
    exchange->path = exchange->query = "";
    return exchange;
}

void exchange_set_target(HttpExchange *exchange, const char *path, size_t path_length,
                         const char *query, size_t query_length)
{
    exchange->path = path_length == 0 ? "/" : arena_text_of(&exchange->arena, path, path_length);
    exchange->query = arena_text_of(&exchange->arena, query, query_length);
}

void fields_add(HttpFields *fields, const char *name, const char *value)
{
    MEMORY_GROW(fields->items, fields->count, fields->capacity);
    fields->items[fields->count++] = (HttpField){name, value};
}

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
    for (size_t i = 0; i < exchange->fields.count; i++)
        if (strcasecmp(exchange->fields.items[i].name, name) == 0)
            return exchange->fields.items[i].value;
    return NULL;
}

bool http_request_field(const HttpExchange *exchange, size_t i, const char **out_name,
                        const char **out_value)
{
    if (i >= exchange->fields.count)
        return false;
    *out_name = exchange->fields.items[i].name;
    *out_value = exchange->fields.items[i].value;
    return true;
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
    return exchange->connection->stream;
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

void http_skew_date(HttpExchange *exchange, int64_t ahead_ms)
{
    exchange->date_ahead_ms = ahead_ms;
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

void http_header(HttpExchange *exchange, const char *name, const char *value)
{
    Arena *arena = &exchange->arena;

    if (strcasecmp(name, "Connection") == 0 && strcasecmp(value, "close") == 0)
        exchange->keep_alive = false;
    else
        fields_add(&exchange->answer_fields, arena_text(arena, name), arena_text(arena, value));
}

static bool may_have_body(const HttpExchange *exchange, int status)
{
    return !exchange->is_head && status >= 200 && status != 204 && status != 304;
}

static void set_head(HttpExchange *exchange, int status, const char *content_type)
{
    assert(exchange->state == ANSWER_DUE);
    exchange->status = status;
    exchange->content_type = arena_text(&exchange->arena, content_type);
    exchange->has_body = may_have_body(exchange, status);
}

static void complete(HttpExchange *exchange)
{
    exchange->state = ANSWER_COMPLETE;
    exchange->connection->protocol->complete(exchange);
}

void http_answer(HttpExchange *exchange, int status, const char *content_type, const void *body,
                 size_t length)
{
    const HttpProtocol *protocol = exchange->connection->protocol;
    Buffer packed = {0};

    if (exchange->state == ANSWER_GONE)
        return;
    set_head(exchange, status, content_type);
    if (!exchange_fault_takes(exchange, status)) {
        if (exchange_compress(exchange, body, length, &packed))
            protocol->answer(exchange, packed.data, packed.length);
        else
            protocol->answer(exchange, body, length);
        buffer_release(&packed);
    }
    complete(exchange);
}

void http_begin(HttpExchange *exchange, int status, const char *content_type)
{
    if (exchange->state == ANSWER_GONE)
        return;
    set_head(exchange, status, content_type);
    exchange->state = ANSWER_STREAMING;
    exchange->is_stream = true;
    if (!exchange_fault_takes(exchange, status))
        exchange->connection->protocol->begin(exchange);
}

void http_chunk(HttpExchange *exchange, const void *bytes, size_t length)
{
    const HttpProtocol *protocol = exchange->connection->protocol;

    if (exchange->state == ANSWER_GONE)
        return;
    assert(exchange->state == ANSWER_STREAMING);
    if (length == 0 || !exchange->has_body || exchange->fault.kind == FAULT_LOSE_REPLY)
        return;
    if (protocol->is_behind(exchange))
        protocol->give_up(exchange);
    else
        protocol->chunk(exchange, bytes, length);
}

void http_end(HttpExchange *exchange)
{
    if (exchange->state == ANSWER_GONE)
        return;
    assert(exchange->state == ANSWER_STREAMING);
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
    free(exchange->fields.items);
    free(exchange->answer_fields.items);
    buffer_release(&exchange->body);
    arena_release(&exchange->arena);
    free(exchange);
}
