/*
 * fakes/postgres/wal_bytes.c - the bytes of the write-ahead log, made when somebody asks for them.
 *
 * A scribe walks over the log from the item that holds the first byte wanted: the head of a segment, a write with a place of its own, or
 * a cell of filling. It writes everything whole, and only what was asked for gets into the reader's memory.
 */
#include "fakes/postgres/wal_bytes.h"

#include <string.h>

#include "fakes/postgres/crc32c.h"
#include "fakes/postgres/wal.h"
#include "fakes/postgres/wal_records.h"

enum {
    LONG_HEADER = 40,
    FILLING_KINDS = 2,
};

/* A NOOP, but for the record before it and the checksum: CRC is what its main data come to, and the header up to where these differ. */
typedef struct {
    char bytes[PG_CELL_SIZE];
    uint32_t crc;
} Filling;
enum { PREVIOUS_AT = 8, CRC_AT = 20 };

typedef struct {
    const PgWal *wal;
    PgLsn from, to;
    char *out;
    PgLsn at, previous;
    size_t next;                    /* the first write that ends after `at` */
    Filling filling[FILLING_KINDS]; /* of a cell; of one that a page's header begins */
    PgRecord record;
    Buffer bytes;
} Scribe;

uint32_t pg_wal_timeline(const PgHistory *history, PgLsn lsn)
{
    for (size_t i = 0; i < history->count; i++) {
        if (lsn < history->entries[i].ended_at)
            return history->entries[i].timeline;
    }
    return history->timeline;
}

/* The timeline before the one that begins at lsn. */
static uint32_t timeline_before(const PgHistory *history, PgLsn lsn)
{
    for (size_t i = 0; i < history->count; i++) {
        if (lsn == history->entries[i].ended_at)
            return history->entries[i].timeline;
    }
    return history->timeline;
}

/* ---- putting bytes down ---- */

static void put(Scribe *scribe, const char *bytes, size_t length)
{
    PgLsn begin = scribe->at > scribe->from ? scribe->at : scribe->from;
    PgLsn end = scribe->at + length < scribe->to ? scribe->at + length : scribe->to;

    if (begin < end)
        memcpy(scribe->out + (begin - scribe->from), bytes + (begin - scribe->at), end - begin);
    scribe->at += length;
}

static void put_page_header(Scribe *scribe, size_t remaining)
{
    size_t size = pg_wal_page_header(scribe->at);
    PgPageHeader header = {
        .magic = PG_PAGE_MAGIC,
        .info = (uint16_t)(PG_PAGE_MAY_BE_REMOVED | (remaining > 0 ? PG_PAGE_CONTINUES : 0) |
                           (size == LONG_HEADER ? PG_PAGE_IS_LONG : 0)),
        .timeline = pg_wal_timeline(scribe->wal->history, scribe->at),
        .address = scribe->at,
        .remaining = (uint32_t)remaining,
        .system_identifier = scribe->wal->system_identifier,
        .segment_size = PG_SEGMENT_SIZE,
        .page_size = PG_PAGE_SIZE,
    };

    if (size > 0)
        put(scribe, (const char *)&header, size);
}

/* The bytes at hand, over as many pages as it takes; size is the record's, without what aligns the next. */
static void put_over_pages(Scribe *scribe, size_t size)
{
    put_page_header(scribe, 0);
    for (size_t done = 0; done < scribe->bytes.length;) {
        size_t left = scribe->bytes.length - done, room;

        if (done > 0)
            put_page_header(scribe, size - done);
        room = PG_PAGE_SIZE - scribe->at % PG_PAGE_SIZE;
        put(scribe, scribe->bytes.data + done, left < room ? left : room);
        done += left < room ? left : room;
    }
}

static void put_sized(Scribe *scribe, size_t size)
{
    static const char ZEROS[8] = {0};
    PgLsn begin = scribe->at + pg_wal_page_header(scribe->at);

    buffer_clear(&scribe->bytes);
    pg_record_encode(&scribe->record, scribe->previous, size, &scribe->bytes);
    buffer_add(&scribe->bytes, ZEROS, (8 - size % 8) % 8);
    pg_record_clear(&scribe->record);
    put_over_pages(scribe, size);
    scribe->previous = begin;
}

/* The record at hand, filled up so that it ends at end. */
static void put_record(Scribe *scribe, PgLsn end)
{
    put_sized(scribe, pg_wal_room(scribe->at, end));
}

/* A checkpoint has its own length; what is left up to end is filling. */
static void put_checkpoint(Scribe *scribe, const PgCheckpoint *checkpoint, PgLsn end)
{
    pg_record_checkpoint(&scribe->record, checkpoint);
    put_sized(scribe, PG_CHECKPOINT_RECORD);
    pg_record_noop(&scribe->record);
    put_record(scribe, end);
}

