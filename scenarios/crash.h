/*
 * scenarios/crash.h - an engine that dies at a chosen instant of the last procedure of a scenario, and the colleague who resumes.
 *
 * Where it dies, of the side effects and the journal's lines of that run counted from 1:
 *   17a   before effect 17: the request has left, and never arrives
 *   17b   effect 17 is done, and its answer reaches nobody any more
 *   17c   the answer was read, and nothing came after it: no further request, no line in the journal
 *   17d   nobody dies; effect 17 arrives twice, as from a proxy that sends it again
 *   12j   line 12 of the journal was not written
 *   12t   line 12 of the journal is torn
 * With an m at the end ("17bm") the colleague goes on with a copy of the journal, as on another machine. "17b+3am": and the resumed run dies at
 * its own effect 3.
 *
 * Death is SIGKILL of a process of its own (engine_process.h). Then a while passes, drawn from the seed, and another process resumes.
 */
#ifndef SCENARIOS_CRASH_H
#define SCENARIOS_CRASH_H

#include "scenarios/stage.h"

typedef enum {
    CRASH_BEFORE = 'a',
    CRASH_UNANSWERED = 'b',
    CRASH_UNRECORDED = 'c',
    CRASH_REPEATED = 'd',
    CRASH_UNWRITTEN = 'j',
    CRASH_TORN = 't',
} CrashKind;

typedef struct {
    CrashKind kind;
    int at;
    bool moves; /* to another machine */
} Crash;

enum { CRASHES_MAX = 2, CRASH_TEXT_MAX = 40 };
typedef struct {
    Crash crashes[CRASHES_MAX];
    size_t count;
} CrashPlan;

const char *crash_plan_text(const CrashPlan *plan, char out_text[CRASH_TEXT_MAX]);
bool crash_plan_parse(const char *text, CrashPlan *out_plan, Error *err);

/*
 * Plays the scenario so in this process (stage.h: once). What was seen, given away:
 *   {"result", "why": of the judge, "outcome", "struck": whether all crashes came, "state": world_state, "counts": effects_counted,
 *    "violated": as seen_end, "ms": how long it took, "processes": [{"effects": [{"what", "step", "once": may not be repeated}], "lines"}]}
 * An empty plan is the undisturbed run.
 */
cJSON *crash_play(const Scenario *scenario, const CrashPlan *plan, const StageOptions *options);

#endif
