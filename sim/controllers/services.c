/*
 * sim/controllers/services.c - an address for each Service of type LoadBalancer that nobody else looks after.
 *
 * It comes after the world's provision time (loadBalancer.provision) and goes with the type. Nothing listens there: those of envoy,
 * where something does, are load_balancer.c's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sim/controllers/controllers.h"
#include "sim/objects.h"

typedef struct {
    Controllers *set;
    Controller *controller;
    int assigned;
} Services;

static bool is_balanced(const cJSON *service)
{
    return strcmp(json_string_or(service, "spec/type", ""), "LoadBalancer") == 0;
}

static void assign(Services *self, const char *ns, const char *name)
{
    const ControllersOptions *options = &self->set->options;
    bool is_name = options->world->parameters.address_style == WORLD_LB_HOSTNAME;
    int number = ++self->assigned;
    cJSON *ingress =
        is_name ? object_format("{'hostname':'%s-%s-%s.elb.example.net'}", options->lane, ns, name)
                : object_format("{'ip':'203.0.113.%d','ipMode':'VIP'}", number % 250 + 1);
    cJSON *status = object_format("{'loadBalancer':{'ingress':[]}}");

    cJSON_AddItemToArray(json_find(status, "loadBalancer/ingress"), ingress);
    if (controller_status(self->controller, "services", ns, name, status))
        controller_event(self->controller, controller_read(self->controller, "services", ns, name),
                         "Normal", "EnsuredLoadBalancer", "Ensured load balancer");
}

static void reconcile(void *data, const char *ns, const char *name)
{
    Services *self = data;
    const cJSON *service = controller_read(self->controller, "services", ns, name);
    bool has_address = json_has(service, "status/loadBalancer/ingress");

    if (!service || fact_is_leaving(service) || controllers_is_foreign(self->set, service))
        return;
    if (is_balanced(service) && !has_address)
        assign(self, ns, name);
    else if (!is_balanced(service) && has_address)
        controller_status(self->controller, "services", ns, name,
                          object_format("{'loadBalancer':null}"));
}

static void on_service(void *data, const KubeChange *change)
{
    Services *self = data;
    const WorldParameters *parameters = &self->set->options.world->parameters;

    if (change->type == KUBE_DELETED ||
        is_balanced(change->object) == is_balanced(change->previous))
        return;
    if (self->set->is_adopting || !is_balanced(change->object))
        controller_dirty_object(self->controller, change->object);
    else
        controller_after(self->controller, fact_ns(change->object), fact_name(change->object),
                         span_draw(&parameters->load_balancer.provision,
                                   controller_random(self->controller)));
}

Controller *service_controller_new(Controllers *set)
{
    Services *self = MEMORY_NEW(Services);

    self->set = set;
    self->controller = controllers_make(set, "service", reconcile, self, free);
    controller_watch(self->controller, "services", on_service);
    return self->controller;
}
