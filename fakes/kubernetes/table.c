/*
 * fakes/kubernetes/table.c - objects as rows for a person: a column is a name and a function that makes its cell.
 */
#include "fakes/kubernetes/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum { COLUMNS_MAX = 9 };

typedef cJSON *Cell(const cJSON *object);

typedef struct {
    const char *name, *type, *format;
    int priority; /* 1: only with -o wide */
    Cell *cell;
} Column;

/* ---- texts ------------------------------------------------------------------------------------ */

static cJSON *text_cell(const cJSON *object, const char *path, const char *otherwise)
{
    return cJSON_CreateString(json_string_or(object, path, otherwise));
}

/* Gives a comma-separated list to a cell. */
static cJSON *list_cell(Buffer *list)
{
    cJSON *cell;

    buffer_add(list, "", 1);
    cell = cJSON_CreateString(list->data[0] ? (const char *)list->data : "<none>");
    buffer_release(list);
    return cell;
}

static const char *comma(const Buffer *list)
{
    return list->length ? "," : "";
}

static cJSON *joined(const cJSON *items, const char *path)
{
    Buffer list = {0};
    const cJSON *item;

    cJSON_ArrayForEach(item, items)
    {
        buffer_format(&list, "%s%s", comma(&list), json_string_or(item, path, ""));
    }
    return list_cell(&list);
}

/* "2m30s", as precise as people need: k8s.io/apimachinery/pkg/util/duration, HumanDuration. */
static void format_age(int64_t seconds, char out_text[24])
{
    long long s = seconds < 0 ? 0 : seconds, minutes = s / 60, hours = minutes / 60,
              days = hours / 24;

    if (s < 120)
        snprintf(out_text, 24, "%llds", s);
    else if (minutes < 10)
        snprintf(out_text, 24, s % 60 ? "%lldm%llds" : "%lldm", minutes, s % 60);
    else if (hours < 3)
        snprintf(out_text, 24, "%lldm", minutes);
    else if (hours < 8)
        snprintf(out_text, 24, minutes % 60 ? "%lldh%lldm" : "%lldh", hours, minutes % 60);
    else if (hours < 48)
        snprintf(out_text, 24, "%lldh", hours);
    else if (days < 8)
        snprintf(out_text, 24, hours % 24 ? "%lldd%lldh" : "%lldd", days, hours % 24);
    else
        snprintf(out_text, 24, "%lldd", days);
}

/* ---- cells of any kind ------------------------------------------------------------------------- */

static cJSON *cell_name(const cJSON *object)
{
    return text_cell(object, "metadata/name", "");
}

static cJSON *cell_age(const cJSON *object)
{
    int64_t born_ms;
    char text[24] = "<unknown>";

    if (clock_parse(json_string_or(object, "metadata/creationTimestamp", ""), &born_ms))
        format_age((clock_wall_ms() - born_ms) / 1000, text);
    return cJSON_CreateString(text);
}

static cJSON *cell_phase(const cJSON *object)
{
    return text_cell(object, "status/phase", "");
}

static cJSON *cell_type(const cJSON *object)
{
    return text_cell(object, "type", "");
}

static cJSON *cell_data(const cJSON *object)
{
    return cJSON_CreateNumber(cJSON_GetArraySize(json_find(object, "data")));
}

static cJSON *cell_none(const cJSON *object)
{
    (void)object;
    return cJSON_CreateString("<none>");
}

/* ---- workloads -------------------------------------------------------------------------------- */

static cJSON *cell_replicas(const cJSON *object)
{
    char text[48];

    snprintf(text, sizeof text, "%lld/%lld",
             (long long)json_integer_or(object, "status/readyReplicas", 0),
             (long long)json_integer_or(object, "spec/replicas", 1));
    return cJSON_CreateString(text);
}

static cJSON *cell_updated(const cJSON *object)
{
    return cJSON_CreateNumber((double)json_integer_or(object, "status/updatedReplicas", 0));
}

static cJSON *cell_available(const cJSON *object)
{
    return cJSON_CreateNumber((double)json_integer_or(object, "status/availableReplicas", 0));
}

static cJSON *cell_containers(const cJSON *object)
{
    return joined(json_find(object, "spec/template/spec/containers"), "name");
}

static cJSON *cell_images(const cJSON *object)
{
    return joined(json_find(object, "spec/template/spec/containers"), "image");
}

static cJSON *labels_cell(const cJSON *labels)
{
    Buffer list = {0};
    const cJSON *label;

    cJSON_ArrayForEach(label, labels)
    {
        buffer_format(&list, "%s%s=%s", comma(&list), label->string,
                      cJSON_IsString(label) ? label->valuestring : "");
    }
    return list_cell(&list);
}

static cJSON *cell_match_labels(const cJSON *object)
{
    return labels_cell(json_find(object, "spec/selector/matchLabels"));
}

/* ---- pods ------------------------------------------------------------------------------------- */

