/*
 * tests/fakes/frontenvoy/front_test.c - the REST API as curl sees it, and what a fence, a fault and a stranger do to it.
 */
#include "fakes/frontenvoy/front.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/net/listener.h"
#include "fakes/net/pki.h"
#include "tests/fakes/net/client.h"
#include "tests/test.h"

/* ---- a world of two clusters and one tenant --------------------------------------------------------- */

typedef struct {
    Loop *loop;
    Trace *trace;
    Pki *pki;
    Certificate *certificate;
    SSL_CTX *tls;
    Listener *listener;
    Front *front;
    Client client;
    FaultPoints points;

    bool is_fenced, is_read_only;
    char created[64];
    Fault fault;
    char asked[200], evidence[200];
    int witnessed;
} World;

static bool is_serving(void *self)
{
    return !((World *)self)->is_fenced;
}

static bool may_log_in(void *self, const char *user, const char *password)
{
    (void)self;
    return strcmp(user, "admin") == 0 && strcmp(password, "pass:word") == 0;
}

static bool is_token_valid(void *self, const char *token)
{
    (void)self;
    return strcmp(token, "good-token") == 0;
}

static char *issue_token(void *self, const char *user)
{
    (void)self;
    return memory_format("token-of-%s", user);
}

static cJSON *parse(const char *text)
{
    cJSON *json = NULL;

    json_parse(text, strlen(text), &json, NULL);
    return json;
}

static cJSON *organization_status(void *self)
{
    (void)self;
    return parse("{\"status\": \"READY\"}");
}

static cJSON *clusters(void *self)
{
    (void)self;
    return parse("[{\"fqn\": \"organizations/tetrate/clusters/c1\"}]");
}

static cJSON *cluster(void *self, const char *name)
{
    (void)self;
    return strcmp(name, "c1") == 0 ? parse("{\"etag\": \"\\\"1\\\"\"}") : NULL;
}

static cJSON *cluster_status(void *self, const char *name)
{
    (void)self;
    return strcmp(name, "c1") == 0 ? parse("{\"status\": \"READY\"}") : NULL;
}

static cJSON *tenants(void *self)
{
    (void)self;
    return parse("[]");
}

static cJSON *workspaces(void *self, const char *tenant)
{
    (void)self;
    return strcmp(tenant, "t1") == 0 ? parse("[{\"name\": \"w\"}]") : NULL;
}

static bool create_tenant(void *self, const char *name)
{
    World *world = self;

    if (world->is_read_only)
        return false;
    snprintf(world->created, sizeof world->created, "%s", name);
    return true;
}

static cJSON *generate_tokens(void *self, const char *name)
{
    (void)self;
    return strcmp(name, "c1") == 0 ? parse("{\"tokens\": {\"xcp-edge-c1\": \"very-secret\"}}")
                                   : NULL;
}

static char *metrics(void *self)
{
    (void)self;
    return memory_text("xcp_central_current_edge_connections 2\n");
}

static Fault ask(void *self, const FaultCall *call)
{
    World *world = self;

    snprintf(world->asked, sizeof world->asked, "%s %s %s %s %s", call->point, call->site,
             call->verb, call->resource, call->name != NULL ? call->name : "-");
    return world->fault;
}

static void witness(void *self, const Fault *fault, const FaultCall *call, const char *evidence)
{
    World *world = self;

    (void)fault;
    (void)call;
    world->witnessed++;
    snprintf(world->evidence, sizeof world->evidence, "%s", evidence);
}

static void world_init(World *w)
{
    static const char *const NAMES[] = {"tsb.test", NULL};
    const CertificateOptions server = {.common_name = "tsb.test", .names = NAMES};

    *w = (World){.loop = loop_new(), .trace = trace_new(), .pki = pki_new("understudy CA")};
    w->points = (FaultPoints){.self = w, .ask = ask, .witness = witness};
    w->certificate = pki_issue(w->pki, &server);
    w->tls = certificate_server_context(w->certificate, NULL);
    w->front = front_new(&(FrontOptions){
        .loop = w->loop,
        .trace = w->trace,
        .tls = w->tls,
        .faults = &w->points,
        .model = {.self = w,
                  .site = "mp1",
                  .organization = "tetrate",
                  .is_serving = is_serving,
                  .may_log_in = may_log_in,
                  .is_token_valid = is_token_valid,
                  .login_path = "/login",
                  .issue_token = issue_token,
                  .organization_status = organization_status,
                  .clusters = clusters,
                  .cluster = cluster,
                  .cluster_status = cluster_status,
                  .tenants = tenants,
                  .workspaces = workspaces,
                  .create_tenant = create_tenant,
                  .generate_tokens = generate_tokens,
                  .metrics = metrics},
    });
    if (!CHECK(listener_start(w->loop, "127.0.0.1", 0, front_accept, w->front, &w->listener, NULL)))
        abort();
    client_init(&w->client, w->loop, "tsb.test", listener_port(w->listener), w->pki);
}

