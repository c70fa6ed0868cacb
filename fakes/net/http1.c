/*
 * fakes/net/http1.c - one HTTP/1.1 connection: requests are read one after the other and handed over, answers written.
 *
 * Source: RFC 9110 (fields, HEAD, 204, 304), RFC 9112 (messages; sections 6 and 7 for their length); parsed by http_parser.
 *
 * All goes well (READING): bytes go through the parser until a request is whole. It is handed to the handler (ANSWERING);
 * bytes of further requests wait meanwhile. When the answer is complete the exchange goes and the next request is read.
 * Goes wrong: a request that is malformed or too large is refused and the connection closed (CLOSING); so it is after an
 * answer that says so. The peer leaves in any state: the exchange's owner is told, and everything goes.
 *
 * Answers may come from inside the handler or long after. The exchange is let go by the step function, never inside the
 * call that completes the answer, so a handler may still use its arena then.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <http_parser.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/net/exchange.h"

enum {
    WAITING_MAX = 64 * 1024, /* bytes of pipelined requests before we stop reading */
    METHOD_MAX = 64,         /* longer than any method that somebody means */
};

static const char STAND_IN[] = "POST"; /* for a method that the parser does not know */
static const char TOKEN[] =            /* what a method is made of: RFC 9110, section 5.6.2 */
    "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

typedef enum { HTTP_READING, HTTP_ANSWERING, HTTP_CLOSING } HttpState;

typedef struct {
    HttpConnection *connection;
    Stream *stream; /* the connection's */
    HttpState state;
    bool is_stepping; /* the step function is at work and sees for itself what has changed */
    http_parser parser;
    Buffer waiting; /* bytes not parsed yet */
    Buffer method;  /* one that the parser does not know; else empty */
    Buffer target, name, value;
    bool is_method_read, has_value, is_head_whole, is_request_whole;
    int refusal;            /* status, if the request being read must be refused */
    HttpExchange *exchange; /* from its request's first byte until its answer is complete */
    Timer *next_turn;
} Http1;

/* ---- reading a request (http_parser's callbacks) ---------------------------------------------------- */

static int on_message_begin(http_parser *parser)
{
    Http1 *http = parser->data;

    assert(http->exchange == NULL);
    http->exchange = exchange_new(http->connection, http);
    buffer_clear(&http->target);
    buffer_clear(&http->name);
    buffer_clear(&http->value);
    http->has_value = http->is_head_whole = http->is_request_whole = false;
    return 0;
}

static int on_url(http_parser *parser, const char *bytes, size_t length)
{
    Http1 *http = parser->data;

    buffer_add(&http->target, bytes, length);
    return 0;
}

/* A field is whole when the next one begins, or the head ends. Trailers, after the body, are not kept. */
static void keep_field(Http1 *http)
{
    HttpExchange *exchange = http->exchange;
    Arena *arena = &exchange->arena;

    if (!http->has_value || http->is_head_whole)
        return;
    http->has_value = false;
    fields_add(&exchange->fields, arena_text_of(arena, http->name.data, http->name.length),
               arena_text_of(arena, http->value.data, http->value.length));
    buffer_clear(&http->name);
    buffer_clear(&http->value);
}

static int on_header_field(http_parser *parser, const char *bytes, size_t length)
{
    Http1 *http = parser->data;

    keep_field(http);
    buffer_add(&http->name, bytes, length);
    return 0;
}

static int on_header_value(http_parser *parser, const char *bytes, size_t length)
{
    Http1 *http = parser->data;

    http->has_value = true;
    buffer_add(&http->value, bytes, length);
    return 0;
}

static int refuse_with(Http1 *http, int status)
{
    http->refusal = status;
    return -1; /* which is how http_parser is told to stop */
}

/* "/path?query", or "http://host/path?query" as a proxy would send it (RFC 9112, section 3.2). */
static bool read_target(Http1 *http)
{
    const char *text = http->target.data;
    struct http_parser_url url;

    http_parser_url_init(&url);
    if (strcmp(text, "*") == 0) {
        exchange_set_target(http->exchange, text, 1, "", 0);
        return true;
    }
    if (http_parser_parse_url(text, http->target.length, http->parser.method == HTTP_CONNECT,
                              &url) != 0)
        return false;
    exchange_set_target(http->exchange, text + url.field_data[UF_PATH].off,
                        url.field_data[UF_PATH].len, text + url.field_data[UF_QUERY].off,
                        url.field_data[UF_QUERY].len);
    return true;
}

