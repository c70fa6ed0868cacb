/*
 * cli/conformance_dns.c - the DNS corpus, asked of the built-in fake or of any name server.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/builtin_dns.h"
#include "cli/catalogue.h"
#include "cli/conformance_report.h"
#include "cli/options.h"
#include "conformance/fakes/dns/corpus.h"

typedef struct {
    ConformanceReport report;
    const char *likeness;
} Run;

static void on_begin(void *owner, const char *group)
{
    (void)group;
    conformance_case_begin(&((Run *)owner)->report);
}

static void on_end(void *owner, const char *group)
{
    Run *run = owner;
    char *name = memory_format("%s/%s", run->likeness, group);

    conformance_case_end(&run->report, name);
    free(name);
}

static void on_outcome(void *owner, const ParityOutcome *outcome)
{
    Run *run = owner;
    ParityOutcome named = *outcome;
    char *name = memory_format("%s/%s", run->likeness, outcome->case_name);

    named.case_name = name;
    conformance_outcome(&run->report, &named);
    free(name);
}

static bool play(const ConformanceOrder *order, Run *run, const WireTarget *target,
                 const char *likeness, const WireKeys *keys, Error *err)
{
    ParityTally tally;
    WireCorpusOptions options = {
        .target = *target,
        .likeness = likeness,
        .keys = keys,
        .folder = order->folder ? order->folder : corpus_folder("dns"),
        .only = order->only,
        .is_fake = order->target == NULL,
        .is_recording = order->is_recording,
        .begin = on_begin,
        .end = on_end,
        .listener = on_outcome,
        .owner = run,
    };

    run->likeness = likeness;
    options.target.stop = stop_flag();
    return wire_corpus_run(&options, &tally, err);
}

static bool ask_fake(const ConformanceOrder *order, Run *run, const WireKeys *keys, Error *err)
{
    const char *folder = order->folder ? order->folder : corpus_folder("dns"), *likeness;
    BuiltinDns *dns;
    WireTarget target;
    bool ok = builtin_dns_new(folder, keys, &dns, err);

    if (!ok)
        return false;
    for (size_t i = 0; ok && (likeness = builtin_dns_target(dns, i, &target)) != NULL; i++)
        ok = (order->likeness && strcmp(likeness, order->likeness) != 0) ||
             play(order, run, &target, likeness, keys, err);
    builtin_dns_free(dns);
    return ok;
}

static bool ask_server(const ConformanceOrder *order, Run *run, const WireTarget *address,
                       const WireKeys *keys, Error *err)
{
    WireTarget target = *address;
    bool ok;

    target.loop = loop_new();
    ok = play(order, run, &target, order->likeness ? order->likeness : "bind", keys, err);
    loop_free(target.loop);
    return ok;
}

static bool is_likeness(const char *word)
{
    for (const char *const *name = wire_likenesses(); *name != NULL; name++) {
        if (strcmp(*name, word) == 0)
            return true;
    }
    return false;
}

static bool read_target(const char *text, WireTarget *out_target)
{
    unsigned port;
    char end;

    if (sscanf(text, "%15[0-9.]:%u%c", out_target->ip, &port, &end) != 2 || port > 65535)
        return false;
    out_target->port = (uint16_t)port;
    return true;
}

/* What stands in the way of the order; NULL: nothing. */
static const char *objection(const ConformanceOrder *order, WireTarget *out_target)
{
    if (order->target && !read_target(order->target, out_target))
        return "--target takes IP:PORT";
    if (order->likeness && !is_likeness(order->likeness))
        return "--like takes bind, knot or nsd";
    if (order->is_recording && !order->target)
        return "only a real server's answers are recorded: name it with --target";
    return NULL;
}

int conformance_dns(const ConformanceOrder *order)
{
    const char *folder = order->folder ? order->folder : corpus_folder("dns");
    char *own_keys = memory_format("%s/keys", folder);
    Run run = {.report.order = order};
    WireTarget target = {0};
    WireKeys keys = {0};
    Error why = {0};
    const char *wrong = objection(order, &target);
    bool ok;

    if (wrong) {
        free(own_keys);
        return usage_error(&VERB_CONFORMANCE, "%s", wrong);
    }
    conformance_begin(&run.report);
    ok = wire_keys_read(order->keys ? order->keys : own_keys, &keys, &why) &&
         (order->target ? ask_server(order, &run, &target, &keys, &why)
                        : ask_fake(order, &run, &keys, &why));
    wire_keys_release(&keys);
    free(own_keys);
    return conformance_finish(&run.report, ok, &run.report.so_far, &why);
}
