/*
 * tests/fakes/dns/update_test.c - dynamic updates: each prerequisite and update form, and all or nothing (RFC 2136).
 */
#include "fakes/dns/zone.h"

#include <string.h>

#include "fakes/dns/data.h"
#include "tests/test.h"

enum { RECORDS_MAX = 4, NONE = DNS_CLASS_NONE, ANY = DNS_CLASS_ANY, IN = DNS_IN };

typedef struct {
    const char *
        name; /* below the apex; "@" is the apex, one with a dot at the end stands as it is; NULL: no more */
    uint16_t class, type;
    const char *text; /* NULL: no data */
    uint32_t ttl_s;
} Row;

static DnsZone *make_zone(void)
{
    DnsZone *zone = dns_zone_new(&(DnsZoneOptions){.apex = "z.",
                                                   .primary = "ns1.z.",
                                                   .serial = 1,
                                                   .negative_ttl_s = 60,
                                                   .ttl_s = 300});

    CHECK(dns_zone_add(zone, "ns1.z", DNS_A, "127.0.0.1", 300, NULL));
    CHECK(dns_zone_add(zone, "ns2.z", DNS_AAAA, "::1", 300, NULL));
    CHECK(dns_zone_add(zone, "z", DNS_NS, "ns2.z", 300, NULL));
    CHECK(dns_zone_add(zone, "tsb.z", DNS_CNAME, "mp1.z", 30, NULL));
    CHECK(dns_zone_add(zone, "mp1.z", DNS_A, "192.0.2.1", 60, NULL));
    CHECK(dns_zone_add(zone, "mp1.z", DNS_TXT, "one", 60, NULL));
    CHECK(dns_zone_add(zone, "two.z", DNS_A, "192.0.2.1", 60, NULL));
    CHECK(dns_zone_add(zone, "two.z", DNS_A, "192.0.2.2", 60, NULL));
    CHECK(dns_zone_add(zone, "a.deep.z", DNS_A, "192.0.2.3", 60, NULL));
    CHECK(dns_zone_point(zone, "z", DNS_SOA, "ns1.z. h.z. 100 1 2 3 60", 300, NULL));
    return zone;
}

/* Everything that the zone says about the names used here, as text; without the SOA. */
static const char *zone_text(const DnsZone *zone, Arena *arena)
{
    static const char *const NAMES[] = {"z.",     "ns1.z.", "ns2.z.",    "tsb.z.",
                                        "mp1.z.", "two.z.", "a.deep.z.", "new.z."};
    const char *text = "";

    for (size_t i = 0; i < TEST_COUNT(NAMES); i++) {
        DnsMessage reply = {0};

        dns_zone_answer(zone, arena, NAMES[i], DNS_ANY, dns_manners_of(DNS_LIKE_BIND), &reply);
        for (size_t j = 0; j < reply.sections[DNS_ANSWER].count; j++) {
            const DnsRecord *record = &reply.sections[DNS_ANSWER].records[j];

            if (record->type != DNS_SOA)
                text = arena_format(arena, "%s%s\n", text, dns_record_text(arena, record));
        }
    }
    return text;
}

static void add_row(Arena *arena, DnsMessage *message, int section, const Row *row)
{
    DnsRecord record = {.ttl_s = row->ttl_s};
    size_t length = strlen(row->name);

    if (row->text != NULL)
        CHECK(dns_data_parse(arena, row->type, row->text, &record, NULL));
    record.type = row->type;
    record.class = row->class;
    record.name = strcmp(row->name, "@") == 0    ? "z."
                  : row->name[length - 1] == '.' ? row->name
                                                 : arena_format(arena, "%s.z.", row->name);
    dns_add(arena, message, section, &record);
}

