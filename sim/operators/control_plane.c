/*
 * sim/operators/control_plane.c - a control plane's operator: its agents' tokens, and the edge's host.
 *
 * All goes well: it looks when a token is due (a percentage of its life), or was deleted and the watch told it; it reaches the plane that
 * its host's name leads to, which knows the cluster and signs new ones with its own key; the kubelet brings them to the pods after a while.
 * Goes wrong: the plane cannot be reached (tried again, later each time), cluster-service-account is missing or for another cluster
 * (tried again in 15 minutes, which no watch shortens), the operator has no pods (it looks when it is back).
 *
 * Until somebody looks at the cluster tokens are facts: which key, from when to when. Texts are signed when the cluster is populated.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sim/inside.h"
#include "sim/objects.h"

enum { SECRETS = 4, EDGE_TOKEN = 3, GROWTH_PERCENT = 160, WITHOUT_PODS_MS = 10000 };
static const char NS[] = "istio-system";
static const char MANAGER[] = "tsb-operator-control-plane";

/* domain.md 2.3. */
static const struct {
    const char *secret, *key, *agent;
} AGENTS[SECRETS] = {
    {"otel-token",                  "token", "otel-collector"},
    {"oap-token",                   "token", "oap-agent"     },
    {"ngac-token",                  "token", "ngac-agent"    },
    {"xcp-edge-central-auth-token", "jwt",   "xcp-edge"      },
};

typedef struct {
    bool exists;
    TokenFacts facts;
    const SigningKey *key; /* the world's; NULL for a token that a client wrote */
} Token;

typedef struct Tokens {
    ControlPlaneSite *site;
    World *world;
    Random random;
    Timer *timer;
    Token tokens[SECRETS];
    TokenFacts mounted,
        arriving;       /* the edge's token as its pods see it, and what the kubelet brings next */
    int64_t arrives_ms; /* of clock_mono_ms, as below; 0: nothing is on its way */
    int64_t first_tick_ms; /* when the operator looks even if nobody told it anything */
    int failures;          /* attempts since the last one that went well */
    char host[128];        /* that the edge was set up with */
    int secret_watch, resource_watch;
    bool is_listening;
    bool writes_empty; /* what it writes holds nothing (F-717) */
    bool is_writing;   /* what the watch tells is our own doing */
} Tokens;

/* ---- which are due ---------------------------------------------------------------------------------------------------------------------- */

static bool is_wanted(const Tokens *tokens, int index)
{
    return tokens->world->parameters.tokens.with_ngac ||
           strcmp(AGENTS[index].secret, "ngac-token") != 0;
}

/* Wall time at which a token is to be replaced; one that is no token: at once. */
static int64_t due_ms(const Tokens *tokens, const Token *token)
{
    int64_t life_ms = token->facts.expires_ms - token->facts.issued_ms;

    if (!token->exists)
        return 0;
    return token->facts.issued_ms +
           life_ms / 100 * tokens->world->parameters.tokens.rotates_at_percent;
}

static bool is_due(const Tokens *tokens, int index)
{
    return is_wanted(tokens, index) && due_ms(tokens, &tokens->tokens[index]) <= clock_wall_ms();
}

static int64_t first_due_ms(const Tokens *tokens)
{
    int64_t first_ms = INT64_MAX;

    for (int i = 0; i < SECRETS; i++)
        if (is_wanted(tokens, i) && due_ms(tokens, &tokens->tokens[i]) < first_ms)
            first_ms = due_ms(tokens, &tokens->tokens[i]);
    return first_ms;
}

static void look_in(Tokens *tokens, int64_t wait_ms)
{
    timer_start(tokens->timer, wait_ms > 0 ? wait_ms : 0);
}

/* The next time that its own clock makes it look. */
static int64_t wait_for_tick(const Tokens *tokens)
{
    int64_t every_ms = tokens->world->parameters.tokens.configuration_retry_ms;
    int64_t since_ms = clock_mono_ms() - tokens->first_tick_ms;

    if (every_ms <= 0)
        return 0;
    return since_ms < 0 ? -since_ms : every_ms - since_ms % every_ms;
}

/* ---- writing tokens ------------------------------------------------------------------------------------------------------------------------ */

static char *sign(const Tokens *tokens, int index)
{
    const Token *token = &tokens->tokens[index];
    char subject[64];
    char *text;

    snprintf(subject, sizeof subject, "%s-%s", AGENTS[index].agent, tokens->site->name);
    text = token_sign(token->key, subject, token->facts.issued_ms, token->facts.expires_ms);
    world_keep_secret(tokens->world, text);
    return text;
}

