/*
 * reports/summary.c - summary.json: what came of all runs, for programs. Format: docs/run-file.md.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "reports/facts.h"
#include "reports/markup.h"
#include "reports/reports.h"

enum { FORMAT = 1 };

static void put_text(cJSON *object, const char *key, const char *text)
{
    char *clean = markup_clean(text);

    cJSON_AddStringToObject(object, key, clean ? clean : "");
    free(clean);
}

static cJSON *copy_or_empty(const cJSON *array)
{
    return cJSON_IsArray(array) ? cJSON_Duplicate(array, true) : cJSON_CreateArray();
}

static cJSON *unmet_of(const cJSON *verdicts)
{
    cJSON *unmet = cJSON_CreateArray();
    const cJSON *verdict;

    cJSON_ArrayForEach(verdict, verdicts)
    {
        cJSON *entry;

        if (verdict_is_held(verdict))
            continue;
        entry = cJSON_CreateObject();
        put_text(entry, "id", json_string_or(verdict, "id", ""));
        put_text(entry, "what", json_string_or(verdict, "what", ""));
        put_text(entry, "result", verdict_result(verdict));
        json_put_integer(entry, "at", json_integer_or(verdict, "at", -1));
        put_text(entry, "text", json_string_or(verdict, "text", ""));
        cJSON_AddItemToArray(unmet, entry);
    }
    return unmet;
}

static cJSON *run_of(const RunFacts *facts)
{
    cJSON *run = cJSON_CreateObject();

    put_text(run, "name", facts->name);
    put_text(run, "file", facts->file);
    put_text(run, "result", run_result_name(facts->result));
    put_text(run, "why", facts->why);
    put_text(run, "outcome", facts->outcome);
    json_put_integer(run, "rtoMs", facts->rto_ms);
    json_put_integer(run, "rpoBytes", facts->rpo_bytes);
    cJSON_AddItemToObject(run, "phases", copy_or_empty(facts->phases));
    json_put_integer(run, "seed", json_integer_or(facts->run->head, "seed", 0));
    put_text(run, "replay", facts->replay);
    json_put_integer(run, "simulatedMs", facts->simulated_ms);
    json_put_integer(run, "realMs", facts->real_ms);
    put_text(run, "digest", facts->digest);
    put_text(run, "wireDigest", facts->wire_digest);
    cJSON_AddItemToObject(run, "debts", copy_or_empty(facts->debts));
    cJSON_AddItemToObject(run, "notHeld", unmet_of(facts->run->verdicts));
    return run;
}

static cJSON *totals_of(const RunTotals *totals)
{
    cJSON *json = cJSON_CreateObject();

    json_put_integer(json, "runs", (int64_t)totals->runs);
    for (int result = RUN_PASSED; result <= RUN_BROKEN; result++)
        json_put_integer(json, run_result_name(result), (int64_t)totals->by_result[result]);
    json_put_integer(json, "simulatedMs", totals->simulated_ms);
    json_put_integer(json, "realMs", totals->real_ms);
    return json;
}

static char *summary_text(const RunFacts *facts, size_t count)
{
    cJSON *summary = cJSON_CreateObject(), *list = cJSON_CreateArray();
    RunTotals totals;
    char *text;

    run_totals(facts, count, &totals);
    json_put_integer(summary, "format", FORMAT);
    cJSON_AddItemToObject(summary, "totals", totals_of(&totals));
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(list, run_of(&facts[i]));
    cJSON_AddItemToObject(summary, "runs", list);
    text = cJSON_Print(summary);
    cJSON_Delete(summary);
    return text;
}

bool report_json(const RecordedRun *runs, size_t count, const char *path, Error *err)
{
    RunFacts *facts = memory_new(count + 1, sizeof *facts);
    Buffer out = {0};
    char *text;
    bool ok;

    for (size_t i = 0; i < count; i++)
        run_facts(&runs[i], &facts[i]);
    text = summary_text(facts, count);
    buffer_add_text(&out, text);
    buffer_add_byte(&out, '\n');
    ok = file_write(path, out.data, out.length, 0644, err);
    buffer_release(&out);
    cJSON_free(text);
    free(facts);
    return ok;
}
