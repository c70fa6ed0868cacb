/*
 * tests/fakes/postgres/retention_test.c - what checkpoints remove of the log, and what slots keep.
 */
#include <string.h>

#include "fakes/postgres/instance.h"
#include "fakes/postgres/peers.h"
#include "tests/test.h"

#define MIB     ((PgLsn)1 << 20)
#define SEGMENT (16 * MIB)

static int64_t test_now_ms;

static int64_t test_clock(void)
{
    return test_now_ms;
}

static PgInstance *new_primary(const PgInstanceOptions *options)
{
    PgInstanceOptions own = *options;

    own.name = "a";
    own.system_identifier = 7;
    own.timeline = 1;
    own.start_lsn = 0x3000000;
    own.now_ms = test_clock;
    return pg_instance_new(&own);
}

static PgInstance *new_standby(PgInstance *primary, const PgLink *link)
{
    PgInstance *standby = new_primary(&(PgInstanceOptions){0});

    pg_follow(standby, primary, link);
    return standby;
}

/* wal_keep_size is 0: what a checkpoint that is done began with is the oldest there is. */
static void test_checkpoints_remove_the_log(void)
{
    PgLink on = {.is_connected = true};
    PgInstance *primary =
        new_primary(&(PgInstanceOptions){.write_bytes_per_s = MIB, .checkpoint_every_ms = 300000});
    PgInstance *standby = new_standby(primary, &on);

    pg_set_link(standby, &(PgLink){.is_connected = false});
    test_now_ms += 569000;
    CHECK_INTEGER(pg_oldest_lsn(primary), 0x3000000);
    pg_set_link(standby, &on); /* it began at 300 s, and is not done before 570 s */
    CHECK(pg_receiver(standby) == PG_RECEIVER_STREAMING);
    pg_set_link(standby, &(PgLink){.is_connected = false});
    test_now_ms += 1000;
    CHECK_INTEGER(pg_oldest_lsn(primary), (0x3000000 + 300 * MIB) / SEGMENT * SEGMENT);
    pg_set_link(standby, &on); /* it was here a second ago */
    CHECK(pg_receiver(standby) == PG_RECEIVER_STREAMING);
    pg_set_link(standby, &(PgLink){.is_connected = false});
    test_now_ms += 600000;
    pg_set_link(standby, &on);
    CHECK(pg_receiver(standby) == PG_RECEIVER_REMOVED);
    pg_set_write_rate(primary, 0); /* idle: no checkpoint removes anything any more */
    test_now_ms += 3600000;
    CHECK_INTEGER(pg_oldest_lsn(primary), (0x3000000 + 1170 * (PgLsn)MIB) / SEGMENT * SEGMENT);
    pg_instance_free(standby);
    pg_instance_free(primary);
}

/* (h) of the traps: what keeps log is a slot's position, not the slot. */
static void test_slots_keep_the_log(void)
{
    PgLink on = {.is_connected = true, .slot = "mp2"}, off = {.slot = "mp2"};
    PgInstance *primary = new_primary(&(PgInstanceOptions){.write_bytes_per_s = MIB,
                                                           .slot_keep_bytes = (PgLsn)2048 * MIB,
                                                           .checkpoint_every_ms = 300000});
    PgInstance *standby = new_standby(primary, &on);
    PgReport report = {0};
    PgSlot *slot;
    int64_t safe;
    char text[200];

    CHECK(pg_receiver(standby) == PG_RECEIVER_NO_SLOT);
    CHECK(strstr(pg_receiver_text(standby, text), "replication slot \"mp2\" does not exist") !=
          NULL);
    slot = pg_slot_create(pg_peers(primary), "mp2", &report);
    CHECK(pg_slot_safe_bytes(primary, slot, &safe));
    CHECK_INTEGER(safe, 2048 * (int64_t)MIB + SEGMENT - 0x3000000); /* as if it began at 0/0 */
    CHECK(pg_slot_status(primary, slot) == NULL); /* made without a position: it keeps nothing */
    test_now_ms += 600000;
    CHECK(pg_oldest_lsn(primary) > 0x3000000);
    pg_reseed(standby, primary, &on);
    test_now_ms += 1000;
    CHECK(pg_receiver(standby) == PG_RECEIVER_STREAMING);
    CHECK_TEXT(pg_slot_status(primary, slot), "reserved");
    CHECK(slot->pid != 0 && slot->restart == pg_receive_lsn(standby));
    CHECK(pg_slot_safe_bytes(primary, slot, &safe));
    CHECK_INTEGER(safe, 2048 * (int64_t)MIB + SEGMENT - (int64_t)(slot->restart % SEGMENT));
    pg_set_link(standby, &off);
    test_now_ms += 1500000;
    CHECK_TEXT(pg_slot_status(primary, slot), "extended");
    CHECK(slot->pid == 0);
    CHECK(pg_oldest_lsn(primary) <= slot->restart);
    test_now_ms += 600000;
    CHECK_TEXT(pg_slot_status(primary, slot), "lost"); /* max_slot_wal_keep_size */
    CHECK(!pg_slot_safe_bytes(primary, slot, &safe));
    pg_set_link(standby, &on);
    CHECK(pg_receiver(standby) == PG_RECEIVER_REMOVED);
    pg_instance_free(standby);
    pg_instance_free(primary);
}

TEST_SUITE("fakes/postgres/retention",
           {"checkpoints remove the log", test_checkpoints_remove_the_log},
           {"slots keep the log", test_slots_keep_the_log});
