/*
 * cli/worlds.h - what flags say of a world: --world FILE, --postgres KIND.
 */
#ifndef CLI_WORLDS_H
#define CLI_WORLDS_H

#include "sim/parameters.h"

/* A file with a `world:` mapping, which goes over what is there: a scenario, or a file that holds nothing else. path NULL: nothing. */
bool worlds_read(const char *path, WorldParameters *parameters, Error *err);
/* kind: "fake", "real", or NULL: as it is. Fails with ERR_INPUT for any other word. */
bool worlds_read_postgres(const char *kind, WorldParameters *parameters, Error *err);

#endif
