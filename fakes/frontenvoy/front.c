/*
 * fakes/frontenvoy/front.c - a management plane's front envoy: TSB's REST API over TLS.
 *
 * All goes well: a request has arrived; the fault point lets it pass; tsb and iam are there; the caller is who it
 * says; the path is one of ours; the world answers. Goes wrong, in that order: the fault's way; 503 from Envoy; 401; 404 or 501;
 * 404, 400 or 500 from the API, all in grpc-gateway's form.
 */
#include "fakes/frontenvoy/front.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "fakes/frontenvoy/route.h"
#include "fakes/net/http.h"

struct Front {
    FrontOptions options;
    HttpConnections connections;
};

static const char JSON[] = "application/json";
static const char NO_HEALTHY_UPSTREAM[] = "no healthy upstream";

/* google.rpc.Code, and the HTTP status that grpc-gateway makes of it. */
static const struct {
    int http, grpc;
} CODES[] = {
    {400, 3 },
    {401, 16},
    {403, 7 },
    {404, 5 },
    {409, 6 },
    {429, 8 },
    {500, 13},
    {501, 12},
    {503, 14},
    {504, 4 },
};

/* ---- answers -------------------------------------------------------------------------------------- */

static int grpc_code(int status)
{
    for (size_t i = 0; i < sizeof CODES / sizeof CODES[0]; i++)
        if (CODES[i].http == status)
            return CODES[i].grpc;
    return 2; /* UNKNOWN */
}

/* The query is left out: whatever a client puts there, it is nothing that we read. */
static void record(Front *front, HttpExchange *exchange, int status)
{
    const char *method = http_method(exchange);
    cJSON *data;

    if (status < 400 && strcmp(method, "POST") != 0)
        return;
    data = cJSON_CreateObject();
    json_put_string(data, "method", method);
    json_put_string(data, "path", http_path(exchange));
    json_put_integer(data, "status", status);
    trace_add(front->options.trace, front->options.model.site, "front.request", data, "%s %s: %d",
              method, http_path(exchange), status);
}

static void answer_bytes(Front *front, HttpExchange *exchange, int status, const char *type,
                         const char *text)
{
    record(front, exchange, status);
    http_header(exchange, "Server", "envoy");
    http_answer(exchange, status, type, text, strlen(text));
}

/* json is owned. */
static void answer_json(Front *front, HttpExchange *exchange, int status, cJSON *json)
{
    char *text = json_text(json);

    answer_bytes(front, exchange, status, JSON, text);
    free(text);
    cJSON_Delete(json);
}

static void answer_error(Front *front, HttpExchange *exchange, int status, const char *message)
{
    cJSON *json = cJSON_CreateObject();

    json_put_integer(json, "code", grpc_code(status));
    json_put_string(json, "message", message);
    json_put(json, "details", cJSON_CreateArray());
    if (status == 401)
        http_header(exchange, "WWW-Authenticate", "Basic");
    answer_json(front, exchange, status, json);
}

static void answer_not_found(Front *front, HttpExchange *exchange, const char *kind,
                             const char *name)
{
    answer_error(front, exchange, 404,
                 arena_format(http_arena(exchange), "%s %s not found", kind, name));
}

/* json, owned, under key, or the 404 of what is not there. */
static void answer_found(Front *front, HttpExchange *exchange, const char *key, cJSON *json,
                         const char *kind, const char *name)
{
    cJSON *whole = json;

    if (json == NULL) {
        answer_not_found(front, exchange, kind, name);
        return;
    }
    if (key != NULL) {
        whole = cJSON_CreateObject();
        json_put(whole, key, json);
    }
    answer_json(front, exchange, 200, whole);
}

/* ---- who asks -------------------------------------------------------------------------------------- */

static bool may_log_in(const FrontModel *model, const char *basic)
{
    char *pair = NULL, *password;
    size_t length;
    bool may = false;

    if (!json_base64_decode(basic, &pair, &length, NULL))
        return false;
    password = strchr(pair, ':');
    if (password != NULL && strlen(pair) == length) {
        *password++ = '\0';
        may = model->may_log_in(model->self, pair, password);
    }
    OPENSSL_cleanse(pair, length);
    free(pair);
    return may;
}

