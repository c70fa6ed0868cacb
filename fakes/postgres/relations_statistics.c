/*
 * fakes/postgres/relations_statistics.c - what a server counts, and who is connected to it.
 *
 * Nothing here is archived, and no statistics are collected: what is counted stays at 0, as on a server that has just been started.
 *
 * Source: PostgreSQL 15 manual, 28.2; columns and types of 15.20.
 */
#include <string.h>

#include "fakes/postgres/peers.h"
#include "fakes/postgres/relations.h"
#include "fakes/postgres/session_inside.h"

enum { TSB_OID = 16384, POSTGRES_OID = 5, TENANTS_OID = 16396 };

static uint32_t database_oid(const char *database)
{
    return strcmp(database, "postgres") == 0 ? POSTGRES_OID : TSB_OID;
}

/* All of what is a number or a time of that type becomes 0. */
static void put_zeros(const SqlScan *scan, PgValue *row)
{
    for (int i = 0; i < scan->relation->column_count; i++) {
        PgType type = scan->relation->columns[i].type;

        if (type == PG_INT8 || type == PG_INT4 || type == PG_NUMERIC || type == PG_FLOAT8)
            row[i] = pg_integer(type, 0);
    }
}

/* What has been counted since the server began. */
static void put_zeros_since_start(const SqlScan *scan, PgValue *row)
{
    put_zeros(scan, row);
    sql_put(scan, row, "stats_reset", pg_started_ms(scan->context->instance) * 1000);
}

/* ---- pg_stat_activity ---- */

static const SqlColumn ACTIVITY_COLUMNS[] = {
    {"datid",            PG_OID        },
    {"datname",          PG_NAME       },
    {"pid",              PG_INT4       },
    {"leader_pid",       PG_INT4       },
    {"usesysid",         PG_OID        },
    {"usename",          PG_NAME       },
    {"application_name", PG_TEXT       },
    {"client_addr",      PG_INET       },
    {"client_hostname",  PG_TEXT       },
    {"client_port",      PG_INT4       },
    {"backend_start",    PG_TIMESTAMPTZ},
    {"xact_start",       PG_TIMESTAMPTZ},
    {"query_start",      PG_TIMESTAMPTZ},
    {"state_change",     PG_TIMESTAMPTZ},
    {"wait_event_type",  PG_TEXT       },
    {"wait_event",       PG_TEXT       },
    {"state",            PG_TEXT       },
    {"backend_xid",      PG_XID        },
    {"backend_xmin",     PG_XID        },
    {"query_id",         PG_INT8       },
    {"query",            PG_TEXT       },
    {"backend_type",     PG_TEXT       },
};

/* Processes of the server itself; where: on a primary, on a standby, or both. */
static const struct {
    const char *type, *event;
    SqlPlace where;
} PROCESSES[] = {
    {"autovacuum launcher",          "AutoVacuumMain",      RUNS_ON_PRIMARY},
    {"logical replication launcher", "LogicalLauncherMain", RUNS_ON_PRIMARY},
    {"startup",                      "RecoveryWalStream",   RUNS_ON_STANDBY},
    {"background writer",            "BgWriterHibernate",   RUNS_ANYWHERE  },
    {"checkpointer",                 "CheckpointerMain",    RUNS_ANYWHERE  },
    {"walwriter",                    "WalWriterMain",       RUNS_ON_PRIMARY},
};
enum { PROCESS_PID = 3900 };

static PgValue *add_process(SqlScan *scan, int pid, const char *type, const char *event)
{
    PgValue *row = sql_scan_row(scan);

    sql_put(scan, row, "pid", pid);
    sql_put(scan, row, "backend_start", pg_started_ms(scan->context->instance) * 1000);
    sql_put_text(scan, row, "wait_event_type", "Activity");
    sql_put_text(scan, row, "wait_event", event);
    sql_put_text(scan, row, "backend_type", type);
    return row;
}

