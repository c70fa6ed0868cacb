/*
 * fakes/net/http.c - one HTTP/1.1 connection: requests are read one after the other and handed over.
 *
 * All goes well (READING): bytes go through the parser until a request is whole. It is handed to the handler (ANSWERING);
 * bytes of further requests wait meanwhile. When the answer is complete the exchange goes and the next request is read.
 * Goes wrong: a request that is malformed or too large is refused and the connection closed (CLOSING); so it is after an
 * answer that says so. The peer leaves in any state: the exchange's owner is told, and everything goes.
 *
 * Answers may come from inside the handler or long after. The exchange is let go by the step function, never inside the
 * call that completes the answer, so a handler may still use its arena then.
 */
#include "fakes/net/http.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <http_parser.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "fakes/net/exchange.h"

enum {
    BODY_MAX = 3 * 1024 * 1024,
    UNSENT_MAX = 8 * 1024 * 1024,
    WAITING_MAX = 64 * 1024, /* bytes of pipelined requests before we stop reading */
};

typedef enum { HTTP_READING, HTTP_ANSWERING, HTTP_CLOSING } HttpState;

struct HttpConnection {
    HttpOptions options;
    Stream *stream;
    HttpState state;
    bool is_stepping; /* the step function is at work and sees for itself what has changed */
    http_parser parser;
    Buffer waiting; /* bytes not parsed yet */
    Buffer target, name, value;
    bool has_value, is_head_whole, is_request_whole;
    int refusal;            /* status, if the request being read must be refused */
    HttpExchange *exchange; /* from its request's first byte until its answer is complete */
    Timer *next_turn;
    HttpConnection *previous, *next; /* in options.connections */
};

/* ---- reading a request (http_parser's callbacks) ---------------------------------------------------- */

static void on_answer_complete(void *owner);

static int on_message_begin(http_parser *parser)
{
    HttpConnection *connection = parser->data;
    HttpExchange *exchange = MEMORY_NEW(HttpExchange);

    assert(connection->exchange == NULL);
    exchange->stream = connection->stream;
    exchange->loop = connection->options.loop;
    exchange->unsent_max = connection->options.unsent_max;
    exchange->on_complete = on_answer_complete;
    exchange->connection = connection;
    connection->exchange = exchange;
    buffer_clear(&connection->target);
    buffer_clear(&connection->name);
    buffer_clear(&connection->value);
    connection->has_value = connection->is_head_whole = connection->is_request_whole = false;
    return 0;
}

static int on_url(http_parser *parser, const char *bytes, size_t length)
{
    HttpConnection *connection = parser->data;

    buffer_add(&connection->target, bytes, length);
    return 0;
}

/* A field is whole when the next one begins, or the head ends. Trailers, after the body, are not kept. */
static void keep_field(HttpConnection *connection)
{
    HttpExchange *exchange = connection->exchange;
    Arena *arena = &exchange->arena;

    if (!connection->has_value || connection->is_head_whole)
        return;
    connection->has_value = false;
    MEMORY_GROW(exchange->fields, exchange->field_count, exchange->field_capacity);
    exchange->fields[exchange->field_count++] = (HttpField){
        .name = arena_text_of(arena, connection->name.data, connection->name.length),
        .value = arena_text_of(arena, connection->value.data, connection->value.length),
    };
    buffer_clear(&connection->name);
    buffer_clear(&connection->value);
}

static int on_header_field(http_parser *parser, const char *bytes, size_t length)
{
    HttpConnection *connection = parser->data;

    keep_field(connection);
    buffer_add(&connection->name, bytes, length);
    return 0;
}

static int on_header_value(http_parser *parser, const char *bytes, size_t length)
{
    HttpConnection *connection = parser->data;

    connection->has_value = true;
    buffer_add(&connection->value, bytes, length);
    return 0;
}

static int refuse_with(HttpConnection *connection, int status)
{
    connection->refusal = status;
    return -1; /* which is how http_parser is told to stop */
}

/* "/path?query", or "http://host/path?query" as a proxy would send it (RFC 9112, section 3.2). */
static bool read_target(HttpConnection *connection)
{
    HttpExchange *exchange = connection->exchange;
    const char *text = connection->target.data;
    struct http_parser_url url;
    const char *path;

    http_parser_url_init(&url);
    if (strcmp(text, "*") == 0) {
        exchange->path = "*";
        exchange->query = "";
        return true;
    }
    if (http_parser_parse_url(text, connection->target.length,
                              connection->parser.method == HTTP_CONNECT, &url) != 0)
        return false;
    path = text + url.field_data[UF_PATH].off;
    exchange->path = url.field_data[UF_PATH].len == 0
                         ? "/"
                         : arena_text_of(&exchange->arena, path, url.field_data[UF_PATH].len);
    exchange->query = arena_text_of(&exchange->arena, text + url.field_data[UF_QUERY].off,
                                    url.field_data[UF_QUERY].len);
    return true;
}

