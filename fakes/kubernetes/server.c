/*
 * fakes/kubernetes/server.c - one listener for many API servers: who asks which, and what the fault points make of it.
 *
 * All goes well: a request names its cluster, is routed to a resource, its user is known and may, the fault points let it
 * pass, and the verb's own file answers. Goes wrong, in this order: no such cluster (404), cluster out of reach (reset), bad
 * token (401), no such path (404), not allowed (403), wrong method (405), a fault.
 */
#include "fakes/kubernetes/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/kubernetes/access/account.h"
#include "fakes/kubernetes/access/authenticate.h"
#include "fakes/kubernetes/connect.h"
#include "fakes/kubernetes/surface/view.h"

enum { COMPRESS_FROM = 128 * 1024 + 1 };

struct KubeEntrance {
    KubeServer *server;
    KubeCluster *cluster; /* NULL: the path says which */
    KubeEntrance *next;
    SSL_CTX *tls; /* NULL: the server's */
};

struct KubeServer {
    KubeServerOptions options;
    HttpConnections connections;
    KubeDocuments *documents;
    KubeEntrance all, *entrances; /* all: of every cluster */
    KubeCluster **clusters;       /* sorted by name */
    int cluster_count, cluster_capacity;
    KubeTokens tokens;
    KubeAudit *audit; /* NULL: none */
};

/* ---- clusters and tokens ---------------------------------------------------------------------- */

KubeServer *kube_server_new(const KubeServerOptions *options)
{
    KubeServer *server = MEMORY_NEW(KubeServer);

    server->options = *options;
    server->documents = kube_documents_new();
    server->all.server = server;
    return server;
}

void kube_server_audit(KubeServer *server, KubeAudit *audit)
{
    server->audit = audit;
}

void kube_server_free(KubeServer *server)
{
    if (server == NULL)
        return;
    http_reset_all(&server->connections);
    tokens_release(&server->tokens);
    while (server->entrances != NULL) {
        KubeEntrance *entrance = server->entrances;

        server->entrances = entrance->next;
        free(entrance);
    }
    kube_documents_free(server->documents);
    free(server->clusters);
    free(server);
}

