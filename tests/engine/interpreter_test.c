/*
 * tests/engine/interpreter_test.c - tables of steps made for the purpose, walked in simulated time, and what was called in which order.
 *
 * Each story is told as a text: "oA" looks at step A, "aA" acts, "uA" undoes. A step's effect is there from the moment its act says
 * so, or after some more looks; its act can fail, with or without the effect.
 */
#include "engine/interpreter.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "engine/journal.h"
#include "sim/seam/seam.h"
#include "tests/test.h"

enum { POLL_MS = 1000, DEADLINE_MS = 10000, SCRIPT_MAX = 4, STORY_MAX = 400 };

/* What step A, B or C finds, and what happens to it. */
typedef struct {
    bool holds;                   /* without our doing anything */
    int looks_until;              /* so many looks after the effect it shows; -1: never */
    ErrorCode errors[SCRIPT_MAX]; /* of act, one after the other */
    bool effect_though_error[SCRIPT_MAX];
    bool acts_again;  /* while it does not hold, there is more to do */
    int progress;     /* so many looks say they are closer */
    Reaction finding; /* it cannot hold */
    ErrorCode undo_error;
    int undo_fails; /* so many times; -1: always */
    int stop_at_look;
    int acts, looks, undos;
    bool has_effect;
} Part;

typedef struct {
    Operation operation; /* first: a step is only given this */
    Environment environment;
    Part parts[3];
    char story[STORY_MAX];
    bool stop, is_past, past_is_unknown;
    char folder[64], *path;
    EngineResult result;
} Bench;

/* ------------------------------------------------------------------------------------------------------ the steps */

static void note(Bench *bench, char what, int part)
{
    size_t used = strlen(bench->story);

    if (used + 4 < sizeof bench->story)
        snprintf(bench->story + used, sizeof bench->story - used, "%s%c%c", used ? " " : "", what,
                 'A' + part);
}

static void observe_part(Operation *operation, int index, Observation *out)
{
    Bench *bench = (Bench *)operation;
    Part *part = &bench->parts[index];
    bool shows = part->has_effect && part->looks_until >= 0 && part->looks_until-- == 0;

    note(bench, 'o', index);
    part->looks++;
    snprintf(out->text, sizeof out->text, "look %d", part->looks);
    if (part->looks == part->stop_at_look)
        bench->stop = true;
    if (part->finding != REACT_NONE) {
        out->state = STEP_FAILED;
        finding_set(&out->finding, part->finding, "F-001", "a world that can be saved", "none", "",
                    "");
        return;
    }
    part->holds = part->holds || shows;
    out->state = part->holds ? STEP_HOLDS : STEP_PENDING;
    out->act_again = part->acts_again;
    out->has_progress = part->progress-- > 0;
}

/* The last line on disk, now. */
static void check_intent(const Bench *bench, int index)
{
    char *text = NULL, *last, wanted[40];

    if (!bench->operation.journal || !CHECK(file_read(bench->path, &text, NULL, NULL)))
        return;
    last = text + strlen(text) - 1;
    while (last > text && last[-1] != '\n')
        last--;
    snprintf(wanted, sizeof wanted, "\"step\":\"S%c\"", 'A' + index);
    CHECK(strstr(last, "\"type\":\"intent\"") && strstr(last, wanted));
    free(text);
}

static bool act_part(Operation *operation, int index, Error *err)
{
    Bench *bench = (Bench *)operation;
    Part *part = &bench->parts[index];
    int number = part->acts++;
    ErrorCode error = number < SCRIPT_MAX ? part->errors[number] : ERR_NONE;

    note(bench, 'a', index);
    check_intent(bench, index);
    if (error == ERR_NONE || part->effect_though_error[number])
        part->has_effect = true;
    return error == ERR_NONE || error_set(err, error, "act %d of %c", number + 1, 'A' + index);
}

static bool undo_part(Operation *operation, int index, Error *err)
{
    Bench *bench = (Bench *)operation;
    Part *part = &bench->parts[index];

    note(bench, 'u', index);
    if (part->undo_fails < 0 || part->undos++ < part->undo_fails)
        return error_set(err, part->undo_error, "undo of %c", 'A' + index);
    return true;
}

static int64_t deadline(const Operation *operation)
{
    (void)operation;
    return DEADLINE_MS;
}