/* The update as it comes out of the codec, so that what is tested is what a client could send. */
static int update(DnsZone *zone, Arena *arena, const Row *prerequisites, const Row *updates)
{
    DnsMessage sent = {.opcode = DNS_UPDATE}, seen;
    Buffer bytes = {0};
    int rcode = DNS_FORMERR;

    dns_add(arena, &sent, DNS_QUESTION,
            &(DnsRecord){.name = "z.", .type = DNS_SOA, .class = DNS_IN});
    for (size_t i = 0; prerequisites != NULL && i < RECORDS_MAX && prerequisites[i].name; i++)
        add_row(arena, &sent, DNS_ANSWER, &prerequisites[i]);
    for (size_t i = 0; i < RECORDS_MAX && updates[i].name != NULL; i++)
        add_row(arena, &sent, DNS_AUTHORITY, &updates[i]);
    dns_encode(&sent, 0, &bytes);
    if (dns_parse(arena, bytes.data, bytes.length, &seen, NULL))
        rcode = dns_zone_update(zone, &seen, dns_manners_of(DNS_LIKE_BIND));
    buffer_release(&bytes);
    return rcode;
}

static const struct {
    const char *name;
    Row rows[RECORDS_MAX];
    int rcode;
} PREREQUISITE_CASES[] = {
    {"none",                                         {{0}},                                  DNS_NOERROR },
    {"set exists",                                   {{"mp1", ANY, DNS_A, NULL, 0}},         DNS_NOERROR },
    {"set exists: it does not",                      {{"mp1", ANY, DNS_AAAA, NULL, 0}},      DNS_NXRRSET },
    {"set exists: nor the name",                     {{"no", ANY, DNS_A, NULL, 0}},          DNS_NXRRSET },
    {"set exists: not through a CNAME",              {{"tsb", ANY, DNS_A, NULL, 0}},         DNS_NXRRSET },
    {"set does not exist",                           {{"mp1", NONE, DNS_AAAA, NULL, 0}},     DNS_NOERROR },
    {"set does not exist: it does",                  {{"tsb", NONE, DNS_CNAME, NULL, 0}},    DNS_YXRRSET },
    {"name in use",                                  {{"mp1", ANY, DNS_ANY, NULL, 0}},       DNS_NOERROR },
    {"name in use: it is not",                       {{"no", ANY, DNS_ANY, NULL, 0}},        DNS_NXDOMAIN},
    {"name in use: only below it",                   {{"deep", ANY, DNS_ANY, NULL, 0}},      DNS_NXDOMAIN},
    {"name not in use",                              {{"no", NONE, DNS_ANY, NULL, 0}},       DNS_NOERROR },
    {"name not in use: only below it",               {{"deep", NONE, DNS_ANY, NULL, 0}},     DNS_NOERROR },
    {"name not in use: it is",                       {{"tsb", NONE, DNS_ANY, NULL, 0}},      DNS_YXDOMAIN},
    {"set with value",                               {{"tsb", IN, DNS_CNAME, "mp1.z", 0}},   DNS_NOERROR },
    {"set with value, other case",                   {{"tsb", IN, DNS_CNAME, "MP1.Z", 0}},   DNS_NOERROR },
    {"set with value: another one",                  {{"tsb", IN, DNS_CNAME, "mp2.z", 0}},   DNS_NXRRSET },
    {"set with value: none",                         {{"no", IN, DNS_A, "192.0.2.1", 0}},    DNS_NXRRSET },
    {"set with values, in any order",
     {{"two", IN, DNS_A, "192.0.2.2", 0}, {"two", IN, DNS_A, "192.0.2.1", 0}},
     DNS_NOERROR                                                                                         },
    {"set with values, one said twice",
     {{"two", IN, DNS_A, "192.0.2.2", 0},
      {"two", IN, DNS_A, "192.0.2.1", 0},
      {"two", IN, DNS_A, "192.0.2.2", 0}},
     DNS_NXRRSET                                                                                         },
    {"set with values: one too few",                 {{"two", IN, DNS_A, "192.0.2.1", 0}},   DNS_NXRRSET },
    {"set with values: one too many",
     {{"mp1", IN, DNS_A, "192.0.2.1", 0}, {"mp1", IN, DNS_A, "192.0.2.2", 0}},
     DNS_NXRRSET                                                                                         },
    {"set with values: one said twice, one missing",
     {{"two", IN, DNS_A, "192.0.2.1", 0}, {"two", IN, DNS_A, "192.0.2.1", 0}},
     DNS_NXRRSET                                                                                         },
    {"two sets with values, mixed",
     {{"two", IN, DNS_A, "192.0.2.1", 0},
      {"mp1", IN, DNS_TXT, "one", 0},
      {"two", IN, DNS_A, "192.0.2.2", 0}},
     DNS_NOERROR                                                                                         },
    {"the second fails",
     {{"mp1", ANY, DNS_A, NULL, 0}, {"no", ANY, DNS_ANY, NULL, 0}},
     DNS_NXDOMAIN                                                                                        },
    {"a value fails after the rest",
     {{"tsb", IN, DNS_CNAME, "mp2.z", 0}, {"tsb", NONE, DNS_ANY, NULL, 0}},
     DNS_YXDOMAIN                                                                                        },
    {"with a TTL",                                   {{"mp1", ANY, DNS_A, NULL, 1}},         DNS_FORMERR },
    {"with a value and a TTL",                       {{"tsb", IN, DNS_CNAME, "mp1.z", 30}},  DNS_FORMERR },
    {"class ANY with data",                          {{"mp1", ANY, DNS_A, "192.0.2.1", 0}},  DNS_FORMERR },
    {"class NONE with data",                         {{"mp1", NONE, DNS_A, "192.0.2.1", 0}}, DNS_FORMERR },
    {"a class of its own",                           {{"mp1", 3, DNS_A, "192.0.2.1", 0}},    DNS_FORMERR },
    {"outside the zone",                             {{"mp1.y.", ANY, DNS_A, NULL, 0}},      DNS_NOTZONE },
};