static int find_place(const KubeServer *server, const char *name)
{
    int low = 0, high = server->cluster_count;

    while (low < high) {
        int middle = low + (high - low) / 2;

        if (strcmp(kube_cluster_name(server->clusters[middle]), name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static KubeCluster *find_cluster(const KubeServer *server, const char *name)
{
    int at = find_place(server, name);

    if (at == server->cluster_count || strcmp(kube_cluster_name(server->clusters[at]), name) != 0)
        return NULL;
    return server->clusters[at];
}

void kube_server_add(KubeServer *server, KubeCluster *cluster)
{
    int at = find_place(server, kube_cluster_name(cluster));

    MEMORY_GROW(server->clusters, server->cluster_count, server->cluster_capacity);
    memmove(server->clusters + at + 1, server->clusters + at,
            (server->cluster_count - at) * sizeof *server->clusters);
    server->clusters[at] = cluster;
    server->cluster_count++;
    store_keep_past(cluster);
    if (server->options.saves_memory)
        store_let_rest(cluster);
}

void kube_server_add_token(KubeServer *server, const KubeTokenUser *user)
{
    tokens_add(&server->tokens, user);
}

/* ---- faults ----------------------------------------------------------------------------------- */

FaultCall request_fault_call(const KubeRequest *request)
{
    return (FaultCall){.point = "kube.request",
                       .site = kube_cluster_name(request->cluster),
                       .verb = http_method(request->exchange),
                       .resource = request_resource(request),
                       .name = *request->name ? request->name : NULL,
                       .detail = *request->ns ? request->ns : NULL,
                       .client = request->user.name};
}

static const struct {
    int code;
    const char *reason, *message;
} FAILURES[] = {
    {400, "BadRequest",         "the server rejected our request for an unknown reason"         },
    {401, "Unauthorized",       "Unauthorized"                                                  },
    {410, "Expired",            "The resourceVersion for the provided list is too old."         },
    {422, "Invalid",            "the server rejected our request due to an error in our request"},
    {500, "InternalError",      "Internal error occurred: etcdserver: request timed out"        },
    {503, "ServiceUnavailable", "the server is currently unable to handle the request"          },
    {504, "Timeout",
     "Timeout: request did not complete within requested timeout - context "
     "deadline exceeded"                                                                        },
};

static void fill_failure(const KubeRequest *request, const Fault *fault, KubeStatus *status)
{
    const char *text = fault->text;

    for (size_t i = 0; i < sizeof FAILURES / sizeof *FAILURES; i++)
        if (FAILURES[i].code == fault->code) {
            status_set(status, fault->code, FAILURES[i].reason, NULL, "%s",
                       text ? text : FAILURES[i].message);
            return;
        }
    if (fault->code == 403)
        request_forbid(request, status);
    else if (fault->code == 409 && request->kind != NULL)
        status_modified(status, request->kind, request->name);
    else if (fault->code == 404 && request->kind != NULL)
        status_not_found(status, request->kind, request->name);
    else
        status_set(status, fault->code, "", NULL,
                   "an error on the server has prevented the request "
                   "from succeeding");
    if (text != NULL) {
        free(status->message);
        status->message = memory_text(text);
    }
}

/* 410 has a form of its own for who goes on from a number or a token. False: this request does not. */
static bool answer_expired(KubeRequest *request)
{
    if (strcmp(request->verb, "watch") == 0)
        request_watch_expired(request);
    else if (strcmp(request->verb, "list") == 0)
        request_list_expired(request);
    else
        return false;
    return true;
}

static void fail(void *owner, HttpExchange *exchange, const Fault *fault)
{
    KubeRequest *request = owner;
    KubeStatus status = {0};
    int64_t retry_s = fault->retry_after_s;

    if (retry_s == 0 && fault->code == 429)
        retry_s = 1;
    if (retry_s > 0)
        http_header(exchange, "Retry-After",
                    arena_format(request->arena, "%lld", (long long)retry_s));
    if (fault->code == 410 && answer_expired(request))
        return;
    if (fault->code == 429) {
        request_answer_plain(request, 429,
                             fault->text ? fault->text
                                         : "Too many requests, please try again later.\n");
        return;
    }
    fill_failure(request, fault, &status);
    request_refuse(request, &status);
}

/* ---- one request ------------------------------------------------------------------------------ */

static void serve(void *owner, HttpExchange *exchange)
{
    KubeRequest *request = owner;

    (void)exchange;
    request->version_before = request->cluster->resource_version;
    if (request->kind == NULL) {
        if (!request_answer_openid(request))
            request_answer_meta(request);
    } else if (request_is_write(request))
        request_write(request);
    else if (strcmp(request->verb, "list") == 0)
        request_list(request);
    else if (strcmp(request->verb, "watch") == 0)
        request_watch(request);
    else if (strcmp(request->subresource, "log") == 0)
        request_follow_log(request);
    else
        request_get(request);
}

/* "/clusters/mp2/api/v1/...": the cluster, and in the request the path below it. NULL: no such cluster. */
static KubeCluster *take_cluster(const KubeEntrance *entrance, KubeRequest *request)
{
    static const char PREFIX[] = "/clusters/";
    const char *path = http_path(request->exchange), *name = path + strlen(PREFIX);
    size_t length;

    if (entrance->cluster != NULL) {
        request->path = path;
        return entrance->cluster;
    }
    if (strncmp(path, PREFIX, strlen(PREFIX)) != 0)
        return NULL;
    length = strcspn(name, "/");
    request->path = name[length] ? name + length : "/";
    return find_cluster(entrance->server, http_decode(request->arena, name, length));
}

/* "timeout=5m3s": how long the client would wait; only its form matters here. */
static bool check_timeout(const KubeRequest *request, KubeStatus *status)
{
    const char *timeout = http_parameter(request->exchange, "timeout");
    int64_t ms;

    return timeout == NULL || *timeout == 0 || clock_parse_duration(timeout, &ms) ||
           status_bad_request(status,
                              "invalid timeout specified in the request URL - time: invalid "
                              "duration \"%s\"",
                              timeout);
}

/* Before it is known what the request is about, for the refusals; and after it. */
static void read_accept(KubeRequest *request)
{
    bool is_discovery = strcmp(request->path, "/api") == 0 || strcmp(request->path, "/apis") == 0;
    bool is_custom = request->kind != NULL && kube_kind_has(request->kind, KUBE_CUSTOM);

    request->accept = accept_read(http_request_header(request->exchange, "Accept"),
                                  is_discovery ? ACCEPT_DISCOVERY
                                  : is_custom  ? ACCEPT_CUSTOM
                                               : ACCEPT_BUILT_IN);
}

static bool find_resource(KubeRequest *request, KubeStatus *status)
{
    if (!request_route(request, status))
        return false;
    read_accept(request);
    return request_choose_verb(request, status);
}

static bool admit(const KubeServer *server, KubeRequest *request, KubeStatus *status)
{
    return request_authenticate(request, &server->tokens, status) &&
           find_resource(request, status) && request_authorize(request, status) &&
           check_timeout(request, status) && connect_check(request, status) &&
           (request->kind == NULL || strcmp(request->subresource, "log") == 0 ||
            (request_check_accept(request, status) && view_check(request, status)));
}

/* A cluster knows who it is before it is filled. */
static bool looks_at_objects(const KubeRequest *request)
{
    if (request->kind != NULL && kube_kind_has(request->kind, KUBE_REVIEW))
        return false;
    return strcmp(request_resource(request), "namespaces") != 0 ||
           strcmp(request->name, "kube-system") != 0;
}

/* What a cluster has from the start, and carries only once somebody looks. */
static void prepare(const KubeRequest *request)
{
    if (roles_are_looked_at(request->kind, request->name, request->verb))
        roles_materialize(request->cluster);
    else if (request->kind != NULL && strcmp(request->kind->plural, "serviceaccounts") == 0)
        accounts_fit(request->cluster);
}

/* What comes into being by being looked at has always been there: no past shows the cluster without it. */
static void fill(const KubeServerOptions *options, const KubeRequest *request)
{
    KubeCluster *cluster = request->cluster;

    if (options->before_objects != NULL && looks_at_objects(request))
        options->before_objects(options->self, kube_cluster_name(cluster),
                                request_resource(request), request_is_write(request));
    prepare(request);
    if (cluster->resource_version != request->version_before || cluster->found == 0)
        cluster->found = cluster->resource_version;
}

static void on_request(void *owner, HttpExchange *exchange)
{
    const KubeEntrance *entrance = owner;
    const KubeServer *server = entrance->server;
    KubeRequest *request = ARENA_NEW(http_arena(exchange), KubeRequest);
    const KubeServerOptions *options = &server->options;
    KubeCluster *cluster;
    KubeStatus status = {0};
    FaultCall call;

    *request = (KubeRequest){
        .exchange = exchange,
        .arena = http_arena(exchange),
        .loop = options->loop,
        .trace = options->trace,
        .faults = options->faults,
        .documents = server->documents,
        .ca_pem = options->ca_pem,
        .admission = {.arena = http_arena(exchange),
                      .call = options->call_webhook,
                      .self = options->self},
        .ns = "",
        .name = "",
        .subresource = ""
    };
    request->cluster = cluster = take_cluster(entrance, request);
    if (cluster == NULL) {
        http_answer(exchange, 404, "text/plain; charset=utf-8", "404 page not found\n", 19);
        return;
    }
    read_accept(request);
    request_begin_audit(request, server->audit);
    request->version_before = cluster->resource_version;
    http_skew_date(exchange, cluster->clock_ahead_ms);
    if (options->is_reachable != NULL &&
        !options->is_reachable(options->self, kube_cluster_name(request->cluster))) {
        stream_reset(http_stream(exchange));
        return;
    }
    if (!admit(server, request, &status)) {
        request_refuse(request, &status);
        return;
    }
    fill(options, request);
    request->version_before = request->cluster->resource_version;
    call = request_fault_call(request);
    http_with_faults(exchange, options->faults, &call, serve, fail, request);
    store_rest(cluster);
}

KubeEntrance *kube_server_entrance(KubeServer *server, const char *cluster)
{
    KubeEntrance *entrance;

    if (find_cluster(server, cluster) == NULL)
        return NULL;
    entrance = MEMORY_NEW(KubeEntrance);
    *entrance = (KubeEntrance){server, find_cluster(server, cluster), server->entrances, NULL};
    server->entrances = entrance;
    return entrance;
}

void kube_entrance_show(KubeEntrance *entrance, SSL_CTX *tls)
{
    entrance->tls = tls;
}

static const char TOO_LONG[] =
    "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":"
    "\"Request entity too large: limit is 3145728\",\"reason\":\"RequestEntityTooLarge\","
    "\"code\":413}\n";

void kube_entrance_accept(void *owner, int fd)
{
    KubeEntrance *entrance = owner;
    KubeServer *server = entrance->server;
    const HttpOptions options = {.loop = server->options.loop,
                                 .trace = server->options.trace,
                                 .tls = entrance->tls ? entrance->tls : server->options.tls,
                                 .handler = on_request,
                                 .owner = entrance,
                                 .connections = &server->connections,
                                 .offers_http2 = server->options.offers_http2,
                                 .compress_from = COMPRESS_FROM,
                                 .too_long = TOO_LONG};

    http_serve(fd, &options);
}

void kube_server_accept(void *owner, int fd)
{
    KubeServer *server = owner;

    kube_entrance_accept(&server->all, fd);
}
