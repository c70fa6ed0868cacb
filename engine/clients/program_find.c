/*
 * engine/clients/program_find.c - is a program that we need there, and new enough?
 */
#include "engine/clients/program_find.h"

#include <ctype.h>
#include <stdlib.h>

#include "engine/clients/program.h"

enum { TIMEOUT_MS = 30000, OUTPUT_MAX = 4096, WORDS_MAX = 6 };

static const char *number_of(const char *word)
{
    const char *at = *word == 'v' ? word + 1 : word;

    return isdigit((unsigned char)*at) ? at : NULL;
}

bool program_version_parse(const char *text, ProgramVersion *out_version)
{
    bool begins_word = true;

    for (; *text != '\0'; text++) {
        const char *number = begins_word ? number_of(text) : NULL;
        char *end;

        if (number != NULL) {
            out_version->major = (int)strtol(number, &end, 10);
            out_version->minor = *end == '.' ? (int)strtol(end + 1, NULL, 10) : 0;
            return true;
        }
        begins_word = isspace((unsigned char)*text);
    }
    return false;
}

static bool is_older(ProgramVersion a, ProgramVersion b)
{
    return a.major < b.major || (a.major == b.major && a.minor < b.minor);
}

static bool refuse(const ProgramNeed *need, Error *err, const char *why)
{
    return error_set(err, ERR_INVALID, "%s; install %s (%d.%d or later)", why, need->package,
                     need->least.major, need->least.minor);
}

static bool ask(const ProgramNeed *need, Loop *loop, const bool *stop, ProgramEnd *out_end,
                Error *err)
{
    static const char *const USUAL[] = {"--version", NULL};
    const char *const *asks = need->asks != NULL ? need->asks : USUAL;
    const char *words[WORDS_MAX + 2] = {need->name};

    for (size_t i = 0; i < WORDS_MAX && asks[i] != NULL; i++)
        words[i + 1] = asks[i];
    return program_run(&(ProgramOptions){.loop = loop,
                                         .words = words,
                                         .output_max = OUTPUT_MAX,
                                         .timeout_ms = TIMEOUT_MS,
                                         .stop = stop},
                       out_end, err);
}

bool program_find(const ProgramNeed *need, Loop *loop, const bool *stop,
                  ProgramVersion *out_version, Error *err)
{
    ProgramEnd end = {0};
    ProgramVersion version;
    bool is_told;
    Error why;

    if (!ask(need, loop, stop, &end, &why))
        return why.code == ERR_STOPPED ? error_set(err, why.code, "%s", why.message)
                                       : refuse(need, err, why.message);
    is_told = end.status == 0 && end.output.data != NULL &&
              program_version_parse(end.output.data, &version);
    program_end_release(&end);
    if (!is_told) {
        error_set(&why, ERR_INVALID, "%s does not tell its version", need->name);
        return refuse(need, err, why.message);
    }
    if (is_older(version, need->least)) {
        error_set(&why, ERR_INVALID, "%s is version %d.%d, too old", need->name, version.major,
                  version.minor);
        return refuse(need, err, why.message);
    }
    *out_version = version;
    return true;
}
