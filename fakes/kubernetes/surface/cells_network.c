/*
 * fakes/kubernetes/surface/cells_network.c - services and what leads to them: addresses, ports, hosts.
 */
#include <stdio.h>
#include <string.h>

#include "fakes/kubernetes/surface/cells.h"

static void add_addresses(Buffer *list, const cJSON *ingress)
{
    const cJSON *address;

    cJSON_ArrayForEach(address, ingress)
    {
        buffer_format(list, "%s%s", cells_comma(list),
                      json_string_or(address, "ip", json_string_or(address, "hostname", "")));
    }
}

/* "<pending>" until the cloud has given the load balancer an address. */
cJSON *cell_service_external(const cJSON *object, const Column *column)
{
    const char *type = json_string_or(object, "spec/type", "ClusterIP");
    const cJSON *address;
    Buffer list = {0};

    (void)column;
    if (strcmp(type, "ExternalName") == 0)
        return cJSON_CreateString(json_string_or(object, "spec/externalName", ""));
    if (strcmp(type, "LoadBalancer") == 0)
        add_addresses(&list, json_find(object, "status/loadBalancer/ingress"));
    cJSON_ArrayForEach(address, json_find(object, "spec/externalIPs"))
    {
        buffer_format(&list, "%s%s", cells_comma(&list),
                      cJSON_IsString(address) ? address->valuestring : "");
    }
    if (list.length == 0 && strcmp(type, "LoadBalancer") == 0)
        buffer_add_text(&list, "<pending>");
    return cells_of_list(&list);
}

cJSON *cell_service_ports(const cJSON *object, const Column *column)
{
    Buffer list = {0};
    const cJSON *port;

    (void)column;
    cJSON_ArrayForEach(port, json_find(object, "spec/ports"))
    {
        int64_t node_port = json_integer_or(port, "nodePort", 0);

        buffer_format(&list, "%s%lld", cells_comma(&list),
                      (long long)json_integer_or(port, "port", 0));
        if (node_port)
            buffer_format(&list, ":%lld", (long long)node_port);
        buffer_format(&list, "/%s", json_string_or(port, "protocol", "TCP"));
    }
    return cells_of_list(&list);
}

/* ---- ingresses -------------------------------------------------------------------------------- */

cJSON *cell_ingress_hosts(const cJSON *object, const Column *column)
{
    Buffer list = {0};
    const cJSON *rule;

    (void)column;
    cJSON_ArrayForEach(rule, json_find(object, "spec/rules"))
    {
        const char *host = json_string_or(rule, "host", "");

        if (*host)
            buffer_format(&list, "%s%s", cells_comma(&list), host);
    }
    if (list.length == 0)
        buffer_add_text(&list, "*");
    return cells_of_list(&list);
}

cJSON *cell_ingress_address(const cJSON *object, const Column *column)
{
    Buffer list = {0};

    (void)column;
    add_addresses(&list, json_find(object, "status/loadBalancer/ingress"));
    return list.length > 0 ? cells_of_list(&list) : cJSON_CreateString("");
}

cJSON *cell_ingress_ports(const cJSON *object, const Column *column)
{
    (void)column;
    return cJSON_CreateString(cJSON_GetArraySize(json_find(object, "spec/tls")) > 0 ? "80, 443"
                                                                                    : "80");
}

/* ---- endpoints -------------------------------------------------------------------------------- */

enum { SHOWN_MAX = 3 };

/* "10.0.0.1:80,10.0.0.2:80 + 4 more..." */
static void add_shown(Buffer *list, int *count, const char *address, int64_t port)
{
    if ((*count)++ >= SHOWN_MAX)
        return;
    buffer_format(list, "%s%s", cells_comma(list), address);
    if (port > 0)
        buffer_format(list, ":%lld", (long long)port);
}

static cJSON *cell_of_shown(Buffer *list, int count)
{
    if (count > SHOWN_MAX)
        buffer_format(list, " + %d more...", count - SHOWN_MAX);
    return cells_of_list(list);
}

static void add_subset(Buffer *list, int *count, const cJSON *subset)
{
    const cJSON *ports = json_find(subset, "ports"), *port, *address;

    cJSON_ArrayForEach(address, json_find(subset, "addresses"))
    {
        const char *ip = json_string_or(address, "ip", "");

        if (cJSON_GetArraySize(ports) == 0)
            add_shown(list, count, ip, 0);
        cJSON_ArrayForEach(port, ports)
        {
            add_shown(list, count, ip, json_integer_or(port, "port", 0));
        }
    }
}

cJSON *cell_endpoints(const cJSON *object, const Column *column)
{
    const cJSON *subset;
    Buffer list = {0};
    int count = 0;

    (void)column;
    cJSON_ArrayForEach(subset, json_find(object, "subsets"))
    {
        add_subset(&list, &count, subset);
    }
    return cell_of_shown(&list, count);
}

cJSON *cell_slice_ports(const cJSON *object, const Column *column)
{
    const cJSON *ports = json_find(object, "ports"), *port;
    Buffer list = {0};
    int count = 0;
    char number[24];

    cJSON_ArrayForEach(port, ports)
    {
        snprintf(number, sizeof number, "%lld", (long long)json_integer_or(port, "port", 0));
        add_shown(&list, &count, json_has(port, "port") ? number : "*", 0);
    }
    return count > 0 ? cell_of_shown(&list, count) : cell_none(object, column);
}

cJSON *cell_slice_endpoints(const cJSON *object, const Column *column)
{
    const cJSON *endpoint, *address;
    Buffer list = {0};
    int count = 0;

    cJSON_ArrayForEach(endpoint, json_find(object, "endpoints"))
    {
        cJSON_ArrayForEach(address, json_find(endpoint, "addresses"))
        {
            add_shown(&list, &count, cJSON_IsString(address) ? address->valuestring : "", 0);
        }
    }
    return count > 0 ? cell_of_shown(&list, count) : cell_none(object, column);
}
