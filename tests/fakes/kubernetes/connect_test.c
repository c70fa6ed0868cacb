/*
 * tests/fakes/kubernetes/connect_test.c - which subresources lead to a node.
 */
#include "fakes/kubernetes/connect.h"

#include "tests/test.h"

static const KubeKinds BUILT_IN = {0};

static const struct {
    const char *plural, *subresource;
    bool is_connection;
} CASES[] = {
    {"pods",             "exec",   true },
    {"pods",             "proxy",  true },
    {"services",         "proxy",  true },
    {"nodes",            "proxy",  true },
    {"pods",             "log",    false},
    {"services",         "exec",   false},
    {"deployments",      "exec",   false},
    {"managementplanes", "status", false},
};

static void test_parts(void)
{
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        const KubeKind *kind = kube_kind_named(&BUILT_IN, CASES[i].plural);

        CHECK_CASE(CASES[i].subresource,
                   connect_is_part(kind, CASES[i].subresource) == CASES[i].is_connection);
    }
}

TEST_SUITE("fakes/kubernetes/connect", {"parts", test_parts});
