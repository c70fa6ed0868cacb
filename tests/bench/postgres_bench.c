/*
 * tests/bench/postgres_bench.c - queries, connections and log per second of the fake Postgres, in a process of its own, and of Postgres 15.
 *
 * Where Postgres 15 is installed and the bench runs as root, each figure has the real one's beside it, of the same run, and what the fake
 * makes of it (1: as fast). All of it is on one processor, the client too, which is libpq and takes its part of every figure: a SCRAM login
 * is mostly the client's 4096 rounds. For the log the time that the servers themselves took is said too.
 */
#include <assert.h>
#include <sched.h>
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
    SECONDS = 2,
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
        {.name = "postgres",    .password = "secret", .is_superuser = true, .may_replicate = true},
        {.name = "trusted"},
    };
    static const char *const DATABASES[] = {"postgres", NULL};
    PgHba *hba = NULL;
    PgInstance *instance = pg_instance_new(&(PgInstanceOptions){.name = "bench",
                                                                .system_identifier = 1,
                                                                .server_version_num = 150020,
                                                                .timeline = 1,
                                                                .start_lsn = PG_SEGMENT_SIZE,
                                                                .write_bytes_per_s = 0});

    assert(pg_hba_parse("hostnossl all trusted 127.0.0.1/32 trust\n"
                        "host all,replication all 127.0.0.1/32 scram-sha-256",
                        &hba, NULL));
    /* So much log as will be asked for lies there already. */
    pg_set_write_rate(instance, 1e12);
    usleep(20000);
    pg_set_write_rate(instance, 0);
    return pg_server_new(&(PgServerOptions){.loop = loop,
                                            .tls = tls,
                                            .site = "bench",
                                            .instance = instance,
                                            .roles = ROLES,
                                            .role_count = 2,
                                            .hba = hba,
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

    snprintf(text, sizeof text,
             "host=127.0.0.1 port=%u dbname=postgres user=postgres password=secret %s", port, more);
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

/* One of both: what the fake does, what the real one does (0: there is none), and how much more that is. */
static void say(const char *what, double fake, double real, const char *unit)
{
    printf("  %-30s %9.0f %-5s", what, fake, unit);
    if (real > 0)
        printf("   Postgres 15: %9.0f   ratio %5.2f", real, fake / real);
    printf("\n");
    fflush(stdout);
}

/* Each client asks as soon as it has its answer. */
static double measure_queries(uint16_t port, const char *more, int clients)
{
    PGconn *connections[CLIENTS_MAX];
    int64_t start;
    double rate;
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
    rate = (double)done / seconds_since(start);
    for (int i = 0; i < clients; i++)
        PQfinish(connections[i]);
    return rate;
}

static double measure_connections(uint16_t port, const char *more)
{
    int64_t start = clock_real_ns();
    long done = 0;

    while (seconds_since(start) < SECONDS) {
        PQfinish(dial(port, more));
        done++;
    }
    return (double)done / seconds_since(start);
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

typedef struct {
    double mb_per_s, ms_per_gb; /* ms of its server's processor time */
} LogFigures;

/* server 0: the process that the connection leads to. */
static LogFigures measure_log(uint16_t port, const char *more, pid_t server)
{
    char options[HOST_SIZE];
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
    PQfinish(connection);
    return (LogFigures){(double)bytes / 1e6 / seconds, worked * 1e12 / (double)bytes};
}

/* ---- Postgres 15 of this machine ---- */

/* Its port; 0: there is none. */
static uint16_t start_real(const char *folder)
{
    char command[128];
    unsigned port = 0;
    FILE *pipe;

    snprintf(command, sizeof command, "tests/bench/real_postgres.sh start %s %d", folder,
             LOG_BYTES + (LOG_BYTES >> 3));
    pipe = popen(command, "r");
    if (pipe == NULL)
        return 0;
    if (fscanf(pipe, "%u", &port) != 1)
        port = 0;
    pclose(pipe);
    return (uint16_t)port;
}

static void stop_real(const char *folder)
{
    char command[128];

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
    say("log made, without a wire", (double)(at - PG_SEGMENT_SIZE) / 1e6 / seconds_since(start), 0,
        "MB/s");
    free(piece);
    pg_instance_free(instance);
}

/* ---- both ---- */

static const char PLAIN[] = "sslmode=disable";
static const char TLS[] = "sslmode=require";
static const char TRUST[] = "sslmode=disable user=trusted";

/* Ports of the fake and the real one; real 0: there is none. */
static void compare_queries(const char *what, const char *more, int clients, uint16_t fake,
                            uint16_t real)
{
    double ours = measure_queries(fake, more, clients);

    say(what, ours, real != 0 ? measure_queries(real, more, clients) : 0, "/s");
}

static void compare_connections(const char *what, const char *more, uint16_t fake, uint16_t real)
{
    double ours = measure_connections(fake, more);

    say(what, ours, real != 0 ? measure_connections(real, more) : 0, "/s");
}

static void compare_logs(const char *what, const char *more, uint16_t fake, pid_t server,
                         uint16_t real)
{
    LogFigures ours = measure_log(fake, more, server), theirs = {0};

    if (real != 0)
        theirs = measure_log(real, more, 0);
    say(what, ours.mb_per_s, theirs.mb_per_s, "MB/s");
    say("  processor time of its server", ours.ms_per_gb, theirs.ms_per_gb, "ms/GB");
}

static void compare(const uint16_t ports[2], pid_t server, uint16_t real)
{
    compare_connections("connections, trust", TRUST, ports[0], real);
    compare_connections("connections, SCRAM", PLAIN, ports[0], real);
    compare_connections("connections, TLS and SCRAM", TLS, ports[1], real);
    compare_queries("select 1, one client", PLAIN, 1, ports[0], real);
    compare_queries("select 1, eight clients", PLAIN, CLIENTS_MAX, ports[0], real);
    compare_queries("select 1, eight clients, TLS", TLS, CLIENTS_MAX, ports[1], real);
    compare_logs("log", PLAIN, ports[0], server, real);
    compare_logs("log, TLS", TLS, ports[1], server, real);
}

/* This process and those that it starts, both servers among them, share one. */
static void take_one_processor(void)
{
    cpu_set_t one;

    CPU_ZERO(&one);
    CPU_SET(0, &one);
    if (sched_setaffinity(0, sizeof one, &one) != 0)
        printf("postgres_bench: on any processor\n");
}

int main(void)
{
    char folder[] = "/tmp/postgres_bench.XXXXXX";
    uint16_t ports[2], real;
    int pipes[2];
    pid_t child;

    take_one_processor();
    if (mkdtemp(folder) == NULL || pipe(pipes) != 0 || (child = fork()) < 0)
        return 1;
    if (child == 0)
        serve(pipes[1]);
    if (read(pipes[0], ports, sizeof ports) != (ssize_t)sizeof ports)
        return 1;
    printf("the fake Postgres\n");
    real = start_real(folder);
    compare(ports, child, real);
    measure_making();
    stop_real(folder);
    kill(child, SIGTERM);
    waitpid(child, NULL, 0);
    return 0;
}
