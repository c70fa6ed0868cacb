/*
 * sim/controllers/load_balancer.c - the external address of a plane's front envoy, and the doors at it.
 *
 * All goes well: a Service envoy of type LoadBalancer appears; after the provision time it has an address; as soon as envoy has a ready
 * pod, connections are accepted there. When the last ready pod goes, new connections are refused at once; those that are open break
 * when the pods are gone and the drain time is over. When the Service goes, so does the address.
 * Goes wrong: it stays pending while "load-balancer" is blocked, or gets another address later (F-313).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "sim/inside.h"
#include "sim/objects.h"

static const char MANAGER[] = "cloud-controller-manager";
enum { POSTGRES_PORT = 5432 };

typedef struct LoadBalancer LoadBalancer;
struct LoadBalancer {
    Plane *plane;
    Random random;
    Timer *look, *provision, *drain, *change;
    int assigned; /* addresses so far; the next ends in one more */
    char ip[16], hostname[80];
    Door *front, *postgres;
    bool carries; /* connections that were made live on */
    int handle;
};

static const cJSON *service_of(const LoadBalancer *balancer)
{
    const cJSON *service =
        kube_find(balancer->plane->cluster, "services", balancer->plane->ns, "envoy");

    return service && strcmp(json_string_or(service, "spec/type", ""), "LoadBalancer") == 0
               ? service
               : NULL;
}

static bool has_port(const cJSON *service, int64_t number)
{
    const cJSON *port = NULL;

    cJSON_ArrayForEach(port,
                       json_find(service, "spec/ports")) if (json_integer_or(port, "port", 0) ==
                                                             number) return true;
    return false;
}

bool load_balancer_has_postgres(const LoadBalancer *balancer)
{
    const cJSON *service = service_of(balancer);

    return service && has_port(service, POSTGRES_PORT);
}

bool load_balancer_is_open(const LoadBalancer *balancer)
{
    return balancer->front != NULL;
}

bool load_balancer_carries(const LoadBalancer *balancer)
{
    return balancer->carries;
}

const char *load_balancer_address(const LoadBalancer *balancer)
{
    return balancer->ip;
}

/* ---- doors ------------------------------------------------------------------------------------------------------------------------- */

static void on_postgres(void *owner, int fd)
{
    LoadBalancer *balancer = owner;
    PgMember *primary = plane_primary(balancer->plane);

    pg_member_accept(primary ? primary : balancer->plane->members[0], fd);
}

/* In real time an address of the world's block that is taken leaves the plane without a door; the trace says so. */
static void open_door(LoadBalancer *balancer, int64_t port, DoorConnection *on_connection,
                      void *owner, Door **out_door)
{
    Error err = {0};

    if (!door_open(balancer->plane->world, balancer->ip, (uint16_t)port, balancer->plane->name,
                   on_connection, owner, out_door, &err))
        world_note(balancer->plane->world, balancer->plane->name, "load-balancer", "services",
                   "envoy", err.message);
}

static void close_doors(LoadBalancer *balancer)
{
    door_close(balancer->front);
    door_close(balancer->postgres);
    balancer->front = balancer->postgres = NULL;
}

/* Every connection through here is gone: browsers and engines, edges, the standby's replication. */
static void break_connections(LoadBalancer *balancer, const char *why)
{
    World *world = balancer->plane->world;

    if (!balancer->carries)
        return;
    balancer->carries = false;
    plane_front_drop(balancer->plane->front);
    for (int64_t i = 0; i < world->parameters.control_planes; i++)
        edge_kick(world->sites[i]->edge, balancer->plane, why);
    plane_settle(balancer->plane);
    replication_settle(world);
}

static void on_drained(void *owner)
{
    break_connections(owner, "the front envoy has no pods");
}

static void look_at_doors(LoadBalancer *balancer)
{
    const cJSON *service = service_of(balancer);
    Plane *plane = balancer->plane;
    bool is_wanted = service && *balancer->ip && plane_ready_pods(plane, "envoy") > 0;

    if (is_wanted && !balancer->front)
        open_door(balancer, plane->world->parameters.front_port, plane_front_accept, plane->front,
                  &balancer->front);
    if (is_wanted && has_port(service, POSTGRES_PORT) && !balancer->postgres)
        open_door(balancer, POSTGRES_PORT, on_postgres, balancer, &balancer->postgres);
    if (is_wanted && !has_port(service, POSTGRES_PORT) && balancer->postgres) {
        door_close(balancer->postgres);
        balancer->postgres = NULL;
    }
    if (is_wanted) {
        balancer->carries = true;
        timer_stop(balancer->drain);
        return;
    }
    close_doors(balancer);
    if (balancer->carries && !timer_is_running(balancer->drain) &&
        controllers_serving(plane->controllers, plane->ns, "envoy") == 0)
        timer_start(balancer->drain,
                    span_draw(&plane->world->parameters.load_balancer.drain, &balancer->random));
}

/* ---- addresses --------------------------------------------------------------------------------------------------------------------- */

