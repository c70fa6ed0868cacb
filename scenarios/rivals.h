/*
 * scenarios/rivals.h - two engines at once, for the last procedure of a scenario: each in a process, with a journal and a name of its own.
 *
 * What happens when is drawn from the seed and the number of the run. In a third of the runs the second engine begins afresh, at some moment of the
 * first one's run; in a third it is a resume from a copy of the first one's journal; in a third the first one is frozen (its process gets no turn) for up
 * to five times as long as its lease lasts, and the second one begins meanwhile, afresh or with the copy. The second one asks API servers under
 * another name, so that the world can tell whose each effect is.
 */
#ifndef SCENARIOS_RIVALS_H
#define SCENARIOS_RIVALS_H

#include "scenarios/stage.h"

/*
 * Plays the scenario so in this process (stage.h: once). longest_ms: how long the procedure takes undisturbed. What was seen, given away: as
 * crash_play's, and {"interleaved": what an engine did after the other one had begun to act in its place, or "", "plan": in words}.
 */
cJSON *rivals_play(const Scenario *scenario, size_t number, int64_t longest_ms,
                   const StageOptions *options);

#endif
