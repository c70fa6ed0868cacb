/*
 * base/yaml.h - YAML 1.2 files as JSON trees that remember where each value stood.
 *
 * Source:    YAML 1.2.2; parsed by libfyaml. The core schema (section 10.3) decides types: 7 is a number, "7" a
 *            string. Anchors, aliases and merge keys (<<) are resolved; a number that a double would not hold
 *            exactly is refused.
 * Ownership: the document owns its tree and its texts until yaml_free.
 */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "base/error.h"
#include "base/json.h"

typedef struct YamlDocument YamlDocument;

/*
 * Reads one document. Fails with ERR_IO if the file cannot be read, ERR_INPUT if it is not YAML, holds
 * a duplicate key or more than one document: "drill.yaml:12:5: duplicate key "world"".
 */
bool yaml_read(const char *path, YamlDocument **out_document, Error *err);
bool yaml_parse(const char *name, const char *text, size_t length, YamlDocument **out_document,
                Error *err);
/*
 * As yaml_parse, for texts that an older reader would take otherwise: as in YAML 1.1 (yaml.org/type/bool.html) y, yes, on and their
 * opposites are booleans too, and a key that is one is "true" or "false". What the API server does with YAML.
 */
bool yaml_parse_1_1(const char *name, const char *text, size_t length, YamlDocument **out_document,
                    Error *err);
void yaml_free(YamlDocument *document);

cJSON *yaml_root(const YamlDocument *document);
const char *yaml_name(const YamlDocument *document);

/*
 * Where node (of this document's tree) stands, from 1; {0, 0} if it is not of this tree. A mapping's member stands
 * where its key does, a copy made by an alias where the original does.
 */
typedef struct {
    int line, column;
} YamlPlace;
YamlPlace yaml_place(const YamlDocument *document, const cJSON *node);

/* Sets ERR_INPUT with "file:line:column: message" for the node; returns false. */
bool yaml_error(const YamlDocument *document, const cJSON *node, Error *err, const char *format,
                ...) __attribute__((format(printf, 4, 5)));

/* The word of words (NULL-ended) that is nearest to text, or NULL if none is near: "did you mean". */
const char *yaml_nearest(const char *text, const char *const *words);

/* Writes a tree as block-style YAML that yaml_parse reads back equal; free() it. */
char *yaml_text(const cJSON *json);

#endif
