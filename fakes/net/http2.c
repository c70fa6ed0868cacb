/*
 * fakes/net/http2.c - one HTTP/2 connection: many requests at once, each a stream that gets its answer as it may be sent.
 *
 * Source: RFC 9113, by nghttp2, which knows frames, header compression and flow control. The numbers that a client is told are
 * kube-apiserver's since 1.29: 100 streams at once, windows of 256 KiB for a stream and 25 MiB for the connection.
 *
 * All goes well: what comes in goes through the session; a request that is whole is handed to the handler. What the handler says
 * waits with its stream; after the bytes of one read, or in a turn of its own, as many frames are made as the peer's windows
 * and the socket take (send_frames). A stream that both ends have closed is let go after its last frame was written.
 * Goes wrong: a request that is too large is answered 413 or 431 and the rest of its stream thrown away; the peer resets a
 * stream, and its exchange is gone; it reads one stream too slowly, and that stream is reset; it reads nothing at all, or breaks
 * the protocol, and the connection ends.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <nghttp2/nghttp2.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/net/exchange.h"

enum {
    STREAMS_MAX = 100,
    STREAM_WINDOW = 256 * 1024,
    CONNECTION_WINDOW = STREAMS_MAX * STREAM_WINDOW,
    FRAME_MAX = 256 * 1024,
    HEAD_MAX = 80 * 1024, /* as of HTTP/1.1: http_parser's */
    FIELD_COSTS = 32,     /* RFC 9113, section 6.5.2 */
    FRAME_HEAD = 9,
    BATCH_MAX = 64 * 1024, /* bytes of frames that are written at once */
    AHEAD_MAX =
        256 *
        1024, /* bytes that may wait for the kernel; the rest waits with its stream, where others pass it */
    CONNECTION_BEHIND = 4, /* times unsent_max may wait on all streams together */
};

typedef struct Http2 Http2;
typedef struct Http2Stream Http2Stream;

struct Http2Stream {
    Http2 *session;
    int32_t id;
    HttpExchange *exchange;
    size_t head_length;
    bool is_request_whole, is_refused;
    Buffer answer; /* its body, from sent on not in a frame yet */
    size_t sent;
    bool is_whole, is_given_up;
    uint64_t turn;  /* when backlog was looked at */
    size_t backlog; /* what earlier turns left unsent: a burst in one turn is no slow reader */
    uint32_t error; /* once it has ended */
    Http2Stream *previous, *next;
};

typedef struct {
    Http2Stream *first, *last;
} Http2Streams;

struct Http2 {
    HttpConnection *connection;
    nghttp2_session *session;
    Http2Streams open, ended; /* ended: their last frame may still be in the batch */
    Buffer batch;
    bool is_taking; /* frames are sent after it */
    bool gives_up;  /* on one of the streams */
    Timer *next_turn;
    uint64_t turn;
    size_t unsent, backlog; /* of all streams */
};

static void list_add(Http2Streams *list, Http2Stream *stream)
{
    stream->previous = list->last;
    stream->next = NULL;
    *(list->last != NULL ? &list->last->next : &list->first) = stream;
    list->last = stream;
}

static void list_remove(Http2Streams *list, Http2Stream *stream)
{
    *(stream->previous != NULL ? &stream->previous->next : &list->first) = stream->next;
    *(stream->next != NULL ? &stream->next->previous : &list->last) = stream->previous;
}

/* ---- a request comes in (nghttp2's callbacks) --------------------------------------------------------- */

static Http2Stream *find_stream(nghttp2_session *session, int32_t id)
{
    return nghttp2_session_get_stream_user_data(session, id);
}

static int on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *owner)
{
    Http2 *http = owner;
    Http2Stream *stream;

    if (frame->headers.cat != NGHTTP2_HCAT_REQUEST)
        return 0;
    stream = MEMORY_NEW(Http2Stream);
    stream->session = http;
    stream->id = frame->hd.stream_id;
    stream->exchange = exchange_new(http->connection, stream);
    list_add(&http->open, stream);
    nghttp2_session_set_stream_user_data(session, stream->id, stream);
    return 0;
}

