/*
 * scenarios/explore.h - every crash of a scenario's last procedure, each in a process of its own, held against the undisturbed run.
 *
 * What has to hold of each: the same outcome, the same end state (sim/state.h), nothing done more often, V1 to V10, and what the scenario expects of
 * the world. What it expects of the engine's own words and of time is asked of the undisturbed run alone: a resumed run says more
 * and takes longer.
 */
#ifndef SCENARIOS_EXPLORE_H
#define SCENARIOS_EXPLORE_H

#include "scenarios/crash.h"

typedef struct {
    uint64_t seed;
    int jobs;          /* processes at once; 0: as many as processors */
    bool pairs;        /* also two crashes, the second one of the resumed run */
    size_t rivals;     /* instead of crashes: so many runs with two engines at once */
    size_t sample;     /* so many of the cases, drawn from the seed; 0: all */
    const char *only;  /* one case ("17b"); NULL: all */
    const char *keeps; /* a file for the recorded run of that one; NULL: none */
    const bool *stop;  /* may be NULL */
} ExploreOptions;

/* One case that ended. Texts are valid during the call. */
typedef struct {
    CrashPlan plan;
    size_t rivals; /* the number of a run with two engines; 0: it is a crash */
    bool passed;
    const char *where; /* "fence: mp1 PATCH deployments/scale tsb/tsb", or "" */
    const char *why;   /* the first difference; "" */
    size_t done, total;
} ExploreCase;
typedef void ExploreListener(void *owner, const ExploreCase *ended);

typedef struct {
    char procedure[32]; /* the last of the scenario's */
    char outcome[24];   /* of the undisturbed run */
    size_t effects, lines, runs, passed, failed;
    size_t by_kind[128]; /* runs, by CrashKind of the first crash */
    size_t pairs;
} ExploreTally;

/* Fails with ERR_INVALID if the undisturbed run does not pass, with ERR_IO if nothing can be run, with ERR_STOPPED. */
bool explore_crashes(const Scenario *scenario, const ExploreOptions *options,
                     ExploreListener *listener, void *owner, ExploreTally *out_tally, Error *err);

#endif
