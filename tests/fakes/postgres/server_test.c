/*
 * tests/fakes/postgres/server_test.c - the server over TCP, with libpq as the client.
 *
 * Client and server share one thread: libpq is asked without blocking, and the loop turns in between.
 */
#include "fakes/postgres/server.h"

#include <poll.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "fakes/net/listener.h"
#include "fakes/net/pki.h"
#include "tests/test.h"

enum { PATIENCE_MS = 10000 };

typedef struct {
    Loop *loop;
    Trace *trace;
    Pki *pki;
    Certificate *certificate;
    SSL_CTX *tls;
    PgInstance *primary, *standby;
    PgServer *server; /* in front of the standby */
    Listener *listener;
    char *ca_path;
    FaultPoints points;
    Fault fault;
    const char *fault_point; /* where it happens; NULL: nowhere */
    int asked, witnessed;
    char verb[32];
    int commands;
} Fixture;

static Fault answer_fault(void *self, const FaultCall *call)
{
    Fixture *fixture = self;

    fixture->asked++;
    snprintf(fixture->verb, sizeof fixture->verb, "%s", call->verb);
    if (fixture->fault_point == NULL || strcmp(call->point, fixture->fault_point) != 0)
        return (Fault){.kind = FAULT_NONE};
    return fixture->fault;
}

static void hear_witness(void *self, const Fault *fault, const FaultCall *call,
                         const char *evidence)
{
    Fixture *fixture = self;

    CHECK(fault->kind == fixture->fault.kind);
    CHECK(call->point != NULL && *evidence != '\0');
    fixture->witnessed++;
}

static void hear_command(void *self, const char *command)
{
    CHECK(command != NULL);
    ((Fixture *)self)->commands++;
}

static PgInstance *make_instance(const char *name)
{
    return pg_instance_new(&(PgInstanceOptions){.name = name,
                                                .system_identifier = 7710404653448864183,
                                                .server_version_num = 150020,
                                                .timeline = 1,
                                                .start_lsn = 0x3000180});
}

static void serve(Fixture *fixture, bool is_tls)
{
    static const PgRole ROLES[] = {
        {.name = "postgres",     .password = "secret", .is_superuser = true, .may_replicate = true},
        {.name = "tsb", .password = "other secret"                    }
    };
    static const char *const DATABASES[] = {"postgres", "tsb", NULL};
    Error err;

    fixture->server = pg_server_new(&(PgServerOptions){
        .loop = fixture->loop,
        .trace = fixture->trace,
        .tls = is_tls ? fixture->tls : NULL,
        .site = "mp2",
        .faults = &fixture->points,
        .instance = fixture->standby,
        .roles = ROLES,
        .role_count = TEST_COUNT(ROLES),
        .databases = DATABASES,
        .on_command = hear_command,
        .self = fixture,
    });
    CHECK(listener_start(fixture->loop, "127.0.0.1", 0, pg_server_accept, fixture->server,
                         &fixture->listener, &err));
}

static void fixture_init(Fixture *fixture, bool is_tls)
{
    static const char *const NAMES[] = {"127.0.0.1", NULL};
    Error err;

    *fixture = (Fixture){.loop = loop_new(), .trace = trace_new()};
    fixture->points = (FaultPoints){fixture, answer_fault, hear_witness};
    fixture->pki = pki_new("test CA");
    fixture->certificate =
        pki_issue(fixture->pki, &(CertificateOptions){.common_name = "db", .names = NAMES});
    fixture->tls = certificate_server_context(fixture->certificate, NULL);
    fixture->ca_path = memory_format("/tmp/pg-server-test-%d.pem", (int)getpid());
    CHECK(file_write(fixture->ca_path, pki_ca_pem(fixture->pki), strlen(pki_ca_pem(fixture->pki)),
                     0600, &err));
    fixture->primary = make_instance("a");
    fixture->standby = make_instance("b");
    pg_follow(fixture->standby, fixture->primary, &(PgLink){.is_connected = true});
    serve(fixture, is_tls);
}

