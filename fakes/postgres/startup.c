/*
 * fakes/postgres/startup.c - what a client sends before it says who it is, and the packet in which it does.
 *
 * All goes well: SSLRequest, TLS, StartupMessage, and the server is ready; authentication.c goes on.
 * Goes wrong: each of these ends with a FATAL in Postgres' words; what is no start-up packet at all is hung up on in silence.
 *
 * Source: PostgreSQL 15 manual, 55.2.1; ProcessStartupPacket of 15.20.
 */
#include <string.h>

#include "fakes/postgres/session_inside.h"

static const PgSource POSTMASTER = {"postmaster.c", "2285", "ProcessStartupPacket"};

/* ---- the packet ---- */

/* Before protocol 3.0 an error was 'E' and a text. */
static SessionState refuse_ancient(PgSession *session, uint32_t protocol)
{
    buffer_add_byte(&session->out, 'E');
    buffer_format(&session->out,
                  "FATAL:  unsupported frontend protocol %u.%u: server supports 3.0 to 3.0\n",
                  protocol >> 16, protocol & 0xffff);
    buffer_add_byte(&session->out, 0);
    return SESSION_CLOSED;
}

static SessionState refuse_protocol(PgSession *session, uint32_t protocol)
{
    PgReport report;

    if (protocol >> 16 < 3)
        return refuse_ancient(session, protocol);
    pg_error(&report, "0A000", POSTMASTER,
             "unsupported frontend protocol %u.%u: server supports 3.0 to 3.0", protocol >> 16,
             protocol & 0xffff);
    return session_fatal(session, &report);
}

/* We speak 3.0, and none of these options. */
static void negotiate(PgSession *session, const Buffer *options, uint32_t count)
{
    size_t begin = pg_message_begin(&session->out, 'v');

    buffer_add_u32(&session->out, PG_PROTOCOL_3_0);
    buffer_add_u32(&session->out, count);
    if (count > 0)
        buffer_add(&session->out, options->data, options->length);
    pg_message_end(&session->out, begin);
}

static bool read_replication(PgSession *session, const char *value, PgReport *report)
{
    PgValue is_on;
    PgReport ignored;

    if (strcmp(value, "database") == 0) {
        session->is_walsender = true;
        return true;
    }
    if (!pg_value_parse(PG_BOOL, value, 0, &session->arena, &is_on, &ignored)) {
        pg_error(report, "22023", POSTMASTER, "invalid value for parameter \"replication\": \"%s\"",
                 value);
        report->hint = "Valid values are: \"false\", 0, \"true\", 1, \"database\".";
        return false;
    }
    session->is_walsender = is_on.integer;
    session->is_physical = is_on.integer;
    return true;
}

/* Kept until the client is in: what it may set is judged then. */
static void keep_parameter(PgSession *session, const char *name, const char *value)
{
    PgParameter **place = &session->parameters;

    while (*place != NULL)
        place = &(*place)->next;
    *place = ARENA_NEW(&session->startup_arena, PgParameter);
    (*place)->name = arena_text(&session->startup_arena, name);
    (*place)->value = arena_text(&session->startup_arena, value);
}

static bool read_parameter(PgSession *session, const char *name, const char *value,
                           PgReport *report)
{
    if (strcmp(name, "user") == 0)
        session->user = arena_text(&session->startup_arena, value);
    else if (strcmp(name, "database") == 0)
        session->database = arena_text(&session->startup_arena, value);
    else if (strcmp(name, "replication") == 0)
        return read_replication(session, value, report);
    else
        keep_parameter(session, name, value);
    return true;
}

