/*
 * tests/fakes/net/http_test.c - the HTTP server, held against libcurl and against bytes no library would send.
 */
#include "fakes/net/http.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <zlib.h>

#include "base/memory.h"
#include "tests/fakes/net/fixture.h"
#include "tests/test.h"

/* ---- libcurl over TLS ------------------------------------------------------------------------------ */

static void test_answers_curl(void)
{
    static const char *const HEADERS[] = {"Transfer-Encoding: chunked", NULL};
    static const struct {
        const char *name;
        ClientRequest request;
        long status;
        const char *body, *head; /* head: a part of it */
    } CASES[] = {
        {"get",              {.path = "/echo?a=1"},                                200, "GET a=1 ",           "Content-Length: 8\r\n"        },
        {"dated",            {.path = "/echo"},                                    200, "GET  ",              "\r\nDate: "                   },
        {"split header",     {.path = "/echo"},                                    200, "GET  ",              "X-Split: one  X-Evil: two\r\n"},
        {"post",             {.method = "POST", .path = "/echo", .body = "{}"},    200, "POST  {}",           NULL                           },
        {"patch",            {.method = "PATCH", .path = "/echo", .body = "x"},    200, "PATCH  x",           NULL                           },
        {"chunked",          {.path = "/echo", .body = "abc", .headers = HEADERS}, 200, "POST  abc",          NULL                           },
        {"head",             {.method = "HEAD", .path = "/big"},                   200, "",                   "Content-Length: 1048576\r\n"  },
        {"no content",       {.method = "DELETE", .path = "/empty"},               204, "",                   NULL                           },
        {"later",            {.path = "/later"},                                   200, "later",              NULL                           },
        {"stream",           {.path = "/stream"},                                  200, "chunk chunk chunk ", "Transfer-Encoding: chunked"   },
        {"stream of a head", {.method = "HEAD", .path = "/stream"},                200, "",                   NULL                           },
        {"not found",        {.path = "/nowhere"},                                 404, "no such path",       NULL                           },
    };
    Fixture f;

    fixture_init(&f, true);
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        ClientReply reply;

        client_fetch(&f.client, &CASES[i].request, &reply);
        CHECK_CASE(CASES[i].name, reply.code == CURLE_OK && reply.status == CASES[i].status);
        CHECK_TEXT(reply.body.data, CASES[i].body);
        if (CASES[i].head != NULL)
            CHECK_CASE(CASES[i].name, strstr(reply.head.data, CASES[i].head) != NULL);
        CHECK_CASE(CASES[i].name, reply.new_connections == (i == 0)); /* kept alive */
        client_reply_release(&reply);
    }
    fixture_release(&f);
}

static void test_sends_and_takes_much(void)
{
    const size_t length = (size_t)2 * 1024 * 1024;
    char *body = memory_new(1, length + 1);
    Fixture f;
    ClientReply reply;

    memset(body, 'u', length);
    fixture_init(&f, true);
    client_fetch(&f.client, &(ClientRequest){.path = "/big"}, &reply);
    CHECK_INTEGER(reply.body.length, BIG_LENGTH);
    client_reply_release(&reply);
    /* Above 1 MiB libcurl asks with Expect: 100-continue, and waits a second if it is not told to go on. */
    client_fetch(&f.client, &(ClientRequest){.path = "/echo", .body = body}, &reply);
    CHECK_INTEGER(reply.code, CURLE_OK);
    CHECK_INTEGER(reply.body.length, 6 + length);
    CHECK(strstr(reply.head.data, "HTTP/1.1 100 Continue\r\n") == reply.head.data);
    client_reply_release(&reply);
    free(body);
    fixture_release(&f);
}

