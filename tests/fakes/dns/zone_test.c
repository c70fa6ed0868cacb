/*
 * tests/fakes/dns/zone_test.c - what a zone answers, how it is changed by hand, and who is told.
 */
#include "fakes/dns/zone.h"

#include <stdio.h>
#include <string.h>

#include "fakes/dns/data.h"
#include "tests/test.h"

static DnsZone *make_zone(void)
{
    DnsZone *zone = dns_zone_new(&(DnsZoneOptions){.apex = "Example.com",
                                                   .primary = "ns1.example.com.",
                                                   .serial = 1,
                                                   .negative_ttl_s = 60,
                                                   .ttl_s = 300});

    CHECK(dns_zone_add(zone, "tsb.example.com", DNS_CNAME, "mp1.example.com", 30, NULL));
    CHECK(dns_zone_add(zone, "mp1.example.com", DNS_A, "192.0.2.1", 60, NULL));
    CHECK(dns_zone_add(zone, "mp1.example.com", DNS_A, "192.0.2.2", 60, NULL));
    CHECK(dns_zone_add(zone, "mp1.example.com", DNS_TXT, "one", 60, NULL));
    CHECK(dns_zone_add(zone, "dangling.example.com", DNS_CNAME, "no.example.com", 30, NULL));
    CHECK(dns_zone_add(zone, "away.example.com", DNS_CNAME, "lb.example.org", 30, NULL));
    CHECK(dns_zone_add(zone, "loop.example.com", DNS_CNAME, "loop.example.com", 30, NULL));
    CHECK(dns_zone_add(zone, "a.deep.example.com", DNS_A, "192.0.2.3", 60, NULL));
    CHECK(dns_zone_add(zone, "x-deep.example.com", DNS_A, "192.0.2.4", 60, NULL));
    CHECK_INTEGER(dns_zone_serial(zone), 10);
    return zone;
}

/* Sections in text, records separated by "; ". */
static const char *answer_text(Arena *arena, const DnsMessage *reply)
{
    const char *text = arena_format(arena, "%s%s", dns_rcode_name(reply->rcode),
                                    reply->is_authoritative ? " aa" : "");

    for (int section = DNS_ANSWER; section <= DNS_AUTHORITY; section++) {
        text = arena_format(arena, "%s |", text);
        for (size_t i = 0; i < reply->sections[section].count; i++)
            text = arena_format(arena, "%s %s;", text,
                                dns_record_text(arena, &reply->sections[section].records[i]));
    }
    return text;
}

#define SOA "example.com. 60 SOA ns1.example.com. hostmaster.example.com. 10 3600 600 86400 60;"

static const struct {
    const char *name;
    uint16_t type;
    const char *answer;
} ANSWER_CASES[] = {
    {"tsb.example.com.",      DNS_A,
     "NOERROR aa | tsb.example.com. 30 CNAME mp1.example.com.; mp1.example.com. 60 A 192.0.2.1; "
     "mp1.example.com. 60 A 192.0.2.2; |"                                                               },
    {"tsb.example.com.",      DNS_CNAME, "NOERROR aa | tsb.example.com. 30 CNAME mp1.example.com.; |"   },
    {"tsb.example.com.",      DNS_AAAA,
     "NOERROR aa | tsb.example.com. 30 CNAME mp1.example.com.; | " SOA                                  },
    {"tsb.example.com.",      DNS_ANY,   "NOERROR aa | tsb.example.com. 30 CNAME mp1.example.com.; |"   },
    {"mp1.example.com.",      DNS_AAAA,  "NOERROR aa | | " SOA                                          },
    {"mp1.example.com.",      DNS_ANY,
     "NOERROR aa | mp1.example.com. 60 A 192.0.2.1; mp1.example.com. 60 A 192.0.2.2; "
     "mp1.example.com. 60 TXT one; |"                                                                   },
    {"no.example.com.",       DNS_A,     "NXDOMAIN aa | | " SOA                                         },
    {"no.mp1.example.com.",   DNS_A,     "NXDOMAIN aa | | " SOA                                         },
    {"deep.example.com.",     DNS_A,     "NOERROR aa | | " SOA                                          },
    {"eep.example.com.",      DNS_A,     "NXDOMAIN aa | | " SOA                                         },
    {"dangling.example.com.", DNS_A,
     "NXDOMAIN aa | dangling.example.com. 30 CNAME no.example.com.; | " SOA                             },
    {"away.example.com.",     DNS_A,     "NOERROR aa | away.example.com. 30 CNAME lb.example.org.; |"   },
    {"loop.example.com.",     DNS_A,     "SERVFAIL aa | loop.example.com. 30 CNAME loop.example.com.; |"},
    {"example.com.",          DNS_NS,    "NOERROR aa | example.com. 300 NS ns1.example.com.; |"         },
    {"example.com.",          DNS_A,     "NOERROR aa | | " SOA                                          },
};

