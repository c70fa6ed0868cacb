/*
 * tests/fakes/dns/master_test.c - zones from master files: what is read, how it comes out again, and what is refused with which words.
 */
#include "fakes/dns/zone.h"

#include <string.h>

#include "fakes/dns/data.h"
#include "tests/test.h"

static const char HEAD[] = "$TTL 1h\n"
                           "@ IN SOA ns1 host ( 7 ; the serial\n"
                           "  1h 10m 1w 90 )\n"
                           "  NS ns1\n"
                           "ns1 A 192.0.2.53\n";

static bool load(const char *head, const char *text, DnsZone **out_zone, Error *err)
{
    Arena arena = {0};
    char *whole = arena_format(&arena, "%s%s", head, text);
    bool ok = dns_zone_load(whole, strlen(whole), "zone", "z.", out_zone, err);

    arena_release(&arena);
    return ok;
}

static const struct {
    const char *name, *text, *owner;
    uint16_t type;
    const char *expected; /* the first of the set, with its TTL */
} READ_CASES[] = {
    {"a time with units",            "",                                    "z.",         DNS_SOA,   "z. 3600 SOA ns1.z. host.z. 7 3600 600 604800 90"},
    {"a relative name",              "a CNAME b",                           "a.z.",       DNS_CNAME, "a.z. 3600 CNAME b.z."                           },
    {"a whole name",                 "a.z. CNAME b.y.",                     "a.z.",       DNS_CNAME, "a.z. 3600 CNAME b.y."                           },
    {"the origin as data",           "a CNAME @",                           "a.z.",       DNS_CNAME, "a.z. 3600 CNAME z."                             },
    {"another origin",               "$ORIGIN sub\na CNAME b",              "a.sub.z.",   DNS_CNAME,
     "a.sub.z. 3600 CNAME b.sub.z."                                                                                                                   },
    {"a TTL and a class",            "a 5 IN A 192.0.2.1",                  "a.z.",       DNS_A,     "a.z. 5 A 192.0.2.1"                             },
    {"a class and a TTL",            "a IN 1m30s A 192.0.2.1",              "a.z.",       DNS_A,     "a.z. 90 A 192.0.2.1"                            },
    {"small letters",                "a in a 192.0.2.1",                    "a.z.",       DNS_A,     "a.z. 3600 A 192.0.2.1"                          },
    {"another TTL from here on",     "$TTL 2d\na A 192.0.2.1",              "a.z.",       DNS_A,
     "a.z. 172800 A 192.0.2.1"                                                                                                                        },
    {"a set has one TTL",            "a 5 A 192.0.2.1\na 9 A 192.0.2.2",    "a.z.",       DNS_A,     "a.z. 5 A 192.0.2.1"                             },
    {"the owner of the line before", "a TXT x\n  A 192.0.2.1",              "a.z.",       DNS_A,
     "a.z. 3600 A 192.0.2.1"                                                                                                                          },
    {"parentheses over lines",       "a MX ( 10\n ; here\n\n b )",          "a.z.",       DNS_MX,
     "a.z. 3600 MX 10 b.z."                                                                                                                           },
    {"a line with a return",         "a A 192.0.2.1\r\n",                   "a.z.",       DNS_A,     "a.z. 3600 A 192.0.2.1"                          },
    {"no end of the last line",      "a A 192.0.2.1",                       "a.z.",       DNS_A,     "a.z. 3600 A 192.0.2.1"                          },
    {"a semicolon in quotes",        "a TXT \"a;b (c\" d ; comment",        "a.z.",       DNS_TXT,
     "a.z. 3600 TXT a;b (cd"                                                                                                                          },
    {"escapes in a string",          "a TXT \"\\\"\\\\\\065\"",             "a.z.",       DNS_TXT,   "a.z. 3600 TXT \"\\\\A"                          },
    {"a dot in a label",             "a\\.b A 192.0.2.1",                   "a\\.b.z.",   DNS_A,     "a\\.b.z. 3600 A 192.0.2.1"                      },
    {"a wildcard",                   "*.w AAAA 2001:DB8::1",                "*.w.z.",     DNS_AAAA,  "*.w.z. 3600 AAAA 2001:db8::1"                   },
    {"a service",                    "_s._tcp SRV 1 2 443 host",            "_s._tcp.z.", DNS_SRV,
     "_s._tcp.z. 3600 SRV 1 2 443 host.z."                                                                                                            },
    {"who may certify",              "a CAA 128 issue \"ca.example; x=y\"", "a.z.",       DNS_CAA,
     "a.z. 3600 CAA 128 issue \"ca.example; x=y\""                                                                                                    },
    {"a pointer",                    "1 PTR host.example.",                 "1.z.",       DNS_PTR,   "1.z. 3600 PTR host.example."                    },
    {"a type by its number",         "a TYPE731 \\# 6 abcd ef01 2345",      "a.z.",       731,
     "a.z. 3600 TYPE731 \\# 6 abcdef012345"                                                                                                           },
    {"no data at all",               "a TYPE731 \\# 0",                     "a.z.",       731,       "a.z. 3600 TYPE731 \\# 0"                        },
    {"a known type as unknown",      "a CLASS1 TYPE1 \\# 4 c0000201",       "a.z.",       DNS_A,
     "a.z. 3600 A 192.0.2.1"                                                                                                                          },
    {"data keeps its case",          "a CNAME MixedCase",                   "a.z.",       DNS_CNAME, "a.z. 3600 CNAME MixedCase.z."                   },
};

