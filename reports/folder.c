/*
 * reports/folder.c - a folder of run files read, and a folder of reports written.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "reports/reports.h"

static int is_run_file(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);

    return length > 4 && entry->d_name[0] != '.' && strcmp(entry->d_name + length - 4, ".run") == 0;
}

/* By bytes, not by the reader's locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool read_all(const char *folder, struct dirent **entries, size_t count, RecordedRun *runs,
                     Error *err)
{
    for (size_t i = 0; i < count; i++) {
        char *path = memory_format("%s/%s", folder, entries[i]->d_name);
        bool ok = run_file_read(path, &runs[i], err);

        free(path);
        if (ok)
            continue;
        while (i-- > 0)
            recorded_run_release(&runs[i]);
        return false;
    }
    return true;
}

bool report_read_folder(const char *folder, RecordedRun **out_runs, size_t *out_count, Error *err)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_run_file, by_name);
    RecordedRun *runs;
    bool ok;

    if (count < 0)
        return error_set(err, ERR_IO, "cannot read the folder %s: %s", folder, strerror(errno));
    if (count == 0) {
        free(entries);
        return error_set(err, ERR_NOT_FOUND,
                         "%s: there is no run file (*.run) in it; `understudy run` puts them into "
                         "the folder runs of its report",
                         folder);
    }
    runs = memory_new((size_t)count, sizeof *runs);
    ok = read_all(folder, entries, (size_t)count, runs, err);
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
    if (!ok) {
        free(runs);
        return false;
    }
    *out_runs = runs;
    *out_count = (size_t)count;
    return true;
}

bool report_all(const RecordedRun *runs, size_t count, const char *folder, Error *err)
{
    static const struct {
        const char *name;
        bool (*write)(const RecordedRun *runs, size_t count, const char *path, Error *err);
    } REPORTS[] = {
        {"index.html",   report_html },
        {"junit.xml",    report_junit},
        {"summary.json", report_json },
    };
    bool ok = file_make_folder(folder, err);

    for (size_t i = 0; ok && i < sizeof REPORTS / sizeof *REPORTS; i++) {
        char *path = memory_format("%s/%s", folder, REPORTS[i].name);

        ok = REPORTS[i].write(runs, count, path, err);
        free(path);
    }
    return ok;
}
