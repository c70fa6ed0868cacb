/*
 * engine/environment_parts.h - reading an Environment by its rows.
 *
 * Private to engine/environment*.c.
 */
#ifndef ENGINE_ENVIRONMENT_PARTS_H
#define ENGINE_ENVIRONMENT_PARTS_H

#include "base/arena.h"
#include "engine/environment.h"

typedef struct {
    const YamlDocument *document;
    const char *file; /* what its paths are relative to */
    Arena *arena;     /* for texts and lists that are made */
    bool keeps;       /* what is left out stays as it is in target, and is not what stands for it */
} EnvironmentReader;

/*
 * Reads mapping into target, the struct of the group at path ("" for the whole file). NULL: only what stands for fields that are left
 * out. Fails with ERR_INPUT, the place, and what was expected.
 */
bool environment_read_group(const EnvironmentReader *reader, const char *path, const cJSON *mapping,
                            void *target, Error *err);

#endif
