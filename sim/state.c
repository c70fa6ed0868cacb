/*
 * sim/state.c - what there is in a world at one moment, without what no two runs share.
 */
#include "sim/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/dns/message.h"
#include "sim/inside.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static bool is_among(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    return false;
}

/* ---- what no two runs share ---------------------------------------------------------------------------------------------- */

static bool is_volatile(const char *member)
{
    static const char *const NAMES[] = {
        "resourceVersion",
        "uid",
        "generation",
        "observedGeneration",
        "creationTimestamp",
        "managedFields",
        "leaseTransitions",
        "understudy.dev/run",
        "deployment.kubernetes.io/revision",
        "kubectl.kubernetes.io/last-applied-configuration",
        "pod-template-hash",
        "etag",
        "lastSyncTime",
        "timeOutEpocInSeconds",
        "lastScheduleTime",
        "lastSuccessfulTime",
        "forkLsn",
        "changes",
        "message", /* what somebody says of the rest */
    };

    return is_among(member, NAMES, COUNT(NAMES));
}

static bool is_time(const char *text)
{
    int64_t ms;

    return strlen(text) >= 20 && text[4] == '-' && text[10] == 'T' && clock_parse(text, &ms);
}

/* Which come first is a question of what changed first: {"Available": "True"}. */
static void by_type(cJSON *conditions)
{
    cJSON *types = cJSON_CreateObject(), *child;
    const cJSON *condition;

    cJSON_ArrayForEach(condition, conditions)
    {
        cJSON_AddStringToObject(types, json_string_or(condition, "type", ""),
                                json_string_or(condition, "status", ""));
    }
    while ((child = conditions->child))
        cJSON_Delete(cJSON_DetachItemViaPointer(conditions, child));
    cJSON_AddItemToArray(conditions, types);
}

/* Times are told apart from absence, and a text that is JSON is looked into. */
static void tidy(cJSON *node)
{
    cJSON *inner = NULL;

    for (cJSON *child = node->child, *next; child; child = next) {
        next = child->next;
        if (child->string && is_volatile(child->string))
            cJSON_Delete(cJSON_DetachItemViaPointer(node, child));
        else if (child->string && strcmp(child->string, "conditions") == 0)
            by_type(child);
        else
            tidy(child);
    }
    if (!cJSON_IsString(node))
        return;
    if (is_time(node->valuestring)) {
        cJSON_SetValuestring(node, "TIME");
    } else if (node->valuestring[0] == '{' &&
               json_parse(node->valuestring, strlen(node->valuestring), &inner, NULL)) {
        char *text;

        tidy(inner);
        text = json_text(inner);
        cJSON_SetValuestring(node, text);
        free(text);
        cJSON_Delete(inner);
    }
}

/* ---- clusters ---------------------------------------------------------------------------------------------------------------- */

/* Made by controllers from the rest, under names that nobody chose; what only tells of the past; and leases, which are told apart. */
static bool is_derived(const KubeKind *kind)
{
    static const char *const PLURALS[] = {
        "pods",  "replicasets", "events", "endpoints", "endpointslices", "controllerrevisions",
        "nodes", "jobs",        "leases",
    };

    return is_among(kind->plural, PLURALS, COUNT(PLURALS));
}

/* The bytes of a key or a token are drawn; which ones there are is not. */
static void hide_values(cJSON *secret)
{
    cJSON *value;

    cJSON_ArrayForEach(value, json_find(secret, "data"))
    {
        if (cJSON_IsString(value))
            cJSON_SetValuestring(value, "…");
    }
}

typedef struct {
    const KubeCluster *cluster;
    cJSON *objects;
} Collection;

static void add_object(void *owner, const KubeKind *kind, const cJSON *object)
{
    const Collection *into = owner;
    cJSON *copy;
    char *key;

    if (is_derived(kind))
        return;
    copy = cJSON_Duplicate(object, true);
    key = memory_format("%s %s/%s", kind->plural, json_string_or(object, "metadata/namespace", ""),
                        json_string_or(object, "metadata/name", ""));
    if (strcmp(kind->plural, "secrets") == 0)
        hide_values(copy);
    tidy(copy);
    cJSON_AddItemToObject(into->objects, key, copy);
    free(key);
}

static bool add_namespace(void *owner, const cJSON *ns)
{
    const Collection *into = owner;

    kube_each_content(into->cluster, json_string_or(ns, "metadata/name", ""), add_object, owner);
    return true;
}

static cJSON *cluster_state(const KubeCluster *cluster)
{
    Collection into = {cluster, cJSON_CreateObject()};

    kube_each(cluster, "namespaces", NULL, NULL, add_namespace, &into);
    return into.objects;
}

