/*
 * scenarios/runner.h - runs scenarios, each in a process of its own, several side by side.
 *
 * All goes well: a child switches simulated time on, makes the world, writes its files to a private folder in memory, runs the engine,
 * judges, and writes the run file; the parent reads its end line and tells the caller. Goes wrong: a child that dies, hangs (real-time
 * limit) or cannot write leaves a run that counts as broken, with what it printed last.
 */
#ifndef SCENARIOS_RUNNER_H
#define SCENARIOS_RUNNER_H

#include "scenarios/run_file.h"
#include "scenarios/scenario.h"

typedef struct {
    const char *runs_folder; /* where NAME-SEED.run files go */
    const char *program;     /* version of understudy, for the head of run files */
    const cJSON *libraries;  /* their versions: they decide a run's wire digest */
    uint64_t seed;
    int jobs;                       /* processes at once; 0: as many as processors */
    int64_t limit_real_ms;          /* for one run; 0: 120 s, or 20 min for one in real time */
    const ScenarioSetting *setting; /* put around every scenario's world; may be NULL */
    const bool *stop; /* Ctrl-C: ends the children, tells those that were done; may be NULL */
} RunnerOptions;

/* One run that ended. Texts are valid during the call. */
typedef struct {
    const char *name, *path, *run_file;
    RunResult result;
    const char *why;
    const cJSON *end; /* the end line, or NULL if broken */
    size_t done, total;
} RunnerReport;
typedef void RunnerListener(void *owner, const RunnerReport *report);
/* Called about four times a second with those that are running for more than a second. */
typedef void RunnerProgress(void *owner, const char *const *running, const int64_t *real_ms,
                            size_t count, size_t done, size_t total);

/* Results come in the order of paths, whatever ended first. Fails only if nothing can be run at all (ERR_IO). */
bool runner_run(const RunnerOptions *options, const char *const *paths, size_t count,
                RunnerListener *listener, RunnerProgress *progress, void *owner, Error *err);

/* In this process, to its end: what a child does, and what tests and benchmarks call. Can be done once in a process. */
RunResult runner_run_here(const RunnerOptions *options, const char *path);

#endif
