/*
 * fakes/postgres/relations_replication.c - who receives, who sends, and what is kept for whom.
 *
 * Source: PostgreSQL 15 manual, 28.2.4, 28.2.6, 54.20; columns and types of 15.20, as it described them on the wire.
 */
#include <string.h>

#include "fakes/postgres/functions.h"
#include "fakes/postgres/peers.h"
#include "fakes/postgres/relations.h"
#include "fakes/postgres/remote.h"
#include "fakes/postgres/wal_records.h"

enum { POSTGRES_PORT = 5432 };

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
static const char *conninfo(const SqlContext *context)
{
    char own[200];

    return arena_format(context->arena,
                        "%s dbname=replication fallback_application_name=walreceiver "
                        "sslcompression=0 sslsni=1 ssl_min_protocol_version=TLSv1.2 "
                        "gssencmode=prefer krbsrvname=postgres target_session_attrs=any",
                        pg_conninfo(context->instance, "********", own));
}

/* As its walreceiver found it (walreceiver.h). */
static void put_remote(const SqlScan *scan, PgValue *row, const PgRemote *remote)
{
    sql_put(scan, row, "receive_start_lsn", (int64_t)remote->start);
    sql_put(scan, row, "receive_start_tli", remote->start_timeline);
    sql_put(scan, row, "latest_end_lsn", (int64_t)remote->latest_end);
    sql_put(scan, row, "last_msg_send_time", remote->sent_ms * 1000);
    sql_put(scan, row, "last_msg_receipt_time", remote->heard_ms * 1000);
    sql_put(scan, row, "latest_end_time", remote->latest_end_ms * 1000);
    if (remote->slot != NULL)
        sql_put_text(scan, row, "slot_name", remote->slot);
    sql_put_text(scan, row, "sender_host", remote->host);
    sql_put(scan, row, "sender_port", remote->port);
    sql_put_text(scan, row, "conninfo", remote->conninfo);
}

/* As the model has it. */
static void put_upstream(const SqlScan *scan, PgValue *row)
{
    PgInstance *instance = scan->context->instance;
    const PgLink *link = pg_link(instance);
    const char *host = link->host != NULL ? link->host : pg_name(pg_upstream(instance));
    PgLsn received = pg_end_lsn(instance);
    int64_t message_ms = pg_last_message_ms(instance);

    sql_put(scan, row, "receive_start_lsn", (int64_t)(pg_wal_segment(received)));
    sql_put(scan, row, "receive_start_tli", pg_timeline(instance));
    sql_put(scan, row, "latest_end_lsn", (int64_t)received);
    if (message_ms > 0) {
        sql_put(scan, row, "last_msg_send_time", (message_ms - link->delay_ms) * 1000);
        sql_put(scan, row, "last_msg_receipt_time", message_ms * 1000);
        sql_put(scan, row, "latest_end_time", message_ms * 1000);
    }
    sql_put_text(scan, row, "sender_host", host);
    sql_put(scan, row, "sender_port", POSTGRES_PORT);
    sql_put_text(scan, row, "conninfo", conninfo(scan->context));
}