static void test_answers(void)
{
    DnsZone *zone = make_zone();
    Arena arena = {0};

    for (size_t i = 0; i < TEST_COUNT(ANSWER_CASES); i++) {
        DnsMessage reply = {0};

        dns_zone_answer(zone, &arena, ANSWER_CASES[i].name, ANSWER_CASES[i].type,
                        dns_manners_of(DNS_LIKE_BIND), &reply);
        if (!CHECK_TEXT(answer_text(&arena, &reply), ANSWER_CASES[i].answer))
            CHECK_CASE(ANSWER_CASES[i].name, false);
    }
    arena_release(&arena);
    dns_zone_free(zone);
}

typedef enum { POINT, ADD } Verb;

static const struct {
    const char *name;
    Verb verb;
    const char *owner;
    uint16_t type;
    const char *text;
    uint32_t ttl_s;
    ErrorCode code;
    int steps; /* of the serial */
} CHANGE_CASES[] = {
    {"point a CNAME elsewhere",       POINT, "tsb.example.com", DNS_CNAME, "mp2.example.com",  30,
     ERR_NONE,                                                                                                   1},
    {"point it where it points",      POINT, "tsb.example.com", DNS_CNAME, "MP1.example.com.", 30,
     ERR_NONE,                                                                                                   0},
    {"give it another TTL",           POINT, "tsb.example.com", DNS_CNAME, "mp1.example.com",  5,  ERR_NONE,     1},
    {"point a CNAME over addresses",  POINT, "mp1.example.com", DNS_CNAME, "mp2.example.com",  30,
     ERR_NONE,                                                                                                   1},
    {"point an address over a CNAME", POINT, "tsb.example.com", DNS_A,     "192.0.2.9",        30, ERR_NONE,
     1                                                                                                            },
    {"point one address over two",    POINT, "mp1.example.com", DNS_A,     "192.0.2.1",        60, ERR_NONE,     1},
    {"point the apex at an address",  POINT, "example.com",     DNS_A,     "192.0.2.1",        60, ERR_NONE,     1},
    {"point the apex at a CNAME",     POINT, "example.com",     DNS_CNAME, "mp1.example.com",  60,
     ERR_CONFLICT,                                                                                               0},
    {"point outside",                 POINT, "tsb.example.org", DNS_A,     "192.0.2.1",        60, ERR_INPUT,    0},
    {"point at no address",           POINT, "tsb.example.com", DNS_A,     "mp1",              60, ERR_INPUT,    0},
    {"point at no name",              POINT, "tsb.example.com", DNS_CNAME, "a..b",             60, ERR_INPUT,    0},
    {"point no name",                 POINT, "",                DNS_A,     "192.0.2.1",        60, ERR_INPUT,    0},
    {"a SOA below the apex",          POINT, "mp1.example.com", DNS_SOA,   "a. b. 1 2 3 4 5",  60, ERR_CONFLICT,
     0                                                                                                            },
    {"add an address",                ADD,   "mp1.example.com", DNS_A,     "192.0.2.3",        60, ERR_NONE,     1},
    {"add one that is there",         ADD,   "mp1.example.com", DNS_A,     "192.0.2.2",        60, ERR_NONE,     0},
    {"add an address beside a CNAME", ADD,   "tsb.example.com", DNS_A,     "192.0.2.3",        60, ERR_CONFLICT,
     0                                                                                                            },
    {"add a CNAME beside an address", ADD,   "mp1.example.com", DNS_CNAME, "mp2.example.com",  60,
     ERR_CONFLICT,                                                                                               0},
    {"add a second CNAME",            ADD,   "tsb.example.com", DNS_CNAME, "mp2.example.com",  60, ERR_CONFLICT,
     0                                                                                                            },
    {"add a second SOA",              ADD,   "example.com",     DNS_SOA,   "a. b. 1 2 3 4 5",  60, ERR_CONFLICT, 0},
};

