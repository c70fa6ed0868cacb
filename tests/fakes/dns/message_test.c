/*
 * tests/fakes/dns/message_test.c - messages there and back; messages that are cut, lie about their length, or are too long.
 */
#include "fakes/dns/message.h"

#include <stdlib.h>
#include <string.h>

#include "fakes/dns/data.h"
#include "tests/test.h"

static void add_text(Arena *arena, DnsMessage *message, int section, const char *name,
                     uint16_t type, const char *text)
{
    DnsRecord record = {.name = name, .ttl_s = 60};

    CHECK(dns_data_parse(arena, type, text, &record, NULL));
    dns_add(arena, message, section, &record);
}

static void make_message(Arena *arena, DnsMessage *message)
{
    *message = (DnsMessage){
        .id = 0xbeef,
        .opcode = DNS_QUERY,
        .rcode = DNS_NXDOMAIN,
        .is_response = true,
        .is_authoritative = true,
        .wants_recursion = true,
        .offers_recursion = true,
        .has_edns = true,
        .udp_size = 1400,
        .wants_dnssec = true,
    };
    dns_add(arena, message, DNS_QUESTION,
            &(DnsRecord){.name = "tsb.example.com.", .type = DNS_A, .class = DNS_IN});
    add_text(arena, message, DNS_ANSWER, "tsb.example.com.", DNS_CNAME, "mp1.example.com");
    add_text(arena, message, DNS_ANSWER, "mp1.example.com.", DNS_A, "192.0.2.1");
    add_text(arena, message, DNS_ANSWER, "mp1.example.com.", DNS_AAAA, "2001:db8::1");
    add_text(arena, message, DNS_AUTHORITY, "example.com.", DNS_SOA,
             "ns1.example.com. hostmaster.example.com. 7 3600 600 86400 60");
    add_text(arena, message, DNS_AUTHORITY, "example.com.", DNS_NS, "ns1.example.com.");
    add_text(arena, message, DNS_ADDITIONAL, "other.example.org.", DNS_TXT, "two \\\"words\\\"");
}

static void check_same_records(Arena *arena, const DnsMessage *a, const DnsMessage *b)
{
    for (int section = DNS_QUESTION; section <= DNS_ADDITIONAL; section++) {
        if (!CHECK_INTEGER(a->sections[section].count, b->sections[section].count))
            continue;
        for (size_t i = 0; i < a->sections[section].count; i++)
            CHECK_TEXT(dns_record_text(arena, &a->sections[section].records[i]),
                       dns_record_text(arena, &b->sections[section].records[i]));
    }
}

static void test_round_trip(void)
{
    Arena arena = {0};
    DnsMessage sent, seen;
    Buffer bytes = {0}, again = {0};

    make_message(&arena, &sent);
    dns_encode(&sent, 0, &bytes);
    if (CHECK(dns_parse(&arena, bytes.data, bytes.length, &seen, NULL))) {
        CHECK_INTEGER(seen.id, 0xbeef);
        CHECK_INTEGER(seen.rcode, DNS_NXDOMAIN);
        CHECK(seen.is_response && seen.is_authoritative && seen.wants_recursion);
        CHECK(seen.offers_recursion && !seen.is_truncated);
        CHECK(seen.has_edns && seen.wants_dnssec);
        CHECK_INTEGER(seen.udp_size, 1400);
        check_same_records(&arena, &sent, &seen);
        dns_encode(&seen, 0, &again);
        CHECK(again.length == bytes.length && memcmp(again.data, bytes.data, bytes.length) == 0);
    }
    buffer_release(&bytes);
    buffer_release(&again);
    arena_release(&arena);
}

static void test_compresses(void)
{
    static const uint8_t EXPECTED[] =
        "\x00\x01\x84\x00\x00\x01\x00\x02\x00\x00\x00\x00"
        "\x01"
        "a\x01"
        "b\x00\x00\x01\x00\x01"
        "\xc0\x0c\x00\x05\x00\x01\x00\x00\x00\x3c\x00\x04\x01"
        "c\xc0\x0e"
        "\xc0\x21\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00\x02\x01";
    Arena arena = {0};
    DnsMessage message = {.id = 1, .is_response = true, .is_authoritative = true};
    Buffer bytes = {0};

    dns_add(&arena, &message, DNS_QUESTION,
            &(DnsRecord){.name = "a.b.", .type = DNS_A, .class = DNS_IN});
    add_text(&arena, &message, DNS_ANSWER, "a.b.", DNS_CNAME, "c.b");
    add_text(&arena, &message, DNS_ANSWER, "c.b.", DNS_A, "192.0.2.1");
    dns_encode(&message, 0, &bytes);
    CHECK_INTEGER(bytes.length, sizeof EXPECTED - 1);
    CHECK(bytes.length == sizeof EXPECTED - 1 && memcmp(bytes.data, EXPECTED, bytes.length) == 0);
    buffer_release(&bytes);
    arena_release(&arena);
}

