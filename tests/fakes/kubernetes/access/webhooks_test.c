/*
 * tests/fakes/kubernetes/access/webhooks_test.c - who is asked about a write, in which order, and what comes of the answer.
 */
#include "fakes/kubernetes/access/webhooks.h"

#include <stdio.h>
#include <string.h>

#include "fakes/kubernetes/store.h"
#include "tests/fakes/kubernetes/fixture.h"
#include "tests/test.h"

/* ---- matching --------------------------------------------------------------------------------- */

#define RULE(operations, groups, versions, resources, more)            \
    "{'rules':[{'operations':['" operations "'],'apiGroups':['" groups \
    "'],'apiVersions':['" versions "'],'resources':['" resources "']" more "}]"

static const struct {
    const char *name, *webhook, *operation, *resource, *subresource;
    bool matches;
} MATCHES[] = {
    {"what the rule says",                                RULE("CREATE", "",                   "v1", "configmaps",         "") "}",                                               "CREATE", "configmaps",
     "",                                                                                                                                                                                                            true },
    {"another operation",                                 RULE("UPDATE", "",                   "v1", "configmaps",         "") "}",                                               "CREATE", "configmaps",
     "",                                                                                                                                                                                                            false},
    {"any operation",                                     RULE("*",      "",                   "v1", "configmaps",         "") "}",                                               "DELETE", "configmaps",       "", true },
    {"another group",                                     RULE("*",      "apps",               "v1", "configmaps",         "") "}",                                               "CREATE", "configmaps",       "",
     false                                                                                                                                                                                                               },
    {"any group and version",                             RULE("*",      "*",                  "*",  "deployments",        "") "}",                                               "CREATE", "deployments",
     "",                                                                                                                                                                                                            true },
    {"another version",                                   RULE("*",      "",                   "v2", "configmaps",         "") "}",                                               "CREATE", "configmaps",       "",
     false                                                                                                                                                                                                               },
    {"another version, equivalent",
     RULE("*",                                                           "install.tetrate.io", "v1", "managementplanes",   "") "}",                                               "UPDATE",
     "managementplanes",                                                                                                                                                                                        "", true },
    {"another version, exact",
     RULE("*",                                                           "install.tetrate.io", "v1", "managementplanes",   "") ",'matchPolicy':'Exact'}",
     "UPDATE",                                                                                                                                                                              "managementplanes", "", false},
    {"another resource",                                  RULE("*",      "*",                  "*",  "secrets",            "") "}",                                               "CREATE", "configmaps",       "", false},
    {"any resource, not its parts",                       RULE("*",      "*",                  "*",  "*",                  "") "}",                                               "UPDATE", "deployments",
     "status",                                                                                                                                                                                                      false},
    {"any resource",                                      RULE("*",      "*",                  "*",  "*",                  "") "}",                                               "UPDATE", "deployments",      "", true },
    {"its part",                                          RULE("*",      "*",                  "*",  "deployments/status", "") "}",                                               "UPDATE", "deployments",
     "status",                                                                                                                                                                                                      true },
    {"all its parts",                                     RULE("*",      "*",                  "*",  "deployments/*",      "") "}",                                               "UPDATE", "deployments",
     "scale",                                                                                                                                                                                                       true },
    {"that part of anything",                             RULE("*",      "*",                  "*",  "*/scale",            "") "}",                                               "UPDATE", "deployments",
     "scale",                                                                                                                                                                                                       true },
    {"everything and its parts",                          RULE("*",      "*",                  "*",  "*/*",                "") "}",                                               "UPDATE", "deployments",      "",
     true                                                                                                                                                                                                                },
    {"in a namespace",                                    RULE("*",      "*",                  "*",  "*",                  ",'scope':'Namespaced'") "}",                          "CREATE",
     "configmaps",                                                                                                                                                                                              "", true },
    {"not in a namespace",                                RULE("*",      "*",                  "*",  "*",                  ",'scope':'Cluster'") "}",                             "CREATE",
     "configmaps",                                                                                                                                                                                              "", false},
    {"a namespace is of the cluster",                     RULE("*",      "*",                  "*",  "*",                  ",'scope':'Cluster'") "}",                             "CREATE",
     "namespaces",                                                                                                                                                                                              "", true },
    {"its namespace's label",
     RULE("*",                                                           "*",                  "*",  "*",
     "") ",'namespaceSelector':{'matchLabels':{'kubernetes.io/metadata.name':'tsb'}}}",
     "CREATE",                                                                                                                                                                              "configmaps",       "", true },
    {"not its namespace's label",
     RULE("*",                                                           "*",                  "*",  "*",                  "") ",'namespaceSelector':{'matchLabels':{'a':'b'}}}", "CREATE",
     "configmaps",                                                                                                                                                                                              "", false},
    {"selectors of namespaces leave the cluster's alone",
     RULE("*",                                                           "*",                  "*",  "*",                  "") ",'namespaceSelector':{'matchLabels':{'a':'b'}}}", "CREATE",
     "clusterroles",                                                                                                                                                                                            "", true },
    {"its own label",                                     RULE("*",      "*",                  "*",  "*",                  "") ",'objectSelector':{'matchLabels':{'l':'1'}}}",
     "CREATE",                                                                                                                                                                              "configmaps",       "", true },
    {"a label it had",                                    RULE("*",      "*",                  "*",  "*",                  "") ",'objectSelector':{'matchLabels':{'l':'0'}}}",
     "UPDATE",                                                                                                                                                                              "configmaps",       "", true },
    {"not its own label",
     RULE("*",                                                           "*",                  "*",  "*",                  "") ",'objectSelector':{'matchLabels':{'l':'2'}}}",    "CREATE",
     "configmaps",                                                                                                                                                                                              "", false},
    {"nobody is asked about who is asked",                RULE("*",      "*",                  "*",  "*",                  "") "}",                                               "DELETE",
     "validatingwebhookconfigurations",                                                                                                                                                                         "", false},
};

