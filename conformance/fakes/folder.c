/*
 * conformance/fakes/folder.c - the files of a corpus.
 */
#include "conformance/fakes/folder.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const char ENDING[] = ".yaml";
enum { ENDING_LENGTH = sizeof ENDING - 1 };

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_case(Cases *cases, const char *file, const char *only)
{
    size_t length = strlen(file);

    if (length <= ENDING_LENGTH || strcmp(file + length - ENDING_LENGTH, ENDING) != 0 ||
        (only && !strstr(file, only)))
        return;
    MEMORY_GROW(cases->names, cases->count, cases->capacity);
    cases->names[cases->count++] = memory_text_of(file, length - ENDING_LENGTH);
}

bool cases_list(const char *folder, const char *only, Cases *out_cases, Error *err)
{
    char *path = memory_format("%s/cases", folder);
    DIR *entries = opendir(path);
    const struct dirent *entry;

    free(path);
    *out_cases = (Cases){0};
    if (!entries)
        return error_set(err, ERR_IO, "%s/cases: no folder of cases", folder);
    while ((entry = readdir(entries)) != NULL)
        add_case(out_cases, entry->d_name, only);
    closedir(entries);
    if (out_cases->count)
        qsort(out_cases->names, out_cases->count, sizeof *out_cases->names, compare_names);
    return out_cases->count ||
           error_set(err, ERR_INPUT, "no case in %s/cases is called so", folder);
}

void cases_release(Cases *cases)
{
    for (size_t i = 0; i < cases->count; i++)
        free(cases->names[i]);
    free(cases->names);
    *cases = (Cases){0};
}

char *case_path(const char *folder, const char *name)
{
    return memory_format("%s/cases/%s%s", folder, name, ENDING);
}
