/*
 * cli/report.c - `understudy report`: draws recorded runs again.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "cli/options.h"
#include "reports/reports.h"

static int draw(const char *folder, const char *into)
{
    RecordedRun *runs = NULL;
    size_t count = 0;
    Error why = {0};
    bool ok =
        report_read_folder(folder, &runs, &count, &why) && report_all(runs, count, into, &why);

    for (size_t i = 0; i < count; i++)
        recorded_run_release(&runs[i]);
    free(runs);
    if (!ok) {
        fprintf(stderr, "understudy report: %s\n", why.message);
        return EXIT_INFRASTRUCTURE;
    }
    printf("%zu runs\nreport: %s/index.html\n", count, into);
    return EXIT_PASSED;
}

static int run_report(int count, char **arguments)
{
    const char *into = "understudy-report";
    const Option options[] = {
        {"--report", 'r', OPTION_TEXT, &into},
    };
    const char **places = memory_new((size_t)count + 1, sizeof *places);
    size_t place_count;
    int code = EXIT_PASSED;

    if (options_read(&VERB_REPORT, count, arguments, options, 1, places, &place_count, &code))
        code = place_count == 1 ? draw(places[0], into)
                                : usage_error(&VERB_REPORT, "name the folder of the recorded runs");
    free(places);
    return code;
}

const Verb VERB_REPORT = {
    .name = "report",
    .summary = "draw recorded runs again",
    .help =
        "Usage: understudy report FOLDER [--report DIR]\n"
        "\n"
        "Reads every *.run file of the folder and writes index.html, junit.xml and summary.json. The same files give\n"
        "the same reports.\n"
        "\n"
        "  -r, --report DIR  where they go (understudy-report)\n",
    .run = run_report,
};
