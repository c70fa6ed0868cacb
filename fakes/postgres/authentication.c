/*
 * fakes/postgres/authentication.c - from a start-up packet to a client that has proved who it is.
 *
 * All goes well: the first rule of pg_hba.conf that fits says how; a certificate was shown where one is wanted; SCRAM in three texts, or a
 * password in one, or nothing at all; admission.c goes on.
 * Goes wrong: each of these ends with a FATAL in Postgres' words. Who is unknown is asked as everybody is, and fails at the end.
 *
 * Source: PostgreSQL 15 manual, 55.2.1, 55.3; auth.c and auth-sasl.c of 15.20.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "base/json.h"
#include "fakes/postgres/session_inside.h"

static const PgSource AUTHENTICATION = {"auth.c", "537", "ClientAuthentication"};
static const PgSource AUTH_FAILED = {"auth.c", "335", "auth_failed"};
static const PgSource PASSWORD = {"auth.c", "727", "recv_password_packet"};
static const PgSource SASL = {"auth-sasl.c", "119", "CheckSASLAuth"};

enum {
    AUTH_OK = 0,
    AUTH_CLEARTEXT = 3,
    AUTH_MD5 = 5,
    AUTH_SASL = 10,
    AUTH_SASL_CONTINUE = 11,
    AUTH_SASL_FINAL = 12
};

static int64_t now_ms(const PgSession *session)
{
    return pg_now_ms(session->options.instance);
}

/* ---- pg_hba.conf ---- */

static bool is_member(const void *owner, const char *user, const char *role)
{
    return pg_roles_is_member(owner, user, role);
}

static const PgHbaRule *find_rule(const PgSession *session)
{
    return pg_hba_find(session->options.hba, &(PgHbaClient){
                                                 .address = session->caller.address,
                                                 .is_secured = session->is_secured,
                                                 .is_physical = session->is_physical,
                                                 .database = session->database,
                                                 .user = session->user,
                                                 .is_member = is_member,
                                                 .owner = session->options.roles,
                                             });
}

static bool refuse_entry(const PgSession *session, const char *for_replication, const char *for_all,
                         PgReport *report)
{
    const char *encryption = session->is_secured ? "SSL encryption" : "no encryption";

    if (session->is_physical)
        return pg_error(report, "28000", AUTHENTICATION, "%s host \"%s\", user \"%s\", %s",
                        for_replication, session->caller.address, session->user, encryption);
    return pg_error(report, "28000", AUTHENTICATION,
                    "%s host \"%s\", user \"%s\", database \"%s\", %s", for_all,
                    session->caller.address, session->user, session->database, encryption);
}

/* Is there a rule, does it let anybody in, and did he show the certificate that it wants? */
static bool check_rule(const PgSession *session, const PgHbaRule *rule, PgReport *report)
{
    if (rule == NULL)
        return refuse_entry(session, "no pg_hba.conf entry for replication connection from",
                            "no pg_hba.conf entry for", report);
    if (rule->client_certificate != PG_CLIENT_CERTIFICATE_ANY &&
        !session->options.asks_certificates)
        return pg_error(report, "F0000", AUTHENTICATION,
                        "client certificates can only be checked if a root certificate store is "
                        "available");
    if (rule->client_certificate != PG_CLIENT_CERTIFICATE_ANY &&
        session->caller.certificate_name == NULL)
        return pg_error(report, "28000", AUTHENTICATION,
                        "connection requires a valid client certificate");
    if (rule->method == PG_AUTH_REJECT)
        return refuse_entry(session, "pg_hba.conf rejects replication connection for",
                            "pg_hba.conf rejects connection for", report);
    return true;
}

/* ---- proved, or not ---- */

static SessionState fail(PgSession *session)
{
    bool is_certificate = session->rule->method == PG_AUTH_CERT;
    PgReport report;

    pg_error(&report, is_certificate ? "28000" : "28P01", AUTH_FAILED,
             "%s authentication failed for user \"%s\"",
             is_certificate ? "certificate" : "password", session->user);
    return session_fatal(session, &report);
}

/* What a certificate is for comes last: a wrong password is told first. */
static SessionState succeed(PgSession *session)
{
    if (session->rule->client_certificate == PG_CLIENT_CERTIFICATE_VERIFY_FULL &&
        strcmp(session->caller.certificate_name, session->user) != 0)
        return fail(session);
    pg_add_authentication(&session->out, AUTH_OK, "", 0);
    return admission_let_in(session);
}