static void write_secret(Tokens *tokens, int index)
{
    KubeCluster *cluster = tokens->site->cluster;
    char *text = tokens->writes_empty ? memory_text("") : sign(tokens, index), *encoded;
    cJSON *patch;

    tokens->is_writing = true;
    if (kube_find(cluster, "secrets", NS, AGENTS[index].secret)) {
        patch = cJSON_CreateObject();
        encoded = json_base64(text, strlen(text));
        cJSON_AddStringToObject(cJSON_AddObjectToObject(patch, "data"), AGENTS[index].key, encoded);
        object_merge(cluster, "secrets", NS, AGENTS[index].secret, MANAGER, patch);
        free(encoded);
    } else {
        object_secret(cluster, NS, AGENTS[index].secret, NULL, AGENTS[index].key, text,
                      (char *)NULL);
    }
    tokens->is_writing = false;
    free(text);
}

static void tell_created(const Tokens *tokens, int index, const Plane *plane)
{
    cJSON *data = cJSON_CreateObject();

    cJSON_AddStringToObject(data, "secret", AGENTS[index].secret);
    cJSON_AddStringToObject(data, "kid", tokens->tokens[index].facts.kid);
    cJSON_AddStringToObject(data, "plane", plane->name);
    trace_add(tokens->world->trace, tokens->site->name, EVENT_TOKEN_CREATED, data,
              "%s: %s signed by %s", tokens->site->name, AGENTS[index].secret, plane->name);
}

/* The kubelet brings a changed secret to the pods that mount it. */
static void bring(Tokens *tokens)
{
    tokens->arriving = tokens->tokens[EDGE_TOKEN].facts;
    if (!tokens->arrives_ms)
        tokens->arrives_ms =
            clock_mono_ms() +
            span_draw(&tokens->world->parameters.tokens.kubelet_refresh, &tokens->random);
}

/* In clusters that nobody looks at only another key is news. */
static void replace(Tokens *tokens, int index, const Plane *plane)
{
    Token *token = &tokens->tokens[index];
    bool is_news = tokens->site->is_populated ||
                   strcmp(token->facts.kid, signing_key_kid(plane->iam_key)) != 0;

    token->exists = true;
    token->key = plane->iam_key;
    snprintf(token->facts.kid, sizeof token->facts.kid, "%s", signing_key_kid(plane->iam_key));
    token->facts.issued_ms = plane_clock_ms(plane, clock_wall_ms()) / 1000 * 1000;
    token->facts.expires_ms = token->facts.issued_ms + tokens->world->parameters.tokens.ttl_ms;
    if (tokens->writes_empty)
        token->facts.kid[0] = '\0';
    if (tokens->site->is_populated)
        write_secret(tokens, index);
    if (is_news)
        tell_created(tokens, index, plane);
    if (index == EDGE_TOKEN)
        bring(tokens);
}

/* ---- one look ------------------------------------------------------------------------------------------------------------------------------ */

static bool decode(const cJSON *secret, const char *key, char out_text[256])
{
    const cJSON *data = cJSON_GetObjectItemCaseSensitive(secret, "data");
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(data, key);
    char *bytes = NULL;
    size_t length = 0;

    if (!cJSON_IsString(value) || !json_base64_decode(value->valuestring, &bytes, &length, NULL))
        return false;
    snprintf(out_text, 256, "%s", bytes);
    free(bytes);
    return true;
}

/* cluster-service-account as it should be; else out_why, in the words of domain.md 2.4. */
static bool is_configured(const Tokens *tokens, char out_why[400])
{
    const ControlPlaneSite *site = tokens->site;
    const cJSON *account, *resource;
    const char *name;
    char fqn[256] = "", wanted[256];

    if (!site->is_populated)
        return true;
    account = kube_find(site->cluster, "secrets", NS, "cluster-service-account");
    resource = kube_find(site->cluster, "controlplanes", NS, "controlplane");
    name = json_string_or(resource, "spec/managementPlane/clusterName", site->name);
    snprintf(wanted, sizeof wanted, "organizations/%s/clusters/%s",
             tokens->world->parameters.organization, name);
    if (!account) {
        snprintf(out_why, 400,
                 "secret istio-system/cluster-service-account not found: Secret "
                 "\"cluster-service-account\" not found");
        return false;
    }
    if (decode(account, "clusterFqn", fqn) && strcmp(fqn, wanted) == 0)
        return true;
    snprintf(out_why, 400,
             "cluster has been configured with incorrect service account secret. ControlPlane CR "
             "has cluster name \"%.100s\", but service account secret has \"%.120s\"",
             name, fqn);
    return false;
}

