/*
 * reports/chart.c - a run's timeline: a time axis, and below it a lane for everybody who took part.
 *
 * The lanes are drawn first, into a buffer of their own, because only then is it known how high the drawing is; the grid goes behind
 * them, and the lines that cross all lanes (the point of no return, the first violation) before them.
 */
#include "reports/chart.h"

#include <stdio.h>
#include <string.h>

#include "reports/canvas.h"
#include "reports/markup.h"

enum { AXIS = 18, LANE_GAP = 10, SIGN_PITCH = 15, STEP_PITCH = 16 };
enum { STATE_HEIGHT = 17, ROW_HEIGHT = 9, ROW_PITCH = 13, FLEET_HEIGHT = 76, VIEW_HEIGHT = 26 };
enum { FLAGS_MAX = 2, TICKS_MAX = 12 };

/* ---------------------------------------------------------------------------------------------------------------- lanes */

static void begin_lane(Canvas *canvas, const char *name)
{
    canvas->y += LANE_GAP;
    canvas_line(canvas, 0, canvas->y - LANE_GAP / 2.0, CANVAS_RIGHT, canvas->y - LANE_GAP / 2.0,
                "rule");
    canvas_name(canvas, canvas->y + 12, name);
}

static void draw_outage(Canvas *canvas, const RunFacts *facts, const Timeline *timeline)
{
    char took[MARKUP_TEXT_MAX];

    if (!timeline->phases.count)
        return;
    begin_lane(canvas, "outage");
    canvas_row_name(canvas, canvas->y + 12, markup_duration(facts->rto_ms, took));
    canvas_row(canvas, &timeline->phases, STATE_HEIGHT);
    canvas->y += STATE_HEIGHT;
}

static void draw_faults(Canvas *canvas, const Timeline *timeline)
{
    if (!timeline->faults.count)
        return;
    begin_lane(canvas, "faults");
    buffer_add_text(canvas->out, "<g class=\"faults\">");
    canvas_packed(canvas, &timeline->faults, STEP_PITCH);
    if (timeline->witnesses.count) {
        canvas_row_name(canvas, canvas->y + 11, "witnessed");
        canvas_signs(canvas, &timeline->witnesses, "eye", SIGN_PITCH);
    }
    buffer_add_text(canvas->out, "</g>");
}

static void draw_engine(Canvas *canvas, const Timeline *timeline)
{
    if (!timeline->steps.count && !timeline->findings.count)
        return;
    begin_lane(canvas, "engine");
    buffer_add_text(canvas->out, "<g class=\"steps\">");
    canvas_packed(canvas, &timeline->steps, STEP_PITCH);
    if (timeline->acts.count) {
        canvas_row_name(canvas, canvas->y + 9, "acts");
        canvas_ticks(canvas, &timeline->acts, canvas->y, canvas->y + ROW_HEIGHT);
        canvas->y += ROW_PITCH;
    }
    if (timeline->warnings.count) {
        canvas_row_name(canvas, canvas->y + 9, "warnings");
        canvas_ticks(canvas, &timeline->warnings, canvas->y, canvas->y + ROW_HEIGHT);
        canvas->y += ROW_PITCH;
    }
    if (timeline->findings.count) {
        canvas_row_name(canvas, canvas->y + 11, "findings");
        canvas_signs(canvas, &timeline->findings, "flag", SIGN_PITCH);
    }
    buffer_add_text(canvas->out, "</g>");
}

static void draw_plane(Canvas *canvas, const Timeline *timeline, int index)
{
    const PlaneLanes *plane = &timeline->planes[index];

    if (!plane->state.count && !plane->api.count && !plane->postgres.count)
        return;
    begin_lane(canvas, plane->name);
    buffer_format(canvas->out, "<g class=\"p%d\">", index);
    canvas_row_name(canvas, canvas->y + 12, "state");
    canvas_row(canvas, &plane->state, STATE_HEIGHT);
    canvas->y += STATE_HEIGHT + 4;
    canvas_row_name(canvas, canvas->y + 8, "API");
    canvas_row(canvas, &plane->api, ROW_HEIGHT);
    canvas->y += ROW_PITCH;
    canvas_row_name(canvas, canvas->y + 8, "Postgres");
    canvas_row(canvas, &plane->postgres, ROW_HEIGHT);
    canvas->y += ROW_HEIGHT;
    buffer_add_text(canvas->out, "</g>");
}

