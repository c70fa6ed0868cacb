/*
 * tests/fakes/net/http2_test.c - the HTTP/2 server, held against libcurl and against a client that sees every stream.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "base/memory.h"
#include "tests/fakes/net/fixture.h"
#include "tests/fakes/net/h2client.h"
#include "tests/test.h"

typedef struct {
    Fixture fixture;
    H2Client client;
} Setup;

static void setup_init(Setup *setup, bool is_pair)
{
    fixture_init(&setup->fixture, true);
    setup->fixture.options.offers_http2 = true;
    h2_init(&setup->client, setup->fixture.loop, fixture_connect(&setup->fixture, is_pair),
            setup->fixture.pki, "\x02h2");
}

static void setup_release(Setup *setup)
{
    h2_release(&setup->client);
    fixture_release(&setup->fixture);
}

/* Asks, waits for the end, and holds status and body against what is expected (NULL: any). */
static void expect(Setup *setup, const char *name, const H2Request *request, int status,
                   const char *body)
{
    H2Stream *stream = h2_ask(&setup->client, request);

    CHECK_CASE(name, h2_wait(&setup->client, &stream->is_closed));
    CHECK_CASE(name, stream->status == status);
    buffer_add(&stream->body, "", 0);
    if (body != NULL)
        CHECK_TEXT(stream->body.data, body);
}

/* ---- libcurl ---------------------------------------------------------------------------------------- */

static void test_answers_curl(void)
{
    static const struct {
        const char *name;
        ClientRequest request;
        long status;
        const char *body, *head;
    } CASES[] = {
        {"get",              {.path = "/echo?a=1"},                  200, "GET a=1 ",           "content-length: 8\r\n"        },
        {"lower case",       {.path = "/echo"},                      200, "GET  ",              "x-split: one  X-Evil: two\r\n"},
        {"post",
         {.method = "POST", .path = "/echo", .body = "{}"},
         200,                                                             "POST  {}",
         "content-type: text/plain\r\n"                                                                                        },
        {"any method",       {.method = "get", .path = "/echo"},     200, "get  ",              NULL                           },
        {"head",             {.method = "HEAD", .path = "/big"},     200, "",                   "content-length: 1048576\r\n"  },
        {"no content",       {.method = "DELETE", .path = "/empty"}, 204, "",                   NULL                           },
        {"later",            {.path = "/later"},                     200, "later",              "\r\ndate: "                   },
        {"stream",           {.path = "/stream"},                    200, "chunk chunk chunk ", NULL                           },
        {"stream of a head", {.method = "HEAD", .path = "/stream"},  200, "",                   NULL                           },
        {"not found",        {.path = "/nowhere"},                   404, "no such path",       NULL                           },
    };
    Fixture f;

    fixture_init(&f, true);
    f.options.offers_http2 = f.client.wants_http2 = true;
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        ClientReply reply;

        client_fetch(&f.client, &CASES[i].request, &reply);
        CHECK_CASE(CASES[i].name, reply.code == CURLE_OK && reply.status == CASES[i].status);
        CHECK_CASE(CASES[i].name, strncmp(reply.head.data, "HTTP/2 ", 7) == 0);
        CHECK_TEXT(reply.body.data, CASES[i].body);
        if (CASES[i].head != NULL)
            CHECK_CASE(CASES[i].name, strstr(reply.head.data, CASES[i].head) != NULL);
        CHECK_CASE(CASES[i].name, reply.new_connections == (i == 0));
        client_reply_release(&reply);
    }
    fixture_release(&f);
}

