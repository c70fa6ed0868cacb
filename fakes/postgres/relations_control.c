/*
 * fakes/postgres/relations_control.c - what pg_control says, as functions of one row.
 *
 * Source: PostgreSQL 15 manual, 9.27.8 (pg_control_checkpoint and its like); values of a fresh 15.20.
 */
#include "fakes/postgres/relations.h"
#include "fakes/postgres/wal_records.h"

/* ---- pg_control_checkpoint() and pg_control_system() ---- */

static const SqlColumn CHECKPOINT_COLUMNS[] = {
    {"checkpoint_lsn",       PG_LSN        },
    {"redo_lsn",             PG_LSN        },
    {"redo_wal_file",        PG_TEXT       },
    {"timeline_id",          PG_INT4       },
    {"prev_timeline_id",     PG_INT4       },
    {"full_page_writes",     PG_BOOL       },
    {"next_xid",             PG_TEXT       },
    {"next_oid",             PG_OID        },
    {"next_multixact_id",    PG_XID        },
    {"next_multi_offset",    PG_XID        },
    {"oldest_xid",           PG_XID        },
    {"oldest_xid_dbid",      PG_OID        },
    {"oldest_active_xid",    PG_XID        },
    {"oldest_multi_xid",     PG_XID        },
    {"oldest_multi_dbid",    PG_OID        },
    {"oldest_commit_ts_xid", PG_XID        },
    {"newest_commit_ts_xid", PG_XID        },
    {"checkpoint_time",      PG_TIMESTAMPTZ},
};

/* The last checkpoint is taken to be where the segment begins. */
static bool scan_checkpoint(SqlScan *scan)
{
    PgValue *row = sql_scan_row(scan);
    PgLsn redo = pg_wal_redo(pg_end_lsn(scan->context->instance));
    uint32_t timeline = pg_control_timeline(scan->context->instance);
    char name[PG_SEGMENT_NAME_SIZE];

    sql_put(scan, row, "checkpoint_lsn", (int64_t)pg_wal_checkpoint(redo));
    sql_put(scan, row, "redo_lsn", (int64_t)redo);
    sql_put_text(scan, row, "redo_wal_file",
                 arena_text(scan->context->arena, pg_wal_segment_name(timeline, redo, name)));
    sql_put(scan, row, "timeline_id", timeline);
    sql_put(scan, row, "prev_timeline_id", timeline);
    sql_put(scan, row, "full_page_writes", true);
    sql_put_text(scan, row, "next_xid", "0:1000");
    sql_put(scan, row, "next_oid", PG_NEXT_OID);
    sql_put(scan, row, "next_multixact_id", 1);
    sql_put(scan, row, "next_multi_offset", 0);
    sql_put(scan, row, "oldest_xid", PG_OLDEST_XID);
    sql_put(scan, row, "oldest_xid_dbid", 1);
    sql_put(scan, row, "oldest_active_xid", 0);
    sql_put(scan, row, "oldest_multi_xid", 1);
    sql_put(scan, row, "oldest_multi_dbid", 1);
    sql_put(scan, row, "oldest_commit_ts_xid", 0);
    sql_put(scan, row, "newest_commit_ts_xid", 0);
    sql_put(scan, row, "checkpoint_time", scan->context->now_us / 1000000 * 1000000);
    return true;
}

static const SqlColumn SYSTEM_COLUMNS[] = {
    {"pg_control_version",       PG_INT4       },
    {"catalog_version_no",       PG_INT4       },
    {"system_identifier",        PG_INT8       },
    {"pg_control_last_modified", PG_TIMESTAMPTZ},
};

static bool scan_system(SqlScan *scan)
{
    PgValue *row = sql_scan_row(scan);

    sql_put(scan, row, "pg_control_version", 1300);
    sql_put(scan, row, "catalog_version_no", 202209061);
    sql_put(scan, row, "system_identifier", (int64_t)pg_system_identifier(scan->context->instance));
    sql_put(scan, row, "pg_control_last_modified", scan->context->now_us / 1000000 * 1000000);
    return true;
}

static const SqlColumn RECOVERY_COLUMNS[] = {
    {"min_recovery_end_lsn",          PG_LSN },
    {"min_recovery_end_timeline",     PG_INT4},
    {"backup_start_lsn",              PG_LSN },
    {"backup_end_lsn",                PG_LSN },
    {"end_of_backup_record_required", PG_BOOL},
};

/* A standby could stop no earlier than what it has replayed. */
static bool scan_recovery(SqlScan *scan)
{
    PgInstance *instance = scan->context->instance;
    bool is_standby = pg_is_in_recovery(instance);
    PgValue *row = sql_scan_row(scan);

    sql_put(scan, row, "min_recovery_end_lsn", is_standby ? (int64_t)pg_replay_lsn(instance) : 0);
    sql_put(scan, row, "min_recovery_end_timeline", is_standby ? pg_timeline(instance) : 0);
    sql_put(scan, row, "backup_start_lsn", 0);
    sql_put(scan, row, "backup_end_lsn", 0);
    sql_put(scan, row, "end_of_backup_record_required", false);
    return true;
}

static const SqlColumn INIT_COLUMNS[] = {
    {"max_data_alignment",         PG_INT4},
    {"database_block_size",        PG_INT4},
    {"blocks_per_segment",         PG_INT4},
    {"wal_block_size",             PG_INT4},
    {"bytes_per_wal_segment",      PG_INT4},
    {"max_identifier_length",      PG_INT4},
    {"max_index_columns",          PG_INT4},
    {"max_toast_chunk_size",       PG_INT4},
    {"large_object_chunk_size",    PG_INT4},
    {"float8_pass_by_value",       PG_BOOL},
    {"data_page_checksum_version", PG_INT4},
};

static bool scan_init(SqlScan *scan)
{
    static const int64_t VALUES[] = {8, 8192, 131072, 8192, 16777216, 64, 32, 1996, 2048, true, 0};
    PgValue *row = sql_scan_row(scan);

    for (size_t i = 0; i < sizeof VALUES / sizeof VALUES[0]; i++)
        sql_put(scan, row, INIT_COLUMNS[i].name, VALUES[i]);
    return true;
}

static const SqlRelation ROWS[] = {
    {"pg_control_checkpoint", 0, COLUMNS_OF(CHECKPOINT_COLUMNS), .scan = scan_checkpoint},
    {"pg_control_init",       0, COLUMNS_OF(INIT_COLUMNS),       .scan = scan_init      },
    {"pg_control_recovery",   0, COLUMNS_OF(RECOVERY_COLUMNS),   .scan = scan_recovery  },
    {"pg_control_system",     0, COLUMNS_OF(SYSTEM_COLUMNS),     .scan = scan_system    },
};

const SqlRelations CONTROL_RELATIONS = RELATIONS_OF(ROWS);