static cJSON *cell_pod_ready(const cJSON *object)
{
    const cJSON *status;
    int ready = 0;
    char text[48];

    cJSON_ArrayForEach(status, json_find(object, "status/containerStatuses"))
    {
        ready += json_bool_or(status, "ready", false);
    }
    snprintf(text, sizeof text, "%d/%d", ready,
             cJSON_GetArraySize(json_find(object, "spec/containers")));
    return cJSON_CreateString(text);
}

static cJSON *cell_pod_status(const cJSON *object)
{
    if (json_has(object, "metadata/deletionTimestamp"))
        return cJSON_CreateString("Terminating");
    return text_cell(object, "status/containerStatuses/0/state/waiting/reason",
                     json_string_or(object, "status/phase", "Unknown"));
}

static cJSON *cell_pod_restarts(const cJSON *object)
{
    const cJSON *status;
    int64_t restarts = 0;
    char text[24];

    cJSON_ArrayForEach(status, json_find(object, "status/containerStatuses"))
    {
        restarts += json_integer_or(status, "restartCount", 0);
    }
    snprintf(text, sizeof text, "%lld", (long long)restarts);
    return cJSON_CreateString(text);
}

static cJSON *cell_pod_ip(const cJSON *object)
{
    return text_cell(object, "status/podIP", "<none>");
}

static cJSON *cell_pod_node(const cJSON *object)
{
    return text_cell(object, "spec/nodeName", "<none>");
}

/* ---- services --------------------------------------------------------------------------------- */

static cJSON *cell_service_type(const cJSON *object)
{
    return text_cell(object, "spec/type", "ClusterIP");
}

static cJSON *cell_service_ip(const cJSON *object)
{
    return text_cell(object, "spec/clusterIP", "<none>");
}

/* "<pending>" until the cloud has given the load balancer an address. */
static cJSON *cell_service_external(const cJSON *object)
{
    Buffer list = {0};
    const cJSON *ingress;

    if (strcmp(json_string_or(object, "spec/type", ""), "LoadBalancer") != 0)
        return cJSON_CreateString("<none>");
    cJSON_ArrayForEach(ingress, json_find(object, "status/loadBalancer/ingress"))
    {
        buffer_format(&list, "%s%s", comma(&list),
                      json_string_or(ingress, "ip", json_string_or(ingress, "hostname", "")));
    }
    if (list.length == 0)
        buffer_add_text(&list, "<pending>");
    return list_cell(&list);
}

static cJSON *cell_service_ports(const cJSON *object)
{
    Buffer list = {0};
    const cJSON *port;

    cJSON_ArrayForEach(port, json_find(object, "spec/ports"))
    {
        int64_t node_port = json_integer_or(port, "nodePort", 0);

        buffer_format(&list, "%s%lld", comma(&list), (long long)json_integer_or(port, "port", 0));
        if (node_port)
            buffer_format(&list, ":%lld", (long long)node_port);
        buffer_format(&list, "/%s", json_string_or(port, "protocol", "TCP"));
    }
    return list_cell(&list);
}

static cJSON *cell_service_selector(const cJSON *object)
{
    return labels_cell(json_find(object, "spec/selector"));
}

/* ---- columns ---------------------------------------------------------------------------------- */

/* clang-format off */
#define NAME {"Name", "string", "name", 0, cell_name}
#define AGE  {"Age", "string", "", 0, cell_age}

static const struct {
    const char *plural;
    Column columns[COLUMNS_MAX];
} TABLES[] = {
    {"deployments", {NAME,
        {"Ready", "string", "", 0, cell_replicas}, {"Up-to-date", "string", "", 0, cell_updated},
        {"Available", "string", "", 0, cell_available}, AGE,
        {"Containers", "string", "", 1, cell_containers}, {"Images", "string", "", 1, cell_images},
        {"Selector", "string", "", 1, cell_match_labels}}},
    {"statefulsets", {NAME,
        {"Ready", "string", "", 0, cell_replicas}, AGE,
        {"Containers", "string", "", 1, cell_containers}, {"Images", "string", "", 1, cell_images}}},
    {"services", {NAME,
        {"Type", "string", "", 0, cell_service_type}, {"Cluster-IP", "string", "", 0, cell_service_ip},
        {"External-IP", "string", "", 0, cell_service_external},
        {"Port(s)", "string", "", 0, cell_service_ports}, AGE,
        {"Selector", "string", "", 1, cell_service_selector}}},
    {"pods", {NAME,
        {"Ready", "string", "", 0, cell_pod_ready}, {"Status", "string", "", 0, cell_pod_status},
        {"Restarts", "string", "", 0, cell_pod_restarts}, AGE,
        {"IP", "string", "", 1, cell_pod_ip}, {"Node", "string", "", 1, cell_pod_node},
        {"Nominated Node", "string", "", 1, cell_none}, {"Readiness Gates", "string", "", 1, cell_none}}},
    {"secrets", {NAME,
        {"Type", "string", "", 0, cell_type}, {"Data", "string", "", 0, cell_data}, AGE}},
    {"configmaps", {NAME, {"Data", "string", "", 0, cell_data}, AGE}},
    {"namespaces", {NAME, {"Status", "string", "", 0, cell_phase}, AGE}},
};
/* clang-format on */