static void test_sends_and_takes_much(void)
{
    const size_t length = (size_t)2 * 1024 * 1024;
    char *body = memory_new(1, length + 1);
    ClientReply reply;
    Fixture f;

    memset(body, 'u', length);
    fixture_init(&f, true);
    f.options.offers_http2 = f.client.wants_http2 = true;
    client_fetch(&f.client, &(ClientRequest){.path = "/big"}, &reply);
    CHECK_INTEGER(reply.body.length, BIG_LENGTH);
    client_reply_release(&reply);
    client_fetch(&f.client, &(ClientRequest){.path = "/echo", .body = body}, &reply);
    CHECK_INTEGER(reply.code, CURLE_OK);
    CHECK_INTEGER(reply.body.length, 6 + length);
    client_reply_release(&reply);
    free(body);
    fixture_release(&f);
}

/* ---- which protocol --------------------------------------------------------------------------------- */

static void test_lets_alpn_choose(void)
{
    static const struct {
        const char *name;
        bool offers;
        const char *offered, *chosen; /* chosen NULL: the handshake fails */
    } CASES[] = {
        {"both",                      true,  "\x08http/1.1\x02h2", "h2"      },
        {"only the old one",          true,  "\x08http/1.1",       "http/1.1"},
        {"none that is known",        true,  "\x03h3x",            NULL      },
        {"a server without HTTP/2",   false, "\x02h2",             ""        },
        {"a name that begins so",     true,  "\x03h2c\x02h2",      "h2"      },
        {"nothing known, none asked", false, "\x03h3x",            ""        },
    };

    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        const unsigned char *chosen;
        unsigned int length;
        H2Client client;
        Fixture f;

        fixture_init(&f, true);
        f.options.offers_http2 = CASES[i].offers;
        h2_init(&client, f.loop, fixture_connect(&f, true), f.pki, CASES[i].offered);
        SSL_get0_alpn_selected(client.tls, &chosen, &length);
        CHECK_CASE(CASES[i].name, client.is_over == (CASES[i].chosen == NULL));
        if (CASES[i].chosen != NULL)
            CHECK_CASE(CASES[i].name,
                       length == strlen(CASES[i].chosen) &&
                           (length == 0 || memcmp(chosen, CASES[i].chosen, length) == 0));
        h2_release(&client);
        fixture_release(&f);
    }
}

static void test_refuses_what_is_not_http2(void)
{
    static const char *const SENT[] = {"GET /echo HTTP/1.1\r\nHost: mp1.test\r\n\r\n",
                                       "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff"
                                       "\xff\xff\xff and so on"};

    for (size_t i = 0; i < TEST_COUNT(SENT); i++) {
        Setup s;

        setup_init(&s, true);
        nghttp2_session_del(s.client.session);
        s.client.session = NULL;
        h2_send_raw(&s.client, SENT[i], strlen(SENT[i]));
        CHECK(h2_wait(&s.client, &s.client.is_over));
        CHECK_INTEGER(s.fixture.handled, 0);
        setup_release(&s);
    }
}

/* ---- streams ---------------------------------------------------------------------------------------- */

static void test_answers_as_they_are_ready(void)
{
    for (int is_pair = 0; is_pair < 2; is_pair++) {
        H2Stream *later, *soon;
        Setup s;

        setup_init(&s, is_pair);
        later = h2_ask(&s.client, &(H2Request){.path = "/later"});
        soon = h2_ask(&s.client, &(H2Request){.path = "/echo"});
        CHECK(h2_wait(&s.client, &soon->is_closed));
        CHECK(!later->is_closed);
        CHECK(h2_wait(&s.client, &later->is_closed));
        CHECK_TEXT(later->body.data, "later");
        CHECK_INTEGER(nghttp2_session_get_remote_settings(s.client.session,
                                                          NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS),
                      100);
        setup_release(&s);
    }
}

static void test_answers_a_hundred_at_once(void)
{
    H2Stream *streams;
    Setup s;

    setup_init(&s, false);
    nghttp2_session_set_local_window_size(s.client.session, NGHTTP2_FLAG_NONE, 0, 1 << 30);
    for (int i = 0; i < 100; i++)
        h2_ask(&s.client, &(H2Request){.path = "/big"});
    streams = s.client.streams;
    for (int i = 0; i < 100; i++)
        CHECK(h2_wait(&s.client, &streams[i].is_closed) && streams[i].body.length == BIG_LENGTH);
    setup_release(&s);
}

