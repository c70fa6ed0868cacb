/*
 * cli/certify.c - `understudy certify`: an environment held to the certification catalogue, without a change.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "cli/console.h"
#include "cli/options.h"
#include "conformance/environment.h"

enum { EXIT_INTERRUPTED = 130 };

typedef struct {
    const char *environment, *output, *report;
    bool is_json;
} Order;

/* ------------------------------------------------------------------------------------------------------ telling */

static Tone tone_of(const RuleOutcome *outcome)
{
    if (outcome->result == RULE_HELD)
        return TONE_GOOD;
    return outcome->result == RULE_BROKEN && outcome->rule->severity <= SEVERITY_MAJOR ? TONE_BAD
                                                                                       : TONE_WARN;
}

static void print_part(const char *label, const char *text)
{
    if (*text)
        printf("    %-9s %s\n", label, text);
}

static void print_outcome(void *owner, const RuleOutcome *outcome)
{
    const Finding *finding = &outcome->finding;

    (void)owner;
    printf("%-7s %-8s %s%-8s%s %s\n", outcome->rule->id, severity_name(outcome->rule->severity),
           console_tone(tone_of(outcome)), rule_result_name(outcome->result),
           console_tone(TONE_PLAIN), outcome->rule->what);
    if (outcome->result == RULE_BROKEN) {
        print_part("required", finding->required);
        print_part("observed", finding->observed);
        print_part("evidence", finding->evidence);
        print_part("remedy", finding->remedy);
    } else if (outcome->result == RULE_UNKNOWN) {
        print_part("because", outcome->why);
    }
    fflush(stdout);
}

static void print_summary(const Certificate *certificate)
{
    printf("\n%zu held, %zu broken", certificate->results[RULE_HELD],
           certificate->results[RULE_BROKEN]);
    if (certificate->results[RULE_BROKEN])
        printf(" (%zu blocker, %zu major, %zu warning)", certificate->broken[SEVERITY_BLOCKER],
               certificate->broken[SEVERITY_MAJOR], certificate->broken[SEVERITY_WARNING]);
    printf(", %zu unknown", certificate->results[RULE_UNKNOWN]);
    if (certificate->unknown[SEVERITY_BLOCKER])
        printf(" (%zu blocker)", certificate->unknown[SEVERITY_BLOCKER]);
    printf("\n");
}

/* ------------------------------------------------------------------------------------------------------ working */

static int exit_code(const Certificate *certificate)
{
    if (!certificate_is_fit(certificate))
        return EXIT_CHECK_FAILED;
    return certificate->unknown[SEVERITY_BLOCKER] ? EXIT_INCONCLUSIVE : EXIT_PASSED;
}

/* The document goes to the report, to standard output, or to both. */
static bool write_document(const Order *order, const Certificate *certificate,
                           const Environment *environment, Error *err)
{
    cJSON *json = certificate_json(certificate, environment);
    char *compact = json_text(json), *text = memory_format("%s\n", compact);
    bool ok = !order->report || file_write(order->report, text, strlen(text), 0644, err);

    if (order->is_json)
        fputs(text, stdout);
    free(text);
    free(compact);
    cJSON_Delete(json);
    return ok;
}

static int carry_out(const Order *order, const Environment *environment)
{
    Loop *loop = loop_new();
    Trace *trace = trace_new();
    const bool *stop = stop_flag();
    Certificate certificate = {0};
    Error why = {0};
    int code = EXIT_INFRASTRUCTURE;

    if (certify_environment(&(CertifyOptions){.loop = loop,
                                              .trace = trace,
                                              .environment = environment,
                                              .seed = random_seed_from_system(),
                                              .stop = stop,
                                              .listener = order->is_json ? NULL : print_outcome},
                            &certificate, &why) &&
        write_document(order, &certificate, environment, &why)) {
        if (!order->is_json)
            print_summary(&certificate);
        code = *stop ? EXIT_INTERRUPTED : exit_code(&certificate);
    } else {
        fprintf(stderr, "understudy certify: %s\n", why.message);
    }
    certificate_release(&certificate);
    trace_free(trace);
    loop_free(loop);
    return code;
}

static int begin(const Order *order)
{
    Environment environment;
    Error why = {0};
    int code;

    if (!environment_read(order->environment, &environment, &why))
        return usage_error(&VERB_CERTIFY, "%s", why.message);
    code = carry_out(order, &environment);
    environment_release(&environment);
    return code;
}

static int run_certify(int count, char **arguments)
{
    Order order = {.output = "text"};
    const Option options[] = {
        {"--environment", 'e', OPTION_TEXT, &order.environment},
        {"--output",      'o', OPTION_TEXT, &order.output     },
        {"--report",      0,   OPTION_TEXT, &order.report     },
    };
    const char **places = memory_new((size_t)count + 1, sizeof *places);
    size_t place_count;
    int code = EXIT_PASSED;

    if (options_read(&VERB_CERTIFY, count, arguments, options, sizeof options / sizeof *options,
                     places, &place_count, &code)) {
        order.is_json = strcmp(order.output, "json") == 0;
        if (place_count)
            code = usage_error(&VERB_CERTIFY, "unexpected \"%s\"", places[0]);
        else if (!order.is_json && strcmp(order.output, "text") != 0)
            code = usage_error(&VERB_CERTIFY, "-o takes text or json, not \"%s\"", order.output);
        else if (!order.environment)
            code = usage_error(&VERB_CERTIFY, "name the environment file with -e");
        else
            code = begin(&order);
    }
    free(places);
    return code;
}

const Verb VERB_CERTIFY = {
    .name = "certify",
    .summary = "tell whether an environment is fit for a failover, changing nothing",
    .help =
        "Usage: understudy certify -e ENVIRONMENT [-o text|json] [--report FILE]\n"
        "\n"
        "Holds both planes, their databases and names, and every control plane to the rules of a pair that can be failed\n"
        "over, and prints each as held, broken or unknown (it could not be looked at: why). What is broken comes with\n"
        "what is required, what was observed, where that can be seen, and what to do. docs/checks.md has all rules.\n"
        "Nothing is changed: it only reads, asks whether it may, and sends a signed DNS update that asks for no change.\n"
        "\n"
        "  -e, --environment FILE     the estate to look at\n"
        "  -o, --output text|json     a line for each rule (text), or one JSON document at the end\n"
        "      --report FILE          write that JSON document to FILE as well\n"
        "\n"
        "A blocker makes a failover fail, a major one makes it slow or costly, a warning is worth knowing.\n"
        "\n"
        "Exit codes: 0 no blocker and no major rule is broken, 1 one is, 2 usage or environment file, 3 none is, but a\n"
        "blocker could not be looked at, 5 could not work, 130 Ctrl-C.\n"
        "\n"
        "  understudy certify -e environment.yaml\n"
        "  understudy certify -e environment.yaml -o json | jq '.rules[] | select(.result != \"held\")'\n",
    .run = run_certify,
};