static bool scan_receiver(SqlScan *scan)
{
    PgInstance *instance = scan->context->instance;
    PgReceiver receiver = pg_receiver(instance);
    PgLsn received = pg_end_lsn(instance);
    PgValue *row;

    /* Who is told 58P01 is gone again before anybody can look. */
    if (receiver != PG_RECEIVER_STREAMING && receiver != PG_RECEIVER_WAITING)
        return true;
    row = sql_scan_row(scan);
    sql_put(scan, row, "pid", PG_RECEIVER_PID);
    sql_put_text(scan, row, "status", receiver == PG_RECEIVER_STREAMING ? "streaming" : "waiting");
    sql_put(scan, row, "written_lsn", (int64_t)received);
    sql_put(scan, row, "flushed_lsn", (int64_t)received);
    sql_put(scan, row, "received_tli", pg_timeline(instance));
    if (pg_remote(instance) != NULL)
        put_remote(scan, row, pg_remote(instance));
    else
        put_upstream(scan, row);
    return true;
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

static void add_sender(SqlScan *scan, PgInstance *standby, int index)
{
    PgInstance *instance = scan->context->instance;
    PgLsn sent = pg_end_lsn(instance), received = pg_end_lsn(standby);
    int64_t lag_ms;
    PgValue *row = sql_scan_row(scan);

    sql_put(scan, row, "pid", PG_SENDER_PID + index);
    sql_put(scan, row, "usesysid", 16384);
    sql_put_text(scan, row, "usename", "replication");
    sql_put_text(scan, row, "application_name", "walreceiver");
    sql_put_text(scan, row, "client_addr", "127.0.0.1");
    sql_put(scan, row, "client_port", 40000 + index);
    sql_put_text(scan, row, "state", "streaming");
    sql_put(scan, row, "sent_lsn", (int64_t)sent);
    sql_put(scan, row, "write_lsn", (int64_t)received);
    sql_put(scan, row, "flush_lsn", (int64_t)received);
    sql_put(scan, row, "replay_lsn", (int64_t)pg_replay_lsn(standby));
    sql_put(scan, row, "sync_priority", 0);
    sql_put_text(scan, row, "sync_state", "async");
    sql_put(scan, row, "backend_start", pg_started_ms(standby) * 1000);
    sql_put(scan, row, "reply_time", pg_last_message_ms(standby) * 1000);
    if (pg_replay_lag(standby, &lag_ms)) {
        sql_put(scan, row, "write_lag", lag_ms * 1000);
        sql_put(scan, row, "flush_lag", lag_ms * 1000);
        sql_put(scan, row, "replay_lag", lag_ms * 1000);
    }
}

/* NULL as long as the client has not said. */
static void put_position(const SqlScan *scan, PgValue *row, const char *column, PgLsn lsn)
{
    if (lsn != 0)
        sql_put(scan, row, column, (int64_t)lsn);
}

/* A real client's. */
static void add_peer(SqlScan *scan, const PgSender *sender)
{
    PgValue *row = sql_scan_row(scan);

    sql_put(scan, row, "pid", sender->pid);
    sql_put(scan, row, "usesysid", 16384);
    sql_put_text(scan, row, "usename", sender->user);
    sql_put_text(scan, row, "application_name", sender->application_name);
    sql_put_text(scan, row, "client_addr", "127.0.0.1");
    sql_put(scan, row, "client_port", 40000 + sender->pid % 20000);
    sql_put(scan, row, "backend_start", sender->started_ms * 1000);
    sql_put_text(scan, row, "state", sender->state);
    put_position(scan, row, "sent_lsn", sender->sent);
    put_position(scan, row, "write_lsn", sender->write);
    put_position(scan, row, "flush_lsn", sender->flush);
    put_position(scan, row, "replay_lsn", sender->apply);
    sql_put(scan, row, "sync_priority", 0);
    sql_put_text(scan, row, "sync_state", "async");
    if (sender->reply_ms > 0)
        sql_put(scan, row, "reply_time", sender->reply_ms * 1000);
}

static bool scan_replication(SqlScan *scan)
{
    PgInstance *const *followers;
    size_t count = pg_followers(scan->context->instance, &followers);

    for (size_t i = 0; i < count; i++) {
        if (pg_receiver(followers[i]) == PG_RECEIVER_STREAMING)
            add_sender(scan, followers[i], (int)i);
    }
    for (const PgSender *at = pg_peers(scan->context->instance)->senders; at != NULL; at = at->next)
        add_peer(scan, at);
    return true;
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

static void add_slot(SqlScan *scan, const PgSlot *slot)
{
    PgValue *row = sql_scan_row(scan);
    const char *status = pg_slot_status(scan->context->instance, slot);
    int64_t safe_bytes;

    sql_put_text(scan, row, "slot_name", slot->name);
    sql_put_text(scan, row, "slot_type", "physical");
    sql_put(scan, row, "temporary", slot->is_temporary);
    sql_put(scan, row, "active", slot->pid != 0);
    if (slot->pid != 0)
        sql_put(scan, row, "active_pid", slot->pid);
    if (status != NULL) {
        if (strcmp(status, "lost") != 0)
            sql_put(scan, row, "restart_lsn", (int64_t)slot->restart);
        sql_put_text(scan, row, "wal_status", status);
    }
    if (pg_slot_safe_bytes(scan->context->instance, slot, &safe_bytes))
        sql_put(scan, row, "safe_wal_size", safe_bytes);
    sql_put(scan, row, "two_phase", false);
}

static bool scan_slots(SqlScan *scan)
{
    for (const PgSlot *at = pg_peers(scan->context->instance)->slots; at != NULL; at = at->next)
        add_slot(scan, at);
    return true;
}

static const SqlRelation ROWS[] = {
    {"pg_replication_slots", 12257, COLUMNS_OF(SLOT_COLUMNS),        .scan = scan_slots      },
    {"pg_stat_replication",  12227, COLUMNS_OF(REPLICATION_COLUMNS), .scan = scan_replication},
    {"pg_stat_wal_receiver", 12236, COLUMNS_OF(RECEIVER_COLUMNS),    .scan = scan_receiver   },
};

const SqlRelations REPLICATION_RELATIONS = RELATIONS_OF(ROWS);
