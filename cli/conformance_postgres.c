/*
 * cli/conformance_postgres.c - `understudy conformance postgres`: the built-in pair, or any server and its standby.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/builtin_postgres.h"
#include "cli/catalogue.h"
#include "cli/conformance_report.h"
#include "cli/options.h"

/* Whom it asks. */
typedef struct {
    BuiltinPostgres *fake; /* NULL: */
    PgParityTarget pair;   /* of others */
} Target;

static bool begin(void *owner, const char *file, PgParityTarget *out_target, Error *err)
{
    ConformanceReport *report = owner;
    Target *target = report->target;

    (void)file;
    (void)err;
    conformance_case_begin(report);
    if (target->fake)
        builtin_postgres_begin(target->fake, out_target);
    else
        *out_target = target->pair;
    return true;
}

static void end(void *owner, const char *file)
{
    ConformanceReport *report = owner;
    const Target *target = report->target;

    conformance_case_end(report, file);
    if (target->fake)
        builtin_postgres_end(target->fake);
}

static int carry_out(const ConformanceOrder *order, Target *target, Loop *loop)
{
    ConformanceReport report = {.order = order, .target = target};
    ParityTally tally = {0};
    Error why = {0};
    bool ok;

    conformance_begin(&report);
    ok = pg_parity_run(&(PgParityOptions){.loop = loop,
                                          .folder = order->folder ? order->folder
                                                                  : corpus_folder("postgres"),
                                          .only = order->only,
                                          .stop = stop_flag(),
                                          .is_fake = target->fake != NULL,
                                          .is_recording = order->is_recording,
                                          .begin = begin,
                                          .end = end,
                                          .listener = conformance_outcome,
                                          .owner = &report},
                       &tally, &why);
    return conformance_finish(&report, ok, &tally, &why);
}

/* "127.0.0.1:5432"; [::1]:5432 too. The text is cut in two. */
static bool read_node(char *text, PgParityNode *out)
{
    char *colon = strrchr(text, ':');

    if (!colon || colon == text || (out->port = atoi(colon + 1)) <= 0)
        return false;
    *colon = '\0';
    if (text[0] == '[' && colon[-1] == ']') {
        colon[-1] = '\0';
        text++;
    }
    out->host = text;
    return true;
}

static int ask_fake(const ConformanceOrder *order)
{
    Target target = {.fake = builtin_postgres_new()};
    int code = carry_out(order, &target, builtin_postgres_loop(target.fake));

    builtin_postgres_free(target.fake);
    return code;
}

static int ask_pair(const ConformanceOrder *order)
{
    const char *password = getenv("PGPASSWORD");
    Target target = {
        .pair = {.user = order->user ? order->user : "postgres",
                 .password = password ? password : ""}
    };
    char *primary = memory_text(order->target), *standby = memory_text(order->standby);
    Loop *loop = loop_new();
    int code;

    if (!read_node(primary, &target.pair.primary))
        code = usage_error(&VERB_CONFORMANCE, "--target takes IP:PORT, not \"%s\"", order->target);
    else if (standby && !read_node(standby, &target.pair.standby))
        code =
            usage_error(&VERB_CONFORMANCE, "--standby takes IP:PORT, not \"%s\"", order->standby);
    else
        code = carry_out(order, &target, loop);
    loop_free(loop);
    free(standby);
    free(primary);
    return code;
}

int conformance_postgres(const ConformanceOrder *order)
{
    if (!order->target && (order->standby || order->is_recording))
        return usage_error(&VERB_CONFORMANCE, "name the primary with --target");
    return order->target ? ask_pair(order) : ask_fake(order);
}
