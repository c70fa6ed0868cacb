/*
 * fakes/postgres/relations.c - the views and tables that SQL may select from, one row each.
 *
 * Source: columns and types of PostgreSQL 15.20, as it described them on the wire.
 */
#include "fakes/postgres/query.h"
#include "fakes/postgres/remote.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/postgres/peers.h"
#include "fakes/postgres/wal_records.h"

enum {
    RECEIVER_PID = 4000, /* a process that is not there; the same in every run */
    SENDER_PID = 4100,
    POSTGRES_PORT = 5432,
};

PgValue *sql_rows_add(SqlRows *rows, Arena *arena, int column_count)
{
    PgValue *row = arena_new(arena, (size_t)column_count * sizeof *row);

    if (rows->count == rows->capacity) {
        size_t capacity = rows->capacity > 0 ? rows->capacity * 2 : 8;
        const PgValue **grown = arena_new(arena, capacity * sizeof *grown);

        if (rows->count > 0)
            memcpy(grown, rows->rows, rows->count * sizeof *grown);
        rows->rows = grown;
        rows->capacity = capacity;
    }
    rows->rows[rows->count++] = row;
    return row;
}

/* A row in which everything is NULL for a start. */
static PgValue *add_row(SqlRows *rows, SqlContext *context, const SqlRelation *relation)
{
    PgValue *row = sql_rows_add(rows, context->arena, relation->column_count);

    for (int i = 0; i < relation->column_count; i++)
        row[i] = pg_null(relation->columns[i].type);
    return row;
}

static void put(PgValue *row, const SqlRelation *relation, const char *column, int64_t integer)
{
    for (int i = 0; i < relation->column_count; i++) {
        if (strcmp(relation->columns[i].name, column) == 0)
            row[i] = pg_integer(relation->columns[i].type, integer);
    }
}

static void put_text(PgValue *row, const SqlRelation *relation, const char *column,
                     const char *text)
{
    for (int i = 0; i < relation->column_count; i++) {
        if (strcmp(relation->columns[i].name, column) == 0)
            row[i] = pg_text(relation->columns[i].type, text);
    }
}

/* ---- pg_stat_wal_receiver ---- */

static const SqlColumn RECEIVER_COLUMNS[] = {
    {"pid",                   PG_INT4       },
    {"status",                PG_TEXT       },
    {"receive_start_lsn",     PG_LSN        },
    {"receive_start_tli",     PG_INT4       },
    {"written_lsn",           PG_LSN        },
    {"flushed_lsn",           PG_LSN        },
    {"received_tli",          PG_INT4       },
    {"last_msg_send_time",    PG_TIMESTAMPTZ},
    {"last_msg_receipt_time", PG_TIMESTAMPTZ},
    {"latest_end_lsn",        PG_LSN        },
    {"latest_end_time",       PG_TIMESTAMPTZ},
    {"slot_name",             PG_TEXT       },
    {"sender_host",           PG_TEXT       },
    {"sender_port",           PG_INT4       },
    {"conninfo",              PG_TEXT       },
};

/* As libpq tells it back: what was asked for and what it added, and never the password. */
static const char *conninfo(SqlContext *context)
{
    char own[200];

    return arena_format(context->arena,
                        "%s dbname=replication fallback_application_name=walreceiver "
                        "sslcompression=0 sslsni=1 ssl_min_protocol_version=TLSv1.2 "
                        "gssencmode=prefer krbsrvname=postgres target_session_attrs=any",
                        pg_conninfo(context->instance, "********", own));
}

/* As its walreceiver found it (walreceiver.h). */
static void put_remote(PgValue *row, const SqlRelation *relation, const PgRemote *remote)
{
    put(row, relation, "receive_start_lsn", (int64_t)remote->start);
    put(row, relation, "receive_start_tli", remote->start_timeline);
    put(row, relation, "latest_end_lsn", (int64_t)remote->latest_end);
    put(row, relation, "last_msg_send_time", remote->sent_ms * 1000);
    put(row, relation, "last_msg_receipt_time", remote->heard_ms * 1000);
    put(row, relation, "latest_end_time", remote->latest_end_ms * 1000);
    if (remote->slot != NULL)
        put_text(row, relation, "slot_name", remote->slot);
    put_text(row, relation, "sender_host", remote->host);
    put(row, relation, "sender_port", remote->port);
    put_text(row, relation, "conninfo", remote->conninfo);
}

