/*
 * engine/backup/draft.h - a backup that is being made: a hidden folder beside its place, which gets its name when it is whole.
 *
 * Its manifest grows in the run's record ("backup/manifest"), so that a resumed run goes on with what is there: a part counts only as long
 * as its file lies there as the record says. On another machine nothing lies there, and all is taken anew.
 */
#ifndef ENGINE_BACKUP_DRAFT_H
#define ENGINE_BACKUP_DRAFT_H

#include "engine/backup/backup.h"
#include "engine/backup/order.h"

/* Its name, and what the manifest says of the plane: before the first act, so that the journal has them. May be called again. */
void draft_plan(Operation *operation);
/* "staging-mp1-20260301T030000Z"; "" before draft_plan */
const char *draft_name(const Operation *operation);
/* Its hidden folder. May be called again. */
bool draft_begin(Operation *operation, Error *err);
cJSON *draft_manifest(Operation *operation); /* borrowed; for facts of a part */

/* Does a file with that lie there, as it was written? */
bool draft_has(Operation *operation, const char *holds);
/* Writes one. name without the ending that tells of encryption. */
bool draft_add(Operation *operation, const char *holds, const char *name, const void *bytes,
               size_t length, Error *err);
/* The same as a stream: then draft_note once it is finished, with out_name, which is free()'d. */
bool draft_open(Operation *operation, const char *name, SealWriter **out_writer, char **out_name,
                Error *err);
void draft_note(Operation *operation, const char *holds, const char *name, const SealedFile *file);

/* The manifest is written, all is verified, and the folder gets its name. ERR_INVALID: it could not be restored. Looks first. */
bool draft_keep(Operation *operation, Error *err);
bool draft_is_kept(Operation *operation);
char *draft_folder(const Operation *operation); /* where it will be, or is; free() it */
/* The whole of it goes, kept or not. */
bool draft_drop(Operation *operation, Error *err);

#endif
