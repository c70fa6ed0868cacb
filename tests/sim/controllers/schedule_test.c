/*
 * tests/sim/controllers/schedule_test.c - when a CronJob is due.
 */
#include "sim/controllers/schedule.h"

#include "base/clock.h"
#include "tests/test.h"

static const struct {
    const char *text, *after, *next;
} NEXT[] = {
    {"0 * * * *",            "2026-03-01T03:00:00Z", "2026-03-01T04:00:00Z"},
    {"0 2 * * */1",          "2026-03-01T03:00:00Z", "2026-03-02T02:00:00Z"},
    {"*/15 * * * *",         "2026-03-01T03:14:59Z", "2026-03-01T03:15:00Z"},
    {"@daily",               "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z"},
    {"30 4 1,15 * 5",        "2026-03-02T00:00:00Z", "2026-03-06T04:30:00Z"},
    {"0 0 29 feb *",         "2026-03-01T00:00:00Z", "2028-02-29T00:00:00Z"},
    {"5-10/5 8 * * mon-fri", "2026-03-06T08:10:00Z", "2026-03-09T08:05:00Z"},
    {"0 12 * * 7",           "2026-03-02T00:00:00Z", "2026-03-08T12:00:00Z"},
};

static void test_next(void)
{
    for (size_t i = 0; i < sizeof NEXT / sizeof *NEXT; i++) {
        Schedule schedule;
        int64_t after_ms = 0;
        char text[CLOCK_TEXT_MAX];

        CHECK_CASE(NEXT[i].text, schedule_parse(NEXT[i].text, &schedule));
        CHECK(clock_parse(NEXT[i].after, &after_ms));
        CHECK_TEXT(clock_rfc3339(schedule_next(&schedule, after_ms), text), NEXT[i].next);
    }
}

static void test_refused(void)
{
    static const char *const WRONG[] = {"",           "* * * *",     "60 * * * *",
                                        "* 24 * * *", "* * 0 * *",   "* * * 13 *",
                                        "* * * * 8",  "5-1 * * * *", "*/0 * * * *",
                                        "@sometimes", "a * * * *",   "* * * * * *"};
    Schedule schedule;

    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++)
        CHECK_CASE(WRONG[i], !schedule_parse(WRONG[i], &schedule));
}

static void test_never(void)
{
    Schedule schedule;

    CHECK(schedule_parse("0 0 31 2 *", &schedule));
    CHECK_INTEGER(schedule_next(&schedule, 1772334000000), -1);
}

TEST_SUITE("sim/controllers/schedule", {"next", test_next}, {"refused", test_refused},
           {"never", test_never});
