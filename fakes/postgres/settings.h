/*
 * fakes/postgres/settings.h - what SHOW answers: what the server is, and what the session chose.
 *
 * Source: PostgreSQL 15 manual, chapter 20; 55.2.7 (which of them the client is told).
 */
#ifndef FAKES_POSTGRES_SETTINGS_H
#define FAKES_POSTGRES_SETTINGS_H

#include "base/arena.h"
#include "fakes/postgres/instance.h"
#include "fakes/postgres/report.h"

typedef struct {
    char *name, *value;
} PgSetting;

typedef struct {
    PgInstance *instance; /* borrowed */
    PgSetting *chosen;    /* by the session */
    size_t count, capacity;
} PgSettings;

void pg_settings_release(PgSettings *settings);

/* NULL: there is no such setting. out_name (may be NULL): as Postgres spells it, "DateStyle". Names in any case. */
const char *pg_settings_find(const PgSettings *settings, const char *name, Arena *arena,
                             const char **out_name);
/* As SET does; value NULL: the default again. Fails with 42704, 55P02 or 0A000. */
bool pg_settings_set(PgSettings *settings, const char *name, const char *value, PgReport *report);
/* As the server does for a session, whatever the setting. */
void pg_settings_choose(PgSettings *settings, const char *name, const char *value);
void pg_settings_reset(PgSettings *settings);

/* "15.20 (Debian 15.20-0+deb12u1)" and the whole sentence of version(). */
const char *pg_version_text(int version_num, Arena *arena);
const char *pg_version_sentence(int version_num, Arena *arena);

#endif
