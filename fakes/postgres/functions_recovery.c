/*
 * fakes/postgres/functions_recovery.c - positions in the log, recovery, promotion.
 *
 * Source: PostgreSQL 15 manual, 9.27.3 and 9.27.4.
 */
#include <inttypes.h>

#include "fakes/postgres/functions.h"
#include "fakes/postgres/wal.h"

static const PgSource PROMOTE = {"xlogfuncs.c", "585", "pg_promote"};

static void give_lsn(PgLsn lsn, PgValue *out)
{
    *out = lsn > 0 ? pg_integer(PG_LSN, (int64_t)lsn) : pg_null(PG_LSN);
}

static void run_command(SqlContext *context, const char *command)
{
    if (context->on_command != NULL)
        context->on_command(context->owner, command);
}

static void set_paused(SqlContext *context, bool is_paused)
{
    PgLink link = *pg_link(context->instance);

    link.is_replay_paused = is_paused;
    pg_set_link(context->instance, &link);
}

SQL_FUNCTION(is_in_recovery)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_integer(PG_BOOL, pg_is_in_recovery(context->instance));
    return true;
}

SQL_FUNCTION(current_lsn)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    give_lsn(pg_current_lsn(context->instance), out);
    return true;
}

SQL_FUNCTION(last_receive_lsn)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    give_lsn(pg_receive_lsn(context->instance), out);
    return true;
}

SQL_FUNCTION(last_replay_lsn)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    give_lsn(pg_replay_lsn(context->instance), out);
    return true;
}

/* What is inserted next goes behind the header of its page, which nobody has written yet. */
SQL_FUNCTION(current_insert_lsn)
{
    PgLsn lsn = pg_current_lsn(context->instance);

    UNUSED(arguments), UNUSED(count), UNUSED(report);
    if (lsn % PG_SEGMENT_SIZE == 0)
        lsn += sizeof(PgPageHeader);
    else if (lsn % PG_PAGE_SIZE == 0)
        lsn += offsetof(PgPageHeader, system_identifier);
    *out = pg_integer(PG_LSN, (int64_t)lsn);
    return true;
}

SQL_FUNCTION(last_replay_timestamp)
{
    int64_t commit_ms = pg_last_replay_commit_ms(context->instance);

    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = commit_ms > 0 ? pg_integer(PG_TIMESTAMPTZ, commit_ms * 1000) : pg_null(PG_TIMESTAMPTZ);
    return true;
}

SQL_FUNCTION(is_replay_paused)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_integer(PG_BOOL, pg_link(context->instance)->is_replay_paused);
    return true;
}

SQL_FUNCTION(replay_pause_state)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_text(PG_TEXT, pg_link(context->instance)->is_replay_paused ? "paused" : "not paused");
    return true;
}

SQL_FUNCTION(replay_pause)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    set_paused(context, true);
    run_command(context, "pg_wal_replay_pause");
    *out = pg_integer(PG_VOID, 0);
    return true;
}

SQL_FUNCTION(replay_resume)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    set_paused(context, false);
    run_command(context, "pg_wal_replay_resume");
    *out = pg_integer(PG_VOID, 0);
    return true;
}

SQL_FUNCTION(promote)
{
    if (count > 1 && arguments[1].integer <= 0)
        return pg_error(report, "22003", PROMOTE, "\"wait_seconds\" must not be negative or zero");
    pg_promote(context->instance);
    run_command(context, "pg_promote");
    *out = pg_integer(PG_BOOL, true);
    return true;
}

SQL_FUNCTION(switch_wal)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_integer(PG_LSN, (int64_t)pg_switch_log(context->instance));
    return true;
}

/* At a boundary it is the segment before. */
const char *sql_walfile_name(const SqlContext *context, PgLsn lsn)
{
    uint64_t segment = (lsn - 1) / PG_SEGMENT_SIZE,
             per_id = UINT64_C(0x100000000) / PG_SEGMENT_SIZE;

    return arena_format(context->arena, "%08" PRIX32 "%08" PRIX32 "%08" PRIX32,
                        pg_timeline(context->instance), (uint32_t)(segment / per_id),
                        (uint32_t)(segment % per_id));
}