static void test_knows_its_client(void)
{
    const CertificateOptions admin = {.common_name = "admin", .organization = "system:masters"};
    Fixture f;
    ClientReply reply;
    Pki *stranger;

    fixture_init(&f, true);
    client_fetch(&f.client, &(ClientRequest){.path = "/who"}, &reply);
    CHECK_TEXT(reply.body.data, "nobody of nothing");
    client_reply_release(&reply);
    client_release(&f.client);

    Certificate *certificate = pki_issue(f.pki, &admin);
    client_init(&f.client, f.loop, "mp1.test", listener_port(f.listener), f.pki);
    f.client.certificate = certificate;
    client_fetch(&f.client, &(ClientRequest){.path = "/who"}, &reply);
    CHECK_TEXT(reply.body.data, "admin of system:masters");
    client_reply_release(&reply);
    client_release(&f.client);

    stranger = pki_new("another CA");
    Certificate *forged = pki_issue(stranger, &admin);
    client_init(&f.client, f.loop, "mp1.test", listener_port(f.listener), f.pki);
    f.client.certificate = forged;
    client_fetch(&f.client, &(ClientRequest){.path = "/who"}, &reply);
    CHECK(reply.code != CURLE_OK && reply.status == 0);
    CHECK_INTEGER(f.handled, 2);
    client_reply_release(&reply);

    certificate_free(certificate);
    certificate_free(forged);
    pki_free(stranger);
    fixture_release(&f);
}

static void test_is_verified_by_its_client(void)
{
    Pki *stranger = pki_new("understudy CA");
    Fixture f;
    ClientReply reply;

    fixture_init(&f, true);
    f.client.host = "mp2.test";
    client_fetch(&f.client, &(ClientRequest){.path = "/echo"}, &reply);
    CHECK_INTEGER(reply.code, CURLE_PEER_FAILED_VERIFICATION);
    client_reply_release(&reply);
    f.client.host = "mp1.test";
    f.client.ca = stranger;
    client_fetch(&f.client, &(ClientRequest){.path = "/echo"}, &reply);
    CHECK_INTEGER(reply.code, CURLE_PEER_FAILED_VERIFICATION);
    client_reply_release(&reply);
    CHECK_INTEGER(f.handled, 0);
    pki_free(stranger);
    fixture_release(&f);
}

/* ---- bare bytes ------------------------------------------------------------------------------------ */

/* Without the dates, which would make every run's answer another. */
static void drop_dates(Buffer *text)
{
    for (char *date; text->length > 0 && (date = strstr(text->data, "Date: ")) != NULL;) {
        char *end = strstr(date, "\r\n");

        memmove(date, end + 2, strlen(end + 2) + 1);
        text->length = strlen(text->data);
    }
}

#define HOST "Host: mp1.test\r\n"
#define OK_(length, body)                                                                                 \
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Split: one  X-Evil: two\r\nContent-Length: " length \
    "\r\n\r\n" body
#define OK_CLOSE(length, body)                                                                          \
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nX-Split: one  X-Evil: two\r\n" \
    "Content-Length: " length "\r\n\r\n" body
#define REFUSED(status, length)                                                                 \
    "HTTP/1.1 " status "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " length \
    "\r\nConnection: close\r\n\r\n" status

typedef struct {
    const char *name;
    const char *sent;
    const char *answered; /* everything until the connection ends */
} BareCase;

