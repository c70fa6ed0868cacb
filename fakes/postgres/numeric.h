/*
 * fakes/postgres/numeric.h - numbers with digits after the point, as exact as the real type within 37 digits.
 *
 * How many digits a result has is Postgres' rule, not ours: numeric.c of PostgreSQL 15 (select_div_scale for quotients). What needs more
 * digits than fit is refused with 0A000, never rounded.
 */
#ifndef FAKES_POSTGRES_NUMERIC_H
#define FAKES_POSTGRES_NUMERIC_H

#include "fakes/postgres/types.h"

/* 10^scale. */
__int128 numeric_unit(int scale);

PgValue numeric_of(__int128 number, int scale);
double numeric_real(const PgValue *value);
const char *numeric_text(const PgValue *value, Arena *arena);
void numeric_binary(const PgValue *value, Buffer *out);
/* False: it is no number, or one with too many digits. Takes "1.50", "-.5", "1e3". */
bool numeric_parse(const char *text, PgValue *out);
/* As the cast does: 15 digits of it. */
bool numeric_from_real(double real, PgValue *out);

int numeric_compare(const PgValue *a, const PgValue *b);
/* sign: '+', '-', '*', '/', '%'. Fails with 22012 (division by zero) or 0A000. */
bool numeric_compute(char sign, const PgValue *a, const PgValue *b, PgValue *out, PgReport *report);
/* To so many digits after the point (a half goes away from zero); how: 'r'ound, 'f'loor, 'c'eil. */
PgValue numeric_round(const PgValue *value, int scale, char how);

#endif
