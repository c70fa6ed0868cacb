/*
 * fakes/postgres/relations_catalog.c - the few catalogs that monitoring reads: databases, roles, tablespaces, settings.
 *
 * Source: PostgreSQL 15 manual, chapters 53 and 54; what a fresh 15.20 has in them.
 */
#include <string.h>

#include "fakes/postgres/relations.h"

/* ---- databases ---- */

static const SqlColumn DATABASE_COLUMNS[] = {
    {"oid",            PG_OID      },
    {"datname",        PG_NAME     },
    {"datdba",         PG_OID      },
    {"encoding",       PG_INT4     },
    {"datlocprovider", PG_CHAR     },
    {"datistemplate",  PG_BOOL     },
    {"datallowconn",   PG_BOOL     },
    {"datconnlimit",   PG_INT4     },
    {"datfrozenxid",   PG_XID      },
    {"datminmxid",     PG_XID      },
    {"dattablespace",  PG_OID      },
    {"datcollate",     PG_TEXT     },
    {"datctype",       PG_TEXT     },
    {"daticulocale",   PG_TEXT     },
    {"datcollversion", PG_TEXT     },
    {"datacl",         PG_ACL_ARRAY},
};

enum { SUPERUSER_OID = 10, DEFAULT_TABLESPACE_OID = 1663, TEMPLATE1_OID = 1, UTF8 = 6 };

static PgValue *add_database(SqlScan *scan, uint32_t oid, const char *name)
{
    PgValue *row = sql_scan_row(scan);

    sql_put(scan, row, "oid", oid);
    sql_put_text(scan, row, "datname", name);
    sql_put(scan, row, "datdba", SUPERUSER_OID);
    sql_put(scan, row, "encoding", UTF8);
    sql_put_text(scan, row, "datlocprovider", "c");
    sql_put(scan, row, "datistemplate", strncmp(name, "template", 8) == 0);
    sql_put(scan, row, "datallowconn", strcmp(name, "template0") != 0);
    sql_put(scan, row, "datconnlimit", -1);
    sql_put(scan, row, "datfrozenxid", 717);
    sql_put(scan, row, "datminmxid", 1);
    sql_put(scan, row, "dattablespace", DEFAULT_TABLESPACE_OID);
    sql_put_text(scan, row, "datcollate", "C.UTF-8");
    sql_put_text(scan, row, "datctype", "C.UTF-8");
    return row;
}

static bool scan_databases(SqlScan *scan)
{
    const char *const *name = scan->context->databases;
    uint32_t oid = 16384;

    for (; name != NULL && *name != NULL; name++)
        add_database(scan, strcmp(*name, "postgres") == 0 ? 5 : oid++, *name);
    sql_put_text(scan, add_database(scan, TEMPLATE1_OID, "template1"), "datacl",
                 "{=c/postgres,postgres=CTc/postgres}");
    sql_put_text(scan, add_database(scan, 4, "template0"), "datacl",
                 "{=c/postgres,postgres=CTc/postgres}");
    return true;
}

/* ---- roles ---- */

static const SqlColumn ROLE_COLUMNS[] = {
    {"rolname",        PG_NAME       },
    {"rolsuper",       PG_BOOL       },
    {"rolinherit",     PG_BOOL       },
    {"rolcreaterole",  PG_BOOL       },
    {"rolcreatedb",    PG_BOOL       },
    {"rolcanlogin",    PG_BOOL       },
    {"rolreplication", PG_BOOL       },
    {"rolconnlimit",   PG_INT4       },
    {"rolpassword",    PG_TEXT       },
    {"rolvaliduntil",  PG_TIMESTAMPTZ},
    {"rolbypassrls",   PG_BOOL       },
    {"rolconfig",      PG_TEXT_ARRAY },
    {"oid",            PG_OID        },
};
static const SqlColumn USER_COLUMNS[] = {
    {"usename",      PG_NAME       },
    {"usesysid",     PG_OID        },
    {"usecreatedb",  PG_BOOL       },
    {"usesuper",     PG_BOOL       },
    {"userepl",      PG_BOOL       },
    {"usebypassrls", PG_BOOL       },
    {"passwd",       PG_TEXT       },
    {"valuntil",     PG_TIMESTAMPTZ},
    {"useconfig",    PG_TEXT_ARRAY },
};

