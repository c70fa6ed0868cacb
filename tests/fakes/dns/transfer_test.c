/*
 * tests/fakes/dns/transfer_test.c - zones given away whole or step by step, and taken over at the other end.
 */
#include <string.h>

#include "fakes/dns/data.h"
#include "fakes/dns/exchange.h"
#include "tests/test.h"

enum { HISTORY = 3 };

typedef struct {
    DnsZone *zone;
    DnsServer *server;
    Arena arena;
    DnsMessage all; /* all answer records of all messages */
    int messages, rcode;
} Stage;

static DnsZone *new_zone(void)
{
    return dns_zone_new(&(DnsZoneOptions){.apex = "z.",
                                          .primary = "ns.y.",
                                          .serial = 1,
                                          .negative_ttl_s = 60,
                                          .ttl_s = 300});
}

static void stage_open(Stage *stage)
{
    *stage = (Stage){.zone = new_zone()};
    stage->server = dns_server_new(&(DnsServerOptions){.site = "dns"});
    dns_server_add_zone(stage->server, stage->zone);
    dns_zone_add(stage->zone, "tsb.z", DNS_CNAME, "mp1.z", 30, NULL);
    dns_zone_keep_history(stage->zone, HISTORY);
}

static void stage_close(Stage *stage)
{
    dns_server_free(stage->server);
    dns_zone_free(stage->zone);
    arena_release(&stage->arena);
}

static void take_message(Stage *stage, const char *bytes, size_t length)
{
    DnsMessage message;
    const char *kept = arena_text_of(&stage->arena, bytes, length);

    CHECK(dns_parse(&stage->arena, kept, length, &message, NULL));
    stage->messages++;
    stage->rcode = message.rcode;
    for (size_t i = 0; i < message.sections[DNS_ANSWER].count; i++)
        dns_add(&stage->arena, &stage->all, DNS_ANSWER, &message.sections[DNS_ANSWER].records[i]);
}

/* serial 0: asks for the whole zone. */
static void ask(Stage *stage, uint32_t serial, bool is_tcp)
{
    DnsRecord question = {.name = "z.", .type = serial > 0 ? DNS_IXFR : DNS_AXFR, .class = DNS_IN};
    DnsRecord soa = {.name = "z.", .class = DNS_IN};
    DnsMessage message = {.id = 7};
    Buffer bytes = {0};
    DnsArrival arrival = {.is_tcp = is_tcp, .ip = 0x7f000001};
    DnsAnswer answer;

    dns_data_parse(&stage->arena, DNS_SOA, arena_format(&stage->arena, ". . %u 0 0 0 0", serial),
                   &soa, NULL);
    dns_add(&stage->arena, &message, DNS_QUESTION, &question);
    if (serial > 0)
        dns_add(&stage->arena, &message, DNS_AUTHORITY, &soa);
    dns_encode(&message, 0, &bytes);
    arrival.bytes = (const uint8_t *)bytes.data;
    arrival.length = bytes.length;
    dns_exchange(stage->server, &arrival, &answer);
    stage->all = (DnsMessage){0};
    stage->messages = 0;
    for (size_t at = 0; answer.is_framed && at < answer.bytes.length;) {
        size_t size = dns_read_u16((const uint8_t *)answer.bytes.data + at);

        take_message(stage, answer.bytes.data + at + 2, size);
        at += 2 + size;
    }
    if (!answer.is_framed)
        take_message(stage, answer.bytes.data, answer.bytes.length);
    buffer_release(&bytes);
    buffer_release(&answer.bytes);
}

static size_t count(const Stage *stage)
{
    return stage->all.sections[DNS_ANSWER].count;
}

static bool take_over(const Stage *stage, DnsZone *copy)
{
    return dns_zone_take_over(copy, stage->all.sections[DNS_ANSWER].records, count(stage));
}

static void test_who_may(void)
{
    Stage stage;

    stage_open(&stage);
    ask(&stage, 0, true);
    CHECK_INTEGER(stage.rcode, DNS_REFUSED);
    dns_server_allow_transfer(stage.server, "127.0.0.2", NULL);
    dns_server_allow_transfer(stage.server, NULL, "k");
    ask(&stage, 0, true);
    CHECK_INTEGER(stage.rcode, DNS_REFUSED);
    dns_server_allow_transfer(stage.server, "127.0.0.1", NULL);
    ask(&stage, 0, true);
    CHECK_INTEGER(stage.rcode, DNS_NOERROR);
    CHECK_INTEGER(count(&stage), 4);
    ask(&stage, 0, false);
    CHECK_INTEGER(stage.rcode, DNS_FORMERR);
    stage_close(&stage);
}

static void test_whole(void)
{
    Stage stage;
    DnsZone *copy = new_zone();

    stage_open(&stage);
    dns_server_allow_transfer(stage.server, NULL, NULL);
    for (int i = 0; i < 1000; i++)
        dns_zone_add(stage.zone, arena_format(&stage.arena, "host%d.z", i), DNS_A, "192.0.2.1", 5,
                     NULL);
    ask(&stage, 0, true);
    CHECK(stage.messages > 1);
    CHECK_INTEGER(count(&stage), 1004);
    CHECK(take_over(&stage, copy));
    CHECK_INTEGER(dns_zone_serial(copy), dns_zone_serial(stage.zone));
    CHECK(dns_zone_find(copy, "host999.z", DNS_A) != NULL);
    CHECK(!dns_zone_take_over(copy, stage.all.sections[DNS_ANSWER].records, count(&stage) - 1));
    stage_close(&stage);
    dns_zone_free(copy);
}

static void test_steps(void)
{
    Stage stage;
    DnsZone *copy = new_zone();
    uint32_t start;

    stage_open(&stage);
    dns_server_allow_transfer(stage.server, NULL, NULL);
    ask(&stage, 0, true);
    CHECK(take_over(&stage, copy));
    start = dns_zone_serial(copy);
    dns_zone_point(stage.zone, "tsb.z", DNS_CNAME, "mp2.z", 30, NULL);
    dns_zone_add(stage.zone, "new.z", DNS_A, "192.0.2.1", 5, NULL);
    ask(&stage, start, true);
    CHECK_INTEGER(count(&stage), 9); /* SOA; SOA - SOA +; SOA, SOA +; SOA */
    CHECK(take_over(&stage, copy));
    CHECK_INTEGER(dns_zone_serial(copy), start + 2);
    CHECK_TEXT(dns_data_text(&stage.arena, dns_zone_find(copy, "tsb.z", DNS_CNAME)), "mp2.z.");
    CHECK(!take_over(&stage, copy)); /* those steps start elsewhere now */
    ask(&stage, start + 2, true);
    CHECK_INTEGER(count(&stage), 1);
    ask(&stage, start, false);
    CHECK_INTEGER(count(&stage), 1);
    dns_zone_remove(stage.zone, "new.z", DNS_ANY);
    dns_zone_remove(stage.zone, "tsb.z", DNS_ANY);
    ask(&stage, start, true); /* older than the history goes back: everything */
    CHECK_INTEGER(count(&stage), 3);
    CHECK(take_over(&stage, copy));
    CHECK(dns_zone_find(copy, "tsb.z", DNS_CNAME) == NULL);
    stage_close(&stage);
    dns_zone_free(copy);
}

TEST_SUITE("fakes/dns/transfer", {"who may have a zone", test_who_may},
           {"a whole zone", test_whole}, {"the steps from a serial", test_steps});
