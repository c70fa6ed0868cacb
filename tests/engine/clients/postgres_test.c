/*
 * tests/engine/clients/postgres_test.c - the Postgres client against a real primary and standby, with TLS and SCRAM.
 *
 * Where Postgres is not installed, its tests say "skip".
 */
#include "engine/clients/postgres.h"

#include <arpa/inet.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "fakes/net/pki.h"
#include "tests/test.h"

typedef struct {
    Loop *loop;
    char folder[40], ca[64], other_ca[64];
    uint16_t port;
    bool stop;
} Bench;

static uint16_t free_ports(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    CHECK(bind(fd, (struct sockaddr *)&address, sizeof address) == 0);
    getsockname(fd, (struct sockaddr *)&address, &length);
    close(fd);
    return ntohs(address.sin_port);
}

static bool has_postgres(void)
{
    glob_t found;
    bool has = glob("/usr/lib/postgresql/*/bin/postgres", 0, NULL, &found) == 0;

    if (has)
        globfree(&found);
    else
        printf("    skip: Postgres is not installed\n");
    return has;
}

static void run_script(const Bench *bench, const char *action)
{
    char *command = memory_format("tests/engine/clients/postgres_cluster.sh %s %s %u", action,
                                  bench->folder, (unsigned)bench->port);

    CHECK_CASE(action, system(command) == 0);
    free(command);
}

static void put(const Bench *bench, const char *name, const char *text)
{
    char *path = memory_format("%s/%s", bench->folder, name);

    CHECK(file_write(path, text, strlen(text), 0644, NULL));
    free(path);
}

static void make_papers(const Bench *bench)
{
    static const char *const NAMES[] = {"tsb-postgres", NULL};
    Pki *pki = pki_new("Test CA"), *stranger = pki_new("Other CA");
    Certificate *server =
        pki_issue(pki, &(CertificateOptions){.common_name = "tsb-postgres", .names = NAMES});

    put(bench, "ca.pem", pki_ca_pem(pki));
    put(bench, "other.pem", pki_ca_pem(stranger));
    put(bench, "server.pem", certificate_pem(server));
    put(bench, "server.key", certificate_key_pem(server));
    certificate_free(server);
    pki_free(pki);
    pki_free(stranger);
}

static void bench_open(Bench *bench)
{
    memset(bench, 0, sizeof *bench);
    bench->loop = loop_new();
    snprintf(bench->folder, sizeof bench->folder, "/tmp/postgres-test-XXXXXX");
    CHECK(mkdtemp(bench->folder) != NULL);
    snprintf(bench->ca, sizeof bench->ca, "%s/ca.pem", bench->folder);
    snprintf(bench->other_ca, sizeof bench->other_ca, "%s/other.pem", bench->folder);
    bench->port = free_ports();
}

static void bench_close(Bench *bench)
{
    char *command = memory_format("rm -rf %s", bench->folder);

    CHECK(system(command) == 0);
    free(command);
    loop_free(bench->loop);
}

static PostgresClientOptions options_for(Bench *bench, int instance)
{
    return (PostgresClientOptions){.loop = bench->loop,
                                   .name = instance == 0 ? "mp1/one" : "mp1/two",
                                   .host = "tsb-postgres",
                                   .ip = "127.0.0.1",
                                   .port = (uint16_t)(bench->port + instance),
                                   .user = "watcher",
                                   .password = "w4tch",
                                   .database = "postgres",
                                   .sslmode = "verify-full",
                                   .ca_file = bench->ca,
                                   .timeout_ms = 5000,
                                   .stop = &bench->stop};
}

static void test_positions(Bench *bench)
{
    PostgresClientOptions options = options_for(bench, 0);
    PostgresClient *one = postgres_client_new(&options), *two;
    PostgresPosition primary, standby;
    Error err = {0};

    options = options_for(bench, 1);
    two = postgres_client_new(&options);
    CHECK(postgres_position(one, &primary, &err));
    CHECK_TEXT(err.message, "");
    CHECK(!primary.is_in_recovery);
    CHECK_INTEGER(primary.timeline, 1);
    CHECK(primary.current_lsn > 0x1000000);
    CHECK(!primary.has_receiver);
    CHECK_INTEGER(primary.receiver_silence_ms, -1);
    for (int i = 0; i < 50; i++) {
        if (!CHECK(postgres_position(two, &standby, &err)) || standby.has_receiver)
            break;
        loop_wait(bench->loop, 100, NULL);
    }
    CHECK_TEXT(err.message, "");
    CHECK(standby.is_in_recovery);
    CHECK(standby.has_receiver);
    CHECK_INTEGER(standby.timeline, 1);
    CHECK(standby.system_identifier != 0 && standby.system_identifier == primary.system_identifier);
    CHECK(standby.receive_lsn >= standby.replay_lsn && standby.replay_lsn > 0x1000000);
    CHECK(standby.receiver_silence_ms >= 0 && standby.receiver_silence_ms < 60000);
    CHECK_TEXT(standby.sender_host, "127.0.0.1");
    CHECK(!standby.is_replay_paused);
    postgres_client_free(one);
    postgres_client_free(two);
}

