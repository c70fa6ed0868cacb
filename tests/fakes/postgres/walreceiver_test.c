/*
 * tests/fakes/postgres/walreceiver_test.c - a walreceiver and the fake's own walsender, over TCP in one thread.
 *
 * What a real server says to it is in tests/acceptance/postgres_follows_real_test.sh; here are the cases that a real one would take long for.
 */
#include "fakes/postgres/walreceiver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/net/listener.h"
#include "fakes/postgres/peers.h"
#include "fakes/postgres/remote.h"
#include "fakes/postgres/server.h"
#include "fakes/postgres/wal.h"
#include "tests/test.h"

enum { BEGIN = 0x3000180, PATIENCE_MS = 20000 };

typedef struct {
    Loop *loop;
    Trace *trace;
    PgInstance *instances[2]; /* a primary and its standby in the model */
    PgServer *servers[2];
    int leader; /* who answers on the port */
    Listener *listener;
    PgInstance *follower;
    PgWalreceiver *receiver;
    Buffer said;
} Fixture;

static void note(void *owner, const TraceEvent *event)
{
    Fixture *fixture = owner;

    if (strcmp(event->kind, "postgres.walreceiver") == 0)
        buffer_format(&fixture->said, "%s\n", event->text);
}

static void accept_leader(void *owner, int fd)
{
    Fixture *fixture = owner;

    pg_server_accept(fixture->servers[fixture->leader], fd);
}

static PgInstance *make_instance(const char *name, uint64_t system)
{
    return pg_instance_new(&(PgInstanceOptions){.name = name,
                                                .system_identifier = system,
                                                .server_version_num = 150020,
                                                .timeline = 1,
                                                .start_lsn = BEGIN});
}

static void write_row(PgInstance *instance, const char *key)
{
    cJSON *value = cJSON_CreateString("x");

    CHECK_CASE(key, pg_write(instance, key, value, NULL));
    cJSON_Delete(value);
}

static void serve(Fixture *fixture, int index)
{
    static const PgRole ROLES[] = {
        {.name = "replication", .password = "secret", .may_replicate = true, .iterations = 1}
    };

    fixture->servers[index] =
        pg_server_new(&(PgServerOptions){.loop = fixture->loop,
                                         .trace = fixture->trace,
                                         .site = "mp1",
                                         .instance = fixture->instances[index],
                                         .roles = ROLES,
                                         .role_count = 1});
}

static void start(Fixture *fixture)
{
    char conninfo[160];
    Error err;

    snprintf(conninfo, sizeof conninfo,
             "hostaddr=127.0.0.1 port=%u user=replication password=secret sslmode=disable",
             listener_port(fixture->listener));
    CHECK(pg_walreceiver_new(&(PgWalreceiverOptions){.loop = fixture->loop,
                                                     .trace = fixture->trace,
                                                     .site = "mp2",
                                                     .instance = fixture->follower,
                                                     .conninfo = conninfo,
                                                     .is_checkpoint_fast = true,
                                                     .retry_ms = 20},
                             &fixture->receiver, &err));
}

static void fixture_init(Fixture *fixture)
{
    Error err;

    *fixture = (Fixture){.loop = loop_new(), .trace = trace_new()};
    trace_listen(fixture->trace, note, fixture);
    fixture->instances[0] = make_instance("a", 77);
    fixture->instances[1] = make_instance("b", 77);
    write_row(fixture->instances[0], "tenants/first");
    pg_follow(fixture->instances[1], fixture->instances[0], &(PgLink){.is_connected = true});
    serve(fixture, 0);
    serve(fixture, 1);
    fixture->follower = make_instance("c", 1);
    CHECK(listener_start(fixture->loop, "127.0.0.1", 0, accept_leader, fixture, &fixture->listener,
                         &err));
    start(fixture);
}

static void fixture_release(Fixture *fixture)
{
    pg_walreceiver_free(fixture->receiver);
    listener_stop(fixture->listener);
    pg_server_free(fixture->servers[0]);
    pg_server_free(fixture->servers[1]);
    loop_free(fixture->loop);
    pg_instance_free(fixture->follower);
    pg_instance_free(fixture->instances[1]);
    pg_instance_free(fixture->instances[0]);
    trace_free(fixture->trace);
    buffer_release(&fixture->said);
}

