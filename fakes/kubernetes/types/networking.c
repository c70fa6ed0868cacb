/*
 * fakes/kubernetes/types/networking.c - kinds of networking.k8s.io: traffic into and between pods.
 *
 * Source: k8s.io/api v0.32, networking/v1. The words in the rows are explained in inside.h.
 */
#include "fakes/kubernetes/types/inside.h"

#define NETWORKING "io.k8s.api.networking.v1"

/* clang-format off */
static const KubeField NETWORK_POLICY_PORT_FIELDS[] = {
    {"protocol", 1, &TYPE_STRING,        POINTER},
    {"port",     2, &TYPE_INT_OR_STRING, POINTER},
    {"endPort",  3, &TYPE_INT32,         POINTER},
};
static const KubeType NETWORK_POLICY_PORT = {
    "NetworkPolicyPort", NETWORKING, NULL, OBJECT(NETWORK_POLICY_PORT_FIELDS)};

static const KubeType NETWORK_POLICY_PORT_LIST = {
    .shape = KUBE_LIST, .element = &NETWORK_POLICY_PORT};

static const KubeField IP_BLOCK_FIELDS[] = {
    {"cidr",   1, &TYPE_STRING,      REQUIRED},
    {"except", 2, &TYPE_STRING_LIST, OPTIONAL},
};
static const KubeType IP_BLOCK = {"IPBlock", NETWORKING, NULL, OBJECT(IP_BLOCK_FIELDS)};

static const KubeField NETWORK_POLICY_PEER_FIELDS[] = {
    {"podSelector",       1, &TYPE_LABEL_SELECTOR, POINTER},
    {"namespaceSelector", 2, &TYPE_LABEL_SELECTOR, POINTER},
    {"ipBlock",           3, &IP_BLOCK,            POINTER},
};
static const KubeType NETWORK_POLICY_PEER = {
    "NetworkPolicyPeer", NETWORKING, NULL, OBJECT(NETWORK_POLICY_PEER_FIELDS)};

static const KubeType NETWORK_POLICY_PEER_LIST = {
    .shape = KUBE_LIST, .element = &NETWORK_POLICY_PEER};

static const KubeField NETWORK_POLICY_INGRESS_RULE_FIELDS[] = {
    {"ports", 1, &NETWORK_POLICY_PORT_LIST, OPTIONAL},
    {"from",  2, &NETWORK_POLICY_PEER_LIST, OPTIONAL},
};
static const KubeType NETWORK_POLICY_INGRESS_RULE = {
    "NetworkPolicyIngressRule", NETWORKING, NULL, OBJECT(NETWORK_POLICY_INGRESS_RULE_FIELDS)};

static const KubeType NETWORK_POLICY_INGRESS_RULE_LIST = {
    .shape = KUBE_LIST, .element = &NETWORK_POLICY_INGRESS_RULE};

static const KubeField NETWORK_POLICY_EGRESS_RULE_FIELDS[] = {
    {"ports", 1, &NETWORK_POLICY_PORT_LIST, OPTIONAL},
    {"to",    2, &NETWORK_POLICY_PEER_LIST, OPTIONAL},
};
static const KubeType NETWORK_POLICY_EGRESS_RULE = {
    "NetworkPolicyEgressRule", NETWORKING, NULL, OBJECT(NETWORK_POLICY_EGRESS_RULE_FIELDS)};

static const KubeType NETWORK_POLICY_EGRESS_RULE_LIST = {
    .shape = KUBE_LIST, .element = &NETWORK_POLICY_EGRESS_RULE};

static const KubeField NETWORK_POLICY_SPEC_FIELDS[] = {
    {"podSelector", 1, &TYPE_LABEL_SELECTOR,              REQUIRED},
    {"ingress",     2, &NETWORK_POLICY_INGRESS_RULE_LIST, OPTIONAL},
    {"egress",      3, &NETWORK_POLICY_EGRESS_RULE_LIST,  OPTIONAL},
    {"policyTypes", 4, &TYPE_STRING_LIST,                 OPTIONAL},
};
static const KubeType NETWORK_POLICY_SPEC = {
    "NetworkPolicySpec", NETWORKING, NULL, OBJECT(NETWORK_POLICY_SPEC_FIELDS)};

static const KubeField NETWORK_POLICY_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,      INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,    PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &NETWORK_POLICY_SPEC, PRINTED, .about = ABOUT_SPEC},
};
static const KubeType NETWORK_POLICY = {
    "NetworkPolicy", NETWORKING, "Which traffic the pods of a namespace may send and receive.",
    OBJECT(NETWORK_POLICY_FIELDS)};

static const KubeType NETWORK_POLICY_ITEMS = {.shape = KUBE_LIST, .element = &NETWORK_POLICY};

