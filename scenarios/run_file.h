/*
 * scenarios/run_file.h - a recorded run: one file of JSON lines, from which every report is made.
 *
 * Format (docs/run-file.md), one object per line:
 *   {"type":"run","format":1,"scenario":{"name","file","story":[],"labels":{},"dossier":[]},"seed":7,"startedAt":RFC3339 simulated,
 *    "understudy":"0.1.0","libraries":{...},"replay":"understudy run FILE --seed 7"}
 *   {"type":"event","at":ms,"lane":"...","kind":"...","text":"...","data":{...}}           in order
 *   {"type":"verdict","id":"V1"|"expect.outcome"|"fault.0"|...,"what":"...","result":"held"|"violated"|"inconclusive"|"missed","at":ms|-1,"text":"..."}
 *   {"type":"end","result":"passed"|"failed"|"inconclusive"|"budget"|"broken","why":"first violation, or empty","outcome":"completed",
 *    "rtoMs":n,"rpoBytes":n,"phases":[{"name","ms"}],"debts":[],"simulatedMs":n,"realMs":n,"cpuMs":n,"digest":"...","wireDigest":"..."}
 * A file without an "end" line is of a run that was killed: result "broken".
 */
#ifndef SCENARIOS_RUN_FILE_H
#define SCENARIOS_RUN_FILE_H

#include <stdint.h>

#include "base/error.h"
#include "base/json.h"
#include "base/trace.h"

typedef enum { RUN_PASSED, RUN_FAILED, RUN_INCONCLUSIVE, RUN_BUDGET, RUN_BROKEN } RunResult;
const char *run_result_name(RunResult result);
int run_result_exit_code(RunResult result); /* 0, 1, 3, 4, 5 */

typedef enum { VERDICT_HELD, VERDICT_VIOLATED, VERDICT_INCONCLUSIVE, VERDICT_MISSED } VerdictResult;

/* A run that was read back. Everything is owned by it. */
typedef struct {
    cJSON *head;     /* the "run" line */
    cJSON *events;   /* array of "event" lines */
    cJSON *verdicts; /* array of "verdict" lines */
    cJSON *end;      /* the "end" line, or NULL */
    RunResult result;
} RecordedRun;

bool run_file_read(const char *path, RecordedRun *out_run, Error *err);
void recorded_run_release(RecordedRun *run);

/* Writing: line by line, so that a killed run leaves what it had. */
typedef struct RunWriter RunWriter;
bool run_writer_open(const char *path, RunWriter **out_writer, Error *err);
void run_writer_line(RunWriter *writer, cJSON *line);         /* owned from now on */
void run_writer_event(void *writer, const TraceEvent *event); /* a TraceSink */
bool run_writer_close(RunWriter *writer, Error *err);         /* NULL is fine */

#endif