/* In memory of exactly that size, so that a read past its end is seen. */
static bool parse_copy(Arena *arena, const void *bytes, size_t length, DnsMessage *out_message)
{
    uint8_t *copy = malloc(length > 0 ? length : 1);
    bool ok;

    memcpy(copy, bytes, length);
    ok = dns_parse(arena, copy, length, out_message, NULL);
    free(copy);
    return ok;
}

static void test_cut_anywhere(void)
{
    Arena arena = {0};
    DnsMessage message, seen;
    Buffer bytes = {0};

    make_message(&arena, &message);
    dns_encode(&message, 0, &bytes);
    for (size_t length = 0; length < bytes.length; length++) {
        Error err = {0};

        CHECK(!parse_copy(&arena, bytes.data, length, &seen));
        CHECK(!dns_parse(&arena, bytes.data, length, &seen, &err));
        CHECK_INTEGER(err.code, ERR_PROTOCOL);
    }
    buffer_add_byte(&bytes, 0);
    CHECK(parse_copy(&arena, bytes.data, bytes.length, &seen));
    buffer_release(&bytes);
    arena_release(&arena);
}

#define HEADER(qd, an, ns, ar) "\0\1\0\0\0" qd "\0" an "\0" ns "\0" ar
#define QUESTION               "\1a\0\0\1\0\1"
#define OPT                    "\0\0\x29\x10\0\0\0\0\0\0\0"
#define TSIG                   "\1k\0\0\xfa\0\xff\0\0\0\0\0\0"
#define BYTES(text)            text, sizeof(text) - 1

static const struct {
    const char *name, *bytes;
    size_t length;
    bool is_read;
} FORM_CASES[] = {
    {"a question",                                                    BYTES(HEADER("\1",                    "\0","\0", "\0") QUESTION), true},
    {"a question and OPT",                                                BYTES(HEADER("\1",                                                                                "\0","\0", "\1") QUESTION OPT), true},
    {"OPT with a cookie",
     BYTES(HEADER("\1","\0","\0", "\1") QUESTION "\0\0\x29\x10\0\0\0\0\0\0\x0c\0\x0a\0\x08"
                                                   "12345678"),
     true},
    {"OPT with something unknown",
     BYTES(HEADER("\1",                                                                                               "\0","\0", "\1") QUESTION "\0\0\x29\x10\0\0\0\0\0\0\x06\0\x64\0\x02xx"),
     true},
    {"a signature at the end",                                                           BYTES(HEADER("\1",                                                                                                                                            "\0",                                                                                 "\0", "\2") QUESTION OPT TSIG), true},
    {"fewer questions than counted",                                                               BYTES(HEADER("\2",                                                                        "\0","\0", "\0") QUESTION), false},
    {"an answer that is not there",                                                           BYTES(HEADER("\1",                                   "\1","\0", "\0") QUESTION), false},
    {"two OPT",                                        BYTES(HEADER("\1", "\0","\0", "\2") QUESTION OPT OPT), false},
    {"OPT as an answer",                                       BYTES(HEADER("\1",                                                                       "\1","\0", "\0") QUESTION OPT), false},
    {"OPT with a name",
     BYTES(HEADER("\1","\0","\0", "\1") QUESTION "\1x\0\0\x29\x10\0\0\0\0\0\0\0"), true},
    {"OPT with half an option",
     BYTES(HEADER("\1",                                                                                              "\0","\0", "\1") QUESTION "\0\0\x29\x10\0\0\0\0\0\0\3\0\x64\0"), false},
    {"OPT with an option past its end",
     BYTES(HEADER("\1",                                                         "\0","\0", "\1") QUESTION "\0\0\x29\x10\0\0\0\0\0\0\6\0\x64\0\x03xx"),
     false},
    {"OPT with a cookie of nine bytes",
     BYTES(HEADER("\1",                                                                                           "\0","\0", "\1") QUESTION "\0\0\x29\x10\0\0\0\0\0\0\x0d\0\x0a\0\x09"
                                                   "123456789"),
     true},
    {"a signature before the end",                                                           BYTES(HEADER("\1",                                                                        "\0",                                                                                                                                                                                                                  "\0", "\2") QUESTION TSIG OPT), false},
    {"two signatures",                                              BYTES(HEADER("\1",                           "\0","\0", "\2") QUESTION TSIG TSIG), false},
    {"an address of three bytes",
     BYTES(HEADER("\0",                                                                           "\1","\0", "\0") "\1a\0\0\1\0\1\0\0\0\0\0\3abc"), false},
    {"an address of no bytes, class IN",
     BYTES(HEADER("\0",                                                                                                                                       "\1",                                                                                                                                                   "\0", "\0") "\1a\0\0\1\0\1\0\0\0\0\0\0"), false},
    {"an address of no bytes, class ANY",
     BYTES(HEADER("\0",                                                                                               "\1","\0", "\0") "\1a\0\0\1\0\xff\0\0\0\0\0\0"), true},
    {"a CNAME longer than its data",
     BYTES(HEADER("\0","\1","\0", "\0") "\1a\0\0\5\0\1\0\0\0\0\0\2\1b\0"), false},
    {"a CNAME shorter than its data",
     BYTES(HEADER("\0",                                                                   "\1","\0", "\0") "\1a\0\0\5\0\1\0\0\0\0\0\4\1b\0x"), false},
    {"a CNAME that points at itself",
     BYTES(HEADER("\0",                                     "\1","\0", "\0") "\1a\0\0\5\0\1\0\0\0\0\0\2\xc0\x19"), false},
    {"a CNAME that points at its owner",
     BYTES(HEADER("\0",                                                                                     "\1","\0", "\0") "\1a\0\0\5\0\1\0\0\0\0\0\2\xc0\x0c"), true},
    {"TXT with a string past its end",
     BYTES(HEADER("\0",                                                                                                  "\1","\0", "\0") "\1a\0\0\x10\0\1\0\0\0\0\0\2\2x"), false},
    {"TXT with nothing",BYTES(HEADER("\0","\1","\0", "\0") "\1a\0\0\x10\0\1\0\0\0\0\0\0"),
     false},
    {"SOA without its numbers",
     BYTES(HEADER("\0",                                                                                              "\1","\0", "\0") "\1a\0\0\6\0\1\0\0\0\0\0\2\0\0"), false},
    {"a type nobody knows",                                                           BYTES(HEADER("\0",                                                                 "\1",                                                                                        "\0", "\0") "\1a\0\xff\0\0\1\0\0\0\0\0\3abc"),
     true},
    {"more records than bytes",                                                               BYTES("\0\1\0\0\xff\xff\xff\xff\xff\xff\xff\xff" QUESTION),                                                                         false},
};

