/*
 * fakes/kubernetes/types/authorization.c - reviews of authorization.k8s.io: who may do what, asked.
 *
 * Source: k8s.io/api v0.32, authorization/v1. The words in the rows are explained in inside.h.
 */
#include "fakes/kubernetes/types/inside.h"

#define AUTHORIZATION "io.k8s.api.authorization.v1"

/* clang-format off */
static const KubeType FIELD_SELECTOR_REQUIREMENT_LIST = {
    .shape = KUBE_LIST, .element = &TYPE_FIELD_SELECTOR_REQUIREMENT};

static const KubeField FIELD_SELECTOR_ATTRIBUTES_FIELDS[] = {
    {"rawSelector",  1, &TYPE_STRING,                     OPTIONAL},
    {"requirements", 2, &FIELD_SELECTOR_REQUIREMENT_LIST, OPTIONAL},
};
static const KubeType FIELD_SELECTOR_ATTRIBUTES = {
    "FieldSelectorAttributes", AUTHORIZATION, NULL, OBJECT(FIELD_SELECTOR_ATTRIBUTES_FIELDS)};

static const KubeType LABEL_SELECTOR_REQUIREMENT_LIST = {
    .shape = KUBE_LIST, .element = &TYPE_LABEL_SELECTOR_REQUIREMENT};

static const KubeField LABEL_SELECTOR_ATTRIBUTES_FIELDS[] = {
    {"rawSelector",  1, &TYPE_STRING,                     OPTIONAL},
    {"requirements", 2, &LABEL_SELECTOR_REQUIREMENT_LIST, OPTIONAL},
};
static const KubeType LABEL_SELECTOR_ATTRIBUTES = {
    "LabelSelectorAttributes", AUTHORIZATION, NULL, OBJECT(LABEL_SELECTOR_ATTRIBUTES_FIELDS)};

static const KubeField RESOURCE_ATTRIBUTES_FIELDS[] = {
    {"namespace",     1, &TYPE_STRING,               OPTIONAL},
    {"verb",          2, &TYPE_STRING,               OPTIONAL},
    {"group",         3, &TYPE_STRING,               OPTIONAL},
    {"version",       4, &TYPE_STRING,               OPTIONAL},
    {"resource",      5, &TYPE_STRING,               OPTIONAL},
    {"subresource",   6, &TYPE_STRING,               OPTIONAL},
    {"name",          7, &TYPE_STRING,               OPTIONAL},
    {"fieldSelector", 8, &FIELD_SELECTOR_ATTRIBUTES, POINTER},
    {"labelSelector", 9, &LABEL_SELECTOR_ATTRIBUTES, POINTER},
};
static const KubeType RESOURCE_ATTRIBUTES = {
    "ResourceAttributes", AUTHORIZATION, NULL, OBJECT(RESOURCE_ATTRIBUTES_FIELDS)};

static const KubeField NON_RESOURCE_ATTRIBUTES_FIELDS[] = {
    {"path", 1, &TYPE_STRING, OPTIONAL},
    {"verb", 2, &TYPE_STRING, OPTIONAL},
};
static const KubeType NON_RESOURCE_ATTRIBUTES = {
    "NonResourceAttributes", AUTHORIZATION, NULL, OBJECT(NON_RESOURCE_ATTRIBUTES_FIELDS)};

static const KubeField SUBJECT_ACCESS_REVIEW_SPEC_FIELDS[] = {
    {"resourceAttributes",    1, &RESOURCE_ATTRIBUTES,     POINTER},
    {"nonResourceAttributes", 2, &NON_RESOURCE_ATTRIBUTES, POINTER},
    {"user",                  3, &TYPE_STRING,             OPTIONAL},
    {"groups",                4, &TYPE_STRING_LIST,        OPTIONAL},
    {"extra",                 5, &TYPE_STRING_LIST_MAP,    OPTIONAL},
    {"uid",                   6, &TYPE_STRING,             OPTIONAL},
};
static const KubeType SUBJECT_ACCESS_REVIEW_SPEC = {
    "SubjectAccessReviewSpec", AUTHORIZATION, NULL, OBJECT(SUBJECT_ACCESS_REVIEW_SPEC_FIELDS)};

static const KubeField SUBJECT_ACCESS_REVIEW_STATUS_FIELDS[] = {
    {"allowed",         1, &TYPE_BOOL,   REQUIRED},
    {"denied",          4, &TYPE_BOOL,   OPTIONAL},
    {"reason",          2, &TYPE_STRING, OPTIONAL},
    {"evaluationError", 3, &TYPE_STRING, OPTIONAL},
};
static const KubeType SUBJECT_ACCESS_REVIEW_STATUS = {
    "SubjectAccessReviewStatus", AUTHORIZATION, NULL, OBJECT(SUBJECT_ACCESS_REVIEW_STATUS_FIELDS)};

static const KubeField SUBJECT_ACCESS_REVIEW_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,               INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,             PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &SUBJECT_ACCESS_REVIEW_SPEC,   REQUIRED, .about = ABOUT_REVIEW_SPEC},
    {"status",   3, &SUBJECT_ACCESS_REVIEW_STATUS, PRINTED, .about = ABOUT_REVIEW_STATUS},
};
static const KubeType SUBJECT_ACCESS_REVIEW = {
    "SubjectAccessReview", AUTHORIZATION, "A question whether somebody may do something.",
    OBJECT(SUBJECT_ACCESS_REVIEW_FIELDS)};

