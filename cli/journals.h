/*
 * cli/journals.h - where the journals of an environment lie, if nobody says: in the folder one stands in, one for each procedure.
 */
#ifndef CLI_JOURNALS_H
#define CLI_JOURNALS_H

#include <stddef.h>

#include "base/error.h"

/* "understudy-lab-failover.journal"; free() it. */
char *journal_usual(const char *environment, const char *procedure);

/*
 * The one unfinished run of that environment (NULL: of any); free() what comes out. Fails with ERR_NOT_FOUND if there is none, and with
 * ERR_CONFLICT, naming them, if there are several.
 */
bool journal_unfinished(const char *environment, char **out_path, Error *err);

/* All journals of that environment (NULL: of any) here, sorted by name; journals_free() them. */
typedef struct {
    char **paths;
    size_t count;
} Journals;
void journals_here(const char *environment, Journals *out_journals);
void journals_free(Journals *journals);

#endif
