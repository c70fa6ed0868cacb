/*
 * tests/fakes/frontenvoy/route_test.c - paths that are ours, and those that only look like it.
 */
#include "fakes/frontenvoy/route.h"

#include <string.h>

#include "tests/test.h"

static const struct {
    const char *method, *path;
    RouteId id;
    const char *organization, *name;
} CASES[] = {
    {"GET",    "/v2/organizations/tetrate/status",                ROUTE_ORGANIZATION_STATUS, "tetrate", NULL },
    {"HEAD",   "/v2/organizations/tetrate/status",                ROUTE_ORGANIZATION_STATUS, "tetrate", NULL },
    {"GET",    "/v2/organizations/o/clusters",                    ROUTE_CLUSTERS,            "o",       NULL },
    {"GET",    "/v2/organizations/o/clusters/c1",                 ROUTE_CLUSTER,             "o",       "c1" },
    {"GET",    "/v2/organizations/o%20p/clusters/c%2F1",          ROUTE_CLUSTER,             "o p",     "c/1"},
    {"GET",    "/v2/organizations/o/clusters/c1/status",          ROUTE_CLUSTER_STATUS,      "o",       "c1" },
    {"POST",   "/v2/organizations/o/clusters/c1:generateTokens",  ROUTE_GENERATE_TOKENS,     "o",       "c1" },
    {"GET",    "/v2/organizations/o/tenants",                     ROUTE_TENANTS,             "o",       NULL },
    {"POST",   "/v2/organizations/o/tenants",                     ROUTE_CREATE_TENANT,       "o",       NULL },
    {"GET",    "/v2/organizations/o/tenants/t/workspaces",        ROUTE_WORKSPACES,          "o",       "t"  },
    {"GET",    "/metrics",                                        ROUTE_METRICS,             NULL,      NULL },
    {"DELETE", "/v2/organizations/o/clusters/c1",                 ROUTE_WRONG_METHOD,        "o",       "c1" },
    {"GET",    "/v2/organizations/o/clusters/c1:generateTokens",  ROUTE_WRONG_METHOD,        "o",       "c1" },
    {"PUT",    "/v2/organizations/o/tenants",                     ROUTE_WRONG_METHOD,        "o",       NULL },
    {"get",    "/metrics",                                        ROUTE_WRONG_METHOD,        NULL,      NULL },
    {"GET",    "/",                                               ROUTE_NONE,                NULL,      NULL },
    {"GET",    "*",                                               ROUTE_NONE,                NULL,      NULL },
    {"GET",    "/v2/organizations//clusters",                     ROUTE_NONE,                NULL,      NULL },
    {"GET",    "/v2/organizations/o/clusters/",                   ROUTE_NONE,                NULL,      NULL },
    {"GET",    "/v2/organizations/o/clusters/c1/",                ROUTE_NONE,                NULL,      NULL },
    {"GET",    "/v2/organizations/o/clusters/c1/statu",           ROUTE_NONE,                NULL,      NULL },
    {"GET",    "/v2/organizations/o/clusters/c1/status/x",        ROUTE_NONE,                NULL,      NULL },
    {"POST",   "/v2/organizations/o/clusters/c1:generateTokensX", ROUTE_NONE,                NULL,      NULL },
    {"POST",   "/v2/organizations/o/clusters/:generateTokens",    ROUTE_NONE,                NULL,      NULL },
    {"GET",    "/V2/organizations/o/clusters",                    ROUTE_NONE,                NULL,      NULL },
    {"GET",    "/v2/organizations/o",                             ROUTE_NONE,                NULL,      NULL },
};

static void test_finds(void)
{
    Arena arena = {0};

    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        const Route route = route_find(CASES[i].method, CASES[i].path, &arena);

        CHECK_CASE(CASES[i].path, route.id == CASES[i].id);
        CHECK_TEXT(route.names[0], CASES[i].organization);
        CHECK_TEXT(route.names[1], CASES[i].name);
        CHECK_CASE(CASES[i].path, (route.resource == NULL) == (route.id == ROUTE_NONE));
    }
    arena_release(&arena);
}

TEST_SUITE("fakes/frontenvoy/route", {"finds", test_finds});
