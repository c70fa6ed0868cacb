/*
 * fakes/postgres/wal_reader.c - a write-ahead log that somebody else wrote, taken apart into its records as it comes in.
 */
#include "fakes/postgres/wal_reader.h"

#include <inttypes.h>
#include <string.h>

#include "fakes/postgres/crc32c.h"
#include "fakes/postgres/wal.h"
#include "fakes/postgres/wal_records.h"

enum {
    LENGTH_SIZE = 4,        /* a record's first field, which is never cut by a page */
    RECORD_MAX = 256 << 20, /* far above what a server of 15 writes */
};

typedef struct {
    uint32_t length, xid;
    uint64_t previous;
    uint8_t info, rmgr;
    uint16_t padding;
    uint32_t crc;
} RecordHeader;

void pg_wal_reader_begin(PgWalReader *reader, PgLsn lsn, uint64_t system_identifier,
                         PgWalVisitor *visit, void *owner)
{
    Buffer kept = reader->record;

    buffer_clear(&kept);
    *reader = (PgWalReader){.system_identifier = system_identifier,
                            .at = lsn,
                            .end = lsn,
                            .is_first = true,
                            .record = kept,
                            .visit = visit,
                            .owner = owner};
}

void pg_wal_reader_rewind(PgWalReader *reader)
{
    buffer_clear(&reader->record);
    reader->at = reader->end;
    reader->to_skip = 0;
    reader->header_length = 0;
    reader->is_first = reader->last == 0;
    reader->is_replacing = false;
}

void pg_wal_reader_release(PgWalReader *reader)
{
    buffer_release(&reader->record);
}

static bool fail(PgWalReader *reader, PgLsn lsn, const char *what, Error *err)
{
    char text[24];

    pg_wal_reader_rewind(reader);
    return error_set(err, ERR_PROTOCOL, "%s at %s", what, pg_lsn_text(lsn, text));
}

/* ---- pages ---- */

static bool is_in_record(const PgWalReader *reader)
{
    return reader->record.length > 0;
}

static size_t record_left(const PgWalReader *reader)
{
    uint32_t length;

    memcpy(&length, reader->record.data, sizeof length);
    return length - reader->record.length;
}

/* What the page says of the record that goes on in it has to be what we know of it. */
static bool check_continuation(PgWalReader *reader, const PgPageHeader *header, Error *err)
{
    bool continues = (header->info & PG_PAGE_CONTINUES) != 0;

    if (reader->is_first) {
        reader->is_first = false;
        reader->to_skip = continues ? (header->remaining + 7UL) / 8 * 8 : 0;
        return true;
    }
    if (reader->to_skip > 0)
        return true;
    if (is_in_record(reader) && (header->info & PG_PAGE_REPLACES) != 0) {
        buffer_clear(&reader->record);
        reader->is_replacing = true;
        return true;
    }
    if (continues != is_in_record(reader) ||
        (continues && header->remaining != record_left(reader)))
        return fail(reader, header->address, "a page does not go on where the last one ended", err);
    return true;
}

static bool check_page(PgWalReader *reader, Error *err)
{
    PgPageHeader header = {0};
    PgLsn page = reader->at - reader->header_length;

    memcpy(&header, reader->header, reader->header_length);
    reader->header_length = 0;
    if (header.magic != PG_PAGE_MAGIC)
        return fail(reader, page, "what comes in is no log of PostgreSQL 15", err);
    if (header.address != page)
        return fail(reader, page, "a page belongs elsewhere", err);
    if ((header.info & PG_PAGE_IS_LONG) == 0)
        return check_continuation(reader, &header, err);
    if (header.system_identifier != reader->system_identifier)
        return fail(reader, page, "the log is another system's", err);
    if (header.segment_size != PG_SEGMENT_SIZE || header.page_size != PG_PAGE_SIZE)
        return fail(reader, page, "segments are not of 16 MB, or pages not of 8 kB", err);
    return check_continuation(reader, &header, err);
}

/* ---- records ---- */

/* How long the header of a reference to a page is; 0: it does not fit, or is none. */
static size_t reference_size(const char *at, size_t left)
{
    enum {
        MOST_REFERENCES = 32,
        FLAGS = 1,
        USUAL = 4,
        IMAGE = 5,
        IMAGE_FLAGS = 8,
        HAS_IMAGE = 0x10,
        SAME_RELATION = 0x80,
        HAS_HOLE = 0x01,
        IS_COMPRESSED = 0x04 | 0x08 | 0x10,
        RELATION = 12,
        BLOCK = 4
    };
    size_t size = USUAL;

    if ((uint8_t)at[0] > MOST_REFERENCES || left < USUAL + IMAGE)
        return 0;
    if ((at[FLAGS] & HAS_IMAGE) != 0) {
        uint8_t flags = (uint8_t)at[IMAGE_FLAGS];

        size += IMAGE;
        size += (flags & HAS_HOLE) != 0 && (flags & IS_COMPRESSED) != 0 ? 2 : 0;
    }
    size += ((uint8_t)at[FLAGS] & SAME_RELATION) != 0 ? 0 : RELATION;
    size += BLOCK;
    return size <= left ? size : 0;
}

