/*
 * fakes/postgres/history.h - the timelines that an instance's data has lived on.
 *
 * Postgres tells lines of history apart by timeline number alone, so two standbys promoted from the same timeline both call theirs 2. Here each
 * line has an identity of its own besides, and whether one is the other's past is never guessed.
 *
 * Source: PostgreSQL 15 manual, 26.3.5 (timelines).
 */
#ifndef FAKES_POSTGRES_HISTORY_H
#define FAKES_POSTGRES_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fakes/postgres/instance.h"

typedef struct {
    uint32_t timeline;       /* the present one */
    uint64_t line;           /* its identity */
    PgHistoryEntry *entries; /* the past ones, oldest first */
    uint64_t *lines;         /* their identities */
    size_t count, capacity;
} PgHistory;

void pg_history_begin(PgHistory *history, uint64_t system_identifier, uint32_t timeline);
/* The present timeline ends at lsn; the next one begins. who and at_ms make its identity. */
void pg_history_fork(PgHistory *history, PgLsn lsn, const char *who, int64_t at_ms);
/* Becomes timeline's, as the text of a .history file has it: "1\t0/3000060\treason\n" for each one before. */
void pg_history_parse(PgHistory *history, uint64_t system_identifier, uint32_t timeline,
                      const char *text);
/* Becomes what other's history is for data that ends at lsn. */
void pg_history_copy(PgHistory *history, const PgHistory *other, PgLsn lsn);
void pg_history_release(PgHistory *history);

/* Do data on this present timeline up to lsn belong to the past of other's, which reach to other_lsn? */
bool pg_history_is_past_of(const PgHistory *history, PgLsn lsn, const PgHistory *other,
                           PgLsn other_lsn);

#endif
