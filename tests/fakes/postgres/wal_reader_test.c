/*
 * tests/fakes/postgres/wal_reader_test.c - a log that comes in, in any pieces: every record of it, or why it is none.
 *
 * The log is the fake's own, and each kind of record that a real server wrote (data/wal_golden.json), put on a page by itself.
 */
#include "fakes/postgres/wal_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/random.h"
#include "fakes/postgres/remote.h"
#include "fakes/postgres/wal.h"
#include "fakes/postgres/wal_records.h"
#include "tests/test.h"

enum { BEGIN = 0x3000000, SYSTEM = 77, LOG_SIZE = 200000, KIND_MAX = 256 };

static int64_t test_now_ms = 1795226400000;

static int64_t test_clock(void)
{
    return test_now_ms;
}

typedef struct {
    size_t count, kinds[KIND_MAX];
    PgWalRecord last;
    Buffer data;
} Seen;

static void see(void *owner, const PgWalRecord *record)
{
    Seen *seen = owner;

    seen->count++;
    seen->kinds[record->info]++;
    seen->last = *record;
    buffer_clear(&seen->data);
    buffer_add(&seen->data, record->data, record->length);
}

/* Rows of all sizes, so that records begin and end everywhere on pages. */
static char *make_log(PgLsn *out_end)
{
    PgInstance *instance = pg_instance_new(&(PgInstanceOptions){.name = "a",
                                                                .system_identifier = SYSTEM,
                                                                .timeline = 1,
                                                                .start_lsn = BEGIN,
                                                                .now_ms = test_clock});
    char *log = memory_new(LOG_SIZE, 1);

    for (size_t size = 1; size < 9000; size = size * 3 / 2 + 1) {
        char *text = memory_new(size + 1, 1);
        cJSON *value;

        memset(text, 'x', size);
        value = cJSON_CreateString(text);
        pg_write(instance, "tenants/a", value, NULL);
        cJSON_Delete(value);
        free(text);
    }
    *out_end = pg_current_lsn(instance);
    CHECK(*out_end - BEGIN < LOG_SIZE);
    pg_read_log(instance, BEGIN, *out_end, log);
    pg_instance_free(instance);
    return log;
}

static size_t read_whole(const char *log, size_t length, size_t piece, Seen *seen)
{
    PgWalReader reader = {.system_identifier = 0};
    Error err = {0};
    size_t end;

    pg_wal_reader_begin(&reader, BEGIN, SYSTEM, see, seen);
    for (size_t at = 0; at < length; at += piece)
        CHECK(pg_wal_reader_add(&reader, BEGIN + at, log + at,
                                at + piece < length ? piece : length - at, &err));
    CHECK_TEXT(err.message, "");
    end = (size_t)(reader.end - BEGIN);
    pg_wal_reader_release(&reader);
    return end;
}

static void test_pieces(void)
{
    static const size_t PIECES[] = {1, 7, 64, 8192, LOG_SIZE};
    PgLsn end;
    char *log = make_log(&end);
    size_t count = 0;

    for (size_t i = 0; i < TEST_COUNT(PIECES); i++) {
        Seen seen = {0};

        CHECK(read_whole(log, (size_t)(end - BEGIN), PIECES[i], &seen) == end - BEGIN);
        CHECK(seen.last.end == end);
        CHECK(count == 0 || seen.count == count);
        count = seen.count;
        buffer_release(&seen.data);
    }
    CHECK(count > 40);
    free(log);
}

/* Cut anywhere, it ends with the last whole record, and goes on from there when the rest comes again. */
static void test_every_length(void)
{
    PgLsn end;
    char *log = make_log(&end);

    for (size_t length = 0; length < 20000; length += length < 1000 ? 1 : 17) {
        PgWalReader reader = {.system_identifier = 0};
        Seen seen = {0};

        pg_wal_reader_begin(&reader, BEGIN, SYSTEM, see, &seen);
        CHECK(pg_wal_reader_add(&reader, BEGIN, log, length, NULL));
        CHECK(reader.end <= BEGIN + length + 7 && reader.at == BEGIN + length);
        pg_wal_reader_rewind(&reader);
        CHECK(pg_wal_reader_add(&reader, BEGIN, log, (size_t)(end - BEGIN), NULL));
        CHECK(reader.end == end);
        pg_wal_reader_release(&reader);
        buffer_release(&seen.data);
    }
    free(log);
}

