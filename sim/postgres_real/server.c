/*
 * sim/postgres_real/server.c - one real server's processes: initdb or pg_basebackup, postgres, and their end.
 *
 * One process at a time. All goes well: the volume is filled, the server runs, is told to stop (fast shutdown) and ends. It is to
 * start while the last one has not ended: it starts then. Goes wrong: it does not end within its grace period: it is killed, as the
 * kubelet does; a base backup fails: the member asks for it again.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "sim/postgres_real/server.h"

enum {
    PRIVATE_HOST = 200,
    UPLINK_HOST = 220,
    GRACE_MS = 30000, /* terminationGracePeriodSeconds */
};

static const char LOCAL_PRIMARY[] = "tsb-postgres"; /* the Service before the plane's own primary */
static const char TRIGGER[] = "promote_replica_to_primary.log"; /* kubegres' name */

static RealSide *side_of(const RealServer *server)
{
    return server->member->plane->world->real;
}

/* ---- processes --------------------------------------------------------------------------------------------------------------------- */

static void start_now(RealServer *server);

static void on_ended(void *owner, int code)
{
    RealServer *server = owner;
    RealPhase was = server->phase;

    server->child = NULL;
    server->phase = REAL_DOWN;
    timer_stop(server->kill);
    if (was == REAL_RUNNING)
        real_watch_end(server);
    real_drop_uplinks(server);
    if (was == REAL_COPYING)
        server->is_copied = code == 0;
    if (server->is_wanted)
        start_now(server);
    else if (was != REAL_COPYING || code == 0)
        pg_member_look(server->member);
}

static bool run(RealServer *server, RealPhase phase, const char *const *arguments,
                const char *death_signal, Error *err)
{
    const RealSide *side = side_of(server);
    char *home = memory_format("HOME=%s", side->folder);
    const char *environment[] = {home, "PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC", NULL};
    bool ok = child_start(&(ChildOptions){.loop = side->world->loop,
                                          .account = &side->account,
                                          .arguments = arguments,
                                          .environment = environment,
                                          .folder = side->folder,
                                          .log = server->log,
                                          .death_signal = death_signal,
                                          .on_ended = on_ended,
                                          .owner = server},
                          &server->child, err);

    if (ok)
        server->phase = phase;
    free(home);
    return ok;
}

/* It goes on without: what the process could not do is in the log, and in what the member does not become. */
static void complain(const RealServer *server, const Error *err)
{
    const PgMember *member = server->member;

    world_note(member->plane->world, member->plane->name, "kubelet", "pods", member->pod,
               err->message);
}

/* ---- filling its volume ------------------------------------------------------------------------------------------------------------- */

bool real_server_initialize(RealServer *server, Error *err)
{
    char program[128], *password = real_path(side_of(server), "password");
    char *password_file = memory_format("--pwfile=%s", password);
    const char *arguments[] = {"/bin/sh",    "-c",          "rm -rf \"$1\" && shift && exec \"$@\"",
                               "sh",         server->data,  real_program("initdb", program),
                               "-D",         server->data,  "-U",
                               "postgres",   "-A",          "scram-sha-256",
                               "-N",         "-E",          "UTF8",
                               "--locale=C", password_file, NULL};
    bool ok = run(server, REAL_COPYING, arguments, "KILL", err);

    free(password_file);
    free(password);
    return ok;
}

bool real_server_begin(RealServer *server)
{
    bool is_done = server->is_copied;
    Error err = {0};

    server->is_copied = false;
    if (is_done) {
        server->is_standby = false;
        server->timeline = 1;
        server->is_unfilled = true;
    } else if (server->phase == REAL_DOWN && !real_server_initialize(server, &err)) {
        complain(server, &err);
    }
    return is_done;
}

/* primary_conninfo, in kubegres' words: host is the name that it was told, hostaddr where the world listens for it. */
static char *upstream_settings(const RealServer *server)
{
    const RealSide *side = side_of(server);
    const PgMember *member = server->member;
    const char *plane = member->plane->name;

    return memory_format(
        "host=%s hostaddr=%s port=%d user=replication passfile=%s/pgpass "
        "sslmode=verify-ca sslrootcert=%s/ca.pem sslcert=%s/%s.crt sslkey=%s/%s.key "
        "application_name=%s-%s",
        *member->upstream_host ? member->upstream_host : LOCAL_PRIMARY, server->uplink_ip,
        REAL_PORT, side->folder, side->folder, side->folder, plane, side->folder, plane, plane,
        member->name);
}