static void test_matching(void)
{
    KubeCluster *cluster = fixture_cluster();
    cJSON *object = fixture_json("{'metadata':{'name':'x','labels':{'l':'1'}}}");
    cJSON *old = fixture_json("{'metadata':{'name':'x','labels':{'l':'0'}}}");
    KubeKind kind = {"install.tetrate.io",
                     "v1alpha1",
                     "managementplanes",
                     "managementplane",
                     "ManagementPlane",
                     "",
                     "",
                     KUBE_NAMESPACED | KUBE_CUSTOM,
                     NULL,
                     0};

    kube_kinds_serve(&cluster->kinds, &kind);
    kind.version = "v1";
    kube_kinds_serve(&cluster->kinds, &kind);
    for (size_t i = 0; i < sizeof MATCHES / sizeof *MATCHES; i++) {
        cJSON *webhook = fixture_json(MATCHES[i].webhook);
        const KubeAdmitted write = {.cluster = cluster,
                                    .kind = kube_kind_named(&cluster->kinds, MATCHES[i].resource),
                                    .subresource = MATCHES[i].subresource,
                                    .operation = MATCHES[i].operation,
                                    .ns = "tsb",
                                    .name = "x",
                                    .object = object,
                                    .old =
                                        strcmp(MATCHES[i].operation, "UPDATE") == 0 ? old : NULL};

        CHECK_CASE(MATCHES[i].name, webhook_matches(webhook, &write) == MATCHES[i].matches);
        cJSON_Delete(webhook);
    }
    cJSON_Delete(object);
    cJSON_Delete(old);
    kube_cluster_free(cluster);
}

/* ---- answers ---------------------------------------------------------------------------------- */

/* What stands behind the webhooks: the same for each, and who was asked. */
typedef struct {
    KubeWebhookAnswer answer;
    char asked[200];
} Behind;

static void answer(void *self, KubeCluster *cluster, const KubeWebhookCall *call,
                   KubeWebhookAnswer *out_answer)
{
    Behind *behind = self;
    size_t length = strlen(behind->asked);

    (void)cluster;
    snprintf(behind->asked + length, sizeof behind->asked - length, "%s%s:%s", length ? " " : "",
             call->name, call->operation);
    *out_answer = behind->answer;
    out_answer->patch = cJSON_Duplicate(behind->answer.patch, true);
}

static void configure(KubeCluster *cluster, const char *resource, const char *name,
                      const char *webhooks)
{
    char text[1200];

    snprintf(text, sizeof text, "{'metadata':{'name':'%s'},'webhooks':[%s]}", name, webhooks);
    CHECK(fixture_create(cluster, resource, text, NULL));
}

#define WEBHOOK(name, more)                                                                    \
    "{'name':'" name "','sideEffects':'None','admissionReviewVersions':['v1'],'clientConfig':" \
    "{'service':{'namespace':'tsb','name':'hook','path':'/v'}},'rules':[{'operations':['*'],"  \
    "'apiGroups':[''],'apiVersions':['v1'],'resources':['configmaps']}]" more "}"

static KubeCluster *new_cluster(const char *webhook)
{
    KubeCluster *cluster = fixture_cluster();

    CHECK(fixture_create(cluster, "services",
                         "{'metadata':{'name':'hook'},'spec':{'clusterIP':'10.96.0.77','ports':"
                         "[{'port':443}]}}",
                         NULL));
    configure(cluster, "validatingwebhookconfigurations", "v", webhook);
    return cluster;
}

