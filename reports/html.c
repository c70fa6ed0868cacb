/*
 * reports/html.c - one self-contained page: what came of all runs, and each run in full.
 *
 * It stays small enough to be opened: the list of events gets shorter the more runs there are, and of a sweep's thousands of runs only
 * the first ones that did not pass, and then some that did, are drawn.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "reports/chart.h"
#include "reports/markup.h"
#include "reports/page.h"
#include "reports/reports.h"

enum { RUNS_DRAWN = 200, EVENTS_OF_PAGE = 16000, EVENTS_MOST = 400, EVENTS_LEAST = 40 };

typedef struct {
    RunFacts *facts;
    bool *is_drawn;
    size_t count;
    RunTotals totals;
} Page;

/* ------------------------------------------------------------------------------------------------------------- the top */

static void put_head(const Page *page, Buffer *out)
{
    buffer_add_text(out,
                    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                    "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    buffer_format(out, "<title>understudy: %zu of %zu passed</title>\n<style>\n",
                  page->totals.by_result[RUN_PASSED], page->count);
    buffer_add_text(out, PAGE_STYLE);
    buffer_add_text(out, "</style>\n</head>\n<body>\n");
    buffer_add_text(out, PAGE_SIGNS);
}

static void put_totals(const Page *page, Buffer *out)
{
    const RunTotals *totals = &page->totals;
    char simulated[MARKUP_TEXT_MAX], real[MARKUP_TEXT_MAX];

    buffer_format(out, "<h1>%zu of %zu scenarios passed</h1>\n", totals->by_result[RUN_PASSED],
                  page->count);
    markup_add(out,
               "<p class=\"soft\">understudy rehearsed %s of simulated time in %s of real time",
               markup_duration(totals->simulated_ms, simulated),
               markup_duration(totals->real_ms, real));
    if (totals->real_ms > 0)
        buffer_format(out, ", %lld times faster",
                      (long long)(totals->simulated_ms / totals->real_ms));
    buffer_add_text(out, ".</p>\n<div class=\"chips\">");
    for (int result = RUN_PASSED; result <= RUN_BROKEN; result++) {
        if (!totals->by_result[result])
            continue;
        buffer_format(out, "<span>%zu ", totals->by_result[result]);
        page_badge(result, out);
        buffer_add_text(out, "</span>");
    }
    buffer_add_text(out, "</div>\n");
}

/* ----------------------------------------------------------------------------------------------------------- the table */

/* What the filter looks for. */
static void put_words(const RunFacts *facts, Buffer *out)
{
    const cJSON *entry;

    markup_add(out, " data-words=\"%s %s %s %s seed %s %s", facts->name,
               run_result_name(facts->result), facts->outcome, facts->file, facts->seed,
               facts->why);
    cJSON_ArrayForEach(entry, facts->labels)
    {
        markup_add(out, " %s:%s", entry->string, cJSON_GetStringValue(entry));
    }
    cJSON_ArrayForEach(entry, facts->dossier)
    {
        markup_add(out, " %s", cJSON_GetStringValue(entry));
    }
    buffer_add_text(out, "\"");
}

static void put_name(const Page *page, size_t index, Buffer *out)
{
    const RunFacts *facts = &page->facts[index];

    if (page->is_drawn[index])
        buffer_format(out, "<a class=\"name\" href=\"#run-%zu\">", index + 1);
    else
        buffer_add_text(out, "<a class=\"name\">");
    markup_add(out, "%s</a>", facts->name);
    if (*facts->why)
        markup_add(out, "<p class=\"why\">%s</p>", facts->why);
    if (*facts->replay)
        markup_add(out, "<p><code class=\"cmd soft\">%s</code></p>", facts->replay);
}

static void put_row(const Page *page, size_t index, Buffer *out)
{
    const RunFacts *facts = &page->facts[index];
    char text[MARKUP_TEXT_MAX];

    buffer_add_text(out, "<tr");
    put_words(facts, out);
    buffer_add_text(out, "><td>");
    page_badge(facts->result, out);
    buffer_add_text(out, "<td>");
    put_name(page, index, out);
    markup_add(out, "<td>%s", facts->outcome);
    markup_add(out, "<td class=\"num\">%s<td>", markup_duration(facts->rto_ms, text));
    chart_phases(facts, out);
    markup_add(out, "<td class=\"num\">%s", markup_bytes(facts->rpo_bytes, text));
    markup_add(out, "<td class=\"num\">%s\n", facts->seed);
}

static void put_table(const Page *page, Buffer *out)
{
    buffer_add_text(
        out,
        "<div class=\"tools\" id=\"tools\"></div>\n<div class=\"wide\"><table id=\"scenarios\"><thead><tr>"
        "<th>result<th>scenario<th>outcome<th class=\"num\">RTO<th>of which"
        "<th class=\"num\">RPO<th class=\"num\">seed<tbody>\n");
    for (size_t i = 0; i < page->count; i++)
        put_row(page, i, out);
    buffer_add_text(out, "</table></div>\n");
}

/* ------------------------------------------------------------------------------------------------------------ the runs */

static size_t choose(Page *page, bool passed, size_t left)
{
    for (size_t i = 0; i < page->count && left > 0; i++) {
        if ((page->facts[i].result == RUN_PASSED) != passed)
            continue;
        page->is_drawn[i] = true;
        left--;
    }
    return left;
}

static void put_runs(const Page *page, Buffer *out)
{
    size_t events_max = EVENTS_OF_PAGE / (page->count ? page->count : 1), drawn = 0;

    if (events_max > EVENTS_MOST)
        events_max = EVENTS_MOST;
    if (events_max < EVENTS_LEAST)
        events_max = EVENTS_LEAST;
    buffer_add_text(out, "<h2>Each run</h2>\n");
    for (size_t i = 0; i < page->count; i++) {
        PageRun how = {i + 1, page->count == 1 || page->facts[i].result != RUN_PASSED, events_max};

        if (!page->is_drawn[i])
            continue;
        page_run(&page->facts[i], &how, out);
        drawn++;
    }
    if (drawn < page->count)
        buffer_format(
            out,
            "<p class=\"soft\">%zu more runs are in the table only. Report fewer of them at "
            "once to see them drawn.</p>\n",
            page->count - drawn);
}

static void put_page(const Page *page, Buffer *out)
{
    put_head(page, out);
    buffer_add_text(out, "<header>\n");
    put_totals(page, out);
    buffer_add_text(out, "</header>\n<main>\n");
    put_table(page, out);
    put_runs(page, out);
    buffer_add_text(
        out,
        "</main>\n<footer>RTO: from the first change that takes the active out of service to the "
        "last control plane that is back. RPO: acknowledged changes that the new active does not have. "
        "A run whose fault left no witness proves nothing, and is inconclusive.</footer>\n<script>\n");
    buffer_add_text(out, PAGE_SCRIPT);
    buffer_add_text(out, "</script>\n</body>\n</html>\n");
}

bool report_html(const RecordedRun *runs, size_t count, const char *path, Error *err)
{
    Page page = {.facts = memory_new(count + 1, sizeof *page.facts),
                 .is_drawn = memory_new(count + 1, sizeof *page.is_drawn),
                 .count = count};
    Buffer out = {0};
    bool ok;

    for (size_t i = 0; i < count; i++)
        run_facts(&runs[i], &page.facts[i]);
    run_totals(page.facts, count, &page.totals);
    choose(&page, true, choose(&page, false, RUNS_DRAWN));
    put_page(&page, &out);
    ok = file_write(path, out.data, out.length, 0644, err);
    buffer_release(&out);
    free(page.is_drawn);
    free(page.facts);
    return ok;
}
