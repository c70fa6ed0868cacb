/*
 * tests/fakes/kubernetes/bookmark_test.c - what a bookmark is made of, kind by kind.
 */
#include "fakes/kubernetes/bookmark.h"

#include "tests/test.h"

static const struct {
    const char *group, *plural;
    bool ends_initial;
    const char *text;
} CASES[] = {
    {"",                   "secrets",          false,
     "{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"7\","
     "\"creationTimestamp\":null}}"             },
    {"apps",               "deployments",      false,
     "{\"kind\":\"Deployment\",\"apiVersion\":\"apps/v1\",\"metadata\":{\"resourceVersion\":\"7\","
     "\"creationTimestamp\":null},\"spec\":{\"replicas\":0,\"selector\":null,\"template\":{"
     "\"metadata\":{\"creationTimestamp\":null},\"spec\":{\"containers\":null}},\"strategy\":{}},"
     "\"status\":{}}"                           },
    {"install.tetrate.io", "managementplanes", false,
     "{\"apiVersion\":\"install.tetrate.io/v1alpha1\",\"kind\":\"ManagementPlane\","
     "\"metadata\":{\"resourceVersion\":\"7\"}}"},
    {"",                   "secrets",          true,
     "{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"7\","
     "\"creationTimestamp\":null,\"annotations\":{\"k8s.io/initial-events-end\":\"true\","
     "\"kubernetes.io/initial-events-list-blueprint\":"
     "\"eyJraW5kIjoiU2VjcmV0TGlzdCIsImFwaVZlcnNpb24iOiJ2MSIsIm1ldGFkYXRhIjp7fSwiaXRlbXMiOm51bGx9"
     "Cg==\"}}}"                                },
};

static void test_bookmarks(void)
{
    KubeKinds kinds = {0};

    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        Buffer text = {0};

        bookmark_print(&text, kube_kind_find(&kinds, CASES[i].group, NULL, CASES[i].plural), 7,
                       CASES[i].ends_initial);
        CHECK_TEXT(text.data, CASES[i].text);
        buffer_release(&text);
    }
    kube_kinds_release(&kinds);
}

TEST_SUITE("fakes/kubernetes/bookmark", {"what it is made of", test_bookmarks});
