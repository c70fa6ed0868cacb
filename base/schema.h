/*
 * base/schema.h - what JSON Schema says of a value that fields.h reads.
 *
 * Source:    JSON Schema draft-07. It says what one value must be; what two must be together, only the reader knows.
 * Ownership: what comes out is given away: cJSON_Delete it.
 */
#ifndef BASE_SCHEMA_H
#define BASE_SCHEMA_H

#include "base/fields.h"
#include "base/json.h"

/* Of a value of that type; choices of FIELD_CHOICE. FIELD_TREE: anything. */
cJSON *schema_value(FieldType type, const char *const *choices);

/* A mapping without members: nothing is allowed in it until schema_member adds some. */
cJSON *schema_mapping(const char *what);
void schema_member(cJSON *mapping, const char *key, cJSON *schema, bool is_required);

/* The schema of a member, in place of what is there (which may be nothing), whose description and need stay. */
void schema_refine(cJSON *mapping, const char *key, cJSON *schema);
cJSON *schema_list(int64_t lowest, cJSON *items); /* at least so many */
cJSON *schema_either(cJSON *one, cJSON *other);

/* A mapping that fields_read would read by rows; what a FIELD_TREE is, the caller puts in its place. */
cJSON *schema_fields(const char *what, const Field *rows, size_t count);

/* The head of a schema that stands in a file of its own, before schema (taken); its text, with a line feed; free() it. */
char *schema_file(const char *name, const char *title, cJSON *schema);

#endif
