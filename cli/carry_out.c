/*
 * cli/carry_out.c - an order is carried out: journal, console, engine, and in the end what came of it.
 */
#include "cli/order.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "cli/console.h"
#include "cli/journals.h"
#include "cli/outcome.h"
#include "cli/question.h"
#include "engine/choice.h"
#include "engine/journal.h"
#include "reports/record.h"

/* "user@host/3f2a...": who holds the lease. */
static void name_holder(char out[160])
{
    char host[64] = "localhost";
    const char *user = getenv("USER");

    gethostname(host, sizeof host - 1);
    snprintf(out, 160, "%s@%s/%llx", user ? user : "understudy", host,
             (unsigned long long)random_seed_from_system());
}

static void print_plan(const TraceEvent *event, const Procedure *procedure)
{
    const char *id = json_string_or(event->data, "id", "");

    for (size_t i = 0; i < procedure->count; i++) {
        const Step *step = procedure->steps[i];

        if (strcmp(step->id, id) != 0)
            continue;
        printf("%-5s %s\n      why    %s\n      never  %s\n", step->id, step->name, step->why,
               step->never);
    }
}

/* A dry run prints each row of the table with what was observed. */
static void on_dry_event(void *owner, const TraceEvent *event)
{
    if (strcmp(event->kind, "step.begin") == 0)
        print_plan(event, owner);
    else if (strcmp(event->kind, "step.observed") == 0)
        printf("      now    %s: %s\n", json_string_or(event->data, "state", ""),
               json_string_or(event->data, "text", ""));
    else if (strcmp(event->kind, "engine.cluster") == 0)
        printf("             %s\n", event->text);
}

static ConsoleManner manner_of(const Order *order)
{
    if (order->is_json)
        return order->tells_events ? CONSOLE_TELLS_EVENTS : CONSOLE_TELLS_NOTHING;
    return order->is_quiet || order->is_dry_run ? CONSOLE_TELLS_TROUBLE : CONSOLE_TELLS_ALL;
}

static void print_json(const cJSON *document)
{
    char *text = json_text(document);

    puts(text);
    free(text);
}

/* "understudy-lab-failover-20261121T020000Z.md", beside the journal. */
static char *usual_record(const Order *order, const char *environment, const cJSON *entries)
{
    char began[CLOCK_TEXT_MAX];
    char *name = memory_format("understudy-%s-%s-%s.md", environment,
                               json_string_or(entries, "0/procedure", "run"),
                               clock_stamp(json_integer_or(entries, "0/ms", 0), began));
    char *path = file_beside(order->journal, name);

    free(name);
    return path;
}

/* What the steps are called and why they are there, by their ids. */
static cJSON *describe_steps(const Procedure *procedure)
{
    cJSON *steps = cJSON_CreateObject();

    for (size_t i = 0; i < procedure->count; i++) {
        cJSON *step = cJSON_AddObjectToObject(steps, procedure->steps[i]->id);

        json_put_string(step, "name", procedure->steps[i]->name);
        json_put_string(step, "why", procedure->steps[i]->why);
    }
    return steps;
}

/* A refused run has nothing to tell an incident file, unless somebody wants it. */
static void write_record(const Order *order, const OutcomeOf *of, const EngineResult *result,
                         cJSON *document)
{
    Journal *journal = NULL;
    Buffer text = {0};
    cJSON *steps;
    char *path = NULL;
    Error why = {0};

    if (order->is_dry_run || (result->outcome == OUTCOME_REFUSED && !order->record) ||
        !journal_open(order->journal, &journal, NULL))
        return;
    path = order->record ? memory_text(order->record)
                         : usual_record(order, of->environment, journal_entries(journal));
    steps = describe_steps(of->procedure);
    record_draw(journal_entries(journal), steps, document, &text);
    if (file_write(path, text.data, text.length, 0600, &why))
        json_put_string(document, "record", path);
    else
        fprintf(stderr, "understudy: no record: %s\n", why.message);
    cJSON_Delete(steps);
    journal_close(journal);
    buffer_release(&text);
    free(path);
}

static int conclude(const Order *order, const OutcomeOf *of, const EngineResult *result)
{
    cJSON *document = outcome_document(of, result);
    bool is_undone = order->is_undo && result->outcome == OUTCOME_ROLLED_BACK;
    int code = is_undone ? EXIT_PASSED : outcome_exit_code(result->outcome);

    write_record(order, of, result, document);
    json_put_integer(document, "exitCode", code);
    if (order->is_json)
        print_json(document);
    else
        outcome_print(document);
    cJSON_Delete(document);
    return code;
}