static void test_prerequisites(void)
{
    static const Row CHANGE[RECORDS_MAX] = {
        {"new", IN, DNS_A, "192.0.2.9", 30}
    };

    for (size_t i = 0; i < TEST_COUNT(PREREQUISITE_CASES); i++) {
        DnsZone *zone = make_zone();
        Arena arena = {0};
        const char *before = zone_text(zone, &arena);
        int rcode = update(zone, &arena, PREREQUISITE_CASES[i].rows, CHANGE);
        bool changed = strcmp(before, zone_text(zone, &arena)) != 0;

        CHECK_CASE(PREREQUISITE_CASES[i].name, rcode == PREREQUISITE_CASES[i].rcode);
        CHECK_CASE(PREREQUISITE_CASES[i].name, changed == (rcode == DNS_NOERROR));
        CHECK_CASE(PREREQUISITE_CASES[i].name, (dns_zone_serial(zone) == 101) == changed);
        arena_release(&arena);
        dns_zone_free(zone);
    }
}

/* now: what the zone says afterwards that it did not before; gone: what it says no more; a line each. */
static const struct {
    const char *name;
    Row rows[RECORDS_MAX];
    int rcode;
    uint32_t serial;
    const char *now, *gone;
} UPDATE_CASES[] = {
    {"nothing",                                           {{0}},                                  DNS_NOERROR, 100, "", ""                                              },
    {"add a name",
     {{"new", IN, DNS_A, "192.0.2.9", 30}},
     DNS_NOERROR,                                                                                              101,
     "new.z. 30 A 192.0.2.9\n",                                                                                         ""                                              },
    {"add to a set",
     {{"two", IN, DNS_A, "192.0.2.3", 60}},
     DNS_NOERROR,                                                                                              101,
     "two.z. 60 A 192.0.2.3\n",                                                                                         ""                                              },
    {"add what is there",                                 {{"two", IN, DNS_A, "192.0.2.2", 60}},  DNS_NOERROR, 100, "", ""                                              },
    {"another TTL for all of a set",
     {{"two", IN, DNS_A, "192.0.2.2", 5}},
     DNS_NOERROR,                                                                                              101,
     "two.z. 5 A 192.0.2.1\ntwo.z. 5 A 192.0.2.2\n",                                                                    "two.z. 60 A 192.0.2.1\ntwo.z. 60 A 192.0.2.2\n"},
    {"a CNAME over a CNAME",
     {{"tsb", IN, DNS_CNAME, "mp2.z", 30}},
     DNS_NOERROR,                                                                                              101,
     "tsb.z. 30 CNAME mp2.z.\n",                                                                                        "tsb.z. 30 CNAME mp1.z.\n"                      },
    {"a CNAME beside an A: ignored",
     {{"mp1", IN, DNS_CNAME, "mp2.z", 30}},
     DNS_NOERROR,                                                                                              100,
     "",                                                                                                                ""                                              },
    {"an A beside a CNAME: ignored",
     {{"tsb", IN, DNS_A, "192.0.2.9", 30}},
     DNS_NOERROR,                                                                                              100,
     "",                                                                                                                ""                                              },
    {"a CNAME at the apex: ignored",                      {{"@", IN, DNS_CNAME, "mp1.z", 30}},    DNS_NOERROR, 100, "", ""                                              },
    {"ignored, and the rest done",
     {{"tsb", IN, DNS_A, "192.0.2.9", 30}, {"new", IN, DNS_A, "192.0.2.9", 30}},
     DNS_NOERROR,                                                                                              101,
     "new.z. 30 A 192.0.2.9\n",                                                                                         ""                                              },
    {"delete a set",
     {{"mp1", ANY, DNS_A, NULL, 0}},
     DNS_NOERROR,                                                                                              101,
     "",                                                                                                                "mp1.z. 60 A 192.0.2.1\n"                       },
    {"delete a set that is not there",                    {{"mp1", ANY, DNS_AAAA, NULL, 0}},      DNS_NOERROR, 100, "", ""                                              },
    {"delete a name",
     {{"mp1", ANY, DNS_ANY, NULL, 0}},
     DNS_NOERROR,                                                                                              101,
     "",                                                                                                                "mp1.z. 60 A 192.0.2.1\nmp1.z. 60 TXT one\n"    },
    {"delete a name that is not there",                   {{"no", ANY, DNS_ANY, NULL, 0}},        DNS_NOERROR, 100, "", ""                                              },
    {"delete one of a set",
     {{"two", NONE, DNS_A, "192.0.2.1", 0}},
     DNS_NOERROR,                                                                                              101,
     "",                                                                                                                "two.z. 60 A 192.0.2.1\n"                       },
    {"delete one that is not there",
     {{"two", NONE, DNS_A, "192.0.2.7", 0}},
     DNS_NOERROR,                                                                                              100,
     "",                                                                                                                ""                                              },
    {"swap a CNAME",
     {{"tsb", ANY, DNS_CNAME, NULL, 0}, {"tsb", IN, DNS_CNAME, "mp2.z", 30}},
     DNS_NOERROR,                                                                                              101,
     "tsb.z. 30 CNAME mp2.z.\n",                                                                                        "tsb.z. 30 CNAME mp1.z.\n"                      },
    {"swap it for itself",
     {{"tsb", ANY, DNS_CNAME, NULL, 0}, {"tsb", IN, DNS_CNAME, "mp1.z", 30}},
     DNS_NOERROR,                                                                                              100,
     "",                                                                                                                ""                                              },
    {"swap a CNAME for an A",
     {{"tsb", ANY, DNS_ANY, NULL, 0}, {"tsb", IN, DNS_A, "192.0.2.9", 30}},
     DNS_NOERROR,                                                                                              101,
     "tsb.z. 30 A 192.0.2.9\n",                                                                                         "tsb.z. 30 CNAME mp1.z.\n"                      },
    {"swap in the wrong order: the name is gone",
     {{"two", IN, DNS_CNAME, "mp1.z", 30}, {"two", ANY, DNS_A, NULL, 0}},
     DNS_NOERROR,                                                                                              101,
     "",                                                                                                                "two.z. 60 A 192.0.2.1\ntwo.z. 60 A 192.0.2.2\n"},
    {"add and delete",
     {{"new", IN, DNS_A, "192.0.2.9", 30}, {"new", ANY, DNS_ANY, NULL, 0}},
     DNS_NOERROR,                                                                                              100,
     "",                                                                                                                ""                                              },
    {"delete all of the apex: SOA and NS stay",
     {{"@", ANY, DNS_ANY, NULL, 0}},
     DNS_NOERROR,                                                                                              100,
     "",                                                                                                                ""                                              },
    {"delete the NS set: ignored",                        {{"@", ANY, DNS_NS, NULL, 0}},          DNS_NOERROR, 100, "", ""                                              },
    {"delete the SOA: ignored",                           {{"@", ANY, DNS_SOA, NULL, 0}},         DNS_NOERROR, 100, "", ""                                              },
    {"delete one NS",
     {{"@", NONE, DNS_NS, "ns1.z", 0}},
     DNS_NOERROR,                                                                                              101,
     "",                                                                                                                "z. 300 NS ns1.z.\n"                            },
    {"delete one NS after the other: the last stays",
     {{"@", NONE, DNS_NS, "ns1.z", 0}, {"@", NONE, DNS_NS, "ns2.z", 0}},
     DNS_NOERROR,                                                                                              101,
     "",                                                                                                                "z. 300 NS ns1.z.\n"                            },
    {"an older SOA: ignored",
     {{"@", IN, DNS_SOA, "ns1.z. h.z. 99 1 2 3 60", 300}},
     DNS_NOERROR,                                                                                              100,
     "",                                                                                                                ""                                              },
    {"the same SOA: ignored",
     {{"@", IN, DNS_SOA, "ns1.z. h.z. 100 1 2 3 60", 300}},
     DNS_NOERROR,                                                                                              100,
     "",                                                                                                                ""                                              },
    {"a later SOA says the serial",
     {{"@", IN, DNS_SOA, "ns1.z. h.z. 500 1 2 3 60", 300}, {"new", IN, DNS_A, "192.0.2.9", 30}},
     DNS_NOERROR,                                                                                              500,
     "new.z. 30 A 192.0.2.9\n",                                                                                         ""                                              },
    {"a SOA below the apex: ignored",
     {{"new", IN, DNS_SOA, "ns1.z. h.z. 500 1 2 3 60", 300}},
     DNS_NOERROR,                                                                                              100,
     "",                                                                                                                ""                                              },
    {"a name server's address goes: nothing is done",
     {{"new", IN, DNS_A, "192.0.2.9", 30},
      {"two", ANY, DNS_ANY, NULL, 0},
      {"ns1", ANY, DNS_A, NULL, 0}},
     DNS_REFUSED,                                                                                              100,
     "",                                                                                                                ""                                              },
    {"a name server without address comes",
     {{"@", IN, DNS_NS, "ns3.z", 300}},
     DNS_REFUSED,                                                                                              100,
     "",                                                                                                                ""                                              },
    {"the last one is outside the zone: nothing is done",
     {{"new", IN, DNS_A, "192.0.2.9", 30}, {"new.y.", IN, DNS_A, "192.0.2.9", 30}},
     DNS_NOTZONE,                                                                                              100,
     "",                                                                                                                ""                                              },
    {"the last one is malformed: nothing is done",
     {{"two", ANY, DNS_ANY, NULL, 0}, {"new", ANY, DNS_A, "192.0.2.9", 0}},
     DNS_FORMERR,                                                                                              100,
     "",                                                                                                                ""                                              },
    {"add of type ANY",                                   {{"new", IN, DNS_ANY, NULL, 30}},       DNS_FORMERR, 100, "", ""                                              },
    {"delete a set with a TTL",                           {{"mp1", ANY, DNS_A, NULL, 1}},         DNS_FORMERR, 100, "", ""                                              },
    {"delete one with a TTL",                             {{"mp1", NONE, DNS_A, "192.0.2.1", 1}}, DNS_FORMERR, 100, "", ""                                              },
    {"delete one of type ANY",                            {{"mp1", NONE, DNS_ANY, NULL, 0}},      DNS_FORMERR, 100, "", ""                                              },
    {"a class of its own",                                {{"mp1", 3, DNS_A, "192.0.2.1", 0}},    DNS_FORMERR, 100, "", ""                                              },
};

