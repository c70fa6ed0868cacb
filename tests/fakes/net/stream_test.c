/*
 * tests/fakes/net/stream_test.c - how a connection opens, flows, stops and ends, over TCP and over a socket pair.
 */
#include "fakes/net/stream.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/net/listener.h"
#include "fakes/net/pki.h"
#include "tests/fakes/net/client.h"
#include "tests/test.h"

static const struct {
    const char *name;
    bool is_pair;
} WIRES[] = {
    {"TCP",         false},
    {"socket pair", true }
};

/* One connection, both ends. */
typedef struct {
    Loop *loop;
    Trace *trace;
    Stream *stream; /* NULL once it is closed */
    int client;
    Buffer got; /* by the server */
    int closed, drained;
    bool pauses_at_once; /* after each piece of data */
    bool is_inside;      /* a call of ours into the stream */
    SSL_CTX *upgrade;    /* start TLS when "TLS?" comes */
} Wire;

static void on_data(void *owner, const char *bytes, size_t length)
{
    Wire *wire = owner;

    buffer_add(&wire->got, bytes, length);
    if (wire->pauses_at_once)
        stream_pause(wire->stream);
    if (wire->upgrade != NULL && strcmp(wire->got.data, "TLS?") == 0) {
        buffer_clear(&wire->got);
        stream_write(wire->stream, "S", 1);
        stream_start_tls(wire->stream, wire->upgrade);
    }
}

static void on_closed(void *owner)
{
    Wire *wire = owner;

    CHECK(!wire->is_inside);
    wire->closed++;
    wire->stream = NULL;
}

static void on_drained(void *owner)
{
    Wire *wire = owner;

    CHECK(!wire->is_inside);
    CHECK_INTEGER(stream_unsent(wire->stream), 0);
    wire->drained++;
}

static void on_connection(void *owner, int fd)
{
    *(int *)owner = fd;
}

static int accept_one(Wire *wire)
{
    Listener *listener;
    int fd = -1;

    if (!CHECK(listener_start(wire->loop, "127.0.0.1", 0, on_connection, &fd, &listener, NULL)))
        abort();
    wire->client = raw_connect(listener_port(listener));
    while (fd < 0)
        loop_wait(wire->loop, 1, NULL);
    listener_stop(listener);
    return fd;
}

static void wire_init(Wire *wire, bool is_pair, SSL_CTX *tls)
{
    static const StreamEvents EVENTS = {on_data, on_closed, on_drained};
    int fd;

    *wire = (Wire){.loop = loop_new(), .trace = trace_new()};
    if (is_pair)
        wire->client = raw_pair(&fd);
    else
        fd = accept_one(wire);
    wire->stream =
        stream_open(fd, &(StreamOptions){.loop = wire->loop, .trace = wire->trace, .tls = tls},
                    &EVENTS, wire);
}

static void wire_release(Wire *wire)
{
    if (wire->stream != NULL)
        stream_reset(wire->stream);
    loop_free(wire->loop);
    CHECK_INTEGER(wire->closed, 1);
    trace_free(wire->trace);
    buffer_release(&wire->got);
    close(wire->client);
}

static void turn(Wire *wire, int ms)
{
    loop_wait(wire->loop, ms, NULL);
}

static void test_carries_both_ways(void)
{
    for (size_t i = 0; i < TEST_COUNT(WIRES); i++) {
        Buffer received = {0};
        Wire w;

        wire_init(&w, WIRES[i].is_pair, NULL);
        raw_send(w.loop, w.client, "ping", 4);
        turn(&w, 5);
        CHECK_TEXT(w.got.data, "ping");
        stream_write(w.stream, "po", 2);
        stream_write(w.stream, "ng", 2);
        stream_ask_drained(w.stream);
        CHECK_INTEGER(w.drained, 0);
        CHECK(raw_read_until(w.loop, w.client, "pong", 100, &received));
        turn(&w, 2);
        CHECK_INTEGER(w.drained, 1);
        stream_write(w.stream, "!", 1); /* and nobody asks */
        turn(&w, 2);
        CHECK_INTEGER(w.drained, 1);
        close(w.client);
        turn(&w, 5);
        CHECK_CASE(WIRES[i].name, w.closed == 1);
        buffer_release(&received);
        w.client = -1;
        wire_release(&w);
    }
}

