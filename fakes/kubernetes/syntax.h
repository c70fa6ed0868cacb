/*
 * fakes/kubernetes/syntax.h - where a text stops being JSON, in the words of Go's encoding/json.
 */
#ifndef FAKES_KUBERNETES_SYNTAX_H
#define FAKES_KUBERNETES_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>

/* True if text is one JSON value; else out_error says: invalid character 'b' looking for beginning of object key string. */
enum { SYNTAX_ERROR_MAX = 120 };
bool syntax_check(const char *text, size_t length, char out_error[SYNTAX_ERROR_MAX]);

#endif
