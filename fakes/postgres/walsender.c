/*
 * fakes/postgres/walsender.c - the replication commands that need no log: who are you, what does this setting say, how did
 * your timeline come about.
 *
 * Source: PostgreSQL 15 manual, 55.4; answers of 15.20 on the wire.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fakes/postgres/session_inside.h"

static const PgSource SLOT_MISSING = {"slot.c", "499", "ReplicationSlotAcquire"};
static const PgSource HISTORY = {"walsender.c", "646", "SendTimeLineHistory"};
static const PgSource COMMAND = {"walsender.c", "1768", "exec_replication_command"};
static const PgSource REPL_SCANNER = {"repl_scanner.l", "241", "replication_yyerror"};

typedef bool WalsenderCommand(PgSession *session, const char *argument, PgReport *report);

static SqlResult one_row(PgSession *session, const SqlColumn *columns, int count, PgValue **out_row)
{
    SqlResult result = {.columns = (SqlColumn *)columns, .column_count = count};

    *out_row = sql_rows_add(&result.rows, &session->arena, count);
    for (int i = 0; i < count; i++)
        (*out_row)[i] = pg_null(columns[i].type);
    return result;
}

static void send_row(PgSession *session, const SqlResult *result, const char *tag)
{
    commands_describe(session, result, NULL, 0);
    commands_rows(session, result, 0, 1, NULL, 0);
    pg_add_complete(&session->out, tag);
}

static bool identify_system(PgSession *session, const char *argument, PgReport *report)
{
    PgInstance *instance = session->options.instance;
    bool is_int8 = pg_server_version_num(instance) >= 160000;
    const SqlColumn columns[] = {
        {"systemid", PG_TEXT                    },
        {"timeline", is_int8 ? PG_INT8 : PG_INT4},
        {"xlogpos",  PG_TEXT                    },
        {"dbname",   PG_TEXT                    }
    };
    PgValue *row;
    SqlResult result = one_row(session, columns, 4, &row);
    char lsn[24];

    (void)argument;
    (void)report;
    row[0] =
        pg_text(PG_TEXT, arena_format(&session->arena, "%" PRIu64, pg_system_identifier(instance)));
    row[1] = pg_integer(columns[1].type, pg_timeline(instance));
    row[2] = pg_text(PG_TEXT, arena_text(&session->arena, pg_lsn_text(pg_end_lsn(instance), lsn)));
    if (!session->is_physical)
        row[3] = pg_text(PG_TEXT, session->database);
    send_row(session, &result, "IDENTIFY_SYSTEM");
    return true;
}

static bool show(PgSession *session, const char *argument, PgReport *report)
{
    const char *name,
        *value = pg_settings_find(&session->settings, argument, &session->arena, &name);
    SqlColumn column = {.type = PG_TEXT};
    SqlResult result;
    PgValue *row;

    if (value == NULL)
        return pg_error(report, "42704", (PgSource){"guc.c", "9950", "GetConfigOptionByName"},
                        "unrecognized configuration parameter \"%s\"", argument);
    column.name = name;
    result = one_row(session, &column, 1, &row);
    row[0] = pg_text(PG_TEXT, arena_text(&session->arena, value));
    send_row(session, &result, "SHOW");
    return true;
}

/* No error: a row of NULLs says that there is no such slot. */
static bool read_slot(PgSession *session, const char *argument, PgReport *report)
{
    static const SqlColumn COLUMNS[] = {
        {"slot_type",   PG_TEXT},
        {"restart_lsn", PG_TEXT},
        {"restart_tli", PG_INT8}
    };
    PgValue *row;
    SqlResult result = one_row(session, COLUMNS, 3, &row);

    (void)argument;
    (void)report;
    send_row(session, &result, "READ_REPLICATION_SLOT");
    return true;
}

static bool drop_slot(PgSession *session, const char *argument, PgReport *report)
{
    (void)session;
    return pg_error(report, "42704", SLOT_MISSING, "replication slot \"%s\" does not exist",
                    argument);
}

