/*
 * fakes/postgres/primary.c - a primary's log: written as time passes and by each record, and read as bytes.
 */
#include "fakes/postgres/instance_inside.h"

#include <stdlib.h>

#include "fakes/postgres/remote.h"
#include "fakes/postgres/wal.h"
#include "fakes/postgres/wal_bytes.h"
#include "fakes/postgres/wal_records.h"

static bool writes_by_itself(const PgInstance *instance)
{
    return instance_is_ready_primary(instance) && !instance->is_disk_full;
}

/* Rows of about this size are what a primary with a write rate is taken to write. */
enum { ROW_BYTES = 256 };

static void count_changes(PgInstance *instance, double rows, double bytes_per_s)
{
    int64_t now = instance_now(instance);

    instance->changes.rows +=
        rows + instance->changes.rows_per_s * (double)(now - instance->changes.since_ms) / 1000;
    instance->changes.rows_per_s = bytes_per_s / ROW_BYTES;
    instance->changes.since_ms = now;
}

int64_t pg_changes(const PgInstance *instance)
{
    return (int64_t)(instance->changes.rows +
                     instance->changes.rows_per_s *
                         (double)(instance_now(instance) - instance->changes.since_ms) / 1000);
}

/* From now on the log grows as role, state and write rate say, beginning at lsn. */
void instance_mark(PgInstance *instance, PgLsn lsn, int64_t commit_ms)
{
    bool is_primary = !instance->is_standby;

    count_changes(instance, 0,
                  is_primary && writes_by_itself(instance) ? instance->bytes_per_s : 0);
    pg_log_mark(&instance->log,
                &(PgLogMark){
                    .at_ms = instance_now(instance),
                    .lsn = lsn,
                    .bytes_per_s = writes_by_itself(instance) ? instance->bytes_per_s : 0,
                    .commit_ms = commit_ms,
                    .is_serving = is_primary &&
                                  (instance->state == PG_READY || instance->state == PG_STOPPING),
                });
    pg_peers_notify(&instance->peers);
}

/* The same, beginning where the log is. */
void instance_mark_here(PgInstance *instance)
{
    int64_t now = instance_now(instance);
    PgLsn lsn = pg_log_at(&instance->log, now);

    instance_mark(instance, lsn, pg_log_commit_ms(&instance->log, lsn, now));
}

void pg_set_disk_full(PgInstance *instance, bool is_full)
{
    instance_advance_all(instance);
    instance->is_disk_full = is_full;
    if (!instance->is_standby)
        instance_mark_here(instance);
}

/* Where the next record goes. */
static PgPlace next_place(const PgInstance *instance, PgWriteKind kind, size_t size)
{
    int64_t now = instance_now(instance);
    PgLsn begin = pg_wal_place(pg_log_at(&instance->log, now), size);

    return (PgPlace){kind, begin, pg_wal_span(begin, size), 0, now};
}

/* Writes a record that is no row. */
void instance_append(PgInstance *instance, PgWriteKind kind, PgLsn backup_begin)
{
    PgPlace place = next_place(instance, kind, pg_wal_record_size(kind));
    int64_t commit_ms =
        pg_log_commit_ms(&instance->log, pg_log_at(&instance->log, place.at_ms), place.at_ms);

    if (kind == PG_WRITE_SWITCH)
        place.end = pg_wal_segment(place.begin) + PG_SEGMENT_SIZE;
    place.backup_begin = backup_begin;
    contents_write(&instance->contents, &place, "", NULL);
    contents_replay(&instance->contents, place.end);
    instance_mark(instance, place.end, commit_ms);
}

/* The first record of a timeline is where the one before it ended: at a segment's begin it has a place in the head. */
void instance_append_promotion(PgInstance *instance, PgLsn lsn, int64_t now)
{
    PgPlace place = {PG_WRITE_PROMOTION, lsn, lsn + PG_HEAD_SIZE, 0, now};

    if (lsn != pg_wal_segment(lsn))
        place.end = pg_wal_ceiling(pg_wal_span(lsn, pg_wal_record_size(PG_WRITE_PROMOTION)));
    contents_write(&instance->contents, &place, "", NULL);
    contents_replay(&instance->contents, place.end);
    instance_mark(instance, place.end, instance->commit_ms);
}

/* What value takes in the log, measured without keeping its text. */
static size_t row_size(const char *key, const cJSON *value)
{
    char *text = value != NULL ? json_text(value) : NULL;
    size_t size = pg_wal_row_size(key, text);

    free(text);
    return size;
}

bool pg_write(PgInstance *instance, const char *key, const cJSON *value, PgLsn *out_lsn)
{
    PgPlace place;

    if (!instance_is_ready_primary(instance) || instance->is_disk_full)
        return false;
    place = next_place(instance, PG_WRITE_ROW, row_size(key, value));
    contents_write(&instance->contents, &place, key, value);
    contents_replay(&instance->contents, place.end);
    count_changes(instance, 1, instance->changes.rows_per_s * ROW_BYTES);
    instance_mark(instance, place.end, place.at_ms);
    if (out_lsn != NULL)
        *out_lsn = place.end;
    return true;
}

PgLsn pg_switch_log(PgInstance *instance)
{
    if (!instance_is_ready_primary(instance))
        return 0;
    if (instance_end(instance) != pg_wal_segment(instance_end(instance)))
        instance_append(instance, PG_WRITE_SWITCH, 0);
    return instance_end(instance);
}

void pg_read_log(PgInstance *instance, PgLsn from, PgLsn to, char *out)
{
    PgWal wal = {
        .system_identifier = instance->options.system_identifier,
        .history = &instance->history,
        .contents = &instance->contents,
        .tables = instance->options.tables,
        .table_count = instance->options.table_count,
        .counters = pg_counters(instance),
    };

    if (instance->remote != NULL) {
        wal.others_end = instance->remote->received;
        wal.others_last = instance->remote->last_record;
    }
    if (from < wal.others_end) {
        PgLsn end = to < wal.others_end ? to : wal.others_end;

        pg_remote_read(instance->remote, from, end, out);
        out += end - from;
        from = end;
    }
    if (from < to)
        pg_wal_read(&wal, from, to, out);
}
