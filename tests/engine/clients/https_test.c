/*
 * tests/engine/clients/https_test.c - requests over real sockets to a server that behaves, and to one that does not.
 */
#include "engine/clients/https.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/net/pki.h"
#include "tests/engine/clients/script_server.h"
#include "tests/test.h"

typedef struct {
    Loop *loop;
    HttpsClient *client;
    ScriptServer *server;
    ScriptAnswer answer; /* what every request gets */
    char url[64];
} Bench;

static ScriptAnswer answer_always(void *owner, size_t number, const char *request)
{
    (void)number;
    (void)request;
    return ((Bench *)owner)->answer;
}

static void bench_open(Bench *bench, SSL_CTX *tls)
{
    memset(bench, 0, sizeof *bench);
    bench->loop = loop_new();
    bench->client = https_client_new(bench->loop, "understudy/test");
    bench->server = script_server_new(bench->loop, tls, answer_always, bench);
    bench->answer.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    snprintf(bench->url, sizeof bench->url, "%s://127.0.0.1:%u/x", tls != NULL ? "https" : "http",
             script_server_port(bench->server));
}

static void bench_close(Bench *bench)
{
    https_client_free(bench->client);
    script_server_free(bench->server);
    loop_free(bench->loop);
}

static HttpsRequest bench_request(const Bench *bench, const char *method)
{
    return (HttpsRequest){.method = method, .url = bench->url, .timeout_ms = 5000};
}

/* Makes the request and gives back only what became of it. */
static ErrorCode outcome(Bench *bench, const HttpsRequest *request, Error *out_error)
{
    HttpsReply reply;

    memset(out_error, 0, sizeof *out_error);
    https_call(bench->client, request, &reply, out_error);
    https_reply_release(&reply);
    return out_error->code;
}

static void test_says_what_was_asked(void)
{
    Bench bench;
    HttpsRequest request;
    HttpsReply reply;
    const char *heard;

    bench_open(&bench, NULL);
    bench.answer.bytes =
        "HTTP/1.1 201 Created\r\nRetry-After: 7\r\nDate: Sat, 21 Nov 2026 02:00:00 "
        "GMT\r\nContent-Length: 5\r\n\r\nhello";
    request = bench_request(&bench, "PATCH");
    request.body = "{\"a\":1}";
    request.content_type = "application/merge-patch+json";
    request.bearer_token = "t0ken";
    CHECK(https_call(bench.client, &request, &reply, NULL));
    CHECK_INTEGER(reply.status, 201);
    CHECK_TEXT(reply.body.data, "hello");
    CHECK_INTEGER(reply.retry_after_ms, 7000);
    CHECK_INTEGER(reply.date_ms, 1795226400000);
    https_reply_release(&reply);
    heard = script_server_request(bench.server);
    CHECK(strncmp(heard, "PATCH /x HTTP/1.1\r\n", 19) == 0);
    CHECK(strstr(heard, "\r\nContent-Type: application/merge-patch+json\r\n") != NULL);
    CHECK(strstr(heard, "\r\nAccept: application/json\r\n") != NULL);
    CHECK(strstr(heard, "\r\nAuthorization: Bearer t0ken\r\n") != NULL);
    CHECK(strstr(heard, "\r\nUser-Agent: understudy/test\r\n") != NULL);
    CHECK(strstr(heard, "Accept-Encoding") == NULL);
    CHECK(strstr(heard, "Expect") == NULL);
    CHECK(strstr(heard, "\r\n\r\n{\"a\":1}") != NULL);
    bench_close(&bench);
}

static void test_one_connection_for_many_reads(void)
{
    Bench bench;
    HttpsRequest request;
    Error err;
    int answered = 0;

    bench_open(&bench, NULL);
    request = bench_request(&bench, "GET");
    for (int i = 0; i < 300; i++)
        answered += outcome(&bench, &request, &err) == ERR_NONE;
    CHECK_INTEGER(answered, 300);
    CHECK_INTEGER(script_server_requests(bench.server), 300);
    CHECK_INTEGER(script_server_connections(bench.server), 1);
    bench_close(&bench);
}

