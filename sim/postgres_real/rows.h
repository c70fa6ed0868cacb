/*
 * sim/postgres_real/rows.h - what a real primary's tables hold, as its TSB remembers it: read when it becomes primary, kept with each write.
 *
 * The names are as in fakes/postgres/instance.h: "tenants/a" is the row a of table tenants; a name without a table is in settings.
 * Ownership: values are copied in and borrowed out until the next change.
 */
#ifndef SIM_POSTGRES_REAL_ROWS_H
#define SIM_POSTGRES_REAL_ROWS_H

#include "fakes/postgres/instance.h"

typedef struct {
    char *key;
    cJSON *value;
} Row;

typedef struct {
    Row *rows; /* by key */
    size_t count, capacity;
} Rows;

/* The tables of a world, NULL-ended. */
const char *const *rows_tables(void);
/* The table that key is in: "tenants"; "settings" if it names none. */
const char *rows_table_of(const char *key);

const cJSON *rows_find(const Rows *rows, const char *key);      /* NULL: there is none */
void rows_put(Rows *rows, const char *key, const cJSON *value); /* NULL: deletes it */
/* In the order of keys, those that begin with prefix, until visitor says false. */
void rows_each(const Rows *rows, const char *prefix, PgRowVisitor *visitor, void *owner);
void rows_release(Rows *rows); /* and it is empty */

#endif
