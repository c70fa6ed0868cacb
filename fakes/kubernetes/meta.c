/*
 * fakes/kubernetes/meta.c - paths that are about no resource: discovery, version, health, OpenAPI.
 *
 * Discovery is the older form, one document per group version, to which every client falls back. OpenAPI is as small as
 * kubectl apply allows.
 */
#include <string.h>

#include "fakes/kubernetes/request.h"

/* ---- discovery -------------------------------------------------------------------------------- */

static void add_words(cJSON *json, const char *key, const char *const *words)
{
    cJSON *array = cJSON_AddArrayToObject(json, key);

    for (; *words != NULL; words++)
        cJSON_AddItemToArray(array, cJSON_CreateString(*words));
}

static void add_verbs(cJSON *resource, const KubeKind *kind)
{
    static const char *const ALL[] = {"create", "delete", "deletecollection",
                                      "get",    "list",   "patch",
                                      "update", "watch",  NULL};
    static const char *const NO_COLLECTION[] = {"create", "delete", "get",   "list",
                                                "patch",  "update", "watch", NULL};
    static const char *const CREATE[] = {"create", NULL};

    if (kube_kind_has(kind, KUBE_REVIEW))
        add_words(resource, "verbs", CREATE);
    else
        add_words(resource, "verbs", strcmp(kind->plural, "namespaces") == 0 ? NO_COLLECTION : ALL);
}

static cJSON *add_resource(cJSON *list, const KubeKind *kind, const char *name,
                           const char *singular, const char *kind_name)
{
    cJSON *resource = cJSON_CreateObject();

    cJSON_AddStringToObject(resource, "name", name);
    cJSON_AddStringToObject(resource, "singularName", singular);
    cJSON_AddBoolToObject(resource, "namespaced", kube_kind_has(kind, KUBE_NAMESPACED));
    cJSON_AddStringToObject(resource, "kind", kind_name);
    cJSON_AddItemToArray(list, resource);
    return resource;
}

static void add_part(KubeRequest *request, cJSON *list, const KubeKind *kind, const char *part)
{
    static const char *const READ_WRITE[] = {"get", "patch", "update", NULL};
    static const char *const READ[] = {"get", NULL};
    const char *name = arena_format(request->arena, "%s/%s", kind->plural, part);
    bool is_scale = strcmp(part, "scale") == 0;
    cJSON *resource = add_resource(list, kind, name, "", is_scale ? "Scale" : kind->kind);

    if (is_scale) {
        cJSON_AddStringToObject(resource, "group", "autoscaling");
        cJSON_AddStringToObject(resource, "version", "v1");
    }
    add_words(resource, "verbs", strcmp(part, "log") == 0 ? READ : READ_WRITE);
}

/* "crd,crds" */
static void add_list(KubeRequest *request, cJSON *resource, const char *key, const char *words)
{
    cJSON *array;

    if (*words == 0)
        return;
    array = cJSON_AddArrayToObject(resource, key);
    for (; *words; words += strspn(words, ",")) {
        size_t length = strcspn(words, ",");

        cJSON_AddItemToArray(array,
                             cJSON_CreateString(arena_text_of(request->arena, words, length)));
        words += length;
    }
}

static void add_kind(KubeRequest *request, cJSON *list, const KubeKind *kind)
{
    cJSON *resource = add_resource(list, kind, kind->plural, kind->singular, kind->kind);

    add_verbs(resource, kind);
    add_list(request, resource, "shortNames", kind->short_names);
    add_list(request, resource, "categories", kind->categories);
    if (strcmp(kind->plural, "pods") == 0)
        add_part(request, list, kind, "log");
    if (kube_kind_has(kind, KUBE_WITH_SCALE))
        add_part(request, list, kind, "scale");
    if (kube_kind_has(kind, KUBE_WITH_STATUS))
        add_part(request, list, kind, "status");
}

/* False if no kind is of this group and version. */
static bool answer_resources(KubeRequest *request, const char *group_version)
{
    cJSON *json = cJSON_CreateObject(), *list;
    char api_version[64];
    const KubeKinds *kinds = &request->cluster->kinds;
    const KubeKind *kind = NULL;

    cJSON_AddStringToObject(json, "kind", "APIResourceList");
    cJSON_AddStringToObject(json, "apiVersion", "v1");
    cJSON_AddStringToObject(json, "groupVersion", group_version);
    list = cJSON_AddArrayToObject(json, "resources");
    while ((kind = kube_kind_next(kinds, kind)) != NULL)
        if (strcmp(kube_api_version(kind, api_version), group_version) == 0)
            add_kind(request, list, kind);
    if (list->child == NULL) {
        cJSON_Delete(json);
        return false;
    }
    request_answer_json(request, 200, json);
    return true;
}

static cJSON *version_entry(const KubeKind *kind)
{
    cJSON *entry = cJSON_CreateObject();
    char api_version[64];

    cJSON_AddStringToObject(entry, "groupVersion", kube_api_version(kind, api_version));
    cJSON_AddStringToObject(entry, "version", kind->version);
    return entry;
}

/* Every group of this fake has one version. */
static void fill_group(cJSON *group, const KubeKind *kind)
{
    cJSON_AddStringToObject(group, "name", kind->group);
    cJSON_AddItemToArray(cJSON_AddArrayToObject(group, "versions"), version_entry(kind));
    cJSON_AddItemToObject(group, "preferredVersion", version_entry(kind));
}

