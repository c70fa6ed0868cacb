/*
 * fakes/postgres/settings_table.h - every setting that a server has, with what it is by default.
 *
 * Source: pg_settings of PostgreSQL 15.20: units, contexts, types, bounds and descriptions as there. Paths and addresses are those of
 * kubegres' container.
 */
#ifndef FAKES_POSTGRES_SETTINGS_TABLE_H
#define FAKES_POSTGRES_SETTINGS_TABLE_H

#include <stddef.h>

typedef struct {
    const char *name;
    const char *value; /* as pg_settings has it: in its unit */
    const char *unit;  /* "8kB", "ms"; NULL: none */
    const char *context, *type;
    const char *least, *most; /* of numbers */
    const char *words;        /* of an enum: "{a,b}" */
    const char *category, *extra_description, *description;
} PgSettingRow;

extern const PgSettingRow PG_SETTING_ROWS[]; /* by name, without case */
extern const size_t PG_SETTING_COUNT;

#endif