bool real_server_copy(RealServer *server)
{
    static const char SCRIPT[] = "rm -rf \"$1\" && shift && exec \"$@\"";
    bool was_copied = server->is_copied;
    char program[128], *settings = upstream_settings(server);
    /* kubegres' call; but its checkpoint is a fast one: a spread one takes minutes, in which nothing is to be seen. */
    const char *arguments[] = {"/bin/sh", "-c",         SCRIPT,
                               "sh",      server->data, real_program("pg_basebackup", program),
                               "-R",      "-N",         "-c",
                               "fast",    "--dbname",   settings,
                               "-D",      server->data, NULL};
    Error err = {0};

    server->is_copied = false;
    if (!was_copied && server->phase == REAL_DOWN &&
        !run(server, REAL_COPYING, arguments, "KILL", &err))
        complain(server, &err);
    free(settings);
    return was_copied;
}

/* ---- running ------------------------------------------------------------------------------------------------------------------------ */

/* Touched by kubegres' init container. */
static void touch_trigger(const RealServer *server, Error *err)
{
    char *path = memory_format("%s/%s", server->data, TRIGGER);

    if (file_write(path, "", 0, 0600, err))
        account_own(&side_of(server)->account, path, err);
    free(path);
}

static void start_now(RealServer *server)
{
    const RealSide *side = side_of(server);
    const char *plane = server->member->plane->name;
    char program[128], *upstream = upstream_settings(server);
    char *settings[] = {
        memory_format("primary_conninfo=%s", upstream),
        memory_format("listen_addresses=%s", server->ip),
        memory_format("port=%d", REAL_PORT),
        memory_format("hba_file=%s/pg_hba.conf", side->folder),
        memory_format("ssl_ca_file=%s/ca.pem", side->folder),
        memory_format("ssl_cert_file=%s/%s.crt", side->folder, plane),
        memory_format("ssl_key_file=%s/%s.key", side->folder, plane),
        memory_format("promote_trigger_file=%s/%s", server->data, TRIGGER),
        memory_text("unix_socket_directories="),
        memory_text("ssl=on"),
        memory_text("max_wal_senders=10"),
        memory_text("max_connections=100"),
        memory_text("shared_buffers=1MB"),
        memory_text("fsync=off"),
        memory_text("timezone=UTC"),
    };
    enum { COUNT = sizeof settings / sizeof *settings };
    const char *arguments[4 + 2 * COUNT] = {real_program("postgres", program), "-D", server->data};
    Error err = {0};

    for (size_t i = 0; i < COUNT; i++) {
        arguments[3 + 2 * i] = "-c";
        arguments[4 + 2 * i] = settings[i];
    }
    server->is_wanted = false;
    if (server->member->has_trigger)
        touch_trigger(server, &err);
    if (run(server, REAL_RUNNING, arguments, "QUIT", &err))
        real_watch_begin(server);
    if (err.code)
        complain(server, &err);
    for (size_t i = 0; i < COUNT; i++)
        free(settings[i]);
    free(upstream);
}

void real_server_start(RealServer *server)
{
    if (server->phase == REAL_DOWN)
        start_now(server);
    else
        server->is_wanted = server->phase == REAL_STOPPING;
}

/* Fast shutdown: clients are told so, standbys get what they lack. */
void real_server_stop(RealServer *server)
{
    server->is_wanted = false;
    if (server->phase == REAL_RUNNING) {
        real_watch_end(server);
        server->phase = REAL_STOPPING;
        child_signal(server->child, SIGINT);
        timer_start(server->kill, GRACE_MS);
    } else if (server->phase == REAL_COPYING) {
        server->phase = REAL_STOPPING;
        child_signal(server->child, SIGTERM);
    }
}

static void on_kill(void *owner)
{
    RealServer *server = owner;

    if (server->child)
        child_signal(server->child, SIGQUIT);
}

/* ---- the whole ---------------------------------------------------------------------------------------------------------------------- */

RealServer *real_server_new(PgMember *member)
{
    RealServer *server = MEMORY_NEW(RealServer);
    const World *world = member->plane->world;

    server->member = member;
    world_address(world, 0, member->plane->index + 1, PRIVATE_HOST + member->index, server->ip);
    world_address(world, 0, member->plane->index + 1, UPLINK_HOST + member->index,
                  server->uplink_ip);
    server->kill = timer_new(world->loop, on_kill, server);
    real_watch_new(server);
    server->is_standby = member->plane->index > 0 || member->index > 1;
    server->timeline = 1;
    server->is_admitted = true; /* the steady state */
    return server;
}

void real_server_place(RealServer *server)
{
    const PgMember *member = server->member;
    const RealSide *side = side_of(server);

    server->data = memory_format("%s/%s-%d", side->folder, member->plane->name, member->index);
    server->log = memory_format("%s/%s-%d.log", side->folder, member->plane->name, member->index);
}

void real_server_end(RealServer *server)
{
    if (server->child)
        child_signal(server->child, SIGQUIT);
}

void real_server_free(RealServer *server)
{
    if (server->child)
        child_end(server->child);
    real_links_free(server);
    real_watch_free(server);
    timer_free(server->kill);
    free(server->data);
    free(server->log);
    free(server);
}
