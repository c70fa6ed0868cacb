/*
 * tests/fakes/postgres/instance_test.c - positions, contents and history of instances, on a clock that the test moves.
 */
#include "fakes/postgres/instance.h"

#include <string.h>

#include "base/buffer.h"
#include "tests/test.h"

enum { MIB = 1 << 20, SEGMENT = 16 * MIB };

static int64_t test_now_ms;

static int64_t test_clock(void)
{
    return test_now_ms;
}

typedef struct {
    PgInstance *primary, *standby, *sibling;
} Pair;

static PgInstance *make_instance(const char *name, double bytes_per_s, PgLsn keep)
{
    return pg_instance_new(&(PgInstanceOptions){
        .name = name,
        .system_identifier = 7710404653448864183,
        .server_version_num = 150020,
        .timeline = 1,
        .start_lsn = 0x3000000,
        .write_bytes_per_s = bytes_per_s,
        .wal_keep_bytes = keep,
        .now_ms = test_clock,
    });
}

/* A primary that wrote 10 s long, and two that follow it. */
static Pair make_pair(double bytes_per_s, const PgLink *link, PgLsn keep)
{
    Pair pair;

    test_now_ms = 1000000;
    pair.primary = make_instance("a", bytes_per_s, keep);
    pair.standby = make_instance("b", bytes_per_s, keep);
    pair.sibling = make_instance("c", bytes_per_s, keep);
    test_now_ms += 10000;
    pg_follow(pair.standby, pair.primary, link);
    pg_follow(pair.sibling, pair.primary, link);
    return pair;
}

static void free_pair(Pair *pair)
{
    pg_instance_free(pair->sibling);
    pg_instance_free(pair->standby);
    pg_instance_free(pair->primary);
}

static int64_t gap(const Pair *pair)
{
    return (int64_t)(pg_current_lsn(pair->primary) - pg_receive_lsn(pair->standby));
}

static PgLsn write_row(PgInstance *instance, const char *key)
{
    cJSON *value = cJSON_CreateObject();
    PgLsn lsn = 0;

    cJSON_AddStringToObject(value, "writtenTo", pg_name(instance));
    CHECK_CASE(key, pg_write(instance, key, value, &lsn));
    cJSON_Delete(value);
    return lsn;
}

static const char *row_writer(PgInstance *instance, const char *key)
{
    return json_string(pg_row(instance, key), "writtenTo");
}

static const struct {
    const char *name;
    double bytes_per_s; /* of the primary */
    PgLink link;
    int64_t write_ms; /* it goes on writing for so long... */
    int64_t idle_ms;  /* ...and then stands still */
    int64_t gap;      /* in cells of 64 bytes, where records end */
} LAG_CASES[] = {
    {"no lag, no delay",                     8000, {.is_connected = true},                                               5000, 0,    0    },
    {"a delay is what is written meanwhile",
     8000,                                         {.is_connected = true, .delay_ms = 500},
     5000,                                                                                                                     0,
     4032                                                                                                                                 },
    {"the lag holds while it writes",
     8000,                                         {.is_connected = true, .lag_bytes = 4096},
     5000,                                                                                                                     0,
     4096                                                                                                                                 },
    {"lag and delay add up",
     8000,                                         {.is_connected = true, .lag_bytes = 4096, .delay_ms = 500},
     5000,                                                                                                                     0,
     8128                                                                                                                                 },
    {"drained at once",                      8000, {.is_connected = true, .lag_bytes = 4096},                            5000, 1,    0    },
    {"draining",
     8000,                                         {.is_connected = true, .lag_bytes = 4096, .drain_bytes_per_s = 1000},
     5000,                                                                                                                     3000,
     1152                                                                                                                                 },
    {"drained in its time",
     8000,                                         {.is_connected = true, .lag_bytes = 4096, .drain_bytes_per_s = 1000},
     5000,                                                                                                                     4100,
     0                                                                                                                                    },
    {"a slow link falls behind",             8000, {.is_connected = true, .bytes_per_s = 6000},                          5000, 0,    10048},
    {"and catches up in the end",
     8000,                                         {.is_connected = true, .bytes_per_s = 6000},
     5000,                                                                                                                     1000,
     4032                                                                                                                                 },
    {"a slow link drains slowly",
     8000,                                         {.is_connected = true, .lag_bytes = 4096, .bytes_per_s = 9000},
     5000,                                                                                                                     256,
     1792                                                                                                                                 },
    {"stalled",                              8000, {.is_connected = true, .is_stalled = true},                           5000, 1000, 40000},
    {"disconnected",                         8000, {.is_connected = false},                                              5000, 1000, 40000},
    {"an idle primary",                      0,    {.is_connected = true, .lag_bytes = 4096},                            5000, 0,    0    },
};

