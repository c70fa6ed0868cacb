/*
 * fakes/kubernetes/answer.c - answers: JSON compact or indented, YAML, plain text, and the event each one leaves.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/yaml.h"
#include "fakes/kubernetes/print.h"
#include "fakes/kubernetes/request.h"
#include "fakes/kubernetes/table.h"

/* ---- what the client accepts ------------------------------------------------------------------ */

static bool starts_with(const char *text, const char *start)
{
    return text != NULL && strncmp(text, start, strlen(start)) == 0;
}

typedef enum { ACCEPTS_NOTHING, ACCEPTS_JSON, ACCEPTS_YAML } Accepts;

static Accepts accepts_type(const char *type)
{
    static const char *const JSON[] = {"application/json", "*/*", "application/*"};

    for (size_t i = 0; i < sizeof JSON / sizeof *JSON; i++)
        if (starts_with(type, JSON[i]) && strchr("; ,", type[strlen(JSON[i])]) != NULL)
            return ACCEPTS_JSON;
    return starts_with(type, "application/yaml") ? ACCEPTS_YAML : ACCEPTS_NOTHING;
}

/* The first type on the client's list that can be made. "as=Table" is JSON too: table.h. */
static Accepts accepted(const KubeRequest *request)
{
    const char *accept = http_request_header(request->exchange, "Accept");

    if (accept == NULL || *accept == 0)
        return ACCEPTS_JSON;
    while (*accept) {
        Accepts accepts;

        accept += strspn(accept, ", ");
        accepts = accepts_type(accept);
        if (accepts != ACCEPTS_NOTHING)
            return accepts;
        accept += strcspn(accept, ",");
    }
    return ACCEPTS_NOTHING;
}

bool request_check_accept(const KubeRequest *request, KubeStatus *status)
{
    if (accepted(request) != ACCEPTS_NOTHING)
        return true;
    if (request->kind != NULL && kube_kind_has(request->kind, KUBE_CUSTOM))
        return status_set(status, 406, "NotAcceptable", NULL,
                          "only the following media types are accepted: application/json, "
                          "application/yaml");
    return status_set(status, 406, "NotAcceptable", cJSON_CreateObject(),
                      "406: Not Acceptable\n\nAvailable representations: application/json, "
                      "application/yaml");
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

const char *request_manager(const KubeRequest *request)
{
    const char *manager = http_parameter(request->exchange, "fieldManager");
    const char *agent = http_request_header(request->exchange, "User-Agent");

    if (manager != NULL && *manager)
        return manager;
    return agent && *agent ? arena_text_of(request->arena, agent, strcspn(agent, "/ ")) : "unknown";
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
    cJSON_AddStringToObject(data, "user", request->user);
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
    return strcmp(resource, "selfsubjectaccessreviews") != 0;
}

void request_note(KubeRequest *request, int code)
{
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

static void add_common_headers(const KubeRequest *request)
{
    http_header(request->exchange, "Cache-Control", "no-cache, private");
}

static bool is_for_a_table(const KubeRequest *request, int code)
{
    return code == 200 && strcmp(http_method(request->exchange), "GET") == 0 &&
           table_is_wanted(request);
}

void request_answer_text(KubeRequest *request, int code, const char *text, size_t length)
{
    Buffer body = {0};
    bool is_yaml = accepted(request) == ACCEPTS_YAML;

    if (is_for_a_table(request, code)) {
        table_print(&body, request, text, length, true);
        buffer_add_text(&body, "\n");
    } else if (is_yaml) {
        char *yaml = as_yaml(text, length);

        buffer_add_text(&body, yaml);
        free(yaml);
    } else if (wants_pretty(request, code))
        kube_print_pretty(&body, text, length);
    else {
        buffer_add(&body, text, length);
        buffer_add(&body, "\n", 1);
    }
    request_note(request, code);
    add_common_headers(request);
    http_answer(request->exchange, code, is_yaml ? "application/yaml" : "application/json",
                body.data, body.length);
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
    const char *text = kube_object_text((KubeObject *)object, &length);

    request_answer_text(request, code, text, length);
}

void request_answer_plain(KubeRequest *request, int code, const char *text)
{
    request_note(request, code);
    add_common_headers(request);
    http_answer(request->exchange, code, "text/plain; charset=utf-8", text, strlen(text));
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
