/*
 * sim/operators/external_dns.c - external-dns in a management plane's cluster.
 *
 * At each interval it compares what its cluster's objects ask for with the zone. A name is its own if a TXT record says so; one that is
 * not there at all it makes, and claims. What is its own and differs it sets back, whoever changed it (F-509), by one update or by two with a
 * gap between them. With policy sync it removes what nobody asks for any more; with upsert-only that stays.
 */
#include "sim/operators/external_dns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "sim/controllers/controller.h"
#include "sim/objects.h"

static const char NAME[] = "external-dns";
static const char HOSTNAME[] = "external-dns.alpha.kubernetes.io/hostname";
enum { WISHES_MAX = 32, TTL_S = 300 };

typedef struct {
    char name[128], target[160], resource[160]; /* both with the dot at the end */
    uint16_t type;
    uint32_t ttl_s;
    bool is_removed; /* what was there; to be added when the gap is over */
} Wish;

struct ExternalDns {
    Plane *plane;
    Controller *controller;
    Timer *gap;
    Random random;
    Wish wishes[WISHES_MAX];
    int wish_count;
    Wish owned[WISHES_MAX]; /* what it claimed, to be removed when nobody asks for it */
    int owned_count;
};

/* ---- what is asked for ---------------------------------------------------------------------------------------------------------------- */

static void add_dot(const char *name, char *out_name, size_t size)
{
    size_t length = strlen(name);

    snprintf(out_name, size, "%s%s", name, length > 0 && name[length - 1] == '.' ? "" : ".");
}

static void wish(ExternalDns *self, const char *name, const char *target, bool is_name,
                 int64_t ttl_s, const char *kind, const cJSON *object)
{
    Wish *wish = &self->wishes[self->wish_count];

    if (self->wish_count == WISHES_MAX || !*name || !*target)
        return;
    wish->is_removed = false;
    add_dot(name, wish->name, sizeof wish->name);
    if (is_name)
        add_dot(target, wish->target, sizeof wish->target);
    else
        snprintf(wish->target, sizeof wish->target, "%s", target);
    wish->type = is_name ? DNS_CNAME : DNS_A;
    wish->ttl_s = (uint32_t)ttl_s;
    snprintf(wish->resource, sizeof wish->resource, "%s/%.60s/%.60s", kind,
             json_string_or(object, "metadata/namespace", ""),
             json_string_or(object, "metadata/name", ""));
    self->wish_count++;
}

static bool ask_endpoint(void *owner, const cJSON *object)
{
    const cJSON *endpoint;

    cJSON_ArrayForEach(endpoint, json_find(object, "spec/endpoints"))
    {
        bool is_name = strcmp(json_string_or(endpoint, "recordType", ""), "CNAME") == 0;

        wish(owner, json_string_or(endpoint, "dnsName", ""),
             json_string_or(endpoint, "targets/0", ""), is_name,
             json_integer_or(endpoint, "recordTTL", TTL_S), "crd", object);
    }
    return true;
}

static bool ask_service(void *owner, const cJSON *object)
{
    const cJSON *ingress = json_find(object, "status/loadBalancer/ingress/0");
    const cJSON *annotation =
        cJSON_GetObjectItemCaseSensitive(json_find(object, "metadata/annotations"), HOSTNAME);
    bool is_name = json_has(ingress, "hostname");

    if (cJSON_IsString(annotation))
        wish(owner, annotation->valuestring,
             json_string_or(ingress, is_name ? "hostname" : "ip", ""), is_name, TTL_S, "service",
             object);
    return true;
}

/* ---- the registry -------------------------------------------------------------------------------------------------------------------- */

static DnsZone *zone_of(const ExternalDns *self)
{
    return dns_side_zone(self->plane->world->dns, 0);
}

static const char *registry_name(const Wish *wish, char out_name[160])
{
    snprintf(out_name, 160, "%s-%s", wish->type == DNS_CNAME ? "cname" : "a", wish->name);
    return out_name;
}

static const char *claim_of(const ExternalDns *self, const Wish *wish, char out_text[320])
{
    snprintf(out_text, 320, "heritage=external-dns,external-dns/owner=%s,external-dns/resource=%s",
             self->plane->name, wish->resource);
    return out_text;
}

/* What the zone says of name, or "". */
static void text_at(const ExternalDns *self, const char *name, uint16_t type, char out_text[320])
{
    const DnsRecord *record = dns_zone_find(zone_of(self), name, type);
    Arena arena = {0};

    snprintf(out_text, 320, "%s", record ? dns_data_text(&arena, record) : "");
    arena_release(&arena);
}

static uint32_t ttl_at(const ExternalDns *self, const char *name, uint16_t type)
{
    const DnsRecord *record = dns_zone_find(zone_of(self), name, type);

    return record ? record->ttl_s : 0;
}

static bool is_own(const ExternalDns *self, const Wish *wish)
{
    char name[160], text[320], owner[64];

    text_at(self, registry_name(wish, name), DNS_TXT, text);
    snprintf(owner, sizeof owner, "external-dns/owner=%s,", self->plane->name);
    return strstr(text, "heritage=external-dns") && strstr(text, owner);
}

/* ---- the zone ------------------------------------------------------------------------------------------------------------------------- */