static void test_changes(void)
{
    for (size_t i = 0; i < TEST_COUNT(CHANGE_CASES); i++) {
        DnsZone *zone = make_zone();
        Error err = {0};
        bool (*change)(DnsZone *, const char *, uint16_t, const char *, uint32_t, Error *) =
            CHANGE_CASES[i].verb == POINT ? dns_zone_point : dns_zone_add;
        bool ok = change(zone, CHANGE_CASES[i].owner, CHANGE_CASES[i].type, CHANGE_CASES[i].text,
                         CHANGE_CASES[i].ttl_s, &err);

        CHECK_CASE(CHANGE_CASES[i].name, ok == (CHANGE_CASES[i].code == ERR_NONE));
        CHECK_CASE(CHANGE_CASES[i].name, err.code == CHANGE_CASES[i].code);
        CHECK_CASE(CHANGE_CASES[i].name,
                   dns_zone_serial(zone) == 10 + (uint32_t)CHANGE_CASES[i].steps);
        dns_zone_free(zone);
    }
}

static void test_point_replaces(void)
{
    DnsZone *zone = make_zone();
    Arena arena = {0};
    size_t count;

    CHECK(dns_zone_point(zone, "mp1.example.com", DNS_CNAME, "mp2.example.com", 30, NULL));
    CHECK(dns_zone_find(zone, "mp1.example.com", DNS_A) == NULL);
    CHECK(dns_zone_find(zone, "mp1.example.com", DNS_TXT) == NULL);
    CHECK_TEXT(dns_data_text(&arena, dns_zone_find(zone, "MP1.example.com.", DNS_CNAME)),
               "mp2.example.com.");
    CHECK(dns_zone_point(zone, "mp1.example.com", DNS_A, "192.0.2.7", 30, NULL));
    CHECK(dns_zone_find(zone, "mp1.example.com", DNS_CNAME) == NULL);
    CHECK(dns_zone_add(zone, "mp1.example.com", DNS_A, "192.0.2.8", 99, NULL));
    CHECK_INTEGER(dns_zone_find_set(zone, "mp1.example.com", DNS_A, &count)->ttl_s, 99);
    CHECK_INTEGER(count, 2);
    arena_release(&arena);
    dns_zone_free(zone);
}

static void test_remove(void)
{
    DnsZone *zone = make_zone();

    dns_zone_remove(zone, "mp1.example.com", DNS_A);
    CHECK(dns_zone_find(zone, "mp1.example.com", DNS_A) == NULL);
    CHECK(dns_zone_find(zone, "mp1.example.com", DNS_TXT) != NULL);
    dns_zone_remove(zone, "mp1.example.com", DNS_ANY);
    CHECK(dns_zone_find(zone, "mp1.example.com", DNS_TXT) == NULL);
    CHECK_INTEGER(dns_zone_serial(zone), 12);
    dns_zone_remove(zone, "mp1.example.com", DNS_ANY);
    dns_zone_remove(zone, "mp1.example.org", DNS_ANY);
    dns_zone_remove(zone, "a..b", DNS_ANY);
    dns_zone_remove(zone, "example.com", DNS_ANY);
    dns_zone_remove(zone, "example.com", DNS_NS);
    dns_zone_remove(zone, "example.com", DNS_SOA);
    CHECK_INTEGER(dns_zone_serial(zone), 12);
    CHECK(dns_zone_find(zone, "example.com", DNS_NS) != NULL);
    dns_zone_free(zone);
}

static void test_serial_wraps(void)
{
    DnsZone *zone = make_zone();

    CHECK(dns_zone_point(zone, "example.com", DNS_SOA, "ns1.example.com. a. 4294967295 1 2 3 4",
                         300, NULL));
    CHECK_INTEGER(dns_zone_serial(zone), 4294967295);
    dns_zone_remove(zone, "tsb.example.com", DNS_ANY);
    CHECK_INTEGER(dns_zone_serial(zone), 1);
    dns_zone_free(zone);
}

typedef struct {
    DnsZone *zone;
    int times;
    char last[512];
} Listener;

