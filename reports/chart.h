/*
 * reports/chart.h - the drawings of the HTML report, as inline SVG. Colours come from the page's style sheet (page_style.c).
 */
#ifndef REPORTS_CHART_H
#define REPORTS_CHART_H

#include "base/buffer.h"
#include "reports/timeline.h"

/* Everything that happened in a run, on lanes below one time axis. */
void chart_timeline(const RunFacts *facts, const Timeline *timeline, Buffer *out);

/* The outage as a staircase: a row for each phase, with how long it took. Nothing if there was no outage. */
void chart_waterfall(const RunFacts *facts, Buffer *out);

/* The outage as one bar of a fixed length: its parts, not how long it was. */
void chart_phases(const RunFacts *facts, Buffer *out);

#endif