static void draw_dns(Canvas *canvas, const Timeline *timeline)
{
    if (!timeline->dns.count && !timeline->records.count)
        return;
    begin_lane(canvas, "DNS");
    buffer_add_text(canvas->out, "<g class=\"dns\">");
    canvas_row_name(canvas, canvas->y + 12, "floating");
    canvas_row(canvas, &timeline->dns, STATE_HEIGHT);
    canvas->y += STATE_HEIGHT + 4;
    if (timeline->records.count) {
        canvas_row_name(canvas, canvas->y + 8, "changes");
        canvas_ticks(canvas, &timeline->records, canvas->y, canvas->y + ROW_HEIGHT);
        canvas->y += ROW_HEIGHT;
    }
    buffer_add_text(canvas->out, "</g>");
}

/* ---------------------------------------------------------------------------------------------------------------- fleets */

typedef int FleetHeight(const FleetPoint *point);

static int at_first(const FleetPoint *point)
{
    return point->on[0];
}

static int at_any(const FleetPoint *point)
{
    return point->on[0] + point->on[1];
}

static int synced(const FleetPoint *point)
{
    return point->synced;
}

/* A curve of steps; of the points that fall on one place only the last is drawn. */
static void draw_curve(Canvas *canvas, const Fleet *fleet, double height, FleetHeight *height_of,
                       const char *look)
{
    double base = canvas->y + height, y = base;
    bool is_area = height_of != synced;

    buffer_format(canvas->out, "<path class=\"%s\" d=\"M%d %.1f", look, CANVAS_LEFT, base);
    for (size_t i = 0; i < fleet->count; i++) {
        double x = canvas_x(canvas, fleet->points[i].at_ms);
        double to = base - height * height_of(&fleet->points[i]) / fleet->total;

        if (i + 1 < fleet->count && canvas_x(canvas, fleet->points[i + 1].at_ms) - x < 0.7)
            continue;
        if (to > y - 0.05 && to < y + 0.05)
            continue;
        buffer_format(canvas->out, "H%.1fV%.1f", x, to);
        y = to;
    }
    buffer_format(canvas->out, "H%d", CANVAS_RIGHT);
    if (is_area)
        buffer_format(canvas->out, "V%.1fZ", base);
    buffer_add_text(canvas->out, "\"/>");
}

static void draw_fleet(Canvas *canvas, const Fleet *fleet, double height)
{
    canvas_rect(canvas, CANVAS_LEFT, canvas->y, CANVAS_RIGHT - CANVAS_LEFT, height, "nowhere", "");
    draw_curve(canvas, fleet, height, at_any, "p1");
    draw_curve(canvas, fleet, height, at_first, "p0");
}

static void draw_resolvers(Canvas *canvas, const Timeline *timeline)
{
    if (!timeline->resolvers.total)
        return;
    canvas->y += 4;
    canvas_row_name(canvas, canvas->y + 17, "resolvers see");
    draw_fleet(canvas, &timeline->resolvers, VIEW_HEIGHT);
    canvas->y += VIEW_HEIGHT;
}

static void draw_edges(Canvas *canvas, const Timeline *timeline)
{
    char text[MARKUP_TEXT_MAX];
    int total = timeline->edges.total > timeline->control_planes ? timeline->edges.total
                                                                 : timeline->control_planes;

    if (!timeline->edges.total)
        return;
    begin_lane(canvas, "control planes");
    snprintf(text, sizeof text, "%d", total);
    canvas->y += 16;
    canvas_row_name(canvas, canvas->y + 9, text);
    canvas_row_name(canvas, canvas->y + FLEET_HEIGHT, "0");
    canvas_row_name(canvas, canvas->y + FLEET_HEIGHT / 2.0 + 4, "connected");
    draw_fleet(canvas, &timeline->edges, FLEET_HEIGHT);
    if (timeline->promoted_ms >= 0)
        draw_curve(canvas, &timeline->edges, FLEET_HEIGHT, synced, "synced");
    canvas->y += FLEET_HEIGHT;
}