static void set_path(HttpExchange *exchange, const char *path)
{
    size_t length = strcspn(path, "?");

    exchange_set_target(exchange, path, length, path + length + (path[length] == '?'),
                        strlen(path) - length - (path[length] == '?'));
}

static void keep_field(HttpExchange *exchange, const char *name, const char *value)
{
    if (strcmp(name, ":method") == 0) {
        exchange->method = value;
        exchange->is_head = strcmp(value, "HEAD") == 0;
    } else if (strcmp(name, ":path") == 0) {
        set_path(exchange, value);
    } else if (strcmp(name, ":authority") == 0) {
        fields_add(&exchange->fields, "Host", value);
    } else if (name[0] != ':') {
        fields_add(&exchange->fields, name, value);
    }
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
                     size_t name_length, const uint8_t *value, size_t value_length, uint8_t flags,
                     void *owner)
{
    Http2Stream *stream = find_stream(session, frame->hd.stream_id);
    Arena *arena;

    (void)flags;
    (void)owner;
    if (stream == NULL || frame->headers.cat != NGHTTP2_HCAT_REQUEST)
        return 0; /* trailers are not kept */
    stream->head_length += name_length + value_length + FIELD_COSTS;
    if (stream->head_length > HEAD_MAX)
        return 0;
    arena = http_arena(stream->exchange);
    keep_field(stream->exchange, arena_text_of(arena, (const char *)name, name_length),
               arena_text_of(arena, (const char *)value, value_length));
    return 0;
}

/* What else of the request comes is thrown away; on_frame_sent tells the peer not to go on. */
static void refuse(Http2Stream *stream, int status)
{
    static const struct {
        int status;
        const char *text;
    } REFUSALS[] = {
        {413, "413 Payload Too Large"              },
        {417, "417 Expectation Failed"             },
        {431, "431 Request Header Fields Too Large"},
    };

    const char *json = status == 413 ? stream->session->connection->options.too_long : NULL;

    stream->is_refused = true;
    if (json != NULL) {
        http_answer(stream->exchange, status, "application/json", json, strlen(json));
        return;
    }
    for (size_t i = 0; i < sizeof REFUSALS / sizeof *REFUSALS; i++)
        if (REFUSALS[i].status == status)
            http_answer(stream->exchange, status, "text/plain; charset=utf-8", REFUSALS[i].text,
                        strlen(REFUSALS[i].text));
}

static bool is_too_long(const Http2Stream *stream)
{
    const char *length = http_request_header(stream->exchange, "content-length");

    return length != NULL &&
           strtoull(length, NULL, 10) > stream->session->connection->options.body_max;
}

static void ask_for_body(Http2Stream *stream)
{
    const nghttp2_nv status = {(uint8_t *)":status", (uint8_t *)"100", 7, 3, NGHTTP2_NV_FLAG_NONE};

    nghttp2_submit_headers(stream->session->session, NGHTTP2_FLAG_NONE, stream->id, NULL, &status,
                           1, NULL);
}

static void judge_head(Http2Stream *stream, bool has_body)
{
    const char *expect = http_request_header(stream->exchange, "expect");

    if (stream->head_length > HEAD_MAX)
        refuse(stream, 431);
    else if (expect != NULL && strcasecmp(expect, "100-continue") != 0)
        refuse(stream, 417);
    else if (is_too_long(stream))
        refuse(stream, 413);
    else if (expect != NULL && has_body)
        ask_for_body(stream);
}

static int on_body(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *bytes,
                   size_t length, void *owner)
{
    const Http2 *http = owner;
    Http2Stream *stream = find_stream(session, id);

    (void)flags;
    if (stream == NULL || stream->is_refused)
        return 0;
    if (length > http->connection->options.body_max - stream->exchange->body.length)
        refuse(stream, 413);
    else
        buffer_add(&stream->exchange->body, bytes, length);
    return 0;
}

/* A handler before it may have reset the connection, and everything with it. */
static void hand_over(Http2Stream *stream)
{
    const HttpConnection *connection = stream->session->connection;

    stream->is_request_whole = true;
    if (!stream->is_refused && stream_is_open(connection->stream))
        connection->options.handler(connection->options.owner, stream->exchange);
}

