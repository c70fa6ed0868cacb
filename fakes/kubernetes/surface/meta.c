/*
 * fakes/kubernetes/surface/meta.c - paths that are about no resource: discovery, version, health, OpenAPI, metrics.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/kubernetes/surface/discovery.h"
#include "fakes/kubernetes/surface/health.h"
#include "fakes/kubernetes/surface/openapi.h"
#include "fakes/kubernetes/print.h"
#include "fakes/kubernetes/request.h"

/* ---- discovery -------------------------------------------------------------------------------- */

static bool answer_found(KubeRequest *request, cJSON *json)
{
    if (json != NULL)
        request_answer_json(request, 200, json);
    return json != NULL;
}

/* name: "/apis v2" */
static void make_aggregated(const KubeCluster *cluster, const char *name, Buffer *text)
{
    bool is_core = strncmp(name, "/api ", 5) == 0;
    cJSON *json = discovery_aggregated(cluster, is_core, strchr(name, ' ') + 1);

    kube_print(text, json);
    buffer_add_text(text, "\n");
    cJSON_Delete(json);
}

static void answer_aggregated(KubeRequest *request, const char *path)
{
    const char *version = request->accept.version;
    const char *name = arena_format(request->arena, "%s %s", path, version);
    KubeDocument document =
        kube_document(request->documents, request->cluster, name, make_aggregated);

    http_header(request->exchange, "Vary", "Accept");
    request_answer_document(
        request, document, "public",
        arena_format(request->arena,
                     "application/json;g=apidiscovery.k8s.io;v=%s;as=APIGroupDiscoveryList",
                     version));
}

static bool answer_discovery(KubeRequest *request, const char *path)
{
    const char *host = http_request_header(request->exchange, "Host");

    if (strcmp(path, "/api") == 0 || strcmp(path, "/apis") == 0) {
        if (request->accept.view == VIEW_GROUPS)
            answer_aggregated(request, path);
        else
            request_answer_json(request, 200,
                                strcmp(path, "/api") == 0
                                    ? discovery_core_versions(host != NULL ? host : "")
                                    : discovery_groups(request->cluster));
        return true;
    }
    if (strncmp(path, "/api/", 5) == 0)
        return answer_found(request, discovery_resources(request->cluster, path + 5));
    if (strncmp(path, "/apis/", 6) != 0)
        return false;
    return answer_found(request, strchr(path + 6, '/') != NULL
                                     ? discovery_resources(request->cluster, path + 6)
                                     : discovery_group(request->cluster, path + 6));
}

/* ---- version, paths, metrics ------------------------------------------------------------------ */

/* The minor decides which kubectl the Google SDK's dispatcher starts. */
static void answer_version(KubeRequest *request)
{
    static const char VERSION[] = "{\n"
                                  "  \"major\": \"1\",\n"
                                  "  \"minor\": \"32\",\n"
                                  "  \"gitVersion\": \"v1.32.13\",\n"
                                  "  \"gitCommit\": \"understudy\",\n"
                                  "  \"gitTreeState\": \"clean\",\n"
                                  "  \"buildDate\": \"2026-01-01T00:00:00Z\",\n"
                                  "  \"goVersion\": \"go1.24.4\",\n"
                                  "  \"compiler\": \"gc\",\n"
                                  "  \"platform\": \"linux/amd64\"\n"
                                  "}";

    request_add_headers(request, 200, NULL);
    http_answer(request->exchange, 200, "application/json", VERSION, strlen(VERSION));
}

typedef struct {
    const char **items;
    int count, capacity;
} Paths;

