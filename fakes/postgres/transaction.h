/*
 * fakes/postgres/transaction.h - a session's transaction: one of BEGIN, or the one that a query or a pipeline is by itself.
 *
 * Source: PostgreSQL 15 manual, 55.2.2.1 (several statements in a query), 55.2.3 (pipelines), BEGIN, SET.
 * Nothing but settings and portals belongs to it: rows are not written by SQL, but for COPY, which is all or nothing by itself.
 */
#ifndef FAKES_POSTGRES_TRANSACTION_H
#define FAKES_POSTGRES_TRANSACTION_H

#include "fakes/postgres/session_inside.h"

/* BEGIN, COMMIT, ROLLBACK and SET TRANSACTION; may warn. Fails with 0A000 on a standby that is to write. */
bool transaction_run(PgSession *session, const SqlStatement *statement, PgReport *report);
/* Is it one that ends the transaction? A failed one takes no other. NULL: no. */
bool transaction_is_end(const SqlStatement *statement);
/* CommandComplete of COMMIT or ROLLBACK has been said, or a query or pipeline is over that was in none. */
void transaction_end(PgSession *session, bool is_committed);
/* An error: what it changed is undone at once, and if it was one of BEGIN, it waits for its end. */
void transaction_fail(PgSession *session);
/* WARNING 25P01 if there is none: "SET LOCAL can only be used in transaction blocks". */
void transaction_warn(PgSession *session, const char *what);
/* False, with 25001: what is not to be in a transaction, of BEGIN or of several statements in one query, is in one. */
bool transaction_prevent(const PgSession *session, const char *what, PgReport *report);

#endif
