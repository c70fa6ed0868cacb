/*
 * fakes/kubernetes/answer.c - answers: JSON compact or indented, YAML, protobuf, plain text, and the event each one leaves.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/memory.h"
#include "base/yaml.h"
#include "fakes/kubernetes/print.h"
#include "fakes/kubernetes/protobuf.h"
#include "fakes/kubernetes/request.h"
#include "fakes/kubernetes/surface/view.h"

static bool starts_with(const char *text, const char *start)
{
    return text != NULL && strncmp(text, start, strlen(start)) == 0;
}

/* ---- what the client accepts ------------------------------------------------------------------ */

#define MEDIA_TYPES "application/json, application/yaml, application/vnd.kubernetes.protobuf"

/* A format that is not known is refused in other words than a view that is not. */
bool request_check_accept(const KubeRequest *request, KubeStatus *status)
{
    if (request->accept.media != MEDIA_NONE)
        return true;
    if (kube_kind_has(request->kind, KUBE_CUSTOM) && request->accept.status_media != MEDIA_PROTOBUF)
        return status_set(status, 406, "NotAcceptable", NULL,
                          "only the following media types are accepted: application/json, "
                          "application/yaml");
    if (kube_kind_has(request->kind, KUBE_CUSTOM) || request->accept.has_unknown_view)
        return status_set(status, 406, "NotAcceptable", NULL,
                          "only the following media types are accepted: " MEDIA_TYPES);
    return status_set(status, 406, "NotAcceptable", cJSON_CreateObject(),
                      "406: Not Acceptable\n\nAvailable representations: " MEDIA_TYPES);
}

static bool wants_pretty(const KubeRequest *request, int code)
{
    const char *agent = http_request_header(request->exchange, "User-Agent");
    const char *pretty = http_parameter(request->exchange, "pretty");
    const char *accept = http_request_header(request->exchange, "Accept");

    if (pretty != NULL)
        return strcmp(pretty, "false") != 0 && strcmp(pretty, "0") != 0;
    return code == 406 || starts_with(agent, "curl/") || starts_with(agent, "Mozilla/") ||
           (accept != NULL && strstr(accept, "pretty=1") != NULL);
}

/* ---- the event -------------------------------------------------------------------------------- */

/* Up to the first slash, as far as a manager's name may go. */
static const char *manager_of(Arena *arena, const char *agent)
{
    size_t length = strcspn(agent, "/");

    return length > 0 ? arena_text_of(arena, agent, length < 128 ? length : 128) : "unknown";
}

const char *request_manager(const KubeRequest *request)
{
    const char *manager = http_parameter(request->exchange, "fieldManager");
    const char *agent = http_request_header(request->exchange, "User-Agent");

    if (manager != NULL && *manager)
        return manager;
    return agent ? manager_of(request->arena, agent) : "unknown";
}

static cJSON *note_data(const KubeRequest *request, int code)
{
    cJSON *data = cJSON_CreateObject();
    bool is_changed = request->cluster->resource_version != request->version_before;

    cJSON_AddStringToObject(data, "verb", http_method(request->exchange));
    cJSON_AddStringToObject(data, "resource", request_resource(request));
    cJSON_AddStringToObject(data, "namespace", request->ns);
    cJSON_AddStringToObject(data, "name", request->name);
    cJSON_AddNumberToObject(data, "code", code);
    cJSON_AddStringToObject(data, "user", request->user.name);
    cJSON_AddBoolToObject(data, "changed", request_is_write(request) && is_changed);
    return data;
}

/* Reading the identity of a cluster is worth an event, since nothing may be changed before it; asking for one's rights changes nothing. */
static bool is_worth_noting(const KubeRequest *request, int code)
{
    const char *resource = request_resource(request);

    if (code >= 400)
        return true;
    if (!request_is_write(request))
        return strcmp(resource, "namespaces") == 0 && strcmp(request->name, "kube-system") == 0;
    return request->kind == NULL || !kube_kind_has(request->kind, KUBE_REVIEW);
}

void request_note(KubeRequest *request, int code)
{
    request_audit(request, "ResponseComplete", code);
    if (!is_worth_noting(request, code))
        return;
    trace_add(request->trace, kube_cluster_name(request->cluster), "kube.request",
              note_data(request, code), "%s %s%s%s%s%s by %s: %d", http_method(request->exchange),
              request_resource(request), *request->ns || *request->name ? " " : "", request->ns,
              *request->ns && *request->name ? "/" : "", request->name, request_manager(request),
              code);
}

