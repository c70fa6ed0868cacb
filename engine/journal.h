/*
 * engine/journal.h - what the engine intended and what came of it, on disk before each side effect.
 *
 * JSON lines, each with "sha256" of the line before it (so that a cut or changed file is noticed); a torn last line is what a crash
 * leaves, and is ignored. Format: docs/journal.md. Every append is fsync'd before it returns. Never a secret.
 * Lines: {"type":"begin",...}, {"type":"resume",...}, {"type":"intent","step":id}, {"type":"outcome","step":id,"result":...}, {"type":"record","record":{...}},
 *        {"type":"failed","step":id,"finding":{...}}, {"type":"warning",...}, {"type":"consent",...}, {"type":"rollback"}, {"type":"undo",...}, {"type":"end","outcome":...}.
 */
#ifndef ENGINE_JOURNAL_H
#define ENGINE_JOURNAL_H

#include "base/error.h"
#include "base/json.h"

typedef struct Journal Journal;

/*
 * Starts a new one (fails with ERR_CONFLICT if the file exists and holds an unfinished run: use resume). The file of a finished run is kept,
 * under a name with the time at which that began: x.journal as x-20261121T020000Z.journal.
 */
bool journal_create(const char *path, const char *procedure, const char *environment,
                    Journal **out_journal, Error *err);
/*
 * Reads one, to go on after its last whole line. The file stays as it is until then; a torn line is cut off by the first append, which
 * fails with ERR_CONFLICT if another engine writes to the file, or has done so. Fails with ERR_INPUT if the chain is broken.
 */
bool journal_open(const char *path, Journal **out_journal, Error *err);
/*
 * Another process goes on with it: locks the file and writes that down. out_is_predecessor_gone: it is the very file that the process
 * before us wrote (same machine, not rebooted, same inode), so its lock would have stopped us if that process were alive. Of a copy
 * nothing can be said.
 */
bool journal_resume(Journal *journal, bool *out_is_predecessor_gone, Error *err);
void journal_close(Journal *journal);

/* Appends one line, fsync'd; entry is owned from now on, its time stamp and chain are added. */
bool journal_append(Journal *journal, cJSON *entry, Error *err);

/* All lines so far, as an array; borrowed. */
const cJSON *journal_entries(const Journal *journal);
/* The newest "record" line's record, or NULL; borrowed. */
const cJSON *journal_record(const Journal *journal);
bool journal_is_finished(const Journal *journal);
/* Does a process have its lock now, on this machine? */
bool journal_is_in_use(const char *path);

#endif
