/*
 * tests/fakes/dns/route53/hosted_zone_test.c - batches: taken as a whole or not at all, listed at once, shown later.
 */
#include "fakes/dns/route53/hosted_zone.h"

#include <string.h>

#include "fakes/dns/data.h"
#include "fakes/dns/route53/answers.h"
#include "tests/test.h"

#define CHANGE(action, name, type, ttl, value)                                               \
    "<Change><Action>" action "</Action><ResourceRecordSet><Name>" name "</Name><Type>" type \
    "</Type><TTL>" ttl "</TTL><ResourceRecords><ResourceRecord><Value>" value                \
    "</Value></ResourceRecord></ResourceRecords></ResourceRecordSet></Change>"
#define BATCH(changes)                                                            \
    "<ChangeResourceRecordSetsRequest xmlns=\"x\"><ChangeBatch><Changes>" changes \
    "</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>"

typedef struct {
    Loop *loop;
    DnsZone *zone;
    HostedZone *hosted;
} Place;

static void place_open(Place *place)
{
    place->loop = loop_new();
    place->zone = dns_zone_new(&(DnsZoneOptions){.apex = "example.com.",
                                                 .primary = "ns1.example.com.",
                                                 .serial = 1,
                                                 .ttl_s = 300});
    CHECK(dns_zone_point(place->zone, "tsb.example.com.", DNS_CNAME, "mp1.example.com.", 60, NULL));
    CHECK(dns_zone_point(place->zone, "mp1.example.com.", DNS_A, "192.0.2.1", 60, NULL));
    place->hosted = hosted_zone_new(place->loop, place->zone);
}

static void place_close(Place *place)
{
    hosted_zone_free(place->hosted);
    dns_zone_free(place->zone);
    loop_free(place->loop);
}

static bool change(Place *place, const char *xml, int64_t delay_ms, char out_id[16], Error *err)
{
    Arena arena = {0};
    Route53Batch batch;
    bool ok = CHECK(route53_batch_read(&arena, xml, strlen(xml), &batch, err)) &&
              hosted_zone_change(place->hosted, &batch, delay_ms, out_id, err);

    arena_release(&arena);
    return ok;
}

static bool leads_to(const DnsZone *zone, const char *wanted)
{
    const DnsRecord *record = dns_zone_find(zone, "tsb.example.com.", DNS_CNAME);
    Arena arena = {0};
    bool ok = record != NULL && strcmp(dns_data_text(&arena, record), wanted) == 0;

    arena_release(&arena);
    return ok;
}

static const char MOVE[] =
    BATCH(CHANGE("DELETE", "tsb.example.com.", "CNAME", "60", "mp1.example.com")
              CHANGE("CREATE", "tsb.example.com", "CNAME", "30", "mp2.example.com."));

static void test_shows_later(void)
{
    Place place;
    char id[16];
    bool is_in_sync = true;

    place_open(&place);
    CHECK(change(&place, MOVE, 1, id, NULL));
    CHECK(leads_to(hosted_zone_view(place.hosted), "mp2.example.com."));
    CHECK(leads_to(place.zone, "mp1.example.com."));
    CHECK(hosted_zone_is_in_sync(place.hosted, id, &is_in_sync) && !is_in_sync);
    loop_wait(place.loop, 5, NULL);
    CHECK(hosted_zone_is_in_sync(place.hosted, id, &is_in_sync) && is_in_sync);
    CHECK(leads_to(place.zone, "mp2.example.com."));
    CHECK(!hosted_zone_is_in_sync(place.hosted, "C9", &is_in_sync));
    place_close(&place);
}

