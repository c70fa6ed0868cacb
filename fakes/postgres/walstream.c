/*
 * fakes/postgres/walstream.c - START_REPLICATION: one client's stream of the log, and the machine that a walsender is.
 *
 * All goes well: 'W' opens the stream both ways; the log goes out in pieces, words about how far it got come in, and when neither has been
 * heard for a while the client is asked for one. The client ends it ('c'), or the timeline does: then we say 'c', wait for
 * the client's, and tell it which timeline is next.
 * Goes wrong: the log is not there any more (58P01, and commands are taken again); the client says nothing for wal_sender_timeout;
 * the server stops: what is left of the log goes out first, then "COPY 0".
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fakes/postgres/replication_words.h"
#include "fakes/postgres/session_inside.h"
#include "fakes/postgres/wal.h"
#include "fakes/postgres/wal_bytes.h"
#include "fakes/postgres/wal_records.h"

enum {
    FEEDBACK_SIZE = 24,      /* of 'h': a clock, two xids and their epochs */
    PIECE_MAX = 128 * 1024,  /* MAX_SEND_SIZE: pieces end at multiples of it */
    OUT_MAX = 2 * PIECE_MAX, /* more would not stay near the processor until it is sent */
    LOOK_MS = 200,           /* wal_writer_delay: how long what grows by itself may lie there */
};

static const PgSource START = {"walsender.c", "801", "StartReplication"};
static const PgSource AHEAD = {"walsender.c", "848", "StartReplication"};
static const PgSource NOT_OURS = {"timeline.c", "588", "tliSwitchPoint"};
static const PgSource REMOVED = {"walsender.c", "2751", "WalSndSegmentOpen"};
static const PgSource REPLIES = {"walsender.c", "1885", "ProcessRepliesIfAny"};
static const PgSource SHORT = {"pqformat.c", "530", "pq_copymsgbytes"};
static const PgSource SCANNER = {"repl_scanner.l", "241", "replication_yyerror"};
static const PgSource LOGICAL = {"logical.c", "118", "CheckLogicalDecodingRequirements"};

static PgInstance *instance_of(const PgSession *session)
{
    return session->options.instance;
}

static void note_state(PgSession *session, const char *state)
{
    session->walsender.sender.state = state;
}

/* ---- where the stream's timeline ends ---- */

/* Where our history left timeline; false: it is the present one. */
static bool find_end(PgInstance *instance, uint32_t timeline, PgLsn *out_end)
{
    const PgHistoryEntry *entries;
    size_t count = pg_history(instance, &entries);

    for (size_t i = 0; i < count; i++) {
        if (entries[i].timeline == timeline) {
            *out_end = entries[i].ended_at;
            return true;
        }
    }
    return false;
}

/* Up to where there is something to send. */
static PgLsn limit_of(const PgSession *session)
{
    PgLsn end;

    if (find_end(instance_of(session), session->walsender.timeline, &end))
        return end;
    return pg_end_lsn(instance_of(session));
}

/* ---- what we say ---- */

static void add_now(const PgSession *session, Buffer *out)
{
    buffer_add_u64(out, (uint64_t)pg_time(pg_now_ms(instance_of(session))));
}

static void send_log(PgSession *session)
{
    PgWalsender *walsender = &session->walsender;
    PgLsn limit = limit_of(session), from = walsender->position;
    PgLsn end = from - from % PIECE_MAX + PIECE_MAX;
    Buffer *out = &session->out;
    size_t begin = pg_message_begin(out, 'd');

    end = end < limit ? end : limit;
    buffer_add_byte(out, 'w');
    buffer_add_u64(out, from);
    buffer_add_u64(out, limit);
    add_now(session, out);
    pg_read_log(instance_of(session), from, end, buffer_extend(out, end - from));
    pg_message_end(out, begin);
    walsender->position = end;
    walsender->sender.sent = end;
    note_state(session, end < limit ? "catchup" : "streaming");
}

static void ask_for_word(PgSession *session)
{
    size_t begin = pg_message_begin(&session->out, 'd');

    buffer_add_byte(&session->out, 'k');
    buffer_add_u64(&session->out, session->walsender.position);
    add_now(session, &session->out);
    buffer_add_byte(&session->out, 1);
    pg_message_end(&session->out, begin);
    session->walsender.has_asked = true;
}