/* As the model has it. */
static void put_upstream(SqlContext *context, PgValue *row, const SqlRelation *relation)
{
    PgInstance *instance = context->instance;
    const PgLink *link = pg_link(instance);
    const char *host = link->host != NULL ? link->host : pg_name(pg_upstream(instance));
    PgLsn received = pg_end_lsn(instance);
    int64_t message_ms = pg_last_message_ms(instance);

    put(row, relation, "receive_start_lsn", (int64_t)(pg_wal_segment(received)));
    put(row, relation, "receive_start_tli", pg_timeline(instance));
    put(row, relation, "latest_end_lsn", (int64_t)received);
    if (message_ms > 0) {
        put(row, relation, "last_msg_send_time", (message_ms - link->delay_ms) * 1000);
        put(row, relation, "last_msg_receipt_time", message_ms * 1000);
        put(row, relation, "latest_end_time", message_ms * 1000);
    }
    put_text(row, relation, "sender_host", host);
    put(row, relation, "sender_port", POSTGRES_PORT);
    put_text(row, relation, "conninfo", conninfo(context));
}

static void scan_receiver(SqlContext *context, const SqlRelation *relation, SqlRows *rows)
{
    PgInstance *instance = context->instance;
    PgReceiver receiver = pg_receiver(instance);
    PgLsn received = pg_end_lsn(instance);
    PgValue *row;

    /* Who is told 58P01 is gone again before anybody can look. */
    if (receiver != PG_RECEIVER_STREAMING && receiver != PG_RECEIVER_WAITING)
        return;
    row = add_row(rows, context, relation);
    put(row, relation, "pid", RECEIVER_PID);
    put_text(row, relation, "status", receiver == PG_RECEIVER_STREAMING ? "streaming" : "waiting");
    put(row, relation, "written_lsn", (int64_t)received);
    put(row, relation, "flushed_lsn", (int64_t)received);
    put(row, relation, "received_tli", pg_timeline(instance));
    if (pg_remote(instance) != NULL)
        put_remote(row, relation, pg_remote(instance));
    else
        put_upstream(context, row, relation);
}

/* ---- pg_stat_replication ---- */

static const SqlColumn REPLICATION_COLUMNS[] = {
    {"pid",              PG_INT4       },
    {"usesysid",         PG_OID        },
    {"usename",          PG_NAME       },
    {"application_name", PG_TEXT       },
    {"client_addr",      PG_INET       },
    {"client_hostname",  PG_TEXT       },
    {"client_port",      PG_INT4       },
    {"backend_start",    PG_TIMESTAMPTZ},
    {"backend_xmin",     PG_XID        },
    {"state",            PG_TEXT       },
    {"sent_lsn",         PG_LSN        },
    {"write_lsn",        PG_LSN        },
    {"flush_lsn",        PG_LSN        },
    {"replay_lsn",       PG_LSN        },
    {"write_lag",        PG_INTERVAL   },
    {"flush_lag",        PG_INTERVAL   },
    {"replay_lag",       PG_INTERVAL   },
    {"sync_priority",    PG_INT4       },
    {"sync_state",       PG_TEXT       },
    {"reply_time",       PG_TIMESTAMPTZ},
};

static void add_sender(SqlContext *context, const SqlRelation *relation, SqlRows *rows,
                       PgInstance *standby, int index)
{
    PgInstance *instance = context->instance;
    PgLsn sent = pg_end_lsn(instance), received = pg_end_lsn(standby);
    int64_t lag_ms;
    PgValue *row = add_row(rows, context, relation);

    put(row, relation, "pid", SENDER_PID + index);
    put(row, relation, "usesysid", 16384);
    put_text(row, relation, "usename", "replication");
    put_text(row, relation, "application_name", "walreceiver");
    put_text(row, relation, "client_addr", "127.0.0.1");
    put(row, relation, "client_port", 40000 + index);
    put_text(row, relation, "state", "streaming");
    put(row, relation, "sent_lsn", (int64_t)sent);
    put(row, relation, "write_lsn", (int64_t)received);
    put(row, relation, "flush_lsn", (int64_t)received);
    put(row, relation, "replay_lsn", (int64_t)pg_replay_lsn(standby));
    put(row, relation, "sync_priority", 0);
    put_text(row, relation, "sync_state", "async");
    put(row, relation, "reply_time", pg_last_message_ms(standby) * 1000);
    if (pg_replay_lag(standby, &lag_ms)) {
        put(row, relation, "write_lag", lag_ms * 1000);
        put(row, relation, "flush_lag", lag_ms * 1000);
        put(row, relation, "replay_lag", lag_ms * 1000);
    }
}