static void test_lag(void)
{
    for (size_t i = 0; i < TEST_COUNT(LAG_CASES); i++) {
        Pair pair = make_pair(LAG_CASES[i].bytes_per_s, &LAG_CASES[i].link, 0);

        test_now_ms += LAG_CASES[i].write_ms;
        if (LAG_CASES[i].idle_ms > 0)
            pg_set_write_rate(pair.primary, 0);
        test_now_ms += LAG_CASES[i].idle_ms;
        if (!CHECK_CASE(LAG_CASES[i].name, gap(&pair) == LAG_CASES[i].gap))
            CHECK_INTEGER(gap(&pair), LAG_CASES[i].gap);
        free_pair(&pair);
    }
}

/* How often somebody looks changes nothing of what they see. */
static void test_looking_changes_nothing(void)
{
    for (size_t i = 0; i < TEST_COUNT(LAG_CASES); i++) {
        Pair pair = make_pair(LAG_CASES[i].bytes_per_s, &LAG_CASES[i].link, 0);
        PgLsn last = 0;

        for (int64_t ms = 0; ms < LAG_CASES[i].write_ms + LAG_CASES[i].idle_ms; ms++) {
            if (ms == LAG_CASES[i].write_ms)
                pg_set_write_rate(pair.primary, 0);
            test_now_ms++;
            CHECK_CASE(LAG_CASES[i].name, pg_receive_lsn(pair.standby) >= last);
            last = pg_receive_lsn(pair.standby);
        }
        CHECK_CASE(LAG_CASES[i].name, pg_receive_lsn(pair.standby) == pg_receive_lsn(pair.sibling));
        free_pair(&pair);
    }
}

static void test_positions_look_like_records(void)
{
    PgLink link = {.is_connected = true, .delay_ms = 3};
    Pair pair = make_pair(12345, &link, 0);
    char text[24];

    for (int i = 0; i < 100; i++) {
        test_now_ms += 7;
        CHECK_INTEGER(pg_current_lsn(pair.primary) % 64, 0);
        CHECK_INTEGER(pg_receive_lsn(pair.standby) % 64, 0);
        CHECK_INTEGER(pg_replay_lsn(pair.standby) % 64, 0);
    }
    CHECK_TEXT(pg_lsn_text(0x3000060, text), "0/3000060");
    CHECK_TEXT(pg_lsn_text(0x1fffffff0a, text), "1F/FFFFFF0A");
    CHECK(pg_current_lsn(pair.standby) == 0);
    CHECK(pg_receive_lsn(pair.primary) == 0);
    CHECK(pg_replay_lsn(pair.primary) == 0);
    free_pair(&pair);
}

static void test_writes_arrive(void)
{
    PgLink link = {.is_connected = true, .delay_ms = 50};
    Pair pair = make_pair(0, &link, 0);
    PgLsn before = pg_current_lsn(pair.primary);
    PgLsn first = write_row(pair.primary, "tenants/a");
    PgLsn second = write_row(pair.primary, "tenants/b");

    CHECK(first > before && second > first);
    CHECK_INTEGER(second - first,
                  256); /* key, {"writtenTo":"a"}, a page around them, and a commit */
    CHECK(second == pg_current_lsn(pair.primary));
    CHECK_TEXT(row_writer(pair.primary, "tenants/a"), "a");
    CHECK(pg_row(pair.standby, "tenants/a") == NULL);
    test_now_ms += 49;
    CHECK(pg_row(pair.standby, "tenants/b") == NULL);
    test_now_ms += 1;
    CHECK_TEXT(row_writer(pair.standby, "tenants/b"), "a");
    CHECK(pg_replay_lsn(pair.standby) == second);
    CHECK(pg_write(pair.primary, "tenants/a", NULL, NULL));
    CHECK(pg_row(pair.primary, "tenants/a") == NULL);
    CHECK_TEXT(row_writer(pair.standby, "tenants/a"), "a");
    test_now_ms += 50;
    CHECK(pg_row(pair.standby, "tenants/a") == NULL);
    free_pair(&pair);
}

