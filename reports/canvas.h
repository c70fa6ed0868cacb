/*
 * reports/canvas.h - bars, marks and words along a time axis, as SVG, so that no two of them lie on each other.
 *
 * Source: SVG 1.1. Units: the drawing is CANVAS_WIDTH wide whatever the page makes of it; y grows downwards, times are milliseconds
 * of the run. How wide a word will be nobody knows before it is drawn: the estimate is that of a wide sans-serif.
 */
#ifndef REPORTS_CANVAS_H
#define REPORTS_CANVAS_H

#include "base/buffer.h"
#include "reports/timeline.h"

enum { CANVAS_WIDTH = 1180, CANVAS_LEFT = 132, CANVAS_RIGHT = 1150 };

typedef struct {
    Buffer *out;
    int64_t end_ms; /* at CANVAS_RIGHT */
    double y;       /* where the next lane begins */
} Canvas;

typedef enum { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END } Anchor;

double canvas_x(const Canvas *canvas, int64_t at_ms);
double canvas_word_width(const char *word);

/* title may be "". */
void canvas_rect(Canvas *canvas, double x, double y, double width, double height, const char *look,
                 const char *title);
void canvas_line(Canvas *canvas, double x1, double y1, double x2, double y2, const char *look);
/* y: of the base line. */
void canvas_word(Canvas *canvas, double x, double y, Anchor anchor, const char *look,
                 const char *word);
/* In the gutter: a lane's name, and below it, smaller, what one of its rows shows. */
void canvas_name(Canvas *canvas, double y, const char *name);
void canvas_row_name(Canvas *canvas, double y, const char *name);

/* Bars one after the other in one row, each with its label if that fits inside. */
void canvas_row(Canvas *canvas, const Spans *spans, double height);

/* Rows into which things are put where nothing lies yet. A zeroed one is empty. */
enum { PACKING_ROWS = 12 };
typedef struct {
    double ends[PACKING_ROWS];
    int count; /* rows in use */
} Packing;

/* Bars with a label inside or beside them, in as many rows of this pitch as it takes; moves canvas->y past them. */
void canvas_packed(Canvas *canvas, const Spans *spans, double pitch);

/* As canvas_packed, for things that have no width: a sign ("flag", "cross") and a label. */
void canvas_signs(Canvas *canvas, const Spans *spans, const char *sign, double pitch);

/* Ticks between two heights; of those that fall on one point only one is drawn. */
void canvas_ticks(Canvas *canvas, const Spans *marks, double from_y, double to_y);

#endif