#define PART(letter, index)                                              \
    static void observe_##letter(Operation *operation, Observation *out) \
    {                                                                    \
        observe_part(operation, index, out);                             \
    }                                                                    \
    static bool act_##letter(Operation *operation, Error *err)           \
    {                                                                    \
        return act_part(operation, index, err);                          \
    }                                                                    \
    static bool undo_##letter(Operation *operation, Error *err)          \
    {                                                                    \
        return undo_part(operation, index, err);                         \
    }
PART(a, 0)
PART(b, 1)
PART(c, 2)

#define STEP(letter, LETTER, ...)                                                                \
    {                                                                                            \
        .id = "S" LETTER, .name = "step-" #letter, .why = "a test", .observe = observe_##letter, \
        .act = act_##letter, .undo = undo_##letter, .deadline_ms = deadline,                     \
        .on_deadline = REACT_ROLLBACK, .remedy = "mend it", __VA_ARGS__                          \
    }

static bool is_past_return(Operation *operation, bool *out_is_past, Error *err)
{
    const Bench *bench = (Bench *)operation;

    if (bench->past_is_unknown)
        return error_set(err, ERR_UNAVAILABLE, "nobody answers");
    *out_is_past = bench->is_past;
    return true;
}

static const Step STEP_A = STEP(a, "A", .phase = "one");
static const Step STEP_B = STEP(b, "B", .phase = "two");
static const Step STEP_C = STEP(c, "C", .phase = "two");
static const Step *const THREE[] = {&STEP_A, &STEP_B, &STEP_C};
static const Procedure PLAIN = {.name = "plain",
                                .steps = THREE,
                                .count = 3,
                                .is_past_return = is_past_return};

static const Step STEP_B_ONCE = STEP(b, "B", .is_once = true);
static const Step STEP_B_FORWARD = {.id = "SB",
                                    .name = "step-b",
                                    .why = "a test",
                                    .observe = observe_b,
                                    .act = act_b,
                                    .deadline_ms = deadline,
                                    .on_deadline = REACT_FORWARD};
static const Step STEP_B_LONGER = STEP(b, "B", .extends_while_progress = true);
static const Step STEP_B_WAITS = {.id = "SB",
                                  .name = "step-b",
                                  .why = "the world does it",
                                  .observe = observe_b,
                                  .deadline_ms = deadline,
                                  .on_deadline = REACT_STOP};
static const Step STEP_B_NO_UNDO = {.id = "SB",
                                    .name = "step-b",
                                    .why = "a test",
                                    .observe = observe_b,
                                    .act = act_b,
                                    .deadline_ms = deadline,
                                    .on_deadline = REACT_ROLLBACK};

/* The three steps with another one for B. */
typedef struct {
    const Step *steps[3];
    Procedure procedure;
} Table;

static const Procedure *with_b(Table *table, const Step *b)
{
    *table = (Table){
        .steps = {&STEP_A, b, &STEP_C}
    };
    table->procedure = PLAIN;
    table->procedure.steps = table->steps;
    return &table->procedure;
}

/* ------------------------------------------------------------------------------------------------------ the bench */

static void bench_open(Bench *bench)
{
    Error err = {0};

    if (!seam_is_simulated())
        seam_simulate(&(SeamOptions){.seed = 7, .start_wall_ms = 1772334000000, .from = "desk"});
    memset(bench, 0, sizeof *bench);
    snprintf(bench->folder, sizeof bench->folder, "/tmp/understudy-interpreter-test-XXXXXX");
    CHECK(mkdtemp(bench->folder) != NULL);
    bench->path = memory_format("%s/journal", bench->folder);
    bench->environment.policies = (EnvironmentPolicies){.poll_ms = POLL_MS};
    bench->operation = (Operation){
        .loop = loop_new(),
        .trace = trace_new(),
        .environment = &bench->environment,
        .record = cJSON_CreateObject(),
        .stop = &bench->stop,
    };
    CHECK(journal_create(bench->path, "plain", "test", &bench->operation.journal, &err));
    CHECK_TEXT(err.message, "");
}

static void bench_close(Bench *bench)
{
    journal_close(bench->operation.journal);
    cJSON_Delete(bench->operation.record);
    trace_free(bench->operation.trace);
    loop_free(bench->operation.loop);
    unlink(bench->path);
    rmdir(bench->folder);
    free(bench->path);
}

