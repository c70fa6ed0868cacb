/*
 * tests/engine/clients/simulated_test.c - the clients in simulated time: every deadline to the millisecond, no connection lost.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/clients/dns.h"
#include "engine/clients/kube.h"
#include "engine/clients/postgres.h"
#include "fakes/dns/server.h"
#include "fakes/net/pki.h"
#include "sim/seam/seam.h"
#include "tests/engine/clients/script_server.h"
#include "tests/test.h"

static NetworkVerdict decide(void *self, NetworkTransport transport, const char *from,
                             const char *to, uint16_t port)
{
    NetworkVerdict verdict = {.fate = NETWORK_DELIVER, .delay_ms = 5};

    (void)self;
    (void)transport;
    (void)from;
    (void)port;
    if (strcmp(to, "hole") == 0)
        verdict.fate = NETWORK_BLACKHOLE;
    if (strcmp(to, "wall") == 0)
        verdict.fate = NETWORK_REFUSE;
    return verdict;
}

static const Network NETWORK = {.connect = decide};

/* Simulated time is switched on once per process. */
static void simulate(void)
{
    if (!seam_is_simulated())
        seam_simulate(&(SeamOptions){.seed = 7,
                                     .start_wall_ms = 1795226400000,
                                     .network = &NETWORK,
                                     .from = "desk"});
}

typedef struct {
    Loop *loop;
    ScriptServer *server;
    HttpsClient *https;
    ScriptAnswer answer;
} Bench;

static ScriptAnswer answer_always(void *owner, size_t number, const char *request)
{
    (void)number;
    (void)request;
    return ((Bench *)owner)->answer;
}

static void bench_open(Bench *bench, SSL_CTX *tls)
{
    static const char *const SITES[] = {"mp1", "hole", "wall"};

    simulate();
    memset(bench, 0, sizeof *bench);
    bench->loop = loop_new();
    bench->https = https_client_new(bench->loop, "understudy/test");
    bench->server = script_server_new(bench->loop, tls, answer_always, bench);
    bench->answer.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    for (size_t i = 0; i < TEST_COUNT(SITES); i++) {
        char ip[] = "127.0.2.0";

        ip[8] = (char)('1' + i);
        seam_listen(ip, 6443, false, SITES[i], script_server_accept, bench->server);
    }
}

static void bench_close(Bench *bench)
{
    for (char ip[] = "127.0.2.1"; ip[8] <= '3'; ip[8]++)
        seam_unlisten(ip, 6443, false);
    https_client_free(bench->https);
    script_server_free(bench->server);
    loop_free(bench->loop);
}

static const struct {
    const char *name, *method, *ip;
    bool is_silent;
    ErrorCode code;
    int64_t ms;
} WAITS[] = {
    {"black hole",        "GET",   "127.0.2.2", false, ERR_UNAVAILABLE, 30000},
    {"black hole, write", "PATCH", "127.0.2.2", false, ERR_UNAVAILABLE, 30000},
    {"silence",           "GET",   "127.0.2.1", true,  ERR_TIMEOUT,     30000},
    {"silence, write",    "PATCH", "127.0.2.1", true,  ERR_AMBIGUOUS,   30000},
    {"refused",           "PATCH", "127.0.2.3", false, ERR_UNAVAILABLE, 5    },
    {"answered",          "PATCH", "127.0.2.1", false, ERR_NONE,        5    },
};

static void test_https_deadlines(void)
{
    for (size_t i = 0; i < TEST_COUNT(WAITS); i++) {
        HttpsRequest request = {.method = WAITS[i].method,
                                .url = "http://mp1.example.com:6443/x",
                                .connect_to = WAITS[i].ip};
        HttpsReply reply;
        Bench bench;
        Error err = {0};
        int64_t before;

        bench_open(&bench, NULL);
        if (WAITS[i].is_silent)
            bench.answer.bytes = NULL;
        before = clock_mono_ms();
        https_call(bench.https, &request, &reply, &err);
        CHECK_CASE(WAITS[i].name, err.code == WAITS[i].code);
        CHECK_CASE(WAITS[i].name, clock_mono_ms() - before == WAITS[i].ms);
        https_reply_release(&reply);
        bench_close(&bench);
    }
}

