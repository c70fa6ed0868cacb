/*
 * conformance/fakes/matching.h - an answer held against the one that was recorded: each place where they differ.
 *
 * Members are compared whatever their order, elements in their order; nothing may be missing and nothing be there besides. Where
 * all is equal but the order of an object's members, that is a difference too: clients see the bytes.
 *
 * Source:    RFC 6901 for pointers; docs/parity.md.
 * Ownership: Differences own their texts.
 */
#ifndef CONFORMANCE_FAKES_MATCHING_H
#define CONFORMANCE_FAKES_MATCHING_H

#include "conformance/fakes/variables.h"

typedef struct {
    char *pointer; /* "/body/metadata/labels", "/status", "/headers/Warning" */
    char *expected, *got;
} Difference;

typedef struct {
    Difference *items;
    size_t count, capacity;
} Differences;

/* Adds one; the texts are copied, and NULL stands for nothing. */
void differences_add(Differences *differences, const char *pointer, const char *expected,
                     const char *got);
void differences_release(Differences *differences);

/* pointer is that of the whole: "/body". Either tree may be NULL. */
void match_tree(Variables *variables, const char *pointer, const cJSON *expected, const cJSON *got,
                Differences *differences);
void match_text(Variables *variables, const char *pointer, const char *expected, const char *got,
                Differences *differences);

#endif
