/*
 * tests/fakes/postgres/message_test.c - messages in pieces, cut short, and with lengths that cannot be.
 */
#include "fakes/postgres/message.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "tests/test.h"

static const char STARTUP[] = "\0\0\0\x16\0\3\0\0user\0postgres\0\0";
static const char QUERY[] = "Q\0\0\0\x0dselect 1\0";

static void test_byte_by_byte(void)
{
    PgMessage message;
    size_t used = 0;

    for (size_t length = 0; length < 22; length++)
        CHECK(pg_read_startup(STARTUP, length, &message, &used) == PG_READ_MORE);
    CHECK(pg_read_startup(STARTUP, 22, &message, &used) == PG_READ_WHOLE);
    CHECK_INTEGER(used, 22);
    for (size_t length = 0; length < 14; length++)
        CHECK(pg_read_message(QUERY, length, &message, &used) == PG_READ_MORE);
    CHECK(pg_read_message(QUERY, sizeof QUERY, &message, &used) == PG_READ_WHOLE);
    CHECK_INTEGER(used, 14);
    CHECK_INTEGER(message.type, 'Q');
    CHECK_TEXT(message.body, "select 1");
    CHECK_INTEGER(message.length, 9);
}

static const struct {
    const char *name, *bytes;
    size_t length;
    bool is_startup;
} BROKEN_CASES[] = {
    {"start-up of length 0",                "\0\0\0\0",           4,  true },
    {"start-up of length 4",                "\0\0\0\4",           4,  true },
    {"HTTP",                                "GET / HTTP/1.1\r\n", 16, true },
    {"a bare TLS ClientHello",              "\x16\3\1\2\0\1\0\1", 8,  true },
    {"start-up longer than Postgres takes", "\0\0\x27\x15",       4,  true },
    {"message of length 3",                 "Q\0\0\0\3",          5,  false},
    {"message of 4 GiB",                    "Q\xff\xff\xff\xff",  5,  false},
};

static void test_broken(void)
{
    for (size_t i = 0; i < TEST_COUNT(BROKEN_CASES); i++) {
        PgMessage message;
        size_t used;
        PgRead read =
            BROKEN_CASES[i].is_startup
                ? pg_read_startup(BROKEN_CASES[i].bytes, BROKEN_CASES[i].length, &message, &used)
                : pg_read_message(BROKEN_CASES[i].bytes, BROKEN_CASES[i].length, &message, &used);

        CHECK_CASE(BROKEN_CASES[i].name, read == PG_READ_BROKEN);
    }
}

static void test_taking_apart(void)
{
    PgMessage message = {'B', "\1\2\3\4\5\6\7text\0x", 13};
    PgReader reader = pg_reader(&message);

    CHECK_INTEGER(pg_take_byte(&reader), 1);
    CHECK_INTEGER(pg_take_u16(&reader), 0x0203);
    CHECK_INTEGER(pg_take_u32(&reader), 0x04050607);
    CHECK_TEXT(pg_take_text(&reader), "text");
    CHECK(!pg_reader_is_done(&reader));
    CHECK_TEXT(pg_take_text(&reader), ""); /* it never ends */
    CHECK(reader.is_broken);
    CHECK_INTEGER(pg_take_byte(&reader), 0);
    CHECK(pg_take_bytes(&reader, 0) == NULL);
    reader = pg_reader(&message);
    CHECK(pg_take_bytes(&reader, 14) == NULL);
    CHECK(!pg_reader_is_done(&reader));
    reader = pg_reader(&message);
    CHECK(pg_take_bytes(&reader, 13) != NULL);
    CHECK(pg_reader_is_done(&reader));
}

static bool is_bytes(const Buffer *buffer, const void *bytes, size_t length)
{
    return buffer->length == length && memcmp(buffer->data, bytes, length) == 0;
}

static void test_putting_together(void)
{
    Buffer out = {0};
    PgReport report;

    pg_add_ready(&out, 'I');
    CHECK(is_bytes(&out, "Z\0\0\0\5I", 6));
    buffer_clear(&out);
    pg_add_complete(&out, "SELECT 1");
    CHECK(is_bytes(&out, "C\0\0\0\x0dSELECT 1\0", 14));
    buffer_clear(&out);
    pg_error_at(&report, 8, "42601", (PgSource){"scan.l", "1188", "scanner_yyerror"}, "no");
    pg_add_report(&out, &report);
    CHECK(is_bytes(&out,
                   "E\0\0\0\x40SERROR\0VERROR\0C42601\0Mno\0P8\0Fscan.l\0L1188\0Rscanner_yyerror\0",
                   65));
    buffer_clear(&out);
    report.severity = "WARNING";
    pg_add_report(&out, &report);
    CHECK_INTEGER(out.data[0], 'N');
    buffer_release(&out);
}

