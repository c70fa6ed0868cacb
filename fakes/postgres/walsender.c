/*
 * fakes/postgres/walsender.c - the replication commands: who are you, what does this setting say, how did your timeline come about,
 * slots; and the way to those that send the log (walstream.c) or all the data (basebackup.c).
 *
 * Source: PostgreSQL 15 manual, 55.4; answers of 15.20 on the wire.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fakes/postgres/replication_words.h"
#include "fakes/postgres/session_inside.h"
#include "fakes/postgres/wal.h"

static const PgSource SENDERS = {"proc.c", "356", "InitProcess"};
static const PgSource LOGICAL = {"logical.c", "118", "CheckLogicalDecodingRequirements"};
static const PgSource HISTORY = {"walsender.c", "646", "SendTimeLineHistory"};
static const PgSource OPTIONS = {"walsender.c", "1003", "parseCreateReplSlotOptions"};
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

    if (*argument != '\0' && *argument != ';')
        return pg_error(report, "42601", REPL_SCANNER, "syntax error");
    row[0] =
        pg_text(PG_TEXT, arena_format(&session->arena, "%" PRIu64, pg_system_identifier(instance)));
    row[1] = pg_integer(columns[1].type, pg_timeline(instance));
    row[2] = pg_text(PG_TEXT, arena_text(&session->arena, pg_lsn_text(pg_end_lsn(instance), lsn)));
    if (!session->is_physical)
        row[3] = pg_text(PG_TEXT, session->database);
    send_row(session, &result, "IDENTIFY_SYSTEM");
    return true;
}

/* The first word of what follows a command; with quotes it is what they hold. */
static const char *first_word(PgSession *session, const char *argument)
{
    return pg_words(argument, &session->arena).text;
}

static bool show(PgSession *session, const char *argument, PgReport *report)
{
    const char *wanted = first_word(session, argument), *name;
    const char *value = pg_settings_find(&session->settings, wanted, &session->arena, &name);
    SqlColumn column = {.type = PG_TEXT};
    SqlResult result;
    PgValue *row;

    if (value == NULL)
        return pg_error(report, "42704", (PgSource){"guc.c", "5766", "find_option"},
                        "unrecognized configuration parameter \"%s\"", wanted);
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
    PgInstance *instance = session->options.instance;
    const PgSlot *slot = pg_slot_find(pg_peers(instance), first_word(session, argument));
    PgValue *row;
    SqlResult result = one_row(session, COLUMNS, 3, &row);
    char lsn[24];

    (void)report;
    if (slot != NULL)
        row[0] = pg_text(PG_TEXT, "physical");
    if (slot != NULL && slot->restart != 0) {
        row[1] = pg_text(PG_TEXT, arena_text(&session->arena, pg_lsn_text(slot->restart, lsn)));
        row[2] = pg_integer(PG_INT8, pg_timeline(instance));
    }
    send_row(session, &result, "READ_REPLICATION_SLOT");
    return true;
}

/* RESERVE_WAL, if that; in parentheses it may have a value. */
static bool read_reserve(PgWords *words, bool *out_reserves, PgReport *report)
{
    const char *name, *value;
    bool is_given = false;

    while (pg_words_option(words, &name, &value)) {
        if (strcasecmp(name, "RESERVE_WAL") != 0)
            return pg_error(report, "XX000", OPTIONS, "unrecognized option: %s",
                            pg_words_lower(words, name));
        if (is_given)
            return pg_error(report, "42601", OPTIONS, "conflicting or redundant options");
        is_given = true;
        *out_reserves = value == NULL || strcasecmp(value, "false") != 0;
    }
    return true;
}

/* What follows the name: [TEMPORARY] PHYSICAL [RESERVE_WAL], the last with or without parentheses. */
static bool read_slot_options(PgWords *words, bool *out_is_temporary, bool *out_reserves,
                              PgReport *report)
{
    bool is_list;

    *out_is_temporary = pg_words_take(words, "TEMPORARY");
    if (pg_words_take(words, "LOGICAL"))
        return pg_error(report, "55000", LOGICAL, "logical decoding requires wal_level >= logical");
    if (!pg_words_take(words, "PHYSICAL"))
        return pg_error(report, "42601", REPL_SCANNER, "syntax error");
    is_list = pg_words_take(words, "(");
    *out_reserves = !is_list && pg_words_take(words, "RESERVE_WAL");
    if (is_list && !read_reserve(words, out_reserves, report))
        return false;
    if ((is_list && !pg_words_take(words, ")")) || !pg_words_are_over(words))
        return pg_error(report, "42601", REPL_SCANNER, "syntax error");
    return true;
}

static void send_slot(PgSession *session, const PgSlot *slot)
{
    static const SqlColumn COLUMNS[] = {
        {"slot_name",        PG_TEXT},
        {"consistent_point", PG_TEXT},
        {"snapshot_name",    PG_TEXT},
        {"output_plugin",    PG_TEXT}
    };
    PgValue *row;
    SqlResult result = one_row(session, COLUMNS, 4, &row);

    row[0] = pg_text(PG_TEXT, slot->name);
    row[1] = pg_text(PG_TEXT, "0/0");
    send_row(session, &result, "CREATE_REPLICATION_SLOT");
}

