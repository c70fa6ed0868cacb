/*
 * tests/engine/clients/kube_test.c - what is asked of an API server, what is asked again, and what never is.
 */
#include "engine/clients/kube.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "tests/engine/clients/script_server.h"
#include "tests/test.h"

enum { ANSWERS_MAX = 8 };

typedef struct {
    int status; /* 0: no answer at all */
    const char *extra, *body;
    ScriptThen then;
} Answer;

typedef struct {
    Loop *loop;
    HttpsClient *https;
    ScriptServer *server;
    KubeContext context;
    KubeClient *kube;
    Random random;
    bool stop;
    char url[64];
    Answer answers[ANSWERS_MAX]; /* the last one goes on */
    size_t count;
} Bench;

static ScriptAnswer answer_next(void *owner, size_t number, const char *request)
{
    Bench *bench = owner;
    const Answer *answer = &bench->answers[number < bench->count ? number : bench->count - 1];
    ScriptAnswer script = {.then = answer->then};

    (void)request;
    if (answer->status != 0)
        script.bytes =
            script_answer(bench->server, answer->status, answer->extra != NULL ? answer->extra : "",
                          answer->body != NULL ? answer->body : "{}");
    return script;
}

static void bench_open(Bench *bench, const Answer *answers, size_t count)
{
    memset(bench, 0, sizeof *bench);
    memcpy(bench->answers, answers, count * sizeof *answers);
    bench->count = count;
    while (bench->count > 1 && answers[bench->count - 1].status == 0 &&
           answers[bench->count - 1].then == SCRIPT_KEEP)
        bench->count--;
    bench->loop = loop_new();
    bench->https = https_client_new(bench->loop, "understudy/test");
    bench->server = script_server_new(bench->loop, NULL, answer_next, bench);
    snprintf(bench->url, sizeof bench->url, "http://127.0.0.1:%u/clusters/mp2",
             script_server_port(bench->server));
    bench->context = (KubeContext){.name = "mp2", .server = bench->url, .bearer_token = "t0ken"};
    random_init(&bench->random, 7, "kube");
    bench->kube = kube_client_new(&(KubeClientOptions){.loop = bench->loop,
                                                       .https = bench->https,
                                                       .context = &bench->context,
                                                       .random = &bench->random,
                                                       .timeout_ms = 400,
                                                       .patience_ms = 3000,
                                                       .stop = &bench->stop});
}

static void bench_close(Bench *bench)
{
    kube_client_free(bench->kube);
    https_client_free(bench->https);
    script_server_free(bench->server);
    loop_free(bench->loop);
}

static const KubePath KEY = {.resource = "v1/secrets", .ns = "tsb", .name = "iam-signing-key"};
static const KubePath PLANE = {.resource = "install.tetrate.io/v1alpha1/managementplanes",
                               .ns = "tsb",
                               .name = "managementplane"};

static const struct {
    const char *name;
    KubePath path;
    const char *line;
} PATHS[] = {
    {"core",
     {"v1/secrets", "tsb", "iam-signing-key", NULL, NULL},
     "GET /clusters/mp2/api/v1/namespaces/tsb/secrets/iam-signing-key HTTP"              },
    {"group",
     {"apps/v1/deployments", "tsb", "iam", "scale", NULL},
     "GET /clusters/mp2/apis/apps/v1/namespaces/tsb/deployments/iam/scale HTTP"          },
    {"cluster",
     {"v1/namespaces", NULL, "kube-system", NULL, NULL},
     "GET /clusters/mp2/api/v1/namespaces/kube-system HTTP"                              },
    {"collection",
     {"v1/pods", "tsb", NULL, NULL, "labelSelector=a%3Db"},
     "GET /clusters/mp2/api/v1/namespaces/tsb/pods?labelSelector=a%3Db HTTP"             },
    {"odd name",
     {"rbac.authorization.k8s.io/v1/clusterroles", NULL, "system:a/b", NULL, NULL},
     "GET /clusters/mp2/apis/rbac.authorization.k8s.io/v1/clusterroles/system:a%2Fb HTTP"},
};

static void test_paths(void)
{
    for (size_t i = 0; i < TEST_COUNT(PATHS); i++) {
        Bench bench;
        cJSON *object = NULL;

        bench_open(&bench, &(Answer){.status = 200}, 1);
        CHECK_CASE(PATHS[i].name, kube_client_get(bench.kube, &PATHS[i].path, &object, NULL));
        CHECK_CASE(PATHS[i].name, strncmp(script_server_request(bench.server), PATHS[i].line,
                                          strlen(PATHS[i].line)) == 0);
        cJSON_Delete(object);
        bench_close(&bench);
    }
}