static void walk(Bench *bench, const Procedure *procedure)
{
    bench->story[0] = '\0';
    bench->result = (EngineResult){0};
    interpreter_walk(&bench->operation, procedure, &bench->result);
}

/* A new process: the journal is read again, and no variable of the old one is left. */
static void resume(Bench *bench, const Procedure *procedure)
{
    journal_close(bench->operation.journal);
    bench->operation.journal = NULL;
    CHECK(journal_open(bench->path, &bench->operation.journal, NULL));
    bench->stop = false;
    walk(bench, procedure);
}

/* "begin intent:SA outcome:SA": the journal's lines, without records. */
static const char *journal_story(const Bench *bench)
{
    static char story[STORY_MAX];
    const cJSON *entry;

    story[0] = '\0';
    cJSON_ArrayForEach(entry, journal_entries(bench->operation.journal))
    {
        const char *type = json_string_or(entry, "type", "");
        size_t used = strlen(story);

        if (strcmp(type, "record") != 0)
            snprintf(story + used, sizeof story - used, "%s%s%s%s", used ? " " : "", type,
                     json_has(entry, "step") ? ":" : "", json_string_or(entry, "step", ""));
    }
    return story;
}

static int count_events(const Bench *bench, const char *kind, const char *words)
{
    int count = 0;

    for (size_t i = 0; i < trace_count(bench->operation.trace); i++) {
        TraceEvent event = trace_at(bench->operation.trace, i);

        count += strcmp(event.kind, kind) == 0 && (!words || strstr(event.text, words));
    }
    return count;
}

/* ---------------------------------------------------------------------------------------------------- the stories */

typedef struct {
    const char *name;
    Part a, b, c;
    Outcome outcome;
    const char *story;
    Reaction reaction;
} Story;

#define HELD          \
    {                 \
        .holds = true \
    }
