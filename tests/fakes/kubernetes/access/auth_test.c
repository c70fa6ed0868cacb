/*
 * tests/fakes/kubernetes/access/auth_test.c - the API server told apart who asks: anonymous, by token, as somebody else; and the reviews.
 */
#include "fakes/kubernetes/server.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/kubernetes/access/account.h"
#include "fakes/net/listener.h"
#include "tests/fakes/kubernetes/fixture.h"
#include "tests/fakes/net/client.h"
#include "tests/test.h"

typedef struct {
    Loop *loop;
    Trace *trace;
    Pki *pki;
    Certificate *certificate;
    SSL_CTX *tls;
    Listener *listener;
    KubeServer *server;
    KubeCluster *cluster;
    Client client;
} Api;

static const struct {
    const char *resource, *object;
} OBJECTS[] = {
    {"serviceaccounts",     "{'metadata':{'name':'engine'}}"                                                        },
    {"clusterroles",
     "{'metadata':{'name':'actor'},'rules':["
     "{'apiGroups':[''],'resources':['users'],'resourceNames':['ann'],'verbs':['impersonate']},"
     "{'apiGroups':[''],'resources':['groups'],'resourceNames':['ops'],'verbs':['impersonate']}]}"                  },
    {"clusterrolebindings",
     "{'metadata':{'name':'actor'},'roleRef':{'kind':'ClusterRole','name':'actor'},"
     "'subjects':[{'kind':'User','name':'actor'}]}"                                                                 },
    {"roles",
     "{'metadata':{'name':'r'},'rules':[{'apiGroups':[''],'resources':['pods'],'verbs':['list']}]}"                 },
    {"rolebindings",        "{'metadata':{'name':'r'},'roleRef':{'kind':'Role','name':'r'},'subjects':["
                     "{'kind':'Group','name':'ops'},{'kind':'ServiceAccount','name':'engine'}]}"},
};

static void api_init(Api *api)
{
    static const char *const NAMES[] = {"api.test", NULL};
    Error err = {0};

    *api = (Api){.loop = loop_new(), .trace = trace_new(), .pki = pki_new("test CA")};
    api->certificate =
        pki_issue(api->pki, &(CertificateOptions){.common_name = "api", .names = NAMES});
    api->tls = certificate_server_context(api->certificate, api->pki);
    api->server = kube_server_new(
        &(KubeServerOptions){.loop = api->loop, .trace = api->trace, .tls = api->tls});
    api->cluster = fixture_cluster();
    for (size_t i = 0; i < sizeof OBJECTS / sizeof *OBJECTS; i++)
        CHECK(fixture_create(api->cluster, OBJECTS[i].resource, OBJECTS[i].object, NULL));
    kube_server_add(api->server, api->cluster);
    kube_server_add_token(api->server, &(KubeTokenUser){.token = "root",
                                                        .user = "root",
                                                        .groups = "system:masters"});
    kube_server_add_token(api->server, &(KubeTokenUser){.token = "actor",
                                                        .user = "actor",
                                                        .uid = "u-1",
                                                        .groups = "lab"});
    CHECK(listener_start(api->loop, "127.0.0.1", 0, kube_server_accept, api->server, &api->listener,
                         &err));
    client_init(&api->client, api->loop, "api.test", listener_port(api->listener), api->pki);
}

static void api_release(Api *api)
{
    client_release(&api->client);
    listener_stop(api->listener);
    kube_server_free(api->server);
    kube_cluster_free(api->cluster);
    loop_free(api->loop);
    SSL_CTX_free(api->tls);
    certificate_free(api->certificate);
    pki_free(api->pki);
    trace_free(api->trace);
}

