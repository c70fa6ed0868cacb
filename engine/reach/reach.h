/*
 * engine/reach/reach.h - can everything that an Environment file names be reached from here, with what the file gives us for it?
 *
 * A row for each thing: files, API servers and rights, name servers and who changes names, TSB's API, databases, resolvers. One that fails
 * hides no other: what is missing is left out, and the rest is asked all the same. Only reads; a DNS provider is asked as preflight asks it.
 * Every call has a time-out of seconds, and what can be asked at once is.
 */
#ifndef ENGINE_REACH_REACH_H
#define ENGINE_REACH_REACH_H

#include "engine/checks/rights.h"
#include "engine/observations.h"

typedef enum {
    REACH_OK,
    REACH_WARN,    /* it works, and a person should know something */
    REACH_FAILED,  /* a procedure would not get past it */
    REACH_SKIPPED, /* not asked; text says why */
} ReachState;
const char *reach_state_name(ReachState state); /* "ok" */

typedef struct {
    ReachState state;
    const char *what; /* "API server" */
    char who[80];     /* "mp1" */
    char text[300];   /* what was seen, or why not */
    char remedy[300]; /* "" unless it is WARN or FAILED */
} ReachRow;

typedef struct {
    Loop *loop;
    Trace *trace;
    const Environment *environment;
    const bool *stop;
} ReachOptions;

typedef struct {
    ReachRow *rows;
    size_t count, capacity;
} Reach;

/* Fails only with ERR_STOPPED. */
bool reach_make(const ReachOptions *options, Reach *out_reach, Error *err);
void reach_release(Reach *reach);

/* ---- inside of the folder ------------------------------------------------------------------------ */

ReachRow *reach_add(Reach *reach, ReachState state, const char *what, const char *who,
                    const char *format, ...) __attribute__((format(printf, 5, 6)));
/* FAILED with the error's text, and what usually helps with such an error where remedy is NULL. */
ReachRow *reach_fail(Reach *reach, const char *what, const char *who, const Error *why,
                     const char *remedy);
void reach_remedy(ReachRow *row, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Leaves out of usable (a copy) what is not there, so that the rest can be opened. */
void reach_files(Reach *reach, Environment *usable);
void reach_clusters(Reach *reach, Operation *operation);
void reach_names(Reach *reach, Operation *operation, bool has_key);
void reach_planes(Reach *reach, Operation *operation);
void reach_elastic(Reach *reach, Operation *operation);

#endif
