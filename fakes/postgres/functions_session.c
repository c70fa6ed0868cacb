/*
 * fakes/postgres/functions_session.c - who asks, with which settings and rights; when; and of which server.
 *
 * Source: PostgreSQL 15 manual, 9.26, 9.27.1, 9.9.5.
 */
#include <string.h>

#include "fakes/postgres/functions.h"

SQL_FUNCTION(transaction_time)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_integer(PG_TIMESTAMPTZ, context->now_us);
    return true;
}

SQL_FUNCTION(statement_time)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_integer(PG_TIMESTAMPTZ, context->started_us);
    return true;
}

SQL_FUNCTION(clock_time)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_integer(PG_TIMESTAMPTZ, pg_now_ms(context->instance) * 1000);
    return true;
}

SQL_FUNCTION(start_time)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_integer(PG_TIMESTAMPTZ, pg_started_ms(context->instance) * 1000);
    return true;
}

SQL_FUNCTION(version)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_text(PG_TEXT,
                   pg_version_sentence(pg_server_version_num(context->instance), context->arena));
    return true;
}

SQL_FUNCTION(current_setting)
{
    const char *value =
        pg_settings_find(context->settings, arguments[0].text, context->arena, NULL);

    if (!pg_settings_examine(context->settings, arguments[0].text, report))
        return false;
    if (value == NULL && (count < 2 || !arguments[1].integer))
        return pg_error(report, "42704", (PgSource){"guc.c", "5766", "find_option"},
                        "unrecognized configuration parameter \"%s\"", arguments[0].text);
    *out = value != NULL ? pg_text(PG_TEXT, arena_text(context->arena, value)) : pg_null(PG_TEXT);
    return true;
}

SQL_FUNCTION(set_config)
{
    const char *name = arguments[0].text, *value = arguments[1].text;
    bool ok = pg_settings_set(context->settings, name, value, arguments[2].integer != 0, report);

    UNUSED(count);
    if (ok)
        *out = pg_text(PG_TEXT, arena_text(context->arena, pg_settings_find(context->settings, name,
                                                                            context->arena, NULL)));
    return ok;
}

SQL_FUNCTION(current_database)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_text(PG_NAME, context->database);
    return true;
}

SQL_FUNCTION(current_schema)
{
    UNUSED(context), UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_text(PG_NAME, "public");
    return true;
}

SQL_FUNCTION(current_user)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_text(PG_NAME, context->user);
    return true;
}

SQL_FUNCTION(backend_pid)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_integer(PG_INT4, context->pid);
    return true;
}

SQL_FUNCTION(client_address)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_text(PG_INET, context->address);
    return true;
}

/* Everything belongs to the superuser; others have been granted nothing of what is asked about. */
SQL_FUNCTION(is_privileged)
{
    UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_integer(PG_BOOL, context->is_superuser);
    return true;
}

SQL_FUNCTION(has_role)
{
    const char *user = count > 2 ? arguments[0].text : context->user;
    const char *role = count > 2 ? arguments[1].text : arguments[0].text;
    const PgRole *found = context->roles != NULL ? pg_roles_find(context->roles, user) : NULL;

    if (found == NULL)
        return pg_error(report, "42704", (PgSource){"acl.c", "5266", "get_role_oid"},
                        "role \"%s\" does not exist", user);
    *out =
        pg_integer(PG_BOOL, found->is_superuser || pg_roles_is_member(context->roles, user, role));
    return true;
}

SQL_FUNCTION(sleep_seconds)
{
    UNUSED(count), UNUSED(report);
    if (arguments[0].real > 0)
        context->sleep_ms += (int64_t)(arguments[0].real < 1e6 ? arguments[0].real * 1000 : 1e9);
    *out = pg_integer(PG_VOID, 0);
    return true;
}

/* As large as a new database is, and a page for each row. */
static bool count_row(void *owner, const char *key, const cJSON *value)
{
    UNUSED(key), UNUSED(value);
    *(int64_t *)owner += 8192;
    return true;
}

