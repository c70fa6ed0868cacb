/*
 * engine/looks/fleet.c - what the serving plane says of the control planes: which it knows, when each synced, whose edge is connected.
 *
 * Source: domain.md 2.5, V10, F-403. READY in the database is inherited from another plane and proves nothing; a lastSyncTime and an edge
 * that central counts as onboarded do.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/front.h"
#include "engine/observations.h"

bool see_serving(Operation *operation, char out_ip[64], Error *err)
{
    char address[256];

    return see_load_balancer(operation->serving, address, err) &&
           see_ip(operation, address, out_ip, err);
}

bool see_fleet(Operation *operation, const char *ip, FleetView *out, Error *err)
{
    char path[160];
    cJSON *json = NULL;
    int status;

    *out = (FleetView){0};
    snprintf(path, sizeof path, "/v2/organizations/%s/clusters",
             operation->environment->organization);
    if (!see_front(operation, operation->serving, ip, path, &status, &json, err))
        return false;
    if (status != 200)
        return error_set(err, ERR_UNAVAILABLE, "%s: HTTP %d", path, status);
    out->clusters = cJSON_DetachItemFromObjectCaseSensitive(json, "clusters");
    cJSON_Delete(json);
    return true;
}

const char *fleet_name(const cJSON *cluster)
{
    const char *fqn = json_string_or(cluster, "fqn", "");
    const char *slash = strrchr(fqn, '/');

    return slash ? slash + 1 : fqn;
}

int64_t fleet_synced_ms(const cJSON *cluster)
{
    int64_t synced_ms;

    return clock_parse(json_string_or(cluster, "state/lastSyncTime", ""), &synced_ms) ? synced_ms
                                                                                      : 0;
}

const cJSON *fleet_find(const FleetView *fleet, const char *name)
{
    const cJSON *cluster;

    cJSON_ArrayForEach(cluster, fleet->clusters)
    {
        if (strcmp(fleet_name(cluster), name) == 0)
            return cluster;
    }
    return NULL;
}

/* ---- connections -------------------------------------------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* xcp_central_current_onboarded_edge{edge="cp-0001"} 1 */
static void read_onboarded(const char *metrics, FleetView *fleet)
{
    static const char SAMPLE[] = "xcp_central_current_onboarded_edge{edge=\"";

    for (const char *at = metrics; (at = strstr(at, SAMPLE));) {
        const char *name = at + sizeof SAMPLE - 1;
        size_t length = strcspn(name, "\"\n");

        at = name + length;
        if (strncmp(at, "\"} 1\n", 5) != 0)
            continue;
        MEMORY_GROW(fleet->connected, fleet->count, fleet->capacity);
        fleet->connected[fleet->count++] = memory_text_of(name, length);
    }
    if (fleet->count)
        qsort(fleet->connected, fleet->count, sizeof *fleet->connected, by_name);
}

bool see_connections(Operation *operation, const char *ip, FleetView *fleet)
{
    HttpsReply reply;

    fleet->has_connections =
        front_get(operation, operation->serving, ip, "/metrics", &reply, NULL) &&
        reply.status == 200;
    if (fleet->has_connections && reply.body.length)
        read_onboarded(reply.body.data, fleet);
    https_reply_release(&reply);
    return fleet->has_connections;
}

bool fleet_is_connected(const FleetView *fleet, const char *name)
{
    return fleet->count &&
           bsearch(&name, fleet->connected, fleet->count, sizeof *fleet->connected, by_name);
}

void fleet_view_release(FleetView *fleet)
{
    for (size_t i = 0; i < fleet->count; i++)
        free(fleet->connected[i]);
    free(fleet->connected);
    cJSON_Delete(fleet->clusters);
    *fleet = (FleetView){0};
}