static void fixture_release(Fixture *fixture)
{
    unlink(fixture->ca_path);
    free(fixture->ca_path);
    listener_stop(fixture->listener);
    pg_server_free(fixture->server);
    loop_free(fixture->loop);
    pg_instance_free(fixture->standby);
    pg_instance_free(fixture->primary);
    SSL_CTX_free(fixture->tls);
    certificate_free(fixture->certificate);
    pki_free(fixture->pki);
    trace_free(fixture->trace);
}

static void turn(Fixture *fixture)
{
    uv_run(loop_uv(fixture->loop), UV_RUN_NOWAIT);
}

static bool is_ready(PGconn *connection, short events)
{
    struct pollfd descriptor = {.fd = PQsocket(connection), .events = events};

    return poll(&descriptor, 1, 0) > 0;
}

/* Connects as far as it gets; PQstatus says how far. more: "user=... password=...". */
static PGconn *connect_with(Fixture *fixture, const char *more)
{
    char *text = memory_format("host=127.0.0.1 port=%u sslrootcert=%s gssencmode=disable %s",
                               listener_port(fixture->listener), fixture->ca_path, more);
    PGconn *connection = PQconnectStart(text);
    PostgresPollingStatusType wants = PGRES_POLLING_WRITING;
    int64_t deadline = clock_mono_ms() + PATIENCE_MS;

    free(text);
    while (wants != PGRES_POLLING_OK && wants != PGRES_POLLING_FAILED &&
           clock_mono_ms() < deadline) {
        turn(fixture);
        if (is_ready(connection, wants == PGRES_POLLING_READING ? POLLIN : POLLOUT))
            wants = PQconnectPoll(connection);
    }
    return connection;
}

static PGconn *connect_well(Fixture *fixture)
{
    PGconn *connection =
        connect_with(fixture, "user=postgres password=secret dbname=tsb sslmode=verify-full");

    if (!CHECK(PQstatus(connection) == CONNECTION_OK))
        CHECK_TEXT(PQerrorMessage(connection), "");
    return connection;
}

/* The last result of what was sent; NULL if none came in time. PQclear() it. */
static PGresult *await(Fixture *fixture, PGconn *connection, int64_t patience_ms)
{
    int64_t deadline = clock_mono_ms() + patience_ms;
    PGresult *last = NULL, *next;

    while (clock_mono_ms() < deadline) {
        PQflush(connection);
        turn(fixture);
        if (is_ready(connection, POLLIN) && !PQconsumeInput(connection))
            return last != NULL ? last : PQgetResult(connection);
        while (!PQisBusy(connection)) {
            next = PQgetResult(connection);
            if (next == NULL)
                return last;
            PQclear(last);
            last = next;
        }
    }
    return last;
}

static PGresult *run(Fixture *fixture, PGconn *connection, const char *sql)
{
    CHECK(PQsendQuery(connection, sql));
    return await(fixture, connection, PATIENCE_MS);
}

static void check_value(Fixture *fixture, PGconn *connection, const char *sql, const char *expected)
{
    PGresult *result = run(fixture, connection, sql);

    if (CHECK_CASE(sql, PQresultStatus(result) == PGRES_TUPLES_OK))
        CHECK_TEXT(PQgetvalue(result, 0, 0), expected);
    PQclear(result);
}

