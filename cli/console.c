/*
 * cli/console.c - what a person sees while something runs.
 */
#include "cli/console.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"

bool console_is_terminal(void)
{
    const char *term = getenv("TERM");

    return isatty(STDOUT_FILENO) && !(term && strcmp(term, "dumb") == 0);
}

const char *console_tone(Tone tone)
{
    static const char *const SEQUENCES[] = {
        [TONE_PLAIN] = "\033[0m", [TONE_GOOD] = "\033[32m", [TONE_BAD] = "\033[31m",
        [TONE_WARN] = "\033[33m", [TONE_FAINT] = "\033[2m",
    };
    const char *no_color = getenv("NO_COLOR");

    return console_is_terminal() && !(no_color && *no_color) ? SEQUENCES[tone] : "";
}

void console_clear_status(void)
{
    if (console_is_terminal())
        fputs("\r\033[K", stdout);
}

static int terminal_width(void)
{
    struct winsize size;

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : 80;
}

/* Cut to the width: only one row can be taken back. */
void console_status(const char *format, ...)
{
    char text[512];
    va_list arguments;

    if (!console_is_terminal())
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    printf("\r\033[K%.*s", terminal_width() - 1, text);
    fflush(stdout);
}

/* ------------------------------------------------------------------------------------------------ what is waited for */

/* "waiting 00:42 of 10:00 for services: deployment/tsb: 0 of 1 ready". */
static void waiting_text(const Console *console, char *out, size_t room)
{
    int elapsed_s = (int)((clock_mono_ms() - console->began_ms) / 1000);
    int limit_s = (int)(console->limit_ms / 1000);

    snprintf(out, room, "waiting %02d:%02d of %02d:%02d for %s: %s", elapsed_s / 60, elapsed_s % 60,
             limit_s / 60, limit_s % 60, console->step, console->seen);
}

static void redraw(Console *console)
{
    char text[520];

    waiting_text(console, text, sizeof text);
    console_status("      %s", text);
}

/* The width is asked each time: a window that changes its size is no matter. */
static void on_tick(void *owner)
{
    Console *console = owner;

    timer_start(console->tick, 1000);
    if (!console->is_held && *console->step)
        redraw(console);
}

void console_open(Console *console, Loop *loop, ConsoleManner manner)
{
    *console = (Console){.manner = manner};
    if (manner != CONSOLE_TELLS_ALL || !console_is_terminal())
        return;
    console->tick = timer_new(loop, on_tick, console);
    timer_start(console->tick, 1000);
}

void console_close(Console *console)
{
    timer_free(console->tick);
    console->tick = NULL;
}

/* In a log every line has its time. */
static void begin_line(const char *indent)
{
    char at[CLOCK_TEXT_MAX];

    if (console_is_terminal())
        fputs(indent, stdout);
    else
        printf("%s %s", clock_rfc3339(clock_wall_ms(), at), indent);
}

/* Before anything was done about it: "found deployment/tsb: 1 replicas wanted". */
static void print_observed(Console *console, const TraceEvent *event)
{
    int64_t elapsed_ms = json_integer_or(event->data, "elapsedMs", 0);
    const char *state = json_string_or(event->data, "state", "");
    bool is_found = strcmp(state, "pending") == 0 && elapsed_ms < 1000;
    char text[520];

    if (strcmp(state, "pending") != 0 && strcmp(state, "waiting") != 0)
        return;
    snprintf(console->step, sizeof console->step, "%s", json_string_or(event->data, "name", ""));
    snprintf(console->seen, sizeof console->seen, "%s", json_string_or(event->data, "text", ""));
    console->began_ms = clock_mono_ms() - elapsed_ms;
    console->limit_ms = json_integer_or(event->data, "limitMs", 0);
    if (console_is_terminal()) {
        redraw(console);
        return;
    }
    waiting_text(console, text, sizeof text);
    begin_line("      ");
    printf("%s%s\n", is_found ? "found " : "", is_found ? console->seen : text);
}