static int carry_out(const Order *order, const Procedure *procedure, const Environment *environment)
{
    Loop *loop = loop_new();
    Trace *trace = trace_new();
    char holder[160];
    Console console;
    Question question = {.console = &console};
    ConsentPerson person = question_person(&question);
    bool can_ask = !order->is_unattended && !order->is_json && question_can_be_asked();
    EngineResult result;
    int code;

    name_holder(holder);
    console_open(&console, loop, manner_of(order));
    trace_listen(trace, console_engine_event, &console);
    if (order->is_dry_run && !order->is_json)
        trace_listen(trace, on_dry_event, (void *)procedure);
    engine_run(
        &(EngineOptions){
            .loop = loop,
            .trace = trace,
            .environment = environment,
            .procedure = procedure,
            .journal = order->journal,
            .is_resume = order->is_resume,
            .is_undo = order->is_undo,
            .is_dry_run = order->is_dry_run,
            .seed = random_seed_from_system(),
            .to = order->to,
            .host = order->host,
            .chosen = order->chosen,
            .chosen_count = order->chosen_count,
            .consent = order->consent,
            .restore = order->restore,
            .person = can_ask ? &person : NULL,
            .holder = holder,
            .stop = stop_flag(),
        },
        &result);
    console_close(&console);
    code = conclude(order,
                    &(OutcomeOf){.environment_file = order->environment,
                                 .environment = environment->name,
                                 .procedure = procedure,
                                 .journal = order->is_dry_run ? NULL : order->journal,
                                 .is_undo = order->is_undo},
                    &result);
    trace_free(trace);
    loop_free(loop);
    return code;
}

/* Which procedure a journal is of. */
static const Procedure *procedure_of_journal(const char *path, Error *err)
{
    Journal *journal = NULL;
    const Procedure *procedure;

    if (!journal_open(path, &journal, err))
        return NULL;
    procedure = procedure_find(json_string_or(journal_entries(journal), "0/procedure", ""));
    journal_close(journal);
    if (!procedure)
        error_set(err, ERR_INPUT, "journal %s: of a procedure that this version does not know",
                  path);
    return procedure;
}

/* And its journal, unless somebody named one: of a new run the usual one, else that of the one run that is not finished. */
static const Procedure *find_procedure(const Order *order, const char *environment,
                                       char **out_journal, Error *err)
{
    const char *name = order->is_unplanned ? "unplanned-failover" : order->procedure;

    if (!order->is_resume) {
        *out_journal = journal_usual(environment, name);
        return procedure_find(name);
    }
    if (order->journal)
        return procedure_of_journal(order->journal, err);
    return journal_unfinished(environment, out_journal, err)
               ? procedure_of_journal(*out_journal, err)
               : NULL;
}

static bool is_plane(const Environment *environment, const char *name, Error *err)
{
    const char *const planes[] = {environment->planes[0].name, environment->planes[1].name};

    return strcmp(name, planes[0]) == 0 || strcmp(name, planes[1]) == 0 ||
           error_set(err, ERR_INPUT, "%s is no plane of this environment (%s, %s)", name, planes[0],
                     planes[1]);
}

/* A name that the environment does not have was mistyped: that is said before a journal begins. */
static bool check_names(const Order *order, const Environment *environment, Error *err)
{
    if (order->to && !is_plane(environment, order->to, err))
        return false;
    for (size_t i = 0; i < order->chosen_count; i++) {
        if (!choice_is_there(environment, order->chosen[i], err))
            return false;
    }
    return true;
}

int order_carry_out(const Verb *verb, Order *order)
{
    const Procedure *procedure;
    Environment environment;
    char *journal = NULL;
    Error why = {0};
    int code;

    if (!environment_read(order->environment, &environment, &why))
        return usage_error(verb, "%s", why.message);
    if (!check_names(order, &environment, &why) ||
        !backup_flags_put(&order->backup, &environment.backup, &why)) {
        environment_release(&environment);
        return usage_error(verb, "%s", why.message);
    }
    if (!order->restore.from)
        order->restore.from = environment.backup.folder;
    procedure = find_procedure(order, environment.name, &journal, &why);
    if (procedure && !order->journal)
        order->journal = journal;
    code = procedure ? carry_out(order, procedure_on(procedure, &environment), &environment)
                     : usage_error(verb, "%s", why.message);
    environment_release(&environment);
    free(journal);
    return code;
}
