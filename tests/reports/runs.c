/*
 * tests/reports/runs.c - recorded runs for the tests of the reports.
 */
#include "tests/reports/runs.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/test.h"

RecordedRun run_of_file(const char *name)
{
    char *path = memory_format("%s/%s.run", RUNS_FOLDER, name);
    RecordedRun run = {0};
    Error why = {0};

    CHECK_CASE(name, run_file_read(path, &run, &why));
    free(path);
    return run;
}

RecordedRun run_made_up(const char *name, const char *result)
{
    RecordedRun run = {.head = cJSON_CreateObject(),
                       .events = cJSON_CreateArray(),
                       .verdicts = cJSON_CreateArray(),
                       .end = cJSON_CreateObject()};

    json_put_string(run.head, "scenario/name", name);
    json_put_string(run.head, "scenario/file", "drills/one.yaml");
    json_put_string(run.head, "replay", "understudy run drills/one.yaml --seed 5");
    json_put_integer(run.head, "seed", 5);
    json_put_string(run.end, "result", result);
    for (int i = RUN_PASSED; i <= RUN_BROKEN; i++) {
        if (strcmp(run_result_name((RunResult)i), result) == 0)
            run.result = (RunResult)i;
    }
    return run;
}

void run_add_event(RecordedRun *run, int64_t at_ms, const char *lane, const char *kind,
                   const char *text, const char *data)
{
    cJSON *line = cJSON_CreateObject(), *facts = cJSON_Parse(data);

    CHECK_CASE(kind, facts != NULL);
    json_put_integer(line, "at", at_ms);
    json_put_string(line, "lane", lane);
    json_put_string(line, "kind", kind);
    json_put_string(line, "text", text);
    json_put(line, "data", facts);
    cJSON_AddItemToArray(run->events, line);
}

void run_add_verdict(RecordedRun *run, const char *id, const char *result, int64_t at_ms,
                     const char *text)
{
    cJSON *line = cJSON_CreateObject();

    json_put_string(line, "id", id);
    json_put_string(line, "what", "a rule");
    json_put_string(line, "result", result);
    json_put_integer(line, "at", at_ms);
    json_put_string(line, "text", text);
    cJSON_AddItemToArray(run->verdicts, line);
}

char *scratch_new(void)
{
    char *folder = memory_text("/tmp/understudy-reports-XXXXXX");

    CHECK(mkdtemp(folder) != NULL);
    return folder;
}

void scratch_remove(char *folder)
{
    DIR *entries = opendir(folder);
    struct dirent *entry;

    // cppcheck-suppress readdirCalled ; there are no threads here
    while (entries && (entry = readdir(entries))) {
        char *path = memory_format("%s/%s", folder, entry->d_name);

        if (entry->d_name[0] != '.')
            unlink(path);
        free(path);
    }
    if (entries)
        closedir(entries);
    rmdir(folder);
    free(folder);
}

char *report_text(ReportWriter *write, const RecordedRun *runs, size_t count)
{
    char *folder = scratch_new(), *path = memory_format("%s/report", folder), *text = NULL;
    Error why = {0};

    CHECK(write(runs, count, path, &why));
    CHECK(file_read(path, &text, NULL, &why));
    free(path);
    scratch_remove(folder);
    return text ? text : memory_text("");
}

size_t count_of(const char *text, const char *part)
{
    size_t count = 0;

    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        count++;
    return count;
}