static void answer_groups(KubeRequest *request)
{
    cJSON *json = cJSON_CreateObject(), *list;
    const KubeKinds *kinds = &request->cluster->kinds;
    const KubeKind *kind = NULL;
    const char *last = "";

    cJSON_AddStringToObject(json, "kind", "APIGroupList");
    cJSON_AddStringToObject(json, "apiVersion", "v1");
    list = cJSON_AddArrayToObject(json, "groups");
    while ((kind = kube_kind_next(kinds, kind)) != NULL) {
        bool is_new = strcmp(kind->group, last) != 0;
        cJSON *group;

        last = kind->group;
        if (!is_new)
            continue;
        cJSON_AddItemToArray(list, group = cJSON_CreateObject());
        fill_group(group, kind);
    }
    request_answer_json(request, 200, json);
}

static bool answer_group(KubeRequest *request, const char *name)
{
    const KubeKinds *kinds = &request->cluster->kinds;
    const KubeKind *kind = NULL;

    while ((kind = kube_kind_next(kinds, kind)) != NULL)
        if (*name && strcmp(kind->group, name) == 0) {
            cJSON *json = cJSON_CreateObject();

            cJSON_AddStringToObject(json, "kind", "APIGroup");
            cJSON_AddStringToObject(json, "apiVersion", "v1");
            fill_group(json, kind);
            request_answer_json(request, 200, json);
            return true;
        }
    return false;
}

static void answer_core_versions(KubeRequest *request)
{
    static const char *const VERSIONS[] = {"v1", NULL};
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "kind", "APIVersions");
    add_words(json, "versions", VERSIONS);
    cJSON_AddArrayToObject(json, "serverAddressByClientCIDRs");
    request_answer_json(request, 200, json);
}

/* ---- version, health, OpenAPI ----------------------------------------------------------------- */

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

    http_header(request->exchange, "Cache-Control", "no-cache, private");
    http_answer(request->exchange, 200, "application/json", VERSION, strlen(VERSION));
}

static void answer_health(KubeRequest *request)
{
    const char *check = strchr(request->path + 1, '/');

    if (check != NULL && check[1] && strcmp(check, "/ping") != 0)
        request_answer_plain(request, 404, "404 page not found\n");
    else if (request_flag(request, "verbose"))
        request_answer_plain(request, 200,
                             arena_format(request->arena,
                                          "[+]ping ok\n[+]log ok\n[+]etcd ok\n%s check passed\n",
                                          request->path + 1));
    else
        request_answer_plain(request, 200, "ok");
}

/* swagger "2.0", info {title, version}, no paths: as protobuf, which kubectl insists on. */
static void answer_openapi_2(KubeRequest *request)
{
    static const char DOCUMENT[] = "\n\0032.0"
                                   "\022\015"
                                   "\n\005kubes"
                                   "\022\0041.32"
                                   "\102\000";
    static const char JSON[] =
        "{\"swagger\":\"2.0\",\"info\":{\"title\":\"kubes\",\"version\":\"1.32\"},\"paths\":{}}";
    const char *accept = http_request_header(request->exchange, "Accept");

    if (accept != NULL && strstr(accept, "protobuf") != NULL)
        http_answer(request->exchange, 200,
                    "application/com.github.proto-openapi.spec.v2.v1.0+protobuf", DOCUMENT,
                    sizeof DOCUMENT - 1);
    else
        request_answer_text(request, 200, JSON, strlen(JSON));
}

/* ---- which -------------------------------------------------------------------------------------- */

static bool has_prefix(const char *path, const char *prefix)
{
    size_t length = strlen(prefix);

    return strncmp(path, prefix, length) == 0 && (path[length] == 0 || path[length] == '/');
}

static bool answer_discovery(KubeRequest *request, const char *path)
{
    const char *rest;

    if (strcmp(path, "/api") == 0)
        answer_core_versions(request);
    else if (strcmp(path, "/apis") == 0)
        answer_groups(request);
    else if (has_prefix(path, "/api"))
        return answer_resources(request, path + strlen("/api/"));
    else if (has_prefix(path, "/apis")) {
        rest = path + strlen("/apis/");
        return strchr(rest, '/') ? answer_resources(request, rest) : answer_group(request, rest);
    } else
        return false;
    return true;
}

void request_answer_meta(KubeRequest *request)
{
    size_t length = strlen(request->path);
    const char *path =
        arena_text_of(request->arena, request->path,
                      length > 1 && request->path[length - 1] == '/' ? length - 1 : length);
    KubeStatus status = {0};

    if (strcmp(path, "/version") == 0)
        answer_version(request);
    else if (has_prefix(path, "/healthz") || has_prefix(path, "/livez") ||
             has_prefix(path, "/readyz"))
        answer_health(request);
    else if (strcmp(path, "/openapi/v2") == 0)
        answer_openapi_2(request);
    else if (strcmp(path, "/openapi/v3") == 0)
        request_answer_text(request, 200, "{\"paths\":{}}", strlen("{\"paths\":{}}"));
    else if (!answer_discovery(request, path)) {
        if (has_prefix(path, "/api"))
            status_no_resource(&status);
        request_refuse(request, &status);
    }
}