/* ---- bodies ----------------------------------------------------------------------------------- */

static int compare_keys(const void *a, const void *b)
{
    return strcmp((*(cJSON *const *)a)->string, (*(cJSON *const *)b)->string);
}

static void sort_keys(cJSON *json)
{
    int count = cJSON_GetArraySize(json), i = 0;
    cJSON **members = memory_new(count + 1, sizeof *members), *member;

    assert(json != NULL);
    while ((member = json->child) != NULL)
        members[i++] = cJSON_DetachItemViaPointer(json, member);
    if (cJSON_IsObject(json))
        qsort(members, count, sizeof *members, compare_keys);
    for (i = 0; i < count; i++) {
        sort_keys(members[i]);
        cJSON_AddItemToArray(json, members[i]);
    }
    free(members);
}

static char *as_yaml(const char *text, size_t length)
{
    cJSON *json = cJSON_ParseWithLength(text, length);
    char *yaml;

    sort_keys(json);
    yaml = yaml_text(json);
    cJSON_Delete(json);
    return yaml;
}

/* ---- heads ------------------------------------------------------------------------------------ */

static void add_flow(const KubeRequest *request, const char *name, const char *what)
{
    const char *cluster = kube_cluster_name(request->cluster);
    uint64_t high = XXH3_64bits_withSeed(cluster, strlen(cluster), (uint64_t)what[0]);
    uint64_t low = XXH3_64bits_withSeed(cluster, strlen(cluster), (uint64_t)what[0] + 256);

    http_header(request->exchange, name,
                arena_format(request->arena, "%08x-%04x-4%03x-8%03x-%012llx",
                             (unsigned)(high >> 32), (unsigned)(high >> 16) & 0xffff,
                             (unsigned)high & 0xfff, (unsigned)(low >> 48) & 0xfff,
                             (unsigned long long)low & 0xffffffffffffULL));
}

/* Priority and fairness name, after they know who asks, the rule and the queue that the request fell under: here one of each. */
void request_add_headers(const KubeRequest *request, int code, const char *cache_control)
{
    HttpExchange *exchange = request->exchange;

    if (request->audit_id != NULL)
        http_header(exchange, "Audit-Id", request->audit_id);
    http_header(exchange, "Cache-Control",
                cache_control != NULL ? cache_control : "no-cache, private");
    if (code == 401)
        return;
    if (code == 403)
        http_header(exchange, "X-Content-Type-Options", "nosniff");
    add_flow(request, "X-Kubernetes-Pf-Flowschema-Uid", "flow schema");
    add_flow(request, "X-Kubernetes-Pf-Prioritylevel-Uid", "priority level");
}

void request_warn(const KubeRequest *request, const char *text)
{
    Buffer value = {0};

    buffer_add_text(&value, "299 - \"");
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            buffer_add(&value, "\\", 1);
        buffer_add(&value, (unsigned char)*text < ' ' ? " " : text, 1);
    }
    buffer_add_text(&value, "\"");
    http_header(request->exchange, "Warning", arena_text(request->arena, value.data));
    buffer_release(&value);
}

/* ---- answers ---------------------------------------------------------------------------------- */

static bool is_status(const char *text)
{
    return starts_with(text, "{\"kind\":\"Status\"");
}

/* A Status is always whole; what asks for a view of an object gets that. */
static bool is_viewed(const KubeRequest *request, int code, const char *text)
{
    return code < 300 && view_is_wanted(request) && !is_status(text);
}

/* False, changing nothing, if there is no protobuf of it: discovery, versions. */
static bool pack(Buffer *body)
{
    Buffer packed = {0};
    cJSON *json = cJSON_ParseWithLength(body->data, body->length);
    bool ok = protobuf_encode(&packed, json);

    cJSON_Delete(json);
    if (!ok)
        return false;
    buffer_release(body);
    *body = packed;
    return true;
}

