/*
 * fakes/kubernetes/types/apiregistration.c - APIService: groups that another server answers for.
 *
 * Source: k8s.io/kube-aggregator v0.32, apiregistration/v1. The words in the rows are explained in inside.h.
 */
#include "fakes/kubernetes/types/inside.h"

#define APIREGISTRATION "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1"

/* clang-format off */
static const KubeField SERVICE_REFERENCE_FIELDS[] = {
    {"namespace", 1, &TYPE_STRING, OPTIONAL},
    {"name",      2, &TYPE_STRING, OPTIONAL},
    {"port",      3, &TYPE_INT32,  POINTER},
};
static const KubeType SERVICE_REFERENCE = {
    "ServiceReference", APIREGISTRATION, NULL, OBJECT(SERVICE_REFERENCE_FIELDS)};

static const KubeField API_SERVICE_SPEC_FIELDS[] = {
    {"service",               1, &SERVICE_REFERENCE, POINTER},
    {"group",                 2, &TYPE_STRING,       OPTIONAL},
    {"version",               3, &TYPE_STRING,       OPTIONAL},
    {"insecureSkipTLSVerify", 4, &TYPE_BOOL,         OPTIONAL},
    {"caBundle",              5, &TYPE_BYTES,        OPTIONAL},
    {"groupPriorityMinimum",  7, &TYPE_INT32,        REQUIRED},
    {"versionPriority",       8, &TYPE_INT32,        REQUIRED},
};
static const KubeType API_SERVICE_SPEC = {
    "APIServiceSpec", APIREGISTRATION, NULL, OBJECT(API_SERVICE_SPEC_FIELDS)};

static const KubeField API_SERVICE_CONDITION_FIELDS[] = {
    {"type",               1, &TYPE_STRING, REQUIRED},
    {"status",             2, &TYPE_STRING, REQUIRED},
    {"lastTransitionTime", 3, &TYPE_TIME,   PRINTED},
    {"reason",             4, &TYPE_STRING, OPTIONAL},
    {"message",            5, &TYPE_STRING, OPTIONAL},
};
static const KubeType API_SERVICE_CONDITION = {
    "APIServiceCondition", APIREGISTRATION, NULL, OBJECT(API_SERVICE_CONDITION_FIELDS)};

static const KubeType API_SERVICE_CONDITIONS_BY_TYPE = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &API_SERVICE_CONDITION,
    .keys = {"type"}, .patch_key = "type"};

static const KubeField API_SERVICE_STATUS_FIELDS[] = {
    {"conditions", 1, &API_SERVICE_CONDITIONS_BY_TYPE, OPTIONAL},
};
static const KubeType API_SERVICE_STATUS = {
    "APIServiceStatus", APIREGISTRATION, NULL, OBJECT(API_SERVICE_STATUS_FIELDS)};

static const KubeField API_SERVICE_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,     INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,   PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &API_SERVICE_SPEC,   PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &API_SERVICE_STATUS, PRINTED, .about = ABOUT_STATUS},
};
static const KubeType API_SERVICE = {
    "APIService", APIREGISTRATION, "A version of an API group, and the server that answers for it.",
    OBJECT(API_SERVICE_FIELDS)};

static const KubeType API_SERVICE_ITEMS = {.shape = KUBE_LIST, .element = &API_SERVICE};

static const KubeField API_SERVICE_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,    INLINE},
    {"metadata", 1, &TYPE_LIST_META,    PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &API_SERVICE_ITEMS, REQUIRED},
};
static const KubeType API_SERVICE_LIST = {
    "APIServiceList", APIREGISTRATION, NULL, OBJECT(API_SERVICE_LIST_FIELDS)};

const KubeType *const KINDS_APIREGISTRATION[] = {
    &API_SERVICE, &API_SERVICE_LIST, NULL,
};
/* clang-format on */
