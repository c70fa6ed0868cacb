/*
 * tests/sim/story.h - a world in simulated time, for tests that tell a story in it.
 *
 * Time is switched on by a suite's first story and goes on in its next ones; each has a world and a trace of its own.
 */
#ifndef TESTS_SIM_STORY_H
#define TESTS_SIM_STORY_H

#include "sim/inside.h"

typedef struct {
    Loop *loop;
    Trace *trace;
    Topology *topology;
    World *world;
    Plane *mp1, *mp2;
} Story;

/* parameters: a `world:` mapping as YAML, "" for the standards. Checks that the world starts. */
void story_begin(Story *story, uint64_t seed, const char *parameters);
void story_end(Story *story);

void story_pass(Story *story, int64_t ms);
/* Until condition(story) holds, for at most ms. Returns how long it took, -1: it did not. */
int64_t story_until(Story *story, bool (*condition)(Story *story), int64_t ms);

/* What a client does: by merge patch, with ' for ". */
void story_patch(Story *story, Plane *plane, const char *patch);
void story_scale(Plane *plane, const char *deployment, int replicas);
extern const char STORY_PROMOTE[], STORY_DEMOTE[];

/* How many events of that kind are there in lane (NULL: any) whose text holds words (NULL: any)? */
int story_count(const Story *story, const char *lane, const char *kind, const char *words);
/* "True" for the condition Available of a Deployment, "" if there is none. */
const char *story_available(const Plane *plane, const char *deployment);

#endif
