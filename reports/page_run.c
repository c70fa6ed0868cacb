/*
 * reports/page_run.c - one run on the page: its story, why it failed, its timeline, the verdicts, what the engine did.
 */
#include <stdlib.h>
#include <string.h>

#include "reports/chart.h"
#include "reports/markup.h"
#include "reports/page.h"

enum { INVARIANTS_MAX = 99 };

void page_badge(RunResult result, Buffer *out)
{
    static const char *const SIGNS[] = {
        [RUN_PASSED] = "✓", [RUN_FAILED] = "✗", [RUN_INCONCLUSIVE] = "?",
        [RUN_BUDGET] = "▲", [RUN_BROKEN] = "!",
    };
    const char *name = run_result_name(result);

    markup_add(out, "<span class=\"badge %s\">%s %s</span>", name, SIGNS[result],
               result == RUN_BUDGET ? "over budget" : name);
}

/* ------------------------------------------------------------------------------------------------------- what went wrong */

/* Others than the first, so that nobody takes it for the only one. */
static void put_others(const RunFacts *facts, Buffer *out)
{
    const cJSON *verdict;

    cJSON_ArrayForEach(verdict, facts->run->verdicts)
    {
        if (verdict != facts->first && !verdict_is_held(verdict))
            markup_add(out, "<p>also <b>%s</b> %s: %s</p>", json_string_or(verdict, "id", ""),
                       verdict_result(verdict), json_string_or(verdict, "text", ""));
    }
}

static void put_why(const RunFacts *facts, Buffer *out)
{
    int64_t at_ms = json_integer_or(facts->first, "at", -1);
    bool is_broken = facts->result == RUN_BROKEN || !facts->first;
    char at[MARKUP_TEXT_MAX];

    if (facts->result == RUN_PASSED)
        return;
    markup_add(out, "<div class=\"box %s\"><p class=\"head\">", run_result_name(facts->result));
    if (is_broken)
        markup_add(out, "%s</p>", facts->why);
    else
        markup_add(out, "%s %s: %s</p><p>%s</p>", json_string_or(facts->first, "id", ""),
                   verdict_result(facts->first), json_string_or(facts->first, "what", ""),
                   json_string_or(facts->first, "text", ""));
    if (!is_broken && at_ms >= 0)
        markup_add(out, "<p class=\"soft\">%s after the run began</p>", markup_time(at_ms, at));
    put_others(facts, out);
    if (*facts->replay)
        markup_add(out, "<p>Repeat it: <code class=\"cmd\">%s</code></p>", facts->replay);
    buffer_add_text(out, "</div>\n");
}

/* --------------------------------------------------------------------------------------------------------- story and facts */

static void put_story(const RunFacts *facts, Buffer *out)
{
    const cJSON *sentence;

    buffer_add_text(out, "<div>");
    if (cJSON_GetArraySize(facts->story) > 0) {
        buffer_add_text(out, "<h3>The story</h3><ol class=\"story\">");
        cJSON_ArrayForEach(sentence, facts->story)
        {
            markup_add(out, "<li>%s</li>", cJSON_GetStringValue(sentence));
        }
        buffer_add_text(out, "</ol>");
    }
    cJSON_ArrayForEach(sentence, facts->dossier)
    {
        markup_add(out, "<span class=\"tag\">%s</span>", cJSON_GetStringValue(sentence));
    }
    cJSON_ArrayForEach(sentence, facts->labels)
    {
        markup_add(out, "<span class=\"tag\">%s: %s</span>", sentence->string,
                   cJSON_GetStringValue(sentence));
    }
    buffer_add_text(out, "</div>\n");
}

static void put_fact(Buffer *out, const char *name, const char *value)
{
    if (value && *value)
        markup_add(out, "<dt>%s</dt><dd>%s</dd>", name, value);
}

static void put_code(Buffer *out, const char *name, const char *value)
{
    if (*value)
        markup_add(out, "<dt>%s</dt><dd><code class=\"cmd\">%s</code></dd>", name, value);
}

static void put_facts(const RunFacts *facts, Buffer *out)
{
    char text[MARKUP_TEXT_MAX];
    const cJSON *debt;

    buffer_add_text(out, "<div><h3>Facts</h3><dl>");
    put_fact(out, "outcome", facts->outcome);
    put_fact(out, "RTO", facts->rto_ms < 0 ? "no outage" : markup_duration(facts->rto_ms, text));
    put_fact(out, "RPO", facts->rpo_bytes < 0 ? "" : markup_bytes(facts->rpo_bytes, text));
    put_fact(out, "simulated", markup_duration(facts->simulated_ms, text));
    put_fact(out, "in real time", facts->run->end ? markup_duration(facts->real_ms, text) : "");
    put_fact(out, "began", facts->started_at);
    put_fact(out, "seed", facts->seed);
    put_code(out, "repeat", facts->replay);
    put_code(out, "digest", facts->digest);
    cJSON_ArrayForEach(debt, facts->debts)
    {
        put_fact(out, "left to do", cJSON_GetStringValue(debt));
    }
    buffer_add_text(out, "</dl></div>\n");
}

/* -------------------------------------------------------------------------------------------------------------- verdicts */