static void add_path(Paths *paths, const char *path)
{
    for (int i = 0; i < paths->count; i++)
        if (strcmp(paths->items[i], path) == 0)
            return;
    MEMORY_GROW(paths->items, paths->count, paths->capacity);
    paths->items[paths->count++] = path;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_group_paths(const KubeRequest *request, Paths *paths)
{
    const KubeKind *kind = NULL;
    char api_version[64];

    while ((kind = kube_kind_next(&request->cluster->kinds, kind)) != NULL) {
        if (*kind->group)
            add_path(paths, arena_format(request->arena, "/apis/%s", kind->group));
        add_path(paths, arena_format(request->arena, "/api%s/%s", *kind->group ? "s" : "",
                                     kube_api_version(kind, api_version)));
    }
}

/* "/": everything that answers. */
static void answer_paths(KubeRequest *request)
{
    static const char *const OTHERS[] = {"/.well-known/openid-configuration",
                                         "/api",
                                         "/apis",
                                         "/apis/",
                                         "/metrics",
                                         "/metrics/slis",
                                         "/openapi/v2",
                                         "/openapi/v3",
                                         "/openapi/v3/",
                                         "/openid/v1/jwks",
                                         "/version"};
    Paths paths = {0};
    const char *path;
    cJSON *json = cJSON_CreateObject();
    Buffer compact = {0}, text = {0};

    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
        add_path(&paths, OTHERS[i]);
    add_group_paths(request, &paths);
    for (int i = 0; (path = health_path(request->arena, i)) != NULL; i++)
        add_path(&paths, path);
    qsort(paths.items, (size_t)paths.count, sizeof *paths.items, compare_paths);
    cJSON_AddItemToObject(json, "paths", cJSON_CreateStringArray(paths.items, paths.count));
    kube_print(&compact, json);
    kube_print_pretty(&text, compact.data, compact.length);
    request_add_headers(request, 200, NULL);
    http_answer(request->exchange, 200, "application/json", text.data, text.length);
    buffer_release(&compact);
    buffer_release(&text);
    cJSON_Delete(json);
    free(paths.items);
}

/* Of the hundreds of series of a real server the one that says what it holds. */
static void answer_metrics(KubeRequest *request)
{
    Buffer text = {0};
    const KubeKind *kind = NULL;
    char name[128];

    buffer_add_text(&text, "# HELP apiserver_storage_objects Number of stored objects.\n"
                           "# TYPE apiserver_storage_objects gauge\n");
    while ((kind = kube_kind_next(&request->cluster->kinds, kind)) != NULL)
        buffer_format(&text, "apiserver_storage_objects{resource=\"%s\"} %d\n",
                      status_resource_name(kind, name), store_shelf(request->cluster, kind)->count);
    request_add_headers(request, 200, NULL);
    http_answer(request->exchange, 200, "text/plain; version=0.0.4; charset=utf-8", text.data,
                text.length);
    buffer_release(&text);
}

/* "/livez/etcd" is the check "etcd" of "livez". */
static void add_check(Buffer *text, const char *path)
{
    const char *name = strchr(path + 1, '/');

    if (name != NULL)
        buffer_format(text, "kubernetes_healthcheck{name=\"%s\",type=\"%.*s\"} 1\n", name + 1,
                      (int)(name - path - 1), path + 1);
}

/* Whoever is asked is well. */
static void answer_slis(KubeRequest *request)
{
    Buffer text = {0};
    const char *path;

    buffer_add_text(&text, "# HELP kubernetes_healthcheck Whether a single health check passes.\n"
                           "# TYPE kubernetes_healthcheck gauge\n");
    for (int i = 0; (path = health_path(request->arena, i)) != NULL; i++)
        add_check(&text, path);
    request_add_headers(request, 200, NULL);
    http_answer(request->exchange, 200, "text/plain; version=0.0.4; charset=utf-8", text.data,
                text.length);
    buffer_release(&text);
}

/* ---- which ------------------------------------------------------------------------------------ */

static const struct {
    const char *path;
    void (*answer)(KubeRequest *request);
} PATHS[] = {
    {"/",             answer_paths  },
    {"/version",      answer_version},
    {"/metrics",      answer_metrics},
    {"/metrics/slis", answer_slis   },
};

static bool answer_fixed(KubeRequest *request, const char *path)
{
    for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++)
        if (strcmp(PATHS[i].path, path) == 0) {
            PATHS[i].answer(request);
            return true;
        }
    return false;
}

void request_answer_meta(KubeRequest *request)
{
    size_t length = strlen(request->path);
    const char *path =
        arena_text_of(request->arena, request->path,
                      length > 1 && request->path[length - 1] == '/' ? length - 1 : length);
    KubeStatus status = {0};

    if (health_is_path(path))
        health_answer(request, path);
    else if (!answer_fixed(request, path) && !openapi_answer(request, path) &&
             !answer_discovery(request, path)) {
        if (strncmp(path, "/api/", 5) == 0)
            status_no_resource(&status);
        request_refuse(request, &status);
    }
}
