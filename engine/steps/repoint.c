/*
 * engine/steps/repoint.c - one control plane after the other follows another name, and is back before the next one is touched.
 *
 * Source: domain.md 8.9, F-618, V4, V10. One that does not come back gets the name that it had, and the run stops there, unless a person
 * wants the others all the same (--keep-going). Undo: each gets the name that it had.
 */
#include "engine/steps/repoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/choice.h"
#include "engine/steps/care.h"
#include "engine/steps/names.h"
#include "engine/steps/steps.h"

enum {
    RENDER_MS = 90000,    /* its operator renders anew, its edge's pods are replaced */
    PATIENCE_MS = 180000, /* with what stands in the way */
    EDGE_SINCE_S = 120,
};

/* ---- how far each is ------------------------------------------------------------------------------------------------------------------ */

static const char *path_of(const ControlPlane *site, const char *what, char out[180])
{
    snprintf(out, 180, "repoint/of/%s/%s", site->spec->name, what);
    return out;
}

static int64_t noted(const Operation *operation, const ControlPlane *site, const char *what)
{
    char path[180];

    return json_integer_or(operation->record, path_of(site, what, path), 0);
}

static void note(Operation *operation, const ControlPlane *site, const char *what, int64_t value)
{
    char path[180];

    json_put_integer(operation->record, path_of(site, what, path), value);
}

static const char *state_of(const Operation *operation, const ControlPlane *site)
{
    char path[180];

    return json_string_or(operation->record, path_of(site, "state", path), "");
}

static bool is_settled(const Operation *operation, const ControlPlane *site)
{
    return state_of(operation, site)[0] != '\0';
}

static bool has_failed(const Operation *operation, const ControlPlane *site)
{
    return strcmp(state_of(operation, site), "notDone") == 0;
}

static void settle(Operation *operation, const ControlPlane *site, const char *state,
                   const char *why)
{
    cJSON *data = cJSON_CreateObject();
    char path[180];

    json_put_string(operation->record, path_of(site, "state", path), state);
    json_put_string(operation->record, path_of(site, "why", path), why);
    json_put_string(data, "name", site->spec->name);
    json_put_string(data, "state", state);
    json_put_string(data, "why", why);
    trace_add(operation->trace, "engine", "engine.cluster", data, "%s %s: %s", site->spec->name,
              strcmp(state, "done") == 0 ? "follows the name" : "does not follow the name", why);
}

/* ---- one control plane ---------------------------------------------------------------------------------------------------------------- */

/* The name that it had, unless somebody has given it another one since. */
static bool put_back(Operation *operation, const ControlPlane *site, Error *err)
{
    const char *old = repoint_old_host(operation, site);
    char now[256];

    if (!old || !*old || same_name(old, repoint_host(operation)))
        return true;
    if (!see_followed(site, now, err))
        return false;
    return !same_name(now, repoint_host(operation)) || follow_host(site, old, err);
}

static bool give_up(Operation *operation, const ControlPlane *site, const Trouble *trouble,
                    Error *err)
{
    char why[300];

    if (!put_back(operation, site, err))
        return false;
    snprintf(why, sizeof why, "%s: %s", trouble->check, trouble->text);
    settle(operation, site, "notDone", why);
    return true;
}

/* Waits for what may pass; then it is given up. */
static bool endure(Operation *operation, const ControlPlane *site, const Trouble *trouble,
                   Error *err)
{
    if (!noted(operation, site, "troubleMs"))
        note(operation, site, "troubleMs", clock_wall_ms());
    if (clock_wall_ms() - noted(operation, site, "troubleMs") <= PATIENCE_MS)
        return true;
    return give_up(operation, site, trouble, err);
}

static bool point(Operation *operation, const ControlPlane *site, const ServingView *serving,
                  Error *err)
{
    const char *host = repoint_host(operation);
    Trouble trouble;

    if (!resolver_leads_to(operation, site, host, serving->ip)) {
        trouble_set(&trouble, "F-506", true, "%s does not lead to %s there", host,
                    operation->serving->spec->name);
        return endure(operation, site, &trouble, err);
    }
    if (!follow_host(site, host, err))
        return false;
    note(operation, site, "patchedMs", clock_wall_ms());
    note(operation, site, "troubleMs", 0);
    trace_add(operation->trace, "engine", "engine.help", NULL, "%s: follows %s from now on",
              site->spec->name, host);
    return true;
}

/* When it was told the name; now, if a run that was cut off did so, and 0 if it always followed it. */
static int64_t patched_at(Operation *operation, const ControlPlane *site)
{
    const char *old = repoint_old_host(operation, site);

    if (!noted(operation, site, "patchedMs") && old && !same_name(old, repoint_host(operation)))
        note(operation, site, "patchedMs", clock_wall_ms());
    return noted(operation, site, "patchedMs");
}