static size_t count_fields(const HttpExchange *exchange, const char *name)
{
    size_t count = 0;

    for (size_t i = 0; i < exchange->field_count; i++)
        count += strcasecmp(exchange->fields[i].name, name) == 0;
    return count;
}

static bool has_length(const http_parser *parser)
{
    return !(parser->flags & F_CHUNKED) && parser->content_length != UINT64_MAX;
}

/* The status to refuse the request with after its head alone; 0: it may go on. */
static int judge_head(HttpConnection *connection)
{
    const http_parser *parser = &connection->parser;
    HttpExchange *exchange = connection->exchange;
    const char *expect = http_request_header(exchange, "Expect");

    if (parser->http_major != 1)
        return 505;
    if (!read_target(connection))
        return 400;
    if (count_fields(exchange, "Host") != 1 && !exchange->is_http_1_0)
        return 400; /* RFC 9112, section 3.2 */
    if (expect != NULL && strcasecmp(expect, "100-continue") != 0)
        return 417;
    if (has_length(parser) && parser->content_length > connection->options.body_max)
        return 413;
    return 0;
}

static void ask_for_body(HttpConnection *connection)
{
    static const char CONTINUE[] = "HTTP/1.1 100 Continue\r\n\r\n";
    const http_parser *parser = &connection->parser;
    bool expects_body =
        (parser->flags & F_CHUNKED) || (has_length(parser) && parser->content_length > 0);

    if (expects_body && !connection->exchange->is_http_1_0 &&
        http_request_header(connection->exchange, "Expect") != NULL)
        stream_write(connection->stream, CONTINUE, sizeof CONTINUE - 1);
}

/* We never switch protocols, so an offer to (curl's h2c, say) is passed over and the body is read as a body. */
static int on_headers_complete(http_parser *parser)
{
    HttpConnection *connection = parser->data;
    HttpExchange *exchange = connection->exchange;
    int status;

    keep_field(connection);
    connection->is_head_whole = true;
    parser->upgrade = 0;
    exchange->method = http_method_str((enum http_method)parser->method);
    exchange->is_head = parser->method == HTTP_HEAD;
    exchange->is_http_1_0 = parser->http_major == 1 && parser->http_minor == 0;
    status = judge_head(connection);
    if (status != 0)
        return refuse_with(connection, status);
    ask_for_body(connection);
    return 0;
}

static int on_body(http_parser *parser, const char *bytes, size_t length)
{
    HttpConnection *connection = parser->data;
    Buffer *body = &connection->exchange->body;

    if (length > connection->options.body_max - body->length)
        return refuse_with(connection, 413);
    buffer_add(body, bytes, length);
    return 0;
}

/* Pausing leaves the bytes of the next request to us, to be parsed when it is its turn. */
static int on_message_complete(http_parser *parser)
{
    HttpConnection *connection = parser->data;

    connection->exchange->keep_alive = http_should_keep_alive(parser) != 0;
    connection->is_request_whole = true;
    http_parser_pause(parser, 1);
    return 0;
}

static const http_parser_settings PARSER_SETTINGS = {
    .on_message_begin = on_message_begin,
    .on_url = on_url,
    .on_header_field = on_header_field,
    .on_header_value = on_header_value,
    .on_headers_complete = on_headers_complete,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
};

/* ---- one request after the other -------------------------------------------------------------------- */

static void refuse(HttpConnection *connection, int status)
{
    const char *reason = http_status_str((enum http_status)status);
    Buffer answer = {0};

    buffer_format(&answer,
                  "HTTP/1.1 %d %s\r\nContent-Type: text/plain; charset=utf-8\r\n"
                  "Content-Length: %zu\r\nConnection: close\r\n\r\n%d %s",
                  status, reason, strlen(reason) + 4, status, reason);
    stream_write(connection->stream, answer.data, answer.length);
    buffer_release(&answer);
    connection->state = HTTP_CLOSING;
    stream_close(connection->stream);
}

static int status_of_parser_error(const http_parser *parser)
{
    return HTTP_PARSER_ERRNO(parser) == HPE_HEADER_OVERFLOW ? 431 : 400;
}

