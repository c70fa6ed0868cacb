/*
 * tests/fakes/kubernetes/server_test.c - the API server over TLS on loopback, asked by libcurl; answers as recorded from 1.32.
 */
#include "fakes/kubernetes/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/kubernetes/protobuf.h"
#include "fakes/net/listener.h"
#include "tests/fakes/kubernetes/fixture.h"
#include "tests/fakes/net/client.h"
#include "tests/test.h"

typedef struct {
    Loop *loop;
    Trace *trace;
    Pki *pki;
    Certificate *certificate, *admin;
    SSL_CTX *tls;
    Listener *listener;
    KubeServer *server;
    KubeCluster *cluster;
    Client client;
    FaultPoints points;
    Fault fault;          /* what the next request meets */
    const char *fault_at; /* "kube.request" */
    char evidence[200];
    char call[200]; /* the last one that was asked about */
    bool is_unreachable;
    Buffer events; /* texts of the trace, a line each */
} Api;

static Fault ask(void *self, const FaultCall *call)
{
    Api *api = self;
    Fault fault = api->fault;

    snprintf(api->call, sizeof api->call, "%s %s %s %s %s %s", call->point, call->site, call->verb,
             call->resource, call->name ? call->name : "-", call->detail ? call->detail : "-");
    if (api->fault_at == NULL || strcmp(api->fault_at, call->point) != 0)
        return (Fault){.kind = FAULT_NONE};
    api->fault.kind = FAULT_NONE;
    return fault;
}

static void witness(void *self, const Fault *fault, const FaultCall *call, const char *evidence)
{
    Api *api = self;

    (void)fault;
    (void)call;
    snprintf(api->evidence, sizeof api->evidence, "%s", evidence);
}

static bool is_reachable(void *self, const char *cluster)
{
    (void)cluster;
    return !((Api *)self)->is_unreachable;
}

static void on_event(void *owner, const TraceEvent *event)
{
    buffer_format(&((Api *)owner)->events, "%s %s: %s\n", event->lane, event->kind, event->text);
}

/* Once a watch is open: what it is to see. */
static void change_secret(void *owner)
{
    Api *api = owner;

    fixture_merge(api->cluster, "secrets", "s", KUBE_MAIN, "{'data':{'b':'Yg=='}}", NULL);
    fixture_merge(api->cluster, "secrets", "s", KUBE_MAIN, "{'metadata':{'labels':{'app':'x'}}}",
                  NULL);
    kube_delete(api->cluster, "secrets", "tsb", "s", NULL, NULL, NULL);
}

static void fill(KubeCluster *cluster)
{
    fixture_create(cluster, "secrets",
                   "{'metadata':{'name':'s','labels':{'app':'tsb'}},'data':{'a':'YQ=='}}", NULL);
    fixture_create(cluster, "deployments", FIXTURE_DEPLOYMENT, NULL);
    fixture_create(cluster, "managementplanes", "{'metadata':{'name':'mp'},'spec':{'hub':'h'}}",
                   NULL);
    fixture_create(
        cluster, "pods",
        "{'metadata':{'name':'p'},'spec':{'containers':[{'name':'c','image':'r.test/c:1'}]}}",
        NULL);
    kube_log(cluster, "tsb", "p", "line 1");
    kube_log(cluster, "tsb", "p", "line 2");
    kube_deny(cluster, "limited", "delete", "secrets", "tsb");
    kube_deny(cluster, "limited", "patch", "deployments/scale", NULL);
    kube_deny(cluster, "limited", "impersonate", NULL, NULL);
}

static void api_init(Api *api)
{
    static const char *const NAMES[] = {"api.test", NULL};
    Error err = {0};

    *api = (Api){.loop = loop_new(), .trace = trace_new(), .pki = pki_new("test CA")};
    api->certificate =
        pki_issue(api->pki, &(CertificateOptions){.common_name = "api", .names = NAMES});
    api->admin = pki_issue(api->pki, &(CertificateOptions){.common_name = "admin",
                                                           .organization = "system:masters"});
    api->tls = certificate_server_context(api->certificate, api->pki);
    api->points = (FaultPoints){.self = api, .ask = ask, .witness = witness};
    api->server = kube_server_new(&(KubeServerOptions){.loop = api->loop,
                                                       .trace = api->trace,
                                                       .tls = api->tls,
                                                       .faults = &api->points,
                                                       .is_reachable = is_reachable,
                                                       .self = api});
    trace_listen(api->trace, on_event, api);
    api->cluster = fixture_cluster();
    kube_server_add(api->server, api->cluster);
    fill(api->cluster);
    kube_server_add_token(api->server, &(KubeTokenUser){.token = "limited-token",
                                                        .user = "limited",
                                                        .groups = "system:masters"});
    CHECK(listener_start(api->loop, "127.0.0.1", 0, kube_server_accept, api->server, &api->listener,
                         &err));
    client_init(&api->client, api->loop, "api.test", listener_port(api->listener), api->pki);
    api->client.certificate = api->admin;
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
    certificate_free(api->admin);
    pki_free(api->pki);
    trace_free(api->trace);
    buffer_release(&api->events);
}

/* path is below the cluster; body is written with ' for ". */
static void fetch(Api *api, const char *method, const char *path, const char *type,
                  const char *body, ClientReply *reply)
{
    char *full = memory_format("/clusters/mp1%s", path);
    char *header =
        type && *type ? memory_format("Content-Type: %s", type) : memory_text("Content-Type:");
    const char *const headers[] = {header, "User-Agent: test/1", NULL};
    char *text = memory_text(body);

    for (char *at = text; at != NULL && *at; at++)
        if (*at == '\'')
            *at = '"';
    client_fetch(&api->client,
                 &(ClientRequest){.method = method, .path = full, .headers = headers, .body = text},
                 reply);
    free(full);
    free(header);
    free(text);
}

/* GET something that stays open; then() is called once the answer has begun. */
static void fetch_stream(Api *api, const char *path, void (*then)(void *api), ClientReply *reply)
{
    char *full = memory_format("/clusters/mp1%s", path);

    client_fetch(&api->client, &(ClientRequest){.path = full, .on_answered = then, .owner = api},
                 reply);
    free(full);
}

#define NS      "/api/v1/namespaces/tsb"
#define APPS    "/apis/apps/v1/namespaces/tsb"
#define TETRATE "/apis/install.tetrate.io/v1alpha1/namespaces/tsb"
#define JSON    "application/json"
#define MERGE   "application/merge-patch+json"
#define STATUS \
    "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":"
#define NO_RESOURCE                                                                        \
    STATUS "\"the server could not find the requested resource\",\"reason\":\"NotFound\"," \
           "\"details\":{},\"code\":404}\n"
#define NO_METHOD                                                                 \
    STATUS "\"the server does not allow this method on the requested resource\"," \
           "\"reason\":\"MethodNotAllowed\",\"details\":{},\"code\":405}\n"

/* ---- one request, one answer ------------------------------------------------------------------ */

