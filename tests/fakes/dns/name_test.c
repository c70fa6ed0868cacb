/*
 * tests/fakes/dns/name_test.c - domain names as text and as labels; compression pointers that lie.
 */
#include "fakes/dns/name.h"

#include <string.h>

#include "fakes/dns/message.h"
#include "tests/test.h"

#define LABEL_63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"
#define NAME_253                       \
    LABEL_63 "." LABEL_63 "." LABEL_63 \
             ".abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghi"

static const struct {
    const char *name, *text, *tidy; /* NULL: refused */
} TIDY_CASES[] = {
    {"a name",                    "tsb.example.com.",   "tsb.example.com."  },
    {"without its dot",           "tsb.example.com",    "tsb.example.com."  },
    {"in capitals",               "TsB.Example.COM",    "tsb.example.com."  },
    {"the root",                  ".",                  "."                 },
    {"a wildcard",                "*.example.com",      "*.example.com."    },
    {"an underscore",             "_acme-challenge.x.", "_acme-challenge.x."},
    {"a dot inside a label",      "a\\.b.c",            "a\\.b.c."          },
    {"an escaped dot by number",  "a\\046b.c",          "a\\.b.c."          },
    {"a space by number",         "a\\032b",            "a\\032b."          },
    {"an escape that needs none", "\\a\\098",           "ab."               },
    {"the longest label",         LABEL_63,             LABEL_63 "."        },
    {"the longest name",          NAME_253,             NAME_253 "."        },
    {"nothing",                   "",                   NULL                },
    {"an empty label",            "a..b",               NULL                },
    {"a dot in front",            ".a",                 NULL                },
    {"two dots",                  "..",                 NULL                },
    {"a label of 64",             LABEL_63 "x",         NULL                },
    {"a name too long by one",    NAME_253 "x",         NULL                },
    {"an escape of nothing",      "a\\",                NULL                },
    {"an escape of two digits",   "a\\12",              NULL                },
    {"an escape past 255",        "a\\256",             NULL                },
};

static void test_tidy(void)
{
    for (size_t i = 0; i < TEST_COUNT(TIDY_CASES); i++) {
        char tidy[DNS_NAME_TEXT_MAX];
        bool ok = dns_name_tidy(TIDY_CASES[i].text, tidy);

        CHECK_CASE(TIDY_CASES[i].name, ok == (TIDY_CASES[i].tidy != NULL));
        if (ok && TIDY_CASES[i].tidy != NULL)
            CHECK_TEXT(tidy, TIDY_CASES[i].tidy);
    }
}

/* Bytes from offset 12 on, where a message's names start. */
static const struct {
    const char *name, *bytes;
    size_t length, at;
    const char *text; /* NULL: refused */
    size_t next;
} DECODE_CASES[] = {
    {"a name",                        "\3foo\0",                    5,  0, "foo.",          5 },
    {"keeps its case",                "\3FoO\0",                    5,  0, "FoO.",          5 },
    {"the root",                      "\0",                         1,  0, ".",             1 },
    {"a pointer",                     "\3foo\0\3bar\xc0\x0c",       11, 5, "bar.foo.",      11},
    {"a pointer to a pointer",        "\3foo\0\xc0\x0c\1x\xc0\x11", 11, 7, "x.foo.",        11},
    {"bytes that are no letters",     "\3.\\\x80\0",                5,  0, "\\.\\\\\\128.", 5 },
    {"nothing",                       "",                           0,  0, NULL,            0 },
    {"cut in a label",                "\3fo",                       3,  0, NULL,            0 },
    {"cut before the root",           "\3foo",                      4,  0, NULL,            0 },
    {"half a pointer",                "\3foo\xc0",                  5,  0, NULL,            0 },
    {"a pointer to itself",           "\xc0\x0c",                   2,  0, NULL,            0 },
    {"a pointer forwards",            "\xc0\x0e\0",                 3,  0, NULL,            0 },
    {"a pointer into its own labels", "\3foo\xc0\x0c",              6,  0, NULL,            0 },
    {"two pointers at each other",    "\xc0\x0e\xc0\x0c",           4,  2, NULL,            0 },
    {"a pointer into the header",     "\xc0\x00",                   2,  0, NULL,            0 },
    {"a pointer past the end",        "\xff\xff",                   2,  0, NULL,            0 },
    {"a label type of tomorrow",
     "\x43"
     "foo\0",                                                       5,  0, NULL,            0 },
    {"a label type of yesterday",
     "\x83"
     "foo\0",                                                       5,  0, NULL,            0 },
};