static void put_zeros(Scribe *scribe, PgLsn end)
{
    static const char ZEROS[PG_CELL_SIZE] = {0};

    if (scribe->at < scribe->from)
        scribe->at = scribe->from < end ? scribe->from : end;
    while (scribe->at < end && scribe->at < scribe->to) {
        size_t left = end - scribe->at;

        put(scribe, ZEROS, left < sizeof ZEROS ? left : sizeof ZEROS);
    }
    scribe->at = end;
}

/* ---- filling ---- */

static void make_filling(Filling *filling, PgRecord *record, size_t size)
{
    Buffer bytes = {0};

    pg_record_noop(record);
    pg_record_encode(record, 0, size, &bytes);
    memcpy(filling->bytes, bytes.data, size);
    filling->crc = crc32c_add(CRC32C_BEGIN, bytes.data + PG_RECORD_HEADER, size - PG_RECORD_HEADER);
    filling->crc = crc32c_add(filling->crc, bytes.data, PREVIOUS_AT);
    pg_record_clear(record);
    buffer_release(&bytes);
}

/* Eight bytes and four of it are of its place. */
static void set_filling(Filling *filling, PgLsn previous)
{
    uint32_t crc;

    memcpy(filling->bytes + PREVIOUS_AT, &previous, sizeof previous);
    crc = ~crc32c_add(filling->crc, filling->bytes + PREVIOUS_AT, CRC_AT - PREVIOUS_AT);
    memcpy(filling->bytes + CRC_AT, &crc, sizeof crc);
}

static void put_filling(Scribe *scribe)
{
    size_t header = pg_wal_page_header(scribe->at);
    Filling *filling = &scribe->filling[header > 0];
    PgLsn begin = scribe->at + header;

    put_page_header(scribe, 0);
    set_filling(filling, scribe->previous);
    put(scribe, filling->bytes, PG_CELL_SIZE - header);
    scribe->previous = begin;
}

/* Whole cells up to the end of a page, which is most of every log: straight to where they are wanted. */
static void put_cells(Scribe *scribe, PgLsn end)
{
    Filling *filling = &scribe->filling[0];
    char *out = scribe->out + (scribe->at - scribe->from);

    for (; scribe->at < end; scribe->at += PG_CELL_SIZE, out += PG_CELL_SIZE) {
        set_filling(filling, scribe->previous);
        memcpy(out, filling->bytes, PG_CELL_SIZE);
        scribe->previous = scribe->at;
    }
}

static void fill_to(Scribe *scribe, PgLsn end)
{
    while (scribe->at < end && scribe->at < scribe->to) {
        PgLsn page = scribe->at - scribe->at % PG_PAGE_SIZE + PG_PAGE_SIZE;
        PgLsn whole = scribe->to - scribe->to % PG_CELL_SIZE;

        put_filling(scribe);
        whole = whole < page ? whole : page;
        if (scribe->at >= scribe->from)
            put_cells(scribe, whole < end ? whole : end);
    }
}

/* ---- what has a place of its own ---- */

static const PgWrite *next_write(const Scribe *scribe)
{
    const PgContents *contents = scribe->wal->contents;

    return scribe->next < contents->log_count ? contents->log[scribe->next] : NULL;
}

/* When the last write before this moment was made: the log knows no other times. */
static int64_t time_here(const Scribe *scribe)
{
    return scribe->next > 0 ? scribe->wal->contents->log[scribe->next - 1]->place.at_ms : 0;
}

static void put_promotion(Scribe *scribe, PgLsn end, int64_t at_ms)
{
    pg_record_promotion(&scribe->record, pg_wal_timeline(scribe->wal->history, scribe->at),
                        timeline_before(scribe->wal->history, scribe->at), at_ms);
    put_record(scribe, end);
}

static void put_shutdown(Scribe *scribe, const PgPlace *place)
{
    uint32_t timeline = pg_wal_timeline(scribe->wal->history, place->begin);
    PgLsn begin = place->begin + pg_wal_page_header(place->begin);

    put_checkpoint(scribe,
                   &(PgCheckpoint){begin, timeline, timeline, place->at_ms, true,
                                   scribe->wal->counters},
                   place->end);
}

static void put_row(Scribe *scribe, const PgWrite *write)
{
    pg_record_row(&scribe->record, write, scribe->wal->tables, scribe->wal->table_count);
    put_record(scribe, write->place.end - PG_CELL_SIZE);
    pg_record_commit(&scribe->record, &scribe->wal->counters, write->place.at_ms);
    put_record(scribe, write->place.end);
}

