/*
 * engine/clients/postgres_position.c - where an instance stands: its role, its timeline, how far it has come.
 *
 * Source: PostgreSQL manual, 9.27.3 (recovery), 28.2.6 (pg_stat_wal_receiver). What each role can be asked, and what misleads:
 * pg_last_wal_replay_lsn is no test of the role (a primary after a crash has one); after a restart the received position is below the
 * replayed one; after a promotion the control file tells the old timeline for a while, the WAL file's name does not.
 */
#include "engine/clients/postgres.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char ASK_BOTH[] =
    "SELECT pg_is_in_recovery(), (SELECT timeline_id FROM pg_control_checkpoint()), "
    "(SELECT system_identifier FROM pg_control_system()), "
    "COALESCE(pg_last_wal_replay_lsn()::text, ''), COALESCE(pg_last_wal_receive_lsn()::text, '')";

static const char ASK_PRIMARY[] =
    "SELECT COALESCE(pg_current_wal_lsn()::text, ''), pg_walfile_name(pg_current_wal_lsn())";

static const char ASK_PAUSED[] = "SELECT pg_is_wal_replay_paused()";

static const char ASK_RECEIVER[] =
    "SELECT status, COALESCE(received_tli, 0), "
    "COALESCE(EXTRACT(EPOCH FROM (now() - last_msg_receipt_time)), -1), sender_host "
    "FROM pg_stat_wal_receiver LIMIT 1";

uint64_t postgres_lsn_parse(const char *text)
{
    char *slash, *end;
    unsigned long high, low;

    if (!isxdigit((unsigned char)text[0]))
        return 0;
    high = strtoul(text, &slash, 16);
    if (slash[0] != '/' || !isxdigit((unsigned char)slash[1]))
        return 0;
    low = strtoul(slash + 1, &end, 16);
    if (*end != '\0' || high > UINT32_MAX || low > UINT32_MAX)
        return 0;
    return (uint64_t)high << 32 | low;
}

const char *postgres_lsn_text(uint64_t lsn, char out_text[24])
{
    snprintf(out_text, 24, "%X/%X", (unsigned)(lsn >> 32), (unsigned)lsn);
    return out_text;
}

static bool is_true(const PostgresRow *row, int column)
{
    return row->values[column][0] == 't';
}

static bool fail_odd(const PostgresClient *client, Error *err)
{
    return error_set(err, ERR_PROTOCOL, "%s: it answers a question about itself with nothing",
                     postgres_client_name(client));
}

static bool ask_primary(PostgresClient *client, PostgresPosition *position, Error *err)
{
    PostgresRow row;
    char timeline[9] = "";

    if (!postgres_query(client, ASK_PRIMARY, &row, err))
        return false;
    if (!row.has_row || strlen(row.values[1]) < 8)
        return fail_odd(client, err);
    position->current_lsn = postgres_lsn_parse(row.values[0]);
    memcpy(timeline, row.values[1], 8);
    position->timeline = (uint32_t)strtoul(timeline, NULL, 16);
    return true;
}

static bool ask_receiver(PostgresClient *client, PostgresPosition *position, Error *err)
{
    PostgresRow row;
    uint32_t received;
    double silence_s;

    if (!postgres_query(client, ASK_RECEIVER, &row, err))
        return false;
    if (!row.has_row)
        return true;
    if (row.is_null[0])
        return error_set(err, ERR_DENIED,
                         "%s: this role may not read pg_stat_wal_receiver; grant it pg_monitor",
                         postgres_client_name(client));
    position->has_receiver = strcmp(row.values[0], "streaming") == 0;
    received = (uint32_t)strtoul(row.values[1], NULL, 10);
    if (received > position->timeline)
        position->timeline = received;
    silence_s = strtod(row.values[2], NULL);
    position->receiver_silence_ms = silence_s < 0 ? -1 : (int64_t)(silence_s * 1000);
    snprintf(position->sender_host, sizeof position->sender_host, "%s", row.values[3]);
    return true;
}

static bool ask_standby(PostgresClient *client, PostgresPosition *position, Error *err)
{
    PostgresRow row;

    if (!postgres_query(client, ASK_PAUSED, &row, err))
        return false;
    position->is_replay_paused = is_true(&row, 0);
    return ask_receiver(client, position, err);
}

static bool ask(PostgresClient *client, PostgresPosition *position, Error *err)
{
    PostgresRow row;

    memset(position, 0, sizeof *position);
    position->receiver_silence_ms = -1;
    if (!postgres_query(client, ASK_BOTH, &row, err))
        return false;
    if (!row.has_row)
        return fail_odd(client, err);
    position->is_in_recovery = is_true(&row, 0);
    position->timeline = (uint32_t)strtoul(row.values[1], NULL, 10);
    position->system_identifier = strtoull(row.values[2], NULL, 10);
    if (!position->is_in_recovery) {
        position->recovered_lsn = postgres_lsn_parse(row.values[3]);
        return ask_primary(client, position, err);
    }
    position->replay_lsn = postgres_lsn_parse(row.values[3]);
    position->receive_lsn = postgres_lsn_parse(row.values[4]);
    if (position->replay_lsn > position->receive_lsn)
        position->receive_lsn = position->replay_lsn;
    return ask_standby(client, position, err);
}

bool postgres_position(PostgresClient *client, PostgresPosition *out_position, Error *err)
{
    Error why = {0};

    if (ask(client, out_position, &why))
        return true;
    /* 55000: it was promoted between two questions. As what it is now, it can be asked again. */
    if (strcmp(postgres_client_sqlstate(client), "55000") != 0)
        return error_set(err, why.code, "%s", why.message);
    return ask(client, out_position, err);
}