static size_t count_fields(const HttpExchange *exchange, const char *name)
{
    size_t count = 0;

    for (size_t i = 0; i < exchange->fields.count; i++)
        count += strcasecmp(exchange->fields.items[i].name, name) == 0;
    return count;
}

static bool has_length(const http_parser *parser)
{
    return !(parser->flags & F_CHUNKED) && parser->content_length != UINT64_MAX;
}

/* The status to refuse the request with after its head alone; 0: it may go on. */
static int judge_head(Http1 *http)
{
    const http_parser *parser = &http->parser;
    HttpExchange *exchange = http->exchange;
    const char *expect = http_request_header(exchange, "Expect");

    if (parser->http_major != 1)
        return 505;
    if (!read_target(http))
        return 400;
    if (count_fields(exchange, "Host") != 1 && !exchange->is_http_1_0)
        return 400; /* RFC 9112, section 3.2 */
    if (expect != NULL && strcasecmp(expect, "100-continue") != 0)
        return 417;
    if (has_length(parser) && parser->content_length > http->connection->options.body_max)
        return 413;
    return 0;
}

static void ask_for_body(Http1 *http)
{
    static const char CONTINUE[] = "HTTP/1.1 100 Continue\r\n\r\n";
    const http_parser *parser = &http->parser;
    bool expects_body =
        (parser->flags & F_CHUNKED) || (has_length(parser) && parser->content_length > 0);

    if (expects_body && !http->exchange->is_http_1_0 &&
        http_request_header(http->exchange, "Expect") != NULL)
        stream_write(http->stream, CONTINUE, sizeof CONTINUE - 1);
}

/* We never switch protocols, so an offer to (curl's h2c, say) is passed over and the body is read as a body. */
static int on_headers_complete(http_parser *parser)
{
    Http1 *http = parser->data;
    HttpExchange *exchange = http->exchange;
    int status;

    keep_field(http);
    http->is_head_whole = true;
    parser->upgrade = 0;
    exchange->method = http->method.length > 0
                           ? arena_text_of(&exchange->arena, http->method.data, http->method.length)
                           : http_method_str((enum http_method)parser->method);
    exchange->is_head = parser->method == HTTP_HEAD;
    exchange->is_http_1_0 = parser->http_major == 1 && parser->http_minor == 0;
    status = judge_head(http);
    if (status != 0)
        return refuse_with(http, status);
    ask_for_body(http);
    return 0;
}

static int on_body(http_parser *parser, const char *bytes, size_t length)
{
    Http1 *http = parser->data;
    Buffer *body = &http->exchange->body;

    if (length > http->connection->options.body_max - body->length)
        return refuse_with(http, 413);
    buffer_add(body, bytes, length);
    return 0;
}

