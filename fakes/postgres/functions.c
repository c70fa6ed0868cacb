/*
 * fakes/postgres/functions.c - the functions that SQL may call, one row each.
 *
 * Source: PostgreSQL 15 manual, 9.27; where each may run, and what it says elsewhere, as 15.20 does.
 */
#include "fakes/postgres/query.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"

enum { SEGMENT_SIZE = 16 << 20 }; /* wal_segment_size */

static const PgSource FIND_OPTION = {"guc.c", "5766", "find_option"};
static const PgSource PROMOTE = {"xlogfuncs.c", "579", "pg_promote"};

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

/* What most of them look like; unused parameters are the price of one table. */
#define FUNCTION(name)                                                                       \
    static bool name(SqlContext *context, const PgValue *arguments, int count, PgValue *out, \
                     PgReport *report)
#define UNUSED(x) ((void)(x))

FUNCTION(is_in_recovery)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_integer(PG_BOOL, pg_is_in_recovery(context->instance));
    return true;
}

FUNCTION(current_lsn)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    give_lsn(pg_current_lsn(context->instance), out);
    return true;
}

FUNCTION(last_receive_lsn)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    give_lsn(pg_receive_lsn(context->instance), out);
    return true;
}

FUNCTION(last_replay_lsn)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    give_lsn(pg_replay_lsn(context->instance), out);
    return true;
}

FUNCTION(last_replay_timestamp)
{
    int64_t commit_ms = pg_last_replay_commit_ms(context->instance);

    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = commit_ms > 0 ? pg_integer(PG_TIMESTAMPTZ, commit_ms * 1000) : pg_null(PG_TIMESTAMPTZ);
    return true;
}

FUNCTION(is_replay_paused)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_integer(PG_BOOL, pg_link(context->instance)->is_replay_paused);
    return true;
}

FUNCTION(replay_pause_state)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_text(PG_TEXT, pg_link(context->instance)->is_replay_paused ? "paused" : "not paused");
    return true;
}

FUNCTION(replay_pause)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    set_paused(context, true);
    run_command(context, "pg_wal_replay_pause");
    *out = pg_integer(PG_VOID, 0);
    return true;
}

FUNCTION(replay_resume)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    set_paused(context, false);
    run_command(context, "pg_wal_replay_resume");
    *out = pg_integer(PG_VOID, 0);
    return true;
}

FUNCTION(promote)
{
    if (count > 1 && arguments[1].integer <= 0)
        return pg_error(report, "22003", PROMOTE, "\"wait_seconds\" must not be negative or zero");
    pg_promote(context->instance);
    run_command(context, "pg_promote");
    *out = pg_integer(PG_BOOL, true);
    return true;
}

/* The segment that ends with the byte before the position: at a boundary it is the one before. */
FUNCTION(walfile_name)
{
    uint64_t segment = ((uint64_t)arguments[0].integer - 1) / SEGMENT_SIZE;
    uint64_t per_id = UINT64_C(0x100000000) / SEGMENT_SIZE;

    UNUSED(count), UNUSED(report);
    *out =
        pg_text(PG_TEXT, arena_format(context->arena, "%08" PRIX32 "%08" PRIX32 "%08" PRIX32,
                                      pg_timeline(context->instance), (uint32_t)(segment / per_id),
                                      (uint32_t)(segment % per_id)));
    return true;
}

FUNCTION(lsn_difference)
{
    UNUSED(context), UNUSED(count), UNUSED(report);
    *out = pg_integer(PG_NUMERIC,
                      (int64_t)((uint64_t)arguments[0].integer - (uint64_t)arguments[1].integer));
    return true;
}

FUNCTION(statement_time)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_integer(PG_TIMESTAMPTZ, context->now_us);
    return true;
}

FUNCTION(version)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_text(PG_TEXT,
                   pg_version_sentence(pg_server_version_num(context->instance), context->arena));
    return true;
}

FUNCTION(current_setting)
{
    const char *value =
        pg_settings_find(context->settings, arguments[0].text, context->arena, NULL);

    if (!pg_settings_examine(context->settings, arguments[0].text, report))
        return false;
    if (value == NULL && (count < 2 || !arguments[1].integer))
        return pg_error(report, "42704", FIND_OPTION, "unrecognized configuration parameter \"%s\"",
                        arguments[0].text);
    *out = value != NULL ? pg_text(PG_TEXT, arena_text(context->arena, value)) : pg_null(PG_TEXT);
    return true;
}

FUNCTION(current_database)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_text(PG_NAME, context->database);
    return true;
}

FUNCTION(current_user)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_text(PG_NAME, context->user);
    return true;
}

FUNCTION(backend_pid)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_integer(PG_INT4, context->pid);
    return true;
}

