/*
 * tests/fakes/dns/answer_test.c - wildcards, empty non-terminals and referrals, as BIND answers them from the same zone.
 */
#include <string.h>

#include "fakes/dns/data.h"
#include "fakes/dns/zone.h"
#include "tests/test.h"

static const char ZONE[] = "$TTL 300\n"
                           "@ SOA ns.y. h.y. 1 2 3 4 60\n"
                           "@ NS ns.y.\n"
                           "*.w A 192.0.2.1\n"
                           "there.w A 192.0.2.2\n"
                           "x.gap.w TXT below\n"
                           "*.c CNAME there.w\n"
                           "cut NS ns.cut\n"
                           "cut DS 1 8 1 ab\n"
                           "ns.cut A 192.0.2.3\n"
                           "in CNAME a.cut\n"
                           "a\\.b.d TXT escaped\n";

static const struct {
    const char *name;
    uint16_t type;
    int rcode;
    bool is_authoritative;
    size_t answers, authorities;
    const char *first; /* of the answer, else of the authority */
} CASES[] = {
    {"a.w.z.",       DNS_A,    DNS_NOERROR,  true,  1, 0, "a.w.z. 300 A 192.0.2.1"         },
    {"a.b.w.z.",     DNS_A,    DNS_NOERROR,  true,  1, 0, "a.b.w.z. 300 A 192.0.2.1"       },
    {"*.w.z.",       DNS_A,    DNS_NOERROR,  true,  1, 0, "*.w.z. 300 A 192.0.2.1"         },
    {"a.w.z.",       DNS_AAAA, DNS_NOERROR,  true,  0, 1, "z. 60 SOA ns.y. h.y. 1 2 3 4 60"},
    {"w.z.",         DNS_A,    DNS_NOERROR,  true,  0, 1, "z. 60 SOA ns.y. h.y. 1 2 3 4 60"},
    {"there.w.z.",   DNS_A,    DNS_NOERROR,  true,  1, 0, "there.w.z. 300 A 192.0.2.2"     },
    {"a.there.w.z.", DNS_A,    DNS_NXDOMAIN, true,  0, 1, "z. 60 SOA ns.y. h.y. 1 2 3 4 60"},
    {"gap.w.z.",     DNS_A,    DNS_NOERROR,  true,  0, 1, "z. 60 SOA ns.y. h.y. 1 2 3 4 60"},
    {"a.gap.w.z.",   DNS_A,    DNS_NXDOMAIN, true,  0, 1, "z. 60 SOA ns.y. h.y. 1 2 3 4 60"},
    {"a.c.z.",       DNS_A,    DNS_NOERROR,  true,  2, 0, "a.c.z. 300 CNAME there.w.z."    },
    {"cut.z.",       DNS_A,    DNS_NOERROR,  false, 0, 1, "cut.z. 300 NS ns.cut.z."        },
    {"cut.z.",       DNS_NS,   DNS_NOERROR,  false, 0, 1, "cut.z. 300 NS ns.cut.z."        },
    {"ns.cut.z.",    DNS_A,    DNS_NOERROR,  false, 0, 1, "cut.z. 300 NS ns.cut.z."        },
    {"cut.z.",       DNS_DS,   DNS_NOERROR,  true,  1, 0, "cut.z. 300 DS 1 8 1 ab"         },
    {"in.z.",        DNS_A,    DNS_NOERROR,  true,  1, 1, "in.z. 300 CNAME a.cut.z."       },
    {"d.z.",         DNS_A,    DNS_NOERROR,  true,  0, 1, "z. 60 SOA ns.y. h.y. 1 2 3 4 60"},
    {"b.d.z.",       DNS_A,    DNS_NXDOMAIN, true,  0, 1, "z. 60 SOA ns.y. h.y. 1 2 3 4 60"},
};

static void check_case(const DnsZone *zone, size_t i)
{
    Arena arena = {0};
    DnsMessage reply = {0};
    const DnsRecord *first;

    CHECK_CASE(CASES[i].name, dns_zone_answer(zone, &arena, CASES[i].name, CASES[i].type,
                                              dns_manners_of(DNS_LIKE_BIND), &reply));
    CHECK_INTEGER(reply.rcode, CASES[i].rcode);
    CHECK_CASE(CASES[i].name, reply.is_authoritative == CASES[i].is_authoritative);
    CHECK_INTEGER(reply.sections[DNS_ANSWER].count, CASES[i].answers);
    CHECK_INTEGER(reply.sections[DNS_AUTHORITY].count, CASES[i].authorities);
    first = reply.sections[CASES[i].answers > 0 ? DNS_ANSWER : DNS_AUTHORITY].records;
    if (CHECK(first != NULL))
        CHECK_TEXT(dns_record_text(&arena, first), CASES[i].first);
    arena_release(&arena);
}

static void test_answers(void)
{
    DnsZone *zone = NULL;
    Error err = {0};

    if (!CHECK(dns_zone_load(ZONE, sizeof ZONE - 1, "zone", "z", &zone, &err)))
        return;
    for (size_t i = 0; i < TEST_COUNT(CASES); i++)
        check_case(zone, i);
    dns_zone_free(zone);
}

TEST_SUITE("fakes/dns/answer", {"wildcards, gaps and referrals", test_answers});