static void test_notices_a_stream_that_was_reset(void)
{
    H2Stream *held;
    Setup s;

    setup_init(&s, true);
    held = h2_ask(&s.client, &(H2Request){.path = "/hold"});
    h2_turn(&s.client, 5);
    CHECK_INTEGER(s.fixture.gone, 0);
    h2_cancel(&s.client, held);
    h2_turn(&s.client, 5);
    CHECK_INTEGER(s.fixture.gone, 1);
    expect(&s, "the connection goes on", &(H2Request){.path = "/echo"}, 200, "GET  ");
    setup_release(&s);
}

/* The rest of the connection does not wait for a stream that nobody reads. */
static void test_resets_a_slow_stream(void)
{
    H2Stream *slow;
    Setup s;

    setup_init(&s, true);
    s.fixture.options.unsent_max = 262144;
    h2_release(&s.client);
    h2_init(&s.client, s.fixture.loop, fixture_connect(&s.fixture, true), s.fixture.pki, "\x02h2");
    slow = h2_ask(&s.client, &(H2Request){.path = "/flood", .is_slow = true});
    expect(&s, "beside it", &(H2Request){.path = "/echo"}, 200, "GET  ");
    CHECK(h2_wait(&s.client, &slow->is_closed));
    CHECK_INTEGER(slow->error, NGHTTP2_INTERNAL_ERROR);
    CHECK_INTEGER(s.fixture.gone, 1);
    CHECK(slow->body.length < 131072);
    expect(&s, "after it", &(H2Request){.path = "/big"}, 200, NULL);
    CHECK(!s.client.is_over);
    setup_release(&s);
}

/*
 * A peer that reads nothing at all: its connection goes, since no frame would reach it. Its windows are wide before it asks,
 * so that nothing but the socket holds the answer back.
 */
static void test_resets_a_slow_connection(void)
{
    static const nghttp2_settings_entry WIDE = {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1 << 30};
    H2Stream *flood;
    Setup s;

    setup_init(&s, true);
    s.fixture.options.unsent_max = 262144;
    h2_release(&s.client);
    h2_init(&s.client, s.fixture.loop, fixture_connect(&s.fixture, true), s.fixture.pki, "\x02h2");
    nghttp2_submit_settings(s.client.session, NGHTTP2_FLAG_NONE, &WIDE, 1);
    nghttp2_session_set_local_window_size(s.client.session, NGHTTP2_FLAG_NONE, 0, 1 << 30);
    flood = h2_ask(&s.client, &(H2Request){.path = "/flood"});
    for (int turns = 0; turns < 1000 && flood->body.length == 0; turns++)
        h2_turn(&s.client, 1);
    CHECK(flood->body.length > 0);
    for (int i = 0; i < 1000 && s.fixture.connections.first != NULL; i++)
        loop_wait(s.fixture.loop, 1, NULL);
    CHECK_INTEGER(s.fixture.gone, 1);
    CHECK(s.fixture.connections.first == NULL);
    setup_release(&s);
}