static const struct {
    const char *name, *how;
    bool is_tls;
    const char *error; /* NULL: it gets in */
} CONNECT_CASES[] = {
    {"TLS, verified by CA",                  "user=postgres password=secret dbname=tsb sslmode=verify-ca",                true,
     NULL                                                                                                                                                                                             },
    {"bound to the channel",
     "user=postgres password=secret dbname=tsb sslmode=require channel_binding=require",                                  true,
     NULL                                                                                                                                                                                             },
    {"not bound to it",
     "user=postgres password=secret dbname=tsb sslmode=require channel_binding=disable",                                  true,
     NULL                                                                                                                                                                                             },
    {"no TLS where there is none",           "user=postgres password=secret dbname=tsb sslmode=prefer",                   false,
     NULL                                                                                                                                                                                             },
    {"a standby is asked for",
     "user=postgres password=secret dbname=tsb target_session_attrs=standby",                                             true,  NULL                                                                 },
    {"replication",                          "user=postgres password=secret replication=true",                            true,  NULL                                                                 },
    {"the database is called like the user", "user=postgres password=secret",                                             true,  NULL                                                                 },
    {"a primary is asked for",
     "user=postgres password=secret dbname=tsb target_session_attrs=primary",                                             true,
     "server is in hot standby mode"                                                                                                                                                                  },
    {"TLS is asked for where there is none",
     "user=postgres password=secret dbname=tsb sslmode=require",                                                          false,
     "server does not support SSL"                                                                                                                                                                    },
    {"no TLS where there must be",           "user=postgres password=secret dbname=tsb sslmode=disable",                  true,
     "FATAL:  pg_hba.conf rejects connection for host \"127.0.0.1\", user \"postgres\", database \"tsb\", no encryption\n"                                                                            },
    {"a wrong password",                     "user=postgres password=wrong dbname=tsb",                                   true,
     "FATAL:  password authentication failed for user \"postgres\"\n"                                                                                                                                 },
    {"nobody we know",                       "user=nobody password=secret dbname=tsb",                                    true,
     "FATAL:  password authentication failed for user \"nobody\"\n"                                                                                                                                   },
    {"no such database",                     "user=postgres password=secret dbname=nodb",                                 true,
     "FATAL:  database \"nodb\" does not exist\n"                                                                                                                                                     },
    {"may not replicate",                    "user=tsb password='other secret' replication=true",                         true,
     "FATAL:  no pg_hba.conf entry for replication connection from host \"127.0.0.1\", user \"tsb\", SSL encryption\n"                                                                                },
    {"no such setting",                      "user=postgres password=secret dbname=tsb options=''  client_encoding=nope",
     true,                                                                                                                       "FATAL:  invalid value for parameter \"client_encoding\": \"nope\"\n"},
};

static void test_connecting(void)
{
    for (size_t i = 0; i < TEST_COUNT(CONNECT_CASES); i++) {
        Fixture fixture;
        PGconn *connection;

        fixture_init(&fixture, CONNECT_CASES[i].is_tls);
        connection = connect_with(&fixture, CONNECT_CASES[i].how);
        CHECK_CASE(CONNECT_CASES[i].name,
                   (PQstatus(connection) == CONNECTION_OK) == (CONNECT_CASES[i].error == NULL));
        if (CONNECT_CASES[i].error != NULL &&
            !CHECK_CASE(CONNECT_CASES[i].name,
                        strstr(PQerrorMessage(connection), CONNECT_CASES[i].error) != NULL))
            CHECK_TEXT(PQerrorMessage(connection), CONNECT_CASES[i].error);
        PQfinish(connection);
        fixture_release(&fixture);
    }
}

static void test_a_session(void)
{
    Fixture fixture;
    PGconn *connection;
    PGresult *result;
    TraceEvent event;

    fixture_init(&fixture, true);
    connection = connect_well(&fixture);
    CHECK_INTEGER(PQserverVersion(connection), 150020);
    CHECK_TEXT(PQparameterStatus(connection, "in_hot_standby"), "on");
    CHECK_TEXT(PQparameterStatus(connection, "server_version"), "15.20 (Debian 15.20-0+deb12u1)");
    check_value(&fixture, connection, "select pg_is_in_recovery()", "t");
    CHECK_TEXT(fixture.verb, "SELECT");
    result = run(&fixture, connection, "select pg_current_wal_lsn()");
    CHECK_TEXT(PQresultErrorField(result, PG_DIAG_SQLSTATE), "55000");
    CHECK_TEXT(PQresultErrorField(result, PG_DIAG_MESSAGE_HINT),
               "WAL control functions cannot be executed during recovery.");
    PQclear(result);
    check_value(&fixture, connection, "select pg_promote()", "t");
    CHECK_INTEGER(fixture.commands, 1);
    event = trace_at(fixture.trace, trace_count(fixture.trace) - 1);
    CHECK_TEXT(event.lane, "mp2");
    CHECK_TEXT(event.kind, "postgres.command");
    CHECK_TEXT(json_string(event.data, "command"), "pg_promote");
    check_value(&fixture, connection, "select 1", "1");
    CHECK_TEXT(PQparameterStatus(connection, "in_hot_standby"), "off");
    CHECK_INTEGER(trace_count(fixture.trace), 1);
    PQfinish(connection);
    fixture_release(&fixture);
}

