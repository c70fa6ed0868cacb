/*
 * tests/runner/main.c - runs the suites that were asked for, prints what failed, counts.
 *
 *     tests [--list] [--verbose] [--timeout SECONDS] [--junit FILE] [--counts FILE] [NAME]...
 *
 * A NAME is a suite or a folder of suites: fakes/dns runs fakes/dns/serial. Ends with `N passed, N failed`, or puts
 * passed, failed and skipped (never any) into the counts file instead, for a caller that adds up. Exits with 0 if
 * all passed, 1 if one failed, 2 if the arguments make no sense or match nothing.
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
    const char *junit_path, *counts_path;
    char **names;
    int name_count;
} Options;

static const char USAGE[] =
    "usage: %s [--list] [--verbose] [--timeout SECONDS] [--junit FILE] [--counts FILE] [NAME]...\n";

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
        {"counts",  required_argument, NULL, 'c'},
        {NULL,      0,                 NULL, 0  },
    };
    int option;

    *options = (Options){.timeout_ms = 120000};
    while ((option = getopt_long(argc, argv, "lvt:j:c:", LONG_OPTIONS, NULL)) != -1) {
        options->list |= option == 'l';
        options->verbose |= option == 'v';
        if (option == 't')
            options->timeout_ms = strtol(optarg, NULL, 10) * 1000;
        if (option == 'j')
            options->junit_path = optarg;
        if (option == 'c')
            options->counts_path = optarg;
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

typedef struct {
    SuiteRun *runs;
    size_t count, passed, failed;
} Tally;

static size_t count_suites(void)
{
    size_t count = 0;

    for (const TestSuite *suite = suites_first(); suite != NULL; suite = suite->next)
        count++;
    return count;
}

static void run_wanted(Tally *tally, const Options *options)
{
    for (const TestSuite *suite = suites_first(); suite != NULL; suite = suite->next) {
        SuiteRun *run = &tally->runs[tally->count];

        if (!is_wanted(options, suite->name))
            continue;
        suite_run(run, suite, options->timeout_ms);
        print_run(run, options->verbose);
        tally->passed += suite_run_passed(run);
        tally->failed += suite_run_failed(run);
        tally->count++;
    }
}

static bool put_counts(const Tally *tally, const char *path)
{
    FILE *file;

    if (path == NULL) {
        printf("%zu passed, %zu failed\n", tally->passed, tally->failed);
        return true;
    }
    file = fopen(path, "w");
    if (file == NULL) {
        perror(path);
        return false;
    }
    fprintf(file, "%zu %zu 0\n", tally->passed, tally->failed);
    return fclose(file) == 0;
}

static int finish(const Tally *tally, const Options *options)
{
    bool written =
        options->junit_path == NULL || junit_write(options->junit_path, tally->runs, tally->count);

    if (tally->count == 0 && options->name_count > 0) {
        fputs("no suite has such a name; --list prints those there are\n", stderr);
        return 2;
    }
    written &= put_counts(tally, options->counts_path);
    return tally->failed == 0 && written ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run_and_tell(const Options *options)
{
    Tally tally = {.runs = calloc(count_suites() + 1, sizeof *tally.runs)};
    int status;

    run_wanted(&tally, options);
    status = finish(&tally, options);
    for (size_t i = 0; i < tally.count; i++)
        suite_run_release(&tally.runs[i]);
    free(tally.runs);
    return status;
}

static void list_wanted(const Options *options)
{
    for (const TestSuite *suite = suites_first(); suite != NULL; suite = suite->next)
        if (is_wanted(options, suite->name))
            puts(suite->name);
}

int main(int argc, char **argv)
{
    Options options;

    if (!read_options(&options, argc, argv)) {
        fprintf(stderr, USAGE, argv[0]);
        return 2;
    }
    if (!options.list)
        return run_and_tell(&options);
    list_wanted(&options);
    return EXIT_SUCCESS;
}