/* ---------------------------------------------------------------------------------------------------------------- judge */

static void draw_writes(Canvas *canvas, const Timeline *timeline)
{
    if (!timeline->taken.count && !timeline->refused.count)
        return;
    begin_lane(canvas, "writes");
    canvas_row_name(canvas, canvas->y + 8, "taken");
    canvas_ticks(canvas, &timeline->taken, canvas->y, canvas->y + ROW_HEIGHT);
    canvas->y += ROW_PITCH;
    canvas_row_name(canvas, canvas->y + 8, "refused");
    canvas_ticks(canvas, &timeline->refused, canvas->y, canvas->y + ROW_HEIGHT);
    canvas->y += ROW_HEIGHT;
}

static void draw_judge(Canvas *canvas, const RunFacts *facts, const Timeline *timeline)
{
    bool is_judged = cJSON_GetArraySize(facts->run->verdicts) > 0;

    begin_lane(canvas, "judge");
    if (timeline->violations.count) {
        canvas_signs(canvas, &timeline->violations, "cross", SIGN_PITCH);
        return;
    }
    canvas_word(canvas, CANVAS_LEFT + 4, canvas->y + 12, ANCHOR_START,
                is_judged && !facts->first ? "good" : "row",
                !is_judged     ? "this run was not judged"
                : facts->first ? "nothing was violated at one moment; see the verdicts below"
                               : "everything held all the time");
    canvas->y += SIGN_PITCH;
}

/* ------------------------------------------------------------------------------------------------------------ the frame */

static int64_t tick_ms(int64_t end_ms)
{
    static const int64_t STEPS_S[] = {1,   2,   5,    10,   15,   30,    60,    120,   300,
                                      600, 900, 1800, 3600, 7200, 21600, 43200, 86400, 604800};
    enum { COUNT = sizeof STEPS_S / sizeof *STEPS_S };

    for (int i = 0; i < COUNT; i++) {
        if (end_ms / (STEPS_S[i] * 1000) <= TICKS_MAX)
            return STEPS_S[i] * 1000;
    }
    return STEPS_S[COUNT - 1] * 1000;
}

static const char *tick_text(int64_t at_ms, int64_t step_ms, char out[MARKUP_TEXT_MAX])
{
    if (at_ms == 0)
        return "0";
    if (step_ms >= 3600000)
        snprintf(out, MARKUP_TEXT_MAX, "%lld h", (long long)(at_ms / 3600000));
    else if (step_ms >= 60000)
        snprintf(out, MARKUP_TEXT_MAX, "%lld min", (long long)(at_ms / 60000));
    else
        markup_time(at_ms, out);
    return out;
}

static void draw_grid(Canvas *canvas, const Timeline *timeline, double top, double bottom)
{
    int64_t step_ms = tick_ms(canvas->end_ms);

    if (timeline->phases.count) {
        const Spans *phases = &timeline->phases;
        double from = canvas_x(canvas, timeline->outage_ms);
        double to = canvas_x(canvas, phases->items[phases->count - 1].to_ms);

        canvas_rect(canvas, from, top, to - from, bottom - top, "shade", "");
    }
    for (int64_t at_ms = 0; at_ms <= canvas->end_ms; at_ms += step_ms)
        canvas_line(canvas, canvas_x(canvas, at_ms), top, canvas_x(canvas, at_ms), bottom, "grid");
}

static void draw_axis(Canvas *canvas, double top)
{
    int64_t step_ms = tick_ms(canvas->end_ms);
    char text[MARKUP_TEXT_MAX];

    for (int64_t at_ms = 0; at_ms <= canvas->end_ms; at_ms += step_ms)
        canvas_word(canvas, canvas_x(canvas, at_ms), top - 5, ANCHOR_MIDDLE, "tick",
                    tick_text(at_ms, step_ms, text));
}

