/*
 * fakes/postgres/wal_records.c - what is in the records of the write-ahead log.
 */
#include "fakes/postgres/wal_records.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "fakes/postgres/crc32c.h"

enum {
    RM_XLOG = 0,
    RM_XACT = 1,
    RM_STANDBY = 8,
    RM_LOGICAL_MESSAGE = 21,
    CHECKPOINT_SHUTDOWN = 0x00,
    CHECKPOINT_ONLINE = 0x10,
    NOOP = 0x20,
    SWITCH = 0x40,
    BACKUP_END = 0x50,
    END_OF_RECOVERY = 0x90,
    PAGE_IMAGE = 0xB0,
    COMMIT = 0x00,
    RUNNING_XACTS = 0x10,
};

enum {
    DATA_SHORT = 0xff, /* the main data's header, by how many bytes its length takes */
    DATA_LONG = 0xfe,
    DATA_SHORT_MAX = 255,
};

enum {
    PAGE_HEADER = 24,
    ITEM_POINTER = 4,
    TUPLE_HEADER = 24,
    ITEM_NORMAL = 1,
    PAGE_LAYOUT_VERSION = 4,
    FROZEN_XID = 2,
    /* HASVARWIDTH, and frozen: committed before anybody looked, never deleted */
    TUPLE_FLAGS = 0x0002 | 0x0100 | 0x0200 | 0x0800,
    SHORT_TEXT_MAX = 126,
    ROW_ROOM =
        160, /* what a row costs besides key and value, as a page image or as a message, at most */
    DEFAULT_TABLESPACE = 1663,
    HAS_IMAGE = 0x10,
    IMAGE_HAS_HOLE = 0x01,
    IMAGE_APPLY = 0x02,
};

static const int64_t POSTGRES_EPOCH_MS = 946684800000;

int64_t pg_time(int64_t wall_ms)
{
    return (wall_ms - POSTGRES_EPOCH_MS) * 1000;
}

int64_t pg_wall_ms(int64_t time)
{
    return time / 1000 + POSTGRES_EPOCH_MS;
}

/* ---- numbers as the machine has them ---- */

static void add_u16(Buffer *out, uint16_t value)
{
    buffer_add(out, &value, sizeof value);
}

static void add_u32(Buffer *out, uint32_t value)
{
    buffer_add(out, &value, sizeof value);
}

static void add_u64(Buffer *out, uint64_t value)
{
    buffer_add(out, &value, sizeof value);
}

static void add_zeros(Buffer *out, size_t count)
{
    static const char ZEROS[64] = {0};

    for (; count > sizeof ZEROS; count -= sizeof ZEROS)
        buffer_add(out, ZEROS, sizeof ZEROS);
    buffer_add(out, ZEROS, count);
}

static void align(Buffer *out, size_t to)
{
    add_zeros(out, (to - out->length % to) % to);
}

/* ---- sizes ---- */

size_t pg_wal_record_size(PgWriteKind kind)
{
    static const size_t SIZES[] = {
        [PG_WRITE_ROW] = 0,        [PG_WRITE_PROMOTION] = 16,
        [PG_WRITE_BACKUP_END] = 8, [PG_WRITE_SHUTDOWN] = PG_CHECKPOINT_ROOM,
        [PG_WRITE_SWITCH] = 0,
    };

    return (PG_RECORD_HEADER + PG_RECORD_EXTRA + SIZES[kind] + 7) / 8 * 8;
}

size_t pg_wal_row_size(const char *key, const char *value)
{
    size_t size = ROW_ROOM + strlen(key) + (value != NULL ? strlen(value) : 0);

    return (size + 7) / 8 * 8 + PG_CELL_SIZE; /* the commit has the last cell */
}

/* ---- records that have a form of their own ---- */

PgCounters pg_counters_usual(void)
{
    return (PgCounters){.next_xid = PG_NEXT_XID,
                        .next_oid = PG_NEXT_OID,
                        .next_multi = 1,
                        .oldest_xid = PG_OLDEST_XID,
                        .oldest_xid_database = 1,
                        .oldest_multi = 1,
                        .oldest_multi_database = 1};
}

void pg_checkpoint_encode(const PgCheckpoint *checkpoint, Buffer *out)
{
    const PgCounters *counters = &checkpoint->counters;

    add_u64(out, checkpoint->redo);
    add_u32(out, checkpoint->timeline);
    add_u32(out, checkpoint->previous_timeline);
    add_u64(out, 1); /* full_page_writes */
    add_u64(out, counters->next_xid);
    add_u32(out, counters->next_oid);
    add_u32(out, counters->next_multi);
    add_u32(out, counters->next_multi_offset);
    add_u32(out, counters->oldest_xid);
    add_u32(out, counters->oldest_xid_database);
    add_u32(out, counters->oldest_multi);
    add_u32(out, counters->oldest_multi_database);
    add_u32(out, 0);
    add_u64(out, (uint64_t)(checkpoint->at_ms / 1000));
    add_u64(out, 0); /* no commit timestamps */
    add_u32(out, checkpoint->is_shutdown ? 0 : (uint32_t)counters->next_xid);
    add_u32(out, 0);
}