static const BareCase BARE_CASES[] = {
    {"one, then close",                                                                             "GET /echo HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n",
     OK_CLOSE("5",                                                                                                                                                                                 "GET  ")                                                                                                                                                                                                                   },
    {"an answer that takes time does not let the next one pass",
     "GET /later HTTP/1.1\r\n" HOST "\r\nGET /echo HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n",
     "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nlater" OK_CLOSE(
         "5",                                                                                                                                                                                      "GET  ")                                                                                                                                                                                                                   },
    {"pipelined: body, chunks with extension and trailer, no body",
     "POST /echo?1 HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc"
     "POST /echo?2 HTTP/1.1\r\n" HOST
     "Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nde\r\n1\r\nf\r\n0\r\nT: x\r\nU: y\r\n\r\n"
     "GET /echo?3 HTTP/1.1\r\n" HOST "Empty:\r\nConnection: close\r\n\r\n",
     OK_("10",                                                                                                                                                                                     "POST 1 abc") OK_("10",                                                                                                                                                                                                      "POST 2 def") OK_CLOSE("6", "GET 3 ")},
    {"an offer to switch protocols is passed over",
     "GET /echo HTTP/1.1\r\n" HOST "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n"
     "GET /echo HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n",
     OK_("5",                                                                                                                                   "GET  ") OK_CLOSE("5",                                                                                                                                                                                                                                                                                                                                                                 "GET  ")},
    {"the whole URL, as to a proxy",
     "GET http://mp1.test/echo?x HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n",
     OK_CLOSE("6",                         "GET x ")},
    {"asked whether to go on",
     "POST /echo HTTP/1.1\r\n" HOST
     "Connection: close\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\nx",                                                                                                                                  "HTTP/1.1 100 Continue\r\n\r\n" OK_CLOSE("7",                                                                                                                                            "POST  x")                                                                                                                                                                                                                                                                                                                                                                                                                                                                                         },
    {"HTTP/1.0 gets no chunks, and the end",
     "GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n","HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nchunk chunk chunk "},
    {"what follows a close is not heard",
     "GET /echo HTTP/1.1\r\n" HOST "Connection: close\r\n\r\nGET /echo HTTP/1.1\r\n" HOST "\r\n",
     OK_CLOSE("5",                                                                                                                                                                                                                                       "GET  ")},
    {"not HTTP",                                                                                     "\x16\x03\x01 hello\r\n\r\n",                                                                                                                                              REFUSED("400 Bad Request","15")                                                                                                                                                                                                                                                                                                                              },
    {"HTTP/2",                                                                                        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",                                                                                                                                                 REFUSED("505 HTTP Version Not Supported",                                                                                                                                                                                                                                            "30")                                                                                                                                                                                                                                                                                                                                                                                                                                                                                         },
    {"no host",                                                                                        "GET /echo HTTP/1.1\r\n\r\n",                                                                                                                                                 REFUSED("400 Bad Request","15")               },
    {"two hosts",                                                                                        "GET /echo HTTP/1.1\r\n" HOST HOST "\r\n",                                                                                                                                                 REFUSED("400 Bad Request",                                                                                                                                                                                                                                          "15")},
    {"two lengths",
     "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxy",
     REFUSED("400 Bad Request","15")                                                                                                                                                                                                                                                                                                                     },
    {"length and chunks",
     "POST /echo HTTP/1.1\r\n" HOST
     "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",                                                                                                                                                 REFUSED("400 Bad Request",                                                                                                                                                                                                                                    "15")                                                                                                                                                                                                                                                                                                                                        },
    {"bad chunk",                                                                                        "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
     REFUSED("400 Bad Request","15")                                                                                                                                                                                                                                                                                                                                                       },
    {"expects what nobody does",                                                                                        "GET /echo HTTP/1.1\r\n" HOST "Expect: miracles\r\n\r\n",
     REFUSED("417 Expectation Failed",                                                                                                                                                                                                                     "22")},
    {"longer than allowed",                                                                                        "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 101\r\n\r\nx",
     REFUSED("413 Payload Too Large","21")},
    {"longer than allowed, asking first",
     "POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 101\r\n\r\n",
     REFUSED("413 Payload Too Large",                                                                                                                                                                                                       "21")                                                                                                                                                                                                                                                                                                                                                         },
    {"chunks longer than allowed",
     "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
     "40\r\n0123456789012345678901234567890123456789012345678901234567890123\r\n"
     "40\r\n0123456789012345678901234567890123456789012345678901234567890123\r\n",                                                                                                                                                 REFUSED("413 Payload Too Large","21")                                                                                                                                                                                                                                                                                                                                     },
};

static void try_bare(const BareCase *c, bool is_pair, bool is_slow)
{
    Buffer received = {0};
    Fixture f;
    int fd;

    fixture_init(&f, false);
    f.options.body_max = 100;
    fd = fixture_connect(&f, is_pair);
    for (const char *at = c->sent; is_slow && *at != '\0'; at++)
        raw_send(f.loop, fd, at, 1);
    if (!is_slow)
        raw_send(f.loop, fd, c->sent, strlen(c->sent));
    CHECK_CASE(c->name, raw_read_to_end(f.loop, fd, 500, &received) == 0);
    drop_dates(&received);
    if (!CHECK_CASE(c->name, received.length > 0 && strcmp(received.data, c->answered) == 0))
        CHECK_TEXT(received.data, c->answered);
    buffer_release(&received);
    close(fd);
    fixture_release(&f);
}

static void test_answers_in_order(void)
{
    for (size_t i = 0; i < TEST_COUNT(BARE_CASES); i++) {
        try_bare(&BARE_CASES[i], false, false);
        try_bare(&BARE_CASES[i], true, false);
    }
}

static void test_takes_byte_by_byte(void)
{
    for (size_t i = 0; i < TEST_COUNT(BARE_CASES); i++)
        try_bare(&BARE_CASES[i], true, true);
}

static void test_refuses_a_huge_head(void)
{
    Buffer head = {0}, received = {0};
    Fixture f;
    int fd;

    fixture_init(&f, false);
    buffer_add_text(&head, "GET /echo HTTP/1.1\r\n" HOST "Cookie: ");
    for (int i = 0; i < 100 * 1024; i++)
        buffer_add_byte(&head, 'c');
    fd = fixture_connect(&f, false);
    raw_send(f.loop, fd, head.data, head.length);
    CHECK_INTEGER(raw_read_to_end(f.loop, fd, 500, &received), 0);
    CHECK(received.length > 0 && strncmp(received.data, "HTTP/1.1 431 ", 13) == 0);
    CHECK_INTEGER(f.handled, 0);
    buffer_release(&head);
    buffer_release(&received);
    close(fd);
    fixture_release(&f);
}

/* Over 64 KiB of requests wait their turn: all are answered, in order, and reading stops and starts again. */
static void test_answers_a_long_pipeline(void)
{
    enum { COUNT = 6000 };
    Buffer requests = {0}, received = {0};
    Fixture f;
    int fd;

    fixture_init(&f, false);
    buffer_add_text(&requests, "GET /later HTTP/1.1\r\n" HOST "\r\n");
    for (int i = 1; i <= COUNT; i++)
        buffer_format(&requests, "GET /echo?%d HTTP/1.1\r\n" HOST "%s\r\n", i,
                      i == COUNT ? "Connection: close\r\n" : "");
    fd = fixture_connect(&f, true);
    raw_send(f.loop, fd, requests.data, requests.length);
    CHECK_INTEGER(raw_read_to_end(f.loop, fd, 500, &received), 0);
    CHECK_INTEGER(f.handled, COUNT + 1);
    CHECK(received.length > 0 && strstr(received.data, "GET 6000 ") != NULL);
    buffer_release(&requests);
    buffer_release(&received);
    close(fd);
    fixture_release(&f);
}

/* ---- peers that leave or do not read ---------------------------------------------------------------- */

static void send_text(Fixture *f, int fd, const char *text)
{
    raw_send(f->loop, fd, text, strlen(text));
}

static const struct {
    const char *name;
    bool is_pair;
} WIRES[] = {
    {"TCP",         false},
    {"socket pair", true }
};

static void test_notices_a_peer_that_left(void)
{
    for (size_t i = 0; i < TEST_COUNT(WIRES); i++) {
        Fixture f;
        int fd;

        fixture_init(&f, false);
        fd = fixture_connect(&f, WIRES[i].is_pair);
        send_text(&f, fd, "GET /hold HTTP/1.1\r\n" HOST "\r\n");
        loop_wait(f.loop, 10, NULL);
        CHECK_CASE(WIRES[i].name, f.handled == 1 && f.gone == 0);
        close(fd);
        loop_wait(f.loop, 10, NULL);
        CHECK_CASE(WIRES[i].name, f.gone == 1);
        CHECK_CASE(WIRES[i].name, f.connections.first == NULL);
        fixture_release(&f);
    }
}

static void test_resets_a_slow_reader(void)
{
    for (size_t i = 0; i < TEST_COUNT(WIRES); i++) {
        Buffer received = {0};
        Fixture f;
        int fd, end;

        fixture_init(&f, false);
        f.options.unsent_max = (size_t)1024 * 1024;
        fd = fixture_connect(&f, WIRES[i].is_pair);
        send_text(&f, fd, "GET /flood HTTP/1.1\r\n" HOST "\r\n");
        for (int turns = 0; f.gone == 0 && turns < 1000; turns++)
            loop_wait(f.loop, 1, NULL);
        CHECK_CASE(WIRES[i].name, f.gone == 1);
        end = raw_read_to_end(f.loop, fd, 500, &received);
        CHECK_CASE(WIRES[i].name, end == (WIRES[i].is_pair ? 0 : ECONNRESET));
        buffer_release(&received);
        close(fd);
        fixture_release(&f);
    }
}

/* A client that half-closes after its request, as `nc -N` does, still gets an answer that is ready. */
static void test_answers_a_half_closed_peer(void)
{
    Buffer received = {0};
    Fixture f;
    int fd;

    fixture_init(&f, false);
    fd = fixture_connect(&f, true);
    send_text(&f, fd, "GET /big HTTP/1.1\r\n" HOST "\r\n");
    shutdown(fd, SHUT_WR);
    CHECK_INTEGER(raw_read_to_end(f.loop, fd, 500, &received), 0);
    CHECK(received.length > BIG_LENGTH);
    buffer_release(&received);
    close(fd);
    fixture_release(&f);
}

static void test_resets_all(void)
{
    Buffer received = {0};
    Fixture f;
    int idle, busy;

    fixture_init(&f, false);
    idle = fixture_connect(&f, false);
    busy = fixture_connect(&f, false);
    send_text(&f, idle, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
    send_text(&f, busy, "GET /hold HTTP/1.1\r\n" HOST "\r\n");
    CHECK(raw_read_until(f.loop, idle, "GET  ", 500, &received));
    loop_wait(f.loop, 20, NULL);
    CHECK_INTEGER(f.handled, 2);
    http_reset_all(&f.connections);
    CHECK_INTEGER(f.gone, 1); /* at once: its owner may be freed next */
    CHECK(f.connections.first == NULL);
    CHECK_INTEGER(raw_read_to_end(f.loop, idle, 500, &received), ECONNRESET);
    CHECK_INTEGER(raw_read_to_end(f.loop, busy, 500, &received), ECONNRESET);
    buffer_release(&received);
    close(idle);
    close(busy);
    fixture_release(&f);
}

/* ---- names and values ------------------------------------------------------------------------------- */

static void reset_then_answer(void *owner, HttpExchange *exchange)
{
    Fixture *f = owner;

    f->handled++;
    http_on_gone(exchange, NULL, NULL);
    http_reset_all(&f->connections);
    http_header(exchange, "X-Late", "yes");
    http_answer(exchange, 200, "text/plain", "late", 4);
}

/* What a handler does may take down the very server it answers for. */
static void test_may_be_reset_by_its_handler(void)
{
    Buffer received = {0};
    Fixture f;
    int fd;

    fixture_init(&f, false);
    f.options.handler = reset_then_answer;
    fd = fixture_connect(&f, true);
    send_text(&f, fd, "GET /a HTTP/1.1\r\n" HOST "\r\nGET /b HTTP/1.1\r\n" HOST "\r\n");
    CHECK_INTEGER(raw_read_to_end(f.loop, fd, 500, &received), 0);
    CHECK_INTEGER(received.length, 0);
    CHECK_INTEGER(f.handled, 1);
    close(fd);
    fixture_release(&f);
}

static void test_decodes(void)
{
    static const struct {
        const char *name, *encoded, *decoded;
    } CASES[] = {
        {"plain",             "tsb",       "tsb"    },
        {"escaped",           "a%2Fb%20c", "a/b c"  },
        {"either case",       "%2f%2F",    "//"     },
        {"plus stays",        "a+b",       "a+b"    },
        {"cut short",         "100%",      "100%"   },
        {"one digit",         "%4",        "%4"     },
        {"no digits",         "%zz",       "%zz"    },
        {"NUL stays escaped", "tsb%00x",   "tsb%00x"},
    };
    Arena arena = {0};

    for (size_t i = 0; i < TEST_COUNT(CASES); i++)
        CHECK_TEXT(http_decode(&arena, CASES[i].encoded, strlen(CASES[i].encoded)),
                   CASES[i].decoded);
    arena_release(&arena);
}

static void answer_parameters(void *owner, HttpExchange *exchange)
{
    const char *selector = http_parameter(exchange, "labelSelector");
    const char *watch = http_parameter(exchange, "watch");
    const char *last = http_parameter(exchange, "last name");

    (void)owner;
    CHECK_TEXT(selector, "app=tsb,x in (a b)");
    CHECK_TEXT(watch, "");
    CHECK_TEXT(last, "=");
    CHECK_TEXT(http_parameter(exchange, "atch"), NULL);
    CHECK_TEXT(http_parameter(exchange, "empty"), "");
    CHECK_TEXT(http_parameter(exchange, ""), NULL);
    CHECK_TEXT(http_request_header(exchange, "x-tetrate-TOKEN"), "t");
    CHECK_TEXT(http_request_header(exchange, "x-empty"), "");
    CHECK_TEXT(http_request_header(exchange, "x-tetrate"), NULL);
    http_answer(exchange, 204, NULL, NULL, 0);
}

static void test_finds_parameters_and_headers(void)
{
    Buffer received = {0};
    Fixture f;
    int fd;

    fixture_init(&f, false);
    f.options.handler = answer_parameters;
    fd = fixture_connect(&f, true);
    send_text(
        &f, fd,
        "GET /?labelSelector=app%3Dtsb%2Cx+in+%28a+b%29&&watch&empty=&last+name=%3D HTTP/1.1\r\n"
        "X-Tetrate-Token: t\r\nX-Empty:\r\n" HOST "\r\n");
    CHECK(raw_read_until(f.loop, fd, "204 No Content", 500, &received));
    CHECK(received.length > 0 && strstr(received.data, "Content-Length") == NULL);
    buffer_release(&received);
    close(fd);
    fixture_release(&f);
}

/* Whatever a method is called, saying no to it is the handler's business; what is no token is refused. */
static void test_hands_over_any_method(void)
{
    static const struct {
        const char *name, *sent, *answered;
    } CASES[] = {
        {"unknown",             "FOO /echo HTTP/1.1\r\n" HOST "\r\n",                                   "FOO  "           },
        {"a known one's start", "GE /echo HTTP/1.1\r\n" HOST "\r\n",                                    "GE  "            },
        {"lower case",          "get /echo HTTP/1.1\r\n" HOST "\r\n",                                   "get  "           },
        {"with a body",         "x-Y.z /echo?q HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nb",
         "x-Y.z q b"                                                                                                      },
        {"after empty lines",   "\r\n\r\nFOO /echo HTTP/1.1\r\n" HOST "\r\n",                           "FOO  "           },
        {"then a known one",    "FOO /echo HTTP/1.1\r\n" HOST "\r\nPUT /echo HTTP/1.1\r\n" HOST "\r\n",
         "PUT  "                                                                                                          },
        {"no token",            "F(O /echo HTTP/1.1\r\n" HOST "\r\n",                                   " 400 Bad Request"},
        {"too long",            "F23456789F123456789F123456789F123456789F123456789F123456789FOOBAR",
         " 400 Bad Request"                                                                                               },
    };

    for (size_t i = 0; i < TEST_COUNT(CASES); i++)
        for (int is_slow = 0; is_slow < 2; is_slow++) {
            Buffer received = {0};
            Fixture f;
            int fd;

            fixture_init(&f, false);
            fd = fixture_connect(&f, true);
            if (is_slow)
                for (const char *at = CASES[i].sent; *at != '\0'; at++)
                    raw_send(f.loop, fd, at, 1);
            else
                send_text(&f, fd, CASES[i].sent);
            CHECK_CASE(CASES[i].name,
                       raw_read_until(f.loop, fd, CASES[i].answered, 500, &received));
            buffer_release(&received);
            close(fd);
            fixture_release(&f);
        }
}

/* ---- compression ----------------------------------------------------------------------------------- */

static bool unpacks_to_big(const Buffer *packed)
{
    char *plain = memory_new(1, BIG_LENGTH + 1);
    z_stream stream = {.next_in = (Bytef *)packed->data,
                       .avail_in = (uInt)packed->length,
                       .next_out = (Bytef *)plain,
                       .avail_out = BIG_LENGTH + 1};
    bool ok = inflateInit2(&stream, 15 + 16) == Z_OK &&
              inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.total_out == BIG_LENGTH &&
              plain[0] == 'b' && plain[BIG_LENGTH - 1] == 'b';

    inflateEnd(&stream);
    free(plain);
    return ok;
}

static void test_compresses_large_answers(void)
{
    static const struct {
        const char *name, *path, *accepted;
        size_t from;
        bool is_packed;
    } CASES[] = {
        {"large enough",            "/big",    "Accept-Encoding: gzip",            BIG_LENGTH,     true },
        {"among others",            "/big",    "Accept-Encoding: br , gzip ,zstd", BIG_LENGTH,     true },
        {"one byte short",          "/big",    "Accept-Encoding: gzip",            BIG_LENGTH + 1, false},
        {"turned off",              "/big",    "Accept-Encoding: gzip",            0,              false},
        {"with a q value",          "/big",    "Accept-Encoding: gzip;q=1",        1,              false},
        {"something else",          "/big",    "Accept-Encoding: xgzip, deflate",  1,              false},
        {"not asked for",           "/big",    "Accept: */*",                      1,              false},
        {"a stream, however large", "/stream", "Accept-Encoding: gzip",            1,              false},
    };

    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        const char *const headers[] = {CASES[i].accepted, NULL};
        ClientReply reply;
        Fixture f;

        fixture_init(&f, true);
        f.options.compress_from = CASES[i].from;
        client_fetch(&f.client, &(ClientRequest){.path = CASES[i].path, .headers = headers},
                     &reply);
        CHECK_CASE(CASES[i].name, (strstr(reply.head.data, "Content-Encoding: gzip\r\n"
                                                           "Vary: Accept-Encoding\r\n") != NULL) ==
                                      CASES[i].is_packed);
        CHECK_CASE(CASES[i].name, unpacks_to_big(&reply.body) == CASES[i].is_packed);
        client_reply_release(&reply);
        fixture_release(&f);
    }
}

TEST_SUITE("fakes/net/http", {"answers curl", test_answers_curl},
           {"sends and takes much", test_sends_and_takes_much},
           {"knows its client", test_knows_its_client},
           {"is verified by its client", test_is_verified_by_its_client},
           {"answers in order", test_answers_in_order},
           {"takes byte by byte", test_takes_byte_by_byte},
           {"refuses a huge head", test_refuses_a_huge_head},
           {"answers a long pipeline", test_answers_a_long_pipeline},
           {"notices a peer that left", test_notices_a_peer_that_left},
           {"resets a slow reader", test_resets_a_slow_reader},
           {"answers a half-closed peer", test_answers_a_half_closed_peer},
           {"resets all", test_resets_all},
           {"may be reset by its handler", test_may_be_reset_by_its_handler},
           {"decodes", test_decodes},
           {"finds parameters and headers", test_finds_parameters_and_headers},
           {"hands over any method", test_hands_over_any_method},
           {"compresses large answers", test_compresses_large_answers});