/* It follows the name: is it back? What its operator does not do by itself in a while, is done for it. */
static bool see_back(Operation *operation, const Patient *patient, Error *err)
{
    const ControlPlane *site = patient->site;
    int64_t patched_ms = patched_at(operation, site);
    CareOrder order = {
        .since_ms = patched_ms ? patched_ms + kube_client_skew_ms(operation->serving->kube) : 0};
    CareResult result = {0};

    if (patient->is_connected && patient->synced_ms > order.since_ms) {
        settle(operation, site, "done", "its edge is connected, and has synced");
        return true;
    }
    if (clock_wall_ms() - patched_ms <= RENDER_MS)
        return true;
    if (!tokens_are_fit(&patient->tokens)) {
        trouble_set(&result.trouble, "F-701", false,
                    "its tokens do not do there: `understudy refresh-tokens`");
        return give_up(operation, site, &result.trouble, err);
    }
    if (!care_for(operation, patient, &order, &result, err))
        return false;
    if (result.care == CARE_NONE)
        return give_up(operation, site, &result.trouble, err);
    return !result.trouble.check || endure(operation, site, &result.trouble, err);
}

static bool help(Operation *operation, ControlPlane *site, const ServingView *serving, Error *err)
{
    Patient patient;
    Trouble trouble;
    Error why = {0};

    if (!patient_look(operation, site, serving, EDGE_SINCE_S, &patient, &why)) {
        if (why.code == ERR_STOPPED)
            return error_set(err, why.code, "%s", why.message);
        trouble_set(&trouble, "F-619", true, "%.200s", why.message);
        return endure(operation, site, &trouble, err);
    }
    return same_name(patient.host, repoint_host(operation)) ? see_back(operation, &patient, err)
                                                            : point(operation, site, serving, err);
}

/* ---- all of them ---------------------------------------------------------------------------------------------------------------------- */

static ControlPlane *first_left(Operation *operation)
{
    for (size_t i = 0; i < operation->control_plane_count; i++) {
        ControlPlane *site = &operation->control_planes[i];

        if (site->is_chosen && !is_settled(operation, site))
            return site;
    }
    return NULL;
}

static bool help_first(Operation *operation, Error *err)
{
    ControlPlane *site = first_left(operation);
    ServingView serving;
    bool ok;

    if (!site)
        return true;
    if (!serving_look(operation, &serving, err))
        return false;
    ok = help(operation, site, &serving, err);
    serving_release(&serving);
    return ok;
}

/* False: one has failed, and nobody wants to go on. */
static bool may_go_on(Operation *operation, const ControlPlane *failed, Observation *out)
{
    char path[180], observed[280];
    Finding finding;

    snprintf(observed, sizeof observed, "%s has the name that it had: %.200s", failed->spec->name,
             json_string_or(operation->record, path_of(failed, "why", path), ""));
    finding_set(&finding, REACT_STOP, "F-618", "every control plane back before the next one",
                observed, "kubectl logs -n istio-system deploy/edge, in that cluster",
                "mend it, or go on with the others: `understudy resume --keep-going`");
    if (consent_given(operation, CONSENT_KEEP_GOING, 0, &finding))
        return true;
    out->state = STEP_FAILED;
    out->finding = finding;
    snprintf(out->text, sizeof out->text, "%.270s", observed);
    return false;
}

static void observe_repoint(Operation *operation, Observation *out)
{
    const ControlPlane *left = first_left(operation), *failed = NULL;
    size_t done = 0, not_done = 0;
    char path[180];

    for (size_t i = 0; i < operation->control_plane_count; i++) {
        const ControlPlane *site = &operation->control_planes[i];

        if (!site->is_chosen || !is_settled(operation, site))
            continue;
        done += !has_failed(operation, site);
        not_done += has_failed(operation, site);
        if (has_failed(operation, site))
            failed = site;
    }
    if (failed && left && !may_go_on(operation, failed, out))
        return;
    json_put_bool(operation->record, "degraded", not_done > 0);
    out->has_progress = (int64_t)done > json_integer_or(operation->record, "repoint/done", -1);
    json_put_integer(operation->record, "repoint/done", (int64_t)done);
    if (left) {
        observe_pending(out, "%zu follow %s, %s is next", done, repoint_host(operation),
                        left->spec->name);
        out->act_again = true;
        return;
    }
    if (failed)
        operation_debt(operation, "%s follows what it followed: %s", failed->spec->name,
                       json_string_or(operation->record, path_of(failed, "why", path), ""));
    observe_holds(out, "%zu follow %s, %zu do not", done, repoint_host(operation), not_done);
}

static bool undo_repoint(Operation *operation, Error *err)
{
    for (size_t i = 0; i < operation->control_plane_count; i++) {
        const ControlPlane *site = &operation->control_planes[i];

        if (site->is_chosen && !put_back(operation, site, err))
            return false;
    }
    return true;
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.reconnect_ms;
}

const Step STEP_REPOINT = {
    .id = "RP2",
    .name = "repoint",
    .why = "who follows a name of its own is not moved by the floating name",
    .never =
        "send an edge to where no plane has proved itself, or touch the next before this one is back",
    .observe = observe_repoint,
    .act = help_first,
    .undo = undo_repoint,
    .deadline_ms = deadline,
    .on_deadline = REACT_STOP,
    .remedy = "see the log of edge in the cluster that is named, then `understudy resume`",
    .extends_while_progress = true,
    .acts_at_every_look = true,
};
