/*
 * tests/engine/clients/dns_test.c - the DNS client against a real BIND, and against datagrams no server should send.
 *
 * BIND is started on a free high port of 127.0.0.1 in a folder of its own. Where it is not installed, its tests say "skip".
 */
#include "engine/clients/dns.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "tests/test.h"

static const char NAMED[] = "/usr/sbin/named";

typedef struct {
    Loop *loop;
    Random random;
    DnsClient *client;
} Bench;

static void bench_open(Bench *bench)
{
    bench->loop = loop_new();
    random_init(&bench->random, 7, "dns");
    bench->client = dns_client_new(bench->loop, &bench->random, NULL);
}

static void bench_close(Bench *bench)
{
    dns_client_free(bench->client);
    loop_free(bench->loop);
}

/* ---- a real name server ----------------------------------------------------------------------- */

static const char CONF[] =
    "options { directory \"%s\"; pid-file none; listen-on-v6 { none; };\n"
    " listen-on port %u { 127.0.0.1; }; recursion no; notify no;\n"
    " session-keyfile none; minimal-responses yes; };\n"
    "controls { };\n"
    "include \"%s/good.key\";\ninclude \"%s/other.key\";\n"
    "include \"%s/long.key\";\n"
    "zone \"tsb.example.com\" { type primary; file \"zone\";\n"
    " update-policy { grant good zonesub ANY; grant long zonesub ANY; }; };\n";

static const char ZONE[] =
    "$TTL 60\n"
    "@ SOA ns1 admin 7 300 60 3600 60\n@ NS ns1\nns1 A 127.0.0.1\n"
    "mp1 A 192.0.2.1\nmp1 A 192.0.2.2\nmp1 AAAA 2001:db8::1\nmp2 A 192.0.2.9\n"
    "active 30 CNAME MP1\nlost 30 CNAME nowhere\naway CNAME www.example.net.\n"
    "note TXT \"two\" \" words\"\nfixed A 192.0.2.7\n";

static const char GOOD_KEY[] = "# made by hand\nkey \"Good\" {\n\talgorithm hmac-sha256;\n"
                               "\tsecret \"MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=\";\n};\n";
static const char LONG_KEY[] = "key \"long\" { algorithm hmac-sha512; secret "
                               "\"MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=\"; };\n";
static const char OTHER_KEY[] = "key \"other\" { algorithm hmac-sha256; secret "
                                "\"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY=\"; };\n";

typedef struct {
    char folder[40];
    DnsServerAddress address;
    pid_t pid;
    DnsTsigKey good, other, longer;
} Bind;

static char *bind_path(const Bind *bind, const char *name)
{
    return memory_format("%s/%s", bind->folder, name);
}

static void bind_put(const Bind *bind, const char *name, const char *text)
{
    char *path = bind_path(bind, name);

    CHECK(file_write(path, text, strlen(text), 0644, NULL));
    free(path);
}

static void bind_read_key(const Bind *bind, const char *name, DnsTsigKey *out_key)
{
    char *path = bind_path(bind, name);

    CHECK(dns_key_read(path, out_key, NULL));
    free(path);
}

static bool answers_soa(Bench *bench, const Bind *bind)
{
    DnsAnswer answer;

    return dns_ask(bench->client, &bind->address, "tsb.example.com", DNS_RECORD_SOA, &answer, NULL);
}

/* A big TXT set, so that an answer does not fit into a datagram. */
static char *zone_text(void)
{
    Buffer zone = {0};

    buffer_add_text(&zone, ZONE);
    for (int i = 0; i < 30; i++)
        buffer_format(&zone, "big TXT \"%02d%.60s\"\n", i,
                      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    buffer_add_text(&zone, "big A 192.0.2.77\n");
    for (int i = 0; i < 60; i++)
        buffer_format(&zone, "many A 198.51.100.%d\n", i);
    return buffer_take(&zone);
}

static uint16_t free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    CHECK(bind(fd, (struct sockaddr *)&address, sizeof address) == 0);
    getsockname(fd, (struct sockaddr *)&address, &length);
    close(fd);
    return ntohs(address.sin_port);
}