/* The text of a .history file: a line for each timeline before this one, with an empty line between them. */
static const char *history_text(PgSession *session, uint32_t timeline, bool *out_exists)
{
    const PgHistoryEntry *entries;
    size_t count = pg_history(session->options.instance, &entries);
    const char *text = "";
    char lsn[24];

    *out_exists = timeline == pg_timeline(session->options.instance) && count > 0;
    for (size_t i = 0; i < count && entries[i].timeline < timeline; i++)
        text = arena_format(&session->arena, "%s%s%" PRIu32 "\t%s\tno recovery target specified\n",
                            text, i > 0 ? "\n" : "", entries[i].timeline,
                            pg_lsn_text(entries[i].ended_at, lsn));
    for (size_t i = 1; i < count; i++)
        *out_exists |= entries[i].timeline == timeline;
    return text;
}

static bool timeline_history(PgSession *session, const char *argument, PgReport *report)
{
    char *end;
    unsigned long timeline = strtoul(argument, &end, 10);
    size_t begin = 0;
    bool exists;
    const char *text, *name;

    if (end == argument || *end != '\0' || timeline == 0 || timeline > UINT32_MAX)
        return pg_error(report, "42601", REPL_SCANNER, "invalid timeline %s", argument);
    begin = pg_message_begin(&session->out, 'T');
    buffer_add_u16(&session->out, 2);
    pg_add_field(&session->out, "filename", PG_TEXT, 0, 0);
    pg_add_field(&session->out, "content", PG_TEXT, 0, 0);
    pg_message_end(&session->out, begin);
    text = history_text(session, (uint32_t)timeline, &exists);
    name = arena_format(&session->arena, "%08lX.history", timeline);
    if (!exists)
        return pg_error(report, "58P01", HISTORY,
                        "could not open file \"pg_wal/%s\": No such file or directory", name);
    begin = pg_message_begin(&session->out, 'D');
    buffer_add_u16(&session->out, 2);
    pg_add_value(&session->out, &(PgValue){.type = PG_TEXT, .text = name}, 0, &session->arena);
    pg_add_value(&session->out, &(PgValue){.type = PG_TEXT, .text = text}, 0, &session->arena);
    pg_message_end(&session->out, begin);
    pg_add_complete(&session->out, "TIMELINE_HISTORY");
    return true;
}

static bool not_served(PgSession *session, const char *argument, PgReport *report)
{
    (void)session;
    (void)argument;
    return pg_error(report, "0A000", COMMAND,
                    "this server does not send its log: it answers IDENTIFY_SYSTEM, SHOW, "
                    "TIMELINE_HISTORY and READ_REPLICATION_SLOT");
}

static const struct {
    const char *word;
    bool has_argument;
    WalsenderCommand *run;
} COMMANDS[] = {
    {"IDENTIFY_SYSTEM",         false, identify_system },
    {"SHOW",                    true,  show            },
    {"TIMELINE_HISTORY",        true,  timeline_history},
    {"READ_REPLICATION_SLOT",   true,  read_slot       },
    {"DROP_REPLICATION_SLOT",   true,  drop_slot       },
    {"START_REPLICATION",       false, not_served      },
    {"BASE_BACKUP",             false, not_served      },
    {"CREATE_REPLICATION_SLOT", false, not_served      },
};

/* The first word after the command, without quotes; "" if there is none. */
static const char *first_argument(PgSession *session, const char *at)
{
    at += strspn(at, " \t\r\n");
    if (*at == '"')
        return arena_text_of(&session->arena, at + 1, strcspn(at + 1, "\""));
    return arena_text_of(&session->arena, at, strcspn(at, " \t\r\n;"));
}

bool walsender_handle(PgSession *session, const char *command)
{
    size_t length;
    PgReport report;

    command += strspn(command, " \t\r\n");
    length = strcspn(command, " \t\r\n;(");
    for (size_t i = 0; i < sizeof COMMANDS / sizeof COMMANDS[0]; i++) {
        const char *argument;

        /* Keywords of this little language are written in capitals, but for SHOW, which is SQL's too. */
        if (strlen(COMMANDS[i].word) != length ||
            strncasecmp(COMMANDS[i].word, command, length) != 0)
            continue;
        argument = first_argument(session, command + length);
        if (COMMANDS[i].has_argument && *argument == '\0') {
            pg_error(&report, "42601", REPL_SCANNER, "syntax error");
            commands_fail(session, &report);
        } else if (!COMMANDS[i].run(session, argument, &report)) {
            commands_fail(session, &report);
        }
        return true;
    }
    if (!session->is_physical)
        return false;
    pg_error(&report, "0A000", COMMAND,
             "cannot execute SQL commands in WAL sender for physical replication");
    commands_fail(session, &report);
    return true;
}
