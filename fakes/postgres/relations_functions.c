/*
 * fakes/postgres/relations_functions.c - functions that give a row of several columns.
 *
 * Source: PostgreSQL 15 manual, 9.27.3, 9.27.6; xlogfuncs.c and slotfuncs.c of 15.20.
 */
#include "fakes/postgres/functions.h"
#include "fakes/postgres/peers.h"
#include "fakes/postgres/relations.h"
#include "fakes/postgres/wal.h"
#include "fakes/postgres/wal_records.h"

/* ---- slots made by SQL ---- */

static const SqlColumn MADE_COLUMNS[] = {
    {"slot_name", PG_NAME},
    {"lsn",       PG_LSN },
};

static bool make_slot(SqlScan *scan)
{
    SqlContext *context = scan->context;
    PgPeers *peers = pg_peers(context->instance);
    PgSlot *slot;
    PgValue *row;

    if (!sql_may_use_slots(context, scan->report))
        return false;
    slot = pg_slot_create(peers, scan->arguments[0].text, scan->report);
    if (slot == NULL)
        return false;
    if (!scan->arguments[1].is_null && scan->arguments[1].integer)
        slot->restart = pg_wal_redo(pg_end_lsn(context->instance));
    slot->is_temporary = !scan->arguments[2].is_null && scan->arguments[2].integer;
    slot->pid = slot->is_temporary ? context->pid : 0;
    row = sql_scan_row(scan);
    sql_put_text(scan, row, "slot_name", arena_text(context->arena, slot->name));
    if (slot->restart != 0)
        sql_put(scan, row, "lsn", (int64_t)slot->restart);
    return true;
}

/* ---- a position as file and offset ---- */

static const SqlColumn OFFSET_COLUMNS[] = {
    {"file_name",   PG_TEXT},
    {"file_offset", PG_INT4},
};

static bool scan_offset(SqlScan *scan)
{
    PgLsn lsn = (PgLsn)scan->arguments[0].integer;
    PgValue *row = sql_scan_row(scan);

    sql_put_text(scan, row, "file_name", sql_walfile_name(scan->context, lsn));
    sql_put(scan, row, "file_offset", sql_walfile_offset(lsn));
    return true;
}

static const SqlRelation ROWS[] = {
    {.name = "pg_create_physical_replication_slot",
     .oid = 0,
     COLUMNS_OF(MADE_COLUMNS),
     .scan = make_slot,
     .arguments[0] = PG_NAME,
     .arguments[1] = PG_BOOL,
     .arguments[2] = PG_BOOL,
     .least = 1,
     .most = 3    },
    {.name = "pg_walfile_name_offset",
     .oid = 0,
     COLUMNS_OF(OFFSET_COLUMNS),
     .scan = scan_offset,
     .arguments[0] = PG_LSN,
     .least = 1,
     .most = 1,
     .place = RUNS_ON_PRIMARY,
     .line = "341"},
};

const SqlRelations FUNCTION_RELATIONS = RELATIONS_OF(ROWS);
