/*
 * cli/options.c - a verb's flags, read by a table, with errors that say what to type instead.
 */
#include "cli/options.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fields.h"
#include "base/memory.h"
#include "base/yaml.h"

int usage_error(const Verb *verb, const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "understudy %s: ", verb->name);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "\nTry `understudy %s --help`.\n", verb->name);
    return EXIT_USAGE;
}

/* The option that text ("--seed", "--seed=7", "-s", "-s7") names; *out_value is what follows '=', or NULL. */
static const Option *option_of(const Option *options, size_t count, const char *text,
                               const char **out_value)
{
    size_t length = strcspn(text, "=");

    *out_value = text[length] == '=' ? text + length + 1 : NULL;
    for (size_t i = 0; i < count; i++) {
        if (strlen(options[i].name) == length && strncmp(options[i].name, text, length) == 0)
            return &options[i];
        if (options[i].letter && text[0] == '-' && text[1] == options[i].letter) {
            *out_value = text[2] ? text + 2 : NULL; /* -j2, as -j 2 */
            return &options[i];
        }
    }
    return NULL;
}

static int unknown_option(const Verb *verb, const Option *options, size_t count, const char *text)
{
    const char **words = memory_new(count + 2, sizeof *words);
    const char *nearest;
    int code;

    for (size_t i = 0; i < count; i++)
        words[i] = options[i].name;
    words[count] = "--help";
    nearest = yaml_nearest(text, words);
    code = nearest ? usage_error(verb, "there is no %s; did you mean %s?", text, nearest)
                   : usage_error(verb, "there is no %s", text);
    free(words);
    return code;
}

static const char *kind_of_value(OptionType type)
{
    return type == OPTION_SIZE  ? "a size like 16MiB"
           : type == OPTION_AGE ? "a time like 90m"
                                : "a whole number";
}

static bool set_value(const Option *option, const char *text)
{
    char *end;

    if (option->type == OPTION_TEXT) {
        *(const char **)option->value = text;
        return true;
    }
    if (option->type == OPTION_SIZE)
        return size_parse(text, option->value);
    if (option->type == OPTION_AGE)
        return clock_parse_duration(text, option->value);
    errno = 0;
    *(int64_t *)option->value = strtoll(text, &end, 10);
    return *text && !*end && errno == 0 && *(int64_t *)option->value >= 0;
}

/* One flag at *index; moves *index over its value. */
static bool read_option(const Verb *verb, int count, char **arguments, const Option *options,
                        size_t option_count, int *index, int *out_exit)
{
    const char *value;
    const Option *option = option_of(options, option_count, arguments[*index], &value);

    if (!option) {
        *out_exit = unknown_option(verb, options, option_count, arguments[*index]);
        return false;
    }
    if (option->type == OPTION_FLAG) {
        *(bool *)option->value = true;
        return !value || (*out_exit = usage_error(verb, "%s takes no value", option->name), false);
    }
    if (!value && *index + 1 < count)
        value = arguments[++*index];
    if (!value) {
        *out_exit = usage_error(verb, "%s needs a value", option->name);
        return false;
    }
    if (!set_value(option, value)) {
        *out_exit = usage_error(verb, "%s needs %s, not \"%s\"", option->name,
                                kind_of_value(option->type), value);
        return false;
    }
    return true;
}

static bool asks_for_help(const char *text)
{
    return strcmp(text, "--help") == 0 || strcmp(text, "-h") == 0;
}

bool options_read(const Verb *verb, int count, char **arguments, const Option *options,
                  size_t option_count, const char **out_places, size_t *out_place_count,
                  int *out_exit)
{
    bool only_places = false;

    *out_place_count = 0;
    for (int i = 1; i < count; i++) {
        if (!only_places && asks_for_help(arguments[i])) {
            fputs(verb->help, stdout);
            *out_exit = EXIT_PASSED;
            return false;
        }
        if (!only_places && strcmp(arguments[i], "--") == 0)
            only_places = true;
        else if (only_places || arguments[i][0] != '-' || !arguments[i][1])
            out_places[(*out_place_count)++] = arguments[i];
        else if (!read_option(verb, count, arguments, options, option_count, &i, out_exit))
            return false;
    }
    return true;
}

/* A signal handler can reach nothing but a global; this is the only one of the program beside the seam's. */
static volatile sig_atomic_t has_signal;
static bool is_stopping;

static void on_signal(int number)
{
    if (has_signal)
        _exit(128 + number);
    has_signal = 1;
    is_stopping = true;
}

const bool *stop_flag(void)
{
    struct sigaction action = {.sa_handler = on_signal};

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return &is_stopping;
}
