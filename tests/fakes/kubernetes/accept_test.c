/*
 * tests/fakes/kubernetes/accept_test.c - what clients ask for, in the words that they were recorded with.
 */
#include "fakes/kubernetes/accept.h"

#include "tests/test.h"

#define TABLES                                                                          \
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;" \
    "g=meta.k8s.io,application/json"
#define GROUPS                                                                   \
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"      \
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList," \
    "application/json"
#define PARTIAL "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"

static const struct {
    const char *name, *header;
    bool is_discovery;
    KubeMedia media;
    KubeView view;
    const char *version;
} CASES[] = {
    {"no header",                   NULL,                                                            false, MEDIA_JSON, VIEW_WHOLE,        ""       },
    {"an empty one",                "",                                                              false, MEDIA_JSON, VIEW_WHOLE,        ""       },
    {"anything",                    "*/*",                                                           false, MEDIA_JSON, VIEW_WHOLE,        ""       },
    {"JSON, with a charset",        "application/json; charset=utf-8",                               false, MEDIA_JSON, VIEW_WHOLE,        ""       },
    {"the first that can be made",  "text/html, application/yaml, application/json",                 false,
     MEDIA_YAML,                                                                                                        VIEW_WHOLE,        ""       },
    {"protobuf is passed over",     "application/vnd.kubernetes.protobuf,application/json",          false,
     MEDIA_JSON,                                                                                                        VIEW_WHOLE,        ""       },
    {"nothing that can be made",    "text/html",                                                     false, MEDIA_NONE, VIEW_WHOLE,        ""       },
    {"a longer name",               "application/jsonp",                                             false, MEDIA_NONE, VIEW_WHOLE,        ""       },
    {"a table, as kubectl has it",  TABLES,                                                          false, MEDIA_JSON, VIEW_TABLE,        "v1"     },
    {"a table of an older version", "application/json;as=Table;v=v1beta1;g=meta.k8s.io",             false,
     MEDIA_JSON,                                                                                                        VIEW_TABLE,        "v1beta1"},
    {"a table of no known version", "application/json;as=Table;v=v9;g=meta.k8s.io",                  false,
     MEDIA_NONE,                                                                                                        VIEW_WHOLE,        ""       },
    {"a table, or the whole of it", "application/json;as=Table;v=v9;g=meta.k8s.io,application/json",
     false,                                                                                                 MEDIA_JSON, VIEW_WHOLE,        ""       },
    {"the metadata of a list",      PARTIAL,                                                         false, MEDIA_JSON, VIEW_PARTIAL_LIST, "v1"     },
    {"no table of discovery",       TABLES,                                                          true,  MEDIA_JSON, VIEW_WHOLE,        ""       },
    {"all of discovery",            GROUPS,                                                          true,  MEDIA_JSON, VIEW_GROUPS,       "v2"     },
    {"which no object has",         GROUPS,                                                          false, MEDIA_JSON, VIEW_WHOLE,        ""       },
};

static void test_headers(void)
{
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        KubeAccept accept = accept_read(CASES[i].header, CASES[i].is_discovery);

        CHECK_CASE(CASES[i].name, accept.media == CASES[i].media);
        CHECK_CASE(CASES[i].name, accept.view == CASES[i].view);
        CHECK_TEXT(accept.version, CASES[i].version);
    }
}

static void test_an_unknown_view_is_told_from_an_unknown_format(void)
{
    CHECK(accept_read("application/json;as=Table;v=v9;g=meta.k8s.io", false).has_unknown_view);
    CHECK(!accept_read("application/xml", false).has_unknown_view);
}

static void test_names(void)
{
    CHECK(accept_names("text/html, a/b;q=1", "a/b"));
    CHECK(accept_names("a/b", "a/b"));
    CHECK(!accept_names("a/bc", "a/b"));
    CHECK(!accept_names(NULL, "a/b"));
}

TEST_SUITE("fakes/kubernetes/accept", {"headers", test_headers},
           {"an unknown view", test_an_unknown_view_is_told_from_an_unknown_format},
           {"names", test_names});