void pg_record_checkpoint(PgRecord *record, const PgCheckpoint *checkpoint)
{
    record->rmgr = RM_XLOG;
    record->info = checkpoint->is_shutdown ? CHECKPOINT_SHUTDOWN : CHECKPOINT_ONLINE;
    pg_checkpoint_encode(checkpoint, &record->data);
}

void pg_record_running(PgRecord *record, const PgCounters *counters)
{
    uint32_t next = (uint32_t)counters->next_xid;

    record->rmgr = RM_STANDBY;
    record->info = RUNNING_XACTS;
    add_u64(&record->data, 0); /* none, and no subtransactions */
    add_u32(&record->data, 0);
    add_u32(&record->data, next);
    add_u32(&record->data, next);
    add_u32(&record->data, next - 1);
}

void pg_record_promotion(PgRecord *record, uint32_t timeline, uint32_t previous, int64_t at_ms)
{
    record->rmgr = RM_XLOG;
    record->info = END_OF_RECOVERY;
    add_u64(&record->data, (uint64_t)pg_time(at_ms));
    add_u32(&record->data, timeline);
    add_u32(&record->data, previous);
}

void pg_record_backup_end(PgRecord *record, PgLsn backup_begin)
{
    record->rmgr = RM_XLOG;
    record->info = BACKUP_END;
    add_u64(&record->data, backup_begin);
}

void pg_record_switch(PgRecord *record)
{
    record->rmgr = RM_XLOG;
    record->info = SWITCH;
}

void pg_record_noop(PgRecord *record)
{
    record->rmgr = RM_XLOG;
    record->info = NOOP;
}

void pg_record_commit(PgRecord *record, const PgCounters *counters, int64_t at_ms)
{
    record->rmgr = RM_XACT;
    record->info = COMMIT;
    record->xid = (uint32_t)counters->next_xid - 1;
    add_u64(&record->data, (uint64_t)pg_time(at_ms));
}

/* ---- rows ---- */

/* A text as a tuple holds it: short ones with a header of one byte, others aligned, with one of four. */
static void add_attribute(Buffer *out, const char *text)
{
    size_t length = strlen(text);

    if (length <= SHORT_TEXT_MAX) {
        buffer_add_byte(out, (uint8_t)((length + 1) << 1 | 1));
    } else {
        align(out, 4);
        add_u32(out, (uint32_t)(length + 4) << 2);
    }
    buffer_add(out, text, length);
}

static void make_tuple(const char *key, const char *value, uint32_t block, Buffer *out)
{
    add_u32(out, FROZEN_XID);
    add_u32(out, 0); /* xmax */
    add_u32(out, 0); /* command id */
    add_u16(out, (uint16_t)(block >> 16));
    add_u16(out, (uint16_t)block);
    add_u16(out, 1); /* the first of its page */
    add_u16(out, 2); /* attributes */
    add_u16(out, TUPLE_FLAGS);
    buffer_add_byte(out, TUPLE_HEADER);
    align(out, 8);
    add_attribute(out, key);
    add_attribute(out, value);
}

/* The page in two parts: what is before the hole and what is behind it. */
static void make_page(const Buffer *tuple, Buffer *out, uint16_t *out_lower, uint16_t *out_upper)
{
    size_t room = (tuple->length + 7) / 8 * 8;
    size_t lower = PAGE_HEADER + (tuple->length > 0 ? ITEM_POINTER : 0);
    size_t upper = PG_PAGE_SIZE - room;

    add_u64(out, 0); /* its LSN: replay sets it */
    add_u32(out, 0); /* no checksum, no flags */
    add_u16(out, (uint16_t)lower);
    add_u16(out, (uint16_t)upper);
    add_u16(out, PG_PAGE_SIZE); /* no special space */
    add_u16(out, PG_PAGE_SIZE | PAGE_LAYOUT_VERSION);
    add_u32(out, 0);
    if (tuple->length > 0) {
        add_u32(out, (uint32_t)(upper | ITEM_NORMAL << 15 | tuple->length << 17));
        buffer_add(out, tuple->data, tuple->length);
        add_zeros(out, room - tuple->length);
    }
    *out_lower = (uint16_t)lower;
    *out_upper = (uint16_t)upper;
}

static bool fits_page(const Buffer *tuple)
{
    return PAGE_HEADER + ITEM_POINTER + (tuple->length + 7) / 8 * 8 <= PG_PAGE_SIZE;
}

static void add_image(PgRecord *record, const PgTableFile *table, uint32_t block,
                      const Buffer *tuple)
{
    uint16_t lower, upper;

    record->rmgr = RM_XLOG;
    record->info = PAGE_IMAGE;
    make_page(tuple, &record->images, &lower, &upper);
    buffer_add_byte(&record->references, 0);
    buffer_add_byte(&record->references, HAS_IMAGE);
    add_u16(&record->references, 0);
    add_u16(&record->references, (uint16_t)record->images.length);
    add_u16(&record->references, lower);
    buffer_add_byte(&record->references, IMAGE_APPLY | (upper > lower ? IMAGE_HAS_HOLE : 0));
    add_u32(&record->references, DEFAULT_TABLESPACE);
    add_u32(&record->references, table->database);
    add_u32(&record->references, table->file);
    add_u32(&record->references, block);
}