static const KubeField NETWORK_POLICY_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,       INLINE},
    {"metadata", 1, &TYPE_LIST_META,       PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &NETWORK_POLICY_ITEMS, REQUIRED},
};
static const KubeType NETWORK_POLICY_LIST = {
    "NetworkPolicyList", NETWORKING, NULL, OBJECT(NETWORK_POLICY_LIST_FIELDS)};

static const KubeField SERVICE_BACKEND_PORT_FIELDS[] = {
    {"name",   1, &TYPE_STRING, OPTIONAL},
    {"number", 2, &TYPE_INT32,  OPTIONAL},
};
static const KubeType SERVICE_BACKEND_PORT = {
    "ServiceBackendPort", NETWORKING, NULL, ATOMIC_OBJECT(SERVICE_BACKEND_PORT_FIELDS)};

static const KubeField INGRESS_SERVICE_BACKEND_FIELDS[] = {
    {"name", 1, &TYPE_STRING,          REQUIRED},
    {"port", 2, &SERVICE_BACKEND_PORT, PRINTED},
};
static const KubeType INGRESS_SERVICE_BACKEND = {
    "IngressServiceBackend", NETWORKING, NULL, OBJECT(INGRESS_SERVICE_BACKEND_FIELDS)};

static const KubeField INGRESS_BACKEND_FIELDS[] = {
    {"service",  4, &INGRESS_SERVICE_BACKEND,           POINTER},
    {"resource", 3, &TYPE_TYPED_LOCAL_OBJECT_REFERENCE, POINTER},
};
static const KubeType INGRESS_BACKEND = {
    "IngressBackend", NETWORKING, NULL, OBJECT(INGRESS_BACKEND_FIELDS)};

static const KubeField INGRESS_TLS_FIELDS[] = {
    {"hosts",      1, &TYPE_STRING_LIST, OPTIONAL},
    {"secretName", 2, &TYPE_STRING,      OPTIONAL},
};
static const KubeType INGRESS_TLS = {"IngressTLS", NETWORKING, NULL, OBJECT(INGRESS_TLS_FIELDS)};

static const KubeType INGRESS_TLS_LIST = {.shape = KUBE_LIST, .element = &INGRESS_TLS};

static const KubeField HTTP_INGRESS_PATH_FIELDS[] = {
    {"path",     1, &TYPE_STRING,     OPTIONAL},
    {"pathType", 3, &TYPE_STRING,     REQUIRED, POINTER},
    {"backend",  2, &INGRESS_BACKEND, REQUIRED},
};
static const KubeType HTTP_INGRESS_PATH = {
    "HTTPIngressPath", NETWORKING, NULL, OBJECT(HTTP_INGRESS_PATH_FIELDS)};

static const KubeType HTTP_INGRESS_PATH_LIST = {.shape = KUBE_LIST, .element = &HTTP_INGRESS_PATH};

static const KubeField HTTP_INGRESS_RULE_VALUE_FIELDS[] = {
    {"paths", 1, &HTTP_INGRESS_PATH_LIST, REQUIRED},
};
static const KubeType HTTP_INGRESS_RULE_VALUE = {
    "HTTPIngressRuleValue", NETWORKING, NULL, OBJECT(HTTP_INGRESS_RULE_VALUE_FIELDS)};

static const KubeField INGRESS_RULE_VALUE_FIELDS[] = {
    {"http", 1, &HTTP_INGRESS_RULE_VALUE, POINTER},
};
static const KubeType INGRESS_RULE_VALUE = {
    "IngressRuleValue", NETWORKING, NULL, OBJECT(INGRESS_RULE_VALUE_FIELDS)};

static const KubeField INGRESS_RULE_FIELDS[] = {
    {"host", 1, &TYPE_STRING,        OPTIONAL},
    {"",     2, &INGRESS_RULE_VALUE, INLINE},
};
static const KubeType INGRESS_RULE = {"IngressRule", NETWORKING, NULL, OBJECT(INGRESS_RULE_FIELDS)};

static const KubeType INGRESS_RULE_LIST = {.shape = KUBE_LIST, .element = &INGRESS_RULE};

static const KubeField INGRESS_SPEC_FIELDS[] = {
    {"ingressClassName", 4, &TYPE_STRING,       POINTER},
    {"defaultBackend",   1, &INGRESS_BACKEND,   POINTER},
    {"tls",              2, &INGRESS_TLS_LIST,  OPTIONAL},
    {"rules",            3, &INGRESS_RULE_LIST, OPTIONAL},
};
static const KubeType INGRESS_SPEC = {"IngressSpec", NETWORKING, NULL, OBJECT(INGRESS_SPEC_FIELDS)};

static const KubeField INGRESS_PORT_STATUS_FIELDS[] = {
    {"port",     1, &TYPE_INT32,  REQUIRED},
    {"protocol", 2, &TYPE_STRING, REQUIRED},
    {"error",    3, &TYPE_STRING, POINTER},
};
static const KubeType INGRESS_PORT_STATUS = {
    "IngressPortStatus", NETWORKING, NULL, OBJECT(INGRESS_PORT_STATUS_FIELDS)};

