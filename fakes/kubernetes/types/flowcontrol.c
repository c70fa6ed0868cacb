/*
 * fakes/kubernetes/types/flowcontrol.c - kinds of flowcontrol.apiserver.k8s.io: which requests wait for which.
 *
 * Source: k8s.io/api v0.32, flowcontrol/v1. The words in the rows are explained in inside.h.
 */
#include "fakes/kubernetes/types/inside.h"

#define FLOWCONTROL "io.k8s.api.flowcontrol.v1"

/* clang-format off */
static const KubeField PRIORITY_LEVEL_CONFIGURATION_REFERENCE_FIELDS[] = {
    {"name", 1, &TYPE_STRING, REQUIRED},
};
static const KubeType PRIORITY_LEVEL_CONFIGURATION_REFERENCE = {
    "PriorityLevelConfigurationReference", FLOWCONTROL, NULL,
    OBJECT(PRIORITY_LEVEL_CONFIGURATION_REFERENCE_FIELDS)};

static const KubeField FLOW_DISTINGUISHER_METHOD_FIELDS[] = {
    {"type", 1, &TYPE_STRING, REQUIRED},
};
static const KubeType FLOW_DISTINGUISHER_METHOD = {
    "FlowDistinguisherMethod", FLOWCONTROL, NULL, OBJECT(FLOW_DISTINGUISHER_METHOD_FIELDS)};

static const KubeField USER_SUBJECT_FIELDS[] = {
    {"name", 1, &TYPE_STRING, REQUIRED},
};
static const KubeType USER_SUBJECT = {
    "UserSubject", FLOWCONTROL, NULL, OBJECT(USER_SUBJECT_FIELDS)};

static const KubeField GROUP_SUBJECT_FIELDS[] = {
    {"name", 1, &TYPE_STRING, REQUIRED},
};
static const KubeType GROUP_SUBJECT = {
    "GroupSubject", FLOWCONTROL, NULL, OBJECT(GROUP_SUBJECT_FIELDS)};

static const KubeField SERVICE_ACCOUNT_SUBJECT_FIELDS[] = {
    {"namespace", 1, &TYPE_STRING, REQUIRED},
    {"name",      2, &TYPE_STRING, REQUIRED},
};
static const KubeType SERVICE_ACCOUNT_SUBJECT = {
    "ServiceAccountSubject", FLOWCONTROL, NULL, OBJECT(SERVICE_ACCOUNT_SUBJECT_FIELDS)};

static const KubeField SUBJECT_FIELDS[] = {
    {"kind",           1, &TYPE_STRING,             REQUIRED},
    {"user",           2, &USER_SUBJECT,            POINTER},
    {"group",          3, &GROUP_SUBJECT,           POINTER},
    {"serviceAccount", 4, &SERVICE_ACCOUNT_SUBJECT, POINTER},
};
static const KubeType SUBJECT = {"Subject", FLOWCONTROL, NULL, OBJECT(SUBJECT_FIELDS)};

static const KubeType SUBJECT_LIST = {.shape = KUBE_LIST, .element = &SUBJECT};

static const KubeField RESOURCE_POLICY_RULE_FIELDS[] = {
    {"verbs",        1, &TYPE_STRING_SET, REQUIRED},
    {"apiGroups",    2, &TYPE_STRING_SET, REQUIRED},
    {"resources",    3, &TYPE_STRING_SET, REQUIRED},
    {"clusterScope", 4, &TYPE_BOOL,       OPTIONAL},
    {"namespaces",   5, &TYPE_STRING_SET, PRINTED},
};
static const KubeType RESOURCE_POLICY_RULE = {
    "ResourcePolicyRule", FLOWCONTROL, NULL, OBJECT(RESOURCE_POLICY_RULE_FIELDS)};

static const KubeType RESOURCE_POLICY_RULE_LIST = {
    .shape = KUBE_LIST, .element = &RESOURCE_POLICY_RULE};

static const KubeField NON_RESOURCE_POLICY_RULE_FIELDS[] = {
    {"verbs",           1, &TYPE_STRING_SET, REQUIRED},
    {"nonResourceURLs", 6, &TYPE_STRING_SET, REQUIRED},
};
static const KubeType NON_RESOURCE_POLICY_RULE = {
    "NonResourcePolicyRule", FLOWCONTROL, NULL, OBJECT(NON_RESOURCE_POLICY_RULE_FIELDS)};

static const KubeType NON_RESOURCE_POLICY_RULE_LIST = {
    .shape = KUBE_LIST, .element = &NON_RESOURCE_POLICY_RULE};

