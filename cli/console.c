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

    return isatty(STDOUT_FILENO) && !getenv("NO_COLOR") && !(term && strcmp(term, "dumb") == 0);
}

const char *console_tone(Tone tone)
{
    static const char *const SEQUENCES[] = {
        [TONE_PLAIN] = "\033[0m", [TONE_GOOD] = "\033[32m", [TONE_BAD] = "\033[31m",
        [TONE_WARN] = "\033[33m", [TONE_FAINT] = "\033[2m",
    };

    return console_is_terminal() ? SEQUENCES[tone] : "";
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

    printf("%s%s %s%s\n", console_tone(TONE_BAD), json_string_or(data, "reaction", ""),
           json_string_or(data, "check", ""), console_tone(TONE_PLAIN));
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        const char *text = json_string_or(data, ROWS[i].key, "");

        if (*text)
            printf("    %-9s %s\n", ROWS[i].label, text);
    }
}

/* "waiting 00:42 of 10:00 for services: deployment/tsb: 0 of 1 ready", or "found deployment/tsb: 1 replicas wanted" before acting. */
static void print_observed(const TraceEvent *event)
{
    int elapsed_s = (int)(json_integer_or(event->data, "elapsedMs", 0) / 1000);
    int limit_s = (int)(json_integer_or(event->data, "limitMs", 0) / 1000);
    const char *state = json_string_or(event->data, "state", "");
    const char *seen = json_string_or(event->data, "text", "");
    char text[400];

    if (strcmp(state, "pending") == 0 && elapsed_s == 0)
        snprintf(text, sizeof text, "      found %s", seen);
    else if (strcmp(state, "pending") == 0 || strcmp(state, "waiting") == 0)
        snprintf(text, sizeof text, "      waiting %02d:%02d of %02d:%02d for %s: %s",
                 elapsed_s / 60, elapsed_s % 60, limit_s / 60, limit_s % 60,
                 json_string_or(event->data, "name", ""), seen);
    else
        return;
    if (console_is_terminal())
        console_status("%s", text);
    else
        printf("%s\n", text);
}

static void print_end(const TraceEvent *event)
{
    const char *result = json_string_or(event->data, "result", "");
    bool is_bad = strcmp(result, "failed") == 0;
    char duration[CLOCK_TEXT_MAX];

    printf("%s%-5s %-14s %s%s  %s\n", console_tone(is_bad ? TONE_BAD : TONE_GOOD),
           json_string_or(event->data, "id", ""), json_string_or(event->data, "name", ""), result,
           console_tone(TONE_PLAIN),
           clock_duration(json_integer_or(event->data, "ms", 0), duration));
}

void console_engine_event(void *owner, const TraceEvent *event)
{
    (void)owner;
    if (strcmp(event->kind, "step.observed") == 0) {
        print_observed(event);
        fflush(stdout);
        return;
    }
    if (strcmp(event->lane, "engine") != 0 || strcmp(event->kind, "step.begin") == 0)
        return;
    console_clear_status();
    if (strcmp(event->kind, "step.end") == 0)
        print_end(event);
    else if (strcmp(event->kind, "engine.finding") == 0)
        print_finding(event->data);
    else if (strcmp(event->kind, "engine.warning") == 0)
        printf("%s      warning %s%s\n", console_tone(TONE_WARN), event->text,
               console_tone(TONE_PLAIN));
    else if (strcmp(event->kind, "step.act") == 0)
        printf("%s      %s%s\n", console_tone(TONE_FAINT), event->text, console_tone(TONE_PLAIN));
    else
        printf("      %s\n", event->text);
    fflush(stdout);
}
