/*
 * sim/postgres_real/real.h - members of a world as real PostgreSQL 15 servers (`world: {postgres: real}`), in real time.
 *
 * The world makes the side, then its members (DATABASE_REAL), and starts the side before anything else: that runs the loop, for seconds,
 * until a primary and all its standbys are there. What the servers need lies in the folder "postgres" of the world's; no
 * server and no such folder survives this process, however it ends.
 *
 * Errors: ERR_NOT_FOUND the programs are not installed; ERR_INPUT simulated time; ERR_IO, ERR_TIMEOUT a program failed.
 */
#ifndef SIM_POSTGRES_REAL_REAL_H
#define SIM_POSTGRES_REAL_REAL_H

#include "sim/database.h"

struct World;
typedef struct RealSide RealSide;

RealSide *real_side_new(struct World *world);
bool real_side_start(RealSide *side, Error *err);
/* Ends all servers at once; before the members go. Accepts NULL. */
void real_side_end(RealSide *side);
void real_side_free(RealSide *side); /* after the members; accepts NULL */

extern const DatabaseKind DATABASE_REAL;

#endif