static void test_forms(void)
{
    Arena arena = {0};

    for (size_t i = 0; i < TEST_COUNT(FORM_CASES); i++) {
        DnsMessage seen;

        CHECK_CASE(FORM_CASES[i].name, parse_copy(&arena, FORM_CASES[i].bytes, FORM_CASES[i].length,
                                                  &seen) == FORM_CASES[i].is_read);
    }
    arena_release(&arena);
}

static void test_keeps_case(void)
{
    static const char ASKED[] = HEADER("\1", "\0", "\0", "\0") "\3TsB\0\0\1\0\1";
    Arena arena = {0};
    DnsMessage seen;
    Buffer bytes = {0};

    if (CHECK(dns_parse(&arena, ASKED, sizeof ASKED - 1, &seen, NULL))) {
        CHECK_TEXT(seen.sections[DNS_QUESTION].records[0].name, "tsb.");
        CHECK_TEXT(seen.asked_as, "TsB.");
        dns_encode(&seen, 0, &bytes);
        CHECK(bytes.length == sizeof ASKED - 1 && memcmp(bytes.data, ASKED, bytes.length) == 0);
    }
    buffer_release(&bytes);
    arena_release(&arena);
}

/* At every limit: never longer than it, always readable, and either whole or marked as cut. */
static void test_limits(void)
{
    Arena arena = {0};
    DnsMessage message, seen;
    Buffer bytes = {0};
    size_t whole, least = 12 + 21 + 11;

    make_message(&arena, &message);
    dns_encode(&message, 0, &bytes);
    whole = bytes.length;
    for (size_t max = least; max <= whole; max++) {
        buffer_clear(&bytes);
        dns_encode(&message, max, &bytes);
        CHECK(bytes.length <= max);
        if (!CHECK(dns_parse(&arena, bytes.data, bytes.length, &seen, NULL)))
            continue;
        CHECK(seen.has_edns);
        CHECK(seen.is_truncated == (seen.sections[DNS_ANSWER].count == 0));
        CHECK(seen.is_truncated == (seen.sections[DNS_AUTHORITY].count == 0));
        CHECK((bytes.length == whole) == (seen.sections[DNS_ADDITIONAL].count == 1));
    }
    buffer_release(&bytes);
    arena_release(&arena);
}

