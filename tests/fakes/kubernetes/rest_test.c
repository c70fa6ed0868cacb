/*
 * tests/fakes/kubernetes/rest_test.c - objects that rest: nobody can see that they did.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/kubernetes/store.h"
#include "tests/fakes/kubernetes/fixture.h"
#include "tests/test.h"

enum { OBJECTS = 40 };

static const char *const FORMS[] = {
    "{'metadata':{'name':'o%d'},'data':{'x':'YQ=='}}",
    "{'metadata':{'name':'o%d','annotations':{'managedFields':'[none]'},'labels':{'a':'b'}}}",
    "{'metadata':{'name':'o%d','finalizers':['x.test/y']},'immutable':true,'data':{'k':'e30='}}",
};

static KubeCluster *new_cluster(void)
{
    KubeCluster *cluster = fixture_cluster();

    for (int i = 0; i < OBJECTS; i++) {
        char *text = memory_format(FORMS[i % 3], i);

        CHECK_CASE(text, fixture_create(cluster, "secrets", text, NULL));
        free(text);
    }
    CHECK(fixture_create(cluster, "deployments", FIXTURE_DEPLOYMENT, NULL));
    return cluster;
}

static const KubeShelf *secrets_of(const KubeCluster *cluster)
{
    return store_shelf(cluster, kube_kind_named(&cluster->kinds, "secrets"));
}

static int count_resting(const KubeShelf *shelf)
{
    int count = 0;

    for (int i = 0; i < shelf->count; i++)
        count += shelf->items[i]->json == NULL;
    return count;
}

static void test_a_tree_comes_back_as_it_was(void)
{
    KubeCluster *cluster = new_cluster();
    const KubeShelf *shelf = secrets_of(cluster);
    cJSON *before[OBJECTS];

    for (int i = 0; i < OBJECTS; i++)
        before[i] = cJSON_Duplicate(kube_object_json(shelf->items[i]), true);
    store_let_rest(cluster);
    CHECK(count_resting(shelf) > OBJECTS / 2);
    for (int i = 0; i < OBJECTS; i++) {
        CHECK_CASE(shelf->items[i]->name, json_equal(before[i], kube_object_json(shelf->items[i])));
        CHECK_CASE(shelf->items[i]->name,
                   cJSON_IsRaw(json_find(before[i], "metadata/managedFields")) ==
                       cJSON_IsRaw(
                           json_find(kube_object_json(shelf->items[i]), "metadata/managedFields")));
        cJSON_Delete(before[i]);
    }
    CHECK_INTEGER(count_resting(shelf), 0);
    store_rest(cluster);
    CHECK(count_resting(shelf) > OBJECTS / 2);
    kube_cluster_free(cluster);
}

static void test_what_rests_can_be_written_and_deleted(void)
{
    KubeCluster *cluster = new_cluster();

    store_let_rest(cluster);
    for (int i = 0; i < OBJECTS; i++) {
        char *name = memory_format("o%d", i);

        if (i % 3 != 2)
            CHECK_CASE(name, fixture_merge(cluster, "secrets", name, KUBE_MAIN,
                                           "{'data':{'new':'Yg=='}}", NULL));
        CHECK_CASE(name, kube_delete(cluster, "secrets", "tsb", name, NULL, NULL, NULL));
        store_rest(cluster);
        free(name);
    }
    CHECK_INTEGER(secrets_of(cluster)->count, OBJECTS / 3); /* finalizers hold these */
    kube_cluster_free(cluster);
}

static void test_texts_do_not_wake_anybody(void)
{
    KubeCluster *cluster = new_cluster();
    const KubeShelf *shelf = secrets_of(cluster);
    size_t length;
    int resting;

    store_let_rest(cluster);
    resting = count_resting(shelf);
    for (int i = 0; i < OBJECTS; i++)
        CHECK(kube_object_text(shelf->items[i], &length) != NULL && length > 0);
    CHECK_INTEGER(count_resting(shelf), resting);
    kube_cluster_free(cluster);
}

TEST_SUITE("fakes/kubernetes/rest",
           {"a tree comes back as it was", test_a_tree_comes_back_as_it_was},
           {"what rests can be written and deleted", test_what_rests_can_be_written_and_deleted},
           {"texts do not wake anybody", test_texts_do_not_wake_anybody});