/* Its main data are its last bytes; how many they are stands behind the references to pages. */
static void find_data(const char *bytes, size_t length, PgWalRecord *out)
{
    enum { SHORT = 0xff, LONG = 0xfe, ORIGIN = 0xfd, TOP_XID = 0xfc };
    size_t at = PG_RECORD_HEADER, size;
    uint32_t wide;

    while (at < length) {
        size_t left = length - at;

        switch ((uint8_t)bytes[at]) {
        case SHORT:
            size = left >= 2 ? (uint8_t)bytes[at + 1] : 0;
            out->length = size <= left ? size : 0;
            out->data = bytes + length - out->length;
            return;
        case LONG:
            if (left < 1 + sizeof wide)
                return;
            memcpy(&wide, bytes + at + 1, sizeof wide);
            out->length = wide <= left ? wide : 0;
            out->data = bytes + length - out->length;
            return;
        case ORIGIN:
            at += 3;
            break;
        case TOP_XID:
            at += 5;
            break;
        default:
            size = reference_size(bytes + at, left);
            if (size == 0)
                return;
            at += size;
        }
    }
}

static bool check_record(PgWalReader *reader, const RecordHeader *header, Error *err)
{
    const char *bytes = reader->record.data;
    uint32_t crc = crc32c_add(CRC32C_BEGIN, bytes + PG_RECORD_HEADER,
                              reader->record.length - PG_RECORD_HEADER);

    crc = ~crc32c_add(crc, bytes, PG_RECORD_HEADER - sizeof crc);
    if (crc != header->crc)
        return fail(reader, reader->begin, "a record's checksum is wrong", err);
    if (reader->last != 0 && header->previous != reader->last && !reader->is_replacing)
        return fail(reader, reader->begin, "a record does not hang on the one before it", err);
    return true;
}

static bool is_switch(const RecordHeader *header)
{
    return header->rmgr == 0 && (header->info & 0xf0) == 0x40;
}

static bool end_record(PgWalReader *reader, Error *err)
{
    RecordHeader header;
    PgWalRecord record = {.begin = reader->begin, .data = ""};

    memcpy(&header, reader->record.data, sizeof header);
    if (!check_record(reader, &header, err))
        return false;
    record.end = (reader->at + 7) / 8 * 8;
    if (is_switch(&header))
        record.end = pg_wal_segment(reader->begin) + PG_SEGMENT_SIZE;
    record.xid = header.xid;
    record.rmgr = header.rmgr;
    record.info = header.info;
    find_data(reader->record.data, reader->record.length, &record);
    reader->is_replacing = false;
    reader->last = record.begin;
    reader->end = record.end;
    reader->visit(reader->owner, &record);
    buffer_clear(&reader->record);
    return true;
}

/* How many more bytes the record at hand wants, as far as is known. */
static bool find_wanted(PgWalReader *reader, size_t *out, Error *err)
{
    uint32_t length;

    if (reader->record.length < LENGTH_SIZE) {
        *out = LENGTH_SIZE - reader->record.length;
        return true;
    }
    memcpy(&length, reader->record.data, sizeof length);
    *out = length - reader->record.length;
    return (length >= PG_RECORD_HEADER && length <= RECORD_MAX) ||
           fail(reader, reader->begin, "a record's length cannot be", err);
}

/* ---- bytes ---- */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool take_header(PgWalReader *reader, const char *bytes, size_t length, size_t *out_used,
                        Error *err)
{
    size_t size = pg_wal_page_header(reader->at - reader->header_length);

    *out_used = least(size - reader->header_length, length);
    memcpy(reader->header + reader->header_length, bytes, *out_used);
    reader->header_length += *out_used;
    reader->at += *out_used;
    return reader->header_length < size || check_page(reader, err);
}

static bool take_record(PgWalReader *reader, const char *bytes, size_t length, size_t *out_used,
                        Error *err)
{
    size_t wanted;

    if (!is_in_record(reader))
        reader->begin = reader->at;
    if (!find_wanted(reader, &wanted, err))
        return false;
    *out_used = least(wanted, length);
    buffer_add(&reader->record, bytes, *out_used);
    reader->at += *out_used;
    if (!find_wanted(reader, &wanted, err))
        return false;
    return wanted > 0 || end_record(reader, err);
}

/* Between a record and the next; and behind a switch, whose segment has nothing more. */
static size_t skip_to_next(PgWalReader *reader, size_t length)
{
    size_t used = least((size_t)(reader->end - reader->at), length);

    reader->at += used;
    return used;
}

static bool take(PgWalReader *reader, const char *bytes, size_t length, size_t *out_used,
                 Error *err)
{
    size_t room = PG_PAGE_SIZE - reader->at % PG_PAGE_SIZE;

    if (!is_in_record(reader) && reader->at < reader->end) {
        *out_used = skip_to_next(reader, length);
        return true;
    }
    if (reader->header_length > 0 || reader->at % PG_PAGE_SIZE == 0)
        return take_header(reader, bytes, length, out_used, err);
    if (reader->to_skip > 0) {
        *out_used = least(least(reader->to_skip, room), length);
        reader->to_skip -= *out_used;
        reader->at += *out_used;
        return true;
    }
    return take_record(reader, bytes, least(room, length), out_used, err);
}

bool pg_wal_reader_add(PgWalReader *reader, PgLsn lsn, const char *bytes, size_t length, Error *err)
{
    size_t at;

    if (lsn > reader->at)
        return fail(reader, reader->at, "part of the log is missing", err);
    if (lsn + length <= reader->at)
        return true;
    for (at = (size_t)(reader->at - lsn); at < length;) {
        size_t used = 0;

        if (!take(reader, bytes + at, length - at, &used, err))
            return false;
        at += used;
    }
    return true;
}
