/*
 * cli/conformance_report.c - how `understudy conformance` tells what comes of it: lines for a person, or one JSON document.
 */
#include "cli/conformance_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/console.h"

static Tone tone_of(ParityResult result)
{
    return result == PARITY_PASSED                              ? TONE_GOOD
           : result == PARITY_FAILED || result == PARITY_MENDED ? TONE_BAD
                                                                : TONE_WARN;
}

static void print_outcome(const ParityOutcome *outcome)
{
    const Differences *differences = outcome->differences;

    printf("  %s%-7s%s %4" PRId64 "  %s%s%s\n", console_tone(tone_of(outcome->result)),
           parity_result_name(outcome->result), console_tone(TONE_PLAIN), outcome->exchange,
           outcome->request, outcome->note ? "   # " : "", outcome->note ? outcome->note : "");
    if (outcome->reason)
        printf("                because   %s\n", outcome->reason);
    for (size_t i = 0; differences && i < differences->count; i++)
        printf("                %s\n                  expected %s\n                  got      %s\n",
               differences->items[i].pointer, differences->items[i].expected,
               differences->items[i].got);
}

static cJSON *outcome_json(const ParityOutcome *outcome)
{
    cJSON *json = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(json, "differences");
    const Differences *differences = outcome->differences;

    json_put_string(json, "case", outcome->case_name);
    json_put_integer(json, "exchange", outcome->exchange);
    json_put_string(json, "request", outcome->request);
    json_put_string(json, "result", parity_result_name(outcome->result));
    if (outcome->reason)
        json_put_string(json, "reason", outcome->reason);
    for (size_t i = 0; differences && i < differences->count; i++) {
        cJSON *one = cJSON_CreateObject();

        json_put_string(one, "pointer", differences->items[i].pointer);
        json_put_string(one, "expected", differences->items[i].expected);
        json_put_string(one, "got", differences->items[i].got);
        cJSON_AddItemToArray(list, one);
    }
    return json;
}

void conformance_outcome(void *owner, const ParityOutcome *outcome)
{
    ConformanceReport *report = owner;

    report->so_far.results[outcome->result]++;
    if (report->rows)
        cJSON_AddItemToArray(report->rows, outcome_json(outcome));
    else if (report->order->is_verbose && outcome->result != PARITY_PASSED)
        print_outcome(outcome);
}

static void print_row(const char *name, const ParityTally *now, const ParityTally *before)
{
    ParityTally tally = {0};

    for (int i = 0; i < PARITY_RESULT_COUNT; i++)
        tally.results[i] = now->results[i] - before->results[i];
    printf("%s%-44s%s %9zu %7zu %7zu %7zu %8zu\n",
           console_tone(tally.results[PARITY_FAILED] + tally.results[PARITY_MENDED] ? TONE_BAD
                                                                                    : TONE_GOOD),
           name, console_tone(TONE_PLAIN), parity_asked(&tally), tally.results[PARITY_PASSED],
           tally.results[PARITY_FAILED] + tally.results[PARITY_MENDED], tally.results[PARITY_KNOWN],
           tally.results[PARITY_SKIPPED]);
    fflush(stdout);
}

void conformance_begin(ConformanceReport *report)
{
    if (report->order->is_json)
        report->rows = cJSON_CreateArray();
    else
        printf("%-44s %9s %7s %7s %7s %8s\n", "case", "exchanges", "passed", "failed", "known",
               "skipped");
}

void conformance_case_begin(ConformanceReport *report)
{
    report->at_begin = report->so_far;
}

void conformance_case_end(const ConformanceReport *report, const char *case_name)
{
    if (!report->rows)
        print_row(case_name, &report->so_far, &report->at_begin);
}

static void print_document(cJSON *rows, const ParityTally *tally)
{
    cJSON *json = cJSON_CreateObject();
    char *text;

    for (int i = 0; i < PARITY_RESULT_COUNT; i++)
        json_put_integer(json, parity_result_name(i), (int64_t)tally->results[i]);
    cJSON_AddItemToObject(json, "exchanges", rows);
    text = json_text(json);
    puts(text);
    free(text);
    cJSON_Delete(json);
}

int conformance_finish(ConformanceReport *report, bool ok, const ParityTally *tally,
                       const Error *why)
{
    static const ParityTally NONE = {0};

    if (!ok && why->code != ERR_STOPPED)
        fprintf(stderr, "understudy conformance: %s\n", why->message);
    if (report->rows)
        print_document(report->rows, tally);
    else if (ok)
        print_row("all", tally, &NONE);
    if (!ok)
        return why->code == ERR_STOPPED ? CONFORMANCE_INTERRUPTED : EXIT_INFRASTRUCTURE;
    return tally->results[PARITY_FAILED] + tally->results[PARITY_MENDED] ? EXIT_CHECK_FAILED
                                                                         : EXIT_PASSED;
}