/* token NULL: none. more: header lines, NULL-ended. body is written with ' for ". */
static void ask(Api *api, const char *token, const char *const *more, const char *path,
                const char *body, ClientReply *reply)
{
    char *full = memory_format("/clusters/mp1%s", path), *text = memory_text(body);
    char *bearer = memory_format("Authorization: Bearer %s", token ? token : "");
    const char *headers[8] = {bearer, "Content-Type: application/json"};
    int count = 2;

    while (more != NULL && *more != NULL)
        headers[count++] = *more++;
    for (char *at = text; at != NULL && *at; at++)
        if (*at == '\'')
            *at = '"';
    client_fetch(&api->client,
                 &(ClientRequest){.method = body ? "POST" : "GET",
                                  .path = full,
                                  .headers = headers,
                                  .body = text},
                 reply);
    free(full);
    free(text);
    free(bearer);
}

#define PODS    "/api/v1/namespaces/tsb/pods"
#define TOKEN   "/api/v1/namespaces/tsb/serviceaccounts/engine/token"
#define REVIEWS "/apis/authorization.k8s.io/v1"
#define WHOAMI  "/apis/authentication.k8s.io/v1/selfsubjectreviews"

static const struct {
    const char *name, *token, *headers[4], *path, *body;
    long status;
    const char *part;
} CASES[] = {
    {"no token",
     NULL,                                             {NULL},
     PODS,                                                                                                                                        NULL,
     403,                                                                                                                                                                                    "User \\\"system:anonymous\\\" cannot list resource \\\"pods\\\""                                                                                                       },
    {"strangers see the version",            NULL,     {NULL},                                                                        "/version", NULL,                                 200, "\"minor\""                                                                                                                                                             },
    {"and nothing of discovery",
     NULL,                                             {NULL},
     "/apis",                                                                                                                                     NULL,
     403,                                                                                                                                                                                    "forbidden: User \\\"system:anonymous\\\" cannot get path \\\"/apis\\\""                                                                                                },
    {"a token of nobody",                    "nobody", {NULL},                                                                        PODS,       NULL,                                 401, "\"message\":\"Unauthorized\""                                                                                                                                          },
    {"no role",                              "actor",  {NULL},                                                                        PODS,       NULL,                                 403, "User \\\"actor\\\" cannot list"                                                                                                                                        },
    {"as a user whom it may be",
     "actor",                                          {"Impersonate-User: ann"},
     PODS,                                                                                                                                        NULL,
     403,                                                                                                                                                                                    "User \\\"ann\\\" cannot list"                                                                                                                                          },
    {"with a group that may",
     "actor",                                          {"Impersonate-User: ann", "Impersonate-Group: ops"},
     PODS,                                                                                                                                        NULL,
     200,                                                                                                                                                                                    "PodList"                                                                                                                                                               },
    {"with two groups, of which it may one",
     "actor",                                          {"Impersonate-User: ann", "Impersonate-Group: ops", "Impersonate-Group: dev"},
     PODS,                                                                                                                                        NULL,
     403,                                                                                                                                                                                    "groups \\\"dev\\\" is forbidden: User \\\"actor\\\" cannot impersonate resource \\\"groups\\\" in API group \\\"\\\" at the cluster scope"                             },
    {"as a user whom it may not be",
     "actor",                                          {"Impersonate-User: bob"},
     PODS,                                                                                                                                        NULL,
     403,                                                                                                                                                                                    "users \\\"bob\\\" is forbidden: User \\\"actor\\\" cannot impersonate resource \\\"users\\\" in API group \\\"\\\" at the cluster scope"                               },
    {"as an account",
     "actor",                                          {"Impersonate-User: system:serviceaccount:tsb:engine"},
     PODS,                                                                                                                                        NULL,
     403,                                                                                                                                                                                    "serviceaccounts \\\"engine\\\" is forbidden: User \\\"actor\\\" cannot impersonate resource \\\"serviceaccounts\\\" in API group \\\"\\\" in the namespace \\\"tsb\\\""},
    {"as a user with a uid",
     "actor",                                          {"Impersonate-User: ann", "Impersonate-Uid: 7"},
     PODS,                                                                                                                                        NULL,
     403,                                                                                                                                                                                    "uids.authentication.k8s.io \\\"7\\\" is forbidden"                                                                                                                     },
    {"as a user with more",
     "actor",                                          {"Impersonate-User: ann", "Impersonate-Extra-Scopes: all"},
     PODS,                                                                                                                                        NULL,
     403,                                                                                                                                                                                    "cannot impersonate resource \\\"userextras/scopes\\\" in API group \\\"authentication.k8s.io\\\""                                                                      },
    {"a group of nobody",
     "root",                                           {"Impersonate-Group: ops"},
     PODS,                                                                                                                                        NULL,
     500,                                                                                                                                                                                    "without impersonating a user"                                                                                                                                          },
    {"masters are whoever they like",
     "root",                                           {"Impersonate-User: system:serviceaccount:tsb:engine"},
     PODS,                                                                                                                                        NULL,
     200,                                                                                                                                                                                    "PodList"                                                                                                                                                               },
    {"who am I",
     "actor",                                          {NULL},
     WHOAMI,                                                                                                                                      "{}",
     201,                                                                                                                                                                                    "\"status\":{\"userInfo\":{\"username\":\"actor\",\"uid\":\"u-1\",\"groups\":[\"lab\",\"system:authenticated\"]}}"                                                      },
    {"who am I, as somebody else",
     "root",                                           {"Impersonate-User: ann", "Impersonate-Extra-A: 1", "Impersonate-Uid: 7"},
     WHOAMI,                                                                                                                                      "{}",
     201,                                                                                                                                                                                    "{\"username\":\"ann\",\"uid\":\"7\",\"groups\":[\"system:authenticated\"],\"extra\":{\"a\":[\"1\"]}}"                                                                  },
    {"whose token is this",
     "root",                                           {NULL},
     "/apis/authentication.k8s.io/v1/tokenreviews",                                                                                               "{'spec':{'token':'actor'}}",
     201,                                                                                                                                                                                    "\"status\":{\"authenticated\":true,\"user\":{\"username\":\"actor\",\"uid\":\"u-1\",\"groups\":[\"lab\",\"system:authenticated\"]},"
     "\"audiences\":[\"https://kubernetes.default.svc\"]}"                                                                                                                                                                                                                                                                                                  },
    {"nobody's",
     "root",                                           {NULL},
     "/apis/authentication.k8s.io/v1/tokenreviews",                                                                                               "{'spec':{'token':'x'}}",
     201,                                                                                                                                                                                    "\"error\":\"invalid bearer token\""                                                                                                                                    },
    {"may I",
     "actor",                                          {NULL},
     REVIEWS "/selfsubjectaccessreviews",
     "{'spec':{'resourceAttributes':{'verb':'impersonate','resource':'users','name':'ann'}}}",                                                                                          201,
     "\"status\":{\"allowed\":true,\"reason\":\"RBAC: allowed by ClusterRoleBinding \\\"actor\\\" of ClusterRole \\\"actor\\\" to User \\\"actor\\\"\"}"                                                                                                                                                                                                             },
    {"may another",
     "root",                                           {NULL},
     REVIEWS "/subjectaccessreviews",
     "{'spec':{'user':'x','groups':['ops'],'resourceAttributes':{'verb':'list','resource':'pods','namespace':'tsb'}}}",
     201,                                                                                                                                                                                    "\"allowed\":true"                                                                                                                                                      },
    {"nobody asks about others",
     "actor",                                          {NULL},
     REVIEWS "/subjectaccessreviews",
     "{'spec':{'user':'x'}}",                                                                                                                                                           403,
     "cannot create resource"                                                                                                                                                                                                                                                                                                                                        },
    {"about nobody",
     "root",                                           {NULL},
     REVIEWS "/subjectaccessreviews",
     "{'spec':{'nonResourceAttributes':{'verb':'get','path':'/'}}}",                                                                                                                    422,
     "at least one of user or group must be specified"                                                                                                                                                                                                                                                                                                               },
    {"what may I",
     "actor",                                          {NULL},
     REVIEWS "/selfsubjectrulesreviews",
     "{'spec':{'namespace':'tsb'}}",                                                                                                                                                    201,
     "{\"verbs\":[\"impersonate\"],\"apiGroups\":[\"\"],\"resources\":[\"users\"],\"resourceNames\":[\"ann\"]}"                                                                                                                                                                                                                                                      },
    {"where",
     "actor",                                          {NULL},
     REVIEWS "/selfsubjectrulesreviews",
     "{'spec':{}}",                                                                                                                                                                     400,
     "no namespace on request"                                                                                                                                                                                                                                                                                                                                       },
    {"a token for five minutes",
     "root",                                           {NULL},
     TOKEN,                                                                                                                                       "{'spec':{'expirationSeconds':300}}",
     422,                                                                                                                                                                                    "may not specify a duration less than 10 minutes"                                                                                                                       },
    {"a token of an absent account",
     "root",                                           {NULL},
     "/api/v1/namespaces/tsb/serviceaccounts/x/token",                                                                                            "{}",
     404,                                                                                                                                                                                    "serviceaccounts \\\"x\\\" not found"                                                                                                                                   },
    {"the account of a namespace",
     "root",                                           {NULL},
     "/api/v1/namespaces/tsb/serviceaccounts/default",                                                                                            NULL,
     200,                                                                                                                                                                                    "\"name\":\"default\""                                                                                                                                                  },
};