static void world_release(World *w)
{
    client_release(&w->client);
    listener_stop(w->listener);
    front_free(w->front);
    loop_free(w->loop);
    SSL_CTX_free(w->tls);
    certificate_free(w->certificate);
    pki_free(w->pki);
    trace_free(w->trace);
}

#define O "/v2/organizations/tetrate"

/* ---- what it answers --------------------------------------------------------------------------------- */

typedef struct {
    const char *name, *method, *path, *body;
    long status;
    const char *answer;
    const char *asked; /* of the fault point */
} RouteCase;

static const RouteCase ROUTE_CASES[] = {
    {"status",                          "GET",    O "/status",                      NULL,                                    200, "{\"status\":\"READY\"}",                   "GET status -"                   },
    {"head",                            "HEAD",   O "/status",                      NULL,                                    200, "",                                         "HEAD status -"                  },
    {"clusters",                        "GET",    O "/clusters",                    NULL,                                    200,
     "{\"clusters\":[{\"fqn\":\"organizations/tetrate/clusters/c1\"}]}",                                                                                                      "GET clusters -"                 },
    {"cluster",                         "GET",    O "/clusters/c1?view=x",          NULL,                                    200, "{\"etag\":\"\\\"1\\\"\"}",
     "GET clusters c1"                                                                                                                                                                                         },
    {"cluster status",                  "GET",    O "/clusters/c1/status",          NULL,                                    200, "{\"status\":\"READY\"}",
     "GET clusters/status c1"                                                                                                                                                                                  },
    {"tokens",                          "POST",   O "/clusters/c1:generateTokens",  "{}",                                    200,
     "{\"tokens\":{\"xcp-edge-c1\":\"very-secret\"}}",                                                                                                                        "POST clusters:generateTokens c1"},
    {"tenants",                         "GET",    O "/tenants",                     NULL,                                    200, "{\"tenants\":[]}",                         "GET tenants -"                  },
    {"workspaces",                      "GET",    O "/tenants/t1/workspaces",       NULL,                                    200,
     "{\"workspaces\":[{\"name\":\"w\"}]}",                                                                                                                                   "GET workspaces t1"              },
    {"metrics",                         "GET",    "/metrics",                       NULL,                                    200, "xcp_central_current_edge_connections 2\n",
     "GET metrics -"                                                                                                                                                                                           },
    {"new tenant",                      "POST",   O "/tenants",                     "{\"name\":\"canary-1\",\"tenant\":{}}", 200,
     "{\"fqn\":\"organizations/tetrate/tenants/canary-1\"}",                                                                                                                  "POST tenants -"                 },
    {"unknown organization",            "GET",    "/v2/organizations/acme/status",  NULL,                                    404,
     "{\"code\":5,\"message\":\"organization acme not found\",\"details\":[]}",                                                                                               "GET status -"                   },
    {"unknown organization on a write", "POST",   "/v2/organizations/acme/tenants",
     "{\"name\":\"x\"}",                                                                                                     404,
     "{\"code\":5,\"message\":\"organization acme not found\",\"details\":[]}",                                                                                               "POST tenants -"                 },
    {"unknown cluster",                 "GET",    O "/clusters/c9",                 NULL,                                    404,
     "{\"code\":5,\"message\":\"cluster c9 not found\",\"details\":[]}",                                                                                                      "GET clusters c9"                },
    {"status of an unknown cluster",    "GET",    O "/clusters/c9/status",          NULL,                                    404,
     "{\"code\":5,\"message\":\"cluster c9 not found\",\"details\":[]}",                                                                                                      "GET clusters/status c9"         },
    {"tokens of an unknown cluster",    "POST",   O "/clusters/c9:generateTokens",  "{}",                                    404,
     "{\"code\":5,\"message\":\"cluster c9 not found\",\"details\":[]}",                                                                                                      "POST clusters:generateTokens c9"},
    {"workspaces of an unknown tenant", "GET",    O "/tenants/t9/workspaces",       NULL,                                    404,
     "{\"code\":5,\"message\":\"tenant t9 not found\",\"details\":[]}",                                                                                                       "GET workspaces t9"              },
    {"no such path",                    "GET",    "/v3",                            NULL,                                    404,
     "{\"code\":5,\"message\":\"Not Found\",\"details\":[]}",                                                                                                                 "GET /v3 -"                      },
    {"no such method",                  "DELETE", O "/clusters/c1",                 NULL,                                    501,
     "{\"code\":12,\"message\":\"Method Not Allowed\",\"details\":[]}",                                                                                                       "DELETE clusters c1"             },
    {"a tenant without a name",         "POST",   O "/tenants",                     "{}",                                    400,
     "{\"code\":3,\"message\":\"name: must be lower-case letters, digits, '-' and "
     "'.'\",\"details\":[]}",                                                                                                                                                 "POST tenants -"                 },
    {"a tenant with a path for a name", "POST",   O "/tenants",                     "{\"name\":\"a/b\"}",                    400,
     "{\"code\":3,\"message\":\"name: must be lower-case letters, digits, '-' and "
     "'.'\",\"details\":[]}",                                                                                                                                                 "POST tenants -"                 },
};

