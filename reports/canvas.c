/*
 * reports/canvas.c - bars, marks and words along a time axis, as SVG.
 */
#include "reports/canvas.h"

#include <string.h>

#include "reports/markup.h"

static const double LETTER = 6.3, BAR_LEAST = 2, GAP = 5, PADDING = 4;

double canvas_x(const Canvas *canvas, int64_t at_ms)
{
    double share = canvas->end_ms > 0 ? (double)at_ms / (double)canvas->end_ms : 0;

    if (share > 1)
        share = 1;
    return CANVAS_LEFT + share * (CANVAS_RIGHT - CANVAS_LEFT);
}

double canvas_word_width(const char *word)
{
    size_t letters = 0;

    for (; *word; word++)
        letters += ((unsigned char)*word & 0xc0) != 0x80; /* bytes that begin a character */
    return (double)letters * LETTER;
}

void canvas_rect(Canvas *canvas, double x, double y, double width, double height, const char *look,
                 const char *title)
{
    buffer_format(canvas->out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"", x, y,
                  width, height);
    markup_add(canvas->out, " class=\"%s\"", look);
    if (*title)
        markup_add(canvas->out, "><title>%s</title></rect>", title);
    else
        buffer_add_text(canvas->out, "/>");
}

void canvas_line(Canvas *canvas, double x1, double y1, double x2, double y2, const char *look)
{
    buffer_format(canvas->out, "<path d=\"M%.1f %.1fL%.1f %.1f\"", x1, y1, x2, y2);
    markup_add(canvas->out, " class=\"%s\"/>", look);
}

void canvas_word(Canvas *canvas, double x, double y, Anchor anchor, const char *look,
                 const char *word)
{
    static const char *const ANCHORS[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};

    buffer_format(canvas->out, "<text x=\"%.1f\" y=\"%.1f\"%s", x, y, ANCHORS[anchor]);
    if (*look)
        markup_add(canvas->out, " class=\"%s\"", look);
    markup_add(canvas->out, ">%s</text>", word);
}

void canvas_name(Canvas *canvas, double y, const char *name)
{
    canvas_word(canvas, 2, y, ANCHOR_START, "name", name);
}

void canvas_row_name(Canvas *canvas, double y, const char *name)
{
    canvas_word(canvas, CANVAS_LEFT - 8, y, ANCHOR_END, "row", name);
}

void canvas_row(Canvas *canvas, const Spans *spans, double height)
{
    for (size_t i = 0; i < spans->count; i++) {
        const Span *span = &spans->items[i];
        double x = canvas_x(canvas, span->from_ms), end = canvas_x(canvas, span->to_ms);
        double width = end - x < 0.8 ? 0.8 : end - x;

        canvas_rect(canvas, x, canvas->y, width, height, span->look, span->title);
        if (*span->label && canvas_word_width(span->label) + 2 * PADDING <= width) {
            buffer_add_text(canvas->out, "<g class=\"on\">");
            canvas_word(canvas, x + PADDING, canvas->y + height / 2 + 4, ANCHOR_START, span->look,
                        span->label);
            buffer_add_text(canvas->out, "</g>");
        }
    }
}

/* ------------------------------------------------------------------------------------------------------------- packing */

/* Where a thing with a label goes: the label inside, to the right, to the left, or nowhere. */
typedef struct {
    double from, to;     /* all it covers */
    double bar, bar_end; /* the thing itself */
    double word;         /* base point of the label */
    enum { WORD_INSIDE, WORD_RIGHT, WORD_LEFT, WORD_NOWHERE } place;
} Placing;

