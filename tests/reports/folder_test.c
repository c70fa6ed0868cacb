/*
 * tests/reports/folder_test.c - run files are found in order, and reports are written all together.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "reports/reports.h"
#include "tests/reports/runs.h"
#include "tests/test.h"

static void put(const char *folder, const char *name, const char *text)
{
    char *path = memory_format("%s/%s", folder, name);

    CHECK(file_write(path, text, strlen(text), 0644, NULL));
    free(path);
}

static void test_sorted_and_written(void)
{
    RecordedRun *runs = NULL;
    size_t count = 0;
    Error why = {0};
    char *folder = scratch_new(), *into = memory_format("%s/new", folder);
    char *page = memory_format("%s/index.html", into), *junit = memory_format("%s/junit.xml", into);
    char *summary = memory_format("%s/summary.json", into);

    CHECK(report_read_folder(RUNS_FOLDER, &runs, &count, &why));
    CHECK_INTEGER(count, 5);
    CHECK_TEXT(json_string(runs[0].head, "scenario/name"), "key-absent-on-standby");
    CHECK_TEXT(json_string(runs[4].head, "scenario/name"), "reply-lost-on-promotion");
    CHECK(report_all(runs, count, into, &why));
    CHECK(file_exists(page) && file_exists(junit) && file_exists(summary));
    for (size_t i = 0; i < count; i++)
        recorded_run_release(&runs[i]);
    free(runs);
    free(page);
    free(junit);
    free(summary);
    scratch_remove(into);
    scratch_remove(folder);
}

static void test_other_files_are_left(void)
{
    RecordedRun *runs = NULL;
    size_t count = 0;
    char *folder = scratch_new();

    put(folder, "b.run", "{\"type\":\"run\",\"scenario\":{\"name\":\"b\"}}\n");
    put(folder, "B.run", "{\"type\":\"run\",\"scenario\":{\"name\":\"B\"}}\n");
    put(folder, "notes.txt", "not a run");
    put(folder, "x.run.bak", "not a run");
    CHECK(report_read_folder(folder, &runs, &count, NULL));
    CHECK_INTEGER(count, 2);
    CHECK_TEXT(json_string(runs[0].head, "scenario/name"), "B");
    for (size_t i = 0; i < count; i++)
        recorded_run_release(&runs[i]);
    free(runs);
    scratch_remove(folder);
}

static void test_refuses(void)
{
    RecordedRun *runs = NULL;
    size_t count = 0;
    Error why = {0};
    char *folder = scratch_new();

    CHECK(!report_read_folder("/nonexistent", &runs, &count, &why));
    CHECK(why.code == ERR_IO && strstr(why.message, "/nonexistent"));
    CHECK(!report_read_folder(folder, &runs, &count, &why));
    CHECK(why.code == ERR_NOT_FOUND && strstr(why.message, "*.run"));
    put(folder, "a.run", "{\"type\":\"run\"}\n");
    put(folder, "b.run", "{\"type\":\n");
    CHECK(!report_read_folder(folder, &runs, &count, &why));
    CHECK(strstr(why.message, "b.run:1") != NULL);
    CHECK(runs == NULL && count == 0);
    CHECK(!report_all(NULL, 0, "/dev/null/x", &why));
    CHECK(why.code == ERR_IO);
    scratch_remove(folder);
}

TEST_SUITE("reports/folder", {"sorted, and written all together", test_sorted_and_written},
           {"other files are left alone", test_other_files_are_left},
           {"what cannot be read", test_refuses});