void load_balancer_tell(LoadBalancer *balancer)
{
    const World *world = balancer->plane->world;
    bool is_name = world->parameters.address_style == WORLD_LB_HOSTNAME;
    const char *address = is_name ? balancer->hostname : balancer->ip;
    cJSON *data = cJSON_CreateObject();

    if (*balancer->ip)
        cJSON_AddStringToObject(data, "address", address);
    else
        cJSON_AddNullToObject(data, "address");
    cJSON_AddStringToObject(data, "style", is_name ? "hostname" : "ip");
    cJSON_AddStringToObject(data, "ip", balancer->ip);
    trace_add(world->trace, balancer->plane->name, EVENT_LOADBALANCER, data,
              *balancer->ip ? "%s: the load balancer of envoy is %s"
                            : "%s: the load balancer of envoy is gone%s",
              balancer->plane->name, *balancer->ip ? address : "");
}

static void show_address(LoadBalancer *balancer)
{
    Plane *plane = balancer->plane;
    bool is_name = plane->world->parameters.address_style == WORLD_LB_HOSTNAME;

    if (!service_of(balancer))
        return;
    object_set_status(plane->cluster, "services", plane->ns, "envoy", MANAGER,
                      object_format("{'loadBalancer':{'ingress':[{'%s':'%s'}]}}",
                                    is_name ? "hostname" : "ip",
                                    is_name ? balancer->hostname : balancer->ip));
}

static void assign(LoadBalancer *balancer)
{
    Plane *plane = balancer->plane;
    World *world = plane->world;

    balancer->assigned++;
    world_address(world, 0, plane->index + 1, balancer->assigned, balancer->ip);
    snprintf(balancer->hostname, sizeof balancer->hostname, "%s-%d.elb.example.net", plane->name,
             balancer->assigned);
    if (world->parameters.address_style == WORLD_LB_HOSTNAME)
        dns_side_name_balancer(world->dns, balancer->hostname, balancer->ip);
    show_address(balancer);
    if (world->is_started)
        load_balancer_tell(balancer);
}

static void release(LoadBalancer *balancer)
{
    World *world = balancer->plane->world;

    timer_stop(balancer->provision);
    timer_stop(balancer->change);
    if (!*balancer->ip)
        return;
    close_doors(balancer);
    if (world->parameters.address_style == WORLD_LB_HOSTNAME)
        dns_side_name_balancer(world->dns, balancer->hostname, NULL);
    *balancer->ip = '\0';
    load_balancer_tell(balancer);
    break_connections(balancer, "its load balancer is gone");
}

void load_balancer_change_address(LoadBalancer *balancer)
{
    if (!*balancer->ip)
        return;
    close_doors(balancer);
    if (balancer->plane->world->parameters.address_style == WORLD_LB_HOSTNAME)
        dns_side_name_balancer(balancer->plane->world->dns, balancer->hostname, NULL);
    assign(balancer);
    break_connections(balancer, "its load balancer got another address");
    timer_start(balancer->look, 0);
}

static void on_change_time(void *owner)
{
    load_balancer_change_address(owner);
}

static void on_provisioned(void *owner)
{
    LoadBalancer *balancer = owner;
    const WorldParameters *parameters = &balancer->plane->world->parameters;

    if (!service_of(balancer) || plane_is_blocked(balancer->plane, "load-balancer"))
        return;
    assign(balancer);
    if (parameters->load_balancer.changes_address)
        timer_start(balancer->change,
                    span_draw(&parameters->load_balancer.changes_after, &balancer->random));
    timer_start(balancer->look, 0);
}

static void look(void *owner)
{
    LoadBalancer *balancer = owner;
    Plane *plane = balancer->plane;

    if (!service_of(balancer))
        release(balancer);
    else if (!*balancer->ip && !timer_is_running(balancer->provision) &&
             !plane_is_blocked(plane, "load-balancer"))
        timer_start(balancer->provision,
                    span_draw(&plane->world->parameters.load_balancer.provision,
                              &balancer->random));
    look_at_doors(balancer);
    plane_settle(plane);
    replication_settle(plane->world);
}

/* ---- the whole --------------------------------------------------------------------------------------------------------------------- */

void load_balancer_kick(LoadBalancer *balancer)
{
    timer_start(balancer->look, 0);
}

static void on_service(void *owner, const KubeChange *change)
{
    if (strcmp(json_string_or(change->object, "metadata/name", ""), "envoy") == 0 &&
        strcmp(change->manager, MANAGER) != 0)
        load_balancer_kick(owner);
}

LoadBalancer *load_balancer_new(Plane *plane)
{
    LoadBalancer *balancer = MEMORY_NEW(LoadBalancer);
    char stream[32];

    snprintf(stream, sizeof stream, "load-balancer/%s", plane->name);
    balancer->plane = plane;
    balancer->random = world_random(plane->world, stream);
    balancer->look = timer_new(plane->world->loop, look, balancer);
    balancer->provision = timer_new(plane->world->loop, on_provisioned, balancer);
    balancer->drain = timer_new(plane->world->loop, on_drained, balancer);
    balancer->change = timer_new(plane->world->loop, on_change_time, balancer);
    balancer->handle = kube_listen(plane->cluster, "services", on_service, balancer);
    return balancer;
}

/* The steady state: an active plane has had its address for long. */
bool load_balancer_start(LoadBalancer *balancer, Error *err)
{
    (void)err;
    if (service_of(balancer)) {
        assign(balancer);
        look_at_doors(balancer);
    }
    return true;
}

void load_balancer_free(LoadBalancer *balancer)
{
    if (!balancer)
        return;
    close_doors(balancer);
    kube_unlisten(balancer->plane->cluster, balancer->handle);
    timer_free(balancer->look);
    timer_free(balancer->provision);
    timer_free(balancer->drain);
    timer_free(balancer->change);
    free(balancer);
}
