/*
 * engine/steps/care.c - what is done for one control plane: decided from what is seen, done once.
 *
 * All goes well: its tokens are unfit, and new ones can be had from there; they are deleted; its operator makes new ones, of the serving
 * plane's key; its edge is restarted if it has not come back with them.
 * Goes wrong: they come from the old plane (its name turned back meanwhile): deleted again. They do not come: the operator is restarted,
 * once. The edge would find a secret missing that it mounts: it keeps the pods that it has.
 */
#include "engine/steps/care.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum {
    MADE_MS = 60000,       /* the published wait for new tokens */
    MADE_LATE_MS = 120000, /* after a restart of the operator */
    AGAIN_MS = 10000,      /* before tokens that came from elsewhere are deleted again */
    RESTARTED_MS = 60000,  /* before what a restarted edge says counts */
    DELETIONS_MAX = 3,
};

/* ---- what was done ------------------------------------------------------------------------------------------------------------------ */

static char *helped_path(const ControlPlane *site, const char *what, char out[160])
{
    snprintf(out, 160, "helped/%s/%s", site->spec->name, what);
    return out;
}

static int64_t helped(const Operation *operation, const ControlPlane *site, const char *what)
{
    char path[160];

    return json_integer_or(operation->record, helped_path(site, what, path), 0);
}

static void note(Operation *operation, const ControlPlane *site, const char *what, int64_t value)
{
    char path[160];

    json_put_integer(operation->record, helped_path(site, what, path), value);
}

static int64_t since(const Operation *operation, const ControlPlane *site, const char *what)
{
    return clock_wall_ms() - helped(operation, site, what);
}

static int64_t without_tokens(const Operation *operation)
{
    const cJSON *one;
    int64_t count = 0;

    cJSON_ArrayForEach(one, json_find(operation->record, "helped"))
    {
        count += json_integer_or(one, "awaits", 0);
    }
    return count;
}

/* ---- deciding ----------------------------------------------------------------------------------------------------------------------- */

static bool are_complete(const Operation *operation, const Patient *patient)
{
    return tokens_are_fit(&patient->tokens) &&
           (patient->tokens.states[TOKEN_OF_NGAC] == TOKEN_FIT ||
            !helped(operation, patient->site, "hadNgac"));
}

/* Who may lose them does; for the others it is said why not. */
static Care delete_if_allowed(const Operation *operation, const Patient *patient, Trouble *out)
{
    if (patient_may_lose_tokens(operation, patient, out))
        return CARE_TOKENS;
    return out->passes ? CARE_WAIT : CARE_NONE;
}

/* What came is of no use: from a plane that its name led to for a moment (F-712), or empty (F-717). */
static bool is_to_be_deleted_again(const Operation *operation, const Patient *patient)
{
    bool is_foreign = false;

    for (int i = 0; i < TOKENS; i++)
        is_foreign = is_foreign || patient->tokens.states[i] == TOKEN_FOREIGN;
    return tokens_have_unfit(&patient->tokens) &&
           helped(operation, patient->site, "deletions") < DELETIONS_MAX &&
           since(operation, patient->site, "tokensMs") > (is_foreign ? AGAIN_MS : MADE_MS);
}

/* Deleted, and the new ones are not all there. */
static Care decide_awaited(const Operation *operation, const Patient *patient, Trouble *out)
{
    const ControlPlane *site = patient->site;
    char text[120];

    if (is_to_be_deleted_again(operation, patient) &&
        delete_if_allowed(operation, patient, out) == CARE_TOKENS)
        return CARE_TOKENS;
    if (since(operation, site, "tokensMs") <= MADE_MS)
        return CARE_WAIT;
    if (!helped(operation, site, "operatorMs"))
        return CARE_OPERATOR;
    if (since(operation, site, "operatorMs") <= MADE_LATE_MS)
        return CARE_WAIT;
    trouble_set(out, "F-706", false,
                "its tokens were deleted, and its operator made none that fit (%s): see the log of "
                "tsb-operator-control-plane",
                tokens_text(&patient->tokens, text, sizeof text));
    return CARE_NONE;
}