static void test_refusals(Bench *bench)
{
    const struct {
        const char *name;
        const char *host, *password, *ca, *user, *sslmode, *database;
        ErrorCode code;
        const char *words;
    } cases[] = {
        {"right",               "tsb-postgres", "w4tch", bench->ca,       "watcher", "verify-full", "postgres",
         ERR_NONE,                                                                                                          ""                              },
        {"wrong password",      "tsb-postgres", "n0p3",  bench->ca,       "watcher", "verify-full", "postgres",
         ERR_DENIED,                                                                                                        "28P01: password authentication"},
        {"unknown user",        "tsb-postgres", "w4tch", bench->ca,       "nobody",  "verify-full", "postgres",
         ERR_DENIED,                                                                                                        "28P01"                         },
        {"wrong CA",            "tsb-postgres", "w4tch", bench->other_ca, "watcher", "verify-full", "postgres",
         ERR_DENIED,                                                                                                        "certificate verify failed"     },
        {"wrong name",          "other-name",   "w4tch", bench->ca,       "watcher", "verify-full", "postgres",
         ERR_DENIED,                                                                                                        "does not match host name"      },
        {"wrong name, CA only", "other-name",   "w4tch", bench->ca,       "watcher", "verify-ca",
         "postgres",                                                                                            ERR_NONE,   ""                              },
        {"no CA file",          "tsb-postgres", "w4tch", "/nowhere.pem",  "watcher", "verify-full",
         "postgres",                                                                                            ERR_INPUT,  "set ca_file"                   },
        {"no TLS",              "tsb-postgres", "w4tch", NULL,            "watcher", "disable",     "postgres", ERR_DENIED,
         "28000: no pg_hba.conf entry"                                                                                                                      },
        {"no database",         "tsb-postgres", "w4tch", bench->ca,       "watcher", "verify-full", "nodb",
         ERR_INVALID,                                                                                                       "3D000: database \"nodb\""      },
        {"odd sslmode",         "tsb-postgres", "w4tch", bench->ca,       "watcher", "perhaps",     "postgres",
         ERR_INPUT,                                                                                                         "invalid sslmode"               },
    };

    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        PostgresClientOptions options = options_for(bench, 0);
        PostgresClient *client;
        PostgresRow row;
        Error err = {0};

        options.host = cases[i].host;
        options.password = cases[i].password;
        options.ca_file = cases[i].ca;
        options.user = cases[i].user;
        options.sslmode = cases[i].sslmode;
        options.database = cases[i].database;
        client = postgres_client_new(&options);
        postgres_query(client, "SELECT 1", &row, &err);
        CHECK_CASE(cases[i].name, err.code == cases[i].code);
        if (!CHECK_CASE(cases[i].name, strstr(err.message, cases[i].words) != NULL))
            printf("    it says: %s\n", err.message);
        CHECK_CASE(cases[i].name,
                   err.code == ERR_NONE || strncmp(err.message, "mp1/one: ", 9) == 0);
        CHECK_CASE(cases[i].name, strstr(err.message, cases[i].password) == NULL);
        postgres_client_free(client);
    }
}

static void test_queries(Bench *bench)
{
    PostgresClientOptions options = options_for(bench, 0);
    PostgresClient *client = postgres_client_new(&options);
    PostgresRow row;
    char pid[POSTGRES_VALUE_MAX];
    Error err;

    CHECK(postgres_query(client, "SELECT pg_backend_pid(), NULL, repeat('x', 500)", &row, NULL));
    CHECK(row.has_row && row.is_null[1] && !row.is_null[2]);
    CHECK_INTEGER(strlen(row.values[2]), POSTGRES_VALUE_MAX - 1);
    snprintf(pid, sizeof pid, "%s", row.values[0]);
    CHECK(!postgres_query(client, "SELECT nothing", &row, &err));
    CHECK_INTEGER(err.code, ERR_INVALID);
    CHECK(strstr(err.message, "42703") != NULL);
    CHECK(!postgres_query(client, "CREATE TABLE t (a int)", &row, &err));
    CHECK(strstr(err.message, "25006") != NULL);
    CHECK(!postgres_query(client, "SELECT pg_wal_replay_pause()", &row, &err));
    CHECK_TEXT(postgres_client_sqlstate(client), "42501");
    CHECK_INTEGER(err.code, ERR_DENIED);
    CHECK(postgres_query(client, "SELECT 1 WHERE false", &row, NULL));
    CHECK(!row.has_row);
    CHECK(!postgres_query(client, "COPY (SELECT 1) TO STDOUT", &row, &err));
    CHECK_INTEGER(err.code, ERR_INVALID);
    CHECK(postgres_query(client, "SELECT pg_backend_pid()", &row, NULL));
    postgres_client_free(client);

    client = postgres_client_new(&options);
    CHECK(postgres_query(client, "SELECT pg_backend_pid()", &row, NULL));
    snprintf(pid, sizeof pid, "%s", row.values[0]);
    CHECK(!postgres_query(client, "SELECT nothing", &row, NULL));
    CHECK(postgres_query(client, "SELECT pg_backend_pid()", &row, NULL));
    CHECK_TEXT(row.values[0], pid); /* an SQL error costs no connection */
    options.timeout_ms = 300;
    postgres_client_free(client);

    client = postgres_client_new(&options);
    CHECK(!postgres_query(client, "SELECT pg_sleep(5)", &row, &err));
    CHECK_INTEGER(err.code, ERR_TIMEOUT);
    CHECK(postgres_query(client, "SELECT 1", &row, &err));
    postgres_client_free(client);
}

