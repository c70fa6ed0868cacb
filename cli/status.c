/*
 * cli/status.c - `understudy status`: where a run stands, since when, what is owed, and what a person can do; by its journal alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "cli/journals.h"
#include "cli/options.h"
#include "cli/outcome.h"
#include "engine/environment.h"
#include "engine/journal.h"
#include "engine/step.h"

/* "fence", of "FO3"; a step that this version does not know has no name. */
static const char *step_name(const Procedure *procedure, const char *id)
{
    for (size_t i = 0; procedure && i < procedure->count; i++) {
        if (strcmp(procedure->steps[i]->id, id) == 0)
            return procedure->steps[i]->name;
    }
    return "";
}

/* ---------------------------------------------------------------------------------------------------- the document */

static const cJSON *last_entry(const Journal *journal)
{
    const cJSON *entries = journal_entries(journal);

    return cJSON_GetArrayItem(entries, cJSON_GetArraySize(entries) - 1);
}

/* The step that was begun last and has not ended, or the one that ended last. */
static void put_step(cJSON *document, const Journal *journal, const Procedure *procedure)
{
    const cJSON *entry;

    cJSON_ArrayForEach(entry, journal_entries(journal))
    {
        const char *id = json_string_or(entry, "step", "");

        if (!*id)
            continue;
        json_put_string(document, "step/id", id);
        json_put_string(document, "step/name", step_name(procedure, id));
        json_put_string(document, "step/was", json_string_or(entry, "type", ""));
        json_put_string(document, "step/at", json_string_or(entry, "at", ""));
        if (json_has(entry, "finding"))
            json_put(document, "finding", cJSON_Duplicate(json_find(entry, "finding"), true));
    }
}

static void put_owed(cJSON *document, const Journal *journal)
{
    const cJSON *record = journal_record(journal);
    const cJSON *debts = json_find(record, "debts");

    json_put(document, "debts", debts ? cJSON_Duplicate(debts, true) : cJSON_CreateArray());
    if (json_has(record, "fenceDebt") && !json_has(record, "fenceDebt/paidMs"))
        json_put_string(document, "fenceOwedTo", json_string_or(record, "roles/active", ""));
}

/* finished, running (a process has its lock), or unfinished. */
static const char *state_of(const Journal *journal, const char *path)
{
    if (journal_is_finished(journal))
        return "finished";
    return journal_is_in_use(path) ? "running" : "unfinished";
}

static cJSON *document_of(const Journal *journal, const char *path, const char *environment_file)
{
    const cJSON *entries = journal_entries(journal);
    const char *name = json_string_or(entries, "0/procedure", "");
    const Procedure *procedure = procedure_find(name);
    const char *state = state_of(journal, path);
    cJSON *document = cJSON_CreateObject();
    OutcomeOf of = {.environment_file = environment_file, .procedure = procedure, .journal = path};

    json_put_integer(document, "format", 1);
    json_put_string(document, "journal", path);
    json_put_string(document, "procedure", name);
    json_put_string(document, "environment", json_string_or(entries, "0/environment", ""));
    json_put_string(document, "state", state);
    json_put_string(document, "begunAt", json_string_or(entries, "0/at", ""));
    json_put_string(document, "since", json_string_or(last_entry(journal), "at", ""));
    json_put_string(document, "outcome", json_string_or(last_entry(journal), "outcome", ""));
    put_step(document, journal, procedure);
    put_owed(document, journal);
    json_put(document, "next",
             strcmp(state, "running") == 0
                 ? cJSON_CreateArray()
                 : outcome_next(&of, strcmp(state, "finished") == 0
                                         ? json_string_or(document, "outcome", "")
                                         : ""));
    return document;
}

/* ---------------------------------------------------------------------------------------------------- for a person */

static void print_entry(const Procedure *procedure, const cJSON *entry)
{
    const char *type = json_string_or(entry, "type", "");
    const char *id = json_string_or(entry, "step", "");
    const char *result = json_string_or(entry, "result", json_string_or(entry, "outcome", ""));

    if (strcmp(type, "record") == 0 || strcmp(type, "begin") == 0)
        return;
    if (*id)
        printf("%s  %-8s %-5s %-14s %s\n", json_string_or(entry, "at", ""), type, id,
               step_name(procedure, id), result);
    else if (strcmp(type, "consent") == 0)
        printf("%s  %-8s %s: %s (%s), %s\n", json_string_or(entry, "at", ""), type,
               json_string_or(entry, "consent", ""), json_string_or(entry, "answer", ""),
               json_string_or(entry, "how", ""), json_string_or(entry, "by", ""));
    else
        printf("%s  %-8s %s\n", json_string_or(entry, "at", ""), type,
               json_string_or(entry, "text", result));
}

static void print_where(const cJSON *document)
{
    const char *state = json_string_or(document, "state", "");

    if (strcmp(state, "finished") == 0)
        printf("finished: %s, at %s\n", json_string_or(document, "outcome", ""),
               json_string_or(document, "since", ""));
    else
        printf("%s, since %s; last: %s %s (%s)\n",
               strcmp(state, "running") == 0 ? "an engine is at work with it now" : "not finished",
               json_string_or(document, "since", ""),
               json_string_or(document, "step/id", "nothing"),
               json_string_or(document, "step/name", ""), json_string_or(document, "step/was", ""));
}

