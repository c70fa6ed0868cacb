/*
 * engine/environment_parts.h - what the files that read an Environment share.
 *
 * Private to engine/environment*.c.
 */
#ifndef ENGINE_ENVIRONMENT_PARTS_H
#define ENGINE_ENVIRONMENT_PARTS_H

#include "base/arena.h"
#include "engine/environment.h"

const YamlDocument *environment_document(const Environment *environment);
Arena *environment_arena(const Environment *environment);

/* A path as it stands in the file, which means: from the file's own folder. NULL for NULL. */
const char *environment_path(Environment *environment, const char *name);

bool environment_read_address(const Environment *environment, const cJSON *node, const char *text,
                              DnsServerAddress *out_address, Error *err);

/* `dns:`; planes have been read. Fails with ERR_INPUT and the place. */
bool environment_read_dns(Environment *environment, const cJSON *node, Error *err);
/* Once policies have been read, too. */
bool environment_check_dns(const Environment *environment, const cJSON *node, Error *err);

#endif