static bool bind_start(Bind *bind, Bench *bench)
{
    char *text, *conf;
    int tries = 0;

    memset(bind, 0, sizeof *bind);
    snprintf(bind->folder, sizeof bind->folder, "/tmp/dns-test-XXXXXX");
    CHECK(mkdtemp(bind->folder) != NULL);
    bind->address = (DnsServerAddress){.ip = "127.0.0.1", .port = free_port()};
    text = memory_format(CONF, bind->folder, (unsigned)bind->address.port, bind->folder,
                         bind->folder, bind->folder);
    bind_put(bind, "named.conf", text);
    free(text);
    text = zone_text();
    bind_put(bind, "zone", text);
    free(text);
    bind_put(bind, "good.key", GOOD_KEY);
    bind_put(bind, "other.key", OTHER_KEY);
    bind_put(bind, "long.key", LONG_KEY);
    bind_read_key(bind, "good.key", &bind->good);
    bind_read_key(bind, "other.key", &bind->other);
    bind_read_key(bind, "long.key", &bind->longer);
    conf = bind_path(bind, "named.conf");
    bind->pid = fork();
    if (bind->pid == 0) {
        execl(NAMED, NAMED, "-f", "-n", "1", "-c", conf, "-L", "/dev/null", (char *)NULL);
        _exit(127);
    }
    free(conf);
    while (!answers_soa(bench, bind) && ++tries < 10)
        loop_wait(bench->loop, 200, NULL);
    return CHECK(tries < 10);
}

static void bind_stop(Bind *bind)
{
    static const char *const FILES[] = {"named.conf",        "zone",
                                        "zone.jnl",          "good.key",
                                        "other.key",         "long.key",
                                        "managed-keys.bind", "managed-keys.bind.jnl"};

    kill(bind->pid, SIGKILL);
    waitpid(bind->pid, NULL, 0);
    for (size_t i = 0; i < TEST_COUNT(FILES); i++) {
        char *path = bind_path(bind, FILES[i]);

        unlink(path);
        free(path);
    }
    CHECK(rmdir(bind->folder) == 0);
    dns_key_release(&bind->good);
    dns_key_release(&bind->other);
    dns_key_release(&bind->longer);
}

static bool has_bind(void)
{
    if (access(NAMED, X_OK) == 0)
        return true;
    printf("    skip: %s is not installed\n", NAMED);
    return false;
}

static const struct {
    const char *name, *asked;
    DnsRecordType type;
    bool exists, is_nxdomain;
    size_t count;
    const char *first, *cname;
    uint32_t ttl_s;
} QUESTIONS[] = {
    {"address",         "mp2.tsb.example.com",    DNS_RECORD_A,     true,  false, 1,  "192.0.2.9",           "",                60},
    {"final dot, case", "MP2.tsb.example.com.",   DNS_RECORD_A,     true,  false, 1,  "192.0.2.9",           "",                60},
    {"IPv6",            "mp1.tsb.example.com",    DNS_RECORD_AAAA,  true,  false, 1,  "2001:db8::1",         "",                60},
    {"through a CNAME", "active.tsb.example.com", DNS_RECORD_A,     true,  false, 2,  NULL,
     "mp1.tsb.example.com",                                                                                                     30},
    {"the CNAME",       "active.tsb.example.com", DNS_RECORD_CNAME, true,  false, 1,  "mp1.tsb.example.com",
     "mp1.tsb.example.com",                                                                                                     30},
    {"no such type",    "mp2.tsb.example.com",    DNS_RECORD_AAAA,  false, false, 0,  NULL,                  "",                0 },
    {"no such name",    "mp3.tsb.example.com",    DNS_RECORD_A,     false, true,  0,  NULL,                  "",                0 },
    {"dangling",        "lost.tsb.example.com",   DNS_RECORD_A,     false, false, 0,  NULL,
     "nowhere.tsb.example.com",                                                                                                 30},
    {"out of zone",     "away.tsb.example.com",   DNS_RECORD_A,     false, false, 0,  NULL,                  "www.example.net",
     60                                                                                                                           },
    {"text",            "note.tsb.example.com",   DNS_RECORD_TXT,   true,  false, 1,  "two words",           "",                60},
    {"name server",     "tsb.example.com",        DNS_RECORD_NS,    true,  false, 1,  "ns1.tsb.example.com", "",
     60                                                                                                                           },
    {"by TCP",          "big.tsb.example.com",    DNS_RECORD_TXT,   true,  false, 16, NULL,                  "",                60},
    {"many by TCP",     "many.tsb.example.com",   DNS_RECORD_A,     true,  false, 16, NULL,                  "",                60},
};