/* Any byte that is wrong is found before the record that holds it is told. */
static void test_broken(void)
{
    PgLsn end;
    char *log = make_log(&end);
    Random random;

    random_init(&random, 5, "broken");
    for (int i = 0; i < 3000; i++) {
        size_t at = random_below(&random, 30000);
        char was = log[at];
        PgWalReader reader = {.system_identifier = 0};
        Seen seen = {0};

        log[at] = (char)(was ^ (1 << random_below(&random, 8)));
        pg_wal_reader_begin(&reader, BEGIN, SYSTEM, see, &seen);
        if (!pg_wal_reader_add(&reader, BEGIN, log, 40000, NULL))
            CHECK(reader.end <= BEGIN + at || reader.at == reader.end);
        CHECK(seen.last.begin <= BEGIN + at || pg_wal_page_header(BEGIN + at - at % 8192) > 0);
        pg_wal_reader_release(&reader);
        buffer_release(&seen.data);
        log[at] = was;
    }
    free(log);
}

static void test_refused(void)
{
    static const struct {
        const char *name;
        size_t at;
        char byte;
        const char *message;
    } CASES[] = {
        {"no log",           0,         'x',  "what comes in is no log of PostgreSQL 15 at 0/3000000"       },
        {"elsewhere",        8,         1,    "a page belongs elsewhere at 0/3000000"                       },
        {"another system's", 24,        1,    "the log is another system's at 0/3000000"                    },
        {"other segments",   35,        2,    "segments are not of 16 MB, or pages not of 8 kB at 0/3000000"},
        {"no continuation",  8192 + 16, 0x7f,
         "a page does not go on where the last one ended at 0/3002000"                                      },
        {"no such length",   40 + 3,    0x7f, "a record's length cannot be at 0/3000028"                    },
        {"a wrong checksum", 40 + 30,   0x55, "a record's checksum is wrong at 0/3000028"                   },
    };
    PgLsn end;
    char *log = make_log(&end);
    Error err = {0};
    PgWalReader reader = {.system_identifier = 0};
    Seen seen = {0};

    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        char was = log[CASES[i].at];

        log[CASES[i].at] = CASES[i].byte;
        pg_wal_reader_begin(&reader, BEGIN, SYSTEM, see, &seen);
        CHECK_CASE(CASES[i].name, !pg_wal_reader_add(&reader, BEGIN, log, 20000, &err));
        CHECK_TEXT(err.message, CASES[i].message);
        log[CASES[i].at] = was;
    }
    pg_wal_reader_begin(&reader, BEGIN, SYSTEM, see, &seen);
    CHECK(!pg_wal_reader_add(&reader, BEGIN + 8, log + 8, 100, &err));
    CHECK_TEXT(err.message, "part of the log is missing at 0/3000000");
    pg_wal_reader_release(&reader);
    buffer_release(&seen.data);
    free(log);
}

/* ---- what a real server wrote ---- */

static size_t read_hex(const char *hex, char *out)
{
    size_t length = strlen(hex) / 2;

    for (size_t i = 0; i < length; i++) {
        unsigned byte = 0;

        sscanf(hex + 2 * i, "%2x", &byte);
        out[i] = (char)byte;
    }
    return length;
}

static cJSON *read_golden(void)
{
    char *text;
    size_t length;
    cJSON *golden;
    Error err;

    if (!CHECK(file_read("tests/fakes/postgres/data/wal_golden.json", &text, &length, &err)))
        return NULL;
    golden = cJSON_Parse(text);
    free(text);
    return golden;
}

/* A segment's first page with one record on it. */
static size_t put_on_page(const char *record, size_t length, char *out)
{
    PgPageHeader header = {.magic = PG_PAGE_MAGIC,
                           .info = PG_PAGE_IS_LONG,
                           .timeline = 1,
                           .address = BEGIN,
                           .system_identifier = SYSTEM,
                           .segment_size = PG_SEGMENT_SIZE,
                           .page_size = PG_PAGE_SIZE};

    memcpy(out, &header, sizeof header);
    memcpy(out + sizeof header, record, length);
    return sizeof header + length;
}

