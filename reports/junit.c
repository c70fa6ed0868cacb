/*
 * reports/junit.c - JUnit XML: a test suite with one test case for each run.
 *
 * There is no standard, so this is what GitLab, Jenkins (xUnit and Surefire's schema) and the actions for GitHub all read: names
 * are unique (GitLab counts only the first of two), what went wrong comes first in a failure's text, with the seed and the command
 * that repeats it, and output is kept to 64 KiB a case (GitLab's parser gives up on much more).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "reports/markup.h"
#include "reports/facts.h"
#include "reports/reports.h"

enum { OUTPUT_MAX = 64 * 1024 };

typedef struct {
    RunFacts facts;
    char *class_name, *name;
    size_t index;
} Case;

/* ---------------------------------------------------------------------------------------------------------------- names */

/* The folder of the scenario's file, as a package: "scenarios.catalogue.failover". */
static char *class_of(const char *file)
{
    const char *slash = strrchr(file, '/');
    size_t length = slash ? (size_t)(slash - file) : 0;
    Buffer name = {0};

    for (size_t i = 0; i < length; i++) {
        bool is_separator = file[i] == '/' || file[i] == '.';

        if (!is_separator)
            buffer_add_byte(&name, (uint8_t)file[i]);
        else if (name.length && name.data[name.length - 1] != '.')
            buffer_add_byte(&name, '.');
    }
    if (name.length == 0)
        buffer_add_text(&name, "understudy");
    return buffer_take(&name);
}

static int by_name(const void *a, const void *b)
{
    const Case *first = *(Case *const *)a, *second = *(Case *const *)b;
    int order = strcmp(first->class_name, second->class_name);

    if (order == 0)
        order = strcmp(first->name, second->name);
    if (order == 0)
        order = (first->index > second->index) - (first->index < second->index);
    return order;
}

static bool is_same(const Case *a, const Case *b)
{
    return strcmp(a->class_name, b->class_name) == 0 && strcmp(a->name, b->name) == 0;
}

static void rename_case(Case *one, char *name)
{
    free(one->name);
    one->name = name;
}

/* Cases that share a name get something added: first the seed, then, where that is the same too, a number. */
static void tell_apart(Case **sorted, size_t count, bool by_seed)
{
    size_t end;

    qsort(sorted, count, sizeof *sorted, by_name);
    for (size_t i = 0; i < count; i = end) {
        for (end = i + 1; end < count && is_same(sorted[i], sorted[end]); end++)
            continue;
        for (size_t j = end; j-- > i && end - i > 1;)
            rename_case(sorted[j], by_seed ? memory_format("%s (seed %s)", sorted[j]->name,
                                                           sorted[j]->facts.seed)
                                           : memory_format("%s #%zu", sorted[j]->name, j - i + 1));
    }
}

static void make_unique(Case *cases, size_t count)
{
    Case **sorted = memory_new(count + 1, sizeof *sorted);

    for (size_t i = 0; i < count; i++)
        sorted[i] = &cases[i];
    tell_apart(sorted, count, true);
    tell_apart(sorted, count, false);
    free(sorted);
}

/* ------------------------------------------------------------------------------------------------------------- one case */

static void put_times(Buffer *out, int64_t real_ms)
{
    buffer_format(out, " time=\"%lld.%03lld\"", (long long)(real_ms / 1000),
                  (long long)(real_ms % 1000));
}

/* The first line is what went wrong; seed and command come next, because some show only the beginning. */
static void put_trouble(const RunFacts *facts, Buffer *out)
{
    const char *element = facts->result == RUN_BROKEN ? "error" : "failure";
    int64_t at_ms = json_integer_or(facts->first, "at", -1);
    const cJSON *verdict;
    char at[MARKUP_TEXT_MAX];

    markup_add(out, "<%s type=\"%s\" message=\"%s\">%s\n", element, run_result_name(facts->result),
               facts->why, facts->why);
    if (facts->first && at_ms >= 0)
        markup_add(out, "at: %s of the run\n", markup_time(at_ms, at));
    markup_add(out, "seed: %s\nrepeat: %s\n", facts->seed, facts->replay);
    cJSON_ArrayForEach(verdict, facts->run->verdicts)
    {
        if (!verdict_is_held(verdict))
            markup_add(out, "%s %s: %s: %s\n", json_string_or(verdict, "id", ""),
                       verdict_result(verdict), json_string_or(verdict, "what", ""),
                       json_string_or(verdict, "text", ""));
    }
    markup_add(out, "</%s>\n", element);
}

static void put_figures(const RunFacts *facts, Buffer *out)
{
    char rto[MARKUP_TEXT_MAX], rpo[MARKUP_TEXT_MAX], simulated[MARKUP_TEXT_MAX];

    markup_add(out, "outcome %s, RTO %s, RPO %s, %s simulated, seed %s\ndigest %s\n",
               facts->outcome, markup_duration(facts->rto_ms, rto),
               markup_bytes(facts->rpo_bytes, rpo), markup_duration(facts->simulated_ms, simulated),
               facts->seed, facts->digest);
}