static void test_asks(void)
{
    Bench bench;
    Bind bind;
    DnsAnswer answer;
    Error err;

    if (!has_bind())
        return;
    bench_open(&bench);
    if (bind_start(&bind, &bench)) {
        for (size_t i = 0; i < TEST_COUNT(QUESTIONS); i++) {
            const char *name = QUESTIONS[i].name;

            CHECK_CASE(name, dns_ask(bench.client, &bind.address, QUESTIONS[i].asked,
                                     QUESTIONS[i].type, &answer, &err));
            CHECK_CASE(name, answer.exists == QUESTIONS[i].exists);
            CHECK_CASE(name, answer.is_nxdomain == QUESTIONS[i].is_nxdomain);
            CHECK_CASE(name, answer.count == QUESTIONS[i].count);
            CHECK_CASE(name, answer.is_authoritative);
            CHECK_CASE(name, answer.ttl_s == QUESTIONS[i].ttl_s);
            CHECK_CASE(name, strcmp(answer.cname, QUESTIONS[i].cname) == 0);
            if (QUESTIONS[i].first != NULL)
                CHECK_CASE(name, strcmp(answer.values[0], QUESTIONS[i].first) == 0);
        }
        CHECK(
            dns_ask(bench.client, &bind.address, "tsb.example.com", DNS_RECORD_SOA, &answer, NULL));
        CHECK_INTEGER(answer.serial, 7);
        CHECK(!dns_ask(bench.client, &bind.address, "example.net", DNS_RECORD_A, &answer, &err));
        CHECK_INTEGER(err.code, ERR_DENIED);
        CHECK(strstr(err.message, "A example.net at 127.0.0.1:") != NULL);
    }
    bind_stop(&bind);
    bench_close(&bench);
}

static DnsAnswer look(Bench *bench, const Bind *bind, const char *name, DnsRecordType type)
{
    DnsAnswer answer;

    CHECK(dns_ask(bench->client, &bind->address, name, type, &answer, NULL));
    return answer;
}

/* NOLINTNEXTLINE(readability-function-size): one story, told to one server */
static void test_changes(void)
{
    static const char NAME[] = "active.tsb.example.com";
    Bench bench;
    Bind bind;
    DnsAnswer before, after, none;
    DnsChange change = {.zone = "tsb.example.com",
                        .name = NAME,
                        .type = DNS_RECORD_CNAME,
                        .value = "mp2.tsb.example.com",
                        .ttl_s = 20,
                        .expected = &before};
    Error err = {0};

    if (!has_bind())
        return;
    bench_open(&bench);
    if (bind_start(&bind, &bench)) {
        before = look(&bench, &bind, NAME, DNS_RECORD_A);
        CHECK(dns_change(bench.client, &bind.address, &bind.good, &change, &err));
        CHECK_TEXT(err.message, "");
        after = look(&bench, &bind, NAME, DNS_RECORD_CNAME);
        CHECK_TEXT(after.cname, "mp2.tsb.example.com");
        CHECK_INTEGER(after.ttl_s, 20);
        CHECK_INTEGER(look(&bench, &bind, "tsb.example.com", DNS_RECORD_SOA).serial, 8);

        /* What was seen before is no longer there. */
        CHECK(!dns_change(bench.client, &bind.address, &bind.good, &change, &err));
        CHECK_INTEGER(err.code, ERR_CONFLICT);

        /* An alias becomes an address and the other way round, with the longer key. */
        change.expected = &after;
        change.type = DNS_RECORD_A;
        change.value = "192.0.2.55";
        CHECK(dns_change(bench.client, &bind.address, &bind.longer, &change, &err));
        before = look(&bench, &bind, NAME, DNS_RECORD_A);
        CHECK_TEXT(before.cname, "");
        CHECK_TEXT(before.values[0], "192.0.2.55");
        change.expected = &before;
        change.type = DNS_RECORD_CNAME;
        change.value = "mp1.tsb.example.com.";
        CHECK(dns_change(bench.client, &bind.address, &bind.good, &change, &err));
        CHECK_TEXT(look(&bench, &bind, NAME, DNS_RECORD_A).cname, "mp1.tsb.example.com");

        /* A new name, which must not be there; the second time it is. */
        none = look(&bench, &bind, "new.tsb.example.com", DNS_RECORD_A);
        CHECK(none.is_nxdomain);
        change.name = "new.tsb.example.com";
        change.expected = &none;
        CHECK(dns_change(bench.client, &bind.address, &bind.good, &change, &err));
        CHECK(!dns_change(bench.client, &bind.address, &bind.good, &change, &err));
        CHECK_INTEGER(err.code, ERR_CONFLICT);

        /* A name with other records and no alias: not what we saw once an alias is there. */
        none = look(&bench, &bind, "note.tsb.example.com", DNS_RECORD_A);
        CHECK(!none.exists && !none.is_nxdomain);
        change.name = "note.tsb.example.com";
        change.type = DNS_RECORD_A;
        change.value = "192.0.2.56";
        CHECK(dns_change(bench.client, &bind.address, &bind.good, &change, &err));
        CHECK(!dns_change(bench.client, &bind.address, &bind.good, &change, &err));
        CHECK_INTEGER(err.code, ERR_CONFLICT);

        /* Whatever it is. */
        change.expected = NULL;
        CHECK(dns_change(bench.client, &bind.address, &bind.good, &change, &err));
    }
    bind_stop(&bind);
    bench_close(&bench);
}

