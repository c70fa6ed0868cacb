/*
 * fakes/kubernetes/selector.h - label and field selectors, read once and matched often.
 *
 * Source: apimachinery's labels.Parse and fields.ParseSelector, whose words the errors repeat.
 */
#ifndef FAKES_KUBERNETES_SELECTOR_H
#define FAKES_KUBERNETES_SELECTOR_H

#include "base/arena.h"
#include "fakes/kubernetes/cluster.h"

typedef struct Selector Selector;

/* "app=tsb,role!=x,tier in (a,b),!old"; "" matches everything. Lives in arena. 400 if it is none. */
bool selector_parse(Arena *arena, const char *text, Selector **out_selector, KubeStatus *status);
/* "metadata.name=x,type!=Opaque": 400 for a field that kind cannot be selected by. */
bool selector_parse_fields(Arena *arena, const KubeKind *kind, const char *text,
                           Selector **out_selector, KubeStatus *status);

/* selector NULL matches everything. */
bool selector_matches_labels(const Selector *selector, const cJSON *object);
bool selector_matches_fields(const Selector *selector, const cJSON *object);
/* {"matchLabels", "matchExpressions"} of an object, as it stands there; nothing in it matches everything. */
bool selector_object_matches(const cJSON *label_selector, const cJSON *object);

#endif
