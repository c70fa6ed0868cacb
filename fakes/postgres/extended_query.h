/*
 * fakes/postgres/extended_query.h - Parse, Bind, Describe, Execute, Close and Sync.
 *
 * Source: PostgreSQL 15 manual, 55.2.3.
 */
#ifndef FAKES_POSTGRES_EXTENDED_QUERY_H
#define FAKES_POSTGRES_EXTENDED_QUERY_H

#include "fakes/postgres/session_inside.h"

/* The message at work, which is one of P, B, D, E, C, H. */
bool extended_query_handle(PgSession *session, PgReport *report);
void extended_query_sync(PgSession *session);

#endif
