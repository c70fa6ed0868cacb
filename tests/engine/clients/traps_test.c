/*
 * tests/engine/clients/traps_test.c - what misleads who asks Postgres how it is: the fake shows it, and the engine's client is not misled.
 *
 * docs/postgres-traps.md tells of each; the letters are its.
 */
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "engine/clients/postgres.h"
#include "fakes/net/pki.h"
#include "fakes/postgres/peers.h"
#include "fakes/postgres/server.h"
#include "sim/seam/seam.h"
#include "tests/test.h"

enum { MIB = 1 << 20, PATIENCE_MS = 60000, KEEPALIVE_MS = 30000, CHECKPOINT_MS = 94000 };
static const PgLink ON = {.is_connected = true, .delay_ms = 5}, OFF = {.is_connected = false};

typedef struct {
    Loop *loop;
    Trace *trace;
    PgInstance *primary, *standby;
    PgServer *servers[2];
    PostgresClient *of_primary, *of_standby;
    FaultPoints points;
    const char *promote_at; /* the standby is promoted just before it is asked this */
} Bench;

static NetworkVerdict deliver(void *self, NetworkTransport transport, const char *from,
                              const char *to, uint16_t port)
{
    (void)self, (void)transport, (void)from, (void)to, (void)port;
    return (NetworkVerdict){.fate = NETWORK_DELIVER, .delay_ms = 5};
}

static const Network NETWORK = {.connect = deliver};

static Fault answer_fault(void *self, const FaultCall *call)
{
    Bench *bench = self;

    if (bench->promote_at && call->detail && strstr(call->detail, bench->promote_at))
        pg_promote(bench->standby);
    return (Fault){.kind = FAULT_NONE};
}

static void ignore_witness(void *self, const Fault *fault, const FaultCall *call,
                           const char *evidence)
{
    (void)self, (void)fault, (void)call, (void)evidence;
}

static PgInstance *new_instance(const char *name, double bytes_per_s)
{
    return pg_instance_new(&(PgInstanceOptions){.name = name,
                                                .system_identifier = 7,
                                                .server_version_num = 150020,
                                                .timeline = 1,
                                                .start_lsn = 0x3000000,
                                                .write_bytes_per_s = bytes_per_s,
                                                .checkpoint_every_ms = 300000,
                                                .checkpoint_ms = CHECKPOINT_MS,
                                                .replication_password = "hush"});
}

static PgServer *new_server(Bench *bench, PgInstance *instance, const char *ip)
{
    static const PgRole ROLES[] = {
        {.name = "postgres", .password = "secret", .is_superuser = true, .iterations = 64},
        {.name = "tsb",                  .password = "secret",                          .iterations = 64        },
    };
    static const char *const DATABASES[] = {"postgres", NULL};
    PgServer *server = pg_server_new(&(PgServerOptions){.loop = bench->loop,
                                                        .trace = bench->trace,
                                                        .site = "mp2",
                                                        .faults = &bench->points,
                                                        .instance = instance,
                                                        .roles = ROLES,
                                                        .role_count = TEST_COUNT(ROLES),
                                                        .databases = DATABASES});

    seam_listen(ip, 5432, false, "mp2", pg_server_accept, server);
    return server;
}

static PostgresClient *new_client(Bench *bench, const char *ip, const char *user)
{
    return postgres_client_new(&(PostgresClientOptions){.loop = bench->loop,
                                                        .name = ip,
                                                        .ip = ip,
                                                        .port = 5432,
                                                        .user = user,
                                                        .password = "secret",
                                                        .database = "postgres",
                                                        .sslmode = "disable"});
}

static void bench_open(Bench *bench, double bytes_per_s)
{
    if (!seam_is_simulated())
        seam_simulate(&(SeamOptions){.seed = 7,
                                     .start_wall_ms = 1795226400000,
                                     .network = &NETWORK,
                                     .from = "desk"});
    *bench = (Bench){.loop = loop_new(), .trace = trace_new()};
    bench->points = (FaultPoints){bench, answer_fault, ignore_witness};
    bench->primary = new_instance("a", bytes_per_s);
    bench->standby = new_instance("b", bytes_per_s);
    pg_follow(bench->standby, bench->primary, &ON);
    bench->servers[0] = new_server(bench, bench->primary, "127.0.3.1");
    bench->servers[1] = new_server(bench, bench->standby, "127.0.3.2");
    bench->of_primary = new_client(bench, "127.0.3.1", "postgres");
    bench->of_standby = new_client(bench, "127.0.3.2", "postgres");
}

