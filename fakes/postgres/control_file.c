/*
 * fakes/postgres/control_file.c - global/pg_control, as a base backup has it.
 */
#include "fakes/postgres/control_file.h"

#include <string.h>

#include "fakes/postgres/crc32c.h"
#include "fakes/postgres/wal_records.h"

enum { FILE_SIZE = 8192, NONCE_SIZE = 32, STATE_IN_ARCHIVE_RECOVERY = 5, STATE_IN_PRODUCTION = 6 };

/* The parts around the checkpoint; the compiler pads them as it does Postgres' own. */
typedef struct {
    uint64_t system_identifier;
    uint32_t control_version, catalog_version, state;
    int64_t time;
    uint64_t checkpoint;
} ControlHead;

typedef struct {
    uint64_t unlogged, recovered_to;
    uint32_t recovered_timeline;
    uint64_t backup_begin, backup_end;
    uint8_t needs_backup_end;
    int32_t wal_level;
    uint8_t wal_log_hints;
    int32_t connections, workers, walsenders, prepared_transactions, locks;
    uint8_t commit_timestamps;
    uint32_t alignment;
    double float_format;
    uint32_t page_size, segment_pages, wal_page_size, wal_segment_size, name_size, index_keys;
    uint32_t toast_chunk, large_object_chunk;
    uint8_t int8_by_value;
    uint32_t checksums;
    char nonce[NONCE_SIZE];
} ControlTail;

static const ControlTail USUAL = {
    .unlogged = 1000,
    .wal_level = 1, /* replica */
    .connections = 100,
    .workers = 8,
    .walsenders = 10,
    .locks = 64,
    .alignment = 8,
    .float_format = 1234567.0,
    .page_size = PG_PAGE_SIZE,
    .segment_pages = 131072,
    .wal_page_size = PG_PAGE_SIZE,
    .wal_segment_size = PG_SEGMENT_SIZE,
    .name_size = 64,
    .index_keys = 32,
    .toast_chunk = 1996,
    .large_object_chunk = 2048,
    .int8_by_value = 1,
};

static void add_tail(PgInstance *instance, const PgBackup *backup, PgLsn needed_to, Buffer *out)
{
    ControlTail tail;

    memset(&tail, 0, sizeof tail); /* padding is checked too */
    tail = USUAL;
    if (backup->from_standby) {
        tail.recovered_to = needed_to;
        tail.recovered_timeline = pg_timeline(instance);
    }
    buffer_add(out, &tail, sizeof tail);
}

void pg_control_file(PgInstance *instance, const PgBackup *backup, PgLsn needed_to, Buffer *out)
{
    PgCheckpoint checkpoint = {backup->redo,
                               backup->timeline,
                               backup->timeline,
                               pg_now_ms(instance),
                               false,
                               pg_counters(instance)};
    size_t begin = out->length;
    ControlHead head;
    uint32_t crc;

    memset(&head, 0, sizeof head);
    head.system_identifier = pg_system_identifier(instance);
    head.control_version = 1300;
    head.catalog_version = 202209061;
    head.state = backup->from_standby ? STATE_IN_ARCHIVE_RECOVERY : STATE_IN_PRODUCTION;
    head.time = pg_now_ms(instance) / 1000;
    head.checkpoint = backup->checkpoint;
    buffer_add(out, &head, sizeof head);
    pg_checkpoint_encode(&checkpoint, out);
    add_tail(instance, backup, needed_to, out);
    crc = ~crc32c_add(CRC32C_BEGIN, out->data + begin, out->length - begin);
    buffer_add(out, &crc, sizeof crc);
    memset(buffer_extend(out, FILE_SIZE - (out->length - begin)), 0,
           FILE_SIZE - (out->length - begin));
}
