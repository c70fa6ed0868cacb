/*
 * cli/lint.c - `understudy lint`: reads scenario and environment files and says what is wrong with them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/catalogue.h"
#include "cli/options.h"
#include "engine/environment.h"
#include "scenarios/scenario.h"

/* The kind decides the reader. */
static bool is_environment(const char *path)
{
    YamlDocument *document = NULL;
    bool is;

    if (!yaml_read(path, &document, NULL))
        return false;
    is = strcmp(json_string_or(yaml_root(document), "kind", ""), "Environment") == 0;
    yaml_free(document);
    return is;
}

static bool lint_file(const char *path, Error *err)
{
    Scenario *scenario = NULL;
    Environment environment;

    if (is_environment(path)) {
        if (!environment_read(path, &environment, err))
            return false;
        environment_release(&environment);
        return true;
    }
    if (!scenario_read(path, &scenario, err))
        return false;
    scenario_free(scenario);
    return true;
}

static int run_lint(int count, char **arguments)
{
    const char **places = memory_new((size_t)count + 1, sizeof *places);
    char **paths = NULL;
    size_t place_count, path_count = 0, bad = 0;
    int code = EXIT_PASSED;
    Error why = {0};

    if (!options_read(&VERB_LINT, count, arguments, NULL, 0, places, &place_count, &code)) {
        free(places);
        return code;
    }
    if (place_count == 0)
        places[place_count++] = catalogue_folder();
    if (!scenario_collect(places, place_count, &paths, &path_count, &why))
        code = usage_error(&VERB_LINT, "%s", why.message);
    for (size_t i = 0; i < path_count; i++) {
        why = (Error){0};
        if (!lint_file(paths[i], &why)) {
            printf("%s\n", why.message);
            bad++;
        }
        free(paths[i]);
    }
    free(paths);
    free(places);
    if (code == EXIT_PASSED)
        printf("%zu files, %zu with errors\n", path_count, bad);
    return code != EXIT_PASSED ? code : bad ? EXIT_USAGE : EXIT_PASSED;
}

const Verb VERB_LINT = {
    .name = "lint",
    .summary = "check scenario and environment files without running anything",
    .help =
        "Usage: understudy lint [FILE|FOLDER]...\n"
        "\n"
        "Reads each file whole and prints FILE:LINE:COLUMN and what is wrong, with the nearest name for a\n"
        "misspelt one. Without arguments the shipped catalogue is checked. Exit code 2 if any file has an error.\n"
        "\n"
        "  understudy lint drills/\n"
        "  understudy lint environment.yaml\n",
    .run = run_lint,
};