static void add_processes(SqlScan *scan)
{
    bool is_standby = pg_is_in_recovery(scan->context->instance);

    for (size_t i = 0; i < sizeof PROCESSES / sizeof PROCESSES[0]; i++) {
        if (PROCESSES[i].where == (is_standby ? RUNS_ON_PRIMARY : RUNS_ON_STANDBY))
            continue;
        add_process(scan, PROCESS_PID + (int)i, PROCESSES[i].type, PROCESSES[i].event);
    }
    if (is_standby && pg_receiver(scan->context->instance) == PG_RECEIVER_STREAMING)
        add_process(scan, PG_RECEIVER_PID, "walreceiver", "WalReceiverMain");
}

static const char *state_of(const PgSession *session, const PgSession *self)
{
    if (session == self || session->state == SESSION_WAITING || session->state == SESSION_RUNNING ||
        session->is_walsender)
        return "active";
    return session->transaction == 'T'   ? "idle in transaction"
           : session->transaction == 'E' ? "idle in transaction (aborted)"
                                         : "idle";
}

static void put_role(SqlScan *scan, PgValue *row, const PgSession *session)
{
    uint32_t oid = pg_roles_oid(scan->context->roles, session->user);

    sql_put(scan, row, "usesysid", oid);
    sql_put_text(scan, row, "usename", session->user);
    sql_put_text(scan, row, "application_name",
                 pg_settings_find(&session->settings, "application_name", scan->context->arena,
                                  NULL));
    if (session->caller.address != NULL)
        sql_put_text(scan, row, "client_addr", session->caller.address);
    sql_put(scan, row, "client_port", 40000 + session->options.pid % 20000);
}

static void add_session(SqlScan *scan, const PgSession *session)
{
    bool is_self = session->options.pid == scan->context->pid;
    PgValue *row = sql_scan_row(scan);

    if (!session->is_physical) {
        sql_put(scan, row, "datid", database_oid(session->database));
        sql_put_text(scan, row, "datname", session->database);
    }
    sql_put(scan, row, "pid", session->options.pid);
    put_role(scan, row, session);
    sql_put(scan, row, "backend_start", session->began_ms * 1000);
    sql_put(scan, row, "query_start", session->asked_ms * 1000);
    sql_put(scan, row, "state_change", session->asked_ms * 1000);
    if (is_self || session->transaction != 'I')
        sql_put(scan, row, "xact_start", scan->context->now_us);
    if (!is_self) {
        sql_put_text(scan, row, "wait_event_type",
                     session->state == SESSION_WAITING ? "Timeout" : "Client");
        sql_put_text(scan, row, "wait_event",
                     session->state == SESSION_WAITING ? "PgSleep" : "ClientRead");
    }
    sql_put_text(scan, row, "state", state_of(session, is_self ? session : NULL));
    sql_put_text(scan, row, "query",
                 session->asked.data != NULL ? arena_text(scan->context->arena, session->asked.data)
                                             : "");
    sql_put_text(scan, row, "backend_type", session->is_walsender ? "walsender" : "client backend");
}

/* Those whose standbys are of this world, and have no session. */
static void add_followers(SqlScan *scan)
{
    PgInstance *const *followers;
    size_t count = pg_followers(scan->context->instance, &followers);

    for (size_t i = 0; i < count; i++) {
        PgValue *row;

        if (pg_receiver(followers[i]) != PG_RECEIVER_STREAMING)
            continue;
        row = add_process(scan, PG_SENDER_PID + (int)i, "walsender", "WalSenderMain");
        sql_put(scan, row, "usesysid", pg_roles_oid(scan->context->roles, "replication"));
        sql_put_text(scan, row, "usename", "replication");
        sql_put_text(scan, row, "application_name", "walreceiver");
        sql_put_text(scan, row, "state", "active");
    }
}

static bool scan_activity(SqlScan *scan)
{
    add_processes(scan);
    add_followers(scan);
    if (scan->context->backends == NULL)
        return true;
    for (const PgBackend *at = scan->context->backends->first; at != NULL; at = at->next)
        add_session(scan, at->session);
    return true;
}

