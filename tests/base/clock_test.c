/*
 * tests/base/clock_test.c - how times are written and read.
 */
#include "base/clock.h"

#include "tests/test.h"

static const int64_t NOON_MS = INT64_C(1795262400123); /* 2026-11-21T12:00:00.123Z */

static void test_forms(void)
{
    char text[CLOCK_TEXT_MAX];

    CHECK_TEXT(clock_rfc3339(NOON_MS, text), "2026-11-21T12:00:00Z");
    CHECK_TEXT(clock_rfc3339_micro(NOON_MS, text), "2026-11-21T12:00:00.123000Z");
    CHECK_TEXT(clock_http_date(NOON_MS, text), "Sat, 21 Nov 2026 12:00:00 GMT");
    CHECK_TEXT(clock_rfc3339(0, text), "1970-01-01T00:00:00Z");
    CHECK_TEXT(clock_rfc3339_micro(-1, text), "1969-12-31T23:59:59.999000Z");
}

static const struct {
    const char *text;
    bool is_time;
    int64_t wall_ms;
} TIMES[] = {
    {"2026-11-21T12:00:00Z",                 true,  INT64_C(1795262400000)},
    {"2026-11-21T12:00:00.123456Z",          true,  INT64_C(1795262400123)},
    {"2026-11-21T12:00:00.5Z",               true,  INT64_C(1795262400500)},
    {"2026-11-21T13:30:00+01:30",            true,  INT64_C(1795262400000)},
    {"2026-11-21T10:00:00-02:00",            true,  INT64_C(1795262400000)},
    {"2026-11-21t12:00:00z",                 true,  INT64_C(1795262400000)},
    {"Sat, 21 Nov 2026 12:00:00 GMT",        true,  INT64_C(1795262400000)},
    {"2024-02-29T00:00:00Z",                 true,  INT64_C(1709164800000)},
    {"2026-02-30T00:00:00Z",                 false, 0                     },
    {"2026-13-01T00:00:00Z",                 false, 0                     },
    {"2026-11-21T24:00:00Z",                 false, 0                     },
    {"2026-11-21T12:60:00Z",                 false, 0                     },
    {"2026-11-21T12:00:00",                  false, 0                     },
    {"2026-11-21T12:00:00.Z",                false, 0                     },
    {"2026-11-21T12:00:00Zx",                false, 0                     },
    {"2026-11-21T12:00:00+0130",             false, 0                     },
    {"2026-11-21",                           false, 0                     },
    {"Sat, 21 Nov 2026 12:00:00 GMT and on", false, 0                     },
    {"tomorrow",                             false, 0                     },
    {"",                                     false, 0                     },
};

static void test_parsing(void)
{
    for (size_t i = 0; i < TEST_COUNT(TIMES); i++) {
        int64_t wall_ms = 0;

        CHECK_CASE(TIMES[i].text, clock_parse(TIMES[i].text, &wall_ms) == TIMES[i].is_time);
        CHECK_CASE(TIMES[i].text, wall_ms == TIMES[i].wall_ms);
    }
}

static const struct {
    const char *text;
    bool is_duration;
    int64_t ms;
} DURATIONS[] = {
    {"90s",             true,  90000              },
    {"5m",              true,  300000             },
    {"1h30m",           true,  5400000            },
    {"250ms",           true,  250                },
    {"1.5s",            true,  1500               },
    {"1.001s",          true,  1001               },
    {"0",               true,  0                  },
    {"-2m",             true,  -120000            },
    {"1500us",          true,  1                  },
    {"720h0m0s",        true,  INT64_C(2592000000)},
    {"",                false, 0                  },
    {"-",               false, 0                  },
    {"5",               false, 0                  },
    {"s",               false, 0                  },
    {"5 m",             false, 0                  },
    {"5d",              false, 0                  },
    {"1..5s",           false, 0                  },
    {".s",              false, 0                  },
    {"1e3s",            false, 0                  },
    {"99999999999999h", false, 0                  },
};

static void test_parsing_durations(void)
{
    for (size_t i = 0; i < TEST_COUNT(DURATIONS); i++) {
        int64_t ms = 0;

        CHECK_CASE(DURATIONS[i].text,
                   clock_parse_duration(DURATIONS[i].text, &ms) == DURATIONS[i].is_duration);
        CHECK_CASE(DURATIONS[i].text, ms == DURATIONS[i].ms);
    }
}

static void test_durations_for_a_person(void)
{
    char text[CLOCK_TEXT_MAX];

    CHECK_TEXT(clock_duration(0, text), "0 ms");
    CHECK_TEXT(clock_duration(350, text), "350 ms");
    CHECK_TEXT(clock_duration(1000, text), "1 s");
    CHECK_TEXT(clock_duration(2500, text), "2.5 s");
    CHECK_TEXT(clock_duration(42000, text), "42 s");
    CHECK_TEXT(clock_duration(576000, text), "9 m 36 s");
    CHECK_TEXT(clock_duration(3660000, text), "1 h 01 m");
    CHECK_TEXT(clock_duration(-350, text), "-350 ms");
}

static void test_clocks_run(void)
{
    CHECK(clock_wall_ms() > INT64_C(1600000000000));
    CHECK(clock_mono_ms() > 0);
    CHECK(clock_real_ns() > 0);
}

TEST_SUITE("base/clock", {"forms", test_forms}, {"parsing", test_parsing},
           {"parsing durations", test_parsing_durations},
           {"durations for a person", test_durations_for_a_person},
           {"clocks run", test_clocks_run});
