/*
 * fakes/postgres/startup.c - from the first byte to ReadyForQuery.
 *
 * All goes well: SSLRequest, TLS, StartupMessage; the server is ready and pg_hba.conf lets the client in; SCRAM in three texts; the database
 * exists; ParameterStatus thirteen times, BackendKeyData, ReadyForQuery.
 * Goes wrong: each of these ends with a FATAL in Postgres' words; what is no start-up packet at all is hung up on in silence.
 *
 * Source: PostgreSQL 15 manual, 55.2.1; ProcessStartupPacket of 15.20; pg_hba.conf as kubegres has it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/rand.h>

#include "base/json.h"
#include "fakes/postgres/session_inside.h"

static const PgSource POSTMASTER = {"postmaster.c", "2285", "ProcessStartupPacket"};
static const PgSource AUTHENTICATION = {"auth.c", "537", "ClientAuthentication"};
static const PgSource AUTH_FAILED = {"auth.c", "335", "auth_failed"};
static const PgSource SASL = {"auth-sasl.c", "119", "CheckSASLAuth"};
static const PgSource POSTINIT = {"postinit.c", "909", "InitPostgres"};
static const PgSource STRING_HOOK = {"guc.c", "12080", "call_string_check_hook"};

enum { AUTH_OK = 0, AUTH_SASL = 10, AUTH_SASL_CONTINUE = 11, AUTH_SASL_FINAL = 12 };

static const char CLIENT_HOST[] = "127.0.0.1"; /* fakes have no other clients */

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
    if (!pg_value_parse(PG_BOOL, value, 0, &session->arena, &is_on, &ignored))
        return pg_error(report, "22023", POSTMASTER,
                        "invalid value for parameter \"replication\": \"%s\"", value);
    session->is_walsender = is_on.integer;
    session->is_physical = is_on.integer;
    return true;
}