#define STATUS_TEXT(code, reason, message)                                                \
    "{\"kind\":\"Status\",\"status\":\"Failure\",\"code\":" #code ",\"reason\":\"" reason \
    "\",\"message\":\"" message "\"}"

static const struct {
    const char *name, *method;
    Answer answers[4];
    ErrorCode code;
    size_t requests;
    const char *message; /* its beginning */
} CASES[] = {
    {"found",                "GET",    {{200, NULL, "{\"a\":1}", 0}},                                                               ERR_NONE, 1, ""},
    {"not found",
     "GET",                            {{404, NULL, STATUS_TEXT(404, "NotFound", "secrets \\\"iam-signing-key\\\" not found"), 0}},
     ERR_NOT_FOUND,                                                                                                                           1,
     "mp2: GET secrets tsb/iam-signing-key: 404 NotFound: secrets \"iam-signing-key\" not found"                                                   },
    {"unknown group",
     "GET",                            {{404, NULL, "404 page not found\nX", 0}},
     ERR_NOT_FOUND,                                                                                                                           1,
     "mp2: GET secrets tsb/iam-signing-key: 404: 404 page not found"                                                                               },
    {"forbidden",
     "GET",                            {{403, NULL, STATUS_TEXT(403, "Forbidden", "no"), 0}},
     ERR_DENIED,                                                                                                                              1,
     "mp2: GET secrets tsb/iam-signing-key: 403 Forbidden: no"                                                                                     },
    {"401 then well",        "GET",    {{401, NULL, NULL, 0}, {200, NULL, NULL, 0}},                                                ERR_NONE, 2, ""},
    {"401 once again only",
     "GET",                            {{401, NULL, STATUS_TEXT(401, "Unauthorized", "Unauthorized"), 0}},
     ERR_DENIED,                                                                                                                              2,
     "mp2: GET secrets tsb/iam-signing-key: 401 Unauthorized: Unauthorized"                                                                        },
    {"503 then well",
     "GET",                            {{503, NULL, "not yet", 0}, {500, NULL, NULL, 0}, {200, NULL, NULL, 0}},
     ERR_NONE,                                                                                                                                3,
     ""                                                                                                                                            },
    {"cut then well",
     "GET",                            {{0, NULL, NULL, SCRIPT_RESET}, {200, NULL, NULL, 0}},
     ERR_NONE,                                                                                                                                2,
     ""                                                                                                                                            },
    {"half JSON then well",
     "GET",                            {{200, NULL, "{\"a\":", 0}, {200, NULL, NULL, 0}},
     ERR_NONE,                                                                                                                                2,
     ""                                                                                                                                            },
    {"merged",               "PATCH",  {{200, NULL, NULL, 0}},                                                                      ERR_NONE, 1, ""},
    {"conflict",
     "PATCH",                          {{409, NULL, STATUS_TEXT(409, "Conflict", "modified"), 0}},
     ERR_CONFLICT,                                                                                                                            1,
     "mp2: PATCH secrets tsb/iam-signing-key: 409 Conflict: modified"                                                                              },
    {"429 then merged",
     "PATCH",                          {{429, NULL, "Too many requests", 0}, {200, NULL, NULL, 0}},
     ERR_NONE,                                                                                                                                2,
     ""                                                                                                                                            },
    {"500 on a write",
     "PATCH",                          {{500, NULL, "oops", 0}},
     ERR_AMBIGUOUS,                                                                                                                           1,
     "mp2: PATCH secrets tsb/iam-signing-key: 500: oops"                                                                                           },
    {"lost reply",
     "PATCH",                          {{0, NULL, NULL, SCRIPT_CLOSE}},
     ERR_AMBIGUOUS,                                                                                                                           1,
     "mp2: PATCH secrets tsb/iam-signing-key: the answer broke off"                                                                                },
    {"half JSON on a write",
     "PATCH",                          {{200, NULL, "{", 0}},
     ERR_AMBIGUOUS,                                                                                                                           1,
     "mp2: PATCH secrets tsb/iam-signing-key: 200, but the answer is not valid JSON"                                                               },
    {"wrong media type",
     "PATCH",                          {{415, NULL, "no", 0}},
     ERR_INVALID,                                                                                                                             1,
     "mp2: PATCH secrets tsb/iam-signing-key: 415: no"                                                                                             },
    {"quoting a secret",
     "PATCH",                          {{400, NULL, STATUS_TEXT(400, "BadRequest", "near s3cr3t"), 0}},
     ERR_INVALID,                                                                                                                             1,
     "mp2: PATCH secrets tsb/iam-signing-key: 400 BadRequest: (the server's words"                                                                 },
    {"deleted",              "DELETE", {{200, NULL, "x", 0}},                                                                       ERR_NONE, 1, ""},
    {"delete lost",
     "DELETE",                         {{0, NULL, NULL, SCRIPT_CLOSE}},
     ERR_AMBIGUOUS,                                                                                                                           1,
     "mp2: DELETE secrets tsb/iam-signing-key: the answer broke off"                                                                               },
};

