/*
 * engine/environment_schema.h - the rows of an Environment file as JSON Schema, and as the table in docs/environment.md.
 *
 * Ownership: what comes out is the caller's to free().
 */
#ifndef ENGINE_ENVIRONMENT_SCHEMA_H
#define ENGINE_ENVIRONMENT_SCHEMA_H

#include "base/json.h"

/* draft-07; schema/environment.json is this text. */
char *environment_schema(void);

/* Of one group, "policies", for files that hold such a one too; cJSON_Delete() it. */
cJSON *environment_group_schema(const char *path);

/* A Markdown table: field, type, standard, what. */
char *environment_table(void);

#endif