static bool write(KubeCluster *cluster, KubeAdmission *admission, KubeStatus *status)
{
    const KubeWriter writer = {.admission = admission, .dry_run = admission->is_dry_run};
    cJSON *json = fixture_json("{'metadata':{'name':'c'},'data':{'a':'1'}}");
    bool ok = kube_create(cluster, "configmaps", "tsb", json, &writer, NULL, status);

    cJSON_Delete(json);
    return ok;
}

#define CALLING                                                                                 \
    "Internal error occurred: failed calling webhook \"a.test\": failed to call webhook: Post " \
    "\"https://hook.tsb.svc:443/v?timeout=10s\": "

static const struct {
    const char *name;
    KubeWebhookAnswer answer;
    int code; /* 0: it is written */
    const char *reason, *message;
} ANSWERS[] = {
    {"allowed",             {.outcome = WEBHOOK_ALLOWS},                               0, "",              NULL},
    {"denied as Go does",
     {.outcome = WEBHOOK_DENIES, .code = 403, .reason = "Forbidden", .message = "no"},
     403,                                                                                 "Forbidden",
     "admission webhook \"a.test\" denied the request: no"                                                     },
    {"denied with nothing",
     {.outcome = WEBHOOK_DENIES},
     400,                                                                                 "",
     "admission webhook \"a.test\" denied the request without explanation"                                     },
    {"no endpoints",
     {.outcome = WEBHOOK_NO_ENDPOINTS},
     500,                                                                                 "InternalError",
     CALLING "no endpoints available for service \"hook\""                                                     },
    {"refused",
     {.outcome = WEBHOOK_REFUSED},
     500,                                                                                 "InternalError",
     CALLING "dial tcp 10.96.0.77:443: connect: connection refused"                                            },
    {"untrusted",
     {.outcome = WEBHOOK_UNTRUSTED},
     500,                                                                                 "InternalError",
     CALLING "tls: failed to verify certificate: x509: certificate signed by unknown authority"                },
};

static void test_answers(void)
{
    for (size_t i = 0; i < sizeof ANSWERS / sizeof *ANSWERS; i++) {
        KubeCluster *cluster = new_cluster(WEBHOOK("a.test", ""));
        Behind behind = {.answer = ANSWERS[i].answer};
        Arena arena = {0};
        KubeAdmission admission = {.arena = &arena, .call = answer, .self = &behind};
        KubeStatus status = {0};
        bool ok = write(cluster, &admission, &status);

        CHECK_CASE(ANSWERS[i].name, ok == (ANSWERS[i].code == 0));
        CHECK_INTEGER(status.code, ANSWERS[i].code);
        CHECK_TEXT(status.reason, ANSWERS[i].reason);
        CHECK_TEXT(status.message, ANSWERS[i].message);
        kube_status_release(&status);
        arena_release(&arena);
        kube_cluster_free(cluster);
    }
}

/* Ignore lets through what cannot be called, and no denial. */
static void test_ignored(void)
{
    KubeCluster *cluster = new_cluster(WEBHOOK("a.test", ",'failurePolicy':'Ignore'"));
    Behind behind = {.answer = {.outcome = WEBHOOK_DENIES}};
    Arena arena = {0};
    KubeAdmission admission = {.arena = &arena, .call = answer, .self = &behind};

    CHECK(!write(cluster, &admission, NULL));
    admission.replies = NULL;
    behind.answer.outcome = WEBHOOK_NO_ENDPOINTS;
    CHECK(write(cluster, &admission, NULL));
    arena_release(&arena);
    kube_cluster_free(cluster);
}

/* Without its Service nobody is called; without anybody behind the Service nobody listens. */
static void test_nowhere(void)
{
    KubeCluster *cluster = new_cluster(WEBHOOK("a.test", ""));
    Arena arena = {0};
    KubeAdmission admission = {.arena = &arena};
    KubeStatus status = {0};

    CHECK(!write(cluster, &admission, &status));
    CHECK_TEXT(status.message, CALLING "dial tcp 10.96.0.77:443: connect: connection refused");
    kube_status_release(&status);
    admission.replies = NULL;
    CHECK(kube_delete(cluster, "services", "tsb", "hook", NULL, NULL, NULL));
    CHECK(!write(cluster, &admission, &status));
    CHECK_TEXT(status.message, CALLING "service \"hook\" not found");
    kube_status_release(&status);
    arena_release(&arena);
    kube_cluster_free(cluster);
}

static void test_dry_run(void)
{
    KubeCluster *cluster = new_cluster(
        "{'name':'a.test','sideEffects':'Some','admissionReviewVersions':['v1'],'clientConfig':"
        "{'url':'https://a.test'},'rules':[{'operations':['*'],'apiGroups':['*'],"
        "'apiVersions':['*'],'resources':['*']}]}");
    Arena arena = {0};
    Behind behind = {0};
    KubeAdmission admission = {.arena = &arena,
                               .call = answer,
                               .self = &behind,
                               .is_dry_run = true};
    KubeStatus status = {0};

    CHECK(!write(cluster, &admission, &status));
    CHECK_INTEGER(status.code, 400);
    CHECK_TEXT(status.message, "admission webhook \"a.test\" does not support dry run");
    CHECK_TEXT(behind.asked, "");
    kube_status_release(&status);
    arena_release(&arena);
    kube_cluster_free(cluster);
}

