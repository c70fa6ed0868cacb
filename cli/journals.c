/*
 * cli/journals.c - where the journals of an environment lie, if nobody says.
 */
#include "cli/journals.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/journal.h"

char *journal_usual(const char *environment, const char *procedure)
{
    return memory_format("understudy-%s-%s.journal", environment, procedure);
}

/* The name of another environment may begin with that of this one, so the journal itself is asked. */
static bool is_of(const char *path, const char *environment, bool *out_is_finished)
{
    Journal *journal = NULL;
    bool is_it;

    if (!journal_open(path, &journal, NULL))
        return false;
    is_it = !environment ||
            strcmp(json_string_or(journal_entries(journal), "0/environment", ""), environment) == 0;
    *out_is_finished = journal_is_finished(journal);
    journal_close(journal);
    return is_it;
}

static void find(const char *environment, bool with_finished, Journals *out_journals)
{
    glob_t found = {0};

    *out_journals = (Journals){0};
    glob("understudy-*.journal", 0, NULL, &found);
    out_journals->paths = memory_new(found.gl_pathc + 1, sizeof *out_journals->paths);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        bool is_finished = false;

        if (is_of(found.gl_pathv[i], environment, &is_finished) && (with_finished || !is_finished))
            out_journals->paths[out_journals->count++] = memory_text(found.gl_pathv[i]);
    }
    globfree(&found);
}

void journals_here(const char *environment, Journals *out_journals)
{
    find(environment, true, out_journals);
}

void journals_free(Journals *journals)
{
    for (size_t i = 0; i < journals->count; i++)
        free(journals->paths[i]);
    free(journals->paths);
}

static bool fail_several(const Journals *journals, Error *err)
{
    char names[400] = "";
    size_t length = 0;

    for (size_t i = 0; i < journals->count && length < sizeof names; i++)
        length += (size_t)snprintf(names + length, sizeof names - length, "%s%s", i ? ", " : "",
                                   journals->paths[i]);
    return error_set(err, ERR_CONFLICT, "several runs are not finished; name one with -j: %s",
                     names);
}

bool journal_unfinished(const char *environment, char **out_path, Error *err)
{
    Journals journals;
    bool ok;

    find(environment, false, &journals);
    if (journals.count == 0)
        ok = error_set(err, ERR_NOT_FOUND,
                       "no unfinished run%s%s in this folder; name its journal with -j",
                       environment ? " of " : "", environment ? environment : "");
    else if (journals.count > 1)
        ok = fail_several(&journals, err);
    else
        ok = true;
    if (ok)
        *out_path = memory_text(journals.paths[0]);
    journals_free(&journals);
    return ok;
}