static void test_tells_its_end_from_the_loop_only(void)
{
    static void (*const ENDS[])(Stream * stream) = {stream_close, stream_reset};

    for (size_t i = 0; i < TEST_COUNT(ENDS); i++) {
        Wire w;

        wire_init(&w, true, NULL);
        w.is_inside = true;
        ENDS[i](w.stream);
        ENDS[i](w.stream);
        stream_write(w.stream, "too late", 8);
        stream_close(w.stream);
        stream_reset(w.stream);
        stream_write(w.stream, "too late", 8);
        w.is_inside = false;
        CHECK_INTEGER(w.closed, 0);
        turn(&w, 5);
        CHECK_INTEGER(w.closed, 1);
        wire_release(&w);
    }
}

static void test_drops_what_nobody_reads(void)
{
    for (size_t i = 0; i < TEST_COUNT(WIRES); i++) {
        Wire w;

        wire_init(&w, WIRES[i].is_pair, NULL);
        close(w.client);
        for (int n = 0; n < 50 && w.stream != NULL; n++) {
            stream_write(w.stream, "is anybody there?", 17);
            CHECK_CASE(WIRES[i].name, w.closed == 0);
        }
        turn(&w, 5);
        CHECK_CASE(WIRES[i].name, w.closed == 1);
        w.client = -1;
        wire_release(&w);
    }
}

/* Postgres clients send Terminate and hang up: their last words count, even if an answer could not be delivered. */
static void test_hears_last_words(void)
{
    for (size_t i = 0; i < TEST_COUNT(WIRES); i++) {
        Wire w;

        wire_init(&w, WIRES[i].is_pair, NULL);
        if (send(w.client, "bye", 3, MSG_NOSIGNAL) != 3)
            abort();
        close(w.client);
        stream_write(w.stream, "hello", 5);
        stream_write(w.stream, "hello", 5);
        turn(&w, 5);
        CHECK_TEXT(w.got.data, "bye");
        CHECK_CASE(WIRES[i].name, w.closed == 1);
        w.client = -1;
        wire_release(&w);
    }
}

static void test_really_stops_reading(void)
{
    Wire w;

    wire_init(&w, true, NULL);
    stream_pause(w.stream);
    raw_send(w.loop, w.client, "silence", 7);
    turn(&w, 20);
    CHECK_INTEGER(w.got.length, 0);
    stream_write(w.stream, "x", 1); /* writing goes on meanwhile */
    stream_ask_drained(w.stream);
    turn(&w, 5);
    CHECK_INTEGER(w.drained, 1);
    CHECK_INTEGER(w.got.length, 0);
    stream_resume(w.stream);
    CHECK_INTEGER(w.got.length, 0); /* never from inside the call */
    turn(&w, 5);
    CHECK_TEXT(w.got.data, "silence");
    wire_release(&w);
}

/* ---- ends -------------------------------------------------------------------------------------------- */

enum { MUCH = 16 * 1024 * 1024 };

static void write_much(Wire *wire)
{
    char *bytes = memory_new(1, MUCH);

    memset(bytes, 'm', MUCH);
    stream_write(wire->stream, bytes, MUCH);
    free(bytes);
}

