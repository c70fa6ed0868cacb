/*
 * scenarios/crash.c - an engine that dies at a chosen instant of the last procedure of a scenario, and the colleague who resumes.
 *
 * The watcher sees each call as it arrives at a server of the world. It counts effects, and at the chosen one kills the process that
 * sent it, there and then: the request is dropped, or is done and its answer goes to a closed socket. CRASH_UNRECORDED waits for the next sign of
 * life, a call or a line of the journal, and undoes that.
 */
#include "scenarios/crash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "scenarios/effects.h"
#include "scenarios/engine_process.h"
#include "scenarios/seen.h"

enum { PROCESSES_MAX = CRASHES_MAX + 1, PAUSE_MIN_MS = 1000, PAUSE_MAX_MS = 90000 };

typedef struct {
    const CrashPlan *plan;
    Random random;
    EngineProcess *processes[PROCESSES_MAX];
    size_t count; /* of processes so far */
    int effects, lines;
    bool is_answered; /* CRASH_UNRECORDED: the effect is done */
    bool has_struck;  /* the crash of this process came */
    size_t struck;    /* how many did */
    char step[40];
    cJSON *seen; /* what crash_play gives away */
} Rehearsal;

/* ---- as text --------------------------------------------------------------------------------------------------------------- */

const char *crash_plan_text(const CrashPlan *plan, char out_text[CRASH_TEXT_MAX])
{
    size_t length = 0;

    out_text[0] = '\0';
    for (size_t i = 0; i < plan->count && length < CRASH_TEXT_MAX; i++)
        length += (size_t)snprintf(out_text + length, CRASH_TEXT_MAX - length, "%s%d%c%s",
                                   i ? "+" : "", plan->crashes[i].at, plan->crashes[i].kind,
                                   plan->crashes[i].moves ? "m" : "");
    return out_text;
}

static const char *parse_one(const char *text, Crash *out)
{
    char *end;
    long at = strtol(text, &end, 10);

    if (end == text || at < 1 || at > 1000000 || !*end || !strchr("abcdjt", *end))
        return NULL;
    *out = (Crash){.kind = (CrashKind)*end, .at = (int)at, .moves = end[1] == 'm'};
    return end + 1 + out->moves;
}

bool crash_plan_parse(const char *text, CrashPlan *out_plan, Error *err)
{
    const char *at = text;

    *out_plan = (CrashPlan){0};
    while (at && out_plan->count < CRASHES_MAX) {
        at = parse_one(at, &out_plan->crashes[out_plan->count++]);
        if (at && !*at)
            return true;
        at = at && *at == '+' ? at + 1 : NULL;
    }
    return error_set(
        err, ERR_INPUT,
        "\"%s\" is no crash: expected a number and one of a, b, c, d, j, t, as in 17b, "
        "17bm or 17b+3a",
        text);
}

/* ---- what is seen ------------------------------------------------------------------------------------------------------------ */

static cJSON *process_seen(const Rehearsal *rehearsal)
{
    return cJSON_GetArrayItem(json_find(rehearsal->seen, "processes"), (int)rehearsal->count - 1);
}

static void note_effect(const Rehearsal *rehearsal, const char *what, bool is_once)
{
    cJSON *effect = cJSON_CreateObject();

    cJSON_AddStringToObject(effect, "what", what);
    cJSON_AddStringToObject(effect, "step", rehearsal->step);
    cJSON_AddBoolToObject(effect, "once", is_once);
    cJSON_AddItemToArray(json_find(process_seen(rehearsal), "effects"), effect);
}

static void on_event(void *owner, const TraceEvent *event)
{
    Rehearsal *rehearsal = owner;

    if (strcmp(event->kind, "step.begin") == 0 || strcmp(event->kind, "engine.undo") == 0)
        snprintf(rehearsal->step, sizeof rehearsal->step, "%s",
                 json_string_or(event->data, "name", ""));
}

/* ---- dying --------------------------------------------------------------------------------------------------------------------- */

static EngineProcess *current(const Rehearsal *rehearsal)
{
    return rehearsal->count ? rehearsal->processes[rehearsal->count - 1] : NULL;
}

/* The crash that this process is to meet; NULL: it lives. */
static const Crash *crash_now(const Rehearsal *rehearsal)
{
    return rehearsal->count && rehearsal->count <= rehearsal->plan->count && !rehearsal->has_struck
               ? &rehearsal->plan->crashes[rehearsal->count - 1]
               : NULL;
}

