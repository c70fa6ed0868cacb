/*
 * fakes/postgres/wal.c - where the records of the write-ahead log may begin and end.
 */
#include "fakes/postgres/wal.h"

#include <inttypes.h>
#include <stdio.h>

enum { PAGE_HEADER = 24, SEGMENT_HEADER = 40 };

static PgLsn cell_floor(PgLsn lsn)
{
    return lsn - lsn % PG_CELL_SIZE;
}

PgLsn pg_wal_floor(PgLsn lsn)
{
    return lsn % PG_SEGMENT_SIZE < PG_HEAD_SIZE ? pg_wal_segment(lsn) : cell_floor(lsn);
}

PgLsn pg_wal_ceiling(PgLsn lsn)
{
    PgLsn offset = lsn % PG_SEGMENT_SIZE;

    if (offset > 0 && offset < PG_HEAD_SIZE)
        return pg_wal_segment(lsn) + PG_HEAD_SIZE;
    return cell_floor(lsn + PG_CELL_SIZE - 1);
}

size_t pg_wal_page_header(PgLsn lsn)
{
    if (lsn % PG_PAGE_SIZE != 0)
        return 0;
    return lsn % PG_SEGMENT_SIZE == 0 ? SEGMENT_HEADER : PAGE_HEADER;
}

size_t pg_wal_room(PgLsn begin, PgLsn end)
{
    size_t room = end - begin;

    for (PgLsn page = (begin + PG_PAGE_SIZE - 1) / PG_PAGE_SIZE * PG_PAGE_SIZE; page < end;
         page += PG_PAGE_SIZE)
        room -= pg_wal_page_header(page);
    return room;
}

PgLsn pg_wal_skip(PgLsn lsn, size_t size)
{
    lsn += pg_wal_page_header(lsn);
    for (; size > 0;) {
        size_t room = PG_PAGE_SIZE - lsn % PG_PAGE_SIZE;

        room = room < size ? room : size;
        lsn += room;
        lsn += pg_wal_page_header(lsn);
        size -= room;
    }
    return lsn;
}

PgLsn pg_wal_span(PgLsn begin, size_t size)
{
    PgLsn end = cell_floor(begin + size + PG_CELL_SIZE - 1);

    while (pg_wal_room(begin, end) < size)
        end += PG_CELL_SIZE;
    return end;
}

PgLsn pg_wal_place(PgLsn lsn, size_t size)
{
    PgLsn segment = pg_wal_segment(lsn);

    if (lsn == segment)
        return lsn + PG_HEAD_SIZE;
    if (pg_wal_span(lsn, size) > segment + PG_SEGMENT_SIZE)
        return segment + PG_SEGMENT_SIZE + PG_HEAD_SIZE;
    return lsn;
}

PgLsn pg_wal_redo(PgLsn lsn)
{
    return pg_wal_segment(lsn) + SEGMENT_HEADER;
}

PgLsn pg_wal_checkpoint(PgLsn lsn)
{
    return pg_wal_segment(lsn) + 2 * (PgLsn)PG_CELL_SIZE;
}

const char *pg_wal_segment_name(uint32_t timeline, PgLsn lsn, char out_text[PG_SEGMENT_NAME_SIZE])
{
    snprintf(out_text, PG_SEGMENT_NAME_SIZE, "%08" PRIX32 "%08" PRIX32 "%08" PRIX32, timeline,
             (uint32_t)(lsn >> 32), (uint32_t)(lsn & 0xffffffff) / PG_SEGMENT_SIZE);
    return out_text;
}
