/*
 * tests/tools/pg_serve.c - a fake primary and its fake standbys on ports of 127.0.0.1, for real clients to look at.
 *
 *     pg_serve FOLDER [PGDATA [TABLE=DATABASE/FILE]...]
 *
 * Reads FOLDER/pg_hba.conf if there is one: it holds where there is TLS. Writes FOLDER/ca.pem, what it shows (server.pem, server.key) and
 * what clients may (postgres.pem, postgres.key, tsb.pem...), FOLDER/service, then FOLDER/ports ("PRIMARY STANDBY PLAIN"; PLAIN is the primary once more, without TLS; the
 * service's port leads to whom it is told to, at first the primary, without TLS) and serves until its standard input ends. The
 * roles are postgres/secret and replication/secret; the databases postgres and tsb. PGDATA is what BASE_BACKUP sends, and
 * the rest says which of its files hold the tables that rows are written to. Lines on standard input are orders: NAME is
 * primary, standby or third (a standby of the standby).
 *
 *     write NAME KEY JSON     promote NAME     lead NAME     stop NAME     kill NAME     rate NAME BYTES_PER_S     switch NAME
 *     starting NAME
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/loop.h"
#include "base/memory.h"
#include "fakes/net/listener.h"
#include "fakes/net/pki.h"
#include "fakes/postgres/server.h"

enum { INSTANCES = 3, SERVERS = 4, PLAIN = 2, TABLES_MAX = 8 };

typedef struct {
    Loop *loop;
    Trace *trace;
    SSL_CTX *tls;
    PgHba *hba; /* NULL: the server's own */
    const char *data_directory;
    PgTableFile tables[TABLES_MAX];
    size_t table_count;
    PgInstance *instances[INSTANCES];
    PgServer *servers[2];       /* primary and standby, with TLS */
    PgServer *plain[INSTANCES]; /* without: what the service may lead to */
    PgServer *leader;
    Listener *listeners[SERVERS];
    Buffer line;
    bool is_over;
    uv_poll_t input;
} Serve;

static const char *const NAMES[INSTANCES] = {"primary", "standby", "third"};

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