static const char
    NOT_THERE[] = BATCH(CHANGE("DELETE", "x.example.com.", "A", "60", "192.0.2.1")),
    OTHER_VALUE[] = BATCH(CHANGE("DELETE", "tsb.example.com.", "CNAME", "60", "mp3.example.com.")),
    OTHER_TTL[] = BATCH(CHANGE("DELETE", "tsb.example.com.", "CNAME", "61", "mp1.example.com.")),
    THERE_ALREADY[] =
        BATCH(CHANGE("CREATE", "tsb.example.com.", "CNAME", "60", "mp2.example.com.")),
    BESIDE_ALIAS[] = BATCH(CHANGE("UPSERT", "tsb.example.com.", "A", "60", "192.0.2.1")),
    HALF[] = BATCH(CHANGE("DELETE", "tsb.example.com.", "CNAME", "60", "mp1.example.com.")
                       CHANGE("CREATE", "mp1.example.com.", "A", "60", "192.0.2.9"));

static const struct {
    const char *name, *xml, *words;
} REFUSED[] = {
    {"not there",       NOT_THERE,     "it was not found" },
    {"another value",   OTHER_VALUE,   "do not match"     },
    {"another TTL",     OTHER_TTL,     "do not match"     },
    {"there already",   THERE_ALREADY, "it already exists"},
    {"beside an alias", BESIDE_ALIAS,  "conflicts"        },
    {"half of it",      HALF,          "it already exists"},
};

static void test_refuses(void)
{
    for (size_t i = 0; i < TEST_COUNT(REFUSED); i++) {
        Place place;
        char id[16];
        Error err = {0};

        place_open(&place);
        CHECK_CASE(REFUSED[i].name, !change(&place, REFUSED[i].xml, 0, id, &err));
        CHECK_CASE(REFUSED[i].name, err.code == ERR_CONFLICT);
        CHECK_CASE(REFUSED[i].name, strstr(err.message, REFUSED[i].words) != NULL);
        CHECK_CASE(REFUSED[i].name, leads_to(hosted_zone_view(place.hosted), "mp1.example.com."));
        place_close(&place);
    }
}

static const char EMPTY[] = BATCH(""), MOVES[] = BATCH(CHANGE("MOVE", "x.", "A", "1", "192.0.2.1")),
                  OF_NO_TYPE[] = BATCH(CHANGE("CREATE", "x.", "NONE", "1", "192.0.2.1")),
                  ALIAS[] = BATCH("<Change><Action>CREATE</Action><ResourceRecordSet>"
                                  "<AliasTarget/></ResourceRecordSet></Change>");

static void test_refuses_to_read(void)
{
    static const char *const BAD[] = {"", "<a>", EMPTY, MOVES, OF_NO_TYPE, ALIAS};

    for (size_t i = 0; i < TEST_COUNT(BAD); i++) {
        Arena arena = {0};
        Route53Batch batch;

        CHECK_CASE(BAD[i], !route53_batch_read(&arena, BAD[i], strlen(BAD[i]), &batch, NULL));
        arena_release(&arena);
    }
}

static void test_list(void)
{
    Place place;
    Buffer list = {0};

    place_open(&place);
    route53_write_list(&list, place.zone, "tsb.example.com.", 1);
    CHECK(strstr(list.data, "<ResourceRecordSet><Name>tsb.example.com.</Name><Type>CNAME</Type>"
                            "<TTL>60</TTL><ResourceRecords><ResourceRecord><Value>mp1.example.com."
                            "</Value>") != NULL);
    CHECK(strstr(list.data, "<Name>mp1.") == NULL && strstr(list.data, "SOA") == NULL);
    buffer_clear(&list);
    route53_write_list(&list, place.zone, "", 3);
    CHECK(strstr(list.data, "<IsTruncated>true") != NULL);
    CHECK(strstr(list.data, "<Type>SOA") < strstr(list.data, "<Name>mp1."));
    buffer_release(&list);
    place_close(&place);
}

TEST_SUITE("fakes/dns/route53/hosted_zone", {"shows later", test_shows_later},
           {"refuses", test_refuses}, {"refuses to read", test_refuses_to_read},
           {"list", test_list});