static bool is_of_the_story(const TraceEvent *event)
{
    static const char *const KINDS[] = {"engine.",   "step.", "fault.", "plane.",
                                        "postgres.", "dns.",  "world."};

    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        if (strncmp(event->kind, KINDS[i], strlen(KINDS[i])) == 0)
            return true;
    }
    return false;
}

/* What happened, from the end backwards as far as there is room: what went wrong is nearer the end. */
static void put_events(const RunFacts *facts, size_t room, Buffer *out)
{
    int count = cJSON_GetArraySize(facts->run->events);
    const cJSON *line = count ? cJSON_GetArrayItem(facts->run->events, count - 1) : NULL;
    char **lines = memory_new((size_t)count + 1, sizeof *lines);
    size_t kept = 0;
    char at[MARKUP_TEXT_MAX];

    for (; line; line = line == facts->run->events->child ? NULL : line->prev) {
        TraceEvent event = run_event(line);
        Buffer text = {0};

        if (!is_of_the_story(&event))
            continue;
        markup_add(&text, "%s %s: %s\n", markup_time(event.at_ms, at), event.kind, event.text);
        if (text.length > room) {
            buffer_add_text(out, "(what came before is in the run file)\n");
            buffer_release(&text);
            break;
        }
        room -= text.length;
        lines[kept++] = buffer_take(&text);
    }
    while (kept-- > 0) {
        buffer_add_text(out, lines[kept]);
        free(lines[kept]);
    }
    free(lines);
}

static void put_case(const Case *one, Buffer *out)
{
    const RunFacts *facts = &one->facts;
    size_t begun;

    markup_add(out, "<testcase classname=\"%s\" name=\"%s\" file=\"%s\"", one->class_name,
               one->name, facts->file);
    put_times(out, facts->real_ms);
    buffer_add_text(out, ">\n");
    if (facts->result != RUN_PASSED)
        put_trouble(facts, out);
    buffer_add_text(out, "<system-out>");
    begun = out->length;
    put_figures(facts, out);
    if (facts->result != RUN_PASSED)
        put_events(facts, OUTPUT_MAX - 100 - (out->length - begun), out);
    buffer_add_text(out, "</system-out>\n</testcase>\n");
}

/* ------------------------------------------------------------------------------------------------------------ the suite */

static void put_counts(const RunTotals *totals, Buffer *out)
{
    const size_t *by = totals->by_result;

    buffer_format(
        out, " name=\"understudy\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"0\"",
        totals->runs, by[RUN_FAILED] + by[RUN_INCONCLUSIVE] + by[RUN_BUDGET], by[RUN_BROKEN]);
    put_times(out, totals->real_ms);
}

/* Surefire's schema wants local time without a zone. It is the simulated one: the same runs give the same report. */
static void put_started(const Case *cases, size_t count, Buffer *out)
{
    enum { SECONDS = 19 };
    char started[SECONDS + 1] = "1970-01-01T00:00:00";

    if (count && strlen(cases[0].facts.started_at) >= SECONDS)
        snprintf(started, sizeof started, "%s", cases[0].facts.started_at);
    markup_add(out, " timestamp=\"%s\" hostname=\"simulated\"", started);
}

static void put_suite(const Case *cases, size_t count, const RunTotals *totals, Buffer *out)
{
    buffer_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
    put_counts(totals, out);
    buffer_add_text(out, ">\n<testsuite");
    put_counts(totals, out);
    put_started(cases, count, out);
    buffer_add_text(out, ">\n");
    for (size_t i = 0; i < count; i++)
        put_case(&cases[i], out);
    buffer_add_text(out, "</testsuite>\n</testsuites>\n");
}

bool report_junit(const RecordedRun *runs, size_t count, const char *path, Error *err)
{
    Case *cases = memory_new(count + 1, sizeof *cases);
    RunFacts *facts = memory_new(count + 1, sizeof *facts);
    RunTotals totals;
    Buffer out = {0};
    bool ok;

    for (size_t i = 0; i < count; i++) {
        run_facts(&runs[i], &facts[i]);
        cases[i] = (Case){facts[i], class_of(facts[i].file), memory_text(facts[i].name), i};
    }
    run_totals(facts, count, &totals);
    make_unique(cases, count);
    put_suite(cases, count, &totals, &out);
    ok = file_write(path, out.data, out.length, 0644, err);
    for (size_t i = 0; i < count; i++) {
        free(cases[i].class_name);
        free(cases[i].name);
    }
    buffer_release(&out);
    free(facts);
    free(cases);
    return ok;
}
