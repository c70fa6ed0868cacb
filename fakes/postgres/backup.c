/*
 * fakes/postgres/backup.c - where a base backup begins and ends, and the pages of the tables in it.
 */
#include "fakes/postgres/instance_inside.h"

#include "fakes/postgres/remote.h"
#include "fakes/postgres/wal.h"
#include "fakes/postgres/wal_bytes.h"
#include "fakes/postgres/wal_records.h"

/* In a log that is not of our making: the last one that was read. */
static bool find_others_checkpoint(const PgRemote *remote, PgBackup *out)
{
    out->redo = remote->redo;
    out->checkpoint = remote->checkpoint;
    out->timeline = remote->timeline;
    return remote->checkpoint != 0;
}

/* A segment's head holds the checkpoint; where a timeline begins in it, another cell of it does. */
static bool find_checkpoint(PgInstance *instance, PgLsn end, PgBackup *out)
{
    PgLsn segment = pg_wal_segment(end - 1);
    const PgContents *contents = &instance->contents;
    size_t next = contents_after(contents, segment);
    bool begins_timeline =
        next < contents->log_count && contents->log[next]->place.begin == segment;

    if (instance->remote != NULL && segment < instance->remote->received)
        return find_others_checkpoint(instance->remote, out);
    if (segment < instance->options.start_lsn)
        return false;
    out->redo = begins_timeline ? segment + 2 * (PgLsn)PG_CELL_SIZE : pg_wal_redo(segment);
    out->checkpoint = pg_wal_checkpoint(segment) + (begins_timeline ? PG_CELL_SIZE : 0);
    out->timeline = pg_wal_timeline(&instance->history, segment);
    return true;
}

bool pg_table_pages(PgInstance *instance, size_t index, const PgTableFile **out_table,
                    Buffer *out_pages)
{
    const PgContents *contents = &instance->contents;

    if (index >= instance->options.table_count)
        return false;
    instance_advance(instance);
    *out_table = &instance->options.tables[index];
    for (size_t i = 0; i < contents->row_count; i++)
        pg_page_add(contents->rows[i], *out_table, out_pages);
    return true;
}

bool pg_backup_is_possible(PgInstance *instance)
{
    PgBackup ignored;

    if (instance->state != PG_READY)
        return false;
    return !instance->is_standby || find_checkpoint(instance, pg_replay_lsn(instance), &ignored);
}

bool pg_backup_begin(PgInstance *instance, PgBackup *out)
{
    PgLsn begin;

    if (instance->state != PG_READY)
        return false;
    out->from_standby = instance->is_standby;
    if (instance->is_standby)
        return find_checkpoint(instance, pg_replay_lsn(instance), out);
    begin = pg_switch_log(instance) + PG_HEAD_SIZE;
    instance_mark(instance, begin, pg_log_commit_ms(&instance->log, begin, instance_now(instance)));
    return find_checkpoint(instance, begin, out);
}

PgLsn pg_backup_end(PgInstance *instance, const PgBackup *backup)
{
    PgLsn end;

    if (backup->from_standby || !instance_is_ready_primary(instance))
        return pg_replay_lsn(instance);
    instance_append(instance, PG_WRITE_BACKUP_END, backup->redo);
    end = instance_end(instance);
    pg_switch_log(instance);
    return end;
}