/* Tokens that are fit, and refused all the same by new pods that mounted them. */
static Care decide_refused(const Operation *operation, const Patient *patient, Trouble *out)
{
    if (llabs(patient->skew_ms) > operation->environment->policies.clock_skew_max_ms) {
        trouble_set(out, "F-617", false,
                    "its clock differs from %s's by %lld s, and its tokens are refused: set it "
                    "right",
                    operation->serving->spec->name, (long long)(patient->skew_ms / 1000));
        return CARE_NONE;
    }
    if (!helped(operation, patient->site, "tokensMs"))
        return delete_if_allowed(operation, patient, out);
    trouble_set(out, "F-701", false, "its new tokens are refused: %.180s", patient->line);
    return CARE_NONE;
}

/* Its tokens are fit: whatever it is, they are not at fault. */
static Care decide_edge(const Operation *operation, const Patient *patient, Trouble *out)
{
    int64_t limit_ms = operation->environment->policies.remediate_ms;

    if (!patient->leads_here) {
        patient_is_cut_off(operation, patient, out);
        return CARE_WAIT;
    }
    if (!helped(operation, patient->site, "edgeMs"))
        return CARE_EDGE;
    if (since(operation, patient->site, "edgeMs") <= RESTARTED_MS)
        return CARE_WAIT;
    if (patient->says == EDGE_SAYS_AUTH && !patient->is_connected)
        return decide_refused(operation, patient, out);
    if (!patient_is_cut_off(operation, patient, out))
        trouble_set(out, "F-612", true, "its edge has not synced since it was restarted");
    return since(operation, patient->site, "edgeMs") > limit_ms ? CARE_NONE : CARE_WAIT;
}

static bool is_back(const Operation *operation, const Patient *patient, const CareOrder *order)
{
    int64_t edge_ms = helped(operation, patient->site, "edgeMs");
    int64_t since_ms = edge_ms ? edge_ms + kube_client_skew_ms(operation->serving->kube) : 0;

    if (since_ms < order->since_ms)
        since_ms = order->since_ms;
    return patient->is_connected && patient->synced_ms > since_ms;
}

/* Fit, but to be replaced all the same. */
static bool is_replaced(const Patient *patient, int index, const CareOrder *order)
{
    return patient->tokens.states[index] == TOKEN_FIT &&
           patient->tokens.issued_ms[index] < order->replaces_ms;
}

static bool are_replaced(const Patient *patient, const CareOrder *order)
{
    for (int i = 0; i < TOKENS; i++) {
        if (is_replaced(patient, i, order))
            return true;
    }
    return false;
}

static Care decide(const Operation *operation, const Patient *patient, const CareOrder *order,
                   Trouble *out)
{
    bool was_deleted = helped(operation, patient->site, "tokensMs") != 0;

    if (was_deleted && !are_complete(operation, patient))
        return decide_awaited(operation, patient, out);
    if (!was_deleted && (tokens_have_unfit(&patient->tokens) || are_replaced(patient, order)))
        return delete_if_allowed(operation, patient, out);
    if (!tokens_are_fit(&patient->tokens))
        return CARE_TOKENS; /* somebody, or a run that was cut off, deleted them: they are waited for */
    if (is_back(operation, patient, order))
        return CARE_BACK;
    return decide_edge(operation, patient, out);
}

/* ---- doing -------------------------------------------------------------------------------------------------------------------------- */

static void tell(Operation *operation, const Patient *patient, const char *what)
{
    trace_add(operation->trace, "engine", "engine.help", NULL, "%s: %s", patient->site->spec->name,
              what);
}

/* Those that do not fit or are to be replaced; all of them, if it is not their looks that speak against them. */
static bool delete_tokens(Operation *operation, const Patient *patient, const CareOrder *order,
                          Error *err)
{
    bool all = tokens_are_fit(&patient->tokens) && !are_replaced(patient, order);
    int deleted = 0;
    char text[120], what[200];

    for (int i = 0; i < TOKENS; i++) {
        KubePath path = {.resource = "v1/secrets",
                         .ns = patient->site->spec->ns,
                         .name = token_name(i)};
        Error why = {0};

        if (patient->tokens.states[i] == TOKEN_ABSENT ||
            (patient->tokens.states[i] == TOKEN_FIT && !all && !is_replaced(patient, i, order)))
            continue;
        if (!kube_client_delete(patient->site->kube, &path, &why) && why.code != ERR_NOT_FOUND)
            return error_set(err, why.code, "%s", why.message);
        deleted++;
    }
    snprintf(what, sizeof what, "tokens: %s; %s", tokens_text(&patient->tokens, text, sizeof text),
             deleted ? "deleted, so that its operator makes new ones" : "waiting for its operator");
    note(operation, patient->site, "tokensMs", clock_wall_ms());
    note(operation, patient->site, "deletions", helped(operation, patient->site, "deletions") + 1);
    if (patient->tokens.states[TOKEN_OF_NGAC] != TOKEN_ABSENT)
        note(operation, patient->site, "hadNgac", 1);
    tell(operation, patient, what);
    return true;
}