/* "tenants/payments" and what it is worth, for whoever decodes it. */
static void add_message(PgRecord *record, const char *key, const char *value)
{
    record->rmgr = RM_LOGICAL_MESSAGE;
    record->info = 0;
    add_u32(&record->data, 0); /* of no database, outside all transactions */
    add_u32(&record->data, 0);
    add_u64(&record->data, strlen(key) + 1);
    add_u64(&record->data, strlen(value));
    buffer_add(&record->data, key, strlen(key) + 1);
    buffer_add(&record->data, value, strlen(value));
}

static const PgTableFile *find_table(const char *key, const PgTableFile *tables, size_t count)
{
    size_t length = strcspn(key, "/");

    for (size_t i = 0; i < count; i++) {
        if (strlen(tables[i].table) == length && strncmp(tables[i].table, key, length) == 0)
            return &tables[i];
    }
    return NULL;
}

void pg_page_add(const PgWrite *write, const PgTableFile *table, Buffer *pages)
{
    size_t at = (size_t)write->block * PG_PAGE_SIZE;
    Buffer tuple = {0}, page = {0};
    uint16_t lower, upper;
    char *value;

    if (find_table(write->key, table, 1) == NULL)
        return;
    value = json_text(write->value);
    make_tuple(write->key, value, write->block, &tuple);
    free(value);
    if (fits_page(&tuple)) {
        make_page(&tuple, &page, &lower, &upper);
        if (pages->length < at + PG_PAGE_SIZE)
            add_zeros(pages, at + PG_PAGE_SIZE - pages->length);
        memcpy(pages->data + at, page.data, lower);
        memcpy(pages->data + at + upper, page.data + lower, page.length - lower);
    }
    buffer_release(&tuple);
    buffer_release(&page);
}

void pg_record_row(PgRecord *record, const PgWrite *write, const PgTableFile *tables, size_t count)
{
    const PgTableFile *table = find_table(write->key, tables, count);
    char *value = write->value != NULL ? json_text(write->value) : NULL;
    Buffer tuple = {0};

    if (value != NULL)
        make_tuple(write->key, value, write->block, &tuple);
    if (table != NULL && fits_page(&tuple))
        add_image(record, table, write->block, &tuple);
    else
        add_message(record, write->key, value != NULL ? value : "");
    buffer_release(&tuple);
    free(value);
}

void pg_record_clear(PgRecord *record)
{
    buffer_clear(&record->references);
    buffer_clear(&record->images);
    buffer_clear(&record->data);
    record->xid = 0;
}

void pg_record_release(PgRecord *record)
{
    buffer_release(&record->references);
    buffer_release(&record->images);
    buffer_release(&record->data);
}

/* ---- as bytes ---- */

/* Main data of length bytes, filled up with zeros so that header and data take room bytes. */
static void add_data_header(Buffer *out, size_t room, size_t *out_length)
{
    size_t length = room - 2;

    if (length <= DATA_SHORT_MAX) {
        buffer_add_byte(out, DATA_SHORT);
        buffer_add_byte(out, (uint8_t)length);
    } else {
        length = room - PG_RECORD_EXTRA;
        buffer_add_byte(out, DATA_LONG);
        add_u32(out, (uint32_t)length);
    }
    *out_length = length;
}

static void put_crc(Buffer *out, size_t begin)
{
    const char *at = out->data + begin;
    size_t crc_at = PG_RECORD_HEADER - sizeof(uint32_t);
    uint32_t crc =
        crc32c_add(CRC32C_BEGIN, at + PG_RECORD_HEADER, out->length - begin - PG_RECORD_HEADER);

    crc = ~crc32c_add(crc, at, crc_at);
    memcpy(out->data + begin + crc_at, &crc, sizeof crc);
}

void pg_record_encode(const PgRecord *record, PgLsn previous, size_t size, Buffer *out)
{
    size_t begin = out->length, length = 0;
    size_t room = size - PG_RECORD_HEADER - record->references.length - record->images.length;

    add_u32(out, (uint32_t)size);
    add_u32(out, record->xid);
    add_u64(out, previous);
    buffer_add_byte(out, record->info);
    buffer_add_byte(out, record->rmgr);
    add_u16(out, 0);
    add_u32(out, 0); /* the checksum, in the end */
    buffer_add(out, record->references.data, record->references.length);
    if (room > 0)
        add_data_header(out, room, &length);
    buffer_add(out, record->images.data, record->images.length);
    assert(length >= record->data.length);
    buffer_add(out, record->data.data, record->data.length);
    add_zeros(out, length - record->data.length);
    put_crc(out, begin);
}
