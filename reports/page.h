/*
 * reports/page.h - the parts of the HTML report.
 *
 * The page names nothing outside itself; its content security policy forbids it to. It can be read whole without its script, which
 * only filters, opens and closes, and follows the pointer.
 */
#ifndef REPORTS_PAGE_H
#define REPORTS_PAGE_H

#include "base/buffer.h"
#include "reports/facts.h"

extern const char PAGE_STYLE[];  /* CSS */
extern const char PAGE_SIGNS[];  /* an SVG with the patterns and signs that the drawings use */
extern const char PAGE_SCRIPT[]; /* JavaScript */
extern const char PAGE_LEGEND[]; /* what the drawings' colours mean */

/* "✓ passed", as a badge. */
void page_badge(RunResult result, Buffer *out);

typedef struct {
    size_t number;     /* of the run on the page, from 1: its anchor is #run-1 */
    bool is_open;      /* shown without being asked for */
    size_t events_max; /* in the list of events */
} PageRun;

/* One run, all about it. */
void page_run(const RunFacts *facts, const PageRun *how, Buffer *out);

/* Its events as a list, the most telling ones if there are too many. */
void page_events(const RunFacts *facts, size_t events_max, Buffer *out);

/* What the engine did and saw, step by step. */
void page_engine(const RunFacts *facts, Buffer *out);

#endif