static void test_changes_refused(void)
{
    Bench bench;
    Bind bind;
    char *secret;
    DnsTsigKey unknown;
    DnsChange change = {.zone = "tsb.example.com",
                        .name = "fixed.tsb.example.com",
                        .type = DNS_RECORD_A,
                        .value = "192.0.2.8",
                        .ttl_s = 60};
    Error err;

    if (!has_bind())
        return;
    bench_open(&bench);
    if (bind_start(&bind, &bench)) {
        CHECK(!dns_change(bench.client, &bind.address, &bind.other, &change, &err));
        CHECK_INTEGER(err.code, ERR_DENIED);
        CHECK(strstr(err.message, "does not let this key") != NULL);
        CHECK(!dns_change(bench.client, &bind.address, NULL, &change, &err));
        CHECK_INTEGER(err.code, ERR_DENIED);

        unknown = bind.good;
        snprintf(unknown.name, sizeof unknown.name, "stranger");
        CHECK(!dns_change(bench.client, &bind.address, &unknown, &change, &err));
        CHECK_INTEGER(err.code, ERR_DENIED);
        CHECK(strstr(err.message, "knows no key \"stranger\"") != NULL);

        secret = bind.good.secret;
        bind.good.secret = bind.other.secret;
        CHECK(!dns_change(bench.client, &bind.address, &bind.good, &change, &err));
        CHECK_INTEGER(err.code, ERR_DENIED);
        CHECK(strstr(err.message, "the secret of key \"good\" is not the server's") != NULL);
        CHECK(strstr(err.message, bind.other.secret) == NULL);
        bind.good.secret = secret;

        change.name = "mp1.example.net";
        CHECK(!dns_change(bench.client, &bind.address, &bind.good, &change, &err));
        CHECK_INTEGER(err.code, ERR_INVALID);
        change.zone = "example.net";
        CHECK(!dns_change(bench.client, &bind.address, &bind.good, &change, &err));
        CHECK_INTEGER(err.code, ERR_DENIED);
        change.value = "mp1";
        CHECK(!dns_change(bench.client, &bind.address, &bind.good, &change, &err));
        CHECK_INTEGER(err.code, ERR_INPUT);
        CHECK_TEXT(look(&bench, &bind, "fixed.tsb.example.com", DNS_RECORD_A).values[0],
                   "192.0.2.7");
    }
    bind_stop(&bind);
    bench_close(&bench);
}

/* ---- a server that is none -------------------------------------------------------------------- */

typedef void Forge(Buffer *answer,
                   size_t number); /* answer: the question, to be changed; empty: say nothing */

typedef struct {
    uv_poll_t poll;
    int fd;
    Forge *forge;
    size_t heard;
    DnsServerAddress address;
} Impostor;

static void on_question(uv_poll_t *poll, int status, int events)
{
    Impostor *impostor = poll->data;
    struct sockaddr_in peer;
    socklen_t length = sizeof peer;
    char bytes[1024];
    ssize_t got = recvfrom(impostor->fd, bytes, sizeof bytes, 0, (struct sockaddr *)&peer, &length);
    Buffer answer = {0};

    (void)status;
    (void)events;
    if (got <= 0)
        return;
    for (int part = 0; part < 2; part++) { /* a script may answer each question twice */
        buffer_clear(&answer);
        buffer_add(&answer, bytes, (size_t)got);
        impostor->forge(&answer, impostor->heard * 2 + (size_t)part);
        if (answer.length > 0)
            sendto(impostor->fd, answer.data, answer.length, 0, (struct sockaddr *)&peer, length);
    }
    impostor->heard++;
    buffer_release(&answer);
}