/* A silent one is waited for: the write is given up, and says until when. */
static void test_waiting(void)
{
    KubeCluster *cluster = new_cluster(WEBHOOK("a.test", ",'timeoutSeconds':3"));
    Behind behind = {
        .answer = {.outcome = WEBHOOK_ALLOWS, .after_ms = 4000}
    };
    Arena arena = {0};
    KubeAdmission admission = {.arena = &arena, .call = answer, .self = &behind};
    KubeStatus status = {0};

    CHECK(!write(cluster, &admission, &status));
    CHECK(admission.until_ms > 0);
    CHECK_INTEGER(status.code, 0);
    CHECK(!write(cluster, &admission, &status));
    CHECK_TEXT(behind.asked, "a.test:CREATE"); /* once */
    arena_release(&arena);
    kube_cluster_free(cluster);
}

/* ---- mutating --------------------------------------------------------------------------------- */

static void test_mutating(void)
{
    KubeCluster *cluster = new_cluster(WEBHOOK("z.test", ""));
    Behind behind = {
        .answer = {.patch = fixture_json("[{'op':'add','path':'/data/b','value':'2'}]")}};
    Arena arena = {0};
    KubeAdmission admission = {.arena = &arena, .call = answer, .self = &behind};

    configure(cluster, "mutatingwebhookconfigurations", "m2", WEBHOOK("b.test", ""));
    configure(cluster, "mutatingwebhookconfigurations", "m1",
              WEBHOOK("d.test", ",'reinvocationPolicy':'IfNeeded'") "," WEBHOOK("c.test", ""));
    CHECK(write(cluster, &admission, NULL));
    CHECK_TEXT(behind.asked, "d.test:CREATE c.test:CREATE b.test:CREATE z.test:CREATE");
    CHECK_TEXT(json_string(fixture_find(cluster, "configmaps", "c"), "data/b"), "2");
    cJSON_Delete(behind.answer.patch);
    arena_release(&arena);
    kube_cluster_free(cluster);
}

/* What a second one adds is shown to the first again, if it wants that. */
static void test_reinvocation(void)
{
    KubeCluster *cluster = new_cluster(WEBHOOK("z.test", ""));
    Behind behind = {
        .answer = {.patch = fixture_json("[{'op':'add','path':'/data/b','value':'2'},"
                                         "{'op':'copy','from':'/data/a','path':'/data/c'},"
                                         "{'op':'copy','from':'/data/b','path':'/data/a'}]")}};
    Arena arena = {0};
    KubeAdmission admission = {.arena = &arena, .call = answer, .self = &behind};

    configure(cluster, "mutatingwebhookconfigurations", "m",
              WEBHOOK("d.test", ",'reinvocationPolicy':'IfNeeded'") "," WEBHOOK("c.test", ""));
    CHECK(write(cluster, &admission, NULL));
    CHECK_TEXT(behind.asked, "d.test:CREATE c.test:CREATE d.test:CREATE z.test:CREATE");
    cJSON_Delete(behind.answer.patch);
    arena_release(&arena);
    kube_cluster_free(cluster);
}

/* Deletions are asked about; the world's own writers are not. */
static void test_deletion(void)
{
    KubeCluster *cluster = new_cluster(WEBHOOK("a.test", ""));
    Behind behind = {.answer = {.outcome = WEBHOOK_DENIES}};
    Arena arena = {0};
    KubeAdmission admission = {.arena = &arena, .call = answer, .self = &behind};
    const KubeDeletion deletion = {.admission = &admission};

    CHECK(fixture_create(cluster, "configmaps", "{'metadata':{'name':'c'}}", NULL));
    CHECK(!kube_delete(cluster, "configmaps", "tsb", "c", &deletion, NULL, NULL));
    CHECK_TEXT(behind.asked, "a.test:DELETE");
    CHECK(kube_delete(cluster, "configmaps", "tsb", "c", NULL, NULL, NULL));
    arena_release(&arena);
    kube_cluster_free(cluster);
}

TEST_SUITE("fakes/kubernetes/access/webhooks", {"matching", test_matching},
           {"answers", test_answers}, {"failures that are ignored", test_ignored},
           {"nobody there", test_nowhere}, {"dry run", test_dry_run}, {"waiting", test_waiting},
           {"mutating", test_mutating}, {"reinvocation", test_reinvocation},
           {"deletion", test_deletion});
