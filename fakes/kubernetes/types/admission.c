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

static const KubeField PARAM_KIND_FIELDS[] = {
    {"apiVersion", 1, &TYPE_STRING, OPTIONAL},
    {"kind",       2, &TYPE_STRING, OPTIONAL},
};
static const KubeType PARAM_KIND = {"ParamKind", ADMISSION, NULL, ATOMIC_OBJECT(PARAM_KIND_FIELDS)};

static const KubeField NAMED_RULE_WITH_OPERATIONS_FIELDS[] = {
    {"resourceNames", 1, &TYPE_STRING_LIST,     OPTIONAL},
    {"",              2, &RULE_WITH_OPERATIONS, INLINE},
};
static const KubeType NAMED_RULE_WITH_OPERATIONS = {
    "NamedRuleWithOperations", ADMISSION, NULL, ATOMIC_OBJECT(NAMED_RULE_WITH_OPERATIONS_FIELDS)};

static const KubeType NAMED_RULE_WITH_OPERATIONS_LIST = {
    .shape = KUBE_LIST, .element = &NAMED_RULE_WITH_OPERATIONS};

static const KubeField MATCH_RESOURCES_FIELDS[] = {
    {"namespaceSelector",    1, &TYPE_LABEL_SELECTOR,             POINTER},
    {"objectSelector",       2, &TYPE_LABEL_SELECTOR,             POINTER},
    {"resourceRules",        3, &NAMED_RULE_WITH_OPERATIONS_LIST, OPTIONAL},
    {"excludeResourceRules", 4, &NAMED_RULE_WITH_OPERATIONS_LIST, OPTIONAL},
    {"matchPolicy",          7, &TYPE_STRING,                     POINTER},
};
static const KubeType MATCH_RESOURCES = {
    "MatchResources", ADMISSION, NULL, ATOMIC_OBJECT(MATCH_RESOURCES_FIELDS)};

static const KubeField VALIDATION_FIELDS[] = {
    {"expression",        1, &TYPE_STRING, REQUIRED},
    {"message",           2, &TYPE_STRING, OPTIONAL},
    {"reason",            3, &TYPE_STRING, POINTER},
    {"messageExpression", 4, &TYPE_STRING, OPTIONAL},
};
static const KubeType VALIDATION = {"Validation", ADMISSION, NULL, OBJECT(VALIDATION_FIELDS)};

static const KubeType VALIDATION_LIST = {.shape = KUBE_LIST, .element = &VALIDATION};

static const KubeField AUDIT_ANNOTATION_FIELDS[] = {
    {"key",             1, &TYPE_STRING, REQUIRED},
    {"valueExpression", 2, &TYPE_STRING, REQUIRED},
};
static const KubeType AUDIT_ANNOTATION = {
    "AuditAnnotation", ADMISSION, NULL, OBJECT(AUDIT_ANNOTATION_FIELDS)};

static const KubeType AUDIT_ANNOTATION_LIST = {.shape = KUBE_LIST, .element = &AUDIT_ANNOTATION};

static const KubeField VARIABLE_FIELDS[] = {
    {"name",       1, &TYPE_STRING, REQUIRED},
    {"expression", 2, &TYPE_STRING, REQUIRED},
};
static const KubeType VARIABLE = {"Variable", ADMISSION, NULL, ATOMIC_OBJECT(VARIABLE_FIELDS)};

static const KubeType VARIABLES_BY_NAME = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &VARIABLE,
    .keys = {"name"}, .patch_key = "name"};

static const KubeField VALIDATING_ADMISSION_POLICY_SPEC_FIELDS[] = {
    {"paramKind",        1, &PARAM_KIND,               POINTER},
    {"matchConstraints", 2, &MATCH_RESOURCES,          POINTER},
    {"validations",      3, &VALIDATION_LIST,          OPTIONAL},
    {"failurePolicy",    4, &TYPE_STRING,              POINTER},
    {"auditAnnotations", 5, &AUDIT_ANNOTATION_LIST,    OPTIONAL},
    {"matchConditions",  6, &MATCH_CONDITIONS_BY_NAME, OPTIONAL},
    {"variables",        7, &VARIABLES_BY_NAME,        OPTIONAL},
};
static const KubeType VALIDATING_ADMISSION_POLICY_SPEC = {
    "ValidatingAdmissionPolicySpec", ADMISSION, NULL,
    OBJECT(VALIDATING_ADMISSION_POLICY_SPEC_FIELDS)};

static const KubeField EXPRESSION_WARNING_FIELDS[] = {
    {"fieldRef", 2, &TYPE_STRING, REQUIRED},
    {"warning",  3, &TYPE_STRING, REQUIRED},
};
static const KubeType EXPRESSION_WARNING = {
    "ExpressionWarning", ADMISSION, NULL, OBJECT(EXPRESSION_WARNING_FIELDS)};

static const KubeType EXPRESSION_WARNING_LIST = {
    .shape = KUBE_LIST, .element = &EXPRESSION_WARNING};

static const KubeField TYPE_CHECKING_FIELDS[] = {
    {"expressionWarnings", 1, &EXPRESSION_WARNING_LIST, OPTIONAL},
};
static const KubeType TYPE_CHECKING = {
    "TypeChecking", ADMISSION, NULL, OBJECT(TYPE_CHECKING_FIELDS)};