int64_t sql_walfile_offset(PgLsn lsn)
{
    return (int64_t)(lsn % PG_SEGMENT_SIZE);
}

SQL_FUNCTION(walfile_name)
{
    UNUSED(count), UNUSED(report);
    *out = pg_text(PG_TEXT, sql_walfile_name(context, (PgLsn)arguments[0].integer));
    return true;
}

SQL_FUNCTION(lsn_difference)
{
    UNUSED(context), UNUSED(count), UNUSED(report);
    *out = pg_integer(PG_NUMERIC,
                      (int64_t)((uint64_t)arguments[0].integer - (uint64_t)arguments[1].integer));
    return true;
}

/* pg_lsn('0/0'): the type's name as a function. */
SQL_FUNCTION(as_it_is)
{
    UNUSED(context), UNUSED(count), UNUSED(report);
    *out = arguments[0];
    return true;
}

#define LSNS TAKES(1, 1, PG_LSN)

/* clang-format off */
static const SqlFunction ROWS[] = {
    {"pg_current_wal_flush_lsn", PG_LSN, NONE, .run = current_lsn, .place = RUNS_ON_PRIMARY, .right = FOR_ANYONE, .line = "271"},
    {"pg_current_wal_insert_lsn", PG_LSN, NONE, .run = current_insert_lsn, .place = RUNS_ON_PRIMARY, .right = FOR_ANYONE, .line = "250"},
    {"pg_current_wal_lsn", PG_LSN, NONE, .run = current_lsn, .place = RUNS_ON_PRIMARY, .right = FOR_ANYONE, .line = "229"},
    {"pg_get_wal_replay_pause_state", PG_TEXT, NONE, .run = replay_pause_state, .place = RUNS_ON_STANDBY, .right = FOR_ANYONE, .line = "499"},
    {"pg_is_in_recovery", PG_BOOL, NONE, .run = is_in_recovery},
    {"pg_is_wal_replay_paused", PG_BOOL, NONE, .run = is_replay_paused, .place = RUNS_ON_STANDBY, .right = FOR_ANYONE, .line = "476"},
    {"pg_last_wal_receive_lsn", PG_LSN, NONE, .run = last_receive_lsn},
    {"pg_last_wal_replay_lsn", PG_LSN, NONE, .run = last_replay_lsn},
    {"pg_last_xact_replay_timestamp", PG_TIMESTAMPTZ, NONE, .run = last_replay_timestamp},
    {"pg_lsn", PG_LSN, LSNS, .run = as_it_is},
    {"pg_promote", PG_BOOL, TAKES(0, 2, PG_BOOL, PG_INT4), .run = promote, .place = RUNS_ON_STANDBY, .right = FOR_REPLICATION, .line = "579"},
    {"pg_switch_wal", PG_LSN, NONE, .run = switch_wal, .place = RUNS_ON_PRIMARY, .right = FOR_SUPERUSER, .line = "163"},
    {"pg_wal_lsn_diff", PG_NUMERIC, TAKES(2, 2, PG_LSN, PG_LSN), .run = lsn_difference},
    {"pg_wal_replay_pause", PG_VOID, NONE, .run = replay_pause, .place = RUNS_ON_STANDBY, .right = FOR_SUPERUSER, .line = "422"},
    {"pg_wal_replay_resume", PG_VOID, NONE, .run = replay_resume, .place = RUNS_ON_STANDBY, .right = FOR_SUPERUSER, .line = "452"},
    {"pg_walfile_name", PG_TEXT, LSNS, .run = walfile_name, .place = RUNS_ON_PRIMARY, .right = FOR_ANYONE, .line = "399"},
};
/* clang-format on */

const SqlFunctions RECOVERY_FUNCTIONS = FUNCTIONS_OF(ROWS);
