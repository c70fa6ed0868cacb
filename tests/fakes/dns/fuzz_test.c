/*
 * tests/fakes/dns/fuzz_test.c - valid messages with bytes changed, cut, doubled: read or refused, answered or not, never worse.
 *
 * The mutations are the seed's, the same each time. What is read must come out again as it went in.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/random.h"
#include "fakes/dns/server.h"
#include "tests/test.h"

enum { MUTATIONS = 20000, MESSAGES_MAX = 64, MESSAGE_MAX = 1024 };

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

/* Recorded updates and their answers, and a query with everything that dig puts in one. */
static void fill(Corpus *corpus)
{
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
    cJSON_Delete(json);
    free(text);
}

/* Changes a byte, or makes a pointer of two, or copies a piece over another, or cuts. */
static void mutate(Random *random, uint8_t *bytes, size_t *length)
{
    size_t at = random_below(random, *length), from = random_below(random, *length);
    size_t piece = random_below(random, *length - (at > from ? at : from)) + 1;

    switch (random_below(random, 5)) {
    case 0:
        bytes[at] ^= (uint8_t)(1u << random_below(random, 8));
        break;
    case 1:
        bytes[at] = (uint8_t)random_u64(random);
        break;
    case 2:
        bytes[at] = 0xc0;
        if (at + 1 < *length)
            bytes[at + 1] = (uint8_t)random_below(random, *length);
        break;
    case 3:
        memmove(bytes + at, bytes + from, piece);
        break;
    default:
        *length = at + 1;
    }
}

/* Whatever was read has one spelling: written and read again it is written the same. */
static bool is_stable(Arena *arena, const uint8_t *bytes, size_t length)
{
    DnsMessage seen, again;
    Buffer first = {0}, second = {0};
    bool ok = true;

    if (dns_parse(arena, bytes, length, &seen, NULL)) {
        dns_encode(&seen, 0, &first);
        ok = first.length > 65535 || dns_parse(arena, first.data, first.length, &again, NULL);
        if (ok && first.length <= 65535) {
            dns_encode(&again, 0, &second);
            ok =
                first.length == second.length && memcmp(first.data, second.data, first.length) == 0;
        }
    }
    buffer_release(&first);
    buffer_release(&second);
    return ok;
}

static void test_mutations(void)
{
    Corpus *corpus = calloc(1, sizeof *corpus);
    Random random;
    Arena arena = {0};
    Buffer reply = {0};
    DnsZone *zone = dns_zone_new(&(DnsZoneOptions){.apex = "tsb.example.com",
                                                   .primary = "ns1.tsb.example.com",
                                                   .negative_ttl_s = 1});
    DnsServer *server = dns_server_new(&(DnsServerOptions){.site = "dns"});

    fill(corpus);
    random_init(&random, 1, "dns-fuzz");
    dns_server_add_zone(server, zone);
    for (int i = 0; i < MUTATIONS; i++) {
        size_t pick = random_below(&random, corpus->count), length = corpus->lengths[pick];
        uint8_t *bytes = memory_resize(NULL, length, 1);
        DnsMessage seen;

        memcpy(bytes, corpus->bytes[pick], length);
        for (uint64_t times = random_below(&random, 4); times-- > 0;)
            mutate(&random, bytes, &length);
        bytes = memory_resize(bytes, length, 1);
        if (!CHECK(is_stable(&arena, bytes, length)))
            i = MUTATIONS;
        dns_server_handle(server, i % 2 == 0, bytes, length, &reply);
        CHECK(i % 2 == 0 || reply.length <= 1232);
        CHECK(reply.length == 0 || dns_parse(&arena, reply.data, reply.length, &seen, NULL));
        /* As if it had been signed: the forms of updates meet the zone too. */
        if (dns_parse(&arena, bytes, length, &seen, NULL))
            dns_zone_update(zone, &seen, true);
        free(bytes);
        arena_reset(&arena);
    }
    buffer_release(&reply);
    arena_release(&arena);
    dns_server_free(server);
    dns_zone_free(zone);
    free(corpus);
}

TEST_SUITE("fakes/dns/fuzz", {"20000 mutations", test_mutations});