static void note(void *owner)
{
    Listener *listener = owner;
    size_t count;
    const char *const *changes = dns_zone_changes(listener->zone, &count);

    listener->times++;
    listener->last[0] = '\0';
    for (size_t i = 0; i < count; i++)
        snprintf(listener->last + strlen(listener->last),
                 sizeof listener->last - strlen(listener->last), "%s\n", changes[i]);
}

static void test_listeners(void)
{
    DnsZone *zone = make_zone();
    Listener first = {.zone = zone}, second = {.zone = zone};

    dns_zone_on_change(zone, note, &first);
    dns_zone_on_change(zone, note, &second);
    CHECK(dns_zone_point(zone, "tsb.example.com", DNS_CNAME, "mp2.example.com", 30, NULL));
    CHECK_INTEGER(first.times, 1);
    CHECK_TEXT(first.last, "- tsb.example.com. 30 CNAME mp1.example.com.\n"
                           "+ tsb.example.com. 30 CNAME mp2.example.com.\n");
    CHECK(dns_zone_point(zone, "tsb.example.com", DNS_CNAME, "mp2.example.com", 30, NULL));
    CHECK_INTEGER(first.times, 1);
    dns_zone_forget_owner(zone, &first);
    dns_zone_remove(zone, "tsb.example.com", DNS_ANY);
    CHECK_INTEGER(first.times, 1);
    CHECK_INTEGER(second.times, 2);
    CHECK_TEXT(second.last, "- tsb.example.com. 30 CNAME mp2.example.com.\n");
    dns_zone_free(zone);
}

static void test_copy(void)
{
    DnsZone *zone = make_zone(), *secondary = make_zone();
    Arena arena = {0};
    Listener listener = {.zone = secondary};

    dns_zone_on_change(secondary, note, &listener);
    CHECK(dns_zone_point(zone, "tsb.example.com", DNS_CNAME, "mp2.example.com", 30, NULL));
    CHECK(dns_zone_add(zone, "new.example.com", DNS_A, "192.0.2.5", 30, NULL));
    dns_zone_remove(zone, "a.deep.example.com", DNS_ANY);
    dns_zone_copy(secondary, zone);
    CHECK_INTEGER(dns_zone_serial(secondary), dns_zone_serial(zone));
    CHECK_TEXT(dns_data_text(&arena, dns_zone_find(secondary, "tsb.example.com", DNS_CNAME)),
               "mp2.example.com.");
    CHECK(dns_zone_find(secondary, "new.example.com", DNS_A) != NULL);
    CHECK(dns_zone_find(secondary, "a.deep.example.com", DNS_A) == NULL);
    CHECK_INTEGER(listener.times, 1);
    CHECK(strstr(listener.last, "+ new.example.com. 30 A 192.0.2.5\n") != NULL);
    CHECK(strstr(listener.last, "mp1.example.com. 60") == NULL);
    dns_zone_copy(secondary, zone);
    CHECK_INTEGER(listener.times, 1);
    arena_release(&arena);
    dns_zone_free(zone);
    dns_zone_free(secondary);
}

/* Many names, in no order: each is found, and goes when it is told to. */
static void test_many_names(void)
{
    DnsZone *zone = make_zone();
    Arena arena = {0};

    for (unsigned i = 0; i < 1000; i++)
        CHECK(dns_zone_add(zone, arena_format(&arena, "cp-%u.example.com", i * 7919 % 1000), DNS_A,
                           "192.0.2.1", 60, NULL));
    for (unsigned i = 0; i < 1000; i++)
        CHECK(dns_zone_find(zone, arena_format(&arena, "cp-%u.example.com", i), DNS_A) != NULL);
    CHECK_INTEGER(dns_zone_serial(zone), 1010);
    for (unsigned i = 0; i < 1000; i += 2)
        dns_zone_remove(zone, arena_format(&arena, "cp-%u.example.com", i), DNS_ANY);
    for (unsigned i = 0; i < 1000; i++)
        CHECK((dns_zone_find(zone, arena_format(&arena, "cp-%u.example.com", i), DNS_A) != NULL) ==
              (i % 2 == 1));
    arena_release(&arena);
    dns_zone_free(zone);
}

TEST_SUITE("fakes/dns/zone", {"answers", test_answers}, {"changes by hand", test_changes},
           {"pointing replaces", test_point_replaces}, {"removing", test_remove},
           {"the serial wraps around", test_serial_wraps}, {"who is told of what", test_listeners},
           {"a secondary refreshes", test_copy}, {"many names", test_many_names});
