/*
 * fakes/postgres/copy.h - COPY: rows out to the client, or in from it.
 *
 * Source: PostgreSQL 15 manual, 55.2.6 (the messages), COPY (the forms).
 *
 * The story of COPY FROM: the statement answers CopyInResponse and the session is in it until CopyDone, CopyFail, an error, or a message
 * that has no business there, which ends the session. Rows are read as they come, so that a bad line is told at once; they are kept until the
 * transaction is committed, and written then. Until then nobody sees them, so that a transaction may not look at tables after a COPY.
 */
#ifndef FAKES_POSTGRES_COPY_H
#define FAKES_POSTGRES_COPY_H

#include "fakes/postgres/copy_syntax.h"
#include "fakes/postgres/session_inside.h"

/* Runs one; out_rows: how many went out. A COPY FROM has only begun afterwards: the session's copy is set. */
bool copy_run(PgSession *session, const SqlStatement *statement, size_t *out_rows,
              PgReport *report);

/* COPY ... TO (copy_out.c): the result of its query. */
void copy_out_send(PgSession *session, const CopyStatement *copy, const SqlResult *result);

/* COPY ... FROM (copy_in.c): CopyInResponse, and from then on every message is its. */
bool copy_in_begin(PgSession *session, const CopyStatement *copy, PgReport *report);
typedef enum {
    COPY_GOES_ON,
    COPY_IS_DONE, /* out_rows rows are kept */
    COPY_HAS_FAILED,
    COPY_IS_LOST, /* a message that means that both ends are out of step: 08P01, and the end */
} CopyState;

/* The message at work. */
CopyState copy_in_take(PgSession *session, size_t *out_rows, PgReport *report);
/* Forgets the one at work, if there is one. */
void copy_in_end(PgSession *session);

/* The rows that wait for the transaction's end. */
void copy_commit(PgSession *session);
void copy_forget(PgSession *session);

#endif