static void test_who_may_be_written(void)
{
    PgLink link = {.is_connected = true};
    Pair pair = make_pair(0, &link, 0);
    static const PgState NOT_READY[] = {PG_STOPPED, PG_STARTING, PG_STOPPING};

    CHECK(!pg_write(pair.standby, "tenants/a", NULL, NULL));
    for (size_t i = 0; i < TEST_COUNT(NOT_READY); i++) {
        pg_set_state(pair.primary, NOT_READY[i]);
        CHECK(!pg_write(pair.primary, "tenants/a", NULL, NULL));
    }
    pg_set_state(pair.primary, PG_READY);
    CHECK(pg_write(pair.primary, "tenants/a", NULL, NULL));
    free_pair(&pair);
}

static bool collect_key(void *owner, const char *key, const cJSON *value)
{
    Buffer *keys = owner;

    CHECK(value != NULL);
    buffer_format(keys, "%s ", key);
    return strcmp(key, "tenants/z") != 0;
}

static void test_rows_come_by_key(void)
{
    PgInstance *instance = make_instance("a", 0, 0);
    Buffer keys = {0}, some = {0};

    write_row(instance, "workspaces/a");
    write_row(instance, "tenants/b");
    write_row(instance, "tenants/a");
    write_row(instance, "tenants");
    write_row(instance, "tenants/b");
    pg_each_row(instance, "tenants/", collect_key, &keys);
    CHECK_TEXT(keys.data, "tenants/a tenants/b ");
    write_row(instance, "tenants/z");
    write_row(instance, "tenants/zz");
    pg_each_row(instance, "", collect_key, &some);
    CHECK_TEXT(some.data, "tenants tenants/a tenants/b tenants/z ");
    buffer_release(&keys);
    buffer_release(&some);
    pg_instance_free(instance);
}

static void test_pause_and_replay_delay(void)
{
    PgLink paused = {.is_connected = true, .is_replay_paused = true};
    PgLink late = {.is_connected = true, .replay_delay_ms = 2000};
    PgLink plain = {.is_connected = true};
    Pair pair = make_pair(0, &plain, 0);
    PgLsn lsn, replayed;

    replayed = pg_replay_lsn(pair.standby);
    pg_set_link(pair.standby, &paused);
    pg_set_link(pair.sibling, &late);
    lsn = write_row(pair.primary, "tenants/a");
    test_now_ms += 1999;
    CHECK(pg_receive_lsn(pair.standby) == lsn && pg_replay_lsn(pair.standby) == replayed);
    CHECK(pg_receive_lsn(pair.sibling) == lsn && pg_replay_lsn(pair.sibling) == replayed);
    CHECK(pg_row(pair.standby, "tenants/a") == NULL);
    test_now_ms += 1;
    CHECK(pg_replay_lsn(pair.sibling) == lsn);
    CHECK_INTEGER(pg_last_replay_commit_ms(pair.sibling), test_now_ms - 2000);
    CHECK(pg_replay_lsn(pair.standby) == replayed);
    pg_set_link(pair.standby, &plain);
    CHECK(pg_replay_lsn(pair.standby) == lsn);
    CHECK(pg_row(pair.standby, "tenants/a") != NULL);
    free_pair(&pair);
}

static void test_promotion(void)
{
    PgLink link = {.is_connected = true, .delay_ms = 50};
    Pair pair = make_pair(0, &link, 0);
    const PgHistoryEntry *entries;
    PgLsn kept;

    write_row(pair.primary, "tenants/kept");
    test_now_ms += 50;
    pg_set_link(pair.standby,
                &(PgLink){.is_connected = true, .delay_ms = 50, .is_replay_paused = true});
    kept = write_row(pair.primary, "tenants/received");
    test_now_ms += 50;
    CHECK(pg_row(pair.standby, "tenants/received") == NULL);
    write_row(pair.primary, "tenants/lost");
    pg_promote(pair.standby);
    CHECK(!pg_is_in_recovery(pair.standby));
    CHECK_INTEGER(pg_timeline(pair.standby), 2);
    CHECK_INTEGER(pg_control_timeline(pair.standby), 1);
    CHECK_INTEGER(pg_history(pair.standby, &entries), 1);
    CHECK_INTEGER(entries[0].timeline, 1);
    CHECK(entries[0].ended_at == kept);
    CHECK(pg_current_lsn(pair.standby) > kept);
    CHECK(pg_replay_lsn(pair.standby) == kept);
    CHECK(pg_row(pair.standby, "tenants/received") != NULL);
    CHECK(pg_row(pair.standby, "tenants/lost") == NULL);
    CHECK(pg_upstream(pair.standby) == NULL);
    test_now_ms += 1000;
    CHECK_INTEGER(pg_control_timeline(pair.standby), 2);
    CHECK(pg_row(pair.standby, "tenants/lost") == NULL);
    write_row(pair.standby, "tenants/new");
    CHECK(pg_row(pair.primary, "tenants/new") == NULL);
    pg_promote(pair.standby);
    CHECK_INTEGER(pg_timeline(pair.standby), 2);
    free_pair(&pair);
}

