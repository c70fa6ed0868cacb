/*
 * scenarios/stage.h - one run in this process: the seam, a world, the engine, the judge, and the run file, from start to end.
 *
 * It can be done once in a process: the libraries under the seam have global state.
 */
#ifndef SCENARIOS_STAGE_H
#define SCENARIOS_STAGE_H

#include "scenarios/run_file.h"
#include "scenarios/scenario.h"

typedef struct {
    uint64_t seed;
    const char *run_file;   /* is written line by line */
    const char *program;    /* version of understudy; NULL: not told */
    const cJSON *libraries; /* versions; NULL: not told */
} StageOptions;

/* Plays the scenario. The result is also the end line's. */
RunResult stage_play(const Scenario *scenario, const StageOptions *options);

#endif
