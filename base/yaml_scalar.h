/*
 * base/yaml_scalar.h - what a plain YAML scalar means: the core schema, for the reader and the writer.
 *
 * Source: YAML 1.2.2, section 10.3.2.
 */
#ifndef BASE_YAML_SCALAR_H
#define BASE_YAML_SCALAR_H

#include <stdbool.h>

typedef enum {
    YAML_NULL,
    YAML_TRUE,
    YAML_FALSE,
    YAML_INTEGER, /* value in *out_number */
    YAML_FLOAT,
    YAML_UNUSABLE, /* a number that JSON does not have (.inf, .nan) or that a double does not hold exactly */
    YAML_STRING,
} YamlScalar;

YamlScalar yaml_scalar(const char *text, double *out_number);

/* True if a YAML 1.1 reader (Helm, older tools) might take the plain text for something else than a string. */
bool yaml_scalar_is_doubtful(const char *text);

#endif
