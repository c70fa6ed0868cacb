/*
 * fakes/postgres/statements.h - one SQL statement of a session: may it run, what does it give, what is its tag.
 *
 * Simple and extended query share it. statement is NULL for an empty query, where that is said.
 */
#ifndef FAKES_POSTGRES_STATEMENTS_H
#define FAKES_POSTGRES_STATEMENTS_H

#include "fakes/postgres/session_inside.h"

bool statement_gives_rows(const SqlStatement *statement); /* NULL: no */
/* A failed transaction takes nothing but its end: else 25P02. NULL is no end. */
bool statement_check_transaction(const PgSession *session, const SqlStatement *statement,
                                 PgReport *report);
/*
 * One that gives no rows; out_rows: what its tag counts. A COPY FROM has only begun afterwards (the session's copy is set): it is complete
 * when its data has come.
 */
bool statement_run(PgSession *session, const SqlStatement *statement, size_t *out_rows,
                   PgReport *report);
/* One that does; the result lives in arena. values: of its parameters, may be NULL. */
bool statement_run_rows(PgSession *session, const SqlStatement *statement, const PgValue *values,
                        Arena *arena, SqlResult *out, PgReport *report);
/* What SHOW gives. */
bool statement_show(PgSession *session, const SqlStatement *statement, Arena *arena, SqlResult *out,
                    PgReport *report);
/* CommandComplete, with the tag of so many rows. */
void statement_complete(PgSession *session, const SqlStatement *statement, size_t rows);

#endif