static void test_plain_role_is_told(Bench *bench)
{
    PostgresClientOptions options = options_for(bench, 1);
    PostgresClient *client;
    PostgresPosition position;
    Error err = {0};

    options.user = "plain";
    options.password = "pl41n";
    client = postgres_client_new(&options);
    CHECK(!postgres_position(client, &position, &err));
    CHECK_INTEGER(err.code, ERR_DENIED);
    CHECK(strstr(err.message, "pg_monitor") != NULL);
    postgres_client_free(client);
}

static void test_promotion_and_stop(Bench *bench)
{
    PostgresClientOptions options = options_for(bench, 1);
    PostgresClient *two = postgres_client_new(&options), *one;
    PostgresPosition position;
    Error err = {0};

    options = options_for(bench, 0);
    one = postgres_client_new(&options);
    CHECK(postgres_position(one, &position, NULL));
    CHECK(postgres_position(two, &position, NULL));
    run_script(bench, "promote");
    CHECK(postgres_position(two, &position, &err)); /* on the same connection */
    CHECK(!position.is_in_recovery);
    CHECK_INTEGER(position.timeline, 2);
    CHECK(position.current_lsn != 0);

    run_script(bench, "stop-one");
    CHECK(!postgres_position(one, &position, &err));
    CHECK_INTEGER(err.code, ERR_UNAVAILABLE);
    CHECK(strstr(err.message, "Connection refused") != NULL);
    postgres_client_free(one);
    postgres_client_free(two);
}

/* One cluster for all of them: starting it is what takes time. */
static void test_real_cluster(void)
{
    Bench bench;

    if (!has_postgres())
        return;
    bench_open(&bench);
    CHECK(chmod(bench.folder, 0755) == 0);
    make_papers(&bench);
    run_script(&bench, "start");
    test_positions(&bench);
    test_refusals(&bench);
    test_queries(&bench);
    test_plain_role_is_told(&bench);
    test_promotion_and_stop(&bench);
    run_script(&bench, "stop");
    bench_close(&bench);
}

static void on_stop(void *owner)
{
    *(bool *)owner = true;
}

/* A server that takes the connection and never says a word. */
static void test_silence(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    PostgresClientOptions options;
    PostgresClient *client;
    PostgresRow row;
    Bench bench;
    Timer *timer;
    Error err;
    int64_t before;

    bench_open(&bench);
    CHECK(bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 4) == 0);
    getsockname(fd, (struct sockaddr *)&address, &length);
    bench.port = ntohs(address.sin_port);
    options = options_for(&bench, 0);
    options.sslmode = "prefer";
    options.timeout_ms = 300;
    client = postgres_client_new(&options);
    before = clock_mono_ms();
    CHECK(!postgres_query(client, "SELECT 1", &row, &err));
    CHECK_INTEGER(err.code, ERR_TIMEOUT);
    CHECK_TEXT(err.message, "mp1/one: no connection within 300 ms");
    CHECK(clock_mono_ms() - before < 1000);
    timer = timer_new(bench.loop, on_stop, &bench.stop);
    timer_start(timer, 50);
    CHECK(!postgres_query(client, "SELECT 1", &row, &err));
    CHECK_INTEGER(err.code, ERR_STOPPED);
    timer_free(timer);
    postgres_client_free(client);
    close(fd);
    bench_close(&bench);
}

static const struct {
    const char *text;
    uint64_t lsn;
} LSNS[] = {
    {"0/3000060",   0x3000060         },
    {"1A/FF",       0x1A000000FF      },
    {"FFFFFFFF/1",  0xFFFFFFFF00000001},
    {"",            0                 },
    {"0",           0                 },
    {"/1",          0                 },
    {"0/",          0                 },
    {"0/1x",        0                 },
    {"-1/1",        0                 },
    {"1FFFFFFFF/0", 0                 },
};

static void test_lsns(void)
{
    char text[24];

    for (size_t i = 0; i < TEST_COUNT(LSNS); i++) {
        CHECK_CASE(LSNS[i].text, postgres_lsn_parse(LSNS[i].text) == LSNS[i].lsn);
        if (LSNS[i].lsn != 0)
            CHECK_CASE(LSNS[i].text,
                       strcmp(postgres_lsn_text(LSNS[i].lsn, text), LSNS[i].text) == 0);
    }
}

TEST_SUITE("engine/clients/postgres", {"real cluster", test_real_cluster},
           {"silence", test_silence}, {"lsns", test_lsns});
