/*
 * fakes/kubernetes/route.c - which resource a path means, which verb a method, and whether the user may.
 */
#include <stdlib.h>
#include <string.h>

#include "fakes/kubernetes/connect.h"
#include "fakes/kubernetes/surface/discovery.h"
#include "fakes/kubernetes/request.h"

/* ---- paths ------------------------------------------------------------------------------------ */

enum { SEGMENTS_MAX = 10 };

typedef struct {
    const char *items[SEGMENTS_MAX]; /* decoded */
    int count;
    bool is_broken; /* an empty segment in the middle, or too many */
} Segments;

static Segments split(Arena *arena, const char *path)
{
    Segments segments = {.count = 0};

    while (*path == '/') {
        size_t length = strcspn(++path, "/");

        if (length == 0 && path[0] == 0)
            break; /* a slash at the end means nothing */
        if (length == 0 || segments.count == SEGMENTS_MAX) {
            segments.is_broken = true;
            break;
        }
        segments.items[segments.count++] = http_decode(arena, path, length);
        path += length;
    }
    return segments;
}

/* "404 page not found": nobody serves this path. */
static bool nobody(KubeStatus *status)
{
    kube_status_release(status);
    return false;
}

static bool has_group(const KubeKinds *kinds, const char *group, const char *version,
                      bool *out_is_custom)
{
    const KubeKind *kind = NULL;

    while ((kind = kube_kind_next(kinds, kind)) != NULL)
        if (strcmp(kind->group, group) == 0 && strcmp(kind->version, version) == 0) {
            *out_is_custom = kube_kind_has(kind, KUBE_CUSTOM);
            return true;
        }
    return false;
}

static bool find_kind(KubeRequest *request, const char *group, const char *version,
                      const char *plural, KubeStatus *status)
{
    bool is_custom;

    if (!has_group(&request->cluster->kinds, group, version, &is_custom))
        return *group ? nobody(status) : status_no_resource(status);
    request->kind = kube_kind_find(&request->cluster->kinds, group, version, plural);
    if (request->kind != NULL)
        return true;
    return is_custom ? nobody(status) : status_no_resource(status);
}

/* NULL: it has no such subresource. */
static const KubePartRow *find_part(const KubeKind *kind, const char *name)
{
    const KubePartRow *part;
    int i = 0;

    while ((part = discovery_part(kind, i)) != NULL && strcmp(part->name, name) != 0)
        i++;
    return part;
}

/* RESOURCE[/NAME[/SUBRESOURCE]] */
static bool read_rest(KubeRequest *request, const char *group, const char *version,
                      const char *const *rest, int count, bool has_namespace, KubeStatus *status)
{
    if (!find_kind(request, group, version, rest[0], status))
        return false;
    request->name = count > 1 ? rest[1] : "";
    request->subresource = count > 2 ? rest[2] : "";
    if (count > 3 || has_namespace != kube_kind_has(request->kind, KUBE_NAMESPACED)) {
        bool is_listing = count == 1 && !has_namespace;

        if (!is_listing) {
            request->kind = NULL;
            return status_no_resource(status);
        }
    }
    if (*request->subresource && find_part(request->kind, request->subresource) == NULL)
        return kube_kind_has(request->kind, KUBE_CUSTOM)
                   ? status_not_found(status, request->kind, request->name)
                   : status_no_resource(status);
    return true;
}

bool request_route(KubeRequest *request, KubeStatus *status)
{
    Segments path = split(request->arena, request->path);
    bool is_core = path.count > 0 && strcmp(path.items[0], "api") == 0;
    int at = is_core ? 2 : 3;
    const char *group = is_core || path.count < 2 ? "" : path.items[1];
    bool has_namespace;

    request->ns = request->name = request->subresource = "";
    if (path.count == 0 || (!is_core && strcmp(path.items[0], "apis") != 0))
        return path.is_broken ? nobody(status) : true;
    if (path.is_broken)
        return is_core ? status_no_resource(status) : nobody(status);
    if (path.count <= at)
        return true; /* discovery */
    /* "namespaces/x/secrets" is about secrets; "namespaces/x" and "namespaces/x/status" about the namespace. */
    has_namespace = path.count > at + 2 && strcmp(path.items[at], "namespaces") == 0 &&
                    strcmp(path.items[at + 2], "status") != 0 &&
                    strcmp(path.items[at + 2], "finalize") != 0;
    if (has_namespace) {
        request->ns = path.items[at + 1];
        at += 2;
    }
    return read_rest(request, group, path.items[is_core ? 1 : 2], path.items + at, path.count - at,
                     has_namespace, status);
}

/* ---- verbs ------------------------------------------------------------------------------------ */

static bool is_watch(const KubeRequest *request)
{
    const char *watch = http_parameter(request->exchange, "watch");

    return watch != NULL && strcmp(watch, "false") != 0 && strcmp(watch, "0") != 0;
}

static bool is_method(const KubeRequest *request, const char *method)
{
    return strcmp(http_method(request->exchange), method) == 0;
}

static const char *collection_verb(const KubeRequest *request)
{
    bool is_all = kube_kind_has(request->kind, KUBE_NAMESPACED) && *request->ns == 0;

    if (kube_kind_has(request->kind, KUBE_REVIEW))
        return is_method(request, "POST") ? "create" : NULL;
    if (is_method(request, "GET"))
        return is_watch(request) ? "watch" : "list";
    if (is_method(request, "POST") && !is_all)
        return "create";
    if (is_method(request, "DELETE") && !is_all && strcmp(request->kind->plural, "namespaces") != 0)
        return "deletecollection";
    return NULL;
}

