/*
 * tests/bench/postgres_bench.c - queries, connections and log per second of the fake Postgres, in a process of its own.
 *
 * Beside each figure stands what Postgres 15 did on a machine of two cores (pgbench, quiet machine). The client here is libpq, which takes
 * its part of every figure: a SCRAM login is mostly the client's 4096 rounds. For the log, where Postgres 15 is installed and the bench runs
 * as root, both are measured, and how much of the processor their servers took.
 */
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "base/clock.h"
#include "base/loop.h"
#include "base/memory.h"
#include "fakes/net/listener.h"
#include "fakes/net/pki.h"
#include "fakes/postgres/server.h"
#include "fakes/postgres/wal.h"

enum {
    CLIENTS_MAX = 8,
    SECONDS = 3,
    LOG_BYTES = 600000000,
    HOST_SIZE = 160,
};

/* ---- the server, until it is killed ---- */

static bool never(void *owner)
{
    (void)owner;
    return false;
}

static PgServer *make_server(Loop *loop, SSL_CTX *tls)
{
    static const PgRole ROLES[] = {
        {.name = "postgres", .password = "secret", .is_superuser = true, .may_replicate = true},
    };
    static const char *const DATABASES[] = {"postgres", NULL};
    PgInstance *instance = pg_instance_new(&(PgInstanceOptions){.name = "bench",
                                                                .system_identifier = 1,
                                                                .server_version_num = 150020,
                                                                .timeline = 1,
                                                                .start_lsn = PG_SEGMENT_SIZE,
                                                                .write_bytes_per_s = 0});

    /* So much log as will be asked for lies there already. */
    pg_set_write_rate(instance, 1e12);
    usleep(20000);
    pg_set_write_rate(instance, 0);
    return pg_server_new(&(PgServerOptions){.loop = loop,
                                            .tls = tls,
                                            .site = "bench",
                                            .instance = instance,
                                            .roles = ROLES,
                                            .role_count = 1,
                                            .databases = DATABASES});
}

static void serve(int out)
{
    static const char *const NAMES[] = {"127.0.0.1", NULL};
    Loop *loop = loop_new();
    Pki *pki = pki_new("bench");
    Certificate *certificate =
        pki_issue(pki, &(CertificateOptions){.common_name = "bench", .names = NAMES});
    PgServer *servers[2] = {make_server(loop, NULL),
                            make_server(loop, certificate_server_context(certificate, NULL))};
    uint16_t ports[2];
    Listener *listener;
    Error err;

    for (int i = 0; i < 2; i++) {
        if (!listener_start(loop, "127.0.0.1", 0, pg_server_accept, servers[i], &listener, &err))
            _exit(1);
        ports[i] = listener_port(listener);
    }
    if (write(out, ports, sizeof ports) != (ssize_t)sizeof ports)
        _exit(1);
    loop_run_until(loop, never, NULL);
    _exit(0);
}

/* ---- the client ---- */

static PGconn *dial(uint16_t port, const char *more)
{
    char text[HOST_SIZE];
    PGconn *connection;

    snprintf(text, sizeof text, "host=127.0.0.1 port=%u user=postgres password=secret %s", port,
             more);
    connection = PQconnectdb(text);
    if (PQstatus(connection) != CONNECTION_OK) {
        fprintf(stderr, "postgres_bench: %s", PQerrorMessage(connection));
        exit(1);
    }
    return connection;
}

static double seconds_since(int64_t start_ns)
{
    return (double)(clock_real_ns() - start_ns) / 1e9;
}

static void say(const char *what, double figure, const char *unit, const char *reference)
{
    printf("  %-34s %9.0f %-8s (%s)\n", what, figure, unit, reference);
    fflush(stdout);
}

/* Each client asks as soon as it has its answer. */
static void measure_queries(uint16_t port, const char *more, int clients, const char *what,
                            const char *reference)
{
    PGconn *connections[CLIENTS_MAX];
    int64_t start;
    long done = 0;

    for (int i = 0; i < clients; i++) {
        connections[i] = dial(port, more);
        PQsendQuery(connections[i], "select 1");
    }
    start = clock_real_ns();
    while (seconds_since(start) < SECONDS) {
        for (int i = 0; i < clients; i++) {
            PGresult *result;

            while ((result = PQgetResult(connections[i])) != NULL)
                PQclear(result);
            PQsendQuery(connections[i], "select 1");
            done++;
        }
    }
    say(what, (double)done / seconds_since(start), "/s", reference);
    for (int i = 0; i < clients; i++)
        PQfinish(connections[i]);
}

static void measure_connections(uint16_t port, const char *more, const char *what,
                                const char *reference)
{
    int64_t start = clock_real_ns();
    long done = 0;

    while (seconds_since(start) < SECONDS) {
        PQfinish(dial(port, more));
        done++;
    }
    say(what, (double)done / seconds_since(start), "/s", reference);
}