static bool set_encoding(PgSession *session, const char *value, PgReport *report)
{
    static const char *const KNOWN[][2] = {
        {"UTF8",      "UTF8"     },
        {"UTF-8",     "UTF8"     },
        {"unicode",   "UTF8"     },
        {"SQL_ASCII", "SQL_ASCII"},
        {"LATIN1",    "LATIN1"   }
    };

    for (size_t i = 0; i < sizeof KNOWN / sizeof KNOWN[0]; i++) {
        if (strcasecmp(value, KNOWN[i][0]) == 0) {
            pg_settings_choose(&session->settings, "client_encoding", KNOWN[i][1]);
            return true;
        }
    }
    return pg_error(report, "22023", STRING_HOOK,
                    "invalid value for parameter \"client_encoding\": \"%s\"", value);
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
    else if (strcmp(name, "client_encoding") == 0)
        return set_encoding(session, value, report);
    else if (strcmp(name, "options") != 0) /* switches for a process that is not there */
        return pg_settings_set(&session->settings, name, value, report);
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

static bool check_state(const PgSession *session, PgReport *report)
{
    switch (pg_state(session->options.instance)) {
    case PG_STARTING:
        return pg_error(report, "57P03", POSTMASTER, "the database system is starting up");
    case PG_RECOVERING:
        return pg_error(report, "57P03", POSTMASTER, "the database system is in recovery mode");
    case PG_STOPPING:
    case PG_STOPPED:
        return pg_error(report, "57P03", POSTMASTER, "the database system is shutting down");
    case PG_READY:
        break;
    }
    return true;
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

/* ---- pg_hba.conf ---- */

/*
 * hostssl replication replication all; hostssl all all; hostnossl all all reject: replication for who may replicate, and without TLS
 * nobody, where there is TLS.
 */
static bool check_hba(const PgSession *session, PgReport *report)
{
    const char *encryption = session->is_secured ? "SSL encryption" : "no encryption";

    if (session->options.offers_tls && !session->is_secured) {
        if (session->is_physical)
            return pg_error(report, "28000", AUTHENTICATION,
                            "pg_hba.conf rejects replication connection for host \"%s\", user "
                            "\"%s\", %s",
                            CLIENT_HOST, session->user, encryption);
        return pg_error(report, "28000", AUTHENTICATION,
                        "pg_hba.conf rejects connection for host \"%s\", user \"%s\", database "
                        "\"%s\", %s",
                        CLIENT_HOST, session->user, session->database, encryption);
    }
    if (session->is_physical && session->role != NULL && !session->role->may_replicate)
        return pg_error(report, "28000", AUTHENTICATION,
                        "no pg_hba.conf entry for replication connection from host \"%s\", user "
                        "\"%s\", %s",
                        CLIENT_HOST, session->user, encryption);
    return true;
}

/* ---- SCRAM ---- */

SessionState startup_connect(PgSession *session)
{
    static const char PLUS[] = "SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0";
    static const char PLAIN[] = "SCRAM-SHA-256\0";
    PgReport report;

    session->role = pg_roles_find(session->options.roles, session->user);
    if (!check_hba(session, &report))
        return session_fatal(session, &report);
    if (session->scram.may_plus)
        pg_add_authentication(&session->out, AUTH_SASL, PLUS, sizeof PLUS);
    else
        pg_add_authentication(&session->out, AUTH_SASL, PLAIN, sizeof PLAIN);
    return SESSION_SASL_FIRST;
}

/* The next message must be 'p'; another state: it is not there, or this is the end. */
static SessionState take_response(PgSession *session)
{
    PgReport report;

    switch (session_take(session)) {
    case PG_READ_MORE:
        return session->state;
    case PG_READ_BROKEN:
        return SESSION_CLOSED;
    case PG_READ_WHOLE:
        break;
    }
    if (session->message.type == 'p')
        return SESSION_COMMANDS;
    if (session->message.type == 'X')
        return SESSION_CLOSED;
    pg_error(&report, "08P01", SASL, "expected SASL response, got message type %d",
             session->message.type);
    return session_fatal(session, &report);
}

static void make_nonce(char out_text[SCRAM_TEXT_MAX])
{
    uint8_t bytes[SCRAM_NONCE_SIZE];
    char *text;

    RAND_bytes(bytes, sizeof bytes);
    text = json_base64(bytes, sizeof bytes);
    snprintf(out_text, SCRAM_TEXT_MAX, "%s", text);
    free(text);
}

static bool begin_scram(PgSession *session, PgReport *report)
{
    PgReader reader = pg_reader(&session->message);
    const char *mechanism = pg_take_text(&reader), *text;
    uint32_t length = pg_take_u32(&reader);
    char nonce[SCRAM_TEXT_MAX];

    text = pg_take_bytes(&reader, length);
    session->scram.is_plus =
        session->scram.may_plus && strcmp(mechanism, "SCRAM-SHA-256-PLUS") == 0;
    if (!session->scram.is_plus && strcmp(mechanism, "SCRAM-SHA-256") != 0)
        return pg_error(report, "08P01", SASL,
                        "client selected an invalid SASL authentication mechanism");
    if (!pg_reader_is_done(&reader))
        return pg_error(report, "08P01", SASL, "invalid message format");
    pg_roles_begin(session->options.roles, session->user, &session->scram);
    make_nonce(nonce);
    return scram_first(&session->scram, text, length, nonce, report);
}

SessionState startup_sasl_first(PgSession *session)
{
    SessionState next = take_response(session);
    PgReport report;

    if (next != SESSION_COMMANDS)
        return next;
    if (!begin_scram(session, &report))
        return session_fatal(session, &report);
    pg_add_authentication(&session->out, AUTH_SASL_CONTINUE, session->scram.server_first,
                          strlen(session->scram.server_first));
    return SESSION_SASL_FINAL;
}

static bool has_database(const PgSession *session)
{
    for (const char *const *name = session->options.databases; *name != NULL; name++) {
        if (strcmp(*name, session->database) == 0)
            return true;
    }
    return false;
}

/* Everything a client is told before its first query. */
static SessionState let_in(PgSession *session)
{
    PgReport report;

    if (!session->is_physical && !has_database(session)) {
        pg_error(&report, "3D000", POSTINIT, "database \"%s\" does not exist", session->database);
        return session_fatal(session, &report);
    }
    pg_settings_choose(&session->settings, "is_superuser",
                       session->role->is_superuser ? "on" : "off");
    pg_settings_choose(&session->settings, "session_authorization", session->user);
    if (session->is_physical) {
        pg_settings_choose(&session->settings, "client_encoding", "SQL_ASCII");
        pg_settings_choose(&session->settings, "server_encoding", "SQL_ASCII");
    }
    if (session->is_walsender && !walsender_begin(session, &report))
        return session_fatal(session, &report);
    session_report_parameters(session);
    pg_add_key_data(&session->out, session->options.pid, session->options.key);
    pg_add_ready(&session->out, session->transaction);
    return SESSION_COMMANDS;
}

SessionState startup_sasl_final(PgSession *session)
{
    SessionState next = take_response(session);
    char signature[SCRAM_TEXT_MAX];
    bool is_right = false;
    PgReport report;

    if (next != SESSION_COMMANDS)
        return next;
    if (!scram_final(&session->scram, session->message.body, session->message.length, &is_right,
                     signature, &report))
        return session_fatal(session, &report);
    if (!is_right) {
        pg_error(&report, "28P01", AUTH_FAILED, "password authentication failed for user \"%s\"",
                 session->user);
        return session_fatal(session, &report);
    }
    pg_add_authentication(&session->out, AUTH_SASL_FINAL, signature, strlen(signature));
    pg_add_authentication(&session->out, AUTH_OK, "", 0);
    return let_in(session);
}
