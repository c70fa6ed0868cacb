/*
 * sim/programs/database.c - how pg_dump and psql reach a database, and how its rows look in a plain dump.
 */
#include "sim/programs/database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "sim/postgres_real/rows.h"

void play_tell_version(Play *play, const char *name)
{
    const WorldParameters *parameters = &play->world->parameters;
    int64_t major = parameters->backup.client_version;

    if (major == 0)
        major = parameters->replication.server_version_num / 10000;
    buffer_format(&play->output, "%s (PostgreSQL) %lld.13\n", name, (long long)major);
}

enum { PORT = 5432 };

/* ---- connecting --------------------------------------------------------------------------------------------------------------------- */

static const char *variable(const Play *play, const char *name)
{
    const char *value = play_variable(play, name);

    return value ? value : "";
}

PgMember *play_member(const Play *play)
{
    const World *world = play->world;
    const char *ip = variable(play, "PGHOST");

    for (int i = 0; i < WORLD_PLANES; i++)
        for (int j = 0; j < world->planes[i]->member_count; j++)
            if (strcmp(world->planes[i]->members[j]->ip, ip) == 0)
                return world->planes[i]->members[j];
    return NULL;
}

static bool is_delivered(const World *world, const Plane *plane)
{
    const Network *network = topology_network(world->topology);

    return network->connect(network->self, NETWORK_STREAM, "desk", plane->name, PORT).fate ==
           NETWORK_DELIVER;
}

static const char *why_not(const Play *play, const PgMember *member)
{
    if (member && !is_delivered(play->world, member->plane))
        return "timeout expired";
    if (!member || !pg_member_is_ready(member))
        return "Connection refused";
    if (play->world->parameters.replication.asks_certificates && !*variable(play, "PGSSLCERT"))
        return "FATAL:  connection requires a valid client certificate";
    if (strcmp(variable(play, "PGPASSWORD"), play->world->postgres_password) != 0)
        return "FATAL:  password authentication failed";
    return NULL;
}

static int64_t fail_connection(Play *play, const char *name, int status, const char *why)
{
    return play_fail(play, status, "%s: error: connection to server at \"%s\", port %s failed: %s",
                     name, variable(play, "PGHOST"), variable(play, "PGPORT"), why);
}

PgMember *play_connect(Play *play, const char *name, int status)
{
    PgMember *member = play_member(play);
    const char *why = why_not(play, member);

    if (!why)
        return member;
    fail_connection(play, name, status, why);
    return NULL;
}

/* ---- a dump ------------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    Buffer *out;
    const char *table;
} Copy;

/* COPY's text form: a tab parts columns, a line's end rows, and a backslash says what else it stands for. */
static void add_escaped(Buffer *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '\\':
            buffer_add_text(out, "\\\\");
            break;
        case '\t':
            buffer_add_text(out, "\\t");
            break;
        case '\n':
            buffer_add_text(out, "\\n");
            break;
        default:
            buffer_add_byte(out, (uint8_t)*text);
        }
    }
}

static bool add_row(void *owner, const char *key, const cJSON *value)
{
    Copy *copy = owner;
    char *text;

    if (strcmp(rows_table_of(key), copy->table) != 0)
        return true;
    text = json_text(value);
    add_escaped(copy->out, key);
    buffer_add_byte(copy->out, '\t');
    add_escaped(copy->out, text);
    buffer_add_byte(copy->out, '\n');
    free(text);
    return true;
}

void dump_write(PgMember *member, Buffer *out)
{
    const char *const *tables = rows_tables();

    buffer_add_text(out,
                    "--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n\n");
    for (size_t i = 0; tables[i]; i++)
        buffer_format(out,
                      "CREATE TABLE public.%s (\n    key text NOT NULL,\n    value json\n);\n\n",
                      tables[i]);
    for (size_t i = 0; tables[i]; i++) {
        buffer_format(out, "COPY public.%s (key, value) FROM stdin;\n", tables[i]);
        member->database->each_row(member, "", add_row, &(Copy){out, tables[i]});
        buffer_add_text(out, "\\.\n\n");
    }
    buffer_add_text(out, "--\n-- PostgreSQL database dump complete\n--\n\n");
}

static char *unescaped(const char *text, size_t length)
{
    char *out = memory_new(length + 1, 1), *to = out;

    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\\' && i + 1 < length) {
            i++;
            *to++ = (char)(text[i] == 't' ? '\t' : text[i] == 'n' ? '\n' : text[i]);
        } else {
            *to++ = text[i];
        }
    }
    return out;
}

char *dump_read_line(const char *line, size_t length, cJSON **out_value)
{
    const char *tab = memchr(line, '\t', length);
    char *value, *key;
    bool ok;

    if (!tab)
        return NULL;
    value = unescaped(tab + 1, length - (size_t)(tab + 1 - line));
    ok = json_parse(value, strlen(value), out_value, NULL);
    key = ok ? unescaped(line, (size_t)(tab - line)) : NULL;
    free(value);
    return key;
}