static int on_frame_received(nghttp2_session *session, const nghttp2_frame *frame, void *owner)
{
    bool is_end = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    Http2Stream *stream;

    (void)owner;
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA)
        return 0;
    stream = find_stream(session, frame->hd.stream_id);
    if (stream == NULL)
        return 0;
    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
        judge_head(stream, !is_end);
    if (is_end)
        hand_over(stream);
    return 0;
}

/* ---- frames go out ------------------------------------------------------------------------------------ */

static void write_batch(Http2 *http)
{
    stream_write(http->connection->stream, http->batch.data, http->batch.length);
    buffer_clear(&http->batch);
}

/* The frame itself comes into the batch after this: so a cut falls into it, if what is before it has been written. */
static int on_frame_sent(nghttp2_session *session, const nghttp2_frame *frame, void *owner)
{
    Http2Stream *stream;

    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA)
        return 0;
    stream = find_stream(session, frame->hd.stream_id);
    if (stream == NULL)
        return 0;
    if (stream->exchange->fault.kind == FAULT_CUT)
        write_batch(owner);
    exchange_fault_counts(stream->exchange, FRAME_HEAD + frame->hd.length);
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) && !stream->is_request_whole)
        nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, stream->id, NGHTTP2_NO_ERROR);
    return 0;
}

static int on_stream_closed(nghttp2_session *session, int32_t id, uint32_t error, void *owner)
{
    Http2 *http = owner;
    Http2Stream *stream = find_stream(session, id);

    if (stream == NULL)
        return 0;
    stream->error = error;
    list_remove(&http->open, stream);
    list_add(&http->ended, stream);
    return 0;
}

static void drop_answer(Http2Stream *stream)
{
    stream->session->unsent -= stream->answer.length - stream->sent;
    stream->sent = 0;
    buffer_release(&stream->answer);
}

static void stream_free(Http2Stream *stream)
{
    drop_answer(stream);
    exchange_free(stream->exchange);
    free(stream);
}

static void free_all(Http2Streams *list)
{
    Http2Stream *next;

    for (Http2Stream *stream = list->first; stream != NULL; stream = next) {
        next = stream->next;
        stream_free(stream);
    }
    *list = (Http2Streams){0};
}

static void let_go(Http2 *http)
{
    for (Http2Stream *stream = http->ended.first; stream != NULL; stream = stream->next) {
        if (stream->error == NGHTTP2_NO_ERROR && stream->is_whole)
            exchange_fault_ends(stream->exchange);
        exchange_lose(stream->exchange);
    }
    free_all(&http->ended);
}

/* Who wrote to them is told now, however long the reset takes to reach a peer that does not read. */
static void lose_given_up(Http2 *http)
{
    if (!http->gives_up)
        return;
    http->gives_up = false;
    for (Http2Stream *stream = http->open.first; stream != NULL; stream = stream->next)
        if (stream->is_given_up)
            exchange_lose(stream->exchange);
}

static bool fill_batch(Http2 *http)
{
    while (http->batch.length < BATCH_MAX) {
        const uint8_t *frame;
        ssize_t length = nghttp2_session_mem_send(http->session, &frame);

        if (length <= 0)
            break;
        buffer_add(&http->batch, frame, (size_t)length);
    }
    return http->batch.length > 0;
}

static void send_frames(Http2 *http)
{
    Stream *stream = http->connection->stream;

    while (stream_is_open(stream) && stream_unsent(stream) <= AHEAD_MAX && fill_batch(http))
        write_batch(http);
    lose_given_up(http);
    let_go(http);
    http->turn++;
    http->backlog = http->unsent;
    if (stream_unsent(stream) > 0)
        stream_ask_drained(stream);
    if (!nghttp2_session_want_read(http->session) && !nghttp2_session_want_write(http->session))
        stream_close(stream);
}

static void on_next_turn(void *owner)
{
    send_frames(owner);
}

static void send_soon(Http2 *http)
{
    if (http->is_taking)
        return;
    if (http->next_turn == NULL)
        http->next_turn = timer_new(http->connection->options.loop, on_next_turn, http);
    if (!timer_is_running(http->next_turn))
        timer_start(http->next_turn, 0);
}

/* ---- the answer --------------------------------------------------------------------------------------- */