/* The next message must be 'p'; another state than COMMANDS: it is not there, or this is the end. */
static SessionState take_response(PgSession *session, const char *what, PgSource source)
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
    pg_error(&report, "08P01", source, "expected %s response, got message type %d", what,
             (unsigned char)session->message.type);
    return session_fatal(session, &report);
}

/* ---- passwords in one message ---- */

static SessionState ask_password(PgSession *session, uint32_t how)
{
    RAND_bytes(session->md5_salt, sizeof session->md5_salt);
    pg_add_authentication(&session->out, how, session->md5_salt,
                          how == AUTH_MD5 ? sizeof session->md5_salt : 0);
    return SESSION_PASSWORD;
}

static bool read_password(const PgSession *session, const char **out, PgReport *report)
{
    PgReader reader = pg_reader(&session->message);

    *out = pg_take_text(&reader);
    if (!pg_reader_is_done(&reader))
        return pg_error(report, "08P01", PASSWORD, "invalid password packet size");
    if (**out == '\0')
        return pg_error(report, "28P01", PASSWORD, "empty password returned by client");
    return true;
}

SessionState authentication_password(PgSession *session)
{
    SessionState next = take_response(session, "password", PASSWORD);
    PgRoles *roles = session->options.roles;
    const char *password;
    PgReport report;
    bool is_right;

    if (next != SESSION_COMMANDS)
        return next;
    if (!read_password(session, &password, &report))
        return session_fatal(session, &report);
    if (session->rule->method == PG_AUTH_MD5)
        is_right =
            pg_roles_md5_is(roles, session->user, now_ms(session), session->md5_salt, password);
    else
        is_right = pg_roles_password_is(roles, session->user, now_ms(session), password);
    return is_right ? succeed(session) : fail(session);
}

/* ---- SCRAM ---- */

static SessionState ask_scram(PgSession *session)
{
    static const char PLUS[] = "SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0";
    static const char PLAIN[] = "SCRAM-SHA-256\0";

    if (session->scram.may_plus)
        pg_add_authentication(&session->out, AUTH_SASL, PLUS, sizeof PLUS);
    else
        pg_add_authentication(&session->out, AUTH_SASL, PLAIN, sizeof PLAIN);
    return SESSION_SASL_FIRST;
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
    pg_roles_begin(session->options.roles, session->user, now_ms(session), &session->scram);
    make_nonce(nonce);
    return scram_first(&session->scram, text, length, nonce, report);
}

SessionState authentication_sasl_first(PgSession *session)
{
    SessionState next = take_response(session, "SASL", SASL);
    PgReport report;

    if (next != SESSION_COMMANDS)
        return next;
    if (!begin_scram(session, &report))
        return session_fatal(session, &report);
    pg_add_authentication(&session->out, AUTH_SASL_CONTINUE, session->scram.server_first,
                          strlen(session->scram.server_first));
    return SESSION_SASL_FINAL;
}

SessionState authentication_sasl_final(PgSession *session)
{
    SessionState next = take_response(session, "SASL", SASL);
    char signature[SCRAM_TEXT_MAX];
    bool is_right = false;
    PgReport report;

    if (next != SESSION_COMMANDS)
        return next;
    if (!scram_final(&session->scram, session->message.body, session->message.length, &is_right,
                     signature, &report))
        return session_fatal(session, &report);
    if (!is_right)
        return fail(session);
    pg_add_authentication(&session->out, AUTH_SASL_FINAL, signature, strlen(signature));
    return succeed(session);
}

/* ---- how it begins ---- */

SessionState authentication_begin(PgSession *session)
{
    PgReport report;

    if (!admission_enter(session, &report))
        return session_fatal(session, &report);
    session->rule = find_rule(session);
    if (!check_rule(session, session->rule, &report))
        return session_fatal(session, &report);
    switch (session->rule->method) {
    case PG_AUTH_TRUST:
    case PG_AUTH_CERT:
        return succeed(session);
    case PG_AUTH_PASSWORD:
        return ask_password(session, AUTH_CLEARTEXT);
    case PG_AUTH_MD5:
        if (pg_roles_keeps_md5(session->options.roles, session->user))
            return ask_password(session, AUTH_MD5);
        return ask_scram(session);
    case PG_AUTH_SCRAM:
        return ask_scram(session);
    case PG_AUTH_REJECT: /* refused already */
        break;
    }
    return SESSION_CLOSED;
}