static void test_cases(void)
{
    Api api;

    api_init(&api);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        ClientReply reply;

        ask(&api, CASES[i].token, CASES[i].headers, CASES[i].path, CASES[i].body, &reply);
        CHECK_CASE(CASES[i].name, reply.status == CASES[i].status);
        CHECK_CASE(CASES[i].name,
                   strstr(reply.body.data ? reply.body.data : "", CASES[i].part) != NULL);
        client_reply_release(&reply);
    }
    api_release(&api);
}

/* The token of an answer to TokenRequest; free() it. */
static char *new_token(Api *api, const char *body)
{
    ClientReply reply;
    cJSON *json;
    char *token;

    ask(api, "root", NULL, TOKEN, body, &reply);
    CHECK_INTEGER(reply.status, 201);
    json = cJSON_Parse(reply.body.data);
    token = memory_text(json_string_or(json, "status/token", ""));
    cJSON_Delete(json);
    client_reply_release(&reply);
    return token;
}

static bool lets_in(Api *api, const char *token)
{
    ClientReply reply;
    bool is_in;

    ask(api, token, NULL, PODS, NULL, &reply);
    is_in = reply.status == 200;
    CHECK(is_in || reply.status == 401);
    client_reply_release(&reply);
    return is_in;
}

/* Good here, until what it is bound to is gone; for nobody else; not with a letter changed. */
static void test_tokens(void)
{
    Api api;
    char *token, *bound, *foreign;

    api_init(&api);
    CHECK(fixture_create(api.cluster, "secrets", "{'metadata':{'name':'s'}}", NULL));
    token = new_token(&api, "{'spec':{}}");
    bound = new_token(&api, "{'spec':{'boundObjectRef':{'kind':'Secret','name':'s'}}}");
    foreign = new_token(&api, "{'spec':{'audiences':['vault']}}");
    CHECK(lets_in(&api, token) && lets_in(&api, bound) && !lets_in(&api, foreign));
    CHECK(kube_delete(api.cluster, "secrets", "tsb", "s", NULL, NULL, NULL));
    CHECK(lets_in(&api, token) && !lets_in(&api, bound));
    token[strlen(token) / 2] ^= 1;
    CHECK(!lets_in(&api, token));
    token[strlen(token) / 2] ^= 1;
    CHECK(kube_delete(api.cluster, "serviceaccounts", "tsb", "engine", NULL, NULL, NULL));
    CHECK(fixture_create(api.cluster, "serviceaccounts", "{'metadata':{'name':'engine'}}", NULL));
    CHECK(!lets_in(&api, token)); /* another one of that name */
    free(token);
    free(bound);
    free(foreign);
    api_release(&api);
}

TEST_SUITE("fakes/kubernetes/access/auth", {"cases", test_cases}, {"tokens", test_tokens});
