/*
 * engine/clients/program.h - another program, run on the loop: no terminal, nothing on its input, its output collected.
 *
 * It gets a session of its own, so that it cannot ask on our terminal, is not hit by our Ctrl-C, and is ended with its children.
 * What it writes on its error output is dropped: nobody knows what a stranger's program says there.
 *
 * Units:     milliseconds.
 * Ownership: options are copied where they are needed; a Program must be freed before its loop.
 */
#ifndef ENGINE_CLIENTS_PROGRAM_H
#define ENGINE_CLIENTS_PROGRAM_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/loop.h"

typedef struct Program Program;

typedef struct {
    char *const *
        arguments; /* the first is the program, looked up in PATH if it has no '/'; ends with NULL */
    char *const *environment; /* all of it; ends with NULL */
    size_t output_max;        /* bytes; more is an error */
    int64_t timeout_ms;
} ProgramOptions;

/* Fails with ERR_NOT_FOUND if there is no such program, ERR_INPUT if it cannot be run. Does not wait. */
bool program_start(Loop *loop, const ProgramOptions *options, Program **out_program, Error *err);
bool program_is_over(const Program *program);
/*
 * What it said; the caller's to release. Only once it is over. Fails with ERR_TIMEOUT, or ERR_UNAVAILABLE if it ended badly;
 * the message goes on from the program's name: "ended with status 3".
 */
bool program_output(Program *program, Buffer *out_output, Error *err);
void program_free(Program *program); /* kills what still runs; accepts NULL */

#endif