static void test_one_tls_connection(void)
{
    static const char *const NAMES[] = {"mp1.example.com", NULL};
    Pki *pki;
    Certificate *certificate;
    SSL_CTX *tls;
    Bench bench;
    int answered = 0;

    simulate();
    pki = pki_new("Test CA");
    certificate = pki_issue(pki, &(CertificateOptions){.common_name = "mp1", .names = NAMES});
    tls = certificate_server_context(certificate, NULL);
    bench_open(&bench, tls);
    for (int i = 0; i < 300; i++) {
        HttpsTrust trust = {.ca_pem = pki_ca_pem(pki)};
        HttpsRequest request = {.method = "GET",
                                .url = "https://mp1.example.com:6443/x",
                                .connect_to = "127.0.2.1",
                                .trust = &trust};
        HttpsReply reply;

        answered += https_call(bench.https, &request, &reply, NULL);
        https_reply_release(&reply);
        loop_wait(bench.loop, 2000, NULL);
    }
    CHECK_INTEGER(answered, 300);
    CHECK_INTEGER(script_server_connections(bench.server), 1);
    bench_close(&bench);
    SSL_CTX_free(tls);
    certificate_free(certificate);
    pki_free(pki);
}

static void test_kube_patience(void)
{
    KubeContext context = {.name = "mp1", .server = "http://mp1:6443", .connect_to = "127.0.2.1"};
    KubePath path = {.resource = "v1/namespaces", .name = "tsb"};
    KubeClient *kube;
    Random random;
    Bench bench;
    cJSON *object;
    Error err;
    int64_t before;

    bench_open(&bench, NULL);
    random_init(&random, 7, "kube");
    bench.answer.bytes = "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n";
    kube = kube_client_new(&(KubeClientOptions){.loop = bench.loop,
                                                .https = bench.https,
                                                .context = &context,
                                                .random = &random});
    before = clock_mono_ms();
    CHECK(!kube_client_get(kube, &path, &object, &err));
    CHECK_INTEGER(err.code, ERR_UNAVAILABLE);
    CHECK(clock_mono_ms() - before > 50000 && clock_mono_ms() - before <= 60000);
    CHECK(script_server_requests(bench.server) >= 10);
    CHECK_INTEGER(script_server_connections(bench.server), 1);
    kube_client_free(kube);
    bench_close(&bench);
}

/* Takes the datagrams' end and never answers. */
static void keep_silent(void *owner, int fd)
{
    int *fds = owner;

    for (int i = 0; i < 8; i++)
        if (fds[i] == -1) {
            fds[i] = fd;
            return;
        }
    close(fd);
}

static void test_dns_deadlines(void)
{
    static const DnsServerAddress SILENT = {.ip = "127.0.3.1", .port = 53},
                                  NOBODY = {.ip = "127.0.3.2", .port = 53};
    DnsChange change = {.zone = "example.com",
                        .name = "a.example.com",
                        .type = DNS_RECORD_A,
                        .value = "192.0.2.8"};
    int fds[8] = {-1, -1, -1, -1, -1, -1, -1, -1};
    Loop *loop;
    DnsClient *dns;
    Random random;
    DnsAnswer answer;
    Error err;
    int64_t before;

    simulate();
    loop = loop_new();
    random_init(&random, 7, "dns");
    dns = dns_client_new(loop, &random, NULL);
    seam_listen("127.0.3.1", 53, true, "dns", keep_silent, fds);
    before = clock_mono_ms();
    CHECK(!dns_ask(dns, &SILENT, "a.example.com", DNS_RECORD_A, &answer, &err));
    CHECK_INTEGER(err.code, ERR_TIMEOUT);
    CHECK_INTEGER(clock_mono_ms() - before, 6000);
    before = clock_mono_ms();
    CHECK(!dns_change(dns, &SILENT, NULL, &change, &err));
    CHECK_INTEGER(err.code, ERR_AMBIGUOUS);
    CHECK_INTEGER(clock_mono_ms() - before, 5000);
    before = clock_mono_ms();
    CHECK(!dns_ask(dns, &NOBODY, "a.example.com", DNS_RECORD_A, &answer, &err));
    CHECK_INTEGER(err.code, ERR_UNAVAILABLE);
    CHECK_INTEGER(clock_mono_ms() - before, 1000);
    dns_client_free(dns);
    loop_free(loop);
    seam_unlisten("127.0.3.1", 53, true);
    for (size_t i = 0; i < TEST_COUNT(fds); i++)
        if (fds[i] != -1)
            close(fds[i]);
}

