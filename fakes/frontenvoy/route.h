/*
 * fakes/frontenvoy/route.h - which of the front envoy's paths a request asks for.
 *
 * Source: domain.md, section 5.2; google.api.http for the form "/v2/{name}:verb". Knows no sockets.
 */
#ifndef FAKES_FRONTENVOY_ROUTE_H
#define FAKES_FRONTENVOY_ROUTE_H

#include <stdbool.h>

#include "base/arena.h"

enum { ROUTE_NAMES_MAX = 2 };

typedef enum {
    ROUTE_ORGANIZATION_STATUS,
    ROUTE_CLUSTERS,
    ROUTE_CLUSTER,
    ROUTE_CLUSTER_STATUS,
    ROUTE_GENERATE_TOKENS,
    ROUTE_TENANTS,
    ROUTE_CREATE_TENANT,
    ROUTE_WORKSPACES,
    ROUTE_METRICS,
    ROUTE_NONE,         /* no such path */
    ROUTE_WRONG_METHOD, /* such a path, but not with this method */
} RouteId;

typedef struct {
    RouteId id;
    const char *resource; /* "clusters/status", for fault points; NULL without a path */
    const char *names[ROUTE_NAMES_MAX]; /* organization; cluster or tenant; decoded, or NULL */
} Route;

/* HEAD is taken for GET. path is still percent-encoded; names are put in the arena. */
Route route_find(const char *method, const char *path, Arena *arena);

#endif
