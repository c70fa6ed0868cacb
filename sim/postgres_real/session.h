/*
 * sim/postgres_real/session.h - SQL to one real server, on the loop: what is asked is asked in order, and answered by callback.
 *
 * It connects by itself and goes on trying, a few times a second, for as long as it is kept; statements wait in line meanwhile. A
 * connection that breaks answers the statement that was under way with NULL: nobody knows whether it was done. Those in line behind it,
 * which nobody sent, are answered with NULL too: whoever asked decides whether it still makes sense.
 *
 * Source:    libpq manual, 34.4 (asynchronous commands).
 * Ownership: everything is copied; results are borrowed for the call. No session is freed in an answer of its own.
 */
#ifndef SIM_POSTGRES_REAL_SESSION_H
#define SIM_POSTGRES_REAL_SESSION_H

#include <stdbool.h>
#include <stddef.h>

#include <libpq-fe.h>

#include "base/loop.h"

typedef struct RealSession RealSession;

/* result NULL: the connection was lost, or the session ended. */
typedef void RealSessionAnswer(void *owner, const PGresult *result);

enum { REAL_SESSION_VALUES_MAX = 4 };

/* settings: "host=... password=..." as for PQconnectdb. */
RealSession *real_session_new(Loop *loop, const char *settings);
void real_session_free(RealSession *session); /* accepts NULL; answers what waits */
/* values: NULL-ended texts for $1.. of sql, or NULL. answer NULL: nobody waits. */
void real_session_ask(RealSession *session, const char *sql, const char *const *values,
                      RealSessionAnswer *answer, void *owner);
bool real_session_is_open(const RealSession *session);

/* Did a statement succeed? */
bool real_session_succeeded(const PGresult *result);

#endif
