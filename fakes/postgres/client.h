/*
 * fakes/postgres/client.h - a replication connection to a real server, by libpq on the loop.
 *
 * libpq brings TLS, SCRAM and the protocol; this says what has happened. One command at a time; its answer comes as results, as copy
 * data in between, and ends with on_done.
 * Ownership: a client may be freed in any callback; nothing comes after. Results and bytes are borrowed until the callback returns.
 */
#ifndef FAKES_POSTGRES_CLIENT_H
#define FAKES_POSTGRES_CLIENT_H

#include <libpq-fe.h>

#include "base/error.h"
#include "base/loop.h"

typedef struct PgClient PgClient;

typedef struct {
    void (*on_connected)(void *owner);
    void (*on_result)(void *owner, const PGresult *result); /* also an error's */
    void (*on_copy)(void *owner, const char *bytes, size_t length);
    void (*on_drained)(void *owner);   /* all the copy data that came in have been told */
    void (*on_copy_over)(void *owner); /* the server sends no more of it */
    void (*on_done)(void *owner);
    void (*on_lost)(void *owner, const char *why); /* and that was the last word */
} PgClientEvents;

/*
 * conninfo: as primary_conninfo is written. Names in host are looked up without the loop's turning: give hostaddr too. The rest of the
 * start-up packet is a walreceiver's. What cannot be connected is told by on_lost, from the loop.
 */
PgClient *pg_client_new(Loop *loop, const char *conninfo, const PgClientEvents *events,
                        void *owner);
void pg_client_free(PgClient *client); /* says good-bye; accepts NULL */
void pg_client_send(PgClient *client, const char *command);
void pg_client_copy(PgClient *client, const void *bytes, size_t length);
void pg_client_copy_over(PgClient *client);

/* Once connected: to whom, and how, without the password; borrowed. */
const char *pg_client_host(const PgClient *client);
int pg_client_port(const PgClient *client);
const char *pg_client_conninfo(const PgClient *client);

#endif