/* "get" of "get,patch,update" */
static bool has_word(const char *words, const char *word)
{
    size_t length = strlen(word);

    for (; *words; words += strcspn(words, ",") + (strchr(words, ',') != NULL))
        if (strncmp(words, word, length) == 0 && strchr(",", words[length]) != NULL)
            return true;
    return false;
}

static const char *object_verb(const KubeRequest *request)
{
    static const struct {
        const char *method, *verb;
    } VERBS[] = {
        {"GET",    "get"   },
        {"POST",   "create"},
        {"PUT",    "update"},
        {"PATCH",  "patch" },
        {"DELETE", "delete"},
    };
    const char *allowed = "get,update,patch,delete";

    if (kube_kind_has(request->kind, KUBE_REVIEW))
        return NULL;
    if (connect_is_part(request->kind, request->subresource))
        return connect_verb(request);
    if (*request->subresource)
        allowed = find_part(request->kind, request->subresource)->verbs;
    for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++)
        if (is_method(request, VERBS[i].method))
            return has_word(allowed, VERBS[i].verb) ? VERBS[i].verb : NULL;
    return NULL;
}

static bool refuse_method(const KubeRequest *request, KubeStatus *status)
{
    char resource[128];

    if (!kube_kind_has(request->kind, KUBE_CUSTOM))
        return status_no_method(status);
    if (*request->name == 0 && is_method(request, "PUT"))
        return status_bad_request(status, "name must be provided");
    if (!is_method(request, "DELETE"))
        return status_no_method(status);
    return status_set(status, 405, "MethodNotAllowed",
                      status_details(NULL, request->kind->group, request->kind->plural),
                      "delete is not supported on resources of kind \"%s\"",
                      status_resource_name(request->kind, resource));
}

bool request_choose_verb(KubeRequest *request, KubeStatus *status)
{
    if (request->kind == NULL) {
        request->verb = "get";
        return is_method(request, "GET") || status_no_method(status);
    }
    request->verb = *request->name ? object_verb(request) : collection_verb(request);
    return request->verb != NULL || refuse_method(request, status);
}

bool request_is_write(const KubeRequest *request)
{
    static const char *const READS[] = {"get", "list", "watch"};

    for (size_t i = 0; request->verb != NULL && i < sizeof READS / sizeof *READS; i++)
        if (strcmp(request->verb, READS[i]) == 0)
            return false;
    return request->verb != NULL;
}

/* ---- who may ---------------------------------------------------------------------------------- */

const char *request_resource(const KubeRequest *request)
{
    if (request->kind == NULL)
        return request->path;
    return arena_format(request->arena, "%s%s%s", request->kind->plural,
                        *request->subresource ? "/" : "", request->subresource);
}

const char *request_kind_name(const KubeRequest *request)
{
    char *name = arena_new(request->arena, 128);

    return status_resource_name(request->kind, name);
}

KubeAttributes request_attributes(const KubeRequest *request)
{
    bool is_namespace;

    if (request->kind == NULL)
        return (KubeAttributes){.verb = request->verb, .path = request->path};
    is_namespace = strcmp(request->kind->plural, "namespaces") == 0 && *request->kind->group == 0;
    return (KubeAttributes){.verb = request->verb,
                            .group = request->kind->group,
                            .resource = request->kind->plural,
                            .subresource = request->subresource,
                            .ns = is_namespace ? request->name : request->ns, /* lies in itself */
                            .name = request->name};
}

bool request_forbid(const KubeRequest *request, KubeStatus *status)
{
    KubeAttributes attributes = request_attributes(request);

    return status_forbidden(status, &request->user, &attributes);
}

bool request_authorize(KubeRequest *request, KubeStatus *status)
{
    KubeAttributes attributes = request_attributes(request);
    char *reason = request->user.is_master ? NULL : arena_new(request->arena, RBAC_REASON_MAX);

    request->reason = reason ? reason : "";
    request->is_allowed = kube_may(request->cluster, &request->user, &attributes, reason);
    return request->is_allowed || request_forbid(request, status);
}

/* ---- parameters ------------------------------------------------------------------------------- */

bool request_integer(const KubeRequest *request, const char *name, int64_t otherwise,
                     int64_t *out_value, KubeStatus *status)
{
    const char *text = http_parameter(request->exchange, name);
    char *end;

    *out_value = otherwise;
    if (text == NULL || *text == 0)
        return true;
    *out_value = strtoll(text, &end, 10);
    return *end == 0 ||
           status_bad_request(status, "strconv.ParseInt: parsing \"%s\": invalid syntax", text);
}

bool request_flag(const KubeRequest *request, const char *name)
{
    const char *text = http_parameter(request->exchange, name);

    return text != NULL && strcmp(text, "false") != 0 && strcmp(text, "0") != 0;
}

bool request_version(const KubeRequest *request, int64_t *out_version, KubeStatus *status)
{
    const char *text = http_parameter(request->exchange, "resourceVersion");

    *out_version = -1;
    if (text == NULL || *text == 0)
        return true;
    if (strspn(text, "0123456789") != strlen(text))
        return status_set(status, 500, "", NULL,
                          "resourceVersion: Invalid value: \"%s\": strconv.ParseUint: parsing "
                          "\"%s\": invalid syntax",
                          text, text);
    *out_version = strtoll(text, NULL, 10);
    return true;
}
