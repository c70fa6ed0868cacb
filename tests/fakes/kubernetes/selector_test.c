/*
 * tests/fakes/kubernetes/selector_test.c - what selectors match, and the words in which broken ones are refused.
 */
#include "fakes/kubernetes/selector.h"
#include "tests/test.h"

static const KubeKinds KINDS = {0}; /* the built-in ones */

static const struct {
    const char *selector;
    bool matches; /* {"app": "tsb", "n": "5"} */
} LABEL_CASES[] = {
    {"",                 true },
    {"app=tsb",          true },
    {"app==tsb",         true },
    {" app = tsb ",      true },
    {"app=iam",          false},
    {"app!=iam",         true },
    {"gone!=iam",        true },
    {"app",              true },
    {"!app",             false},
    {"!gone",            true },
    {"gone",             false},
    {"app in (iam,tsb)", true },
    {"app in (iam)",     false},
    {"app notin (iam)",  true },
    {"app notin (tsb)",  false},
    {"gone notin (tsb)", true },
    {"app=tsb,n=5",      true },
    {"app=tsb,n=6",      false},
    {"n>4",              true },
    {"n<5",              false},
    {"app=",             false},
};

static void test_labels(void)
{
    cJSON *object = cJSON_Parse("{\"metadata\":{\"labels\":{\"app\":\"tsb\",\"n\":\"5\"}}}");

    for (size_t i = 0; i < TEST_COUNT(LABEL_CASES); i++) {
        Arena arena = {0};
        Selector *selector;

        if (CHECK_CASE(LABEL_CASES[i].selector,
                       selector_parse(&arena, LABEL_CASES[i].selector, &selector, NULL)))
            CHECK_CASE(LABEL_CASES[i].selector,
                       selector_matches_labels(selector, object) == LABEL_CASES[i].matches);
        arena_release(&arena);
    }
    cJSON_Delete(object);
}

/* As recorded from 1.32. */
static const struct {
    const char *selector, *message;
} BROKEN_LABELS[] = {
    {"a in b", "unable to parse requirement: found 'b' expected: '('"       },
    {"=",      "found '=', expected: !, identifier, or 'end of string'"     },
    {"a==b=c", "found '=', expected: ',' or 'end of string'"                },
    {"a,,b",   "found ',', expected: identifier after ','"                  },
    {"a in (", "unable to parse requirement: found '', expected: ',' or ')'"},
    {"!",      "unable to parse requirement: found '', expected: identifier"},
};

static void test_broken_labels(void)
{
    for (size_t i = 0; i < TEST_COUNT(BROKEN_LABELS); i++) {
        Arena arena = {0};
        Selector *selector;
        KubeStatus status = {0};

        CHECK_CASE(BROKEN_LABELS[i].selector,
                   !selector_parse(&arena, BROKEN_LABELS[i].selector, &selector, &status));
        CHECK_INTEGER(status.code, 400);
        CHECK_TEXT(status.message, BROKEN_LABELS[i].message);
        kube_status_release(&status);
        arena_release(&arena);
    }
}

static const struct {
    const char *plural, *selector;
    int matches; /* -1: refused */
    const char *message;
} FIELD_CASES[] = {
    {"secrets",          "metadata.name=x",              1,  NULL                                             },
    {"secrets",          "metadata.name==x,type=Opaque", 1,  NULL                                             },
    {"secrets",          "metadata.name!=x",             0,  NULL                                             },
    {"secrets",          "metadata.namespace=tsb",       1,  NULL                                             },
    {"secrets",          "",                             1,  NULL                                             },
    {"secrets",          "nosuch=1",                     -1, "field label not supported: nosuch"              },
    {"secrets",          "bad",                          -1, "invalid selector: 'bad'; can't understand 'bad'"},
    {"managementplanes", "spec.hub=x",                   -1, "field label not supported: spec.hub"            },
    {"deployments",      "spec.replicas=1",              -1,
     "\"spec.replicas\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""        },
};

static void test_fields(void)
{
    cJSON *object =
        cJSON_Parse("{\"metadata\":{\"name\":\"x\",\"namespace\":\"tsb\"},\"type\":\"Opaque\"}");

    for (size_t i = 0; i < TEST_COUNT(FIELD_CASES); i++) {
        const KubeKind *kind = kube_kind_named(&KINDS, FIELD_CASES[i].plural);
        Arena arena = {0};
        Selector *selector;
        KubeStatus status = {0};
        bool ok = selector_parse_fields(&arena, kind, FIELD_CASES[i].selector, &selector, &status);

        CHECK_CASE(FIELD_CASES[i].selector, ok == (FIELD_CASES[i].matches >= 0));
        if (ok)
            CHECK_CASE(FIELD_CASES[i].selector,
                       selector_matches_fields(selector, object) == FIELD_CASES[i].matches);
        else
            CHECK_TEXT(status.message, FIELD_CASES[i].message);
        kube_status_release(&status);
        arena_release(&arena);
    }
    cJSON_Delete(object);
}

TEST_SUITE("fakes/kubernetes/selector", {"labels", test_labels},
           {"broken label selectors", test_broken_labels}, {"fields", test_fields});