static PgInstance *make_instance(Serve *serve, const char *name)
{
    return pg_instance_new(&(PgInstanceOptions){
        .name = name,
        .system_identifier = 7710404653448864183,
        .server_version_num = 150020,
        .timeline = 1,
        .start_lsn = 0x3000180,
        .tables = serve->tables,
        .table_count = serve->table_count,
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

static PgServer *make_server(const Serve *serve, PgInstance *instance, SSL_CTX *tls,
                             const PgHba *hba)
{
    static const PgRole ROLES[] = {
        {.name = "postgres",      .password = "secret",                      .is_superuser = true, .may_replicate = true},
        {.name = "replication",  .password = "secret",                                           .may_replicate = true},
        {.name = "tsb",  .password = "secret",.groups = "readers"},
        {.name = "nolog",           .password = "secret",                               .may_not_log_in = true},
        {.name = "lim",                       .password = "secret",                                                  .connection_limit = 1},
        {.name = "old", .password = "secret",            .valid_until_ms = 1},
        {.name = "empty"},
        {.name = "md",           .password = "md5d7a84ec8cb0b9b78e5ac40740627a360"}, /* secret */
    };
    static const char *const DATABASES[] = {"postgres", "tsb", "shut", "small", NULL};
    static const PgDatabaseLimit LIMITS[] = {
        {.database = "shut", .is_closed = true},
        {.database = "small",                  .connections = 1},
        {.database = NULL}
    };

    return pg_server_new(&(PgServerOptions){
        .loop = serve->loop,
        .trace = serve->trace,
        .tls = tls,
        .site = "mp1",
        .instance = instance,
        .roles = ROLES,
        .role_count = sizeof ROLES / sizeof ROLES[0],
        .databases = DATABASES,
        .hba = hba,
        .limits = {.max_connections = 20, .databases = LIMITS},
        .data_directory = serve->data_directory,
    });
}

static void accept_service(void *owner, int fd)
{
    pg_server_accept(((Serve *)owner)->leader, fd);
}

static void listen_on(Serve *serve, int index, ListenerConnection *accept, void *owner)
{
    Error err;

    if (!listener_start(serve->loop, "127.0.0.1", 0, accept, owner, &serve->listeners[index], &err))
        fail(&err);
}

static void listen_all(Serve *serve, const char *folder)
{
    char *text;

    serve->servers[0] = make_server(serve, serve->instances[0], serve->tls, serve->hba);
    serve->servers[1] = make_server(serve, serve->instances[1], serve->tls, serve->hba);
    for (int i = 0; i < INSTANCES; i++)
        serve->plain[i] = make_server(serve, serve->instances[i], NULL, NULL);
    serve->leader = serve->plain[0];
    listen_on(serve, 0, pg_server_accept, serve->servers[0]);
    listen_on(serve, 1, pg_server_accept, serve->servers[1]);
    listen_on(serve, PLAIN, pg_server_accept, serve->plain[0]);
    listen_on(serve, PLAIN + 1, accept_service, serve);
    text = memory_format("%u\n", listener_port(serve->listeners[PLAIN + 1]));
    write_text(folder, "service", text);
    free(text);
    text =
        memory_format("%u %u %u\n", listener_port(serve->listeners[0]),
                      listener_port(serve->listeners[1]), listener_port(serve->listeners[PLAIN]));
    write_text(folder, "ports", text);
    free(text);
}

/* ---- orders ---- */

static void stop(Serve *serve, int index, bool is_graceful)
{
    if (is_graceful)
        pg_set_state(serve->instances[index], PG_STOPPING);
    if (index < 2)
        pg_server_drop_connections(serve->servers[index], is_graceful);
    pg_server_drop_connections(serve->plain[index], is_graceful);
    pg_set_state(serve->instances[index], PG_STOPPED);
}

static void write_one(PgInstance *instance, const char *rest)
{
    size_t length = strcspn(rest, " ");
    char *key = memory_text_of(rest, length);
    cJSON *value = rest[length] != '\0' ? cJSON_Parse(rest + length + 1) : NULL;

    pg_write(instance, key, value, NULL);
    cJSON_Delete(value);
    free(key);
}

static void obey(Serve *serve, const char *line)
{
    char verb[16], name[16];
    int used = 0, index = 0;

    if (sscanf(line, "%15s %15s %n", verb, name, &used) < 2)
        return;
    while (index < INSTANCES && strcmp(NAMES[index], name) != 0)
        index++;
    if (index == INSTANCES)
        return;
    if (strcmp(verb, "write") == 0)
        write_one(serve->instances[index], line + used);
    else if (strcmp(verb, "promote") == 0)
        pg_promote(serve->instances[index]);
    else if (strcmp(verb, "lead") == 0)
        serve->leader = serve->plain[index];
    else if (strcmp(verb, "rate") == 0)
        pg_set_write_rate(serve->instances[index], atof(line + used));
    else if (strcmp(verb, "starting") == 0)
        pg_set_state(serve->instances[index], PG_STARTING);
    else if (strcmp(verb, "switch") == 0)
        pg_switch_log(serve->instances[index]);
    else if (strcmp(verb, "stop") == 0 || strcmp(verb, "kill") == 0)
        stop(serve, index, strcmp(verb, "stop") == 0);
}

static void obey_all(Serve *serve)
{
    char *end;

    while ((end = memchr(serve->line.data, '\n', serve->line.length)) != NULL) {
        *end = '\0';
        obey(serve, serve->line.data);
        buffer_eat(&serve->line, (size_t)(end - serve->line.data) + 1);
    }
}

static void on_input(uv_poll_t *poll, int status, int events)
{
    Serve *serve = poll->data;
    char bytes[4096];
    ssize_t length = read(STDIN_FILENO, bytes, sizeof bytes);

    (void)status;
    (void)events;
    if (length > 0) {
        buffer_add(&serve->line, bytes, (size_t)length);
        obey_all(serve);
        return;
    }
    serve->is_over = true;
    uv_close((uv_handle_t *)poll, NULL);
}

static bool is_over(void *owner)
{
    return ((Serve *)owner)->is_over;
}

/* "tenants=16384/16385" */
static bool read_table(Serve *serve, char *argument)
{
    PgTableFile *table = &serve->tables[serve->table_count];
    char *value = strchr(argument, '=');

    if (value == NULL || serve->table_count == TABLES_MAX ||
        sscanf(value + 1, "%u/%u", &table->database, &table->file) != 2)
        return false;
    *value = '\0';
    table->table = argument;
    serve->table_count++;
    return true;
}

static void make_instances(Serve *serve)
{
    PgInstance **instances = serve->instances;

    instances[0] = make_instance(serve, "tsb-postgres-1");
    instances[1] = make_instance(serve, "tsb-postgres-2");
    instances[2] = make_instance(serve, "tsb-postgres-3");
    fill(instances[0]);
    pg_follow(instances[1], instances[0], &(PgLink){.is_connected = true});
    pg_follow(instances[2], instances[1], &(PgLink){.is_connected = true});
}

/* ---- certificates and rules ---- */

static void write_certificate(const char *folder, const char *name, const Certificate *certificate)
{
    char *pem = memory_format("%s.pem", name), *key = memory_format("%s.key", name);

    write_text(folder, pem, certificate_pem(certificate));
    write_text(folder, key, certificate_key_pem(certificate));
    free(pem);
    free(key);
}

static void make_certificates(Serve *serve, const char *folder)
{
    static const char *const HOSTS[] = {"localhost", "127.0.0.1", NULL};
    static const char *const CLIENTS[] = {"postgres", "tsb", "replication"};
    Pki *pki = pki_new("understudy test CA");
    Certificate *certificate =
        pki_issue(pki, &(CertificateOptions){.common_name = "db", .names = HOSTS});

    write_text(folder, "ca.pem", pki_ca_pem(pki));
    serve->tls = certificate_server_context(certificate, pki);
    write_certificate(folder, "server", certificate);
    certificate_free(certificate);
    for (size_t i = 0; i < sizeof CLIENTS / sizeof CLIENTS[0]; i++) {
        certificate = pki_issue(pki, &(CertificateOptions){.common_name = CLIENTS[i]});
        write_certificate(folder, CLIENTS[i], certificate);
        certificate_free(certificate);
    }
    pki_free(pki);
}

static void read_rules(Serve *serve, const char *folder)
{
    char *path = memory_format("%s/pg_hba.conf", folder), *text;
    Error err;

    if (access(path, R_OK) == 0) {
        if (!file_read(path, &text, NULL, &err) || !pg_hba_parse(text, &serve->hba, &err))
            fail(&err);
        free(text);
    }
    free(path);
}

static void stop_all(Serve *serve)
{
    for (int i = 0; i < SERVERS; i++)
        listener_stop(serve->listeners[i]);
    pg_server_free(serve->servers[0]);
    pg_server_free(serve->servers[1]);
    for (int i = 0; i < INSTANCES; i++)
        pg_server_free(serve->plain[i]);
    loop_free(serve->loop);
    for (int i = INSTANCES; i-- > 0;)
        pg_instance_free(serve->instances[i]);
    SSL_CTX_free(serve->tls);
    pg_hba_free(serve->hba);
    trace_free(serve->trace);
    buffer_release(&serve->line);
}

int main(int argc, char **argv)
{
    Serve serve = {.data_directory = argc > 2 ? argv[2] : NULL};

    for (int i = 3; i < argc; i++) {
        if (!read_table(&serve, argv[i]))
            argc = 1;
    }
    if (argc < 2) {
        fprintf(stderr, "usage: pg_serve FOLDER [PGDATA [TABLE=DATABASE/FILE]...]\n");
        return 2;
    }
    serve.loop = loop_new();
    serve.trace = trace_new();
    make_certificates(&serve, argv[1]);
    read_rules(&serve, argv[1]);
    make_instances(&serve);
    listen_all(&serve, argv[1]);
    uv_poll_init(loop_uv(serve.loop), &serve.input, STDIN_FILENO);
    serve.input.data = &serve;
    uv_poll_start(&serve.input, UV_READABLE, on_input);
    loop_run_until(serve.loop, is_over, &serve);
    stop_all(&serve);
    return 0;
}