/* Each against a fresh server. part: whole lines end in \n and must be equal; others must be found. */
static const struct {
    const char *name, *method, *path, *type, *body;
    long status;
    const char *part;
} REQUESTS[] = {
    {"absent object",                "GET",    NS "/secrets/nosuch",                                          NULL,                    NULL,                            404,
     STATUS "\"secrets \\\"nosuch\\\" not found\",\"reason\":\"NotFound\",\"details\":{\"name\":"
            "\"nosuch\",\"kind\":\"secrets\"},\"code\":404}\n"                                                                                                                                                                                   },
    {"absent, with a group",         "GET",    APPS "/deployments/nosuch",                                    NULL,                    NULL,                            404,
     STATUS "\"deployments.apps \\\"nosuch\\\" not found\",\"reason\":\"NotFound\",\"details\":{"
            "\"name\":\"nosuch\",\"group\":\"apps\",\"kind\":\"deployments\"},\"code\":404}\n"                                                                                                                                                   },
    {"absent scale",                 "GET",    APPS "/deployments/nosuch/scale",                              NULL,                    NULL,                            404,
     "deployments/scale.apps \\\"nosuch\\\" not found"                                                                                                                                                                                           },
    {"list in an absent namespace",  "GET",    "/api/v1/namespaces/nosuchns/secrets",                         NULL,                    NULL,                            200,
     "\"items\":[]}\n"                                                                                                                                                                                                                           },
    {"unknown resource",             "GET",    NS "/nosuchres",                                               NULL,                    NULL,                            404, NO_RESOURCE                                                         },
    {"unknown custom resource",      "GET",    TETRATE "/nosuch",                                             NULL,                    NULL,                            404, "404 page not found\n"                                              },
    {"unknown version",              "GET",    "/apis/install.tetrate.io/v1/namespaces/tsb/managementplanes", NULL,
     NULL,                                                                                                                                                              404, "404 page not found\n"                                              },
    {"unknown group",                "GET",    "/apis/nosuch.io/v1",                                          NULL,                    NULL,                            404, "404 page not found\n"                                              },
    {"unknown core version",         "GET",    "/api/v2",                                                     NULL,                    NULL,                            404, NO_RESOURCE                                                         },
    {"unknown path",                 "GET",    "/nosuch",                                                     NULL,                    NULL,                            404, "404 page not found\n"                                              },
    {"unknown subresource",          "GET",    NS "/secrets/s/nosuchsub",                                     NULL,                    NULL,                            404, NO_RESOURCE                                                         },
    {"secrets have no status",       "GET",    NS "/secrets/s/status",                                        NULL,                    NULL,                            404, NO_RESOURCE                                                         },
    {"custom without scale",         "GET",    TETRATE "/managementplanes/mp/scale",                          NULL,                    NULL,                            404,
     "managementplanes.install.tetrate.io \\\"mp\\\" not found"                                                                                                                                                                                  },
    {"an empty segment",             "GET",    NS "/secrets//s",                                              NULL,                    NULL,                            404, NO_RESOURCE                                                         },
    {"a slash at the end",           "GET",    NS "/secrets/",                                                NULL,                    NULL,                            200, "\"kind\":\"SecretList\""                                           },
    {"POST on a name",               "POST",   NS "/secrets/s",                                               JSON,                    "{}",                            405, NO_METHOD                                                           },
    {"PUT on a collection",          "PUT",    NS "/secrets",                                                 JSON,                    "{}",                            405, NO_METHOD                                                           },
    {"PATCH on a collection",        "PATCH",  NS "/secrets",                                                 MERGE,                   "{}",                            405, NO_METHOD                                                           },
    {"PUT on a custom collection",   "PUT",    TETRATE "/managementplanes",                                   JSON,                    "{}",                            400,
     "name must be provided"                                                                                                                                                                                                                     },
    {"DELETE on all namespaces",     "DELETE", "/api/v1/namespaces",                                          NULL,                    NULL,                            405, NO_METHOD                                                           },
    {"DELETE on discovery",          "DELETE", "/api/v1",                                                     NULL,                    NULL,                            405, NO_METHOD                                                           },
    {"POST on scale",                "POST",   APPS "/deployments/tsb/scale",                                 JSON,                    "{}",                            405, NO_METHOD                                                           },
    {"text",                         "POST",   NS "/secrets",                                                 "text/plain",            "hello",                         415,
     "the body of the request was in an unknown format"                                                                                                                                                                                          },
    {"a patch as JSON",              "PATCH",  NS "/secrets/s",                                               JSON,                    "{}",                            415,
     STATUS "\"415: Unsupported Media Type\",\"reason\":\"UnsupportedMediaType\",\"details\":{},"
            "\"code\":415}\n"                                                                                                                                                                                                                    },
    {"a patch with a charset",       "PATCH",  NS "/secrets/s",                                               MERGE "; charset=utf-8", "{}",                            200,
     "\"kind\":\"Secret\""                                                                                                                                                                                                                       },
    {"bad JSON",                     "POST",   NS "/secrets",                                                 JSON,                    "{bad",                          400,
     STATUS "\"the object provided is unrecognized (must be of type Secret): couldn't get "
            "version/kind; json parse error: invalid character 'b' looking for beginning of object "
            "key string ({bad)\",\"reason\":\"BadRequest\",\"code\":400}\n"                                                                                                                                                                      },
    {"no body",                      "POST",   NS "/secrets",                                                 JSON,                    "",                              400,
     "json parse error: unexpected end of JSON input (\\u003cempty\\u003e)"                                                                                                                                                                      },
    {"an array",                     "POST",   NS "/secrets",                                                 JSON,                    "[]",                            400,
     "json: cannot unmarshal array into Go value of type struct"                                                                                                                                                                                 },
    {"null",                         "POST",   NS "/secrets",                                                 JSON,                    "null",                          422, "name or generateName is required"                                  },
    {"bad merge patch",              "PATCH",  NS "/secrets/s",                                               MERGE,                   "{bad",                          400,
     "error decoding patch: invalid character 'b' looking for beginning of object key string"                                                                                                                                                    },
    {"kind of another resource",     "POST",   NS "/secrets",                                                 JSON,
     "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'x'}}",                                                                                                  400,
     "ConfigMap in version \\\"v1\\\" cannot be handled as a Secret: converting (v1.ConfigMap) to "
     "(core.Secret): unknown conversion"                                                                                                                                                                                                         },
    {"unknown kind",                 "POST",   NS "/secrets",                                                 JSON,
     "{'apiVersion':'v1','kind':'Nope','metadata':{'name':'x'}}",                                                                                                       400,
     "no kind \\\"Nope\\\" is registered for version \\\"v1\\\""                                                                                                                                                                                 },
    {"custom without a kind",        "POST",   TETRATE "/managementplanes",                                   JSON,                    "{}",                            400,
     "Object 'Kind' is missing in '{}' ({})"                                                                                                                                                                                                     },
    {"custom of another kind",       "POST",   TETRATE "/managementplanes",                                   JSON,
     "{'apiVersion':'install.tetrate.io/v1alpha1','kind':'Nope','metadata':{'name':'x'}}",                                                                              422,
     "Nope.install.tetrate.io \\\"x\\\" is invalid: kind: Invalid value: \\\"Nope\\\": must be "
     "ManagementPlane"                                                                                                                                                                                                                           },
    {"custom of another version",    "POST",   TETRATE "/managementplanes",                                   JSON,
     "{'apiVersion':'install.tetrate.io/v9','kind':'ManagementPlane'}",                                                                                                 400,
     "the API version in the data (install.tetrate.io/v9) does not match the expected API version "
     "(install.tetrate.io/v1alpha1)"                                                                                                                                                                                                             },
    {"core type filled in",          "POST",   NS "/secrets",                                                 NULL,                    "{'metadata':{'name':'x'}}",     201,
     "{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"x\",\"namespace\":\"tsb\""                                                                                                                                             },
    {"YAML",                         "POST",   NS "/secrets",                                                 "application/yaml",      "metadata: {name: yml}",         201,
     "\"name\":\"yml\""                                                                                                                                                                                                                          },
    {"a dry run",                    "POST",   NS "/secrets?dryRun=All",                                      JSON,                    "{'metadata':{'name':'x'}}",     201,
     "\"creationTimestamp\""                                                                                                                                                                                                                     },
    {"half a dry run",               "POST",   NS "/secrets?dryRun=Maybe",                                    JSON,                    "{'metadata':{'name':'x'}}",     422,
     STATUS "\"CreateOptions.meta.k8s.io \\\"\\\" is invalid: dryRun: Unsupported value: "
            "[]string{\\\"Maybe\\\"}: supported values: \\\"All\\\"\",\"reason\":\"Invalid\","                                                                                                                                                   },
    {"scale",                        "PATCH",  APPS "/deployments/tsb/scale",                                 MERGE,                   "{'spec':{'replicas':0}}",       200,
     "\"spec\":{},\"status\":{\"replicas\":0,\"selector\":\"app=tsb\"}}\n"                                                                                                                                                                       },
    {"scale in the wrong group",     "PUT",    APPS "/deployments/tsb/scale",                                 JSON,
     "{'apiVersion':'apps/v1','kind':'Scale','metadata':{'name':'tsb'},'spec':{}}",                                                                                     400,
     "no kind \\\"Scale\\\" is registered for version \\\"apps/v1\\\""                                                                                                                                                                           },
    {"delete a secret",              "DELETE", NS "/secrets/s",                                               NULL,                    NULL,                            200,
     "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Success\",\"details\":{"
     "\"name\":\"s\",\"kind\":\"secrets\",\"uid\":\""                                                                                                                                                                                            },
    {"delete a pod",                 "DELETE", NS "/pods/p",                                                  NULL,                    NULL,                            200, "{\"kind\":\"Pod\""                                                 },
    {"delete in the foreground",     "DELETE", APPS "/deployments/tsb",                                       JSON,
     "{'propagationPolicy':'Foreground'}",                                                                                                                              200, "\"finalizers\":[\"foregroundDeletion\"]"                           },
    {"delete with another uid",      "DELETE", NS "/secrets/s",                                               JSON,                    "{'preconditions':{'uid':'0'}}",
     409,                                                                                                                                                                    "the UID in the precondition (0) does not match the UID in record ("},
    {"delete all",                   "DELETE", NS "/secrets?labelSelector=app%3Dtsb",                         NULL,                    NULL,                            200,
     "\"kind\":\"SecretList\""                                                                                                                                                                                                                   },
    {"limit is no number",           "GET",    NS "/secrets?limit=abc",                                       NULL,                    NULL,                            400,
     STATUS "\"strconv.ParseInt: parsing \\\"abc\\\": invalid syntax\",\"reason\":\"BadRequest\","
            "\"code\":400}\n"                                                                                                                                                                                                                    },
    {"limit below zero",             "GET",    NS "/secrets?limit=-1",                                        NULL,                    NULL,                            200, "\"name\":\"s\""                                                    },
    {"resourceVersion is no number", "GET",    NS "/secrets?resourceVersion=abc",                             NULL,                    NULL,                            500,
     STATUS "\"resourceVersion: Invalid value: \\\"abc\\\": strconv.ParseUint: parsing "
            "\\\"abc\\\": invalid syntax\",\"code\":500}\n"                                                                                                                                                                                      },
    {"timeout is no duration",       "GET",    NS "/secrets?timeout=bad",                                     NULL,                    NULL,                            400,
     "invalid timeout specified in the request URL - time: invalid duration \\\"bad\\\""                                                                                                                                                         },
    {"timeout",                      "GET",    NS "/secrets?timeout=5m3s",                                    NULL,                    NULL,                            200, "\"kind\":\"SecretList\""                                           },
    {"a match without a number",     "GET",    NS "/secrets?resourceVersionMatch=Exact",                      NULL,                    NULL,                            422,
     "resourceVersionMatch is forbidden unless resourceVersion is provided"                                                                                                                                                                      },
    {"a broken token",               "GET",    NS "/secrets?continue=zzz",                                    NULL,                    NULL,                            400,
     "invalid continue token: continue key is not valid"                                                                                                                                                                                         },
    {"a broken selector",            "GET",    NS "/secrets?labelSelector=a+in+b",                            NULL,                    NULL,                            400,
     "unable to parse requirement: found 'b' expected: '('"                                                                                                                                                                                      },
    {"a field selector",             "GET",    NS "/secrets?fieldSelector=metadata.name%3Dnosuch",            NULL,                    NULL,                            200,
     "\"items\":[]}\n"                                                                                                                                                                                                                           },
    {"watch=0 is a list",            "GET",    NS "/secrets?watch=0",                                         NULL,                    NULL,                            200, "\"kind\":\"SecretList\""                                           },
    {"indented",                     "GET",    NS "/secrets/s?pretty=true",                                   NULL,                    NULL,                            200,
     "  \"kind\": \"Secret\",\n  \"apiVersion\": \"v1\",\n"                                                                                                                                                                                      },
    {"version",                      "GET",    "/version",                                                    NULL,                    NULL,                            200, "\"minor\": \"32\""                                                 },
    {"health",                       "GET",    "/readyz",                                                     NULL,                    NULL,                            200, "ok"                                                                },
    {"health in words",              "GET",    "/readyz?verbose",                                             NULL,                    NULL,                            200, "[+]ping ok\n"                                                      },
    {"core versions",                "GET",    "/api",                                                        NULL,                    NULL,                            200,
     "{\"kind\":\"APIVersions\",\"versions\":[\"v1\"],"                                                                                                                                                                                          },
    {"groups",                       "GET",    "/apis",                                                       NULL,                    NULL,                            200,
     "{\"name\":\"install.tetrate.io\",\"versions\":[{\"groupVersion\":"
     "\"install.tetrate.io/v1alpha1\",\"version\":\"v1alpha1\"}]"                                                                                                                                                                                },
    {"resources",                    "GET",    "/apis/apps/v1",                                               NULL,                    NULL,                            200,
     "{\"name\":\"deployments/scale\",\"singularName\":\"\",\"namespaced\":true,\"group\":\"autoscaling\",\"version\":"
     "\"v1\",\"kind\":\"Scale\",\"verbs\":[\"get\",\"patch\",\"update\"]}"                                                                                                                                                                       },
    {"a log",                        "GET",    NS "/pods/p/log?tailLines=1",                                  NULL,                    NULL,                            200, "line 2\n"                                                          },
    {"a log of no container",        "GET",    NS "/pods/p/log?container=nope",                               NULL,                    NULL,                            400,
     "container nope is not valid for pod p"                                                                                                                                                                                                     },
    {"a log of no pod",              "GET",    NS "/pods/nosuch/log",                                         NULL,                    NULL,                            404,
     "pods \\\"nosuch\\\" not found"                                                                                                                                                                                                             },
    {"a log of fewer than no lines", "GET",    NS "/pods/p/log?tailLines=-1",                                 NULL,                    NULL,                            422,
     "PodLogOptions \\\"p\\\" is invalid: tailLines: Invalid value: -1: must be greater than or "
     "equal to 0"                                                                                                                                                                                                                                },
    {"may I?",                       "POST",   "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",      JSON,
     "{'spec':{'resourceAttributes':{'verb':'delete','resource':'secrets','namespace':'tsb'}}}",                                                                        201, "\"status\":{\"allowed\":true}}\n"                                  },
};

