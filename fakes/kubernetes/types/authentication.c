/*
 * fakes/kubernetes/types/authentication.c - reviews of authentication.k8s.io: who somebody is, asked.
 *
 * Source: k8s.io/api v0.32, authentication/v1. The words in the rows are explained in inside.h.
 */
#include "fakes/kubernetes/types/inside.h"

#define AUTHENTICATION "io.k8s.api.authentication.v1"

/* clang-format off */
static const KubeField TOKEN_REVIEW_SPEC_FIELDS[] = {
    {"token",     1, &TYPE_STRING,      OPTIONAL},
    {"audiences", 2, &TYPE_STRING_LIST, OPTIONAL},
};
static const KubeType TOKEN_REVIEW_SPEC = {
    "TokenReviewSpec", AUTHENTICATION, NULL, OBJECT(TOKEN_REVIEW_SPEC_FIELDS)};

static const KubeField USER_INFO_FIELDS[] = {
    {"username", 1, &TYPE_STRING,          OPTIONAL},
    {"uid",      2, &TYPE_STRING,          OPTIONAL},
    {"groups",   3, &TYPE_STRING_LIST,     OPTIONAL},
    {"extra",    4, &TYPE_STRING_LIST_MAP, OPTIONAL},
};
static const KubeType USER_INFO = {"UserInfo", AUTHENTICATION, NULL, OBJECT(USER_INFO_FIELDS)};

static const KubeField TOKEN_REVIEW_STATUS_FIELDS[] = {
    {"authenticated", 1, &TYPE_BOOL,        OPTIONAL},
    {"user",          2, &USER_INFO,        PRINTED},
    {"audiences",     4, &TYPE_STRING_LIST, OPTIONAL},
    {"error",         3, &TYPE_STRING,      OPTIONAL},
};
static const KubeType TOKEN_REVIEW_STATUS = {
    "TokenReviewStatus", AUTHENTICATION, NULL, OBJECT(TOKEN_REVIEW_STATUS_FIELDS)};

static const KubeField TOKEN_REVIEW_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,      INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,    PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &TOKEN_REVIEW_SPEC,   REQUIRED, .about = ABOUT_REVIEW_SPEC},
    {"status",   3, &TOKEN_REVIEW_STATUS, PRINTED, .about = ABOUT_REVIEW_STATUS},
};
static const KubeType TOKEN_REVIEW = {
    "TokenReview", AUTHENTICATION, "A question whom a token belongs to.",
    OBJECT(TOKEN_REVIEW_FIELDS)};

static const KubeField BOUND_OBJECT_REFERENCE_FIELDS[] = {
    {"kind",       1, &TYPE_STRING, OPTIONAL},
    {"apiVersion", 2, &TYPE_STRING, OPTIONAL},
    {"name",       3, &TYPE_STRING, OPTIONAL},
    {"uid",        4, &TYPE_STRING, OPTIONAL},
};
static const KubeType BOUND_OBJECT_REFERENCE = {
    "BoundObjectReference", AUTHENTICATION, NULL, OBJECT(BOUND_OBJECT_REFERENCE_FIELDS)};

static const KubeField TOKEN_REQUEST_SPEC_FIELDS[] = {
    {"audiences",         1, &TYPE_STRING_LIST,       REQUIRED},
    {"expirationSeconds", 4, &TYPE_INT64,             PRINTED, POINTER},
    {"boundObjectRef",    3, &BOUND_OBJECT_REFERENCE, PRINTED, POINTER},
};
static const KubeType TOKEN_REQUEST_SPEC = {
    "TokenRequestSpec", AUTHENTICATION, NULL, OBJECT(TOKEN_REQUEST_SPEC_FIELDS)};

static const KubeField TOKEN_REQUEST_STATUS_FIELDS[] = {
    {"token",               1, &TYPE_STRING, REQUIRED},
    {"expirationTimestamp", 2, &TYPE_TIME,   REQUIRED},
};
static const KubeType TOKEN_REQUEST_STATUS = {
    "TokenRequestStatus", AUTHENTICATION, NULL, OBJECT(TOKEN_REQUEST_STATUS_FIELDS)};

static const KubeField TOKEN_REQUEST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,       INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,     PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &TOKEN_REQUEST_SPEC,   REQUIRED, .about = ABOUT_REVIEW_SPEC},
    {"status",   3, &TOKEN_REQUEST_STATUS, PRINTED, .about = ABOUT_REVIEW_STATUS},
};
static const KubeType TOKEN_REQUEST = {
    "TokenRequest", AUTHENTICATION, "A request for a token of a service account.",
    OBJECT(TOKEN_REQUEST_FIELDS)};

static const KubeField SELF_SUBJECT_REVIEW_STATUS_FIELDS[] = {
    {"userInfo", 1, &USER_INFO, PRINTED},
};
static const KubeType SELF_SUBJECT_REVIEW_STATUS = {
    "SelfSubjectReviewStatus", AUTHENTICATION, NULL, OBJECT(SELF_SUBJECT_REVIEW_STATUS_FIELDS)};

static const KubeField SELF_SUBJECT_REVIEW_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,             INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,           PRINTED, .about = ABOUT_METADATA},
    {"status",   2, &SELF_SUBJECT_REVIEW_STATUS, PRINTED, .about = ABOUT_REVIEW_STATUS},
};
static const KubeType SELF_SUBJECT_REVIEW = {
    "SelfSubjectReview", AUTHENTICATION, "A question who the asker is.",
    OBJECT(SELF_SUBJECT_REVIEW_FIELDS)};

const KubeType *const KINDS_AUTHENTICATION[] = {
    &TOKEN_REVIEW, &TOKEN_REQUEST, &SELF_SUBJECT_REVIEW, NULL,
};
/* clang-format on */