/* ---- waiting ---- */

typedef struct {
    Fixture *fixture;
    bool (*holds)(Fixture *fixture);
    int64_t until_ms;
} Wait;

static bool is_over(void *owner)
{
    const Wait *wait = owner;

    return wait->holds(wait->fixture) || clock_mono_ms() > wait->until_ms;
}

static void on_tick(void *owner)
{
    timer_start(*(Timer **)owner, 10);
}

static bool soon(Fixture *fixture, bool (*holds)(Fixture *fixture))
{
    Wait wait = {fixture, holds, clock_mono_ms() + PATIENCE_MS};
    Timer *tick = NULL;

    tick = timer_new(fixture->loop, on_tick, &tick);
    timer_start(tick, 10);
    loop_run_until(fixture->loop, is_over, &wait);
    timer_free(tick);
    return holds(fixture);
}

static PgInstance *leader(const Fixture *fixture)
{
    return fixture->instances[fixture->leader];
}

static bool has_all(Fixture *fixture)
{
    return pg_receiver(fixture->follower) == PG_RECEIVER_STREAMING &&
           pg_replay_lsn(fixture->follower) == pg_end_lsn(leader(fixture)) &&
           pg_end_lsn(fixture->follower) == pg_end_lsn(leader(fixture)) &&
           pg_timeline(fixture->follower) == pg_timeline(leader(fixture));
}

static bool is_seen(Fixture *fixture)
{
    const PgSender *sender = pg_peers(leader(fixture))->senders;
    PgLsn end = pg_end_lsn(leader(fixture));

    return sender != NULL && sender->write == end && sender->flush == end && sender->apply == end;
}

static bool is_waiting(Fixture *fixture)
{
    return pg_walreceiver_state(fixture->receiver) == WALRECEIVER_WAITING;
}

static bool has_said_other_system(Fixture *fixture)
{
    return fixture->said.length > 0 &&
           strstr(fixture->said.data, "the primary's identifier is 99, the standby's identifier "
                                      "is 77") != NULL;
}

static bool is_same_log(Fixture *fixture, PgLsn end)
{
    size_t size = (size_t)(end - pg_remote(fixture->follower)->first);
    char *ours = memory_new(size, 1), *theirs = memory_new(size, 1);
    bool is_same;

    pg_read_log(fixture->follower, end - size, end, ours);
    pg_read_log(leader(fixture), end - size, end, theirs);
    is_same = memcmp(ours, theirs, size) == 0;
    free(ours);
    free(theirs);
    return is_same;
}

/* ---- the tests ---- */

static void test_follows(void)
{
    Fixture fixture;

    fixture_init(&fixture);
    CHECK(soon(&fixture, has_all));
    for (int i = 0; i < 20; i++)
        write_row(fixture.instances[0], "tenants/more");
    pg_switch_log(fixture.instances[0]);
    write_row(fixture.instances[0], "tenants/last");
    CHECK(soon(&fixture, has_all) && soon(&fixture, is_seen));
    CHECK(is_same_log(&fixture, pg_end_lsn(leader(&fixture))));
    CHECK(pg_state(fixture.follower) == PG_READY && pg_is_in_recovery(fixture.follower));
    CHECK_INTEGER((intmax_t)pg_system_identifier(fixture.follower), 77);
    CHECK_TEXT(pg_remote(fixture.follower)->host, "127.0.0.1");
    CHECK(strstr(pg_remote(fixture.follower)->conninfo, "password=********") != NULL);
    CHECK(strstr(pg_remote(fixture.follower)->conninfo, "secret") == NULL);
    fixture_release(&fixture);
}

/* Cut, crash, and back: it asks for the rest on a new connection. */
static void test_connects_again(void)
{
    Fixture fixture;

    fixture_init(&fixture);
    CHECK(soon(&fixture, has_all));
    pg_server_drop_connections(fixture.servers[0], false);
    write_row(fixture.instances[0], "tenants/more");
    CHECK(soon(&fixture, has_all));
    fixture_release(&fixture);
}