FUNCTION(sleep_seconds)
{
    UNUSED(count), UNUSED(report);
    if (arguments[0].real > 0)
        context->sleep_ms += (int64_t)(arguments[0].real < 1e6 ? arguments[0].real * 1000 : 1e9);
    *out = pg_integer(PG_VOID, 0);
    return true;
}

#define XLOG(line, routine)          \
    {                                \
        "xlogfuncs.c", line, routine \
    }
#define NO_ARGUMENTS {PG_UNKNOWN}, 0, 0

static const SqlFunction FUNCTIONS[] = {
    {"clock_timestamp",
     PG_TIMESTAMPTZ,                                   NO_ARGUMENTS,
     RUNS_ANYWHERE,                                                                                                                                                                                  FOR_ANYONE,
     {0},
     statement_time},
    {"current_catalog",            PG_NAME,            NO_ARGUMENTS,                                       RUNS_ANYWHERE,                                                                            FOR_ANYONE,                                                                                                                    {0},                                                                                                                                                                                                                                                           current_database},
    {"current_database",           PG_NAME,            NO_ARGUMENTS,                                       RUNS_ANYWHERE,                                                                            FOR_ANYONE,                                                                                                                    {0},                                                                                                                                                                                                                                                           current_database},
    {"current_role",               PG_NAME,            NO_ARGUMENTS,                                       RUNS_ANYWHERE,                                                                            FOR_ANYONE,                                                                                                                    {0},                                                                                                                                                                                                                                                           current_user},
    {"current_setting",
     PG_TEXT,                                          {PG_TEXT, PG_BOOL},
     1,                                                                                                                                                                                              2,
     RUNS_ANYWHERE,                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                FOR_ANYONE,
     {0},
     current_setting},
    {"current_timestamp",
     PG_TIMESTAMPTZ,                                NO_ARGUMENTS,
     RUNS_ANYWHERE,                                                                                                                                                                                 FOR_ANYONE,
     {0},
     statement_time},
    {"current_user",               PG_NAME,                                 NO_ARGUMENTS,                                                                      RUNS_ANYWHERE,                                                                                                                                         FOR_ANYONE,                                                                                                                                                                                                                          {0},                                                                                                                                                                                                                                                                                                                                                                                                     current_user},
    {"now",                PG_TIMESTAMPTZ,                                  NO_ARGUMENTS,                                                                                RUNS_ANYWHERE,                                                                                                                                           FOR_ANYONE,                                                                                                                                                                                                                           {0},statement_time},
    {"pg_backend_pid",              PG_INT4,                                NO_ARGUMENTS,                                                                   RUNS_ANYWHERE,                                                                                                                                       FOR_ANYONE,                                                                                                                                                                                                                         {0},                                                                                                                                                                                                                                                                                                                                                                                                                backend_pid                                                                                                                                                                                                                                                                                         },
    {"pg_current_wal_flush_lsn",                 PG_LSN,                                   NO_ARGUMENTS,                                                            RUNS_ON_PRIMARY,                                                                                                                              FOR_ANYONE,
     XLOG("271","pg_current_wal_flush_lsn"),current_lsn},
    {"pg_current_wal_insert_lsn", PG_LSN,        NO_ARGUMENTS,                                                          RUNS_ON_PRIMARY,                                                                                                                        FOR_ANYONE,
     XLOG("250",                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                         "pg_current_wal_insert_lsn"),                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                 current_lsn},
    {"pg_current_wal_lsn",                   PG_LSN,         NO_ARGUMENTS,                                                RUNS_ON_PRIMARY,                                                                                                                                        FOR_ANYONE,
     XLOG("229","pg_current_wal_lsn"),current_lsn},
    {"pg_get_wal_replay_pause_state",                  PG_TEXT,                                       NO_ARGUMENTS,                                                                    RUNS_ON_STANDBY,                                                                                                                                                 FOR_ANYONE,
     XLOG("499",                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                               "pg_get_wal_replay_pause_state"),                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                             replay_pause_state},
    {"pg_is_in_recovery",             PG_BOOL,                     NO_ARGUMENTS,                                                                                           RUNS_ANYWHERE,                                                                                                                                                   FOR_ANYONE,                                                                                                                                                                                                                                                              {0},is_in_recovery},
    {"pg_is_wal_replay_paused",                PG_BOOL, NO_ARGUMENTS,RUNS_ON_STANDBY,FOR_ANYONE,
     XLOG("476",     "pg_is_wal_replay_paused"),                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                               is_replay_paused},
    {"pg_last_wal_receive_lsn",
     PG_LSN,                   NO_ARGUMENTS,
     RUNS_ANYWHERE,                                                                                                                                                                                     FOR_ANYONE,
     {0},
     last_receive_lsn},
    {"pg_last_wal_replay_lsn",
     PG_LSN,           NO_ARGUMENTS,
     RUNS_ANYWHERE,FOR_ANYONE,
     {0},
     last_replay_lsn                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                          },
    {"pg_last_xact_replay_timestamp",
     PG_TIMESTAMPTZ,                   NO_ARGUMENTS,
     RUNS_ANYWHERE,                                                                                                                                                                                     FOR_ANYONE,
     {0},
     last_replay_timestamp},
    {"pg_promote",
     PG_BOOL,   {PG_BOOL, PG_INT4},
     0,2,
     RUNS_ON_STANDBY,                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                        FOR_REPLICATION,
     XLOG("579", "pg_promote"),
     promote},
    {"pg_sleep",                      PG_VOID,                    {PG_FLOAT8},                                                                                                    1,                                                                                                                                                                                                          1,                                                                                                                                                                                                                                                                                                               RUNS_ANYWHERE,FOR_ANYONE,{0}, sleep_seconds},
    {"pg_wal_lsn_diff",
     PG_NUMERIC,                                        {PG_LSN, PG_LSN},
     2,                                                                                                                                             2,
     RUNS_ANYWHERE,                                                                                                                                                                                                                                                                                                                                                                                                     FOR_ANYONE,
     {0},
     lsn_difference},
    {"pg_wal_replay_pause",                  PG_VOID,                                 NO_ARGUMENTS,                                                                      RUNS_ON_STANDBY,                                                                                                                                                              FOR_SUPERUSER,
     XLOG("422",                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                   "pg_wal_replay_pause"),replay_pause},
    {"pg_wal_replay_resume",                           PG_VOID,                                    NO_ARGUMENTS,                                                                            RUNS_ON_STANDBY,                                                                                                                                                                                            FOR_SUPERUSER,
     XLOG("452",                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                             "pg_wal_replay_resume"),replay_resume},
    {"pg_walfile_name",
     PG_TEXT,{PG_LSN},
     1,                                                                                                                                                                                     1,
     RUNS_ON_PRIMARY,FOR_ANYONE,
     XLOG("399", "pg_walfile_name"),
     walfile_name},
    {"session_user",PG_NAME,NO_ARGUMENTS,RUNS_ANYWHERE,FOR_ANYONE,                                                                                                                                                                                                                                                                                                                    {0},current_user},
    {"statement_timestamp",
     PG_TIMESTAMPTZ,                                          NO_ARGUMENTS,
     RUNS_ANYWHERE,                                                                                                                                                                                              FOR_ANYONE,
     {0},
     statement_time},
    {"version",          PG_TEXT,                                     NO_ARGUMENTS,                                                                                       RUNS_ANYWHERE,                                                                                                                                                                  FOR_ANYONE,                                                                                                                                                                                                                                                                                              {0},                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                  version                                      },
};

