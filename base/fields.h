/*
 * base/fields.h - mappings of a YAML file read into a struct by a table of rows, strictly.
 *
 * A key that no row names is an error with the nearest name; so is a value of another type. Every message has file, line, column,
 * what was found and what was expected.
 */
#ifndef BASE_FIELDS_H
#define BASE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/yaml.h"

typedef enum {
    FIELD_TEXT,     /* const char *, borrowed from the document */
    FIELD_INTEGER,  /* int64_t */
    FIELD_BOOL,     /* bool */
    FIELD_DURATION, /* int64_t, ms, never negative: "90s" */
    FIELD_SIZE,     /* int64_t, bytes: "16MiB", 4096 */
    FIELD_CHOICE,   /* int, index into choices */
    FIELD_TREE,     /* const cJSON *, of any type, borrowed */
} FieldType;

typedef struct {
    const char *key;
    FieldType type;
    size_t offset;
    bool is_required;
    const char *what;           /* for "missing: ..." and for documentation */
    const char *const *choices; /* NULL-ended, for FIELD_CHOICE */
} Field;

/* Fields that are absent keep what target holds. Fails with ERR_INPUT. where: "planes.mp1", for messages. */
bool fields_read(const YamlDocument *document, const cJSON *mapping, const char *where,
                 const Field *rows, size_t count, void *target, Error *err);

/* One value, where row is for node: the same messages. where: of the mapping that node is a member of. */
bool field_read(const YamlDocument *document, const cJSON *node, const char *where,
                const Field *row, void *target, Error *err);

/* ERR_INPUT for a key that is none of words (NULL-ended), with the nearest of them; returns false. */
bool field_unknown(const YamlDocument *document, const cJSON *node, const char *where,
                   const char *const *words, Error *err);

/* "16MiB", "64KiB", "1GiB", "500kB", "4096"; false if it is none. */
bool size_parse(const char *text, int64_t *out_bytes);

#endif
