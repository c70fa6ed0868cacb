/*
 * fakes/postgres/relations_tables.c - the tables of the management plane, as the instance holds them.
 */
#include <stdlib.h>

#include "fakes/postgres/relations.h"

static const SqlColumn TABLE_COLUMNS[] = {
    {"key",   PG_TEXT},
    {"value", PG_JSON}
};

static bool add_table_row(void *owner, const char *key, const cJSON *value)
{
    SqlScan *scan = owner;
    PgValue *row = sql_scan_row(scan);
    char *text;

    if (scan->context->is_counting)
        return true;
    text = json_text(value);
    row[0] = pg_text(PG_TEXT, arena_text(scan->context->arena, key));
    row[1] = pg_text(PG_JSON, arena_text(scan->context->arena, text));
    free(text);
    return true;
}

static bool scan_table(SqlScan *scan)
{
    pg_each_row(scan->context->instance,
                arena_format(scan->context->arena, "%s/", scan->relation->name), add_table_row,
                scan);
    return true;
}

static const SqlRelation ROWS[] = {
    {"audit_log",     16417, COLUMNS_OF(TABLE_COLUMNS), .scan = scan_table},
    {"clusters",      16410, COLUMNS_OF(TABLE_COLUMNS), .scan = scan_table},
    {"organizations", 16389, COLUMNS_OF(TABLE_COLUMNS), .scan = scan_table},
    {"tenants",       16396, COLUMNS_OF(TABLE_COLUMNS), .scan = scan_table},
    {"workspaces",    16403, COLUMNS_OF(TABLE_COLUMNS), .scan = scan_table},
};

const SqlRelations TABLE_RELATIONS = RELATIONS_OF(ROWS);
