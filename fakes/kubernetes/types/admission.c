/*
 * fakes/kubernetes/types/admission.c - kinds of admissionregistration.k8s.io: who is asked before something is stored.
 *
 * Source: k8s.io/api v0.32, admissionregistration/v1. The words in the rows are explained in inside.h.
 */
#include "fakes/kubernetes/types/inside.h"

#define ADMISSION "io.k8s.api.admissionregistration.v1"

/* clang-format off */
static const KubeField SERVICE_REFERENCE_FIELDS[] = {
    {"namespace", 1, &TYPE_STRING, REQUIRED},
    {"name",      2, &TYPE_STRING, REQUIRED},
    {"path",      3, &TYPE_STRING, POINTER},
    {"port",      4, &TYPE_INT32,  POINTER},
};
static const KubeType SERVICE_REFERENCE = {
    "ServiceReference", ADMISSION, NULL, OBJECT(SERVICE_REFERENCE_FIELDS)};

static const KubeField WEBHOOK_CLIENT_CONFIG_FIELDS[] = {
    {"url",      3, &TYPE_STRING,       POINTER},
    {"service",  1, &SERVICE_REFERENCE, POINTER},
    {"caBundle", 2, &TYPE_BYTES,        OPTIONAL},
};
static const KubeType WEBHOOK_CLIENT_CONFIG = {
    "WebhookClientConfig", ADMISSION, NULL, OBJECT(WEBHOOK_CLIENT_CONFIG_FIELDS)};

static const KubeField RULE_FIELDS[] = {
    {"apiGroups",   1, &TYPE_STRING_LIST, OPTIONAL},
    {"apiVersions", 2, &TYPE_STRING_LIST, OPTIONAL},
    {"resources",   3, &TYPE_STRING_LIST, OPTIONAL},
    {"scope",       4, &TYPE_STRING,      POINTER},
};
static const KubeType RULE = {"Rule", ADMISSION, NULL, OBJECT(RULE_FIELDS)};

static const KubeField RULE_WITH_OPERATIONS_FIELDS[] = {
    {"operations", 1, &TYPE_STRING_LIST, OPTIONAL},
    {"",           2, &RULE,             INLINE},
};
static const KubeType RULE_WITH_OPERATIONS = {
    "RuleWithOperations", ADMISSION, NULL, OBJECT(RULE_WITH_OPERATIONS_FIELDS)};

static const KubeType RULE_WITH_OPERATIONS_LIST = {
    .shape = KUBE_LIST, .element = &RULE_WITH_OPERATIONS};

static const KubeField MATCH_CONDITION_FIELDS[] = {
    {"name",       1, &TYPE_STRING, REQUIRED},
    {"expression", 2, &TYPE_STRING, REQUIRED},
};
static const KubeType MATCH_CONDITION = {
    "MatchCondition", ADMISSION, NULL, OBJECT(MATCH_CONDITION_FIELDS)};

static const KubeType MATCH_CONDITIONS_BY_NAME = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &MATCH_CONDITION,
    .keys = {"name"}, .patch_key = "name"};

static const KubeField VALIDATING_WEBHOOK_FIELDS[] = {
    {"name",                    1,  &TYPE_STRING,               REQUIRED},
    {"clientConfig",            2,  &WEBHOOK_CLIENT_CONFIG,     REQUIRED},
    {"rules",                   3,  &RULE_WITH_OPERATIONS_LIST, OPTIONAL},
    {"failurePolicy",           4,  &TYPE_STRING,               POINTER},
    {"matchPolicy",             9,  &TYPE_STRING,               POINTER},
    {"namespaceSelector",       5,  &TYPE_LABEL_SELECTOR,       POINTER},
    {"objectSelector",          10, &TYPE_LABEL_SELECTOR,       POINTER},
    {"sideEffects",             6,  &TYPE_STRING,               REQUIRED, POINTER},
    {"timeoutSeconds",          7,  &TYPE_INT32,                POINTER},
    {"admissionReviewVersions", 8,  &TYPE_STRING_LIST,          REQUIRED},
    {"matchConditions",         11, &MATCH_CONDITIONS_BY_NAME,  OPTIONAL},
};
static const KubeType VALIDATING_WEBHOOK = {
    "ValidatingWebhook", ADMISSION, NULL, OBJECT(VALIDATING_WEBHOOK_FIELDS)};

static const KubeType VALIDATING_WEBHOOKS_BY_NAME = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &VALIDATING_WEBHOOK,
    .keys = {"name"}, .patch_key = "name"};

