/*
 * fakes/postgres/relations.h - the views and tables that SQL may select from, one row each, in tables by what they are about.
 *
 * Source: columns, types and oids of PostgreSQL 15.20, as it described them on the wire.
 */
#ifndef FAKES_POSTGRES_RELATIONS_H
#define FAKES_POSTGRES_RELATIONS_H

#include "fakes/postgres/query.h"

typedef struct {
    const SqlRelation *rows;
    size_t count;
} SqlRelations;

extern const SqlRelations REPLICATION_RELATIONS, CONTROL_RELATIONS, STATISTICS_RELATIONS,
    CATALOG_RELATIONS, TABLE_RELATIONS, FUNCTION_RELATIONS;

#define COLUMNS_OF(rows) rows, sizeof(rows) / sizeof((rows)[0])
#define RELATIONS_OF(table)                     \
    {                                           \
        table, sizeof(table) / sizeof(table)[0] \
    }

/* Processes that are not there; the same in every run. */
enum { PG_RECEIVER_PID = 4000, PG_SENDER_PID = 4100 };

#endif