/* ---- pg_stat_ssl ---- */

static const SqlColumn SSL_COLUMNS[] = {
    {"pid",           PG_INT4   },
    {"ssl",           PG_BOOL   },
    {"version",       PG_TEXT   },
    {"cipher",        PG_TEXT   },
    {"bits",          PG_INT4   },
    {"client_dn",     PG_TEXT   },
    {"client_serial", PG_NUMERIC},
    {"issuer_dn",     PG_TEXT   },
};

static bool scan_ssl(SqlScan *scan)
{
    const PgBackend *at = scan->context->backends != NULL ? scan->context->backends->first : NULL;

    for (; at != NULL; at = at->next) {
        PgValue *row = sql_scan_row(scan);

        sql_put(scan, row, "pid", at->session->options.pid);
        sql_put(scan, row, "ssl", at->session->is_secured);
        if (!at->session->is_secured)
            continue;
        sql_put_text(scan, row, "version", at->session->caller.tls_version);
        sql_put_text(scan, row, "cipher", at->session->caller.tls_cipher);
        sql_put(scan, row, "bits", at->session->caller.tls_bits);
        if (at->session->caller.certificate_name != NULL)
            sql_put_text(scan, row, "client_dn",
                         arena_format(scan->context->arena, "/CN=%s",
                                      at->session->caller.certificate_name));
    }
    return true;
}

/* ---- of databases ---- */

static const SqlColumn DATABASE_COLUMNS[] = {
    {"datid",                    PG_OID        },
    {"datname",                  PG_NAME       },
    {"numbackends",              PG_INT4       },
    {"xact_commit",              PG_INT8       },
    {"xact_rollback",            PG_INT8       },
    {"blks_read",                PG_INT8       },
    {"blks_hit",                 PG_INT8       },
    {"tup_returned",             PG_INT8       },
    {"tup_fetched",              PG_INT8       },
    {"tup_inserted",             PG_INT8       },
    {"tup_updated",              PG_INT8       },
    {"tup_deleted",              PG_INT8       },
    {"conflicts",                PG_INT8       },
    {"temp_files",               PG_INT8       },
    {"temp_bytes",               PG_INT8       },
    {"deadlocks",                PG_INT8       },
    {"checksum_failures",        PG_INT8       },
    {"checksum_last_failure",    PG_TIMESTAMPTZ},
    {"blk_read_time",            PG_FLOAT8     },
    {"blk_write_time",           PG_FLOAT8     },
    {"session_time",             PG_FLOAT8     },
    {"active_time",              PG_FLOAT8     },
    {"idle_in_transaction_time", PG_FLOAT8     },
    {"sessions",                 PG_INT8       },
    {"sessions_abandoned",       PG_INT8       },
    {"sessions_fatal",           PG_INT8       },
    {"sessions_killed",          PG_INT8       },
    {"stats_reset",              PG_TIMESTAMPTZ},
};
static const SqlColumn CONFLICT_COLUMNS[] = {
    {"datid",            PG_OID },
    {"datname",          PG_NAME},
    {"confl_tablespace", PG_INT8},
    {"confl_lock",       PG_INT8},
    {"confl_snapshot",   PG_INT8},
    {"confl_bufferpin",  PG_INT8},
    {"confl_deadlock",   PG_INT8},
};

static int count_backends(const SqlScan *scan, const char *database)
{
    const PgBackend *at = scan->context->backends != NULL ? scan->context->backends->first : NULL;
    int count = 0;

    for (; at != NULL; at = at->next)
        count += !at->is_physical && strcmp(at->database, database) == 0;
    return count;
}

