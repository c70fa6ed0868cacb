/*
 * tests/reports/chart_test.c - the timeline shows what it must, and no word in it lies on another or leaves the drawing.
 */
#include "reports/chart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/canvas.h"
#include "tests/reports/runs.h"
#include "tests/test.h"

enum { WORDS_MAX = 400 };

typedef struct {
    double from, to, y;
    char text[80];
} Word;

static char *drawn(const RecordedRun *run)
{
    RunFacts facts;
    Timeline timeline;
    Buffer out = {0};

    run_facts(run, &facts);
    timeline_read(&facts, &timeline);
    chart_timeline(&facts, &timeline, &out);
    timeline_release(&timeline);
    return buffer_take(&out);
}

static size_t read_words(const char *svg, Word *words)
{
    size_t count = 0;

    for (const char *at = svg; (at = strstr(at, "<text ")) && count < WORDS_MAX; at++) {
        Word *word = &words[count++];
        const char *end = strchr(at, '>');
        double x, width;

        sscanf(at, "<text x=\"%lf\" y=\"%lf\"", &x, &word->y);
        snprintf(word->text, sizeof word->text, "%.*s", (int)strcspn(end + 1, "<"), end + 1);
        width = canvas_word_width(word->text);
        word->from = x;
        if (memmem(at, (size_t)(end - at), "\"middle\"", 8))
            word->from = x - width / 2;
        if (memmem(at, (size_t)(end - at), "\"end\"", 5))
            word->from = x - width;
        word->to = word->from + width;
    }
    return count;
}

static void check_words(const char *svg)
{
    static Word words[WORDS_MAX];
    size_t count = read_words(svg, words);

    for (size_t i = 0; i < count; i++) {
        CHECK_CASE(words[i].text, words[i].from >= -1 && words[i].to <= CANVAS_WIDTH + 1);
        for (size_t j = 0; j < i; j++) {
            double apart = words[i].y - words[j].y;

            if (apart > -8 && apart < 8)
                CHECK_CASE(words[i].text, words[i].to <= words[j].from + 0.5 ||
                                              words[j].to <= words[i].from + 0.5);
        }
    }
}

static void test_no_word_on_another(void)
{
    static const char *const NAMES[] = {"planned-three-clusters", "operator-dead-before-promotion",
                                        "key-absent-on-standby", "reply-lost-on-promotion",
                                        "killed-half-way"};

    for (size_t i = 0; i < TEST_COUNT(NAMES); i++) {
        RecordedRun run = run_of_file(NAMES[i]);
        char *svg = drawn(&run);

        check_words(svg);
        free(svg);
        recorded_run_release(&run);
    }
}

/* Forty faults, all at once: more than there are rows. */
static void test_crowd(void)
{
    RecordedRun run = run_made_up("crowd", "passed");
    char data[80], *svg;

    for (int i = 0; i < 40; i++) {
        snprintf(data, sizeof data, "{\"fault\":\"aVeryLongNameOfAFault\",\"index\":%d}", i);
        run_add_event(&run, 1000 + i, "faults", "fault.injected", "", data);
    }
    run_add_event(&run, 60000, "world", "world.end", "", "{}");
    svg = drawn(&run);
    check_words(svg);
    CHECK_INTEGER(count_of(svg, "class=\"lasting\""), 40 + PACKING_ROWS);
    free(svg);
    recorded_run_release(&run);
}

static const char *const LANES[] = {"outage", "engine", "mp1",
                                    "mp2",    "DNS",    "control planes",
                                    "writes", "judge",  "point of no return 3:39",
                                    "9 min"};

static void test_lanes(void)
{
    RecordedRun run = run_of_file("planned-three-clusters");
    char *svg = drawn(&run);

    for (size_t i = 0; i < TEST_COUNT(LANES); i++) {
        char element[80];

        snprintf(element, sizeof element, ">%s</text>", LANES[i]);
        CHECK_CASE(LANES[i], strstr(svg, element) != NULL);
    }
    free(svg);
    recorded_run_release(&run);
}

/* What ten thousand control planes do is one curve, not ten thousand. */
static void test_fleet_of_ten_thousand(void)
{
    RecordedRun run = run_made_up("many", "passed");
    char lane[24], *svg;

    run_add_event(&run, 0, "world", "world.begin", "",
                  "{\"controlPlanes\":10000,\"planes\":[{\"name\":\"mp1\"},{\"name\":\"mp2\"}]}");
    for (int i = 0; i < 10000; i++) {
        snprintf(lane, sizeof lane, "cp-%05d", i);
        run_add_event(&run, 1000 + i * 7, lane, "edge.state", "",
                      "{\"state\":\"connected\",\"plane\":\"mp2\"}");
    }
    svg = drawn(&run);
    CHECK(strlen(svg) < 40000);
    CHECK(strstr(svg, ">10000</text>") != NULL);
    CHECK(strstr(svg, "cp-0") == NULL);
    free(svg);
    recorded_run_release(&run);
}

static void test_phases(void)
{
    RecordedRun run = run_of_file("planned-three-clusters");
    RecordedRun refused = run_of_file("key-absent-on-standby");
    RunFacts facts;
    Buffer out = {0};

    run_facts(&run, &facts);
    chart_waterfall(&facts, &out);
    CHECK(strstr(out.data, ">1 m 36 s</text>") != NULL);
    CHECK_INTEGER(count_of(out.data, "<rect"), 8);
    buffer_clear(&out);
    run_facts(&refused, &facts);
    chart_waterfall(&facts, &out);
    chart_phases(&facts, &out);
    CHECK_INTEGER(out.length, 0);
    buffer_release(&out);
    recorded_run_release(&run);
    recorded_run_release(&refused);
}

TEST_SUITE("reports/chart", {"no word on another", test_no_word_on_another},
           {"a crowd", test_crowd}, {"every lane", test_lanes},
           {"a fleet of ten thousand", test_fleet_of_ten_thousand}, {"phases", test_phases});