static bool is_account_known(const Tokens *tokens, const Plane *plane)
{
    const PgMember *database = plane ? plane_primary(plane) : NULL;
    char key[64];

    snprintf(key, sizeof key, "clusters/%s", tokens->site->name);
    return database && pg_member_row(database, key);
}

static void fail(Tokens *tokens, int64_t wait_ms, const char *wait, const char *why)
{
    tokens->failures++;
    site_log(tokens->site, MANAGER,
             "error\tcontrolplane\ttoken rotation failed, retrying in %s: %s "
             "[scope=\"controlplane\"]",
             wait, why);
    look_in(tokens, wait_ms);
}

static void fail_configuration(Tokens *tokens, const char *why)
{
    int64_t wait_ms = tokens->world->parameters.tokens.configuration_retry_ms;
    char wait[40];

    snprintf(wait, sizeof wait, "%lldm%llds", (long long)(wait_ms / 60000),
             (long long)(wait_ms / 1000 % 60));
    fail(tokens, wait_ms, wait, why);
}

static void fail_transport(Tokens *tokens, const char *why)
{
    const WorldParameters *parameters = &tokens->world->parameters;
    int64_t wait_ms = span_draw(&parameters->tokens.transport_retry, &tokens->random);
    int64_t cap_ms = parameters->edges.backoff_cap_ms;
    char wait[40], text[300];

    for (int i = 0; i < tokens->failures && wait_ms < cap_ms; i++)
        wait_ms = wait_ms * GROWTH_PERCENT / 100;
    if (wait_ms > cap_ms)
        wait_ms = cap_ms;
    snprintf(wait, sizeof wait, "%.9gs", (double)wait_ms / 1000);
    snprintf(text, sizeof text, "generate tokens: rpc error: %s", why);
    fail(tokens, wait_ms, wait, text);
}

static void rotate(Tokens *tokens)
{
    char why[400] = "", unavailable[200];
    const char *reason = "";
    Plane *plane;

    if (!is_configured(tokens, why)) {
        fail_configuration(tokens, why);
        return;
    }
    plane = site_find_api(tokens->site, &reason);
    if (!plane) {
        snprintf(unavailable, sizeof unavailable,
                 "code = Unavailable desc = connection error: desc = \"transport: Error while "
                 "dialing: %s\"",
                 reason);
        fail_transport(tokens, unavailable);
        return;
    }
    if (!is_account_known(tokens, plane)) {
        fail_transport(tokens, "code = Unauthenticated desc = unknown service account");
        return;
    }
    for (int i = 0; i < SECRETS; i++)
        if (is_due(tokens, i))
            replace(tokens, i, plane);
    tokens->failures = 0;
    edge_check_tokens(tokens->site->edge);
}

/* The edge finds its plane by what the ControlPlane says: a new host means new pods. */
static void set_up_edge(Tokens *tokens)
{
    const char *host = site_plane_host(tokens->site);
    cJSON *patch;

    if (strcmp(host, tokens->host) == 0)
        return;
    snprintf(tokens->host, sizeof tokens->host, "%s", host);
    if (!tokens->site->is_populated || !kube_find(tokens->site->cluster, "deployments", NS, "edge"))
        return;
    patch = cJSON_CreateObject();
    json_put(patch, "spec/template/metadata/annotations", cJSON_CreateObject());
    cJSON_AddStringToObject(json_find(patch, "spec/template/metadata/annotations"),
                            "xcp.tetrate.io/central-host", host);
    object_merge(tokens->site->cluster, "deployments", NS, "edge", MANAGER, patch);
    world_note(tokens->world, tokens->site->name, MANAGER, "deployments", "edge",
               "set up for another host");
}

static void on_timer(void *owner)
{
    Tokens *tokens = owner;

    if (site_ready_pods(tokens->site, MANAGER) == 0) {
        look_in(tokens, WITHOUT_PODS_MS);
        return;
    }
    set_up_edge(tokens);
    if (first_due_ms(tokens) <= clock_wall_ms())
        rotate(tokens);
    if (tokens->failures == 0)
        look_in(tokens, first_due_ms(tokens) - clock_wall_ms());
}

void tokens_kick(Tokens *tokens)
{
    tokens->failures = 0;
    look_in(tokens, span_draw(&tokens->world->parameters.tokens.regenerate, &tokens->random));
}

/* ---- what clients do to the secrets ----------------------------------------------------------------------------------------------------------- */

