/*
 * scenarios/stage.h - one run in this process: the seam, a world, the engine, the judge, and the run file, from start to end.
 *
 * It can be done once in a process: the libraries under the seam have global state.
 */
#ifndef SCENARIOS_STAGE_H
#define SCENARIOS_STAGE_H

#include "engine/engine.h"
#include "scenarios/judge.h"
#include "scenarios/scenario.h"
#include "sim/world.h"

/* A procedure that is to be carried out now. */
typedef struct {
    World *world;
    size_t index, count;  /* of the scenario's runs */
    EngineOptions engine; /* as an engine in the world's own loop would be given them */
} StageTurn;

/* Who has procedures carried out in another way than by one engine that lives on, and looks at what came of it. */
typedef struct {
    void *self;
    void (*carry_out)(void *self, const StageTurn *turn, EngineResult *out_result);
    void (*at_end)(void *self, World *world, const cJSON *events, const Verdicts *verdicts);
    int64_t settle_ms; /* the world lives on so much longer before it is looked at */
} StageConductor;

typedef struct {
    uint64_t seed;
    const char *run_file;            /* is written line by line */
    const char *program;             /* version of understudy; NULL: not told */
    const cJSON *libraries;          /* versions; NULL: not told */
    const StageConductor *conductor; /* NULL: an engine in the world's own loop */
} StageOptions;

/* Plays the scenario. The result is also the end line's. */
RunResult stage_play(const Scenario *scenario, const StageOptions *options);

#endif
