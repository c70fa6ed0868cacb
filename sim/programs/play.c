/*
 * sim/programs/play.c - what a program finds in its words and its environment, and how it fails.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/programs/programs.h"

const char *play_variable(const Play *play, const char *name)
{
    size_t length = strlen(name);

    for (const char *const *line = play->environment; *line != NULL; line++)
        if (strncmp(*line, name, length) == 0 && (*line)[length] == '=')
            return *line + length + 1;
    return NULL;
}

const char *play_option(const Play *play, const char *option)
{
    size_t length = strlen(option);

    for (const char *const *word = play->words + 1; *word != NULL; word++) {
        if (strncmp(*word, option, length) != 0)
            continue;
        if ((*word)[length] == '=')
            return *word + length + 1;
        if ((*word)[length] == '\0')
            return word[1];
    }
    return NULL;
}

bool play_has_word(const Play *play, const char *wanted)
{
    for (const char *const *word = play->words + 1; *word != NULL; word++)
        if (strcmp(*word, wanted) == 0)
            return true;
    return false;
}

int64_t play_fail(Play *play, int status, const char *format, ...)
{
    char text[400];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    buffer_format(&play->errors, "%s\n", text);
    play->status = status;
    return PLAY_ENDS;
}
