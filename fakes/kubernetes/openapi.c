/*
 * fakes/kubernetes/openapi.c - which document, in which form, and whether the client has it already.
 */
#include "fakes/kubernetes/openapi.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/kubernetes/discovery.h"
#include "fakes/kubernetes/openapi_paths.h"
#include "fakes/kubernetes/openapi_protobuf.h"
#include "fakes/kubernetes/print.h"

static const char PREFIX[] = "/openapi/v3/";

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

/* name: "/openapi/v3/apis/apps/v1" */
static void make_v3(const KubeCluster *cluster, const char *name, Buffer *text)
{
    print(text, make(cluster, OPENAPI_3, strchr(name + strlen(PREFIX), '/') + 1));
}

/* ---- answers ---------------------------------------------------------------------------------- */

static bool wants_protobuf(const KubeRequest *request)
{
    const char *accept = http_request_header(request->exchange, "Accept");

    return accept_names(accept, "application/com.github.proto-openapi.spec.v2@v1.0+protobuf") ||
           accept_names(accept, "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
}

static void add_document_headers(const KubeRequest *request)
{
    http_header(request->exchange, "Accept-Ranges", "bytes");
    http_header(request->exchange, "Vary", "Accept");
}

static void answer_v2(KubeRequest *request)
{
    bool is_protobuf = wants_protobuf(request);
    KubeDocument document = kube_document(request->documents, request->cluster,
                                          is_protobuf ? "/openapi/v2 protobuf" : "/openapi/v2",
                                          is_protobuf ? make_v2_protobuf : make_v2_json);

    add_document_headers(request);
    http_header(request->exchange, "Vary", "Accept-Encoding");
    request_answer_document(request, document, NULL,
                            is_protobuf
                                ? "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
                                : "application/json");
}

/* "/openapi/v3/api/v1", "/openapi/v3/apis/apps/v1": in the arena. */
static const char *path_of(const KubeRequest *request, const KubeKind *kind)
{
    char api_version[64];

    return arena_format(request->arena, "%sapi%s/%s", PREFIX, *kind->group ? "s" : "",
                        kube_api_version(kind, api_version));
}

/* Each document's address has its hash, so that it can be kept for ever. */
static void answer_index(KubeRequest *request)
{
    cJSON *json = cJSON_CreateObject(), *paths = cJSON_AddObjectToObject(json, "paths");
    KubeKindList kinds = discovery_kinds(request->cluster);
    Buffer text = {0};
    const char *last = "";

    for (int i = 0; i < kinds.count; i++) {
        const char *path = path_of(request, kinds.items[i]);

        if (strcmp(path, last) != 0)
            cJSON_AddStringToObject(cJSON_AddObjectToObject(paths, path + strlen(PREFIX)),
                                    "serverRelativeURL",
                                    arena_format(request->arena, "%s?hash=%s", path,
                                                 kube_document_etag(request->documents,
                                                                    request->cluster, path,
                                                                    make_v3)));
        last = path;
    }
    discovery_kinds_release(&kinds);
    print(&text, json);
    request_add_headers(request, 200, NULL);
    http_header(request->exchange, "Accept-Ranges", "bytes");
    http_answer(request->exchange, 200, "text/plain; charset=utf-8", text.data, text.length);
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

    if (hash != NULL && strcmp(hash, document.etag) != 0) {
        redirect(request, document.etag);
        return;
    }
    add_document_headers(request);
    request_answer_document(request, document, hash != NULL ? "public, immutable" : NULL,
                            "application/json");
}

static bool is_document(const KubeRequest *request, const char *path)
{
    const KubeKind *kind = NULL;

    while ((kind = kube_kind_next(&request->cluster->kinds, kind)) != NULL)
        if (strcmp(path_of(request, kind), path) == 0)
            return true;
    return false;
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
