/*
 * reports/page_events.c - a run's events as a list that a person can still scroll through.
 *
 * A run of 10 000 control planes has events by the hundred thousand, and nearly all of them say that one more edge did what all
 * do. So there is a bound, and what tells most is kept first.
 */
#include <string.h>

#include "reports/markup.h"
#include "reports/page.h"

enum { TELLING_MOST, TELLING, TELLING_LITTLE, TELLING_LEAST, TELLING_COUNT };

static int telling_of(const TraceEvent *event)
{
    static const struct {
        const char *kind;
        int telling;
    } ROWS[] = {
        {"step.observed",     TELLING       },
        {"controller.change", TELLING       },
        {"postgres.role",     TELLING       },
        {"token.",            TELLING_LITTLE},
        {"write.",            TELLING_LITTLE},
        {"edge.state",        TELLING_LITTLE},
        {"engine.help",       TELLING_LITTLE},
        {"resolver.view",     TELLING_LEAST },
        {"monitor.view",      TELLING_LEAST },
        {"kube.request",      TELLING_LEAST },
    };

    if (strcmp(event->kind, "kube.request") == 0 && json_bool_or(event->data, "changed", false))
        return TELLING;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        if (strncmp(event->kind, ROWS[i].kind, strlen(ROWS[i].kind)) == 0)
            return ROWS[i].telling;
    }
    return TELLING_MOST;
}

/* How many events of each rank may be shown, so that together they are no more than count. */
static void share_out(const cJSON *events, size_t count, size_t shares[TELLING_COUNT])
{
    size_t there[TELLING_COUNT] = {0};
    const cJSON *line;

    cJSON_ArrayForEach(line, events)
    {
        TraceEvent event = run_event(line);

        there[telling_of(&event)]++;
    }
    for (int i = 0; i < TELLING_COUNT; i++) {
        shares[i] = there[i] < count ? there[i] : count;
        count -= shares[i];
    }
}

static void put_event(const TraceEvent *event, Buffer *out)
{
    char at[MARKUP_TEXT_MAX];

    markup_add(out, "<tr><td>%s", markup_time(event->at_ms, at));
    buffer_format(out, ".%03d", (int)(event->at_ms % 1000));
    markup_add(out, "<td>%s<td>%s<td>%s\n", event->lane, event->kind, event->text);
}

void page_events(const RunFacts *facts, size_t events_max, Buffer *out)
{
    size_t total = (size_t)cJSON_GetArraySize(facts->run->events), shares[TELLING_COUNT];
    const cJSON *line;

    if (total == 0)
        return;
    buffer_add_text(out, "<details class=\"more\"><summary>Events: ");
    if (total > events_max)
        buffer_format(out, "the %zu most telling of %zu", events_max, total);
    else
        buffer_format(out, "all %zu", total);
    buffer_add_text(out, "</summary>\n");
    if (total > events_max)
        buffer_add_text(
            out,
            "<p class=\"soft\">All of them are in the run file, one JSON object a line.</p>\n");
    buffer_add_text(out, "<div class=\"wide\"><table class=\"events\"><tbody>\n");
    share_out(facts->run->events, events_max, shares);
    cJSON_ArrayForEach(line, facts->run->events)
    {
        TraceEvent event = run_event(line);
        size_t *share = &shares[telling_of(&event)];

        if (*share == 0)
            continue;
        (*share)--;
        put_event(&event, out);
    }
    buffer_add_text(out, "</table></div></details>\n");
}