static void print_document(const cJSON *document, const Journal *journal)
{
    const Procedure *procedure = procedure_find(json_string_or(document, "procedure", ""));
    bool is_finished = strcmp(json_string_or(document, "state", ""), "finished") == 0;
    const cJSON *node;

    printf("%s of %s, begun at %s (%s)\n", json_string_or(document, "procedure", "?"),
           json_string_or(document, "environment", "?"), json_string_or(document, "begunAt", "?"),
           json_string_or(document, "journal", ""));
    cJSON_ArrayForEach(node, journal_entries(journal))
    {
        print_entry(procedure, node);
    }
    print_where(document);
    if (!is_finished && json_has(document, "finding"))
        printf("  observed %s\n  remedy   %s\n", json_string_or(document, "finding/observed", ""),
               json_string_or(document, "finding/remedy", ""));
    if (json_has(document, "fenceOwedTo"))
        printf("  owed: %s is not fenced; `understudy resume` does it as soon as it answers\n",
               json_string_or(document, "fenceOwedTo", ""));
    cJSON_ArrayForEach(node, json_find(document, "debts"))
    {
        printf("  remains: %s\n", node->valuestring);
    }
    cJSON_ArrayForEach(node, json_find(document, "next"))
    {
        printf("  next: %s\n        %s\n", json_string_or(node, "command", ""),
               json_string_or(node, "what", ""));
    }
}

/* ------------------------------------------------------------------------------------------------------- the verb */

static int show(const char *path, const char *environment_file, bool is_json)
{
    Journal *journal = NULL;
    cJSON *document;
    char *text;
    Error why = {0};

    if (!journal_open(path, &journal, &why)) {
        fprintf(stderr, "understudy status: %s\n", why.message);
        return EXIT_USAGE;
    }
    document = document_of(journal, path, environment_file);
    if (is_json) {
        text = json_text(document);
        puts(text);
        free(text);
    } else {
        print_document(document, journal);
    }
    cJSON_Delete(document);
    journal_close(journal);
    return EXIT_PASSED;
}

/* Without a name: the one unfinished run, or else every journal in a line. */
static int show_here(const char *environment, const char *environment_file, bool is_json)
{
    Journals journals;
    char *path = NULL;
    int code = EXIT_PASSED;

    if (journal_unfinished(environment, &path, NULL)) {
        code = show(path, environment_file, is_json);
        free(path);
        return code;
    }
    journals_here(environment, &journals);
    for (size_t i = 0; i < journals.count && is_json; i++)
        show(journals.paths[i], environment_file, true);
    for (size_t i = 0; i < journals.count && !is_json; i++) {
        Journal *journal = NULL;

        if (!journal_open(journals.paths[i], &journal, NULL))
            continue;
        printf("%s  %-10s %s\n", json_string_or(last_entry(journal), "at", ""),
               journal_is_finished(journal) ? json_string_or(last_entry(journal), "outcome", "")
                                            : "unfinished",
               journals.paths[i]);
        journal_close(journal);
    }
    if (journals.count == 0)
        code = usage_error(&VERB_STATUS, "there is no journal in this folder; name one");
    journals_free(&journals);
    return code;
}

static int show_of(const char *environment_file, bool is_json)
{
    Environment environment;
    Error why = {0};
    int code;

    if (!environment_file)
        return show_here(NULL, NULL, is_json);
    if (!environment_read(environment_file, &environment, &why))
        return usage_error(&VERB_STATUS, "%s", why.message);
    code = show_here(environment.name, environment_file, is_json);
    environment_release(&environment);
    return code;
}

static int run_status(int count, char **arguments)
{
    const char *journal = NULL, *environment = NULL, *format = "text";
    const Option options[] = {
        {"--journal",     'j', OPTION_TEXT, &journal    },
        {"--environment", 'e', OPTION_TEXT, &environment},
        {"--output",      'o', OPTION_TEXT, &format     },
    };
    const char **places = memory_new((size_t)count + 1, sizeof *places);
    size_t place_count;
    int code = EXIT_PASSED;

    if (options_read(&VERB_STATUS, count, arguments, options, sizeof options / sizeof *options,
                     places, &place_count, &code)) {
        bool is_json = strcmp(format, "json") == 0;

        if (!journal && place_count == 1)
            journal = places[0];
        if (!is_json && strcmp(format, "text") != 0)
            code = usage_error(&VERB_STATUS, "-o needs text or json, not \"%s\"", format);
        else if (place_count > 1)
            code = usage_error(&VERB_STATUS, "unexpected \"%s\"", places[1]);
        else
            code = journal ? show(journal, environment, is_json) : show_of(environment, is_json);
    }
    free(places);
    return code;
}

const Verb VERB_STATUS = {
    .name = "status",
    .summary = "where a run stands, and what can be done, from its journal",
    .help =
        "Usage: understudy status [JOURNAL] [-e ENVIRONMENT] [-o json]\n"
        "\n"
        "Prints what was intended and what came of it, since when it stands there, what is owed, and what can be typed\n"
        "now. Needs nothing but the journal, and changes nothing. Without one: the one unfinished run in this folder, or\n"
        "all journals, a line each.\n"
        "\n"
        "  -e, --environment FILE     only its journals; its name is put into the commands\n"
        "  -o json                    the same as a document (docs/procedures.md)\n"
        "\n"
        "What the world says now is what `understudy plan` prints.\n",
    .run = run_status,
};