/* NULL as long as the client has not said. */
static void put_position(PgValue *row, const SqlRelation *relation, const char *column, PgLsn lsn)
{
    if (lsn != 0)
        put(row, relation, column, (int64_t)lsn);
}

/* A real client's. */
static void add_peer(SqlContext *context, const SqlRelation *relation, SqlRows *rows,
                     const PgSender *sender)
{
    PgValue *row = add_row(rows, context, relation);

    put(row, relation, "pid", sender->pid);
    put(row, relation, "usesysid", 16384);
    put_text(row, relation, "usename", sender->user);
    put_text(row, relation, "application_name", sender->application_name);
    put_text(row, relation, "client_addr", "127.0.0.1");
    put(row, relation, "client_port", 40000 + sender->pid % 20000);
    put(row, relation, "backend_start", sender->started_ms * 1000);
    put_text(row, relation, "state", sender->state);
    put_position(row, relation, "sent_lsn", sender->sent);
    put_position(row, relation, "write_lsn", sender->write);
    put_position(row, relation, "flush_lsn", sender->flush);
    put_position(row, relation, "replay_lsn", sender->apply);
    put(row, relation, "sync_priority", 0);
    put_text(row, relation, "sync_state", "async");
    if (sender->reply_ms > 0)
        put(row, relation, "reply_time", sender->reply_ms * 1000);
}

static void scan_replication(SqlContext *context, const SqlRelation *relation, SqlRows *rows)
{
    PgInstance *const *followers;
    size_t count = pg_followers(context->instance, &followers);

    for (size_t i = 0; i < count; i++) {
        if (pg_receiver(followers[i]) == PG_RECEIVER_STREAMING)
            add_sender(context, relation, rows, followers[i], (int)i);
    }
    for (const PgSender *at = pg_peers(context->instance)->senders; at != NULL; at = at->next)
        add_peer(context, relation, rows, at);
}

/* ---- pg_replication_slots ---- */

static const SqlColumn SLOT_COLUMNS[] = {
    {"slot_name",           PG_NAME},
    {"plugin",              PG_NAME},
    {"slot_type",           PG_TEXT},
    {"datoid",              PG_OID },
    {"database",            PG_NAME},
    {"temporary",           PG_BOOL},
    {"active",              PG_BOOL},
    {"active_pid",          PG_INT4},
    {"xmin",                PG_XID },
    {"catalog_xmin",        PG_XID },
    {"restart_lsn",         PG_LSN },
    {"confirmed_flush_lsn", PG_LSN },
    {"wal_status",          PG_TEXT},
    {"safe_wal_size",       PG_INT8},
    {"two_phase",           PG_BOOL},
};

static void add_slot(SqlContext *context, const SqlRelation *relation, SqlRows *rows,
                     const PgSlot *slot)
{
    PgValue *row = add_row(rows, context, relation);
    const char *status = pg_slot_status(context->instance, slot);

    put_text(row, relation, "slot_name", slot->name);
    put_text(row, relation, "slot_type", "physical");
    put(row, relation, "temporary", slot->is_temporary);
    put(row, relation, "active", slot->pid != 0);
    if (slot->pid != 0)
        put(row, relation, "active_pid", slot->pid);
    if (status != NULL) {
        if (strcmp(status, "lost") != 0)
            put(row, relation, "restart_lsn", (int64_t)slot->restart);
        put_text(row, relation, "wal_status", status);
    }
    put(row, relation, "two_phase", false);
}