static void add_field(nghttp2_nv *fields, size_t *count, const char *name, const char *value)
{
    fields[(*count)++] = (nghttp2_nv){(uint8_t *)name, (uint8_t *)value, strlen(name),
                                      strlen(value), NGHTTP2_NV_FLAG_NONE};
}

static char *lower(Arena *arena, const char *name)
{
    char *text = arena_text(arena, name);

    for (char *at = text; *at != '\0'; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    return text;
}

/* What would break a line of HTTP/1.1 is malformed here too (RFC 9113, section 8.2.1). */
static char *one_line(Arena *arena, const char *value)
{
    char *text = arena_text(arena, value);

    for (char *at = text; (at = strpbrk(at, "\r\n")) != NULL;)
        *at = ' ';
    return text;
}

/* length: of the body, or NULL if that is not known yet. */
static void submit(HttpExchange *exchange, nghttp2_data_provider *body, const size_t *length)
{
    const Http2Stream *stream = exchange->self;
    const HttpFields *fields = &exchange->answer_fields;
    Arena *arena = &exchange->arena;
    nghttp2_nv *head = arena_new(arena, (fields->count + 4) * sizeof *head);
    char date[CLOCK_TEXT_MAX];
    size_t count = 0;

    add_field(head, &count, ":status", arena_format(arena, "%d", exchange->status));
    add_field(head, &count, "date",
              clock_http_date(clock_wall_ms() + exchange->date_ahead_ms, date));
    if (exchange->content_type != NULL)
        add_field(head, &count, "content-type", exchange->content_type);
    for (size_t i = 0; i < fields->count; i++)
        add_field(head, &count, lower(arena, fields->items[i].name),
                  one_line(arena, fields->items[i].value));
    if (length != NULL && exchange->status != 204)
        add_field(head, &count, "content-length", arena_format(arena, "%zu", *length));
    nghttp2_submit_response(stream->session->session, stream->id, head, count, body);
}

static ssize_t read_body(nghttp2_session *session, int32_t id, uint8_t *out_bytes, size_t room,
                         uint32_t *out_flags, nghttp2_data_source *source, void *owner)
{
    Http2Stream *stream = source->ptr;
    size_t left = stream->answer.length - stream->sent;
    size_t length = left < room ? left : room;

    (void)session;
    (void)id;
    (void)owner;
    if (left == 0 && !stream->is_whole)
        return NGHTTP2_ERR_DEFERRED;
    if (length > 0)
        memcpy(out_bytes, stream->answer.data + stream->sent, length);
    stream->sent += length;
    stream->session->unsent -= length;
    if (length == left && stream->is_whole)
        *out_flags |= NGHTTP2_DATA_FLAG_EOF;
    if (stream->sent >= stream->answer.length / 2) { /* so that each byte is moved once at most */
        buffer_eat(&stream->answer, stream->sent);
        stream->sent = 0;
    }
    return (ssize_t)length;
}

static void say(Http2Stream *stream, const void *bytes, size_t length)
{
    buffer_add(&stream->answer, bytes, length);
    stream->session->unsent += length;
}

static void answer(HttpExchange *exchange, const void *body, size_t length)
{
    Http2Stream *stream = exchange->self;
    nghttp2_data_provider provider = {.source.ptr = stream, .read_callback = read_body};

    if (exchange->has_body)
        say(stream, body, length);
    submit(exchange, exchange->has_body && length > 0 ? &provider : NULL, &length);
}

static void begin(HttpExchange *exchange)
{
    Http2Stream *stream = exchange->self;
    nghttp2_data_provider provider = {.source.ptr = stream, .read_callback = read_body};

    submit(exchange, &provider, NULL);
    send_soon(stream->session);
}

static void go_on(Http2Stream *stream)
{
    nghttp2_session_resume_data(stream->session->session, stream->id);
    send_soon(stream->session);
}

static void chunk(HttpExchange *exchange, const void *bytes, size_t length)
{
    Http2Stream *stream = exchange->self;

    if (stream->is_given_up)
        return;
    say(stream, bytes, length);
    go_on(stream);
}

/* Where HTTP/1.1 says "Connection: close", this says GOAWAY; the streams that are open are served to their end. */
static void complete(HttpExchange *exchange)
{
    Http2Stream *stream = exchange->self;
    nghttp2_session *session = stream->session->session;

    stream->is_whole = true;
    if (!exchange->keep_alive && exchange->fault.kind == FAULT_NONE)
        nghttp2_submit_goaway(session, NGHTTP2_FLAG_NONE,
                              nghttp2_session_get_last_proc_stream_id(session), NGHTTP2_NO_ERROR,
                              NULL, 0);
    go_on(stream);
}

static bool is_behind(const HttpExchange *exchange)
{
    Http2Stream *stream = exchange->self;
    const Http2 *http = stream->session;
    size_t max = http->connection->options.unsent_max;

    if (stream->turn != http->turn) {
        stream->turn = http->turn;
        stream->backlog = stream->answer.length - stream->sent;
    }
    return stream->backlog > max ||
           (stream->backlog > 0 && http->backlog / CONNECTION_BEHIND > max);
}

/* A stream that has room in its window waits for the connection: then nobody reads that at all. */
static void give_up(HttpExchange *exchange)
{
    Http2Stream *stream = exchange->self;
    Http2 *http = stream->session;

    if (nghttp2_session_get_stream_remote_window_size(http->session, stream->id) > 0) {
        stream_reset(http->connection->stream);
        return;
    }
    if (stream->is_given_up)
        return;
    stream->is_given_up = http->gives_up = true;
    drop_answer(stream);
    nghttp2_submit_rst_stream(http->session, NGHTTP2_FLAG_NONE, stream->id, NGHTTP2_INTERNAL_ERROR);
    send_soon(http);
}

/* ---- the connection ----------------------------------------------------------------------------------- */

static nghttp2_session *session_new(Http2 *http)
{
    nghttp2_session_callbacks *callbacks;
    nghttp2_option *option;
    nghttp2_session *session;

    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_body);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame_received);
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, on_frame_sent);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_closed);
    nghttp2_option_new(&option);
    nghttp2_option_set_no_closed_streams(option,
                                         1); /* it would remember them for their priorities */
    nghttp2_session_server_new2(&session, callbacks, http, option);
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(callbacks);
    return session;
}

