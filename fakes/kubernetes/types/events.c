/*
 * fakes/kubernetes/types/events.c - events as their own group has them: the words of core, called otherwise.
 *
 * Source: k8s.io/api v0.32, events/v1. The words in the rows are explained in inside.h.
 */
#include "fakes/kubernetes/types/inside.h"

#define EVENTS "io.k8s.api.events.v1"

/* clang-format off */
static const KubeField EVENT_SERIES_FIELDS[] = {
    {"count",            1, &TYPE_INT32,      REQUIRED},
    {"lastObservedTime", 2, &TYPE_MICRO_TIME, REQUIRED},
};
static const KubeType EVENT_SERIES = {"EventSeries", EVENTS, NULL, OBJECT(EVENT_SERIES_FIELDS)};

static const KubeField EVENT_FIELDS[] = {
    {"",                         0,  &TYPE_TYPE_META,        INLINE},
    {"metadata",                 1,  &TYPE_OBJECT_META,      PRINTED, .about = ABOUT_METADATA},
    {"eventTime",                2,  &TYPE_MICRO_TIME,       REQUIRED,
     .about = "When it was first seen."},
    {"series",                   3,  &EVENT_SERIES,          POINTER},
    {"reportingController",      4,  &TYPE_STRING,           OPTIONAL,
     .about = "Who tells it."},
    {"reportingInstance",        5,  &TYPE_STRING,           OPTIONAL},
    {"action",                   6,  &TYPE_STRING,           OPTIONAL},
    {"reason",                   7,  &TYPE_STRING,           OPTIONAL},
    {"regarding",                8,  &TYPE_OBJECT_REFERENCE, PRINTED,
     .about = "The object that it happened to."},
    {"related",                  9,  &TYPE_OBJECT_REFERENCE, POINTER},
    {"note",                     10, &TYPE_STRING,           OPTIONAL,
     .about = "What happened, for people."},
    {"type",                     11, &TYPE_STRING,           OPTIONAL,
     .about = "Normal or Warning."},
    {"deprecatedSource",         12, &TYPE_EVENT_SOURCE,     PRINTED},
    {"deprecatedFirstTimestamp", 13, &TYPE_TIME,             PRINTED},
    {"deprecatedLastTimestamp",  14, &TYPE_TIME,             PRINTED},
    {"deprecatedCount",          15, &TYPE_INT32,            OPTIONAL},
};
static const KubeType EVENT = {
    "Event", EVENTS,
    "Something that happened to an object, told for people to read. It is kept for an hour or so.",
    OBJECT(EVENT_FIELDS)};

static const KubeType EVENT_ITEMS = {.shape = KUBE_LIST, .element = &EVENT};

static const KubeField EVENT_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META, INLINE},
    {"metadata", 1, &TYPE_LIST_META, PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &EVENT_ITEMS,    REQUIRED},
};
static const KubeType EVENT_LIST = {"EventList", EVENTS, NULL, OBJECT(EVENT_LIST_FIELDS)};

const KubeType *const KINDS_EVENTS[] = {
    &EVENT, &EVENT_LIST, NULL,
};
/* clang-format on */
