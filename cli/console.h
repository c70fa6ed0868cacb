/*
 * cli/console.h - what a person sees while something runs: lines, and on a terminal colour and a line that is rewritten.
 */
#ifndef CLI_CONSOLE_H
#define CLI_CONSOLE_H

#include <stdbool.h>

#include "base/loop.h"
#include "base/trace.h"

typedef enum { TONE_PLAIN, TONE_GOOD, TONE_BAD, TONE_WARN, TONE_FAINT } Tone;

/* Where a line can be rewritten: not with TERM=dumb. */
bool console_is_terminal(void);
/* Escape sequence, or "": colour only on a terminal, and not with NO_COLOR. */
const char *console_tone(Tone tone);

/* A line that the next output replaces (only on a terminal; otherwise nothing). */
void console_status(const char *format, ...) __attribute__((format(printf, 1, 2)));
void console_clear_status(void);

/* How an engine's run is told. */
typedef enum {
    CONSOLE_TELLS_ALL, /* steps, what is waited for, findings: on a terminal with a line that ticks, else a log with times */
    CONSOLE_TELLS_TROUBLE, /* findings and warnings only */
    CONSOLE_TELLS_EVENTS,  /* each event as a line of JSON */
    CONSOLE_TELLS_NOTHING,
} ConsoleManner;

typedef struct {
    ConsoleManner manner;
    Timer *tick;
    bool is_held;  /* a person is being asked: nothing is rewritten meanwhile */
    char step[40]; /* what is waited for; "": nothing is */
    char seen[400];
    int64_t began_ms, limit_ms; /* monotonic, and how long it may take */
} Console;

void console_open(Console *console, Loop *loop, ConsoleManner manner);
void console_close(Console *console);

/* A TraceSink for the engine's events; owner is a Console. */
void console_engine_event(void *owner, const TraceEvent *event);

#endif