static const KubeField SELF_SUBJECT_ACCESS_REVIEW_SPEC_FIELDS[] = {
    {"resourceAttributes",    1, &RESOURCE_ATTRIBUTES,     POINTER},
    {"nonResourceAttributes", 2, &NON_RESOURCE_ATTRIBUTES, POINTER},
};
static const KubeType SELF_SUBJECT_ACCESS_REVIEW_SPEC = {
    "SelfSubjectAccessReviewSpec", AUTHORIZATION, NULL,
    OBJECT(SELF_SUBJECT_ACCESS_REVIEW_SPEC_FIELDS)};

static const KubeField SELF_SUBJECT_ACCESS_REVIEW_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,                  INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,                PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &SELF_SUBJECT_ACCESS_REVIEW_SPEC, REQUIRED, .about = ABOUT_REVIEW_SPEC},
    {"status",   3, &SUBJECT_ACCESS_REVIEW_STATUS,    PRINTED, .about = ABOUT_REVIEW_STATUS},
};
static const KubeType SELF_SUBJECT_ACCESS_REVIEW = {
    "SelfSubjectAccessReview", AUTHORIZATION, "A question whether the asker may do something.",
    OBJECT(SELF_SUBJECT_ACCESS_REVIEW_FIELDS)};

static const KubeField LOCAL_SUBJECT_ACCESS_REVIEW_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,               INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,             PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &SUBJECT_ACCESS_REVIEW_SPEC,   REQUIRED, .about = ABOUT_REVIEW_SPEC},
    {"status",   3, &SUBJECT_ACCESS_REVIEW_STATUS, PRINTED, .about = ABOUT_REVIEW_STATUS},
};
static const KubeType LOCAL_SUBJECT_ACCESS_REVIEW = {
    "LocalSubjectAccessReview", AUTHORIZATION,
    "A question whether somebody may do something in one namespace.",
    OBJECT(LOCAL_SUBJECT_ACCESS_REVIEW_FIELDS)};

static const KubeField SELF_SUBJECT_RULES_REVIEW_SPEC_FIELDS[] = {
    {"namespace", 1, &TYPE_STRING, OPTIONAL},
};
static const KubeType SELF_SUBJECT_RULES_REVIEW_SPEC = {
    "SelfSubjectRulesReviewSpec", AUTHORIZATION, NULL,
    OBJECT(SELF_SUBJECT_RULES_REVIEW_SPEC_FIELDS)};

static const KubeField RESOURCE_RULE_FIELDS[] = {
    {"verbs",         1, &TYPE_STRING_LIST, REQUIRED},
    {"apiGroups",     2, &TYPE_STRING_LIST, OPTIONAL},
    {"resources",     3, &TYPE_STRING_LIST, OPTIONAL},
    {"resourceNames", 4, &TYPE_STRING_LIST, OPTIONAL},
};
static const KubeType RESOURCE_RULE = {
    "ResourceRule", AUTHORIZATION, NULL, OBJECT(RESOURCE_RULE_FIELDS)};

static const KubeType RESOURCE_RULE_LIST = {.shape = KUBE_LIST, .element = &RESOURCE_RULE};

static const KubeField NON_RESOURCE_RULE_FIELDS[] = {
    {"verbs",           1, &TYPE_STRING_LIST, REQUIRED},
    {"nonResourceURLs", 2, &TYPE_STRING_LIST, OPTIONAL},
};
static const KubeType NON_RESOURCE_RULE = {
    "NonResourceRule", AUTHORIZATION, NULL, OBJECT(NON_RESOURCE_RULE_FIELDS)};

static const KubeType NON_RESOURCE_RULE_LIST = {.shape = KUBE_LIST, .element = &NON_RESOURCE_RULE};

static const KubeField SUBJECT_RULES_REVIEW_STATUS_FIELDS[] = {
    {"resourceRules",    1, &RESOURCE_RULE_LIST,     REQUIRED},
    {"nonResourceRules", 2, &NON_RESOURCE_RULE_LIST, REQUIRED},
    {"incomplete",       3, &TYPE_BOOL,              REQUIRED},
    {"evaluationError",  4, &TYPE_STRING,            OPTIONAL},
};
static const KubeType SUBJECT_RULES_REVIEW_STATUS = {
    "SubjectRulesReviewStatus", AUTHORIZATION, NULL, OBJECT(SUBJECT_RULES_REVIEW_STATUS_FIELDS)};

static const KubeField SELF_SUBJECT_RULES_REVIEW_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,                 INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,               PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &SELF_SUBJECT_RULES_REVIEW_SPEC, REQUIRED, .about = ABOUT_REVIEW_SPEC},
    {"status",   3, &SUBJECT_RULES_REVIEW_STATUS,    PRINTED, .about = ABOUT_REVIEW_STATUS},
};
static const KubeType SELF_SUBJECT_RULES_REVIEW = {
    "SelfSubjectRulesReview", AUTHORIZATION,
    "A question for everything that the asker may do in a namespace.",
    OBJECT(SELF_SUBJECT_RULES_REVIEW_FIELDS)};

const KubeType *const KINDS_AUTHORIZATION[] = {
    &SUBJECT_ACCESS_REVIEW, &SELF_SUBJECT_ACCESS_REVIEW, &LOCAL_SUBJECT_ACCESS_REVIEW,
    &SELF_SUBJECT_RULES_REVIEW, NULL,
};
/* clang-format on */