static const Story STORIES[] = {
    {"all of it",                                              {0},  {0},                                                        {0},  OUTCOME_COMPLETED,   "oA aA oA oB aB oB oC aC oC", REACT_NONE    },
    {"what holds is left alone",                               HELD, {0},                                                        HELD, OUTCOME_COMPLETED,   "oA oB aB oB oC",             REACT_NONE    },
    {"it takes a while",
     HELD,                                                           {.looks_until = 3},
     HELD,                                                                                                                             OUTCOME_COMPLETED,
     "oA oB aB oB oB oB oB oC",                                                                                                                                                           REACT_NONE    },
    {"the answer is lost, the effect is there: no second act",
     HELD,                                                           {.errors = {ERR_AMBIGUOUS}, .effect_though_error = {true}},
     HELD,                                                                                                                             OUTCOME_COMPLETED,
     "oA oB aB oB oC",                                                                                                                                                                    REACT_NONE    },
    {"the request was lost: looked at, then sent again",
     HELD,                                                           {.errors = {ERR_AMBIGUOUS}},
     HELD,                                                                                                                             OUTCOME_COMPLETED,
     "oA oB aB oB aB oB oC",                                                                                                                                                              REACT_NONE    },
    {"unavailable and conflict are tried again",
     HELD,                                                           {.errors = {ERR_UNAVAILABLE, ERR_CONFLICT}},
     HELD,                                                                                                                             OUTCOME_COMPLETED,
     "oA oB aB oB aB oB aB oB oC",                                                                                                                                                        REACT_NONE    },
    {"refused for good: undone",
     {0},
     {.errors = {ERR_INVALID}},
     HELD,                                                                                                                             OUTCOME_ROLLED_BACK,
     "oA aA oA oB aB uB uA",                                                                                                                                                              REACT_ROLLBACK},
    {"no right to: undone",
     {0},
     {.errors = {ERR_DENIED}},
     HELD,                                                                                                                             OUTCOME_ROLLED_BACK,
     "oA aA oA oB aB uB uA",                                                                                                                                                              REACT_ROLLBACK},
    {"undo begins with what was begun last",
     {0},
     {0},
     {.finding = REACT_ROLLBACK},
     OUTCOME_ROLLED_BACK,                                                                                                                                   "oA aA oA oB aB oB oC uB uA",
     REACT_ROLLBACK                                                                                                                                                                                     },
    {"a step that found its goal reached is not undone",
     HELD,                                                           {0},
     {.finding = REACT_ROLLBACK},
     OUTCOME_ROLLED_BACK,                                                                                                                                   "oA oB aB oB oC uB",
     REACT_ROLLBACK                                                                                                                                                                                     },
    {"refused before anything was done",
     HELD,                                                           HELD,
     {.finding = REACT_REFUSE},
     OUTCOME_REFUSED,                                                                                                                                       "oA oB oC",
     REACT_REFUSE                                                                                                                                                                                       },
    {"consent is asked for before anything was done",
     HELD,                                                           {.finding = REACT_ASK},
     HELD,                                                                                                                             OUTCOME_REFUSED,
     "oA oB",                                                                                                                                                                             REACT_ASK     },
    {"refused after something was done: undone",
     {0},
     {.finding = REACT_REFUSE},
     HELD,                                                                                                                             OUTCOME_ROLLED_BACK,
     "oA aA oA oB uA",                                                                                                                                                                    REACT_REFUSE  },
    {"stopped for a person: nothing is undone",
     {0},
     {.finding = REACT_STOP},
     HELD,                                                                                                                             OUTCOME_STUCK,
     "oA aA oA oB",                                                                                                                                                                       REACT_STOP    },
    {"stopped for a person before anything was done",
     HELD,                                                           {.finding = REACT_STOP},
     HELD,                                                                                                                             OUTCOME_REFUSED,
     "oA oB",                                                                                                                                                                             REACT_STOP    },
    {"a finding that only warns",
     HELD,                                                           {.finding = REACT_WARN},
     {0},
     OUTCOME_COMPLETED,                                                                                                                                     "oA oB oC aC oC",
     REACT_WARN                                                                                                                                                                                         },
    {"an undo is tried again",
     {.undo_fails = 2, .undo_error = ERR_AMBIGUOUS},
     {.finding = REACT_ROLLBACK},
     HELD,                                                                                                                             OUTCOME_ROLLED_BACK,
     "oA aA oA oB uA uA uA",                                                                                                                                                              REACT_ROLLBACK},
    {"an undo that is refused",
     {.undo_fails = -1, .undo_error = ERR_DENIED},
     {.finding = REACT_ROLLBACK},
     HELD,                                                                                                                             OUTCOME_STUCK,
     "oA aA oA oB uA",                                                                                                                                                                    REACT_ROLLBACK},
    {"an undo that fails leaves the ones before it",
     {0},
     {.undo_fails = -1, .undo_error = ERR_INVALID},
     {.finding = REACT_ROLLBACK},
     OUTCOME_STUCK,                                                                                                                                         "oA aA oA oB aB oB oC uB",
     REACT_ROLLBACK                                                                                                                                                                                     },
};

static void test_stories(void)
{
    for (size_t i = 0; i < TEST_COUNT(STORIES); i++) {
        const Story *story = &STORIES[i];
        Bench bench;

        bench_open(&bench);
        bench.parts[0] = story->a;
        bench.parts[1] = story->b;
        bench.parts[2] = story->c;
        walk(&bench, &PLAIN);
        CHECK_CASE(story->name, bench.result.outcome == story->outcome);
        CHECK_CASE(story->name, bench.result.finding.reaction == story->reaction);
        if (!CHECK_CASE(story->name, strcmp(bench.story, story->story) == 0))
            printf("  %s\n", bench.story);
        bench_close(&bench);
    }
}

static void test_journal_and_trace(void)
{
    Bench bench;

    bench_open(&bench);
    bench.parts[1].errors[0] = ERR_UNAVAILABLE;
    bench.parts[2].finding = REACT_ROLLBACK;
    walk(&bench, &PLAIN);
    CHECK_TEXT(
        journal_story(&bench),
        "begin intent:SA outcome:SA intent:SB warning intent:SB outcome:SB failed:SC rollback undo:SB undo:SA");
    CHECK_INTEGER(count_events(&bench, "step.begin", NULL), 3);
    CHECK_INTEGER(count_events(&bench, "step.act", NULL), 3);
    CHECK_INTEGER(count_events(&bench, "step.end", "done"), 2);
    CHECK_INTEGER(count_events(&bench, "step.end", "failed"), 1);
    CHECK_INTEGER(count_events(&bench, "engine.undo", NULL), 2);
    CHECK_INTEGER(count_events(&bench, "engine.finding", "ROLLBACK F-001"), 1);
    bench_close(&bench);
}

