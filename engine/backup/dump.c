/*
 * engine/backup/dump.c - the database as SQL: pg_dump's output, packed and sealed while it comes.
 *
 * All goes well: the primary is looked at, the program dumps, it is looked at again, and is the same one on the same timeline. The
 * program finds server, role and password in its environment: its words can be seen by everybody on this machine.
 */
#include "engine/backup/dump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/backup/draft.h"
#include "engine/backup/dump_text.h"
#include "engine/backup/packing.h"
#include "engine/clients/program.h"
#include "engine/clients/program_find.h"

enum { VERSION_MAJOR = 10000, VARIABLES_MAX = 16 };

bool dump_check(Operation *operation, const DumpSource *source, int *out_major, Error *err)
{
    EnvironmentBackup order = backup_order(operation);
    ProgramVersion version;
    int major = source->server_version / VERSION_MAJOR;
    char package[48];

    snprintf(package, sizeof package, "postgresql-client-%d", major);
    if (!program_find(
            &(ProgramNeed){
                .name = order.pg_dump, .least = {major, 0},
                     .package = package
    },
            operation->loop, operation->stop, &version, err))
        return false;
    *out_major = version.major;
    return true;
}

/* ---- how the program finds the server ------------------------------------------------------------------------------------- */

typedef struct {
    char *texts[VARIABLES_MAX + 1];
    size_t count;
} Variables;

static void add_variable(Variables *variables, const char *name, const char *value)
{
    if (value)
        variables->texts[variables->count++] = memory_format("%s=%s", name, value);
}

static void release_variables(Variables *variables)
{
    for (size_t i = 0; i < variables->count; i++) {
        explicit_bzero(variables->texts[i], strlen(variables->texts[i]));
        free(variables->texts[i]);
    }
}

/* As the engine itself connects (operation.c). */
static void find_server(const Operation *operation, const PostgresEndpoint *endpoint,
                        const EnvironmentBackup *order, Variables *out)
{
    const Environment *environment = operation->environment;
    char port[8];

    snprintf(port, sizeof port, "%u", endpoint->port);
    *out = (Variables){.count = 0};
    add_variable(out, "PGHOST", endpoint->ip);
    add_variable(out, "PGPORT", port);
    add_variable(out, "PGUSER", environment->postgres.user);
    add_variable(out, "PGPASSWORD", operation->postgres_password);
    add_variable(out, "PGDATABASE", order->database_name);
    add_variable(out, "PGSSLMODE", environment->postgres.sslmode);
    add_variable(out, "PGSSLROOTCERT", environment->postgres.ca_file);
    add_variable(out, "PGSSLCERT", environment->postgres.certificate_file);
    add_variable(out, "PGSSLKEY", environment->postgres.key_file);
    add_variable(out, "PGAPPNAME", "understudy");
    add_variable(out, "LC_ALL", "C");
}

/* ---- what it says ----------------------------------------------------------------------------------------------------------- */

typedef struct {
    Packing *packing;
    DumpText text;
    Error error; /* of ours, which ended it */
} Listener;

static bool on_output(void *owner, const char *bytes, size_t length)
{
    Listener *listener = owner;

    dump_text_add(&listener->text, bytes, length);
    return packing_add(listener->packing, bytes, length, &listener->error);
}

/* Of a server that is away just now, or went; nothing else gets better by itself. */
static bool judge_end(const ProgramEnd *end, const char *program, Error *err)
{
    bool may_pass = strstr(end->last_words, "connection to server") ||
                    strstr(end->last_words, "server closed the connection");

    return end->status == 0 ||
           error_set(err, may_pass ? ERR_UNAVAILABLE : ERR_INVALID, "%s ended with status %d: %s",
                     program, end->status, end->last_words);
}