/* Pausing leaves the bytes of the next request to us, to be parsed when it is its turn. */
static int on_message_complete(http_parser *parser)
{
    Http1 *http = parser->data;

    http->exchange->keep_alive = http_should_keep_alive(parser) != 0;
    http->is_request_whole = true;
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

static void refuse(Http1 *http, int status)
{
    const char *reason = http_status_str((enum http_status)status);
    const char *json = status == 413 ? http->connection->options.too_long : NULL;
    Buffer answer = {0}, body = {0};

    if (json != NULL)
        buffer_add_text(&body, json);
    else
        buffer_format(&body, "%d %s", status, reason);
    buffer_format(&answer,
                  "HTTP/1.1 %d %s\r\nContent-Type: %s\r\n"
                  "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
                  status, reason, json ? "application/json" : "text/plain; charset=utf-8",
                  body.length, body.data);
    buffer_release(&body);
    stream_write(http->stream, answer.data, answer.length);
    buffer_release(&answer);
    http->state = HTTP_CLOSING;
    stream_close(http->stream);
}

static int status_of_parser_error(const http_parser *parser)
{
    return HTTP_PARSER_ERRNO(parser) == HPE_HEADER_OVERFLOW ? 431 : 400;
}

static void parse(Http1 *http)
{
    http_parser *parser = &http->parser;
    size_t parsed =
        http_parser_execute(parser, &PARSER_SETTINGS, http->waiting.data, http->waiting.length);

    if (HTTP_PARSER_ERRNO(parser) == HPE_PAUSED) {
        http_parser_pause(parser, 0);
    } else if (HTTP_PARSER_ERRNO(parser) != HPE_OK) {
        refuse(http, http->refusal != 0 ? http->refusal : status_of_parser_error(parser));
        return;
    }
    buffer_eat(&http->waiting, parsed);
    if (http->is_request_whole)
        http->state = HTTP_ANSWERING;
}

static bool is_known(const char *method, size_t length)
{
    for (int i = HTTP_DELETE; i <= HTTP_SOURCE; i++) {
        const char *known = http_method_str((enum http_method)i);

        if (strlen(known) == length && memcmp(known, method, length) == 0)
            return true;
    }
    return false;
}

/*
 * The parser knows a list of methods, and what to say to others (405) is the handler's business: so the parser gets to
 * see a POST in their place. False: the method may go on in bytes that are not here yet.
 */
static bool read_method(Http1 *http)
{
    const char *method = http->waiting.data + strspn(http->waiting.data, "\r\n");
    size_t length = strspn(method, TOKEN);
    size_t end = (size_t)(method - http->waiting.data) + length;

    if (end == http->waiting.length && length <= METHOD_MAX)
        return false;
    http->is_method_read = true;
    buffer_clear(&http->method);
    if (length == 0 || method[length] != ' ' || is_known(method, length))
        return true;
    buffer_add(&http->method, method, length);
    buffer_eat(&http->waiting, end);
    http_parser_execute(&http->parser, &PARSER_SETTINGS, STAND_IN, strlen(STAND_IN));
    return true;
}

/* Parses what waits, up to the end of one request. False: nothing can be done with it yet. */
static bool read_request(Http1 *http)
{
    if (!http->is_method_read && !read_method(http))
        return false;
    parse(http);
    return true;
}

static void let_go(Http1 *http)
{
    bool goes_on = http->exchange->keep_alive;

    exchange_free(http->exchange);
    http->exchange = NULL;
    http->is_request_whole = http->is_method_read = false;
    http->state = goes_on ? HTTP_READING : HTTP_CLOSING;
    if (goes_on)
        stream_resume(http->stream);
    else
        stream_close(http->stream);
}

static bool is_answered(const Http1 *http)
{
    return http->state == HTTP_ANSWERING && http->exchange->state == ANSWER_COMPLETE;
}

/* Goes on until it needs more bytes, or an answer. */
static void step(Http1 *http)
{
    http->is_stepping = true;
    if (is_answered(http))
        let_go(http);
    while (http->state == HTTP_READING && http->waiting.length > 0 && read_request(http)) {
        if (http->state == HTTP_ANSWERING)
            http->connection->options.handler(http->connection->options.owner, http->exchange);
        if (is_answered(http))
            let_go(http);
    }
    http->is_stepping = false;
}

static void on_next_turn(void *owner)
{
    step(owner);
}

/* ---- the answer ------------------------------------------------------------------------------------- */

/* A value never breaks out of its line, whatever a client managed to put in it. */
static void add_field(Buffer *head, const char *name, const char *value)
{
    buffer_format(head, "%s: ", name);
    for (; *value != '\0'; value++)
        buffer_add_byte(head, *value == '\r' || *value == '\n' ? ' ' : (uint8_t)*value);
    buffer_add_text(head, "\r\n");
}

static void add_head(const HttpExchange *exchange, Buffer *head)
{
    const HttpFields *fields = &exchange->answer_fields;
    char date[CLOCK_TEXT_MAX];

    buffer_format(head, "HTTP/1.1 %d %s\r\n", exchange->status,
                  http_status_str((enum http_status)exchange->status));
    add_field(head, "Date", clock_http_date(clock_wall_ms() + exchange->date_ahead_ms, date));
    if (exchange->content_type != NULL)
        add_field(head, "Content-Type", exchange->content_type);
    if (!exchange->keep_alive)
        add_field(head, "Connection", "close");
    else if (exchange->is_http_1_0)
        add_field(head, "Connection", "keep-alive");
    for (size_t i = 0; i < fields->count; i++)
        add_field(head, fields->items[i].name, fields->items[i].value);
}

static void send_bytes(HttpExchange *exchange, const Buffer *bytes)
{
    exchange_fault_counts(exchange, bytes->length);
    stream_write(http_stream(exchange), bytes->data, bytes->length);
}

/* A small answer's head and body leave in one write, so that they are one TLS record. */
static void answer(HttpExchange *exchange, const void *body, size_t length)
{
    Buffer bytes = {0};

    add_head(exchange, &bytes);
    if (exchange->status != 204)
        buffer_format(&bytes, "Content-Length: %zu\r\n", length);
    buffer_add_text(&bytes, "\r\n");
    if (exchange->has_body)
        buffer_add(&bytes, body, length);
    send_bytes(exchange, &bytes);
    buffer_release(&bytes);
}

/* HTTP/1.0 knows no chunks: there the end of the connection is the end of the body. */
static void begin(HttpExchange *exchange)
{
    Buffer bytes = {0};

    if (exchange->is_http_1_0)
        exchange->keep_alive = false;
    add_head(exchange, &bytes);
    if (!exchange->is_http_1_0)
        add_field(&bytes, "Transfer-Encoding", "chunked");
    buffer_add_text(&bytes, "\r\n");
    send_bytes(exchange, &bytes);
    buffer_release(&bytes);
}

static void chunk(HttpExchange *exchange, const void *bytes, size_t length)
{
    Buffer chunk = {0};

    if (!exchange->is_http_1_0)
        buffer_format(&chunk, "%zx\r\n", length);
    buffer_add(&chunk, bytes, length);
    if (!exchange->is_http_1_0)
        buffer_add_text(&chunk, "\r\n");
    send_bytes(exchange, &chunk);
    buffer_release(&chunk);
}

static void end_chunks(HttpExchange *exchange)
{
    Buffer end = {0};

    if (!exchange->is_stream || !exchange->has_body || exchange->is_http_1_0 ||
        exchange->fault.kind == FAULT_LOSE_REPLY)
        return;
    buffer_add_text(&end, "0\r\n\r\n");
    send_bytes(exchange, &end);
    buffer_release(&end);
}

/* If somebody answered from a callback of theirs, what follows waits for a turn of its own. */
static void complete(HttpExchange *exchange)
{
    Http1 *http = exchange->self;

    end_chunks(exchange);
    exchange_fault_ends(exchange);
    if (http->is_stepping)
        return;
    if (http->next_turn == NULL)
        http->next_turn = timer_new(http->connection->options.loop, on_next_turn, http);
    timer_start(http->next_turn, 0);
}

static bool is_behind(const HttpExchange *exchange)
{
    const HttpConnection *connection = exchange->connection;

    return stream_unsent(connection->stream) > connection->options.unsent_max;
}

static void give_up(HttpExchange *exchange)
{
    stream_reset(http_stream(exchange));
}

/* ---- the connection --------------------------------------------------------------------------------- */

static void *start(HttpConnection *connection)
{
    Http1 *http = MEMORY_NEW(Http1);

    http->connection = connection;
    http->stream = connection->stream;
    http_parser_init(&http->parser, HTTP_REQUEST);
    http->parser.data = http;
    return http;
}

static void take(void *self, const char *bytes, size_t length)
{
    Http1 *http = self;

    if (http->state == HTTP_CLOSING)
        return;
    buffer_add(&http->waiting, bytes, length);
    step(http);
    if (http->state == HTTP_ANSWERING && http->waiting.length > WAITING_MAX)
        stream_pause(http->stream);
}

static void lose(void *self)
{
    Http1 *http = self;

    if (http->state == HTTP_ANSWERING)
        exchange_lose(http->exchange);
    http->state = HTTP_CLOSING;
    timer_free(http->next_turn);
    http->next_turn = NULL;
}

static void release(void *self)
{
    Http1 *http = self;

    exchange_free(http->exchange);
    buffer_release(&http->waiting);
    buffer_release(&http->method);
    buffer_release(&http->target);
    buffer_release(&http->name);
    buffer_release(&http->value);
    free(http);
}

const HttpProtocol HTTP_1 = {
    .start = start,
    .take = take,
    .lose = lose,
    .free = release,
    .answer = answer,
    .begin = begin,
    .chunk = chunk,
    .complete = complete,
    .is_behind = is_behind,
    .give_up = give_up,
};