static void test_refuses_a_request_alone(void)
{
    char much[1024 + 1] = {0};
    const struct {
        const char *name;
        H2Request request;
        int status;
    } CASES[] = {
        {"longer than allowed",
         {.method = "POST",
          .path = "/echo",
          .name = "content-length",
          .value = "101",
          .body = much,
          .body_length = 101},
         413                                                                                           },
        {"longer, and it did not say so",
         {.method = "POST", .path = "/echo", .body = much, .body_length = 1000},
         413                                                                                           },
        {"expects what nobody does",      {.path = "/echo", .name = "expect", .value = "miracles"}, 417},
        {"as long as allowed",
         {.method = "POST", .path = "/echo", .body = much, .body_length = 100},
         200                                                                                           },
    };
    Setup s;

    memset(much, 'h', sizeof much - 1);
    setup_init(&s, true);
    h2_release(&s.client);
    s.fixture.options.body_max = 100;
    h2_init(&s.client, s.fixture.loop, fixture_connect(&s.fixture, true), s.fixture.pki, "\x02h2");
    for (size_t i = 0; i < TEST_COUNT(CASES); i++)
        expect(&s, CASES[i].name, &CASES[i].request, CASES[i].status, NULL);
    CHECK_INTEGER(s.fixture.handled, 1);
    CHECK(!s.client.is_over);
    setup_release(&s);
}

static void test_says_go_on(void)
{
    H2Stream *stream;
    Setup s;

    setup_init(&s, true);
    stream = h2_ask(&s.client, &(H2Request){.method = "PUT",
                                            .path = "/echo",
                                            .name = "expect",
                                            .value = "100-continue",
                                            .body = "b"});
    CHECK(h2_wait(&s.client, &stream->is_closed));
    CHECK_INTEGER(stream->continued, 1);
    CHECK_TEXT(stream->body.data, "PUT  b");
    setup_release(&s);
}

/* ---- the end ---------------------------------------------------------------------------------------- */

static void test_says_goodbye(void)
{
    H2Stream *stream, *last;
    Setup s;

    setup_init(&s, true);
    stream = h2_ask(&s.client, &(H2Request){.path = "/stream"});
    last = h2_ask(&s.client, &(H2Request){.path = "/last"});
    CHECK(h2_wait(&s.client, &last->is_closed));
    CHECK_TEXT(last->body.data, "last");
    CHECK(h2_wait(&s.client, &s.client.is_over));
    CHECK(!s.client.is_cut);
    CHECK_INTEGER(s.client.goaways, 1);
    CHECK_TEXT(stream->body.data, "chunk chunk chunk "); /* it was there before, and is served */
    setup_release(&s);
}

static void test_resets_all(void)
{
    Setup s;

    setup_init(&s, false);
    h2_ask(&s.client, &(H2Request){.path = "/hold"});
    for (int i = 0; i < 500 && s.fixture.handled == 0; i++)
        h2_turn(&s.client, 1);
    http_reset_all(&s.fixture.connections);
    CHECK_INTEGER(s.fixture.gone, 1);
    CHECK(h2_wait(&s.client, &s.client.is_over));
    CHECK(s.client.is_cut);
    setup_release(&s);
}

static void reset_everything(void *owner, HttpExchange *exchange)
{
    Fixture *fixture = owner;

    fixture->handled++;
    http_reset_all(&fixture->connections);
    http_answer(exchange, 200, NULL, "nobody hears it", 15);
}

/* Of requests that came together only the first is handled: afterwards the owner may be no more. */
static void test_may_be_reset_by_its_handler(void)
{
    Setup s;

    setup_init(&s, true);
    s.fixture.options.handler = reset_everything;
    h2_release(&s.client);
    h2_init(&s.client, s.fixture.loop, fixture_connect(&s.fixture, true), s.fixture.pki, "\x02h2");
    for (int i = 0; i < 3; i++)
        h2_ask(&s.client, &(H2Request){.path = "/echo"});
    CHECK(h2_wait(&s.client, &s.client.is_over));
    CHECK_INTEGER(s.fixture.handled, 1);
    setup_release(&s);
}

/* ---- faults ----------------------------------------------------------------------------------------- */