const SqlFunction *sql_function_find(const char *name)
{
    for (size_t i = 0; i < sizeof FUNCTIONS / sizeof FUNCTIONS[0]; i++) {
        if (strcmp(FUNCTIONS[i].name, name) == 0)
            return &FUNCTIONS[i];
    }
    return NULL;
}

static bool check_right(const SqlFunction *function, const SqlContext *context, PgReport *report)
{
    bool may = context->is_superuser || function->right == FOR_ANYONE ||
               (function->right == FOR_REPLICATION && context->may_replicate);

    return may || pg_error(report, "42501", (PgSource){"aclchk.c", "3655", "aclcheck_error"},
                           "permission denied for function %s", function->name);
}

static bool check_place(const SqlFunction *function, const SqlContext *context, PgReport *report)
{
    bool is_standby = pg_is_in_recovery(context->instance);

    if (function->place == RUNS_ON_STANDBY && !is_standby) {
        pg_error(report, "55000", function->source, "recovery is not in progress");
        report->hint = "Recovery control functions can only be executed during recovery.";
        return false;
    }
    if (function->place == RUNS_ON_PRIMARY && is_standby) {
        pg_error(report, "55000", function->source, "recovery is in progress");
        report->hint = strcmp(function->name, "pg_walfile_name") == 0
                           ? "pg_walfile_name() cannot be executed during recovery."
                           : "WAL control functions cannot be executed during recovery.";
        return false;
    }
    return true;
}

/* All of them are strict: with a NULL among the arguments the answer is NULL. */
bool sql_function_run(const SqlFunction *function, SqlContext *context, const PgValue *arguments,
                      int count, PgValue *out, PgReport *report)
{
    if (!check_right(function, context, report))
        return false;
    for (int i = 0; i < count; i++) {
        if (arguments[i].is_null) {
            *out = pg_null(function->type);
            return true;
        }
    }
    return check_place(function, context, report) &&
           function->run(context, arguments, count, out, report);
}