static bool is_as_expected(const char *body, const char *part)
{
    size_t length = strlen(part);

    if (length > 0 && part[0] == '{' && part[length - 1] == '\n')
        return strcmp(body, part) == 0;
    return strstr(body, part) != NULL;
}

static void test_requests(void)
{
    for (size_t i = 0; i < TEST_COUNT(REQUESTS); i++) {
        Api api;
        ClientReply reply;

        api_init(&api);
        fetch(&api, REQUESTS[i].method, REQUESTS[i].path, REQUESTS[i].type, REQUESTS[i].body,
              &reply);
        if (!CHECK_CASE(REQUESTS[i].name, reply.status == REQUESTS[i].status) ||
            !CHECK_CASE(REQUESTS[i].name, is_as_expected(reply.body.data, REQUESTS[i].part)))
            CHECK_TEXT(reply.body.data, REQUESTS[i].part);
        client_reply_release(&reply);
        api_release(&api);
    }
}

/* ---- who asks --------------------------------------------------------------------------------- */

static const struct {
    const char *name, *header, *method, *path, *body;
    long status;
    const char *part;
} USERS[] = {
    {"a bad token",                 "Authorization: Bearer wrong",                                    "GET",    NS "/secrets",   NULL, 401,
     STATUS "\"Unauthorized\",\"reason\":\"Unauthorized\",\"code\":401}\n"                                                                                    },
    {"nobody",                      "X-A: b",                                                         "GET",    NS "/secrets",   NULL, 403,
     STATUS "\"secrets is forbidden: User \\\"system:anonymous\\\" cannot list resource "
            "\\\"secrets\\\" in API group \\\"\\\" in the namespace \\\"tsb\\\"\",\"reason\":"
            "\"Forbidden\",\"details\":{\"kind\":\"secrets\"},\"code\":403}\n"                                                                                },
    {"Basic",                       "Authorization: Basic eDp5",                                      "GET",    NS "/secrets",   NULL, 403,
     "User \\\"system:anonymous\\\" cannot list"                                                                                                              },
    {"an empty bearer",             "Authorization: Bearer ",                                         "GET",    NS "/secrets",   NULL, 403,
     "User \\\"system:anonymous\\\" cannot list"                                                                                                              },
    {"nobody asks for a path",      "X-A: b",                                                         "GET",    "/api",          NULL, 403,
     STATUS "\"forbidden: User \\\"system:anonymous\\\" cannot get path \\\"/api\\\"\",\"reason\":"
            "\"Forbidden\",\"details\":{},\"code\":403}\n"                                                                                                    },
    {"nobody asks for health",      "X-A: b",                                                         "GET",    "/livez",        NULL, 200, "ok"              },
    {"nobody asks for the version", "X-A: b",                                                         "GET",    "/version",      NULL, 200, "\"major\": \"1\""},
    {"limited may read",            "Authorization: Bearer limited-token",                            "GET",    NS "/secrets/s", NULL, 200,
     "\"name\":\"s\""                                                                                                                                         },
    {"limited may not delete",      "Authorization: Bearer limited-token",                            "DELETE", NS "/secrets/s",
     NULL,                                                                                                                             403,
     STATUS "\"secrets \\\"s\\\" is forbidden: User \\\"limited\\\" cannot delete resource "
            "\\\"secrets\\\" in API group \\\"\\\" in the namespace \\\"tsb\\\"\",\"reason\":"
            "\"Forbidden\",\"details\":{\"name\":\"s\",\"kind\":\"secrets\"},\"code\":403}\n"                                                                 },
    {"limited may not scale",       "Authorization: Bearer limited-token",                            "PATCH",
     APPS "/deployments/tsb/scale",                                                                                              "{}", 403,
     "deployments.apps \\\"tsb\\\" is forbidden: User \\\"limited\\\" cannot patch resource "
     "\\\"deployments/scale\\\" in API group \\\"apps\\\" in the namespace \\\"tsb\\\""                                                                       },
    {"limited may not be another",  "Authorization: Bearer limited-token\r\nImpersonate-User: admin",
     "GET",                                                                                                     NS "/secrets",   NULL, 403,
     "users \\\"admin\\\" is forbidden: User \\\"limited\\\" cannot impersonate resource "
     "\\\"users\\\" in API group \\\"\\\" at the cluster scope"                                                                                               },
};

