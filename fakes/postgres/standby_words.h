/*
 * fakes/postgres/standby_words.h - what a standby and its primary say to each other inside a stream, as a standby reads and writes it.
 *
 * Source: PostgreSQL 15 manual, 55.4 (START_REPLICATION); walreceiver.c of 15.
 * Units:  times in ms of wall time (microseconds since 2000-01-01 on the wire).
 */
#ifndef FAKES_POSTGRES_STANDBY_WORDS_H
#define FAKES_POSTGRES_STANDBY_WORDS_H

#include "base/buffer.h"
#include "base/error.h"
#include "fakes/postgres/instance.h"

typedef struct {
    char kind;        /* 'w': log; 'k': a word to show that it is there */
    PgLsn start;      /* of the log; 'k' has none */
    PgLsn end;        /* of the primary's log */
    int64_t sent_ms;  /* by the primary's clock */
    bool wants_reply; /* 'k' */
    const char *log;  /* borrowed from the bytes */
    size_t length;
} PgPrimaryWord;

/* Fails with ERR_PROTOCOL. */
bool pg_primary_word(const char *bytes, size_t length, PgPrimaryWord *out, Error *err);

typedef struct {
    PgLsn write, flush, apply;
    int64_t at_ms;
    bool wants_reply;
} PgStandbyStatus;

/* Each is one CopyData's content. */
void pg_add_status(Buffer *out, const PgStandbyStatus *status);
/* "Nothing here keeps your rows from being vacuumed": hot_standby_feedback is off. */
void pg_add_no_feedback(Buffer *out, int64_t at_ms);

#endif