static Placing place(const Canvas *canvas, const Span *span, double least, bool may_be_inside)
{
    double bar = canvas_x(canvas, span->from_ms), end = canvas_x(canvas, span->to_ms);
    double word = canvas_word_width(span->label);

    if (end - bar < least)
        end = bar + least;
    if (!*span->label)
        return (Placing){bar, end, bar, end, bar, WORD_NOWHERE};
    if (may_be_inside && word + 2 * PADDING <= end - bar)
        return (Placing){bar, end, bar, end, bar + PADDING, WORD_INSIDE};
    if (end + PADDING + word <= CANVAS_WIDTH)
        return (Placing){bar, end + PADDING + word, bar, end, end + PADDING, WORD_RIGHT};
    if (bar - PADDING - word >= CANVAS_LEFT)
        return (Placing){bar - PADDING - word, end, bar, end, bar - PADDING, WORD_LEFT};
    return (Placing){bar, end, bar, end, bar, WORD_NOWHERE};
}

/* The first row that is free from there on; if none is, the label goes, and the thing lies where there is most room. */
static int row_for(Packing *packing, Placing *placing)
{
    double gap = placing->place == WORD_NOWHERE ? 0 : GAP;
    int best = 0;

    for (int i = 0; i < PACKING_ROWS; i++) {
        if (i < packing->count && packing->ends[i] + gap > placing->from) {
            best = packing->ends[i] < packing->ends[best] ? i : best;
            continue;
        }
        if (i >= packing->count)
            packing->count = i + 1;
        packing->ends[i] = placing->to;
        return i;
    }
    placing->place = WORD_NOWHERE;
    if (packing->ends[best] < placing->bar_end)
        packing->ends[best] = placing->bar_end;
    return best;
}

static void put_label(Canvas *canvas, const Placing *placing, const Span *span, double y)
{
    if (placing->place == WORD_NOWHERE)
        return;
    if (placing->place != WORD_INSIDE) {
        canvas_word(canvas, placing->word, y,
                    placing->place == WORD_LEFT ? ANCHOR_END : ANCHOR_START, "", span->label);
        return;
    }
    buffer_add_text(canvas->out, "<g class=\"on\">");
    canvas_word(canvas, placing->word, y, ANCHOR_START, span->look, span->label);
    buffer_add_text(canvas->out, "</g>");
}

void canvas_packed(Canvas *canvas, const Spans *spans, double pitch)
{
    Packing packing = {0};

    for (size_t i = 0; i < spans->count; i++) {
        const Span *span = &spans->items[i];
        Placing placing = place(canvas, span, BAR_LEAST, true);
        double y = canvas->y + row_for(&packing, &placing) * pitch;

        canvas_rect(canvas, placing.bar, y + 1, placing.bar_end - placing.bar, pitch - 3,
                    span->look, span->title);
        put_label(canvas, &placing, span, y + pitch / 2 + 3.5);
    }
    canvas->y += packing.count * pitch;
}

static void put_sign(Canvas *canvas, const char *sign, double x, double y, const Span *span)
{
    buffer_format(canvas->out, "<use href=\"#%s\" x=\"%.1f\" y=\"%.1f\"", sign, x, y);
    markup_add(canvas->out, " class=\"%s\"><title>%s</title></use>", span->look, span->title);
}

void canvas_signs(Canvas *canvas, const Spans *spans, const char *sign, double pitch)
{
    Packing packing = {0};

    for (size_t i = 0; i < spans->count; i++) {
        const Span *span = &spans->items[i];
        Placing placing = place(canvas, span, 9, false);
        double y = canvas->y + row_for(&packing, &placing) * pitch;

        put_sign(canvas, sign, placing.bar, y + pitch / 2, span);
        put_label(canvas, &placing, span, y + pitch / 2 + 4);
    }
    canvas->y += packing.count * pitch;
}

void canvas_ticks(Canvas *canvas, const Spans *marks, double from_y, double to_y)
{
    double last = -1;

    for (size_t i = 0; i < marks->count; i++) {
        const Span *mark = &marks->items[i];
        double x = canvas_x(canvas, mark->from_ms);

        if (x - last < 1.5)
            continue;
        last = x;
        canvas_rect(canvas, x - 0.6, from_y, 1.2, to_y - from_y, mark->look, mark->title);
    }
}