static void test_answers_each_route(void)
{
    World w;

    world_init(&w);
    for (size_t i = 0; i < TEST_COUNT(ROUTE_CASES); i++) {
        const RouteCase *c = &ROUTE_CASES[i];
        char *asked = memory_format("front.request mp1 %s", c->asked);
        ClientReply reply;

        client_fetch(&w.client,
                     &(ClientRequest){.method = c->method,
                                      .path = c->path,
                                      .body = c->body,
                                      .user_password = "admin:pass:word"},
                     &reply);
        CHECK_CASE(c->name, reply.code == CURLE_OK && reply.status == c->status);
        CHECK_TEXT(reply.body.data, c->answer);
        CHECK_TEXT(w.asked, asked);
        CHECK_CASE(c->name, strstr(reply.head.data, "Server: envoy\r\n") != NULL);
        CHECK_CASE(c->name, reply.new_connections == (i == 0));
        client_reply_release(&reply);
        free(asked);
    }
    CHECK_TEXT(w.created, "canary-1");
    world_release(&w);
}

static void fetch(World *w, const ClientRequest *request, long status, const char *answer)
{
    ClientReply reply;

    client_fetch(&w->client, request, &reply);
    CHECK_INTEGER(reply.code, CURLE_OK);
    CHECK_INTEGER(reply.status, status);
    if (answer != NULL)
        CHECK_TEXT(reply.body.data, answer);
    client_reply_release(&reply);
}

#define UNAUTHENTICATED \
    "{\"code\":16,\"message\":\"invalid or missing credentials\",\"details\":[]}"

static void test_asks_who_it_is(void)
{
    static const struct {
        const char *name, *header, *user_password;
        bool may;
    } CASES[] = {
        {"nobody",                                      NULL,                                            NULL,              false},
        {"password",                                    NULL,                                            "admin:pass:word", true },
        {"wrong password",                              NULL,                                            "admin:guess",     false},
        {"wrong user",                                  NULL,                                            "root:pass:word",  false},
        {"no password",                                 "Authorization: Basic YWRtaW4=",                 NULL,              false},
        {"not base64",                                  "Authorization: Basic ???",                      NULL,              false},
        {"NUL in it",                                   "Authorization: Basic YWRtaW46cGFzczp3b3JkAHg=", NULL,              false},
        {"another scheme",                              "Authorization: Bearer good-token",              NULL,              false},
        {"token",                                       "x-tetrate-token: good-token",                   NULL,              true },
        {"wrong token",                                 "x-tetrate-token: bad-token",                    NULL,              false},
        {"empty token",                                 "x-tetrate-token;",                              NULL,              false},
        {"an empty token is a wrong one",               "x-tetrate-token;",                              "admin:pass:word", false},
        {"a wrong token comes before a right password", "x-tetrate-token: bad-token",
         "admin:pass:word",                                                                                                 false},
        {"a right token comes before a wrong password", "x-tetrate-token: good-token",
         "admin:guess",                                                                                                     true },
    };
    World w;

    world_init(&w);
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        const char *const headers[] = {CASES[i].header, NULL};
        ClientReply reply;

        client_fetch(&w.client,
                     &(ClientRequest){.path = O "/status",
                                      .headers = headers,
                                      .user_password = CASES[i].user_password},
                     &reply);
        CHECK_CASE(CASES[i].name, reply.status == (CASES[i].may ? 200 : 401));
        if (!CASES[i].may)
            CHECK_TEXT(reply.body.data, UNAUTHENTICATED);
        client_reply_release(&reply);
    }
    fetch(&w, &(ClientRequest){.path = "/metrics"}, 401, UNAUTHENTICATED);
    fetch(&w, &(ClientRequest){.path = "/v2/organizations/acme/status"}, 401, UNAUTHENTICATED);
    world_release(&w);
}