static void test_users(void)
{
    Api api;

    api_init(&api);
    client_release(&api.client);
    client_init(&api.client, api.loop, "api.test", listener_port(api.listener), api.pki);
    for (size_t i = 0; i < TEST_COUNT(USERS); i++) {
        char *path = memory_format("/clusters/mp1%s", USERS[i].path);
        const char *const headers[] = {USERS[i].header, "Content-Type: " MERGE,
                                       "User-Agent: test/1", NULL};
        ClientReply reply;

        client_fetch(&api.client,
                     &(ClientRequest){.method = USERS[i].method,
                                      .path = path,
                                      .headers = headers,
                                      .body = USERS[i].body},
                     &reply);
        if (!CHECK_CASE(USERS[i].name, reply.status == USERS[i].status) ||
            !CHECK_CASE(USERS[i].name, is_as_expected(reply.body.data, USERS[i].part)))
            CHECK_TEXT(reply.body.data, USERS[i].part);
        client_reply_release(&reply);
        free(path);
    }
    api_release(&api);
}

static void test_clusters_have_names(void)
{
    Api api;
    ClientReply reply;

    api_init(&api);
    client_fetch(&api.client, &(ClientRequest){.path = "/clusters/mp2/version"}, &reply);
    CHECK_INTEGER(reply.status, 404);
    client_reply_release(&reply);
    client_fetch(&api.client, &(ClientRequest){.path = "/version"}, &reply);
    CHECK_INTEGER(reply.status, 404);
    client_reply_release(&reply);
    api.is_unreachable = true;
    client_fetch(&api.client, &(ClientRequest){.path = "/clusters/mp1/version"}, &reply);
    CHECK(reply.code != CURLE_OK && reply.status == 0);
    client_reply_release(&reply);
    api_release(&api);
}

/* ---- lists ------------------------------------------------------------------------------------ */

/* Follows continue to the end; the names in order. Between the pages "c" is deleted and "zz" comes. */
/* Through an entrance of its own a cluster is at the root, and the others are nowhere. */
static void test_a_cluster_by_itself(void)
{
    static const struct {
        const char *path;
        long status;
    } CASES[] = {
        {"/version",                      200},
        {"/api/v1/namespaces/tsb/pods/p", 200},
        {"/clusters/mp1/version",         404},
    };
    Listener *listener;
    ClientReply reply;
    Api api;

    api_init(&api);
    CHECK(kube_server_entrance(api.server, "mp9") == NULL);
    CHECK(listener_start(api.loop, "127.0.0.1", 0, kube_entrance_accept,
                         kube_server_entrance(api.server, "mp1"), &listener, NULL));
    api.client.port = listener_port(listener);
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        client_fetch(&api.client, &(ClientRequest){.path = CASES[i].path}, &reply);
        CHECK_CASE(CASES[i].path, reply.status == CASES[i].status);
        client_reply_release(&reply);
    }
    listener_stop(listener);
    api_release(&api);
}

static void test_pages_show_one_list(void)
{
    Api api;
    ClientReply reply;
    Buffer names = {0};
    char path[400] = NS "/configmaps?limit=2";
    cJSON *list = NULL, *item;

    api_init(&api);
    for (const char *name = "abcde"; *name; name++) {
        char text[60];

        snprintf(text, sizeof text, "{'metadata':{'name':'%c'}}", *name);
        fixture_create(api.cluster, "configmaps", text, NULL);
    }
    for (int page = 0; page < 5 && *path; page++) {
        fetch(&api, "GET", path, NULL, NULL, &reply);
        CHECK_INTEGER(reply.status, 200);
        list = cJSON_Parse(reply.body.data);
        cJSON_ArrayForEach(item, json_find(list, "items"))
            buffer_format(&names, "%s ", json_string_or(item, "metadata/name", "?"));
        if (page == 0) {
            CHECK_INTEGER(json_integer_or(list, "metadata/remainingItemCount", 0), 3);
            kube_delete(api.cluster, "configmaps", "tsb", "c", NULL, NULL, NULL);
            fixture_create(api.cluster, "configmaps", "{'metadata':{'name':'zz'}}", NULL);
        }
        *path = 0;
        if (json_string(list, "metadata/continue") != NULL)
            snprintf(path, sizeof path, NS "/configmaps?limit=2&continue=%s",
                     json_string(list, "metadata/continue"));
        cJSON_Delete(list);
        client_reply_release(&reply);
    }
    CHECK_TEXT(names.data, "a b c d e ");
    buffer_release(&names);
    api_release(&api);
}

