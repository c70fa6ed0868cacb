/*
 * tests/fakes/kubernetes/strategic_test.c - lists merged by key, and the directives that kubectl apply sends.
 */
#include "fakes/kubernetes/patch.h"
#include "tests/test.h"

/* expected NULL: it must fail, and leave everything as it was. */
static const struct {
    const char *name, *target, *patch, *expected;
} CASES[] = {
    {"a container is found by its name",
     "{\"containers\":[{\"name\":\"a\",\"image\":\"x\"},{\"name\":\"b\",\"image\":\"y\"}]}",                               "{\"containers\":[{\"name\":\"b\",\"image\":\"z\"}]}",
     "{\"containers\":[{\"name\":\"a\",\"image\":\"x\"},{\"name\":\"b\",\"image\":\"z\"}]}"                                                                                                                                                                                                             },
    {"env within a container",
     "{\"containers\":[{\"name\":\"a\",\"env\":[{\"name\":\"A\",\"value\":\"1\"}]}]}",                                     "{\"containers\":[{\"name\":\"a\",\"env\":[{\"name\":\"B\",\"value\":\"2\"}]}]}",
     "{\"containers\":[{\"name\":\"a\",\"env\":[{\"name\":\"A\",\"value\":\"1\"},"
     "{\"name\":\"B\",\"value\":\"2\"}]}]}"                                                                                                                                                                                                                                                             },
    {"$patch delete takes one element",
     "{\"env\":[{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"B\",\"value\":\"2\"}]}",                                      "{\"env\":[{\"name\":\"A\",\"$patch\":\"delete\"}]}",
     "{\"env\":[{\"name\":\"B\",\"value\":\"2\"}]}"                                                                                                                                                                                                                                                     },
    {"$patch replace of a list",                       "{\"env\":[{\"name\":\"A\"},{\"name\":\"B\"}]}",
     "{\"env\":[{\"name\":\"C\"},{\"$patch\":\"replace\"}]}",                                                                                                                                                "{\"env\":[{\"name\":\"C\"}]}"                                                             },
    {"$patch replace of a map",                        "{\"labels\":{\"a\":\"1\",\"b\":\"2\"}}",
     "{\"labels\":{\"$patch\":\"replace\",\"c\":\"3\"}}",                                                                                                                                                    "{\"labels\":{\"c\":\"3\"}}"                                                               },
    {"ports of a container by containerPort",          "{\"ports\":[{\"containerPort\":80,\"name\":\"a\"}]}",
     "{\"ports\":[{\"containerPort\":81,\"name\":\"b\"}]}",                                                                                                                                                  "{\"ports\":[{\"containerPort\":80,\"name\":\"a\"},{\"containerPort\":81,\"name\":\"b\"}]}"},
    {"ports of a Service by port",                     "{\"ports\":[{\"port\":80,\"targetPort\":1}]}",
     "{\"ports\":[{\"port\":80,\"targetPort\":2}]}",                                                                                                                                                         "{\"ports\":[{\"port\":80,\"targetPort\":2}]}"                                             },
    {"a list without a key is replaced",               "{\"args\":[\"a\",\"b\"]}",                                         "{\"args\":[\"c\"]}",
     "{\"args\":[\"c\"]}"                                                                                                                                                                                                                                                                               },
    {"finalizers are a set",                           "{\"finalizers\":[\"a\"]}",                                         "{\"finalizers\":[\"a\",\"b\"]}",
     "{\"finalizers\":[\"a\",\"b\"]}"                                                                                                                                                                                                                                                                   },
    {"$deleteFromPrimitiveList",                       "{\"finalizers\":[\"a\",\"b\"]}",
     "{\"$deleteFromPrimitiveList/finalizers\":[\"a\"]}",                                                                                                                                                    "{\"finalizers\":[\"b\"]}"                                                                 },
    {"$setElementOrder",
     "{\"env\":[{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"B\",\"value\":\"2\"}]}",                                      "{\"$setElementOrder/env\":[{\"name\":\"C\"},{\"name\":\"B\"},{\"name\":\"A\"}],"
     "\"env\":[{\"name\":\"C\",\"value\":\"3\"}]}",                                                                     "{\"env\":[{\"name\":\"C\",\"value\":\"3\"},{\"name\":\"B\",\"value\":\"2\"},"
     "{\"name\":\"A\",\"value\":\"1\"}]}"                                                                                                                       },
    {"$retainKeys",                                    "{\"strategy\":{\"type\":\"RollingUpdate\",\"rollingUpdate\":{}}}",
     "{\"strategy\":{\"$retainKeys\":[\"type\"],\"type\":\"Recreate\"}}",                                                                                                                                    "{\"strategy\":{\"type\":\"Recreate\"}}"                                                   },
    {"null deletes",                                   "{\"data\":{\"a\":\"1\",\"b\":\"2\"}}",                             "{\"data\":{\"a\":null}}",
     "{\"data\":{\"b\":\"2\"}}"                                                                                                                                                                                                                                                                         },
    {"a new object has no directives in it",           "{}",
     "{\"x\":{\"a\":null,\"b\":1,\"$patch\":\"merge\"}}",                                                                                                                                                    "{\"x\":{\"b\":1}}"                                                                        },
    {"an element without its key",                     "{\"env\":[{\"name\":\"A\"}]}",                                     "{\"env\":[{\"value\":\"1\"}]}",
     NULL                                                                                                                                                                                                                                                                                               },
    {"an unknown directive",                           "{\"a\":{\"b\":1}}",                                                "{\"a\":{\"$patch\":\"frob\"}}",                                                  NULL                                                                                       },
    {"$retainKeys that does not name what is patched", "{\"a\":{\"b\":1}}",
     "{\"a\":{\"$retainKeys\":[\"x\"],\"b\":2}}",                                                                                                                                                            NULL                                                                                       },
};

static void test_strategic(void)
{
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        cJSON *target = cJSON_Parse(CASES[i].target), *patch = cJSON_Parse(CASES[i].patch);
        bool succeeds = CASES[i].expected != NULL;
        cJSON *expected = cJSON_Parse(succeeds ? CASES[i].expected : CASES[i].target);
        Error err = {0};

        CHECK_CASE(CASES[i].name, patch_strategic(&target, patch, &err) == succeeds);
        CHECK_CASE(CASES[i].name, json_equal(target, expected));
        cJSON_Delete(target);
        cJSON_Delete(patch);
        cJSON_Delete(expected);
    }
}

TEST_SUITE("fakes/kubernetes/strategic", {"strategic merge patch", test_strategic});
