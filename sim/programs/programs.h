/*
 * sim/programs/programs.h - the programs on the operator's desk, which the world plays when an engine starts one in simulated time.
 *
 * A program is a row of the table (table.c) and a file of its own. It is known by the last part of the word that it was called by
 * ("/usr/bin/psql": psql); a word that is in no row is as a file that is not there. Where it can do wrong is the fault point
 * program.run (docs/faults.md), which is asked here for all of them.
 *
 * Its story: it is started, reads its whole input, and after a moment has its first turn. A turn looks and acts, and says how many
 * milliseconds pass until the next one, or PLAY_ENDS; then what it said is written, and it ends with its status. It may be killed
 * between any two turns: what it did stays done.
 */
#ifndef SIM_PROGRAMS_PROGRAMS_H
#define SIM_PROGRAMS_PROGRAMS_H

#include "base/buffer.h"
#include "sim/inside.h"

typedef struct {
    World *world;
    const char *const *words, *const *environment; /* NULL-ended; words[0]: as it was called */
    Buffer input;                                  /* all of it; text has a NUL behind it */
    Random *random;                                /* the program's own stream */
    int turn;                                      /* 0: the first */
    void *state;                                   /* its own; freed with free() */

    Buffer output, errors; /* what it says */
    int status;
} Play;

enum { PLAY_ENDS = -1 };
typedef int64_t PlayTurn(Play *play);

typedef struct {
    const char *name;
    PlayTurn *turn;
    const char *version; /* what it says to --version; NULL: its turn sees to that too */
} PlayedProgram;

/* ---- for programs ------------------------------------------------------------------------------------------------------------------- */

/* A variable of its environment; NULL: not set. */
const char *play_variable(const Play *play, const char *name);
/* What stands in its words as "--name=value", or behind "--name"; NULL: nothing. */
const char *play_option(const Play *play, const char *option);
bool play_has_word(const Play *play, const char *word);
/* Says it on the error output, with a line's end, and ends with status. */
int64_t play_fail(Play *play, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- for the world ------------------------------------------------------------------------------------------------------------------ */

struct Programs *programs_new(World *world);   /* from now on it plays them, if it is simulated */
void programs_free(struct Programs *programs); /* accepts NULL */

/* All of them; NULL past the last. table.c */
const PlayedProgram *played_program(size_t index);

extern const PlayedProgram PLAYED_CLUSTER_LOGIN, PLAYED_DNS_HOOK, PLAYED_HELM, PLAYED_PG_DUMP,
    PLAYED_PSQL;

#endif