/* pg_stat_ssl and the client's own library say the same of it. */
static void test_tls_is_told(void)
{
    static const char *const VERSIONS[] = {"TLSv1.2", "TLSv1.3"};

    for (size_t i = 0; i < TEST_COUNT(VERSIONS); i++) {
        Fixture fixture;
        PGconn *connection;
        char options[200];

        fixture_init(&fixture, true);
        snprintf(options, sizeof options,
                 "user=postgres password=secret dbname=tsb sslmode=require "
                 "ssl_max_protocol_version=%s",
                 VERSIONS[i]);
        connection = connect_with(&fixture, options);
        check_value(&fixture, connection, "select version from pg_stat_ssl", VERSIONS[i]);
        check_value(&fixture, connection, "select cipher from pg_stat_ssl",
                    PQsslAttribute(connection, "cipher"));
        check_value(&fixture, connection, "select bits from pg_stat_ssl",
                    PQsslAttribute(connection, "key_bits"));
        PQfinish(connection);
        fixture_release(&fixture);
    }
}

static void test_parameters(void)
{
    const char *const values[] = {"0/3000100", "0/3000000"};
    const char number[4] = {0, 0, 1, 0};
    const char *const binary[] = {number};
    Fixture fixture;
    PGconn *connection;
    PGresult *result;

    fixture_init(&fixture, true);
    connection = connect_well(&fixture);
    CHECK(PQsendQueryParams(connection, "select pg_wal_lsn_diff($1, $2)::int8, pg_is_in_recovery()",
                            2, NULL, values, NULL, NULL, 1));
    result = await(&fixture, connection, PATIENCE_MS);
    CHECK(PQresultStatus(result) == PGRES_TUPLES_OK);
    CHECK(PQgetlength(result, 0, 0) == 8 &&
          memcmp(PQgetvalue(result, 0, 0), "\0\0\0\0\0\0\1\0", 8) == 0);
    CHECK(PQgetlength(result, 0, 1) == 1 && *PQgetvalue(result, 0, 1) == 1);
    PQclear(result);
    CHECK(PQsendQueryParams(connection, "select $1::int4", 1, (Oid[]){23}, binary, (int[]){4},
                            (int[]){1}, 0));
    result = await(&fixture, connection, PATIENCE_MS);
    CHECK_TEXT(PQgetvalue(result, 0, 0), "256");
    PQclear(result);
    CHECK(PQsendQueryParams(connection, "select pg_wal_lsn_diff($1, $2)", 2, NULL,
                            (const char *const[]){"x", "0/0"}, NULL, NULL, 0));
    result = await(&fixture, connection, PATIENCE_MS);
    CHECK_TEXT(PQresultErrorField(result, PG_DIAG_SQLSTATE), "22P02");
    PQclear(result);
    check_value(&fixture, connection, "select 1", "1");
    PQfinish(connection);
    fixture_release(&fixture);
}

static const struct {
    const char *sql;
    Fault fault;
} CANCEL_CASES[] = {
    {"select pg_sleep(3600)", {.kind = FAULT_NONE}                      },
    {"select 1",              {.kind = FAULT_HANG}                      },
    {"select 1",              {.kind = FAULT_DELAY, .delay_ms = 3600000}},
};

/* libpq's cancel blocks, so somebody else has to call it. */
static void test_cancel(void)
{
    for (size_t i = 0; i < TEST_COUNT(CANCEL_CASES); i++) {
        Fixture fixture;
        PGconn *connection;
        PGcancel *cancel;
        PGresult *result;
        pid_t child;
        char text[256];

        fixture_init(&fixture, true);
        connection = connect_well(&fixture);
        fixture.fault = CANCEL_CASES[i].fault;
        fixture.fault_point = "postgres.query";
        CHECK(PQsendQuery(connection, CANCEL_CASES[i].sql));
        result = await(&fixture, connection, 50);
        CHECK(result == NULL);
        cancel = PQgetCancel(connection);
        child = fork();
        if (child == 0)
            _exit(PQcancel(cancel, text, sizeof text) ? 0 : 1);
        PQfreeCancel(cancel);
        result = await(&fixture, connection, PATIENCE_MS);
        CHECK_TEXT(PQresultErrorField(result, PG_DIAG_SQLSTATE), "57014");
        PQclear(result);
        while (waitpid(child, NULL, WNOHANG) == 0)
            turn(&fixture);
        fixture.fault_point = NULL;
        check_value(&fixture, connection, "select 1", "1");
        PQfinish(connection);
        fixture_release(&fixture);
    }
}

