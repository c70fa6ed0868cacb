/*
 * tests/base/trace_test.c - events in order, heard by sinks, and digests that tell two runs apart.
 */
#include "base/trace.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "tests/test.h"

typedef struct {
    Trace *trace;
    int heard;
    char last[64];
} Hearer;

static void hear(void *owner, const TraceEvent *event)
{
    Hearer *hearer = owner;

    hearer->heard++;
    snprintf(hearer->last, sizeof hearer->last, "%s", event->text);
}

static void answer(void *owner, const TraceEvent *event)
{
    Hearer *hearer = owner;

    if (strcmp(event->kind, "question") == 0)
        trace_add(hearer->trace, "engine", "answer", NULL, "to %s", event->text);
}

static void test_events_are_copied(void)
{
    Trace *trace = trace_new();
    char lane[] = "mp1", kind[] = "plane.state", text[1000];
    cJSON *data = cJSON_CreateObject();

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    json_put_integer(data, "lag_bytes", 17);
    trace_add(trace, lane, kind, data, "%s", text);
    memset(lane, '?', sizeof lane - 1);
    memset(kind, '?', sizeof kind - 1);
    for (int i = 0; i < 1000; i++)
        trace_add(trace, "mp2", "more", NULL, "%d", i);

    CHECK_INTEGER(trace_count(trace), 1001);
    CHECK_TEXT(trace_at(trace, 0).lane, "mp1");
    CHECK_TEXT(trace_at(trace, 0).kind, "plane.state");
    CHECK_TEXT(trace_at(trace, 0).text, text);
    CHECK_INTEGER(json_integer_or(trace_at(trace, 0).data, "lag_bytes", 0), 17);
    CHECK_TEXT(trace_at(trace, 1000).text, "999");
    CHECK(trace_at(trace, 0).at_ms >= 0 && trace_at(trace, 0).at_ms < 60000);
    trace_free(trace);
    trace_free(NULL);
}

static void test_sinks_hear_at_once(void)
{
    Hearer one = {.trace = trace_new()}, two = {.trace = one.trace};

    trace_listen(one.trace, hear, &one);
    trace_listen(one.trace, answer, &two);
    trace_add(one.trace, "desk", "question", NULL, "why");
    CHECK_INTEGER(one.heard, 2);
    CHECK_TEXT(one.last, "to why");
    CHECK_INTEGER(trace_count(one.trace), 2);
    trace_free(one.trace);
}

static void test_nobody_records(void)
{
    trace_add(NULL, "desk", "x", cJSON_CreateObject(), "dropped");
    trace_wire(NULL, 1, '>', "x", 1);
}

/* SHA-256 of nothing, as FIPS 180-4's implementations agree on. */
static void test_digest_of_nothing(void)
{
    Trace *trace = trace_new();
    char hex[TRACE_DIGEST_MAX];

    trace_digest(trace, hex);
    CHECK_TEXT(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    trace_wire_digest(trace, hex);
    CHECK_INTEGER(strlen(hex), 32);
    trace_free(trace);
}

static const struct {
    const char *name, *lane, *kind, *data, *text;
    bool is_same;
} CHANGES[] = {
    {"nothing changed", "mp1", "k",  "{\"a\":1}", "text",  true },
    {"another lane",    "mp2", "k",  "{\"a\":1}", "text",  false},
    {"another kind",    "mp1", "kk", "{\"a\":1}", "text",  false},
    {"other data",      "mp1", "k",  "{\"a\":2}", "text",  false},
    {"no data",         "mp1", "k",  NULL,        "text",  false},
    {"another text",    "mp1", "k",  "{\"a\":1}", "text2", false},
};

static void digest_of(size_t row, char hex[TRACE_DIGEST_MAX])
{
    Trace *trace = trace_new();

    trace_add(trace, CHANGES[row].lane, CHANGES[row].kind,
              CHANGES[row].data != NULL ? cJSON_Parse(CHANGES[row].data) : NULL, "%s",
              CHANGES[row].text);
    trace_digest(trace, hex);
    trace_free(trace);
}

/* Within one millisecond, since the time of an event counts too; tried again should the clock tick in between. */
static void test_digests_tell_runs_apart(void)
{
    char base[TRACE_DIGEST_MAX], other[TRACE_DIGEST_MAX];

    for (size_t i = 0; i < TEST_COUNT(CHANGES); i++) {
        bool is_same = false;

        for (int attempt = 0; attempt < 50 && is_same != CHANGES[i].is_same; attempt++) {
            digest_of(0, base);
            digest_of(i, other);
            is_same = strcmp(base, other) == 0;
        }
        CHECK_CASE(CHANGES[i].name, is_same == CHANGES[i].is_same);
    }
}

static void test_a_digest_so_far(void)
{
    Trace *trace = trace_new();
    char first[TRACE_DIGEST_MAX], again[TRACE_DIGEST_MAX], later[TRACE_DIGEST_MAX];

    trace_add(trace, "a", "b", NULL, "c");
    trace_digest(trace, first);
    trace_digest(trace, again);
    trace_add(trace, "a", "b", NULL, "d");
    trace_digest(trace, later);
    CHECK_TEXT(again, first);
    CHECK(strcmp(later, first) != 0);
    trace_free(trace);
}

static void test_wire_counts_for_its_own_digest_only(void)
{
    Trace *trace = trace_new();
    char events[TRACE_DIGEST_MAX], wire[TRACE_DIGEST_MAX], now[TRACE_DIGEST_MAX];

    trace_digest(trace, events);
    trace_wire_digest(trace, wire);
    trace_wire(trace, 1, '>', "bytes", 5);
    trace_digest(trace, now);
    CHECK_TEXT(now, events);
    trace_wire_digest(trace, now);
    CHECK(strcmp(now, wire) != 0);
    trace_free(trace);
}

TEST_SUITE("base/trace", {"events are copied", test_events_are_copied},
           {"sinks hear at once", test_sinks_hear_at_once}, {"nobody records", test_nobody_records},
           {"digest of nothing", test_digest_of_nothing},
           {"digests tell runs apart", test_digests_tell_runs_apart},
           {"a digest so far", test_a_digest_so_far},
           {"wire counts for its own digest only", test_wire_counts_for_its_own_digest_only});
