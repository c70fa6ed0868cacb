/*
 * scenarios/rivals.c - two engines at once, for the last procedure of a scenario.
 */
#include "scenarios/rivals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "scenarios/effects.h"
#include "scenarios/engine_process.h"
#include "scenarios/seen.h"

static const char COLLEAGUE[] = "colleague";

enum { FREEZES_MAX_MS = 300000, SETTLE_MS = 300000 };

typedef enum { RIVAL_AFRESH, RIVAL_RESUMES, RIVAL_FROZEN, RIVAL_WAYS } RivalWay;

typedef struct {
    RivalWay way;
    bool resumes;
    int64_t begins_ms;            /* the second one, after the first one; or the freeze */
    int64_t freeze_ms, within_ms; /* how long, and when in it the second one begins */
    EngineProcess *first, *second;
    Trace *apart; /* what the second one tells: the judge reads one engine's story */
    int acted;    /* who acted last: 1, 2; 0: nobody yet */
    int changes;  /* of that */
    cJSON *seen;
} Rivals;

/* ---- whose effect it is ---------------------------------------------------------------------------------------------------- */

/* Name servers cannot tell the two apart; their changes are counted. */
static Fault on_call(void *owner, const FaultCall *call)
{
    Rivals *rivals = owner;
    char what[EFFECT_TEXT_MAX];
    int who = call->client && strcmp(call->client, COLLEAGUE) == 0 ? 2 : 1;

    if (strcmp(call->point, "kube.request") != 0 || strcmp(call->resource, "leases") == 0 ||
        !effect_of_call(call, what) || who == rivals->acted)
        return (Fault){.kind = FAULT_NONE};
    rivals->changes += rivals->acted != 0;
    rivals->acted = who;
    if (rivals->changes == 2)
        json_put_string(rivals->seen, "interleaved", what);
    return (Fault){.kind = FAULT_NONE};
}

/* ---- the second one's desk --------------------------------------------------------------------------------------------------- */

/* The same kubeconfig, with another name in it. */
static bool write_kubeconfig(const char *from, const char *to)
{
    static const char MARK[] = "\"user\":{\"client-certificate-data\"";
    char *text = NULL, *mark, *other;
    bool ok;

    if (!file_read(from, &text, NULL, NULL))
        return false;
    mark = strstr(text, MARK);
    if (!mark) {
        free(text);
        return false;
    }
    other = memory_format("%.*s\"user\":{\"as\":\"%s\",\"as-groups\":[\"system:masters\"],%s",
                          (int)(mark - text), text, COLLEAGUE, mark + strlen("\"user\":{"));
    ok = file_write(to, other, strlen(other), 0600, NULL);
    free(other);
    free(text);
    return ok;
}

/* True: there is something to resume in the copy. */
static bool copy_journal(const char *from, const char *to)
{
    char *text = NULL;
    size_t length = 0;
    bool ok = file_read(from, &text, &length, NULL) && memchr(text, '\n', length) &&
              file_write(to, text, length, 0600, NULL);

    free(text);
    return ok;
}

static void begin_second(Rivals *rivals, const EngineOptions *first, const Environment *environment)
{
    EngineOptions options = *first;
    char *journal = memory_format("%s-second", first->journal);

    options.environment = environment;
    options.trace = rivals->apart;
    options.journal = journal;
    options.holder = "understudy@elsewhere/2";
    options.is_resume = rivals->resumes && copy_journal(first->journal, journal);
    rivals->second = engine_process_start(&options, &(EngineWatch){0});
    free(journal);
}

/* ---- the run --------------------------------------------------------------------------------------------------------------------- */

static bool are_over(void *owner)
{
    const Rivals *rivals = owner;

    return engine_process_is_over(rivals->first) &&
           (!rivals->second || engine_process_is_over(rivals->second));
}

