/*
 * scenarios/run_file.c - a recorded run: written line by line, read back whole.
 */
#include "scenarios/run_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"

static const struct {
    const char *name;
    int exit_code;
} RESULTS[] = {
    [RUN_PASSED] = {"passed",       0},
    [RUN_FAILED] = {"failed",       1},
    [RUN_INCONCLUSIVE] = {"inconclusive", 3},
    [RUN_BUDGET] = {"budget",       4},
    [RUN_BROKEN] = {"broken",       5},
};
#define RESULT_COUNT (sizeof RESULTS / sizeof *RESULTS)

const char *run_result_name(RunResult result)
{
    return RESULTS[result].name;
}

int run_result_exit_code(RunResult result)
{
    return RESULTS[result].exit_code;
}

static RunResult result_of(const char *name)
{
    for (size_t i = 0; i < RESULT_COUNT; i++) {
        if (strcmp(RESULTS[i].name, name) == 0)
            return (RunResult)i;
    }
    return RUN_BROKEN;
}

/* Gives a line to where it belongs. False: it is of no known type. */
static bool sort_in(RecordedRun *run, cJSON *line)
{
    const char *type = json_string_or(line, "type", "");

    if (strcmp(type, "event") == 0)
        cJSON_AddItemToArray(run->events, line);
    else if (strcmp(type, "verdict") == 0)
        cJSON_AddItemToArray(run->verdicts, line);
    else if (strcmp(type, "run") == 0 && !run->head)
        run->head = line;
    else if (strcmp(type, "end") == 0 && !run->end)
        run->end = line;
    else
        return false;
    return true;
}

static bool read_lines(const char *path, const char *text, RecordedRun *run, Error *err)
{
    int number = 1;

    for (const char *end; (end = strchr(text, '\n')); text = end + 1, number++) {
        cJSON *line = NULL;

        if (!json_parse(text, (size_t)(end - text), &line, err))
            return error_wrap(err, "%s:%d", path, number);
        if (!sort_in(run, line)) {
            cJSON_Delete(line);
            return error_set(err, ERR_INPUT, "%s:%d: not a line of a run file", path, number);
        }
    }
    return run->head ||
           error_set(err, ERR_INPUT, "%s: not a run file: it has no \"run\" line", path);
}

bool run_file_read(const char *path, RecordedRun *out_run, Error *err)
{
    char *text = NULL;
    bool ok;

    *out_run = (RecordedRun){.events = cJSON_CreateArray(), .verdicts = cJSON_CreateArray()};
    ok = file_read(path, &text, NULL, err) && read_lines(path, text, out_run, err);
    free(text);
    if (!ok) {
        recorded_run_release(out_run);
        return false;
    }
    out_run->result =
        out_run->end ? result_of(json_string_or(out_run->end, "result", "")) : RUN_BROKEN;
    return true;
}

void recorded_run_release(RecordedRun *run)
{
    cJSON_Delete(run->head);
    cJSON_Delete(run->events);
    cJSON_Delete(run->verdicts);
    cJSON_Delete(run->end);
    *run = (RecordedRun){0};
}

/* -------------------------------------------------------------------------------------------------------- writing */

struct RunWriter {
    FILE *file;
    char *path;
};

bool run_writer_open(const char *path, RunWriter **out_writer, Error *err)
{
    FILE *file = fopen(path, "we");

    if (!file)
        return error_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    *out_writer = MEMORY_NEW(RunWriter);
    (*out_writer)->file = file;
    (*out_writer)->path = memory_text(path);
    return true;
}

void run_writer_line(RunWriter *writer, cJSON *line)
{
    char *text = json_text(line);

    fputs(text, writer->file);
    fputc('\n', writer->file);
    free(text);
    cJSON_Delete(line);
}

void run_writer_event(void *writer, const TraceEvent *event)
{
    cJSON *line = cJSON_CreateObject();

    cJSON_AddStringToObject(line, "type", "event");
    cJSON_AddNumberToObject(line, "at", (double)event->at_ms);
    cJSON_AddStringToObject(line, "lane", event->lane);
    cJSON_AddStringToObject(line, "kind", event->kind);
    cJSON_AddStringToObject(line, "text", event->text);
    if (event->data)
        cJSON_AddItemReferenceToObject(line, "data", (cJSON *)event->data);
    run_writer_line(writer, line);
}

bool run_writer_close(RunWriter *writer, Error *err)
{
    bool ok = true;

    if (!writer)
        return true;
    if (fflush(writer->file) != 0 || ferror(writer->file))
        ok = error_set(err, ERR_IO, "%s: %s", writer->path, strerror(errno));
    fclose(writer->file);
    free(writer->path);
    free(writer);
    return ok;
}
