/*
 * fakes/kubernetes/surface/view.c - tables, and metadata without the rest.
 */
#include "fakes/kubernetes/surface/view.h"

#include <string.h>

#include "fakes/kubernetes/surface/columns.h"
#include "fakes/kubernetes/form/convert.h"
#include "fakes/kubernetes/print.h"

bool view_is_wanted(const KubeRequest *request)
{
    return request->kind != NULL && request->accept.view != VIEW_WHOLE &&
           strcmp(request->subresource, "scale") != 0;
}

static const char *included(const KubeRequest *request)
{
    const char *include = http_parameter(request->exchange, "includeObject");

    return include != NULL && *include ? include : "Metadata";
}

static bool check_table(const KubeRequest *request, KubeStatus *status)
{
    static const char *const CHOICES[] = {"None", "Metadata", "Object"};
    const char *include = included(request);

    for (size_t i = 0; i < sizeof CHOICES / sizeof *CHOICES; i++)
        if (strcmp(include, CHOICES[i]) == 0)
            return true;
    return status_bad_request(status,
                              "Unable to convert to Table as requested: includeObject: Invalid "
                              "value: \"%s\": must be 'Metadata', 'Object', 'None', or empty",
                              include);
}

/* The metadata of a list are asked for in other words than those of an object; those of a watch are of objects. */
static bool check_partial(const KubeRequest *request, KubeStatus *status)
{
    bool is_list = strcmp(request->verb, "list") == 0;
    bool wants_list = request->accept.view == VIEW_PARTIAL_LIST;

    if (is_list == wants_list)
        return true;
    return status_set(status, 406, "NotAcceptable", NULL,
                      "you requested PartialObjectMetadata%s, but the requested object is %sa list",
                      wants_list ? "List" : "", is_list ? "" : "not ");
}

bool view_check(const KubeRequest *request, KubeStatus *status)
{
    if (!view_is_wanted(request) || request_is_write(request))
        return true;
    return request->accept.view == VIEW_TABLE ? check_table(request, status)
                                              : check_partial(request, status);
}

/* ---- metadata --------------------------------------------------------------------------------- */

/* Of any object, in the order of the API types. */
static void print_partial(Buffer *buffer, const KubeRequest *request, const cJSON *object)
{
    static const KubeKind PARTIAL = {"meta.k8s.io", "v1", "", "", "", "", "", 0, NULL, 0};
    cJSON *partial = cJSON_CreateObject();
    const cJSON *metadata = cJSON_GetObjectItemCaseSensitive(object, "metadata");
    char *api_version = arena_format(request->arena, "meta.k8s.io/%s", request->accept.version);

    cJSON_AddStringToObject(partial, "kind", "PartialObjectMetadata");
    cJSON_AddStringToObject(partial, "apiVersion", api_version);
    cJSON_AddItemReferenceToObject(partial, "metadata", (cJSON *)metadata);
    kube_print_object(buffer, &PARTIAL, partial);
    cJSON_Delete(partial);
}

/* A list of custom resources says where it goes on even if it does not. */
static void print_list_metadata(Buffer *buffer, const cJSON *list)
{
    const char *token = json_string_or(list, "metadata/continue", "");
    int64_t remaining = json_integer_or(list, "metadata/remainingItemCount", 0);

    buffer_format(buffer, "{\"resourceVersion\":\"%s\"",
                  json_string_or(list, "metadata/resourceVersion", ""));
    if (*token)
        buffer_format(buffer, ",\"continue\":\"%s\"", token);
    if (remaining > 0)
        buffer_format(buffer, ",\"remainingItemCount\":%lld", (long long)remaining);
    buffer_add_text(buffer, "}");
}

static void print_head(Buffer *buffer, const KubeRequest *request, const char *kind,
                       const cJSON *whole)
{
    buffer_format(buffer, "{\"kind\":\"%s\",\"apiVersion\":\"meta.k8s.io/%s\",\"metadata\":", kind,
                  request->accept.version);
    print_list_metadata(buffer, whole);
}

