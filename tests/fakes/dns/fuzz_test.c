/*
 * tests/fakes/dns/fuzz_test.c - any bytes: mutated, cut at every length, and one at a time; read or refused, answered or not, never worse.
 *
 * The mutations are the seed's, the same each time. `make fuzz` looks for more, from tests/fuzz.
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "fakes/dns/connection.h"
#include "tests/fakes/dns/any_bytes.h"
#include "tests/mutations.h"
#include "tests/test.h"

enum { MUTATIONS = 20000, ZONE_MUTATIONS = 5000, MESSAGES_MAX = 64, MESSAGE_MAX = 1024 };

typedef struct {
    uint8_t bytes[MESSAGES_MAX][MESSAGE_MAX];
    size_t lengths[MESSAGES_MAX];
    size_t count;
} Corpus;

static void add_hex(Corpus *corpus, const char *hex)
{
    size_t length = strlen(hex) / 2;

    if (!CHECK(corpus->count < MESSAGES_MAX && length <= MESSAGE_MAX / 2))
        return;
    for (size_t i = 0; i < length; i++) {
        char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};

        corpus->bytes[corpus->count][i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    corpus->lengths[corpus->count++] = length;
}

/* Recorded updates and their answers, a query with everything that dig puts in one, and a notice. */
static Corpus *corpus_new(void)
{
    Corpus *corpus = MEMORY_NEW(Corpus);
    char *text = NULL;
    size_t length;
    cJSON *json = NULL;
    const cJSON *exchange;

    CHECK(file_read("tests/fakes/dns/data/nsupdate_bind.json", &text, &length, NULL));
    CHECK(text != NULL && json_parse(text, length, &json, NULL));
    cJSON_ArrayForEach(exchange, json_find(json, "exchanges"))
    {
        add_hex(corpus, json_string(exchange, "request"));
        add_hex(corpus, json_string(exchange, "reply"));
    }
    add_hex(corpus, "000701200001000000000001"
                    "0661637469766503747362076578616d706c6503636f6d0000010001"
                    "0000291000000080000014000a0008aabbccddeeff001100640004deadbeef");
    add_hex(corpus, "000724000001000000000000"
                    "03747362076578616d706c6503636f6d0000060001");
    cJSON_Delete(json);
    free(text);
    return corpus;
}

static bool holds(const char *wrong)
{
    if (wrong != NULL)
        fprintf(stderr, "does not hold: %s\n", wrong);
    return CHECK(wrong == NULL);
}

/* ---- messages --------------------------------------------------------------------------------- */

static void test_mutations(void)
{
    Corpus *corpus = corpus_new();
    AnyServer any;
    Random random;
    bool ok = true;

    any_server_init(&any, "understudy.");
    random_init(&random, 1, "dns-fuzz");
    for (int i = 0; i < MUTATIONS && ok; i++) {
        size_t pick = random_below(&random, corpus->count), length = corpus->lengths[pick];
        uint8_t bytes[MESSAGE_MAX];

        memcpy(bytes, corpus->bytes[pick], length);
        for (uint64_t times = random_below(&random, 4); times-- > 0;)
            mutate_bytes(&random, bytes, &length);
        ok = holds(any_message(&any, bytes, length));
    }
    any_server_release(&any);
    free(corpus);
}

static void test_every_length(void)
{
    Corpus *corpus = corpus_new();
    AnyServer any;
    bool ok = true;

    any_server_init(&any, "understudy.");
    for (size_t i = 0; i < corpus->count; i++) {
        for (size_t length = 0; length <= corpus->lengths[i] && ok; length++)
            ok = holds(any_message(&any, corpus->bytes[i], length));
    }
    any_server_release(&any);
    free(corpus);
}

/* ---- streams ---------------------------------------------------------------------------------- */

/* All that the server says to the corpus over TCP, sent in pieces of that size. */
static void converse(const Corpus *corpus, size_t piece, Buffer *out_heard)
{
    Loop *loop = loop_new();
    DnsZone *zone = dns_zone_new(&(DnsZoneOptions){.apex = "tsb.example.com", .primary = "ns1.y."});
    DnsServer *server = dns_server_new(&(DnsServerOptions){.loop = loop, .site = "dns"});
    Buffer said = {0};
    char bytes[4096];
    int ends[2];

    dns_server_add_zone(server, zone);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    dns_connection_open(server, ends[1]);
    for (size_t i = 0; i < corpus->count; i++) {
        buffer_add_u16(&said, (uint16_t)corpus->lengths[i]);
        buffer_add(&said, corpus->bytes[i], corpus->lengths[i]);
    }
    for (size_t at = 0; at < said.length; at += piece) {
        size_t size = said.length - at < piece ? said.length - at : piece;

        CHECK(send(ends[0], said.data + at, size, MSG_NOSIGNAL) == (ssize_t)size);
        loop_wait(loop, 0, NULL);
        for (ssize_t got; (got = recv(ends[0], bytes, sizeof bytes, MSG_DONTWAIT)) > 0;)
            buffer_add(out_heard, bytes, (size_t)got);
    }
    for (ssize_t got; (got = recv(ends[0], bytes, sizeof bytes, MSG_DONTWAIT)) > 0;)
        buffer_add(out_heard, bytes, (size_t)got);
    close(ends[0]);
    loop_wait(loop, 0, NULL);
    dns_server_free(server);
    loop_wait(loop, 0, NULL);
    dns_zone_free(zone);
    loop_free(loop);
    buffer_release(&said);
}

/* However a stream is cut into pieces, the answers are the same. */
static void test_one_byte_at_a_time(void)
{
    static const size_t PIECES[] = {1, 2, 3, 7, 64};
    Corpus *corpus = corpus_new();
    Buffer whole = {0};

    converse(corpus, sizeof corpus->bytes, &whole);
    CHECK(whole.length > 100);
    for (size_t i = 0; i < TEST_COUNT(PIECES); i++) {
        Buffer heard = {0};

        converse(corpus, PIECES[i], &heard);
        CHECK_INTEGER(heard.length, whole.length);
        CHECK(any_same(&heard, &whole));
        buffer_release(&heard);
    }
    buffer_release(&whole);
    free(corpus);
}

/* ---- master files ----------------------------------------------------------------------------- */

static void test_master_files(void)
{
    static const char *const FILES[] = {"tests/fuzz/dns_master/all-types",
                                        "tests/fuzz/dns_master/directives"};
    Random random;
    bool ok = true;

    random_init(&random, 1, "dns-master");
    for (size_t i = 0; i < TEST_COUNT(FILES); i++) {
        char *text = NULL;
        size_t whole = 0;
        DnsZone *zone = NULL;

        if (!CHECK(file_read(FILES[i], &text, &whole, NULL)))
            continue;
        CHECK_CASE(FILES[i], dns_zone_load(text, whole, "zone", "z.", &zone, NULL));
        dns_zone_free(zone);
        for (size_t length = 0; length <= whole && ok; length++)
            ok = holds(any_master_file(text, length));
        for (int k = 0; k < ZONE_MUTATIONS && ok; k++) {
            size_t length = whole;
            uint8_t *bytes = memory_resize(NULL, whole, 1);

            memcpy(bytes, text, whole);
            for (uint64_t times = random_below(&random, 4); times-- > 0;)
                mutate_bytes(&random, bytes, &length);
            ok = holds(any_master_file((const char *)bytes, length));
            free(bytes);
        }
        free(text);
    }
}

TEST_SUITE("fakes/dns/fuzz", {"20000 mutations", test_mutations},
           {"every length", test_every_length}, {"one byte at a time", test_one_byte_at_a_time},
           {"master files", test_master_files});
