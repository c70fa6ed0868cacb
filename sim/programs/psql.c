/*
 * sim/programs/psql.c - "psql": a script from its input, of which it knows what a restore says: away with the database, here is another one.
 *
 * A member has one database, whatever it is called: DROP DATABASE empties it, CREATE TABLE wants it empty, COPY fills it. All else is
 * taken for done. TSB's pods are the sessions that stand in the way of a DROP DATABASE, and come back as long as they run (F-808).
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "sim/programs/database.h"

enum { STATUS_CONNECTION = 2, STATUS_SCRIPT = 3 };

static const Span CONNECTS = {.lowest = 30, .highest = 200};

typedef struct {
    Play *play;
    PgMember *member;
    const char *at, *end; /* of the script */
} Script;

static int64_t fail(const Script *script, const char *what)
{
    play_fail(script->play, STATUS_SCRIPT, "psql:<stdin>: ERROR:  %s", what);
    return PLAY_ENDS;
}

static bool next_line(Script *script, const char **out_line, size_t *out_length)
{
    const char *newline;

    if (script->at >= script->end)
        return false;
    newline = memchr(script->at, '\n', (size_t)(script->end - script->at));
    *out_line = script->at;
    *out_length = (size_t)((newline ? newline : script->end) - script->at);
    script->at = newline ? newline + 1 : script->end;
    return true;
}

static bool begins(const char *line, size_t length, const char *word)
{
    return length >= strlen(word) && strncasecmp(line, word, strlen(word)) == 0;
}

/* ---- rows --------------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    char **keys;
    size_t count, capacity;
} Keys;

static bool note_key(void *owner, const char *key, const cJSON *value)
{
    Keys *keys = owner;

    (void)value;
    MEMORY_GROW(keys->keys, keys->count, keys->capacity);
    keys->keys[keys->count++] = memory_text(key);
    return true;
}

static Keys keys_of(PgMember *member)
{
    Keys keys = {0};

    pg_member_each_row(member, "", note_key, &keys);
    return keys;
}

static void release_keys(Keys *keys)
{
    for (size_t i = 0; i < keys->count; i++)
        free(keys->keys[i]);
    free(keys->keys);
}

static void empty(PgMember *member)
{
    Keys keys = keys_of(member);

    for (size_t i = 0; i < keys.count; i++)
        pg_member_write(member, keys.keys[i], NULL, NULL, NULL);
    release_keys(&keys);
}

static bool is_empty(PgMember *member)
{
    Keys keys = keys_of(member);
    bool is = keys.count == 0;

    release_keys(&keys);
    return is;
}

/* To its end, or that of the input, which is the end of COPY, too. */
static const char *copy(Script *script)
{
    const char *line;
    size_t length;

    while (next_line(script, &line, &length) && !(length == 2 && strncmp(line, "\\.", 2) == 0)) {
        cJSON *value = NULL;
        char *key = dump_read_line(line, length, &value);

        if (!key)
            return "invalid input syntax for type json";
        pg_member_write(script->member, key, value, NULL, NULL);
        cJSON_Delete(value);
        free(key);
    }
    return NULL;
}

/* ---- statements --------------------------------------------------------------------------------------------------------------------- */

static bool has_sessions(const Plane *plane)
{
    return plane_ready_pods(plane, "tsb") + plane_ready_pods(plane, "iam") > 0;
}

/* A statement is known by how its first line begins; NULL: done. */
static const char *obey(Script *script, const char *line, size_t length)
{
    if (begins(line, length, "DROP DATABASE")) {
        if (has_sessions(script->member->plane))
            return "database is being accessed by other users";
        empty(script->member);
    } else if (begins(line, length, "CREATE TABLE") && !is_empty(script->member)) {
        return "relation already exists";
    } else if (begins(line, length, "COPY ")) {
        return copy(script);
    }
    return NULL;
}

static int64_t carry_out(Script *script)
{
    const char *line, *why = NULL;
    size_t length;

    if (pg_member_is_standby(script->member))
        return fail(script, "cannot execute this in a read-only transaction");
    while (!why && next_line(script, &line, &length))
        why = obey(script, line, length);
    return why ? fail(script, why) : PLAY_ENDS;
}

static int64_t begin(Play *play)
{
    if (play_has_word(play, "--version")) {
        play_tell_version(play, "psql");
        return PLAY_ENDS;
    }
    if (!play_connect(play, "psql", STATUS_CONNECTION))
        return PLAY_ENDS;
    return memmem(play->input.data, play->input.length, "COPY ", 5)
               ? span_draw(&play->world->parameters.backup.load_takes, play->random)
               : span_draw(&CONNECTS, play->random);
}

static int64_t take_turn(Play *play)
{
    Script script = {.play = play};

    if (play->turn == 0)
        return begin(play);
    script.member = play_connect(play, "psql", STATUS_CONNECTION);
    script.at = play->input.data;
    script.end = script.at ? script.at + play->input.length : NULL;
    return script.member ? carry_out(&script) : PLAY_ENDS;
}

const PlayedProgram PLAYED_PSQL = {.name = "psql", .turn = take_turn};
