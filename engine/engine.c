/*
 * engine/engine.c - carries out a procedure on an environment, from the first look to the last record.
 */
#include "engine/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/choice.h"
#include "engine/interpreter.h"
#include "engine/journal.h"
#include "engine/lease.h"

static const struct {
    const char *name;
    int exit_code;
} OUTCOMES[] = {
    [OUTCOME_COMPLETED] = {"completed",  0},
      [OUTCOME_DEGRADED] = {"degraded",   1},
    [OUTCOME_REFUSED] = {"refused",    1},
      [OUTCOME_ROLLED_BACK] = {"rolledBack", 6},
    [OUTCOME_STUCK] = {"stuck",      7},
      [OUTCOME_STOPPED] = {"stopped",    7},
    [OUTCOME_FAILED] = {"failed",     5},
      [OUTCOME_PLANNED] = {"planned",    0},
};

const char *outcome_name(Outcome outcome)
{
    return OUTCOMES[outcome].name;
}

int outcome_exit_code(Outcome outcome)
{
    return OUTCOMES[outcome].exit_code;
}

static bool open_journal(const EngineOptions *options, Operation *operation, Error *err)
{
    if (options->is_dry_run)
        return true;
    if (!options->is_resume)
        return journal_create(options->journal, options->procedure->name,
                              options->environment->name, &operation->journal, err);
    if (!journal_open(options->journal, &operation->journal, err))
        return false;
    if (journal_is_finished(operation->journal))
        return error_set(err, ERR_CONFLICT, "journal %s: this run is finished, nothing to resume",
                         options->journal);
    if (journal_record(operation->journal)) {
        cJSON_Delete(operation->record);
        operation->record = cJSON_Duplicate(journal_record(operation->journal), true);
    }
    consent_recall(operation);
    return journal_resume(operation->journal, &operation->is_predecessor_gone, err);
}

/* Each process holds the lease by a name of its own; the run keeps that of its first. */
static void name_holder(const EngineOptions *options, Operation *operation)
{
    snprintf(operation->holder, sizeof operation->holder, "%s", options->holder);
    if (!json_has(operation->record, "run"))
        json_put_string(operation->record, "run", operation->holder);
    snprintf(operation->run, sizeof operation->run, "%s",
             json_string_or(operation->record, "run", ""));
}

static Plane *find_plane(Operation *operation, const char *name)
{
    for (int i = 0; i < 2; i++) {
        if (name && strcmp(operation->planes[i].spec->name, name) == 0)
            return &operation->planes[i];
    }
    return NULL;
}

/* Which plane is which: as it was when the run began, as ordered, as the environment says. Else step `roles` will look. */
static bool set_roles(const EngineOptions *options, Operation *operation, Error *err)
{
    Plane *recorded = find_plane(operation, json_string(operation->record, "roles/active"));
    Plane *to = find_plane(operation, options->to);
    int written = options->environment->active;

    if (options->to && !to)
        return error_set(err, ERR_INPUT, "%s is no plane of this environment (%s, %s)", options->to,
                         operation->planes[0].spec->name, operation->planes[1].spec->name);
    if (recorded)
        operation_set_roles(operation, recorded);
    else if (to)
        operation_set_roles(operation, &operation->planes[to == &operation->planes[0]]);
    else if (written >= 0 && !options->procedure->finds_roles)
        operation_set_roles(operation, &operation->planes[written]);
    return true;
}

static bool is_outage_step(const Procedure *procedure, const char *id, const char **out_phase)
{
    for (size_t i = 0; i < procedure->count; i++) {
        if (strcmp(procedure->steps[i]->id, id) == 0) {
            *out_phase = procedure->steps[i]->phase;
            return *out_phase != NULL;
        }
    }
    return false;
}

static void add_phase(EngineResult *result, const char *name, int64_t ms)
{
    for (size_t i = 0; i < result->phase_count; i++) {
        if (strcmp(result->phases[i].name, name) == 0) {
            result->phases[i].ms += ms;
            return;
        }
    }
    if (result->phase_count < ENGINE_PHASES_MAX) {
        result->phases[result->phase_count].name = name;
        result->phases[result->phase_count++].ms = ms;
    }
}

/* A step is over, has failed, or was undone: what a rollback took is part of the outage. */
static bool ends_a_phase(const char *type)
{
    return strcmp(type, "outcome") == 0 || strcmp(type, "failed") == 0 || strcmp(type, "undo") == 0;
}

/* The outage begins with the first effect of a step that belongs to a phase; each outcome ends what began with the one before it. */
static void measure(const Operation *operation, const Procedure *procedure, EngineResult *result)
{
    int64_t began_ms = -1, last_ms = -1;
    const cJSON *entry;

    cJSON_ArrayForEach(entry, journal_entries(operation->journal))
    {
        const char *type = json_string_or(entry, "type", "");
        int64_t at_ms = json_integer_or(entry, "ms", 0);
        const char *phase = NULL;

        if (!is_outage_step(procedure, json_string_or(entry, "step", ""), &phase))
            continue;
        if (began_ms < 0 && strcmp(type, "intent") == 0)
            began_ms = last_ms = at_ms;
        if (began_ms < 0 || !ends_a_phase(type))
            continue;
        add_phase(result, strcmp(type, "undo") == 0 ? "undo" : phase, at_ms - last_ms);
        last_ms = at_ms;
    }
    result->rto_ms = began_ms < 0 ? -1 : last_ms - began_ms;
    result->rpo_bytes = json_integer_or(operation->record, "rpoBytes", -1);
}