static void test_decode(void)
{
    for (size_t i = 0; i < TEST_COUNT(DECODE_CASES); i++) {
        uint8_t bytes[64] = {0};
        char text[DNS_NAME_TEXT_MAX];
        size_t next;

        memcpy(bytes + 12, DECODE_CASES[i].bytes, DECODE_CASES[i].length);
        next = dns_name_decode(bytes, 12 + DECODE_CASES[i].length, 12 + DECODE_CASES[i].at, text);
        if (DECODE_CASES[i].text == NULL) {
            CHECK_CASE(DECODE_CASES[i].name, next == 0);
            continue;
        }
        if (CHECK_CASE(DECODE_CASES[i].name, next == 12 + DECODE_CASES[i].next))
            CHECK_TEXT(text, DECODE_CASES[i].text);
    }
}

/* Labels that each point at the label before them: more than 255 bytes in the end, though each step is honest. */
static void test_long_by_pointers(void)
{
    uint8_t bytes[12 + 200 * 4] = {0};
    char text[DNS_NAME_TEXT_MAX];
    size_t at = 12;

    memcpy(bytes + at, "\1a\0\0", 4);
    for (int i = 1; i < 200; i++) {
        size_t before = at;

        at += 4;
        bytes[at] = 1;
        bytes[at + 1] = 'a';
        bytes[at + 2] = (uint8_t)(0xc0 | before >> 8);
        bytes[at + 3] = (uint8_t)before;
    }
    CHECK(dns_name_decode(bytes, sizeof bytes, 12 + 4 * 126, text) > 0);
    CHECK_INTEGER(strlen(text), 254);
    CHECK_INTEGER(dns_name_decode(bytes, sizeof bytes, 12 + 4 * 127, text), 0);
    CHECK_INTEGER(dns_name_decode(bytes, sizeof bytes, at, text), 0);
}

static const struct {
    const char *name, *below, *apex;
    bool is_under;
} UNDER_CASES[] = {
    {"below",                              "a.b.c.",     "b.c.", true },
    {"the same",                           "b.c.",       "b.c.", true },
    {"in another case",                    "A.B.C.",     "b.c.", true },
    {"everything is below the root",       "b.c.",       ".",    true },
    {"above",                              "c.",         "b.c.", false},
    {"beside",                             "x.c.",       "b.c.", false},
    {"the end of a longer label",          "ab.c.",      "b.c.", false},
    {"a dot that belongs to a label",      "a\\.b.c.",   "b.c.", false},
    {"a dot after a backslash in a label", "a\\\\.b.c.", "b.c.", true },
};

static void test_under(void)
{
    for (size_t i = 0; i < TEST_COUNT(UNDER_CASES); i++)
        CHECK_CASE(UNDER_CASES[i].name,
                   dns_name_is_under(UNDER_CASES[i].below, UNDER_CASES[i].apex) ==
                       UNDER_CASES[i].is_under);
    CHECK(dns_name_equal("a.B.", "A.b."));
    CHECK(!dns_name_equal("a.b.", "a.b"));
    CHECK(!dns_name_equal("a.", "b."));
}

TEST_SUITE("fakes/dns/name", {"text is made tidy or refused", test_tidy},
           {"wire is read or refused", test_decode},
           {"pointers do not stretch a name", test_long_by_pointers},
           {"what is below what", test_under});