static const struct {
    const char *name;
    Fault fault;
    const char *state;   /* SQLSTATE of the answer; NULL: no answer, the connection is gone */
    bool is_done, stays; /* the pause was done; the connection lives */
} FAULT_CASES[] = {
    {"fail",           {.kind = FAULT_FAIL, .text = "pooler says no"}, "57P01", false, false},
    {"delay",          {.kind = FAULT_DELAY, .delay_ms = 30},          "",      true,  true },
    {"reset",          {.kind = FAULT_RESET},                          NULL,    false, false},
    {"lose the reply", {.kind = FAULT_LOSE_REPLY},                     NULL,    true,  false},
    {"cut",            {.kind = FAULT_CUT, .cut_after = 10},           NULL,    true,  false},
};

static void test_faults(void)
{
    for (size_t i = 0; i < TEST_COUNT(FAULT_CASES); i++) {
        Fixture fixture;
        PGconn *connection;
        PGresult *result;
        int64_t begun;

        fixture_init(&fixture, true);
        connection = connect_well(&fixture);
        fixture.fault = FAULT_CASES[i].fault;
        fixture.fault_point = "postgres.query";
        begun = clock_mono_ms();
        result = run(&fixture, connection, "select pg_wal_replay_pause()");
        if (FAULT_CASES[i].state != NULL && *FAULT_CASES[i].state != '\0')
            CHECK_TEXT(PQresultErrorField(result, PG_DIAG_SQLSTATE), FAULT_CASES[i].state);
        else
            CHECK_CASE(FAULT_CASES[i].name, (PQresultStatus(result) == PGRES_TUPLES_OK) ==
                                                (FAULT_CASES[i].state != NULL));
        PQclear(result);
        CHECK_CASE(FAULT_CASES[i].name,
                   pg_link(fixture.standby)->is_replay_paused == FAULT_CASES[i].is_done);
        CHECK_CASE(FAULT_CASES[i].name, fixture.witnessed == 1);
        CHECK_CASE(FAULT_CASES[i].name, clock_mono_ms() - begun >= FAULT_CASES[i].fault.delay_ms);
        fixture.fault_point = NULL;
        CHECK_CASE(FAULT_CASES[i].name,
                   (PQstatus(connection) == CONNECTION_OK) == FAULT_CASES[i].stays);
        PQfinish(connection);
        fixture_release(&fixture);
    }
}

static void test_fault_at_connect(void)
{
    Fixture fixture;
    PGconn *connection;

    fixture_init(&fixture, true);
    fixture.fault = (Fault){.kind = FAULT_FAIL};
    fixture.fault_point = "postgres.connect";
    connection = connect_with(&fixture, "user=postgres password=secret dbname=tsb sslmode=require");
    CHECK(strstr(PQerrorMessage(connection),
                 "FATAL:  terminating connection due to administrator command") != NULL);
    CHECK_TEXT(fixture.verb, "CONNECT");
    CHECK_INTEGER(fixture.witnessed, 1);
    PQfinish(connection);
    fixture_release(&fixture);
}

