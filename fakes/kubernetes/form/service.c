/*
 * fakes/kubernetes/form/service.c - giving out cluster addresses and node ports.
 */
#include "fakes/kubernetes/form/service.h"

#include <stdio.h>
#include <string.h>

static const char INVALID[] = "FieldValueInvalid";

enum { NODE_PORT_FIRST = 30000, NODE_PORT_COUNT = 2768, ADDRESS_COUNT = 65000 };

/* ---- what is taken ---------------------------------------------------------------------------- */

static const KubeShelf *services(const KubeCluster *cluster)
{
    return store_shelf(cluster, kube_kind_find(&cluster->kinds, "", "v1", "services"));
}

static bool is_self(const cJSON *service, const cJSON *json)
{
    return strcmp(kube_metadata_text(service, "uid"), kube_metadata_text(json, "uid")) == 0;
}

static bool is_address_taken(const KubeCluster *cluster, const cJSON *json, const char *address)
{
    const KubeShelf *shelf = services(cluster);

    for (int i = 0; i < shelf->count; i++) {
        const cJSON *other = kube_object_json(shelf->items[i]);

        if (!is_self(other, json) &&
            strcmp(json_string_or(other, "spec/clusterIP", ""), address) == 0)
            return true;
    }
    return false;
}

static bool has_node_port(const cJSON *service, int64_t number, const cJSON *but)
{
    const cJSON *port;

    cJSON_ArrayForEach(port, json_find(service, "spec/ports"))
    {
        if (port != but && json_integer_or(port, "nodePort", 0) == number)
            return true;
    }
    return json_integer_or(service, "spec/healthCheckNodePort", 0) == number;
}

static bool is_port_taken(const KubeCluster *cluster, const cJSON *json, const cJSON *port,
                          int64_t number)
{
    const KubeShelf *shelf = services(cluster);

    for (int i = 0; i < shelf->count; i++) {
        const cJSON *other = kube_object_json(shelf->items[i]);

        if (!is_self(other, json) && has_node_port(other, number, NULL))
            return true;
    }
    return has_node_port(json, number, port);
}

/* ---- what is given ---------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = (hash ^ (uint8_t)*text) * 1099511628211u;
    return (hash ^ '/') * 1099511628211u;
}

static uint64_t place_of(const KubeCluster *cluster, const cJSON *json)
{
    uint64_t hash = mix(1469598103934665603u, kube_cluster_name(cluster));

    hash = mix(hash, kube_metadata_text(json, "namespace"));
    hash = mix(hash, kube_metadata_text(json, "name"));
    return hash ^ hash >> 29;
}

static void give_address(const KubeCluster *cluster, cJSON *json)
{
    uint64_t place = place_of(cluster, json);
    char address[32];

    do {
        unsigned number = 256 + (unsigned)(place++ % ADDRESS_COUNT);

        snprintf(address, sizeof address, "10.96.%u.%u", number >> 8, number & 255);
    } while (is_address_taken(cluster, json, address));
    json_put_string(json, "spec/clusterIP", address);
}

static void give_node_port(const KubeCluster *cluster, cJSON *json, cJSON *port)
{
    uint64_t place = place_of(cluster, json) >> 7;
    int64_t number;

    do
        number = NODE_PORT_FIRST + (int64_t)(place++ % NODE_PORT_COUNT);
    while (is_port_taken(cluster, json, port, number));
    json_put_integer(port, "nodePort", number);
}

/* ---- what it had ------------------------------------------------------------------------------ */

static void keep(cJSON *json, const cJSON *old, const char *path)
{
    const cJSON *had = json_find(old, path);

    if (had != NULL && !json_has(json, path))
        json_put(json, path, cJSON_Duplicate(had, true));
}

static const cJSON *find_port(const cJSON *service, const cJSON *like)
{
    const cJSON *port;

    cJSON_ArrayForEach(port, json_find(service, "spec/ports"))
    {
        if (json_integer_or(port, "port", 0) == json_integer_or(like, "port", 0) &&
            strcmp(json_string_or(port, "protocol", "TCP"),
                   json_string_or(like, "protocol", "TCP")) == 0)
            return port;
    }
    return NULL;
}