/* name NULL: what is of no database. */
static void add_database(SqlScan *scan, uint32_t oid, const char *name)
{
    PgValue *row = sql_scan_row(scan);

    put_zeros_since_start(scan, row);
    sql_put(scan, row, "datid", oid);
    sql_put_text(scan, row, "datname", name);
    sql_put(scan, row, "numbackends", name != NULL ? count_backends(scan, name) : 0);
    for (int i = 0; i < scan->relation->column_count; i++) {
        if (strncmp(scan->relation->columns[i].name, "checksum_", 9) == 0 ||
            strcmp(scan->relation->columns[i].name, "stats_reset") == 0)
            row[i] = pg_null(scan->relation->columns[i].type);
    }
}

static bool scan_conflicts(SqlScan *scan)
{
    const char *const *name = scan->context->databases;

    for (; name != NULL && *name != NULL; name++)
        add_database(scan, database_oid(*name), *name);
    add_database(scan, 1, "template1");
    add_database(scan, 4, "template0");
    return true;
}

static bool scan_databases(SqlScan *scan)
{
    add_database(scan, 0, NULL);
    return scan_conflicts(scan);
}

/* ---- of the whole server ---- */

static const SqlColumn WRITER_COLUMNS[] = {
    {"checkpoints_timed",     PG_INT8       },
    {"checkpoints_req",       PG_INT8       },
    {"checkpoint_write_time", PG_FLOAT8     },
    {"checkpoint_sync_time",  PG_FLOAT8     },
    {"buffers_checkpoint",    PG_INT8       },
    {"buffers_clean",         PG_INT8       },
    {"maxwritten_clean",      PG_INT8       },
    {"buffers_backend",       PG_INT8       },
    {"buffers_backend_fsync", PG_INT8       },
    {"buffers_alloc",         PG_INT8       },
    {"stats_reset",           PG_TIMESTAMPTZ},
};
static const SqlColumn WAL_COLUMNS[] = {
    {"wal_records",      PG_INT8       },
    {"wal_fpi",          PG_INT8       },
    {"wal_bytes",        PG_NUMERIC    },
    {"wal_buffers_full", PG_INT8       },
    {"wal_write",        PG_INT8       },
    {"wal_sync",         PG_INT8       },
    {"wal_write_time",   PG_FLOAT8     },
    {"wal_sync_time",    PG_FLOAT8     },
    {"stats_reset",      PG_TIMESTAMPTZ},
};
static const SqlColumn ARCHIVER_COLUMNS[] = {
    {"archived_count",     PG_INT8       },
    {"last_archived_wal",  PG_TEXT       },
    {"last_archived_time", PG_TIMESTAMPTZ},
    {"failed_count",       PG_INT8       },
    {"last_failed_wal",    PG_TEXT       },
    {"last_failed_time",   PG_TIMESTAMPTZ},
    {"stats_reset",        PG_TIMESTAMPTZ},
};

static bool scan_zeros(SqlScan *scan)
{
    put_zeros_since_start(scan, sql_scan_row(scan));
    return true;
}

/* ---- of the tables of the management plane: pg_stat_user_tables ---- */

static const SqlColumn TABLE_COLUMNS[] = {
    {"relid",               PG_OID        },
    {"schemaname",          PG_NAME       },
    {"relname",             PG_NAME       },
    {"seq_scan",            PG_INT8       },
    {"seq_tup_read",        PG_INT8       },
    {"idx_scan",            PG_INT8       },
    {"idx_tup_fetch",       PG_INT8       },
    {"n_tup_ins",           PG_INT8       },
    {"n_tup_upd",           PG_INT8       },
    {"n_tup_del",           PG_INT8       },
    {"n_tup_hot_upd",       PG_INT8       },
    {"n_live_tup",          PG_INT8       },
    {"n_dead_tup",          PG_INT8       },
    {"n_mod_since_analyze", PG_INT8       },
    {"n_ins_since_vacuum",  PG_INT8       },
    {"last_vacuum",         PG_TIMESTAMPTZ},
    {"last_autovacuum",     PG_TIMESTAMPTZ},
    {"last_analyze",        PG_TIMESTAMPTZ},
    {"last_autoanalyze",    PG_TIMESTAMPTZ},
    {"vacuum_count",        PG_INT8       },
    {"autovacuum_count",    PG_INT8       },
    {"analyze_count",       PG_INT8       },
    {"autoanalyze_count",   PG_INT8       },
};