static void test_states_and_drops(void)
{
    Fixture fixture;
    PGconn *first, *second, *refused;
    PGresult *result;

    fixture_init(&fixture, true);
    first = connect_well(&fixture);
    second = connect_well(&fixture);
    pg_set_state(fixture.standby, PG_STOPPING);
    refused = connect_with(&fixture, "user=postgres password=secret dbname=tsb");
    CHECK(strstr(PQerrorMessage(refused), "FATAL:  the database system is shutting down") != NULL);
    PQfinish(refused);
    pg_server_drop_connections(fixture.server, PG_STOP_FAST);
    turn(&fixture);
    result = run(&fixture, first, "select 1");
    CHECK_TEXT(PQresultErrorField(result, PG_DIAG_SQLSTATE), "57P01");
    PQclear(result);
    pg_set_state(fixture.standby, PG_STARTING);
    refused = connect_with(&fixture, "user=postgres password=secret dbname=tsb");
    CHECK(strstr(PQerrorMessage(refused), "FATAL:  the database system is starting up") != NULL);
    PQfinish(refused);
    PQfinish(second);
    pg_set_state(fixture.standby, PG_READY);
    second = connect_well(&fixture);
    pg_server_drop_connections(fixture.server, PG_STOP_KILLED); /* a crash says nothing */
    result = run(&fixture, second, "select 1");
    CHECK(PQresultErrorField(result, PG_DIAG_SQLSTATE) == NULL);
    CHECK(PQstatus(second) == CONNECTION_BAD);
    PQclear(result);
    pg_set_state(fixture.standby, PG_STOPPED);
    refused = connect_with(&fixture, "user=postgres password=secret dbname=tsb");
    CHECK(PQstatus(refused) == CONNECTION_BAD);
    PQfinish(refused);
    PQfinish(first);
    PQfinish(second);
    fixture_release(&fixture);
}

/* The server goes while a client is held, and the loop cleans up. */
static void test_gone_while_held(void)
{
    Fixture fixture;
    PGconn *connection;

    fixture_init(&fixture, true);
    connection = connect_well(&fixture);
    CHECK(PQsendQuery(connection, "select pg_sleep(3600)"));
    CHECK(await(&fixture, connection, 30) == NULL);
    fixture_release(&fixture);
    PQfinish(connection);
}

static void read_all(Fixture *fixture, int fd, char *out, size_t size)
{
    int64_t deadline = clock_mono_ms() + PATIENCE_MS;
    size_t length = 0;

    memset(out, 0, size);
    while (clock_mono_ms() < deadline) {
        ssize_t got;

        turn(fixture);
        got = recv(fd, out + length, size - 1 - length, MSG_DONTWAIT);
        if (got == 0)
            return;
        length += got > 0 ? (size_t)got : 0;
    }
    CHECK(!"the server hung up");
}

/* As in simulated time: one end of a socket pair. */
static void test_over_a_pair(void)
{
    static const char ANCIENT[] = "\0\0\0\x08\0\2\0\0", WEB[] = "GET / HTTP/1.1\r\n\r\n";
    char said[200];
    int fds[2];
    Fixture fixture;

    fixture_init(&fixture, true);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
    pg_server_accept(fixture.server, fds[1]);
    CHECK(write(fds[0], ANCIENT, 8) == 8);
    read_all(&fixture, fds[0], said, sizeof said);
    CHECK_TEXT(said, "EFATAL:  unsupported frontend protocol 2.0: server supports 3.0 to 3.0\n");
    close(fds[0]);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
    pg_server_accept(fixture.server, fds[1]);
    CHECK(write(fds[0], WEB, 18) == 18);
    read_all(&fixture, fds[0], said, sizeof said);
    CHECK_TEXT(said, "");
    close(fds[0]);
    fixture_release(&fixture);
}

/* What takes too long ends, in Postgres' words. */
static void test_patience(void)
{
    Fixture fixture;
    PGconn *connection;
    PGresult *result;

    fixture_init(&fixture, true);
    connection = connect_well(&fixture);
    PQclear(run(&fixture, connection, "set statement_timeout = '20ms'"));
    result = run(&fixture, connection, "select pg_sleep(60)");
    CHECK_TEXT(PQresultErrorField(result, PG_DIAG_SQLSTATE), "57014");
    PQclear(result);
    PQfinish(connection);
    fixture_release(&fixture);
}

TEST_SUITE("fakes/postgres/server", {"connecting", test_connecting}, {"a session", test_a_session},
           {"TLS is told", test_tls_is_told}, {"parameters", test_parameters},
           {"cancel", test_cancel}, {"faults", test_faults},
           {"a fault at connect", test_fault_at_connect},
           {"states and drops", test_states_and_drops}, {"gone while held", test_gone_while_held},
           {"patience", test_patience}, {"over a pair", test_over_a_pair});
