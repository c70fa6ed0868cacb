/*
 * engine/clients/command.h - a program of the operator's, run with a deadline.
 *
 * It gets our environment and what is added to it, nothing to read, and nobody hears what it writes to its standard output. It and all that
 * it started are killed when the deadline passes or a person wants to stop.
 * Units:  milliseconds.
 * Errors: ERR_INVALID it cannot be started; ERR_AMBIGUOUS it was killed, by us or by somebody else, and may have done its work; ERR_STOPPED.
 *         A program that ends by itself is a success here, whatever its status.
 */
#ifndef ENGINE_CLIENTS_COMMAND_H
#define ENGINE_CLIENTS_COMMAND_H

#include <stdint.h>

#include "base/error.h"
#include "base/loop.h"

typedef struct {
    Loop *loop;
    const char *const *words; /* NULL-ended; a program without a slash is looked for in $PATH */
    const char *const *environment; /* NULL-ended, "NAME=value", beside our own */
    int64_t timeout_ms;
    const bool *stop; /* or NULL */
} CommandOptions;

typedef struct {
    int status;
    char last_words[160]; /* the last line that it wrote to its standard error; printable */
} CommandEnd;

bool command_run(const CommandOptions *options, CommandEnd *out_end, Error *err);

#endif