static void test_sends_what_was_written(void)
{
    for (size_t i = 0; i < TEST_COUNT(WIRES); i++) {
        Buffer received = {0};
        Wire w;

        wire_init(&w, WIRES[i].is_pair, NULL);
        raw_send(w.loop, w.client, "unread", 6);
        write_much(&w);
        CHECK_CASE(WIRES[i].name, stream_unsent(w.stream) > 0);
        stream_ask_drained(w.stream);
        stream_close(w.stream);
        turn(&w, 20);
        CHECK_CASE(WIRES[i].name, w.closed == 0); /* nobody has read it yet */
        raw_send(w.loop, w.client, "more unread", 11);
        CHECK_CASE(WIRES[i].name, raw_read_to_end(w.loop, w.client, 500, &received) == 0);
        CHECK_CASE(WIRES[i].name, received.length == MUCH);
        CHECK_INTEGER(w.drained, 0); /* its owner is not interested any more */
        buffer_release(&received);
        wire_release(&w);
    }
}

static void test_does_not_linger_for_ever(void)
{
    Wire w;
    int64_t began_ms = clock_mono_ms();

    wire_init(&w, true, NULL);
    stream_close(w.stream);
    while (w.closed == 0 && clock_mono_ms() - began_ms < 5000)
        turn(&w, 10);
    CHECK_INTEGER(w.closed, 1);
    CHECK(clock_mono_ms() - began_ms >= 900);
    wire_release(&w);
}

static void test_resets(void)
{
    for (size_t i = 0; i < TEST_COUNT(WIRES); i++) {
        Buffer received = {0};
        Wire w;

        wire_init(&w, WIRES[i].is_pair, NULL);
        stream_pause(w.stream);
        raw_send(w.loop, w.client, "unread", 6);
        write_much(&w);
        stream_reset(w.stream);
        turn(&w, 5);
        CHECK_CASE(WIRES[i].name, w.closed == 1);
        CHECK_CASE(WIRES[i].name, raw_read_to_end(w.loop, w.client, 500, &received) == ECONNRESET);
        CHECK_CASE(WIRES[i].name, received.length < MUCH);
        buffer_release(&received);
        wire_release(&w);
    }
}

static void test_cuts(void)
{
    Buffer received = {0};
    Wire w;

    wire_init(&w, true, NULL);
    stream_write(w.stream, "before ", 7);
    stream_cut_after(w.stream, 10);
    stream_write(w.stream, "1234", 4);
    stream_write(w.stream, "567890 and more", 15);
    stream_write(w.stream, "nothing of this", 15);
    CHECK_INTEGER(raw_read_to_end(w.loop, w.client, 500, &received), 0);
    CHECK_TEXT(received.data, "before 1234567890");
    CHECK_INTEGER(w.closed, 1);
    buffer_release(&received);
    wire_release(&w);
}

/* ---- TLS --------------------------------------------------------------------------------------------- */

typedef struct {
    Pki *pki;
    Certificate *certificate;
    SSL_CTX *server, *client;
} Tls;

static void tls_init(Tls *tls)
{
    const CertificateOptions options = {.common_name = "front"};

    tls->pki = pki_new("understudy CA");
    tls->certificate = pki_issue(tls->pki, &options);
    tls->server = certificate_server_context(tls->certificate, NULL);
    tls->client = SSL_CTX_new(TLS_client_method());
}

static void tls_release(Tls *tls)
{
    SSL_CTX_free(tls->client);
    SSL_CTX_free(tls->server);
    certificate_free(tls->certificate);
    pki_free(tls->pki);
}

static SSL *tls_connect(Wire *wire, const Tls *tls, int version)
{
    SSL *ssl = SSL_new(tls->client);

    signal(SIGPIPE, SIG_IGN); /* the client's TLS writes its last alert to nobody */
    SSL_set_fd(ssl, wire->client);
    SSL_set_max_proto_version(ssl, version);
    for (int turns = 0; SSL_connect(ssl) != 1 && turns < 500; turns++)
        turn(wire, 1);
    CHECK(SSL_is_init_finished(ssl));
    turn(wire, 2); /* so that the server has our last handshake message, too */
    return ssl;
}

