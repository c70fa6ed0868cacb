/*
 * tests/engine/engine_test.c - a run from its first line to its last: outcomes, what it measured, and going on after a stop.
 *
 * The procedure is two steps that take a known time and touch nothing: what they do is told by a few variables of this file, since a
 * resumed run has only its journal.
 */
#include "engine/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "engine/observations.h"
#include "tests/engine/small_world.h"
#include "tests/test.h"

enum { FENCE_MS = 5000, PROMOTE_MS = 10000 };

static struct {
    Loop *loop;
    bool is_fenced, is_promoted, stops, is_refused, rolls_back, is_lost;
    bool stop;
    int64_t recorded; /* what the second step found in the record */
} stage;

static void observe_fence(Operation *operation, Observation *out)
{
    (void)operation;
    if (stage.is_refused)
        observe_failed(out, REACT_REFUSE, "F-001", "a quiet night", "a full moon", "", "wait");
    else if (stage.is_fenced)
        observe_holds(out, "fenced");
    else
        observe_pending(out, "not fenced");
}

static bool act_fence(Operation *operation, Error *err)
{
    (void)err;
    loop_wait(stage.loop, FENCE_MS, NULL);
    json_put_integer(operation->record, "fence/lsn", 4711);
    stage.is_fenced = true;
    return true;
}

static bool undo_fence(Operation *operation, Error *err)
{
    (void)operation;
    (void)err;
    loop_wait(stage.loop, 1000, NULL);
    stage.is_fenced = false;
    return true;
}

static void observe_promote(Operation *operation, Observation *out)
{
    stage.recorded = json_integer_or(operation->record, "fence/lsn", 0);
    stage.stop = stage.stops;
    if (stage.rolls_back)
        observe_failed(out, REACT_ROLLBACK, "F-002", "a standby", "none", "", "make one");
    else if (stage.is_lost)
        observe_failed(out, REACT_STOP, "F-003", "a way on", "none", "", "find one");
    else if (stage.is_promoted)
        observe_holds(out, "promoted");
    else
        observe_pending(out, "not promoted");
}

static bool act_promote(Operation *operation, Error *err)
{
    (void)err;
    loop_wait(stage.loop, PROMOTE_MS, NULL);
    operation_debt(operation, "a standby has to be made");
    stage.is_promoted = true;
    return true;
}

static int64_t a_minute(const Operation *operation)
{
    (void)operation;
    return 60000;
}

static bool is_never_past(Operation *operation, bool *out_is_past, Error *err)
{
    (void)operation;
    (void)err;
    *out_is_past = false;
    return true;
}

static const Step FENCE = {.id = "T1",
                           .name = "fence",
                           .phase = "fence",
                           .why = "a test",
                           .observe = observe_fence,
                           .act = act_fence,
                           .undo = undo_fence,
                           .deadline_ms = a_minute,
                           .on_deadline = REACT_ROLLBACK};
static const Step PROMOTE = {.id = "T2",
                             .name = "promote",
                             .phase = "promote",
                             .why = "a test",
                             .observe = observe_promote,
                             .act = act_promote,
                             .deadline_ms = a_minute,
                             .on_deadline = REACT_STOP};
static const Step *const STEPS[] = {&FENCE, &PROMOTE};
static const Procedure PROCEDURE = {.name = "test",
                                    .steps = STEPS,
                                    .count = 2,
                                    .is_past_return = is_never_past};

typedef struct {
    SmallWorld small;
    Environment environment;
    char *journal;
    EngineResult result;
} Bench;

static void run(Bench *bench, bool is_resume, bool is_dry_run)
{
    stage.stop = false;
    engine_run(&(EngineOptions){.loop = bench->small.loop,
                                .trace = bench->small.trace,
                                .environment = &bench->environment,
                                .procedure = &PROCEDURE,
                                .journal = bench->journal,
                                .is_resume = is_resume,
                                .is_dry_run = is_dry_run,
                                .seed = 7,
                                .holder = "ann@desk/1",
                                .stop = &stage.stop},
               &bench->result);
}

/* The story begins anew. */
static void clear(Bench *bench)
{
    memset(&stage, 0, sizeof stage);
    stage.loop = bench->small.loop;
    remove(bench->journal);
}

static int64_t phase_ms(const EngineResult *result, const char *name)
{
    for (size_t i = 0; i < result->phase_count; i++) {
        if (strcmp(result->phases[i].name, name) == 0)
            return result->phases[i].ms;
    }
    return -1;
}

static void test_completed(Bench *bench)
{
    clear(bench);
    run(bench, false, false);
    CHECK_INTEGER(bench->result.outcome, OUTCOME_COMPLETED);
    CHECK_INTEGER(bench->result.rto_ms, FENCE_MS + PROMOTE_MS);
    CHECK_INTEGER(bench->result.rpo_bytes, -1);
    CHECK_INTEGER(bench->result.phase_count, 2);
    CHECK_INTEGER(phase_ms(&bench->result, "fence"), FENCE_MS);
    CHECK_INTEGER(phase_ms(&bench->result, "promote"), PROMOTE_MS);
    CHECK_INTEGER(bench->result.debt_count, 1);
    CHECK_TEXT(bench->result.debts[0], "a standby has to be made");

    run(bench, true, false); /* there is nothing to resume */
    CHECK_INTEGER(bench->result.outcome, OUTCOME_REFUSED);
    CHECK(strstr(bench->result.finding.observed, "finished") != NULL);
}

