/*
 * conformance/fakes/postgres.h - the Postgres corpus: what PostgreSQL 15 answered, asked again of any server, message by message.
 *
 * A file holds cases, a case exchanges, an exchange what is said on a connection and what must be heard, modulo what a server chooses
 * by itself (conformance/fakes/variables.h). Cases are asked of a primary or of its standby. Exchanges that are listed in known.yaml
 * may fail; one of them that passes is mended, and wants to be taken from the list.
 *
 * Source:    docs/parity-postgres.md; recordings of PostgreSQL 15.20.
 * Ownership: what a listener gets is borrowed for the call.
 */
#ifndef CONFORMANCE_FAKES_POSTGRES_H
#define CONFORMANCE_FAKES_POSTGRES_H

#include "base/loop.h"
#include "conformance/fakes/parity.h"

typedef struct {
    const char *host; /* IP address */
    int port;         /* 0: there is none, and its cases are skipped */
} PgParityNode;

/* Texts are borrowed for the case. */
typedef struct {
    PgParityNode primary, standby;
    const char *user, *password; /* a superuser; the password is that of replication and tsb too */
} PgParityTarget;

typedef struct {
    Loop *loop;
    const char *folder; /* with cases/ and known.yaml */
    const char *only;   /* cases whose name ("errors/no-such-column") has this in it; NULL: all */
    const bool *stop;   /* may be NULL */
    bool is_fake;       /* known.yaml is about ours; others answer to all of it */
    /* Nothing is judged: what is heard is written into the files, in place of what must be. */
    bool is_recording;
    /* A file of cases begins; end follows each that did not fail. */
    bool (*begin)(void *owner, const char *file, PgParityTarget *out_target, Error *err);
    void (*end)(void *owner, const char *file);
    ParityListener *listener; /* may be NULL */
    void *owner;
} PgParityOptions;

/* Fails with ERR_IO or ERR_INPUT if a file of the corpus cannot be read or written, ERR_STOPPED, or as begin does. */
bool pg_parity_run(const PgParityOptions *options, ParityTally *out_tally, Error *err);

#endif