/* Both views' columns at once: what one does not have goes nowhere. A password is never shown. */
static void add_role(SqlScan *scan, const PgRole *role)
{
    PgValue *row = sql_scan_row(scan);
    uint32_t oid = pg_roles_oid(scan->context->roles, role->name);

    sql_put_text(scan, row, "rolname", role->name);
    sql_put(scan, row, "rolsuper", role->is_superuser);
    sql_put(scan, row, "rolinherit", true);
    sql_put(scan, row, "rolcreaterole", role->is_superuser);
    sql_put(scan, row, "rolcreatedb", role->is_superuser);
    sql_put(scan, row, "rolcanlogin", !role->may_not_log_in);
    sql_put(scan, row, "rolreplication", role->may_replicate);
    sql_put(scan, row, "rolconnlimit", role->connection_limit > 0 ? role->connection_limit : -1);
    sql_put_text(scan, row, "rolpassword", "********");
    sql_put(scan, row, "rolbypassrls", role->is_superuser);
    sql_put(scan, row, "oid", oid);
    sql_put_text(scan, row, "usename", role->name);
    sql_put(scan, row, "usesysid", oid);
    sql_put(scan, row, "usecreatedb", role->is_superuser);
    sql_put(scan, row, "usesuper", role->is_superuser);
    sql_put(scan, row, "userepl", role->may_replicate);
    sql_put(scan, row, "usebypassrls", role->is_superuser);
    sql_put_text(scan, row, "passwd", "********");
    if (role->valid_until_ms > 0) {
        sql_put(scan, row, "rolvaliduntil", role->valid_until_ms * 1000);
        sql_put(scan, row, "valuntil", role->valid_until_ms * 1000);
    }
}

static bool scan_roles(SqlScan *scan)
{
    const PgRole *role;

    for (size_t i = 0; (role = pg_roles_at(scan->context->roles, i)) != NULL; i++)
        add_role(scan, role);
    return true;
}

static bool scan_users(SqlScan *scan)
{
    const PgRole *role;

    for (size_t i = 0; (role = pg_roles_at(scan->context->roles, i)) != NULL; i++) {
        if (!role->may_not_log_in)
            add_role(scan, role);
    }
    return true;
}

/* ---- tablespaces and extensions ---- */

static const SqlColumn TABLESPACE_COLUMNS[] = {
    {"oid",        PG_OID       },
    {"spcname",    PG_NAME      },
    {"spcowner",   PG_OID       },
    {"spcacl",     PG_ACL_ARRAY },
    {"spcoptions", PG_TEXT_ARRAY},
};

static bool scan_tablespaces(SqlScan *scan)
{
    static const char *const NAMES[] = {"pg_default", "pg_global"};

    for (uint32_t i = 0; i < 2; i++) {
        PgValue *row = sql_scan_row(scan);

        sql_put(scan, row, "oid", DEFAULT_TABLESPACE_OID + i);
        sql_put_text(scan, row, "spcname", NAMES[i]);
        sql_put(scan, row, "spcowner", SUPERUSER_OID);
    }
    return true;
}

static const SqlColumn EXTENSION_COLUMNS[] = {
    {"oid",            PG_OID       },
    {"extname",        PG_NAME      },
    {"extowner",       PG_OID       },
    {"extnamespace",   PG_OID       },
    {"extrelocatable", PG_BOOL      },
    {"extversion",     PG_TEXT      },
    {"extconfig",      PG_OID_ARRAY },
    {"extcondition",   PG_TEXT_ARRAY},
};