static cJSON *clusters_state(const World *world)
{
    cJSON *clusters = cJSON_CreateObject();

    for (int i = 0; i < WORLD_PLANES; i++)
        cJSON_AddItemToObject(clusters, world->planes[i]->name,
                              cluster_state(world->planes[i]->cluster));
    for (int64_t i = 0; i < world->parameters.control_planes; i++)
        cJSON_AddItemToObject(clusters, world->sites[i]->name,
                              cluster_state(site_cluster(world->sites[i])));
    return clusters;
}

/* ---- the lease -------------------------------------------------------------------------------------------------------------------- */

/*
 * Who holds it, and what the last failover left in it: the newer of the two, since a plane that was out of reach has none, or an old one.
 */
static cJSON *lease_state(const World *world)
{
    cJSON *state = cJSON_CreateObject(), *newest = NULL;

    for (int i = 0; i < WORLD_PLANES; i++) {
        const cJSON *lease =
            kube_find(world->planes[i]->cluster, "leases", world->planes[i]->ns, "understudy");
        const cJSON *annotations = json_find(lease, "metadata/annotations");
        const cJSON *text =
            cJSON_GetObjectItemCaseSensitive(annotations, "understudy.dev/last-failover");
        cJSON *last = NULL;

        cJSON_AddStringToObject(state, world->planes[i]->name,
                                json_string_or(lease, "spec/holderIdentity", ""));
        if (!cJSON_IsString(text) ||
            !json_parse(text->valuestring, strlen(text->valuestring), &last, NULL))
            continue;
        if (strcmp(json_string_or(last, "at", ""), json_string_or(newest, "at", "")) > 0) {
            cJSON_Delete(newest);
            newest = last;
        } else {
            cJSON_Delete(last);
        }
    }
    cJSON_AddItemToObject(state, "lastFailover", newest ? newest : cJSON_CreateNull());
    tidy(state);
    return state;
}

/* ---- names ------------------------------------------------------------------------------------------------------------------- */

static cJSON *zone_state(World *world)
{
    cJSON *names = cJSON_CreateObject();
    Arena arena = {0};
    size_t count;
    const DnsRecord *const *records =
        dns_zone_records(dns_side_zone(world->dns, 0), &arena, &count);

    for (size_t i = 0; i < count; i++) {
        const char *type = dns_type_text(&arena, records[i]->type);
        char *key = memory_format("%s %s", records[i]->name, type);
        cJSON *set = cJSON_GetObjectItemCaseSensitive(names, key);
        char *text = memory_format("%u %s", records[i]->ttl_s, dns_data_text(&arena, records[i]));

        if (!set)
            set = cJSON_AddArrayToObject(names, key);
        if (strcmp(type, "SOA") != 0)
            cJSON_AddItemToArray(set, cJSON_CreateString(text));
        free(text);
        free(key);
    }
    arena_release(&arena);
    return names;
}

/* ---- databases --------------------------------------------------------------------------------------------------------------- */

/* Who wrote how much until the end is a question of time. */
static bool add_row(void *owner, const char *key, const cJSON *value)
{
    cJSON *copy;

    if (strncmp(key, "tenants/workload-", 17) == 0 || strncmp(key, "syncs/", 6) == 0 ||
        strcmp(key, "configEvents") == 0)
        return true;
    copy = cJSON_Duplicate(value, true);
    tidy(copy);
    cJSON_AddItemToObject(owner, key, copy);
    return true;
}

static cJSON *database_state(const Plane *plane)
{
    cJSON *database = cJSON_CreateObject(), *members = cJSON_CreateObject();
    cJSON *rows = cJSON_CreateObject();

    for (int i = 0; i < plane->member_count; i++) {
        const PgMember *member = plane->members[i];
        char *what = memory_format("%s %s", pg_member_is_ready(member) ? "ready" : "not ready",
                                   pg_member_is_standby(member) ? "standby" : "primary");

        cJSON_AddStringToObject(members, member->name, what);
        free(what);
    }
    if (plane_primary(plane))
        pg_member_each_row(plane_primary(plane), "", add_row, rows);
    cJSON_AddItemToObject(database, "members", members);
    cJSON_AddItemToObject(database, "rows", rows);
    return database;
}

cJSON *world_state(World *world)
{
    cJSON *state = cJSON_CreateObject(), *databases = cJSON_CreateObject();

    cJSON_AddItemToObject(state, "clusters", clusters_state(world));
    cJSON_AddItemToObject(state, "lease", lease_state(world));
    cJSON_AddItemToObject(state, "zone", zone_state(world));
    for (int i = 0; i < WORLD_PLANES; i++)
        cJSON_AddItemToObject(databases, world->planes[i]->name, database_state(world->planes[i]));
    cJSON_AddItemToObject(state, "databases", databases);
    return state;
}