static bool create_slot(PgSession *session, const char *argument, PgReport *report)
{
    PgInstance *instance = session->options.instance;
    PgWords words = pg_words(argument, &session->arena);
    const char *name = words.text;
    bool is_temporary, reserves;
    PgSlot *slot;

    pg_words_next(&words);
    if (!read_slot_options(&words, &is_temporary, &reserves, report))
        return false;
    slot = pg_slot_create(pg_peers(instance), name, report);
    if (slot == NULL)
        return false;
    slot->is_temporary = is_temporary;
    slot->pid = is_temporary ? session->options.pid : 0;
    slot->restart = reserves ? pg_wal_redo(pg_end_lsn(instance)) : 0;
    send_slot(session, slot);
    return true;
}

static bool drop_slot(PgSession *session, const char *argument, PgReport *report)
{
    PgPeers *peers = pg_peers(session->options.instance);
    PgSlot *slot = pg_slot_take(peers, first_word(session, argument), session->options.pid, report);

    if (slot == NULL)
        return false;
    pg_slot_drop(peers, slot);
    pg_add_complete(&session->out, "DROP_REPLICATION_SLOT");
    return true;
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
    unsigned long timeline;
    size_t begin = 0;
    bool exists;
    const char *text, *name;

    argument = first_word(session, argument);
    timeline = strtoul(argument, &end, 10);
    if (end == argument || *end != '\0' || timeline == 0 || timeline > UINT32_MAX)
        return pg_error(report, "42601", REPL_SCANNER, "invalid timeline %s", argument);
    begin = pg_message_begin(&session->out, 'T');
    buffer_add_u16(&session->out, 2);
    pg_add_field(&session->out, "filename", PG_TEXT, 0);
    pg_add_field(&session->out, "content", PG_TEXT, 0);
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
    {"START_REPLICATION",       true,  walstream_start },
    {"BASE_BACKUP",             false, basebackup_start},
    {"CREATE_REPLICATION_SLOT", true,  create_slot     },
};

/* ---- a walsender begins and ends ---- */

bool walsender_check_limit(const PgSession *session, PgReport *report)
{
    PgInstance *instance = session->options.instance;
    int most = pg_max_wal_senders(instance);

    return pg_sender_count(pg_peers(instance)) < (size_t)most ||
           pg_error(report, "53300", SENDERS,
                    "number of requested standby connections exceeds max_wal_senders "
                    "(currently %d)",
                    most);
}

bool walsender_begin(PgSession *session, PgReport *report)
{
    PgInstance *instance = session->options.instance;
    PgPeers *peers = pg_peers(instance);
    PgSender *sender = &session->walsender.sender;
    const char *name =
        pg_settings_find(&session->settings, "application_name", &session->startup_arena, NULL);

    if (!walsender_check_limit(session, report)) /* others may have come in meanwhile */
        return false;
    *sender = (PgSender){.pid = session->options.pid,
                         .user = session->user,
                         .application_name = arena_text(&session->startup_arena, name),
                         .state = "startup",
                         .started_ms = pg_now_ms(instance),
                         .on_change = session->options.on_wake,
                         .owner = session->options.owner};
    pg_sender_add(peers, sender);
    return true;
}

void walsender_end(PgSession *session)
{
    PgPeers *peers = pg_peers(session->options.instance);

    basebackup_free(session->walsender.backup);
    session->walsender.backup = NULL;
    if (!session->is_walsender)
        return;
    pg_sender_remove(peers, &session->walsender.sender);
    pg_slots_leave(peers, session->options.pid);
}

/* ---- a command ---- */

static WalsenderHandled run(PgSession *session, size_t index, const char *argument)
{
    PgReport report;

    argument += strspn(argument, " \t\r\n");
    if (COMMANDS[index].has_argument && (*argument == '\0' || *argument == ';')) {
        pg_error(&report, "42601", REPL_SCANNER, "syntax error");
        commands_fail(session, &report);
    } else if (!COMMANDS[index].run(session, argument, &report)) {
        commands_fail(session, &report);
    }
    return session->walsender.state == WALSENDER_COMMANDS ? WALSENDER_IS_DONE : WALSENDER_GOES_ON;
}

WalsenderHandled walsender_handle(PgSession *session, const char *command)
{
    size_t length;
    PgReport report;

    command += strspn(command, " \t\r\n");
    length = strcspn(command, " \t\r\n;(");
    for (size_t i = 0; i < sizeof COMMANDS / sizeof COMMANDS[0]; i++) {
        /* Keywords of this little language are written in capitals; in small letters SHOW is SQL's. */
        if (strlen(COMMANDS[i].word) == length && strncmp(COMMANDS[i].word, command, length) == 0)
            return run(session, i, command + length);
    }
    if (!session->is_physical)
        return WALSENDER_IS_SQL;
    pg_error(&report, "0A000", COMMAND,
             "cannot execute SQL commands in WAL sender for physical replication");
    commands_fail(session, &report);
    return WALSENDER_IS_DONE;
}
