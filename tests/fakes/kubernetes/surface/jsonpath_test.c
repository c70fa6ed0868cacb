/*
 * tests/fakes/kubernetes/surface/jsonpath_test.c - paths of printer columns.
 */
#include "fakes/kubernetes/surface/jsonpath.h"

#include <stdlib.h>

#include "tests/fakes/kubernetes/fixture.h"
#include "tests/test.h"

static const char OBJECT[] = "{'spec':{'replicas':3,'a.b':'dotted','on':true,'list':['x','y','z']},"
                             "'status':{'conditions':[{'type':'Synced','status':'False','n':1},"
                             "{'type':'Ready','status':'True','n':2,'reason':'Fine'}]}}";

static const struct {
    const char *path, *value; /* NULL: leads nowhere */
} CASES[] = {
    {".spec.replicas",                                     "3"         },
    {"spec.replicas",                                      "3"         },
    {".spec['a.b']",                                       "\"dotted\""},
    {".spec.a\\.b",                                        "\"dotted\""},
    {".spec.list[1]",                                      "\"y\""     },
    {".spec.list[-1]",                                     "\"z\""     },
    {".spec.list[*]",                                      "\"x\""     },
    {".status.conditions[?(@.type==\"Ready\")].status",    "\"True\""  },
    {".status.conditions[?(@.type=='Ready')].status",      "\"True\""  },
    {".status.conditions[?(@.type == \"Ready\")].status",  "\"True\""  },
    {".status.conditions[?(@.type != \"Synced\")].status", "\"True\""  },
    {".status.conditions[?(@.reason)].type",               "\"Ready\"" },
    {".status.conditions[?(@.n==2)].type",                 "\"Ready\"" },
    {".status.conditions[*].reason",                       "\"Fine\""  },
    {".status.conditions[?(@.type==\"None\")].status",     NULL        },
    {".spec.nosuch.deeper",                                NULL        },
    {".spec.list[7]",                                      NULL        },
    {".spec.list[x]",                                      NULL        },
    {".spec.list[",                                        NULL        },
    {".status.conditions[?(type)].x",                      NULL        },
    {".status.conditions[?(@.type==",                      NULL        },
};

static void test_paths(void)
{
    cJSON *object = fixture_json(OBJECT);

    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        const cJSON *value = jsonpath_first(object, CASES[i].path);
        char *text = value != NULL ? json_text(value) : NULL;

        if (!CHECK_TEXT(text, CASES[i].value))
            CHECK_CASE(CASES[i].path, false);
        free(text);
    }
    cJSON_Delete(object);
}

TEST_SUITE("fakes/kubernetes/surface/jsonpath", {"paths", test_paths});