static const struct {
    const char *name;
    uint16_t type;
    const char *text, *again; /* NULL: refused */
} DATA_CASES[] = {
    {"A",                           DNS_A,     "192.0.2.1",                "192.0.2.1"               },
    {"A with three numbers",        DNS_A,     "192.0.2",                  NULL                      },
    {"A with a name",               DNS_A,     "mp1.example.com",          NULL                      },
    {"AAAA",                        DNS_AAAA,  "2001:DB8:0::1",            "2001:db8::1"             },
    {"AAAA of IPv4",                DNS_AAAA,  "192.0.2.1",                NULL                      },
    {"CNAME",                       DNS_CNAME, "MP1.example.com",          "MP1.example.com."        },
    {"CNAME that is no name",       DNS_CNAME, "a..b",                     NULL                      },
    {"NS",                          DNS_NS,    "ns1.example.com.",         "ns1.example.com."        },
    {"TXT",                         DNS_TXT,   "heritage=external-dns",    "heritage=external-dns"   },
    {"TXT of nothing",              DNS_TXT,   "",                         ""                        },
    {"TXT with escapes",            DNS_TXT,   "a\\000b\\\\c\\xd",         "a\\000b\\\\c\\\\xd"      },
    {"SOA",                         DNS_SOA,   "a. b. 4294967295 2 3 4 5", "a. b. 4294967295 2 3 4 5"},
    {"SOA without a number",        DNS_SOA,   "a. b. 1 2 3 4",            NULL                      },
    {"SOA with a number more",      DNS_SOA,   "a. b. 1 2 3 4 5 6",        NULL                      },
    {"SOA with too large a serial", DNS_SOA,   "a. b. 4294967296 2 3 4 5", NULL                      },
    {"SOA with a serial below 0",   DNS_SOA,   "a. b. -1 2 3 4 5",         NULL                      },
    {"a type without words",        999,       "x",                        NULL                      },
};

static void test_data(void)
{
    Arena arena = {0};

    for (size_t i = 0; i < TEST_COUNT(DATA_CASES); i++) {
        DnsRecord record = {0};
        Error err = {0};
        bool ok = dns_data_parse(&arena, DATA_CASES[i].type, DATA_CASES[i].text, &record, &err);

        CHECK_CASE(DATA_CASES[i].name, ok == (DATA_CASES[i].again != NULL));
        if (ok)
            CHECK_TEXT(dns_data_text(&arena, &record), DATA_CASES[i].again);
        else
            CHECK_INTEGER(err.code, ERR_INPUT);
    }
    arena_release(&arena);
}

static void test_long_text(void)
{
    Arena arena = {0};
    DnsRecord record = {0};
    char text[601];

    memset(text, 'x', 600);
    text[600] = '\0';
    CHECK(dns_data_parse(&arena, DNS_TXT, text, &record, NULL));
    CHECK_INTEGER(record.length, 600 + 3);
    CHECK_INTEGER(record.data[0], 255);
    CHECK_INTEGER(record.data[512], 90);
    CHECK_TEXT(dns_data_text(&arena, &record), text);
    arena_release(&arena);
}

static void test_words(void)
{
    Arena arena = {0};

    CHECK_TEXT(dns_type_name(DNS_CNAME), "CNAME");
    CHECK_TEXT(dns_type_name(999), "TYPE");
    CHECK_TEXT(dns_type_text(&arena, 999), "TYPE999");
    CHECK_TEXT(dns_rcode_name(DNS_NXRRSET), "NXRRSET");
    CHECK_TEXT(dns_rcode_name(DNS_BADTIME), "BADTIME");
    CHECK_TEXT(dns_rcode_name(13), "RESERVED");
    CHECK_TEXT(dns_rcode_name(-1), "RESERVED");
    CHECK_TEXT(dns_data_text(&arena, &(DnsRecord){.type = 999,
                                                  .data = (const uint8_t *)"\xbe\xef",
                                                  .length = 2}),
               "\\# 2 beef");
    arena_release(&arena);
}

TEST_SUITE("fakes/dns/message", {"there and back", test_round_trip},
           {"names are compressed", test_compresses}, {"cut at every length", test_cut_anywhere},
           {"forms that are read and that are not", test_forms},
           {"the question keeps its case", test_keeps_case}, {"every limit", test_limits},
           {"data as text", test_data}, {"long text is cut into strings", test_long_text},
           {"words for numbers", test_words});