static bool run_program(Operation *operation, const Plane *plane, const DumpSource *source,
                        Listener *listener, Error *err)
{
    EnvironmentBackup order = backup_order(operation);
    const char *const words[] = {order.pg_dump, "--no-password", "--format=plain", NULL};
    ProgramEnd end = {0};
    Variables variables;
    bool ok;

    find_server(operation, &plane->spec->postgres[source->index], &order, &variables);
    ok = program_run(&(ProgramOptions){.loop = operation->loop,
                                       .words = words,
                                       .environment = (const char *const *)variables.texts,
                                       .on_output = on_output,
                                       .owner = listener,
                                       .timeout_ms = order.limit_ms,
                                       .stop = operation->stop},
                     &end, err);
    release_variables(&variables);
    if (!ok && listener->error.code)
        return error_set(err, listener->error.code, "%s", listener->error.message);
    ok = ok && judge_end(&end, order.pg_dump, err);
    program_end_release(&end);
    return ok &&
           (dump_text_is_whole(&listener->text, NULL, err) || error_wrap(err, "%s", order.pg_dump));
}

/* ---- the whole ---------------------------------------------------------------------------------------------------------------- */

/* What was dumped is one state of one database only if it stayed the primary, on its timeline. */
static bool is_same(const Plane *plane, const DumpSource *before, DumpSource *out_after, Error *err)
{
    if (!see_dump_source(plane, out_after, err))
        return false;
    return (out_after->index == before->index &&
            out_after->position.timeline == before->position.timeline &&
            out_after->position.system_identifier == before->position.system_identifier) ||
           error_set(err, ERR_CONFLICT, "%s was promoted while its database was dumped",
                     plane->spec->name);
}

static void note_source(Operation *operation, const Plane *plane, const DumpSource *before,
                        const DumpSource *after, const DumpText *text, const char *file)
{
    EnvironmentBackup order = backup_order(operation);
    cJSON *database = cJSON_CreateObject();
    char lsn[24], at[CLOCK_TEXT_MAX], identifier[24];

    snprintf(identifier, sizeof identifier, "%llu",
             (unsigned long long)before->position.system_identifier);
    json_put_string(database, "file", file);
    json_put_string(database, "method", "pg_dump");
    json_put_string(database, "name", order.database_name);
    json_put_string(database, "source", plane->spec->postgres[before->index].name);
    json_put_string(database, "role", "primary");
    json_put_integer(database, "timeline", before->position.timeline);
    json_put_string(database, "systemIdentifier", identifier);
    json_put_string(database, "lsnBefore", postgres_lsn_text(before->position.current_lsn, lsn));
    json_put_string(database, "lsnAfter", postgres_lsn_text(after->position.current_lsn, lsn));
    json_put_integer(database, "serverVersion", before->server_version);
    json_put_integer(database, "bytes", text->bytes);
    json_put_string(database, "at", clock_rfc3339(clock_wall_ms(), at));
    json_put(draft_manifest(operation), "database", database);
}

static bool write_dump(Operation *operation, const Plane *plane, const DumpSource *source,
                       SealWriter *writer, SealedFile *out_file, DumpText *out_text, Error *err)
{
    Listener listener = {.packing = packing_new(writer)};
    bool ok = run_program(operation, plane, source, &listener, err) &&
              packing_finish(listener.packing, err) && seal_finish(writer, out_file, err);

    *out_text = listener.text;
    packing_free(listener.packing);
    return ok;
}

bool dump_take(Operation *operation, const Plane *plane, Error *err)
{
    char *base = memory_format("%s-database.sql.gz", plane->spec->name), *name = NULL;
    SealWriter *writer = NULL;
    DumpSource before, after;
    SealedFile file;
    DumpText text;
    bool ok = see_dump_source(plane, &before, err) &&
              draft_open(operation, base, &writer, &name, err) &&
              write_dump(operation, plane, &before, writer, &file, &text, err) &&
              is_same(plane, &before, &after, err);

    if (ok) {
        note_source(operation, plane, &before, &after, &text, name);
        draft_note(operation, BACKUP_DATABASE, name, &file);
    }
    seal_free(writer);
    free(name);
    free(base);
    return ok;
}