static const KubeType INGRESS_PORT_STATUS_LIST = {
    .shape = KUBE_LIST, .element = &INGRESS_PORT_STATUS};

static const KubeField INGRESS_LOAD_BALANCER_INGRESS_FIELDS[] = {
    {"ip",       1, &TYPE_STRING,              OPTIONAL},
    {"hostname", 2, &TYPE_STRING,              OPTIONAL},
    {"ports",    4, &INGRESS_PORT_STATUS_LIST, OPTIONAL},
};
static const KubeType INGRESS_LOAD_BALANCER_INGRESS = {
    "IngressLoadBalancerIngress", NETWORKING, NULL, OBJECT(INGRESS_LOAD_BALANCER_INGRESS_FIELDS)};

static const KubeType INGRESS_LOAD_BALANCER_INGRESS_LIST = {
    .shape = KUBE_LIST, .element = &INGRESS_LOAD_BALANCER_INGRESS};

static const KubeField INGRESS_LOAD_BALANCER_STATUS_FIELDS[] = {
    {"ingress", 1, &INGRESS_LOAD_BALANCER_INGRESS_LIST, OPTIONAL},
};
static const KubeType INGRESS_LOAD_BALANCER_STATUS = {
    "IngressLoadBalancerStatus", NETWORKING, NULL, OBJECT(INGRESS_LOAD_BALANCER_STATUS_FIELDS)};

static const KubeField INGRESS_STATUS_FIELDS[] = {
    {"loadBalancer", 1, &INGRESS_LOAD_BALANCER_STATUS, PRINTED},
};
static const KubeType INGRESS_STATUS = {
    "IngressStatus", NETWORKING, NULL, OBJECT(INGRESS_STATUS_FIELDS)};

static const KubeField INGRESS_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,   INLINE},
    {"metadata", 1, &TYPE_OBJECT_META, PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &INGRESS_SPEC,     PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &INGRESS_STATUS,   PRINTED, .about = ABOUT_STATUS},
};
static const KubeType INGRESS = {
    "Ingress", NETWORKING, "Which requests from outside go to which Service.",
    OBJECT(INGRESS_FIELDS)};

static const KubeType INGRESS_ITEMS = {.shape = KUBE_LIST, .element = &INGRESS};

static const KubeField INGRESS_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META, INLINE},
    {"metadata", 1, &TYPE_LIST_META, PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &INGRESS_ITEMS,  REQUIRED},
};
static const KubeType INGRESS_LIST = {"IngressList", NETWORKING, NULL, OBJECT(INGRESS_LIST_FIELDS)};

static const KubeField INGRESS_CLASS_PARAMETERS_REFERENCE_FIELDS[] = {
    {"apiGroup",  1, &TYPE_STRING, POINTER},
    {"kind",      2, &TYPE_STRING, REQUIRED},
    {"name",      3, &TYPE_STRING, REQUIRED},
    {"scope",     4, &TYPE_STRING, PRINTED, POINTER},
    {"namespace", 5, &TYPE_STRING, POINTER},
};
static const KubeType INGRESS_CLASS_PARAMETERS_REFERENCE = {
    "IngressClassParametersReference", NETWORKING, NULL,
    OBJECT(INGRESS_CLASS_PARAMETERS_REFERENCE_FIELDS)};

static const KubeField INGRESS_CLASS_SPEC_FIELDS[] = {
    {"controller", 1, &TYPE_STRING,                        OPTIONAL},
    {"parameters", 2, &INGRESS_CLASS_PARAMETERS_REFERENCE, POINTER},
};
static const KubeType INGRESS_CLASS_SPEC = {
    "IngressClassSpec", NETWORKING, NULL, OBJECT(INGRESS_CLASS_SPEC_FIELDS)};

static const KubeField INGRESS_CLASS_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,     INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,   PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &INGRESS_CLASS_SPEC, PRINTED, .about = ABOUT_SPEC},
};
static const KubeType INGRESS_CLASS = {
    "IngressClass", NETWORKING, "Which controller looks after an Ingress.",
    OBJECT(INGRESS_CLASS_FIELDS)};

static const KubeType INGRESS_CLASS_ITEMS = {.shape = KUBE_LIST, .element = &INGRESS_CLASS};

static const KubeField INGRESS_CLASS_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,      INLINE},
    {"metadata", 1, &TYPE_LIST_META,      PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &INGRESS_CLASS_ITEMS, REQUIRED},
};
static const KubeType INGRESS_CLASS_LIST = {
    "IngressClassList", NETWORKING, NULL, OBJECT(INGRESS_CLASS_LIST_FIELDS)};

const KubeType *const KINDS_NETWORKING[] = {
    &NETWORK_POLICY, &NETWORK_POLICY_LIST, &INGRESS, &INGRESS_LIST, &INGRESS_CLASS,
    &INGRESS_CLASS_LIST, NULL,
};
/* clang-format on */