static int tls_read(Wire *wire, SSL *ssl, char *text, int size)
{
    int length = -1;

    for (int turns = 0; turns < 200; turns++) {
        length = SSL_read(ssl, text, size - 1);
        if (length > 0 || SSL_get_error(ssl, length) != SSL_ERROR_WANT_READ)
            break;
        turn(wire, 1);
    }
    text[length > 0 ? length : 0] = '\0';
    return length;
}

static const struct {
    const char *name;
    int version;
} VERSIONS[] = {
    {"TLS 1.2", TLS1_2_VERSION},
    {"TLS 1.3", TLS1_3_VERSION}
};

static void test_speaks_tls(void)
{
    for (size_t i = 0; i < TEST_COUNT(VERSIONS); i++) {
        char text[32];
        Tls tls;
        Wire w;
        SSL *ssl;

        tls_init(&tls);
        wire_init(&w, i == 0, tls.server);
        stream_write(w.stream, "early", 5); /* before the handshake: kept until after it */
        CHECK(stream_unsent(w.stream) == 5);
        ssl = tls_connect(&w, &tls, VERSIONS[i].version);
        CHECK_CASE(VERSIONS[i].name, SSL_version(ssl) == VERSIONS[i].version);
        tls_read(&w, ssl, text, sizeof text);
        CHECK_TEXT(text, "early");
        CHECK_TEXT(stream_peer_name(w.stream), NULL);
        CHECK(stream_tls(w.stream) != NULL);
        SSL_write(ssl, "one", 3);
        SSL_write(ssl, "two", 3);
        for (int turns = 0; w.got.length < 6 && turns < 500; turns++)
            turn(&w, 1);
        CHECK_TEXT(w.got.data, "onetwo");
        stream_close(w.stream);
        CHECK_CASE(VERSIONS[i].name, tls_read(&w, ssl, text, sizeof text) == 0);
        CHECK_CASE(VERSIONS[i].name, SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN);
        SSL_free(ssl);
        wire_release(&w);
        tls_release(&tls);
    }
}

/* Two records in one read, a pause after the first: the second waits inside TLS, where no poll would find it. */
static void test_pauses_between_records(void)
{
    Tls tls;
    Wire w;
    SSL *ssl;

    tls_init(&tls);
    wire_init(&w, true, tls.server);
    ssl = tls_connect(&w, &tls, TLS1_3_VERSION);
    w.pauses_at_once = true;
    SSL_write(ssl, "one", 3);
    SSL_write(ssl, "two", 3);
    SSL_shutdown(ssl);
    turn(&w, 5);
    CHECK_TEXT(w.got.data, "one");
    stream_resume(w.stream);
    CHECK_TEXT(w.got.data, "one");
    turn(&w, 5);
    CHECK_TEXT(w.got.data, "onetwo");
    CHECK_INTEGER(w.closed, 0);
    stream_resume(w.stream);
    close(w.client);
    turn(&w, 5);
    CHECK_INTEGER(w.closed, 1);
    SSL_free(ssl);
    w.client = -1;
    wire_release(&w);
    tls_release(&tls);
}

static void test_starts_tls_when_asked(void)
{
    Buffer received = {0};
    char text[8];
    Tls tls;
    Wire w;
    SSL *ssl;

    tls_init(&tls);
    wire_init(&w, true, NULL);
    w.upgrade = tls.server;
    CHECK(stream_tls(w.stream) == NULL);
    raw_send(w.loop, w.client, "TLS?", 4);
    CHECK(raw_read_until(w.loop, w.client, "S", 100, &received));
    CHECK_INTEGER(received.length, 1);
    ssl = tls_connect(&w, &tls, TLS1_3_VERSION);
    SSL_write(ssl, "secret", 6);
    turn(&w, 5);
    CHECK_TEXT(w.got.data, "secret");
    stream_cut_after(w.stream, 3); /* counts plain text */
    stream_write(w.stream, "secret", 6);
    CHECK_INTEGER(tls_read(&w, ssl, text, sizeof text), 3);
    CHECK(tls_read(&w, ssl, text, sizeof text) < 1);
    CHECK(!(SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN));
    ERR_clear_error();
    SSL_free(ssl);
    buffer_release(&received);
    wire_release(&w);
    tls_release(&tls);
}