static bool ask(Bench *bench, const char *method, Error *err)
{
    cJSON *patch = cJSON_CreateObject(), *object = NULL;
    bool ok;

    if (strcmp(method, "GET") == 0)
        ok = kube_client_get(bench->kube, &KEY, &object, err);
    else if (strcmp(method, "PATCH") == 0)
        ok = kube_client_merge(bench->kube, &KEY, patch, &object, err);
    else
        ok = kube_client_delete(bench->kube, &KEY, err);
    cJSON_Delete(object);
    cJSON_Delete(patch);
    return ok;
}

static void test_answers(void)
{
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        Bench bench;
        Error err = {0};

        bench_open(&bench, CASES[i].answers, TEST_COUNT(CASES[i].answers));
        CHECK_CASE(CASES[i].name,
                   ask(&bench, CASES[i].method, &err) == (CASES[i].code == ERR_NONE));
        CHECK_CASE(CASES[i].name, err.code == CASES[i].code);
        CHECK_CASE(CASES[i].name, script_server_requests(bench.server) == CASES[i].requests);
        if (!CHECK_CASE(CASES[i].name,
                        strncmp(err.message, CASES[i].message, strlen(CASES[i].message)) == 0))
            printf("    it says: %s\n", err.message);
        CHECK_CASE(CASES[i].name, strstr(err.message, "s3cr3t") == NULL);
        bench_close(&bench);
    }
}

static void test_retry_after_is_honoured(void)
{
    static const Answer ANSWERS[] = {
        {429, "Retry-After: 1\r\n", NULL, 0},
        {200, NULL,                 NULL, 0}
    };
    Bench bench;
    int64_t before;

    bench_open(&bench, ANSWERS, 2);
    before = clock_mono_ms();
    CHECK(ask(&bench, "PATCH", NULL));
    CHECK(clock_mono_ms() - before >= 1000);
    bench_close(&bench);
}

static void test_patience_ends(void)
{
    Bench bench;
    Error err;
    int64_t before;

    bench_open(&bench, &(Answer){503, NULL, "down", 0}, 1);
    before = clock_mono_ms();
    CHECK(!ask(&bench, "GET", &err));
    CHECK_INTEGER(err.code, ERR_UNAVAILABLE);
    CHECK(clock_mono_ms() - before < 3500);
    CHECK(script_server_requests(bench.server) >= 3);
    CHECK(strstr(err.message, " tries in ") != NULL && strstr(err.message, "503: down") != NULL);
    bench_close(&bench);
}

static void test_refused_write_is_tried_again(void)
{
    Bench bench;
    Error err;

    bench_open(&bench, &(Answer){.status = 200}, 1);
    script_server_stop(bench.server);
    CHECK(!ask(&bench, "PATCH", &err));
    CHECK_INTEGER(err.code, ERR_UNAVAILABLE);
    CHECK(strstr(err.message, "Connection refused") != NULL);
    CHECK(strstr(err.message, " tries in ") != NULL);
    bench_close(&bench);
}

static void test_writes(void)
{
    Bench bench;
    cJSON *object = cJSON_CreateObject();
    const char *heard;

    json_put_integer(object, "spec/replicas", 0);
    bench_open(&bench, &(Answer){.status = 200}, 1);
    CHECK(kube_client_merge(bench.kube, &PLANE, object, NULL, NULL));
    heard = script_server_request(bench.server);
    CHECK(strncmp(heard,
                  "PATCH /clusters/mp2/apis/install.tetrate.io/v1alpha1/namespaces/tsb/"
                  "managementplanes/managementplane ",
                  98) == 0);
    CHECK(strstr(heard, "\r\nContent-Type: application/merge-patch+json\r\n") != NULL);
    CHECK(strstr(heard, "\r\nAuthorization: Bearer t0ken\r\n") != NULL);
    CHECK(strstr(heard, "\r\n\r\n{\"spec\":{\"replicas\":0}}") != NULL);
    CHECK(kube_client_create(bench.kube, &KEY, object, NULL, NULL));
    heard = script_server_request(bench.server);
    CHECK(strncmp(heard, "POST /clusters/mp2/api/v1/namespaces/tsb/secrets HTTP", 53) == 0);
    CHECK(strstr(heard, "\r\nContent-Type: application/json\r\n") != NULL);
    CHECK(kube_client_update(bench.kube, &KEY, object, NULL, NULL));
    CHECK(strncmp(script_server_request(bench.server), "PUT /clusters/mp2/api/v1/", 25) == 0);
    cJSON_Delete(object);
    bench_close(&bench);
}