static void answer_word(PgSession *session)
{
    size_t begin = pg_message_begin(&session->out, 'd');

    buffer_add_byte(&session->out, 'k');
    buffer_add_u64(&session->out, session->walsender.position);
    add_now(session, &session->out);
    buffer_add_byte(&session->out, 0);
    pg_message_end(&session->out, begin);
}

static void say_done(PgSession *session)
{
    pg_add_plain(&session->out, 'c');
}

static void add_next_timeline(PgSession *session, uint32_t timeline, PgLsn end)
{
    static const SqlColumn COLUMNS[] = {
        {"next_tli",          PG_INT8},
        {"next_tli_startpos", PG_TEXT}
    };
    const PgHistoryEntry *entries;
    size_t count = pg_history(instance_of(session), &entries);
    uint32_t next = pg_timeline(instance_of(session));
    SqlResult result = {.columns = (SqlColumn *)COLUMNS, .column_count = 2};
    PgValue *row = sql_rows_add(&result.rows, &session->arena, 2);
    char lsn[24];

    for (size_t i = 0; i + 1 < count; i++) {
        if (entries[i].timeline == timeline)
            next = entries[i + 1].timeline;
    }
    row[0] = pg_integer(PG_INT8, next);
    row[1] = pg_text(PG_TEXT, arena_text(&session->arena, pg_lsn_text(end, lsn)));
    commands_describe(session, &result, NULL, 0);
    commands_rows(session, &result, 0, 1, NULL, 0);
}

static void let_slot_go(PgSession *session)
{
    PgSlot *slot = session->walsender.slot;

    if (slot != NULL && !slot->is_temporary)
        slot->pid = 0;
    session->walsender.slot = NULL;
}

/* The stream is over, and commands are taken again. */
static void end_stream(PgSession *session)
{
    PgLsn end;

    if (find_end(instance_of(session), session->walsender.timeline, &end))
        add_next_timeline(session, session->walsender.timeline, end);
    pg_add_complete(&session->out, "START_STREAMING");
    pg_add_complete(&session->out, "START_REPLICATION");
    commands_ready(session);
    let_slot_go(session);
    note_state(session, "startup");
}

static void answer_done(PgSession *session)
{
    say_done(session);
    end_stream(session);
}

static void say_removed(PgSession *session)
{
    PgReport report;
    char name[PG_SEGMENT_NAME_SIZE];

    pg_error(&report, "58P01", REMOVED, "requested WAL segment %s has already been removed",
             pg_wal_segment_name(session->walsender.timeline, session->walsender.position, name));
    commands_fail(session, &report);
    commands_ready(session);
    let_slot_go(session);
    note_state(session, "startup");
}

static void say_stopped(PgSession *session)
{
    pg_add_complete(&session->out, "COPY 0");
}

static void refuse_stopping(PgSession *session)
{
    PgReport report;

    pg_error(&report, "57P01", (PgSource){"postgres.c", "3209", "ProcessInterrupts"},
             "terminating connection due to administrator command");
    session_fatal(session, &report);
}

static void refuse_nonsense(PgSession *session)
{
    PgReport report;

    pg_error(&report, "08P01", REPLIES, "invalid standby message type \"%c\"",
             session->message.type);
    session_fatal(session, &report);
}

/* ---- what we hear ---- */

/* Too short a word ends the stream, but not the connection. */
static void refuse_short(PgSession *session)
{
    PgReport report;

    pg_error(&report, "08P01", SHORT, "insufficient data left in message");
    commands_fail(session, &report);
    commands_ready(session);
    let_slot_go(session);
    note_state(session, "startup");
    session->walsender.state = WALSENDER_COMMANDS;
}

static void note_positions(PgSession *session, PgReader *reader)
{
    PgSender *sender = &session->walsender.sender;
    PgLsn write = pg_take_u64(reader), flush = pg_take_u64(reader), apply = pg_take_u64(reader);
    bool wants_answer;

    pg_take_u64(reader); /* its clock */
    wants_answer = pg_take_byte(reader) != 0;
    if (reader->is_broken) {
        refuse_short(session);
        return;
    }
    sender->write = write;
    sender->flush = flush;
    sender->apply = apply;
    sender->reply_ms = pg_now_ms(instance_of(session));
    if (session->walsender.slot != NULL && sender->flush != 0)
        session->walsender.slot->restart = sender->flush;
    if (wants_answer)
        answer_word(session);
}

