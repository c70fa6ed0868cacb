/*
 * fakes/postgres/admission.c - a place among the connections, and everything a client is told before its first query.
 *
 * All goes well: a slot is free; once the client has proved who it is its role may log in, the database exists and takes it, its settings
 * are ones; ParameterStatus thirteen times, BackendKeyData, ReadyForQuery.
 * Goes wrong: each of these ends with a FATAL in Postgres' words, in Postgres' order.
 *
 * Source: InitPostgres and CheckMyDatabase of 15.20.
 */
#include <string.h>
#include <strings.h>

#include "fakes/postgres/session_inside.h"

static const PgSource POSTINIT = {"postinit.c", "909", "InitPostgres"};
static const PgSource MISCINIT = {"miscinit.c", "758", "InitializeSessionUserId"};
static const PgSource STRING_HOOK = {"guc.c", "12080", "call_string_check_hook"};
static const PgSource SWITCHES = {"postgres.c", "3935", "process_postgres_switches"};

bool admission_enter(PgSession *session, PgReport *report)
{
    session->began_ms = pg_now_ms(session->options.instance);
    session->backend = (PgBackend){.session = session,
                                   .user = session->user,
                                   .database = session->database,
                                   .is_walsender = session->is_walsender,
                                   .is_physical = session->is_physical};
    if (session->is_walsender)
        return walsender_check_limit(session, report) &&
               pg_backend_enter(session->options.backends, &session->backend, report);
    return pg_backend_enter(session->options.backends, &session->backend, report);
}

/* ---- who and where ---- */

static bool check_role(const PgSession *session, PgReport *report)
{
    if (session->role == NULL)
        return pg_error(report, "28000", MISCINIT, "role \"%s\" does not exist", session->user);
    if (session->role->may_not_log_in)
        return pg_error(report, "28000", MISCINIT, "role \"%s\" is not permitted to log in",
                        session->user);
    return pg_backend_check_role(session->options.backends, &session->backend, session->role,
                                 report);
}

static bool check_replication(const PgSession *session, PgReport *report)
{
    return !session->is_walsender || session->role->is_superuser || session->role->may_replicate ||
           pg_error(report, "42501", POSTINIT,
                    "must be superuser or replication role to start walsender");
}

static bool check_database(const PgSession *session, PgReport *report)
{
    const char *const *name = session->options.databases;

    if (session->is_physical)
        return true;
    while (*name != NULL && strcmp(*name, session->database) != 0)
        name++;
    if (*name == NULL)
        return pg_error(report, "3D000", POSTINIT, "database \"%s\" does not exist",
                        session->database);
    return pg_backend_check_database(session->options.backends, &session->backend, session->role,
                                     report);
}

/* ---- settings of the start-up packet ---- */

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

static bool set(PgSession *session, const char *name, const char *value, PgReport *report)
{
    if (strcasecmp(name, "client_encoding") == 0)
        return set_encoding(session, value, report);
    return pg_settings_set(&session->settings, name, value, false, report);
}

/* The next word of `options`: blanks divide, a backslash takes a character as it is. NULL: there is none. */
static char *next_switch(Arena *arena, const char **at)
{
    char *word, *to;

    *at += strspn(*at, " \t\n");
    if (**at == '\0')
        return NULL;
    word = to = arena_text(arena, *at);
    for (; **at != '\0' && strchr(" \t\n", **at) == NULL; (*at)++) {
        if (**at == '\\' && (*at)[1] != '\0')
            (*at)++;
        *to++ = **at;
    }
    *to = '\0';
    return word;
}

/* "-c name=value", "-cname=value" and "--name=value": the switches that set something. */
static bool set_switches(PgSession *session, const char *options, PgReport *report)
{
    const char *word;

    while ((word = next_switch(&session->arena, &options)) != NULL) {
        const char *assignment = word + 2;
        char *equals, *name;

        if (strncmp(word, "-c", 2) != 0 && strncmp(word, "--", 2) != 0) {
            pg_error(report, "42601", SWITCHES,
                     "invalid command-line argument for server process: %s", word);
            report->hint = "Try \"postgres --help\" for more information.";
            return false;
        }
        if (strcmp(word, "-c") == 0)
            assignment = next_switch(&session->arena, &options);
        name = arena_text(&session->arena, assignment != NULL ? assignment : "");
        equals = strchr(name, '=');
        if (equals == NULL)
            return pg_error(report, "42601", SWITCHES, "%s%s requires a value",
                            word[1] == '-' ? "--" : "-c ", name);
        *equals = '\0';
        for (char *c = name; *c != '\0'; c++)
            *c = *c == '-' ? '_' : *c;
        if (!set(session, name, equals + 1, report))
            return false;
    }
    return true;
}

/* The packet's other parameters; the switches of `options` come first, wherever they stand. */
static bool apply_parameters(PgSession *session, PgReport *report)
{
    const PgParameter *at;

    for (at = session->parameters; at != NULL; at = at->next) {
        if (strcmp(at->name, "options") == 0 && !set_switches(session, at->value, report))
            return false;
    }
    for (at = session->parameters; at != NULL; at = at->next) {
        if (strcmp(at->name, "options") != 0 && !set(session, at->name, at->value, report))
            return false;
    }
    return true;
}

static void choose_settings(PgSession *session)
{
    pg_settings_choose(&session->settings, "is_superuser",
                       session->role->is_superuser ? "on" : "off");
    pg_settings_choose(&session->settings, "session_authorization", session->user);
    if (session->is_physical) {
        pg_settings_choose(&session->settings, "client_encoding", "SQL_ASCII");
        pg_settings_choose(&session->settings, "server_encoding", "SQL_ASCII");
    }
}

static bool admit(PgSession *session, PgReport *report)
{
    session->role = pg_roles_find(session->options.roles, session->user);
    if (!check_role(session, report) ||
        !pg_backend_check_slots(session->options.backends, &session->backend, session->role,
                                report) ||
        !check_replication(session, report) || !check_database(session, report) ||
        !apply_parameters(session, report))
        return false;
    choose_settings(session);
    pg_settings_end(&session->settings, true);
    pg_settings_keep(&session->settings);
    return !session->is_walsender || walsender_begin(session, report);
}

SessionState admission_let_in(PgSession *session)
{
    PgReport report;

    if (!admit(session, &report))
        return session_fatal(session, &report);
    session_report_parameters(session);
    pg_add_key_data(&session->out, session->options.pid, session->options.key);
    pg_add_ready(&session->out, session->transaction);
    return SESSION_COMMANDS;
}
