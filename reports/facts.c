/*
 * reports/facts.c - what every report says about a run, taken out of its run file once.
 */
#include "reports/facts.h"

#include <stdio.h>
#include <string.h>

TraceEvent run_event(const cJSON *line)
{
    return (TraceEvent){
        .at_ms = json_integer_or(line, "at", 0),
        .lane = json_string_or(line, "lane", ""),
        .kind = json_string_or(line, "kind", ""),
        .text = json_string_or(line, "text", ""),
        .data = cJSON_GetObjectItemCaseSensitive(line, "data"),
    };
}

const char *event_fact(const TraceEvent *event, const char *key)
{
    return json_string_or(event->data, key, "");
}

const char *verdict_result(const cJSON *verdict)
{
    return json_string_or(verdict, "result", "");
}

bool verdict_is_held(const cJSON *verdict)
{
    return strcmp(verdict_result(verdict), "held") == 0;
}

/* ---------------------------------------------------------------------------------------------------- looked at first */

static int weight_of(const cJSON *verdict)
{
    static const char *const BY_WEIGHT[] = {"violated", "inconclusive", "missed"};

    for (int i = 0; i < 3; i++) {
        if (strcmp(BY_WEIGHT[i], verdict_result(verdict)) == 0)
            return 3 - i;
    }
    return 0;
}

/* Of equal weight, what happened earlier comes first; what has no time of its own comes last. */
static bool comes_before(const cJSON *a, const cJSON *b)
{
    int64_t a_ms = json_integer_or(a, "at", -1), b_ms = json_integer_or(b, "at", -1);

    if (weight_of(a) != weight_of(b))
        return weight_of(a) > weight_of(b);
    return a_ms >= 0 && (b_ms < 0 || a_ms < b_ms);
}

static const cJSON *first_of(const cJSON *verdicts)
{
    const cJSON *verdict, *first = NULL;

    cJSON_ArrayForEach(verdict, verdicts)
    {
        if (weight_of(verdict) > 0 && (!first || comes_before(verdict, first)))
            first = verdict;
    }
    return first;
}

static void say_why(RunFacts *facts)
{
    const char *told = json_string_or(facts->run->end, "why", "");

    if (facts->result == RUN_PASSED)
        facts->why[0] = '\0';
    else if (facts->result == RUN_BROKEN || !facts->first)
        snprintf(facts->why, sizeof facts->why, "%s",
                 *told
                     ? told
                     : "the run was ended before it could be judged; what it had recorded is here");
    else
        snprintf(facts->why, sizeof facts->why, "%.63s: %.480s",
                 json_string_or(facts->first, "id", ""), json_string_or(facts->first, "text", ""));
}

/* -------------------------------------------------------------------------------------------------------------- facts */

static int64_t last_ms(const RecordedRun *run)
{
    int count = cJSON_GetArraySize(run->events);

    return count ? json_integer_or(cJSON_GetArrayItem(run->events, count - 1), "at", 0) : 0;
}

void run_facts(const RecordedRun *run, RunFacts *out_facts)
{
    const cJSON *head = run->head, *end = run->end;

    *out_facts = (RunFacts){
        .run = run,
        .result = run->result,
        .name = json_string_or(head, "scenario/name", "(no name)"),
        .file = json_string_or(head, "scenario/file", ""),
        .outcome = json_string_or(end, "outcome", ""),
        .replay = json_string_or(head, "replay", ""),
        .digest = json_string_or(end, "digest", ""),
        .wire_digest = json_string_or(end, "wireDigest", ""),
        .started_at = json_string_or(head, "startedAt", ""),
        .story = json_find(head, "scenario/story"),
        .labels = json_find(head, "scenario/labels"),
        .dossier = json_find(head, "scenario/dossier"),
        .phases = json_find(end, "phases"),
        .debts = json_find(end, "debts"),
        .first = first_of(run->verdicts),
        .rto_ms = json_integer_or(end, "rtoMs", -1),
        .rpo_bytes = json_integer_or(end, "rpoBytes", -1),
        .simulated_ms = json_integer_or(end, "simulatedMs", end ? 0 : last_ms(run)),
        .real_ms = json_integer_or(end, "realMs", 0),
    };
    snprintf(out_facts->seed, sizeof out_facts->seed, "%lld",
             (long long)json_integer_or(head, "seed", 0));
    say_why(out_facts);
}

void run_totals(const RunFacts *facts, size_t count, RunTotals *out_totals)
{
    *out_totals = (RunTotals){.runs = count};
    for (size_t i = 0; i < count; i++) {
        out_totals->by_result[facts[i].result]++;
        out_totals->simulated_ms += facts[i].simulated_ms;
        out_totals->real_ms += facts[i].real_ms;
    }
}