static void meet(Rivals *rivals, const EngineOptions *options, const Environment *environment)
{
    bool freezes = rivals->way == RIVAL_FROZEN;

    loop_wait(options->loop, rivals->begins_ms, NULL);
    if (engine_process_is_over(rivals->first))
        return;
    if (freezes) {
        seam_strand_freeze(engine_process_seam(rivals->first));
        loop_wait(options->loop, rivals->within_ms, NULL);
    }
    begin_second(rivals, options, environment);
    if (freezes) {
        loop_wait(options->loop, rivals->freeze_ms - rivals->within_ms, NULL);
        seam_strand_thaw(engine_process_seam(rivals->first));
    }
}

static void carry_out(void *self, const StageTurn *turn, EngineResult *out_result)
{
    Rivals *rivals = self;
    const EngineOptions *options = &turn->engine;
    Environment environment = *options->environment;
    char *kubeconfig;

    if (turn->index + 1 < turn->count) {
        engine_run(options, out_result);
        return;
    }
    kubeconfig = memory_format("%s-second", options->environment->kubeconfig);
    environment.kubeconfig = kubeconfig;
    if (!write_kubeconfig(options->environment->kubeconfig, kubeconfig))
        abort(); /* the world's own file has another form by now */
    rivals->apart = trace_new();
    world_watch(turn->world, on_call, rivals);
    rivals->first = engine_process_start(options, &(EngineWatch){0});
    meet(rivals, options, &environment);
    loop_run_until(options->loop, are_over, rivals);
    world_watch(turn->world, NULL, NULL);
    *out_result = *engine_process_result(rivals->first);
    free(kubeconfig);
}

static void at_end(void *self, World *world, const cJSON *events, const Verdicts *verdicts)
{
    Rivals *rivals = self;

    seen_end(rivals->seen, world, events, verdicts);
}

/* ---- what is drawn --------------------------------------------------------------------------------------------------------------- */

static void draw(Rivals *rivals, uint64_t seed, size_t number, int64_t longest_ms)
{
    char stream[40];
    Random random;

    snprintf(stream, sizeof stream, "rivals/%zu", number);
    random_init(&random, seed, stream);
    rivals->way = (RivalWay)(number % RIVAL_WAYS);
    rivals->resumes = rivals->way == RIVAL_RESUMES ||
                      (rivals->way == RIVAL_FROZEN && random_below(&random, 4) != 0);
    /* Every other one close to the beginning, where the two reach for the same lease. */
    rivals->begins_ms =
        (int64_t)random_below(&random, random_below(&random, 2) ? 200 : (uint64_t)longest_ms + 1);
    rivals->freeze_ms = 1000 + (int64_t)random_below(&random, FREEZES_MAX_MS);
    rivals->within_ms = (int64_t)random_below(&random, (uint64_t)rivals->freeze_ms);
}

static void note_plan(const Rivals *rivals)
{
    char text[160];

    snprintf(text, sizeof text, "after %lld ms %s%s", (long long)rivals->begins_ms,
             rivals->way == RIVAL_FROZEN ? "the first is frozen, and the second " : "the second ",
             rivals->resumes ? "resumes from a copy" : "begins afresh");
    json_put_string(rivals->seen, "plan", text);
}

cJSON *rivals_play(const Scenario *scenario, size_t number, int64_t longest_ms,
                   const StageOptions *options)
{
    Rivals rivals = {.seen = cJSON_CreateObject()};
    StageConductor conductor = {.self = &rivals,
                                .carry_out = carry_out,
                                .at_end = at_end,
                                .settle_ms = SETTLE_MS};
    StageOptions with = *options;
    RunResult result;

    with.conductor = &conductor;
    json_put_string(rivals.seen, "interleaved", "");
    draw(&rivals, options->seed, number, longest_ms);
    note_plan(&rivals);
    result = stage_play(scenario, &with);
    cJSON_AddStringToObject(rivals.seen, "result", run_result_name(result));
    engine_process_free(rivals.first);
    engine_process_free(rivals.second);
    trace_free(rivals.apart);
    return rivals.seen;
}
