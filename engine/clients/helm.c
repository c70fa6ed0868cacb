/*
 * engine/clients/helm.c - releases of a chart in one cluster, by the program helm 3.
 */
#include "engine/clients/helm.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "engine/clients/program.h"
#include "engine/clients/program_find.h"

enum { MAJOR = 3, WORDS_MAX = 32, OUTPUT_MAX = 4 << 20, GRACE_MS = 15000 };

bool helm_check(const HelmCluster *cluster, Error *err)
{
    static const char *const ASKS[] = {"version", "--short", NULL};
    ProgramVersion version;

    if (!program_find(
            &(ProgramNeed){
                .name = "helm",
                .asks = ASKS,
                .least = {MAJOR, 0},
                .package = "helm 3 (https://helm.sh/docs/intro/install)"
    },
            cluster->loop, cluster->stop, &version, err))
        return false;
    return version.major == MAJOR ||
           error_set(err, ERR_INVALID, "helm is version %d.%d: it has to be helm 3", version.major,
                     version.minor);
}

/* ---- a call --------------------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *words[WORDS_MAX + 1];
    size_t count;
    char timeout[24];
    const char *input;
} Call;

static void add(Call *call, const char *word)
{
    if (call->count < WORDS_MAX)
        call->words[call->count++] = word;
}

static void add_option(Call *call, const char *option, const char *value)
{
    if (!value)
        return;
    add(call, option);
    add(call, value);
}

/* What helm's last words mean for who called it. */
static ErrorCode code_of(const char *words)
{
    static const struct {
        const char *words;
        ErrorCode code;
    } SAYINGS[] = {
        {"release: not found",             ERR_NOT_FOUND  },
        {"another operation",              ERR_CONFLICT   },
        {"timed out waiting",              ERR_TIMEOUT    },
        {"context deadline exceeded",      ERR_TIMEOUT    },
        {"Kubernetes cluster unreachable", ERR_UNAVAILABLE},
        {"connection refused",             ERR_UNAVAILABLE},
    };

    for (size_t i = 0; i < sizeof SAYINGS / sizeof *SAYINGS; i++)
        if (strstr(words, SAYINGS[i].words))
            return SAYINGS[i].code;
    return ERR_INVALID;
}

/* end is filled only if it went well. */
static bool run(const HelmCluster *cluster, Call *call, ProgramEnd *end, Error *err)
{
    bool ok;

    add_option(call, "--namespace", cluster->ns);
    add_option(call, "--kubeconfig", cluster->kubeconfig);
    add_option(call, "--kube-context", cluster->context);
    ok = program_run(&(ProgramOptions){.loop = cluster->loop,
                                       .words = call->words,
                                       .input = call->input,
                                       .input_length = call->input ? strlen(call->input) : 0,
                                       .output_max = OUTPUT_MAX,
                                       .timeout_ms = cluster->timeout_ms + GRACE_MS,
                                       .stop = cluster->stop},
                     end, err);
    if (!ok || end->status == 0)
        return ok;
    error_set(err, code_of(end->last_words), "helm %s ended with status %d: %s", call->words[1],
              end->status, end->last_words);
    program_end_release(end);
    return false;
}

static bool run_quietly(const HelmCluster *cluster, Call *call, Error *err)
{
    ProgramEnd end = {0};
    bool ok = run(cluster, call, &end, err);

    program_end_release(&end);
    return ok;
}

/* ---- its verbs -------------------------------------------------------------------------------------------------------------- */

bool helm_install(const HelmCluster *cluster, const HelmRelease *release, Error *err)
{
    Call call = {
        .words = {"helm", "upgrade", "--install", release->name, release->chart},
        .count = 5,
        .input = release->values
    };

    snprintf(call.timeout, sizeof call.timeout, "%llds", (long long)cluster->timeout_ms / 1000);
    add(&call, "--create-namespace");
    add_option(&call, "--version", release->version);
    add_option(&call, "--values", release->values ? "-" : NULL);
    add_option(&call, "--values", release->values_file);
    add_option(&call, "--timeout", call.timeout);
    return run_quietly(cluster, &call, err);
}

bool helm_status(const HelmCluster *cluster, const char *name, char out_status[40], Error *err)
{
    Call call = {
        .words = {"helm", "status", name, "--output", "json"},
          .count = 5
    };
    ProgramEnd end = {0};
    cJSON *json = NULL;
    bool ok = run(cluster, &call, &end, err) &&
              json_parse(end.output.data ? end.output.data : "", end.output.length, &json, err);

    snprintf(out_status, 40, "%s", json_string_or(json, "info/status", "unknown"));
    cJSON_Delete(json);
    program_end_release(&end);
    return ok;
}

bool helm_values(const HelmCluster *cluster, const char *name, char **out_values, Error *err)
{
    Call call = {
        .words = {"helm", "get", "values", name, "--output", "yaml"},
          .count = 6
    };
    ProgramEnd end = {0};
    bool ok = run(cluster, &call, &end, err);

    if (ok)
        *out_values = buffer_take(&end.output);
    program_end_release(&end);
    return ok;
}

bool helm_uninstall(const HelmCluster *cluster, const char *name, Error *err)
{
    Call call = {
        .words = {"helm", "uninstall", name},
          .count = 3
    };
    Error why = {0};

    return run_quietly(cluster, &call, &why) || why.code == ERR_NOT_FOUND ||
           error_set(err, why.code, "%s", why.message);
}
