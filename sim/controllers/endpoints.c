/*
 * sim/controllers/endpoints.c - the Endpoints and the EndpointSlice of each Service that selects pods.
 *
 * A Service without a selector is left alone: its Endpoints are somebody else's. When a Service goes, its Endpoints go with it; its slice is
 * the garbage collector's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "sim/controllers/controllers.h"
#include "sim/objects.h"

typedef struct {
    Controllers *set;
    Controller *controller;
} Endpoints;

/* ---- who is behind it ---------------------------------------------------------------------------------------------------------------- */

typedef struct {
    const cJSON *service;
    Objects pods; /* with an address, not over */
} Backing;

static bool take_pod(void *data, const cJSON *pod)
{
    Backing *backing = data;

    if (fact_map_selects(json_find(backing->service, "spec/selector"), pod) &&
        json_has(pod, "status/podIP") && !fact_pod_is_over(pod)) {
        MEMORY_GROW(backing->pods.items, backing->pods.count, backing->pods.capacity);
        backing->pods.items[backing->pods.count++] = pod;
    }
    return true;
}

static bool counts_as_ready(const cJSON *service, const cJSON *pod)
{
    return (fact_pod_is_ready(pod) ||
            json_bool_or(service, "spec/publishNotReadyAddresses", false)) &&
           !fact_is_leaving(pod);
}

static int64_t port_of_container(const cJSON *pod, const char *name)
{
    const cJSON *container, *port;

    cJSON_ArrayForEach(container, json_find(pod, "spec/containers"))
    {
        cJSON_ArrayForEach(port, json_find(container, "ports"))
        {
            if (strcmp(json_string_or(port, "name", ""), name) == 0)
                return json_integer_or(port, "containerPort", 0);
        }
    }
    return 0;
}

/* Ports as in Endpoints and in EndpointSlices; a name stands for what the first pod calls so. */
static cJSON *ports_of(const cJSON *service, const Objects *pods)
{
    cJSON *ports = cJSON_CreateArray();
    const cJSON *port;

    cJSON_ArrayForEach(port, json_find(service, "spec/ports"))
    {
        const char *name = json_string(port, "targetPort");
        int64_t number = json_integer_or(port, "targetPort", json_integer_or(port, "port", 0));
        cJSON *item = cJSON_CreateObject();

        if (name)
            number = pods->count > 0 ? port_of_container(pods->items[0], name) : 0;
        if (name && number == 0) {
            cJSON_Delete(item);
            continue;
        }
        if (json_string(port, "name"))
            cJSON_AddStringToObject(item, "name", json_string(port, "name"));
        json_put_integer(item, "port", number);
        cJSON_AddStringToObject(item, "protocol", json_string_or(port, "protocol", "TCP"));
        cJSON_AddItemToArray(ports, item);
    }
    return ports;
}

static cJSON *target_of(const cJSON *pod)
{
    return object_format("{'kind':'Pod','namespace':'%s','name':'%s','uid':'%s'}", fact_ns(pod),
                         fact_name(pod), json_string_or(pod, "metadata/uid", ""));
}

/* ---- Endpoints ----------------------------------------------------------------------------------------------------------------------- */

static cJSON *addresses(const Backing *backing, bool is_ready)
{
    cJSON *list = cJSON_CreateArray();

    for (int i = 0; i < backing->pods.count; i++) {
        const cJSON *pod = backing->pods.items[i];
        cJSON *address;

        if (counts_as_ready(backing->service, pod) != is_ready || fact_is_leaving(pod))
            continue;
        address =
            object_format("{'ip':'%s','nodeName':'%s'}", json_string_or(pod, "status/podIP", ""),
                          json_string_or(pod, "spec/nodeName", "node-1"));
        cJSON_AddItemToObject(address, "targetRef", target_of(pod));
        cJSON_AddItemToArray(list, address);
    }
    return list;
}

static cJSON *subsets(const Backing *backing)
{
    cJSON *ready = addresses(backing, true), *waiting = addresses(backing, false);
    cJSON *list = cJSON_CreateArray(), *subset = cJSON_CreateObject();

    if (ready->child)
        cJSON_AddItemToObject(subset, "addresses", ready);
    else
        cJSON_Delete(ready);
    if (waiting->child)
        cJSON_AddItemToObject(subset, "notReadyAddresses", waiting);
    else
        cJSON_Delete(waiting);
    if (!subset->child) {
        cJSON_Delete(subset);
        cJSON_Delete(list);
        return NULL;
    }
    cJSON_AddItemToObject(subset, "ports", ports_of(backing->service, &backing->pods));
    cJSON_AddItemToArray(list, subset);
    return list;
}

static void write_endpoints(Endpoints *self, const Backing *backing, const char *ns,
                            const char *name)
{
    cJSON *body = cJSON_CreateObject(), *list = subsets(backing);
    const cJSON *labels = json_find(backing->service, "metadata/labels");

    if (controller_read(self->controller, "endpoints", ns, name)) {
        cJSON_AddItemToObject(body, "subsets", list ? list : cJSON_CreateNull());
        controller_merge(self->controller, "endpoints", ns, name, body);
        return;
    }
    json_put_string(body, "metadata/name", name);
    if (labels)
        json_put(body, "metadata/labels", cJSON_Duplicate(labels, true));
    if (list)
        cJSON_AddItemToObject(body, "subsets", list);
    controller_create(self->controller, "endpoints", ns, body);
}

