/*
 * engine/steps/remediate.c - helps the control planes that did not come back by themselves, each by what is wrong with it.
 *
 * Source: domain.md FO13, 8.6 (token refresh), V4, V8; F-604, F-606, F-610, F-701 to F-712, F-718.
 * Classes: dns (its resolver still gives another address: only reported), network and tls (its edge says so: only reported), auth (its
 * tokens are of another key or expired: refreshed), stuck (everything is right: its edge is restarted). No token is deleted unless this
 * cluster's resolver leads to the new active, its service account is its own, and its edge says that somebody answered and refused its
 * token: that is the proof that new ones can be had. No edge is restarted unless its token secret exists.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/observations.h"
#include "engine/steps/names.h"
#include "engine/steps/steps.h"

static const struct {
    const char *name, *key;
} TOKENS[] = {
    {"otel-token",                  "token"},
    {"oap-token",                   "token"},
    {"ngac-token",                  "token"}, /* may not exist (F-704) */
    {"xcp-edge-central-auth-token", "jwt"  },
};
#define TOKEN_COUNT (sizeof TOKENS / sizeof *TOKENS)
#define EDGE_TOKEN  3 /* the one that the edge itself mounts */

/* What is known of one late control plane. */
typedef struct {
    ControlPlane *site;
    bool sees_new; /* its resolver leads to the new active */
    int present;   /* token secrets that exist */
    bool has_edge_token;
    bool wants_refresh;     /* one of them is of another key or expired */
    bool knows_its_account; /* cluster-service-account names this cluster */
    EdgeSays says;          /* what its edge said last since the old plane let go of it */
    char line[200];
} Patient;

static char *helped_path(const ControlPlane *site, const char *what, char out[160])
{
    snprintf(out, 160, "helped/%s/%s", site->spec->name, what);
    return out;
}

static int64_t helped_at(const Operation *operation, const ControlPlane *site, const char *what)
{
    char path[160];

    return json_integer_or(operation->record, helped_path(site, what, path), 0);
}

static void note_help(Operation *operation, const ControlPlane *site, const char *what)
{
    char path[160];

    json_put_integer(operation->record, helped_path(site, what, path), clock_wall_ms());
}

/* How many kinds of help it has had. */
static int64_t times_helped(const Operation *operation, const ControlPlane *site)
{
    return site ? cJSON_GetArraySize(
                      json_find(json_find(operation->record, "helped"), site->spec->name))
                : 0;
}

static ControlPlane *site_of(Operation *operation, const char *name)
{
    for (size_t i = 0; i < operation->control_plane_count; i++) {
        if (strcmp(operation->control_planes[i].spec->name, name) == 0)
            return &operation->control_planes[i];
    }
    return NULL;
}

/* ------------------------------------------------------------------------------------------------- looking */

static bool resolver_leads_to(Operation *operation, const ControlPlane *site, const char *ip)
{
    DnsAnswer answer;

    if (!site->spec->resolver.port)
        return true; /* unknown: the token's issuer will tell afterwards (F-712) */
    return dns_ask(operation->dns, &site->spec->resolver, operation->environment->floating_name,
                   DNS_RECORD_A, &answer, NULL) &&
           answer.count > 0 && strcmp(answer.values[0], ip) == 0;
}

static bool is_token_unfit(const char *token, const char *kid)
{
    char token_kid[80];
    int64_t expires_ms;

    if (!token || !token_header(token, token_kid, &expires_ms))
        return true;
    return (*kid && token_kid[0] && strcmp(token_kid, kid) != 0) ||
           (expires_ms && expires_ms < clock_wall_ms());
}

static bool see_tokens(const ControlPlane *site, const char *kid, Patient *patient, Error *err)
{
    for (size_t i = 0; i < TOKEN_COUNT; i++) {
        char *token = NULL;
        Error why = {0};

        if (!see_secret(site->kube, site->spec->ns, TOKENS[i].name, TOKENS[i].key, &token, &why)) {
            if (why.code != ERR_NOT_FOUND)
                return error_set(err, why.code, "%s", why.message);
            continue;
        }
        patient->present++;
        patient->has_edge_token = patient->has_edge_token || i == EDGE_TOKEN;
        patient->wants_refresh = patient->wants_refresh || is_token_unfit(token, kid);
        explicit_bzero(token, strlen(token));
        free(token);
    }
    return true;
}

/* clusterFqn is organizations/o/clusters/c of exactly this cluster (F-708, F-709). */
static bool see_account(Operation *operation, const ControlPlane *site, bool *out_is_known,
                        Error *err)
{
    char expected[300];
    char *fqn = NULL;
    Error why = {0};

    *out_is_known = false;
    if (!see_secret(site->kube, site->spec->ns, "cluster-service-account", "clusterFqn", &fqn,
                    &why))
        return why.code == ERR_NOT_FOUND || error_set(err, why.code, "%s", why.message);
    snprintf(expected, sizeof expected, "organizations/%s/clusters/%s",
             operation->environment->organization, site->spec->name);
    *out_is_known = strcmp(fqn, expected) == 0;
    free(fqn);
    return true;
}

static int64_t seconds_since_kick(const Operation *operation)
{
    int64_t kicked_ms = json_integer_or(operation->record, "kickedAt", 0);

    return kicked_ms ? (clock_wall_ms() - kicked_ms) / 1000 + 1 : 300;
}