static const KubeField POLICY_RULES_WITH_SUBJECTS_FIELDS[] = {
    {"subjects",         1, &SUBJECT_LIST,                  REQUIRED},
    {"resourceRules",    2, &RESOURCE_POLICY_RULE_LIST,     OPTIONAL},
    {"nonResourceRules", 3, &NON_RESOURCE_POLICY_RULE_LIST, OPTIONAL},
};
static const KubeType POLICY_RULES_WITH_SUBJECTS = {
    "PolicyRulesWithSubjects", FLOWCONTROL, NULL, OBJECT(POLICY_RULES_WITH_SUBJECTS_FIELDS)};

static const KubeType POLICY_RULES_WITH_SUBJECTS_LIST = {
    .shape = KUBE_LIST, .element = &POLICY_RULES_WITH_SUBJECTS};

static const KubeField FLOW_SCHEMA_SPEC_FIELDS[] = {
    {"priorityLevelConfiguration", 1, &PRIORITY_LEVEL_CONFIGURATION_REFERENCE, REQUIRED},
    {"matchingPrecedence",         2, &TYPE_INT32,                             PRINTED},
    {"distinguisherMethod",        3, &FLOW_DISTINGUISHER_METHOD,              POINTER},
    {"rules",                      4, &POLICY_RULES_WITH_SUBJECTS_LIST,        OPTIONAL},
};
static const KubeType FLOW_SCHEMA_SPEC = {
    "FlowSchemaSpec", FLOWCONTROL, NULL, OBJECT(FLOW_SCHEMA_SPEC_FIELDS)};

static const KubeField FLOW_SCHEMA_CONDITION_FIELDS[] = {
    {"type",               1, &TYPE_STRING, OPTIONAL},
    {"status",             2, &TYPE_STRING, OPTIONAL},
    {"lastTransitionTime", 3, &TYPE_TIME,   PRINTED},
    {"reason",             4, &TYPE_STRING, OPTIONAL},
    {"message",            5, &TYPE_STRING, OPTIONAL},
};
static const KubeType FLOW_SCHEMA_CONDITION = {
    "FlowSchemaCondition", FLOWCONTROL, NULL, OBJECT(FLOW_SCHEMA_CONDITION_FIELDS)};

static const KubeType FLOW_SCHEMA_CONDITIONS_BY_TYPE = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &FLOW_SCHEMA_CONDITION,
    .keys = {"type"}, .patch_key = "type"};

static const KubeField FLOW_SCHEMA_STATUS_FIELDS[] = {
    {"conditions", 1, &FLOW_SCHEMA_CONDITIONS_BY_TYPE, OPTIONAL},
};
static const KubeType FLOW_SCHEMA_STATUS = {
    "FlowSchemaStatus", FLOWCONTROL, NULL, OBJECT(FLOW_SCHEMA_STATUS_FIELDS)};

static const KubeField FLOW_SCHEMA_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,     INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,   PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &FLOW_SCHEMA_SPEC,   PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &FLOW_SCHEMA_STATUS, PRINTED, .about = ABOUT_STATUS},
};
static const KubeType FLOW_SCHEMA = {
    "FlowSchema", FLOWCONTROL, "Which requests to the API server belong to which priority level.",
    OBJECT(FLOW_SCHEMA_FIELDS)};

static const KubeType FLOW_SCHEMA_ITEMS = {.shape = KUBE_LIST, .element = &FLOW_SCHEMA};

static const KubeField FLOW_SCHEMA_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,    INLINE},
    {"metadata", 1, &TYPE_LIST_META,    PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &FLOW_SCHEMA_ITEMS, REQUIRED},
};
static const KubeType FLOW_SCHEMA_LIST = {
    "FlowSchemaList", FLOWCONTROL, NULL, OBJECT(FLOW_SCHEMA_LIST_FIELDS)};

static const KubeField QUEUING_CONFIGURATION_FIELDS[] = {
    {"queues",           1, &TYPE_INT32, PRINTED},
    {"handSize",         2, &TYPE_INT32, PRINTED},
    {"queueLengthLimit", 3, &TYPE_INT32, PRINTED},
};
static const KubeType QUEUING_CONFIGURATION = {
    "QueuingConfiguration", FLOWCONTROL, NULL, OBJECT(QUEUING_CONFIGURATION_FIELDS)};

static const KubeField LIMIT_RESPONSE_FIELDS[] = {
    {"type",    1, &TYPE_STRING,           REQUIRED},
    {"queuing", 2, &QUEUING_CONFIGURATION, POINTER},
};
static const KubeType LIMIT_RESPONSE = {
    "LimitResponse", FLOWCONTROL, NULL, OBJECT(LIMIT_RESPONSE_FIELDS)};