/* Parses what waits, up to the end of one request. */
static void read_request(HttpConnection *connection)
{
    http_parser *parser = &connection->parser;
    size_t parsed = http_parser_execute(parser, &PARSER_SETTINGS, connection->waiting.data,
                                        connection->waiting.length);

    if (HTTP_PARSER_ERRNO(parser) == HPE_PAUSED) {
        http_parser_pause(parser, 0);
    } else if (HTTP_PARSER_ERRNO(parser) != HPE_OK) {
        refuse(connection,
               connection->refusal != 0 ? connection->refusal : status_of_parser_error(parser));
        return;
    }
    buffer_eat(&connection->waiting, parsed);
    if (connection->is_request_whole)
        connection->state = HTTP_ANSWERING;
}

static void let_go(HttpConnection *connection)
{
    bool goes_on = connection->exchange->keep_alive;

    exchange_free(connection->exchange);
    connection->exchange = NULL;
    connection->is_request_whole = false;
    connection->state = goes_on ? HTTP_READING : HTTP_CLOSING;
    if (goes_on)
        stream_resume(connection->stream);
    else
        stream_close(connection->stream);
}

static bool is_answered(const HttpConnection *connection)
{
    return connection->state == HTTP_ANSWERING && connection->exchange->state == ANSWER_COMPLETE;
}

/* Goes on until it needs more bytes, or an answer. */
static void step(HttpConnection *connection)
{
    connection->is_stepping = true;
    if (is_answered(connection))
        let_go(connection);
    while (connection->state == HTTP_READING && connection->waiting.length > 0) {
        read_request(connection);
        if (connection->state == HTTP_ANSWERING)
            connection->options.handler(connection->options.owner, connection->exchange);
        if (is_answered(connection))
            let_go(connection);
    }
    connection->is_stepping = false;
}

static void on_next_turn(void *owner)
{
    step(owner);
}

/* Somebody answered from a callback of theirs: what follows waits for a turn of its own. */
static void on_answer_complete(void *owner)
{
    HttpConnection *connection = owner;

    if (connection->is_stepping)
        return;
    if (connection->next_turn == NULL)
        connection->next_turn = timer_new(connection->options.loop, on_next_turn, connection);
    timer_start(connection->next_turn, 0);
}

/* ---- the connection --------------------------------------------------------------------------------- */

static void on_data(void *owner, const char *bytes, size_t length)
{
    HttpConnection *connection = owner;

    if (connection->state == HTTP_CLOSING)
        return;
    buffer_add(&connection->waiting, bytes, length);
    step(connection);
    if (connection->state == HTTP_ANSWERING && connection->waiting.length > WAITING_MAX)
        stream_pause(connection->stream);
}

static void join(HttpConnection *connection)
{
    HttpConnections *all = connection->options.connections;

    if (all == NULL)
        return;
    connection->next = all->first;
    if (all->first != NULL)
        all->first->previous = connection;
    all->first = connection;
}

static void leave(HttpConnection *connection)
{
    HttpConnections *all = connection->options.connections;

    if (all == NULL)
        return;
    if (connection->previous != NULL)
        connection->previous->next = connection->next;
    else
        all->first = connection->next;
    if (connection->next != NULL)
        connection->next->previous = connection->previous;
    connection->options.connections = NULL;
}

/* From here on the handler's owner hears nothing more of this connection. */
static void end(HttpConnection *connection)
{
    leave(connection);
    if (connection->state == HTTP_ANSWERING)
        exchange_lose(connection->exchange);
    connection->state = HTTP_CLOSING;
    timer_free(connection->next_turn);
    connection->next_turn = NULL;
}

static void on_closed(void *owner)
{
    HttpConnection *connection = owner;

    end(connection);
    exchange_free(connection->exchange);
    buffer_release(&connection->waiting);
    buffer_release(&connection->target);
    buffer_release(&connection->name);
    buffer_release(&connection->value);
    free(connection);
}

void http_reset_all(HttpConnections *connections)
{
    while (connections->first != NULL) {
        HttpConnection *connection = connections->first;

        end(connection);
        stream_reset(connection->stream);
    }
}

void http_serve(int fd, const HttpOptions *options)
{
    static const StreamEvents EVENTS = {.on_data = on_data, .on_closed = on_closed};
    const StreamOptions stream = {.loop = options->loop,
                                  .trace = options->trace,
                                  .tls = options->tls};
    HttpConnection *connection = MEMORY_NEW(HttpConnection);

    connection->options = *options;
    if (connection->options.body_max == 0)
        connection->options.body_max = BODY_MAX;
    if (connection->options.unsent_max == 0)
        connection->options.unsent_max = UNSENT_MAX;
    http_parser_init(&connection->parser, HTTP_REQUEST);
    connection->parser.data = connection;
    join(connection);
    connection->stream = stream_open(fd, &stream, &EVENTS, connection);
}