static void test_may(void)
{
    static const Answer ANSWERS[] = {
        {0,   NULL, NULL,                               SCRIPT_CLOSE},
        {201, NULL, "{\"status\":{\"allowed\":true}}",  0           },
        {201, NULL, "{\"status\":{\"allowed\":false}}", 0           }
    };
    static const KubeRight SCALE = {"patch", "apps", "deployments", "scale", "tsb", NULL};
    static const KubeRight SECRETS = {.verb = "get", .resource = "secrets"};
    Bench bench;
    bool may = false;

    bench_open(&bench, ANSWERS, 3);
    /* It is a POST, but it changes nothing, so a lost answer is no reason to stop. */
    CHECK(kube_client_may(bench.kube, &SCALE, &may, NULL));
    CHECK(may);
    CHECK(strstr(script_server_request(bench.server), "\"subresource\":\"scale\"") != NULL);
    CHECK(kube_client_may(bench.kube, &SECRETS, &may, NULL));
    CHECK(!may);
    bench_close(&bench);
}

static void test_many_at_once(void)
{
    enum { READS = 200 };
    static const Answer ANSWERS[] = {
        {503, NULL, NULL,        0},
        {200, NULL, "{\"n\":1}", 0}
    };
    KubeRead *reads = memory_new(READS, sizeof *reads);
    Bench bench;
    size_t found = 0;

    bench_open(&bench, ANSWERS, 2);
    for (size_t i = 0; i < READS; i++) {
        reads[i].client = bench.kube;
        reads[i].path = KEY;
    }
    kube_client_get_all(reads, READS, 16);
    for (size_t i = 0; i < READS; i++) {
        found += reads[i].error.code == ERR_NONE && json_integer_or(reads[i].object, "n", 0) == 1;
        cJSON_Delete(reads[i].object);
    }
    CHECK_INTEGER(found, READS);
    CHECK_INTEGER(script_server_requests(bench.server), READS + 1);
    CHECK(script_server_connections(bench.server) <= 8);
    kube_client_get_all(NULL, 0, 4);
    free(reads);
    bench_close(&bench);
}

/* One that hangs takes its place in the window, not everybody's time. */
static void test_one_hangs(void)
{
    enum { READS = 20 };
    static const Answer ANSWERS[] = {
        {0,   NULL, NULL, SCRIPT_KEEP},
        {200, NULL, NULL, 0          }
    };
    KubeRead reads[READS];
    Bench bench;
    size_t found = 0;
    int64_t before;

    bench_open(&bench, ANSWERS, 2);
    for (size_t i = 0; i < READS; i++)
        reads[i] = (KubeRead){.client = bench.kube, .path = KEY};
    before = clock_mono_ms();
    kube_client_get_all(reads, READS, 2);
    for (size_t i = 0; i < READS; i++) {
        found += reads[i].error.code == ERR_NONE;
        cJSON_Delete(reads[i].object);
    }
    CHECK_INTEGER(found, READS);
    CHECK(clock_mono_ms() - before < 1200);
    bench_close(&bench);
}

static void on_stop(void *owner)
{
    *(bool *)owner = true;
}

static void test_stops_when_asked(void)
{
    enum { READS = 5 };
    KubeRead reads[READS];
    Bench bench;
    Timer *timer;

    bench_open(&bench, &(Answer){0, NULL, NULL, SCRIPT_KEEP}, 1);
    for (size_t i = 0; i < READS; i++)
        reads[i] = (KubeRead){.client = bench.kube, .path = KEY};
    timer = timer_new(bench.loop, on_stop, &bench.stop);
    timer_start(timer, 100);
    kube_client_get_all(reads, READS, 2);
    for (size_t i = 0; i < READS; i++)
        CHECK_INTEGER(reads[i].error.code, ERR_STOPPED);
    timer_free(timer);
    bench_close(&bench);
}

