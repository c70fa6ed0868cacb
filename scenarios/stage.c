/*
 * scenarios/stage.c - one run in this process: the seam, a world, the engine, the judge, and the run file. Without the seam, in real time.
 *
 * All goes well: the world is set up, lives for a while, the engine runs, the world lives on for a little, the judge speaks. Goes wrong: the
 * seam finds that nothing can ever happen again (a lost wake-up), and the run ends there as broken, with what was recorded so far.
 */
#include "scenarios/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "engine/engine.h"
#include "scenarios/block.h"
#include "scenarios/invariants.h"
#include "scenarios/judge.h"
#include "scenarios/person.h"
#include "scenarios/secrecy.h"
#include "sim/seam/seam.h"
#include "sim/world.h"

enum { BLOCK = 80 };

typedef struct {
    const Scenario *scenario;
    const StageOptions *options;
    uint64_t seed;
    RunWriter *writer;
    char folder[64];
    bool is_real; /* in real time */
    int block;
    Topology *topology;
    Loop *loop;
    Trace *trace;
    World *world;
    size_t runs_done;    /* of the scenario's */
    size_t begun;        /* the run that began the journal in use */
    bool is_stopped;     /* by the person of the run that goes on */
    EngineResult engine; /* of the last one */
    int64_t began_real_ns;
    RunResult result;
    char why[400];
} Stage;

/* ------------------------------------------------------------------------------------------------------ the folder */

/*
 * In memory where there is such a place: a simulated run syncs its journal a hundred times a second. Real databases may be too large
 * for it.
 */
static bool make_folder(Stage *stage, Error *err)
{
    const char *places[] = {stage->is_real ? NULL : "/dev/shm", getenv("TMPDIR"), "/tmp"};

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (!places[i] || snprintf(stage->folder, sizeof stage->folder, "%s/understudy-XXXXXX",
                                   places[i]) >= (int)sizeof stage->folder)
            continue;
        if (mkdtemp(stage->folder))
            return true;
    }
    stage->folder[0] = '\0';
    return error_set(err, ERR_IO, "no place for a private folder: tried /dev/shm, $TMPDIR, /tmp");
}

static void remove_folder(const Stage *stage)
{
    if (stage->folder[0])
        file_remove_folder(stage->folder, NULL);
}

/* ---------------------------------------------------------------------------------------------------- the run file */

static void write_head(Stage *stage)
{
    const Scenario *scenario = stage->scenario;
    cJSON *line = cJSON_CreateObject();
    char at[CLOCK_TEXT_MAX], *replay;

    json_put_string(line, "type", "run");
    json_put_integer(line, "format", 1);
    json_put_string(line, "scenario/name", scenario->name);
    json_put_string(line, "scenario/file", scenario->path);
    json_put(line, "scenario/story", cJSON_Duplicate(scenario->story, true));
    if (scenario->labels)
        json_put(line, "scenario/labels", cJSON_Duplicate(scenario->labels, true));
    if (scenario->dossier)
        json_put(line, "scenario/dossier", cJSON_Duplicate(scenario->dossier, true));
    json_put_integer(line, "seed", (int64_t)stage->seed);
    json_put_string(line, "startedAt", clock_rfc3339(clock_wall_ms(), at));
    replay = memory_format("understudy run %s --seed %llu%s", scenario->path,
                           (unsigned long long)stage->seed, scenario->flags);
    json_put_string(line, "replay", replay);
    if (stage->options->program)
        json_put_string(line, "understudy", stage->options->program);
    if (stage->options->libraries)
        json_put(line, "libraries", cJSON_Duplicate(stage->options->libraries, true));
    free(replay);
    run_writer_line(stage->writer, line);
}

static void write_verdict(Stage *stage, const Verdict *verdict)
{
    static const char *const NAMES[] = {
        [VERDICT_HELD] = "held",
        [VERDICT_VIOLATED] = "violated",
        [VERDICT_INCONCLUSIVE] = "inconclusive",
        [VERDICT_MISSED] = "missed",
    };
    cJSON *line = cJSON_CreateObject();

    json_put_string(line, "type", "verdict");
    json_put_string(line, "id", verdict->id);
    json_put_string(line, "what", verdict->what);
    json_put_string(line, "result", NAMES[verdict->result]);
    json_put_integer(line, "at", verdict->at_ms);
    json_put_string(line, "text", verdict->text);
    run_writer_line(stage->writer, line);
}

