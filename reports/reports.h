/*
 * reports/reports.h - recorded runs as people and programs want to read them. A report is a function of run files: same in, same out.
 *
 * Ownership: runs are borrowed. Each writes one file whole or not at all. Fails with ERR_IO.
 */
#ifndef REPORTS_REPORTS_H
#define REPORTS_REPORTS_H

#include <stdio.h>

#include "scenarios/run_file.h"

/* One self-contained page: summary, and each run's timeline. No script from elsewhere, light and dark, prints well. */
bool report_html(const RecordedRun *runs, size_t count, const char *path, Error *err);

/* JUnit XML in the dialect that GitLab, Jenkins and GitHub's actions all read. */
bool report_junit(const RecordedRun *runs, size_t count, const char *path, Error *err);

/* One JSON document with the summary of all runs (without their events). */
bool report_json(const RecordedRun *runs, size_t count, const char *path, Error *err);

/*
 * All of a folder's *.run files, sorted by name. Given away; recorded_run_release each, then free. Also fails with ERR_NOT_FOUND if
 * there is none, and with ERR_INPUT if one is no run file.
 */
bool report_read_folder(const char *folder, RecordedRun **out_runs, size_t *out_count, Error *err);

/* html, junit and json into folder (index.html, junit.xml, summary.json). */
bool report_all(const RecordedRun *runs, size_t count, const char *folder, Error *err);

#endif
