/*
 * tests/engine/observations_test.c - what the steps conclude from what they see: a Deployment that serves, and who wrote a resource.
 */
#include "engine/observations.h"

#include <stdio.h>
#include <string.h>

#include "tests/test.h"

static const struct {
    const char *name;
    bool exists;
    int wanted, ready, updated, generation, observed;
    bool serves;
} DEPLOYMENT_CASES[] = {
    {"absent (F-022)",                             false, 0, 0, 0, 0, 0, false},
    {"one ready",                                  true,  1, 1, 1, 2, 2, true },
    {"scaled to 0, so available (F-023)",          true,  0, 0, 0, 2, 2, false},
    {"ready of a generation that is gone (F-024)", true,  1, 1, 1, 3, 2, false},
    {"ready, but not updated (F-024)",             true,  2, 2, 1, 3, 3, false},
    {"none ready",                                 true,  1, 0, 1, 1, 1, false},
    {"one of two ready",                           true,  2, 1, 2, 1, 1, true },
};

static void test_deployments(void)
{
    for (size_t i = 0; i < TEST_COUNT(DEPLOYMENT_CASES); i++) {
        DeploymentView view = {
            .exists = DEPLOYMENT_CASES[i].exists,
            .wanted = DEPLOYMENT_CASES[i].wanted,
            .ready = DEPLOYMENT_CASES[i].ready,
            .updated = DEPLOYMENT_CASES[i].updated,
            .generation = DEPLOYMENT_CASES[i].generation,
            .observed_generation = DEPLOYMENT_CASES[i].observed,
        };

        CHECK_CASE(DEPLOYMENT_CASES[i].name,
                   deployment_serves(&view) == DEPLOYMENT_CASES[i].serves);
    }
}

#define FIELD(manager, time, part)                                                         \
    "{\"manager\":\"" manager "\",\"time\":\"" time "\",\"fieldsV1\":{\"f:spec\":{\"" part \
    "\":{}}}}"

#define ARGO_LATE  FIELD("argocd", "2026-03-01T03:00:09Z", "f:highAvailability")
#define ENGINE     FIELD("understudy", "2026-03-01T03:00:00Z", "f:highAvailability")
#define HELM_LATER FIELD("helm", "2026-03-01T03:00:19Z", "f:hub")

static const struct {
    const char *name, *fields, *writer;
} WRITER_CASES[] = {
    {"nobody tells",                  "",                    "somebody"  },
    {"one",                           ENGINE,                "understudy"},
    {"the later of two",              ARGO_LATE "," ENGINE,  "argocd"    },
    {"the later of two, listed last", ENGINE "," ARGO_LATE,  "argocd"    },
    {"of another field",              ENGINE "," HELM_LATER, "understudy"},
};

static void test_writers(void)
{
    for (size_t i = 0; i < TEST_COUNT(WRITER_CASES); i++) {
        char text[600];
        cJSON *object = NULL;

        snprintf(text, sizeof text, "{\"metadata\":{\"managedFields\":[%s]}}",
                 WRITER_CASES[i].fields);
        if (!CHECK_CASE(WRITER_CASES[i].name, json_parse(text, strlen(text), &object, NULL)))
            continue;
        CHECK_CASE(WRITER_CASES[i].name,
                   strcmp(management_plane_writer(object), WRITER_CASES[i].writer) == 0);
        cJSON_Delete(object);
    }
}

static const struct {
    const char *name, *spec;
    PlaneRole role;
} ROLE_CASES[] = {
    {"active",       "{\"spec\":{\"highAvailability\":{\"active\":{}}}}",                ROLE_ACTIVE },
    {"standby",      "{\"spec\":{\"highAvailability\":{\"standby\":{}}}}",               ROLE_STANDBY},
    {"both (F-015)", "{\"spec\":{\"highAvailability\":{\"active\":{},\"standby\":{}}}}", ROLE_BOTH   },
    {"neither",      "{\"spec\":{}}",                                                    ROLE_NONE   },
};

static void test_roles(void)
{
    for (size_t i = 0; i < TEST_COUNT(ROLE_CASES); i++) {
        cJSON *object = NULL;

        CHECK(json_parse(ROLE_CASES[i].spec, strlen(ROLE_CASES[i].spec), &object, NULL));
        CHECK_CASE(ROLE_CASES[i].name, management_plane_role(object) == ROLE_CASES[i].role);
        cJSON_Delete(object);
    }
}

TEST_SUITE("engine/observations", {"a Deployment that serves", test_deployments},
           {"who wrote the resource", test_writers}, {"roles", test_roles});
