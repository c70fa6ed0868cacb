/*
 * cli/conformance.c - `understudy conformance`: the parity corpus, asked of the built-in fake or of any server.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/builtin_fake.h"
#include "cli/catalogue.h"
#include "cli/console.h"
#include "cli/options.h"

enum { EXIT_INTERRUPTED = 130 };

typedef struct {
    const char *output, *only, *folder;
    bool is_json, is_verbose;
} Order;

/* What a run is told about, and where it goes. */
typedef struct {
    const Order *order;
    BuiltinFake *fake;
    ParityTally at_begin, so_far; /* of the case that is played: so_far - at_begin */
    cJSON *rows;
} Report;

/* ------------------------------------------------------------------------------------------------------ telling */

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

static void on_outcome(void *owner, const ParityOutcome *outcome)
{
    Report *report = owner;

    report->so_far.results[outcome->result]++;
    if (report->rows)
        cJSON_AddItemToArray(report->rows, outcome_json(outcome));
    else if (report->order->is_verbose && outcome->result != PARITY_PASSED)
        print_outcome(outcome);
}

static void print_row(const char *name, const ParityTally *now, const ParityTally *before)
{
    ParityTally tally;

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

static bool begin(void *owner, const char *case_name, ParityTarget *out_target, Error *err)
{
    Report *report = owner;

    (void)err;
    report->at_begin = report->so_far;
    return builtin_fake_begin(report->fake, case_name, out_target);
}

static void collect(void *owner)
{
    builtin_fake_collect(((Report *)owner)->fake);
}

static void say_log(void *owner, const char *ns, const char *pod, const char *line)
{
    builtin_fake_log(((Report *)owner)->fake, ns, pod, line);
}

static void end(void *owner, const char *case_name)
{
    Report *report = owner;

    if (!report->rows)
        print_row(case_name, &report->so_far, &report->at_begin);
    builtin_fake_end(report->fake);
}

/* ------------------------------------------------------------------------------------------------------ working */

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

static int carry_out(const Order *order)
{
    Report report = {.order = order, .rows = order->is_json ? cJSON_CreateArray() : NULL};
    ParityTally tally = {0}, none = {0};
    const bool *stop = stop_flag();
    Error why = {0};
    bool ok;

    if (!order->is_json)
        printf("%-44s %9s %7s %7s %7s %8s\n", "case", "exchanges", "passed", "failed", "known",
               "skipped");
    report.fake = builtin_fake_new();
    ok = parity_run(&(ParityOptions){.loop = builtin_fake_loop(report.fake),
                                     .folder = order->folder ? order->folder : corpus_folder(),
                                     .only = order->only,
                                     .stop = stop,
                                     .begin = begin,
                                     .end = end,
                                     .collect = collect,
                                     .log = say_log,
                                     .listener = on_outcome,
                                     .owner = &report},
                    &tally, &why);
    builtin_fake_free(report.fake);
    if (!ok && why.code != ERR_STOPPED)
        fprintf(stderr, "understudy conformance: %s\n", why.message);
    if (report.rows)
        print_document(report.rows, &tally);
    else if (ok)
        print_row("all", &tally, &none);
    if (!ok)
        return *stop ? EXIT_INTERRUPTED : EXIT_INFRASTRUCTURE;
    return tally.results[PARITY_FAILED] + tally.results[PARITY_MENDED] ? EXIT_CHECK_FAILED
                                                                       : EXIT_PASSED;
}

static int run_conformance(int count, char **arguments)
{
    Order order = {.output = "text"};
    const Option options[] = {
        {"--only",    0,   OPTION_TEXT, &order.only      },
        {"--corpus",  0,   OPTION_TEXT, &order.folder    },
        {"--output",  'o', OPTION_TEXT, &order.output    },
        {"--verbose", 'v', OPTION_FLAG, &order.is_verbose},
    };
    const char **places = memory_new((size_t)count + 1, sizeof *places);
    size_t place_count;
    int code = EXIT_PASSED;

    if (options_read(&VERB_CONFORMANCE, count, arguments, options, sizeof options / sizeof *options,
                     places, &place_count, &code)) {
        order.is_json = strcmp(order.output, "json") == 0;
        if (place_count != 1 || strcmp(places[0], "kubernetes") != 0)
            code = usage_error(&VERB_CONFORMANCE, "say which corpus: kubernetes");
        else if (!order.is_json && strcmp(order.output, "text") != 0)
            code =
                usage_error(&VERB_CONFORMANCE, "-o takes text or json, not \"%s\"", order.output);
        else
            code = carry_out(&order);
    }
    free(places);
    return code;
}

const Verb VERB_CONFORMANCE = {
    .name = "conformance",
    .summary = "ask a server what real API servers were asked, and compare the answers",
    .help =
        "Usage: understudy conformance kubernetes [FLAG]...\n"
        "\n"
        "Plays the parity corpus: exchanges that were recorded from a real kube-apiserver, each with the answer that it must\n"
        "get again, but for uids, times, versions. docs/parity.md has the form of a case and what is known to differ.\n"
        "\n"
        "      --only TEXT            only cases whose name has TEXT in it\n"
        "      --corpus DIR           the folder with cases/ and known.yaml\n"
        "  -o, --output text|json     a line for each case (text), or one JSON document at the end\n"
        "  -v, --verbose              each exchange that does not pass, with every difference\n"
        "\n"
        "Exit codes: 0 all pass but those that are known to fail, 1 another one fails or a known one passes, 2 usage, 5 could\n"
        "not work, 130 Ctrl-C.\n"
        "\n"
        "  understudy conformance kubernetes\n"
        "  understudy conformance kubernetes --only raw-05 -v\n",
    .run = run_conformance,
};