/* A token comes first, and if it is there it has to be good, as for Tetrate's own clients. */
static bool is_authenticated(const FrontModel *model, HttpExchange *exchange)
{
    static const char BASIC[] = "Basic ";
    const char *token = http_request_header(exchange, "x-tetrate-token");
    const char *authorization = http_request_header(exchange, "Authorization");

    if (token != NULL)
        return model->is_token_valid(model->self, token);
    if (authorization == NULL || strncasecmp(authorization, BASIC, strlen(BASIC)) != 0)
        return false;
    return may_log_in(model, authorization + strlen(BASIC));
}

static void answer_token(Front *front, HttpExchange *exchange, const char *user)
{
    const FrontModel *model = &front->options.model;
    char *token = model->issue_token(model->self, user);
    cJSON *json = cJSON_CreateObject();

    json_put_string(json, "bearerToken", token);
    json_put_string(json, "refreshToken", token);
    answer_json(front, exchange, 200, json);
    free(token);
}

/* IAM's Authenticate, which needs no credentials but those in its body. */
static void log_in(Front *front, HttpExchange *exchange)
{
    const FrontModel *model = &front->options.model;
    cJSON *json = NULL;
    size_t length;
    const char *body = http_body(exchange, &length), *user, *password;
    Error err = {0};

    if (!json_parse(body, length, &json, &err)) {
        answer_error(front, exchange, 400, err.message);
        return;
    }
    user = json_string_or(json, "basic/username", "");
    password = json_string_or(json, "basic/password", "");
    if (model->may_log_in(model->self, user, password))
        answer_token(front, exchange, user);
    else
        answer_error(front, exchange, 401, "invalid or missing credentials");
    cJSON_Delete(json);
}

static bool is_login(const FrontModel *model, HttpExchange *exchange)
{
    return model->login_path && strcmp(http_method(exchange), "POST") == 0 &&
           strcmp(http_path(exchange), model->login_path) == 0;
}

/* ---- writes ---------------------------------------------------------------------------------------- */

