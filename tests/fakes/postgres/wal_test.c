/*
 * tests/fakes/postgres/wal_test.c - the log as bytes: every record hangs on the one before it, and any part of it is the same.
 *
 * Read by a small reader of its own, which knows pages and records from the manual; the checksum is held against a real server's
 * records. What pg_waldump and a real standby say is in tests/acceptance/postgres_standby_test.sh.
 */
#include "fakes/postgres/wal.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "fakes/postgres/crc32c.h"
#include "fakes/postgres/wal_records.h"
#include "tests/test.h"

enum { RECORD_MAX = 1 << 16, BEGIN = 0x3000000 };

static int64_t test_now_ms;

static int64_t test_clock(void)
{
    return test_now_ms;
}

static const PgTableFile TABLES[] = {
    {"tenants", 16384, 16385}
};

typedef struct {
    PgInstance *primary, *standby;
} Pair;

static PgInstance *make(const char *name)
{
    return pg_instance_new(&(PgInstanceOptions){.name = name,
                                                .system_identifier = 7710404653448864183,
                                                .server_version_num = 150020,
                                                .timeline = 1,
                                                .start_lsn = BEGIN,
                                                .tables = TABLES,
                                                .table_count = TEST_COUNT(TABLES),
                                                .now_ms = test_clock});
}

static Pair pair_make(void)
{
    Pair pair;

    test_now_ms = 1795226400000;
    pair = (Pair){make("a"), make("b")};
    pg_follow(pair.standby, pair.primary, &(PgLink){.is_connected = true});
    return pair;
}

static void pair_release(Pair *pair)
{
    pg_instance_free(pair->standby);
    pg_instance_free(pair->primary);
}

static PgLsn write_row(PgInstance *instance, const char *key, size_t size)
{
    char *text = memory_new(size + 1, 1);
    cJSON *value;
    PgLsn lsn = 0;

    memset(text, 'x', size);
    value = cJSON_CreateString(text);
    test_now_ms += 3;
    CHECK_CASE(key, pg_write(instance, key, value, &lsn));
    cJSON_Delete(value);
    free(text);
    return lsn;
}

/* ---- a reader of logs ---- */

typedef struct {
    PgInstance *instance;
    PgLsn at, last; /* where it is, and where the last record began */
    size_t records, kinds[256];
    char bytes[RECORD_MAX];
} Reader;

static void read_bytes(Reader *reader, size_t length, char *out)
{
    while (length > 0) {
        size_t room;

        reader->at += pg_wal_page_header(reader->at);
        room = PG_PAGE_SIZE - reader->at % PG_PAGE_SIZE;
        room = room < length ? room : length;
        pg_read_log(reader->instance, reader->at, reader->at + room, out);
        reader->at += room;
        out += room;
        length -= room;
    }
}

/* False: there is none, or it is broken. */
static bool read_record(Reader *reader)
{
    uint32_t size, crc, said;
    PgLsn begin = reader->at + pg_wal_page_header(reader->at), previous;

    read_bytes(reader, sizeof size, reader->bytes);
    memcpy(&size, reader->bytes, sizeof size);
    if (size < PG_RECORD_HEADER || size > RECORD_MAX)
        return false;
    read_bytes(reader, size - sizeof size, reader->bytes + sizeof size);
    memcpy(&previous, reader->bytes + 8, sizeof previous);
    memcpy(&said, reader->bytes + 20, sizeof said);
    crc = crc32c_add(CRC32C_BEGIN, reader->bytes + 24, size - 24);
    if (~crc32c_add(crc, reader->bytes, 20) != said)
        return false;
    if (reader->last != 0 && previous != reader->last)
        return false;
    reader->at = (reader->at + 7) / 8 * 8;
    reader->last = begin;
    reader->records++;
    reader->kinds[(uint8_t)reader->bytes[16]]++;
    if (reader->bytes[17] == 0 && (uint8_t)reader->bytes[16] == 0x40)
        reader->at = pg_wal_segment(begin) + PG_SEGMENT_SIZE;
    return true;
}

static bool read_to(Reader *reader, PgLsn end)
{
    while (reader->at < end) {
        if (!read_record(reader))
            return false;
    }
    return reader->at == end;
}

/* ---- the tests ---- */

static void test_geometry(void)
{
    static const struct {
        const char *name;
        PgLsn lsn, floor, ceiling, place;
    } CASES[] = {
        {"a segment's begin",        0x3000000, 0x3000000, 0x3000000, 0x3000180},
        {"in its head",              0x3000028, 0x3000000, 0x3000180, 0x3000028},
        {"behind it",                0x3000180, 0x3000180, 0x3000180, 0x3000180},
        {"in a cell",                0x3000188, 0x3000180, 0x30001c0, 0x3000188},
        {"the last cell, too small", 0x3ffffc0, 0x3ffffc0, 0x3ffffc0, 0x4000180},
    };
    char name[PG_SEGMENT_NAME_SIZE];

    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        CHECK_CASE(CASES[i].name, pg_wal_floor(CASES[i].lsn) == CASES[i].floor);
        CHECK_CASE(CASES[i].name, pg_wal_ceiling(CASES[i].lsn) == CASES[i].ceiling);
        CHECK_CASE(CASES[i].name, pg_wal_place(CASES[i].lsn, 100) == CASES[i].place);
    }
    CHECK_INTEGER(pg_wal_room(0x3000000, 0x3002040), 0x2040 - 40 - 24);
    CHECK_INTEGER(pg_wal_span(0x3001fc0, 64), 0x3002000);
    CHECK_INTEGER(pg_wal_span(0x3001fc0, 120), 0x3002080);
    CHECK_TEXT(pg_wal_segment_name(2, 0x1ff000028, name), "0000000200000001000000FF");
}

