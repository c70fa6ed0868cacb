/*
 * tests/tools/pg_follow.c - a fake standby of a real server, on a port of 127.0.0.1 for real clients to look at.
 *
 *     pg_follow FOLDER CONNINFO [SLOT]
 *
 * Writes FOLDER/port and serves, without TLS, until its standard input ends; what its walreceiver says goes to standard error. The
 * roles are postgres/secret and replication/secret, the database is postgres. Lines on standard input are orders:
 *
 *     promote     write KEY JSON     switch
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "fakes/net/listener.h"
#include "fakes/postgres/server.h"
#include "fakes/postgres/walreceiver.h"

typedef struct {
    Loop *loop;
    PgInstance *instance;
    Buffer line;
    bool is_over;
    uv_poll_t input;
} Follow;

static void fail(const Error *err)
{
    fprintf(stderr, "pg_follow: %s\n", err->message);
    exit(1);
}

static void write_row(PgInstance *instance, const char *rest)
{
    size_t length = strcspn(rest, " ");
    char *key = memory_text_of(rest, length);
    cJSON *value = rest[length] != '\0' ? cJSON_Parse(rest + length + 1) : NULL;

    pg_write(instance, key, value, NULL);
    cJSON_Delete(value);
    free(key);
}

static void obey(Follow *follow, const char *line)
{
    if (strcmp(line, "promote") == 0)
        pg_promote(follow->instance);
    else if (strcmp(line, "switch") == 0)
        pg_switch_log(follow->instance);
    else if (strncmp(line, "write ", 6) == 0)
        write_row(follow->instance, line + 6);
}

static void on_input(uv_poll_t *poll, int status, int events)
{
    Follow *follow = poll->data;
    char bytes[4096], *end;
    ssize_t length = read(STDIN_FILENO, bytes, sizeof bytes);

    (void)status;
    (void)events;
    if (length <= 0) {
        follow->is_over = true;
        uv_close((uv_handle_t *)poll, NULL);
        return;
    }
    buffer_add(&follow->line, bytes, (size_t)length);
    while ((end = memchr(follow->line.data, '\n', follow->line.length)) != NULL) {
        *end = '\0';
        obey(follow, follow->line.data);
        buffer_eat(&follow->line, (size_t)(end - follow->line.data) + 1);
    }
}

static bool is_over(void *owner)
{
    return ((Follow *)owner)->is_over;
}

static void on_event(void *owner, const TraceEvent *event)
{
    (void)owner;
    fprintf(stderr, "%s\n", event->text);
}

static PgServer *make_server(Follow *follow, Trace *trace)
{
    static const PgRole ROLES[] = {
        {.name = "postgres", .password = "secret", .is_superuser = true, .may_replicate = true},
        {.name = "replication",                  .password = "secret",                  .may_replicate = true},
    };
    static const char *const DATABASES[] = {"postgres", NULL};

    return pg_server_new(&(PgServerOptions){.loop = follow->loop,
                                            .trace = trace,
                                            .site = "mp2",
                                            .instance = follow->instance,
                                            .roles = ROLES,
                                            .role_count = 2,
                                            .databases = DATABASES});
}

static void write_port(const char *folder, uint16_t port)
{
    char *path = memory_format("%s/port", folder), *text = memory_format("%u\n", port);
    Error err;

    if (!file_write(path, text, strlen(text), 0644, &err))
        fail(&err);
    free(text);
    free(path);
}

int main(int argc, char **argv)
{
    Follow follow = {0};
    Trace *trace = trace_new();
    PgWalreceiver *receiver = NULL;
    PgServer *server;
    Listener *listener;
    Error err;

    if (argc < 3) {
        fprintf(stderr, "usage: pg_follow FOLDER CONNINFO [SLOT]\n");
        return 2;
    }
    follow.loop = loop_new();
    follow.instance = pg_instance_new(&(PgInstanceOptions){.name = "fake",
                                                           .system_identifier = 1,
                                                           .server_version_num = 150020,
                                                           .timeline = 1,
                                                           .start_lsn = 0x3000180});
    trace_listen(trace, on_event, NULL);
    server = make_server(&follow, trace);
    if (!listener_start(follow.loop, "127.0.0.1", 0, pg_server_accept, server, &listener, &err) ||
        !pg_walreceiver_new(&(PgWalreceiverOptions){.loop = follow.loop,
                                                    .trace = trace,
                                                    .site = "mp2",
                                                    .instance = follow.instance,
                                                    .conninfo = argv[2],
                                                    .slot = argc > 3 ? argv[3] : NULL,
                                                    .is_checkpoint_fast = true},
                            &receiver, &err))
        fail(&err);
    write_port(argv[1], listener_port(listener));
    uv_poll_init(loop_uv(follow.loop), &follow.input, STDIN_FILENO);
    follow.input.data = &follow;
    uv_poll_start(&follow.input, UV_READABLE, on_input);
    loop_run_until(follow.loop, is_over, &follow);
    pg_walreceiver_free(receiver);
    listener_stop(listener);
    pg_server_free(server);
    loop_free(follow.loop);
    pg_instance_free(follow.instance);
    trace_free(trace);
    buffer_release(&follow.line);
    return 0;
}
