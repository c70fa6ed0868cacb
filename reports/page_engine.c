/*
 * reports/page_engine.c - what the engine did and saw, step by step, as a table; and what it found wrong.
 */
#include <string.h>

#include "reports/markup.h"
#include "reports/page.h"

enum { SEEN_FIRST = 3, SEEN_LAST = 3 };

static void put_finding(const TraceEvent *event, Buffer *out)
{
    static const struct {
        const char *key, *name;
    } ROWS[] = {
        {"required", "required"},
        {"observed", "observed"},
        {"evidence", "evidence"},
        {"remedy",   "remedy"  },
    };
    char at[MARKUP_TEXT_MAX];

    markup_add(
        out,
        "<div class=\"box inconclusive\"><p class=\"head\">%s %s <span class=\"soft\">at %s</span></p><dl>",
        event_fact(event, "reaction"), event_fact(event, "check"), markup_time(event->at_ms, at));
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        if (*event_fact(event, ROWS[i].key))
            markup_add(out, "<dt>%s</dt><dd>%s</dd>", ROWS[i].name, event_fact(event, ROWS[i].key));
    }
    buffer_add_text(out, "</dl></div>\n");
}

static void put_findings(const cJSON *events, Buffer *out)
{
    const cJSON *line;

    cJSON_ArrayForEach(line, events)
    {
        TraceEvent event = run_event(line);

        if (strcmp(event.kind, "engine.finding") == 0)
            put_finding(&event, out);
    }
}

static void put_cell_start(const TraceEvent *event, const char *name, const char *why, Buffer *out)
{
    char at[MARKUP_TEXT_MAX];

    markup_add(out, "<tr><td class=\"num\">%s<td class=\"id\">%s<td>%s",
               markup_time(event->at_ms, at), name, why);
}

/* "FO3 fence: the active must ..." without what the row has said already. */
static const char *why_of(const TraceEvent *event)
{
    const char *colon = strstr(event->text, ": ");

    return colon ? colon + 2 : event->text;
}

static bool is_step_over(const TraceEvent *event)
{
    return strcmp(event->kind, "step.end") == 0 || strcmp(event->kind, "step.begin") == 0 ||
           strcmp(event->kind, "engine.end") == 0;
}

static size_t count_seen(const cJSON *line)
{
    size_t count = 0;

    for (line = line->next; line; line = line->next) {
        TraceEvent event = run_event(line);

        if (is_step_over(&event))
            break;
        count += strcmp(event.kind, "step.observed") == 0;
    }
    return count;
}

static void put_seen(const TraceEvent *event, size_t index, size_t count, Buffer *out)
{
    char at[MARKUP_TEXT_MAX];

    if (index < SEEN_FIRST || index + SEEN_LAST >= count)
        markup_add(out, "<p class=\"seen\">%s %s</p>", markup_time(event->at_ms, at),
                   event_fact(event, "text"));
    else if (index == SEEN_FIRST)
        buffer_format(out, "<p class=\"seen\">… %zu more</p>", count - SEEN_FIRST - SEEN_LAST);
}

static const char *mark_of(const char *result)
{
    if (strcmp(result, "failed") == 0)
        return "no";
    return strcmp(result, "done") == 0 || strcmp(result, "held") == 0 ? "ok" : "maybe";
}

/* A step's row: what it is for, what was seen until it was over, and how it ended. */
static void put_step(const cJSON *begin, Buffer *out)
{
    TraceEvent event = run_event(begin);
    size_t count = count_seen(begin), index = 0, acts = 0;
    const char *result = "not ended";
    int64_t ms = -1;
    char took[MARKUP_TEXT_MAX];

    put_cell_start(&event, event_fact(&event, "name"), why_of(&event), out);
    for (const cJSON *line = begin->next; line; line = line->next) {
        event = run_event(line);
        if (strcmp(event.kind, "step.observed") == 0)
            put_seen(&event, index++, count, out);
        acts += strcmp(event.kind, "step.act") == 0;
        if (strcmp(event.kind, "step.end") == 0) {
            result = event_fact(&event, "result");
            ms = json_integer_or(event.data, "ms", -1);
        }
        if (is_step_over(&event))
            break;
    }
    buffer_format(out, "<td class=\"num\">%zu<td class=\"mark %s\">", acts, mark_of(result));
    markup_add(out, "%s<td class=\"num\">%s\n", result, markup_duration(ms, took));
}

static void put_line(const TraceEvent *event, Buffer *out)
{
    if (strcmp(event->kind, "engine.undo") == 0) {
        put_cell_start(event, event_fact(event, "name"), why_of(event), out);
        buffer_add_text(out, "<td><td class=\"mark maybe\">undone<td>\n");
    } else if (strcmp(event->kind, "engine.warning") == 0) {
        put_cell_start(event, event_fact(event, "check"), event_fact(event, "text"), out);
        buffer_add_text(out, "<td><td class=\"mark late\">warning<td>\n");
    }
}

void page_engine(const RunFacts *facts, Buffer *out)
{
    const cJSON *line;

    put_findings(facts->run->events, out);
    buffer_add_text(
        out, "<h3>What the engine did</h3><div class=\"wide\"><table class=\"log\"><thead><tr>"
             "<th class=\"num\">at<th>step<th>why, and what was seen<th class=\"num\">acts"
             "<th>result<th class=\"num\">took<tbody>\n");
    cJSON_ArrayForEach(line, facts->run->events)
    {
        TraceEvent event = run_event(line);

        if (strcmp(event.kind, "step.begin") == 0)
            put_step(line, out);
        else
            put_line(&event, out);
    }
    buffer_add_text(out, "</table></div>\n");
}