/* ---------------------------------------------------------------------------------------------------- deadlines */

static int64_t walk_ms(Bench *bench, const Procedure *procedure)
{
    int64_t before = clock_mono_ms();

    walk(bench, procedure);
    return clock_mono_ms() - before;
}

static void test_deadline(void)
{
    Bench bench;
    int64_t ms;

    bench_open(&bench);
    bench.parts[1].looks_until = -1;
    ms = walk_ms(&bench, &PLAIN);
    CHECK_INTEGER(bench.result.outcome, OUTCOME_ROLLED_BACK);
    CHECK_TEXT(bench.result.finding.check, "SB");
    CHECK_TEXT(bench.result.finding.required, "step-b within 10 s");
    CHECK_TEXT(bench.result.finding.remedy, "mend it");
    CHECK(strstr(bench.result.finding.observed, "look ") != NULL);
    CHECK(ms >= DEADLINE_MS && ms <= DEADLINE_MS + POLL_MS);
    CHECK_INTEGER(bench.parts[1].acts, 1);
    bench_close(&bench);
}

static void test_deadline_goes_forward(void)
{
    Bench bench;
    Table table;

    bench_open(&bench);
    bench.parts[1].looks_until = -1;
    walk(&bench, with_b(&table, &STEP_B_FORWARD));
    CHECK_INTEGER(bench.result.outcome, OUTCOME_COMPLETED);
    CHECK(bench.parts[2].holds);
    CHECK_INTEGER(bench.parts[0].undos, 0);
    CHECK(strncmp(json_string_or(bench.operation.record, "debts/0", ""), "step-b: look", 12) == 0);
    CHECK(strstr(journal_story(&bench), "outcome:SB intent:SC") != NULL);
    bench_close(&bench);
}

static void test_waiting_step_never_acts(void)
{
    Bench bench;
    Table table;

    bench_open(&bench);
    bench.parts[1].looks_until = -1;
    walk(&bench, with_b(&table, &STEP_B_WAITS));
    CHECK_INTEGER(bench.result.outcome, OUTCOME_STUCK);
    CHECK_INTEGER(bench.parts[1].acts, 0);
    CHECK_INTEGER(bench.parts[0].undos, 0);
    bench_close(&bench);
}

static const struct {
    const char *name;
    bool extends;
    int progress; /* looks that say closer */
    int64_t lowest_ms, highest_ms;
} EXTENSIONS[] = {
    {"no progress",                true,  0,    10000, 11000},
    {"progress that nobody heeds", false, 1000, 10000, 11000},
    {"progress for 20 looks",      true,  20,   23000, 26000},
    {"progress for ever",          true,  1000, 40000, 41000},
};

static void test_progress_moves_the_deadline(void)
{
    for (size_t i = 0; i < TEST_COUNT(EXTENSIONS); i++) {
        Bench bench;
        Table table;
        int64_t ms;

        bench_open(&bench);
        bench.parts[1].looks_until = -1;
        bench.parts[1].progress = EXTENSIONS[i].progress;
        ms = walk_ms(&bench, EXTENSIONS[i].extends ? with_b(&table, &STEP_B_LONGER) : &PLAIN);
        if (!CHECK_CASE(EXTENSIONS[i].name,
                        ms >= EXTENSIONS[i].lowest_ms && ms <= EXTENSIONS[i].highest_ms))
            printf("  %lld ms\n", (long long)ms);
        CHECK_CASE(EXTENSIONS[i].name, bench.result.outcome == OUTCOME_ROLLED_BACK);
        bench_close(&bench);
    }
}

static void test_acting_again_is_bounded(void)
{
    Bench bench;

    bench_open(&bench);
    bench.environment.policies.poll_ms = 10;
    bench.parts[1].looks_until = -1;
    bench.parts[1].acts_again = true;
    walk(&bench, &PLAIN);
    /* A dozen at once, and the rest over the whole limit: the last one near its end. */
    CHECK(bench.parts[1].acts > 30 && bench.parts[1].acts <= 12 + 24);
    CHECK(bench.parts[1].looks > 5 * bench.parts[1].acts);
    CHECK_INTEGER(bench.result.outcome, OUTCOME_ROLLED_BACK);
    bench_close(&bench);
}

