/*
 * fakes/postgres/control_file.h - global/pg_control, as a base backup has it.
 *
 * Source: pg_control.h of 15 (the layout on a machine with 64 bits, in its byte order); pg_controldata reads it.
 */
#ifndef FAKES_POSTGRES_CONTROL_FILE_H
#define FAKES_POSTGRES_CONTROL_FILE_H

#include "base/buffer.h"
#include "fakes/postgres/instance.h"

/* needed_to: the end of the log that a standby's backup needs; a primary's says so in the log itself. */
void pg_control_file(PgInstance *instance, const PgBackup *backup, PgLsn needed_to, Buffer *out);

#endif
