/*
 * fakes/postgres/relations.c - which relation a name means, and how its rows are filled.
 */
#include "fakes/postgres/relations.h"

#include <string.h>

static const SqlRelations *const TABLES[] = {&REPLICATION_RELATIONS, &FUNCTION_RELATIONS,
                                             &CONTROL_RELATIONS,     &STATISTICS_RELATIONS,
                                             &CATALOG_RELATIONS,     &TABLE_RELATIONS};
enum { TABLE_COUNT = sizeof TABLES / sizeof TABLES[0] };

const SqlRelation *sql_relation_find(const char *name, bool is_function)
{
    for (int table = 0; table < TABLE_COUNT; table++) {
        for (size_t i = 0; i < TABLES[table]->count; i++) {
            const SqlRelation *relation = &TABLES[table]->rows[i];

            if (strcmp(relation->name, name) == 0 && (relation->oid == 0) == is_function)
                return relation;
        }
    }
    return NULL;
}

PgValue *sql_scan_row(SqlScan *scan)
{
    const SqlRelation *relation = scan->relation;
    PgValue *row = sql_rows_add(&scan->rows, scan->context->arena, relation->column_count);

    for (int i = 0; i < relation->column_count; i++)
        row[i] = pg_null(relation->columns[i].type);
    return row;
}

/* A column that there is none of is nobody's. */
static PgValue *find(const SqlScan *scan, PgValue *row, const char *column, PgValue *nobody)
{
    for (int i = 0; i < scan->relation->column_count; i++) {
        if (strcmp(scan->relation->columns[i].name, column) == 0)
            return &row[i];
    }
    return nobody;
}

void sql_put(const SqlScan *scan, PgValue *row, const char *column, int64_t integer)
{
    PgValue nobody = {0}, *value = find(scan, row, column, &nobody);

    *value = pg_integer(value->type, integer);
}

void sql_put_text(const SqlScan *scan, PgValue *row, const char *column, const char *text)
{
    PgValue nobody = {0}, *value = find(scan, row, column, &nobody);

    *value = pg_text(value->type, text);
}

void sql_put_real(const SqlScan *scan, PgValue *row, const char *column, double real)
{
    PgValue nobody = {0};

    *find(scan, row, column, &nobody) = pg_real(real);
}
