/*
 * fakes/postgres/functions.h - the functions that SQL may call, one row each, in tables by what they are about.
 *
 * functions_recovery.c has positions and recovery, functions_slots.c slots, functions_session.c who asks and settings,
 * functions_values.c texts, numbers and times.
 */
#ifndef FAKES_POSTGRES_FUNCTIONS_H
#define FAKES_POSTGRES_FUNCTIONS_H

#include "fakes/postgres/query.h"

/* What all of them look like; unused parameters are the price of one table. */
#define SQL_FUNCTION(name)                                                                   \
    static bool name(SqlContext *context, const PgValue *arguments, int count, PgValue *out, \
                     PgReport *report)
#define UNUSED(x) ((void)(x))

/* Arguments of a row: none, at least and at most so many of these types. */
#define NONE                    {PG_UNKNOWN}, 0, 0
#define TAKES(least, most, ...) {__VA_ARGS__}, least, most

typedef struct {
    const SqlFunction *rows;
    size_t count;
} SqlFunctions;

extern const SqlFunctions RECOVERY_FUNCTIONS, SLOT_FUNCTIONS, SESSION_FUNCTIONS, VALUE_FUNCTIONS;

#define FUNCTIONS_OF(table)                     \
    {                                           \
        table, sizeof(table) / sizeof(table)[0] \
    }

/* 42501: only superusers and who replicates may. */
bool sql_may_use_slots(const SqlContext *context, PgReport *report);

/* "000000010000000000000003": the segment that the byte before a position is in, and how far into it that is. */
const char *sql_walfile_name(const SqlContext *context, PgLsn lsn);
int64_t sql_walfile_offset(PgLsn lsn);

#endif