static void test_skew(void)
{
    Bench bench;
    char date[CLOCK_TEXT_MAX], extra[80];

    snprintf(extra, sizeof extra, "Date: %s\r\n", clock_http_date(clock_wall_ms() - 90000, date));
    bench_open(&bench, &(Answer){200, extra, NULL, 0}, 1);
    CHECK_INTEGER(kube_client_skew_ms(bench.kube), 0);
    CHECK(ask(&bench, "GET", NULL));
    CHECK(kube_client_skew_ms(bench.kube) <= -89000 && kube_client_skew_ms(bench.kube) > -92000);
    bench_close(&bench);
}

/* A plug-in whose tokens are t1, t2...: as many as it was run. */
static KubeIdentity *counting_plugin(const char *runs, const char *last_words)
{
    char *script = memory_format(
        "echo >>%s; printf '{\"kind\":\"ExecCredential\",\"apiVersion\":\"v\",\"status\":"
        "{\"token\":\"t%%d\"}}' $(wc -l <%s); %s",
        runs, runs, last_words);
    const char *const words[] = {"/bin/sh", "-c", script, NULL};
    const char *const environment[] = {"PATH=/usr/bin:/bin", NULL};
    KubeIdentity *identity =
        kube_identity_of_plugin(&(KubeIdentityPlugin){.place = "plug-in",
                                                      .api_version = "v",
                                                      .words = words,
                                                      .environment = environment});

    free(script);
    return identity;
}

static void test_asks_who_we_are(void)
{
    static const Answer ANSWERS[] = {{.status = 200}, {.status = 401}, {.status = 200}};
    static const char *const AS[] = {"Impersonate-User: jane", NULL};
    char runs[] = "/tmp/kube-test-XXXXXX";
    Bench bench;
    cJSON *object = NULL;
    int file = mkstemp(runs);

    CHECK(file >= 0);
    close(file);
    bench_open(&bench, ANSWERS, TEST_COUNT(ANSWERS));
    bench.context.identity = counting_plugin(runs, "true");
    bench.context.impersonation = AS;
    CHECK(kube_client_get(bench.kube, &KEY, &object, NULL));
    CHECK(strstr(script_server_request(bench.server), "Authorization: Bearer t1\r\n") != NULL);
    CHECK(strstr(script_server_request(bench.server), "Impersonate-User: jane\r\n") != NULL);
    cJSON_Delete(object);
    CHECK(kube_client_get(bench.kube, &KEY, &object, NULL)); /* 401, then with a new token */
    CHECK_INTEGER(script_server_requests(bench.server), 3);
    CHECK(strstr(script_server_request(bench.server), "Authorization: Bearer t2\r\n") != NULL);
    cJSON_Delete(object);
    kube_identity_free(bench.context.identity);
    bench_close(&bench);
    unlink(runs);
}

/* Side by side they wait for one run; each hears why it failed, and nothing is sent. */
static void test_does_not_know_who_we_are(void)
{
    char runs[] = "/tmp/kube-test-XXXXXX", *text = NULL;
    Bench bench;
    KubeRead reads[4];
    int file = mkstemp(runs);

    CHECK(file >= 0 && close(file) == 0);
    bench_open(&bench, &(Answer){.status = 200}, 1);
    bench.context.identity = counting_plugin(runs, "exit 3");
    for (size_t i = 0; i < TEST_COUNT(reads); i++)
        reads[i] = (KubeRead){.client = bench.kube, .path = KEY};
    kube_client_get_all(reads, TEST_COUNT(reads), TEST_COUNT(reads));
    for (size_t i = 0; i < TEST_COUNT(reads); i++) {
        CHECK_INTEGER(reads[i].error.code, ERR_DENIED);
        CHECK(strstr(reads[i].error.message, "plug-in ended with status 3") != NULL);
    }
    CHECK_INTEGER(script_server_requests(bench.server), 0);
    CHECK(file_read(runs, &text, NULL, NULL));
    CHECK_TEXT(text, "\n");
    free(text);
    kube_identity_free(bench.context.identity);
    bench_close(&bench);
    unlink(runs);
}

TEST_SUITE("engine/clients/kube", {"paths", test_paths}, {"answers", test_answers},
           {"retry after is honoured", test_retry_after_is_honoured},
           {"patience ends", test_patience_ends},
           {"refused write is tried again", test_refused_write_is_tried_again},
           {"writes", test_writes}, {"may", test_may}, {"many at once", test_many_at_once},
           {"one hangs", test_one_hangs}, {"stops when asked", test_stops_when_asked},
           {"skew", test_skew}, {"asks who we are", test_asks_who_we_are},
           {"does not know who we are", test_does_not_know_who_we_are});
