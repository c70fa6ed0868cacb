/*
 * scenarios/pattern.h - which events a line of an `expect:` means.
 *
 * {event: kube.request, lane: mp2, text: "*iam*", where: {verb: PATCH, changed: true}, except: {resource: leases}}: kind and every other part
 * that is given must match, and what `except` says must not; texts may hold * and ?, as in a shell.
 */
#ifndef SCENARIOS_PATTERN_H
#define SCENARIOS_PATTERN_H

#include "base/fields.h"

typedef struct {
    const char *event, *lane, *text;
    const cJSON *where, *except;
} Pattern;

/* The fields of a pattern, for tables that add their own: offset is where the Pattern lies in the struct. */
#define PATTERN_FIELDS(offset)                                                                 \
    {"event", FIELD_TEXT, (offset) + offsetof(Pattern, event), true, "an event kind", NULL},   \
        {"lane", FIELD_TEXT, (offset) + offsetof(Pattern, lane), false, "whom it happened to", \
         NULL},                                                                                \
        {"text",                                                                               \
         FIELD_TEXT,                                                                           \
         (offset) + offsetof(Pattern, text),                                                   \
         false,                                                                                \
         "its sentence, with * and ?",                                                         \
         NULL},                                                                                \
        {"where", FIELD_TREE, (offset) + offsetof(Pattern, where), false, "its data", NULL},   \
    {                                                                                          \
        "except", FIELD_TREE, (offset) + offsetof(Pattern, except), false,                     \
            "data that it does not have", NULL                                                 \
    }

/* The event exists, and where and except are mappings; with place and nearest name otherwise. */
bool pattern_check(const YamlDocument *document, const cJSON *node, const Pattern *pattern,
                   Error *err);

/* Reads {event, lane, text, where, except} alone. */
bool pattern_read(const YamlDocument *document, const cJSON *node, Pattern *out_pattern,
                  Error *err);

bool pattern_matches(const Pattern *pattern, const cJSON *event);

/* The first event from `from` on that matches, or NULL. */
const cJSON *pattern_find(const Pattern *pattern, const cJSON *from);

#endif
