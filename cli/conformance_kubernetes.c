/*
 * cli/conformance_kubernetes.c - `understudy conformance kubernetes`: the built-in fake, or any cluster.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "cli/builtin_fake.h"
#include "cli/catalogue.h"
#include "cli/conformance_report.h"
#include "cli/options.h"
#include "engine/clients/kubeconfig.h"

/* Whom it asks. */
typedef struct {
    BuiltinFake *fake;          /* NULL: */
    const KubeContext *cluster; /* of others */
} Target;

static BuiltinFake *fake_of(void *owner)
{
    return ((Target *)((ConformanceReport *)owner)->target)->fake;
}

static bool begin(void *owner, const char *case_name, ParityTarget *out_target, Error *err)
{
    ConformanceReport *report = owner;
    const Target *target = report->target;

    (void)err;
    conformance_case_begin(report);
    if (target->fake)
        return builtin_fake_begin(target->fake, case_name, out_target);
    *out_target = (ParityTarget){.url = target->cluster->server,
                                 .connect_to = target->cluster->connect_to,
                                 .trust = target->cluster->trust,
                                 .admin_token = target->cluster->bearer_token};
    return true;
}

static void collect(void *owner)
{
    builtin_fake_collect(fake_of(owner));
}

static void say_log(void *owner, const char *ns, const char *pod, const char *line)
{
    builtin_fake_log(fake_of(owner), ns, pod, line);
}

static void end(void *owner, const char *case_name)
{
    conformance_case_end(owner, case_name);
    if (fake_of(owner))
        builtin_fake_end(fake_of(owner));
}

static int carry_out(ConformanceReport *report, ParityOptions *options)
{
    const ConformanceOrder *order = report->order;
    ParityTally tally = {0};
    Error why = {0};
    bool ok;

    options->folder = order->folder ? order->folder : corpus_folder("kubernetes");
    options->only = order->only;
    options->stop = stop_flag();
    options->begin = begin;
    options->end = end;
    options->listener = conformance_outcome;
    options->owner = report;
    conformance_begin(report);
    ok = parity_run(options, &tally, &why);
    return conformance_finish(report, ok, &tally, &why);
}

static int ask_fake(const ConformanceOrder *order)
{
    Target target = {.fake = builtin_fake_new()};
    int code = carry_out(&(ConformanceReport){.order = order, .target = &target},
                         &(ParityOptions){.loop = builtin_fake_loop(target.fake),
                                          .collect = collect,
                                          .log = say_log});

    builtin_fake_free(target.fake);
    return code;
}

/* Its objects are in namespaces that nobody else would name so, and another run of ours neither. */
static int ask_cluster(const ConformanceOrder *order)
{
    Target target = {0};
    Kubeconfig *kubeconfig = NULL;
    Error why = {0};
    int code;

    if (!kubeconfig_read(order->kubeconfig, &kubeconfig, &why) ||
        !kubeconfig_context(kubeconfig, order->context, &target.cluster, &why)) {
        code = usage_error(&VERB_CONFORMANCE, "%s", why.message);
    } else {
        Loop *loop = loop_new();
        char *prefix = memory_format("understudy-conformance-%06x-",
                                     (unsigned)(random_seed_from_system() & 0xffffff));

        code = carry_out(&(ConformanceReport){.order = order, .target = &target},
                         &(ParityOptions){.loop = loop, .prefix = prefix});
        free(prefix);
        loop_free(loop);
    }
    kubeconfig_free(kubeconfig);
    return code;
}

int conformance_kubernetes(const ConformanceOrder *order)
{
    if (order->kubeconfig && !order->context)
        return usage_error(&VERB_CONFORMANCE, "name the cluster with --context");
    return order->context ? ask_cluster(order) : ask_fake(order);
}