static void test_lists_of_both_sorts(void)
{
    Api api;
    ClientReply reply;

    api_init(&api);
    fetch(&api, "GET", NS "/secrets?limit=1&resourceVersion=0", NULL, NULL, &reply);
    CHECK(strstr(reply.body.data,
                 "{\"kind\":\"SecretList\",\"apiVersion\":\"v1\",\"metadata\":{"
                 "\"resourceVersion\":\"7\"},\"items\":[{\"metadata\":{\"name\":\"s\"") ==
          reply.body.data);
    client_reply_release(&reply);
    fetch(&api, "GET", "/apis/install.tetrate.io/v1alpha1/managementplanes", NULL, NULL, &reply);
    CHECK(strstr(reply.body.data,
                 "{\"apiVersion\":\"install.tetrate.io/v1alpha1\",\"items\":[{\"apiVersion\":"
                 "\"install.tetrate.io/v1alpha1\",\"kind\":\"ManagementPlane\",") ==
          reply.body.data);
    CHECK(strstr(reply.body.data,
                 "],\"kind\":\"ManagementPlaneList\",\"metadata\":{\"continue\":\"\","
                 "\"resourceVersion\":\"7\"}}\n") != NULL);
    client_reply_release(&reply);
    api_release(&api);
}

static void test_a_number_from_the_future(void)
{
    Api api;
    ClientReply reply;

    api_init(&api);
    fetch(&api, "GET", NS "/secrets?resourceVersion=99999999", NULL, NULL, &reply);
    CHECK_INTEGER(reply.status, 504);
    CHECK_TEXT(reply.body.data, STATUS
               "\"Timeout: Too large resource version: 99999999, current: 7\",\"reason\":"
               "\"Timeout\",\"details\":{\"causes\":[{\"reason\":\"ResourceVersionTooLarge\","
               "\"message\":\"Too large resource version\"}],\"retryAfterSeconds\":1},"
               "\"code\":504}\n");
    CHECK(strstr(reply.head.data, "Retry-After: 1\r\n") != NULL);
    client_reply_release(&reply);
    api_release(&api);
}

/* ---- tables ----------------------------------------------------------------------------------- */

#define AS_TABLE                                                                        \
    "Accept: application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=" \
    "v1beta1;g=meta.k8s.io,application/json"

/* Cells as kubectl prints them, the columns of -o wide too; "" where the answer is no table. */
static const struct {
    const char *name, *accept, *path, *rows;
} TABLES[] = {
    {"a deployment",                          AS_TABLE,                   APPS "/deployments/tsb",
     "tsb 0/1 0 0 0s tsb registry.test/tsb:1 app=tsb"                                                                   },
    {"a secret's data are counted",           AS_TABLE,                   NS "/secrets/s",               "s Opaque 1 0s"},
    {"services, with and without an address", AS_TABLE,                   NS "/services",
     "a LoadBalancer 10.0.0.1 192.0.2.1,lb.test 443:30483/TCP,53:31577/UDP 0s app=a; "
     "b LoadBalancer 10.96.232.70 <pending> 80:30695/TCP 0s <none>; c ClusterIP 10.0.0.3 <none> 80/TCP 0s <none>"       },
    {"an empty list",                         AS_TABLE,                   APPS "/statefulsets",          "none"         },
    {"a custom resource",                     AS_TABLE,                   TETRATE "/managementplanes",   "mp 0s"        },
    {"a subresource",                         AS_TABLE,                   APPS "/deployments/tsb/scale", ""             },
    {"nobody asked for one",                  "Accept: application/json", NS "/services",                ""             },
};

static void create_services(Api *api)
{
    fixture_create(api->cluster, "services",
                   "{'metadata':{'name':'a'},'spec':{'type':'LoadBalancer','clusterIP':'10.0.0.1',"
                   "'selector':{'app':'a'},'ports':[{'name':'h','port':443,'nodePort':30483},"
                   "{'name':'d','port':53,'protocol':'UDP'}]}}",
                   NULL);
    fixture_merge(
        api->cluster, "services", "a", KUBE_STATUS_PART,
        "{'status':{'loadBalancer':{'ingress':[{'ip':'192.0.2.1'},{'hostname':'lb.test'}]}}}",
        NULL);
    fixture_create(api->cluster, "services",
                   "{'metadata':{'name':'b'},'spec':{'type':'LoadBalancer','ports':[{'port':80}]}}",
                   NULL);
    fixture_create(
        api->cluster, "services",
        "{'metadata':{'name':'c'},'spec':{'clusterIP':'10.0.0.3','ports':[{'port':80}]}}", NULL);
}

/* "3s" is as good as "0s": the machine may be slow. */
static const char *cell_text(const cJSON *cell)
{
    size_t digits = strspn(cell->valuestring, "0123456789");

    return digits > 0 && strcmp(cell->valuestring + digits, "s") == 0 ? "0s" : cell->valuestring;
}

static void add_cells(Buffer *text, const cJSON *row)
{
    const cJSON *cell;

    buffer_add_text(text, text->length ? "; " : "");
    cJSON_ArrayForEach(cell, json_find(row, "cells"))
    {
        buffer_add_text(text, cell->prev->next ? " " : "");
        if (cJSON_IsNumber(cell))
            buffer_format(text, "%d", cell->valueint);
        else
            buffer_add_text(text, cell_text(cell));
    }
}

/* Every row has as many cells as there are columns, and the object that it stands for. */
static void read_table(const char *body, Buffer *out_text)
{
    cJSON *table = cJSON_Parse(body);
    int columns = cJSON_GetArraySize(json_find(table, "columnDefinitions"));
    const cJSON *row;

    cJSON_ArrayForEach(row, json_find(table, "rows"))
    {
        add_cells(out_text, row);
        CHECK_INTEGER(cJSON_GetArraySize(json_find(row, "cells")), columns);
        CHECK_TEXT(json_string_or(row, "object/kind", ""), "PartialObjectMetadata");
        CHECK_TEXT(json_string_or(row, "object/metadata/name", ""),
                   json_string_or(row, "cells/0", "-"));
    }
    if (columns > 0 && out_text->length == 0)
        buffer_add_text(out_text, "none");
    cJSON_Delete(table);
}

static void test_tables(void)
{
    for (size_t i = 0; i < TEST_COUNT(TABLES); i++) {
        const char *const headers[] = {TABLES[i].accept, NULL};
        Api api;
        ClientReply reply;
        Buffer text = {0};
        char *path = memory_format("/clusters/mp1%s", TABLES[i].path);

        api_init(&api);
        create_services(&api);
        client_fetch(&api.client, &(ClientRequest){.path = path, .headers = headers}, &reply);
        CHECK_CASE(TABLES[i].name, reply.status == 200);
        read_table(reply.body.data, &text);
        if (!CHECK_CASE(TABLES[i].name, strcmp(text.data ? text.data : "", TABLES[i].rows) == 0))
            CHECK_TEXT(text.data ? text.data : "", TABLES[i].rows);
        buffer_release(&text);
        client_reply_release(&reply);
        api_release(&api);
        free(path);
    }
}

/* ---- subresources ----------------------------------------------------------------------------- */

#define DONE                                                                             \
    "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Success\"," \
    "\"code\":201}\n"
#define TARGET                   "'target':{'kind':'Node','name':'n1'}"
#define EVICTION                 "{'apiVersion':'policy/v1','kind':'Eviction','metadata':{'name':'p'}}"
#define BINDING                  "{'apiVersion':'v1','kind':'Binding','metadata':{'name':'p'}," TARGET "}"
#define BUDGET                   "/apis/policy/v1/namespaces/tsb/poddisruptionbudgets"
#define REQUESTS_OF_CERTIFICATES "/apis/certificates.k8s.io/v1/certificatesigningrequests"

/* One after the other, against one server. */
typedef struct {
    const char *method, *path, *type, *body;
    long status;
    const char *part;
} Step;

static void tell(const Step *steps, size_t count)
{
    Api api;

    api_init(&api);
    for (size_t i = 0; i < count; i++) {
        ClientReply reply;

        fetch(&api, steps[i].method, steps[i].path, steps[i].type, steps[i].body, &reply);
        CHECK_INTEGER(reply.status, steps[i].status);
        if (!CHECK_CASE(steps[i].path, strstr(reply.body.data, steps[i].part) != NULL))
            CHECK_TEXT(reply.body.data, steps[i].part);
        client_reply_release(&reply);
    }
    api_release(&api);
}

