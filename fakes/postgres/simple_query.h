/*
 * fakes/postgres/simple_query.h - Query: one text, any number of statements, the first error ends it.
 *
 * Source: PostgreSQL 15 manual, 55.2.2.
 */
#ifndef FAKES_POSTGRES_SIMPLE_QUERY_H
#define FAKES_POSTGRES_SIMPLE_QUERY_H

#include "fakes/postgres/session_inside.h"

/* The text is the session's sql. On a walsender it may be a command, which may go on by itself. */
void simple_query_handle(PgSession *session);
/* A COPY FROM of the query is over, well or not: the rest of it, and ReadyForQuery. */
void simple_query_resume(PgSession *session, bool is_well);

#endif