/* Seconds of processor time that a process has had; 0: nobody says. */
static double processor_seconds(pid_t pid)
{
    char path[64];
    unsigned long user, kernel;
    double seconds = 0;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    file = fopen(path, "r");
    if (file == NULL)
        return 0;
    if (fscanf(file, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
               &kernel) == 2)
        seconds = (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
    fclose(file);
    return seconds;
}

/* server 0: the process that the connection leads to. */
static void measure_log(uint16_t port, const char *more, pid_t server, const char *what)
{
    char options[HOST_SIZE], reference[64];
    PGconn *connection;
    int64_t start, bytes = 0;
    double seconds, worked;

    snprintf(options, sizeof options, "replication=true %s", more);
    connection = dial(port, options);
    server = server != 0 ? server : PQbackendPID(connection);
    PQclear(PQexec(connection, "START_REPLICATION 0/1000000 TIMELINE 1"));
    worked = processor_seconds(server);
    start = clock_real_ns();
    while (bytes < LOG_BYTES) {
        char *data;
        int length = PQgetCopyData(connection, &data, 0);

        if (length < 0) {
            fprintf(stderr, "postgres_bench: %s", PQerrorMessage(connection));
            exit(1);
        }
        bytes += length;
        PQfreemem(data);
    }
    seconds = seconds_since(start);
    worked = processor_seconds(server) - worked;
    snprintf(reference, sizeof reference, "%.0f ms of processor time per GB",
             worked * 1e12 / (double)bytes);
    say(what, (double)bytes / 1e6 / seconds, "MB/s", reference);
    PQfinish(connection);
}

/* Postgres 15 of this machine, in the same run. */
static void measure_real_log(const char *plain, const char *tls)
{
    char folder[] = "/tmp/postgres_bench.XXXXXX", command[128];
    unsigned port = 0;
    FILE *pipe;

    if (mkdtemp(folder) == NULL)
        return;
    snprintf(command, sizeof command, "tests/bench/real_postgres.sh start %s %d", folder,
             LOG_BYTES + (LOG_BYTES >> 3));
    pipe = popen(command, "r");
    if (pipe != NULL && fscanf(pipe, "%u", &port) != 1)
        port = 0;
    if (pipe != NULL)
        pclose(pipe);
    if (port != 0) {
        measure_log((uint16_t)port, plain, 0, "log of the real one");
        measure_log((uint16_t)port, tls, 0, "log of the real one, TLS");
    }
    snprintf(command, sizeof command, "tests/bench/real_postgres.sh stop %s; rm -rf %s", folder,
             folder);
    if (system(command) != 0)
        fprintf(stderr, "postgres_bench: %s is left\n", folder);
}

static void measure_making(void)
{
    PgInstance *instance = pg_instance_new(&(PgInstanceOptions){.name = "a",
                                                                .system_identifier = 1,
                                                                .timeline = 1,
                                                                .start_lsn = PG_SEGMENT_SIZE});
    enum { PIECE = 128 * 1024 };
    char *piece = memory_new(PIECE, 1);
    int64_t start = clock_real_ns();
    PgLsn at = PG_SEGMENT_SIZE;

    for (; at < LOG_BYTES; at += PIECE)
        pg_read_log(instance, at, at + PIECE, piece);
    say("log made, without a wire", (double)(at - PG_SEGMENT_SIZE) / 1e6 / seconds_since(start),
        "MB/s", "nothing to compare with");
    free(piece);
    pg_instance_free(instance);
}

int main(void)
{
    static const char PLAIN[] = "sslmode=disable";
    static const char TLS[] = "sslmode=require";
    uint16_t ports[2];
    int pipes[2];
    pid_t child;

    if (pipe(pipes) != 0 || (child = fork()) < 0)
        return 1;
    if (child == 0)
        serve(pipes[1]);
    if (read(pipes[0], ports, sizeof ports) != (ssize_t)sizeof ports)
        return 1;
    printf("the fake Postgres (in brackets: Postgres 15)\n");
    measure_queries(ports[0], PLAIN, 1, "select 1, one client", "22 500");
    measure_queries(ports[0], PLAIN, CLIENTS_MAX, "select 1, eight clients", "46 500");
    measure_queries(ports[1], TLS, CLIENTS_MAX, "select 1, eight clients, TLS", "32 200");
    measure_connections(ports[0], PLAIN, "connections, SCRAM", "70");
    measure_connections(ports[1], TLS, "connections, TLS and SCRAM", "56");
    measure_making();
    measure_log(ports[0], PLAIN, child, "log");
    measure_log(ports[1], TLS, child, "log, TLS");
    measure_real_log(PLAIN, TLS);
    kill(child, SIGTERM);
    waitpid(child, NULL, 0);
    return 0;
}
