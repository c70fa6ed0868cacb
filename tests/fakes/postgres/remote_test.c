/*
 * tests/fakes/postgres/remote_test.c - a log that a server of any other kind wrote, and the log that a fake goes on with where it ends.
 */
#include "fakes/postgres/remote.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/postgres/wal.h"
#include "tests/test.h"

enum { BEGIN = 0x5000000, SYSTEM = 77, RECORD_SIZE = 4000, NEXT_XID = 40000 };

static int64_t test_now_ms;

static int64_t test_clock(void)
{
    return test_now_ms;
}

/* ---- a log whose records begin wherever the last one ended, as a real server's do ---- */

typedef struct {
    Buffer bytes;
    PgLsn previous;
} Writer;

static PgLsn writer_at(const Writer *writer)
{
    return BEGIN + writer->bytes.length;
}

static void put_header(Writer *writer, size_t remaining)
{
    size_t size = pg_wal_page_header(writer_at(writer));
    PgPageHeader header = {.magic = PG_PAGE_MAGIC,
                           .info = (uint16_t)((remaining > 0 ? PG_PAGE_CONTINUES : 0) |
                                              (size > 24 ? PG_PAGE_IS_LONG : 0)),
                           .timeline = 1,
                           .address = writer_at(writer),
                           .remaining = (uint32_t)remaining,
                           .system_identifier = SYSTEM,
                           .segment_size = PG_SEGMENT_SIZE,
                           .page_size = PG_PAGE_SIZE};

    buffer_add(&writer->bytes, &header, size);
}

static void write_record(Writer *writer, const PgRecord *record, size_t size)
{
    Buffer out = {0};

    put_header(writer, 0);
    pg_record_encode(record, writer->previous, size, &out);
    writer->previous = writer_at(writer);
    for (size_t done = 0; done < size;) {
        size_t room;

        if (done > 0)
            put_header(writer, size - done);
        room = PG_PAGE_SIZE - writer_at(writer) % PG_PAGE_SIZE;
        room = room < size - done ? room : size - done;
        buffer_add(&writer->bytes, out.data + done, room);
        done += room;
    }
    memset(buffer_extend(&writer->bytes, (8 - writer_at(writer) % 8) % 8), 0,
           (8 - writer_at(writer) % 8) % 8);
    buffer_release(&out);
}

static void write_noop(Writer *writer, size_t size)
{
    PgRecord record = {0};

    pg_record_noop(&record);
    write_record(writer, &record, size);
    pg_record_release(&record);
}

/* Up to end, exactly. */
static void write_to(Writer *writer, PgLsn end)
{
    while (writer_at(writer) < end) {
        size_t room = pg_wal_room(writer_at(writer), end);

        write_noop(writer, room > 2 * (size_t)RECORD_SIZE ? RECORD_SIZE : room);
    }
    CHECK(writer_at(writer) == end);
}

/* ---- following it ---- */

static PgInstance *make_instance(void)
{
    test_now_ms = 1795226400000;
    return pg_instance_new(&(PgInstanceOptions){.name = "a",
                                                .system_identifier = 1,
                                                .server_version_num = 150020,
                                                .timeline = 1,
                                                .start_lsn = 0x3000180,
                                                .now_ms = test_clock});
}

static PgRemote *follow(PgInstance *instance)
{
    PgCounters counters = pg_counters_usual();
    PgRemote *remote = NULL;
    Error err;

    if (!CHECK(pg_remote_new(&remote, &err)))
        return NULL;
    counters.next_xid = NEXT_XID;
    pg_follow_remote(instance, remote);
    pg_remote_begin(remote, SYSTEM, 1, BEGIN + 40, &counters);
    pg_copy_remote(instance);
    return remote;
}

typedef struct {
    size_t promotions, commits, shutdowns;
    PgLsn end;
    PgCounters counters;
} Seen;

static void see(void *owner, const PgWalRecord *record)
{
    Seen *seen = owner;

    seen->promotions += record->rmgr == 0 && record->info == 0x90;
    if (record->rmgr == 0 && record->info == 0x00) {
        seen->shutdowns++;
        pg_counters_read(record->data, record->length, &seen->counters);
    }
    if (record->rmgr == 1) {
        seen->commits++;
        CHECK(record->xid == NEXT_XID - 1);
    }
    seen->end = record->end;
}

/* Reads the instance's whole log as a stranger would. */
static bool read_all(PgInstance *instance, Seen *seen)
{
    PgLsn end = pg_end_lsn(instance);
    PgWalReader reader = {.system_identifier = 0};
    enum { PIECE = 100000 };
    char *piece = memory_new(PIECE, 1);
    Error err = {0};
    bool ok = true;

    pg_wal_reader_begin(&reader, BEGIN, SYSTEM, see, seen);
    for (PgLsn at = BEGIN; ok && at < end; at += PIECE) {
        PgLsn to = at + PIECE < end ? at + PIECE : end;

        pg_read_log(instance, at, to, piece);
        ok = pg_wal_reader_add(&reader, at, piece, (size_t)(to - at), &err);
    }
    CHECK_TEXT(err.message, "");
    pg_wal_reader_release(&reader);
    free(piece);
    return ok && seen->end == end;
}

