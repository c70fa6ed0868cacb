/*
 * tests/fakes/kubernetes/store_test.c - the counter, who is told of what, and the past.
 */
#include "fakes/kubernetes/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "tests/fakes/kubernetes/fixture.h"
#include "tests/test.h"

static const KubeKinds KINDS = {0}; /* the built-in ones */

/* ---- listeners -------------------------------------------------------------------------------- */

static void note(void *owner, const KubeChange *change)
{
    static const char LETTERS[] = "AMD";

    buffer_format(owner, "%c%s%s%lld ", LETTERS[change->type],
                  kube_metadata_text(change->object, "name"), change->previous ? "<" : "",
                  (long long)change->resource_version);
}

static void test_listeners_are_told_in_order(void)
{
    KubeCluster *cluster = fixture_cluster(); /* its three namespaces took numbers 1 to 3 */
    Buffer secrets = {0}, all = {0};
    int handle = kube_listen(cluster, "secrets", note, &secrets);

    kube_listen(cluster, NULL, note, &all);
    fixture_create(cluster, "secrets", "{'metadata':{'name':'a'}}", NULL);
    fixture_create(cluster, "configmaps", "{'metadata':{'name':'c'}}", NULL);
    fixture_merge(cluster, "secrets", "a", KUBE_MAIN, "{'data':{'x':'YQ=='}}", NULL);
    fixture_merge(cluster, "secrets", "a", KUBE_MAIN, "{'data':{'x':'YQ=='}}", NULL);
    kube_delete(cluster, "secrets", "tsb", "a", NULL, NULL, NULL);
    CHECK_TEXT(secrets.data, "Aa4 Ma<6 Da<7 ");
    CHECK_TEXT(all.data, "Aa4 Ac5 Ma<6 Da<7 ");
    kube_unlisten(cluster, handle);
    fixture_create(cluster, "secrets", "{'metadata':{'name':'b'}}", NULL);
    CHECK_TEXT(secrets.data, "Aa4 Ma<6 Da<7 ");
    buffer_release(&secrets);
    buffer_release(&all);
    kube_cluster_free(cluster);
}

typedef struct {
    KubeCluster *cluster;
    int handle, count;
} OneShot;

static void leave(void *owner, const KubeChange *change)
{
    OneShot *shot = owner;

    (void)change;
    shot->count++;
    kube_unlisten(shot->cluster, shot->handle);
}

static void test_a_listener_may_leave_from_inside(void)
{
    KubeCluster *cluster = fixture_cluster();
    OneShot first = {cluster, 0, 0}, second = {cluster, 0, 0};

    first.handle = kube_listen(cluster, NULL, leave, &first);
    second.handle = kube_listen(cluster, NULL, leave, &second);
    fixture_create(cluster, "secrets", "{'metadata':{'name':'a'}}", NULL);
    fixture_create(cluster, "secrets", "{'metadata':{'name':'b'}}", NULL);
    CHECK_INTEGER(first.count, 1);
    CHECK_INTEGER(second.count, 1);
    kube_cluster_free(cluster);
}

/* ---- order ------------------------------------------------------------------------------------ */

static bool collect(void *owner, const cJSON *object)
{
    buffer_format(owner, "%s ", kube_metadata_text(object, "name"));
    return true;
}

static bool stop_at_once(void *owner, const cJSON *object)
{
    collect(owner, object);
    return false;
}

static void test_each_goes_by_name(void)
{
    static const char *const NAMES[] = {"m", "a", "z", "b"};
    KubeCluster *cluster = fixture_cluster();
    Buffer found = {0};

    for (size_t i = 0; i < TEST_COUNT(NAMES); i++) {
        char text[80];

        snprintf(text, sizeof text, "{'metadata':{'name':'%s','labels':{'n':'%s'}}}", NAMES[i],
                 NAMES[i]);
        fixture_create(cluster, "secrets", text, NULL);
    }
    kube_each(cluster, "secrets", "tsb", NULL, collect, &found);
    CHECK_TEXT(found.data, "a b m z ");
    buffer_clear(&found);
    kube_each(cluster, "secrets", NULL, "n in (z,b)", collect, &found);
    CHECK_TEXT(found.data, "b z ");
    buffer_clear(&found);
    kube_each(cluster, "secrets", NULL, NULL, stop_at_once, &found);
    CHECK_TEXT(found.data, "a ");
    buffer_clear(&found);
    kube_each(cluster, "secrets", "default", NULL, collect, &found);
    CHECK_INTEGER(found.length, 0);
    buffer_release(&found);
    kube_cluster_free(cluster);
}

