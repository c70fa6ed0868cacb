/*
 * sim/programs/database.h - how pg_dump and psql reach a database, and how its rows look in a plain dump.
 *
 * Source: libpq's variables (PGHOST...); pg_dump's plain format, COPY's text form (PostgreSQL 15 manual, COPY, "Text Format").
 */
#ifndef SIM_PROGRAMS_DATABASE_H
#define SIM_PROGRAMS_DATABASE_H

#include "sim/programs/programs.h"

/* The version that the desk's programs have: "15.13". */
void play_tell_version(Play *play, const char *name);

/* The member that its variables lead to, whether it lets anybody in or not; NULL: nobody is there. */
PgMember *play_member(const Play *play);

/*
 * The member that its variables lead to and let in. NULL: it has ended with status and what libpq says of it, "connection to server
 * at ... failed: ...".
 */
PgMember *play_connect(Play *play, const char *name, int status);

/* Every row as COPY writes it, table by table, and what stands around it. */
void dump_write(PgMember *member, Buffer *out);
/* The other way, for one line of COPY: free() key; NULL: it is none. */
char *dump_read_line(const char *line, size_t length, cJSON **out_value);

#endif