SQL_FUNCTION(database_size)
{
    int64_t size = 7708007;

    UNUSED(count), UNUSED(report);
    if (strcmp(arguments[0].text, context->database) == 0)
        pg_each_row(context->instance, "", count_row, &size);
    *out = pg_integer(PG_INT8, size);
    return true;
}

/* Of the two that every cluster has: the databases, and what they share. */
SQL_FUNCTION(tablespace_size)
{
    int64_t size = arguments[0].integer == 1664 ? 573440 : 30930836;

    UNUSED(count), UNUSED(report);
    if (arguments[0].integer != 1664)
        pg_each_row(context->instance, "", count_row, &size);
    *out = pg_integer(PG_INT8, size);
    return true;
}

SQL_FUNCTION(tablespace_location)
{
    UNUSED(context), UNUSED(arguments), UNUSED(count), UNUSED(report);
    *out = pg_text(PG_TEXT, "");
    return true;
}

SQL_FUNCTION(encoding_name)
{
    UNUSED(context), UNUSED(count), UNUSED(report);
    *out = pg_text(PG_NAME, arguments[0].integer == 6   ? "UTF8"
                            : arguments[0].integer == 0 ? "SQL_ASCII"
                                                        : "");
    return true;
}

#define THREE TAKES(2, 3, PG_TEXT, PG_TEXT, PG_TEXT)

/* clang-format off */
static const SqlFunction ROWS[] = {
    {"clock_timestamp", PG_TIMESTAMPTZ, NONE, .run = clock_time},
    {"current_catalog", PG_NAME, NONE, .run = current_database},
    {"current_database", PG_NAME, NONE, .run = current_database},
    {"current_role", PG_NAME, NONE, .run = current_user},
    {"current_schema", PG_NAME, NONE, .run = current_schema},
    {"current_setting", PG_TEXT, TAKES(1, 2, PG_TEXT, PG_BOOL), .run = current_setting},
    {"current_timestamp", PG_TIMESTAMPTZ, NONE, .run = transaction_time},
    {"current_user", PG_NAME, NONE, .run = current_user},
    {"has_function_privilege", PG_BOOL, THREE, .run = is_privileged},
    {"inet_client_addr", PG_INET, NONE, .run = client_address},
    {"inet_server_addr", PG_INET, NONE, .run = client_address},
    {"now", PG_TIMESTAMPTZ, NONE, .run = transaction_time},
    {"pg_backend_pid", PG_INT4, NONE, .run = backend_pid},
    {"pg_conf_load_time", PG_TIMESTAMPTZ, NONE, .run = start_time},
    {"pg_database_size", PG_INT8, TAKES(1, 1, PG_NAME), .run = database_size},
    {"pg_encoding_to_char", PG_NAME, TAKES(1, 1, PG_INT4), .run = encoding_name},
    {"pg_has_role", PG_BOOL, THREE, .run = has_role},
    {"pg_postmaster_start_time", PG_TIMESTAMPTZ, NONE, .run = start_time},
    {"pg_sleep", PG_VOID, TAKES(1, 1, PG_FLOAT8), .run = sleep_seconds},
    {"pg_tablespace_location", PG_TEXT, TAKES(1, 1, PG_OID), .run = tablespace_location},
    {"pg_tablespace_size", PG_INT8, TAKES(1, 1, PG_OID), .run = tablespace_size},
    {"session_user", PG_NAME, NONE, .run = current_user},
    {"set_config", PG_TEXT, TAKES(3, 3, PG_TEXT, PG_TEXT, PG_BOOL), .run = set_config},
    {"statement_timestamp", PG_TIMESTAMPTZ, NONE, .run = statement_time},
    {"transaction_timestamp", PG_TIMESTAMPTZ, NONE, .run = transaction_time},
    {"user", PG_NAME, NONE, .run = current_user},
    {"version", PG_TEXT, NONE, .run = version},
};
/* clang-format on */

const SqlFunctions SESSION_FUNCTIONS = FUNCTIONS_OF(ROWS);
