/*
 * tests/fakes/postgres/receiver_test.c - what a walreceiver is at when its stream is not what it should be.
 */
#include <string.h>

#include "fakes/postgres/instance.h"
#include "tests/test.h"

static int64_t test_now_ms;

static int64_t test_clock(void)
{
    return test_now_ms;
}

typedef struct {
    PgInstance *primary, *standby;
} Pair;

static PgInstance *new_instance(const char *name, uint64_t system_identifier, double bytes_per_s)
{
    return pg_instance_new(&(PgInstanceOptions){.name = name,
                                                .system_identifier = system_identifier,
                                                .timeline = 1,
                                                .start_lsn = 0x3000000,
                                                .write_bytes_per_s = bytes_per_s,
                                                .now_ms = test_clock});
}

static Pair new_pair(double bytes_per_s, const PgLink *link)
{
    Pair pair = {new_instance("a", 7, bytes_per_s), new_instance("b", 7, 0)};

    pg_follow(pair.standby, pair.primary, link);
    return pair;
}

static void free_pair(Pair *pair)
{
    pg_instance_free(pair->standby);
    pg_instance_free(pair->primary);
}

static int64_t gap(const Pair *pair)
{
    return (int64_t)(pg_current_lsn(pair->primary) - pg_receive_lsn(pair->standby));
}

static void write_row(PgInstance *instance, const char *key)
{
    cJSON *value = cJSON_CreateObject();

    CHECK(pg_write(instance, key, value, NULL));
    cJSON_Delete(value);
}

/* A half-open connection looks streaming, and is silent: only the time of the last word tells. */
static void test_half_open(void)
{
    PgLink link = {.is_connected = true};
    Pair pair = new_pair(8000, &link);
    PgLsn had;
    int64_t heard_ms;

    test_now_ms += 1000;
    had = pg_receive_lsn(pair.standby);
    heard_ms = pg_last_message_ms(pair.standby);
    pg_set_link(pair.standby, &(PgLink){.is_connected = true, .is_silent = true});
    test_now_ms += 120000;
    CHECK(pg_receiver(pair.standby) == PG_RECEIVER_STREAMING);
    CHECK_INTEGER(pg_last_message_ms(pair.standby), heard_ms);
    CHECK(pg_receive_lsn(pair.standby) == had);
    pg_set_link(pair.standby, &link);
    test_now_ms += 1;
    CHECK_INTEGER(gap(&pair), 0);
    free_pair(&pair);
}

static void test_strangers_and_those_ahead(void)
{
    PgLink link = {.is_connected = true};
    Pair pair = new_pair(0, &link);
    PgInstance *sibling = new_instance("c", 7, 0), *stranger = new_instance("d", 1, 0);
    char text[200];

    write_row(pair.primary, "tenants/a");
    pg_follow(sibling, pair.primary, &(PgLink){.is_connected = false});
    write_row(pair.primary, "tenants/b");
    pg_follow(pair.standby, sibling, &link); /* which has less */
    CHECK(pg_receiver(pair.standby) == PG_RECEIVER_AHEAD);
    CHECK(strstr(pg_receiver_text(pair.standby, text), "is ahead of the WAL flush position"));
    write_row(stranger, "tenants/c");
    pg_follow(pair.standby, stranger, &link);
    CHECK(pg_receiver(pair.standby) == PG_RECEIVER_STRANGER);
    CHECK(strstr(pg_receiver_text(pair.standby, text), "system identifier differs"));
    pg_instance_free(stranger);
    pg_instance_free(sibling);
    free_pair(&pair);
}

static void test_a_full_disk(void)
{
    PgLink link = {.is_connected = true};
    Pair pair = new_pair(8000, &link);
    cJSON *value = cJSON_CreateObject();
    PgLsn end;

    test_now_ms += 1000;
    pg_set_disk_full(pair.primary, true);
    end = pg_current_lsn(pair.primary);
    test_now_ms += 1000;
    CHECK(pg_current_lsn(pair.primary) == end);
    CHECK(!pg_write(pair.primary, "tenants/a", value, NULL));
    CHECK(pg_receiver(pair.standby) == PG_RECEIVER_STREAMING);
    pg_set_disk_full(pair.primary, false);
    pg_set_disk_full(pair.standby, true);
    test_now_ms += 1000;
    CHECK(pg_receiver(pair.standby) == PG_RECEIVER_FULL);
    CHECK(pg_receive_lsn(pair.standby) == end);
    pg_set_disk_full(pair.standby, false);
    test_now_ms += 1;
    CHECK_INTEGER(gap(&pair), 0);
    cJSON_Delete(value);
    free_pair(&pair);
}

/* (f) of the traps: the columns of lag are NULL when nothing is written. */
static void test_lag_in_time(void)
{
    PgLink link = {.is_connected = true, .delay_ms = 20, .lag_bytes = 80000};
    Pair pair = new_pair(8000, &link);
    int64_t lag_ms = 0;

    test_now_ms += 60000;
    CHECK(pg_replay_lag(pair.standby, &lag_ms));
    CHECK(lag_ms >= 10000 && lag_ms <= 10200); /* 80000 bytes at 8000 a second, there and back */
    pg_set_write_rate(pair.primary, 0);
    test_now_ms += 60000;
    CHECK(!pg_replay_lag(pair.standby, &lag_ms));
    CHECK(!pg_replay_lag(pair.primary, &lag_ms));
    free_pair(&pair);
}

TEST_SUITE("fakes/postgres/receiver", {"half open", test_half_open},
           {"strangers, and those ahead", test_strangers_and_those_ahead},
           {"a full disk", test_a_full_disk}, {"lag in time", test_lag_in_time});
