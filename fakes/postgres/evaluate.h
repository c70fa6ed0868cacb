/*
 * fakes/postgres/evaluate.h - an analysed expression becomes a value, in the frame of the row that is looked at.
 */
#ifndef FAKES_POSTGRES_EVALUATE_H
#define FAKES_POSTGRES_EVALUATE_H

#include "fakes/postgres/query.h"

bool sql_evaluate(const SqlNode *node, SqlContext *context, PgValue *out, PgReport *report);
/* Does a condition hold? No condition (NULL) does; one that is NULL does not. */
bool sql_holds(const SqlNode *condition, SqlContext *context, bool *out, PgReport *report);

/* An operator of two values, neither NULL (operators.c). type: what the analysis found. */
bool sql_operate(const char *name, PgType type, const PgValue pair[2], Arena *arena, PgValue *out,
                 PgReport *report);
bool sql_negate(const PgValue *value, PgValue *out, PgReport *report);
/* x LIKE pattern: % is anything, _ one character, a backslash quotes. Fails with 22025. */
bool sql_like(const char *text, const char *pattern, bool ignores_case, bool *out,
              PgReport *report);

#endif
