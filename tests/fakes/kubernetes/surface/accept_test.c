/*
 * tests/fakes/kubernetes/surface/accept_test.c - what clients ask for, in the words that they were recorded with.
 */
#include "fakes/kubernetes/surface/accept.h"

#include "tests/test.h"

#define TABLES                                                                          \
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;" \
    "g=meta.k8s.io,application/json"
#define GROUPS                                                                   \
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"      \
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList," \
    "application/json"
#define PARTIAL  "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
#define PROTOBUF "application/vnd.kubernetes.protobuf"

static const struct {
    const char *name, *header;
    KubeSubject subject;
    KubeMedia media;
    KubeView view;
    const char *version;
} CASES[] = {
    {"no header",                     NULL,                                                            ACCEPT_BUILT_IN,  MEDIA_JSON,     VIEW_WHOLE,        ""       },
    {"an empty one",                  "",                                                              ACCEPT_BUILT_IN,  MEDIA_JSON,     VIEW_WHOLE,        ""       },
    {"anything",                      "*/*",                                                           ACCEPT_BUILT_IN,  MEDIA_JSON,     VIEW_WHOLE,        ""       },
    {"JSON, with a charset",          "application/json; charset=utf-8",                               ACCEPT_BUILT_IN,  MEDIA_JSON,
     VIEW_WHOLE,                                                                                                                                            ""       },
    {"the first that can be made",    "text/html, application/yaml, application/json",                 ACCEPT_BUILT_IN,
     MEDIA_YAML,                                                                                                                         VIEW_WHOLE,        ""       },
    {"nothing that can be made",      "text/html",                                                     ACCEPT_BUILT_IN,  MEDIA_NONE,     VIEW_WHOLE,        ""       },
    {"a longer name",                 "application/jsonp",                                             ACCEPT_BUILT_IN,  MEDIA_NONE,     VIEW_WHOLE,        ""       },
    {"a table, as kubectl has it",    TABLES,                                                          ACCEPT_BUILT_IN,  MEDIA_JSON,     VIEW_TABLE,        "v1"     },
    {"a table of an older version",   "application/json;as=Table;v=v1beta1;g=meta.k8s.io",
     ACCEPT_BUILT_IN,                                                                                                    MEDIA_JSON,     VIEW_TABLE,        "v1beta1"},
    {"a table of no known version",   "application/json;as=Table;v=v9;g=meta.k8s.io",                  ACCEPT_BUILT_IN,
     MEDIA_NONE,                                                                                                                         VIEW_WHOLE,        ""       },
    {"a table, or the whole of it",   "application/json;as=Table;v=v9;g=meta.k8s.io,application/json",
     ACCEPT_BUILT_IN,                                                                                                    MEDIA_JSON,     VIEW_WHOLE,        ""       },
    {"the metadata of a list",        PARTIAL,                                                         ACCEPT_BUILT_IN,  MEDIA_JSON,     VIEW_PARTIAL_LIST, "v1"     },
    {"no table of discovery",         TABLES,                                                          ACCEPT_DISCOVERY, MEDIA_JSON,     VIEW_WHOLE,        ""       },
    {"all of discovery",              GROUPS,                                                          ACCEPT_DISCOVERY, MEDIA_JSON,     VIEW_GROUPS,       "v2"     },
    {"which no object has",           GROUPS,                                                          ACCEPT_BUILT_IN,  MEDIA_JSON,     VIEW_WHOLE,        ""       },
    {"protobuf, or else JSON",        PROTOBUF ",application/json",                                    ACCEPT_BUILT_IN,  MEDIA_PROTOBUF,
     VIEW_WHOLE,                                                                                                                                            ""       },
    {"JSON, or else protobuf",        "application/json," PROTOBUF,                                    ACCEPT_BUILT_IN,  MEDIA_JSON,
     VIEW_WHOLE,                                                                                                                                            ""       },
    {"protobuf of a watch",           PROTOBUF ";stream=watch",                                        ACCEPT_BUILT_IN,  MEDIA_PROTOBUF, VIEW_WHOLE,
     ""                                                                                                                                                              },
    {"custom ones have no protobuf",  PROTOBUF ",application/json",                                    ACCEPT_CUSTOM,    MEDIA_JSON,
     VIEW_WHOLE,                                                                                                                                            ""       },
    {"and nothing else is asked for", PROTOBUF,                                                        ACCEPT_CUSTOM,    MEDIA_NONE,     VIEW_WHOLE,        ""       },
    {"but their metadata have",       PROTOBUF ";as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
     ACCEPT_CUSTOM,                                                                                                      MEDIA_PROTOBUF, VIEW_PARTIAL,      "v1"     },
    {"a table in protobuf",           PROTOBUF ";as=Table;g=meta.k8s.io;v=v1",                         ACCEPT_BUILT_IN,  MEDIA_NONE,
     VIEW_WHOLE,                                                                                                                                            ""       },
    {"discovery in protobuf",         PROTOBUF ",application/json",                                    ACCEPT_DISCOVERY, MEDIA_JSON,
     VIEW_WHOLE,                                                                                                                                            ""       },
};

static void test_headers(void)
{
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        KubeAccept accept = accept_read(CASES[i].header, CASES[i].subject);

        CHECK_CASE(CASES[i].name, accept.media == CASES[i].media);
        CHECK_CASE(CASES[i].name, accept.view == CASES[i].view);
        CHECK_TEXT(accept.version, CASES[i].version);
    }
}

static void test_an_unknown_view_is_told_from_an_unknown_format(void)
{
    CHECK(accept_read("application/json;as=Table;v=v9;g=meta.k8s.io", ACCEPT_BUILT_IN)
              .has_unknown_view);
    CHECK(!accept_read("application/xml", ACCEPT_BUILT_IN).has_unknown_view);
}

/* Even of a custom resource, and of what was asked for as a table. */
static void test_a_status_has_a_format_of_its_own(void)
{
    CHECK(accept_read(NULL, ACCEPT_CUSTOM).status_media == MEDIA_JSON);
    CHECK(accept_read(PROTOBUF, ACCEPT_CUSTOM).status_media == MEDIA_PROTOBUF);
    CHECK(accept_read(PROTOBUF ";as=Table;g=meta.k8s.io;v=v1", ACCEPT_BUILT_IN).status_media ==
          MEDIA_JSON);
    CHECK(accept_read("text/html, application/yaml", ACCEPT_BUILT_IN).status_media == MEDIA_YAML);
}

static void test_names(void)
{
    CHECK(accept_names("text/html, a/b;q=1", "a/b"));
    CHECK(accept_names("a/b", "a/b"));
    CHECK(!accept_names("a/bc", "a/b"));
    CHECK(!accept_names(NULL, "a/b"));
}

TEST_SUITE("fakes/kubernetes/surface/accept", {"headers", test_headers},
           {"an unknown view", test_an_unknown_view_is_told_from_an_unknown_format},
           {"a Status", test_a_status_has_a_format_of_its_own}, {"names", test_names});
