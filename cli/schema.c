/*
 * cli/schema.c - `understudy schema`: the JSON Schema of a kind of file, for editors and validators.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/yaml.h"
#include "cli/options.h"
#include "engine/environment_schema.h"
#include "scenarios/scenario.h"

static const struct {
    const char *kind;
    char *(*schema)(void);
    char *(*table)(void);
} KINDS[] = {
    {"environment", environment_schema, environment_table},
    {"scenario",    scenario_schema,    NULL             },
};
enum { KIND_COUNT = sizeof KINDS / sizeof *KINDS };

static int print_schema(const char *kind, bool is_table)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        char *text;

        if (strcmp(KINDS[i].kind, kind) != 0)
            continue;
        if (is_table && !KINDS[i].table)
            return usage_error(&VERB_SCHEMA, "there is no table of %s files", kind);
        text = is_table ? KINDS[i].table() : KINDS[i].schema();
        fputs(text, stdout);
        free(text);
        return EXIT_PASSED;
    }
    return usage_error(&VERB_SCHEMA, "there is no schema of \"%s\"", kind);
}

static int run_schema(int count, char **arguments)
{
    const char **places = memory_new((size_t)count + 1, sizeof *places);
    size_t place_count;
    bool is_table = false;
    const Option options[] = {
        {"--table", 0, OPTION_FLAG, &is_table}
    };
    int code = EXIT_PASSED;

    if (options_read(&VERB_SCHEMA, count, arguments, options, 1, places, &place_count, &code))
        code = place_count == 1
                   ? print_schema(places[0], is_table)
                   : usage_error(&VERB_SCHEMA, "name one kind of file: environment or scenario");
    free(places);
    return code;
}

const Verb VERB_SCHEMA = {
    .name = "schema",
    .summary = "the JSON Schema of environment and scenario files, for editors",
    .help =
        "Usage: understudy schema environment [--table]\n"
        "       understudy schema scenario\n"
        "\n"
        "Prints the JSON Schema (draft-07) of such files: every field, and what it is for. An editor with the YAML language\n"
        "server offers and checks fields by it, if a file begins with\n"
        "\n"
        "  # yaml-language-server: $schema=environment.schema.json\n"
        "\n"
        "What two fields must be together, only `understudy lint` knows.\n"
        "\n"
        "      --table    of environments: the same as a table in Markdown\n"
        "\n"
        "  understudy schema environment > environment.schema.json\n",
    .run = run_schema,
};