static void *start(HttpConnection *connection)
{
    static const nghttp2_settings_entry SETTINGS[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, STREAMS_MAX  },
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE,    STREAM_WINDOW},
        {NGHTTP2_SETTINGS_MAX_FRAME_SIZE,         FRAME_MAX    },
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,   HEAD_MAX     },
    };
    Http2 *http = MEMORY_NEW(Http2);

    http->connection = connection;
    http->session = session_new(http);
    nghttp2_submit_settings(http->session, NGHTTP2_FLAG_NONE, SETTINGS,
                            sizeof SETTINGS / sizeof *SETTINGS);
    nghttp2_session_set_local_window_size(http->session, NGHTTP2_FLAG_NONE, 0, CONNECTION_WINDOW);
    return http;
}

/* What breaks the protocol is answered by the session itself, with GOAWAY; only what is not HTTP/2 at all fails here. */
static void take(void *self, const char *bytes, size_t length)
{
    Http2 *http = self;
    ssize_t taken;

    http->is_taking = true;
    taken = nghttp2_session_mem_recv(http->session, (const uint8_t *)bytes, length);
    http->is_taking = false;
    send_frames(http);
    if (taken < 0)
        stream_close(http->connection->stream);
}

static void drained(void *self)
{
    send_frames(self);
}

static void lose(void *self)
{
    Http2 *http = self;

    for (Http2Stream *stream = http->open.first; stream != NULL; stream = stream->next)
        exchange_lose(stream->exchange);
    timer_free(http->next_turn);
    http->next_turn = NULL;
}

static void release(void *self)
{
    Http2 *http = self;

    free_all(&http->open);
    free_all(&http->ended);
    nghttp2_session_del(http->session);
    buffer_release(&http->batch);
    free(http);
}

const HttpProtocol HTTP_2 = {
    .start = start,
    .take = take,
    .drained = drained,
    .lose = lose,
    .free = release,
    .answer = answer,
    .begin = begin,
    .chunk = chunk,
    .complete = complete,
    .is_behind = is_behind,
    .give_up = give_up,
};
