/*
 * fakes/postgres/settings.c - what SHOW answers: what the server is, and what the session chose.
 */
#include "fakes/postgres/settings.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

static const PgSource FIND_OPTION = {"guc.c", "5766", "find_option"};
static const PgSource SET_OPTION = {"guc.c", "7600", "set_config_option"};
static const PgSource EXAMINE = {"guc.c", "10085", "GetConfigOptionByName"};
static const PgSource BOOL_HOOK = {"guc.c", "11974", "call_bool_check_hook"};

/* value NULL: worked out below. */
static const struct {
    const char *name, *value;
    bool is_fixed; /* no session may choose it */
} SETTINGS[] = {
    {"application_name",                    "",                  false},
    {"client_encoding",                     "UTF8",              false},
    {"client_min_messages",                 "notice",            false},
    {"data_checksums",                      "off",               true },
    {"data_directory_mode",                 "0700",              true },
    {"DateStyle",                           "ISO, MDY",          false},
    {"default_transaction_isolation",       "read committed",    false},
    {"default_transaction_read_only",       "off",               false},
    {"extra_float_digits",                  "1",                 false},
    {"fsync",                               "on",                true },
    {"hot_standby",                         "on",                true },
    {"hot_standby_feedback",                "off",               true },
    {"idle_in_transaction_session_timeout", "0",                 false},
    {"idle_session_timeout",                "0",                 false},
    {"in_hot_standby",                      NULL,                true },
    {"integer_datetimes",                   "on",                true },
    {"IntervalStyle",                       "postgres",          false},
    {"is_superuser",                        "off",               true },
    {"lock_timeout",                        "0",                 false},
    {"max_connections",                     "100",               true },
    {"max_replication_slots",               "10",                true },
    {"max_slot_wal_keep_size",              "-1",                true },
    {"max_wal_senders",                     "10",                true },
    {"primary_conninfo",                    NULL,                true },
    {"row_security",                        "on",                false},
    {"search_path",                         "\"$user\", public", false},
    {"server_encoding",                     "UTF8",              true },
    {"server_version",                      NULL,                true },
    {"server_version_num",                  NULL,                true },
    {"session_authorization",               "",                  true },
    {"standard_conforming_strings",         "on",                false},
    {"statement_timeout",                   "0",                 false},
    {"synchronous_commit",                  "on",                false},
    {"synchronous_standby_names",           "",                  true },
    {"synchronize_seqscans",                "on",                false},
    {"TimeZone",                            "Etc/UTC",           false},
    {"transaction_isolation",               "read committed",    false},
    {"transaction_read_only",               NULL,                false},
    {"wal_keep_size",                       "0",                 true },
    {"wal_level",                           "replica",           true },
    {"wal_log_hints",                       "off",               true },
    {"wal_segment_size",                    "16MB",              true },
};
enum { SETTING_COUNT = sizeof SETTINGS / sizeof SETTINGS[0] };

const char *pg_version_text(int version_num, Arena *arena)
{
    int major = version_num / 10000, minor = version_num % 10000;

    return arena_format(arena, "%d.%d (Debian %d.%d-0+deb12u1)", major, minor, major, minor);
}

const char *pg_version_sentence(int version_num, Arena *arena)
{
    return arena_format(arena,
                        "PostgreSQL %s on x86_64-pc-linux-gnu, compiled by gcc (Debian "
                        "12.2.0-14+deb12u1) 12.2.0, 64-bit",
                        pg_version_text(version_num, arena));
}

static int find_index(const char *name)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        if (strcasecmp(SETTINGS[i].name, name) == 0)
            return i;
    }
    return -1;
}

static PgSetting *find_chosen(const PgSettings *settings, const char *name)
{
    for (size_t i = 0; i < settings->count; i++) {
        if (strcasecmp(settings->chosen[i].name, name) == 0)
            return &settings->chosen[i];
    }
    return NULL;
}

static bool is_on(const char *value)
{
    static const char *const WORDS[] = {"on", "true", "t", "yes", "y", "1"};

    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (strcasecmp(value, WORDS[i]) == 0)
            return true;
    }
    return false;
}

static const char *worked_out(const PgSettings *settings, const char *name, Arena *arena)
{
    int version_num = pg_server_version_num(settings->instance);

    if (strcmp(name, "server_version") == 0)
        return pg_version_text(version_num, arena);
    if (strcmp(name, "server_version_num") == 0)
        return arena_format(arena, "%d", version_num);
    if (strcmp(name, "transaction_read_only") == 0)
        return pg_settings_read_only(settings) ? "on" : "off";
    if (strcmp(name, "primary_conninfo") == 0)
        return pg_conninfo(settings->instance, pg_replication_password(settings->instance),
                           arena_new(arena, 200));
    return pg_is_in_recovery(settings->instance) ? "on" : "off";
}

bool pg_settings_examine(const PgSettings *settings, const char *name, PgReport *report)
{
    const PgSetting *superuser = find_chosen(settings, "is_superuser");

    if (strcasecmp(name, "primary_conninfo") != 0 || (superuser != NULL && is_on(superuser->value)))
        return true;
    return pg_error(report, "42501", EXAMINE,
                    "must be superuser or have privileges of pg_read_all_settings to examine "
                    "\"primary_conninfo\"");
}

bool pg_settings_read_only(const PgSettings *settings)
{
    const PgSetting *standard = find_chosen(settings, "default_transaction_read_only");

    if (pg_is_in_recovery(settings->instance))
        return true;
    if (settings->mode != PG_READ_BY_DEFAULT)
        return settings->mode == PG_READ_ONLY;
    return standard != NULL && standard->value != NULL && is_on(standard->value);
}

