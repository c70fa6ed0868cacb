/*
 * tests/engine/environment_schema_test.c - schema and documentation say what the table of fields says, and the example is one.
 */
#include "engine/environment_schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "engine/environment.h"
#include "engine/environment_rows.h"
#include "tests/test.h"

static void test_kept_schema(void)
{
    char *kept = NULL, *made = environment_schema();

    if (CHECK(file_read("schema/environment.json", &kept, NULL, NULL)) &&
        !CHECK(strcmp(kept, made) == 0))
        printf("  it is not current: make schemas\n");
    free(kept);
    free(made);
}

static void test_documentation(void)
{
    char *text = NULL, *table = environment_table();

    if (CHECK(file_read("docs/environment.md", &text, NULL, NULL)) && !CHECK(strstr(text, table)))
        printf("  its table is not current: make schemas\n");
    free(text);
    free(table);
}

static void test_example(void)
{
    Environment environment;
    Error err = {0};

    if (CHECK(environment_read("docs/environment.example.yaml", &environment, &err)))
        environment_release(&environment);
    else
        printf("  %s\n", err.message);
}

/* Each row can be reached from the root, and what it needs for its type is there. */
static void test_rows(void)
{
    const EnvironmentRow *row;

    for (int i = 0; (row = environment_row(i)); i++) {
        char group[128];
        const char *key = environment_row_key(row);

        snprintf(group, sizeof group, "%s", row->path);
        group[key - row->path - (key > row->path)] = '\0';
        CHECK_CASE(row->path, environment_row_find(row->path) == row);
        CHECK_CASE(row->path, !*group || environment_row_find(group));
        CHECK_CASE(row->path, *row->what);
        CHECK_CASE(row->path, row->type != ROW_CHOICE || row->choices);
        CHECK_CASE(row->path, row->type != ROW_LIST || row->item_size);
        CHECK_CASE(row->path, !row->standard || !row->is_required);
    }
    CHECK(!environment_row(-1));
    CHECK(!environment_row_find("planes.*.kontext"));
}

static const struct {
    const char *name, *path, *text;
} SAYS[] = {
    {"what is required",         "required/0",                                        "apiVersion" },
    {"the only word",            "properties/kind/enum/0",                            "Environment"},
    {"what stands for it",       "properties/policies/properties/poll/default",       "2s"         },
    {"items of a list",          "properties/dns/properties/servers/items/type",      "string"     },
    {"a plane's members",        "properties/planes/additionalProperties/required/0", "context"    },
    {"the key of a certificate", "properties/postgres/dependencies/clientKeyFile/0",
     "clientCertificateFile"                                                                       },
    {"with rfc2136 a key",       "properties/dns/allOf/0/then/required/0",            "keyFile"    },
    {"with a hook a program",    "properties/dns/allOf/1/then/required/0",            "hook"       },
};

static void test_schema(void)
{
    char *text = environment_schema();
    cJSON *schema = NULL;

    CHECK(json_parse(text, strlen(text), &schema, NULL));
    for (size_t i = 0; i < TEST_COUNT(SAYS); i++)
        CHECK_CASE(SAYS[i].name,
                   strcmp(json_string_or(schema, SAYS[i].path, ""), SAYS[i].text) == 0);
    CHECK(cJSON_IsFalse(json_find(schema, "additionalProperties")));
    CHECK(cJSON_IsFalse(json_find(schema, "properties/dns/allOf/0/then/properties/hook")));
    cJSON_Delete(schema);
    free(text);
}

TEST_SUITE("engine/environment_schema", {"kept schema", test_kept_schema},
           {"documentation", test_documentation}, {"example", test_example}, {"rows", test_rows},
           {"schema", test_schema});
