/*
 * tests/scenarios/catalogue_test.c - the shipped scenarios can be read, by the program and by people.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "scenarios/scenario.h"
#include "sim/faults/faults.h"
#include "tests/test.h"

static const char *const GROUPS[] = {"planned",   "preconditions", "replication", "fencing",
                                     "promotion", "verification",  "dns",         "edges",
                                     "tokens",    "consent",       "controllers", "rejoin",
                                     "unplanned", "manual",        "stopping",    "backup",
                                     "restore",   "repoint",       "install"};

static bool is_group(const char *text)
{
    for (size_t i = 0; i < TEST_COUNT(GROUPS); i++)
        if (strcmp(GROUPS[i], text) == 0)
            return true;
    return false;
}

/* Folder and file name say the same as group and name. */
static bool is_where_it_belongs(const Scenario *scenario)
{
    char *path = memory_format("scenarios/catalogue/%s/%s.yaml",
                               json_string_or(scenario->labels, "group", "?"), scenario->name);
    bool is_there = strcmp(path, scenario->path) == 0;

    free(path);
    return is_there;
}

static void check_scenario(const Scenario *scenario)
{
    int sentences = cJSON_GetArraySize(scenario->story);
    const cJSON *sentence;

    CHECK_CASE(scenario->path, is_group(json_string_or(scenario->labels, "group", "")));
    CHECK_CASE(scenario->path, is_where_it_belongs(scenario));
    CHECK_CASE(scenario->path, cJSON_GetArraySize(scenario->dossier) > 0);
    CHECK_CASE(scenario->path, sentences >= 2 && sentences <= 6);
    cJSON_ArrayForEach(sentence, scenario->story)
    {
        size_t length = strlen(sentence->valuestring);

        CHECK_CASE(scenario->path, length > 12 && sentence->valuestring[length - 1] == '.');
    }
    /* An outcome alone is a weak claim: every story says more. */
    CHECK_CASE(scenario->path, cJSON_GetArraySize(scenario->expect) >= 2);
}

static void test_every_file(void)
{
    const char *const places[] = {"scenarios/catalogue"};
    char **paths;
    size_t count;
    Error err = {0};

    if (!CHECK(scenario_collect(places, 1, &paths, &count, &err)))
        return;
    CHECK(count >= 35);
    for (size_t i = 0; i < count; i++) {
        Scenario *scenario;

        if (CHECK_CASE(paths[i], scenario_read(paths[i], &scenario, &err))) {
            check_scenario(scenario);
            scenario_free(scenario);
        } else {
            fprintf(stderr, "%s\n", err.message);
        }
        free(paths[i]);
    }
    free(paths);
}

static bool mentions(const char *text, const char *word)
{
    char *code = memory_format("`%s`", word);
    bool is_there = strstr(text, code) != NULL;

    free(code);
    return is_there;
}

static void test_world_is_documented(void)
{
    char *text = NULL;
    size_t length;
    const ParameterRow *row;
    Error err = {0};

    if (!CHECK(file_read("docs/scenarios.md", &text, &length, &err)))
        return;
    for (int i = 0; (row = world_parameter_row(i)); i++) {
        char *line = memory_format("| `%s` | %s | `%s` |", row->path, row->type, row->standard);

        CHECK_CASE(row->path, strstr(text, line) != NULL);
        CHECK_CASE(row->path, strstr(text, row->what) != NULL);
        free(line);
    }
    free(text);
}

static void test_faults_are_documented(void)
{
    size_t count;
    const FaultType *const *types = fault_types(&count);
    char *text = NULL;
    size_t length;
    Error err = {0};

    if (!CHECK(file_read("docs/faults.md", &text, &length, &err)))
        return;
    for (size_t i = 0; i < count; i++) {
        CHECK_CASE(types[i]->name, mentions(text, types[i]->name));
        CHECK_CASE(types[i]->name, strstr(text, types[i]->witness) != NULL);
        CHECK_CASE(types[i]->name, strstr(text, types[i]->summary) != NULL);
        for (size_t k = 0; k < types[i]->field_count; k++)
            CHECK_CASE(types[i]->fields[k].key, mentions(text, types[i]->fields[k].key));
    }
    free(text);
}

TEST_SUITE("scenarios/catalogue", {"every file", test_every_file},
           {"every parameter of a world is documented", test_world_is_documented},
           {"every fault is documented", test_faults_are_documented});