static void print_partial_list(Buffer *buffer, const KubeRequest *request, const cJSON *list)
{
    const cJSON *items = cJSON_GetObjectItemCaseSensitive(list, "items"), *item;

    print_head(buffer, request, "PartialObjectMetadataList", list);
    buffer_add_text(buffer, ",\"items\":[");
    cJSON_ArrayForEach(item, items)
    {
        if (item != items->child)
            buffer_add_text(buffer, ",");
        print_partial(buffer, request, item);
    }
    buffer_add_text(buffer, "]}");
}

/* ---- tables ----------------------------------------------------------------------------------- */

static void print_definitions(Buffer *buffer, const Column *columns)
{
    cJSON *list = cJSON_CreateArray();

    for (; columns->name != NULL; columns++) {
        cJSON *column = cJSON_CreateObject();

        cJSON_AddStringToObject(column, "name", columns->name);
        cJSON_AddStringToObject(column, "type", columns->type);
        cJSON_AddStringToObject(column, "format", columns->format);
        cJSON_AddStringToObject(column, "description", columns->about);
        cJSON_AddNumberToObject(column, "priority", columns->priority);
        cJSON_AddItemToArray(list, column);
    }
    kube_print(buffer, list);
    cJSON_Delete(list);
}

/* Every version of an object has the same cells. */
static void print_cells(Buffer *buffer, const KubeKind *kind, const Column *columns,
                        const cJSON *object)
{
    cJSON *cells = cJSON_CreateArray(), *kept = NULL;

    if (kube_kind_has(kind, KUBE_CONVERTED)) {
        object = kept = cJSON_Duplicate(object, true);
        convert_to_kept(kind, kept);
    }
    for (; columns->name != NULL; columns++)
        cJSON_AddItemToArray(cells, columns->cell(object, columns));
    kube_print(buffer, cells);
    cJSON_Delete(cells);
    cJSON_Delete(kept);
}

/* Items of a list of built-in ones do without kind and apiVersion; here they stand alone. */
static void print_whole(Buffer *buffer, const KubeRequest *request, const cJSON *object)
{
    cJSON *copy = cJSON_Duplicate(object, true);
    char api_version[64];

    json_put_string(copy, "kind", request->kind->kind);
    json_put_string(copy, "apiVersion", kube_api_version(request->kind, api_version));
    kube_print_object(buffer, request->kind, copy);
    cJSON_Delete(copy);
}

static void print_row(Buffer *buffer, const KubeRequest *request, const Column *columns,
                      const cJSON *object)
{
    const char *include = included(request);

    buffer_add_text(buffer, "{\"cells\":");
    print_cells(buffer, request->kind, columns, object);
    buffer_add_text(buffer, ",\"object\":");
    if (strcmp(include, "None") == 0)
        buffer_add_text(buffer, "null");
    else if (strcmp(include, "Object") == 0)
        print_whole(buffer, request, object);
    else
        print_partial(buffer, request, object);
    buffer_add_text(buffer, "}");
}

static void print_table(Buffer *buffer, const KubeRequest *request, const cJSON *whole,
                        bool with_columns)
{
    const Column *columns = columns_of(request->arena, request->cluster, request->kind);
    const cJSON *items = cJSON_GetObjectItemCaseSensitive(whole, "items"), *item;

    print_head(buffer, request, "Table", whole);
    buffer_add_text(buffer, ",\"columnDefinitions\":");
    if (with_columns)
        print_definitions(buffer, columns);
    else
        buffer_add_text(buffer, "null");
    buffer_add_text(buffer, ",\"rows\":[");
    if (items == NULL)
        print_row(buffer, request, columns, whole);
    cJSON_ArrayForEach(item, items)
    {
        if (item != items->child)
            buffer_add_text(buffer, ",");
        print_row(buffer, request, columns, item);
    }
    buffer_add_text(buffer, "]}");
}

void view_print(Buffer *buffer, const KubeRequest *request, const char *json, size_t length,
                bool with_columns)
{
    cJSON *whole = cJSON_ParseWithLength(json, length);

    if (request->accept.view == VIEW_TABLE)
        print_table(buffer, request, whole, with_columns);
    else if (request->accept.view == VIEW_PARTIAL_LIST && json_has(whole, "items"))
        print_partial_list(buffer, request, whole);
    else
        print_partial(buffer, request, whole);
    cJSON_Delete(whole);
}