/* A client in the same thread that failed left its errors behind. */
static void test_minds_its_own_errors(void)
{
    Tls tls;
    Wire w;
    SSL *ssl;

    tls_init(&tls);
    wire_init(&w, true, tls.server);
    ssl = tls_connect(&w, &tls, TLS1_3_VERSION);
    SSL_write(ssl, "one", 3);
    ERR_raise(ERR_LIB_SSL, SSL_R_CERTIFICATE_VERIFY_FAILED);
    turn(&w, 5);
    CHECK_TEXT(w.got.data, "one");
    CHECK_INTEGER(w.closed, 0);
    SSL_free(ssl);
    wire_release(&w);
    tls_release(&tls);
}

static void test_refuses_what_is_not_tls(void)
{
    static const char REQUEST[] = "GET / HTTP/1.1\r\n\r\n";
    Buffer received = {0};
    Tls tls;
    Wire w;

    tls_init(&tls);
    wire_init(&w, false, tls.server);
    raw_send(w.loop, w.client, REQUEST, sizeof REQUEST - 1);
    CHECK_INTEGER(raw_read_to_end(w.loop, w.client, 500, &received), 0);
    CHECK_INTEGER(w.got.length, 0);
    CHECK(ERR_peek_error() == 0);
    close(w.client);
    turn(&w, 5);
    CHECK_INTEGER(w.closed, 1);
    w.client = -1;
    buffer_release(&received);
    wire_release(&w);
    tls_release(&tls);
}

/* ---- the wire digest ----------------------------------------------------------------------------------- */

static void digest_of(const char *sent, const char *answered, char out_hex[TRACE_DIGEST_MAX])
{
    static const StreamEvents EVENTS = {on_data, on_closed, NULL};
    Wire w = {.loop = loop_new()};
    Trace *trace = trace_new();
    Buffer received = {0};
    int fd;

    w.client = raw_pair(&fd);
    w.stream = stream_open(fd, &(StreamOptions){.loop = w.loop, .trace = trace}, &EVENTS, &w);
    send(w.client, sent, strlen(sent), MSG_NOSIGNAL);
    stream_write(w.stream, answered, strlen(answered));
    uv_run(loop_uv(w.loop), UV_RUN_NOWAIT);
    trace_wire_digest(trace, out_hex);
    buffer_release(&received);
    stream_reset(w.stream);
    loop_free(w.loop);
    buffer_release(&w.got);
    close(w.client);
    trace_free(trace);
}

static void test_counts_for_the_digest(void)
{
    char none[TRACE_DIGEST_MAX], in[TRACE_DIGEST_MAX], out[TRACE_DIGEST_MAX];

    digest_of("", "", none);
    digest_of("a", "", in);
    digest_of("", "a", out);
    CHECK(strcmp(none, in) != 0);
    CHECK(strcmp(none, out) != 0);
    CHECK(strcmp(in, out) != 0); /* the direction counts */
}

TEST_SUITE("fakes/net/stream", {"carries both ways", test_carries_both_ways},
           {"tells its end from the loop only", test_tells_its_end_from_the_loop_only},
           {"drops what nobody reads", test_drops_what_nobody_reads},
           {"hears last words", test_hears_last_words},
           {"really stops reading", test_really_stops_reading},
           {"sends what was written", test_sends_what_was_written},
           {"does not linger for ever", test_does_not_linger_for_ever}, {"resets", test_resets},
           {"cuts", test_cuts}, {"speaks TLS", test_speaks_tls},
           {"pauses between records", test_pauses_between_records},
           {"starts TLS when asked", test_starts_tls_when_asked},
           {"minds its own errors", test_minds_its_own_errors},
           {"refuses what is not TLS", test_refuses_what_is_not_tls},
           {"counts for the digest", test_counts_for_the_digest});
