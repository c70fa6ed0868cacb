/*
 * tests/fakes/kubernetes/delete_test.c - deletion at once and by steps, its conditions, and what it takes along.
 */
#include <stdio.h>
#include <string.h>

#include "fakes/kubernetes/store.h"
#include "tests/fakes/kubernetes/fixture.h"
#include "tests/test.h"

static const char SECRET[] = "{'metadata':{'name':'s'}}";
static const char HELD[] = "{'metadata':{'name':'s','finalizers':['a/b']}}";

static const struct {
    const char *name, *resource, *ns, *object;
    KubeDeletion deletion;
    int code;
    const char *message;
} REFUSALS[] = {
    {"absent",                "secrets", "tsb", "nosuch", {0},                       404, "secrets \"nosuch\" not found"                                              },
    {"the default namespace",
     "namespaces",                       NULL,
     "default",                                           {0},
     403,                                                                                 "namespaces \"default\" is forbidden: this namespace may not be deleted"    },
    {"kube-system",
     "namespaces",                       NULL,
     "kube-system",                                       {0},
     403,                                                                                 "namespaces \"kube-system\" is forbidden: this namespace may not be deleted"},
    {"another uid",           "secrets", "tsb", "s",      {.uid = "0"},              409, NULL                                                                        },
    {"another number",        "secrets", "tsb", "s",      {.resource_version = "1"}, 409, NULL                                                                        },
};

static void test_refusals(void)
{
    KubeCluster *cluster = fixture_cluster();

    fixture_create(cluster, "secrets", SECRET, NULL);
    for (size_t i = 0; i < TEST_COUNT(REFUSALS); i++) {
        KubeStatus status = {0};

        CHECK_CASE(REFUSALS[i].name,
                   !kube_delete(cluster, REFUSALS[i].resource, REFUSALS[i].ns, REFUSALS[i].object,
                                &REFUSALS[i].deletion, NULL, &status));
        CHECK_INTEGER(status.code, REFUSALS[i].code);
        if (REFUSALS[i].message != NULL)
            CHECK_TEXT(status.message, REFUSALS[i].message);
        kube_status_release(&status);
    }
    CHECK(fixture_find(cluster, "secrets", "s") != NULL);
    kube_cluster_free(cluster);
}

static void test_gone_at_once(void)
{
    KubeCluster *cluster = fixture_cluster();
    const cJSON *gone;

    fixture_create(cluster, "secrets", SECRET, NULL);
    CHECK(kube_delete(cluster, "secrets", "tsb", "s", NULL, &gone, NULL));
    CHECK_TEXT(kube_metadata_text(gone, "resourceVersion"), "5"); /* the deletion's own number */
    CHECK(fixture_find(cluster, "secrets", "s") == NULL);
    CHECK(fixture_create(cluster, "secrets", SECRET, NULL));
    kube_cluster_free(cluster);
}

static void test_finalizers_hold_it(void)
{
    KubeCluster *cluster = fixture_cluster();
    const cJSON *object;
    KubeStatus status = {0};
    int64_t before;

    fixture_create(cluster, "secrets", HELD, NULL);
    CHECK(kube_delete(cluster, "secrets", "tsb", "s", NULL, &object, NULL));
    CHECK(*kube_metadata_text(object, "deletionTimestamp") != 0);
    before = kube_cluster_resource_version(cluster);
    CHECK(kube_delete(cluster, "secrets", "tsb", "s", NULL, NULL, NULL)); /* again: no change */
    CHECK_INTEGER(kube_cluster_resource_version(cluster), before);
    CHECK(!fixture_create(cluster, "secrets", SECRET, &status));
    CHECK_TEXT(status.message, "object is being deleted: secrets \"s\" already exists");
    kube_status_release(&status);
    CHECK(!fixture_merge(cluster, "secrets", "s", KUBE_MAIN,
                         "{'metadata':{'finalizers':['a/b','c/d']}}", &status));
    CHECK_INTEGER(status.code, 422);
    kube_status_release(&status);
    CHECK(fixture_merge(cluster, "secrets", "s", KUBE_MAIN, "{'metadata':{'finalizers':null}}",
                        NULL));
    CHECK(fixture_find(cluster, "secrets", "s") == NULL);
    kube_cluster_free(cluster);
}