/* ------------------------------------------------------------------------------------------------------- what is over */

static void print_finding(const cJSON *data)
{
    static const struct {
        const char *key, *label;
    } ROWS[] = {
        {"required", "required"},
        {"observed", "observed"},
        {"evidence", "evidence"},
        {"remedy",   "remedy"  },
    };

    begin_line("");
    printf("%s%s %s%s\n", console_tone(TONE_BAD), json_string_or(data, "reaction", ""),
           json_string_or(data, "check", ""), console_tone(TONE_PLAIN));
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        const char *text = json_string_or(data, ROWS[i].key, "");

        if (*text)
            printf("    %-9s %s\n", ROWS[i].label, text);
    }
}

static void print_end(const TraceEvent *event)
{
    const char *result = json_string_or(event->data, "result", "");
    bool is_bad = strcmp(result, "failed") == 0;
    char duration[CLOCK_TEXT_MAX];

    begin_line("");
    printf("%s%-5s %-14s %s%s  %s\n", console_tone(is_bad ? TONE_BAD : TONE_GOOD),
           json_string_or(event->data, "id", ""), json_string_or(event->data, "name", ""), result,
           console_tone(TONE_PLAIN),
           clock_duration(json_integer_or(event->data, "ms", 0), duration));
}

static void print_line(Tone tone, const char *label, const char *text)
{
    begin_line("      ");
    printf("%s%s%s%s\n", console_tone(tone), label, text, console_tone(TONE_PLAIN));
}

static void print_event(const TraceEvent *event)
{
    if (strcmp(event->kind, "step.end") == 0)
        print_end(event);
    else if (strcmp(event->kind, "engine.finding") == 0)
        print_finding(event->data);
    else if (strcmp(event->kind, "engine.warning") == 0)
        print_line(TONE_WARN, "warning ", event->text);
    else if (strcmp(event->kind, "step.act") == 0)
        print_line(TONE_FAINT, "", event->text);
    else
        print_line(TONE_PLAIN, "", event->text);
}

static bool is_trouble(const TraceEvent *event)
{
    return strcmp(event->kind, "engine.finding") == 0 || strcmp(event->kind, "engine.warning") == 0;
}

static void print_json(const TraceEvent *event)
{
    cJSON *line = cJSON_CreateObject();
    char at[CLOCK_TEXT_MAX], *text;

    json_put_string(line, "type", "event");
    json_put_string(line, "at", clock_rfc3339(clock_wall_ms(), at));
    json_put_string(line, "kind", event->kind);
    json_put_string(line, "text", event->text);
    if (event->data)
        json_put(line, "data", cJSON_Duplicate(event->data, true));
    text = json_text(line);
    puts(text);
    free(text);
    cJSON_Delete(line);
}

/* A question has been printed by whoever asks it; that a step begins is told by what it finds. */
static bool is_told_otherwise(const TraceEvent *event)
{
    return strcmp(event->kind, "step.begin") == 0 || strcmp(event->kind, "engine.question") == 0;
}

static void tell(Console *console, const TraceEvent *event)
{
    if (strcmp(event->kind, "step.observed") == 0) {
        print_observed(console, event);
    } else if (!is_told_otherwise(event)) {
        if (strcmp(event->kind, "step.end") == 0)
            console->step[0] = '\0';
        console_clear_status();
        print_event(event);
    }
}

void console_engine_event(void *owner, const TraceEvent *event)
{
    Console *console = owner;
    bool is_engines = strcmp(event->lane, "engine") == 0;

    if (!is_engines || console->manner == CONSOLE_TELLS_NOTHING)
        return;
    if (console->manner == CONSOLE_TELLS_EVENTS)
        print_json(event);
    else if (console->manner == CONSOLE_TELLS_ALL)
        tell(console, event);
    else if (is_trouble(event))
        print_event(event);
    fflush(stdout);
}