static void test_reading(void)
{
    Arena arena = {0};

    for (size_t i = 0; i < TEST_COUNT(READ_CASES); i++) {
        DnsZone *zone = NULL;
        Error err = {0};
        const DnsRecord *record = NULL;

        if (load(HEAD, READ_CASES[i].text, &zone, &err))
            record = dns_zone_find(zone, READ_CASES[i].owner, READ_CASES[i].type);
        if (!CHECK_TEXT(record != NULL ? dns_record_text(&arena, record) : err.message,
                        READ_CASES[i].expected))
            CHECK_CASE(READ_CASES[i].name, false);
        dns_zone_free(zone);
    }
    arena_release(&arena);
}

static const struct {
    const char *name, *text, *message;
} REFUSED_CASES[] = {
    {"no type",                     "a 5 IN",               "zone:6: a record is: name [ttl] [IN] type data"  },
    {"a type nobody knows",         "a FOO x",              "zone:6: \"FOO\" is no type of records"           },
    {"another class",               "a CH TXT x",           "zone:6: class CH: all zones here are of class IN"},
    {"no address",                  "\n\na A 192.0.2",      "zone:8: \"192.0.2\" is not an IPv4 address"      },
    {"too little data",             "a MX 10",              "zone:6: data of type MX is: preference exchange" },
    {"too much data",               "a CNAME b c",          "zone:6: data of type CNAME is: a name"           },
    {"a number that is too big",    "a MX 65536 b",         "zone:6: \"65536\" is not a number of 16 bits"    },
    {"a name with an empty label",  "a..b A 192.0.2.1",     "zone:6: \"a..b\" is not a domain name"           },
    {"outside the zone",            "a.y. A 192.0.2.1",     "zone:6: a.y. is not in the zone z."              },
    {"a CNAME beside others",       "ns1 CNAME b",          "zone:6: ns1.z.: a CNAME stands alone"            },
    {"others beside a CNAME",       "a CNAME b\na TXT x",   "zone:7: a.z.: a CNAME stands alone"              },
    {"two CNAMEs",                  "a CNAME b\na CNAME c", "zone:7: a.z. has a CNAME already"                },
    {"two SOAs",                    "@ SOA a b 1 2 3 4 5",  "zone:6: a zone has one SOA"                      },
    {"a SOA below",                 "a SOA a b 1 2 3 4 5",  "zone:6: a zone has one SOA"                      },
    {"an open parenthesis",         "a MX ( 10 b",          "zone:6: a \"(\" that no \")\" closes"            },
    {"a closed one",                "a MX 10 b )",          "zone:6: a \")\" that no \"(\" opened"            },
    {"an open quote",               "a TXT \"x\n\"",        "zone:6: a quote (\") is missing"                 },
    {"a long string",
     "a TXT "
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxx",                            "zone:6: a string holds at most 255 bytes"        },
    {"another file",                "$INCLUDE other",       "zone:6: $INCLUDE is not read here"               },
    {"a TTL that is none",          "$TTL soon",            "zone:6: $TTL is followed by a time"              },
    {"opaque data cut short",       "a TYPE731 \\# 3 abcd", "zone:6: \\# wants the number of bytes"           },
    {"data that is not the type's", "a TYPE1 \\# 2 abcd",   "zone:6: this is no data of type A"               },
    {"a server without address",    "@ NS ns2",             "zone: the name server ns2.z. has no address"     },
};

static void test_refusing(void)
{
    for (size_t i = 0; i < TEST_COUNT(REFUSED_CASES); i++) {
        DnsZone *zone = NULL;
        Error err = {0};
        size_t length = strlen(REFUSED_CASES[i].message);

        CHECK_CASE(REFUSED_CASES[i].name, !load(HEAD, REFUSED_CASES[i].text, &zone, &err));
        CHECK_INTEGER(err.code, ERR_INPUT);
        if (!CHECK(strncmp(err.message, REFUSED_CASES[i].message, length) == 0))
            CHECK_TEXT(err.message, REFUSED_CASES[i].message);
    }
}

static void test_incomplete(void)
{
    DnsZone *zone = NULL;
    Error err = {0};

    CHECK(!load("", "", &zone, &err));
    CHECK_TEXT(err.message, "zone: z. has no NS, which a zone needs");
    CHECK(!load("", "@ 5 NS ns.y.\n", &zone, &err));
    CHECK_TEXT(err.message, "zone: z. has no SOA, which a zone needs");
    CHECK(!load("", "@ NS ns.y.\n", &zone, &err));
    CHECK_TEXT(err.message, "zone:1: a TTL is needed, here or before in $TTL");
    CHECK(!load("", " 5 NS ns.y.\n", &zone, &err));
    CHECK_TEXT(err.message, "zone:1: the first record needs a name");
    CHECK(load("", "@ SOA a.y. b.y. 1 2 3 4 77\n@ NS ns.y.\n", &zone, &err));
    CHECK_INTEGER(dns_zone_find(zone, "z", DNS_NS)->ttl_s, 77);
    dns_zone_free(zone);
}

/* However a file is cut short, it is read or refused, never more. */
static void test_cut_short(void)
{
    static const char TEXT[] =
        "a TXT \"x y\" \\065 ( z )\nb 5 IN MX 10 ( c ) ; end\nd TYPE9 \\# 2 beef\n";
    Arena arena = {0};

    for (size_t length = 0; length < sizeof TEXT; length++) {
        DnsZone *zone = NULL;
        Error err = {0};
        char *text = arena_text_of(&arena, TEXT, length);

        if (!load(HEAD, text, &zone, &err))
            CHECK_INTEGER(err.code, ERR_INPUT);
        dns_zone_free(zone);
    }
    arena_release(&arena);
}

TEST_SUITE("fakes/dns/master", {"what is read", test_reading}, {"what is refused", test_refusing},
           {"a zone that is not whole", test_incomplete}, {"cut short anywhere", test_cut_short});
