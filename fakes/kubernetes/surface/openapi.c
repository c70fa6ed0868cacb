/*
 * fakes/kubernetes/surface/openapi.c - which document, in which form, and whether the client has it already.
 */
#include "fakes/kubernetes/surface/openapi.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/kubernetes/surface/discovery.h"
#include "fakes/kubernetes/surface/openapi_paths.h"
#include "fakes/kubernetes/surface/openapi_protobuf.h"
#include "fakes/kubernetes/print.h"

static const char PREFIX[] = "/openapi/v3/";
static const int64_t YEAR_MS = INT64_C(365) * 24 * 3600 * 1000;

/* ---- documents -------------------------------------------------------------------------------- */

/* The openAPIV3Schema of a kind that has a definition, or NULL. */
static const cJSON *own_schema(const KubeCluster *cluster, const KubeKind *kind)
{
    char name[128];
    const cJSON *version;

    if (!kube_kind_has(kind, KUBE_CUSTOM))
        return NULL;
    cJSON_ArrayForEach(version, json_find(kube_find(cluster, "customresourcedefinitions", NULL,
                                                    status_resource_name(kind, name)),
                                          "spec/versions"))
    {
        if (strcmp(json_string_or(version, "name", ""), kind->version) == 0)
            return json_find(version, "schema/openAPIV3Schema");
    }
    return NULL;
}

static cJSON *document_head(OpenapiVersion version)
{
    cJSON *json = cJSON_CreateObject(), *info;

    if (version == OPENAPI_2)
        cJSON_AddStringToObject(json, "swagger", "2.0");
    else
        cJSON_AddStringToObject(json, "openapi", "3.0.0");
    info = cJSON_AddObjectToObject(json, "info");
    cJSON_AddStringToObject(info, "title", "Kubernetes");
    cJSON_AddStringToObject(info, "version", "1.32");
    return json;
}

/* api_version NULL: of all kinds. */
static cJSON *make(const KubeCluster *cluster, OpenapiVersion version, const char *api_version)
{
    cJSON *json = document_head(version), *paths = cJSON_AddObjectToObject(json, "paths");
    OpenapiSchemas *schemas = openapi_schemas_new(version);
    KubeKindList kinds = discovery_kinds(cluster);
    char own[64];

    for (int i = 0; i < kinds.count; i++) {
        const KubeKind *kind = kinds.items[i];

        if (api_version != NULL && strcmp(kube_api_version(kind, own), api_version) != 0)
            continue;
        openapi_schemas_add_kind(schemas, kind, own_schema(cluster, kind));
        openapi_paths_add_kind(paths, version, schemas, kind);
    }
    discovery_kinds_release(&kinds);
    if (version == OPENAPI_2)
        cJSON_AddItemToObject(json, "definitions", openapi_schemas_take(schemas));
    else
        cJSON_AddItemToObject(cJSON_AddObjectToObject(json, "components"), "schemas",
                              openapi_schemas_take(schemas));
    return json;
}

/* What only lists other paths, or says something of the server, is an operation that gets it. */
static cJSON *make_plain(const char *path)
{
    cJSON *json = document_head(OPENAPI_3), *operation, *answers;
    char *name = memory_format("/%s/", path);

    operation =
        cJSON_AddObjectToObject(cJSON_AddObjectToObject(cJSON_AddObjectToObject(json, "paths"),
                                                        name),
                                "get");
    cJSON_AddStringToObject(operation, "description", "What there is below this path.");
    answers = cJSON_AddObjectToObject(operation, "responses");
    cJSON_AddStringToObject(cJSON_AddObjectToObject(answers, "200"), "description", "OK");
    cJSON_AddStringToObject(cJSON_AddObjectToObject(answers, "401"), "description", "Unauthorized");
    free(name);
    return json;
}

static void print(Buffer *text, cJSON *json)
{
    kube_print(text, json);
    cJSON_Delete(json);
}

static void make_v2_json(const KubeCluster *cluster, const char *name, Buffer *text)
{
    (void)name;
    print(text, make(cluster, OPENAPI_2, NULL));
}

static void make_v2_protobuf(const KubeCluster *cluster, const char *name, Buffer *text)
{
    cJSON *json = make(cluster, OPENAPI_2, NULL);

    (void)name;
    openapi_protobuf(text, json);
    cJSON_Delete(json);
}

/* "api/v1" and "apis/apps/v1" are about kinds: their "v1", "apps/v1". NULL: "api", "apis", "apis/apps", "version" */
static const char *api_version_in(const char *path)
{
    if (strncmp(path, "api/", 4) == 0)
        return path + 4;
    return strncmp(path, "apis/", 5) == 0 && strchr(path + 5, '/') != NULL ? path + 5 : NULL;
}

static void make_v3(const KubeCluster *cluster, const char *name, Buffer *text)
{
    const char *path = name + strlen(PREFIX), *api_version = api_version_in(path);

    print(text, api_version != NULL ? make(cluster, OPENAPI_3, api_version) : make_plain(path));
}

/* ---- answers ---------------------------------------------------------------------------------- */