static void strike(Rehearsal *rehearsal)
{
    rehearsal->has_struck = true;
    rehearsal->struck++;
}

/* Does not return if the engine itself is at work. */
static void die(Rehearsal *rehearsal)
{
    strike(rehearsal);
    seam_strand_kill(engine_process_seam(current(rehearsal)));
}

static Fault on_effect(Rehearsal *rehearsal, const Crash *crash)
{
    switch (crash->kind) {
    case CRASH_BEFORE:
        die(rehearsal);
        return (Fault){.kind = FAULT_RESET};
    case CRASH_UNANSWERED:
        die(rehearsal);
        return (Fault){.kind = FAULT_NONE};
    case CRASH_REPEATED:
        strike(rehearsal);
        return (Fault){.kind = FAULT_REPEAT};
    default:
        rehearsal->is_answered = true;
        return (Fault){.kind = FAULT_NONE};
    }
}

static bool is_at_effect(const Crash *crash, int number)
{
    return crash && crash->kind != CRASH_UNWRITTEN && crash->kind != CRASH_TORN &&
           crash->at == number;
}

/* Who asks name servers may be the world itself. */
static bool is_sign_of_life(const FaultCall *call)
{
    return strcmp(call->point, "dns.query") != 0 && strcmp(call->point, "kube.watch") != 0;
}

static Fault on_call(void *owner, const FaultCall *call)
{
    Rehearsal *rehearsal = owner;
    const Crash *crash = crash_now(rehearsal);
    char what[EFFECT_TEXT_MAX];

    if (!current(rehearsal) || engine_process_is_over(current(rehearsal)))
        return (Fault){.kind = FAULT_NONE};
    if (crash && rehearsal->is_answered && is_sign_of_life(call)) {
        die(rehearsal);
        return (Fault){.kind = FAULT_RESET};
    }
    if (!effect_of_call(call, what))
        return (Fault){.kind = FAULT_NONE};
    note_effect(rehearsal, what, !effect_may_be_repeated(call));
    rehearsal->effects++;
    if (!is_at_effect(crash, rehearsal->effects))
        return (Fault){.kind = FAULT_NONE};
    return on_effect(rehearsal, crash);
}

/* A program is started once, or not at all; what it does then it does also for a dead man. */
static void on_program(void *owner, const char *const *words, bool has_begun)
{
    Rehearsal *rehearsal = owner;
    const Crash *crash = crash_now(rehearsal);
    char what[EFFECT_TEXT_MAX];

    if (!has_begun) {
        effect_of_program(words, what);
        note_effect(rehearsal, what, true);
        rehearsal->effects++;
    }
    if (!is_at_effect(crash, rehearsal->effects))
        return;
    if (crash->kind == CRASH_UNRECORDED)
        rehearsal->is_answered = rehearsal->is_answered || has_begun;
    else if (has_begun == (crash->kind == CRASH_UNANSWERED))
        die(rehearsal);
}

/* Takes the last line away, or the second half of it. */
static void unwrite(const char *path, bool keeps_half)
{
    char *text = NULL;
    size_t length = 0, start;

    if (!file_read(path, &text, &length, NULL) || length == 0)
        return;
    for (start = length - 1; start > 0 && text[start - 1] != '\n';)
        start--;
    if (truncate(path, (off_t)(keeps_half ? start + (length - start) / 2 : start)) != 0)
        abort();
    free(text);
}

static void on_line(void *owner, EngineProcess *process)
{
    Rehearsal *rehearsal = owner;
    const Crash *crash = crash_now(rehearsal);
    bool is_line;

    cJSON_SetNumberValue(json_find(process_seen(rehearsal), "lines"), ++rehearsal->lines);
    if (!crash)
        return;
    is_line = (crash->kind == CRASH_UNWRITTEN || crash->kind == CRASH_TORN) &&
              crash->at == rehearsal->lines;
    if (!is_line && !rehearsal->is_answered)
        return;
    unwrite(engine_process_journal(process), crash->kind == CRASH_TORN);
    die(rehearsal);
}

/* ---- the run --------------------------------------------------------------------------------------------------------------------- */

static bool is_over(void *process)
{
    return engine_process_is_over(process);
}

