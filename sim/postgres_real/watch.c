/*
 * sim/postgres_real/watch.c - what a real server says of itself, and what the world tells it: by SQL, as its superuser.
 *
 * All goes well: the server answers; its role, timeline and position are known; a primary's rows are read; it is ready. From then on it is asked
 * again and again, and whoever has to know hears of a change. Goes wrong: it stops answering: it is not ready until it answers again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "sim/postgres_real/server.h"

enum { LOOK_MS = 200, LOAD_MS = 500 };

static void look_in_a_while(RealServer *server)
{
    timer_start(server->look, LOOK_MS);
}

/* ---- rows -------------------------------------------------------------------------------------------------------------------------- */

static void take_rows(RealServer *server, const PGresult *result)
{
    rows_release(&server->rows);
    for (int i = 0; i < PQntuples(result); i++) {
        cJSON *value = cJSON_Parse(PQgetvalue(result, i, 1));

        rows_put(&server->rows, PQgetvalue(result, i, 0), value);
        cJSON_Delete(value);
    }
    server->has_rows = true;
}

static void set_ready(RealServer *server, bool is_ready)
{
    bool is_new = server->is_ready != is_ready;

    server->is_ready = is_ready;
    if (is_new)
        pg_member_look(server->member);
}

static void on_rows(void *owner, const PGresult *result)
{
    RealServer *server = owner;

    server->asked_rows = false;
    if (!result || !real_session_succeeded(result))
        return;
    take_rows(server, result);
    if (!server->is_ready)
        set_ready(server, true);
    else /* it was a standby until a moment ago */
        pg_member_look(server->member);
}

static void ask_rows(RealServer *server)
{
    Buffer sql = {0};
    const char *const *tables = rows_tables();

    if (server->asked_rows)
        return;
    server->asked_rows = true;
    for (int i = 0; tables[i]; i++)
        buffer_format(&sql, "%sSELECT key, value FROM public.%s", i ? " UNION ALL " : "",
                      tables[i]);
    buffer_add_byte(&sql, '\0');
    real_session_ask(server->session, sql.data, NULL, on_rows, server);
    buffer_release(&sql);
}

typedef struct {
    RealServer *server;
    DatabaseWritten *on_written;
    void *owner;
    char *key;
    cJSON *value;
    bool is_durable;
} Writing;

static void writing_end(Writing *writing, PgLsn lsn)
{
    if (writing->on_written)
        writing->on_written(writing->owner, writing->is_durable, lsn);
    cJSON_Delete(writing->value);
    free(writing->key);
    free(writing);
}

/* It was committed, and this position lies behind it. */
static void on_position(void *owner, const PGresult *result)
{
    bool is_known = result && real_session_succeeded(result) && PQntuples(result) == 1;

    writing_end(owner, is_known ? strtoull(PQgetvalue(result, 0, 0), NULL, 10) : 0);
}

static void on_committed(void *owner, const PGresult *result)
{
    Writing *writing = owner;

    writing->is_durable = result && real_session_succeeded(result);
    if (!writing->is_durable) {
        writing_end(writing, 0);
        return;
    }
    rows_put(&writing->server->rows, writing->key, writing->value);
    if (writing->server->session)
        real_session_ask(writing->server->session, "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn",
                         NULL, on_position, writing);
    else
        writing_end(writing, 0);
}

bool real_write(RealServer *server, const char *key, const cJSON *value,
                DatabaseWritten *on_written, void *owner)
{
    char *text = value ? json_text(value) : NULL, *sql;
    const char *values[] = {key, text, NULL};
    Writing *writing;

    if (!server->is_ready || server->is_standby || !server->session)
        return free(text), false;
    writing = MEMORY_NEW(Writing);
    *writing =
        (Writing){server, on_written, owner, memory_text(key), cJSON_Duplicate(value, true), false};
    sql = value ? memory_format("INSERT INTO public.%s VALUES ($1, $2) ON CONFLICT (key) DO UPDATE "
                                "SET value = excluded.value",
                                rows_table_of(key))
                : memory_format("DELETE FROM public.%s WHERE key = $1", rows_table_of(key));
    real_session_ask(server->session, sql, values, on_committed, writing);
    free(sql);
    free(text);
    return true;
}

/* ---- what it is -------------------------------------------------------------------------------------------------------------------- */

/* A standby's timeline is the one that it receives, once that is newer than its last checkpoint's. */
static const char LOOK[] =
    "SELECT r, CASE WHEN r THEN greatest((SELECT timeline_id FROM pg_control_checkpoint()),"
    " (SELECT received_tli FROM pg_stat_wal_receiver))"
    " ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int END,"
    " CASE WHEN r THEN coalesce(pg_last_wal_replay_lsn(), '0/0') ELSE pg_current_wal_lsn() END"
    " - '0/0'::pg_lsn, CASE WHEN r THEN pg_is_wal_replay_paused() END"
    " FROM (SELECT pg_is_in_recovery() AS r) AS role";

