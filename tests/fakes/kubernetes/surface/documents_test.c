/*
 * tests/fakes/kubernetes/surface/documents_test.c - which documents are kept, and when one is made anew.
 */
#include "fakes/kubernetes/surface/documents.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/kubernetes/store.h"
#include "tests/fakes/kubernetes/fixture.h"
#include "tests/test.h"

/* Says for which cluster it was made, and after how many changes of its kinds. */
static void make(const KubeCluster *cluster, const char *name, Buffer *text)
{
    buffer_format(text, "%s %s %d", name, kube_cluster_name(cluster), cluster->kinds.version);
}

static void make_large(const KubeCluster *cluster, const char *name, Buffer *text)
{
    char block[1024];

    memset(block, 'x', sizeof block);
    make(cluster, name, text);
    for (int i = 0; i < KUBE_DOCUMENTS_BYTES / 2; i += (int)sizeof block)
        buffer_add(text, block, sizeof block);
}

static const KubeKind THING = {"lab.test", "v1", "things",    "thing", "Thing",
                               "",         "",   KUBE_CUSTOM, NULL,    0};

static void test_kept_until_the_kinds_change(void)
{
    KubeDocuments *documents = kube_documents_new();
    KubeCluster *cluster = fixture_cluster();
    KubeDocument first = kube_document(documents, cluster, "a", make), second;
    char etag[KUBE_ETAG_SIZE];

    snprintf(etag, sizeof etag, "%s", first.etag);
    CHECK_INTEGER((int)strlen(etag), KUBE_ETAG_SIZE - 1);
    second = kube_document(documents, cluster, "a", make);
    CHECK(second.text == first.text);
    kube_kinds_serve(&cluster->kinds, &THING);
    second = kube_document(documents, cluster, "a", make);
    CHECK(strstr(second.text, " 1") != NULL);
    CHECK(strcmp(second.etag, etag) != 0);
    kube_cluster_free(cluster);
    kube_documents_free(documents);
}

static void test_shared_by_clusters_of_built_in_kinds(void)
{
    KubeDocuments *documents = kube_documents_new();
    Random random = {0};
    KubeCluster *one = kube_cluster_new("one", &random), *two = kube_cluster_new("two", &random);

    CHECK_TEXT(kube_document(documents, one, "a", make).text, "a one 0");
    CHECK_TEXT(kube_document(documents, two, "a", make).text, "a one 0");
    kube_kinds_serve(&two->kinds, &THING);
    CHECK_TEXT(kube_document(documents, two, "a", make).text, "a two 1");
    CHECK_TEXT(kube_document(documents, one, "a", make).text, "a one 0");
    kube_cluster_free(one);
    kube_cluster_free(two);
    kube_documents_free(documents);
}

/* What is asked for rarely makes room; its ETag is known all the same, and it comes out as it was. */
static void test_bounded(void)
{
    KubeDocuments *documents = kube_documents_new();
    KubeCluster *cluster = fixture_cluster();
    char etag[KUBE_ETAG_SIZE];

    snprintf(etag, sizeof etag, "%s", kube_document(documents, cluster, "a", make_large).etag);
    kube_document(documents, cluster, "b", make_large);
    kube_document(documents, cluster, "c", make_large);
    CHECK_TEXT(kube_document_etag(documents, cluster, "a", make), etag);
    CHECK_TEXT(kube_document(documents, cluster, "a", make_large).etag, etag);
    for (int i = 0; i < 2 * KUBE_DOCUMENTS_MAX; i++) {
        char name[16];

        snprintf(name, sizeof name, "%d", i);
        kube_document(documents, cluster, name, make);
    }
    CHECK_TEXT(kube_document(documents, cluster, "0", make).text, "0 mp1 0");
    kube_cluster_free(cluster);
    kube_documents_free(documents);
}

TEST_SUITE("fakes/kubernetes/surface/documents",
           {"kept until the kinds change", test_kept_until_the_kinds_change},
           {"shared", test_shared_by_clusters_of_built_in_kinds}, {"bounded", test_bounded});