static void impostor_start(Impostor *impostor, Loop *loop, Forge *forge)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;

    memset(impostor, 0, sizeof *impostor);
    impostor->forge = forge;
    impostor->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    CHECK(bind(impostor->fd, (struct sockaddr *)&address, sizeof address) == 0);
    getsockname(impostor->fd, (struct sockaddr *)&address, &length);
    impostor->address = (DnsServerAddress){.ip = "127.0.0.1", .port = ntohs(address.sin_port)};
    uv_poll_init(loop_uv(loop), &impostor->poll, impostor->fd);
    impostor->poll.data = impostor;
    uv_poll_start(&impostor->poll, UV_READABLE, on_question);
}

static void impostor_stop(Impostor *impostor)
{
    uv_close((uv_handle_t *)&impostor->poll, NULL);
    close(impostor->fd);
}

/* Makes the question its own answer: one A record, 192.0.2.66. */
static void affirm(Buffer *answer)
{
    static const char RECORD[] = "\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00\x02\x42";

    answer->data[2] |= (char)0x84;
    answer->data[7] = 1;
    buffer_add(answer, RECORD, sizeof RECORD - 1);
}

static void forge_id_first(Buffer *answer, size_t number)
{
    affirm(answer);
    if (number == 0) {
        answer->data[0] ^= 0x55;
        answer->data[answer->length - 1] = 0x13;
    }
}

static void forge_question_first(Buffer *answer, size_t number)
{
    affirm(answer);
    if (number == 0)
        answer->data[13] ^= 0x01; /* another name */
}

static void forge_garbage_first(Buffer *answer, size_t number)
{
    affirm(answer);
    if (number == 0) {
        answer->data[7] = 100; /* says 100 records, holds one */
    }
}

static void forge_stub_first(Buffer *answer, size_t number)
{
    affirm(answer);
    if (number == 0)
        answer->length = 5;
}

static void forge_echo_first(Buffer *answer, size_t number)
{
    if (number != 0)
        affirm(answer);
}

static void forge_third_try(Buffer *answer, size_t number)
{
    affirm(answer);
    if (number < 4)
        buffer_clear(answer);
}

static const struct {
    const char *name;
    Forge *forge;
    size_t heard;
} FORGERIES[] = {
    {"another id",            forge_id_first,       1},
    {"another question",      forge_question_first, 1},
    {"more than it holds",    forge_garbage_first,  1},
    {"five bytes",            forge_stub_first,     1},
    {"the question again",    forge_echo_first,     1},
    {"answers the third try", forge_third_try,      3},
};

static void test_forgeries_are_not_heard(void)
{
    for (size_t i = 0; i < TEST_COUNT(FORGERIES); i++) {
        Bench bench;
        Impostor impostor;
        DnsAnswer answer;

        bench_open(&bench);
        impostor_start(&impostor, bench.loop, FORGERIES[i].forge);
        CHECK_CASE(FORGERIES[i].name, dns_ask(bench.client, &impostor.address, "a.example.com",
                                              DNS_RECORD_A, &answer, NULL));
        CHECK_CASE(FORGERIES[i].name, strcmp(answer.values[0], "192.0.2.66") == 0);
        CHECK_CASE(FORGERIES[i].name, impostor.heard == FORGERIES[i].heard);
        impostor_stop(&impostor);
        bench_close(&bench);
    }
}

static void forge_truncated_answer(Buffer *answer, size_t number)
{
    affirm(answer);
    answer->length -= 8 + number % 2; /* somewhere in the record */
    answer->data[2] |= 0x02;
}

static void forge_silence(Buffer *answer, size_t number)
{
    (void)number;
    buffer_clear(answer);
}

/* Says that it was done, without the signature that only the server can make. */
static void forge_done(Buffer *answer, size_t number)
{
    (void)number;
    answer->length = 12;
    answer->data[2] = (char)0xa8;
    memset(answer->data + 4, 0, 8);
}

/* TC, and cut in the middle of the zone's name: by TCP there would be more, if a question had been asked. */
static void forge_truncated(Buffer *answer, size_t number)
{
    (void)number;
    answer->length = 15;
    answer->data[2] = (char)0xaa;
}