static void keep_node_ports(cJSON *json, const cJSON *old)
{
    cJSON *port;

    cJSON_ArrayForEach(port, json_find(json, "spec/ports"))
    {
        int64_t had = json_integer_or(find_port(old, port), "nodePort", 0);

        if (had != 0 && json_integer_or(port, "nodePort", 0) == 0)
            json_put_integer(port, "nodePort", had);
    }
}

/* ---- one Service ------------------------------------------------------------------------------ */

static bool is_headless(const cJSON *json)
{
    return strcmp(json_string_or(json, "spec/clusterIP", ""), "None") == 0;
}

static void assign_address(const KubeCluster *cluster, const cJSON *old, cJSON *json,
                           KubeCauses *causes)
{
    const char *had = json_string_or(old, "spec/clusterIP", ""), *given;

    if (!*json_string_or(json, "spec/clusterIP", ""))
        json_put_string(json, "spec/clusterIP", json_string_or(json, "spec/clusterIPs/0", had));
    given = json_string_or(json, "spec/clusterIP", "");
    if (*had && strcmp(had, given) != 0)
        causes_add(causes, INVALID, "spec.clusterIPs[0]",
                   "Invalid value: []string{\"%s\"}: may not change once set", given);
    else if (*given && !is_headless(json) && is_address_taken(cluster, json, given))
        causes_add(causes, INVALID, "spec.clusterIPs",
                   "Invalid value: []string{\"%s\"}: failed to allocate IP %s: provided IP is "
                   "already allocated",
                   given, given);
    else if (*given == '\0')
        give_address(cluster, json);
    given = json_string_or(json, "spec/clusterIP", "");
    if (strcmp(json_string_or(json, "spec/clusterIPs/0", ""), given) != 0)
        json_put(json, "spec/clusterIPs", cJSON_CreateStringArray(&given, 1));
}

static void assign_node_ports(const KubeCluster *cluster, cJSON *json, KubeCauses *causes)
{
    cJSON *port;
    int i = 0;

    cJSON_ArrayForEach(port, json_find(json, "spec/ports"))
    {
        int64_t given = json_integer_or(port, "nodePort", 0);
        char field[48];

        snprintf(field, sizeof field, "spec.ports[%d].nodePort", i++);
        if (given == 0)
            give_node_port(cluster, json, port);
        else if (given < NODE_PORT_FIRST || given >= NODE_PORT_FIRST + NODE_PORT_COUNT)
            causes_add(causes, INVALID, field,
                       "Invalid value: %lld: provided port is not in the valid range. The range of "
                       "valid ports is 30000-32767",
                       (long long)given);
        else if (is_port_taken(cluster, json, port, given))
            causes_add(causes, INVALID, field,
                       "Invalid value: %lld: provided port is already allocated", (long long)given);
    }
}

/* What only another type has. */
static void take_back(cJSON *json)
{
    cJSON *port;

    cJSON_ArrayForEach(port, json_find(json, "spec/ports"))
        cJSON_DeleteItemFromObjectCaseSensitive(port, "nodePort");
    json_remove(json, "spec/externalTrafficPolicy");
    json_remove(json, "spec/allocateLoadBalancerNodePorts");
}

bool service_assign(const KubeCluster *cluster, const cJSON *old, cJSON *json, KubeStatus *status)
{
    const char *type = json_string_or(json, "spec/type", "ClusterIP"), *family = "IPv4";
    bool balances = strcmp(type, "LoadBalancer") == 0;
    KubeCauses causes = {0};

    if (strcmp(type, "ExternalName") == 0 || !json_has(json, "spec"))
        return true;
    assign_address(cluster, old, json, &causes);
    keep(json, old, "spec/ipFamilies");
    keep(json, old, "spec/ipFamilyPolicy");
    if (!json_has(json, "spec/ipFamilies"))
        json_put(json, "spec/ipFamilies", cJSON_CreateStringArray(&family, 1));
    if (!json_has(json, "spec/ipFamilyPolicy"))
        json_put_string(json, "spec/ipFamilyPolicy", "SingleStack");
    if (strcmp(type, "NodePort") != 0 && !balances) {
        take_back(json);
    } else if (!balances || json_bool_or(json, "spec/allocateLoadBalancerNodePorts", true)) {
        keep_node_ports(json, old);
        assign_node_ports(cluster, json, &causes);
    }
    return causes_end(&causes, "", "Service", kube_metadata_text(json, "name"), status);
}