static const struct {
    const char *name;
    PgValue value;
    const char *text;
    const char *bytes;
    size_t length;
} VALUE_CASES[] = {
    {"true",              {.type = PG_BOOL, .integer = 1},         "t",          "\1",                                               1 },
    {"int4",              {.type = PG_INT4, .integer = -2},        "-2",         "\xff\xff\xff\xfe",                                 4 },
    {"int8",
     {.type = PG_INT8, .integer = 7710404653448864183},
     "7710404653448864183",                                                      "\x6b\x00\xdc\x2e\x4b\x56\xa1\xb7",
     8                                                                                                                                 },
    {"LSN",               {.type = PG_LSN, .integer = 0x1C0010C8}, "0/1C0010C8", "\0\0\0\0\x1c\0\x10\xc8",                           8 },
    {"numeric 16777216",
     {.type = PG_NUMERIC, .number = 16777216},
     "16777216",                                                                 "\0\2\0\1\0\0\0\0\x06\x8d\x1c\x30",
     12                                                                                                                                },
    {"numeric 26.141000",
     {.type = PG_NUMERIC, .number = 26141000, .scale = 6},
     "26.141000",                                                                "\0\2\0\0\0\0\0\6\0\x1a\x05\x82",
     12                                                                                                                                },
    {"numeric -1",        {.type = PG_NUMERIC, .number = -1},      "-1",         "\0\1\0\0\x40\0\0\0\0\1",                           10},
    {"numeric 0",         {.type = PG_NUMERIC},                    "0",          "\0\0\0\0\0\0\0\0",                                 8 },
    {"numeric 10000",     {.type = PG_NUMERIC, .number = 10000},   "10000",      "\0\1\0\1\0\0\0\0\0\1",                             10},
    {"numeric 0.000050",
     {.type = PG_NUMERIC, .number = 50, .scale = 6},
     "0.000050",                                                                 "\0\1\xff\xfe\0\0\0\6\x13\x88",
     10                                                                                                                                },
    {"timestamp",
     {.type = PG_TIMESTAMPTZ, .integer = 946684801500000},
     "2000-01-01 00:00:01.5+00",                                                 "\0\0\0\0\0\x16\xe3\x60",
     8                                                                                                                                 },
    {"whole seconds",
     {.type = PG_TIMESTAMPTZ, .integer = 946684800000000},
     "2000-01-01 00:00:00+00",                                                   "\0\0\0\0\0\0\0\0",
     8                                                                                                                                 },
    {"interval",
     {.type = PG_INTERVAL, .integer = 1250000},
     "00:00:01.25",                                                              "\0\0\0\0\0\x13\x12\xd0\0\0\0\0\0\0\0\0",
     16                                                                                                                                },
    {"a day and more",
     {.type = PG_INTERVAL, .days = 1, .integer = 3600000000},
     "1 day 01:00:00",                                                           "\0\0\0\0\xd6\x93\xa4\x00\0\0\0\1\0\0\0\0",
     16                                                                                                                                },
    {"two days",
     {.type = PG_INTERVAL, .days = 2},
     "2 days",                                                                   "\0\0\0\0\0\0\0\0\0\0\0\2\0\0\0\0",
     16                                                                                                                                },
    {"negative interval",
     {.type = PG_INTERVAL, .integer = -500000},
     "-00:00:00.5",                                                              "\xff\xff\xff\xff\xff\xf8\x5e\xe0\0\0\0\0\0\0\0\0",
     16                                                                                                                                },
    {"inet",              {.type = PG_INET, .text = "127.0.0.1"},  "127.0.0.1",  "\2\x20\0\4\x7f\0\0\1",                             8 },
    {"text",              {.type = PG_TEXT, .text = "abc"},        "abc",        "abc",                                              3 },
    {"float8",            {.type = PG_FLOAT8, .real = 1.5},        "1.5",        "\x3f\xf8\0\0\0\0\0\0",                             8 },
    {"void",              {.type = PG_VOID},                       "",           "",                                                 0 },
};

