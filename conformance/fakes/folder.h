/*
 * conformance/fakes/folder.h - the files of a corpus: its cases by name, in order, and what they are called.
 *
 * Ownership: Cases own their names.
 */
#ifndef CONFORMANCE_FAKES_FOLDER_H
#define CONFORMANCE_FAKES_FOLDER_H

#include <stddef.h>

#include "base/error.h"

typedef struct {
    char **names; /* without ".yaml" */
    size_t count, capacity;
} Cases;

/* Those in folder/cases whose name has only in it; NULL: all. Fails with ERR_IO without a folder, ERR_INPUT if there are none. */
bool cases_list(const char *folder, const char *only, Cases *out_cases, Error *err);
void cases_release(Cases *cases);

/* "folder/cases/name.yaml"; free() it. */
char *case_path(const char *folder, const char *name);

#endif