static void test_lines_of_history(void)
{
    PgLink link = {.is_connected = true};
    Pair pair = make_pair(0, &link, 0);
    PgInstance *stranger;

    write_row(pair.primary, "tenants/a");
    CHECK(pg_is_ancestor(pair.standby, pair.primary));
    CHECK(pg_is_ancestor(pair.primary, pair.standby)); /* both at the same place */
    pg_promote(pair.standby);
    CHECK(pg_is_ancestor(pair.primary, pair.standby)); /* it wrote nothing after the fork */
    CHECK(!pg_is_ancestor(pair.standby, pair.primary));
    write_row(pair.primary, "tenants/b");
    CHECK(!pg_is_ancestor(pair.primary, pair.standby)); /* split brain */
    pg_promote(pair.sibling);
    CHECK_INTEGER(pg_timeline(pair.sibling), 2);
    CHECK(!pg_is_ancestor(pair.sibling, pair.standby)); /* both are timeline 2, and not the same */
    stranger = pg_instance_new(&(PgInstanceOptions){.name = "d",
                                                    .system_identifier = 1,
                                                    .timeline = 1,
                                                    .now_ms = test_clock});
    CHECK(!pg_is_ancestor(stranger, pair.primary) && !pg_is_ancestor(pair.primary, stranger));
    pg_instance_free(stranger);
    free_pair(&pair);
}

static void test_siblings_of_a_promoted_one(void)
{
    PgLink link = {.is_connected = true};
    Pair pair = make_pair(0, &link, 0);

    pg_set_link(pair.sibling, &(PgLink){.is_connected = false});
    write_row(pair.primary, "tenants/a");
    pg_promote(pair.standby);
    write_row(pair.standby, "tenants/b");
    pg_follow(pair.sibling, pair.standby, &link);
    test_now_ms += 1;
    CHECK(pg_receiver(pair.sibling) == PG_RECEIVER_STREAMING);
    CHECK_TEXT(row_writer(pair.sibling, "tenants/a"), "a");
    CHECK_TEXT(row_writer(pair.sibling, "tenants/b"), "b");
    CHECK_INTEGER(pg_timeline(pair.sibling), 2);
    CHECK(pg_receive_lsn(pair.sibling) == pg_current_lsn(pair.standby));
    free_pair(&pair);
}

static void test_the_old_primary_comes_back(void)
{
    PgLink link = {.is_connected = true};
    Pair pair = make_pair(0, &link, 0);
    PgInstance *const *followers;

    write_row(pair.primary, "tenants/a");
    pg_promote(pair.standby);
    write_row(pair.primary, "tenants/lost");
    write_row(pair.standby, "tenants/b");
    pg_follow(pair.primary, pair.standby, &link);
    test_now_ms += 60000;
    CHECK(pg_is_in_recovery(pair.primary));
    CHECK(pg_receiver(pair.primary) == PG_RECEIVER_WAITING); /* it went past the fork */
    CHECK(pg_row(pair.primary, "tenants/b") == NULL);
    CHECK(pg_row(pair.primary, "tenants/lost") != NULL);
    pg_reseed(pair.primary, pair.standby, &link);
    test_now_ms += 1;
    CHECK(pg_receiver(pair.primary) == PG_RECEIVER_STREAMING);
    CHECK(pg_row(pair.primary, "tenants/lost") == NULL);
    CHECK_TEXT(row_writer(pair.primary, "tenants/a"), "a");
    CHECK_TEXT(row_writer(pair.primary, "tenants/b"), "b");
    CHECK_INTEGER(pg_timeline(pair.primary), 2);
    CHECK_INTEGER(pg_followers(pair.standby, &followers), 1);
    CHECK(followers[0] == pair.primary);
    free_pair(&pair);
}