/* Nobody is known before, and a wrong password gets nothing. */
static void test_gives_tokens(void)
{
    World w;

    world_init(&w);
    fetch(&w,
          &(ClientRequest){.method = "POST",
                           .path = "/login",
                           .body =
                               "{\"basic\":{\"username\":\"admin\",\"password\":\"pass:word\"}}"},
          200, "{\"bearerToken\":\"token-of-admin\",\"refreshToken\":\"token-of-admin\"}");
    fetch(&w,
          &(ClientRequest){.method = "POST",
                           .path = "/login",
                           .body = "{\"basic\":{\"username\":\"admin\",\"password\":\"guess\"}}"},
          401, UNAUTHENTICATED);
    fetch(&w, &(ClientRequest){.method = "POST", .path = "/login", .body = "{}"}, 401,
          UNAUTHENTICATED);
    fetch(&w, &(ClientRequest){.method = "POST", .path = "/login", .body = "{"}, 400, NULL);
    fetch(&w, &(ClientRequest){.path = "/login"}, 401, UNAUTHENTICATED);
    world_release(&w);
}

static void test_is_fenced(void)
{
    World w;

    world_init(&w);
    w.is_fenced = true;
    fetch(&w, &(ClientRequest){.path = O "/status", .user_password = "admin:pass:word"}, 503,
          "no healthy upstream");
    fetch(&w, &(ClientRequest){.path = O "/status"}, 503, "no healthy upstream");
    fetch(&w, &(ClientRequest){.path = O "/tenants", .body = "{\"name\":\"x\"}"}, 503,
          "no healthy upstream");
    CHECK_TEXT(w.created, "");
    w.is_fenced = false;
    fetch(&w, &(ClientRequest){.path = O "/status", .user_password = "admin:pass:word"}, 200, NULL);
    world_release(&w);
}

static void test_cannot_write_to_a_standby_database(void)
{
    World w;

    world_init(&w);
    w.is_read_only = true;
    fetch(&w,
          &(ClientRequest){.path = O "/tenants",
                           .body = "{\"name\":\"x\"}",
                           .user_password = "admin:pass:word"},
          500,
          "{\"code\":13,\"message\":\"cannot execute INSERT in a read-only "
          "transaction\",\"details\":[]}");
    fetch(&w,
          &(ClientRequest){.path = O "/tenants",
                           .body = "{\"name\":",
                           .user_password = "admin:pass:word"},
          400, NULL);
    world_release(&w);
}

/* ---- faults and ends ---------------------------------------------------------------------------------- */

static void test_fails_as_told(void)
{
    static const struct {
        const char *name;
        Fault fault;
        long status;
        const char *answer, *head;
    } CASES[] = {
        {"Envoy's own 503",
         {.kind = FAULT_FAIL, .code = 503},
         503, "no healthy upstream",
         "text/plain"        },
        {"busy",
         {.kind = FAULT_FAIL, .code = 429, .text = "slow down", .retry_after_s = 7},
         429, "{\"code\":8,\"message\":\"slow down\",\"details\":[]}",
         "Retry-After: 7\r\n"},
        {"forbidden",
         {.kind = FAULT_FAIL, .code = 403, .text = "no"},
         403, "{\"code\":7,\"message\":\"no\",\"details\":[]}",
         "application/json"  },
        {"no text",
         {.kind = FAULT_FAIL, .code = 418},
         418, "{\"code\":2,\"message\":\"injected failure\",\"details\":[]}",
         "application/json"  },
    };
    World w;

    world_init(&w);
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        ClientReply reply;

        w.fault = CASES[i].fault;
        client_fetch(&w.client, &(ClientRequest){.path = O "/status"}, &reply);
        CHECK_CASE(CASES[i].name, reply.status == CASES[i].status);
        CHECK_TEXT(reply.body.data, CASES[i].answer);
        CHECK_CASE(CASES[i].name, strstr(reply.head.data, CASES[i].head) != NULL);
        client_reply_release(&reply);
    }
    CHECK_INTEGER(w.witnessed, (int)TEST_COUNT(CASES));
    world_release(&w);
}