static const KubeField LIMITED_PRIORITY_LEVEL_CONFIGURATION_FIELDS[] = {
    {"nominalConcurrencyShares", 1, &TYPE_INT32,     PRINTED, POINTER},
    {"limitResponse",            2, &LIMIT_RESPONSE, PRINTED},
    {"lendablePercent",          3, &TYPE_INT32,     POINTER},
    {"borrowingLimitPercent",    4, &TYPE_INT32,     POINTER},
};
static const KubeType LIMITED_PRIORITY_LEVEL_CONFIGURATION = {
    "LimitedPriorityLevelConfiguration", FLOWCONTROL, NULL,
    OBJECT(LIMITED_PRIORITY_LEVEL_CONFIGURATION_FIELDS)};

static const KubeField EXEMPT_PRIORITY_LEVEL_CONFIGURATION_FIELDS[] = {
    {"nominalConcurrencyShares", 1, &TYPE_INT32, POINTER},
    {"lendablePercent",          2, &TYPE_INT32, POINTER},
};
static const KubeType EXEMPT_PRIORITY_LEVEL_CONFIGURATION = {
    "ExemptPriorityLevelConfiguration", FLOWCONTROL, NULL,
    OBJECT(EXEMPT_PRIORITY_LEVEL_CONFIGURATION_FIELDS)};

static const KubeField PRIORITY_LEVEL_CONFIGURATION_SPEC_FIELDS[] = {
    {"type",    1, &TYPE_STRING,                          REQUIRED},
    {"limited", 2, &LIMITED_PRIORITY_LEVEL_CONFIGURATION, POINTER},
    {"exempt",  3, &EXEMPT_PRIORITY_LEVEL_CONFIGURATION,  POINTER},
};
static const KubeType PRIORITY_LEVEL_CONFIGURATION_SPEC = {
    "PriorityLevelConfigurationSpec", FLOWCONTROL, NULL,
    OBJECT(PRIORITY_LEVEL_CONFIGURATION_SPEC_FIELDS)};

static const KubeField PRIORITY_LEVEL_CONFIGURATION_CONDITION_FIELDS[] = {
    {"type",               1, &TYPE_STRING, OPTIONAL},
    {"status",             2, &TYPE_STRING, OPTIONAL},
    {"lastTransitionTime", 3, &TYPE_TIME,   PRINTED},
    {"reason",             4, &TYPE_STRING, OPTIONAL},
    {"message",            5, &TYPE_STRING, OPTIONAL},
};
static const KubeType PRIORITY_LEVEL_CONFIGURATION_CONDITION = {
    "PriorityLevelConfigurationCondition", FLOWCONTROL, NULL,
    OBJECT(PRIORITY_LEVEL_CONFIGURATION_CONDITION_FIELDS)};

static const KubeType PRIORITY_LEVEL_CONFIGURATION_CONDITIONS_BY_TYPE = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &PRIORITY_LEVEL_CONFIGURATION_CONDITION,
    .keys = {"type"}, .patch_key = "type"};

static const KubeField PRIORITY_LEVEL_CONFIGURATION_STATUS_FIELDS[] = {
    {"conditions", 1, &PRIORITY_LEVEL_CONFIGURATION_CONDITIONS_BY_TYPE, OPTIONAL},
};
static const KubeType PRIORITY_LEVEL_CONFIGURATION_STATUS = {
    "PriorityLevelConfigurationStatus", FLOWCONTROL, NULL,
    OBJECT(PRIORITY_LEVEL_CONFIGURATION_STATUS_FIELDS)};

static const KubeField PRIORITY_LEVEL_CONFIGURATION_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,                      INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,                    PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &PRIORITY_LEVEL_CONFIGURATION_SPEC,   PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &PRIORITY_LEVEL_CONFIGURATION_STATUS, PRINTED, .about = ABOUT_STATUS},
};
static const KubeType PRIORITY_LEVEL_CONFIGURATION = {
    "PriorityLevelConfiguration", FLOWCONTROL,
    "How many requests of a priority level are served at once, and what the others do.",
    OBJECT(PRIORITY_LEVEL_CONFIGURATION_FIELDS)};

static const KubeType PRIORITY_LEVEL_CONFIGURATION_ITEMS = {
    .shape = KUBE_LIST, .element = &PRIORITY_LEVEL_CONFIGURATION};

static const KubeField PRIORITY_LEVEL_CONFIGURATION_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,                     INLINE},
    {"metadata", 1, &TYPE_LIST_META,                     PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &PRIORITY_LEVEL_CONFIGURATION_ITEMS, REQUIRED},
};
static const KubeType PRIORITY_LEVEL_CONFIGURATION_LIST = {
    "PriorityLevelConfigurationList", FLOWCONTROL, NULL,
    OBJECT(PRIORITY_LEVEL_CONFIGURATION_LIST_FIELDS)};

const KubeType *const KINDS_FLOWCONTROL[] = {
    &FLOW_SCHEMA, &FLOW_SCHEMA_LIST, &PRIORITY_LEVEL_CONFIGURATION,
    &PRIORITY_LEVEL_CONFIGURATION_LIST, NULL,
};
/* clang-format on */