static void test_stops_and_starts(void)
{
    PgLink link = {.is_connected = true, .delay_ms = 100};
    Pair pair = make_pair(8000, &link, 0);
    PgLsn last;

    test_now_ms += 1000;
    last = pg_current_lsn(pair.primary);
    pg_set_state(pair.primary, PG_STOPPED); /* a crash: what was on its way is lost */
    test_now_ms += 5000;
    CHECK(pg_current_lsn(pair.primary) == last);
    CHECK_INTEGER(gap(&pair), 0); /* the network still delivers what had left */
    CHECK(pg_receiver(pair.standby) == PG_RECEIVER_NONE);
    pg_set_state(pair.primary, PG_READY);
    CHECK(pg_replay_lsn(pair.primary) == last); /* crash recovery: not NULL on a primary */
    test_now_ms += 1000;
    CHECK_INTEGER(gap(&pair), 832);
    pg_set_state(pair.standby, PG_STOPPED); /* and what was on its way to it is lost */
    test_now_ms += 1000;
    last = pg_end_lsn(pair.standby);
    pg_set_state(pair.standby, PG_STARTING);
    pg_set_state(pair.primary, PG_STOPPED);
    pg_set_state(pair.standby, PG_READY);
    test_now_ms += 1000;
    CHECK(pg_replay_lsn(pair.standby) == last);
    CHECK(pg_receive_lsn(pair.standby) < last); /* the beginning of the segment */
    CHECK_INTEGER(pg_receive_lsn(pair.standby) % SEGMENT, 0);
    pg_set_state(pair.primary, PG_READY);
    test_now_ms += 1000;
    CHECK_INTEGER(gap(&pair), 832);
    pg_set_state(pair.primary, PG_STOPPING);
    test_now_ms += 100;
    CHECK_INTEGER(gap(&pair), 0); /* a shutdown sends all there is */
    pg_set_state(pair.primary, PG_STOPPED);
    CHECK(pg_replay_lsn(pair.primary) == 0);
    free_pair(&pair);
}

static void test_log_is_removed(void)
{
    PgLink on = {.is_connected = true}, off = {.is_connected = false};
    Pair pair = make_pair(160000, &on, SEGMENT);
    PgLsn stood;

    pg_set_link(pair.standby, &off);
    pg_set_link(pair.sibling, &off);
    test_now_ms += 60000; /* 9 600 000 bytes: still there */
    pg_set_link(pair.sibling, &on);
    test_now_ms += 1;
    CHECK(pg_receiver(pair.sibling) == PG_RECEIVER_STREAMING);
    CHECK_INTEGER(pg_current_lsn(pair.primary) - pg_receive_lsn(pair.sibling), 0);
    stood = pg_receive_lsn(pair.standby);
    test_now_ms += 180000; /* 38 400 000 in all: gone, and with it the segment */
    pg_set_link(pair.standby, &on);
    test_now_ms += 1000;
    CHECK(pg_receiver(pair.standby) == PG_RECEIVER_REMOVED);
    CHECK(pg_receive_lsn(pair.standby) == stood);
    pg_set_link(pair.standby, &off);
    pg_set_link(pair.standby, &on);
    CHECK(pg_receiver(pair.standby) == PG_RECEIVER_REMOVED);
    pg_reseed(pair.standby, pair.primary, &on);
    test_now_ms += 1000;
    CHECK(pg_receiver(pair.standby) == PG_RECEIVER_STREAMING);
    CHECK_INTEGER(gap(&pair), 0);
    free_pair(&pair);
}

static void test_words_from_upstream(void)
{
    PgLink link = {.is_connected = true, .delay_ms = 20};
    Pair pair = make_pair(0, &link, 0);
    int64_t connected_ms = test_now_ms + 20;

    test_now_ms = connected_ms + 29999;
    CHECK_INTEGER(pg_last_message_ms(pair.standby), connected_ms);
    test_now_ms += 1;
    CHECK_INTEGER(pg_last_message_ms(pair.standby), test_now_ms); /* a keep-alive */
    test_now_ms += 1000;
    write_row(pair.primary, "tenants/a");
    test_now_ms += 25;
    CHECK_INTEGER(pg_last_message_ms(pair.standby), test_now_ms - 5);
    pg_set_link(pair.standby, &(PgLink){.is_connected = true, .is_stalled = true});
    write_row(pair.primary, "tenants/b");
    test_now_ms += 30000;
    CHECK_INTEGER(pg_last_message_ms(pair.standby), test_now_ms - 5); /* alive, and nothing in it */
    CHECK(pg_row(pair.standby, "tenants/b") == NULL);
    pg_set_link(pair.standby, &(PgLink){.is_connected = false});
    test_now_ms += 60000;
    CHECK_INTEGER(pg_last_message_ms(pair.standby), test_now_ms - 60005);
    CHECK_INTEGER(pg_last_message_ms(pair.primary), 0);
    free_pair(&pair);
}