static void set(ExternalDns *self, const Wish *wish)
{
    char name[160], claim[320], what[200];

    dns_side_write(self->plane->world->dns, registry_name(wish, name), DNS_TXT,
                   claim_of(self, wish, claim), wish->ttl_s, NAME);
    dns_side_write(self->plane->world->dns, wish->name, wish->type, wish->target, wish->ttl_s,
                   NAME);
    snprintf(what, sizeof what, "points to %s", wish->target);
    world_note(self->plane->world, self->plane->name, NAME, "records", wish->name, what);
}

static void on_gap_over(void *owner)
{
    ExternalDns *self = owner;

    for (int i = 0; i < self->wish_count; i++)
        if (self->wishes[i].is_removed) {
            self->wishes[i].is_removed = false;
            set(self, &self->wishes[i]);
        }
}

/* The first of two updates: whoever asks now is told that there is no such name, and remembers that. */
static void remove_first(ExternalDns *self, Wish *wish)
{
    wish->is_removed = true;
    dns_side_write(self->plane->world->dns, wish->name, DNS_ANY, NULL, 0, NAME);
    world_note(self->plane->world, self->plane->name, NAME, "records", wish->name,
               "removed, to be added anew");
    timer_start(self->gap,
                span_draw(&self->plane->world->parameters.external_dns.gap, &self->random));
}

static void serve(ExternalDns *self, Wish *wish)
{
    char now[320];

    text_at(self, wish->name, wish->type, now);
    if (strcmp(now, wish->target) == 0 && ttl_at(self, wish->name, wish->type) == wish->ttl_s)
        return;
    /* A name that somebody else made is left alone. */
    if (*now && !is_own(self, wish))
        return;
    if (*now && self->plane->world->parameters.external_dns.removes_first)
        remove_first(self, wish);
    else
        set(self, wish);
}

static bool is_wished(const ExternalDns *self, const Wish *owned)
{
    for (int i = 0; i < self->wish_count; i++)
        if (strcmp(self->wishes[i].name, owned->name) == 0)
            return true;
    return false;
}

static void remove_unwished(ExternalDns *self)
{
    for (int i = 0; i < self->owned_count; i++) {
        const Wish *owned = &self->owned[i];
        char name[160];

        if (is_wished(self, owned) || !is_own(self, owned))
            continue;
        dns_side_write(self->plane->world->dns, owned->name, owned->type, NULL, 0, NAME);
        dns_side_write(self->plane->world->dns, registry_name(owned, name), DNS_TXT, NULL, 0, NAME);
        world_note(self->plane->world, self->plane->name, NAME, "records", owned->name,
                   "removed, as nobody asks for it");
    }
}

static void reconcile(void *owner, const char *ns, const char *name)
{
    ExternalDns *self = owner;
    const WorldParameters *parameters = &self->plane->world->parameters;

    self->wish_count = 0;
    controller_each(self->controller, "dnsendpoints", NULL, ask_endpoint, self);
    controller_each(self->controller, "services", NULL, ask_service, self);
    if (parameters->external_dns.policy == WORLD_EXTERNAL_DNS_SYNC)
        remove_unwished(self);
    for (int i = 0; i < self->wish_count; i++)
        serve(self, &self->wishes[i]);
    memcpy(self->owned, self->wishes, sizeof self->owned);
    self->owned_count = self->wish_count;
    controller_after(self->controller, ns, name, parameters->external_dns.interval_ms);
}

/* ---- the whole ----------------------------------------------------------------------------------------------------------------------- */

/* The active's one has long claimed the floating name. */
static void claim_floating_name(ExternalDns *self)
{
    const World *world = self->plane->world;
    cJSON *object = object_format(
        "{'apiVersion':'externaldns.k8s.io/v1alpha1','kind':'DNSEndpoint','metadata':{'name':"
        "'floating'},'spec':{'endpoints':[{'dnsName':'%s','recordType':'CNAME','recordTTL':%lld,"
        "'targets':['%s']}]}}",
        world->floating_name, (long long)world->parameters.dns.floating_ttl_s,
        self->plane->permanent_name);
    Wish wish = {.type = DNS_CNAME, .ttl_s = (uint32_t)world->parameters.dns.floating_ttl_s};
    char name[160], claim[320];

    add_dot(world->floating_name, wish.name, sizeof wish.name);
    snprintf(wish.resource, sizeof wish.resource, "crd/%s/floating", self->plane->ns);
    object_create(self->plane->cluster, "dnsendpoints", self->plane->ns, "helm", object);
    dns_zone_point(zone_of(self), registry_name(&wish, name), DNS_TXT, claim_of(self, &wish, claim),
                   wish.ttl_s, NULL);
}

ExternalDns *external_dns_new(Plane *plane)
{
    ExternalDns *self = MEMORY_NEW(ExternalDns);
    char stream[40];

    self->plane = plane;
    snprintf(stream, sizeof stream, "external-dns/%s", plane->name);
    self->random = world_random(plane->world, stream);
    self->gap = timer_new(plane->world->loop, on_gap_over, self);
    self->controller = controller_new(&(ControllerOptions){.world = plane->world,
                                                           .cluster = plane->cluster,
                                                           .lane = plane->name,
                                                           .name = NAME,
                                                           .manager = NAME,
                                                           .sync = reconcile,
                                                           .owner = self});
    if (plane->index == 0)
        claim_floating_name(self);
    controller_after(self->controller, "", NAME, plane->world->parameters.external_dns.interval_ms);
    return self;
}

void external_dns_free(ExternalDns *self)
{
    if (!self)
        return;
    controller_free(self->controller);
    timer_free(self->gap);
    free(self);
}