const char *pg_settings_find(const PgSettings *settings, const char *name, Arena *arena,
                             const char **out_name)
{
    const PgSetting *chosen = find_chosen(settings, name);
    int index = find_index(name);

    if (index < 0 && chosen == NULL)
        return NULL;
    if (out_name != NULL)
        *out_name = index < 0 ? chosen->name : SETTINGS[index].name;
    if (chosen != NULL && (chosen->value != NULL || index < 0))
        return chosen->value;
    if (SETTINGS[index].value != NULL)
        return SETTINGS[index].value;
    return worked_out(settings, SETTINGS[index].name, arena);
}

/* Finds what the session chose, or makes room for it. */
static PgSetting *take_chosen(PgSettings *settings, const char *name)
{
    PgSetting *chosen = find_chosen(settings, name);

    if (chosen != NULL)
        return chosen;
    MEMORY_GROW(settings->chosen, settings->count, settings->capacity);
    chosen = &settings->chosen[settings->count++];
    *chosen = (PgSetting){.name = memory_text(name)};
    return chosen;
}

static void put(PgSetting *chosen, const char *value)
{
    char *copy = memory_text(value != NULL ? value : chosen->reset);

    free(chosen->value);
    chosen->value = copy;
}

const char *pg_settings_chosen(const PgSettings *settings, const char *name)
{
    const PgSetting *chosen = find_chosen(settings, name);

    return chosen != NULL ? chosen->value : NULL;
}

void pg_settings_choose(PgSettings *settings, const char *name, const char *value)
{
    put(take_chosen(settings, name), value);
}

void pg_settings_keep(PgSettings *settings)
{
    for (size_t i = 0; i < settings->count; i++) {
        free(settings->chosen[i].reset);
        settings->chosen[i].reset = memory_text(settings->chosen[i].value);
    }
}

/* ---- transactions ---- */

static PgSettingChange *find_change(const PgSettings *settings, const char *name)
{
    for (size_t i = 0; i < settings->change_count; i++) {
        if (strcasecmp(settings->changes[i].name, name) == 0)
            return &settings->changes[i];
    }
    return NULL;
}

static void change(PgSettings *settings, const char *name, const char *value, bool is_local)
{
    PgSettingChange *made = find_change(settings, name);
    PgSetting *chosen = take_chosen(settings, name);

    if (made == NULL) {
        MEMORY_GROW(settings->changes, settings->change_count, settings->change_capacity);
        made = &settings->changes[settings->change_count++];
        *made = (PgSettingChange){memory_text(name), memory_text(chosen->value),
                                  memory_text(chosen->value)};
    }
    if (!is_local) {
        free(made->stays);
        made->stays = memory_text(value);
    }
    put(chosen, value);
}

static void change_free(PgSettingChange *made)
{
    free(made->name);
    free(made->before);
    free(made->stays);
}

void pg_settings_end(PgSettings *settings, bool is_committed)
{
    for (size_t i = 0; i < settings->change_count; i++) {
        PgSettingChange *made = &settings->changes[i];

        put(find_chosen(settings, made->name), is_committed ? made->stays : made->before);
        change_free(made);
    }
    settings->change_count = 0;
    settings->mode = PG_READ_BY_DEFAULT;
}

void pg_settings_reset_all(PgSettings *settings)
{
    for (size_t i = 0; i < settings->count; i++) {
        int index = find_index(settings->chosen[i].name);

        if (index < 0 || !SETTINGS[index].is_fixed)
            change(settings, settings->chosen[i].name, NULL, false);
    }
}

/* It ends with the transaction. */
static bool set_read_only(PgSettings *settings, const char *value, PgReport *report)
{
    bool is_only = value != NULL && is_on(value);

    if (value != NULL && !is_only && pg_is_in_recovery(settings->instance))
        return pg_error(report, "0A000", BOOL_HOOK,
                        "cannot set transaction read-write mode during recovery");
    settings->mode = value == NULL ? PG_READ_BY_DEFAULT : is_only ? PG_READ_ONLY : PG_READ_WRITE;
    return true;
}

bool pg_settings_set(PgSettings *settings, const char *name, const char *value, bool is_local,
                     PgReport *report)
{
    int index = find_index(name);

    /* A name with a dot belongs to some extension, which need not be there. */
    if (index < 0 && strchr(name, '.') == NULL)
        return pg_error(report, "42704", FIND_OPTION, "unrecognized configuration parameter \"%s\"",
                        name);
    if (index >= 0 && SETTINGS[index].is_fixed)
        return pg_error(report, "55P02", SET_OPTION, "parameter \"%s\" cannot be changed",
                        SETTINGS[index].name);
    if (strcasecmp(name, "transaction_read_only") == 0)
        return set_read_only(settings, value, report);
    change(settings, index >= 0 ? SETTINGS[index].name : name, value, is_local);
    return true;
}

void pg_settings_release(PgSettings *settings)
{
    for (size_t i = 0; i < settings->count; i++) {
        free(settings->chosen[i].name);
        free(settings->chosen[i].value);
        free(settings->chosen[i].reset);
    }
    for (size_t i = 0; i < settings->change_count; i++)
        change_free(&settings->changes[i]);
    free(settings->chosen);
    free(settings->changes);
    *settings = (PgSettings){0};
}
