/*
 * tests/tools/pg_serve.c - a fake primary and its fake standby on two ports of 127.0.0.1, for real clients to look at.
 *
 *     pg_serve FOLDER
 *
 * Writes FOLDER/ca.pem, then FOLDER/ports ("PRIMARY STANDBY PLAIN"; PLAIN is the primary once more, without TLS) and serves until
 * its standard input ends. The roles are postgres/secret and replication/secret; the databases postgres and tsb.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/loop.h"
#include "base/memory.h"
#include "fakes/net/listener.h"
#include "fakes/net/pki.h"
#include "fakes/postgres/server.h"

typedef struct {
    Loop *loop;
    Trace *trace;
    SSL_CTX *tls;
    PgInstance *primary, *standby;
    PgServer *servers[3];
    Listener *listeners[3];
    bool is_over;
    uv_poll_t input;
} Serve;

static void fail(const Error *err)
{
    fprintf(stderr, "pg_serve: %s\n", err->message);
    exit(1);
}

static void write_text(const char *folder, const char *name, const char *text)
{
    char *path = memory_format("%s/%s", folder, name);
    Error err;

    if (!file_write(path, text, strlen(text), 0644, &err))
        fail(&err);
    free(path);
}

static PgInstance *make_instance(const char *name)
{
    return pg_instance_new(&(PgInstanceOptions){
        .name = name,
        .system_identifier = 7710404653448864183,
        .server_version_num = 150020,
        .timeline = 1,
        .start_lsn = 0x3000060,
    });
}

static void fill(PgInstance *primary)
{
    static const char *const KEYS[] = {"organizations/tetrate", "tenants/payments",
                                       "tenants/retail", "workspaces/checkout"};

    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) {
        cJSON *value = cJSON_CreateObject();

        cJSON_AddStringToObject(value, "name", strchr(KEYS[i], '/') + 1);
        pg_write(primary, KEYS[i], value, NULL);
        cJSON_Delete(value);
    }
}

static PgServer *make_server(Serve *serve, PgInstance *instance, SSL_CTX *tls)
{
    static const PgRole ROLES[] = {
        {.name = "postgres",     .password = "secret", .is_superuser = true, .may_replicate = true},
        {.name = "replication", .password = "secret",                     .may_replicate = true},
        {.name = "tsb",  .password = "secret"},
    };
    static const char *const DATABASES[] = {"postgres", "tsb", NULL};

    return pg_server_new(&(PgServerOptions){
        .loop = serve->loop,
        .trace = serve->trace,
        .tls = tls,
        .site = "mp1",
        .instance = instance,
        .roles = ROLES,
        .role_count = 3,
        .databases = DATABASES,
    });
}

static void listen_all(Serve *serve, const char *folder)
{
    char *ports;
    Error err;

    serve->servers[0] = make_server(serve, serve->primary, serve->tls);
    serve->servers[1] = make_server(serve, serve->standby, serve->tls);
    serve->servers[2] = make_server(serve, serve->primary, NULL);
    for (int i = 0; i < 3; i++) {
        if (!listener_start(serve->loop, "127.0.0.1", 0, pg_server_accept, serve->servers[i],
                            &serve->listeners[i], &err))
            fail(&err);
    }
    ports = memory_format("%u %u %u\n", listener_port(serve->listeners[0]),
                          listener_port(serve->listeners[1]), listener_port(serve->listeners[2]));
    write_text(folder, "ports", ports);
    free(ports);
}

static void on_input(uv_poll_t *poll, int status, int events)
{
    Serve *serve = poll->data;
    char byte;

    (void)status;
    (void)events;
    if (read(STDIN_FILENO, &byte, 1) > 0)
        return;
    serve->is_over = true;
    uv_close((uv_handle_t *)poll, NULL);
}

static bool is_over(void *owner)
{
    return ((Serve *)owner)->is_over;
}

int main(int argc, char **argv)
{
    static const char *const NAMES[] = {"localhost", "127.0.0.1", NULL};
    Serve serve = {0};
    Pki *pki;
    Certificate *certificate;

    if (argc != 2) {
        fprintf(stderr, "usage: pg_serve FOLDER\n");
        return 2;
    }
    serve.loop = loop_new();
    serve.trace = trace_new();
    pki = pki_new("understudy test CA");
    certificate = pki_issue(pki, &(CertificateOptions){.common_name = "db", .names = NAMES});
    serve.tls = certificate_server_context(certificate, NULL);
    write_text(argv[1], "ca.pem", pki_ca_pem(pki));
    serve.primary = make_instance("tsb-postgres-1");
    serve.standby = make_instance("tsb-postgres-2");
    fill(serve.primary);
    pg_follow(serve.standby, serve.primary, &(PgLink){.is_connected = true});
    listen_all(&serve, argv[1]);
    uv_poll_init(loop_uv(serve.loop), &serve.input, STDIN_FILENO);
    serve.input.data = &serve;
    uv_poll_start(&serve.input, UV_READABLE, on_input);
    loop_run_until(serve.loop, is_over, &serve);
    for (int i = 0; i < 3; i++) {
        listener_stop(serve.listeners[i]);
        pg_server_free(serve.servers[i]);
    }
    loop_free(serve.loop);
    pg_instance_free(serve.standby);
    pg_instance_free(serve.primary);
    SSL_CTX_free(serve.tls);
    certificate_free(certificate);
    pki_free(pki);
    trace_free(serve.trace);
    return 0;
}
