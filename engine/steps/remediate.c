/*
 * engine/steps/remediate.c - helps the control planes that did not come back by themselves, each by what is wrong with it (care.h).
 *
 * Source: domain.md FO13, V4, V8; F-604, F-606, F-612. Why one cannot be helped is kept for the end (late_reason).
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/observations.h"
#include "engine/steps/care.h"
#include "engine/steps/steps.h"

static ControlPlane *site_of(Operation *operation, const char *name)
{
    for (size_t i = 0; i < operation->control_plane_count; i++) {
        if (strcmp(operation->control_planes[i].spec->name, name) == 0)
            return &operation->control_planes[i];
    }
    return NULL;
}

static int64_t seconds_since_kick(const Operation *operation)
{
    int64_t kicked_ms = json_integer_or(operation->record, "kickedAt", 0);

    return kicked_ms ? (clock_wall_ms() - kicked_ms) / 1000 + 1 : 300;
}

const char *late_reason(const Operation *operation, const char *name)
{
    char path[160];

    snprintf(path, sizeof path, "late/%s", name);
    return json_string_or(operation->record, path, "");
}

static void note_reason(Operation *operation, const ControlPlane *site, const Trouble *trouble)
{
    char path[160], text[280] = "";

    snprintf(path, sizeof path, "late/%s", site->spec->name);
    if (trouble->check)
        snprintf(text, sizeof text, "%s: %s", trouble->check, trouble->text);
    json_put_string(operation->record, path, text);
}

/* Who cannot be helped keeps nobody waiting. */
static bool help(Operation *operation, ControlPlane *site, const ServingView *serving,
                 int64_t *helped, Error *err)
{
    CareOrder order = {.since_ms = json_integer_or(operation->record, "promotedAt", 0)};
    CareResult result = {0};
    Patient patient;
    Error why = {0};

    if (patient_look(operation, site, serving, seconds_since_kick(operation), &patient, &why) &&
        care_for(operation, &patient, &order, &result, &why)) {
        note_reason(operation, site, &result.trouble);
        *helped +=
            result.care == CARE_TOKENS || result.care == CARE_OPERATOR || result.care == CARE_EDGE;
        return true;
    }
    if (why.code == ERR_STOPPED)
        return error_set(err, why.code, "%s", why.message);
    operation_warn(operation, "FO13", "%s: %s", site->spec->name, why.message);
    return true;
}

static bool help_all(Operation *operation, const cJSON *late, const ServingView *serving,
                     Error *err)
{
    const cJSON *name;
    int64_t helped = 0;

    cJSON_ArrayForEach(name, late)
    {
        ControlPlane *site = site_of(operation, name->valuestring);

        if (site && helped < operation->environment->policies.width &&
            !help(operation, site, serving, &helped, err))
            return false;
    }
    return true;
}

static bool remediate(Operation *operation, Error *err)
{
    ServingView serving;
    cJSON *late = NULL;
    int64_t total;
    bool ok = serving_look(operation, &serving, err);

    ok = ok && see_late(operation, &late, &total, err) && help_all(operation, late, &serving, err);
    cJSON_Delete(late);
    serving_release(&serving);
    return ok;
}

static void observe_remediate(Operation *operation, Observation *out)
{
    int64_t known = json_integer_or(operation->record, "remediate/late", -1), total;
    cJSON *late = NULL;
    Error why = {0};

    if (!see_late(operation, &late, &total, &why)) {
        observe_error(out, &why);
        return;
    }
    out->has_progress = known < 0 || cJSON_GetArraySize(late) < known;
    json_put_integer(operation->record, "remediate/late", cJSON_GetArraySize(late));
    if (cJSON_GetArraySize(late) == 0) {
        observe_holds(out, "every cluster is back");
    } else {
        observe_pending(out, "%d of %lld clusters need help, %s first", cJSON_GetArraySize(late),
                        (long long)total, late->child->valuestring);
        out->act_again = true;
    }
    cJSON_Delete(late);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.remediate_ms;
}

const Step STEP_REMEDIATE = {
    .id = "FO13",
    .name = "remediate",
    .phase = "reconnect",
    .why = "a restarted edge asks DNS again; a deleted token is made anew by the new active's key",
    .never = "delete a token that the cluster could not get again",
    .observe = observe_remediate,
    .act = remediate,
    .deadline_ms = deadline,
    .on_deadline = REACT_FORWARD,
    .remedy = "see the log of edge in the clusters that are named",
    .extends_while_progress = true,
};