static void begin_process(Rehearsal *rehearsal, const EngineOptions *options)
{
    cJSON *seen = cJSON_CreateObject();

    cJSON_AddArrayToObject(seen, "effects");
    cJSON_AddNumberToObject(seen, "lines", 0);
    cJSON_AddItemToArray(json_find(rehearsal->seen, "processes"), seen);
    rehearsal->effects = rehearsal->lines = 0;
    rehearsal->is_answered = rehearsal->has_struck = false;
    rehearsal->processes[rehearsal->count++] =
        engine_process_start(options, &(EngineWatch){.on_line = on_line,
                                                     .on_program = on_program,
                                                     .owner = rehearsal});
}

/* An engine that died over its first line has left nothing to resume: the person begins again. */
static bool has_line(const char *journal)
{
    char *text = NULL;
    size_t length = 0;
    bool has = file_read(journal, &text, &length, NULL) && memchr(text, '\n', length);

    free(text);
    return has;
}

static void copy_file(const char *from, const char *to)
{
    char *text = NULL;
    size_t length = 0;

    if (file_read(from, &text, &length, NULL))
        file_write(to, text, length, 0600, NULL);
    free(text);
}

/* A while later somebody goes on, here or elsewhere. */
static void resume(Rehearsal *rehearsal, const EngineOptions *first, bool moves)
{
    const char *before = engine_process_journal(current(rehearsal));
    char *journal = moves ? memory_format("%s-copied", before) : memory_text(before);
    char *holder =
        memory_format("understudy@%s/%zu", moves ? "elsewhere" : "desk", 100 + rehearsal->count);
    EngineOptions options = *first;

    loop_wait(first->loop,
              PAUSE_MIN_MS + (int64_t)random_below(&rehearsal->random, PAUSE_MAX_MS - PAUSE_MIN_MS),
              NULL);
    if (moves)
        copy_file(before, journal);
    options.journal = journal;
    options.holder = holder;
    options.is_resume = has_line(journal);
    begin_process(rehearsal, &options);
    free(holder);
    free(journal);
}

static void carry_out(void *self, const StageTurn *turn, EngineResult *out_result)
{
    Rehearsal *rehearsal = self;
    const EngineOptions *options = &turn->engine;
    int64_t began_ms = trace_now_ms(options->trace);

    if (turn->index + 1 < turn->count) { /* only the last one is looked at */
        engine_run(options, out_result);
        return;
    }
    trace_listen(options->trace, on_event, rehearsal);
    world_watch(turn->world, on_call, rehearsal);
    begin_process(rehearsal, options);
    for (;;) {
        loop_run_until(options->loop, is_over, current(rehearsal));
        if (!engine_process_was_killed(current(rehearsal)))
            break;
        resume(rehearsal, options, rehearsal->plan->crashes[rehearsal->count - 1].moves);
    }
    world_watch(turn->world, NULL, NULL);
    json_put_integer(rehearsal->seen, "ms", trace_now_ms(options->trace) - began_ms);
    *out_result = *engine_process_result(current(rehearsal));
}

/* ---- what came of it --------------------------------------------------------------------------------------------------------------- */

static void at_end(void *self, World *world, const cJSON *events, const Verdicts *verdicts)
{
    Rehearsal *rehearsal = self;

    seen_end(rehearsal->seen, world, events, verdicts);
}

cJSON *crash_play(const Scenario *scenario, const CrashPlan *plan, const StageOptions *options)
{
    Rehearsal rehearsal = {.plan = plan, .seen = cJSON_CreateObject()};
    StageConductor conductor = {.self = &rehearsal,
                                .carry_out = carry_out,
                                .at_end = at_end,
                                .settle_ms = 300000};
    StageOptions with = *options;
    RunResult result;

    with.conductor = &conductor;
    random_init(&rehearsal.random, options->seed, "crash");
    cJSON_AddArrayToObject(rehearsal.seen, "processes");
    result = stage_play(scenario, &with);
    cJSON_AddStringToObject(rehearsal.seen, "result", run_result_name(result));
    cJSON_AddBoolToObject(rehearsal.seen, "struck", rehearsal.struck == plan->count);
    for (size_t i = 0; i < rehearsal.count; i++)
        engine_process_free(rehearsal.processes[i]);
    return rehearsal.seen;
}