static void test_values(void)
{
    Arena arena = {0};

    for (size_t i = 0; i < TEST_COUNT(VALUE_CASES); i++) {
        Buffer out = {0};

        if (!CHECK_CASE(VALUE_CASES[i].name, strcmp(pg_value_text(&VALUE_CASES[i].value, &arena),
                                                    VALUE_CASES[i].text) == 0))
            CHECK_TEXT(pg_value_text(&VALUE_CASES[i].value, &arena), VALUE_CASES[i].text);
        pg_value_binary(&VALUE_CASES[i].value, &out);
        CHECK_CASE(VALUE_CASES[i].name, out.length == VALUE_CASES[i].length &&
                                            memcmp(out.length > 0 ? out.data : "",
                                                   VALUE_CASES[i].bytes, out.length) == 0);
        buffer_release(&out);
    }
    arena_release(&arena);
}

static const struct {
    const char *name;
    PgType type;
    const char *text, *back; /* NULL: refused */
} PARSE_CASES[] = {
    {"yes",                      PG_BOOL,        "yes",                       "t"                        },
    {"maybe",                    PG_BOOL,        "maybe",                     NULL                       },
    {"int4 at its end",          PG_INT4,        "2147483647",                "2147483647"               },
    {"int4 past its end",        PG_INT4,        "2147483648",                NULL                       },
    {"int8 past its end",        PG_INT8,        "9223372036854775808",       NULL                       },
    {"negative oid",             PG_OID,         "-1",                        NULL                       },
    {"trailing junk",            PG_INT4,        "1x",                        NULL                       },
    {"nothing",                  PG_INT4,        "",                          NULL                       },
    {"LSN",                      PG_LSN,         "1F/FFFFFF0A",               "1F/FFFFFF0A"              },
    {"LSN in small letters",     PG_LSN,         "0/abc",                     "0/ABC"                    },
    {"LSN without a slash",      PG_LSN,         "123",                       NULL                       },
    {"LSN of 9 digits",          PG_LSN,         "0/123456789",               NULL                       },
    {"LSN and more",             PG_LSN,         "0/1 ",                      NULL                       },
    {"timestamp",                PG_TIMESTAMPTZ, "2026-11-21 02:00:00.25+00", "2026-11-21 02:00:00.25+00"},
    {"timestamp without a zone", PG_TIMESTAMPTZ, "2026-11-21 02:00:00",       "2026-11-21 02:00:00+00"   },
    {"date",                     PG_TIMESTAMPTZ, "2026-11-21",                "2026-11-21 00:00:00+00"   },
    {"no time at all",           PG_TIMESTAMPTZ, "yesterday, about noon",     NULL                       },
    {"infinite",                 PG_FLOAT8,      "inf",                       "Infinity"                 },
};

static void test_reading_values(void)
{
    Arena arena = {0};
    PgReport report;
    PgValue value;

    for (size_t i = 0; i < TEST_COUNT(PARSE_CASES); i++) {
        bool ok =
            pg_value_parse(PARSE_CASES[i].type, PARSE_CASES[i].text, 0, &arena, &value, &report);

        CHECK_CASE(PARSE_CASES[i].name, ok == (PARSE_CASES[i].back != NULL));
        if (ok && PARSE_CASES[i].back != NULL)
            CHECK_TEXT(pg_value_text(&value, &arena), PARSE_CASES[i].back);
    }
    CHECK(pg_value_decode(PG_INT4, "\xff\xff\xff\xfe", 4, &arena, &value, &report));
    CHECK_INTEGER(value.integer, -2);
    CHECK(pg_value_decode(PG_OID, "\xff\xff\xff\xfe", 4, &arena, &value, &report));
    CHECK_INTEGER(value.integer, 4294967294);
    CHECK(!pg_value_decode(PG_INT4, "\1\2", 2, &arena, &value, &report));
    CHECK_TEXT(report.code, "08P01");
    CHECK(!pg_value_decode(PG_INT4, "\1\2\3\4\5", 5, &arena, &value, &report));
    CHECK_TEXT(report.code, "22P03");
    arena_release(&arena);
}

TEST_SUITE("fakes/postgres/message", {"byte by byte", test_byte_by_byte}, {"broken", test_broken},
           {"taking apart", test_taking_apart}, {"putting together", test_putting_together},
           {"values", test_values}, {"reading values", test_reading_values});