/* 'r' tells how far it is; what 'h' wants to be kept, nobody here vacuums. */
static void note_word(PgSession *session)
{
    PgReader reader = pg_reader(&session->message);

    session->walsender.heard_ms = pg_now_ms(instance_of(session));
    session->walsender.has_asked = false;
    switch (pg_take_byte(&reader)) {
    case 'r':
        note_positions(session, &reader);
        break;
    case 'h':
        if (pg_take_bytes(&reader, FEEDBACK_SIZE) == NULL)
            refuse_short(session);
        break;
    default: /* a real one hangs up without a word */
        session->walsender.state = WALSENDER_GONE;
    }
}

static void nothing(PgSession *session)
{
    (void)session;
}

/* ---- the machine ---- */

static const WalsenderRow ROWS[] = {
    {WALSENDER_STREAMING,     WALSENDER_ROOM,          WALSENDER_STREAMING, send_log,          "it has not got this yet"},
    {WALSENDER_STREAMING,     WALSENDER_REMOVED,       WALSENDER_COMMANDS,  say_removed,       "it came too late"       },
    {WALSENDER_STREAMING,     WALSENDER_TIMELINE_OVER, WALSENDER_SWITCHING, say_done,
     "what follows is another timeline's"                                                                               },
    {WALSENDER_STREAMING,     WALSENDER_REPLY,         WALSENDER_STREAMING, note_word,         "how far it is"          },
    {WALSENDER_STREAMING,     WALSENDER_COPY_DONE,     WALSENDER_COMMANDS,  answer_done,       "it has enough"          },
    {WALSENDER_STREAMING,     WALSENDER_SILENCE,       WALSENDER_STREAMING, ask_for_word,
     "it may be gone without a word"                                                                                    },
    {WALSENDER_STREAMING,     WALSENDER_LONG_SILENCE,  WALSENDER_GONE,      nothing,           "it is"                  },
    {WALSENDER_STREAMING,     WALSENDER_SERVER_STOPS,  WALSENDER_GONE,      say_stopped,
     "it has all there is, and we go"                                                                                   },
    {WALSENDER_STREAMING,     WALSENDER_LEFT,          WALSENDER_GONE,      nothing,           "the client said so"     },
    {WALSENDER_STREAMING,     WALSENDER_NONSENSE,      WALSENDER_GONE,      refuse_nonsense,
     "no message of a copy"                                                                                             },
    {WALSENDER_SWITCHING,     WALSENDER_REPLY,         WALSENDER_SWITCHING, note_word,         "it was on its way"      },
    {WALSENDER_SWITCHING,     WALSENDER_COPY_DONE,     WALSENDER_COMMANDS,  end_stream,
     "both are done: here is what comes next"                                                                           },
    {WALSENDER_SWITCHING,     WALSENDER_SILENCE,       WALSENDER_SWITCHING, ask_for_word,
     "it may be gone without a word"                                                                                    },
    {WALSENDER_SWITCHING,     WALSENDER_LONG_SILENCE,  WALSENDER_GONE,      nothing,           "it is"                  },
    {WALSENDER_SWITCHING,     WALSENDER_SERVER_STOPS,  WALSENDER_GONE,      say_stopped,
     "it has all there is, and we go"                                                                                   },
    {WALSENDER_SWITCHING,     WALSENDER_LEFT,          WALSENDER_GONE,      nothing,           "the client said so"     },
    {WALSENDER_SWITCHING,     WALSENDER_NONSENSE,      WALSENDER_GONE,      refuse_nonsense,
     "no message of a copy"                                                                                             },
    {WALSENDER_CHECKPOINTING, WALSENDER_DUE,           WALSENDER_SENDING,   basebackup_begin,
     "the checkpoint is done"                                                                                           },
    {WALSENDER_CHECKPOINTING, WALSENDER_FAILED,        WALSENDER_COMMANDS,  basebackup_refuse,
     "there is none to begin from"                                                                                      },
    {WALSENDER_CHECKPOINTING, WALSENDER_SERVER_STOPS,  WALSENDER_GONE,      refuse_stopping,
     "nobody waits for a backup"                                                                                        },
    {WALSENDER_SENDING,       WALSENDER_ROOM,          WALSENDER_SENDING,   basebackup_send,   "there is more"          },
    {WALSENDER_SENDING,       WALSENDER_BACKUP_OVER,   WALSENDER_COMMANDS,  basebackup_finish,
     "that was all"                                                                                                     },
    {WALSENDER_SENDING,       WALSENDER_SERVER_STOPS,  WALSENDER_GONE,      refuse_stopping,
     "nobody waits for a backup"                                                                                        },
};