/* The time that nobody was at work is part of the outage: nobody was served. */
static void test_stopped_and_resumed(Bench *bench)
{
    clear(bench);
    stage.stops = true;
    run(bench, false, false);
    CHECK_INTEGER(bench->result.outcome, OUTCOME_STOPPED);
    CHECK_INTEGER(bench->result.rto_ms, FENCE_MS);

    run(bench, false, false); /* an unfinished run is in the way */
    CHECK_INTEGER(bench->result.outcome, OUTCOME_REFUSED);
    CHECK(strstr(bench->result.finding.observed, "understudy resume") != NULL);

    loop_wait(bench->small.loop, 60000, NULL);
    stage.stops = false;
    stage.recorded = 0;
    run(bench, true, false);
    CHECK_INTEGER(bench->result.outcome, OUTCOME_COMPLETED);
    CHECK_INTEGER(stage.recorded, 4711);
    CHECK_INTEGER(bench->result.rto_ms, FENCE_MS + 60000 + PROMOTE_MS);
    CHECK_INTEGER(phase_ms(&bench->result, "fence") + phase_ms(&bench->result, "promote"),
                  bench->result.rto_ms);
}

static void test_rolled_back(Bench *bench)
{
    clear(bench);
    stage.rolls_back = true;
    run(bench, false, false);
    CHECK_INTEGER(bench->result.outcome, OUTCOME_ROLLED_BACK);
    CHECK(!stage.is_fenced);
    CHECK_TEXT(bench->result.finding.check, "F-002");
    CHECK_INTEGER(bench->result.rto_ms, FENCE_MS + 1000);
    CHECK_INTEGER(phase_ms(&bench->result, "undo"), 1000);
    stage.rolls_back = false;
    run(bench, false, false); /* nothing is in the way of the next one */
    CHECK_INTEGER(bench->result.outcome, OUTCOME_COMPLETED);
}

static void test_stuck_and_resumed(Bench *bench)
{
    clear(bench);
    stage.is_lost = true;
    run(bench, false, false);
    CHECK_INTEGER(bench->result.outcome, OUTCOME_STUCK);
    CHECK(stage.is_fenced);
    stage.is_lost = false;
    run(bench, true, false);
    CHECK_INTEGER(bench->result.outcome, OUTCOME_COMPLETED);
}

static void test_refused(Bench *bench)
{
    clear(bench);
    stage.is_refused = true;
    run(bench, false, false);
    CHECK_INTEGER(bench->result.outcome, OUTCOME_REFUSED);
    CHECK_INTEGER(bench->result.rto_ms, -1);
    CHECK_INTEGER(bench->result.phase_count, 0);
}

static void test_dry_run(Bench *bench)
{
    clear(bench);
    run(bench, false, true);
    CHECK_INTEGER(bench->result.outcome, OUTCOME_PLANNED);
    CHECK(!stage.is_fenced && !stage.is_promoted);
    CHECK(!file_exists(bench->journal));
}

static void test_no_journal(Bench *bench)
{
    char *journal = bench->journal;

    clear(bench);
    bench->journal = memory_format("%s/absent/journal", bench->small.folder);
    run(bench, false, false);
    CHECK_INTEGER(bench->result.outcome, OUTCOME_FAILED);
    CHECK(!stage.is_fenced);
    run(bench, true, false);
    CHECK_INTEGER(bench->result.outcome, OUTCOME_FAILED);
    free(bench->journal);
    bench->journal = journal;
}

static void test_runs(void)
{
    Bench bench = {0};

    small_world_open(&bench.small);
    small_world_environment(&bench.small, &bench.environment);
    bench.journal = memory_format("%s/journal", bench.small.folder);
    test_completed(&bench);
    test_stopped_and_resumed(&bench);
    test_rolled_back(&bench);
    test_stuck_and_resumed(&bench);
    test_refused(&bench);
    test_dry_run(&bench);
    test_no_journal(&bench);
    free(bench.journal);
    environment_release(&bench.environment);
    small_world_close(&bench.small);
}

/* docs/exit-codes.md: scripts rely on them. */
static const struct {
    Outcome outcome;
    const char *name;
    int exit_code;
} OUTCOMES[] = {
    {OUTCOME_COMPLETED,   "completed",  0},
    {OUTCOME_DEGRADED,    "degraded",   1},
    {OUTCOME_REFUSED,     "refused",    1},
    {OUTCOME_ROLLED_BACK, "rolledBack", 6},
    {OUTCOME_STUCK,       "stuck",      7},
    {OUTCOME_STOPPED,     "stopped",    7},
    {OUTCOME_FAILED,      "failed",     5},
    {OUTCOME_PLANNED,     "planned",    0},
};

static void test_names_and_exit_codes(void)
{
    for (size_t i = 0; i < TEST_COUNT(OUTCOMES); i++) {
        CHECK_TEXT(outcome_name(OUTCOMES[i].outcome), OUTCOMES[i].name);
        CHECK_INTEGER(outcome_exit_code(OUTCOMES[i].outcome), OUTCOMES[i].exit_code);
    }
}

TEST_SUITE("engine/engine", {"runs", test_runs},
           {"names and exit codes", test_names_and_exit_codes});