static bool read_parameters(PgSession *session, PgReader *reader, uint32_t protocol,
                            PgReport *report)
{
    Buffer options = {0};
    uint32_t option_count = 0;
    bool ok = true;

    while (ok && !reader->is_broken) {
        const char *name = pg_take_text(reader), *value;

        if (*name == '\0')
            break;
        value = pg_take_text(reader);
        if (strncmp(name, "_pq_.", 5) == 0) {
            buffer_add(&options, name, strlen(name) + 1);
            option_count++;
        } else {
            ok = read_parameter(session, name, value, report);
        }
    }
    if (ok && !pg_reader_is_done(reader))
        ok = pg_error(report, "08P01", POSTMASTER,
                      "invalid startup packet layout: expected terminator as last byte");
    if (ok && (protocol != PG_PROTOCOL_3_0 || option_count > 0))
        negotiate(session, &options, option_count);
    buffer_release(&options);
    return ok;
}

static bool refuse_for_now(PgReport *report, const char *text, const char *detail)
{
    pg_error(report, "57P03", POSTMASTER, "the database system is %s", text);
    report->detail = detail;
    return false;
}

static bool check_state(const PgSession *session, PgReport *report)
{
    PgInstance *instance = session->options.instance;
    PgState state = pg_state(instance);

    switch (state) {
    case PG_STARTING:
        return refuse_for_now(report, "starting up", NULL);
    case PG_RECOVERING:
        return refuse_for_now(report, "in recovery mode", NULL);
    case PG_STOPPING:
    case PG_STOPPED:
        return refuse_for_now(report, "shutting down", NULL);
    case PG_INCONSISTENT:
    case PG_READY:
        break;
    }
    if (pg_is_cold(instance) && pg_is_in_recovery(instance))
        return refuse_for_now(report, "not accepting connections", "Hot standby mode is disabled.");
    return state == PG_READY ||
           refuse_for_now(report, "not yet accepting connections",
                          "Consistent recovery state has not been yet reached.");
}

static SessionState read_startup_message(PgSession *session, PgReader *reader, uint32_t protocol)
{
    PgReport report;

    if (!read_parameters(session, reader, protocol, &report))
        return session_fatal(session, &report);
    if (*session->user == '\0') {
        pg_error(&report, "28000", POSTMASTER,
                 "no PostgreSQL user name specified in startup packet");
        return session_fatal(session, &report);
    }
    if (*session->database == '\0')
        session->database = session->user;
    if (!check_state(session, &report))
        return session_fatal(session, &report);
    return SESSION_CONNECTING;
}

static SessionState read_cancel(PgSession *session, PgReader *reader)
{
    uint32_t pid = pg_take_u32(reader);

    session->cancel_key = pg_take_u32(reader);
    if (pg_reader_is_done(reader))
        session->cancel_pid = pid;
    return SESSION_CLOSED;
}

/* 'S' must be the end of what goes in clear: who has sent more already might be somebody in between. */
static SessionState answer_ssl(PgSession *session)
{
    bool is_yes = session->options.offers_tls && !session->is_secured;
    PgReport report;

    if (is_yes && session->in.length > 0) {
        pg_error(&report, "08P01", POSTMASTER, "received unencrypted data after SSL request");
        report.detail = "This could be either a client-software bug or evidence of an attempted "
                        "man-in-the-middle attack.";
        return session_fatal(session, &report);
    }
    buffer_add_byte(&session->out, is_yes ? 'S' : 'N');
    session->wants_tls = is_yes;
    return SESSION_STARTUP;
}

SessionState startup_read(PgSession *session)
{
    PgReader reader;
    uint32_t code;

    switch (session_take(session)) {
    case PG_READ_MORE:
        return SESSION_STARTUP;
    case PG_READ_BROKEN:
        return SESSION_CLOSED;
    case PG_READ_WHOLE:
        break;
    }
    reader = pg_reader(&session->message);
    code = pg_take_u32(&reader);
    switch (code) {
    case PG_SSL_REQUEST:
        return answer_ssl(session);
    case PG_GSSENC_REQUEST:
        buffer_add_byte(&session->out, 'N');
        return SESSION_STARTUP;
    case PG_CANCEL_REQUEST:
        return read_cancel(session, &reader);
    default:
        if (code >> 16 != 3)
            return refuse_protocol(session, code);
        return read_startup_message(session, &reader, code);
    }
}