static void test_binding(void)
{
    static const Step STEPS[] = {
        {"GET",  NS "/pods/p/binding",      NULL, NULL,                         405, "does not allow this method"                   },
        {"POST", NS "/pods/nosuch/binding", JSON, "{" TARGET "}",               404,
         "pods/binding \\\"nosuch\\\" not found"                                                                                    },
        {"POST", NS "/pods/p/binding",      JSON, "{'target':{'kind':'Node'}}", 500,
         "target.name: Required value"                                                                                              },
        {"POST", NS "/pods/p/binding",      JSON, BINDING,                      201, DONE                                           },
        {"GET",  NS "/pods/p",              NULL, NULL,                         200, "\"nodeName\":\"n1\""                          },
        {"GET",  NS "/pods/p",              NULL, NULL,                         200, "\"type\":\"PodScheduled\",\"status\":\"True\""},
        {"POST", NS "/bindings",            JSON, BINDING,                      409,
         "\"Operation cannot be fulfilled on pods/binding \\\"p\\\": pod p is already assigned to node "
         "\\\"n1\\\"\""                                                                                                             },
    };

    tell(STEPS, TEST_COUNT(STEPS));
}

static void test_eviction(void)
{
    static const Step STEPS[] = {
        {"POST",  NS "/pods/nosuch/eviction",       JSON,  "{}",                                       404, "pods \\\"nosuch\\\" not found"},
        {"POST",  NS "/pods/p/eviction",            JSON,  "{'metadata':{'name':'q'}}",                400,
         "name in URL does not match name in Eviction object"                                                                              },
        {"PATCH", NS "/pods/p/status",              MERGE, "{'status':{'phase':'Running'}}",           200, "Running"                      },
        {"PATCH", NS "/pods/p",                     MERGE, "{'metadata':{'labels':{'app':'p'}}}",      200, "\"app\":\"p\""                },
        {"POST",  BUDGET,                           JSON,
         "{'metadata':{'name':'b'},'spec':{'minAvailable':1,'selector':{'matchLabels':{'app':'p'}}}}",
         201,                                                                                               "\"b\""                        },
        {"POST",  NS "/pods/p/eviction",            JSON,  EVICTION,                                   429, "\"retryAfterSeconds\":10"     },
        {"PATCH", BUDGET "/b/status",               MERGE,
         "{'status':{'observedGeneration':1,'disruptionsAllowed':0,'desiredHealthy':1,"
         "'currentHealthy':0,'expectedPods':1}}",                                                      200, "\"desiredHealthy\":1"         },
        {"POST",  NS "/pods/p/eviction",            JSON,  EVICTION,                                   429,
         "\"Cannot evict pod as it would violate the pod's disruption budget.\",\"reason\":"
         "\"TooManyRequests\",\"details\":{\"causes\":[{\"reason\":\"DisruptionBudget\",\"message\":"
         "\"The disruption budget b needs 1 healthy pods and has 0 currently\"}]},\"code\":429}"                                           },
        {"PATCH", BUDGET "/b/status",               MERGE, "{'status':{'disruptionsAllowed':1}}",      200,
         "\"disruptionsAllowed\":1"                                                                                                        },
        {"POST",  NS "/pods/p/eviction?dryRun=All", JSON,  EVICTION,                                   201, DONE                           },
        {"POST",  NS "/pods/p/eviction",            JSON,  EVICTION,                                   201, DONE                           },
        {"GET",   BUDGET "/b",                      NULL,  NULL,                                       200, "\"disruptedPods\":{\"p\":"    },
        {"GET",   NS "/pods/p",                     NULL,  NULL,                                       404, "NotFound"                     },
    };

    tell(STEPS, TEST_COUNT(STEPS));
}

/* What is there besides resources. */
static void test_paths(void)
{
    static const Step STEPS[] = {
        {"GET", "/",                                 NULL, NULL, 200, "\"/openid/v1/jwks\""             },
        {"GET", "/.well-known/openid-configuration", NULL, NULL, 200, "/openid/v1/jwks"                 },
        {"GET", "/openid/v1/jwks",                   NULL, NULL, 200, "\"keys\""                        },
        {"GET", "/metrics/slis",                     NULL, NULL, 200,
         "kubernetes_healthcheck{name=\"etcd\",type=\"healthz\"} 1\n"                                   },
        {"GET", "/openapi/v3",                       NULL, NULL, 200, "/openapi/v3/openid/v1/jwks?hash="},
        {"GET", "/openapi/v3/openid/v1/jwks",        NULL, NULL, 200, "\"/openid/v1/jwks/\""            },
    };

    tell(STEPS, TEST_COUNT(STEPS));
}

static void test_a_body_that_is_too_long(void)
{
    enum { TOO_LONG = 3 * 1024 * 1024 + 1 };
    char *body = malloc(TOO_LONG + 1);
    Api api;
    ClientReply reply;

    memset(body, 'x', TOO_LONG);
    body[TOO_LONG] = 0;
    api_init(&api);
    fetch(&api, "POST", NS "/secrets", JSON, body, &reply);
    CHECK_INTEGER(reply.status, 413);
    CHECK_TEXT(reply.body.data, STATUS "\"Request entity too large: limit is 3145728\",\"reason\":"
                                       "\"RequestEntityTooLarge\",\"code\":413}\n");
    client_reply_release(&reply);
    api_release(&api);
    free(body);
}

static void test_parts_that_write_one_field(void)
{
    static const Step STEPS[] = {
        {"PATCH",  NS "/pods/p/ephemeralcontainers",       MERGE,
         "{'metadata':{'labels':{'x':'y'}},'spec':{'ephemeralContainers':[{'name':'debug','image':"
         "'r.test/d:1'}]}}",                                                                           200, "\"ephemeralContainers\":[{\"name\":\"debug\""},
        {"GET",    NS "/pods/p/ephemeralcontainers",       NULL,  NULL,                                200, "\"debug\""                                   },
        {"GET",    NS "/pods?labelSelector=x%3Dy",         NULL,  NULL,                                200, "\"items\":[]"                                },
        {"POST",   "/api/v1/namespaces",                   JSON,
         "{'metadata':{'name':'gone'},'spec':{'finalizers':"
         "['example.com/f']}}",                                                                        201, "example.com/f"                               },
        {"GET",    "/api/v1/namespaces/gone/finalize",     NULL,  NULL,                                405, "does not allow this method"                  },
        {"DELETE", "/api/v1/namespaces/gone",              NULL,  NULL,                                200, "Terminating"                                 },
        {"PUT",    "/api/v1/namespaces/gone/finalize",     JSON,
         "{'kind':'Namespace','apiVersion':'v1','metadata':{'name':'gone'},'spec':{}}",                200,
         "\"gone\""                                                                                                                                       },
        {"GET",    "/api/v1/namespaces/gone",              NULL,  NULL,                                404, "NotFound"                                    },
        {"POST",   REQUESTS_OF_CERTIFICATES,               JSON,
         "{'metadata':{'name':'c'},'spec':{'request':'YQ==','signerName':'example.com/s','usages':"
         "['client auth']}}",                                                                          201, "example.com/s"                               },
        {"PATCH",  REQUESTS_OF_CERTIFICATES "/c/approval", MERGE,
         "{'status':{'certificate':'YQ==','conditions':[{'type':'Approved','status':'True'}]}}",       200, "\"type\":\"Approved\""                       },
        {"PATCH",  REQUESTS_OF_CERTIFICATES "/c/status",   MERGE, "{'status':{'certificate':'Yg=='}}",
         200,                                                                                               "\"certificate\":\"Yg==\""                    },
        {"GET",    REQUESTS_OF_CERTIFICATES "/c",          NULL,  NULL,                                200, "\"Approved\""                                },
    };

    tell(STEPS, TEST_COUNT(STEPS));
}