/* From a real server: a record without its checksum, and the checksum. */
static void test_checksum(void)
{
    static const unsigned char SWITCH[] = {0x18, 0,    0, 0, 0, 0, 0,    0, 0xa0, 0x15,
                                           0,    0x10, 0, 0, 0, 0, 0x40, 0, 0,    0};

    CHECK_INTEGER(~crc32c_add(CRC32C_BEGIN, SWITCH, sizeof SWITCH), 0xc073b92c);
    CHECK_INTEGER(~crc32c_add(CRC32C_BEGIN, "123456789", 9), 0xe3069283);
}

static void test_every_record_hangs_on_the_last(void)
{
    Pair pair = pair_make();
    Reader reader = {.instance = pair.primary, .at = BEGIN};
    PgBackup backup;

    write_row(pair.primary, "tenants/small", 10);
    write_row(pair.primary, "tenants/large", 7000);
    write_row(pair.primary, "tenants/too large for a page", 9000);
    write_row(pair.primary, "clusters/of no known file", 300);
    pg_set_write_rate(pair.primary, 100000);
    test_now_ms += 1234;
    CHECK(pg_backup_begin(pair.primary, &backup));
    CHECK_INTEGER(backup.redo, 0x4000028);
    CHECK_INTEGER(backup.checkpoint, 0x4000080);
    write_row(pair.primary, "tenants/small", 20);
    CHECK(pg_backup_end(pair.primary, &backup) > backup.checkpoint);
    CHECK_INTEGER(pg_current_lsn(pair.primary), 0x5000000);
    write_row(pair.primary, "tenants/last", 20);
    pg_set_state(pair.primary, PG_STOPPING);
    CHECK(read_to(&reader, pg_current_lsn(pair.primary)));
    CHECK_INTEGER(reader.kinds[0xb0], 4);
    CHECK_INTEGER(reader.kinds[0x40], 2);
    CHECK_INTEGER(reader.kinds[0x50], 1);
    pair_release(&pair);
}

/* A page's worth of bytes says whose it is; where a timeline begins, its first record does. */
static void test_timelines(void)
{
    static const struct {
        const char *name;
        size_t
            row; /* of what size the old primary wrote last; 0: nothing, so that the fork is at a segment's begin */
    } CASES[] = {
        {"at a segment's begin", 0 },
        {"in a segment",         40},
    };

    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        Pair pair = pair_make();
        Reader reader = {.instance = pair.standby, .at = BEGIN};
        PgLsn fork;

        if (CASES[i].row > 0)
            write_row(pair.primary, "tenants/a", CASES[i].row);
        test_now_ms += 10;
        fork = pg_end_lsn(pair.standby);
        pg_promote(pair.standby);
        write_row(pair.primary, "tenants/lost", 20);
        write_row(pair.standby, "tenants/new", 20);
        CHECK_CASE(CASES[i].name, read_to(&reader, pg_current_lsn(pair.standby)));
        CHECK_CASE(CASES[i].name, reader.kinds[0x90] == 1);
        reader = (Reader){.instance = pair.primary, .at = BEGIN};
        CHECK_CASE(CASES[i].name, read_to(&reader, pg_current_lsn(pair.primary)));
        CHECK_CASE(CASES[i].name, reader.kinds[0x90] == 0);
        CHECK_CASE(CASES[i].name, fork >= BEGIN);
        pair_release(&pair);
    }
}

/* However it is cut, it is the same. */
static void test_any_part_is_the_same(void)
{
    Pair pair = pair_make();
    Random random;
    size_t size = 200000;
    char *whole = memory_new(size, 1), *part = memory_new(size, 1);

    random_init(&random, 7, "wal");
    for (int i = 0; i < 40; i++)
        write_row(pair.primary, "tenants/a", (size_t)i * 97);
    pg_switch_log(pair.primary);
    pg_read_log(pair.primary, BEGIN, BEGIN + size, whole);
    for (int i = 0; i < 300; i++) {
        size_t from = random_below(&random, size), to = from + random_below(&random, size - from);

        pg_read_log(pair.primary, BEGIN + from, BEGIN + to, part);
        CHECK(memcmp(part, whole + from, to - from) == 0);
    }
    free(whole);
    free(part);
    pair_release(&pair);
}

/* Half a record is none: a standby ends where the last whole one does, and a promotion forks there. */
static void test_half_a_record_is_none(void)
{
    Pair pair = pair_make();
    PgLsn begin = write_row(pair.primary, "tenants/a", 10), end;
    const PgHistoryEntry *entries;

    test_now_ms += 1000;
    CHECK(pg_receive_lsn(pair.standby) == begin);
    pg_set_link(pair.standby, &(PgLink){.is_connected = true, .bytes_per_s = 1000});
    end = write_row(pair.primary, "tenants/b", 5000);
    test_now_ms += 1000;
    CHECK(pg_receive_lsn(pair.standby) == begin);
    pg_promote(pair.standby);
    CHECK(pg_history(pair.standby, &entries) == 1 && entries[0].ended_at == begin);
    CHECK(pg_row(pair.standby, "tenants/b") == NULL && end > begin);
    pair_release(&pair);
}

TEST_SUITE("fakes/postgres/wal", {"positions", test_geometry}, {"checksum", test_checksum},
           {"every record hangs on the last", test_every_record_hangs_on_the_last},
           {"timelines", test_timelines}, {"any part is the same", test_any_part_is_the_same},
           {"half a record is none", test_half_a_record_is_none});
