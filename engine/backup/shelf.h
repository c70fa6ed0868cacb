/*
 * engine/backup/shelf.h - the backups in a folder, of one environment: what they were like, and which may go.
 *
 * What is there and can be read counts, whoever took it. A name that begins with a dot is a backup that is being made, or removed.
 */
#ifndef ENGINE_BACKUP_SHELF_H
#define ENGINE_BACKUP_SHELF_H

#include <stddef.h>

#include "engine/backup/backup.h"

typedef struct {
    char *name;
    int64_t taken_ms;
    int64_t database_bytes; /* of its dump, unpacked; 0: it has none */
    bool is_good;           /* every file is as its manifest says, and it holds what it has to */
} ShelfEntry;

typedef struct {
    ShelfEntry *entries; /* the newest first */
    size_t count, capacity;
} Shelf;

/* Whole backups (BACKUP_WHOLE) of that environment. A folder that is not there holds none. Fails with ERR_IO. */
bool shelf_read(const char *folder, const char *environment, Shelf *out_shelf, Error *err);
void shelf_release(Shelf *shelf);

/*
 * Of the dumps before the one of that name: how large the last good one is; 0: there is none.
 */
int64_t shelf_last_size(const Shelf *shelf, const char *name);

/* Removes those that are older than the newest `keep` good ones, if that many there are. 0 keeps all. */
bool shelf_prune(const char *folder, const Shelf *shelf, int64_t keep, size_t *out_removed,
                 Error *err);
/* How many shelf_prune would remove. */
size_t shelf_surplus(const Shelf *shelf, int64_t keep);

#endif