/* ---- EndpointSlices ------------------------------------------------------------------------------------------------------------------ */

static cJSON *slice_endpoints(const Backing *backing)
{
    cJSON *list = cJSON_CreateArray();

    for (int i = 0; i < backing->pods.count; i++) {
        const cJSON *pod = backing->pods.items[i];
        bool is_ready = counts_as_ready(backing->service, pod);
        cJSON *endpoint = object_format(
            "{'addresses':['%s'],'conditions':{'ready':%s,'serving':%s,'terminating':%s},"
            "'nodeName':'%s'}",
            json_string_or(pod, "status/podIP", ""), is_ready ? "true" : "false",
            is_ready || fact_pod_is_ready(pod) ? "true" : "false",
            fact_is_leaving(pod) ? "true" : "false",
            json_string_or(pod, "spec/nodeName", "node-1"));

        cJSON_AddItemToObject(endpoint, "targetRef", target_of(pod));
        cJSON_AddItemToArray(list, endpoint);
    }
    return list;
}

/* Clients of slices count on a name being there, if only an empty one. */
static cJSON *slice_ports(const Backing *backing)
{
    cJSON *ports = ports_of(backing->service, &backing->pods), *port;

    cJSON_ArrayForEach(port, ports)
    {
        if (!json_string(port, "name"))
            cJSON_AddStringToObject(port, "name", "");
    }
    return ports;
}

typedef struct {
    const char *service;
    char name[256];
} Slice;

static bool is_slice_of(void *data, const cJSON *slice)
{
    Slice *search = data;
    const cJSON *label = cJSON_GetObjectItemCaseSensitive(json_find(slice, "metadata/labels"),
                                                          "kubernetes.io/service-name");

    if (!cJSON_IsString(label) || strcmp(label->valuestring, search->service) != 0)
        return true;
    snprintf(search->name, sizeof search->name, "%s", fact_name(slice));
    return false;
}

static void write_slice(Endpoints *self, const Backing *backing, const char *ns, const char *name)
{
    Slice slice = {.service = name};
    cJSON *body = cJSON_CreateObject(), *labels;

    controller_each(self->controller, "endpointslices", ns, is_slice_of, &slice);
    cJSON_AddItemToObject(body, "endpoints", slice_endpoints(backing));
    cJSON_AddItemToObject(body, "ports", slice_ports(backing));
    if (*slice.name) {
        controller_merge(self->controller, "endpointslices", ns, slice.name, body);
        return;
    }
    snprintf(slice.name, sizeof slice.name, "%s-", name);
    json_put_string(body, "metadata/generateName", slice.name);
    json_put(body, "metadata/labels", cJSON_CreateObject());
    labels = json_find(body, "metadata/labels");
    cJSON_AddStringToObject(labels, "endpointslice.kubernetes.io/managed-by",
                            "endpointslice-controller.k8s.io");
    cJSON_AddStringToObject(labels, "kubernetes.io/service-name", name);
    if (strcmp(json_string_or(backing->service, "spec/clusterIP", ""), "None") == 0)
        cJSON_AddStringToObject(labels, "service.kubernetes.io/headless", "");
    json_put(body, "metadata/ownerReferences", fact_references(backing->service));
    cJSON_AddStringToObject(body, "addressType", "IPv4");
    controller_create(self->controller, "endpointslices", ns, body);
}

/* ---- syncing ----------------------------------------------------------------------------------------------------------------------- */

static void reconcile(void *data, const char *ns, const char *name)
{
    Endpoints *self = data;
    Backing backing = {.service = controller_read(self->controller, "services", ns, name)};

    if (!backing.service) {
        if (controller_read(self->controller, "endpoints", ns, name))
            controller_delete(self->controller, "endpoints", ns, name);
        return;
    }
    if (!json_has(backing.service, "spec/selector") || fact_is_leaving(backing.service))
        return;
    controller_each(self->controller, "pods", ns, take_pod, &backing);
    write_endpoints(self, &backing, ns, name);
    write_slice(self, &backing, ns, name);
    objects_release(&backing.pods);
}

static void on_service(void *data, const KubeChange *change)
{
    Endpoints *self = data;

    if (change->type != KUBE_MODIFIED ||
        !json_equal(json_find(change->previous, "spec"), json_find(change->object, "spec")))
        controller_dirty_object(self->controller, change->object);
}

typedef struct {
    Endpoints *self;
    const cJSON *pod, *before;
} Search;

static bool tell_service(void *data, const cJSON *service)
{
    Search *search = data;
    const cJSON *selector = json_find(service, "spec/selector");

    if (fact_map_selects(selector, search->pod) ||
        (search->before && fact_map_selects(selector, search->before)))
        controller_dirty_object(search->self->controller, service);
    return true;
}

static void on_pod(void *data, const KubeChange *change)
{
    Endpoints *self = data;
    Search search = {self, change->object, change->previous};

    if (change->type == KUBE_MODIFIED && !fact_pod_counts_changed(change->previous, change->object))
        return;
    kube_each(self->set->options.cluster, "services", fact_ns(change->object), NULL, tell_service,
              &search);
}

Controller *endpoint_controller_new(Controllers *set)
{
    Endpoints *self = MEMORY_NEW(Endpoints);

    self->set = set;
    self->controller = controllers_make(set, "endpoint", reconcile, self, free);
    controller_watch(self->controller, "services", on_service);
    controller_watch(self->controller, "pods", on_pod);
    return self->controller;
}