/* The lines of a that b does not have. */
static const char *lines_only_in(Arena *arena, const char *a, const char *b)
{
    const char *only = "";

    for (const char *line = a; *line != '\0'; line += strcspn(line, "\n") + 1) {
        const char *text = arena_text_of(arena, line, strcspn(line, "\n") + 1);

        if (strstr(b, text) == NULL)
            only = arena_format(arena, "%s%s", only, text);
    }
    return only;
}

static void test_updates(void)
{
    for (size_t i = 0; i < TEST_COUNT(UPDATE_CASES); i++) {
        DnsZone *zone = make_zone();
        Arena arena = {0};
        const char *before = zone_text(zone, &arena), *after;
        bool ok =
            CHECK_INTEGER(update(zone, &arena, NULL, UPDATE_CASES[i].rows), UPDATE_CASES[i].rcode);

        after = zone_text(zone, &arena);
        ok = CHECK_INTEGER(dns_zone_serial(zone), UPDATE_CASES[i].serial) && ok;
        ok = CHECK_TEXT(lines_only_in(&arena, after, before), UPDATE_CASES[i].now) && ok;
        ok = CHECK_TEXT(lines_only_in(&arena, before, after), UPDATE_CASES[i].gone) && ok;
        CHECK_CASE(UPDATE_CASES[i].name, ok);
        if (UPDATE_CASES[i].rcode != DNS_NOERROR)
            CHECK_TEXT(after, before);
        arena_release(&arena);
        dns_zone_free(zone);
    }
}