/* Makes of the JSON what is asked for, and says as what. */
static const char *dress(const KubeRequest *request, int code, Buffer *body)
{
    KubeMedia media = is_status(body->data) ? request->accept.status_media : request->accept.media;

    if (media == MEDIA_PROTOBUF && pack(body))
        return "application/vnd.kubernetes.protobuf";
    if (media == MEDIA_YAML) {
        char *yaml = as_yaml(body->data, body->length);

        buffer_clear(body);
        buffer_add_text(body, yaml);
        free(yaml);
        return "application/yaml";
    }
    if (wants_pretty(request, code)) {
        Buffer pretty = {0};

        kube_print_pretty(&pretty, body->data, body->length);
        buffer_release(body);
        *body = pretty;
    } else
        buffer_add(body, "\n", 1);
    return "application/json";
}

static void answer_body(KubeRequest *request, int code, Buffer *body)
{
    const char *content_type = dress(request, code, body);

    request_note(request, code);
    request_add_headers(request, code, NULL);
    http_answer(request->exchange, code, content_type, body->data, body->length);
}

void request_answer_text(KubeRequest *request, int code, const char *text, size_t length)
{
    Buffer body = {0};

    if (is_viewed(request, code, text))
        view_print(&body, request, text, length, true);
    else
        buffer_add(&body, text, length);
    answer_body(request, code, &body);
    buffer_release(&body);
}

void request_answer_json(KubeRequest *request, int code, cJSON *json)
{
    Buffer text = {0};

    kube_print(&text, json);
    cJSON_Delete(json);
    request_answer_text(request, code, text.data, text.length);
    buffer_release(&text);
}

void request_answer_object(KubeRequest *request, int code, const KubeObject *object)
{
    size_t length;
    Buffer scratch = {0};
    const char *text = kube_object_text_as((KubeObject *)object, request->kind, &scratch, &length);

    request_answer_text(request, code, text, length);
    buffer_release(&scratch);
}

void request_answer_plain(KubeRequest *request, int code, const char *text)
{
    request_note(request, code);
    request_add_headers(request, code, NULL);
    http_header(request->exchange, "X-Content-Type-Options", "nosniff");
    http_answer(request->exchange, code, "text/plain; charset=utf-8", text, strlen(text));
}

/* "\"A\", \"B\"" or "*": what the client has already. */
static bool has_already(const KubeRequest *request, const char *etag)
{
    const char *known = http_request_header(request->exchange, "If-None-Match");

    return known != NULL && (strcmp(known, "*") == 0 || strstr(known, etag) != NULL);
}

void request_answer_document(KubeRequest *request, KubeDocument document, const char *cache_control,
                             const char *content_type)
{
    HttpExchange *exchange = request->exchange;
    const char *etag = arena_format(request->arena, "\"%s\"", document.etag);

    request_add_headers(request, 200, cache_control);
    http_header(exchange, "Etag", etag);
    if (has_already(request, etag))
        http_answer(exchange, 304, NULL, NULL, 0);
    else
        http_answer(exchange, 200, content_type, document.text, document.length);
}

cJSON *request_status_json(const KubeStatus *status)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "kind", "Status");
    cJSON_AddStringToObject(json, "apiVersion", "v1");
    cJSON_AddObjectToObject(json, "metadata");
    cJSON_AddStringToObject(json, "status", "Failure");
    cJSON_AddStringToObject(json, "message", status->message);
    if (*status->reason)
        cJSON_AddStringToObject(json, "reason", status->reason);
    if (status->details != NULL)
        cJSON_AddItemToObject(json, "details", cJSON_Duplicate(status->details, true));
    cJSON_AddNumberToObject(json, "code", status->code);
    return json;
}

void request_answer_success(KubeRequest *request, int code)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "kind", "Status");
    cJSON_AddStringToObject(json, "apiVersion", "v1");
    cJSON_AddObjectToObject(json, "metadata");
    cJSON_AddStringToObject(json, "status", "Success");
    cJSON_AddNumberToObject(json, "code", code);
    request_answer_json(request, code, json);
}

static void add_retry_after(const KubeRequest *request, const KubeStatus *status)
{
    int64_t seconds = json_integer_or(status->details, "retryAfterSeconds", 0);

    if (seconds > 0)
        http_header(request->exchange, "Retry-After",
                    arena_format(request->arena, "%lld", (long long)seconds));
}

void request_refuse(KubeRequest *request, KubeStatus *status)
{
    if (status->code == 0)
        request_answer_plain(request, 404, "404 page not found\n");
    else {
        add_retry_after(request, status);
        request_answer_json(request, status->code, request_status_json(status));
    }
    kube_status_release(status);
}
