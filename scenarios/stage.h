/*
 * scenarios/stage.h - one run in this process: the seam, a world, the engine, the judge, and the run file, from start to end.
 *
 * It can be done once in a process: the libraries under the seam have global state.
 */
#ifndef SCENARIOS_STAGE_H
#define SCENARIOS_STAGE_H

#include "scenarios/run_file.h"
#include "scenarios/scenario.h"

/* Plays the scenario and writes run_file. The result is also the end line's. */
RunResult stage_play(const Scenario *scenario, uint64_t seed, const char *run_file);

#endif