static const Column *columns_of(const KubeKind *kind)
{
    for (size_t i = 0; kind && i < sizeof TABLES / sizeof *TABLES; i++) {
        if (strcmp(TABLES[i].plural, kind->plural) == 0)
            return TABLES[i].columns;
    }
    return NULL;
}

bool table_is_wanted(const KubeRequest *request)
{
    const char *accept = http_request_header(request->exchange, "Accept");
    const char *as_table = accept ? strstr(accept, "as=Table") : NULL;

    /* The first on its list, as kubectl has it. */
    return as_table && (size_t)(as_table - accept) < strcspn(accept, ",") &&
           *request->subresource == 0 && columns_of(request->kind);
}

/* ---- the table -------------------------------------------------------------------------------- */

static cJSON *definitions(const Column *columns)
{
    cJSON *list = cJSON_CreateArray();

    for (int i = 0; i < COLUMNS_MAX && columns[i].name; i++) {
        cJSON *column = cJSON_CreateObject();

        cJSON_AddStringToObject(column, "name", columns[i].name);
        cJSON_AddStringToObject(column, "type", columns[i].type);
        cJSON_AddStringToObject(column, "format", columns[i].format);
        cJSON_AddStringToObject(column, "description", "");
        cJSON_AddNumberToObject(column, "priority", columns[i].priority);
        cJSON_AddItemToArray(list, column);
    }
    return list;
}

/* What a row stands for: its metadata, or with includeObject=Object all of it. */
static cJSON *row_object(const KubeRequest *request, const cJSON *object)
{
    const char *include = http_parameter(request->exchange, "includeObject");
    const cJSON *metadata = json_find(object, "metadata");
    cJSON *partial;

    if (include && strcmp(include, "None") == 0)
        return cJSON_CreateNull();
    if (include && strcmp(include, "Object") == 0) {
        char api_version[64];

        partial = cJSON_Duplicate(object, true);
        kube_api_version(request->kind, api_version);
        json_put_string(partial, "kind", request->kind->kind);
        json_put_string(partial, "apiVersion", api_version);
        return partial;
    }
    partial = cJSON_CreateObject();
    cJSON_AddStringToObject(partial, "kind", "PartialObjectMetadata");
    cJSON_AddStringToObject(partial, "apiVersion", "meta.k8s.io/v1");
    cJSON_AddItemToObject(partial, "metadata", cJSON_Duplicate(metadata, true));
    return partial;
}

static cJSON *row_of(const KubeRequest *request, const Column *columns, const cJSON *object)
{
    cJSON *row = cJSON_CreateObject(), *cells = cJSON_AddArrayToObject(row, "cells");

    for (int i = 0; i < COLUMNS_MAX && columns[i].name; i++)
        cJSON_AddItemToArray(cells, columns[i].cell(object));
    cJSON_AddItemToObject(row, "object", row_object(request, object));
    return row;
}

/* A table of one object has its number and nothing else; that of a list has what the list says of itself. */
static cJSON *table_metadata(const cJSON *whole, bool is_list)
{
    cJSON *metadata;

    if (is_list)
        return cJSON_Duplicate(json_find(whole, "metadata"), true);
    metadata = cJSON_CreateObject();
    cJSON_AddStringToObject(metadata, "resourceVersion",
                            json_string_or(whole, "metadata/resourceVersion", ""));
    return metadata;
}

static cJSON *table_of(const KubeRequest *request, const cJSON *whole, bool with_columns)
{
    const Column *columns = columns_of(request->kind);
    const cJSON *items = cJSON_GetObjectItemCaseSensitive(whole, "items"), *item;
    cJSON *table = cJSON_CreateObject(), *rows = cJSON_CreateArray();

    cJSON_AddStringToObject(table, "kind", "Table");
    cJSON_AddStringToObject(table, "apiVersion", "meta.k8s.io/v1");
    cJSON_AddItemToObject(table, "metadata", table_metadata(whole, items != NULL));
    cJSON_AddItemToObject(table, "columnDefinitions",
                          with_columns ? definitions(columns) : cJSON_CreateNull());
    cJSON_AddItemToObject(table, "rows", rows);
    if (!items)
        cJSON_AddItemToArray(rows, row_of(request, columns, whole));
    cJSON_ArrayForEach(item, items)
    {
        cJSON_AddItemToArray(rows, row_of(request, columns, item));
    }
    return table;
}

void table_print(Buffer *buffer, const KubeRequest *request, const char *json, size_t length,
                 bool with_columns)
{
    cJSON *whole = cJSON_ParseWithLength(json, length);
    cJSON *table = table_of(request, whole, with_columns);
    char *text = json_text(table);

    buffer_add_text(buffer, text);
    free(text);
    cJSON_Delete(table);
    cJSON_Delete(whole);
}