static void test_a_standby_behind_a_standby(void)
{
    PgLink link = {.is_connected = true, .delay_ms = 10};
    Pair pair = make_pair(0, &link, 0);

    pg_follow(pair.sibling, pair.standby, &link);
    write_row(pair.primary, "tenants/a");
    test_now_ms += 10;
    CHECK(pg_row(pair.standby, "tenants/a") != NULL);
    CHECK(pg_row(pair.sibling, "tenants/a") == NULL);
    test_now_ms += 10;
    CHECK(pg_row(pair.sibling, "tenants/a") != NULL);
    pg_promote(pair.standby); /* and it follows over the promotion */
    write_row(pair.standby, "tenants/b");
    test_now_ms += 10;
    CHECK(pg_row(pair.sibling, "tenants/b") != NULL);
    CHECK_INTEGER(pg_timeline(pair.sibling), 2);
    pg_follow(pair.standby, pair.sibling, &link); /* a ring goes nowhere, and ends */
    test_now_ms += 1000;
    CHECK(pg_row(pair.standby, "tenants/b") != NULL);
    free_pair(&pair);
}

static void test_freed_in_any_order(void)
{
    PgLink link = {.is_connected = true};
    Pair pair = make_pair(8000, &link, 0);
    PgLsn last;

    test_now_ms += 1000;
    last = pg_current_lsn(pair.primary);
    pg_instance_free(pair.primary);
    test_now_ms += 1000;
    CHECK(pg_upstream(pair.standby) == NULL);
    CHECK(pg_receive_lsn(pair.standby) == last);
    pg_instance_free(pair.standby);
    pg_instance_free(pair.sibling);
    pg_instance_free(NULL);
}

static void test_a_clock_set_back(void)
{
    PgLink link = {.is_connected = true};
    Pair pair = make_pair(8000, &link, 0);
    PgLsn lsn = write_row(pair.primary, "tenants/a");

    test_now_ms -= 5000;
    CHECK(pg_current_lsn(pair.primary) >= lsn);
    CHECK(write_row(pair.primary, "tenants/b") > lsn);
    CHECK(pg_receive_lsn(pair.standby) == pg_current_lsn(pair.primary));
    free_pair(&pair);
}

/* What counts is what a primary itself was told to write, and what its rate stands for; a standby writes nothing of its own. */
static void test_changes_are_counted(void)
{
    PgLink link = {.is_connected = true};
    Pair pair = make_pair(2560, &link, 0);

    CHECK_INTEGER(pg_changes(pair.primary), 100); /* 10 s of 10 rows */
    write_row(pair.primary, "tenants/a");
    write_row(pair.primary, "tenants/a");
    CHECK_INTEGER(pg_changes(pair.primary), 102);
    test_now_ms += 10000;
    CHECK_INTEGER(pg_changes(pair.primary), 202);
    pg_set_write_rate(pair.primary, 0);
    test_now_ms += 10000;
    pg_checkpoint(pair.primary); /* log, but no change */
    CHECK_INTEGER(pg_changes(pair.primary), 202);
    CHECK_INTEGER(pg_changes(pair.standby), 100); /* of before it became one */
    free_pair(&pair);
}

TEST_SUITE("fakes/postgres/instance", {"lag, delay and limits of a link", test_lag},
           {"looking changes nothing", test_looking_changes_nothing},
           {"positions look like records", test_positions_look_like_records},
           {"writes arrive", test_writes_arrive}, {"who may be written", test_who_may_be_written},
           {"rows come by key", test_rows_come_by_key},
           {"pause and replay delay", test_pause_and_replay_delay}, {"promotion", test_promotion},
           {"lines of history", test_lines_of_history},
           {"siblings of a promoted one", test_siblings_of_a_promoted_one},
           {"the old primary comes back", test_the_old_primary_comes_back},
           {"stops and starts", test_stops_and_starts}, {"the log is removed", test_log_is_removed},
           {"words from upstream", test_words_from_upstream},
           {"a standby behind a standby", test_a_standby_behind_a_standby},
           {"freed in any order", test_freed_in_any_order},
           {"a clock that was set back", test_a_clock_set_back},
           {"changes are counted", test_changes_are_counted});
