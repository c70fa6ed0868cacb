/*
 * tests/scenarios/schema_test.c - the schema of scenario files says what their tables of fields say, and the kept one is current.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "scenarios/scenario.h"
#include "tests/test.h"

static const struct {
    const char *name, *path, *text;
} SAYS[] = {
    {"what is required",         "required/0",                                                         "apiVersion"},
    {"a parameter of the world", "properties/world/properties/dns/properties/floatingTtl/type",
     "string"                                                                                                      },
    {"by its short name, too",   "properties/world/properties/floatingTTL/type",                       "string"    },
    {"choices",                  "properties/world/properties/dns/properties/records/enum/1",          "a"         },
    {"one run",                  "properties/run/anyOf/0/properties/procedure/enum/0",                 "failover"  },
    {"many runs",                "properties/run/anyOf/1/items/properties/procedure/enum/0",           "failover"  },
    {"a policy",                 "properties/run/anyOf/0/properties/policies/properties/poll/default", "2s"        },
    {"a fault's argument",
     "properties/faults/items/properties/inject/properties/linkCut/required/0",                        "from"      },
    {"an expectation",           "properties/expect/properties/counts/items/required/0",               "event"     },
};

static void test_schema(void)
{
    char *text = scenario_schema();
    cJSON *schema = NULL;

    CHECK(json_parse(text, strlen(text), &schema, NULL));
    for (size_t i = 0; i < TEST_COUNT(SAYS); i++)
        CHECK_CASE(SAYS[i].name,
                   strcmp(json_string_or(schema, SAYS[i].path, ""), SAYS[i].text) == 0);
    cJSON_Delete(schema);
    free(text);
}

static void test_kept_schema(void)
{
    char *kept = NULL, *made = scenario_schema();

    if (CHECK(file_read("schema/scenario.json", &kept, NULL, NULL)) &&
        !CHECK(strcmp(kept, made) == 0))
        printf("  it is not current: make schemas\n");
    free(kept);
    free(made);
}

TEST_SUITE("scenarios/schema", {"schema", test_schema}, {"kept schema", test_kept_schema});