static const KubeField VALIDATING_WEBHOOK_CONFIGURATION_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,              INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,            PRINTED, .about = ABOUT_METADATA},
    {"webhooks", 2, &VALIDATING_WEBHOOKS_BY_NAME, OPTIONAL},
};
static const KubeType VALIDATING_WEBHOOK_CONFIGURATION = {
    "ValidatingWebhookConfiguration", ADMISSION,
    "Which services are asked whether a request is acceptable.",
    OBJECT(VALIDATING_WEBHOOK_CONFIGURATION_FIELDS)};

static const KubeType VALIDATING_WEBHOOK_CONFIGURATION_ITEMS = {
    .shape = KUBE_LIST, .element = &VALIDATING_WEBHOOK_CONFIGURATION};

static const KubeField VALIDATING_WEBHOOK_CONFIGURATION_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,                         INLINE},
    {"metadata", 1, &TYPE_LIST_META,                         PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &VALIDATING_WEBHOOK_CONFIGURATION_ITEMS, REQUIRED},
};
static const KubeType VALIDATING_WEBHOOK_CONFIGURATION_LIST = {
    "ValidatingWebhookConfigurationList", ADMISSION, NULL,
    OBJECT(VALIDATING_WEBHOOK_CONFIGURATION_LIST_FIELDS)};

static const KubeField MUTATING_WEBHOOK_FIELDS[] = {
    {"name",                    1,  &TYPE_STRING,               REQUIRED},
    {"clientConfig",            2,  &WEBHOOK_CLIENT_CONFIG,     REQUIRED},
    {"rules",                   3,  &RULE_WITH_OPERATIONS_LIST, OPTIONAL},
    {"failurePolicy",           4,  &TYPE_STRING,               POINTER},
    {"matchPolicy",             9,  &TYPE_STRING,               POINTER},
    {"namespaceSelector",       5,  &TYPE_LABEL_SELECTOR,       POINTER},
    {"objectSelector",          11, &TYPE_LABEL_SELECTOR,       POINTER},
    {"sideEffects",             6,  &TYPE_STRING,               REQUIRED, POINTER},
    {"timeoutSeconds",          7,  &TYPE_INT32,                POINTER},
    {"admissionReviewVersions", 8,  &TYPE_STRING_LIST,          REQUIRED},
    {"reinvocationPolicy",      10, &TYPE_STRING,               POINTER},
    {"matchConditions",         12, &MATCH_CONDITIONS_BY_NAME,  OPTIONAL},
};
static const KubeType MUTATING_WEBHOOK = {
    "MutatingWebhook", ADMISSION, NULL, OBJECT(MUTATING_WEBHOOK_FIELDS)};

static const KubeType MUTATING_WEBHOOKS_BY_NAME = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &MUTATING_WEBHOOK,
    .keys = {"name"}, .patch_key = "name"};

static const KubeField MUTATING_WEBHOOK_CONFIGURATION_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,            INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,          PRINTED, .about = ABOUT_METADATA},
    {"webhooks", 2, &MUTATING_WEBHOOKS_BY_NAME, OPTIONAL},
};
static const KubeType MUTATING_WEBHOOK_CONFIGURATION = {
    "MutatingWebhookConfiguration", ADMISSION,
    "Which services may change an object before it is stored.",
    OBJECT(MUTATING_WEBHOOK_CONFIGURATION_FIELDS)};

static const KubeType MUTATING_WEBHOOK_CONFIGURATION_ITEMS = {
    .shape = KUBE_LIST, .element = &MUTATING_WEBHOOK_CONFIGURATION};

static const KubeField MUTATING_WEBHOOK_CONFIGURATION_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,                       INLINE},
    {"metadata", 1, &TYPE_LIST_META,                       PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &MUTATING_WEBHOOK_CONFIGURATION_ITEMS, REQUIRED},
};
static const KubeType MUTATING_WEBHOOK_CONFIGURATION_LIST = {
    "MutatingWebhookConfigurationList", ADMISSION, NULL,
    OBJECT(MUTATING_WEBHOOK_CONFIGURATION_LIST_FIELDS)};

const KubeType *const KINDS_ADMISSION[] = {
    &VALIDATING_WEBHOOK_CONFIGURATION, &VALIDATING_WEBHOOK_CONFIGURATION_LIST,
    &MUTATING_WEBHOOK_CONFIGURATION, &MUTATING_WEBHOOK_CONFIGURATION_LIST, NULL,
};
/* clang-format on */