static void test_updates_in_doubt(void)
{
    static const struct {
        const char *name;
        Forge *forge;
        const char *words;
    } cases[] = {
        {"silence",   forge_silence,   "it may have been done"           },
        {"unsigned",  forge_done,      "signature"                       },
        {"truncated", forge_truncated, "truncated; it may have been done"},
    };

    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        Bench bench;
        Impostor impostor;
        char secret[] = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=";
        DnsTsigKey key = {.name = "k", .algorithm = "hmac-sha256", .secret = secret};
        DnsChange change = {.zone = "example.com",
                            .name = "a.example.com",
                            .type = DNS_RECORD_A,
                            .value = "192.0.2.8"};
        Error err = {0};

        bench_open(&bench);
        impostor_start(&impostor, bench.loop, cases[i].forge);
        CHECK_CASE(cases[i].name,
                   !dns_change(bench.client, &impostor.address, &key, &change, &err));
        CHECK_CASE(cases[i].name, err.code == ERR_AMBIGUOUS);
        CHECK_CASE(cases[i].name, strstr(err.message, cases[i].words) != NULL);
        CHECK_CASE(cases[i].name, impostor.heard == 1);
        impostor_stop(&impostor);
        bench_close(&bench);
    }
}

/* A truncated answer is fetched by TCP, wherever it breaks off; here nobody takes the call. */
static void test_truncated_answers(void)
{
    Bench bench;
    Impostor impostor;
    DnsAnswer answer;
    Error err;

    bench_open(&bench);
    impostor_start(&impostor, bench.loop, forge_truncated_answer);
    CHECK(!dns_ask(bench.client, &impostor.address, "a.example.com", DNS_RECORD_A, &answer, &err));
    CHECK_INTEGER(err.code, ERR_UNAVAILABLE);
    CHECK(strstr(err.message, strerror(ECONNREFUSED)) != NULL);
    CHECK_INTEGER(impostor.heard, 3);
    impostor_stop(&impostor);
    bench_close(&bench);
}

static void test_nobody_listens(void)
{
    Bench bench;
    DnsServerAddress nobody = {.ip = "127.0.0.1", .port = free_port()};
    DnsAnswer answer;
    DnsChange change = {.zone = "example.com",
                        .name = "a.example.com",
                        .type = DNS_RECORD_A,
                        .value = "192.0.2.8"};
    Error err;
    int64_t before = clock_mono_ms();

    bench_open(&bench);
    CHECK(!dns_ask(bench.client, &nobody, "a.example.com", DNS_RECORD_A, &answer, &err));
    CHECK_INTEGER(err.code, ERR_UNAVAILABLE);
    CHECK(strstr(err.message, "Connection refused") != NULL);
    CHECK(clock_mono_ms() - before < 3000);
    CHECK(!dns_change(bench.client, &nobody, NULL, &change, &err));
    CHECK_INTEGER(err.code, ERR_UNAVAILABLE);
    CHECK(!dns_ask(bench.client, &nobody, "no..name", DNS_RECORD_A, &answer, &err));
    CHECK_INTEGER(err.code, ERR_INPUT);
    bench_close(&bench);
}

static void test_many_at_once(void)
{
    enum { VIEWS = 20 };
    DnsView *views = memory_new(VIEWS, sizeof *views);
    DnsServerAddress nobody = {.ip = "127.0.0.1", .port = free_port()};
    Bench bench;
    Impostor impostor;

    bench_open(&bench);
    impostor_start(&impostor, bench.loop, forge_id_first);
    for (size_t i = 0; i < VIEWS; i++)
        views[i].server = i == 3 ? nobody : impostor.address;
    dns_ask_all(bench.client, views, VIEWS, "a.example.com", DNS_RECORD_A, 4);
    for (size_t i = 0; i < VIEWS; i++)
        CHECK_INTEGER(views[i].error.code, i == 3 ? ERR_UNAVAILABLE : ERR_NONE);
    impostor_stop(&impostor);
    free(views);
    bench_close(&bench);
}

/* ---- texts ------------------------------------------------------------------------------------ */

