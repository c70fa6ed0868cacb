/*
 * fakes/kubernetes/types/certificates.c - kinds of certificates.k8s.io: who wants a certificate signed.
 *
 * Source: k8s.io/api v0.32, certificates/v1. The words in the rows are explained in inside.h.
 */
#include "fakes/kubernetes/types/inside.h"

#define CERTIFICATES "io.k8s.api.certificates.v1"

/* clang-format off */
static const KubeField CERTIFICATE_SIGNING_REQUEST_SPEC_FIELDS[] = {
    {"request",           1, &TYPE_BYTES,           REQUIRED},
    {"signerName",        7, &TYPE_STRING,          REQUIRED},
    {"expirationSeconds", 8, &TYPE_INT32,           POINTER},
    {"usages",            5, &TYPE_STRING_LIST,     OPTIONAL},
    {"username",          2, &TYPE_STRING,          OPTIONAL},
    {"uid",               3, &TYPE_STRING,          OPTIONAL},
    {"groups",            4, &TYPE_STRING_LIST,     OPTIONAL},
    {"extra",             6, &TYPE_STRING_LIST_MAP, OPTIONAL},
};
static const KubeType CERTIFICATE_SIGNING_REQUEST_SPEC = {
    "CertificateSigningRequestSpec", CERTIFICATES, NULL,
    OBJECT(CERTIFICATE_SIGNING_REQUEST_SPEC_FIELDS)};

static const KubeField CERTIFICATE_SIGNING_REQUEST_CONDITION_FIELDS[] = {
    {"type",               1, &TYPE_STRING, REQUIRED},
    {"status",             6, &TYPE_STRING, REQUIRED},
    {"reason",             2, &TYPE_STRING, OPTIONAL},
    {"message",            3, &TYPE_STRING, OPTIONAL},
    {"lastUpdateTime",     4, &TYPE_TIME,   PRINTED},
    {"lastTransitionTime", 5, &TYPE_TIME,   PRINTED},
};
static const KubeType CERTIFICATE_SIGNING_REQUEST_CONDITION = {
    "CertificateSigningRequestCondition", CERTIFICATES, NULL,
    OBJECT(CERTIFICATE_SIGNING_REQUEST_CONDITION_FIELDS)};

static const KubeType CERTIFICATE_SIGNING_REQUEST_CONDITIONS_BY_TYPE = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &CERTIFICATE_SIGNING_REQUEST_CONDITION,
    .keys = {"type"}};

static const KubeField CERTIFICATE_SIGNING_REQUEST_STATUS_FIELDS[] = {
    {"conditions",  1, &CERTIFICATE_SIGNING_REQUEST_CONDITIONS_BY_TYPE, OPTIONAL},
    {"certificate", 2, &TYPE_BYTES,                                     OPTIONAL},
};
static const KubeType CERTIFICATE_SIGNING_REQUEST_STATUS = {
    "CertificateSigningRequestStatus", CERTIFICATES, NULL,
    OBJECT(CERTIFICATE_SIGNING_REQUEST_STATUS_FIELDS)};

static const KubeField CERTIFICATE_SIGNING_REQUEST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,                     INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,                   PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &CERTIFICATE_SIGNING_REQUEST_SPEC,   REQUIRED, .about = ABOUT_SPEC},
    {"status",   3, &CERTIFICATE_SIGNING_REQUEST_STATUS, PRINTED, .about = ABOUT_STATUS},
};
static const KubeType CERTIFICATE_SIGNING_REQUEST = {
    "CertificateSigningRequest", CERTIFICATES,
    "A request to sign a certificate, whether it was approved, and the certificate.",
    OBJECT(CERTIFICATE_SIGNING_REQUEST_FIELDS)};

static const KubeType CERTIFICATE_SIGNING_REQUEST_ITEMS = {
    .shape = KUBE_LIST, .element = &CERTIFICATE_SIGNING_REQUEST};

static const KubeField CERTIFICATE_SIGNING_REQUEST_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,                    INLINE},
    {"metadata", 1, &TYPE_LIST_META,                    PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &CERTIFICATE_SIGNING_REQUEST_ITEMS, REQUIRED},
};
static const KubeType CERTIFICATE_SIGNING_REQUEST_LIST = {
    "CertificateSigningRequestList", CERTIFICATES, NULL,
    OBJECT(CERTIFICATE_SIGNING_REQUEST_LIST_FIELDS)};

const KubeType *const KINDS_CERTIFICATES[] = {
    &CERTIFICATE_SIGNING_REQUEST, &CERTIFICATE_SIGNING_REQUEST_LIST, NULL,
};
/* clang-format on */
