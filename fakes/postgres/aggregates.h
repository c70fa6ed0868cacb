/*
 * fakes/postgres/aggregates.h - functions of many rows: count, sum, avg, min, max, bool_and, bool_or.
 *
 * Source: PostgreSQL 15 manual, 9.21. NULLs are passed over; of no row the answer is NULL, and count's is 0.
 */
#ifndef FAKES_POSTGRES_AGGREGATES_H
#define FAKES_POSTGRES_AGGREGATES_H

#include "fakes/postgres/syntax.h"

typedef struct SqlAggregateType SqlAggregateType;

/* Is this the name of one? */
bool aggregate_is(const char *name);
/* For an argument of this type (PG_VOID: "*"); NULL: there is none. *out_type is what it gives. */
const SqlAggregateType *aggregate_find(const char *name, PgType argument, PgType *out_type);

typedef struct {
    int64_t count;
    PgValue value; /* so far; NULL before the first */
} SqlAggregate;

SqlAggregate aggregate_begin(const SqlNode *node);
/* Fails with 22003. value is not NULL; of count(*) it is anything. */
bool aggregate_add(const SqlNode *node, SqlAggregate *aggregate, const PgValue *value,
                   PgReport *report);
bool aggregate_end(const SqlNode *node, const SqlAggregate *aggregate, PgValue *out,
                   PgReport *report);

#endif