/* Wherever the other's log ends, ours goes on: every record hangs on the last, over the fork. */
static void test_promotion_anywhere(void)
{
    static const PgLsn ENDS[] = {
        88,
        200,
        352,
        376,
        384,
        392,
        1000,
        8192 - 8,
        8192,
        8216 + 24,
        8192 + 64,
        20000,
        16384 - 48,
        PG_SEGMENT_SIZE - 8,
        PG_SEGMENT_SIZE - 32,
        PG_SEGMENT_SIZE - 64,
        PG_SEGMENT_SIZE,
    };

    for (size_t i = 0; i < TEST_COUNT(ENDS); i++) {
        PgInstance *instance = make_instance();
        PgRemote *remote = follow(instance);
        Writer writer = {.previous = 0};
        PgLsn end = BEGIN + ENDS[i], part;
        Seen seen = {0};
        const PgHistoryEntry *entries;
        PgBackup backup;
        cJSON *value = cJSON_CreateString("x");

        write_to(&writer, end);
        write_noop(&writer, 400); /* of which only a part comes in */
        part = end + 104;
        CHECK(pg_remote_add(remote, BEGIN, writer.bytes.data, (size_t)(part - BEGIN), NULL));
        CHECK_INTEGER(pg_receive_lsn(instance), part);
        CHECK_INTEGER(pg_replay_lsn(instance), end);
        pg_promote(instance);
        CHECK(pg_remote(instance) == NULL);
        CHECK(pg_history(instance, &entries) == 1 && entries[0].ended_at == end);
        CHECK(pg_write(instance, "tenants/a", value, NULL));
        CHECK(pg_backup_begin(instance, &backup));
        CHECK(pg_write(instance, "tenants/b", value, NULL));
        pg_set_state(instance, PG_STOPPING);
        CHECK(read_all(instance, &seen));
        CHECK_INTEGER(seen.promotions, 1);
        CHECK_INTEGER(seen.commits, 2);
        CHECK(seen.shutdowns == 1 && seen.counters.next_xid == NEXT_XID);
        cJSON_Delete(value);
        buffer_release(&writer.bytes);
        pg_instance_free(instance);
    }
}

static void test_what_is_read(void)
{
    PgInstance *instance = make_instance();
    PgRemote *remote = follow(instance);
    Writer writer = {.previous = 0};
    PgCheckpoint checkpoint = {BEGIN + 40, 1, 1, test_now_ms, false, pg_counters_usual()};
    PgCounters last = {.next_xid = 50001};
    PgRecord record = {0};

    checkpoint.counters.next_oid = 33333;
    pg_record_checkpoint(&record, &checkpoint);
    write_record(&writer, &record, PG_CHECKPOINT_RECORD);
    pg_record_clear(&record);
    pg_record_commit(&record, &last, test_now_ms - 5000);
    write_record(&writer, &record, 34);
    CHECK(pg_remote_add(remote, BEGIN, writer.bytes.data, writer.bytes.length, NULL));
    CHECK_INTEGER(pg_last_replay_commit_ms(instance), test_now_ms - 5000);
    CHECK_INTEGER(remote->counters.next_xid, 50001);
    CHECK_INTEGER(remote->counters.next_oid, 33333);
    CHECK_INTEGER(remote->checkpoint, BEGIN + 40);
    CHECK_INTEGER((intmax_t)pg_system_identifier(instance), SYSTEM);
    CHECK(pg_is_in_recovery(instance) && pg_receiver(instance) == PG_RECEIVER_NONE);
    pg_record_release(&record);
    buffer_release(&writer.bytes);
    pg_instance_free(instance);
}

/* The same segment again, from its begin, and no byte of it twice. */
static void test_restart(void)
{
    PgInstance *instance = make_instance();
    PgRemote *remote = follow(instance);
    Writer writer = {.previous = 0};
    PgLsn end = BEGIN + 30000;
    char *again = memory_new(30000, 1);
    Error err;

    write_to(&writer, end);
    CHECK(pg_remote_add(remote, BEGIN, writer.bytes.data, 12345, NULL));
    CHECK(!pg_remote_add(remote, BEGIN + 20000, writer.bytes.data + 20000, 10, &err));
    CHECK(pg_remote_restart(remote, 1) == BEGIN);
    CHECK(remote->received == remote->replayable && remote->received <= BEGIN + 12345);
    CHECK(pg_remote_add(remote, BEGIN, writer.bytes.data, 30000, NULL));
    CHECK(pg_replay_lsn(instance) == end);
    pg_remote_read(remote, BEGIN, end, again);
    CHECK(memcmp(again, writer.bytes.data, 30000) == 0);
    pg_follow(instance, NULL, &(PgLink){.is_connected = true});
    CHECK(pg_remote(instance) == NULL && pg_end_lsn(instance) == end);
    free(again);
    buffer_release(&writer.bytes);
    pg_instance_free(instance);
}

TEST_SUITE("fakes/postgres/remote", {"a promotion wherever the log ends", test_promotion_anywhere},
           {"what is read in it", test_what_is_read}, {"asked for again", test_restart});
