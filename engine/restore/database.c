/*
 * engine/restore/database.c - a dump is loaded in place of what a database holds, by psql.
 *
 * psql finds server, role and password in its environment: its words can be seen by everybody on this machine.
 */
#include "engine/restore/database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/clients/program.h"
#include "engine/clients/program_find.h"

enum { VERSION_MAJOR = 10000, VARIABLES_MAX = 12, OUTPUT_MAX = 1 << 20, DROP_TIMEOUT_MS = 60000 };

bool database_check(const Operation *operation, int64_t server_version, Error *err)
{
    int major = (int)(server_version / VERSION_MAJOR);
    ProgramVersion version;
    char package[48];

    snprintf(package, sizeof package, major ? "postgresql-client-%d" : "postgresql-client", major);
    return program_find(
        &(ProgramNeed){
            .name = "psql", .least = {major, 0},
                 .package = package
    },
        operation->loop, operation->stop, &version, err);
}

bool see_primary(const Plane *plane, size_t *out_index, int64_t *out_version, Error *err)
{
    for (size_t i = 0; i < plane->spec->postgres_count; i++) {
        PostgresPosition position;
        PostgresRow row;

        if (!postgres_position(plane->postgres[i], &position, NULL) || position.is_in_recovery)
            continue;
        if (!postgres_query(plane->postgres[i], "SHOW server_version_num", &row, err))
            return false;
        *out_index = i;
        *out_version = strtoll(row.values[0], NULL, 10);
        return true;
    }
    return error_set(err, ERR_NOT_FOUND, "no Postgres instance of %s is out of recovery",
                     plane->spec->name);
}

/* ---- psql ---------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    char *texts[VARIABLES_MAX + 1];
    size_t count;
} Variables;

static void add(Variables *variables, const char *name, const char *value)
{
    if (value)
        variables->texts[variables->count++] = memory_format("%s=%s", name, value);
}

/* As the engine itself connects (operation.c). */
static void find_server(const Operation *operation, const PostgresEndpoint *endpoint,
                        const char *database, Variables *out)
{
    const Environment *environment = operation->environment;
    char port[8];

    snprintf(port, sizeof port, "%u", endpoint->port);
    *out = (Variables){.count = 0};
    add(out, "PGHOST", endpoint->ip);
    add(out, "PGPORT", port);
    add(out, "PGUSER", environment->postgres.user);
    add(out, "PGPASSWORD", operation->postgres_password);
    add(out, "PGDATABASE", database);
    add(out, "PGSSLMODE", environment->postgres.sslmode);
    add(out, "PGSSLROOTCERT", environment->postgres.ca_file);
    add(out, "PGSSLCERT", environment->postgres.certificate_file);
    add(out, "PGSSLKEY", environment->postgres.key_file);
    add(out, "PGAPPNAME", "understudy");
    add(out, "LC_ALL", "C");
}

static void forget(Variables *variables)
{
    for (size_t i = 0; i < variables->count; i++) {
        explicit_bzero(variables->texts[i], strlen(variables->texts[i]));
        free(variables->texts[i]);
    }
}

/* Its last words, where another try may help: the server was away, or somebody came back to the database (F-808). */
static bool may_pass(const char *words)
{
    static const char *const PASSING[] = {"connection to server",
                                          "is being accessed by other users",
                                          "server closed the connection", "is starting up"};

    for (size_t i = 0; i < sizeof PASSING / sizeof *PASSING; i++)
        if (strstr(words, PASSING[i]))
            return true;
    return false;
}

typedef struct {
    const char *database; /* to connect to */
    const char *sql;
    size_t length;
    int64_t timeout_ms;
    bool is_whole; /* all of it, or nothing */
} Script;

static bool run(const Operation *operation, const PostgresEndpoint *endpoint, const Script *script,
                Error *err)
{
    const char *const words[] = {"psql",
                                 "--no-psqlrc",
                                 "--no-password",
                                 "--quiet",
                                 "--set=ON_ERROR_STOP=1",
                                 script->is_whole ? "--single-transaction" : NULL,
                                 NULL};
    ProgramEnd end = {0};
    Variables variables;
    bool ok;

    find_server(operation, endpoint, script->database, &variables);
    ok = program_run(&(ProgramOptions){.loop = operation->loop,
                                       .words = words,
                                       .environment = (const char *const *)variables.texts,
                                       .input = script->sql,
                                       .input_length = script->length,
                                       .output_max = OUTPUT_MAX,
                                       .timeout_ms = script->timeout_ms,
                                       .stop = operation->stop},
                     &end, err);
    forget(&variables);
    if (ok && end.status != 0)
        ok = error_set(err, may_pass(end.last_words) ? ERR_UNAVAILABLE : ERR_INVALID,
                       "psql ended with status %d: %s", end.status, end.last_words);
    program_end_release(&end);
    return ok;
}

/* ---- loading ------------------------------------------------------------------------------------------------------------------- */

/* Names come from a manifest: only such as need no quoting. */
static bool is_plain(const char *name)
{
    return *name && strlen(name) < 64 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

/* From another database, since nobody may be in the one that is dropped. */
static bool make_anew(const Operation *operation, const PostgresEndpoint *endpoint,
                      const char *name, Error *err)
{
    char *sql = memory_format("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                              " WHERE datname = '%s' AND pid <> pg_backend_pid();\n"
                              "DROP DATABASE IF EXISTS %s;\n"
                              "CREATE DATABASE %s;\n"
                              "GRANT ALL PRIVILEGES ON DATABASE %s TO tsb;\n",
                              name, name, name, name);
    bool ok = run(operation, endpoint,
                  &(Script){.database = "template1",
                            .sql = sql,
                            .length = strlen(sql),
                            .timeout_ms = DROP_TIMEOUT_MS},
                  err);

    free(sql);
    return ok;
}

bool database_load(Operation *operation, const Plane *plane, const char *name, const Buffer *dump,
                   Error *err)
{
    int64_t version;
    size_t index;

    if (!is_plain(name))
        return error_set(err, ERR_INPUT, "the backup's database has a name that is none: %.60s",
                         name);
    return see_primary(plane, &index, &version, err) &&
           make_anew(operation, &plane->spec->postgres[index], name, err) &&
           run(operation, &plane->spec->postgres[index],
               &(Script){.database = name,
                         .sql = dump->data,
                         .length = dump->length,
                         .timeout_ms = operation->environment->policies.restore_ms,
                         .is_whole = true},
               err);
}
