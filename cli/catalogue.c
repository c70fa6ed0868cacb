/*
 * cli/catalogue.c - where the shipped scenarios and the parity corpora are, seen from where the program is.
 */
#include "cli/catalogue.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

enum { PATH_SIZE = 4096 + 64 };

/* The first of places (NULL-ended) that is there; they are seen from the program's folder. */
static const char *find(const char *const *places, char out_found[PATH_SIZE])
{
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    char *slash;

    program[length > 0 ? length : 0] = '\0';
    slash = strrchr(program, '/');
    if (slash)
        *slash = '\0';
    for (size_t i = 0; slash && places[i]; i++) {
        snprintf(out_found, PATH_SIZE, "%s/%s", program, places[i]);
        if (file_exists(out_found))
            return out_found;
    }
    return NULL;
}

const char *catalogue_folder(void)
{
    static const char *const PLACES[] = {
        "../share/understudy/scenarios/catalogue", /* PREFIX/bin/understudy */
        "../scenarios/catalogue",                  /* build/understudy */
        NULL,
    };
    static char found[PATH_SIZE];
    const char *folder = find(PLACES, found);

    return folder ? folder : "scenarios/catalogue";
}

const char *corpus_folder(const char *corpus)
{
    static char found[PATH_SIZE];
    char installed[PATH_SIZE], checkout[PATH_SIZE];
    const char *folder;

    snprintf(installed, sizeof installed, "../share/understudy/conformance/%s", corpus);
    snprintf(checkout, sizeof checkout, "../conformance/fakes/%s", corpus);
    folder = find((const char *const[]){installed, checkout, NULL}, found);
    if (!folder)
        snprintf(found, sizeof found, "conformance/fakes/%s", corpus);
    return found;
}