static const struct {
    const char *name, *path;
    Fault fault;
    bool ends; /* the connection, and with it what else is open on it */
    int handled;
    const char *evidence;
} FAULT_CASES[] = {
    {"fail",
     "/echo",                          {.kind = FAULT_FAIL, .code = 503, .text = "no"},
     false,                                                                                    0,
     "answered 503 instead of doing it"                                                                                                },
    {"delay",
     "/echo",                          {.kind = FAULT_DELAY, .delay_ms = 20},
     false,                                                                                    1,
     "held back for 20 ms, then done"                                                                                                  },
    {"hang",                  "/echo", {.kind = FAULT_HANG},                            false, 0, "taken, never answered, nothing done"},
    {"reset",                 "/echo", {.kind = FAULT_RESET},                           true,  0, "connection reset, nothing done"     },
    {"lose reply",
     "/echo",                          {.kind = FAULT_LOSE_REPLY},
     true,                                                                                     1,
     "applied, connection closed before the answer"                                                                                    },
    {"lose a stream",
     "/stream",                        {.kind = FAULT_LOSE_REPLY},
     true,                                                                                     1,
     "applied, connection closed before the answer"                                                                                    },
    {"cut before anything",
     "/echo",                          {.kind = FAULT_CUT},
     true,                                                                                     1,
     "done, answer cut after 0 bytes"                                                                                                  },
    {"cut in a large body",
     "/big",                           {.kind = FAULT_CUT, .cut_after = 20000},
     true,                                                                                     1,
     "done, answer cut after 20000 bytes"                                                                                              },
    {"cut beyond the answer",
     "/empty",                         {.kind = FAULT_CUT, .cut_after = 5000},
     true,                                                                                     1,
     "done, connection reset after the whole answer of "                                                                               },
};

static void test_does_each_fault(void)
{
    for (size_t i = 0; i < TEST_COUNT(FAULT_CASES); i++) {
        H2Stream *beside, *stream;
        Setup s;

        setup_init(&s, true);
        beside = h2_ask(&s.client, &(H2Request){.path = "/hold"});
        h2_turn(&s.client, 5);
        s.fixture.fault = FAULT_CASES[i].fault;
        stream = h2_ask(&s.client, &(H2Request){.path = FAULT_CASES[i].path});
        for (int turns = 0; turns < 60 && !s.client.is_over && !stream->is_closed; turns++)
            h2_turn(&s.client, 1);
        h2_turn(&s.client, 5);
        CHECK_CASE(FAULT_CASES[i].name, s.client.is_over == FAULT_CASES[i].ends);
        CHECK_CASE(FAULT_CASES[i].name, s.client.is_cut == FAULT_CASES[i].ends);
        CHECK_CASE(FAULT_CASES[i].name, !beside->is_closed);
        CHECK_CASE(FAULT_CASES[i].name, s.fixture.handled == 1 + FAULT_CASES[i].handled);
        CHECK_CASE(FAULT_CASES[i].name,
                   strstr(s.fixture.evidence, FAULT_CASES[i].evidence) != NULL);
        if (FAULT_CASES[i].fault.cut_after == 20000)
            CHECK_CASE("to the byte", stream->body.length > 19800 && stream->body.length < 20000);
        setup_release(&s);
    }
}

TEST_SUITE("fakes/net/http2", {"answers curl", test_answers_curl},
           {"sends and takes much", test_sends_and_takes_much},
           {"lets ALPN choose", test_lets_alpn_choose},
           {"refuses what is not HTTP/2", test_refuses_what_is_not_http2},
           {"answers as they are ready", test_answers_as_they_are_ready},
           {"answers a hundred at once", test_answers_a_hundred_at_once},
           {"notices a stream that was reset", test_notices_a_stream_that_was_reset},
           {"resets a slow stream", test_resets_a_slow_stream},
           {"resets a slow connection", test_resets_a_slow_connection},
           {"refuses a request alone", test_refuses_a_request_alone},
           {"says go on", test_says_go_on}, {"says goodbye", test_says_goodbye},
           {"resets all", test_resets_all},
           {"may be reset by its handler", test_may_be_reset_by_its_handler},
           {"does each fault", test_does_each_fault});