static const struct {
    const char *text, *ip;
    uint16_t port; /* 0: refused */
} ADDRESSES[] = {
    {"127.0.0.53:5300",  "127.0.0.53",  5300},
    {"127.0.0.53",       "127.0.0.53",  53  },
    {"[::1]:5353",       "::1",         5353},
    {"[::1]",            "::1",         53  },
    {"2001:db8::1",      "2001:db8::1", 53  },
    {"ns1.example.com",  NULL,          0   },
    {"127.0.0.53:0",     NULL,          0   },
    {"127.0.0.53:65536", NULL,          0   },
    {"127.0.0.53:",      NULL,          0   },
    {"[::1",             NULL,          0   },
    {"[::1]5353",        NULL,          0   },
    {"",                 NULL,          0   },
    {"127.0.0.53:53 ",   NULL,          0   },
};

static void test_addresses(void)
{
    for (size_t i = 0; i < TEST_COUNT(ADDRESSES); i++) {
        DnsServerAddress address = {.port = 0};
        Error err;
        bool ok = dns_address_parse(ADDRESSES[i].text, &address, &err);

        CHECK_CASE(ADDRESSES[i].text, ok == (ADDRESSES[i].port != 0));
        CHECK_CASE(ADDRESSES[i].text, address.port == ADDRESSES[i].port);
        if (ok)
            CHECK_CASE(ADDRESSES[i].text, strcmp(address.ip, ADDRESSES[i].ip) == 0);
        else
            CHECK_CASE(ADDRESSES[i].text, err.code == ERR_INPUT);
    }
}

static const struct {
    const char *name, *text;
    const char *words; /* of the error; NULL: it is fine */
} KEYS[] = {
    {"tsig-keygen",   "key \"Ops-Key.\" {\n\talgorithm hmac-sha256;\n\tsecret \"czNjcjN0\";\n};\n",
     NULL                                                                                                                       },
    {"with comments",
     "// a\n/* b */ key ops-key { # c\n secret czNjcjN0; algorithm hmac-sha512; };",                NULL                        },
    {"weak",          "key k { algorithm hmac-md5; secret czNjcjN0; };",                            "\"hmac-md5\" is not"       },
    {"no algorithm",  "key k { secret czNjcjN0; };",                                                "tsig-keygen -a hmac-sha256"},
    {"no secret",     "key k { algorithm hmac-sha256; };",                                          "missing or not base64"     },
    {"bad secret",    "key k { algorithm hmac-sha256; secret s3cr3t!; };",                          "missing or not base64"     },
    {"cut off",       "key k { algorithm hmac-sha256; secret czNjcjN0",                             "what tsig-keygen writes"   },
    {"empty",         "",                                                                           "what tsig-keygen writes"   },
    {"a zone",        "zone z { };",                                                                "what tsig-keygen writes"   },
};

static void test_keys(void)
{
    char path[] = "/tmp/dns-key-test-XXXXXX";
    DnsTsigKey key;
    Error err;

    close(mkstemp(path));
    for (size_t i = 0; i < TEST_COUNT(KEYS); i++) {
        bool ok;

        CHECK(file_write(path, KEYS[i].text, strlen(KEYS[i].text), 0600, NULL));
        err.code = ERR_NONE;
        ok = dns_key_read(path, &key, &err);
        CHECK_CASE(KEYS[i].name, ok == (KEYS[i].words == NULL));
        if (ok) {
            CHECK_CASE(KEYS[i].name, strcmp(key.name, "ops-key") == 0);
            CHECK_CASE(KEYS[i].name, strcmp(key.secret, "czNjcjN0") == 0);
            dns_key_release(&key);
        } else {
            CHECK_CASE(KEYS[i].name, err.code == ERR_INPUT);
            CHECK_CASE(KEYS[i].name, strstr(err.message, KEYS[i].words) != NULL);
            CHECK_CASE(KEYS[i].name, strstr(err.message, "s3cr3t") == NULL);
        }
    }
    unlink(path);
    CHECK(!dns_key_read("/nowhere/key", &key, &err));
    CHECK_INTEGER(err.code, ERR_IO);
}

TEST_SUITE("engine/clients/dns", {"asks", test_asks}, {"changes", test_changes},
           {"changes refused", test_changes_refused},
           {"forgeries are not heard", test_forgeries_are_not_heard},
           {"updates in doubt", test_updates_in_doubt},
           {"truncated answers", test_truncated_answers}, {"nobody listens", test_nobody_listens},
           {"many at once", test_many_at_once}, {"addresses", test_addresses}, {"keys", test_keys});
