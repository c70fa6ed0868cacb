/*
 * cli/status.c - `understudy status`: where a run stands, by its journal alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/options.h"
#include "engine/journal.h"

static void print_entry(const cJSON *entry)
{
    const char *type = json_string_or(entry, "type", "");

    if (strcmp(type, "record") == 0)
        return;
    printf("%s  %-8s %s%s%s\n", json_string_or(entry, "at", ""), type,
           json_string_or(entry, "step", ""), json_has(entry, "result") ? " " : "",
           json_string_or(entry, "result", json_string_or(entry, "outcome", "")));
}

static int show(const char *path)
{
    Journal *journal = NULL;
    const cJSON *entry;
    Error why = {0};

    if (!journal_open(path, &journal, &why)) {
        fprintf(stderr, "understudy status: %s\n", why.message);
        return EXIT_USAGE;
    }
    printf("%s of %s\n", json_string_or(journal_entries(journal), "0/procedure", "?"),
           json_string_or(journal_entries(journal), "0/environment", "?"));
    cJSON_ArrayForEach(entry, journal_entries(journal))
    {
        print_entry(entry);
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
