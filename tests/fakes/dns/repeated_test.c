/*
 * tests/fakes/dns/repeated_test.c - answers that are given again: the same, with the id of who asks, and never a stale one.
 */
#include <string.h>

#include "fakes/dns/server.h"
#include "tests/test.h"

typedef struct {
    DnsServer *server;
    DnsZone *zone;
    Arena arena;
    Buffer question, reply;
} Stage;

static Fault no_fault(void *self, const FaultCall *call)
{
    int *asked = self;

    (void)call;
    ++*asked;
    return (Fault){0};
}

static void stage_open(Stage *stage, const FaultPoints *faults)
{
    static const uint8_t SECRET[16] = "sixteen letters";

    *stage = (Stage){0};
    stage->zone = dns_zone_new(
        &(DnsZoneOptions){.apex = "z", .primary = "ns.z", .serial = 1, .negative_ttl_s = 60});
    dns_zone_point(stage->zone, "a.z", DNS_A, "192.0.2.1", 30, NULL);
    stage->server = dns_server_new(
        &(DnsServerOptions){.site = "dns", .cookie_secret = SECRET, .faults = faults});
    dns_server_add_zone(stage->server, stage->zone);
}

static void stage_close(Stage *stage)
{
    dns_server_free(stage->server);
    dns_zone_free(stage->zone);
    arena_release(&stage->arena);
    buffer_release(&stage->question);
    buffer_release(&stage->reply);
}

/* What the server says about a.z: "ID ADDRESS". */
static const char *ask(Stage *stage, uint16_t id, const char *name, bool is_tcp)
{
    DnsRecord question = {.name = name, .type = DNS_A, .class = DNS_IN};
    DnsMessage message = {.id = id}, seen;

    message.sections[DNS_QUESTION].records = &question;
    message.sections[DNS_QUESTION].count = 1;
    buffer_clear(&stage->question);
    dns_encode(&message, 0, &stage->question);
    dns_server_handle(stage->server, is_tcp, stage->question.data, stage->question.length,
                      &stage->reply);
    if (!dns_parse(&stage->arena, stage->reply.data, stage->reply.length, &seen, NULL))
        return "malformed";
    if (seen.sections[DNS_ANSWER].count == 0)
        return arena_format(&stage->arena, "%u %s", seen.id, dns_rcode_name(seen.rcode));
    return arena_format(&stage->arena, "%u %s", seen.id,
                        dns_data_text(&stage->arena, seen.sections[DNS_ANSWER].records));
}

static void test_again(void)
{
    Stage stage;

    stage_open(&stage, NULL);
    for (uint16_t id = 1; id < 4; id++)
        CHECK_TEXT(ask(&stage, id, "a.z.", id == 2),
                   arena_format(&stage.arena, "%u 192.0.2.1", id));
    CHECK_TEXT(ask(&stage, 4, "b.z.", false), "4 NXDOMAIN");
    stage_close(&stage);
}

static void test_never_stale(void)
{
    Stage stage;
    DnsZone *other;

    stage_open(&stage, NULL);
    CHECK_TEXT(ask(&stage, 1, "a.z.", false), "1 192.0.2.1");
    dns_zone_point(stage.zone, "a.z", DNS_A, "192.0.2.2", 30, NULL);
    CHECK_TEXT(ask(&stage, 2, "a.z.", false), "2 192.0.2.2");
    CHECK_TEXT(ask(&stage, 3, "a.y.", false), "3 REFUSED");
    other = dns_zone_new(
        &(DnsZoneOptions){.apex = "y", .primary = "ns.y", .serial = 1, .negative_ttl_s = 60});
    dns_zone_point(other, "a.y", DNS_A, "192.0.2.3", 30, NULL);
    dns_server_add_zone(stage.server, other);
    CHECK_TEXT(ask(&stage, 4, "a.y.", false), "4 192.0.2.3");
    stage_close(&stage);
    dns_zone_free(other);
}

/* A fault may strike any of them, so each is asked about. */
static void test_faults(void)
{
    int asked = 0;
    FaultPoints points = {.self = &asked, .ask = no_fault};
    Stage stage;

    stage_open(&stage, &points);
    for (uint16_t id = 1; id < 4; id++)
        ask(&stage, id, "a.z.", false);
    CHECK_INTEGER(asked, 3);
    stage_close(&stage);
}

TEST_SUITE("fakes/dns/repeated", {"the same again", test_again},
           {"never a stale one", test_never_stale}, {"not where faults are", test_faults});