static int index_of(const KubeChange *change)
{
    const char *name = json_string_or(change->object, "metadata/name", "");

    for (int i = 0; i < SECRETS; i++)
        if (strcmp(AGENTS[i].secret, name) == 0 &&
            strcmp(json_string_or(change->object, "metadata/namespace", ""), NS) == 0)
            return i;
    return -1;
}

/* Judged at this moment: what the operator will meet when it makes new ones. */
static void tell_deleted(Tokens *tokens, int index, const char *by)
{
    const Plane *plane = site_find_api(tokens->site, NULL);
    cJSON *data = cJSON_CreateObject();

    cJSON_AddStringToObject(data, "secret", AGENTS[index].secret);
    cJSON_AddStringToObject(data, "by", by);
    cJSON_AddBoolToObject(data, "reachable", plane && plane_is_writable(plane));
    cJSON_AddBoolToObject(data, "accountKnown", is_account_known(tokens, plane));
    trace_add(tokens->world->trace, tokens->site->name, EVENT_TOKEN_DELETED, data,
              "%s: %s was deleted%s", tokens->site->name, AGENTS[index].secret,
              plane ? "" : ", and no plane answers there");
}

/* A token that a client put there: what it says counts. */
static void read_back(Token *token, const cJSON *secret, const char *key)
{
    const cJSON *value =
        cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(secret, "data"), key);
    char *text = NULL;
    size_t length;

    *token = (Token){.exists = true};
    if (cJSON_IsString(value) && json_base64_decode(value->valuestring, &text, &length, NULL) &&
        (strpbrk(text, " \r\n") ||
         !token_read(text, token->facts.kid, &token->facts.issued_ms, &token->facts.expires_ms)))
        token->facts = (TokenFacts){0};
    free(text);
}

static void on_secret(void *owner, const KubeChange *change)
{
    Tokens *tokens = owner;
    int index = index_of(change);
    const char *by = change->manager ? change->manager : "";

    if (index < 0 || tokens->is_writing)
        return;
    if (change->type != KUBE_DELETED) {
        read_back(&tokens->tokens[index], change->object, AGENTS[index].key);
        if (index == EDGE_TOKEN)
            bring(tokens);
        return;
    }
    tokens->tokens[index].exists = false;
    tell_deleted(tokens, index, by);
    if (tokens->failures > 0 || !is_wanted(tokens, index))
        return;
    look_in(tokens, tokens->world->parameters.tokens.by_watch
                        ? span_draw(&tokens->world->parameters.tokens.regenerate, &tokens->random)
                        : wait_for_tick(tokens));
}

/* Is everything else that it asks for as it was? */
static bool is_only_host(const KubeChange *change)
{
    cJSON *before = cJSON_Duplicate(json_find(change->previous, "spec"), true);
    cJSON *after = cJSON_Duplicate(json_find(change->object, "spec"), true);
    bool is_equal;

    json_put_string(before, "managementPlane/host", "");
    json_put_string(after, "managementPlane/host", "");
    is_equal = json_equal(before, after);
    cJSON_Delete(before);
    cJSON_Delete(after);
    return is_equal;
}

static void tell_followed(const Tokens *tokens, const KubeChange *change)
{
    const char *was = json_string_or(change->previous, "spec/managementPlane/host", "");
    const char *host = json_string_or(change->object, "spec/managementPlane/host", "");
    cJSON *data;

    if (change->type != KUBE_MODIFIED || !change->previous)
        return;
    data = cJSON_CreateObject();
    json_put_string(data, "host", host);
    json_put_string(data, "was", was);
    json_put_string(data, "by", change->manager ? change->manager : "");
    json_put_bool(data, "onlyHost", is_only_host(change));
    trace_add(tokens->world->trace, tokens->site->name, EVENT_SITE_HOST, data, "%s: follows %s",
              tokens->site->name, host);
}

static void on_resource(void *owner, const KubeChange *change)
{
    Tokens *tokens = owner;

    tell_followed(tokens, change);
    if (strcmp(site_plane_host(tokens->site), tokens->host) != 0)
        look_in(tokens, span_draw(&tokens->world->parameters.mp_operator.start, &tokens->random));
}

/* ---- mounting ------------------------------------------------------------------------------------------------------------------------------- */

const TokenFacts *tokens_mounted(Tokens *tokens)
{
    if (tokens->arrives_ms && tokens->arrives_ms <= clock_mono_ms()) {
        tokens->mounted = tokens->arriving;
        tokens->arrives_ms = 0;
    }
    return &tokens->mounted;
}

