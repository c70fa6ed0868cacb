/*
 * cli/console.h - what a person sees while something runs: lines, and on a terminal colour and a line that is rewritten.
 */
#ifndef CLI_CONSOLE_H
#define CLI_CONSOLE_H

#include <stdbool.h>

#include "base/trace.h"

typedef enum { TONE_PLAIN, TONE_GOOD, TONE_BAD, TONE_WARN, TONE_FAINT } Tone;

/* Colour only on a terminal, and not with NO_COLOR or TERM=dumb. */
bool console_is_terminal(void);
const char *console_tone(Tone tone); /* escape sequence, or "" */

/* A line that the next output replaces (only on a terminal; otherwise nothing). */
void console_status(const char *format, ...) __attribute__((format(printf, 1, 2)));
void console_clear_status(void);

/* A TraceSink for the engine's events: a line per step, what is waited for, findings with their remedy. */
void console_engine_event(void *owner, const TraceEvent *event);

#endif
