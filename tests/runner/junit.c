/*
 * tests/runner/junit.c - the runs as a JUnit file, for CI systems that draw one.
 */
#include "tests/runner/junit.h"

#include <stdio.h>
#include <string.h>

/* Control characters cannot be said in XML 1.0 at all, so they become '?'. */
static void put_escaped(FILE *file, const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        if (strchr("<>&\"", c) != NULL)
            fprintf(file, "&#%d;", c);
        else
            fputc(c < ' ' && c != '\n' && c != '\t' ? '?' : c, file);
    }
}

static void put_failure(FILE *file, const SuiteRun *run)
{
    fputs("<failure message=\"", file);
    put_escaped(file, run->ended[0] != '\0' ? run->ended : "a check did not hold");
    fputs("\">", file);
    put_escaped(file, run->output);
    fputs("</failure>", file);
}

static void put_test(FILE *file, const SuiteRun *run, const char *name, int64_t took_ms,
                     bool passed)
{
    fputs("    <testcase classname=\"", file);
    put_escaped(file, run->suite->name);
    fputs("\" name=\"", file);
    put_escaped(file, name);
    fprintf(file, "\" time=\"%lld.%03lld\">", (long long)(took_ms / 1000),
            (long long)(took_ms % 1000));
    if (!passed)
        put_failure(file, run);
    fputs("</testcase>\n", file);
}

static void put_suite(FILE *file, const SuiteRun *run)
{
    size_t passed = suite_run_passed(run), failed = suite_run_failed(run);

    fputs("  <testsuite name=\"", file);
    put_escaped(file, run->suite->name);
    fprintf(file, "\" tests=\"%zu\" failures=\"%zu\" time=\"%lld.%03lld\">\n", passed + failed,
            failed, (long long)(run->took_ms / 1000), (long long)(run->took_ms % 1000));
    for (size_t i = 0; i < run->suite->count; i++)
        put_test(file, run, run->suite->tests[i].name, run->results[i].took_ms,
                 run->results[i].state == TEST_PASSED);
    if (passed == run->suite->count && failed > 0)
        put_test(file, run, "(end of the process)", 0, false);
    fputs("  </testsuite>\n", file);
}

bool junit_write(const char *path, const SuiteRun *runs, size_t count)
{
    FILE *file = fopen(path, "w");

    if (file == NULL) {
        perror(path);
        return false;
    }
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", file);
    for (size_t i = 0; i < count; i++)
        put_suite(file, &runs[i]);
    fputs("</testsuites>\n", file);
    if (fclose(file) != 0) {
        perror(path);
        return false;
    }
    return true;
}