static void test_loses_an_update(void)
{
    const ClientRequest request = {.path = O "/tenants",
                                   .body = "{\"name\":\"x\"}",
                                   .user_password = "admin:pass:word"};
    ClientReply reply;
    World w;

    world_init(&w);
    w.fault = (Fault){.kind = FAULT_DROP};
    fetch(&w, &request, 200, "{\"fqn\":\"organizations/tetrate/tenants/x\"}");
    CHECK_TEXT(w.created, "");
    CHECK_TEXT(w.evidence, "POST tenants x: answered 200, not stored");
    w.fault = (Fault){.kind = FAULT_LOSE_REPLY};
    client_fetch(&w.client, &request, &reply);
    CHECK(reply.code != CURLE_OK && reply.status == 0);
    CHECK_TEXT(w.created, "x");
    CHECK_TEXT(w.evidence, "POST tenants: applied, connection closed before the answer");
    client_reply_release(&reply);
    world_release(&w);
}

/* A held-back request meets the plane as it is when its time comes. */
static void fence(void *owner)
{
    ((World *)owner)->is_fenced = true;
}

static void test_is_fenced_meanwhile(void)
{
    World w;
    Timer *timer;

    world_init(&w);
    timer = timer_new(w.loop, fence, &w);
    timer_start(timer, 10);
    w.fault = (Fault){.kind = FAULT_DELAY, .delay_ms = 100};
    fetch(&w, &(ClientRequest){.path = O "/status", .user_password = "admin:pass:word"}, 503,
          "no healthy upstream");
    timer_free(timer);
    world_release(&w);
}

static void test_drops_connections(void)
{
    const ClientRequest request = {.path = O "/status", .user_password = "admin:pass:word"};
    ClientReply reply;
    World w;

    world_init(&w);
    fetch(&w, &request, 200, NULL);
    front_drop_connections(w.front);
    loop_wait(w.loop, 5, NULL);
    client_fetch(&w.client, &request, &reply);
    CHECK_INTEGER(reply.status, 200);
    CHECK_INTEGER(reply.new_connections, 1);
    client_reply_release(&reply);
    world_release(&w);
}

/* ---- what is recorded ---------------------------------------------------------------------------------- */

static void test_records_writes_and_refusals(void)
{
    static const char *const EXPECTED[] = {
        "POST " O "/clusters/c1:generateTokens: 200",
        "GET " O "/status: 401",
        "GET /v2/organizations/acme/clusters: 404",
    };
    const char *const headers[] = {"x-tetrate-token: good-token", NULL};
    World w;

    world_init(&w);
    fetch(&w, &(ClientRequest){.path = O "/clusters", .headers = headers}, 200, NULL);
    fetch(&w,
          &(ClientRequest){.path = O "/clusters/c1:generateTokens?token=qsecret",
                           .body = "",
                           .headers = headers},
          200, NULL);
    fetch(&w, &(ClientRequest){.path = O "/status", .user_password = "admin:psecret"}, 401, NULL);
    fetch(&w, &(ClientRequest){.path = "/v2/organizations/acme/clusters", .headers = headers}, 404,
          NULL);
    CHECK_INTEGER(trace_count(w.trace), TEST_COUNT(EXPECTED));
    for (size_t i = 0; i < trace_count(w.trace); i++) {
        const TraceEvent event = trace_at(w.trace, i);
        char *data = json_text(event.data);

        CHECK_TEXT(event.lane, "mp1");
        CHECK_TEXT(event.kind, "front.request");
        CHECK_TEXT(event.text, i < TEST_COUNT(EXPECTED) ? EXPECTED[i] : "nothing more");
        CHECK(strstr(data, "secret") == NULL && strstr(data, "good-token") == NULL);
        free(data);
    }
    world_release(&w);
}

TEST_SUITE("fakes/frontenvoy/front", {"answers each route", test_answers_each_route},
           {"asks who it is", test_asks_who_it_is}, {"gives tokens", test_gives_tokens},
           {"is fenced", test_is_fenced},
           {"cannot write to a standby database", test_cannot_write_to_a_standby_database},
           {"fails as told", test_fails_as_told}, {"loses an update", test_loses_an_update},
           {"is fenced meanwhile", test_is_fenced_meanwhile},
           {"drops connections", test_drops_connections},
           {"records writes and refusals", test_records_writes_and_refusals});