static void bench_close(Bench *bench)
{
    postgres_client_free(bench->of_primary);
    postgres_client_free(bench->of_standby);
    seam_unlisten("127.0.3.1", 5432, false);
    seam_unlisten("127.0.3.2", 5432, false);
    for (int i = 0; i < 2; i++)
        pg_server_free(bench->servers[i]);
    loop_free(bench->loop);
    pg_instance_free(bench->standby);
    pg_instance_free(bench->primary);
    trace_free(bench->trace);
}

static void pass(const Bench *bench, int64_t ms)
{
    loop_wait(bench->loop, ms, NULL);
}

static PostgresPosition look(PostgresClient *client)
{
    PostgresPosition position = {0};
    Error err = {0};

    CHECK(postgres_position(client, &position, &err));
    CHECK_TEXT(err.message, "");
    return position;
}

/* What a server answers to who asks it that; "-": NULL, or the SQLSTATE of its error. */
static const char *raw(PostgresClient *client, const char *sql)
{
    static PostgresRow row;
    Error err = {0};

    if (!postgres_query(client, sql, &row, &err))
        return postgres_client_sqlstate(client);
    return !row.has_row ? "" : row.is_null[0] ? "-" : row.values[0];
}

static void crash(PgInstance *instance)
{
    pg_set_state(instance, PG_STOPPED);
    pg_set_state(instance, PG_STARTING);
    pg_set_state(instance, PG_READY);
}

static void test_replay_on_a_primary(void)
{
    Bench bench;

    bench_open(&bench, MIB);
    pass(&bench, 1000);
    CHECK_TEXT(raw(bench.of_primary, "select pg_last_wal_replay_lsn()"), "-");
    crash(bench.primary);
    CHECK(strchr(raw(bench.of_primary, "select pg_last_wal_replay_lsn()"), '/') != NULL);
    CHECK(!look(bench.of_primary).is_in_recovery);
    CHECK(look(bench.of_primary).current_lsn >= 0x3000000 + MIB);
    bench_close(&bench);
}

static void test_received_below_replayed(void)
{
    PostgresPosition position;
    uint64_t received;
    Bench bench;

    bench_open(&bench, MIB);
    pass(&bench, 1000);
    pg_set_link(bench.standby, &OFF);
    crash(bench.standby);
    received = postgres_lsn_parse(raw(bench.of_standby, "select pg_last_wal_receive_lsn()"));
    position = look(bench.of_standby);
    CHECK_INTEGER(received, 0x3000000);
    CHECK(position.replay_lsn > received);
    CHECK(position.receive_lsn == position.replay_lsn);
    bench_close(&bench);
}

static void test_removed_log_while_ready(void)
{
    Bench bench;

    bench_open(&bench, MIB);
    pg_set_link(bench.standby, &OFF);
    pass(&bench, 900000);
    pg_set_link(bench.standby, &ON);
    pass(&bench, 1000);
    CHECK_TEXT(raw(bench.of_standby, "select 1"), "1"); /* pg_isready is content */
    CHECK_TEXT(raw(bench.of_standby, "select status from pg_stat_wal_receiver"), "");
    CHECK(!look(bench.of_standby).has_receiver);
    bench_close(&bench);
}

static void test_timeline_of_the_control_file(void)
{
    static const char CONTROL[] = "select timeline_id from pg_control_checkpoint()";
    Bench bench;

    bench_open(&bench, MIB);
    pass(&bench, 1000);
    pg_promote(bench.standby);
    pass(&bench, CHECKPOINT_MS - 5000);
    CHECK_TEXT(raw(bench.of_standby, CONTROL), "1");
    CHECK_INTEGER(look(bench.of_standby).timeline, 2);
    pass(&bench, 5000);
    CHECK_TEXT(raw(bench.of_standby, CONTROL), "2");
    bench_close(&bench);
}

static void test_words_of_an_idle_primary(void)
{
    int64_t longest_ms = 0;
    Bench bench;

    bench_open(&bench, 0);
    for (int i = 0; i < 120; i++) {
        PostgresPosition position;

        pass(&bench, 1000);
        position = look(bench.of_standby);
        CHECK(position.has_receiver);
        if (position.receiver_silence_ms > longest_ms)
            longest_ms = position.receiver_silence_ms;
    }
    CHECK(longest_ms > KEEPALIVE_MS - 2000 && longest_ms <= KEEPALIVE_MS);
    CHECK(longest_ms < PATIENCE_MS);
    bench_close(&bench);
}