/* ---- protobuf --------------------------------------------------------------------------------- */

#define PROTOBUF "application/vnd.kubernetes.protobuf"

static const struct {
    const char *name, *accept, *path;
    int status;
    const char *content_type, *kind; /* what the bytes are, when they are read again */
} PACKED[] = {
    {"an object",            PROTOBUF,                                                    NS "/secrets/s",                         200, PROTOBUF, "Secret"                   },
    {"a list",               PROTOBUF ",application/json",                                NS "/secrets",                           200, PROTOBUF, "SecretList"               },
    {"a refusal",            PROTOBUF,                                                    NS "/secrets/nosuch",                    404, PROTOBUF, "Status"                   },
    {"no such resource",     PROTOBUF,                                                    NS "/nosuch",                            404, PROTOBUF, "Status"                   },
    {"a custom one",         PROTOBUF,                                                    TETRATE "/managementplanes",             406, PROTOBUF, "Status"                   },
    {"or else as JSON",      PROTOBUF ",application/json",                                TETRATE "/managementplanes",             200, JSON,     NULL                       },
    {"a scale",              PROTOBUF,                                                    APPS "/deployments/tsb/scale",           200, PROTOBUF, "Scale"                    },
    {"metadata",             PROTOBUF ";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
     TETRATE "/managementplanes",                                                                                                  200, PROTOBUF, "PartialObjectMetadataList"},
    {"a version",            PROTOBUF,                                                    "/version",                              200, JSON,     NULL                       },
    {"a watch from too far", PROTOBUF ",application/json",                                NS "/secrets?watch=1&resourceVersion=x",
     500,                                                                                                                               PROTOBUF, "Status"                   },
};

static void test_protobuf(void)
{
    for (size_t i = 0; i < TEST_COUNT(PACKED); i++) {
        char *accept = memory_format("Accept: %s", PACKED[i].accept);
        char *type = memory_format("Content-Type: %s\r\n", PACKED[i].content_type);
        char *path = memory_format("/clusters/mp1%s", PACKED[i].path);
        const char *const headers[] = {accept, NULL};
        cJSON *json = NULL;
        Api api;
        ClientReply reply;

        api_init(&api);
        client_fetch(&api.client, &(ClientRequest){.path = path, .headers = headers}, &reply);
        CHECK_CASE(PACKED[i].name, reply.status == PACKED[i].status);
        CHECK_CASE(PACKED[i].name, strstr(reply.head.data, type) != NULL);
        if (PACKED[i].kind != NULL) {
            CHECK_CASE(PACKED[i].name,
                       protobuf_decode(reply.body.data, reply.body.length, &json, NULL));
            CHECK_TEXT(json_string_or(json, "kind", ""), PACKED[i].kind);
        }
        cJSON_Delete(json);
        client_reply_release(&reply);
        api_release(&api);
        free(path);
        free(type);
        free(accept);
    }
}

/* ---- watches ---------------------------------------------------------------------------------- */

/* "ADDED s@4 " for each line of a watch. */
static void add_events(Buffer *events, const char *body)
{
    while (*body) {
        size_t length = strcspn(body, "\n");
        cJSON *event = cJSON_ParseWithLength(body, length);

        buffer_format(events, "%s %s@%s ", json_string_or(event, "type", "?"),
                      json_string_or(event, "object/metadata/name",
                                     json_string_or(event, "object/reason", "-")),
                      json_string_or(event, "object/metadata/resourceVersion", "-"));
        cJSON_Delete(event);
        body += length + (body[length] == '\n');
    }
}

/* The secret "s" has number 4; once the answer has begun come: a change (8), a label that takes it out of app=tsb (9), its end (10). */
static const struct {
    const char *name, *query, *events;
    FaultKind fault;
} WATCHES[] = {
    {"from now",                                                    "watch=1&resourceVersion=7",                       "MODIFIED s@8 MODIFIED s@9 DELETED s@10 ",
     FAULT_NONE                                                                                                                                                                                     },
    {"from the start",                                              "watch=true",                                      "ADDED s@4 MODIFIED s@8 MODIFIED s@9 DELETED s@10 ",
     FAULT_NONE                                                                                                                                                                                     },
    {"from any",                                                    "watch=True&resourceVersion=0",
     "ADDED s@4 MODIFIED s@8 MODIFIED s@9 DELETED s@10 ",                                                                                                                                FAULT_NONE },
    {"from before",                                                 "watch&resourceVersion=3",                         "ADDED s@4 MODIFIED s@8 MODIFIED s@9 DELETED s@10 ",
     FAULT_NONE                                                                                                                                                                                     },
    {"from the future",                                             "watch=1&resourceVersion=9",                       "DELETED s@10 ",                                                  FAULT_NONE },
    {"by label: leaving is DELETED, with the number of the change",
     "watch=1&resourceVersion=7&labelSelector=app%3Dtsb",                                                              "MODIFIED s@8 DELETED s@9 ",                                      FAULT_NONE },
    {"by label: entering is ADDED",                                 "watch=1&resourceVersion=7&labelSelector=app%3Dx",
     "ADDED s@9 DELETED s@10 ",                                                                                                                                                          FAULT_NONE },
    {"by name",                                                     "watch=1&fieldSelector=metadata.name%3Dother",     "",                                                               FAULT_NONE },
    {"a watch-list ends its beginning with a bookmark",
     "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true",                      "ADDED s@4 BOOKMARK -@7 MODIFIED s@8 MODIFIED s@9 DELETED s@10 ", FAULT_NONE },
    {"an event is lost",                                            "watch=1&resourceVersion=7",                       "MODIFIED s@9 DELETED s@10 ",                                     FAULT_DROP },
    {"events are held back, in order",                              "watch=1&resourceVersion=7",
     "MODIFIED s@8 MODIFIED s@9 DELETED s@10 ",                                                                                                                                          FAULT_DELAY},
    {"it stalls",                                                   "watch=1&resourceVersion=7",                       "",                                                               FAULT_HANG },
    {"it fails",                                                    "watch=1&resourceVersion=7",                       "ERROR Expired@- ",                                               FAULT_FAIL },
};

static void test_watches(void)
{
    for (size_t i = 0; i < TEST_COUNT(WATCHES); i++) {
        Api api;
        ClientReply reply;
        Buffer events = {0};
        char path[300];

        api_init(&api);
        snprintf(path, sizeof path, NS "/secrets?%s&timeoutSeconds=1", WATCHES[i].query);
        api.fault = (Fault){.kind = WATCHES[i].fault, .code = 410, .delay_ms = 100};
        api.fault_at = "kube.watch";
        fetch_stream(&api, path, change_secret, &reply);
        CHECK_CASE(WATCHES[i].name, reply.code == CURLE_OK && reply.status == 200);
        add_events(&events, reply.body.data);
        CHECK_TEXT(events.data ? events.data : "", WATCHES[i].events);
        CHECK_CASE(WATCHES[i].name, (*api.evidence != 0) == (WATCHES[i].fault != FAULT_NONE));
        buffer_release(&events);
        client_reply_release(&reply);
        api_release(&api);
    }
}

static void test_a_watch_that_is_too_old(void)
{
    Api api;
    ClientReply reply;
    char patch[80];

    api_init(&api);
    for (int i = 0; i < 2100; i++) {
        snprintf(patch, sizeof patch, "{'metadata':{'annotations':{'i':'%d'}}}", i);
        fixture_merge(api.cluster, "secrets", "s", KUBE_MAIN, patch, NULL);
    }
    fetch(&api, "GET", NS "/secrets?watch=1&resourceVersion=5", NULL, NULL, &reply);
    CHECK_INTEGER(reply.status, 200);
    CHECK_TEXT(reply.body.data,
               "{\"type\":\"ERROR\",\"object\":" STATUS
               "\"too old resource version: 5 (107)\",\"reason\":\"Expired\",\"code\":410}}\n");
    client_reply_release(&reply);
    api_release(&api);
}