static void tell_pause(RealServer *server)
{
    real_session_ask(server->session,
                     server->is_replay_paused ? "SELECT pg_wal_replay_pause()"
                                              : "SELECT pg_wal_replay_resume()",
                     NULL, NULL, NULL);
}

static void take_facts(RealServer *server, const PGresult *result)
{
    bool is_paused = strcmp(PQgetvalue(result, 0, 3), "t") == 0;

    server->is_standby = strcmp(PQgetvalue(result, 0, 0), "t") == 0;
    server->timeline = (uint32_t)strtoul(PQgetvalue(result, 0, 1), NULL, 10);
    server->lsn = strtoull(PQgetvalue(result, 0, 2), NULL, 10);
    if (server->is_standby && is_paused != server->is_replay_paused)
        tell_pause(server);
}

/* A primary counts as one once its rows are known, so that nobody finds it empty. */
static void on_looked(void *owner, const PGresult *result)
{
    RealServer *server = owner;
    bool was_standby = server->is_standby;

    if (!server->session)
        return;
    look_in_a_while(server);
    if (!result) {
        set_ready(server, false);
        return;
    }
    if (!real_session_succeeded(result) || PQntuples(result) != 1)
        return; /* it left recovery in the middle of the question */
    take_facts(server, result);
    if (server->is_standby) {
        server->has_rows = false;
        set_ready(server, true);
    } else if (!server->has_rows) {
        server->is_standby = was_standby && server->is_ready;
        ask_rows(server);
    } else {
        set_ready(server, true);
    }
}

static void on_look(void *owner)
{
    RealServer *server = owner;

    real_session_ask(server->session, LOOK, NULL, on_looked, server);
}

/* Log that nobody has to read: so much of it as TSB would write by itself meanwhile. */
static void on_load(void *owner)
{
    RealServer *server = owner;
    char bytes[24];
    const char *values[] = {bytes, NULL};

    if (server->write_rate <= 0 || !server->is_ready || server->is_standby)
        return;
    snprintf(bytes, sizeof bytes, "%d", (int)(server->write_rate * LOAD_MS / 1000));
    real_session_ask(server->session,
                     "SELECT pg_logical_emit_message(false, 'world', repeat('x', $1::int))", values,
                     NULL, NULL);
    timer_start(server->load, LOAD_MS);
}

void real_watch_new(RealServer *server)
{
    Loop *loop = server->member->plane->world->loop;

    server->look = timer_new(loop, on_look, server);
    server->load = timer_new(loop, on_load, server);
}

void real_watch_free(RealServer *server)
{
    real_watch_end(server);
    timer_free(server->look);
    timer_free(server->load);
    rows_release(&server->rows);
}

void real_watch_begin(RealServer *server)
{
    const World *world = server->member->plane->world;
    char *settings = memory_format("hostaddr=%s port=%d user=postgres password=%s dbname=postgres "
                                   "sslmode=require gssencmode=disable "
                                   "application_name=world",
                                   server->ip, REAL_PORT, world->postgres_password);

    server->session = real_session_new(world->loop, settings);
    on_look(server);
    free(settings);
}

void real_watch_end(RealServer *server)
{
    RealSession *session = server->session;

    server->session = NULL;
    server->is_ready = server->has_rows = server->asked_rows = false;
    timer_stop(server->look);
    timer_stop(server->load);
    real_session_free(session);
}

/* ---- what it is told --------------------------------------------------------------------------------------------------------------- */

void real_pause_replay(RealServer *server, bool is_paused)
{
    server->is_replay_paused = is_paused;
    if (server->is_ready && server->is_standby)
        tell_pause(server);
}

void real_set_write_rate(RealServer *server, double bytes_per_s)
{
    server->write_rate = bytes_per_s;
    if (bytes_per_s > 0 && !timer_is_running(server->load))
        timer_start(server->load, LOAD_MS);
}

void real_fill(RealServer *server)
{
    const char *const *tables = rows_tables();
    Buffer sql = {0};

    /* One statement each to the end of the line: a role's password is a literal, and was drawn from letters and digits. */
    buffer_format(&sql,
                  "CREATE ROLE replication LOGIN REPLICATION PASSWORD '%s';"
                  "GRANT EXECUTE ON FUNCTION pg_promote TO replication;"
                  "CREATE ROLE tsb LOGIN PASSWORD '%s';",
                  server->member->plane->world->postgres_password,
                  server->member->plane->world->postgres_password);
    for (int i = 0; tables[i]; i++)
        buffer_format(&sql,
                      "CREATE TABLE public.%s (key text PRIMARY KEY, value json);"
                      "GRANT SELECT, INSERT, UPDATE, DELETE ON public.%s TO tsb;",
                      tables[i], tables[i]);
    buffer_add_byte(&sql, '\0');
    real_session_ask(server->session, sql.data, NULL, NULL, NULL);
    real_session_ask(server->session, "CREATE DATABASE tsb OWNER tsb", NULL, NULL, NULL);
    buffer_release(&sql);
}