/* ------------------------------------------------------------------------------------------ the point of no return */

static void test_no_undo_past_the_point_of_no_return(void)
{
    for (int unknown = 0; unknown < 2; unknown++) {
        Bench bench;

        bench_open(&bench);
        bench.is_past = !unknown;
        bench.past_is_unknown = unknown;
        bench.parts[2].finding = REACT_ROLLBACK;
        walk(&bench, &PLAIN);
        CHECK_INTEGER(bench.result.outcome, OUTCOME_STUCK);
        CHECK_INTEGER(bench.parts[0].undos + bench.parts[1].undos, 0);
        CHECK(!strchr(bench.story, 'u'));
        CHECK_INTEGER(count_events(&bench, "engine.warning", unknown ? "cannot tell" : "F-322"), 1);
        bench_close(&bench);
    }
}

static void test_what_cannot_be_undone_is_left_out(void)
{
    Bench bench;
    Table table;

    bench_open(&bench);
    bench.parts[2].finding = REACT_ROLLBACK;
    walk(&bench, with_b(&table, &STEP_B_NO_UNDO));
    CHECK_INTEGER(bench.result.outcome, OUTCOME_ROLLED_BACK);
    CHECK_TEXT(bench.story, "oA aA oA oB aB oB oC uA");
    bench_close(&bench);
}

/* ------------------------------------------------------------------------------------- stopping and going on */

static void test_stopped_and_resumed(void)
{
    for (int look = 1; look <= 2; look++) {
        Bench bench;

        bench_open(&bench);
        bench.parts[1].stop_at_look = look;
        walk(&bench, &PLAIN);
        CHECK_INTEGER(bench.result.outcome, OUTCOME_STOPPED);
        CHECK_TEXT(bench.story, look == 1 ? "oA aA oA oB" : "oA aA oA oB aB oB");
        CHECK_INTEGER(bench.parts[0].undos, 0);
        CHECK_INTEGER(bench.parts[2].looks, 0);
        resume(&bench, &PLAIN);
        CHECK_INTEGER(bench.result.outcome, OUTCOME_COMPLETED);
        CHECK_TEXT(bench.story, look == 1 ? "oA oB aB oB oC aC oC" : "oA oB oC aC oC");
        bench_close(&bench);
    }
}

static void test_stopped_before_the_first_look(void)
{
    Bench bench;

    bench_open(&bench);
    bench.stop = true;
    walk(&bench, &PLAIN);
    CHECK_INTEGER(bench.result.outcome, OUTCOME_STOPPED);
    CHECK_TEXT(bench.story, "");
    bench_close(&bench);
}

/* Done once is done: the world it described is gone. Another one that stopped holding is done again. */
static void test_once(void)
{
    Bench bench;
    Table table;
    const Procedure *procedure = with_b(&table, &STEP_B_ONCE);

    bench_open(&bench);
    bench.parts[2].stop_at_look = 1;
    walk(&bench, procedure);
    CHECK_INTEGER(bench.result.outcome, OUTCOME_STOPPED);
    bench.parts[0] = bench.parts[1] = (Part){0};
    resume(&bench, procedure);
    CHECK_TEXT(bench.story, "oA aA oA oC aC oC");
    bench_close(&bench);
}

static void test_once_that_was_not_finished(void)
{
    Bench bench;
    Table table;
    const Procedure *procedure = with_b(&table, &STEP_B_ONCE);

    bench_open(&bench);
    bench.parts[1].stop_at_look = 2;
    bench.parts[1].looks_until = 5;
    walk(&bench, procedure);
    bench.parts[1] = (Part){0};
    resume(&bench, procedure);
    CHECK_TEXT(bench.story, "oA oB aB oB oC aC oC");
    bench_close(&bench);
}

/* What an undo took back before the process died is not taken back a second time. */
static void test_rollback_that_was_interrupted(void)
{
    Bench bench;

    bench_open(&bench);
    bench.parts[0].undo_fails = -1;
    bench.parts[0].undo_error = ERR_DENIED;
    bench.parts[2].finding = REACT_ROLLBACK;
    walk(&bench, &PLAIN);
    CHECK_INTEGER(bench.result.outcome, OUTCOME_STUCK);
    CHECK_TEXT(bench.story, "oA aA oA oB aB oB oC uB uA");
    bench.parts[0] = (Part){.holds = true};
    bench.parts[1] = (Part){.holds = true};
    resume(&bench, &PLAIN);
    CHECK_INTEGER(bench.result.outcome, OUTCOME_ROLLED_BACK);
    CHECK_TEXT(bench.story, "oA oB oC uA");
    bench_close(&bench);
}

