/*
 * fakes/postgres/setting_values.h - one setting's value: read with its unit and bounds, printed with the largest unit that fits.
 *
 * Source: guc.c of PostgreSQL 15 (parse_int, convert_int_from_base_unit, config_enum_get_options).
 */
#ifndef FAKES_POSTGRES_SETTING_VALUES_H
#define FAKES_POSTGRES_SETTING_VALUES_H

#include "base/arena.h"
#include "fakes/postgres/report.h"
#include "fakes/postgres/settings_table.h"

/* May a session change it at all? Fails with 55P02. */
bool setting_may_change(const PgSettingRow *row, PgReport *report);
/* "5s" becomes "5000", "yes" becomes "on". Fails with 22023. */
bool setting_read(const PgSettingRow *row, const char *text, Arena *arena, const char **out,
                  PgReport *report);
/* "5000" becomes "5s". */
const char *setting_show(const PgSettingRow *row, const char *raw, Arena *arena);

#endif