bool restart_deployment(const ControlPlane *site, const char *deployment, Error *err)
{
    KubePath path = {.resource = "apps/v1/deployments", .ns = site->spec->ns, .name = deployment};
    cJSON *patch = cJSON_CreateObject(), *annotations = cJSON_CreateObject();
    char now[CLOCK_TEXT_MAX];
    bool ok;

    cJSON_AddStringToObject(annotations, "kubectl.kubernetes.io/restartedAt",
                            clock_rfc3339(clock_wall_ms(), now));
    json_put(patch, "spec/template/metadata/annotations", annotations);
    ok = kube_client_merge(site->kube, &path, patch, NULL, err);
    cJSON_Delete(patch);
    return ok;
}

static bool restart_operator(Operation *operation, const Patient *patient, Error *err)
{
    if (!restart_deployment(patient->site, "tsb-operator-control-plane", err))
        return false;
    note(operation, patient->site, "operatorMs", clock_wall_ms());
    tell(operation, patient, "restarted deployment/tsb-operator-control-plane");
    return true;
}

/* The first secret that the pods of deployment/edge mount and that is not there: a new pod would not start (F-610, F-718). */
static bool find_missing_mount(const ControlPlane *site, char out_name[128], Error *err)
{
    KubePath path = {.resource = "apps/v1/deployments", .ns = site->spec->ns, .name = "edge"};
    cJSON *edge = NULL;
    const cJSON *volume;
    bool ok = kube_client_get(site->kube, &path, &edge, err);

    out_name[0] = '\0';
    cJSON_ArrayForEach(volume, json_find(edge, "spec/template/spec/volumes"))
    {
        const char *name = json_string(volume, "secret/secretName");
        KubePath secret = {.resource = "v1/secrets", .ns = site->spec->ns, .name = name};
        cJSON *object = NULL;
        Error why = {0};

        if (!name || json_bool_or(volume, "secret/optional", false))
            continue;
        if (!kube_client_get(site->kube, &secret, &object, &why) && why.code == ERR_NOT_FOUND)
            snprintf(out_name, 128, "%s", name);
        cJSON_Delete(object);
    }
    cJSON_Delete(edge);
    return ok;
}

static bool restart_edge(Operation *operation, const Patient *patient, CareResult *out, Error *err)
{
    char missing[128];

    if (!find_missing_mount(patient->site, missing, err))
        return false;
    if (missing[0]) {
        trouble_set(&out->trouble, "F-610", false,
                    "secret %s is missing: a restarted edge could not mount it", missing);
        out->care = CARE_NONE;
        return true;
    }
    if (!restart_deployment(patient->site, "edge", err))
        return false;
    note(operation, patient->site, "edgeMs", clock_wall_ms());
    tell(operation, patient, "restarted deployment/edge");
    return true;
}

static bool give(Operation *operation, const Patient *patient, const CareOrder *order,
                 CareResult *out, Error *err)
{
    switch (out->care) {
    case CARE_TOKENS:
        return delete_tokens(operation, patient, order, err);
    case CARE_OPERATOR:
        return restart_operator(operation, patient, err);
    case CARE_EDGE:
        return restart_edge(operation, patient, out, err);
    default:
        return true;
    }
}

bool care_for(Operation *operation, const Patient *patient, const CareOrder *order, CareResult *out,
              Error *err)
{
    bool ok;

    *out = (CareResult){0};
    out->care = decide(operation, patient, order, &out->trouble);
    if (out->care == CARE_TOKENS && !helped(operation, patient->site, "awaits") &&
        without_tokens(operation) >= operation->environment->policies.width)
        out->care = CARE_WAIT;
    ok = give(operation, patient, order, out, err);
    if (helped(operation, patient->site, "tokensMs"))
        note(operation, patient->site, "awaits",
             out->care == CARE_TOKENS || out->care == CARE_OPERATOR ||
                 (out->care == CARE_WAIT && !are_complete(operation, patient)));
    return ok;
}
