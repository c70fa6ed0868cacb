/*
 * fakes/kubernetes/owners/scan.h - JSON text read in one pass, without a tree.
 *
 * For text that is read often and mostly thrown away: the ownership of fields. What does not begin as expected is not taken,
 * and the call says false.
 */
#ifndef FAKES_KUBERNETES_OWNERS_SCAN_H
#define FAKES_KUBERNETES_OWNERS_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

typedef struct {
    const char *at, *end;
} Scan;

/* Takes byte, past white space. */
bool scan_take(Scan *scan, char byte);
/* Takes a string. Its text is unescaped; it lies in arena, or in the text itself, so that no NUL need follow. */
bool scan_string(Scan *scan, Arena *arena, const char **out_text, size_t *out_length);
/* Takes any value, and says where it stands. */
bool scan_value(Scan *scan, const char **out_text, size_t *out_length);

#endif
