/*
 * fakes/postgres/settings.c - what SHOW answers: what the server is, and what the session chose.
 */
#include "fakes/postgres/settings.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "fakes/postgres/setting_values.h"

static const PgSource FIND_OPTION = {"guc.c", "5766", "find_option"};
static const PgSource EXAMINE = {"guc.c", "10085", "GetConfigOptionByName"};
static const PgSource BOOL_HOOK = {"guc.c", "11974", "call_bool_check_hook"};

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

/* SHOW knows these, pg_settings does not. */
static const PgSettingRow HIDDEN[] = {
    {.name = "is_superuser",          .value = "off", .context = "internal", .type = "bool"  },
    {.name = "session_authorization", .value = "",    .context = "internal", .type = "string"},
};

static const PgSettingRow *find_row(const char *name)
{
    for (size_t i = 0; i < sizeof HIDDEN / sizeof HIDDEN[0]; i++) {
        if (strcasecmp(HIDDEN[i].name, name) == 0)
            return &HIDDEN[i];
    }
    for (size_t i = 0; i < PG_SETTING_COUNT; i++) {
        if (strcasecmp(PG_SETTING_ROWS[i].name, name) == 0)
            return &PG_SETTING_ROWS[i];
    }
    return NULL;
}

static PgSetting *find_chosen(const PgSettings *settings, const char *name)
{
    for (size_t i = 0; i < settings->count; i++) {
        if (strcasecmp(settings->chosen[i].name, name) == 0)
            return &settings->chosen[i];
    }
    return NULL;
}

bool pg_settings_is_chosen(const PgSettings *settings, const PgSettingRow *row)
{
    const PgSetting *chosen = find_chosen(settings, row->name);

    return chosen != NULL && chosen->value != NULL;
}

/* What depends on the instance and the transaction; NULL: nothing does. */
static const char *worked_out(const PgSettings *settings, const char *name, Arena *arena)
{
    PgInstance *instance = settings->instance;
    int version_num = pg_server_version_num(instance);

    if (strcmp(name, "server_version") == 0)
        return pg_version_text(version_num, arena);
    if (strcmp(name, "server_version_num") == 0)
        return arena_format(arena, "%d", version_num);
    if (strcmp(name, "transaction_read_only") == 0)
        return pg_settings_read_only(settings) ? "on" : "off";
    if (strcmp(name, "in_hot_standby") == 0)
        return pg_is_in_recovery(instance) ? "on" : "off";
    if (strcmp(name, "hot_standby") == 0)
        return pg_is_cold(instance) ? "off" : "on";
    if (strcmp(name, "primary_conninfo") == 0)
        return pg_conninfo(instance, pg_replication_password(instance), arena_new(arena, 200));
    if (strcmp(name, "max_wal_senders") == 0)
        return arena_format(arena, "%d", pg_max_wal_senders(instance));
    return NULL;
}

static bool is_superuser(const PgSettings *settings)
{
    const PgSetting *superuser = find_chosen(settings, "is_superuser");

    return superuser != NULL && strcmp(superuser->value, "on") == 0;
}

bool pg_settings_examine(const PgSettings *settings, const char *name, PgReport *report)
{
    return strcasecmp(name, "primary_conninfo") != 0 || is_superuser(settings) ||
           pg_error(report, "42501", EXAMINE,
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
    return standard != NULL && standard->value != NULL && strcmp(standard->value, "on") == 0;
}

const char *pg_settings_raw(const PgSettings *settings, const PgSettingRow *row, Arena *arena)
{
    const PgSetting *chosen = find_chosen(settings, row->name);
    const char *value = chosen != NULL ? chosen->value : NULL;

    if (value == NULL)
        value = worked_out(settings, row->name, arena);
    return value != NULL ? value : row->value;
}

const char *pg_settings_find(const PgSettings *settings, const char *name, Arena *arena,
                             const char **out_name)
{
    const PgSetting *chosen = find_chosen(settings, name);
    const PgSettingRow *row = find_row(name);

    if (row == NULL && chosen == NULL)
        return NULL;
    if (out_name != NULL)
        *out_name = row == NULL ? chosen->name : row->name;
    if (row == NULL)
        return chosen->value;
    return setting_show(row, pg_settings_raw(settings, row, arena), arena);
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
        const PgSettingRow *row = find_row(settings->chosen[i].name);
        PgReport ignored;

        if (row == NULL || setting_may_change(row, &ignored))
            change(settings, settings->chosen[i].name, NULL, false);
    }
}

/* It ends with the transaction. */
static bool set_read_only(PgSettings *settings, const char *value, PgReport *report)
{
    bool is_only = value != NULL && strcmp(value, "on") == 0;

    if (value != NULL && !is_only && pg_is_in_recovery(settings->instance))
        return pg_error(report, "0A000", BOOL_HOOK,
                        "cannot set transaction read-write mode during recovery");
    settings->mode = value == NULL ? PG_READ_BY_DEFAULT : is_only ? PG_READ_ONLY : PG_READ_WRITE;
    return true;
}

bool pg_settings_set(PgSettings *settings, const char *name, const char *value, bool is_local,
                     PgReport *report)
{
    const PgSettingRow *row = find_row(name);
    const char *raw = value;
    Arena arena = {0};
    bool ok;

    /* A name with a dot belongs to some extension, which need not be there. */
    if (row == NULL && strchr(name, '.') == NULL)
        return pg_error(report, "42704", FIND_OPTION, "unrecognized configuration parameter \"%s\"",
                        name);
    if (row != NULL && !setting_may_change(row, report))
        return false;
    ok = row == NULL || value == NULL || setting_read(row, value, &arena, &raw, report);
    if (ok && strcasecmp(name, "transaction_read_only") == 0)
        ok = set_read_only(settings, raw, report);
    else if (ok)
        change(settings, row != NULL ? row->name : name, raw, is_local);
    arena_release(&arena);
    return ok;
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