static bool wants_protobuf(const KubeRequest *request)
{
    const char *accept = http_request_header(request->exchange, "Accept");

    return accept_names(accept, "application/com.github.proto-openapi.spec.v2@v1.0+protobuf") ||
           accept_names(accept, "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
}

static void add_document_headers(const KubeRequest *request, int64_t made_ms)
{
    char date[CLOCK_TEXT_MAX];

    http_header(request->exchange, "Last-Modified", clock_http_date(made_ms, date));
    http_header(request->exchange, "Accept-Ranges", "bytes");
    http_header(request->exchange, "Vary", "Accept");
}

/* Both forms have one ETag: that of the protobuf, which is asked for most. */
static void answer_v2(KubeRequest *request)
{
    bool is_protobuf = wants_protobuf(request);
    const char *etag =
        arena_text(request->arena, kube_document_etag(request->documents, request->cluster,
                                                      "/openapi/v2 protobuf", make_v2_protobuf));
    KubeDocument document = kube_document(request->documents, request->cluster,
                                          is_protobuf ? "/openapi/v2 protobuf" : "/openapi/v2",
                                          is_protobuf ? make_v2_protobuf : make_v2_json);

    document.etag = etag;
    http_header(request->exchange, "Vary", "Accept-Encoding");
    add_document_headers(request, document.made_ms);
    request_answer_document(request, document, NULL,
                            is_protobuf
                                ? "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
                                : "application/json");
}

/* The names of the documents: "/openapi/v3/api/v1", "/openapi/v3/apis/apps". In the arena. */
typedef struct {
    const char **items;
    int count, capacity;
} Names;

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_name(Names *names, const char *name)
{
    for (int i = 0; i < names->count; i++)
        if (strcmp(names->items[i], name) == 0)
            return;
    MEMORY_GROW(names->items, names->count, names->capacity);
    names->items[names->count++] = name;
}

/* free() its items. */
static Names names_of(const KubeRequest *request)
{
    static const char *const PLAIN[] = {"/openapi/v3/.well-known/openid-configuration",
                                        "/openapi/v3/api", "/openapi/v3/apis",
                                        "/openapi/v3/openid/v1/jwks", "/openapi/v3/version"};
    const KubeKind *kind = NULL;
    char api_version[64];
    Names names = {0};

    for (size_t i = 0; i < sizeof PLAIN / sizeof *PLAIN; i++)
        add_name(&names, PLAIN[i]);
    while ((kind = kube_kind_next(&request->cluster->kinds, kind)) != NULL) {
        bool is_core = *kind->group == 0;

        add_name(&names, arena_format(request->arena, "%sapi%s/%s", PREFIX, is_core ? "" : "s",
                                      kube_api_version(kind, api_version)));
        if (!is_core && !kube_kind_has(kind, KUBE_CUSTOM))
            add_name(&names, arena_format(request->arena, "%sapis/%s", PREFIX, kind->group));
    }
    qsort(names.items, (size_t)names.count, sizeof *names.items, compare_names);
    return names;
}

/* Each document's address has its hash, so that it can be kept for ever. */
/* The index is always as new as its answer, so a client has it only if it asked in this very second. */
static bool has_index_already(const KubeRequest *request, int64_t now_ms)
{
    const char *since = http_request_header(request->exchange, "If-Modified-Since");
    int64_t since_ms;

    return since != NULL && clock_parse(since, &since_ms) && now_ms / 1000 <= since_ms / 1000;
}

static void answer_index(KubeRequest *request)
{
    cJSON *json = cJSON_CreateObject(), *paths = cJSON_AddObjectToObject(json, "paths");
    Names names = names_of(request);
    Buffer text = {0};
    int64_t now_ms = clock_wall_ms();
    char date[CLOCK_TEXT_MAX];

    for (int i = 0; i < names.count; i++) {
        const char *name = names.items[i];
        const char *etag = kube_document_etag(request->documents, request->cluster, name, make_v3);

        cJSON_AddStringToObject(cJSON_AddObjectToObject(paths, name + strlen(PREFIX)),
                                "serverRelativeURL",
                                arena_format(request->arena, "%s?hash=%s", name, etag));
    }
    free(names.items);
    print(&text, json);
    request_add_headers(request, 200, NULL);
    http_header(request->exchange, "Last-Modified", clock_http_date(now_ms, date));
    if (has_index_already(request, now_ms))
        http_answer(request->exchange, 304, NULL, NULL, 0);
    else {
        http_header(request->exchange, "Accept-Ranges", "bytes");
        http_answer(request->exchange, 200, "text/plain; charset=utf-8", text.data, text.length);
    }
    buffer_release(&text);
}

static void redirect(KubeRequest *request, const char *etag)
{
    request_add_headers(request, 301, NULL);
    http_header(request->exchange, "Etag", arena_format(request->arena, "\"%s\"", etag));
    http_header(request->exchange, "Location",
                arena_format(request->arena, "%s?hash=%s", http_path(request->exchange), etag));
    http_header(request->exchange, "Vary", "Accept");
    http_answer(request->exchange, 301, "application/json", "", 0);
}

static void answer_v3(KubeRequest *request, const char *path)
{
    const char *hash = http_parameter(request->exchange, "hash");
    KubeDocument document = kube_document(request->documents, request->cluster, path, make_v3);
    char expires[CLOCK_TEXT_MAX];

    if (hash != NULL && strcmp(hash, document.etag) != 0) {
        redirect(request, document.etag);
        return;
    }
    add_document_headers(request, document.made_ms);
    http_stay_plain(request->exchange);
    if (hash != NULL)
        http_header(request->exchange, "Expires",
                    clock_http_date(clock_wall_ms() + YEAR_MS, expires));
    request_answer_document(request, document, hash != NULL ? "public, immutable" : NULL,
                            "application/json");
}

static bool is_document(const KubeRequest *request, const char *path)
{
    Names names = names_of(request);
    bool is_there = bsearch(&path, names.items, (size_t)names.count, sizeof *names.items,
                            compare_names) != NULL;

    free(names.items);
    return is_there;
}

bool openapi_answer(KubeRequest *request, const char *path)
{
    if (strcmp(path, "/openapi/v2") == 0)
        answer_v2(request);
    else if (strcmp(path, "/openapi/v3") == 0)
        answer_index(request);
    else if (strncmp(path, PREFIX, strlen(PREFIX)) == 0 && is_document(request, path))
        answer_v3(request, path);
    else
        return false;
    return true;
}