static void test_golden_is_read(void)
{
    cJSON *golden = read_golden(), *at;

    cJSON_ArrayForEach(at, golden)
    {
        const char *name = cJSON_GetStringValue(cJSON_GetObjectItem(at, "desc"));
        char bytes[4096], page[PG_PAGE_SIZE];
        size_t length = read_hex(cJSON_GetStringValue(cJSON_GetObjectItem(at, "hex")), bytes);
        PgWalReader reader = {.system_identifier = 0};
        Seen seen = {0};
        Error err;

        length = put_on_page(bytes, length, page);
        pg_wal_reader_begin(&reader, BEGIN, SYSTEM, see, &seen);
        CHECK_CASE(name, pg_wal_reader_add(&reader, BEGIN, page, length, &err));
        CHECK_CASE(name, seen.count == 1 && seen.last.rmgr == (uint8_t)bytes[17] &&
                             seen.last.info == (uint8_t)bytes[16]);
        CHECK_CASE(name, seen.last.length > 0 || strncmp(name, "SWITCH", 6) == 0 ||
                             strncmp(name, "FPI", 3) == 0);
        pg_wal_reader_release(&reader);
        buffer_release(&seen.data);
    }
    CHECK(cJSON_GetArraySize(golden) == 14);
    cJSON_Delete(golden);
}

/* What we write of the same content is the same, byte for byte. Fills a record from a golden one's main data; false: not of ours. */
static bool copy_golden(const char *name, const Seen *seen, PgRecord *record)
{
    const char *data = seen->data.data;
    PgLsn begin = 0;
    PgCheckpoint checkpoint = {.is_shutdown = strstr(name, "SHUTDOWN") != NULL};

    if (strncmp(name, "SWITCH", 6) == 0) {
        pg_record_switch(record);
    } else if (strncmp(name, "BACKUP_END", 10) == 0) {
        memcpy(&begin, data, sizeof begin);
        pg_record_backup_end(record, begin);
    } else if (strncmp(name, "CHECKPOINT", 10) == 0) {
        memcpy(&checkpoint.redo, data, 8);
        memcpy(&checkpoint.timeline, data + 8, 4);
        memcpy(&checkpoint.previous_timeline, data + 12, 4);
        memcpy(&checkpoint.at_ms, data + 64, 8);
        checkpoint.at_ms *= 1000;
        CHECK_CASE(name, pg_counters_read(data, seen->data.length, &checkpoint.counters));
        pg_record_checkpoint(record, &checkpoint);
    } else {
        return false; /* a RUNNING_XACTS has what lay on the stack between its numbers */
    }
    return true;
}

static void test_golden_is_written(void)
{
    cJSON *golden = read_golden(), *at;
    PgRecord record = {.rmgr = 0};
    int written = 0;

    cJSON_ArrayForEach(at, golden)
    {
        const char *name = cJSON_GetStringValue(cJSON_GetObjectItem(at, "desc"));
        char bytes[4096], page[PG_PAGE_SIZE];
        size_t length = read_hex(cJSON_GetStringValue(cJSON_GetObjectItem(at, "hex")), bytes);
        PgWalReader reader = {.system_identifier = 0};
        Seen seen = {0};
        Buffer out = {0};
        PgLsn previous;

        memcpy(&previous, bytes + 8, sizeof previous);
        pg_wal_reader_begin(&reader, BEGIN, SYSTEM, see, &seen);
        pg_wal_reader_add(&reader, BEGIN, page, put_on_page(bytes, length, page), NULL);
        if (copy_golden(name, &seen, &record)) {
            pg_record_encode(&record, previous, length, &out);
            CHECK_CASE(name, out.length == length && memcmp(out.data, bytes, length) == 0);
            written++;
        }
        pg_record_clear(&record);
        buffer_release(&out);
        pg_wal_reader_release(&reader);
        buffer_release(&seen.data);
    }
    CHECK_INTEGER(written, 4);
    pg_record_release(&record);
    cJSON_Delete(golden);
}

TEST_SUITE("fakes/postgres/wal_reader", {"in pieces", test_pieces},
           {"cut at every length", test_every_length}, {"with a byte that is wrong", test_broken},
           {"what is refused, and why", test_refused},
           {"a real server's records are read", test_golden_is_read},
           {"... and written the same", test_golden_is_written});