static bool examine(Operation *operation, ControlPlane *site, const char *ip, const char *kid,
                    Patient *patient, Error *err)
{
    Error why = {0};

    *patient = (Patient){.site = site};
    patient->sees_new = resolver_leads_to(operation, site, ip);
    if (!see_edge(site, seconds_since_kick(operation), &patient->says, patient->line, &why))
        snprintf(patient->line, sizeof patient->line, "%.199s", why.message);
    return see_tokens(site, kid, patient, err) &&
           see_account(operation, site, &patient->knows_its_account, err);
}

/* ------------------------------------------------------------------------------------------------- helping */

static bool refresh_tokens(Operation *operation, const Patient *patient, Error *err)
{
    for (size_t i = 0; i < TOKEN_COUNT; i++) {
        KubePath path = {.resource = "v1/secrets",
                         .ns = patient->site->spec->ns,
                         .name = TOKENS[i].name};
        Error why = {0};

        if (!kube_client_delete(patient->site->kube, &path, &why) && why.code != ERR_NOT_FOUND)
            return error_set(err, why.code, "%s", why.message);
    }
    note_help(operation, patient->site, "tokensMs");
    trace_add(operation->trace, "engine", "engine.help", NULL,
              "%s: tokens of another key or expired; deleted, so that its operator makes new ones",
              patient->site->spec->name);
    return true;
}

/* What `kubectl rollout restart` does. */
static bool restart(Operation *operation, const ControlPlane *site, const char *deployment,
                    const char *what, Error *err)
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
    if (!ok)
        return false;
    note_help(operation, site, what);
    trace_add(operation->trace, "engine", "engine.help", NULL, "%s: restarted deployment/%s",
              site->spec->name, deployment);
    return true;
}

static bool is_long_ago(int64_t at_ms, int64_t ms)
{
    return at_ms != 0 && clock_wall_ms() - at_ms > ms;
}

/* After a deletion: present again and of the right key, or nudge the operator once (F-706), then restart the edge (F-711). */
static bool follow_refresh(Operation *operation, const Patient *patient, Error *err)
{
    const ControlPlane *site = patient->site;
    int64_t deleted_ms = helped_at(operation, site, "tokensMs");

    if (!patient->has_edge_token || patient->wants_refresh) {
        if (is_long_ago(deleted_ms, 60000) && !helped_at(operation, site, "operatorMs"))
            return restart(operation, site, "tsb-operator-control-plane", "operatorMs", err);
        return true;
    }
    if (!helped_at(operation, site, "edgeMs"))
        return restart(operation, site, "edge", "edgeMs", err);
    return true;
}

/* V4: without proof that new tokens can be had from there, wrong ones are better than none. */
static bool may_refresh(Operation *operation, const Patient *patient)
{
    const char *name = patient->site->spec->name;

    if (!patient->knows_its_account)
        operation_debt(operation,
                       "%s: its cluster-service-account is missing or of another cluster: "
                       "onboard it again, then refresh its tokens",
                       name);
    return patient->knows_its_account && patient->says == EDGE_SAYS_AUTH;
}

static bool help(Operation *operation, const Patient *patient, Error *err)
{
    const ControlPlane *site = patient->site;

    if (!patient->sees_new)
        return true; /* class dns: nothing here would help */
    if (helped_at(operation, site, "tokensMs"))
        return follow_refresh(operation, patient, err);
    if (patient->wants_refresh || !patient->has_edge_token)
        return !may_refresh(operation, patient) || refresh_tokens(operation, patient, err);
    if (!helped_at(operation, site, "edgeMs"))
        return restart(operation, site, "edge", "edgeMs", err);
    return true;
}

static bool help_all(Operation *operation, const cJSON *late, const char *ip, const char *kid,
                     Error *err)
{
    const cJSON *name;
    int64_t width = operation->environment->policies.width, helped = 0;

    cJSON_ArrayForEach(name, late)
    {
        ControlPlane *site = site_of(operation, name->valuestring);
        int64_t before = times_helped(operation, site);
        Patient patient;
        Error why = {0};

        if (!site || helped >= width)
            continue;
        if (!examine(operation, site, ip, kid, &patient, &why) ||
            !help(operation, &patient, &why)) {
            if (why.code == ERR_STOPPED)
                return error_set(err, why.code, "%s", why.message);
            operation_warn(operation, "FO13", "%s: %s", site->spec->name, why.message);
        }
        helped +=
            times_helped(operation, site) > before; /* who cannot be helped keeps nobody waiting */
    }
    return true;
}

/* "" where keys have no kid (F-005): then only a token's age can speak against it. */
static bool see_kid(Operation *operation, char **out_kid, Error *err)
{
    Error why = {0};

    if (see_secret(operation->serving->kube, operation->serving->spec->ns, "iam-signing-key", "kid",
                   out_kid, &why))
        return true;
    if (why.code != ERR_NOT_FOUND)
        return error_set(err, why.code, "%s", why.message);
    *out_kid = memory_text("");
    return true;
}

static bool remediate(Operation *operation, Error *err)
{
    char address[256], ip[64];
    cJSON *late = NULL;
    char *kid = NULL;
    int64_t total;
    bool ok = see_load_balancer(operation->serving, address, err) &&
              see_ip(operation, address, ip, err) && see_kid(operation, &kid, err) &&
              see_late(operation, &late, &total, err) && help_all(operation, late, ip, kid, err);

    cJSON_Delete(late);
    free(kid);
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