/* Which of them changed is not known apart: all is told of the one that changes most. */
static bool scan_tables(SqlScan *scan)
{
    PgValue *row = sql_scan_row(scan);

    put_zeros(scan, row);
    sql_put(scan, row, "relid", TENANTS_OID);
    sql_put_text(scan, row, "schemaname", "public");
    sql_put_text(scan, row, "relname", "tenants");
    sql_put(scan, row, "n_tup_ins", pg_changes(scan->context->instance));
    return true;
}

static const SqlColumn LOCK_COLUMNS[] = {
    {"locktype",           PG_TEXT       },
    {"database",           PG_OID        },
    {"relation",           PG_OID        },
    {"page",               PG_INT4       },
    {"tuple",              PG_INT2       },
    {"virtualxid",         PG_TEXT       },
    {"transactionid",      PG_XID        },
    {"classid",            PG_OID        },
    {"objid",              PG_OID        },
    {"objsubid",           PG_INT2       },
    {"virtualtransaction", PG_TEXT       },
    {"pid",                PG_INT4       },
    {"mode",               PG_TEXT       },
    {"granted",            PG_BOOL       },
    {"fastpath",           PG_BOOL       },
    {"waitstart",          PG_TIMESTAMPTZ},
};

/* Who looks holds the lock of its own transaction, and those of what it looks at: pg_locks. */
static bool scan_locks(SqlScan *scan)
{
    PgValue *row = sql_scan_row(scan);

    sql_put_text(scan, row, "locktype", "relation");
    sql_put(scan, row, "database", database_oid(scan->context->database));
    sql_put(scan, row, "relation", scan->relation->oid);
    sql_put_text(scan, row, "virtualtransaction", "3/2");
    sql_put(scan, row, "pid", scan->context->pid);
    sql_put_text(scan, row, "mode", "AccessShareLock");
    sql_put(scan, row, "granted", true);
    sql_put(scan, row, "fastpath", true);
    row = sql_scan_row(scan);
    sql_put_text(scan, row, "locktype", "virtualxid");
    sql_put_text(scan, row, "virtualxid", "3/2");
    sql_put_text(scan, row, "virtualtransaction", "3/2");
    sql_put(scan, row, "pid", scan->context->pid);
    sql_put_text(scan, row, "mode", "ExclusiveLock");
    sql_put(scan, row, "granted", true);
    sql_put(scan, row, "fastpath", true);
    return true;
}

static const SqlRelation ROWS[] = {
    {"pg_locks",                   12073, COLUMNS_OF(LOCK_COLUMNS),     .scan = scan_locks    },
    {"pg_stat_activity",           12222, COLUMNS_OF(ACTIVITY_COLUMNS), .scan = scan_activity },
    {"pg_stat_archiver",           12285, COLUMNS_OF(ARCHIVER_COLUMNS), .scan = scan_zeros    },
    {"pg_stat_bgwriter",           12289, COLUMNS_OF(WRITER_COLUMNS),   .scan = scan_zeros    },
    {"pg_stat_database",           12266, COLUMNS_OF(DATABASE_COLUMNS), .scan = scan_databases},
    {"pg_stat_database_conflicts", 12271, COLUMNS_OF(CONFLICT_COLUMNS), .scan = scan_conflicts},
    {"pg_stat_ssl",                12249, COLUMNS_OF(SSL_COLUMNS),      .scan = scan_ssl      },
    {"pg_stat_user_tables",        12161, COLUMNS_OF(TABLE_COLUMNS),    .scan = scan_tables   },
    {"pg_stat_wal",                12293, COLUMNS_OF(WAL_COLUMNS),      .scan = scan_zeros    },
};

const SqlRelations STATISTICS_RELATIONS = RELATIONS_OF(ROWS);