bool tokens_are_mountable(const Tokens *tokens)
{
    const ControlPlaneSite *site = tokens->site;

    return tokens->tokens[EDGE_TOKEN].exists &&
           (!site->is_populated ||
            kube_find(site->cluster, "secrets", NS, "xcp-central-ca-bundle"));
}

bool tokens_mount(Tokens *tokens)
{
    if (!tokens_are_mountable(tokens))
        return false;
    tokens->mounted = tokens->tokens[EDGE_TOKEN].facts;
    tokens->arrives_ms = 0;
    return true;
}

/* ---- the whole ------------------------------------------------------------------------------------------------------------------------------- */

Tokens *tokens_new(ControlPlaneSite *site)
{
    Tokens *tokens = MEMORY_NEW(Tokens);
    const WorldParameters *parameters = &site->world->parameters;
    char stream[40];

    snprintf(stream, sizeof stream, "operator/%s", site->name);
    tokens->site = site;
    tokens->world = site->world;
    tokens->random = world_random(site->world, stream);
    tokens->timer = timer_new(site->world->loop, on_timer, tokens);
    tokens->first_tick_ms =
        clock_mono_ms() +
        random_between(&tokens->random, 0, parameters->tokens.configuration_retry_ms);
    snprintf(tokens->host, sizeof tokens->host, "%s", site_plane_host(site));
    return tokens;
}

/* Signed by mp1, all four together, some time ago but not so long that they were due. */
void tokens_start(Tokens *tokens)
{
    const WorldParameters *parameters = &tokens->world->parameters;
    const SigningKey *key = tokens->world->planes[0]->iam_key;
    int64_t oldest_ms = parameters->tokens.ttl_ms / 100 * parameters->tokens.rotates_at_percent;
    int64_t age_ms = parameters->tokens.age_ms < oldest_ms ? parameters->tokens.age_ms : oldest_ms;
    TokenFacts facts = {.issued_ms = clock_wall_ms() / 1000 * 1000 -
                                     random_between(&tokens->random, 0, age_ms)};

    snprintf(facts.kid, sizeof facts.kid, "%s", signing_key_kid(key));
    facts.expires_ms = facts.issued_ms + parameters->tokens.ttl_ms;
    for (int i = 0; i < SECRETS; i++)
        tokens->tokens[i] = (Token){.exists = is_wanted(tokens, i), .facts = facts, .key = key};
    tokens->mounted = facts;
    look_in(tokens, first_due_ms(tokens) - clock_wall_ms());
}

void tokens_stray(Tokens *tokens, const SigningKey *key)
{
    for (int i = 0; i < SECRETS; i++) {
        Token *token = &tokens->tokens[i];

        if (!token->exists)
            continue;
        token->key = key;
        snprintf(token->facts.kid, sizeof token->facts.kid, "%s", signing_key_kid(key));
        if (tokens->site->is_populated)
            write_secret(tokens, i);
    }
    tokens->mounted = tokens->tokens[EDGE_TOKEN].facts;
}

void tokens_spoil(Tokens *tokens, bool writes_empty)
{
    tokens->writes_empty = writes_empty;
}

static void write_account(Tokens *tokens)
{
    SigningKey *key = signing_key_new();
    cJSON *jwk = signing_key_private_jwk(key);
    char *text = json_text(jwk), fqn[256];

    snprintf(fqn, sizeof fqn, "organizations/%s/clusters/%s",
             tokens->world->parameters.organization, tokens->site->name);
    world_keep_secret(tokens->world, text);
    world_keep_secret(tokens->world, json_string_or(jwk, "d", ""));
    object_secret(tokens->site->cluster, NS, "cluster-service-account", NULL, "clusterFqn", fqn,
                  "jwk", text, (char *)NULL);
    free(text);
    cJSON_Delete(jwk);
    signing_key_free(key);
}

void tokens_populate(Tokens *tokens)
{
    KubeCluster *cluster = tokens->site->cluster;

    write_account(tokens);
    for (int i = 0; i < SECRETS; i++)
        if (tokens->tokens[i].exists)
            write_secret(tokens, i);
    tokens->secret_watch = kube_listen(cluster, "secrets", on_secret, tokens);
    tokens->resource_watch = kube_listen(cluster, "controlplanes", on_resource, tokens);
    tokens->is_listening = true;
}

void tokens_free(Tokens *tokens)
{
    if (!tokens)
        return;
    if (tokens->is_listening) {
        kube_unlisten(tokens->site->cluster, tokens->secret_watch);
        kube_unlisten(tokens->site->cluster, tokens->resource_watch);
    }
    timer_free(tokens->timer);
    free(tokens);
}