const WalsenderRow *walsender_rows(size_t *out_count)
{
    *out_count = sizeof ROWS / sizeof ROWS[0];
    return ROWS;
}

/* ---- what has happened ---- */

static WalsenderEvent take_message(PgSession *session)
{
    switch (session_take(session)) {
    case PG_READ_MORE:
        return WALSENDER_NOTHING;
    case PG_READ_BROKEN:
        return WALSENDER_NONSENSE;
    case PG_READ_WHOLE:
        break;
    }
    switch (session->message.type) {
    case 'd':
        return WALSENDER_REPLY;
    case 'c':
        return WALSENDER_COPY_DONE;
    case 'X':
        return WALSENDER_LEFT;
    default:
        return WALSENDER_NONSENSE;
    }
}

static WalsenderEvent hear_silence(const PgSession *session)
{
    int64_t silent = pg_now_ms(instance_of(session)) - session->walsender.heard_ms;
    int64_t timeout = pg_wal_sender_timeout_ms(instance_of(session));

    if (silent >= timeout)
        return WALSENDER_LONG_SILENCE;
    if (silent >= timeout / 2 && !session->walsender.has_asked)
        return WALSENDER_SILENCE;
    return WALSENDER_NOTHING;
}

static WalsenderEvent look_at_log(const PgSession *session)
{
    const PgWalsender *walsender = &session->walsender;
    PgLsn end;

    if (walsender->state == WALSENDER_SWITCHING)
        return walsender->is_stopping ? WALSENDER_SERVER_STOPS : WALSENDER_NOTHING;
    if (walsender->position < limit_of(session))
        return walsender->position < pg_oldest_lsn(instance_of(session)) ? WALSENDER_REMOVED
                                                                         : WALSENDER_ROOM;
    if (find_end(instance_of(session), walsender->timeline, &end))
        return WALSENDER_TIMELINE_OVER;
    return walsender->is_stopping ? WALSENDER_SERVER_STOPS : WALSENDER_NOTHING;
}

static WalsenderEvent look_at_backup(const PgSession *session)
{
    const PgWalsender *walsender = &session->walsender;
    bool is_due = pg_now_ms(instance_of(session)) >= walsender->due_ms;

    if (walsender->is_stopping)
        return WALSENDER_SERVER_STOPS;
    if (walsender->state == WALSENDER_CHECKPOINTING && is_due)
        return basebackup_is_possible(session) ? WALSENDER_DUE : WALSENDER_FAILED;
    if (walsender->state == WALSENDER_CHECKPOINTING)
        return WALSENDER_NOTHING;
    if (basebackup_is_over(session))
        return WALSENDER_BACKUP_OVER;
    return is_due ? WALSENDER_ROOM : WALSENDER_NOTHING;
}

static WalsenderEvent next_event(PgSession *session)
{
    WalsenderEvent event;

    if (session->walsender.state >= WALSENDER_CHECKPOINTING)
        return look_at_backup(session);
    event = take_message(session);
    if (event == WALSENDER_NOTHING)
        event = look_at_log(session);
    return event != WALSENDER_NOTHING ? event : hear_silence(session);
}

/* ---- stepping ---- */

static void act(PgSession *session, WalsenderEvent event)
{
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        if (ROWS[i].state != session->walsender.state || ROWS[i].event != event)
            continue;
        session->walsender.state = ROWS[i].next;
        ROWS[i].act(session);
        return;
    }
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* How long nothing can happen, but for what comes in and for what somebody tells us of. */
static int64_t wait_of(const PgSession *session)
{
    const PgWalsender *walsender = &session->walsender;
    int64_t now = pg_now_ms(instance_of(session)), wait;
    int64_t timeout = pg_wal_sender_timeout_ms(instance_of(session));

    if (walsender->state >= WALSENDER_CHECKPOINTING)
        return walsender->due_ms > now ? walsender->due_ms - now : 1;
    wait = walsender->heard_ms + timeout / (walsender->has_asked ? 1 : 2) - now;
    if (pg_is_growing(instance_of(session)))
        wait = least(wait, LOOK_MS);
    return wait > 0 ? wait : 1;
}

void walsender_step(PgSession *session)
{
    session->sleep_ms = 0;
    while (session->walsender.state != WALSENDER_COMMANDS &&
           session->walsender.state != WALSENDER_GONE && session->out.length < OUT_MAX) {
        WalsenderEvent event = next_event(session);

        if (event == WALSENDER_NOTHING) {
            session->sleep_ms = wait_of(session);
            return;
        }
        act(session, event);
    }
}

