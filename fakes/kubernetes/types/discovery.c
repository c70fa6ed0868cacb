/*
 * fakes/kubernetes/types/discovery.c - kinds of discovery.k8s.io: the addresses behind a Service.
 *
 * Source: k8s.io/api v0.32, discovery/v1. The words in the rows are explained in inside.h.
 */
#include "fakes/kubernetes/types/inside.h"

#define DISCOVERY "io.k8s.api.discovery.v1"

/* clang-format off */
static const KubeField ENDPOINT_CONDITIONS_FIELDS[] = {
    {"ready",       1, &TYPE_BOOL, POINTER},
    {"serving",     2, &TYPE_BOOL, POINTER},
    {"terminating", 3, &TYPE_BOOL, POINTER},
};
static const KubeType ENDPOINT_CONDITIONS = {
    "EndpointConditions", DISCOVERY, NULL, OBJECT(ENDPOINT_CONDITIONS_FIELDS)};

static const KubeField FOR_ZONE_FIELDS[] = {
    {"name", 1, &TYPE_STRING, REQUIRED},
};
static const KubeType FOR_ZONE = {"ForZone", DISCOVERY, NULL, OBJECT(FOR_ZONE_FIELDS)};

static const KubeType FOR_ZONE_LIST = {.shape = KUBE_LIST, .element = &FOR_ZONE};

static const KubeField ENDPOINT_HINTS_FIELDS[] = {
    {"forZones", 1, &FOR_ZONE_LIST, OPTIONAL},
};
static const KubeType ENDPOINT_HINTS = {
    "EndpointHints", DISCOVERY, NULL, OBJECT(ENDPOINT_HINTS_FIELDS)};

static const KubeField ENDPOINT_FIELDS[] = {
    {"addresses",          1, &TYPE_STRING_SET,       REQUIRED},
    {"conditions",         2, &ENDPOINT_CONDITIONS,   PRINTED},
    {"hostname",           3, &TYPE_STRING,           POINTER},
    {"targetRef",          4, &TYPE_OBJECT_REFERENCE, POINTER},
    {"deprecatedTopology", 5, &TYPE_STRING_MAP,       OPTIONAL},
    {"nodeName",           6, &TYPE_STRING,           POINTER},
    {"zone",               7, &TYPE_STRING,           POINTER},
    {"hints",              8, &ENDPOINT_HINTS,        POINTER},
};
static const KubeType ENDPOINT = {"Endpoint", DISCOVERY, NULL, OBJECT(ENDPOINT_FIELDS)};

static const KubeType ENDPOINT_LIST = {.shape = KUBE_LIST, .element = &ENDPOINT};

static const KubeField ENDPOINT_PORT_FIELDS[] = {
    {"name",        1, &TYPE_STRING, POINTER},
    {"protocol",    2, &TYPE_STRING, POINTER},
    {"port",        3, &TYPE_INT32,  POINTER},
    {"appProtocol", 4, &TYPE_STRING, POINTER},
};
static const KubeType ENDPOINT_PORT = {
    "EndpointPort", DISCOVERY, NULL, ATOMIC_OBJECT(ENDPOINT_PORT_FIELDS)};

static const KubeType ENDPOINT_PORT_LIST = {.shape = KUBE_LIST, .element = &ENDPOINT_PORT};

static const KubeField ENDPOINT_SLICE_FIELDS[] = {
    {"",            0, &TYPE_TYPE_META,     INLINE},
    {"metadata",    1, &TYPE_OBJECT_META,   PRINTED, .about = ABOUT_METADATA},
    {"addressType", 4, &TYPE_STRING,        REQUIRED},
    {"endpoints",   2, &ENDPOINT_LIST,      REQUIRED},
    {"ports",       3, &ENDPOINT_PORT_LIST, PRINTED},
};
static const KubeType ENDPOINT_SLICE = {
    "EndpointSlice", DISCOVERY, "Some of the addresses behind a Service.",
    OBJECT(ENDPOINT_SLICE_FIELDS)};

static const KubeType ENDPOINT_SLICE_ITEMS = {.shape = KUBE_LIST, .element = &ENDPOINT_SLICE};

static const KubeField ENDPOINT_SLICE_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,       INLINE},
    {"metadata", 1, &TYPE_LIST_META,       PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &ENDPOINT_SLICE_ITEMS, REQUIRED},
};
static const KubeType ENDPOINT_SLICE_LIST = {
    "EndpointSliceList", DISCOVERY, NULL, OBJECT(ENDPOINT_SLICE_LIST_FIELDS)};

const KubeType *const KINDS_DISCOVERY[] = {
    &ENDPOINT_SLICE, &ENDPOINT_SLICE_LIST, NULL,
};
/* clang-format on */