static void put_mark(const cJSON *verdict, Buffer *out)
{
    static const struct {
        const char *result, *sign, *look;
    } MARKS[] = {
        {"held",         "✓", "ok"   },
        {"violated",     "✗", "no"   },
        {"inconclusive", "?",   "maybe"},
        {"missed",       "▲", "late" },
    };
    const char *result = verdict_result(verdict);

    for (size_t i = 0; i < sizeof MARKS / sizeof *MARKS; i++) {
        if (strcmp(MARKS[i].result, result) == 0)
            markup_add(out, "<td class=\"mark %s\">%s %s", MARKS[i].look, MARKS[i].sign, result);
    }
}

/* 3 for V3, 0 for what is no invariant. */
static int number_of(const cJSON *verdict)
{
    const char *id = json_string_or(verdict, "id", "");
    int number = id[0] == 'V' ? atoi(id + 1) : 0;

    return number < 0 || number > INVARIANTS_MAX ? 0 : number;
}

static void put_verdict(const cJSON *verdict, Buffer *out)
{
    int64_t at_ms = json_integer_or(verdict, "at", -1);
    const char *text = json_string_or(verdict, "text", "");
    char at[MARKUP_TEXT_MAX];

    markup_add(out, "<tr><td class=\"id\">%s", json_string_or(verdict, "id", ""));
    put_mark(verdict, out);
    markup_add(out, "<td>%s", json_string_or(verdict, "what", ""));
    if (*text)
        markup_add(out, "<p class=\"soft\">%s%s%s</p>", at_ms >= 0 ? markup_time(at_ms, at) : "",
                   at_ms >= 0 ? " " : "", text);
    buffer_add_text(out, "\n");
}

/* In the order of their numbers, whatever the judge's was. */
static void put_invariants(const cJSON *verdicts, Buffer *out)
{
    const cJSON *verdict;

    buffer_add_text(out, "<h3>What must hold in every run</h3><table><tbody>\n");
    for (int number = 1; number <= INVARIANTS_MAX; number++) {
        cJSON_ArrayForEach(verdict, verdicts)
        {
            if (number_of(verdict) == number)
                put_verdict(verdict, out);
        }
    }
    buffer_add_text(out, "</table>\n");
}

static void put_expectations(const cJSON *verdicts, Buffer *out)
{
    const cJSON *verdict;

    buffer_add_text(out, "<h3>What this scenario asks for</h3><table><tbody>\n");
    cJSON_ArrayForEach(verdict, verdicts)
    {
        if (number_of(verdict) == 0)
            put_verdict(verdict, out);
    }
    buffer_add_text(out, "</table>\n");
}

/* --------------------------------------------------------------------------------------------------------------- the run */

static void put_timeline(const RunFacts *facts, Buffer *out)
{
    Timeline timeline;

    if (cJSON_GetArraySize(facts->run->events) == 0) {
        buffer_add_text(out, "<p class=\"soft\">Nothing was recorded.</p>\n");
        return;
    }
    timeline_read(facts, &timeline);
    buffer_add_text(out, "<h3>Timeline</h3><figure><div class=\"wide\">");
    chart_timeline(facts, &timeline, out);
    buffer_add_text(out, "</div><figcaption>");
    buffer_add_text(out, PAGE_LEGEND);
    buffer_add_text(out, "</figcaption></figure>\n");
    timeline_release(&timeline);
}

static void put_outage(const RunFacts *facts, Buffer *out)
{
    char rto[MARKUP_TEXT_MAX];

    if (facts->rto_ms < 0 || cJSON_GetArraySize(facts->phases) == 0)
        return;
    markup_add(out, "<h3>Where the outage of %s went</h3>", markup_duration(facts->rto_ms, rto));
    chart_waterfall(facts, out);
    buffer_add_text(out, "\n");
}

static void put_judgement(const RunFacts *facts, Buffer *out)
{
    bool is_judged = cJSON_GetArraySize(facts->run->verdicts) > 0;

    buffer_add_text(out, "<div class=\"cols\">\n<div>");
    put_outage(facts, out);
    if (is_judged)
        put_expectations(facts->run->verdicts, out);
    buffer_add_text(out, "</div>\n<div>");
    if (is_judged)
        put_invariants(facts->run->verdicts, out);
    buffer_add_text(out, "</div>\n</div>\n");
}

static void put_summary(const RunFacts *facts, Buffer *out)
{
    char rto[MARKUP_TEXT_MAX], simulated[MARKUP_TEXT_MAX];

    buffer_add_text(out, "<summary>");
    page_badge(facts->result, out);
    markup_add(out, "<b>%s</b><span class=\"soft\">%s%s", facts->name, facts->outcome,
               *facts->outcome ? " · " : "");
    if (facts->rto_ms >= 0)
        markup_add(out, "RTO %s · ", markup_duration(facts->rto_ms, rto));
    markup_add(out, "%s simulated</span></summary>",
               markup_duration(facts->simulated_ms, simulated));
}

void page_run(const RunFacts *facts, const PageRun *how, Buffer *out)
{
    markup_add(out, "<details class=\"run\"%s>", how->is_open ? " open" : "");
    put_summary(facts, out);
    buffer_format(out, "\n<div class=\"body\" id=\"run-%zu\">\n", how->number);
    put_why(facts, out);
    buffer_add_text(out, "<div class=\"cols\">\n");
    put_story(facts, out);
    put_facts(facts, out);
    buffer_add_text(out, "</div>\n");
    put_timeline(facts, out);
    put_judgement(facts, out);
    page_engine(facts, out);
    page_events(facts, how->events_max, out);
    buffer_add_text(out, "</div></details>\n");
}
