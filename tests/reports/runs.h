/*
 * tests/reports/runs.h - recorded runs for the tests of the reports: those of tests/reports/data, and ones made up on the spot.
 */
#ifndef TESTS_REPORTS_RUNS_H
#define TESTS_REPORTS_RUNS_H

#include "reports/facts.h"

#define RUNS_FOLDER "tests/reports/data"

/* tests/reports/data/NAME.run; recorded_run_release it. A failed check if it cannot be read. */
RecordedRun run_of_file(const char *name);

/* A run with a head and an end, to which events and verdicts can be added. */
RecordedRun run_made_up(const char *name, const char *result);
/* data: JSON text of an object. */
void run_add_event(RecordedRun *run, int64_t at_ms, const char *lane, const char *kind,
                   const char *text, const char *data);
void run_add_verdict(RecordedRun *run, const char *id, const char *result, int64_t at_ms,
                     const char *text);

/* A private folder that goes away with its files; free() the name. */
char *scratch_new(void);
void scratch_remove(char *folder);

/* What write makes of the runs; free() it. */
typedef bool ReportWriter(const RecordedRun *runs, size_t count, const char *path, Error *err);
char *report_text(ReportWriter *write, const RecordedRun *runs, size_t count);

size_t count_of(const char *text, const char *part);

#endif