/* The client goes, then the world: nobody may be told of a watch that is not there. */
static void test_a_watcher_that_leaves(void)
{
    Api api;
    ClientReply reply;

    api_init(&api);
    client_fetch(&api.client,
                 &(ClientRequest){.path = "/clusters/mp1" NS "/secrets?watch=1", .timeout_ms = 100},
                 &reply);
    CHECK_INTEGER(reply.code, CURLE_OPERATION_TIMEDOUT);
    client_reply_release(&reply);
    loop_wait(api.loop, 50, NULL);
    change_secret(&api);
    fetch(&api, "GET", NS "/secrets", NULL, NULL, &reply);
    CHECK_INTEGER(reply.status, 200);
    client_reply_release(&reply);
    api_release(&api);
}

static void print_line(void *owner)
{
    Api *api = owner;

    kube_log(api->cluster, "tsb", "p", "line 3");
    kube_delete(api->cluster, "pods", "tsb", "p", NULL, NULL, NULL);
}

static void test_a_log_is_followed_to_its_pods_end(void)
{
    Api api;
    ClientReply reply;

    api_init(&api);
    fetch_stream(&api, NS "/pods/p/log?follow=true&tailLines=1", print_line, &reply);
    CHECK_INTEGER(reply.code, CURLE_OK);
    CHECK_TEXT(reply.body.data, "line 2\nline 3\n");
    client_reply_release(&reply);
    api_release(&api);
}

/* ---- faults and the trace --------------------------------------------------------------------- */

static const struct {
    const char *name;
    Fault fault;
    long status;
    const char *part;
    bool is_done;
} FAULTS[] = {
    {"none",              {.kind = FAULT_NONE},                    200, "\"kind\":\"Scale\"",                                                                          true },
    {"429",
     {.kind = FAULT_FAIL, .code = 429, .retry_after_s = 2},
     429,                                                               "Too many requests, please try again later.\n",
     false                                                                                                                                                                  },
    {"500",               {.kind = FAULT_FAIL, .code = 500},       500, "\"code\":500",                                                                                false},
    {"503",               {.kind = FAULT_FAIL, .code = 503},       503, "\"reason\":\"ServiceUnavailable\"",                                                           false},
    {"409",
     {.kind = FAULT_FAIL, .code = 409},
     409,                                                               "Operation cannot be fulfilled on deployments.apps \\\"tsb\\\": the object has been modified",
     false                                                                                                                                                                  },
    {"403",
     {.kind = FAULT_FAIL, .code = 403},
     403,                                                               "cannot patch resource \\\"deployments/scale\\\"",
     false                                                                                                                                                                  },
    {"401",               {.kind = FAULT_FAIL, .code = 401},       401, "\"reason\":\"Unauthorized\"",                                                                 false},
    {"own words",
     {.kind = FAULT_FAIL, .code = 500, .text = "etcd is on fire"},
     500,                                                               "etcd is on fire",
     false                                                                                                                                                                  },
    {"said and not done", {.kind = FAULT_DROP},                    200, "\"kind\":\"Scale\"",                                                                          false},
    {"done and not said", {.kind = FAULT_LOSE_REPLY},              0,   "",                                                                                            true },
    {"later",             {.kind = FAULT_DELAY, .delay_ms = 20},   200, "\"kind\":\"Scale\"",                                                                          true },
};

static void test_faults(void)
{
    for (size_t i = 0; i < TEST_COUNT(FAULTS); i++) {
        Api api;
        ClientReply reply;
        const cJSON *deployment;

        api_init(&api);
        api.fault = FAULTS[i].fault;
        api.fault_at = "kube.request";
        fetch(&api, "PATCH", APPS "/deployments/tsb/scale", MERGE, "{'spec':{'replicas':5}}",
              &reply);
        deployment = fixture_find(api.cluster, "deployments", "tsb");
        CHECK_TEXT(api.call, "kube.request mp1 PATCH deployments/scale tsb tsb");
        CHECK_CASE(FAULTS[i].name, reply.status == FAULTS[i].status);
        CHECK_CASE(FAULTS[i].name, strstr(reply.body.data, FAULTS[i].part) != NULL);
        CHECK_CASE(FAULTS[i].name,
                   (json_integer_or(deployment, "spec/replicas", 0) == 5) == FAULTS[i].is_done);
        CHECK_CASE(FAULTS[i].name, (*api.evidence != 0) == (FAULTS[i].fault.kind != FAULT_NONE));
        if (FAULTS[i].fault.retry_after_s > 0)
            CHECK(strstr(reply.head.data, "Retry-After: 2\r\n") != NULL);
        client_reply_release(&reply);
        api_release(&api);
    }
}

static void test_the_trace(void)
{
    static const struct {
        const char *method, *path, *type, *body;
    } STEPS[] = {
        {"GET",    NS "/secrets/s",                                          NULL,  NULL},
        {"PATCH",  APPS "/deployments/tsb/scale?fieldManager=kubectl-scale", MERGE,
         "{'spec':{'replicas':0}}"                                                      },
        {"PATCH",  APPS "/deployments/tsb/scale?fieldManager=kubectl-scale", MERGE,
         "{'spec':{'replicas':0}}"                                                      },
        {"GET",    NS "/secrets/nosuch",                                     NULL,  NULL},
        {"POST",   NS "/secrets",                                            JSON,
         "{'metadata':{'name':'new'},"
         "'stringData':{'k':'hush'}}"                                                   },
        {"DELETE", NS "/secrets/s",                                          NULL,  NULL},
        {"GET",    "/nosuch",                                                NULL,  NULL},
    };
    Api api;

    api_init(&api);
    for (size_t i = 0; i < TEST_COUNT(STEPS); i++) {
        ClientReply reply;

        fetch(&api, STEPS[i].method, STEPS[i].path, STEPS[i].type, STEPS[i].body, &reply);
        client_reply_release(&reply);
    }
    CHECK_TEXT(api.events.data,
               "mp1 kube.request: PATCH deployments/scale tsb/tsb by kubectl-scale: 200\n"
               "mp1 kube.request: PATCH deployments/scale tsb/tsb by kubectl-scale: 200\n"
               "mp1 kube.request: GET secrets tsb/nosuch by test: 404\n"
               "mp1 kube.request: POST secrets tsb/new by test: 201\n"
               "mp1 kube.request: DELETE secrets tsb/s by test: 200\n"
               "mp1 kube.request: GET /nosuch by test: 404\n");
    CHECK(json_bool_or(trace_at(api.trace, 0).data, "changed", false));
    CHECK(!json_bool_or(trace_at(api.trace, 1).data, "changed", true));
    CHECK_TEXT(json_string(trace_at(api.trace, 4).data, "user"), "admin");
    api_release(&api);
}

TEST_SUITE("fakes/kubernetes/server", {"requests", test_requests}, {"users", test_users},
           {"clusters have names", test_clusters_have_names},
           {"a cluster by itself", test_a_cluster_by_itself},
           {"pages show one list", test_pages_show_one_list},
           {"lists of both sorts", test_lists_of_both_sorts}, {"tables", test_tables},
           {"protobuf", test_protobuf}, {"paths", test_paths},
           {"a body that is too long", test_a_body_that_is_too_long}, {"binding", test_binding},
           {"eviction", test_eviction},
           {"parts that write one field", test_parts_that_write_one_field},
           {"a number from the future", test_a_number_from_the_future}, {"watches", test_watches},
           {"a watch that is too old", test_a_watch_that_is_too_old},
           {"a watcher that leaves", test_a_watcher_that_leaves},
           {"a log is followed to its pod's end", test_a_log_is_followed_to_its_pods_end},
           {"faults", test_faults}, {"the trace", test_the_trace});
