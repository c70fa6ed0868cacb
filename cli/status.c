/*
 * cli/status.c - `understudy status`: where a run stands, by its journal alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/options.h"
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
    else
        printf("%s  %-8s %s\n", json_string_or(entry, "at", ""), type, result);
}

static int show(const char *path)
{
    Journal *journal = NULL;
    const Procedure *procedure;
    const cJSON *entry;
    Error why = {0};

    if (!journal_open(path, &journal, &why)) {
        fprintf(stderr, "understudy status: %s\n", why.message);
        return EXIT_USAGE;
    }
    procedure = procedure_find(json_string_or(journal_entries(journal), "0/procedure", ""));
    printf("%s of %s, begun at %s\n", json_string_or(journal_entries(journal), "0/procedure", "?"),
           json_string_or(journal_entries(journal), "0/environment", "?"),
           json_string_or(journal_entries(journal), "0/at", "?"));
    cJSON_ArrayForEach(entry, journal_entries(journal))
    {
        print_entry(procedure, entry);
    }
    printf("%s\n", journal_is_finished(journal) ? "finished"
                                                : "not finished: `understudy resume -e ENVIRONMENT "
                                                  "-j THIS-FILE` goes on with it");
    journal_close(journal);
    return EXIT_PASSED;
}

static int run_status(int count, char **arguments)
{
    const char *journal = NULL;
    const Option options[] = {
        {"--journal", 'j', OPTION_TEXT, &journal},
    };
    const char **places = memory_new((size_t)count + 1, sizeof *places);
    size_t place_count;
    int code = EXIT_PASSED;

    if (options_read(&VERB_STATUS, count, arguments, options, 1, places, &place_count, &code)) {
        if (!journal && place_count == 1)
            journal = places[0];
        code = journal ? show(journal) : usage_error(&VERB_STATUS, "name the journal");
    }
    free(places);
    return code;
}

const Verb VERB_STATUS = {
    .name = "status",
    .summary = "where a run stands, from its journal",
    .help =
        "Usage: understudy status JOURNAL\n"
        "\n"
        "Prints what was intended and what came of it, and whether there is something to resume. Changes nothing.\n",
    .run = run_status,
};