static void collect_debts(const Operation *operation, EngineResult *result)
{
    const cJSON *debt;

    cJSON_ArrayForEach(debt, json_find(operation->record, "debts"))
    {
        if (result->debt_count < sizeof result->debts / sizeof *result->debts)
            snprintf(result->debts[result->debt_count++], sizeof *result->debts, "%s",
                     debt->valuestring);
    }
}

/* A run that can be resumed stays unfinished in its journal. */
static bool is_final(Outcome outcome)
{
    return outcome == OUTCOME_COMPLETED || outcome == OUTCOME_DEGRADED ||
           outcome == OUTCOME_REFUSED || outcome == OUTCOME_ROLLED_BACK;
}

static void finish_journal(Operation *operation, const EngineResult *result)
{
    cJSON *entry = cJSON_CreateObject();

    json_put_string(entry, "type", is_final(result->outcome) ? "end" : "halt");
    json_put_string(entry, "outcome", outcome_name(result->outcome));
    journal_append(operation->journal, entry, NULL);
}

static void tell_begin(const EngineOptions *options)
{
    cJSON *data = cJSON_CreateObject();

    json_put_string(data, "procedure", options->procedure->name);
    json_put_string(data, "environment", options->environment->name);
    json_put_bool(data, "resumed", options->is_resume);
    if (options->is_undo)
        json_put_bool(data, "undo", true);
    if (options->chosen_count)
        json_put(data, "chosen",
                 cJSON_CreateStringArray(options->chosen, (int)options->chosen_count));
    if (options->host)
        json_put_string(data, "host", options->host);
    trace_add(options->trace, "engine", "engine.begin", data, "%s%s of %s",
              options->is_undo     ? "taking back "
              : options->is_resume ? "resuming "
                                   : "",
              options->procedure->name, options->environment->name);
}

static void tell_end(const EngineOptions *options, const Operation *operation,
                     const EngineResult *result)
{
    cJSON *data = cJSON_CreateObject(), *phases = cJSON_CreateArray();
    char duration[CLOCK_TEXT_MAX];

    json_put_string(data, "outcome", outcome_name(result->outcome));
    json_put_integer(data, "rto_ms", result->rto_ms);
    json_put_integer(data, "rpo_bytes", result->rpo_bytes);
    for (size_t i = 0; i < result->phase_count; i++) {
        cJSON *phase = cJSON_CreateObject();

        json_put_string(phase, "name", result->phases[i].name);
        json_put_integer(phase, "ms", result->phases[i].ms);
        cJSON_AddItemToArray(phases, phase);
    }
    json_put(data, "phases", phases);
    json_put(data, "debts",
             json_has(operation->record, "debts")
                 ? cJSON_Duplicate(json_find(operation->record, "debts"), true)
                 : cJSON_CreateArray());
    if (json_has(operation->record, "promotedAt"))
        json_put_integer(data, "promoted_at_ms",
                         json_integer_or(operation->record, "promotedAt", 0));
    trace_add(options->trace, "engine", "engine.end", data, "%s%s%s", outcome_name(result->outcome),
              result->rto_ms >= 0 ? ", RTO " : "",
              result->rto_ms >= 0 ? clock_duration(result->rto_ms, duration) : "");
}

static void could_not_begin(EngineResult *result, const Error *why)
{
    bool is_refusal = why->code == ERR_CONFLICT;

    result->outcome = is_refusal ? OUTCOME_REFUSED : OUTCOME_FAILED;
    finding_set(&result->finding, is_refusal ? REACT_REFUSE : REACT_STOP, "",
                "an environment and a journal to work with", why->message, "", "");
}

/* A run that is resumed keeps what it began with. */
static void keep_host(const EngineOptions *options, Operation *operation)
{
    if (options->host && !json_has(operation->record, "host"))
        json_put_string(operation->record, "host", options->host);
}

static void carry_on(const EngineOptions *options, Operation *operation, EngineResult *result)
{
    name_holder(options, operation);
    keep_host(options, operation);
    (options->is_undo ? interpreter_undo : interpreter_walk)(operation, options->procedure, result);
    if (result->outcome == OUTCOME_COMPLETED && json_bool_or(operation->record, "degraded", false))
        result->outcome = OUTCOME_DEGRADED;
    lease_release(operation);
    if (operation->journal) {
        measure(operation, options->procedure, result);
        finish_journal(operation, result);
    }
    collect_debts(operation, result);
}

static void run(const EngineOptions *options, EngineResult *out_result)
{
    Operation operation = {
        .loop = options->loop,
        .trace = options->trace,
        .environment = options->environment,
        .procedure = options->procedure->name,
        .is_unplanned = options->procedure->is_unplanned,
        .does_without_standby = options->procedure->does_without_standby,
        .hands_over = options->procedure->hands_over,
        .consent = options->consent,
        .person = options->is_dry_run ? NULL : options->person,
        .restore = options->restore,
        .is_dry_run = options->is_dry_run,
        .stop = options->stop,
    };
    Error why = {0};

    *out_result = (EngineResult){.rto_ms = -1, .rpo_bytes = -1};
    random_init(&operation.random, options->seed, "engine");
    tell_begin(options);
    if (operation_open(&operation, &why) && open_journal(options, &operation, &why) &&
        set_roles(options, &operation, &why) &&
        choose_control_planes(&operation, options->chosen, options->chosen_count, &why))
        carry_on(options, &operation, out_result);
    else
        could_not_begin(out_result, &why);
    tell_end(options, &operation, out_result);
    journal_close(operation.journal);
    operation_close(&operation);
}

void engine_run(const EngineOptions *options, EngineResult *out_result)
{
    EngineOptions meant = *options;

    meant.procedure = procedure_on(options->procedure, options->environment);
    run(&meant, out_result);
}