static const struct {
    const char *name, *apex;
    uint16_t type, class;
    size_t times;
    int rcode;
} ZONE_CASES[] = {
    {"the zone",           "z.",     DNS_SOA, DNS_IN, 1, DNS_NOERROR},
    {"no zone",            "z.",     DNS_SOA, DNS_IN, 0, DNS_FORMERR},
    {"two zones",          "z.",     DNS_SOA, DNS_IN, 2, DNS_FORMERR},
    {"not its SOA",        "z.",     DNS_A,   DNS_IN, 1, DNS_FORMERR},
    {"another zone",       "y.",     DNS_SOA, DNS_IN, 1, DNS_NOTAUTH},
    {"a name in the zone", "mp1.z.", DNS_SOA, DNS_IN, 1, DNS_NOTAUTH},
    {"another class",      "z.",     DNS_SOA, 3,      1, DNS_NOTAUTH},
};

static void test_zone_section(void)
{
    for (size_t i = 0; i < TEST_COUNT(ZONE_CASES); i++) {
        DnsZone *zone = make_zone();
        Arena arena = {0};
        DnsMessage message = {.opcode = DNS_UPDATE};
        DnsRecord named = {.name = ZONE_CASES[i].apex,
                           .type = ZONE_CASES[i].type,
                           .class = ZONE_CASES[i].class};

        for (size_t j = 0; j < ZONE_CASES[i].times; j++)
            dns_add(&arena, &message, DNS_QUESTION, &named);
        CHECK_CASE(ZONE_CASES[i].name,
                   dns_zone_update(zone, &message, dns_manners_of(DNS_LIKE_BIND)) ==
                       ZONE_CASES[i].rcode);
        arena_release(&arena);
        dns_zone_free(zone);
    }
}

TEST_SUITE("fakes/dns/update", {"prerequisites", test_prerequisites}, {"updates", test_updates},
           {"which zone is meant", test_zone_section});