static void test_live_switch(void)
{
    Fixture fixture;
    const PgHistoryEntry *entries;

    fixture_init(&fixture);
    pg_switch_log(fixture.instances[0]); /* a standby's backup begins with the last checkpoint */
    write_row(fixture.instances[0], "tenants/more");
    fixture.leader = 1;
    CHECK(soon(&fixture, has_all));
    pg_promote(fixture.instances[1]);
    write_row(fixture.instances[1], "tenants/two");
    CHECK(soon(&fixture, has_all));
    CHECK(pg_history(fixture.follower, &entries) == 1 && entries[0].timeline == 1);
    CHECK(is_same_log(&fixture, pg_end_lsn(leader(&fixture))));
    fixture_release(&fixture);
}

/* A base backup on a later timeline, whose history is asked for first. */
static void test_later_timeline(void)
{
    Fixture fixture;
    const PgHistoryEntry *entries;

    fixture_init(&fixture);
    fixture.leader = 1;
    pg_promote(fixture.instances[1]);
    write_row(fixture.instances[1], "tenants/two");
    CHECK(soon(&fixture, has_all));
    CHECK(pg_history(fixture.follower, &entries) == 1 && entries[0].timeline == 1);
    CHECK(is_same_log(&fixture, pg_end_lsn(leader(&fixture))));
    fixture_release(&fixture);
}

/* The standby that is promoted has less than the follower: that follower waits, for ever if need be, and keeps what it has. */
static void test_diverged(void)
{
    Fixture fixture;
    PgLsn end;

    fixture_init(&fixture);
    CHECK(soon(&fixture, has_all));
    pg_set_link(fixture.instances[1], &(PgLink){.is_connected = false});
    write_row(fixture.instances[0], "tenants/lost");
    CHECK(soon(&fixture, has_all));
    end = pg_replay_lsn(fixture.follower);
    pg_promote(fixture.instances[1]);
    for (int i = 0; i < 50; i++)
        write_row(fixture.instances[1], "tenants/other");
    fixture.leader = 1;
    pg_server_drop_connections(fixture.servers[0], false);
    pg_set_state(fixture.instances[0], PG_STOPPED);
    CHECK(soon(&fixture, is_waiting));
    CHECK(strstr(fixture.said.data, "new timeline 2 forked off current database system timeline 1 "
                                    "before current recovery point") != NULL ||
          strstr(fixture.said.data, "is not in this server's history") != NULL);
    CHECK(pg_replay_lsn(fixture.follower) == end && pg_timeline(fixture.follower) == 1);
    fixture_release(&fixture);
}

static void test_another_system(void)
{
    Fixture fixture;

    fixture_init(&fixture);
    CHECK(soon(&fixture, has_all));
    pg_server_free(fixture.servers[1]);
    pg_instance_free(fixture.instances[1]);
    fixture.instances[1] = make_instance("b", 99);
    serve(&fixture, 1);
    fixture.leader = 1;
    pg_server_drop_connections(fixture.servers[0], false);
    CHECK(soon(&fixture, has_said_other_system));
    fixture_release(&fixture);
}

/* Promoted, it lets go of its primary at once, and its log goes on where the last record ended. */
static void test_promoted(void)
{
    Fixture fixture;
    const PgHistoryEntry *entries;
    PgLsn end;

    fixture_init(&fixture);
    CHECK(soon(&fixture, has_all));
    end = pg_replay_lsn(fixture.follower);
    pg_promote(fixture.follower);
    CHECK_INTEGER(pg_walreceiver_state(fixture.receiver), WALRECEIVER_OVER);
    CHECK(pg_history(fixture.follower, &entries) == 1 && entries[0].ended_at == end);
    write_row(fixture.follower, "tenants/mine");
    CHECK(pg_row(fixture.follower, "tenants/mine") != NULL);
    fixture_release(&fixture);
}

TEST_SUITE("fakes/postgres/walreceiver", {"follows", test_follows},
           {"connects again", test_connects_again}, {"follows a promotion", test_live_switch},
           {"begins on a later timeline", test_later_timeline},
           {"waits where it has more", test_diverged}, {"another system", test_another_system},
           {"is promoted", test_promoted});
