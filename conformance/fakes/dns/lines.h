/*
 * conformance/fakes/dns/lines.h - lines of text: added, sorted, compared.
 *
 * Ownership: Lines own their texts.
 */
#ifndef CONFORMANCE_FAKES_DNS_LINES_H
#define CONFORMANCE_FAKES_DNS_LINES_H

#include <stdbool.h>

#include "base/buffer.h"

typedef struct {
    char **items;
    size_t count, capacity;
} Lines;

void lines_add(Lines *lines, const char *format, ...) __attribute__((format(printf, 2, 3)));
void lines_split(Lines *lines, const char *text); /* text may be NULL */
/* Moves them to the end of text, each with its line end. */
void lines_take(Lines *lines, Buffer *out);
void lines_release(Lines *lines);
bool lines_have(const Lines *lines, const char *line);

void lines_sort(Lines *lines);
/* Neighbours whose first four words (section, owner, TTL, type) are the same: a set has no order. */
void lines_sort_sets(Lines *lines);
/* What stands between two lines with mark in them. */
void lines_sort_between(Lines *lines, const char *mark);

#endif