static void collect_all(KubeCluster *cluster)
{
    while (kube_collect(cluster) > 0)
        continue;
}

/* A deployment "tsb" and a config map "c" that belongs to it. */
static KubeCluster *cluster_with_owner(void)
{
    KubeCluster *cluster = fixture_cluster();
    char text[200];

    fixture_create(cluster, "deployments", FIXTURE_DEPLOYMENT, NULL);
    snprintf(text, sizeof text, "{'metadata':{'name':'c','ownerReferences':[{'uid':'%s'}]}}",
             kube_metadata_text(fixture_find(cluster, "deployments", "tsb"), "uid"));
    fixture_create(cluster, "configmaps", text, NULL);
    fixture_create(cluster, "configmaps", "{'metadata':{'name':'free'}}", NULL);
    return cluster;
}

static const struct {
    const char *propagation;
    bool waits, takes_dependent;
} PROPAGATIONS[] = {
    {NULL,         false, true },
    {"Background", false, true },
    {"Foreground", true,  true },
    {"Orphan",     true,  false},
};

static void test_propagation(void)
{
    for (size_t i = 0; i < TEST_COUNT(PROPAGATIONS); i++) {
        KubeCluster *cluster = cluster_with_owner();
        const KubeDeletion deletion = {.propagation = PROPAGATIONS[i].propagation};
        const char *name = deletion.propagation ? deletion.propagation : "unset";

        CHECK_CASE(name, kube_delete(cluster, "deployments", "tsb", "tsb", &deletion, NULL, NULL));
        CHECK_CASE(name,
                   (fixture_find(cluster, "deployments", "tsb") != NULL) == PROPAGATIONS[i].waits);
        CHECK_CASE(name, fixture_find(cluster, "configmaps", "c") != NULL);
        collect_all(cluster);
        CHECK_CASE(name, fixture_find(cluster, "deployments", "tsb") == NULL);
        CHECK_CASE(name, (fixture_find(cluster, "configmaps", "c") == NULL) ==
                             PROPAGATIONS[i].takes_dependent);
        CHECK_CASE(name, fixture_find(cluster, "configmaps", "free") != NULL);
        kube_cluster_free(cluster);
    }
}

static void test_a_namespace_takes_everything_along(void)
{
    KubeCluster *cluster = cluster_with_owner();
    KubeStatus status = {0};

    CHECK(kube_delete(cluster, "namespaces", NULL, "tsb", NULL, NULL, NULL));
    CHECK_TEXT(json_string(kube_find(cluster, "namespaces", NULL, "tsb"), "status/phase"),
               "Terminating");
    CHECK(!fixture_create(cluster, "secrets", SECRET, &status));
    CHECK_INTEGER(status.code, 403);
    CHECK_TEXT(json_string(status.details, "causes/0/reason"), "NamespaceTerminating");
    kube_status_release(&status);
    collect_all(cluster);
    CHECK(kube_find(cluster, "namespaces", NULL, "tsb") == NULL);
    CHECK(fixture_find(cluster, "configmaps", "free") == NULL);
    kube_cluster_free(cluster);
}

static void test_nothing_to_collect(void)
{
    KubeCluster *cluster = cluster_with_owner();

    CHECK_INTEGER(kube_collect(cluster), 0);
    kube_cluster_free(cluster);
}

TEST_SUITE("fakes/kubernetes/delete", {"refusals", test_refusals},
           {"gone at once", test_gone_at_once}, {"finalizers hold it", test_finalizers_hold_it},
           {"propagation", test_propagation},
           {"a namespace takes everything along", test_a_namespace_takes_everything_along},
           {"nothing to collect", test_nothing_to_collect});
