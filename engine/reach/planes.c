/*
 * engine/reach/planes.c - what belongs to a management plane: its resource, TSB's API behind its load balancer, its databases.
 */
#include <stdio.h>
#include <string.h>

#include "engine/reach/reach.h"

static PlaneRole ask_resource(Reach *reach, const Plane *plane)
{
    static const char *const SAYS[] = {
        [ROLE_NONE] = "it says neither active nor standby",
        [ROLE_ACTIVE] = "active",
        [ROLE_STANDBY] = "standby",
        [ROLE_BOTH] = "it says active and standby at once",
    };
    PlaneRole role = ROLE_NONE;
    cJSON *object = NULL;
    Error why = {0};

    if (see_management_plane(plane, &object, &why)) {
        role = management_plane_role(object);
        reach_add(reach, REACH_OK, "ManagementPlane", plane->spec->name, "%s/%s: %s",
                  plane->spec->ns, plane->spec->resource_name, SAYS[role]);
    } else {
        reach_fail(reach, "ManagementPlane", plane->spec->name, &why,
                   "correct namespace or managementPlane in the environment file");
    }
    cJSON_Delete(object);
    return role;
}

static bool find_front(Operation *operation, const Plane *plane, char ip[64], Error *err)
{
    char address[256];

    if (!see_load_balancer(plane, address, err))
        return false;
    if (!*address)
        return error_set(err, ERR_NOT_FOUND, "service/envoy has no external address yet");
    return see_ip(operation, address, ip, err);
}

static void ask_front(Reach *reach, Operation *operation, const Plane *plane)
{
    char path[200], ip[64];
    int status;
    Error why = {0};

    snprintf(path, sizeof path, "/v2/organizations/%s/status",
             operation->environment->organization);
    if (!find_front(operation, plane, ip, &why) ||
        !see_front(operation, plane, ip, path, &status, NULL, &why)) {
        reach_fail(reach, "TSB's API", plane->spec->name, &why, NULL);
        return;
    }
    if (status == 200)
        reach_add(reach, REACH_OK, "TSB's API", plane->spec->name, "port %u, as %s",
                  (unsigned)operation->environment->front.port, operation->environment->front.user);
    else
        reach_remedy(reach_add(reach, REACH_FAILED, "TSB's API", plane->spec->name,
                               "GET %s: HTTP %d", path, status),
                     "%s",
                     status == 401 || status == 403
                         ? "correct frontEnvoy.user, or what is in its passwordFile"
                         : "correct organization, or see what tsb and iam say");
}

static void ask_database(Reach *reach, const Operation *operation, PostgresClient *client)
{
    PostgresPosition position;
    Error why = {0};

    if (postgres_position(client, &position, &why))
        reach_add(reach, REACH_OK, "Postgres", postgres_client_name(client),
                  "%s, timeline %u, sslmode %s", position.is_in_recovery ? "standby" : "primary",
                  (unsigned)position.timeline, operation->environment->postgres.sslmode);
    else
        reach_fail(reach, "Postgres", postgres_client_name(client), &why,
                   strstr(why.message, "client certificate")
                       ? "name postgres.clientCertificateFile and clientKeyFile"
                       : NULL);
}

void reach_planes(Reach *reach, Operation *operation)
{
    for (int i = 0; i < 2; i++) {
        const Plane *plane = &operation->planes[i];
        PlaneRole role = plane->is_out_of_reach ? ROLE_NONE : ask_resource(reach, plane);

        if (role == ROLE_ACTIVE)
            ask_front(reach, operation, plane);
        else
            reach_add(reach, REACH_SKIPPED, "TSB's API", plane->spec->name,
                      role == ROLE_STANDBY ? "a standby has none"
                                           : "it is not known whether it is the active");
        for (size_t k = 0; k < plane->spec->postgres_count; k++)
            ask_database(reach, operation, plane->postgres[k]);
    }
}
