/*
 * cli/catalogue.c - where the shipped scenarios are, seen from where the program is.
 */
#include "cli/catalogue.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

static const char *const PLACES[] = {
    "../share/understudy/scenarios/catalogue", /* PREFIX/bin/understudy */
    "../scenarios/catalogue",                  /* build/understudy */
};

const char *catalogue_folder(void)
{
    static char found[4096 + 64];
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    char *slash;

    program[length > 0 ? length : 0] = '\0';
    slash = strrchr(program, '/');
    if (slash)
        *slash = '\0';
    for (size_t i = 0; slash && i < sizeof PLACES / sizeof *PLACES; i++) {
        snprintf(found, sizeof found, "%s/%s", program, PLACES[i]);
        if (file_exists(found))
            return found;
    }
    return "scenarios/catalogue";
}
