/*
 * engine/backup/dump.h - the database as SQL: pg_dump's output, packed and sealed while it comes, so that nothing readable is ever on disk.
 *
 * Source: pg_dump's manual (it dumps older servers, never newer ones); domain.md 4.4, F-806, F-807, F-822.
 */
#ifndef ENGINE_BACKUP_DUMP_H
#define ENGINE_BACKUP_DUMP_H

#include "engine/backup/source.h"

/* The program is there, and not older than the server. ERR_INVALID says what to install. */
bool dump_check(Operation *operation, const DumpSource *source, int *out_major, Error *err);

/*
 * Takes it of the plane's primary into the draft. ERR_CONFLICT: another one is the primary now, or it is on another timeline; ERR_INVALID: the program
 * ended badly; ERR_INPUT: its output is not a whole dump; ERR_AMBIGUOUS: killed; ERR_UNAVAILABLE: it may be tried again.
 */
bool dump_take(Operation *operation, const Plane *plane, Error *err);

#endif