/* ------------------------------------------------------------------------------------------------------------ the flags */

/* What concerns all lanes at once: the point of no return, and the first violation. */
typedef struct {
    Span flags[FLAGS_MAX];
    size_t count;
    char promoted[MARKUP_TEXT_MAX + 32], violated[MARKUP_TEXT_MAX + 80];
} Flags;

static void find_flags(const RunFacts *facts, const Timeline *timeline, Flags *flags)
{
    int64_t promoted_ms = timeline->promoted_ms, first_ms = json_integer_or(facts->first, "at", -1);
    char at[MARKUP_TEXT_MAX];

    if (promoted_ms >= 0) {
        snprintf(flags->promoted, sizeof flags->promoted, "point of no return %s",
                 markup_time(promoted_ms, at));
        flags->flags[flags->count++] = (Span){promoted_ms, promoted_ms, "ponr", flags->promoted,
                                              "Postgres of the standby left recovery"};
    }
    if (first_ms >= 0) {
        snprintf(flags->violated, sizeof flags->violated, "%.60s %s",
                 json_string_or(facts->first, "id", ""), markup_time(first_ms, at));
        flags->flags[flags->count++] =
            (Span){first_ms, first_ms, verdict_result(facts->first), flags->violated,
                   json_string_or(facts->first, "text", "")};
    }
}

/* The words, above the axis; returns where they end. */
static double draw_flags(Canvas *canvas, Flags *flags)
{
    canvas->y = 0;
    buffer_add_text(canvas->out, "<g class=\"flags\">");
    canvas_signs(canvas, &(Spans){flags->flags, flags->count, FLAGS_MAX}, "pin", SIGN_PITCH);
    buffer_add_text(canvas->out, "</g>");
    return canvas->y;
}

static void draw_flag_lines(Canvas *canvas, const Flags *flags, double bottom)
{
    for (size_t i = 0; i < flags->count; i++) {
        double x = canvas_x(canvas, flags->flags[i].from_ms);

        canvas_line(canvas, x, 8, x, bottom, flags->flags[i].look);
    }
}

/* ------------------------------------------------------------------------------------------------------------- all of it */

static void draw_lanes(Canvas *canvas, const RunFacts *facts, const Timeline *timeline)
{
    draw_outage(canvas, facts, timeline);
    draw_faults(canvas, timeline);
    draw_engine(canvas, timeline);
    draw_plane(canvas, timeline, 0);
    draw_plane(canvas, timeline, 1);
    draw_dns(canvas, timeline);
    draw_resolvers(canvas, timeline);
    draw_edges(canvas, timeline);
    draw_writes(canvas, timeline);
    draw_judge(canvas, facts, timeline);
}

void chart_timeline(const RunFacts *facts, const Timeline *timeline, Buffer *out)
{
    Buffer words = {0}, lanes = {0};
    Canvas canvas = {&words, timeline->end_ms, 0};
    Flags flags = {0};
    double top, bottom;

    find_flags(facts, timeline, &flags);
    top = draw_flags(&canvas, &flags) + AXIS;
    canvas = (Canvas){&lanes, timeline->end_ms, top - LANE_GAP / 2.0};
    draw_lanes(&canvas, facts, timeline);
    bottom = canvas.y + 4;
    buffer_format(
        out,
        "<svg class=\"timeline\" viewBox=\"0 0 %d %.0f\" data-left=\"%d\" data-right=\"%d\" "
        "data-end=\"%lld\" role=\"img\"",
        CANVAS_WIDTH, bottom + 2, CANVAS_LEFT, CANVAS_RIGHT, (long long)timeline->end_ms);
    markup_add(out, " aria-label=\"Timeline of %s\">", facts->name);
    canvas.out = out;
    draw_grid(&canvas, timeline, top, bottom);
    buffer_add(out, lanes.data, lanes.length);
    draw_flag_lines(&canvas, &flags, bottom);
    buffer_add(out, words.data, words.length);
    draw_axis(&canvas, top);
    buffer_add_text(out, "</svg>");
    buffer_release(&lanes);
    buffer_release(&words);
}