static void scan_slots(SqlContext *context, const SqlRelation *relation, SqlRows *rows)
{
    for (const PgSlot *at = pg_peers(context->instance)->slots; at != NULL; at = at->next)
        add_slot(context, relation, rows, at);
}

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
static void scan_checkpoint(SqlContext *context, const SqlRelation *relation, SqlRows *rows)
{
    PgValue *row = add_row(rows, context, relation);
    PgLsn redo = pg_wal_redo(pg_end_lsn(context->instance));
    uint32_t timeline = pg_control_timeline(context->instance);
    char name[PG_SEGMENT_NAME_SIZE];

    put(row, relation, "checkpoint_lsn", (int64_t)pg_wal_checkpoint(redo));
    put(row, relation, "redo_lsn", (int64_t)redo);
    put_text(row, relation, "redo_wal_file",
             arena_text(context->arena, pg_wal_segment_name(timeline, redo, name)));
    put(row, relation, "timeline_id", timeline);
    put(row, relation, "prev_timeline_id", timeline);
    put(row, relation, "full_page_writes", true);
    put_text(row, relation, "next_xid", "0:1000");
    put(row, relation, "next_oid", PG_NEXT_OID);
    put(row, relation, "next_multixact_id", 1);
    put(row, relation, "next_multi_offset", 0);
    put(row, relation, "oldest_xid", PG_OLDEST_XID);
    put(row, relation, "oldest_xid_dbid", 1);
    put(row, relation, "oldest_active_xid", 0);
    put(row, relation, "oldest_multi_xid", 1);
    put(row, relation, "oldest_multi_dbid", 1);
    put(row, relation, "oldest_commit_ts_xid", 0);
    put(row, relation, "newest_commit_ts_xid", 0);
    put(row, relation, "checkpoint_time", context->now_us / 1000000 * 1000000);
}

static const SqlColumn SYSTEM_COLUMNS[] = {
    {"pg_control_version",       PG_INT4       },
    {"catalog_version_no",       PG_INT4       },
    {"system_identifier",        PG_INT8       },
    {"pg_control_last_modified", PG_TIMESTAMPTZ},
};

static void scan_system(SqlContext *context, const SqlRelation *relation, SqlRows *rows)
{
    PgValue *row = add_row(rows, context, relation);

    put(row, relation, "pg_control_version", 1300);
    put(row, relation, "catalog_version_no", 202209061);
    put(row, relation, "system_identifier", (int64_t)pg_system_identifier(context->instance));
    put(row, relation, "pg_control_last_modified", context->now_us / 1000000 * 1000000);
}

/* ---- the database's tables ---- */

static const SqlColumn TABLE_COLUMNS[] = {
    {"key",   PG_TEXT},
    {"value", PG_JSON}
};

typedef struct {
    SqlContext *context;
    const SqlRelation *relation;
    SqlRows *rows;
} TableScan;

static bool add_table_row(void *owner, const char *key, const cJSON *value)
{
    TableScan *scan = owner;
    PgValue *row = add_row(scan->rows, scan->context, scan->relation);
    char *text;

    if (scan->context->is_counting)
        return true;
    text = json_text(value);
    row[0] = pg_text(PG_TEXT, arena_text(scan->context->arena, key));
    row[1] = pg_text(PG_JSON, arena_text(scan->context->arena, text));
    free(text);
    return true;
}

static void scan_table(SqlContext *context, const SqlRelation *relation, SqlRows *rows)
{
    TableScan scan = {context, relation, rows};

    pg_each_row(context->instance, arena_format(context->arena, "%s/", relation->name),
                add_table_row, &scan);
}

#define COLUMNS(rows) rows, sizeof(rows) / sizeof((rows)[0])

static const SqlRelation RELATIONS[] = {
    {"audit_log",             false, COLUMNS(TABLE_COLUMNS),       scan_table      },
    {"clusters",              false, COLUMNS(TABLE_COLUMNS),       scan_table      },
    {"organizations",         false, COLUMNS(TABLE_COLUMNS),       scan_table      },
    {"pg_control_checkpoint", true,  COLUMNS(CHECKPOINT_COLUMNS),  scan_checkpoint },
    {"pg_control_system",     true,  COLUMNS(SYSTEM_COLUMNS),      scan_system     },
    {"pg_replication_slots",  false, COLUMNS(SLOT_COLUMNS),        scan_slots      },
    {"pg_stat_replication",   false, COLUMNS(REPLICATION_COLUMNS), scan_replication},
    {"pg_stat_wal_receiver",  false, COLUMNS(RECEIVER_COLUMNS),    scan_receiver   },
    {"tenants",               false, COLUMNS(TABLE_COLUMNS),       scan_table      },
    {"workspaces",            false, COLUMNS(TABLE_COLUMNS),       scan_table      },
};

const SqlRelation *sql_relation_find(const char *name, bool is_function)
{
    for (size_t i = 0; i < sizeof RELATIONS / sizeof RELATIONS[0]; i++) {
        if (strcmp(RELATIONS[i].name, name) == 0 && RELATIONS[i].is_function == is_function)
            return &RELATIONS[i];
    }
    return NULL;
}
