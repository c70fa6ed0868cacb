/*
 * tests/sim/postgres_real/rows_test.c - what a real primary's tables hold: found by key, told in order, in the table that the key names.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/json.h"
#include "sim/postgres_real/rows.h"
#include "tests/test.h"

static const struct {
    const char *name, *key, *table;
} TABLE_CASES[] = {
    {"a row of a table",               "tenants/a",      "tenants"   },
    {"its name may go on",             "workspaces/a/b", "workspaces"},
    {"no table is named",              "configEvents",   "settings"  },
    {"a table that there is not",      "users/a",        "settings"  },
    {"a table's name alone is no row", "tenants",        "settings"  },
    {"part of a table's name",         "tenant/a",       "settings"  },
};

static void test_tables(void)
{
    for (size_t i = 0; i < TEST_COUNT(TABLE_CASES); i++)
        CHECK_CASE(TABLE_CASES[i].name,
                   strcmp(rows_table_of(TABLE_CASES[i].key), TABLE_CASES[i].table) == 0);
}

static void put(Rows *rows, const char *key, int number)
{
    cJSON *value = cJSON_CreateNumber(number);

    rows_put(rows, key, value);
    cJSON_Delete(value);
}

static bool add_key(void *owner, const char *key, const cJSON *value)
{
    buffer_format(owner, "%s=%d ", key, value->valueint);
    return strcmp(key, "tenants/stop") != 0;
}

static char *told(const Rows *rows, const char *prefix)
{
    Buffer text = {0};

    rows_each(rows, prefix, add_key, &text);
    return buffer_take(&text);
}

static void check_told(const Rows *rows, const char *prefix, const char *expected)
{
    char *text = told(rows, prefix);

    CHECK_TEXT(text, expected);
    free(text);
}

static void test_rows(void)
{
    Rows rows = {0};

    CHECK(rows_find(&rows, "tenants/a") == NULL);
    put(&rows, "tenants/b", 2);
    put(&rows, "clusters/c", 3);
    put(&rows, "tenants/a", 1);
    CHECK_INTEGER(rows_find(&rows, "tenants/a")->valueint, 1);
    check_told(&rows, "tenants/", "tenants/a=1 tenants/b=2 ");
    check_told(&rows, "", "clusters/c=3 tenants/a=1 tenants/b=2 ");
    put(&rows, "tenants/a", 7);
    check_told(&rows, "tenants/", "tenants/a=7 tenants/b=2 ");
    rows_put(&rows, "tenants/a", NULL);
    rows_put(&rows, "tenants/never", NULL);
    check_told(&rows, "tenants/", "tenants/b=2 ");
    rows_put(&rows, "tenants/d", rows_find(&rows, "tenants/b"));
    put(&rows, "tenants/stop", 4);
    put(&rows, "tenants/z", 5);
    check_told(&rows, "tenants/", "tenants/b=2 tenants/d=2 tenants/stop=4 ");
    rows_release(&rows);
    check_told(&rows, "", "");
    rows_release(&rows);
}

TEST_SUITE("sim/postgres_real/rows", {"tables", test_tables}, {"rows", test_rows});
