/*
 * fakes/frontenvoy/route.c - which of the front envoy's paths a request asks for.
 */
#include "fakes/frontenvoy/route.h"

#include <string.h>

#include "fakes/net/http.h"

#define ORGANIZATION "/v2/organizations/{}"

static const struct {
    RouteId id;
    const char *method;
    const char *path; /* each {} is a name */
    const char *resource;
} ROUTES[] = {
    {ROUTE_ORGANIZATION_STATUS, "GET",  ORGANIZATION "/status",                     "status"         },
    {ROUTE_CLUSTERS,            "GET",  ORGANIZATION "/clusters",                   "clusters"       },
    {ROUTE_CLUSTER,             "GET",  ORGANIZATION "/clusters/{}",                "clusters"       },
    {ROUTE_CLUSTER_STATUS,      "GET",  ORGANIZATION "/clusters/{}/status",         "clusters/status"},
    {ROUTE_GENERATE_TOKENS,     "POST", ORGANIZATION "/clusters/{}:generateTokens",
     "clusters:generateTokens"                                                                       },
    {ROUTE_TENANTS,             "GET",  ORGANIZATION "/tenants",                    "tenants"        },
    {ROUTE_CREATE_TENANT,       "POST", ORGANIZATION "/tenants",                    "tenants"        },
    {ROUTE_WORKSPACES,          "GET",  ORGANIZATION "/tenants/{}/workspaces",      "workspaces"     },
    {ROUTE_METRICS,             "GET",  "/metrics",                                 "metrics"        },
};

/* A name ends at the next '/', or at the ':' before a verb, as in Google's API paths. */
static bool match(const char *pattern, const char *path, Route *route, Arena *arena)
{
    int count = 0;

    while (*pattern != '\0') {
        size_t length = strcspn(path, "/:");

        if (*pattern != '{') {
            if (*pattern++ != *path++)
                return false;
            continue;
        }
        if (length == 0)
            return false;
        route->names[count++] = http_decode(arena, path, length);
        path += length;
        pattern += strlen("{}");
    }
    return *path == '\0';
}

Route route_find(const char *method, const char *path, Arena *arena)
{
    Route found = {.id = ROUTE_NONE};

    if (strcmp(method, "HEAD") == 0)
        method = "GET";
    for (size_t i = 0; i < sizeof ROUTES / sizeof ROUTES[0]; i++) {
        Route route = {.id = ROUTES[i].id, .resource = ROUTES[i].resource};

        if (!match(ROUTES[i].path, path, &route, arena))
            continue;
        if (strcmp(ROUTES[i].method, method) == 0)
            return route;
        found = route;
        found.id = ROUTE_WRONG_METHOD;
    }
    return found;
}
