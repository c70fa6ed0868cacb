/*
 * fakes/postgres/settings.h - what SHOW answers: what the server is, and what the session chose.
 *
 * Source: PostgreSQL 15 manual, chapter 20; 55.2.7 (which of them the client is told); guc.c.
 */
#ifndef FAKES_POSTGRES_SETTINGS_H
#define FAKES_POSTGRES_SETTINGS_H

#include "base/arena.h"
#include "fakes/postgres/instance.h"
#include "fakes/postgres/report.h"
#include "fakes/postgres/settings_table.h"

typedef struct {
    char *name;
    char *value; /* as pg_settings has it; NULL: the server's */
    char *reset; /* what RESET goes back to; NULL: the server's */
} PgSetting;

/* What a transaction changed: how it was, and how it stays if the transaction is committed. NULL: as RESET makes it. */
typedef struct {
    char *name, *before, *stays;
} PgSettingChange;

typedef enum { PG_READ_BY_DEFAULT, PG_READ_ONLY, PG_READ_WRITE } PgTransactionMode;

typedef struct {
    PgInstance *instance; /* borrowed */
    PgSetting *chosen;    /* by the session */
    size_t count, capacity;
    PgSettingChange *changes; /* of the transaction */
    size_t change_count, change_capacity;
    PgTransactionMode mode; /* of the transaction */
} PgSettings;

void pg_settings_release(PgSettings *settings);

/* As SHOW prints it: "128MB". NULL: there is no such setting. out_name (may be NULL): as Postgres spells it. Names in any case. */
const char *pg_settings_find(const PgSettings *settings, const char *name, Arena *arena,
                             const char **out_name);
/* Who is no superuser does not see primary_conninfo, since it holds a password: 42501. */
bool pg_settings_examine(const PgSettings *settings, const char *name, PgReport *report);
/* As pg_settings has it: "16384"; and did the session choose it? */
const char *pg_settings_raw(const PgSettings *settings, const PgSettingRow *row, Arena *arena);
bool pg_settings_is_chosen(const PgSettings *settings, const PgSettingRow *row);
/*
 * As SET does, within a transaction (is_local: SET LOCAL); value NULL: the default again. Fails with 42704, 55P02, 22023
 * or 0A000.
 */
bool pg_settings_set(PgSettings *settings, const char *name, const char *value, bool is_local,
                     PgReport *report);
void pg_settings_reset_all(PgSettings *settings);
/* A transaction ends: what it changed stays, or is as it was. */
void pg_settings_end(PgSettings *settings, bool is_committed);
/* May this transaction write? */
bool pg_settings_read_only(const PgSettings *settings);
/* What the session chose; NULL: nothing. */
const char *pg_settings_chosen(const PgSettings *settings, const char *name);
/* As the server does for a session, whatever the setting. */
void pg_settings_choose(PgSettings *settings, const char *name, const char *value);
/* From now on RESET goes back to what is chosen now. */
void pg_settings_keep(PgSettings *settings);

/* "15.20 (Debian 15.20-0+deb12u1)" and the whole sentence of version(). */
const char *pg_version_text(int version_num, Arena *arena);
const char *pg_version_sentence(int version_num, Arena *arena);

#endif
