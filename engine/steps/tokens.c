/*
 * engine/steps/tokens.c - each control plane that needs them gets new tokens, and is back with them.
 *
 * Source: domain.md 8.6 (TR4 to TR6), V4, V10; F-612, F-705, F-707, F-716. What is done for one is care.h; one that cannot be helped keeps
 * nobody waiting. There is no undo: what was deleted did not do, which is what TR2 is for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/choice.h"
#include "engine/steps/care.h"
#include "engine/steps/steps.h"
#include "engine/steps/token_list.h"

enum {
    SLICE_MS = 4000, /* of acting before the lease is seen to */
    EDGE_SINCE_S = 300,
    PATIENCE_MS =
        180000, /* with what may pass by itself: an edge that is alone waits up to 144 s */
    NAMED_MAX = 5,
    BUDGET_MS = 600000, /* of one control plane: 60 s, 120 s, an edge's restart and its limit */
};

/* Is what stands in its way there for too long? */
static bool lasts_too_long(Operation *operation, const ControlPlane *site, bool is_trouble)
{
    char path[180];
    int64_t since_ms;

    snprintf(path, sizeof path, "tokens/of/%s/troubleMs", site->spec->name);
    since_ms = json_integer_or(operation->record, path, 0);
    if (!is_trouble || !since_ms)
        json_put_integer(operation->record, path, is_trouble ? clock_wall_ms() : 0);
    return is_trouble && since_ms && clock_wall_ms() - since_ms > PATIENCE_MS;
}

static void settle(Operation *operation, const ControlPlane *site, const CareResult *result)
{
    bool is_trouble = result->care == CARE_WAIT && result->trouble.check;
    bool is_over = lasts_too_long(operation, site, is_trouble);

    if (result->care == CARE_BACK)
        token_list_set(operation, site, TOKENS_DONE, "they are fit, and its edge is connected");
    else if (result->care == CARE_NONE || is_over)
        token_list_set(operation, site, TOKENS_NOT_DONE, "%s: %s", result->trouble.check,
                       result->trouble.text);
}

static bool help(Operation *operation, ControlPlane *site, const ServingView *serving, Error *err)
{
    CareOrder order = {.replaces_ms = json_bool_or(operation->record, "tokens/replaces", false)
                                          ? json_integer_or(operation->record, "tokens/sinceMs", 0)
                                          : 0};
    CareResult result = {0};
    Patient patient;
    Error why = {0};

    if (!patient_look(operation, site, serving, EDGE_SINCE_S, &patient, &why) ||
        !care_for(operation, &patient, &order, &result, &why)) {
        if (why.code == ERR_STOPPED)
            return error_set(err, why.code, "%s", why.message);
        result.care = CARE_WAIT;
        trouble_set(&result.trouble, "F-619", true, "%.200s", why.message);
    }
    settle(operation, site, &result);
    return true;
}

/* From where the last slice ended, so that everybody's turn comes. */
static bool help_some(Operation *operation, ControlPlane *const *sites, size_t count,
                      const ServingView *serving, Error *err)
{
    size_t next = (size_t)json_integer_or(operation->record, "tokens/next", 0);
    int64_t began_ms = clock_mono_ms();

    for (size_t i = 0; i < count && clock_mono_ms() - began_ms < SLICE_MS; i++, next++) {
        ControlPlane *site = sites[next % count];

        if (token_list_state(operation, site) == TOKENS_NEEDED &&
            !help(operation, site, serving, err))
            return false;
    }
    json_put_integer(operation->record, "tokens/next", (int64_t)(next % count));
    return true;
}

static bool help_all(Operation *operation, Error *err)
{
    size_t count;
    ControlPlane **sites = chosen_control_planes(operation, &count);
    ServingView serving;
    bool ok = count == 0 || serving_look(operation, &serving, err);

    if (ok && count) {
        ok = help_some(operation, sites, count, &serving, err);
        serving_release(&serving);
    }
    free(sites);
    return ok;
}

/* In sentences for the end: a few by name. */
static void note_not_done(Operation *operation, size_t total)
{
    size_t named = 0;

    for (size_t i = 0; i < operation->control_plane_count && named < NAMED_MAX; i++) {
        const ControlPlane *site = &operation->control_planes[i];

        if (!site->is_chosen || token_list_state(operation, site) != TOKENS_NOT_DONE)
            continue;
        operation_debt(operation, "%s: %s", site->spec->name, token_list_why(operation, site));
        named++;
    }
    if (total > named)
        operation_debt(operation, "and %zu more clusters got no new tokens", total - named);
}

static void observe_tokens(Operation *operation, Observation *out)
{
    const ControlPlane *first = NULL;
    size_t left = token_list_count(operation, TOKENS_NEEDED, &first);
    size_t done = token_list_count(operation, TOKENS_DONE, NULL);
    size_t failed = token_list_count(operation, TOKENS_NOT_DONE, NULL);
    int64_t known = json_integer_or(operation->record, "tokens/left", -1);

    out->has_progress = known < 0 || (int64_t)left < known;
    json_put_integer(operation->record, "tokens/left", (int64_t)left);
    json_put_bool(operation->record, "degraded", left + failed > 0);
    if (first) {
        observe_pending(out, "%zu done, %zu cannot be helped, %zu left, %s first", done, failed,
                        left, first->spec->name);
        out->act_again = true;
        return;
    }
    note_not_done(operation, failed);
    observe_holds(out, "%zu have new tokens, %zu could not be helped", done, failed);
}

/* As many rounds as there are to be, each with its budget. */
static int64_t deadline(const Operation *operation)
{
    int64_t count = json_integer_or(operation->record, "tokens/left", 0);
    int64_t width = operation->environment->policies.width;

    return BUDGET_MS * (1 + (width > 0 ? count / width : count));
}

const Step STEP_TOKENS = {
    .id = "TR4",
    .name = "tokens",
    .why = "a deleted token is made anew, by the key of the plane that serves; the old one did not "
           "do, so there is nothing to put back",
    .never = "delete a token that the cluster could not get again, or restart an edge without one",
    .observe = observe_tokens,
    .act = help_all,
    .deadline_ms = deadline,
    .on_deadline = REACT_FORWARD,
    .remedy = "see the log of tsb-operator-control-plane in the clusters that are named",
    .extends_while_progress = true,
    .acts_at_every_look = true,
    .is_for_good = true,
};
