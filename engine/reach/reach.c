/*
 * engine/reach/reach.c - can everything that an Environment file names be reached from here?
 */
#include "engine/reach/reach.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { PATIENCE_MS = 2000, TIMEOUT_MS = 6000 };

const char *reach_state_name(ReachState state)
{
    static const char *const NAMES[] = {
        [REACH_OK] = "ok",
        [REACH_WARN] = "warning",
        [REACH_FAILED] = "failed",
        [REACH_SKIPPED] = "not asked",
    };

    return NAMES[state];
}

ReachRow *reach_add(Reach *reach, ReachState state, const char *what, const char *who,
                    const char *format, ...)
{
    ReachRow *row;
    va_list arguments;

    MEMORY_GROW(reach->rows, reach->count, reach->capacity);
    row = &reach->rows[reach->count++];
    *row = (ReachRow){.state = state, .what = what};
    snprintf(row->who, sizeof row->who, "%s", who);
    va_start(arguments, format);
    vsnprintf(row->text, sizeof row->text, format, arguments);
    va_end(arguments);
    return row;
}

void reach_remedy(ReachRow *row, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(row->remedy, sizeof row->remedy, format, arguments);
    va_end(arguments);
}

/* What usually helps where nobody knows better. */
static const char *usual_remedy(ErrorCode code)
{
    switch (code) {
    case ERR_UNAVAILABLE:
    case ERR_TIMEOUT:
        return "is it running, is the address right, and does a firewall or proxy let us through?";
    case ERR_DENIED:
        return "correct user, password, key or certificate, or the authority that is trusted";
    case ERR_NOT_FOUND:
        return "correct the name in the environment file";
    case ERR_IO:
    case ERR_INPUT:
        return "correct the file, or its name in the environment file";
    default:
        return "see the message";
    }
}

ReachRow *reach_fail(Reach *reach, const char *what, const char *who, const Error *why,
                     const char *remedy)
{
    ReachRow *row = reach_add(reach, REACH_FAILED, what, who, "%s", why->message);

    reach_remedy(row, "%s", remedy ? remedy : usual_remedy(why->code));
    return row;
}

/* ---- contexts that are not there ------------------------------------------------------------------- */

static bool has_context(Kubeconfig *kubeconfig, const char *context, const char *who, Reach *reach)
{
    const KubeContext *found;
    Error why = {0};

    if (kubeconfig_context(kubeconfig, context, &found, &why))
        return true;
    reach_fail(reach, "API server", who, &why, NULL);
    return false;
}

/* Without control planes whose context cannot be used. False: a plane's cannot, and no cluster is asked. */
static bool keep_usable(Reach *reach, Environment *usable, EnvironmentControlPlane *sites)
{
    Kubeconfig *kubeconfig;
    size_t count = 0;
    bool ok = true;
    Error why = {0};

    if (!kubeconfig_read(usable->kubeconfig, &kubeconfig, &why)) {
        reach_fail(reach, "kubeconfig", usable->kubeconfig ? usable->kubeconfig : "-", &why, NULL);
        return false;
    }
    for (int i = 0; i < 2; i++)
        ok =
            has_context(kubeconfig, usable->planes[i].context, usable->planes[i].name, reach) && ok;
    for (size_t i = 0; i < usable->control_plane_count; i++) {
        const EnvironmentControlPlane *site = &usable->control_planes[i];

        if (has_context(kubeconfig, site->context, site->name, reach))
            sites[count++] = *site;
    }
    kubeconfig_free(kubeconfig);
    usable->control_planes = sites;
    usable->control_plane_count = count;
    return ok;
}

/* ---- all of it -------------------------------------------------------------------------------------- */

static void limit_waiting(const Operation *operation)
{
    for (int i = 0; i < 2; i++) {
        kube_client_patience(operation->planes[i].kube, PATIENCE_MS);
        kube_client_timeout(operation->planes[i].kube, TIMEOUT_MS);
    }
    for (size_t i = 0; i < operation->control_plane_count; i++) {
        kube_client_patience(operation->control_planes[i].kube, PATIENCE_MS);
        kube_client_timeout(operation->control_planes[i].kube, TIMEOUT_MS);
    }
}

static void ask_all(Reach *reach, const ReachOptions *options, const Environment *usable)
{
    Operation operation = {.loop = options->loop,
                           .trace = options->trace,
                           .environment = usable,
                           .procedure = "env check",
                           .stop = options->stop};
    Error why = {0};

    random_init(&operation.random, 1, "reach");
    if (operation_open(&operation, &why)) {
        limit_waiting(&operation);
        reach_clusters(reach, &operation);
        reach_planes(reach, &operation);
        reach_names(reach, &operation, usable->dns.key_file != NULL);
        reach_elastic(reach, &operation);
    } else {
        reach_fail(reach, "clients", usable->name, &why, NULL);
    }
    operation_close(&operation);
}

bool reach_make(const ReachOptions *options, Reach *out_reach, Error *err)
{
    Environment usable = *options->environment;
    EnvironmentControlPlane *sites = memory_new(usable.control_plane_count + 1, sizeof *sites);

    *out_reach = (Reach){0};
    reach_files(out_reach, &usable);
    if (keep_usable(out_reach, &usable, sites))
        ask_all(out_reach, options, &usable);
    else
        reach_add(out_reach, REACH_SKIPPED, "the rest", usable.name,
                  "without the contexts of both planes nothing else is asked");
    free(sites);
    return !options->stop || !*options->stop || error_set(err, ERR_STOPPED, "stopped");
}

void reach_release(Reach *reach)
{
    free(reach->rows);
    *reach = (Reach){0};
}