static void test_lag_of_an_idle_primary(void)
{
    static const char LAG[] = "select replay_lag from pg_stat_replication";
    Bench bench;

    bench_open(&bench, MIB);
    pass(&bench, 10000);
    CHECK(strncmp(raw(bench.of_primary, LAG), "00:00:00", 8) == 0);
    pg_set_write_rate(bench.primary, 0);
    pass(&bench, 10000);
    CHECK_TEXT(raw(bench.of_primary, LAG), "-");
    CHECK(look(bench.of_standby).replay_lsn == look(bench.of_primary).current_lsn);
    bench_close(&bench);
}

static void test_asked_the_wrong_one(void)
{
    static const char *const OF_A_PRIMARY[] = {"select pg_current_wal_lsn()",
                                               "select pg_walfile_name('0/3000060')",
                                               "select pg_current_wal_insert_lsn()"};
    static const char *const OF_A_STANDBY[] = {"select pg_is_wal_replay_paused()",
                                               "select pg_wal_replay_pause()",
                                               "select pg_promote()"};
    PostgresPosition position;
    Bench bench;

    bench_open(&bench, MIB);
    pass(&bench, 1000);
    for (size_t i = 0; i < 3; i++) {
        CHECK_TEXT(raw(bench.of_standby, OF_A_PRIMARY[i]), "55000");
        CHECK_TEXT(raw(bench.of_primary, OF_A_STANDBY[i]), "55000");
    }
    bench.promote_at = "is_wal_replay_paused"; /* between two questions */
    position = look(bench.of_standby);
    CHECK(!position.is_in_recovery);
    CHECK_INTEGER(position.timeline, 2);
    bench_close(&bench);
}

static void test_a_slot_without_a_position(void)
{
    static const char SLOT[] = "select restart_lsn from pg_replication_slots";
    PgReport ignored = {0};
    Bench bench;

    bench_open(&bench, MIB);
    CHECK(pg_slot_create(pg_peers(bench.primary), "mp2", &ignored) != NULL);
    pg_set_link(bench.standby, &OFF);
    CHECK_TEXT(raw(bench.of_primary, SLOT), "-");
    pass(&bench, 900000);
    pg_set_link(bench.standby, &(PgLink){.is_connected = true, .slot = "mp2"});
    pass(&bench, 1000);
    CHECK(!look(bench.of_standby).has_receiver);
    bench_close(&bench);
}

static void test_password_in_a_setting(void)
{
    static const char CONNINFO[] = "select conninfo from pg_stat_wal_receiver";
    PostgresClient *plain;
    Bench bench;

    bench_open(&bench, MIB);
    pass(&bench, 1000);
    CHECK(strstr(raw(bench.of_standby, "show primary_conninfo"), "password=hush") != NULL);
    CHECK(strstr(raw(bench.of_standby, CONNINFO), "password=********") != NULL);
    CHECK(strstr(look(bench.of_standby).sender_host, "hush") == NULL);
    plain = new_client(&bench, "127.0.3.2", "tsb");
    CHECK_TEXT(raw(plain, "show primary_conninfo"), "42501");
    CHECK_TEXT(raw(plain, "select current_setting('primary_conninfo')"), "42501");
    postgres_client_free(plain);
    bench_close(&bench);
}

/* in_hot_standby comes with the answer to the next question: tests/fakes/postgres/server_test.c sees it on the wire. */
static void test_promoted_under_a_session(void)
{
    Bench bench;

    bench_open(&bench, MIB);
    pass(&bench, 1000);
    CHECK(look(bench.of_standby).is_in_recovery);
    CHECK_TEXT(raw(bench.of_standby, "show in_hot_standby"), "on");
    pg_promote(bench.standby);
    CHECK(!look(bench.of_standby).is_in_recovery);
    CHECK_TEXT(raw(bench.of_standby, "show in_hot_standby"), "off");
    bench_close(&bench);
}

TEST_SUITE("engine/clients/traps",
           {"a: a primary has a replayed position", test_replay_on_a_primary},
           {"b: received is below replayed", test_received_below_replayed},
           {"c: removed log, and a ready server", test_removed_log_while_ready},
           {"d: the control file's timeline is late", test_timeline_of_the_control_file},
           {"e: a live stream is silent for 30 s", test_words_of_an_idle_primary},
           {"f: no lag where nothing is written", test_lag_of_an_idle_primary},
           {"g: 55000 to who asks the wrong one", test_asked_the_wrong_one},
           {"h: a slot without a position", test_a_slot_without_a_position},
           {"i: a password in a setting", test_password_in_a_setting},
           {"j: promoted under a session", test_promoted_under_a_session});
