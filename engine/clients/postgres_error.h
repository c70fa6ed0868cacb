/*
 * engine/clients/postgres_error.h - what libpq's words and Postgres' codes mean to the engine.
 *
 * Private to the Postgres client. Pure.
 * Source: PostgreSQL manual, appendix A (error codes).
 */
#ifndef ENGINE_CLIENTS_POSTGRES_ERROR_H
#define ENGINE_CLIENTS_POSTGRES_ERROR_H

#include "base/error.h"

/* Of a SQLSTATE: five characters. */
ErrorCode postgres_error_code(const char *sqlstate);

/*
 * Of a connection that could not be made: text is PQerrorMessage, with verbose errors, because only so it holds the SQLSTATE.
 * Returns false.
 */
bool postgres_error_connecting(const char *text, Error *err);

#endif