/* ---------------------------------------------------------------------------------------------- dry runs, lost leases */

static void test_dry_run_changes_nothing(void)
{
    Bench bench;
    char *before = NULL, *after = NULL;

    bench_open(&bench);
    CHECK(file_read(bench.path, &before, NULL, NULL));
    journal_close(bench.operation.journal);
    bench.operation.journal = NULL;
    bench.operation.is_dry_run = true;
    bench.parts[0].holds = true;
    walk(&bench, &PLAIN);
    CHECK_INTEGER(bench.result.outcome, OUTCOME_PLANNED);
    CHECK_TEXT(bench.story, "oA oB oC");
    CHECK_INTEGER(count_events(&bench, "step.end", "planned"), 2);
    CHECK(file_read(bench.path, &after, NULL, NULL));
    CHECK_TEXT(after, before);
    free(before);
    free(after);
    bench_close(&bench);
}

static void test_dry_run_that_finds_a_hindrance(void)
{
    static const Reaction REACTIONS[] = {REACT_REFUSE, REACT_ROLLBACK, REACT_STOP};

    for (size_t i = 0; i < TEST_COUNT(REACTIONS); i++) {
        Bench bench;

        bench_open(&bench);
        journal_close(bench.operation.journal);
        bench.operation.journal = NULL;
        bench.operation.is_dry_run = true;
        bench.parts[1].finding = REACTIONS[i];
        walk(&bench, &PLAIN);
        CHECK_TEXT(bench.story, "oA oB");
        CHECK(bench.result.outcome != OUTCOME_PLANNED && bench.result.outcome != OUTCOME_COMPLETED);
        bench_close(&bench);
    }
}

/* ------------------------------------------------------------------------------------------------------ a full disk */

static void limit_files(size_t bytes)
{
    struct rlimit limit;

    signal(SIGXFSZ, SIG_IGN);
    CHECK_INTEGER(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes ? bytes : limit.rlim_max;
    CHECK_INTEGER(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Whatever line is the first that does not fit: nothing is done after it. The record, an intent, an outcome, an undo. */
static void test_no_act_without_a_journal(void)
{
    for (size_t room = 0; room < 1500; room += 90) {
        Bench bench;
        struct stat there = {0};

        bench_open(&bench);
        bench.parts[2].finding = REACT_ROLLBACK;
        CHECK_INTEGER(stat(bench.path, &there), 0);
        limit_files((size_t)there.st_size + room);
        walk(&bench, &PLAIN);
        limit_files(0);
        CHECK(bench.result.outcome == OUTCOME_FAILED || bench.result.outcome == OUTCOME_STUCK ||
              room > 1000);
        if (room == 0) {
            CHECK_TEXT(bench.story, "oA");
            CHECK_TEXT(bench.result.finding.required, "a journal that can be written");
        }
        bench_close(&bench);
    }
}

TEST_SUITE("engine/interpreter", {"stories", test_stories},
           {"journal and trace", test_journal_and_trace}, {"deadline", test_deadline},
           {"deadline goes forward", test_deadline_goes_forward},
           {"waiting step never acts", test_waiting_step_never_acts},
           {"progress moves the deadline", test_progress_moves_the_deadline},
           {"acting again is bounded", test_acting_again_is_bounded},
           {"no undo past the point of no return", test_no_undo_past_the_point_of_no_return},
           {"what cannot be undone is left out", test_what_cannot_be_undone_is_left_out},
           {"stopped and resumed", test_stopped_and_resumed},
           {"stopped before the first look", test_stopped_before_the_first_look},
           {"once", test_once}, {"once, not finished", test_once_that_was_not_finished},
           {"rollback that was interrupted", test_rollback_that_was_interrupted},
           {"dry run changes nothing", test_dry_run_changes_nothing},
           {"dry run, hindrance", test_dry_run_that_finds_a_hindrance},
           {"no act without a journal", test_no_act_without_a_journal});