/* ---- the past --------------------------------------------------------------------------------- */

static void check_shelf(KubeCluster *cluster, int64_t at, const char *expected)
{
    const KubeKind *kind = kube_kind_named(&KINDS, "secrets");
    KubeShelf shelf = store_shelf_at(cluster, kind, at);
    Buffer found = {0};

    for (int i = 0; i < shelf.count; i++)
        buffer_format(&found, "%s@%lld ", shelf.items[i]->name,
                      (long long)shelf.items[i]->resource_version);
    CHECK_TEXT(found.data ? found.data : "", expected);
    buffer_release(&found);
    store_shelf_release(&shelf);
}

static void test_the_shelf_as_it_was(void)
{
    KubeCluster *cluster = fixture_cluster();

    store_keep_past(cluster);
    fixture_create(cluster, "secrets", "{'metadata':{'name':'a'}}", NULL);
    fixture_create(cluster, "secrets", "{'metadata':{'name':'b'}}", NULL);
    fixture_merge(cluster, "secrets", "a", KUBE_MAIN, "{'data':{'x':'YQ=='}}", NULL);
    kube_delete(cluster, "secrets", "tsb", "b", NULL, NULL, NULL);
    check_shelf(cluster, 3, "");
    check_shelf(cluster, 4, "a@4 ");
    check_shelf(cluster, 5, "a@4 b@5 ");
    check_shelf(cluster, 6, "a@6 b@5 ");
    check_shelf(cluster, 7, "a@6 ");
    kube_cluster_free(cluster);
}

static void test_the_past_has_a_bound(void)
{
    KubeCluster *cluster = fixture_cluster();
    const KubeKind *secrets = kube_kind_named(&KINDS, "secrets"),
                   *maps = kube_kind_named(&KINDS, "configmaps");
    char patch[80];

    store_keep_past(cluster);
    fixture_create(cluster, "secrets", "{'metadata':{'name':'a'}}", NULL); /* 4 */
    fixture_create(cluster, "configmaps", "{'metadata':{'name':'c'}}", NULL);
    for (int i = 0; i < KUBE_PAST_MAX + 60; i++) {
        snprintf(patch, sizeof patch, "{'metadata':{'annotations':{'i':'%d'}}}", i);
        fixture_merge(cluster, "configmaps", "c", KUBE_MAIN, patch, NULL);
    }
    CHECK_INTEGER(cluster->past_count, KUBE_PAST_MAX);
    CHECK(!store_remembers(cluster, secrets, 3)); /* the creation of "a" is lost */
    CHECK(store_remembers(cluster, secrets, 4));  /* and since then no secret changed */
    CHECK(!store_remembers(cluster, maps, 6));
    CHECK(store_remembers(cluster, maps, kube_cluster_resource_version(cluster)));
    CHECK_INTEGER(store_past(cluster, 0)->object->resource_version,
                  kube_cluster_resource_version(cluster) - KUBE_PAST_MAX + 1);
    check_shelf(cluster, 5, "a@4 ");
    kube_cluster_free(cluster);
}

TEST_SUITE("fakes/kubernetes/store",
           {"listeners are told in order", test_listeners_are_told_in_order},
           {"a listener may leave from inside", test_a_listener_may_leave_from_inside},
           {"each goes by name", test_each_goes_by_name},
           {"the shelf as it was", test_the_shelf_as_it_was},
           {"the past has a bound", test_the_past_has_a_bound});
