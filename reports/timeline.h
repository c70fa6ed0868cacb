/*
 * reports/timeline.h - a run's events as bars and marks on lanes, before anybody draws them.
 *
 * Source: the events of sim/events.h and engine/engine.h. An event of a kind that is not known here changes nothing.
 * Units: milliseconds of the run. Ownership: a Timeline owns its spans and labels; what it borrows is the run's.
 */
#ifndef REPORTS_TIMELINE_H
#define REPORTS_TIMELINE_H

#include "base/arena.h"
#include "reports/fleet.h"

enum { TIMELINE_OPEN = -1 };

/* A bar; a mark is one that ends where it begins. */
typedef struct {
    int64_t from_ms, to_ms; /* TIMELINE_OPEN only while the timeline is read */
    const char *look;       /* class of the style sheet: what it means, in one word */
    const char *label;      /* on the bar, if there is room */
    const char *title;      /* when somebody points at it */
} Span;

typedef struct {
    Span *items;
    size_t count, capacity;
} Spans;

typedef struct {
    const char *name; /* "" if the run never named it */
    Spans state;      /* active standby fenced starting demoting empty */
    Spans api;        /* writes reads */
    Spans postgres;   /* primary recovery */
} PlaneLanes;

typedef struct {
    Arena arena;
    int64_t end_ms;
    int64_t promoted_ms;  /* the point of no return; -1 */
    const char *promoted; /* the plane that passed it */
    int64_t outage_ms;    /* when the outage began; -1 */
    PlaneLanes planes[2];
    Spans phases;         /* of the outage */
    Spans steps;          /* done held failed stopped planned undo */
    Spans acts;           /* marks */
    Spans findings;       /* marks */
    Spans warnings;       /* marks */
    Spans faults;         /* cleared, or lasting (nobody put it back) */
    Spans witnesses;      /* marks */
    Spans dns;            /* where the floating name points: p0 p1 other */
    Spans records;        /* marks: every change of a record */
    Spans taken, refused; /* marks: configuration writes */
    Spans violations;     /* marks: violated inconclusive missed */
    Fleet edges, resolvers;
    int control_planes;
    const char *floating_name;
} Timeline;

void timeline_read(const RunFacts *facts, Timeline *out_timeline);
void timeline_release(Timeline *timeline);

/* The colour class of a phase of the outage, the same in every drawing. */
const char *timeline_phase_look(const char *phase);

#endif