static const KubeType CONDITIONS_BY_TYPE = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &TYPE_CONDITION, .keys = {"type"}};

static const KubeField VALIDATING_ADMISSION_POLICY_STATUS_FIELDS[] = {
    {"observedGeneration", 1, &TYPE_INT64,         OPTIONAL},
    {"typeChecking",       2, &TYPE_CHECKING,      POINTER},
    {"conditions",         3, &CONDITIONS_BY_TYPE, OPTIONAL},
};
static const KubeType VALIDATING_ADMISSION_POLICY_STATUS = {
    "ValidatingAdmissionPolicyStatus", ADMISSION, NULL,
    OBJECT(VALIDATING_ADMISSION_POLICY_STATUS_FIELDS)};

static const KubeField VALIDATING_ADMISSION_POLICY_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,                     INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,                   PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &VALIDATING_ADMISSION_POLICY_SPEC,   PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &VALIDATING_ADMISSION_POLICY_STATUS, PRINTED, .about = ABOUT_STATUS},
};
static const KubeType VALIDATING_ADMISSION_POLICY = {
    "ValidatingAdmissionPolicy", ADMISSION, "Expressions that a request must satisfy.",
    OBJECT(VALIDATING_ADMISSION_POLICY_FIELDS)};

static const KubeType VALIDATING_ADMISSION_POLICY_ITEMS = {
    .shape = KUBE_LIST, .element = &VALIDATING_ADMISSION_POLICY};

static const KubeField VALIDATING_ADMISSION_POLICY_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,                    INLINE},
    {"metadata", 1, &TYPE_LIST_META,                    PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &VALIDATING_ADMISSION_POLICY_ITEMS, REQUIRED},
};
static const KubeType VALIDATING_ADMISSION_POLICY_LIST = {
    "ValidatingAdmissionPolicyList", ADMISSION, NULL,
    OBJECT(VALIDATING_ADMISSION_POLICY_LIST_FIELDS)};

static const KubeField PARAM_REF_FIELDS[] = {
    {"name",                    1, &TYPE_STRING,         OPTIONAL},
    {"namespace",               2, &TYPE_STRING,         OPTIONAL},
    {"selector",                3, &TYPE_LABEL_SELECTOR, POINTER},
    {"parameterNotFoundAction", 4, &TYPE_STRING,         POINTER},
};
static const KubeType PARAM_REF = {"ParamRef", ADMISSION, NULL, ATOMIC_OBJECT(PARAM_REF_FIELDS)};

static const KubeField VALIDATING_ADMISSION_POLICY_BINDING_SPEC_FIELDS[] = {
    {"policyName",        1, &TYPE_STRING,     OPTIONAL},
    {"paramRef",          2, &PARAM_REF,       POINTER},
    {"matchResources",    3, &MATCH_RESOURCES, POINTER},
    {"validationActions", 4, &TYPE_STRING_SET, OPTIONAL},
};
static const KubeType VALIDATING_ADMISSION_POLICY_BINDING_SPEC = {
    "ValidatingAdmissionPolicyBindingSpec", ADMISSION, NULL,
    OBJECT(VALIDATING_ADMISSION_POLICY_BINDING_SPEC_FIELDS)};

static const KubeField VALIDATING_ADMISSION_POLICY_BINDING_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,                           INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,                         PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &VALIDATING_ADMISSION_POLICY_BINDING_SPEC, PRINTED, .about = ABOUT_SPEC},
};
static const KubeType VALIDATING_ADMISSION_POLICY_BINDING = {
    "ValidatingAdmissionPolicyBinding", ADMISSION,
    "Where a ValidatingAdmissionPolicy holds, and with which parameters.",
    OBJECT(VALIDATING_ADMISSION_POLICY_BINDING_FIELDS)};

static const KubeType VALIDATING_ADMISSION_POLICY_BINDING_ITEMS = {
    .shape = KUBE_LIST, .element = &VALIDATING_ADMISSION_POLICY_BINDING};

static const KubeField VALIDATING_ADMISSION_POLICY_BINDING_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,                            INLINE},
    {"metadata", 1, &TYPE_LIST_META,                            PRINTED,
     .about = ABOUT_LIST_METADATA},
    {"items",    2, &VALIDATING_ADMISSION_POLICY_BINDING_ITEMS, REQUIRED},
};
static const KubeType VALIDATING_ADMISSION_POLICY_BINDING_LIST = {
    "ValidatingAdmissionPolicyBindingList", ADMISSION, NULL,
    OBJECT(VALIDATING_ADMISSION_POLICY_BINDING_LIST_FIELDS)};

const KubeType *const KINDS_ADMISSION[] = {
    &VALIDATING_WEBHOOK_CONFIGURATION, &VALIDATING_WEBHOOK_CONFIGURATION_LIST,
    &MUTATING_WEBHOOK_CONFIGURATION, &MUTATING_WEBHOOK_CONFIGURATION_LIST,
    &VALIDATING_ADMISSION_POLICY, &VALIDATING_ADMISSION_POLICY_LIST,
    &VALIDATING_ADMISSION_POLICY_BINDING, &VALIDATING_ADMISSION_POLICY_BINDING_LIST, NULL,
};
/* clang-format on */