static void put_write(Scribe *scribe, const PgWrite *write)
{
    const PgPlace *place = &write->place;

    switch (place->kind) {
    case PG_WRITE_ROW:
        put_row(scribe, write);
        break;
    case PG_WRITE_PROMOTION:
        put_promotion(scribe, place->end, place->at_ms);
        break;
    case PG_WRITE_SHUTDOWN:
        put_shutdown(scribe, place);
        break;
    case PG_WRITE_BACKUP_END:
        pg_record_backup_end(&scribe->record, place->backup_begin);
        put_record(scribe, place->end);
        break;
    case PG_WRITE_SWITCH:
        pg_record_switch(&scribe->record);
        put_record(scribe, scribe->at + pg_wal_page_header(scribe->at) + PG_RECORD_HEADER);
        put_zeros(scribe, place->end);
        break;
    }
    scribe->next++;
}

/*
 * RUNNING_XACTS, then the checkpoint whose redo point it is. A timeline that begins here begins with END_OF_RECOVERY: a standby
 * takes no checkpoint of a timeline that it has not been told of.
 */
static void put_head(Scribe *scribe)
{
    const PgWrite *write = next_write(scribe);
    PgLsn segment = scribe->at;
    uint32_t timeline = pg_wal_timeline(scribe->wal->history, segment);
    bool begins_timeline = write != NULL && write->place.begin == segment;
    PgLsn redo = begins_timeline ? segment + 2 * (PgLsn)PG_CELL_SIZE : pg_wal_redo(segment);

    if (begins_timeline) {
        put_promotion(scribe, redo, write->place.at_ms);
        scribe->next++;
    }
    pg_record_running(&scribe->record, &scribe->wal->counters);
    put_record(scribe, begins_timeline ? redo + PG_CELL_SIZE : pg_wal_checkpoint(segment));
    put_checkpoint(scribe,
                   &(PgCheckpoint){redo, timeline, timeline, time_here(scribe), false,
                                   scribe->wal->counters},
                   segment + PG_HEAD_SIZE);
}

/* ---- where to begin ---- */

/* Where the last record before a position begins. */
static PgLsn record_before(const Scribe *scribe)
{
    const PgContents *contents = scribe->wal->contents;
    const PgPlace *last = scribe->next > 0 ? &contents->log[scribe->next - 1]->place : NULL;
    PgLsn cell = scribe->at - PG_CELL_SIZE, segment = pg_wal_segment(scribe->at);
    bool begins_timeline = last != NULL && last->begin == segment;

    if (last != NULL && last->end == scribe->at && last->kind == PG_WRITE_PROMOTION &&
        !begins_timeline)
        return last->begin + pg_wal_page_header(last->begin);
    if (scribe->at == segment + PG_HEAD_SIZE)
        return pg_wal_checkpoint(segment) + (begins_timeline ? PG_CELL_SIZE : 0) +
               PG_CHECKPOINT_ROOM;
    if (last != NULL && last->end == scribe->at && last->kind == PG_WRITE_SHUTDOWN)
        return pg_wal_skip(last->begin, PG_CHECKPOINT_ROOM);
    if (last != NULL && last->end == scribe->at && last->kind != PG_WRITE_ROW)
        cell = last->begin;
    return cell + pg_wal_page_header(cell);
}

/* The item that holds the first byte wanted. */
static void find_begin(Scribe *scribe)
{
    const PgContents *contents = scribe->wal->contents;
    PgLsn at = pg_wal_floor(scribe->from);
    size_t next = contents_after(contents, at);

    if (next < contents->log_count && contents->log[next]->place.begin < at)
        at = contents->log[next]->place.begin;
    scribe->at = at;
    scribe->next = next;
    scribe->previous = at > 0 ? record_before(scribe) : 0;
    if (at <= scribe->wal->others_end) {
        scribe->at = scribe->wal->others_end;
        scribe->previous = scribe->wal->others_last;
    }
}

static void step(Scribe *scribe)
{
    const PgWrite *write = next_write(scribe);
    PgLsn end = pg_wal_segment(scribe->at) + PG_SEGMENT_SIZE;

    if (scribe->at == pg_wal_segment(scribe->at)) {
        put_head(scribe);
    } else if (write != NULL && write->place.begin == scribe->at) {
        put_write(scribe, write);
    } else {
        if (write != NULL && write->place.begin < end)
            end = write->place.begin;
        fill_to(scribe, end);
    }
}

void pg_wal_read(const PgWal *wal, PgLsn from, PgLsn to, char *out)
{
    Scribe scribe = {.wal = wal, .from = from, .to = to, .out = out};

    make_filling(&scribe.filling[0], &scribe.record, PG_CELL_SIZE);
    make_filling(&scribe.filling[1], &scribe.record,
                 PG_CELL_SIZE - pg_wal_page_header(PG_PAGE_SIZE));
    find_begin(&scribe);
    while (scribe.at < to)
        step(&scribe);
    pg_record_release(&scribe.record);
    buffer_release(&scribe.bytes);
}
