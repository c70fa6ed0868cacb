/*
 * cli/env_check.c - `understudy env check`: can everything that an environment file names be reached from here?
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/console.h"
#include "cli/env.h"
#include "cli/options.h"
#include "engine/reach/reach.h"

static const Tone TONES[] = {
    [REACH_OK] = TONE_GOOD,
    [REACH_WARN] = TONE_WARN,
    [REACH_FAILED] = TONE_BAD,
    [REACH_SKIPPED] = TONE_FAINT,
};

static size_t count_of(const Reach *reach, ReachState state)
{
    size_t count = 0;

    for (size_t i = 0; i < reach->count; i++)
        count += reach->rows[i].state == state;
    return count;
}

static int widest(const Reach *reach, bool of_who)
{
    size_t width = 0;

    for (size_t i = 0; i < reach->count; i++) {
        size_t length = strlen(of_who ? reach->rows[i].who : reach->rows[i].what);

        width = length > width ? length : width;
    }
    return (int)width;
}

static void print_table(const Reach *reach)
{
    int what = widest(reach, false), who = widest(reach, true);

    for (size_t i = 0; i < reach->count; i++) {
        const ReachRow *row = &reach->rows[i];

        printf("%s%-9s%s %-*s  %-*s  %s\n", console_tone(TONES[row->state]),
               reach_state_name(row->state), console_tone(TONE_PLAIN), what, row->what, who,
               row->who, row->text);
        if (*row->remedy)
            printf("%*s-> %s\n", 10 + what + 2 + who + 2, "", row->remedy);
    }
    printf("\n%zu ok, %zu warnings, %zu failed, %zu not asked\n", count_of(reach, REACH_OK),
           count_of(reach, REACH_WARN), count_of(reach, REACH_FAILED),
           count_of(reach, REACH_SKIPPED));
}

static void print_json(const Reach *reach, const Environment *environment)
{
    cJSON *json = cJSON_CreateObject(), *rows = cJSON_CreateArray();
    char *text;

    json_put_string(json, "environment", environment->name);
    json_put_bool(json, "reachable", count_of(reach, REACH_FAILED) == 0);
    json_put(json, "rows", rows);
    for (size_t i = 0; i < reach->count; i++) {
        cJSON *row = cJSON_CreateObject();

        json_put_string(row, "state", reach_state_name(reach->rows[i].state));
        json_put_string(row, "what", reach->rows[i].what);
        json_put_string(row, "who", reach->rows[i].who);
        json_put_string(row, "text", reach->rows[i].text);
        if (*reach->rows[i].remedy)
            json_put_string(row, "remedy", reach->rows[i].remedy);
        cJSON_AddItemToArray(rows, row);
    }
    text = json_text(json);
    puts(text);
    free(text);
    cJSON_Delete(json);
}

static int ask(const Environment *environment, bool is_json)
{
    Loop *loop = loop_new();
    Trace *trace = trace_new();
    Reach reach = {0};
    Error why = {0};
    int code = EXIT_INFRASTRUCTURE;

    if (reach_make(&(ReachOptions){.loop = loop,
                                   .trace = trace,
                                   .environment = environment,
                                   .stop = stop_flag()},
                   &reach, &why)) {
        if (is_json)
            print_json(&reach, environment);
        else
            print_table(&reach);
        code = count_of(&reach, REACH_FAILED) ? EXIT_CHECK_FAILED : EXIT_PASSED;
    } else {
        fprintf(stderr, "understudy env check: %s\n", why.message);
    }
    reach_release(&reach);
    trace_free(trace);
    loop_free(loop);
    return code;
}

static int begin(const char *file, const char *output)
{
    bool is_json = strcmp(output, "json") == 0;
    Environment environment;
    Error why = {0};
    int code;

    if (!is_json && strcmp(output, "text") != 0)
        return usage_error(&ENV_CHECK, "-o takes text or json, not \"%s\"", output);
    if (!file)
        return usage_error(&ENV_CHECK, "name the environment file with -e");
    if (!environment_read(file, &environment, &why))
        return usage_error(&ENV_CHECK, "%s", why.message);
    code = ask(&environment, is_json);
    environment_release(&environment);
    return code;
}

static int run_check(int count, char **arguments)
{
    const char *file = NULL, *output = "text";
    const Option options[] = {
        {"--environment", 'e', OPTION_TEXT, &file  },
        {"--output",      'o', OPTION_TEXT, &output},
    };
    const char **places = memory_new((size_t)count + 1, sizeof *places);
    size_t place_count;
    int code = EXIT_PASSED;

    if (options_read(&ENV_CHECK, count, arguments, options, sizeof options / sizeof *options,
                     places, &place_count, &code))
        code = place_count ? usage_error(&ENV_CHECK, "unexpected \"%s\"", places[0])
                           : begin(file, output);
    free(places);
    return code;
}

const Verb ENV_CHECK = {
    .name = "env check",
    .summary = "can everything that an environment file names be reached from here?",
    .help =
        "Usage: understudy env check -e FILE [-o text|json]\n"
        "\n"
        "Opens everything that the file names with what it gives for it, and prints a row for each: the files of secrets, the\n"
        "API server of every cluster and what we may do there, every name server, who changes names, TSB's API, every\n"
        "database, the resolver of every cluster. What fails comes with the reason and a remedy, and hides nothing else.\n"
        "Nothing is changed. Whether the estate is fit for a failover, `understudy certify` tells.\n"
        "\n"
        "  -e, --environment FILE     the environment file\n"
        "  -o, --output text|json     a table, or one JSON document\n"
        "\n"
        "Exit codes: 0 everything can be reached, 1 something cannot, 2 usage or environment file, 5 stopped.\n"
        "\n"
        "  understudy env check -e environment.yaml\n"
        "  understudy env check -e environment.yaml -o json | jq '.rows[] | select(.state == \"failed\")'\n",
    .run = run_check,
};