/* Both ends have a TSIG of their own making, and both take the time from the seam. */
/* NOLINTNEXTLINE(readability-function-size): one story, told to one server */
static void test_dns_change(void)
{
    static const DnsServerAddress SERVER = {.ip = "127.0.3.3", .port = 53};
    static const char NAME[] = "active.tsb.example.com";
    char secret[] = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=";
    DnsTsigKey key = {.name = "ops", .algorithm = "hmac-sha256", .secret = secret};
    DnsAnswer seen, now;
    DnsChange change = {.zone = "tsb.example.com",
                        .name = NAME,
                        .type = DNS_RECORD_CNAME,
                        .value = "mp2.tsb.example.com",
                        .ttl_s = 30,
                        .expected = &seen};
    DnsServer *server;
    DnsZone *zone;
    DnsClient *dns;
    Loop *loop;
    Random random;
    Error err = {0};

    simulate();
    loop = loop_new();
    random_init(&random, 7, "dns");
    dns = dns_client_new(loop, &random, NULL);
    zone = dns_zone_new(&(DnsZoneOptions){.apex = "tsb.example.com.",
                                          .primary = "ns1.tsb.example.com.",
                                          .serial = 7,
                                          .negative_ttl_s = 60,
                                          .ttl_s = 300});
    CHECK(dns_zone_point(zone, "mp1.tsb.example.com", 1, "192.0.2.1", 60, NULL));
    CHECK(dns_zone_point(zone, NAME, 5, "mp1.tsb.example.com.", 30, NULL));
    server = dns_server_new(&(DnsServerOptions){.loop = loop, .site = "dns"});
    dns_server_add_zone(server, zone);
    dns_server_add_key(server, &(DnsKey){.name = "ops.", .secret = secret});
    seam_listen(SERVER.ip, 53, true, "dns", dns_server_accept_datagrams, server);
    seam_listen(SERVER.ip, 53, false, "dns", dns_server_accept_stream, server);

    CHECK(dns_ask(dns, &SERVER, NAME, DNS_RECORD_A, &seen, &err));
    CHECK_TEXT(seen.cname, "mp1.tsb.example.com");
    CHECK_TEXT(seen.values[0], "192.0.2.1");
    CHECK(dns_change(dns, &SERVER, &key, &change, &err));
    CHECK_TEXT(err.message, "");
    CHECK(dns_ask(dns, &SERVER, NAME, DNS_RECORD_CNAME, &now, &err));
    CHECK_TEXT(now.cname, "mp2.tsb.example.com");
    CHECK_INTEGER(dns_zone_serial(zone), 10);
    CHECK(!dns_change(dns, &SERVER, &key, &change, &err));
    CHECK_INTEGER(err.code, ERR_CONFLICT);
    secret[0] = 'N';
    CHECK(!dns_change(dns, &SERVER, &key, &change, &err));
    CHECK_INTEGER(err.code, ERR_DENIED);

    for (int i = 0; i < 60; i++) { /* too many for a datagram */
        char ip[16];

        snprintf(ip, sizeof ip, "192.0.2.%d", i);
        CHECK(dns_zone_add(zone, "many.tsb.example.com", 1, ip, 60, NULL));
    }
    CHECK(dns_ask(dns, &SERVER, "many.tsb.example.com", DNS_RECORD_A, &now, &err));
    CHECK_INTEGER(now.count, DNS_VALUES_MAX);

    seam_unlisten(SERVER.ip, 53, true);
    seam_unlisten(SERVER.ip, 53, false);
    dns_client_free(dns);
    dns_server_free(server);
    loop_free(loop);
    dns_zone_free(zone);
}

static void test_postgres_deadlines(void)
{
    PostgresClientOptions options = {.name = "mp1/one",
                                     .ip = "127.0.2.2",
                                     .port = 6443,
                                     .user = "u",
                                     .password = "p",
                                     .database = "d",
                                     .sslmode = "require"};
    PostgresClient *client;
    PostgresRow row;
    Bench bench;
    Error err;
    int64_t before;

    bench_open(&bench, NULL);
    options.loop = bench.loop;
    client = postgres_client_new(&options);
    before = clock_mono_ms();
    CHECK(!postgres_query(client, "SELECT 1", &row, &err));
    CHECK_INTEGER(err.code, ERR_TIMEOUT);
    CHECK_INTEGER(clock_mono_ms() - before, 10000);
    postgres_client_free(client);
    options.ip = "127.0.2.3";
    client = postgres_client_new(&options);
    CHECK(!postgres_query(client, "SELECT 1", &row, &err));
    CHECK_INTEGER(err.code, ERR_UNAVAILABLE);
    CHECK(strstr(err.message, "Connection refused") != NULL);
    postgres_client_free(client);
    bench_close(&bench);
}

TEST_SUITE("engine/clients/simulated", {"https deadlines", test_https_deadlines},
           {"one tls connection", test_one_tls_connection}, {"kube patience", test_kube_patience},
           {"dns deadlines", test_dns_deadlines}, {"dns change", test_dns_change},
           {"postgres deadlines", test_postgres_deadlines});