static bool scan_extensions(SqlScan *scan)
{
    PgValue *row = sql_scan_row(scan);

    sql_put(scan, row, "oid", 13540);
    sql_put_text(scan, row, "extname", "plpgsql");
    sql_put(scan, row, "extowner", SUPERUSER_OID);
    sql_put(scan, row, "extnamespace", 11);
    sql_put(scan, row, "extrelocatable", false);
    sql_put_text(scan, row, "extversion", "1.0");
    return true;
}

/* ---- pg_settings ---- */

static const SqlColumn SETTING_COLUMNS[] = {
    {"name",            PG_TEXT      },
    {"setting",         PG_TEXT      },
    {"unit",            PG_TEXT      },
    {"category",        PG_TEXT      },
    {"short_desc",      PG_TEXT      },
    {"extra_desc",      PG_TEXT      },
    {"context",         PG_TEXT      },
    {"vartype",         PG_TEXT      },
    {"source",          PG_TEXT      },
    {"min_val",         PG_TEXT      },
    {"max_val",         PG_TEXT      },
    {"enumvals",        PG_TEXT_ARRAY},
    {"boot_val",        PG_TEXT      },
    {"reset_val",       PG_TEXT      },
    {"sourcefile",      PG_TEXT      },
    {"sourceline",      PG_INT4      },
    {"pending_restart", PG_BOOL      },
};

static void add_setting(SqlScan *scan, const PgSettingRow *setting)
{
    const PgSettings *settings = scan->context->settings;
    const char *value = pg_settings_raw(settings, setting, scan->context->arena);
    PgValue *row = sql_scan_row(scan);

    sql_put_text(scan, row, "name", setting->name);
    sql_put_text(scan, row, "setting", arena_text(scan->context->arena, value));
    sql_put_text(scan, row, "unit", setting->unit);
    sql_put_text(scan, row, "category", setting->category);
    sql_put_text(scan, row, "short_desc", setting->description);
    sql_put_text(scan, row, "extra_desc", setting->extra_description);
    sql_put_text(scan, row, "context", setting->context);
    sql_put_text(scan, row, "vartype", setting->type);
    sql_put_text(scan, row, "source",
                 pg_settings_is_chosen(settings, setting) ? "session" : "default");
    sql_put_text(scan, row, "min_val", setting->least);
    sql_put_text(scan, row, "max_val", setting->most);
    sql_put_text(scan, row, "enumvals", setting->words);
    sql_put_text(scan, row, "boot_val", setting->value);
    sql_put_text(scan, row, "reset_val", setting->value);
    sql_put(scan, row, "pending_restart", false);
}

static bool scan_settings(SqlScan *scan)
{
    PgReport ignored;

    /* What somebody may not examine he does not see. */
    for (size_t i = 0; i < PG_SETTING_COUNT; i++) {
        if (pg_settings_examine(scan->context->settings, PG_SETTING_ROWS[i].name, &ignored))
            add_setting(scan, &PG_SETTING_ROWS[i]);
    }
    return true;
}

static const SqlRelation ROWS[] = {
    {"pg_database",   1262,  COLUMNS_OF(DATABASE_COLUMNS),   .scan = scan_databases  },
    {"pg_extension",  3079,  COLUMNS_OF(EXTENSION_COLUMNS),  .scan = scan_extensions },
    {"pg_roles",      12000, COLUMNS_OF(ROLE_COLUMNS),       .scan = scan_roles      },
    {"pg_settings",   12104, COLUMNS_OF(SETTING_COLUMNS),    .scan = scan_settings   },
    {"pg_tablespace", 1213,  COLUMNS_OF(TABLESPACE_COLUMNS), .scan = scan_tablespaces},
    {"pg_user",       12014, COLUMNS_OF(USER_COLUMNS),       .scan = scan_users      },
};

const SqlRelations CATALOG_RELATIONS = RELATIONS_OF(ROWS);