static bool is_name(const char *text)
{
    static const char ALLOWED[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";

    return text != NULL && *text != '\0' && text[strspn(text, ALLOWED)] == '\0';
}

/* The fault may want the write to be lost although it is said to be done. */
static bool store_tenant(Front *front, HttpExchange *exchange, const char *name)
{
    const FrontModel *model = &front->options.model;
    const FaultCall call = {.point = "front.request",
                            .site = model->site,
                            .verb = "POST",
                            .resource = "tenants",
                            .name = name};

    if (http_fault(exchange)->kind != FAULT_DROP)
        return model->create_tenant(model->self, name);
    fault_witness(front->options.faults, http_fault(exchange), &call,
                  arena_format(http_arena(exchange), "POST tenants %s: answered 200, not stored",
                               name));
    return true;
}

static void create_tenant(Front *front, HttpExchange *exchange, const char *organization)
{
    Error err = {0};
    cJSON *json = NULL, *tenant;
    size_t length;
    const char *body = http_body(exchange, &length);
    const char *name;

    if (!json_parse(body, length, &json, &err)) {
        answer_error(front, exchange, 400, err.message);
        return;
    }
    name = arena_text(http_arena(exchange), json_string(json, "name"));
    cJSON_Delete(json);
    if (!is_name(name)) {
        answer_error(front, exchange, 400, "name: must be lower-case letters, digits, '-' and '.'");
        return;
    }
    if (!store_tenant(front, exchange, name)) {
        answer_error(front, exchange, 500, "cannot execute INSERT in a read-only transaction");
        return;
    }
    tenant = cJSON_CreateObject();
    json_put_string(tenant, "fqn",
                    arena_format(http_arena(exchange), "organizations/%s/tenants/%s", organization,
                                 name));
    answer_json(front, exchange, 200, tenant);
}

/* ---- routes ---------------------------------------------------------------------------------------- */

static void answer_metrics(Front *front, HttpExchange *exchange)
{
    const FrontModel *model = &front->options.model;
    char *text = model->metrics(model->self);

    answer_bytes(front, exchange, 200, "text/plain; version=0.0.4; charset=utf-8", text);
    free(text);
}

static void answer_route(Front *front, HttpExchange *exchange, const Route *route)
{
    const FrontModel *m = &front->options.model;
    const char *organization = route->names[0], *name = route->names[1];

    switch (route->id) {
    case ROUTE_ORGANIZATION_STATUS:
        answer_found(front, exchange, NULL, m->organization_status(m->self), "organization",
                     organization);
        return;
    case ROUTE_CLUSTERS:
        answer_found(front, exchange, "clusters", m->clusters(m->self), "clusters of",
                     organization);
        return;
    case ROUTE_CLUSTER:
        answer_found(front, exchange, NULL, m->cluster(m->self, name), "cluster", name);
        return;
    case ROUTE_CLUSTER_STATUS:
        answer_found(front, exchange, NULL, m->cluster_status(m->self, name), "cluster", name);
        return;
    case ROUTE_GENERATE_TOKENS:
        answer_found(front, exchange, NULL, m->generate_tokens(m->self, name), "cluster", name);
        return;
    case ROUTE_TENANTS:
        answer_found(front, exchange, "tenants", m->tenants(m->self), "tenants of", organization);
        return;
    case ROUTE_CREATE_TENANT:
        create_tenant(front, exchange, organization);
        return;
    case ROUTE_WORKSPACES:
        answer_found(front, exchange, "workspaces", m->workspaces(m->self, name), "tenant", name);
        return;
    case ROUTE_METRICS:
        answer_metrics(front, exchange);
        return;
    case ROUTE_NONE:
        answer_error(front, exchange, 404, "Not Found");
        return;
    case ROUTE_WRONG_METHOD: /* grpc-gateway makes 501 of it */
        answer_error(front, exchange, 501, "Method Not Allowed");
        return;
    }
}

static bool is_known_organization(const FrontModel *model, const char *name)
{
    return name == NULL || strcmp(name, model->organization) == 0;
}

/* Behind the fault point: a request that was held back meets the plane as it is by then. */
static void handle(void *owner, HttpExchange *exchange)
{
    Front *front = owner;
    const FrontModel *model = &front->options.model;
    const Route route =
        route_find(http_method(exchange), http_path(exchange), http_arena(exchange));

    if (!model->is_serving(model->self))
        answer_bytes(front, exchange, 503, "text/plain", NO_HEALTHY_UPSTREAM);
    else if (is_login(model, exchange))
        log_in(front, exchange);
    else if (!is_authenticated(model, exchange))
        answer_error(front, exchange, 401, "invalid or missing credentials");
    else if (!is_known_organization(model, route.names[0]))
        answer_not_found(front, exchange, "organization", route.names[0]);
    else
        answer_route(front, exchange, &route);
}

/* ---- the server ------------------------------------------------------------------------------------- */

/* Without words of its own, a 503 is Envoy's, which could not reach the API. */
static void fail(void *owner, HttpExchange *exchange, const Fault *fault)
{
    Front *front = owner;
    const char *text = fault->text;

    if (fault->retry_after_s > 0)
        http_header(exchange, "Retry-After",
                    arena_format(http_arena(exchange), "%lld", (long long)fault->retry_after_s));
    if (text == NULL && fault->code == 503)
        answer_bytes(front, exchange, 503, "text/plain", NO_HEALTHY_UPSTREAM);
    else
        answer_error(front, exchange, fault->code, text != NULL ? text : "injected failure");
}

static void on_request(void *owner, HttpExchange *exchange)
{
    Front *front = owner;
    const Route route =
        route_find(http_method(exchange), http_path(exchange), http_arena(exchange));
    const FaultCall call = {
        .point = "front.request",
        .site = front->options.model.site,
        .verb = http_method(exchange),
        .resource = route.resource != NULL ? route.resource : http_path(exchange),
        .name = route.names[1],
        .detail = http_path(exchange),
    };

    http_with_faults(exchange, front->options.faults, &call, handle, fail, front);
}

Front *front_new(const FrontOptions *options)
{
    Front *front = MEMORY_NEW(Front);

    front->options = *options;
    return front;
}

void front_accept(void *owner, int fd)
{
    Front *front = owner;

    http_serve(fd, &(HttpOptions){.loop = front->options.loop,
                                  .trace = front->options.trace,
                                  .tls = front->options.tls,
                                  .handler = on_request,
                                  .owner = front,
                                  .connections = &front->connections});
}

void front_drop_connections(Front *front)
{
    http_reset_all(&front->connections);
}

void front_free(Front *front)
{
    if (front == NULL)
        return;
    front_drop_connections(front);
    free(front);
}