/* ---- START_REPLICATION ---- */

typedef struct {
    const char *slot; /* NULL: none */
    PgLsn position;
    uint32_t timeline; /* 0: the present one */
} StartCommand;

static bool read_start(PgWords *words, StartCommand *out, PgReport *report)
{
    *out = (StartCommand){0};
    if (pg_words_take(words, "SLOT")) {
        out->slot = words->text;
        pg_words_next(words);
    }
    if (pg_words_take(words, "LOGICAL"))
        return pg_error(report, "55000", LOGICAL, "logical decoding requires wal_level >= logical");
    pg_words_take(words, "PHYSICAL");
    if (!pg_lsn_parse(words->text, &out->position))
        return pg_error(report, "42601", SCANNER, "syntax error");
    pg_words_next(words);
    if (pg_words_take(words, "TIMELINE")) {
        out->timeline = (uint32_t)strtoul(words->text, NULL, 10);
        if (out->timeline == 0)
            return pg_error(report, "42601", SCANNER, "invalid timeline %s", words->text);
        pg_words_next(words);
    }
    return pg_words_are_over(words) || pg_error(report, "42601", SCANNER, "syntax error");
}

static bool check_timeline(PgSession *session, const StartCommand *command, PgReport *report)
{
    PgLsn end;
    char start[24], fork[24];

    if (command->timeline == pg_timeline(instance_of(session)))
        return true;
    if (!find_end(instance_of(session), command->timeline, &end))
        return pg_error(report, "XX000", NOT_OURS,
                        "requested timeline %" PRIu32 " is not in this server's history",
                        command->timeline);
    if (command->position <= end)
        return true;
    pg_error(report, "XX000", START,
             "requested starting point %s on timeline %" PRIu32 " is not in this server's history",
             pg_lsn_text(command->position, start), command->timeline);
    report->detail = arena_format(&session->arena,
                                  "This server's history forked from timeline %" PRIu32 " at %s.",
                                  command->timeline, pg_lsn_text(end, fork));
    return false;
}

/* The stream opens, and may end with this. */
static bool open_stream(PgSession *session, const StartCommand *command, PgReport *report)
{
    PgWalsender *walsender = &session->walsender;
    PgLsn end = limit_of(session);
    size_t begin = pg_message_begin(&session->out, 'W');
    char start[24], flushed[24];

    buffer_add_byte(&session->out, 0);
    buffer_add_u16(&session->out, 0);
    pg_message_end(&session->out, begin);
    if (command->position > end)
        return pg_error(report, "XX000", AHEAD,
                        "requested starting point %s is ahead of the WAL flush position of this "
                        "server %s",
                        pg_lsn_text(command->position, start), pg_lsn_text(end, flushed));
    walsender->position = command->position;
    walsender->sender.sent = command->position;
    walsender->heard_ms = pg_now_ms(instance_of(session));
    walsender->has_asked = false;
    walsender->state = WALSENDER_STREAMING;
    note_state(session, command->position < end ? "catchup" : "streaming");
    return true;
}

static bool begin_stream(PgSession *session, const StartCommand *command, PgReport *report)
{
    PgLsn end;

    session->walsender.timeline = command->timeline;
    if (find_end(instance_of(session), command->timeline, &end) && command->position == end) {
        add_next_timeline(session, command->timeline, end);
        pg_add_complete(&session->out, "START_STREAMING");
        pg_add_complete(&session->out, "START_REPLICATION");
        let_slot_go(session);
        return true;
    }
    return open_stream(session, command, report);
}

bool walstream_start(PgSession *session, const char *arguments, PgReport *report)
{
    PgWords words = pg_words(arguments, &session->arena);
    PgWalsender *walsender = &session->walsender;
    StartCommand command;

    if (!read_start(&words, &command, report))
        return false;
    if (command.slot != NULL) {
        walsender->slot = pg_slot_take(pg_peers(instance_of(session)), command.slot,
                                       session->options.pid, report);
        if (walsender->slot == NULL)
            return false;
    }
    if (command.timeline == 0)
        command.timeline = pg_timeline(instance_of(session));
    if (check_timeline(session, &command, report) && begin_stream(session, &command, report))
        return true;
    let_slot_go(session);
    return false;
}
