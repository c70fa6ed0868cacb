/*
 * cli/conformance.c - `understudy conformance`: the parity corpus, asked of the built-in fake or of any server.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "cli/builtin_fake.h"
#include "cli/catalogue.h"
#include "cli/console.h"
#include "cli/options.h"
#include "engine/clients/kubeconfig.h"

enum { EXIT_INTERRUPTED = 130 };

typedef struct {
    const char *output, *only, *folder, *context, *kubeconfig;
    bool is_json, is_verbose;
} Order;

/* What a run is told about, and where it goes. */
typedef struct {
    const Order *order;
    BuiltinFake *fake;            /* NULL: */
    const KubeContext *cluster;   /* of others */
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

static bool begin(void *owner, const char *case_name, ParityTarget *out_target, Error *err)
{
    Report *report = owner;

    (void)err;
    report->at_begin = report->so_far;
    if (report->fake)
        return builtin_fake_begin(report->fake, case_name, out_target);
    *out_target = (ParityTarget){.url = report->cluster->server,
                                 .connect_to = report->cluster->connect_to,
                                 .trust = report->cluster->trust,
                                 .admin_token = report->cluster->bearer_token};
    return true;
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
    if (report->fake)
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

static int finish(Report *report, bool ok, const ParityTally *tally, const Error *why)
{
    static const ParityTally NONE = {0};

    if (!ok && why->code != ERR_STOPPED)
        fprintf(stderr, "understudy conformance: %s\n", why->message);
    if (report->rows)
        print_document(report->rows, tally);
    else if (ok)
        print_row("all", tally, &NONE);
    if (!ok)
        return why->code == ERR_STOPPED ? EXIT_INTERRUPTED : EXIT_INFRASTRUCTURE;
    return tally->results[PARITY_FAILED] + tally->results[PARITY_MENDED] ? EXIT_CHECK_FAILED
                                                                         : EXIT_PASSED;
}

static int carry_out(Report *report, ParityOptions *options)
{
    const Order *order = report->order;
    ParityTally tally = {0};
    Error why = {0};

    options->folder = order->folder ? order->folder : corpus_folder();
    options->only = order->only;
    options->stop = stop_flag();
    options->begin = begin;
    options->end = end;
    options->listener = on_outcome;
    options->owner = report;
    if (order->is_json)
        report->rows = cJSON_CreateArray();
    else
        printf("%-44s %9s %7s %7s %7s %8s\n", "case", "exchanges", "passed", "failed", "known",
               "skipped");
    return finish(report, parity_run(options, &tally, &why), &tally, &why);
}

static int ask_fake(const Order *order)
{
    Report report = {.order = order, .fake = builtin_fake_new()};
    int code = carry_out(&report, &(ParityOptions){.loop = builtin_fake_loop(report.fake),
                                                   .collect = collect,
                                                   .log = say_log});

    builtin_fake_free(report.fake);
    return code;
}

/* Its objects are in namespaces that nobody else would name so, and another run of ours neither. */
static int ask_cluster(const Order *order)
{
    Report report = {.order = order};
    Kubeconfig *kubeconfig = NULL;
    Error why = {0};
    int code;

    if (!kubeconfig_read(order->kubeconfig, &kubeconfig, &why) ||
        !kubeconfig_context(kubeconfig, order->context, &report.cluster, &why)) {
        code = usage_error(&VERB_CONFORMANCE, "%s", why.message);
    } else {
        Loop *loop = loop_new();
        char *prefix = memory_format("understudy-conformance-%06x-",
                                     (unsigned)(random_seed_from_system() & 0xffffff));

        code = carry_out(&report, &(ParityOptions){.loop = loop, .prefix = prefix});
        free(prefix);
        loop_free(loop);
    }
    kubeconfig_free(kubeconfig);
    return code;
}

static int run_conformance(int count, char **arguments)
{
    Order order = {.output = "text"};
    const Option options[] = {
        {"--context",    0,   OPTION_TEXT, &order.context   },
        {"--kubeconfig", 0,   OPTION_TEXT, &order.kubeconfig},
        {"--only",       0,   OPTION_TEXT, &order.only      },
        {"--corpus",     0,   OPTION_TEXT, &order.folder    },
        {"--output",     'o', OPTION_TEXT, &order.output    },
        {"--verbose",    'v', OPTION_FLAG, &order.is_verbose},
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
        else if (order.kubeconfig && !order.context)
            code = usage_error(&VERB_CONFORMANCE, "name the cluster with --context");
        else
            code = order.context ? ask_cluster(&order) : ask_fake(&order);
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
        "Without a cluster the fake in this program is asked, in simulated time. On a cluster, objects are made only in\n"
        "namespaces called understudy-conformance-..., which are deleted at the end of each case, also on Ctrl-C; what is about\n"
        "the whole cluster, or what its controllers act on, is skipped.\n"
        "\n"
        "      --context NAME         the cluster of this context\n"
        "      --kubeconfig FILE      instead of $KUBECONFIG or ~/.kube/config\n"
        "      --only TEXT            only cases whose name has TEXT in it\n"
        "      --corpus DIR           the folder with cases/ and known.yaml\n"
        "  -o, --output text|json     a line for each case (text), or one JSON document at the end\n"
        "  -v, --verbose              each exchange that does not pass, with every difference\n"
        "\n"
        "Exit codes: 0 all pass but those that are known to fail, 1 another one fails or a known one passes, 2 usage, 5 could\n"
        "not work, 130 Ctrl-C.\n"
        "\n"
        "  understudy conformance kubernetes\n"
        "  understudy conformance kubernetes --only raw-05 -v\n"
        "  understudy conformance kubernetes --context staging\n",
    .run = run_conformance,
};
