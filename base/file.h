/*
 * base/file.h - whole files, read and written so that a crash loses nothing.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* The whole file with a NUL after it; free() it. out_length may be NULL. Fails with ERR_IO. */
bool file_read(const char *path, char **out_bytes, size_t *out_length, Error *err);

/* Writes beside path, fsyncs, renames over it, fsyncs the folder. mode as for open(2): 0600 for secrets. */
bool file_write(const char *path, const void *bytes, size_t length, int mode, Error *err);

/* A new name, or a rename, survives a power cut only once the folder it is in is on disk. Fails with ERR_IO. */
bool file_sync_folder(const char *path, Error *err);

/* mkdir -p with mode 0755 for what is missing. */
bool file_make_folder(const char *path, Error *err);

/* With all that is in it; links are removed, not followed. One that is not there is removed already. Fails with ERR_IO. */
bool file_remove_folder(const char *path, Error *err);

/* The folder of path ("." if none) joined with name, or name itself if absolute; free() it. */
char *file_beside(const char *path, const char *name);

bool file_exists(const char *path);

#endif