static void test_at_most_eight_connections(void)
{
    enum { CALLS = 40 };
    HttpsCall *calls[CALLS];
    HttpsReply reply;
    HttpsRequest request;
    Bench bench;

    bench_open(&bench, NULL);
    request = bench_request(&bench, "GET");
    for (int i = 0; i < CALLS; i++)
        calls[i] = https_start(bench.client, &request);
    for (int i = 0; i < CALLS; i++) {
        CHECK(https_finish(calls[i], &reply, NULL));
        https_reply_release(&reply);
    }
    CHECK_INTEGER(script_server_requests(bench.server), CALLS);
    CHECK_INTEGER(script_server_connections(bench.server), 2);
    bench_close(&bench);
}

static const struct {
    const char *name, *method;
    ScriptAnswer answer;
    ErrorCode code;
    const char *words;
} ENDINGS[] = {
    {"read, no answer",         "GET",    {NULL, SCRIPT_CLOSE},                                                           ERR_UNAVAILABLE, "Empty reply"  },
    {"read, reset",             "GET",    {NULL, SCRIPT_RESET},                                                           ERR_UNAVAILABLE, "broke off"    },
    {"read, cut",
     "GET",                               {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", SCRIPT_CLOSE},
     ERR_UNAVAILABLE,                                                                                                                      "broke off"    },
    {"read, cut chunk",
     "GET",                               {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{}", SCRIPT_CLOSE},
     ERR_UNAVAILABLE,                                                                                                                      "broke off"    },
    {"read, silence",           "GET",    {NULL, SCRIPT_KEEP},                                                            ERR_TIMEOUT,     "within 300 ms"},
    {"read, no HTTP",
     "GET",                               {"220 mail.example.com ESMTP\r\n", SCRIPT_CLOSE},
     ERR_PROTOCOL,                                                                                                                         "HTTP"         },
    {"write, no answer",        "PATCH",  {NULL, SCRIPT_CLOSE},                                                           ERR_AMBIGUOUS,   "may have been"},
    {"write, reset",            "PATCH",  {NULL, SCRIPT_RESET},                                                           ERR_AMBIGUOUS,   "may have been"},
    {"write, cut",
     "PATCH",                             {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", SCRIPT_CLOSE},
     ERR_AMBIGUOUS,                                                                                                                        "may have been"},
    {"write, silence",          "PATCH",  {NULL, SCRIPT_KEEP},                                                            ERR_AMBIGUOUS,   "within 300 ms"},
    {"delete without a body",   "DELETE", {NULL, SCRIPT_CLOSE},                                                           ERR_AMBIGUOUS,   "may have been"},
    {"an error is an answer",
     "PATCH",                             {"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", SCRIPT_CLOSE},
     ERR_NONE,                                                                                                                             ""             },
    {"no redirect is followed",
     "GET",                               {"HTTP/1.1 302 F\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n", SCRIPT_KEEP},
     ERR_NONE,                                                                                                                             ""             },
};

static void test_endings(void)
{
    for (size_t i = 0; i < TEST_COUNT(ENDINGS); i++) {
        Bench bench;
        HttpsRequest request;
        Error err;

        bench_open(&bench, NULL);
        bench.answer = ENDINGS[i].answer;
        request = bench_request(&bench, ENDINGS[i].method);
        request.timeout_ms = 300;
        CHECK_CASE(ENDINGS[i].name, outcome(&bench, &request, &err) == ENDINGS[i].code);
        CHECK_CASE(ENDINGS[i].name, strstr(err.message, ENDINGS[i].words) != NULL);
        CHECK_CASE(ENDINGS[i].name, script_server_requests(bench.server) == 1);
        bench_close(&bench);
    }
}

/* On a kept connection libcurl would repeat the request by itself. */
static void test_a_lost_reply_is_not_repeated(void)
{
    Bench bench;
    HttpsRequest request;
    Error err;

    bench_open(&bench, NULL);
    request = bench_request(&bench, "GET");
    CHECK_INTEGER(outcome(&bench, &request, &err), ERR_NONE);
    bench.answer = (ScriptAnswer){NULL, SCRIPT_CLOSE};
    request = bench_request(&bench, "PATCH");
    request.body = "{}";
    CHECK_INTEGER(outcome(&bench, &request, &err), ERR_AMBIGUOUS);
    CHECK_INTEGER(script_server_requests(bench.server), 2);
    request = bench_request(&bench, "DELETE");
    CHECK_INTEGER(outcome(&bench, &request, &err), ERR_AMBIGUOUS);
    CHECK_INTEGER(script_server_requests(bench.server), 3);
    bench_close(&bench);
}

static void test_refused(void)
{
    static const char *const METHODS[] = {"GET", "PATCH"};
    Bench bench;

    bench_open(&bench, NULL);
    script_server_stop(bench.server);
    for (size_t i = 0; i < TEST_COUNT(METHODS); i++) {
        HttpsRequest request = bench_request(&bench, METHODS[i]);
        Error err;

        CHECK_CASE(METHODS[i], outcome(&bench, &request, &err) == ERR_UNAVAILABLE);
        CHECK_CASE(METHODS[i], strstr(err.message, "Connection refused") != NULL);
        CHECK_CASE(METHODS[i], strstr(err.message, "127.0.0.1") != NULL);
    }
    bench_close(&bench);
}

static const struct {
    const char *name;
    HttpsRequest request;
    const char *words;
} REFUSED_REQUESTS[] = {
    {"a name without an address",  {.url = "https://mp1.example.com/"},              "mp1.example.com is a name"},
    {"an address that is none",
     {.url = "https://mp1.example.com/", .connect_to = "mp1"},
     "\"mp1\" is not an IP"                                                                                     },
    {"no URL",                     {.url = "mp1 example"},                           "is not a URL"             },
    {"another protocol",           {.url = "ftp://127.0.0.1/"},                      "only https and http"      },
    {"a proxy by name",
     {.url = "https://127.0.0.1/", .proxy = "http://proxy.example.com:3128"},
     "not as proxy.example.com"                                                                                 },
    {"a token of two lines",
     {.url = "https://127.0.0.1/", .bearer_token = "a\r\nX-Evil: 1"},
     "line break"                                                                                               },
    {"a certificate that is none",
     {.url = "https://127.0.0.1:1/",
      .trust = &(HttpsTrust){.client_certificate_pem = "x", .client_key_pem = "y"}},
     "127.0.0.1:1"                                                                                              },
};

static void test_refuses(void)
{
    Bench bench;

    bench_open(&bench, NULL);
    for (size_t i = 0; i < TEST_COUNT(REFUSED_REQUESTS) - 1; i++) {
        HttpsRequest request = REFUSED_REQUESTS[i].request;
        Error err;

        request.method = "GET";
        CHECK_CASE(REFUSED_REQUESTS[i].name, outcome(&bench, &request, &err) == ERR_INPUT);
        CHECK_CASE(REFUSED_REQUESTS[i].name,
                   strstr(err.message, REFUSED_REQUESTS[i].words) != NULL);
        CHECK_CASE(REFUSED_REQUESTS[i].name, strstr(err.message, "Evil") == NULL);
    }
    bench_close(&bench);
}

/* ---- TLS -------------------------------------------------------------------------------------- */

typedef struct {
    Pki *pki, *stranger;
    Certificate *server, *stale, *client;
} Papers;

static Papers papers_new(void)
{
    static const char *const NAMES[] = {"mp1.example.com", "127.0.0.1", NULL};
    Papers papers = {.pki = pki_new("Test CA"), .stranger = pki_new("Other CA")};
    int64_t now = clock_wall_ms();

    papers.server =
        pki_issue(papers.pki, &(CertificateOptions){.common_name = "mp1", .names = NAMES});
    papers.stale = pki_issue(papers.pki, &(CertificateOptions){.common_name = "mp1",
                                                               .names = NAMES,
                                                               .not_before_ms = now - 7200000,
                                                               .not_after_ms = now - 3600000});
    papers.client = pki_issue(papers.pki, &(CertificateOptions){.common_name = "admin"});
    return papers;
}

static void papers_free(Papers *papers)
{
    certificate_free(papers->server);
    certificate_free(papers->stale);
    certificate_free(papers->client);
    pki_free(papers->pki);
    pki_free(papers->stranger);
}

static void test_tls(void)
{
    Papers papers = papers_new();
    SSL_CTX *tls = certificate_server_context(papers.server, NULL);
    HttpsTrust trust = {.ca_pem = pki_ca_pem(papers.pki)};
    Bench bench;
    HttpsRequest request;
    Error err;
    char url[64];

    bench_open(&bench, tls);
    snprintf(url, sizeof url, "https://mp1.example.com:%u/x", script_server_port(bench.server));
    request = (HttpsRequest){.method = "GET", .trust = &trust, .connect_to = "127.0.0.1"};
    for (int i = 0; i < 300; i++) {
        request.url = url;
        if (outcome(&bench, &request, &err) != ERR_NONE)
            break;
    }
    CHECK_TEXT(err.message, "");
    CHECK_INTEGER(script_server_requests(bench.server), 300);
    CHECK_INTEGER(script_server_connections(bench.server), 1);
    CHECK(strstr(script_server_request(bench.server), "\r\nHost: mp1.example.com:") != NULL);

    request.url = bench.url; /* by address, which the certificate also names */
    request.connect_to = NULL;
    CHECK_INTEGER(outcome(&bench, &request, &err), ERR_NONE);
    trust.is_insecure = true;
    trust.ca_pem = NULL;
    CHECK_INTEGER(outcome(&bench, &request, &err), ERR_NONE);
    bench_close(&bench);
    SSL_CTX_free(tls);
    papers_free(&papers);
}

static void test_tls_distrust(void)
{
    Papers papers = papers_new();
    const struct {
        const char *name, *host, *ca, *server_name;
        Certificate *shown;
        const char *words;
    } cases[] = {
        {"wrong authority", "mp1.example.com", pki_ca_pem(papers.stranger), NULL,              papers.server,
         "give the authority"                                                                                                     },
        {"system's store",  "mp1.example.com", NULL,                        NULL,              papers.server, "give the authority"},
        {"wrong name",      "mp2.example.com", pki_ca_pem(papers.pki),      NULL,              papers.server,
         "mp2.example.com"                                                                                                        },
        {"wrong override",  "mp1.example.com", pki_ca_pem(papers.pki),      "mp3.example.com",
         papers.server,                                                                                       "mp3.example.com"   },
        {"expired",         "mp1.example.com", pki_ca_pem(papers.pki),      NULL,              papers.stale,  "expired"           },
        {"right",           "mp1.example.com", pki_ca_pem(papers.pki),      NULL,              papers.server, NULL                },
        {"right override",  "mp2.example.com", pki_ca_pem(papers.pki),      "mp1.example.com",
         papers.server,                                                                                       NULL                },
    };

    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        SSL_CTX *tls = certificate_server_context(cases[i].shown, NULL);
        HttpsTrust trust = {.ca_pem = cases[i].ca, .server_name = cases[i].server_name};
        HttpsRequest request = {.method = "PATCH", .trust = &trust, .connect_to = "127.0.0.1"};
        Bench bench;
        Error err;
        char url[64];

        bench_open(&bench, tls);
        snprintf(url, sizeof url, "https://%s:%u/x", cases[i].host,
                 script_server_port(bench.server));
        request.url = url;
        CHECK_CASE(cases[i].name, outcome(&bench, &request, &err) ==
                                      (cases[i].words != NULL ? ERR_DENIED : ERR_NONE));
        if (cases[i].words != NULL) {
            CHECK_CASE(cases[i].name, strstr(err.message, cases[i].words) != NULL);
            CHECK_CASE(cases[i].name, script_server_requests(bench.server) == 0);
        } else {
            char host[80];

            snprintf(host, sizeof host, "\r\nHost: %s:", cases[i].host);
            CHECK_CASE(cases[i].name, strstr(script_server_request(bench.server), host) != NULL);
        }
        bench_close(&bench);
        SSL_CTX_free(tls);
    }
    papers_free(&papers);
}

static void test_tls_client_certificate(void)
{
    Papers papers = papers_new();
    SSL_CTX *tls = certificate_server_context(papers.server, papers.pki);
    HttpsTrust trust = {.ca_pem = pki_ca_pem(papers.pki),
                        .client_certificate_pem = certificate_pem(papers.client),
                        .client_key_pem = certificate_key_pem(papers.client)};
    Bench bench;
    HttpsRequest request;
    Error err;

    bench_open(&bench, tls);
    SSL_CTX_set_verify(tls, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    request = bench_request(&bench, "PATCH");
    request.trust = &trust;
    CHECK_INTEGER(outcome(&bench, &request, &err), ERR_NONE);
    trust.client_certificate_pem = trust.client_key_pem = NULL;
    CHECK_INTEGER(outcome(&bench, &request, &err), ERR_DENIED);
    CHECK(strstr(err.message, "does not accept our client certificate") != NULL);
    trust.client_certificate_pem = "no certificate";
    trust.client_key_pem = "s3cr3tk3y";
    CHECK_INTEGER(outcome(&bench, &request, &err), ERR_INPUT);
    CHECK(strstr(err.message, "s3cr3tk3y") == NULL);
    CHECK_INTEGER(script_server_requests(bench.server), 1);
    bench_close(&bench);
    SSL_CTX_free(tls);
    papers_free(&papers);
}

static void test_plain_behind_https(void)
{
    Bench bench;
    HttpsRequest request;
    Error err;
    char url[64];

    bench_open(&bench, NULL);
    snprintf(url, sizeof url, "https://127.0.0.1:%u/", script_server_port(bench.server));
    request = (HttpsRequest){.method = "GET", .url = url, .timeout_ms = 500};
    bench.answer = (ScriptAnswer){"HTTP/1.1 400 Bad\r\n\r\n", SCRIPT_CLOSE};
    CHECK_INTEGER(outcome(&bench, &request, &err), ERR_PROTOCOL);
    CHECK(strstr(err.message, "does not speak TLS") != NULL);
    CHECK_INTEGER(script_server_requests(bench.server), 1);
    bench_close(&bench);
}

/* ---- stopping --------------------------------------------------------------------------------- */

static void on_stop(void *owner)
{
    *(bool *)owner = true;
}

static void test_stops_when_asked(void)
{
    Bench bench;
    HttpsRequest request;
    Error err;
    bool stop = false;
    Timer *timer;

    bench_open(&bench, NULL);
    bench.answer = (ScriptAnswer){NULL, SCRIPT_KEEP};
    https_client_stop_on(bench.client, &stop);
    timer = timer_new(bench.loop, on_stop, &stop);
    timer_start(timer, 50);
    request = bench_request(&bench, "PATCH");
    CHECK_INTEGER(outcome(&bench, &request, &err), ERR_STOPPED);
    CHECK(strstr(err.message, "may have been carried out") != NULL);
    timer_free(timer);
    bench_close(&bench);
}

TEST_SUITE("engine/clients/https", {"says what was asked", test_says_what_was_asked},
           {"one connection for many reads", test_one_connection_for_many_reads},
           {"at most two connections", test_at_most_eight_connections}, {"endings", test_endings},
           {"a lost reply is not repeated", test_a_lost_reply_is_not_repeated},
           {"refused", test_refused}, {"refuses", test_refuses}, {"tls", test_tls},
           {"tls distrust", test_tls_distrust},
           {"tls client certificate", test_tls_client_certificate},
           {"plain behind https", test_plain_behind_https},
           {"stops when asked", test_stops_when_asked});
