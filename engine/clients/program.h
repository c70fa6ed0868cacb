/*
 * engine/clients/program.h - another program, run on the loop: it gets words and input, says something, and ends.
 *
 * It gets a session of its own, so that it cannot ask on our terminal, is not hit by our Ctrl-C, and is killed with all that it started
 * when it is late, says too much, or a person wants to stop. Nothing of it is left when we say how it ended.
 *
 * A program that ends by itself is a success here, whatever its status.
 * Units:     milliseconds, bytes.
 * Ownership: options are copied where they are needed; a Program must be freed before its loop. What went in and what came out may be
 *            secret: both are wiped.
 * Errors:    ERR_INVALID it is not there, or cannot be run; ERR_AMBIGUOUS it was killed, by us or by somebody else, and may have done its
 *            work; ERR_STOPPED.
 */
#ifndef ENGINE_CLIENTS_PROGRAM_H
#define ENGINE_CLIENTS_PROGRAM_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/loop.h"

/* Part of what it writes on its standard output. False: it need not go on, and is killed. Called from the loop. */
typedef bool ProgramHearer(void *owner, const char *bytes, size_t length);

typedef struct {
    Loop *loop;
    const char *const *words; /* NULL-ended; a program without a slash is looked for in $PATH */
    const char *const
        *environment;  /* NULL-ended, "NAME=value", in place of our own of that name; NULL: ours */
    const char *input; /* what it reads on its standard input; NULL: nothing */
    size_t input_length;
    size_t output_max;        /* of what it writes on its standard output; 0: nobody hears it */
    ProgramHearer *on_output; /* hears it instead, however much it is; may be NULL */
    void *owner;
    int64_t timeout_ms;
    const bool *stop; /* or NULL; for program_run */
} ProgramOptions;

typedef struct {
    int status;
    Buffer output;
    char last_words[160]; /* the last line that it wrote on its standard error; printable */
} ProgramEnd;

/* Waits for its end. Errors begin with its name. */
bool program_run(const ProgramOptions *options, ProgramEnd *out_end, Error *err);
void program_end_release(ProgramEnd *end); /* wipes it */

/* ---- without waiting -------------------------------------------------------------------------- */

typedef struct Program Program;

/* Errors of these two go on from the program's name: "is not there", "did not end within 3 s and was killed". */
bool program_start(const ProgramOptions *options, Program **out_program, Error *err);
/* Once it is over. */
bool program_end(Program *program, ProgramEnd *out_end, Error *err);
bool program_is_over(const Program *program);
void program_free(Program *program); /* kills what still runs; accepts NULL */

#endif
