/*
 * reports/chart_phases.c - where an outage's time went: as one bar, and as a staircase.
 */
#include <stdio.h>

#include "reports/chart.h"
#include "reports/markup.h"

enum { BAR_WIDTH = 132, BAR_HEIGHT = 12, STAIRS_WIDTH = 560, STAIRS_LEFT = 84, STAIRS_RIGHT = 480 };
enum { STEP_HEIGHT = 20 };

static int64_t sum_of(const cJSON *phases)
{
    const cJSON *phase;
    int64_t sum = 0;

    cJSON_ArrayForEach(phase, phases)
    {
        sum += json_integer_or(phase, "ms", 0);
    }
    return sum;
}

void chart_phases(const RunFacts *facts, Buffer *out)
{
    int64_t whole_ms = sum_of(facts->phases);
    const cJSON *phase;
    double x = 0;
    char took[MARKUP_TEXT_MAX];

    if (whole_ms <= 0)
        return;
    buffer_format(
        out, "<svg class=\"mini\" width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"phases\">",
        BAR_WIDTH, BAR_HEIGHT);
    cJSON_ArrayForEach(phase, facts->phases)
    {
        const char *name = json_string_or(phase, "name", "");
        int64_t ms = json_integer_or(phase, "ms", 0);
        double width = (double)ms / (double)whole_ms * BAR_WIDTH;

        buffer_format(out, "<rect x=\"%.1f\" width=\"%.1f\" height=\"%d\" class=\"%s\">", x, width,
                      BAR_HEIGHT, timeline_phase_look(name));
        markup_add(out, "<title>%s: %s</title></rect>", name, markup_duration(ms, took));
        x += width;
    }
    buffer_add_text(out, "</svg>");
}

static void draw_step(Buffer *out, const cJSON *phase, int64_t begun_ms, int64_t whole_ms, int row)
{
    const char *name = json_string_or(phase, "name", "");
    int64_t ms = json_integer_or(phase, "ms", 0);
    double scale = (double)(STAIRS_RIGHT - STAIRS_LEFT) / (double)whole_ms;
    double x = STAIRS_LEFT + (double)begun_ms * scale, width = (double)ms * scale;
    int y = row * STEP_HEIGHT;
    char took[MARKUP_TEXT_MAX];

    buffer_format(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" class=\"row\">",
                  STAIRS_LEFT - 8, y + 14);
    markup_add(out, "%s</text>", name);
    buffer_format(out, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"14\" class=\"%s\"/>", x,
                  y + 3, width < 1 ? 1 : width, timeline_phase_look(name));
    buffer_format(out, "<text x=\"%.1f\" y=\"%d\">", x + width + 6, y + 14);
    markup_add(out, "%s</text>", markup_duration(ms, took));
}

void chart_waterfall(const RunFacts *facts, Buffer *out)
{
    int64_t whole_ms = sum_of(facts->phases), begun_ms = 0;
    int rows = cJSON_GetArraySize(facts->phases), row = 0;
    const cJSON *phase;

    if (whole_ms <= 0)
        return;
    buffer_format(
        out,
        "<svg class=\"stairs\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"outage by phase\">",
        STAIRS_WIDTH, rows * STEP_HEIGHT);
    cJSON_ArrayForEach(phase, facts->phases)
    {
        draw_step(out, phase, begun_ms, whole_ms, row++);
        begun_ms += json_integer_or(phase, "ms", 0);
    }
    buffer_add_text(out, "</svg>");
}
