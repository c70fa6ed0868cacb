/*
 * sim/programs/pg_dump.c - "pg_dump": the rows of a member as it is when its snapshot is taken, as plain SQL.
 */
#include "base/memory.h"
#include "sim/programs/database.h"

/* From connecting to the snapshot. */
static const Span CONNECTS = {.lowest = 30, .highest = 200};

static int64_t begin(Play *play)
{
    if (play_has_word(play, "--version")) {
        play_tell_version(play, "pg_dump");
        return PLAY_ENDS;
    }
    return play_connect(play, "pg_dump", 1) ? span_draw(&CONNECTS, play->random) : PLAY_ENDS;
}

/* It refuses a server that is newer than itself. */
static bool is_new_enough(Play *play)
{
    const WorldParameters *parameters = &play->world->parameters;
    int64_t server = parameters->replication.server_version_num / 10000;

    if (parameters->backup.client_version == 0 || parameters->backup.client_version >= server)
        return true;
    play_fail(play, 1, "pg_dump: error: aborting because of server version mismatch");
    return false;
}

/* How long it goes on; it looks now and then whether its server still does. */
typedef struct {
    int64_t left_ms;
} Dumping;
enum { LOOKS_EVERY_MS = 500 };

static int64_t begin_dump(Play *play, PgMember *member)
{
    Dumping *dumping = MEMORY_NEW(Dumping);

    dumping->left_ms = span_draw(&play->world->parameters.backup.dump_takes, play->random);
    play->state = dumping;
    dump_write(member, &play->output);
    return LOOKS_EVERY_MS;
}

static int64_t go_on(Play *play, const PgMember *member)
{
    Dumping *dumping = play->state;

    if (!pg_member_is_ready(member))
        return play_fail(play, 1, "pg_dump: error: server closed the connection unexpectedly");
    dumping->left_ms -= LOOKS_EVERY_MS;
    return dumping->left_ms > 0 ? LOOKS_EVERY_MS : PLAY_ENDS;
}

static int64_t take_turn(Play *play)
{
    PgMember *member;

    if (play->turn == 0)
        return begin(play);
    if (play->state)
        return go_on(play, play_member(play));
    member = play_connect(play, "pg_dump", 1);
    return member && is_new_enough(play) ? begin_dump(play, member) : PLAY_ENDS;
}

const PlayedProgram PLAYED_PG_DUMP = {.name = "pg_dump", .turn = take_turn};