static int64_t cpu_ms(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
           (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

static void put_engine(cJSON *line, const EngineResult *engine)
{
    cJSON *phases = cJSON_CreateArray(), *debts = cJSON_CreateArray();

    json_put_string(line, "outcome", outcome_name(engine->outcome));
    json_put_integer(line, "rtoMs", engine->rto_ms);
    json_put_integer(line, "rpoBytes", engine->rpo_bytes);
    for (size_t i = 0; i < engine->phase_count; i++) {
        cJSON *phase = cJSON_CreateObject();

        json_put_string(phase, "name", engine->phases[i].name);
        json_put_integer(phase, "ms", engine->phases[i].ms);
        cJSON_AddItemToArray(phases, phase);
    }
    for (size_t i = 0; i < engine->debt_count; i++)
        cJSON_AddItemToArray(debts, cJSON_CreateString(engine->debts[i]));
    json_put(line, "phases", phases);
    json_put(line, "debts", debts);
}

static void write_end(Stage *stage)
{
    cJSON *line = cJSON_CreateObject();
    char digest[TRACE_DIGEST_MAX];

    json_put_string(line, "type", "end");
    json_put_string(line, "result", run_result_name(stage->result));
    json_put_string(line, "why", stage->why);
    put_engine(line, &stage->engine);
    json_put_string(line, "time", stage->is_real ? "real" : "simulated");
    json_put_integer(line, "simulatedMs", stage->trace ? trace_now_ms(stage->trace) : 0);
    json_put_integer(line, "realMs", (clock_real_ns() - stage->began_real_ns) / 1000000);
    json_put_integer(line, "cpuMs", cpu_ms());
    if (stage->trace) {
        trace_digest(stage->trace, digest);
        json_put_string(line, "digest", digest);
        trace_wire_digest(stage->trace, digest);
        json_put_string(line, "wireDigest", digest);
    }
    run_writer_line(stage->writer, line);
}

/* ---------------------------------------------------------------------------------------------------------- judging */

static cJSON *events_of(const Trace *trace)
{
    cJSON *events = cJSON_CreateArray();

    for (size_t i = 0; i < trace_count(trace); i++) {
        TraceEvent event = trace_at(trace, i);
        cJSON *line = cJSON_CreateObject();

        cJSON_AddNumberToObject(line, "at", (double)event.at_ms);
        cJSON_AddItemToObject(line, "lane", cJSON_CreateStringReference(event.lane));
        cJSON_AddItemToObject(line, "kind", cJSON_CreateStringReference(event.kind));
        cJSON_AddItemToObject(line, "text", cJSON_CreateStringReference(event.text));
        if (event.data)
            cJSON_AddItemReferenceToObject(line, "data", (cJSON *)event.data);
        cJSON_AddItemToArray(events, line);
    }
    return events;
}

/* A procedure that comes after one that did not end well is never begun. */
static void judge_all_were_run(const Stage *stage, Verdicts *verdicts)
{
    const Scenario *scenario = stage->scenario;
    Verdict *verdict;

    if (scenario->run_count == 1)
        return;
    verdict = verdict_add(verdicts, "run", "every procedure but the last completes");
    if (stage->runs_done < scenario->run_count)
        verdict_set(verdict, VERDICT_MISSED, trace_now_ms(stage->trace),
                    "%s, number %zu of %zu, ended as %s",
                    scenario->runs[stage->runs_done - 1].procedure, stage->runs_done,
                    scenario->run_count, outcome_name(stage->engine.outcome));
}

/* Nor in what a person would find on their desk: the journals, from which records are made, too. */
static void judge_journals(const Stage *stage, Verdicts *verdicts)
{
    Verdict *verdict = verdict_add(verdicts, "V9", "no secret in any journal");
    Secrecy *secrecy = secrecy_new(world_secrets(stage->world));

    for (size_t i = 0; i < stage->scenario->run_count; i++) {
        char *path = memory_format("%s/journal-%zu", stage->folder, i + 1), *text = NULL;

        if (file_read(path, &text, NULL, NULL) && secrecy_is_broken(secrecy, text))
            verdict_set(verdict, VERDICT_VIOLATED, trace_now_ms(stage->trace),
                        "the journal of run %zu holds one", i + 1);
        free(text);
        free(path);
    }
    secrecy_free(secrecy);
}

static void judge_run(Stage *stage)
{
    cJSON *events = events_of(stage->trace);
    Verdicts verdicts = {0};

    judge(events, stage->scenario->expect, stage->scenario->faults, world_secrets(stage->world),
          &verdicts);
    judge_all_were_run(stage, &verdicts);
    judge_journals(stage, &verdicts);
    for (size_t i = 0; i < verdicts.count; i++)
        write_verdict(stage, &verdicts.verdicts[i]);
    if (stage->options->conductor)
        stage->options->conductor->at_end(stage->options->conductor->self, stage->world, events,
                                          &verdicts);
    stage->result = verdicts_result(&verdicts, stage->why);
    verdicts_release(&verdicts);
    cJSON_Delete(events);
}

/* ---------------------------------------------------------------------------------------------------------- playing */

static void on_dead_end(void *owner, const char *what)
{
    Stage *stage = owner;

    stage->result = RUN_BROKEN;
    snprintf(stage->why, sizeof stage->why, "%s", what);
    write_end(stage);
    run_writer_close(stage->writer, NULL);
    remove_folder(stage);
}

static void simulate(Stage *stage)
{
    seam_on_dead_end(on_dead_end, stage);
    seam_simulate(&(SeamOptions){.seed = stage->seed,
                                 .start_wall_ms = stage->scenario->world.started_wall_ms,
                                 .network = topology_network(stage->topology),
                                 .from = "desk"});
}

/* Ctrl-C, when the step that the scenario names begins. */
static void on_event(void *owner, const TraceEvent *event)
{
    Stage *stage = owner;
    const char *stop = stage->runs_done < stage->scenario->run_count
                           ? stage->scenario->runs[stage->runs_done].stop
                           : NULL;

    if (stop && strcmp(event->kind, "step.begin") == 0 &&
        strcmp(json_string_or(event->data, "name", ""), stop) == 0)
        stage->is_stopped = true;
}

static void begin(Stage *stage)
{
    stage->topology = topology_new(stage->seed);
    topology_set_latency(stage->topology, &stage->scenario->world.api.latency);
    if (!stage->is_real)
        simulate(stage);
    write_head(stage);
    stage->loop = loop_new();
    stage->trace = trace_new();
    trace_listen(stage->trace, run_writer_event, stage->writer);
    trace_listen(stage->trace, on_event, stage);
}

static bool set_up(Stage *stage, Error *err)
{
    WorldParameters parameters = stage->scenario->world;
    const cJSON *fault;
    int index = 0;

    if (stage->is_real) {
        parameters.started_wall_ms = clock_wall_ms();
        if (!block_take(&stage->block, err))
            return false;
    }
    stage->world = world_new(&(WorldOptions){
        .loop = stage->loop,
        .trace = stage->trace,
        .topology = stage->topology,
        .parameters = &parameters,
        .seed = stage->seed,
        .block = stage->block,
        .is_simulated = !stage->is_real,
        .folder = stage->folder,
        .is_private = true,
    });
    cJSON_ArrayForEach(fault, stage->scenario->faults)
    {
        if (!world_arm(stage->world, stage->scenario->document, fault, index++, err))
            return false;
    }
    return world_start(stage->world, err) && world_write_files(stage->world, err);
}

static bool read_environment(const Stage *stage, const ScenarioRun *run, Environment *environment,
                             Error *err)
{
    char *path = memory_format("%s/environment.yaml", stage->folder);
    bool ok = environment_read(path, environment, err);

    free(path);
    return ok &&
           (!run->policies || environment_read_policies(stage->scenario->document, run->policies,
                                                        &environment->policies, err));
}

static void carry_out(Stage *stage, size_t index, const EngineOptions *engine)
{
    const StageConductor *conductor = stage->options->conductor;
    StageTurn turn = {stage->world, index, stage->scenario->run_count, *engine};

    if (conductor)
        conductor->carry_out(conductor->self, &turn, &stage->engine);
    else
        engine_run(engine, &stage->engine);
}

/* Each has a journal of its own, as on anybody's desk. */
static bool run_engine(Stage *stage, size_t index, Error *err)
{
    const ScenarioRun *run = &stage->scenario->runs[index];
    char *journal = memory_format("%s/journal-%zu", stage->folder, stage->begun + 1);
    char *holder = memory_format("understudy@desk/%zu", index + 1);
    char *backups = memory_format("%s/backups", stage->folder);
    char *key = memory_format("%s/backup.key", stage->folder);
    Environment environment = {0};
    Person person = {.answers = &run->answers};
    ConsentPerson consent_person = person_of(&person);
    bool ok = read_environment(stage, run, &environment, err);

    if (ok)
        carry_out(stage, index,
                  &(EngineOptions){
                      .loop = stage->loop,
                      .trace = stage->trace,
                      .environment = &environment,
                      .procedure = procedure_find(run->procedure),
                      .to = run->to,
                      .host = run->host,
                      .chosen = run->control_planes,
                      .chosen_count = run->control_plane_count,
                      .journal = journal,
                      .is_resume = run->is_resume,
                      .is_undo = run->is_undo,
                      .stop = &stage->is_stopped,
                      .seed = stage->seed,
                      .holder = holder,
                      .consent = run->consent,
                      .restore = {.from = backups,
                                  .key_file = key,
                                  .is_without_key = run->is_without_key},
                      .person = run->answers.is_there ? &consent_person : NULL,
        });
    environment_release(&environment);
    free(holder);
    free(backups);
    free(key);
    free(journal);
    return ok;
}

/* What did not end can be resumed or undone; after anything else the next one begins if that ended well. */
static bool may_follow(const Stage *stage, const ScenarioRun *before, const ScenarioRun *next)
{
    Outcome outcome = stage->engine.outcome;

    if (next->is_resume)
        return outcome == OUTCOME_STOPPED || outcome == OUTCOME_STUCK;
    return outcome == OUTCOME_COMPLETED || (before->is_undo && outcome == OUTCOME_ROLLED_BACK);
}

/* One procedure after the other, as long as each ends well. */
static bool run_all(Stage *stage, Error *err)
{
    const Scenario *scenario = stage->scenario;

    for (stage->runs_done = 0; stage->runs_done < scenario->run_count; stage->runs_done++) {
        const ScenarioRun *run = &scenario->runs[stage->runs_done];

        if (stage->runs_done > 0 && !may_follow(stage, run - 1, run))
            return true;
        loop_wait(stage->loop, run->after_ms, NULL);
        stage->is_stopped = false;
        if (!run->is_resume) { /* or else the world is still as the run before it left it */
            world_tell_found(stage->world);
            stage->begun = stage->runs_done;
        }
        if (!run_engine(stage, stage->runs_done, err))
            return false;
    }
    return true;
}

static bool play(Stage *stage, Error *err)
{
    const Scenario *scenario = stage->scenario;

    if (!set_up(stage, err) || !run_all(stage, err))
        return false;
    loop_wait(stage->loop, scenario->runs[scenario->run_count - 1].afterwards_ms, NULL);
    if (stage->options->conductor)
        loop_wait(stage->loop, stage->options->conductor->settle_ms, NULL);
    world_end(stage->world);
    judge_run(stage);
    return true;
}

static void clean_up(Stage *stage)
{
    world_free(stage->world);
    trace_free(stage->trace);
    loop_free(stage->loop);
    topology_free(stage->topology);
    remove_folder(stage);
}

RunResult stage_play(const Scenario *scenario, const StageOptions *options)
{
    Stage stage = {.scenario = scenario,
                   .options = options,
                   .seed = options->seed,
                   .is_real = scenario_is_in_real_time(scenario),
                   .block = BLOCK,
                   .began_real_ns = clock_real_ns()};
    Error why = {0};

    if (!run_writer_open(options->run_file, &stage.writer, &why) || !make_folder(&stage, &why)) {
        fprintf(stderr, "understudy: %s\n", why.message);
        run_writer_close(stage.writer, NULL);
        return RUN_BROKEN;
    }
    begin(&stage);
    if (!play(&stage, &why)) {
        stage.result = RUN_BROKEN;
        snprintf(stage.why, sizeof stage.why, "%.399s", why.message);
    }
    write_end(&stage);
    if (!run_writer_close(stage.writer, &why))
        stage.result = RUN_BROKEN;
    clean_up(&stage);
    return stage.result;
}
