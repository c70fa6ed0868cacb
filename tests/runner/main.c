/*
 * tests/runner/main.c - runs the suites that were asked for, prints what failed, counts.
 *
 *     tests [--list] [--verbose] [--timeout SECONDS] [--junit FILE] [NAME]...
 *
 * A NAME is a suite or a folder of suites: fakes/dns runs fakes/dns/serial. Exits with 0 if all passed, 1 if one
 * failed, 2 if the arguments make no sense or match nothing.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/runner/junit.h"
#include "tests/runner/run.h"
#include "tests/runner/suites.h"

typedef struct {
    bool list, verbose;
    int64_t timeout_ms;
    const char *junit_path;
    char **names;
    int name_count;
} Options;

static const char USAGE[] =
    "usage: %s [--list] [--verbose] [--timeout SECONDS] [--junit FILE] [NAME]...\n";

static bool is_below(const char *suite, const char *folder)
{
    size_t length = strlen(folder);

    while (length > 0 && folder[length - 1] == '/')
        length--;
    return strncmp(suite, folder, length) == 0 && (suite[length] == '\0' || suite[length] == '/');
}

static bool is_wanted(const Options *options, const char *suite)
{
    for (int i = 0; i < options->name_count; i++)
        if (is_below(suite, options->names[i]))
            return true;
    return options->name_count == 0;
}

static bool read_options(Options *options, int argc, char **argv)
{
    static const struct option LONG_OPTIONS[] = {
        {"list",    no_argument,       NULL, 'l'},
        {"verbose", no_argument,       NULL, 'v'},
        {"timeout", required_argument, NULL, 't'},
        {"junit",   required_argument, NULL, 'j'},
        {NULL,      0,                 NULL, 0  },
    };
    int option;

    *options = (Options){.timeout_ms = 120000};
    while ((option = getopt_long(argc, argv, "lvt:j:", LONG_OPTIONS, NULL)) != -1) {
        options->list |= option == 'l';
        options->verbose |= option == 'v';
        if (option == 't')
            options->timeout_ms = strtol(optarg, NULL, 10) * 1000;
        if (option == 'j')
            options->junit_path = optarg;
        if (option == '?')
            return false;
    }
    options->names = argv + optind;
    options->name_count = argc - optind;
    return options->timeout_ms > 0;
}

static void print_unfinished(const SuiteRun *run)
{
    for (size_t i = 0; i < run->suite->count; i++)
        if (run->results[i].state == TEST_NOT_RUN)
            printf("  %s: not run\n", run->suite->tests[i].name);
        else if (run->results[i].state == TEST_FAILED)
            printf("  %s: failed\n", run->suite->tests[i].name);
}

static void print_run(const SuiteRun *run, bool verbose)
{
    size_t failed = suite_run_failed(run);

    if (failed == 0 && !verbose)
        return;
    printf("%s %s (%zu passed, %zu failed, %lld ms)\n", failed == 0 ? "ok    " : "FAILED",
           run->suite->name, suite_run_passed(run), failed, (long long)run->took_ms);
    if (failed == 0)
        return;
    fputs(run->output, stdout);
    print_unfinished(run);
    if (run->ended[0] != '\0')
        printf("  the suite's process %s\n", run->ended);
}

static int count_suites(void)
{
    int count = 0;

    for (const TestSuite *suite = suites_first(); suite != NULL; suite = suite->next)
        count++;
    return count;
}

static int run_wanted(const Options *options)
{
    size_t passed = 0, failed = 0, run_count = 0;
    SuiteRun *runs = calloc((size_t)count_suites() + 1, sizeof *runs);
    bool written;

    for (const TestSuite *suite = suites_first(); suite != NULL; suite = suite->next) {
        SuiteRun *run = &runs[run_count];

        if (!is_wanted(options, suite->name))
            continue;
        suite_run(run, suite, options->timeout_ms);
        print_run(run, options->verbose);
        passed += suite_run_passed(run);
        failed += suite_run_failed(run);
        run_count++;
    }
    written = options->junit_path == NULL || junit_write(options->junit_path, runs, run_count);
    for (size_t i = 0; i < run_count; i++)
        suite_run_release(&runs[i]);
    free(runs);
    printf("%zu passed, %zu failed\n", passed, failed);
    if (run_count == 0 && options->name_count > 0) {
        fputs("no suite has such a name; --list prints those there are\n", stderr);
        return 2;
    }
    return failed == 0 && written ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    Options options;

    if (!read_options(&options, argc, argv)) {
        fprintf(stderr, USAGE, argv[0]);
        return 2;
    }
    if (!options.list)
        return run_wanted(&options);
    for (const TestSuite *suite = suites_first(); suite != NULL; suite = suite->next)
        if (is_wanted(&options, suite->name))
            puts(suite->name);
    return EXIT_SUCCESS;
}
