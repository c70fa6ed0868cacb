/*
 * fakes/kubernetes/types/core.c - kinds of the core group.
 *
 * Source: k8s.io/api v0.32, core/v1. The words in the rows are explained in inside.h.
 */
#include "fakes/kubernetes/types/inside.h"

#define CORE "io.k8s.api.core.v1"

/* clang-format off */
static const KubeField NAMESPACE_SPEC_FIELDS[] = {
    {"finalizers", 1, &TYPE_STRING_LIST, OPTIONAL,
     .about = "Who still has work to do before the namespace may go."},
};
static const KubeType NAMESPACE_SPEC = {
    "NamespaceSpec", CORE, "How a namespace goes away.", OBJECT(NAMESPACE_SPEC_FIELDS)};

static const KubeField NAMESPACE_CONDITION_FIELDS[] = {
    {"type",               1, &TYPE_STRING, REQUIRED},
    {"status",             2, &TYPE_STRING, REQUIRED},
    {"lastTransitionTime", 4, &TYPE_TIME,   PRINTED},
    {"reason",             5, &TYPE_STRING, OPTIONAL},
    {"message",            6, &TYPE_STRING, OPTIONAL},
};
static const KubeType NAMESPACE_CONDITION = {
    "NamespaceCondition", CORE, NULL, OBJECT(NAMESPACE_CONDITION_FIELDS)};

static const KubeType NAMESPACE_CONDITIONS_BY_TYPE = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &NAMESPACE_CONDITION,
    .keys = {"type"}, .patch_key = "type"};

static const KubeField NAMESPACE_STATUS_FIELDS[] = {
    {"phase",      1, &TYPE_STRING,                  OPTIONAL,
     .about = "Active or Terminating."},
    {"conditions", 2, &NAMESPACE_CONDITIONS_BY_TYPE, OPTIONAL},
};
static const KubeType NAMESPACE_STATUS = {
    "NamespaceStatus", CORE, "Whether a namespace is in use or on its way out.",
    OBJECT(NAMESPACE_STATUS_FIELDS)};

static const KubeField NAMESPACE_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,   INLINE},
    {"metadata", 1, &TYPE_OBJECT_META, PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &NAMESPACE_SPEC,   PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &NAMESPACE_STATUS, PRINTED, .about = ABOUT_STATUS},
};
static const KubeType NAMESPACE = {
    "Namespace", CORE,
    "A space for names: its objects share access rules and quotas, and go away with it.",
    OBJECT(NAMESPACE_FIELDS)};

static const KubeType NAMESPACE_ITEMS = {.shape = KUBE_LIST, .element = &NAMESPACE};

static const KubeField NAMESPACE_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,  INLINE},
    {"metadata", 1, &TYPE_LIST_META,  PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &NAMESPACE_ITEMS, REQUIRED},
};
static const KubeType NAMESPACE_LIST = {"NamespaceList", CORE, NULL, OBJECT(NAMESPACE_LIST_FIELDS)};

static const KubeField SECRET_FIELDS[] = {
    {"",           0, &TYPE_TYPE_META,   INLINE},
    {"metadata",   1, &TYPE_OBJECT_META, PRINTED, .about = ABOUT_METADATA},
    {"immutable",  5, &TYPE_BOOL,        POINTER,
     .about = "True: the data cannot be changed any more."},
    {"data",       2, &TYPE_BYTES_MAP,   OPTIONAL,
     .about = "The bytes, by key."},
    {"stringData", 4, &TYPE_STRING_MAP,  OPTIONAL,
     .about = "The same as text, for writing only: it is put into data."},
    {"type",       3, &TYPE_STRING,      OPTIONAL,
     .about = "What the Secret is for; Opaque if nothing is said."},
};
static const KubeType SECRET = {
    "Secret", CORE, "Confidential bytes by key, for pods to mount and for programs to read.",
    OBJECT(SECRET_FIELDS)};

static const KubeType SECRET_ITEMS = {.shape = KUBE_LIST, .element = &SECRET};

static const KubeField SECRET_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META, INLINE},
    {"metadata", 1, &TYPE_LIST_META, PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &SECRET_ITEMS,   REQUIRED},
};
static const KubeType SECRET_LIST = {"SecretList", CORE, NULL, OBJECT(SECRET_LIST_FIELDS)};

static const KubeField CONFIG_MAP_FIELDS[] = {
    {"",           0, &TYPE_TYPE_META,   INLINE},
    {"metadata",   1, &TYPE_OBJECT_META, PRINTED, .about = ABOUT_METADATA},
    {"immutable",  4, &TYPE_BOOL,        POINTER,
     .about = "True: the data cannot be changed any more."},
    {"data",       2, &TYPE_STRING_MAP,  OPTIONAL,
     .about = "The texts, by key."},
    {"binaryData", 3, &TYPE_BYTES_MAP,   OPTIONAL,
     .about = "Bytes that are no UTF-8, by key."},
};
static const KubeType CONFIG_MAP = {
    "ConfigMap", CORE, "Settings by key, for pods to mount and for programs to read.",
    OBJECT(CONFIG_MAP_FIELDS)};

static const KubeType CONFIG_MAP_ITEMS = {.shape = KUBE_LIST, .element = &CONFIG_MAP};

static const KubeField CONFIG_MAP_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,   INLINE},
    {"metadata", 1, &TYPE_LIST_META,   PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &CONFIG_MAP_ITEMS, REQUIRED},
};
static const KubeType CONFIG_MAP_LIST = {
    "ConfigMapList", CORE, NULL, OBJECT(CONFIG_MAP_LIST_FIELDS)};

static const KubeField SERVICE_PORT_FIELDS[] = {
    {"name",        1, &TYPE_STRING,        OPTIONAL,
     .about = "The port's name, needed if there are several."},
    {"protocol",    2, &TYPE_STRING,        OPTIONAL, .otherwise = "\"TCP\"",
     .about = "TCP, UDP or SCTP."},
    {"appProtocol", 6, &TYPE_STRING,        POINTER},
    {"port",        3, &TYPE_INT32,         REQUIRED,
     .about = "The number on which the Service listens."},
    {"targetPort",  4, &TYPE_INT_OR_STRING, PRINTED,
     .about = "The pod's port, as a number or a name; the same number if nothing is said."},
    {"nodePort",    5, &TYPE_INT32,         OPTIONAL,
     .about = "The port on every node, for NodePort and LoadBalancer."},
};
static const KubeType SERVICE_PORT = {
    "ServicePort", CORE, "A port on which a Service listens, and where it sends what arrives.",
    OBJECT(SERVICE_PORT_FIELDS)};

static const KubeType SERVICE_PORTS_BY_PORT = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &SERVICE_PORT,
    .keys = {"port", "protocol"}, .patch_key = "port"};

static const KubeField CLIENT_IP_CONFIG_FIELDS[] = {
    {"timeoutSeconds", 1, &TYPE_INT32, POINTER},
};
static const KubeType CLIENT_IP_CONFIG = {
    "ClientIPConfig", CORE, NULL, OBJECT(CLIENT_IP_CONFIG_FIELDS)};

static const KubeField SESSION_AFFINITY_CONFIG_FIELDS[] = {
    {"clientIP", 1, &CLIENT_IP_CONFIG, POINTER},
};
static const KubeType SESSION_AFFINITY_CONFIG = {
    "SessionAffinityConfig", CORE, NULL, OBJECT(SESSION_AFFINITY_CONFIG_FIELDS)};

static const KubeField SERVICE_SPEC_FIELDS[] = {
    {"ports",                         1,  &SERVICE_PORTS_BY_PORT,   OPTIONAL,
     .about = "The ports that it listens on."},
    {"selector",                      2,  &TYPE_ATOMIC_STRING_MAP,  OPTIONAL,
     .about = "The labels of the pods behind it. Empty: somebody else keeps the endpoints."},
    {"clusterIP",                     3,  &TYPE_STRING,             OPTIONAL,
     .about = "Its address within the cluster; None for a Service without one."},
    {"clusterIPs",                    18, &TYPE_STRING_LIST,        OPTIONAL,
     .about = "Its addresses within the cluster, one for each family."},
    {"type",                          4,  &TYPE_STRING,             OPTIONAL,
     .about = "ClusterIP, NodePort, LoadBalancer or ExternalName."},
    {"externalIPs",                   5,  &TYPE_STRING_LIST,        OPTIONAL,
     .about = "Further addresses at which nodes take traffic for it."},
    {"sessionAffinity",               7,  &TYPE_STRING,             OPTIONAL,
     .about = "ClientIP: a client always meets the same pod. None: any pod."},
    {"loadBalancerIP",                8,  &TYPE_STRING,             OPTIONAL,
     .about = "The address that is wished for. Not every provider listens."},
    {"loadBalancerSourceRanges",      9,  &TYPE_STRING_LIST,        OPTIONAL,
     .about = "Who may reach the load balancer."},
    {"externalName",                  10, &TYPE_STRING,             OPTIONAL,
     .about = "The host name that a Service of type ExternalName stands for."},
    {"externalTrafficPolicy",         11, &TYPE_STRING,             OPTIONAL,
     .about = "Cluster: any pod answers. Local: only pods on the node that was reached."},
    {"healthCheckNodePort",           12, &TYPE_INT32,              OPTIONAL},
    {"publishNotReadyAddresses",      13, &TYPE_BOOL,               OPTIONAL,
     .about = "True: pods count before they are ready."},
    {"sessionAffinityConfig",         14, &SESSION_AFFINITY_CONFIG, POINTER},
    {"ipFamilies",                    19, &TYPE_STRING_LIST,        OPTIONAL},
    {"ipFamilyPolicy",                17, &TYPE_STRING,             POINTER},
    {"allocateLoadBalancerNodePorts", 20, &TYPE_BOOL,               POINTER},
    {"loadBalancerClass",             21, &TYPE_STRING,             POINTER},
    {"internalTrafficPolicy",         22, &TYPE_STRING,             POINTER},
    {"trafficDistribution",           23, &TYPE_STRING,             POINTER},
};
static const KubeType SERVICE_SPEC = {
    "ServiceSpec", CORE, "Which pods stand behind a Service, and how it is reached.",
    OBJECT(SERVICE_SPEC_FIELDS)};

static const KubeField PORT_STATUS_FIELDS[] = {
    {"port",     1, &TYPE_INT32,  REQUIRED},
    {"protocol", 2, &TYPE_STRING, REQUIRED},
    {"error",    3, &TYPE_STRING, POINTER},
};
static const KubeType PORT_STATUS = {"PortStatus", CORE, NULL, OBJECT(PORT_STATUS_FIELDS)};

static const KubeType PORT_STATUS_LIST = {.shape = KUBE_LIST, .element = &PORT_STATUS};

static const KubeField LOAD_BALANCER_INGRESS_FIELDS[] = {
    {"ip",       1, &TYPE_STRING,      OPTIONAL},
    {"hostname", 2, &TYPE_STRING,      OPTIONAL},
    {"ipMode",   3, &TYPE_STRING,      POINTER},
    {"ports",    4, &PORT_STATUS_LIST, OPTIONAL},
};
static const KubeType LOAD_BALANCER_INGRESS = {
    "LoadBalancerIngress", CORE, NULL, OBJECT(LOAD_BALANCER_INGRESS_FIELDS)};

static const KubeType LOAD_BALANCER_INGRESS_LIST = {
    .shape = KUBE_LIST, .element = &LOAD_BALANCER_INGRESS};

static const KubeField LOAD_BALANCER_STATUS_FIELDS[] = {
    {"ingress", 1, &LOAD_BALANCER_INGRESS_LIST, OPTIONAL},
};
static const KubeType LOAD_BALANCER_STATUS = {
    "LoadBalancerStatus", CORE, NULL, OBJECT(LOAD_BALANCER_STATUS_FIELDS)};

static const KubeType CONDITIONS_BY_TYPE = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &TYPE_CONDITION,
    .keys = {"type"}, .patch_key = "type"};

static const KubeField SERVICE_STATUS_FIELDS[] = {
    {"loadBalancer", 1, &LOAD_BALANCER_STATUS, PRINTED},
    {"conditions",   2, &CONDITIONS_BY_TYPE,   OPTIONAL},
};
static const KubeType SERVICE_STATUS = {
    "ServiceStatus", CORE,
    "What was found out about a Service: the addresses of its load balancer.",
    OBJECT(SERVICE_STATUS_FIELDS)};

static const KubeField SERVICE_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,   INLINE},
    {"metadata", 1, &TYPE_OBJECT_META, PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &SERVICE_SPEC,     PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &SERVICE_STATUS,   PRINTED, .about = ABOUT_STATUS},
};
static const KubeType SERVICE = {
    "Service", CORE, "One stable name and address in front of the pods that its selector finds.",
    OBJECT(SERVICE_FIELDS)};

static const KubeType SERVICE_ITEMS = {.shape = KUBE_LIST, .element = &SERVICE};

static const KubeField SERVICE_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META, INLINE},
    {"metadata", 1, &TYPE_LIST_META, PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &SERVICE_ITEMS,  REQUIRED},
};
static const KubeType SERVICE_LIST = {"ServiceList", CORE, NULL, OBJECT(SERVICE_LIST_FIELDS)};

static const KubeField OBJECT_REFERENCE_FIELDS[] = {
    {"kind",            1, &TYPE_STRING, OPTIONAL},
    {"namespace",       2, &TYPE_STRING, OPTIONAL},
    {"name",            3, &TYPE_STRING, OPTIONAL},
    {"uid",             4, &TYPE_STRING, OPTIONAL},
    {"apiVersion",      5, &TYPE_STRING, OPTIONAL},
    {"resourceVersion", 6, &TYPE_STRING, OPTIONAL},
    {"fieldPath",       7, &TYPE_STRING, OPTIONAL},
};
const KubeType TYPE_OBJECT_REFERENCE = {
    "ObjectReference", CORE, NULL, ATOMIC_OBJECT(OBJECT_REFERENCE_FIELDS)};

static const KubeField ENDPOINT_ADDRESS_FIELDS[] = {
    {"ip",        1, &TYPE_STRING,           REQUIRED},
    {"hostname",  3, &TYPE_STRING,           OPTIONAL},
    {"nodeName",  4, &TYPE_STRING,           POINTER},
    {"targetRef", 2, &TYPE_OBJECT_REFERENCE, POINTER},
};
static const KubeType ENDPOINT_ADDRESS = {
    "EndpointAddress", CORE, NULL, ATOMIC_OBJECT(ENDPOINT_ADDRESS_FIELDS)};

static const KubeType ENDPOINT_ADDRESS_LIST = {.shape = KUBE_LIST, .element = &ENDPOINT_ADDRESS};

static const KubeField ENDPOINT_PORT_FIELDS[] = {
    {"name",        1, &TYPE_STRING, OPTIONAL},
    {"port",        2, &TYPE_INT32,  REQUIRED},
    {"protocol",    3, &TYPE_STRING, OPTIONAL},
    {"appProtocol", 4, &TYPE_STRING, POINTER},
};
static const KubeType ENDPOINT_PORT = {
    "EndpointPort", CORE, NULL, ATOMIC_OBJECT(ENDPOINT_PORT_FIELDS)};

static const KubeType ENDPOINT_PORT_LIST = {.shape = KUBE_LIST, .element = &ENDPOINT_PORT};

static const KubeField ENDPOINT_SUBSET_FIELDS[] = {
    {"addresses",         1, &ENDPOINT_ADDRESS_LIST, OPTIONAL},
    {"notReadyAddresses", 2, &ENDPOINT_ADDRESS_LIST, OPTIONAL},
    {"ports",             3, &ENDPOINT_PORT_LIST,    OPTIONAL},
};
static const KubeType ENDPOINT_SUBSET = {
    "EndpointSubset", CORE, NULL, OBJECT(ENDPOINT_SUBSET_FIELDS)};

static const KubeType ENDPOINT_SUBSET_LIST = {.shape = KUBE_LIST, .element = &ENDPOINT_SUBSET};

static const KubeField ENDPOINTS_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,       INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,     PRINTED, .about = ABOUT_METADATA},
    {"subsets",  2, &ENDPOINT_SUBSET_LIST, OPTIONAL},
};
static const KubeType ENDPOINTS = {
    "Endpoints", CORE, "The addresses behind a Service, as one list of subsets.",
    OBJECT(ENDPOINTS_FIELDS)};

static const KubeType ENDPOINTS_ITEMS = {.shape = KUBE_LIST, .element = &ENDPOINTS};

static const KubeField ENDPOINTS_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,  INLINE},
    {"metadata", 1, &TYPE_LIST_META,  PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &ENDPOINTS_ITEMS, REQUIRED},
};
static const KubeType ENDPOINTS_LIST = {"EndpointsList", CORE, NULL, OBJECT(ENDPOINTS_LIST_FIELDS)};

static const KubeField HOST_PATH_VOLUME_SOURCE_FIELDS[] = {
    {"path", 1, &TYPE_STRING, REQUIRED},
    {"type", 2, &TYPE_STRING, POINTER},
};
static const KubeType HOST_PATH_VOLUME_SOURCE = {
    "HostPathVolumeSource", CORE, NULL, OBJECT(HOST_PATH_VOLUME_SOURCE_FIELDS)};

static const KubeField EMPTY_DIR_VOLUME_SOURCE_FIELDS[] = {
    {"medium",    1, &TYPE_STRING,   OPTIONAL},
    {"sizeLimit", 2, &TYPE_QUANTITY, POINTER},
};
static const KubeType EMPTY_DIR_VOLUME_SOURCE = {
    "EmptyDirVolumeSource", CORE, NULL, OBJECT(EMPTY_DIR_VOLUME_SOURCE_FIELDS)};

static const KubeField GCE_PERSISTENT_DISK_VOLUME_SOURCE_FIELDS[] = {
    {"pdName",    1, &TYPE_STRING, REQUIRED},
    {"fsType",    2, &TYPE_STRING, OPTIONAL},
    {"partition", 3, &TYPE_INT32,  OPTIONAL},
    {"readOnly",  4, &TYPE_BOOL,   OPTIONAL},
};
static const KubeType GCE_PERSISTENT_DISK_VOLUME_SOURCE = {
    "GCEPersistentDiskVolumeSource", CORE, NULL, OBJECT(GCE_PERSISTENT_DISK_VOLUME_SOURCE_FIELDS)};

static const KubeField AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE_FIELDS[] = {
    {"volumeID",  1, &TYPE_STRING, REQUIRED},
    {"fsType",    2, &TYPE_STRING, OPTIONAL},
    {"partition", 3, &TYPE_INT32,  OPTIONAL},
    {"readOnly",  4, &TYPE_BOOL,   OPTIONAL},
};
static const KubeType AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE = {
    "AWSElasticBlockStoreVolumeSource", CORE, NULL,
    OBJECT(AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE_FIELDS)};

static const KubeField GIT_REPO_VOLUME_SOURCE_FIELDS[] = {
    {"repository", 1, &TYPE_STRING, REQUIRED},
    {"revision",   2, &TYPE_STRING, OPTIONAL},
    {"directory",  3, &TYPE_STRING, OPTIONAL},
};
static const KubeType GIT_REPO_VOLUME_SOURCE = {
    "GitRepoVolumeSource", CORE, NULL, OBJECT(GIT_REPO_VOLUME_SOURCE_FIELDS)};

static const KubeField KEY_TO_PATH_FIELDS[] = {
    {"key",  1, &TYPE_STRING, REQUIRED},
    {"path", 2, &TYPE_STRING, REQUIRED},
    {"mode", 3, &TYPE_INT32,  POINTER},
};
static const KubeType KEY_TO_PATH = {"KeyToPath", CORE, NULL, OBJECT(KEY_TO_PATH_FIELDS)};

static const KubeType KEY_TO_PATH_LIST = {.shape = KUBE_LIST, .element = &KEY_TO_PATH};

static const KubeField SECRET_VOLUME_SOURCE_FIELDS[] = {
    {"secretName",  1, &TYPE_STRING,      OPTIONAL},
    {"items",       2, &KEY_TO_PATH_LIST, OPTIONAL},
    {"defaultMode", 3, &TYPE_INT32,       POINTER},
    {"optional",    4, &TYPE_BOOL,        POINTER},
};
static const KubeType SECRET_VOLUME_SOURCE = {
    "SecretVolumeSource", CORE, NULL, OBJECT(SECRET_VOLUME_SOURCE_FIELDS)};

static const KubeField NFS_VOLUME_SOURCE_FIELDS[] = {
    {"server",   1, &TYPE_STRING, REQUIRED},
    {"path",     2, &TYPE_STRING, REQUIRED},
    {"readOnly", 3, &TYPE_BOOL,   OPTIONAL},
};
static const KubeType NFS_VOLUME_SOURCE = {
    "NFSVolumeSource", CORE, NULL, OBJECT(NFS_VOLUME_SOURCE_FIELDS)};

static const KubeField LOCAL_OBJECT_REFERENCE_FIELDS[] = {
    {"name", 1, &TYPE_STRING, OPTIONAL, .otherwise = "\"\""},
};
static const KubeType LOCAL_OBJECT_REFERENCE = {
    "LocalObjectReference", CORE, NULL, ATOMIC_OBJECT(LOCAL_OBJECT_REFERENCE_FIELDS)};

static const KubeField ISCSI_VOLUME_SOURCE_FIELDS[] = {
    {"targetPortal",      1,  &TYPE_STRING,            REQUIRED},
    {"iqn",               2,  &TYPE_STRING,            REQUIRED},
    {"lun",               3,  &TYPE_INT32,             REQUIRED},
    {"iscsiInterface",    4,  &TYPE_STRING,            OPTIONAL, .otherwise = "\"default\""},
    {"fsType",            5,  &TYPE_STRING,            OPTIONAL},
    {"readOnly",          6,  &TYPE_BOOL,              OPTIONAL},
    {"portals",           7,  &TYPE_STRING_LIST,       OPTIONAL},
    {"chapAuthDiscovery", 8,  &TYPE_BOOL,              OPTIONAL},
    {"chapAuthSession",   11, &TYPE_BOOL,              OPTIONAL},
    {"secretRef",         10, &LOCAL_OBJECT_REFERENCE, POINTER},
    {"initiatorName",     12, &TYPE_STRING,            POINTER},
};
static const KubeType ISCSI_VOLUME_SOURCE = {
    "ISCSIVolumeSource", CORE, NULL, OBJECT(ISCSI_VOLUME_SOURCE_FIELDS)};

static const KubeField GLUSTERFS_VOLUME_SOURCE_FIELDS[] = {
    {"endpoints", 1, &TYPE_STRING, REQUIRED},
    {"path",      2, &TYPE_STRING, REQUIRED},
    {"readOnly",  3, &TYPE_BOOL,   OPTIONAL},
};
static const KubeType GLUSTERFS_VOLUME_SOURCE = {
    "GlusterfsVolumeSource", CORE, NULL, OBJECT(GLUSTERFS_VOLUME_SOURCE_FIELDS)};

static const KubeField PERSISTENT_VOLUME_CLAIM_VOLUME_SOURCE_FIELDS[] = {
    {"claimName", 1, &TYPE_STRING, REQUIRED},
    {"readOnly",  2, &TYPE_BOOL,   OPTIONAL},
};
static const KubeType PERSISTENT_VOLUME_CLAIM_VOLUME_SOURCE = {
    "PersistentVolumeClaimVolumeSource", CORE, NULL,
    OBJECT(PERSISTENT_VOLUME_CLAIM_VOLUME_SOURCE_FIELDS)};

static const KubeField RBD_VOLUME_SOURCE_FIELDS[] = {
    {"monitors",  1, &TYPE_STRING_LIST,       REQUIRED},
    {"image",     2, &TYPE_STRING,            REQUIRED},
    {"fsType",    3, &TYPE_STRING,            OPTIONAL},
    {"pool",      4, &TYPE_STRING,            OPTIONAL, .otherwise = "\"rbd\""},
    {"user",      5, &TYPE_STRING,            OPTIONAL, .otherwise = "\"admin\""},
    {"keyring",   6, &TYPE_STRING,            OPTIONAL, .otherwise = "\"/etc/ceph/keyring\""},
    {"secretRef", 7, &LOCAL_OBJECT_REFERENCE, POINTER},
    {"readOnly",  8, &TYPE_BOOL,              OPTIONAL},
};
static const KubeType RBD_VOLUME_SOURCE = {
    "RBDVolumeSource", CORE, NULL, OBJECT(RBD_VOLUME_SOURCE_FIELDS)};

static const KubeField FLEX_VOLUME_SOURCE_FIELDS[] = {
    {"driver",    1, &TYPE_STRING,            REQUIRED},
    {"fsType",    2, &TYPE_STRING,            OPTIONAL},
    {"secretRef", 3, &LOCAL_OBJECT_REFERENCE, POINTER},
    {"readOnly",  4, &TYPE_BOOL,              OPTIONAL},
    {"options",   5, &TYPE_STRING_MAP,        OPTIONAL},
};
static const KubeType FLEX_VOLUME_SOURCE = {
    "FlexVolumeSource", CORE, NULL, OBJECT(FLEX_VOLUME_SOURCE_FIELDS)};

static const KubeField CINDER_VOLUME_SOURCE_FIELDS[] = {
    {"volumeID",  1, &TYPE_STRING,            REQUIRED},
    {"fsType",    2, &TYPE_STRING,            OPTIONAL},
    {"readOnly",  3, &TYPE_BOOL,              OPTIONAL},
    {"secretRef", 4, &LOCAL_OBJECT_REFERENCE, POINTER},
};
static const KubeType CINDER_VOLUME_SOURCE = {
    "CinderVolumeSource", CORE, NULL, OBJECT(CINDER_VOLUME_SOURCE_FIELDS)};

static const KubeField CEPH_FS_VOLUME_SOURCE_FIELDS[] = {
    {"monitors",   1, &TYPE_STRING_LIST,       REQUIRED},
    {"path",       2, &TYPE_STRING,            OPTIONAL},
    {"user",       3, &TYPE_STRING,            OPTIONAL},
    {"secretFile", 4, &TYPE_STRING,            OPTIONAL},
    {"secretRef",  5, &LOCAL_OBJECT_REFERENCE, POINTER},
    {"readOnly",   6, &TYPE_BOOL,              OPTIONAL},
};
static const KubeType CEPH_FS_VOLUME_SOURCE = {
    "CephFSVolumeSource", CORE, NULL, OBJECT(CEPH_FS_VOLUME_SOURCE_FIELDS)};

static const KubeField FLOCKER_VOLUME_SOURCE_FIELDS[] = {
    {"datasetName", 1, &TYPE_STRING, OPTIONAL},
    {"datasetUUID", 2, &TYPE_STRING, OPTIONAL},
};
static const KubeType FLOCKER_VOLUME_SOURCE = {
    "FlockerVolumeSource", CORE, NULL, OBJECT(FLOCKER_VOLUME_SOURCE_FIELDS)};

static const KubeField OBJECT_FIELD_SELECTOR_FIELDS[] = {
    {"apiVersion", 1, &TYPE_STRING, OPTIONAL},
    {"fieldPath",  2, &TYPE_STRING, REQUIRED},
};
static const KubeType OBJECT_FIELD_SELECTOR = {
    "ObjectFieldSelector", CORE, NULL, ATOMIC_OBJECT(OBJECT_FIELD_SELECTOR_FIELDS)};

static const KubeField RESOURCE_FIELD_SELECTOR_FIELDS[] = {
    {"containerName", 1, &TYPE_STRING,   OPTIONAL},
    {"resource",      2, &TYPE_STRING,   REQUIRED},
    {"divisor",       3, &TYPE_QUANTITY, PRINTED},
};
static const KubeType RESOURCE_FIELD_SELECTOR = {
    "ResourceFieldSelector", CORE, NULL, ATOMIC_OBJECT(RESOURCE_FIELD_SELECTOR_FIELDS)};

static const KubeField DOWNWARD_API_VOLUME_FILE_FIELDS[] = {
    {"path",             1, &TYPE_STRING,             REQUIRED},
    {"fieldRef",         2, &OBJECT_FIELD_SELECTOR,   POINTER},
    {"resourceFieldRef", 3, &RESOURCE_FIELD_SELECTOR, POINTER},
    {"mode",             4, &TYPE_INT32,              POINTER},
};
static const KubeType DOWNWARD_API_VOLUME_FILE = {
    "DownwardAPIVolumeFile", CORE, NULL, OBJECT(DOWNWARD_API_VOLUME_FILE_FIELDS)};

static const KubeType DOWNWARD_API_VOLUME_FILE_LIST = {
    .shape = KUBE_LIST, .element = &DOWNWARD_API_VOLUME_FILE};

static const KubeField DOWNWARD_API_VOLUME_SOURCE_FIELDS[] = {
    {"items",       1, &DOWNWARD_API_VOLUME_FILE_LIST, OPTIONAL},
    {"defaultMode", 2, &TYPE_INT32,                    POINTER},
};
static const KubeType DOWNWARD_API_VOLUME_SOURCE = {
    "DownwardAPIVolumeSource", CORE, NULL, OBJECT(DOWNWARD_API_VOLUME_SOURCE_FIELDS)};

static const KubeField FC_VOLUME_SOURCE_FIELDS[] = {
    {"targetWWNs", 1, &TYPE_STRING_LIST, OPTIONAL},
    {"lun",        2, &TYPE_INT32,       POINTER},
    {"fsType",     3, &TYPE_STRING,      OPTIONAL},
    {"readOnly",   4, &TYPE_BOOL,        OPTIONAL},
    {"wwids",      5, &TYPE_STRING_LIST, OPTIONAL},
};
static const KubeType FC_VOLUME_SOURCE = {
    "FCVolumeSource", CORE, NULL, OBJECT(FC_VOLUME_SOURCE_FIELDS)};

static const KubeField AZURE_FILE_VOLUME_SOURCE_FIELDS[] = {
    {"secretName", 1, &TYPE_STRING, REQUIRED},
    {"shareName",  2, &TYPE_STRING, REQUIRED},
    {"readOnly",   3, &TYPE_BOOL,   OPTIONAL},
};
static const KubeType AZURE_FILE_VOLUME_SOURCE = {
    "AzureFileVolumeSource", CORE, NULL, OBJECT(AZURE_FILE_VOLUME_SOURCE_FIELDS)};

static const KubeField CONFIG_MAP_VOLUME_SOURCE_FIELDS[] = {
    {"",            1, &LOCAL_OBJECT_REFERENCE, INLINE},
    {"items",       2, &KEY_TO_PATH_LIST,       OPTIONAL},
    {"defaultMode", 3, &TYPE_INT32,             POINTER},
    {"optional",    4, &TYPE_BOOL,              POINTER},
};
static const KubeType CONFIG_MAP_VOLUME_SOURCE = {
    "ConfigMapVolumeSource", CORE, NULL, OBJECT(CONFIG_MAP_VOLUME_SOURCE_FIELDS)};

static const KubeField VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE_FIELDS[] = {
    {"volumePath",        1, &TYPE_STRING, REQUIRED},
    {"fsType",            2, &TYPE_STRING, OPTIONAL},
    {"storagePolicyName", 3, &TYPE_STRING, OPTIONAL},
    {"storagePolicyID",   4, &TYPE_STRING, OPTIONAL},
};
static const KubeType VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE = {
    "VsphereVirtualDiskVolumeSource", CORE, NULL,
    OBJECT(VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE_FIELDS)};

static const KubeField QUOBYTE_VOLUME_SOURCE_FIELDS[] = {
    {"registry", 1, &TYPE_STRING, REQUIRED},
    {"volume",   2, &TYPE_STRING, REQUIRED},
    {"readOnly", 3, &TYPE_BOOL,   OPTIONAL},
    {"user",     4, &TYPE_STRING, OPTIONAL},
    {"group",    5, &TYPE_STRING, OPTIONAL},
    {"tenant",   6, &TYPE_STRING, OPTIONAL},
};
static const KubeType QUOBYTE_VOLUME_SOURCE = {
    "QuobyteVolumeSource", CORE, NULL, OBJECT(QUOBYTE_VOLUME_SOURCE_FIELDS)};

static const KubeField AZURE_DISK_VOLUME_SOURCE_FIELDS[] = {
    {"diskName",    1, &TYPE_STRING, REQUIRED},
    {"diskURI",     2, &TYPE_STRING, REQUIRED},
    {"cachingMode", 3, &TYPE_STRING, POINTER, .otherwise = "\"ReadWrite\""},
    {"fsType",      4, &TYPE_STRING, POINTER, .otherwise = "\"ext4\""},
    {"readOnly",    5, &TYPE_BOOL,   POINTER, .otherwise = "false"},
    {"kind",        6, &TYPE_STRING, POINTER, .otherwise = "\"Shared\""},
};
static const KubeType AZURE_DISK_VOLUME_SOURCE = {
    "AzureDiskVolumeSource", CORE, NULL, OBJECT(AZURE_DISK_VOLUME_SOURCE_FIELDS)};

static const KubeField PHOTON_PERSISTENT_DISK_VOLUME_SOURCE_FIELDS[] = {
    {"pdID",   1, &TYPE_STRING, REQUIRED},
    {"fsType", 2, &TYPE_STRING, OPTIONAL},
};
static const KubeType PHOTON_PERSISTENT_DISK_VOLUME_SOURCE = {
    "PhotonPersistentDiskVolumeSource", CORE, NULL,
    OBJECT(PHOTON_PERSISTENT_DISK_VOLUME_SOURCE_FIELDS)};

static const KubeField SECRET_PROJECTION_FIELDS[] = {
    {"",         1, &LOCAL_OBJECT_REFERENCE, INLINE},
    {"items",    2, &KEY_TO_PATH_LIST,       OPTIONAL},
    {"optional", 4, &TYPE_BOOL,              POINTER},
};
static const KubeType SECRET_PROJECTION = {
    "SecretProjection", CORE, NULL, OBJECT(SECRET_PROJECTION_FIELDS)};

static const KubeField DOWNWARD_API_PROJECTION_FIELDS[] = {
    {"items", 1, &DOWNWARD_API_VOLUME_FILE_LIST, OPTIONAL},
};
static const KubeType DOWNWARD_API_PROJECTION = {
    "DownwardAPIProjection", CORE, NULL, OBJECT(DOWNWARD_API_PROJECTION_FIELDS)};

static const KubeField CONFIG_MAP_PROJECTION_FIELDS[] = {
    {"",         1, &LOCAL_OBJECT_REFERENCE, INLINE},
    {"items",    2, &KEY_TO_PATH_LIST,       OPTIONAL},
    {"optional", 4, &TYPE_BOOL,              POINTER},
};
static const KubeType CONFIG_MAP_PROJECTION = {
    "ConfigMapProjection", CORE, NULL, OBJECT(CONFIG_MAP_PROJECTION_FIELDS)};

static const KubeField SERVICE_ACCOUNT_TOKEN_PROJECTION_FIELDS[] = {
    {"audience",          1, &TYPE_STRING, OPTIONAL},
    {"expirationSeconds", 2, &TYPE_INT64,  POINTER},
    {"path",              3, &TYPE_STRING, REQUIRED},
};
static const KubeType SERVICE_ACCOUNT_TOKEN_PROJECTION = {
    "ServiceAccountTokenProjection", CORE, NULL, OBJECT(SERVICE_ACCOUNT_TOKEN_PROJECTION_FIELDS)};

static const KubeField CLUSTER_TRUST_BUNDLE_PROJECTION_FIELDS[] = {
    {"name",          1, &TYPE_STRING,         POINTER},
    {"signerName",    2, &TYPE_STRING,         POINTER},
    {"labelSelector", 3, &TYPE_LABEL_SELECTOR, POINTER},
    {"optional",      5, &TYPE_BOOL,           POINTER},
    {"path",          4, &TYPE_STRING,         REQUIRED},
};
static const KubeType CLUSTER_TRUST_BUNDLE_PROJECTION = {
    "ClusterTrustBundleProjection", CORE, NULL, OBJECT(CLUSTER_TRUST_BUNDLE_PROJECTION_FIELDS)};

static const KubeField VOLUME_PROJECTION_FIELDS[] = {
    {"secret",              1, &SECRET_PROJECTION,                POINTER},
    {"downwardAPI",         2, &DOWNWARD_API_PROJECTION,          POINTER},
    {"configMap",           3, &CONFIG_MAP_PROJECTION,            POINTER},
    {"serviceAccountToken", 4, &SERVICE_ACCOUNT_TOKEN_PROJECTION, POINTER},
    {"clusterTrustBundle",  5, &CLUSTER_TRUST_BUNDLE_PROJECTION,  POINTER},
};
static const KubeType VOLUME_PROJECTION = {
    "VolumeProjection", CORE, NULL, OBJECT(VOLUME_PROJECTION_FIELDS)};

static const KubeType VOLUME_PROJECTION_LIST = {.shape = KUBE_LIST, .element = &VOLUME_PROJECTION};

static const KubeField PROJECTED_VOLUME_SOURCE_FIELDS[] = {
    {"sources",     1, &VOLUME_PROJECTION_LIST, PRINTED},
    {"defaultMode", 2, &TYPE_INT32,             POINTER},
};
static const KubeType PROJECTED_VOLUME_SOURCE = {
    "ProjectedVolumeSource", CORE, NULL, OBJECT(PROJECTED_VOLUME_SOURCE_FIELDS)};

static const KubeField PORTWORX_VOLUME_SOURCE_FIELDS[] = {
    {"volumeID", 1, &TYPE_STRING, REQUIRED},
    {"fsType",   2, &TYPE_STRING, OPTIONAL},
    {"readOnly", 3, &TYPE_BOOL,   OPTIONAL},
};
static const KubeType PORTWORX_VOLUME_SOURCE = {
    "PortworxVolumeSource", CORE, NULL, OBJECT(PORTWORX_VOLUME_SOURCE_FIELDS)};

static const KubeField SCALEIO_VOLUME_SOURCE_FIELDS[] = {
    {"gateway",          1,  &TYPE_STRING,            REQUIRED},
    {"system",           2,  &TYPE_STRING,            REQUIRED},
    {"secretRef",        3,  &LOCAL_OBJECT_REFERENCE, REQUIRED, POINTER},
    {"sslEnabled",       4,  &TYPE_BOOL,              OPTIONAL},
    {"protectionDomain", 5,  &TYPE_STRING,            OPTIONAL},
    {"storagePool",      6,  &TYPE_STRING,            OPTIONAL},
    {"storageMode",      7,  &TYPE_STRING,            OPTIONAL, .otherwise = "\"ThinProvisioned\""},
    {"volumeName",       8,  &TYPE_STRING,            OPTIONAL},
    {"fsType",           9,  &TYPE_STRING,            OPTIONAL, .otherwise = "\"xfs\""},
    {"readOnly",         10, &TYPE_BOOL,              OPTIONAL},
};
static const KubeType SCALEIO_VOLUME_SOURCE = {
    "ScaleIOVolumeSource", CORE, NULL, OBJECT(SCALEIO_VOLUME_SOURCE_FIELDS)};

static const KubeField STORAGEOS_VOLUME_SOURCE_FIELDS[] = {
    {"volumeName",      1, &TYPE_STRING,            OPTIONAL},
    {"volumeNamespace", 2, &TYPE_STRING,            OPTIONAL},
    {"fsType",          3, &TYPE_STRING,            OPTIONAL},
    {"readOnly",        4, &TYPE_BOOL,              OPTIONAL},
    {"secretRef",       5, &LOCAL_OBJECT_REFERENCE, POINTER},
};
static const KubeType STORAGEOS_VOLUME_SOURCE = {
    "StorageOSVolumeSource", CORE, NULL, OBJECT(STORAGEOS_VOLUME_SOURCE_FIELDS)};

static const KubeField CSI_VOLUME_SOURCE_FIELDS[] = {
    {"driver",               1, &TYPE_STRING,            REQUIRED},
    {"readOnly",             2, &TYPE_BOOL,              POINTER},
    {"fsType",               3, &TYPE_STRING,            POINTER},
    {"volumeAttributes",     4, &TYPE_STRING_MAP,        OPTIONAL},
    {"nodePublishSecretRef", 5, &LOCAL_OBJECT_REFERENCE, POINTER},
};
static const KubeType CSI_VOLUME_SOURCE = {
    "CSIVolumeSource", CORE, NULL, OBJECT(CSI_VOLUME_SOURCE_FIELDS)};

static const KubeField VOLUME_RESOURCE_REQUIREMENTS_FIELDS[] = {
    {"limits",   1, &TYPE_QUANTITY_MAP, OPTIONAL},
    {"requests", 2, &TYPE_QUANTITY_MAP, OPTIONAL},
};
static const KubeType VOLUME_RESOURCE_REQUIREMENTS = {
    "VolumeResourceRequirements", CORE, NULL, OBJECT(VOLUME_RESOURCE_REQUIREMENTS_FIELDS)};

static const KubeField TYPED_LOCAL_OBJECT_REFERENCE_FIELDS[] = {
    {"apiGroup", 1, &TYPE_STRING, PRINTED, POINTER},
    {"kind",     2, &TYPE_STRING, REQUIRED},
    {"name",     3, &TYPE_STRING, REQUIRED},
};
const KubeType TYPE_TYPED_LOCAL_OBJECT_REFERENCE = {
    "TypedLocalObjectReference", CORE, NULL, ATOMIC_OBJECT(TYPED_LOCAL_OBJECT_REFERENCE_FIELDS)};

static const KubeField TYPED_OBJECT_REFERENCE_FIELDS[] = {
    {"apiGroup",  1, &TYPE_STRING, PRINTED, POINTER},
    {"kind",      2, &TYPE_STRING, REQUIRED},
    {"name",      3, &TYPE_STRING, REQUIRED},
    {"namespace", 4, &TYPE_STRING, POINTER},
};
static const KubeType TYPED_OBJECT_REFERENCE = {
    "TypedObjectReference", CORE, NULL, OBJECT(TYPED_OBJECT_REFERENCE_FIELDS)};

static const KubeField PERSISTENT_VOLUME_CLAIM_SPEC_FIELDS[] = {
    {"accessModes",               1, &TYPE_STRING_LIST,                  OPTIONAL},
    {"selector",                  4, &TYPE_LABEL_SELECTOR,               POINTER},
    {"resources",                 2, &VOLUME_RESOURCE_REQUIREMENTS,      PRINTED},
    {"volumeName",                3, &TYPE_STRING,                       OPTIONAL},
    {"storageClassName",          5, &TYPE_STRING,                       POINTER},
    {"volumeMode",                6, &TYPE_STRING,                       POINTER},
    {"dataSource",                7, &TYPE_TYPED_LOCAL_OBJECT_REFERENCE, POINTER},
    {"dataSourceRef",             8, &TYPED_OBJECT_REFERENCE,            POINTER},
    {"volumeAttributesClassName", 9, &TYPE_STRING,                       POINTER},
};
static const KubeType PERSISTENT_VOLUME_CLAIM_SPEC = {
    "PersistentVolumeClaimSpec", CORE, NULL, OBJECT(PERSISTENT_VOLUME_CLAIM_SPEC_FIELDS)};

static const KubeField PERSISTENT_VOLUME_CLAIM_TEMPLATE_FIELDS[] = {
    {"metadata", 1, &TYPE_OBJECT_META,             PRINTED},
    {"spec",     2, &PERSISTENT_VOLUME_CLAIM_SPEC, REQUIRED},
};
static const KubeType PERSISTENT_VOLUME_CLAIM_TEMPLATE = {
    "PersistentVolumeClaimTemplate", CORE, NULL, OBJECT(PERSISTENT_VOLUME_CLAIM_TEMPLATE_FIELDS)};

static const KubeField EPHEMERAL_VOLUME_SOURCE_FIELDS[] = {
    {"volumeClaimTemplate", 1, &PERSISTENT_VOLUME_CLAIM_TEMPLATE, POINTER},
};
static const KubeType EPHEMERAL_VOLUME_SOURCE = {
    "EphemeralVolumeSource", CORE, NULL, OBJECT(EPHEMERAL_VOLUME_SOURCE_FIELDS)};

static const KubeField IMAGE_VOLUME_SOURCE_FIELDS[] = {
    {"reference",  1, &TYPE_STRING, OPTIONAL},
    {"pullPolicy", 2, &TYPE_STRING, OPTIONAL},
};
static const KubeType IMAGE_VOLUME_SOURCE = {
    "ImageVolumeSource", CORE, NULL, OBJECT(IMAGE_VOLUME_SOURCE_FIELDS)};

static const KubeField VOLUME_SOURCE_FIELDS[] = {
    {"hostPath",              1,  &HOST_PATH_VOLUME_SOURCE,               POINTER},
    {"emptyDir",              2,  &EMPTY_DIR_VOLUME_SOURCE,               POINTER},
    {"gcePersistentDisk",     3,  &GCE_PERSISTENT_DISK_VOLUME_SOURCE,     POINTER},
    {"awsElasticBlockStore",  4,  &AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE, POINTER},
    {"gitRepo",               5,  &GIT_REPO_VOLUME_SOURCE,                POINTER},
    {"secret",                6,  &SECRET_VOLUME_SOURCE,                  POINTER},
    {"nfs",                   7,  &NFS_VOLUME_SOURCE,                     POINTER},
    {"iscsi",                 8,  &ISCSI_VOLUME_SOURCE,                   POINTER},
    {"glusterfs",             9,  &GLUSTERFS_VOLUME_SOURCE,               POINTER},
    {"persistentVolumeClaim", 10, &PERSISTENT_VOLUME_CLAIM_VOLUME_SOURCE, POINTER},
    {"rbd",                   11, &RBD_VOLUME_SOURCE,                     POINTER},
    {"flexVolume",            12, &FLEX_VOLUME_SOURCE,                    POINTER},
    {"cinder",                13, &CINDER_VOLUME_SOURCE,                  POINTER},
    {"cephfs",                14, &CEPH_FS_VOLUME_SOURCE,                 POINTER},
    {"flocker",               15, &FLOCKER_VOLUME_SOURCE,                 POINTER},
    {"downwardAPI",           16, &DOWNWARD_API_VOLUME_SOURCE,            POINTER},
    {"fc",                    17, &FC_VOLUME_SOURCE,                      POINTER},
    {"azureFile",             18, &AZURE_FILE_VOLUME_SOURCE,              POINTER},
    {"configMap",             19, &CONFIG_MAP_VOLUME_SOURCE,              POINTER},
    {"vsphereVolume",         20, &VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE,    POINTER},
    {"quobyte",               21, &QUOBYTE_VOLUME_SOURCE,                 POINTER},
    {"azureDisk",             22, &AZURE_DISK_VOLUME_SOURCE,              POINTER},
    {"photonPersistentDisk",  23, &PHOTON_PERSISTENT_DISK_VOLUME_SOURCE,  POINTER},
    {"projected",             26, &PROJECTED_VOLUME_SOURCE,               POINTER},
    {"portworxVolume",        24, &PORTWORX_VOLUME_SOURCE,                POINTER},
    {"scaleIO",               25, &SCALEIO_VOLUME_SOURCE,                 POINTER},
    {"storageos",             27, &STORAGEOS_VOLUME_SOURCE,               POINTER},
    {"csi",                   28, &CSI_VOLUME_SOURCE,                     POINTER},
    {"ephemeral",             29, &EPHEMERAL_VOLUME_SOURCE,               POINTER},
    {"image",                 30, &IMAGE_VOLUME_SOURCE,                   POINTER},
};
static const KubeType VOLUME_SOURCE = {"VolumeSource", CORE, NULL, OBJECT(VOLUME_SOURCE_FIELDS)};

static const KubeField VOLUME_FIELDS[] = {
    {"name", 1, &TYPE_STRING,   REQUIRED},
    {"",     2, &VOLUME_SOURCE, INLINE},
};
static const KubeType VOLUME = {
    "Volume", CORE, "A named place that the containers of a pod can mount.", OBJECT(VOLUME_FIELDS)};

static const KubeType VOLUMES_BY_NAME = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &VOLUME,
    .keys = {"name"}, .patch_key = "name"};

static const KubeField CONTAINER_PORT_FIELDS[] = {
    {"name",          1, &TYPE_STRING, OPTIONAL},
    {"hostPort",      2, &TYPE_INT32,  OPTIONAL},
    {"containerPort", 3, &TYPE_INT32,  REQUIRED},
    {"protocol",      4, &TYPE_STRING, OPTIONAL, .otherwise = "\"TCP\""},
    {"hostIP",        5, &TYPE_STRING, OPTIONAL},
};
static const KubeType CONTAINER_PORT = {
    "ContainerPort", CORE, "A port that a container listens on.", OBJECT(CONTAINER_PORT_FIELDS)};

static const KubeType CONTAINER_PORTS_BY_CONTAINER_PORT = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &CONTAINER_PORT,
    .keys = {"containerPort", "protocol"}, .patch_key = "containerPort"};

static const KubeField CONFIG_MAP_ENV_SOURCE_FIELDS[] = {
    {"",         1, &LOCAL_OBJECT_REFERENCE, INLINE},
    {"optional", 2, &TYPE_BOOL,              POINTER},
};
static const KubeType CONFIG_MAP_ENV_SOURCE = {
    "ConfigMapEnvSource", CORE, NULL, OBJECT(CONFIG_MAP_ENV_SOURCE_FIELDS)};

static const KubeField SECRET_ENV_SOURCE_FIELDS[] = {
    {"",         1, &LOCAL_OBJECT_REFERENCE, INLINE},
    {"optional", 2, &TYPE_BOOL,              POINTER},
};
static const KubeType SECRET_ENV_SOURCE = {
    "SecretEnvSource", CORE, NULL, OBJECT(SECRET_ENV_SOURCE_FIELDS)};

static const KubeField ENV_FROM_SOURCE_FIELDS[] = {
    {"prefix",       1, &TYPE_STRING,           OPTIONAL},
    {"configMapRef", 2, &CONFIG_MAP_ENV_SOURCE, POINTER},
    {"secretRef",    3, &SECRET_ENV_SOURCE,     POINTER},
};
static const KubeType ENV_FROM_SOURCE = {
    "EnvFromSource", CORE, NULL, OBJECT(ENV_FROM_SOURCE_FIELDS)};

static const KubeType ENV_FROM_SOURCE_LIST = {.shape = KUBE_LIST, .element = &ENV_FROM_SOURCE};

static const KubeField CONFIG_MAP_KEY_SELECTOR_FIELDS[] = {
    {"",         1, &LOCAL_OBJECT_REFERENCE, INLINE},
    {"key",      2, &TYPE_STRING,            REQUIRED},
    {"optional", 3, &TYPE_BOOL,              POINTER},
};
static const KubeType CONFIG_MAP_KEY_SELECTOR = {
    "ConfigMapKeySelector", CORE, NULL, ATOMIC_OBJECT(CONFIG_MAP_KEY_SELECTOR_FIELDS)};

static const KubeField SECRET_KEY_SELECTOR_FIELDS[] = {
    {"",         1, &LOCAL_OBJECT_REFERENCE, INLINE},
    {"key",      2, &TYPE_STRING,            REQUIRED},
    {"optional", 3, &TYPE_BOOL,              POINTER},
};
static const KubeType SECRET_KEY_SELECTOR = {
    "SecretKeySelector", CORE, NULL, ATOMIC_OBJECT(SECRET_KEY_SELECTOR_FIELDS)};

static const KubeField ENV_VAR_SOURCE_FIELDS[] = {
    {"fieldRef",         1, &OBJECT_FIELD_SELECTOR,   POINTER},
    {"resourceFieldRef", 2, &RESOURCE_FIELD_SELECTOR, POINTER},
    {"configMapKeyRef",  3, &CONFIG_MAP_KEY_SELECTOR, POINTER},
    {"secretKeyRef",     4, &SECRET_KEY_SELECTOR,     POINTER},
};
static const KubeType ENV_VAR_SOURCE = {"EnvVarSource", CORE, NULL, OBJECT(ENV_VAR_SOURCE_FIELDS)};

static const KubeField ENV_VAR_FIELDS[] = {
    {"name",      1, &TYPE_STRING,    REQUIRED,
     .about = "The variable's name."},
    {"value",     2, &TYPE_STRING,    OPTIONAL,
     .about = "Its value. $(NAME) stands for another variable."},
    {"valueFrom", 3, &ENV_VAR_SOURCE, POINTER,
     .about = "Where the value comes from, if not from value."},
};
static const KubeType ENV_VAR = {
    "EnvVar", CORE, "A variable in the environment of a container.", OBJECT(ENV_VAR_FIELDS)};

static const KubeType ENV_VARS_BY_NAME = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &ENV_VAR,
    .keys = {"name"}, .patch_key = "name"};

static const KubeField RESOURCE_CLAIM_FIELDS[] = {
    {"name",    1, &TYPE_STRING, REQUIRED},
    {"request", 2, &TYPE_STRING, OPTIONAL},
};
static const KubeType RESOURCE_CLAIM = {"ResourceClaim", CORE, NULL, OBJECT(RESOURCE_CLAIM_FIELDS)};

static const KubeType RESOURCE_CLAIMS_BY_NAME = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &RESOURCE_CLAIM, .keys = {"name"}};

static const KubeField RESOURCE_REQUIREMENTS_FIELDS[] = {
    {"limits",   1, &TYPE_QUANTITY_MAP,       OPTIONAL},
    {"requests", 2, &TYPE_QUANTITY_MAP,       OPTIONAL},
    {"claims",   3, &RESOURCE_CLAIMS_BY_NAME, OPTIONAL},
};
static const KubeType RESOURCE_REQUIREMENTS = {
    "ResourceRequirements", CORE, "How much a container is promised, and how much it may use.",
    OBJECT(RESOURCE_REQUIREMENTS_FIELDS)};

static const KubeField CONTAINER_RESIZE_POLICY_FIELDS[] = {
    {"resourceName",  1, &TYPE_STRING, REQUIRED},
    {"restartPolicy", 2, &TYPE_STRING, REQUIRED},
};
static const KubeType CONTAINER_RESIZE_POLICY = {
    "ContainerResizePolicy", CORE, NULL, OBJECT(CONTAINER_RESIZE_POLICY_FIELDS)};

static const KubeType CONTAINER_RESIZE_POLICY_LIST = {
    .shape = KUBE_LIST, .element = &CONTAINER_RESIZE_POLICY};

static const KubeField VOLUME_MOUNT_FIELDS[] = {
    {"name",              1, &TYPE_STRING, REQUIRED},
    {"readOnly",          2, &TYPE_BOOL,   OPTIONAL},
    {"recursiveReadOnly", 7, &TYPE_STRING, POINTER},
    {"mountPath",         3, &TYPE_STRING, REQUIRED},
    {"subPath",           4, &TYPE_STRING, OPTIONAL},
    {"mountPropagation",  5, &TYPE_STRING, POINTER},
    {"subPathExpr",       6, &TYPE_STRING, OPTIONAL},
};
static const KubeType VOLUME_MOUNT = {
    "VolumeMount", CORE, "Where a container sees a volume.", OBJECT(VOLUME_MOUNT_FIELDS)};

static const KubeType VOLUME_MOUNTS_BY_MOUNT_PATH = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &VOLUME_MOUNT,
    .keys = {"mountPath"}, .patch_key = "mountPath"};

static const KubeField VOLUME_DEVICE_FIELDS[] = {
    {"name",       1, &TYPE_STRING, REQUIRED},
    {"devicePath", 2, &TYPE_STRING, REQUIRED},
};
static const KubeType VOLUME_DEVICE = {"VolumeDevice", CORE, NULL, OBJECT(VOLUME_DEVICE_FIELDS)};

static const KubeType VOLUME_DEVICES_BY_DEVICE_PATH = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &VOLUME_DEVICE,
    .keys = {"devicePath"}, .patch_key = "devicePath"};

static const KubeField EXEC_ACTION_FIELDS[] = {
    {"command", 1, &TYPE_STRING_LIST, OPTIONAL},
};
static const KubeType EXEC_ACTION = {"ExecAction", CORE, NULL, OBJECT(EXEC_ACTION_FIELDS)};

static const KubeField HTTP_HEADER_FIELDS[] = {
    {"name",  1, &TYPE_STRING, REQUIRED},
    {"value", 2, &TYPE_STRING, REQUIRED},
};
static const KubeType HTTP_HEADER = {"HTTPHeader", CORE, NULL, OBJECT(HTTP_HEADER_FIELDS)};

static const KubeType HTTP_HEADER_LIST = {.shape = KUBE_LIST, .element = &HTTP_HEADER};

static const KubeField HTTP_GET_ACTION_FIELDS[] = {
    {"path",        1, &TYPE_STRING,        OPTIONAL},
    {"port",        2, &TYPE_INT_OR_STRING, REQUIRED},
    {"host",        3, &TYPE_STRING,        OPTIONAL},
    {"scheme",      4, &TYPE_STRING,        OPTIONAL},
    {"httpHeaders", 5, &HTTP_HEADER_LIST,   OPTIONAL},
};
static const KubeType HTTP_GET_ACTION = {
    "HTTPGetAction", CORE, NULL, OBJECT(HTTP_GET_ACTION_FIELDS)};

static const KubeField TCP_SOCKET_ACTION_FIELDS[] = {
    {"port", 1, &TYPE_INT_OR_STRING, REQUIRED},
    {"host", 2, &TYPE_STRING,        OPTIONAL},
};
static const KubeType TCP_SOCKET_ACTION = {
    "TCPSocketAction", CORE, NULL, OBJECT(TCP_SOCKET_ACTION_FIELDS)};

static const KubeField GRPC_ACTION_FIELDS[] = {
    {"port",    1, &TYPE_INT32,  REQUIRED},
    {"service", 2, &TYPE_STRING, PRINTED, POINTER, .otherwise = "\"\""},
};
static const KubeType GRPC_ACTION = {"GRPCAction", CORE, NULL, OBJECT(GRPC_ACTION_FIELDS)};

static const KubeField PROBE_HANDLER_FIELDS[] = {
    {"exec",      1, &EXEC_ACTION,       POINTER},
    {"httpGet",   2, &HTTP_GET_ACTION,   POINTER},
    {"tcpSocket", 3, &TCP_SOCKET_ACTION, POINTER},
    {"grpc",      4, &GRPC_ACTION,       POINTER},
};
static const KubeType PROBE_HANDLER = {"ProbeHandler", CORE, NULL, OBJECT(PROBE_HANDLER_FIELDS)};

static const KubeField PROBE_FIELDS[] = {
    {"",                              1, &PROBE_HANDLER, INLINE},
    {"initialDelaySeconds",           2, &TYPE_INT32,    OPTIONAL},
    {"timeoutSeconds",                3, &TYPE_INT32,    OPTIONAL},
    {"periodSeconds",                 4, &TYPE_INT32,    OPTIONAL},
    {"successThreshold",              5, &TYPE_INT32,    OPTIONAL},
    {"failureThreshold",              6, &TYPE_INT32,    OPTIONAL},
    {"terminationGracePeriodSeconds", 7, &TYPE_INT64,    POINTER},
};
static const KubeType PROBE = {
    "Probe", CORE, "A question asked of a container again and again, to learn whether it is well.",
    OBJECT(PROBE_FIELDS)};

static const KubeField SLEEP_ACTION_FIELDS[] = {
    {"seconds", 1, &TYPE_INT64, REQUIRED},
};
static const KubeType SLEEP_ACTION = {"SleepAction", CORE, NULL, OBJECT(SLEEP_ACTION_FIELDS)};

static const KubeField LIFECYCLE_HANDLER_FIELDS[] = {
    {"exec",      1, &EXEC_ACTION,       POINTER},
    {"httpGet",   2, &HTTP_GET_ACTION,   POINTER},
    {"tcpSocket", 3, &TCP_SOCKET_ACTION, POINTER},
    {"sleep",     4, &SLEEP_ACTION,      POINTER},
};
static const KubeType LIFECYCLE_HANDLER = {
    "LifecycleHandler", CORE, NULL, OBJECT(LIFECYCLE_HANDLER_FIELDS)};

static const KubeField LIFECYCLE_FIELDS[] = {
    {"postStart", 1, &LIFECYCLE_HANDLER, POINTER},
    {"preStop",   2, &LIFECYCLE_HANDLER, POINTER},
};
static const KubeType LIFECYCLE = {"Lifecycle", CORE, NULL, OBJECT(LIFECYCLE_FIELDS)};

static const KubeField CAPABILITIES_FIELDS[] = {
    {"add",  1, &TYPE_STRING_LIST, OPTIONAL},
    {"drop", 2, &TYPE_STRING_LIST, OPTIONAL},
};
static const KubeType CAPABILITIES = {"Capabilities", CORE, NULL, OBJECT(CAPABILITIES_FIELDS)};

static const KubeField SE_LINUX_OPTIONS_FIELDS[] = {
    {"user",  1, &TYPE_STRING, OPTIONAL},
    {"role",  2, &TYPE_STRING, OPTIONAL},
    {"type",  3, &TYPE_STRING, OPTIONAL},
    {"level", 4, &TYPE_STRING, OPTIONAL},
};
static const KubeType SE_LINUX_OPTIONS = {
    "SELinuxOptions", CORE, NULL, OBJECT(SE_LINUX_OPTIONS_FIELDS)};

static const KubeField WINDOWS_SECURITY_CONTEXT_OPTIONS_FIELDS[] = {
    {"gmsaCredentialSpecName", 1, &TYPE_STRING, POINTER},
    {"gmsaCredentialSpec",     2, &TYPE_STRING, POINTER},
    {"runAsUserName",          3, &TYPE_STRING, POINTER},
    {"hostProcess",            4, &TYPE_BOOL,   POINTER},
};
static const KubeType WINDOWS_SECURITY_CONTEXT_OPTIONS = {
    "WindowsSecurityContextOptions", CORE, NULL, OBJECT(WINDOWS_SECURITY_CONTEXT_OPTIONS_FIELDS)};

static const KubeField SECCOMP_PROFILE_FIELDS[] = {
    {"type",             1, &TYPE_STRING, REQUIRED},
    {"localhostProfile", 2, &TYPE_STRING, POINTER},
};
static const KubeType SECCOMP_PROFILE = {
    "SeccompProfile", CORE, NULL, OBJECT(SECCOMP_PROFILE_FIELDS)};

static const KubeField APP_ARMOR_PROFILE_FIELDS[] = {
    {"type",             1, &TYPE_STRING, REQUIRED},
    {"localhostProfile", 2, &TYPE_STRING, POINTER},
};
static const KubeType APP_ARMOR_PROFILE = {
    "AppArmorProfile", CORE, NULL, OBJECT(APP_ARMOR_PROFILE_FIELDS)};

static const KubeField SECURITY_CONTEXT_FIELDS[] = {
    {"capabilities",             1,  &CAPABILITIES,                     POINTER},
    {"privileged",               2,  &TYPE_BOOL,                        POINTER},
    {"seLinuxOptions",           3,  &SE_LINUX_OPTIONS,                 POINTER},
    {"windowsOptions",           10, &WINDOWS_SECURITY_CONTEXT_OPTIONS, POINTER},
    {"runAsUser",                4,  &TYPE_INT64,                       POINTER},
    {"runAsGroup",               8,  &TYPE_INT64,                       POINTER},
    {"runAsNonRoot",             5,  &TYPE_BOOL,                        POINTER},
    {"readOnlyRootFilesystem",   6,  &TYPE_BOOL,                        POINTER},
    {"allowPrivilegeEscalation", 7,  &TYPE_BOOL,                        POINTER},
    {"procMount",                9,  &TYPE_STRING,                      POINTER},
    {"seccompProfile",           11, &SECCOMP_PROFILE,                  POINTER},
    {"appArmorProfile",          12, &APP_ARMOR_PROFILE,                POINTER},
};
static const KubeType SECURITY_CONTEXT = {
    "SecurityContext", CORE, NULL, OBJECT(SECURITY_CONTEXT_FIELDS)};

static const KubeField CONTAINER_FIELDS[] = {
    {"name",                     1,  &TYPE_STRING,                       REQUIRED,
     .about = "The container's name. No other in the pod has it."},
    {"image",                    2,  &TYPE_STRING,                       OPTIONAL,
     .about = "The image that it runs."},
    {"command",                  3,  &TYPE_STRING_LIST,                  OPTIONAL,
     .about = "What is run in place of the image's entry point."},
    {"args",                     4,  &TYPE_STRING_LIST,                  OPTIONAL,
     .about = "The arguments of the command."},
    {"workingDir",               5,  &TYPE_STRING,                       OPTIONAL,
     .about = "The directory that it starts in."},
    {"ports",                    6,  &CONTAINER_PORTS_BY_CONTAINER_PORT, OPTIONAL,
     .about = "The ports that it listens on, for people and Services to refer to."},
    {"envFrom",                  19, &ENV_FROM_SOURCE_LIST,              OPTIONAL,
     .about = "ConfigMaps and Secrets whose keys become variables."},
    {"env",                      7,  &ENV_VARS_BY_NAME,                  OPTIONAL,
     .about = "Variables in its environment. They win over envFrom."},
    {"resources",                8,  &RESOURCE_REQUIREMENTS,             PRINTED,
     .about = "How much it is promised, and how much it may use."},
    {"resizePolicy",             23, &CONTAINER_RESIZE_POLICY_LIST,      OPTIONAL},
    {"restartPolicy",            24, &TYPE_STRING,                       POINTER},
    {"volumeMounts",             9,  &VOLUME_MOUNTS_BY_MOUNT_PATH,       OPTIONAL,
     .about = "Where it sees the pod's volumes."},
    {"volumeDevices",            21, &VOLUME_DEVICES_BY_DEVICE_PATH,     OPTIONAL},
    {"livenessProbe",            10, &PROBE,                             POINTER,
     .about = "If this fails, the container is restarted."},
    {"readinessProbe",           11, &PROBE,                             POINTER,
     .about = "If this fails, Services send nothing to the pod."},
    {"startupProbe",             22, &PROBE,                             POINTER,
     .about = "Until this has succeeded once, the other probes wait."},
    {"lifecycle",                12, &LIFECYCLE,                         POINTER,
     .about = "What is done after it starts and before it stops."},
    {"terminationMessagePath",   13, &TYPE_STRING,                       OPTIONAL},
    {"terminationMessagePolicy", 20, &TYPE_STRING,                       OPTIONAL},
    {"imagePullPolicy",          14, &TYPE_STRING,                       OPTIONAL,
     .about = "Always, IfNotPresent or Never."},
    {"securityContext",          15, &SECURITY_CONTEXT,                  POINTER,
     .about = "As whom it runs, and with what rights."},
    {"stdin",                    16, &TYPE_BOOL,                         OPTIONAL},
    {"stdinOnce",                17, &TYPE_BOOL,                         OPTIONAL},
    {"tty",                      18, &TYPE_BOOL,                         OPTIONAL},
};
static const KubeType CONTAINER = {
    "Container", CORE, "A program in a pod: its image, its command and what it may use.",
    OBJECT(CONTAINER_FIELDS)};

static const KubeType CONTAINERS_BY_NAME = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &CONTAINER,
    .keys = {"name"}, .patch_key = "name"};

static const KubeField EPHEMERAL_CONTAINER_COMMON_FIELDS[] = {
    {"name",                     1,  &TYPE_STRING,                       REQUIRED},
    {"image",                    2,  &TYPE_STRING,                       OPTIONAL},
    {"command",                  3,  &TYPE_STRING_LIST,                  OPTIONAL},
    {"args",                     4,  &TYPE_STRING_LIST,                  OPTIONAL},
    {"workingDir",               5,  &TYPE_STRING,                       OPTIONAL},
    {"ports",                    6,  &CONTAINER_PORTS_BY_CONTAINER_PORT, OPTIONAL},
    {"envFrom",                  19, &ENV_FROM_SOURCE_LIST,              OPTIONAL},
    {"env",                      7,  &ENV_VARS_BY_NAME,                  OPTIONAL},
    {"resources",                8,  &RESOURCE_REQUIREMENTS,             PRINTED},
    {"resizePolicy",             23, &CONTAINER_RESIZE_POLICY_LIST,      OPTIONAL},
    {"restartPolicy",            24, &TYPE_STRING,                       POINTER},
    {"volumeMounts",             9,  &VOLUME_MOUNTS_BY_MOUNT_PATH,       OPTIONAL},
    {"volumeDevices",            21, &VOLUME_DEVICES_BY_DEVICE_PATH,     OPTIONAL},
    {"livenessProbe",            10, &PROBE,                             POINTER},
    {"readinessProbe",           11, &PROBE,                             POINTER},
    {"startupProbe",             22, &PROBE,                             POINTER},
    {"lifecycle",                12, &LIFECYCLE,                         POINTER},
    {"terminationMessagePath",   13, &TYPE_STRING,                       OPTIONAL},
    {"terminationMessagePolicy", 20, &TYPE_STRING,                       OPTIONAL},
    {"imagePullPolicy",          14, &TYPE_STRING,                       OPTIONAL},
    {"securityContext",          15, &SECURITY_CONTEXT,                  POINTER},
    {"stdin",                    16, &TYPE_BOOL,                         OPTIONAL},
    {"stdinOnce",                17, &TYPE_BOOL,                         OPTIONAL},
    {"tty",                      18, &TYPE_BOOL,                         OPTIONAL},
};
static const KubeType EPHEMERAL_CONTAINER_COMMON = {
    "EphemeralContainerCommon", CORE, NULL, OBJECT(EPHEMERAL_CONTAINER_COMMON_FIELDS)};

static const KubeField EPHEMERAL_CONTAINER_FIELDS[] = {
    {"",                    1, &EPHEMERAL_CONTAINER_COMMON, INLINE},
    {"targetContainerName", 2, &TYPE_STRING,                OPTIONAL},
};
static const KubeType EPHEMERAL_CONTAINER = {
    "EphemeralContainer", CORE, NULL, OBJECT(EPHEMERAL_CONTAINER_FIELDS)};

static const KubeType EPHEMERAL_CONTAINERS_BY_NAME = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &EPHEMERAL_CONTAINER,
    .keys = {"name"}, .patch_key = "name"};

static const KubeField SYSCTL_FIELDS[] = {
    {"name",  1, &TYPE_STRING, REQUIRED},
    {"value", 2, &TYPE_STRING, REQUIRED},
};
static const KubeType SYSCTL = {"Sysctl", CORE, NULL, OBJECT(SYSCTL_FIELDS)};

static const KubeType SYSCTL_LIST = {.shape = KUBE_LIST, .element = &SYSCTL};

static const KubeField POD_SECURITY_CONTEXT_FIELDS[] = {
    {"seLinuxOptions",           1,  &SE_LINUX_OPTIONS,                 POINTER},
    {"windowsOptions",           8,  &WINDOWS_SECURITY_CONTEXT_OPTIONS, POINTER},
    {"runAsUser",                2,  &TYPE_INT64,                       POINTER},
    {"runAsGroup",               6,  &TYPE_INT64,                       POINTER},
    {"runAsNonRoot",             3,  &TYPE_BOOL,                        POINTER},
    {"supplementalGroups",       4,  &TYPE_INT64_LIST,                  OPTIONAL},
    {"supplementalGroupsPolicy", 12, &TYPE_STRING,                      POINTER},
    {"fsGroup",                  5,  &TYPE_INT64,                       POINTER},
    {"sysctls",                  7,  &SYSCTL_LIST,                      OPTIONAL},
    {"fsGroupChangePolicy",      9,  &TYPE_STRING,                      POINTER},
    {"seccompProfile",           10, &SECCOMP_PROFILE,                  POINTER},
    {"appArmorProfile",          11, &APP_ARMOR_PROFILE,                POINTER},
    {"seLinuxChangePolicy",      13, &TYPE_STRING,                      POINTER},
};
static const KubeType POD_SECURITY_CONTEXT = {
    "PodSecurityContext", CORE, NULL, OBJECT(POD_SECURITY_CONTEXT_FIELDS)};

static const KubeType LOCAL_OBJECT_REFERENCES_BY_NAME = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &LOCAL_OBJECT_REFERENCE,
    .keys = {"name"}, .patch_key = "name"};

static const KubeField NODE_SELECTOR_REQUIREMENT_FIELDS[] = {
    {"key",      1, &TYPE_STRING,      REQUIRED},
    {"operator", 2, &TYPE_STRING,      REQUIRED},
    {"values",   3, &TYPE_STRING_LIST, OPTIONAL},
};
static const KubeType NODE_SELECTOR_REQUIREMENT = {
    "NodeSelectorRequirement", CORE, NULL, OBJECT(NODE_SELECTOR_REQUIREMENT_FIELDS)};

static const KubeType NODE_SELECTOR_REQUIREMENT_LIST = {
    .shape = KUBE_LIST, .element = &NODE_SELECTOR_REQUIREMENT};

static const KubeField NODE_SELECTOR_TERM_FIELDS[] = {
    {"matchExpressions", 1, &NODE_SELECTOR_REQUIREMENT_LIST, OPTIONAL},
    {"matchFields",      2, &NODE_SELECTOR_REQUIREMENT_LIST, OPTIONAL},
};
static const KubeType NODE_SELECTOR_TERM = {
    "NodeSelectorTerm", CORE, NULL, ATOMIC_OBJECT(NODE_SELECTOR_TERM_FIELDS)};

static const KubeType NODE_SELECTOR_TERM_LIST = {
    .shape = KUBE_LIST, .element = &NODE_SELECTOR_TERM};

static const KubeField NODE_SELECTOR_FIELDS[] = {
    {"nodeSelectorTerms", 1, &NODE_SELECTOR_TERM_LIST, REQUIRED},
};
static const KubeType NODE_SELECTOR = {
    "NodeSelector", CORE, NULL, ATOMIC_OBJECT(NODE_SELECTOR_FIELDS)};

static const KubeField PREFERRED_SCHEDULING_TERM_FIELDS[] = {
    {"weight",     1, &TYPE_INT32,         REQUIRED},
    {"preference", 2, &NODE_SELECTOR_TERM, REQUIRED},
};
static const KubeType PREFERRED_SCHEDULING_TERM = {
    "PreferredSchedulingTerm", CORE, NULL, OBJECT(PREFERRED_SCHEDULING_TERM_FIELDS)};

static const KubeType PREFERRED_SCHEDULING_TERM_LIST = {
    .shape = KUBE_LIST, .element = &PREFERRED_SCHEDULING_TERM};

static const KubeField NODE_AFFINITY_FIELDS[] = {
    {"requiredDuringSchedulingIgnoredDuringExecution", 1, &NODE_SELECTOR, POINTER},
    {"preferredDuringSchedulingIgnoredDuringExecution", 2, &PREFERRED_SCHEDULING_TERM_LIST,
     OPTIONAL},
};
static const KubeType NODE_AFFINITY = {"NodeAffinity", CORE, NULL, OBJECT(NODE_AFFINITY_FIELDS)};

static const KubeField POD_AFFINITY_TERM_FIELDS[] = {
    {"labelSelector",     1, &TYPE_LABEL_SELECTOR, POINTER},
    {"namespaces",        2, &TYPE_STRING_LIST,    OPTIONAL},
    {"topologyKey",       3, &TYPE_STRING,         REQUIRED},
    {"namespaceSelector", 4, &TYPE_LABEL_SELECTOR, POINTER},
    {"matchLabelKeys",    5, &TYPE_STRING_LIST,    OPTIONAL},
    {"mismatchLabelKeys", 6, &TYPE_STRING_LIST,    OPTIONAL},
};
static const KubeType POD_AFFINITY_TERM = {
    "PodAffinityTerm", CORE, NULL, OBJECT(POD_AFFINITY_TERM_FIELDS)};

static const KubeType POD_AFFINITY_TERM_LIST = {.shape = KUBE_LIST, .element = &POD_AFFINITY_TERM};

static const KubeField WEIGHTED_POD_AFFINITY_TERM_FIELDS[] = {
    {"weight",          1, &TYPE_INT32,        REQUIRED},
    {"podAffinityTerm", 2, &POD_AFFINITY_TERM, REQUIRED},
};
static const KubeType WEIGHTED_POD_AFFINITY_TERM = {
    "WeightedPodAffinityTerm", CORE, NULL, OBJECT(WEIGHTED_POD_AFFINITY_TERM_FIELDS)};

static const KubeType WEIGHTED_POD_AFFINITY_TERM_LIST = {
    .shape = KUBE_LIST, .element = &WEIGHTED_POD_AFFINITY_TERM};

static const KubeField POD_AFFINITY_FIELDS[] = {
    {"requiredDuringSchedulingIgnoredDuringExecution", 1, &POD_AFFINITY_TERM_LIST, OPTIONAL},
    {"preferredDuringSchedulingIgnoredDuringExecution", 2, &WEIGHTED_POD_AFFINITY_TERM_LIST,
     OPTIONAL},
};
static const KubeType POD_AFFINITY = {"PodAffinity", CORE, NULL, OBJECT(POD_AFFINITY_FIELDS)};

static const KubeField POD_ANTI_AFFINITY_FIELDS[] = {
    {"requiredDuringSchedulingIgnoredDuringExecution", 1, &POD_AFFINITY_TERM_LIST, OPTIONAL},
    {"preferredDuringSchedulingIgnoredDuringExecution", 2, &WEIGHTED_POD_AFFINITY_TERM_LIST,
     OPTIONAL},
};
static const KubeType POD_ANTI_AFFINITY = {
    "PodAntiAffinity", CORE, NULL, OBJECT(POD_ANTI_AFFINITY_FIELDS)};

static const KubeField AFFINITY_FIELDS[] = {
    {"nodeAffinity",    1, &NODE_AFFINITY,     POINTER},
    {"podAffinity",     2, &POD_AFFINITY,      POINTER},
    {"podAntiAffinity", 3, &POD_ANTI_AFFINITY, POINTER},
};
static const KubeType AFFINITY = {"Affinity", CORE, NULL, OBJECT(AFFINITY_FIELDS)};

static const KubeField TOLERATION_FIELDS[] = {
    {"key",               1, &TYPE_STRING, OPTIONAL},
    {"operator",          2, &TYPE_STRING, OPTIONAL},
    {"value",             3, &TYPE_STRING, OPTIONAL},
    {"effect",            4, &TYPE_STRING, OPTIONAL},
    {"tolerationSeconds", 5, &TYPE_INT64,  POINTER},
};
const KubeType TYPE_TOLERATION = {"Toleration", CORE, NULL, OBJECT(TOLERATION_FIELDS)};

static const KubeType TOLERATION_LIST = {.shape = KUBE_LIST, .element = &TYPE_TOLERATION};

static const KubeField HOST_ALIAS_FIELDS[] = {
    {"ip",        1, &TYPE_STRING,      REQUIRED},
    {"hostnames", 2, &TYPE_STRING_LIST, OPTIONAL},
};
static const KubeType HOST_ALIAS = {"HostAlias", CORE, NULL, OBJECT(HOST_ALIAS_FIELDS)};

static const KubeType HOST_ALIASES_BY_IP = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &HOST_ALIAS,
    .keys = {"ip"}, .patch_key = "ip"};

static const KubeField POD_DNS_CONFIG_OPTION_FIELDS[] = {
    {"name",  1, &TYPE_STRING, OPTIONAL},
    {"value", 2, &TYPE_STRING, POINTER},
};
static const KubeType POD_DNS_CONFIG_OPTION = {
    "PodDNSConfigOption", CORE, NULL, OBJECT(POD_DNS_CONFIG_OPTION_FIELDS)};

static const KubeType POD_DNS_CONFIG_OPTION_LIST = {
    .shape = KUBE_LIST, .element = &POD_DNS_CONFIG_OPTION};

static const KubeField POD_DNS_CONFIG_FIELDS[] = {
    {"nameservers", 1, &TYPE_STRING_LIST,           OPTIONAL},
    {"searches",    2, &TYPE_STRING_LIST,           OPTIONAL},
    {"options",     3, &POD_DNS_CONFIG_OPTION_LIST, OPTIONAL},
};
static const KubeType POD_DNS_CONFIG = {"PodDNSConfig", CORE, NULL, OBJECT(POD_DNS_CONFIG_FIELDS)};

static const KubeField POD_READINESS_GATE_FIELDS[] = {
    {"conditionType", 1, &TYPE_STRING, REQUIRED},
};
static const KubeType POD_READINESS_GATE = {
    "PodReadinessGate", CORE, NULL, OBJECT(POD_READINESS_GATE_FIELDS)};

static const KubeType POD_READINESS_GATE_LIST = {
    .shape = KUBE_LIST, .element = &POD_READINESS_GATE};

static const KubeField TOPOLOGY_SPREAD_CONSTRAINT_FIELDS[] = {
    {"maxSkew",            1, &TYPE_INT32,          REQUIRED},
    {"topologyKey",        2, &TYPE_STRING,         REQUIRED},
    {"whenUnsatisfiable",  3, &TYPE_STRING,         REQUIRED},
    {"labelSelector",      4, &TYPE_LABEL_SELECTOR, POINTER},
    {"minDomains",         5, &TYPE_INT32,          POINTER},
    {"nodeAffinityPolicy", 6, &TYPE_STRING,         POINTER},
    {"nodeTaintsPolicy",   7, &TYPE_STRING,         POINTER},
    {"matchLabelKeys",     8, &TYPE_STRING_LIST,    OPTIONAL},
};
static const KubeType TOPOLOGY_SPREAD_CONSTRAINT = {
    "TopologySpreadConstraint", CORE, NULL, OBJECT(TOPOLOGY_SPREAD_CONSTRAINT_FIELDS)};

static const KubeType TOPOLOGY_SPREAD_CONSTRAINTS_BY_TOPOLOGY_KEY = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &TOPOLOGY_SPREAD_CONSTRAINT,
    .keys = {"topologyKey", "whenUnsatisfiable"}, .patch_key = "topologyKey"};

static const KubeField POD_OS_FIELDS[] = {
    {"name", 1, &TYPE_STRING, REQUIRED},
};
static const KubeType POD_OS = {"PodOS", CORE, NULL, OBJECT(POD_OS_FIELDS)};

static const KubeField POD_SCHEDULING_GATE_FIELDS[] = {
    {"name", 1, &TYPE_STRING, REQUIRED},
};
static const KubeType POD_SCHEDULING_GATE = {
    "PodSchedulingGate", CORE, NULL, OBJECT(POD_SCHEDULING_GATE_FIELDS)};

static const KubeType POD_SCHEDULING_GATES_BY_NAME = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &POD_SCHEDULING_GATE,
    .keys = {"name"}, .patch_key = "name"};

static const KubeField POD_RESOURCE_CLAIM_FIELDS[] = {
    {"name",                      1, &TYPE_STRING, REQUIRED},
    {"resourceClaimName",         3, &TYPE_STRING, POINTER},
    {"resourceClaimTemplateName", 4, &TYPE_STRING, POINTER},
};
static const KubeType POD_RESOURCE_CLAIM = {
    "PodResourceClaim", CORE, NULL, OBJECT(POD_RESOURCE_CLAIM_FIELDS)};

static const KubeType POD_RESOURCE_CLAIMS_BY_NAME = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &POD_RESOURCE_CLAIM,
    .keys = {"name"}, .patch_key = "name"};

static const KubeField POD_SPEC_FIELDS[] = {
    {"volumes", 1, &VOLUMES_BY_NAME, OPTIONAL, .retains_keys = true,
     .about = "The places that containers can mount."},
    {"initContainers",                20, &CONTAINERS_BY_NAME,                          OPTIONAL,
     .about = "Programs that run one after the other before the containers start."},
    {"containers",                    2,  &CONTAINERS_BY_NAME,                          REQUIRED,
     .about = "The programs of the pod. There is at least one, and none comes or goes later."},
    {"ephemeralContainers",           34, &EPHEMERAL_CONTAINERS_BY_NAME,                OPTIONAL,
     .about = "Containers that were added to look into the running pod."},
    {"restartPolicy",                 3,  &TYPE_STRING,                                 OPTIONAL,
     .about = "Always, OnFailure or Never."},
    {"terminationGracePeriodSeconds", 4,  &TYPE_INT64,                                  POINTER,
     .about = "How long the pod has to end by itself; 30 if nothing is said."},
    {"activeDeadlineSeconds",         5,  &TYPE_INT64,                                  POINTER,
     .about = "How long the pod may run before it is ended and counts as failed."},
    {"dnsPolicy",                     6,  &TYPE_STRING,                                 OPTIONAL,
     .about = "Where names are looked up: ClusterFirst, ClusterFirstWithHostNet, Default or None."},
    {"nodeSelector",                  7,  &TYPE_ATOMIC_STRING_MAP,                      OPTIONAL,
     .about = "Labels that a node must have to run the pod."},
    {"serviceAccountName",            8,  &TYPE_STRING,                                 OPTIONAL,
     .about = "Who the pod is when it speaks to the API server."},
    {"serviceAccount",                9,  &TYPE_STRING,                                 OPTIONAL,
     .about = "The old name of serviceAccountName."},
    {"automountServiceAccountToken",  21, &TYPE_BOOL,                                   POINTER},
    {"nodeName",                      10, &TYPE_STRING,                                 OPTIONAL,
     .about = "The node that runs the pod. The scheduler sets it."},
    {"hostNetwork",                   11, &TYPE_BOOL,                                   OPTIONAL,
     .about = "True: the pod uses the network of its node."},
    {"hostPID",                       12, &TYPE_BOOL,                                   OPTIONAL},
    {"hostIPC",                       13, &TYPE_BOOL,                                   OPTIONAL},
    {"shareProcessNamespace",         27, &TYPE_BOOL,                                   POINTER},
    {"securityContext",               14, &POD_SECURITY_CONTEXT,                        POINTER,
     .about = "What holds for all containers: user, groups, profiles."},
    {"imagePullSecrets",              15, &LOCAL_OBJECT_REFERENCES_BY_NAME,             OPTIONAL,
     .about = "Secrets with which images are fetched."},
    {"hostname",                      16, &TYPE_STRING,                                 OPTIONAL},
    {"subdomain",                     17, &TYPE_STRING,                                 OPTIONAL},
    {"affinity",                      18, &AFFINITY,                                    POINTER,
     .about = "Which nodes and which neighbours the pod wants or avoids."},
    {"schedulerName",                 19, &TYPE_STRING,                                 OPTIONAL,
     .about = "The scheduler that places the pod."},
    {"tolerations",                   22, &TOLERATION_LIST,                             OPTIONAL,
     .about = "Taints of nodes that the pod puts up with."},
    {"hostAliases",                   23, &HOST_ALIASES_BY_IP,                          OPTIONAL},
    {"priorityClassName",             24, &TYPE_STRING,                                 OPTIONAL,
     .about = "How important the pod is."},
    {"priority",                      25, &TYPE_INT32,                                  POINTER},
    {"dnsConfig",                     26, &POD_DNS_CONFIG,                              POINTER},
    {"readinessGates",                28, &POD_READINESS_GATE_LIST,                     OPTIONAL},
    {"runtimeClassName",              29, &TYPE_STRING,                                 POINTER},
    {"enableServiceLinks",            30, &TYPE_BOOL,                                   POINTER},
    {"preemptionPolicy",              31, &TYPE_STRING,                                 POINTER},
    {"overhead",                      32, &TYPE_QUANTITY_MAP,                           OPTIONAL},
    {"topologySpreadConstraints",     33, &TOPOLOGY_SPREAD_CONSTRAINTS_BY_TOPOLOGY_KEY, OPTIONAL,
     .about = "How the pods spread over zones or nodes."},
    {"setHostnameAsFQDN",             35, &TYPE_BOOL,                                   POINTER},
    {"os",                            36, &POD_OS,                                      POINTER},
    {"hostUsers",                     37, &TYPE_BOOL,                                   POINTER},
    {"schedulingGates",               38, &POD_SCHEDULING_GATES_BY_NAME,                OPTIONAL},
    {"resourceClaims", 39, &POD_RESOURCE_CLAIMS_BY_NAME, OPTIONAL, .retains_keys = true},
    {"resources",                     40, &RESOURCE_REQUIREMENTS,                       POINTER},
};
static const KubeType POD_SPEC = {
    "PodSpec", CORE, "Which containers a pod runs, on which nodes, and with what.",
    OBJECT(POD_SPEC_FIELDS)};

static const KubeField POD_CONDITION_FIELDS[] = {
    {"type",               1, &TYPE_STRING, REQUIRED},
    {"status",             2, &TYPE_STRING, REQUIRED},
    {"lastProbeTime",      3, &TYPE_TIME,   PRINTED},
    {"lastTransitionTime", 4, &TYPE_TIME,   PRINTED},
    {"reason",             5, &TYPE_STRING, OPTIONAL},
    {"message",            6, &TYPE_STRING, OPTIONAL},
};
static const KubeType POD_CONDITION = {"PodCondition", CORE, NULL, OBJECT(POD_CONDITION_FIELDS)};

static const KubeType POD_CONDITIONS_BY_TYPE = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &POD_CONDITION,
    .keys = {"type"}, .patch_key = "type"};

static const KubeField HOST_IP_FIELDS[] = {
    {"ip", 1, &TYPE_STRING, REQUIRED},
};
static const KubeType HOST_IP = {"HostIP", CORE, NULL, OBJECT(HOST_IP_FIELDS)};

static const KubeType MERGED_HOST_IP_LIST = {
    .shape = KUBE_LIST, .element = &HOST_IP, .patch_key = "ip"};

static const KubeField POD_IP_FIELDS[] = {
    {"ip", 1, &TYPE_STRING, REQUIRED},
};
static const KubeType POD_IP = {"PodIP", CORE, NULL, OBJECT(POD_IP_FIELDS)};

static const KubeType POD_IPS_BY_IP = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &POD_IP, .keys = {"ip"}, .patch_key = "ip"};

static const KubeField CONTAINER_STATE_WAITING_FIELDS[] = {
    {"reason",  1, &TYPE_STRING, OPTIONAL},
    {"message", 2, &TYPE_STRING, OPTIONAL},
};
static const KubeType CONTAINER_STATE_WAITING = {
    "ContainerStateWaiting", CORE, NULL, OBJECT(CONTAINER_STATE_WAITING_FIELDS)};

static const KubeField CONTAINER_STATE_RUNNING_FIELDS[] = {
    {"startedAt", 1, &TYPE_TIME, PRINTED},
};
static const KubeType CONTAINER_STATE_RUNNING = {
    "ContainerStateRunning", CORE, NULL, OBJECT(CONTAINER_STATE_RUNNING_FIELDS)};

static const KubeField CONTAINER_STATE_TERMINATED_FIELDS[] = {
    {"exitCode",    1, &TYPE_INT32,  REQUIRED},
    {"signal",      2, &TYPE_INT32,  OPTIONAL},
    {"reason",      3, &TYPE_STRING, OPTIONAL},
    {"message",     4, &TYPE_STRING, OPTIONAL},
    {"startedAt",   5, &TYPE_TIME,   PRINTED},
    {"finishedAt",  6, &TYPE_TIME,   PRINTED},
    {"containerID", 7, &TYPE_STRING, OPTIONAL},
};
static const KubeType CONTAINER_STATE_TERMINATED = {
    "ContainerStateTerminated", CORE, NULL, OBJECT(CONTAINER_STATE_TERMINATED_FIELDS)};

static const KubeField CONTAINER_STATE_FIELDS[] = {
    {"waiting",    1, &CONTAINER_STATE_WAITING,    POINTER},
    {"running",    2, &CONTAINER_STATE_RUNNING,    POINTER},
    {"terminated", 3, &CONTAINER_STATE_TERMINATED, POINTER},
};
static const KubeType CONTAINER_STATE = {
    "ContainerState", CORE, NULL, OBJECT(CONTAINER_STATE_FIELDS)};

static const KubeField VOLUME_MOUNT_STATUS_FIELDS[] = {
    {"name",              1, &TYPE_STRING, REQUIRED},
    {"mountPath",         2, &TYPE_STRING, REQUIRED},
    {"readOnly",          3, &TYPE_BOOL,   OPTIONAL},
    {"recursiveReadOnly", 4, &TYPE_STRING, POINTER},
};
static const KubeType VOLUME_MOUNT_STATUS = {
    "VolumeMountStatus", CORE, NULL, OBJECT(VOLUME_MOUNT_STATUS_FIELDS)};

static const KubeType VOLUME_MOUNT_STATUSES_BY_MOUNT_PATH = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &VOLUME_MOUNT_STATUS,
    .keys = {"mountPath"}, .patch_key = "mountPath"};

static const KubeField LINUX_CONTAINER_USER_FIELDS[] = {
    {"uid",                1, &TYPE_INT64,      REQUIRED},
    {"gid",                2, &TYPE_INT64,      REQUIRED},
    {"supplementalGroups", 3, &TYPE_INT64_LIST, OPTIONAL},
};
static const KubeType LINUX_CONTAINER_USER = {
    "LinuxContainerUser", CORE, NULL, OBJECT(LINUX_CONTAINER_USER_FIELDS)};

static const KubeField CONTAINER_USER_FIELDS[] = {
    {"linux", 1, &LINUX_CONTAINER_USER, POINTER},
};
static const KubeType CONTAINER_USER = {"ContainerUser", CORE, NULL, OBJECT(CONTAINER_USER_FIELDS)};

static const KubeField RESOURCE_HEALTH_FIELDS[] = {
    {"resourceID", 1, &TYPE_STRING, REQUIRED},
    {"health",     2, &TYPE_STRING, OPTIONAL},
};
static const KubeType RESOURCE_HEALTH = {
    "ResourceHealth", CORE, NULL, OBJECT(RESOURCE_HEALTH_FIELDS)};

static const KubeType RESOURCE_HEALTHS_BY_RESOURCE_ID = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &RESOURCE_HEALTH, .keys = {"resourceID"}};

static const KubeField RESOURCE_STATUS_FIELDS[] = {
    {"name",      1, &TYPE_STRING,                     REQUIRED},
    {"resources", 2, &RESOURCE_HEALTHS_BY_RESOURCE_ID, OPTIONAL},
};
static const KubeType RESOURCE_STATUS = {
    "ResourceStatus", CORE, NULL, OBJECT(RESOURCE_STATUS_FIELDS)};

static const KubeType RESOURCE_STATUSES_BY_NAME = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &RESOURCE_STATUS,
    .keys = {"name"}, .patch_key = "name"};

static const KubeField CONTAINER_STATUS_FIELDS[] = {
    {"name",                     1,  &TYPE_STRING,                         REQUIRED},
    {"state",                    2,  &CONTAINER_STATE,                     PRINTED},
    {"lastState",                3,  &CONTAINER_STATE,                     PRINTED},
    {"ready",                    4,  &TYPE_BOOL,                           REQUIRED},
    {"restartCount",             5,  &TYPE_INT32,                          REQUIRED},
    {"image",                    6,  &TYPE_STRING,                         REQUIRED},
    {"imageID",                  7,  &TYPE_STRING,                         REQUIRED},
    {"containerID",              8,  &TYPE_STRING,                         OPTIONAL},
    {"started",                  9,  &TYPE_BOOL,                           POINTER},
    {"allocatedResources",       10, &TYPE_QUANTITY_MAP,                   OPTIONAL},
    {"resources",                11, &RESOURCE_REQUIREMENTS,               POINTER},
    {"volumeMounts",             12, &VOLUME_MOUNT_STATUSES_BY_MOUNT_PATH, OPTIONAL},
    {"user",                     13, &CONTAINER_USER,                      POINTER},
    {"allocatedResourcesStatus", 14, &RESOURCE_STATUSES_BY_NAME,           OPTIONAL},
};
static const KubeType CONTAINER_STATUS = {
    "ContainerStatus", CORE, NULL, OBJECT(CONTAINER_STATUS_FIELDS)};

static const KubeType CONTAINER_STATUS_LIST = {.shape = KUBE_LIST, .element = &CONTAINER_STATUS};

static const KubeField POD_RESOURCE_CLAIM_STATUS_FIELDS[] = {
    {"name",              1, &TYPE_STRING, REQUIRED},
    {"resourceClaimName", 2, &TYPE_STRING, POINTER},
};
static const KubeType POD_RESOURCE_CLAIM_STATUS = {
    "PodResourceClaimStatus", CORE, NULL, OBJECT(POD_RESOURCE_CLAIM_STATUS_FIELDS)};

static const KubeType POD_RESOURCE_CLAIM_STATUSES_BY_NAME = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &POD_RESOURCE_CLAIM_STATUS,
    .keys = {"name"}, .patch_key = "name"};

static const KubeField POD_STATUS_FIELDS[] = {
    {"phase",                      1,  &TYPE_STRING,                         OPTIONAL},
    {"conditions",                 2,  &POD_CONDITIONS_BY_TYPE,              OPTIONAL},
    {"message",                    3,  &TYPE_STRING,                         OPTIONAL},
    {"reason",                     4,  &TYPE_STRING,                         OPTIONAL},
    {"nominatedNodeName",          11, &TYPE_STRING,                         OPTIONAL},
    {"hostIP",                     5,  &TYPE_STRING,                         OPTIONAL},
    {"hostIPs",                    16, &MERGED_HOST_IP_LIST,                 OPTIONAL},
    {"podIP",                      6,  &TYPE_STRING,                         OPTIONAL},
    {"podIPs",                     12, &POD_IPS_BY_IP,                       OPTIONAL},
    {"startTime",                  7,  &TYPE_TIME,                           POINTER},
    {"initContainerStatuses",      10, &CONTAINER_STATUS_LIST,               OPTIONAL},
    {"containerStatuses",          8,  &CONTAINER_STATUS_LIST,               OPTIONAL},
    {"qosClass",                   9,  &TYPE_STRING,                         OPTIONAL},
    {"ephemeralContainerStatuses", 13, &CONTAINER_STATUS_LIST,               OPTIONAL},
    {"resize",                     14, &TYPE_STRING,                         OPTIONAL},
    {"resourceClaimStatuses", 15, &POD_RESOURCE_CLAIM_STATUSES_BY_NAME,
     OPTIONAL, .retains_keys = true},
};
static const KubeType POD_STATUS = {
    "PodStatus", CORE, "What the node says about a pod. It may lag behind.",
    OBJECT(POD_STATUS_FIELDS)};

static const KubeField POD_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,   INLINE},
    {"metadata", 1, &TYPE_OBJECT_META, PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &POD_SPEC,         PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &POD_STATUS,       PRINTED, .about = ABOUT_STATUS},
};
static const KubeType POD = {
    "Pod", CORE, "Containers that run together on one node and share its network and volumes.",
    OBJECT(POD_FIELDS)};

static const KubeType POD_ITEMS = {.shape = KUBE_LIST, .element = &POD};

static const KubeField POD_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META, INLINE},
    {"metadata", 1, &TYPE_LIST_META, PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &POD_ITEMS,      REQUIRED},
};
static const KubeType POD_LIST = {"PodList", CORE, NULL, OBJECT(POD_LIST_FIELDS)};

static const KubeField TAINT_FIELDS[] = {
    {"key",       1, &TYPE_STRING, REQUIRED},
    {"value",     2, &TYPE_STRING, OPTIONAL},
    {"effect",    3, &TYPE_STRING, REQUIRED},
    {"timeAdded", 4, &TYPE_TIME,   POINTER},
};
static const KubeType TAINT = {"Taint", CORE, NULL, OBJECT(TAINT_FIELDS)};

static const KubeType TAINT_LIST = {.shape = KUBE_LIST, .element = &TAINT};

static const KubeField CONFIG_MAP_NODE_CONFIG_SOURCE_FIELDS[] = {
    {"namespace",        1, &TYPE_STRING, REQUIRED},
    {"name",             2, &TYPE_STRING, REQUIRED},
    {"uid",              3, &TYPE_STRING, OPTIONAL},
    {"resourceVersion",  4, &TYPE_STRING, OPTIONAL},
    {"kubeletConfigKey", 5, &TYPE_STRING, REQUIRED},
};
static const KubeType CONFIG_MAP_NODE_CONFIG_SOURCE = {
    "ConfigMapNodeConfigSource", CORE, NULL, OBJECT(CONFIG_MAP_NODE_CONFIG_SOURCE_FIELDS)};

static const KubeField NODE_CONFIG_SOURCE_FIELDS[] = {
    {"configMap", 2, &CONFIG_MAP_NODE_CONFIG_SOURCE, POINTER},
};
static const KubeType NODE_CONFIG_SOURCE = {
    "NodeConfigSource", CORE, NULL, OBJECT(NODE_CONFIG_SOURCE_FIELDS)};

static const KubeField NODE_SPEC_FIELDS[] = {
    {"podCIDR",       1, &TYPE_STRING,            OPTIONAL},
    {"podCIDRs",      7, &TYPE_MERGED_STRING_SET, OPTIONAL},
    {"providerID",    3, &TYPE_STRING,            OPTIONAL},
    {"unschedulable", 4, &TYPE_BOOL,              OPTIONAL},
    {"taints",        5, &TAINT_LIST,             OPTIONAL},
    {"configSource",  6, &NODE_CONFIG_SOURCE,     POINTER},
    {"externalID",    2, &TYPE_STRING,            OPTIONAL},
};
static const KubeType NODE_SPEC = {
    "NodeSpec", CORE, "What an administrator says about a node.", OBJECT(NODE_SPEC_FIELDS)};

static const KubeField NODE_CONDITION_FIELDS[] = {
    {"type",               1, &TYPE_STRING, REQUIRED},
    {"status",             2, &TYPE_STRING, REQUIRED},
    {"lastHeartbeatTime",  3, &TYPE_TIME,   PRINTED},
    {"lastTransitionTime", 4, &TYPE_TIME,   PRINTED},
    {"reason",             5, &TYPE_STRING, OPTIONAL},
    {"message",            6, &TYPE_STRING, OPTIONAL},
};
static const KubeType NODE_CONDITION = {"NodeCondition", CORE, NULL, OBJECT(NODE_CONDITION_FIELDS)};

static const KubeType NODE_CONDITIONS_BY_TYPE = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &NODE_CONDITION,
    .keys = {"type"}, .patch_key = "type"};

static const KubeField NODE_ADDRESS_FIELDS[] = {
    {"type",    1, &TYPE_STRING, REQUIRED},
    {"address", 2, &TYPE_STRING, REQUIRED},
};
static const KubeType NODE_ADDRESS = {"NodeAddress", CORE, NULL, OBJECT(NODE_ADDRESS_FIELDS)};

static const KubeType NODE_ADDRESSES_BY_TYPE = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &NODE_ADDRESS,
    .keys = {"type"}, .patch_key = "type"};

static const KubeField DAEMON_ENDPOINT_FIELDS[] = {
    {"Port", 1, &TYPE_INT32, REQUIRED},
};
static const KubeType DAEMON_ENDPOINT = {
    "DaemonEndpoint", CORE, NULL, OBJECT(DAEMON_ENDPOINT_FIELDS)};

static const KubeField NODE_DAEMON_ENDPOINTS_FIELDS[] = {
    {"kubeletEndpoint", 1, &DAEMON_ENDPOINT, PRINTED},
};
static const KubeType NODE_DAEMON_ENDPOINTS = {
    "NodeDaemonEndpoints", CORE, NULL, OBJECT(NODE_DAEMON_ENDPOINTS_FIELDS)};

static const KubeField NODE_SYSTEM_INFO_FIELDS[] = {
    {"machineID",               1,  &TYPE_STRING, REQUIRED},
    {"systemUUID",              2,  &TYPE_STRING, REQUIRED},
    {"bootID",                  3,  &TYPE_STRING, REQUIRED},
    {"kernelVersion",           4,  &TYPE_STRING, REQUIRED},
    {"osImage",                 5,  &TYPE_STRING, REQUIRED},
    {"containerRuntimeVersion", 6,  &TYPE_STRING, REQUIRED},
    {"kubeletVersion",          7,  &TYPE_STRING, REQUIRED},
    {"kubeProxyVersion",        8,  &TYPE_STRING, REQUIRED},
    {"operatingSystem",         9,  &TYPE_STRING, REQUIRED},
    {"architecture",            10, &TYPE_STRING, REQUIRED},
};
static const KubeType NODE_SYSTEM_INFO = {
    "NodeSystemInfo", CORE, NULL, OBJECT(NODE_SYSTEM_INFO_FIELDS)};

static const KubeField CONTAINER_IMAGE_FIELDS[] = {
    {"names",     1, &TYPE_STRING_LIST, PRINTED},
    {"sizeBytes", 2, &TYPE_INT64,       OPTIONAL},
};
static const KubeType CONTAINER_IMAGE = {
    "ContainerImage", CORE, NULL, OBJECT(CONTAINER_IMAGE_FIELDS)};

static const KubeType CONTAINER_IMAGE_LIST = {.shape = KUBE_LIST, .element = &CONTAINER_IMAGE};

static const KubeField ATTACHED_VOLUME_FIELDS[] = {
    {"name",       1, &TYPE_STRING, REQUIRED},
    {"devicePath", 2, &TYPE_STRING, REQUIRED},
};
static const KubeType ATTACHED_VOLUME = {
    "AttachedVolume", CORE, NULL, OBJECT(ATTACHED_VOLUME_FIELDS)};

static const KubeType ATTACHED_VOLUME_LIST = {.shape = KUBE_LIST, .element = &ATTACHED_VOLUME};

static const KubeField NODE_CONFIG_STATUS_FIELDS[] = {
    {"assigned",      1, &NODE_CONFIG_SOURCE, POINTER},
    {"active",        2, &NODE_CONFIG_SOURCE, POINTER},
    {"lastKnownGood", 3, &NODE_CONFIG_SOURCE, POINTER},
    {"error",         4, &TYPE_STRING,        OPTIONAL},
};
static const KubeType NODE_CONFIG_STATUS = {
    "NodeConfigStatus", CORE, NULL, OBJECT(NODE_CONFIG_STATUS_FIELDS)};

static const KubeField NODE_RUNTIME_HANDLER_FEATURES_FIELDS[] = {
    {"recursiveReadOnlyMounts", 1, &TYPE_BOOL, POINTER},
    {"userNamespaces",          2, &TYPE_BOOL, POINTER},
};
static const KubeType NODE_RUNTIME_HANDLER_FEATURES = {
    "NodeRuntimeHandlerFeatures", CORE, NULL, OBJECT(NODE_RUNTIME_HANDLER_FEATURES_FIELDS)};

static const KubeField NODE_RUNTIME_HANDLER_FIELDS[] = {
    {"name",     1, &TYPE_STRING,                   PRINTED},
    {"features", 2, &NODE_RUNTIME_HANDLER_FEATURES, POINTER},
};
static const KubeType NODE_RUNTIME_HANDLER = {
    "NodeRuntimeHandler", CORE, NULL, OBJECT(NODE_RUNTIME_HANDLER_FIELDS)};

static const KubeType NODE_RUNTIME_HANDLER_LIST = {
    .shape = KUBE_LIST, .element = &NODE_RUNTIME_HANDLER};

static const KubeField NODE_FEATURES_FIELDS[] = {
    {"supplementalGroupsPolicy", 1, &TYPE_BOOL, POINTER},
};
static const KubeType NODE_FEATURES = {"NodeFeatures", CORE, NULL, OBJECT(NODE_FEATURES_FIELDS)};

static const KubeField NODE_STATUS_FIELDS[] = {
    {"capacity",        1,  &TYPE_QUANTITY_MAP,         OPTIONAL},
    {"allocatable",     2,  &TYPE_QUANTITY_MAP,         OPTIONAL},
    {"phase",           3,  &TYPE_STRING,               OPTIONAL},
    {"conditions",      4,  &NODE_CONDITIONS_BY_TYPE,   OPTIONAL},
    {"addresses",       5,  &NODE_ADDRESSES_BY_TYPE,    OPTIONAL},
    {"daemonEndpoints", 6,  &NODE_DAEMON_ENDPOINTS,     PRINTED},
    {"nodeInfo",        7,  &NODE_SYSTEM_INFO,          PRINTED},
    {"images",          8,  &CONTAINER_IMAGE_LIST,      OPTIONAL},
    {"volumesInUse",    9,  &TYPE_STRING_LIST,          OPTIONAL},
    {"volumesAttached", 10, &ATTACHED_VOLUME_LIST,      OPTIONAL},
    {"config",          11, &NODE_CONFIG_STATUS,        POINTER},
    {"runtimeHandlers", 12, &NODE_RUNTIME_HANDLER_LIST, OPTIONAL},
    {"features",        13, &NODE_FEATURES,             POINTER},
};
static const KubeType NODE_STATUS = {
    "NodeStatus", CORE, "What a node says about itself.", OBJECT(NODE_STATUS_FIELDS)};

static const KubeField NODE_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,   INLINE},
    {"metadata", 1, &TYPE_OBJECT_META, PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &NODE_SPEC,        PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &NODE_STATUS,      PRINTED, .about = ABOUT_STATUS},
};
static const KubeType NODE = {"Node", CORE, "A machine that pods run on.", OBJECT(NODE_FIELDS)};

static const KubeType NODE_ITEMS = {.shape = KUBE_LIST, .element = &NODE};

static const KubeField NODE_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META, INLINE},
    {"metadata", 1, &TYPE_LIST_META, PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &NODE_ITEMS,     REQUIRED},
};
static const KubeType NODE_LIST = {"NodeList", CORE, NULL, OBJECT(NODE_LIST_FIELDS)};

static const KubeField EVENT_SOURCE_FIELDS[] = {
    {"component", 1, &TYPE_STRING, OPTIONAL},
    {"host",      2, &TYPE_STRING, OPTIONAL},
};
const KubeType TYPE_EVENT_SOURCE = {"EventSource", CORE, NULL, OBJECT(EVENT_SOURCE_FIELDS)};

static const KubeField EVENT_SERIES_FIELDS[] = {
    {"count",            1, &TYPE_INT32,      OPTIONAL},
    {"lastObservedTime", 2, &TYPE_MICRO_TIME, PRINTED},
};
static const KubeType EVENT_SERIES = {"EventSeries", CORE, NULL, OBJECT(EVENT_SERIES_FIELDS)};

static const KubeField EVENT_FIELDS[] = {
    {"",                   0,  &TYPE_TYPE_META,        INLINE},
    {"metadata",           1,  &TYPE_OBJECT_META,      REQUIRED, .about = ABOUT_METADATA},
    {"involvedObject",     2,  &TYPE_OBJECT_REFERENCE, REQUIRED},
    {"reason",             3,  &TYPE_STRING,           OPTIONAL},
    {"message",            4,  &TYPE_STRING,           OPTIONAL},
    {"source",             5,  &TYPE_EVENT_SOURCE,     PRINTED},
    {"firstTimestamp",     6,  &TYPE_TIME,             PRINTED},
    {"lastTimestamp",      7,  &TYPE_TIME,             PRINTED},
    {"count",              8,  &TYPE_INT32,            OPTIONAL},
    {"type",               9,  &TYPE_STRING,           OPTIONAL},
    {"eventTime",          10, &TYPE_MICRO_TIME,       PRINTED},
    {"series",             11, &EVENT_SERIES,          POINTER},
    {"action",             12, &TYPE_STRING,           OPTIONAL},
    {"related",            13, &TYPE_OBJECT_REFERENCE, POINTER},
    {"reportingComponent", 14, &TYPE_STRING,           PRINTED},
    {"reportingInstance",  15, &TYPE_STRING,           PRINTED},
};
static const KubeType EVENT = {
    "Event", CORE,
    "Something that happened to an object, told for people to read. It is kept for an hour or so.",
    OBJECT(EVENT_FIELDS)};

static const KubeType EVENT_ITEMS = {.shape = KUBE_LIST, .element = &EVENT};

static const KubeField EVENT_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META, INLINE},
    {"metadata", 1, &TYPE_LIST_META, PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &EVENT_ITEMS,    REQUIRED},
};
static const KubeType EVENT_LIST = {"EventList", CORE, NULL, OBJECT(EVENT_LIST_FIELDS)};

static const KubeType OBJECT_REFERENCES_BY_NAME = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &TYPE_OBJECT_REFERENCE,
    .keys = {"name"}, .patch_key = "name"};
static const KubeType LOCAL_OBJECT_REFERENCE_LIST = {
    .shape = KUBE_LIST, .element = &LOCAL_OBJECT_REFERENCE};

static const KubeField SERVICE_ACCOUNT_FIELDS[] = {
    {"",                             0, &TYPE_TYPE_META,              INLINE},
    {"metadata",                     1, &TYPE_OBJECT_META,            PRINTED,
     .about = ABOUT_METADATA},
    {"secrets",                      2, &OBJECT_REFERENCES_BY_NAME,   OPTIONAL},
    {"imagePullSecrets",             3, &LOCAL_OBJECT_REFERENCE_LIST, OPTIONAL},
    {"automountServiceAccountToken", 4, &TYPE_BOOL,                   POINTER},
};
static const KubeType SERVICE_ACCOUNT = {
    "ServiceAccount", CORE, "Who the programs in a pod are when they speak to the API server.",
    OBJECT(SERVICE_ACCOUNT_FIELDS)};

static const KubeType SERVICE_ACCOUNT_ITEMS = {.shape = KUBE_LIST, .element = &SERVICE_ACCOUNT};

static const KubeField SERVICE_ACCOUNT_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,        INLINE},
    {"metadata", 1, &TYPE_LIST_META,        PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &SERVICE_ACCOUNT_ITEMS, REQUIRED},
};
static const KubeType SERVICE_ACCOUNT_LIST = {
    "ServiceAccountList", CORE, NULL, OBJECT(SERVICE_ACCOUNT_LIST_FIELDS)};

static const KubeField PERSISTENT_VOLUME_CLAIM_CONDITION_FIELDS[] = {
    {"type",               1, &TYPE_STRING, REQUIRED},
    {"status",             2, &TYPE_STRING, REQUIRED},
    {"lastProbeTime",      3, &TYPE_TIME,   PRINTED},
    {"lastTransitionTime", 4, &TYPE_TIME,   PRINTED},
    {"reason",             5, &TYPE_STRING, OPTIONAL},
    {"message",            6, &TYPE_STRING, OPTIONAL},
};
static const KubeType PERSISTENT_VOLUME_CLAIM_CONDITION = {
    "PersistentVolumeClaimCondition", CORE, NULL, OBJECT(PERSISTENT_VOLUME_CLAIM_CONDITION_FIELDS)};

static const KubeType PERSISTENT_VOLUME_CLAIM_CONDITIONS_BY_TYPE = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &PERSISTENT_VOLUME_CLAIM_CONDITION,
    .keys = {"type"}, .patch_key = "type"};

static const KubeField MODIFY_VOLUME_STATUS_FIELDS[] = {
    {"targetVolumeAttributesClassName", 1, &TYPE_STRING, OPTIONAL},
    {"status",                          2, &TYPE_STRING, REQUIRED},
};
static const KubeType MODIFY_VOLUME_STATUS = {
    "ModifyVolumeStatus", CORE, NULL, OBJECT(MODIFY_VOLUME_STATUS_FIELDS)};

static const KubeField PERSISTENT_VOLUME_CLAIM_STATUS_FIELDS[] = {
    {"phase",                            1, &TYPE_STRING,                                OPTIONAL},
    {"accessModes",                      2, &TYPE_STRING_LIST,                           OPTIONAL},
    {"capacity",                         3, &TYPE_QUANTITY_MAP,                          OPTIONAL},
    {"conditions",                       4, &PERSISTENT_VOLUME_CLAIM_CONDITIONS_BY_TYPE, OPTIONAL},
    {"allocatedResources",               5, &TYPE_QUANTITY_MAP,                          OPTIONAL},
    {"allocatedResourceStatuses",        7, &TYPE_STRING_MAP,                            OPTIONAL},
    {"currentVolumeAttributesClassName", 8, &TYPE_STRING,                                POINTER},
    {"modifyVolumeStatus",               9, &MODIFY_VOLUME_STATUS,                       POINTER},
};
static const KubeType PERSISTENT_VOLUME_CLAIM_STATUS = {
    "PersistentVolumeClaimStatus", CORE, NULL, OBJECT(PERSISTENT_VOLUME_CLAIM_STATUS_FIELDS)};

static const KubeField PERSISTENT_VOLUME_CLAIM_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,                 INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,               PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &PERSISTENT_VOLUME_CLAIM_SPEC,   PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &PERSISTENT_VOLUME_CLAIM_STATUS, PRINTED, .about = ABOUT_STATUS},
};
const KubeType TYPE_PERSISTENT_VOLUME_CLAIM = {
    "PersistentVolumeClaim", CORE, "A request for storage, and the volume it was given.",
    OBJECT(PERSISTENT_VOLUME_CLAIM_FIELDS)};

static const KubeType PERSISTENT_VOLUME_CLAIM_ITEMS = {
    .shape = KUBE_LIST, .element = &TYPE_PERSISTENT_VOLUME_CLAIM};

static const KubeField PERSISTENT_VOLUME_CLAIM_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,                INLINE},
    {"metadata", 1, &TYPE_LIST_META,                PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &PERSISTENT_VOLUME_CLAIM_ITEMS, REQUIRED},
};
static const KubeType PERSISTENT_VOLUME_CLAIM_LIST = {
    "PersistentVolumeClaimList", CORE, NULL, OBJECT(PERSISTENT_VOLUME_CLAIM_LIST_FIELDS)};

static const KubeField GLUSTERFS_PERSISTENT_VOLUME_SOURCE_FIELDS[] = {
    {"endpoints",          1, &TYPE_STRING, REQUIRED},
    {"path",               2, &TYPE_STRING, REQUIRED},
    {"readOnly",           3, &TYPE_BOOL,   OPTIONAL},
    {"endpointsNamespace", 4, &TYPE_STRING, POINTER},
};
static const KubeType GLUSTERFS_PERSISTENT_VOLUME_SOURCE = {
    "GlusterfsPersistentVolumeSource", CORE, NULL,
    OBJECT(GLUSTERFS_PERSISTENT_VOLUME_SOURCE_FIELDS)};

static const KubeField SECRET_REFERENCE_FIELDS[] = {
    {"name",      1, &TYPE_STRING, OPTIONAL},
    {"namespace", 2, &TYPE_STRING, OPTIONAL},
};
static const KubeType SECRET_REFERENCE = {
    "SecretReference", CORE, NULL, ATOMIC_OBJECT(SECRET_REFERENCE_FIELDS)};

static const KubeField RBD_PERSISTENT_VOLUME_SOURCE_FIELDS[] = {
    {"monitors",  1, &TYPE_STRING_LIST, REQUIRED},
    {"image",     2, &TYPE_STRING,      REQUIRED},
    {"fsType",    3, &TYPE_STRING,      OPTIONAL},
    {"pool",      4, &TYPE_STRING,      OPTIONAL, .otherwise = "\"rbd\""},
    {"user",      5, &TYPE_STRING,      OPTIONAL, .otherwise = "\"admin\""},
    {"keyring",   6, &TYPE_STRING,      OPTIONAL, .otherwise = "\"/etc/ceph/keyring\""},
    {"secretRef", 7, &SECRET_REFERENCE, POINTER},
    {"readOnly",  8, &TYPE_BOOL,        OPTIONAL},
};
static const KubeType RBD_PERSISTENT_VOLUME_SOURCE = {
    "RBDPersistentVolumeSource", CORE, NULL, OBJECT(RBD_PERSISTENT_VOLUME_SOURCE_FIELDS)};

static const KubeField ISCSI_PERSISTENT_VOLUME_SOURCE_FIELDS[] = {
    {"targetPortal",      1,  &TYPE_STRING,      REQUIRED},
    {"iqn",               2,  &TYPE_STRING,      REQUIRED},
    {"lun",               3,  &TYPE_INT32,       REQUIRED},
    {"iscsiInterface",    4,  &TYPE_STRING,      OPTIONAL, .otherwise = "\"default\""},
    {"fsType",            5,  &TYPE_STRING,      OPTIONAL},
    {"readOnly",          6,  &TYPE_BOOL,        OPTIONAL},
    {"portals",           7,  &TYPE_STRING_LIST, OPTIONAL},
    {"chapAuthDiscovery", 8,  &TYPE_BOOL,        OPTIONAL},
    {"chapAuthSession",   11, &TYPE_BOOL,        OPTIONAL},
    {"secretRef",         10, &SECRET_REFERENCE, POINTER},
    {"initiatorName",     12, &TYPE_STRING,      POINTER},
};
static const KubeType ISCSI_PERSISTENT_VOLUME_SOURCE = {
    "ISCSIPersistentVolumeSource", CORE, NULL, OBJECT(ISCSI_PERSISTENT_VOLUME_SOURCE_FIELDS)};

static const KubeField CINDER_PERSISTENT_VOLUME_SOURCE_FIELDS[] = {
    {"volumeID",  1, &TYPE_STRING,      REQUIRED},
    {"fsType",    2, &TYPE_STRING,      OPTIONAL},
    {"readOnly",  3, &TYPE_BOOL,        OPTIONAL},
    {"secretRef", 4, &SECRET_REFERENCE, POINTER},
};
static const KubeType CINDER_PERSISTENT_VOLUME_SOURCE = {
    "CinderPersistentVolumeSource", CORE, NULL, OBJECT(CINDER_PERSISTENT_VOLUME_SOURCE_FIELDS)};

static const KubeField CEPH_FS_PERSISTENT_VOLUME_SOURCE_FIELDS[] = {
    {"monitors",   1, &TYPE_STRING_LIST, REQUIRED},
    {"path",       2, &TYPE_STRING,      OPTIONAL},
    {"user",       3, &TYPE_STRING,      OPTIONAL},
    {"secretFile", 4, &TYPE_STRING,      OPTIONAL},
    {"secretRef",  5, &SECRET_REFERENCE, POINTER},
    {"readOnly",   6, &TYPE_BOOL,        OPTIONAL},
};
static const KubeType CEPH_FS_PERSISTENT_VOLUME_SOURCE = {
    "CephFSPersistentVolumeSource", CORE, NULL, OBJECT(CEPH_FS_PERSISTENT_VOLUME_SOURCE_FIELDS)};

static const KubeField FLEX_PERSISTENT_VOLUME_SOURCE_FIELDS[] = {
    {"driver",    1, &TYPE_STRING,      REQUIRED},
    {"fsType",    2, &TYPE_STRING,      OPTIONAL},
    {"secretRef", 3, &SECRET_REFERENCE, POINTER},
    {"readOnly",  4, &TYPE_BOOL,        OPTIONAL},
    {"options",   5, &TYPE_STRING_MAP,  OPTIONAL},
};
static const KubeType FLEX_PERSISTENT_VOLUME_SOURCE = {
    "FlexPersistentVolumeSource", CORE, NULL, OBJECT(FLEX_PERSISTENT_VOLUME_SOURCE_FIELDS)};

static const KubeField AZURE_FILE_PERSISTENT_VOLUME_SOURCE_FIELDS[] = {
    {"secretName",      1, &TYPE_STRING, REQUIRED},
    {"shareName",       2, &TYPE_STRING, REQUIRED},
    {"readOnly",        3, &TYPE_BOOL,   OPTIONAL},
    {"secretNamespace", 4, &TYPE_STRING, PRINTED, POINTER},
};
static const KubeType AZURE_FILE_PERSISTENT_VOLUME_SOURCE = {
    "AzureFilePersistentVolumeSource", CORE, NULL,
    OBJECT(AZURE_FILE_PERSISTENT_VOLUME_SOURCE_FIELDS)};

static const KubeField SCALEIO_PERSISTENT_VOLUME_SOURCE_FIELDS[] = {
    {"gateway",          1,  &TYPE_STRING,      REQUIRED},
    {"system",           2,  &TYPE_STRING,      REQUIRED},
    {"secretRef",        3,  &SECRET_REFERENCE, REQUIRED, POINTER},
    {"sslEnabled",       4,  &TYPE_BOOL,        OPTIONAL},
    {"protectionDomain", 5,  &TYPE_STRING,      OPTIONAL},
    {"storagePool",      6,  &TYPE_STRING,      OPTIONAL},
    {"storageMode",      7,  &TYPE_STRING,      OPTIONAL, .otherwise = "\"ThinProvisioned\""},
    {"volumeName",       8,  &TYPE_STRING,      OPTIONAL},
    {"fsType",           9,  &TYPE_STRING,      OPTIONAL, .otherwise = "\"xfs\""},
    {"readOnly",         10, &TYPE_BOOL,        OPTIONAL},
};
static const KubeType SCALEIO_PERSISTENT_VOLUME_SOURCE = {
    "ScaleIOPersistentVolumeSource", CORE, NULL, OBJECT(SCALEIO_PERSISTENT_VOLUME_SOURCE_FIELDS)};

static const KubeField LOCAL_VOLUME_SOURCE_FIELDS[] = {
    {"path",   1, &TYPE_STRING, REQUIRED},
    {"fsType", 2, &TYPE_STRING, POINTER},
};
static const KubeType LOCAL_VOLUME_SOURCE = {
    "LocalVolumeSource", CORE, NULL, OBJECT(LOCAL_VOLUME_SOURCE_FIELDS)};

static const KubeField STORAGEOS_PERSISTENT_VOLUME_SOURCE_FIELDS[] = {
    {"volumeName",      1, &TYPE_STRING,           OPTIONAL},
    {"volumeNamespace", 2, &TYPE_STRING,           OPTIONAL},
    {"fsType",          3, &TYPE_STRING,           OPTIONAL},
    {"readOnly",        4, &TYPE_BOOL,             OPTIONAL},
    {"secretRef",       5, &TYPE_OBJECT_REFERENCE, POINTER},
};
static const KubeType STORAGEOS_PERSISTENT_VOLUME_SOURCE = {
    "StorageOSPersistentVolumeSource", CORE, NULL,
    OBJECT(STORAGEOS_PERSISTENT_VOLUME_SOURCE_FIELDS)};

static const KubeField CSI_PERSISTENT_VOLUME_SOURCE_FIELDS[] = {
    {"driver",                     1,  &TYPE_STRING,      REQUIRED},
    {"volumeHandle",               2,  &TYPE_STRING,      REQUIRED},
    {"readOnly",                   3,  &TYPE_BOOL,        OPTIONAL},
    {"fsType",                     4,  &TYPE_STRING,      OPTIONAL},
    {"volumeAttributes",           5,  &TYPE_STRING_MAP,  OPTIONAL},
    {"controllerPublishSecretRef", 6,  &SECRET_REFERENCE, POINTER},
    {"nodeStageSecretRef",         7,  &SECRET_REFERENCE, POINTER},
    {"nodePublishSecretRef",       8,  &SECRET_REFERENCE, POINTER},
    {"controllerExpandSecretRef",  9,  &SECRET_REFERENCE, POINTER},
    {"nodeExpandSecretRef",        10, &SECRET_REFERENCE, POINTER},
};
static const KubeType CSI_PERSISTENT_VOLUME_SOURCE = {
    "CSIPersistentVolumeSource", CORE, NULL, OBJECT(CSI_PERSISTENT_VOLUME_SOURCE_FIELDS)};

static const KubeField PERSISTENT_VOLUME_SOURCE_FIELDS[] = {
    {"gcePersistentDisk",    1,  &GCE_PERSISTENT_DISK_VOLUME_SOURCE,     POINTER},
    {"awsElasticBlockStore", 2,  &AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE, POINTER},
    {"hostPath",             3,  &HOST_PATH_VOLUME_SOURCE,               POINTER},
    {"glusterfs",            4,  &GLUSTERFS_PERSISTENT_VOLUME_SOURCE,    POINTER},
    {"nfs",                  5,  &NFS_VOLUME_SOURCE,                     POINTER},
    {"rbd",                  6,  &RBD_PERSISTENT_VOLUME_SOURCE,          POINTER},
    {"iscsi",                7,  &ISCSI_PERSISTENT_VOLUME_SOURCE,        POINTER},
    {"cinder",               8,  &CINDER_PERSISTENT_VOLUME_SOURCE,       POINTER},
    {"cephfs",               9,  &CEPH_FS_PERSISTENT_VOLUME_SOURCE,      POINTER},
    {"fc",                   10, &FC_VOLUME_SOURCE,                      POINTER},
    {"flocker",              11, &FLOCKER_VOLUME_SOURCE,                 POINTER},
    {"flexVolume",           12, &FLEX_PERSISTENT_VOLUME_SOURCE,         POINTER},
    {"azureFile",            13, &AZURE_FILE_PERSISTENT_VOLUME_SOURCE,   POINTER},
    {"vsphereVolume",        14, &VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE,    POINTER},
    {"quobyte",              15, &QUOBYTE_VOLUME_SOURCE,                 POINTER},
    {"azureDisk",            16, &AZURE_DISK_VOLUME_SOURCE,              POINTER},
    {"photonPersistentDisk", 17, &PHOTON_PERSISTENT_DISK_VOLUME_SOURCE,  POINTER},
    {"portworxVolume",       18, &PORTWORX_VOLUME_SOURCE,                POINTER},
    {"scaleIO",              19, &SCALEIO_PERSISTENT_VOLUME_SOURCE,      POINTER},
    {"local",                20, &LOCAL_VOLUME_SOURCE,                   POINTER},
    {"storageos",            21, &STORAGEOS_PERSISTENT_VOLUME_SOURCE,    POINTER},
    {"csi",                  22, &CSI_PERSISTENT_VOLUME_SOURCE,          POINTER},
};
static const KubeType PERSISTENT_VOLUME_SOURCE = {
    "PersistentVolumeSource", CORE, NULL, OBJECT(PERSISTENT_VOLUME_SOURCE_FIELDS)};

static const KubeType GRANULAR_OBJECT_REFERENCE = {
    "ObjectReference", CORE, NULL, OBJECT(OBJECT_REFERENCE_FIELDS)};

static const KubeField VOLUME_NODE_AFFINITY_FIELDS[] = {
    {"required", 1, &NODE_SELECTOR, POINTER},
};
static const KubeType VOLUME_NODE_AFFINITY = {
    "VolumeNodeAffinity", CORE, NULL, OBJECT(VOLUME_NODE_AFFINITY_FIELDS)};

static const KubeField PERSISTENT_VOLUME_SPEC_FIELDS[] = {
    {"capacity",                      1,  &TYPE_QUANTITY_MAP,         OPTIONAL},
    {"",                              2,  &PERSISTENT_VOLUME_SOURCE,  INLINE},
    {"accessModes",                   3,  &TYPE_STRING_LIST,          OPTIONAL},
    {"claimRef",                      4,  &GRANULAR_OBJECT_REFERENCE, POINTER},
    {"persistentVolumeReclaimPolicy", 5,  &TYPE_STRING,               OPTIONAL},
    {"storageClassName",              6,  &TYPE_STRING,               OPTIONAL},
    {"mountOptions",                  7,  &TYPE_STRING_LIST,          OPTIONAL},
    {"volumeMode",                    8,  &TYPE_STRING,               POINTER},
    {"nodeAffinity",                  9,  &VOLUME_NODE_AFFINITY,      POINTER},
    {"volumeAttributesClassName",     10, &TYPE_STRING,               POINTER},
};
const KubeType TYPE_PERSISTENT_VOLUME_SPEC = {
    "PersistentVolumeSpec", CORE, NULL, OBJECT(PERSISTENT_VOLUME_SPEC_FIELDS)};

static const KubeField PERSISTENT_VOLUME_STATUS_FIELDS[] = {
    {"phase",                   1, &TYPE_STRING, OPTIONAL},
    {"message",                 2, &TYPE_STRING, OPTIONAL},
    {"reason",                  3, &TYPE_STRING, OPTIONAL},
    {"lastPhaseTransitionTime", 4, &TYPE_TIME,   POINTER},
};
static const KubeType PERSISTENT_VOLUME_STATUS = {
    "PersistentVolumeStatus", CORE, NULL, OBJECT(PERSISTENT_VOLUME_STATUS_FIELDS)};

static const KubeField PERSISTENT_VOLUME_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,              INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,            PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &TYPE_PERSISTENT_VOLUME_SPEC, PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &PERSISTENT_VOLUME_STATUS,    PRINTED, .about = ABOUT_STATUS},
};
static const KubeType PERSISTENT_VOLUME = {
    "PersistentVolume", CORE, "A piece of storage in the cluster that a claim can be bound to.",
    OBJECT(PERSISTENT_VOLUME_FIELDS)};

static const KubeType PERSISTENT_VOLUME_ITEMS = {.shape = KUBE_LIST, .element = &PERSISTENT_VOLUME};

static const KubeField PERSISTENT_VOLUME_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,          INLINE},
    {"metadata", 1, &TYPE_LIST_META,          PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &PERSISTENT_VOLUME_ITEMS, REQUIRED},
};
static const KubeType PERSISTENT_VOLUME_LIST = {
    "PersistentVolumeList", CORE, NULL, OBJECT(PERSISTENT_VOLUME_LIST_FIELDS)};

static const KubeField SCOPED_RESOURCE_SELECTOR_REQUIREMENT_FIELDS[] = {
    {"scopeName", 1, &TYPE_STRING,      REQUIRED},
    {"operator",  2, &TYPE_STRING,      REQUIRED},
    {"values",    3, &TYPE_STRING_LIST, OPTIONAL},
};
static const KubeType SCOPED_RESOURCE_SELECTOR_REQUIREMENT = {
    "ScopedResourceSelectorRequirement", CORE, NULL,
    OBJECT(SCOPED_RESOURCE_SELECTOR_REQUIREMENT_FIELDS)};

static const KubeType SCOPED_RESOURCE_SELECTOR_REQUIREMENT_LIST = {
    .shape = KUBE_LIST, .element = &SCOPED_RESOURCE_SELECTOR_REQUIREMENT};

static const KubeField SCOPE_SELECTOR_FIELDS[] = {
    {"matchExpressions", 1, &SCOPED_RESOURCE_SELECTOR_REQUIREMENT_LIST, OPTIONAL},
};
static const KubeType SCOPE_SELECTOR = {
    "ScopeSelector", CORE, NULL, ATOMIC_OBJECT(SCOPE_SELECTOR_FIELDS)};

static const KubeField RESOURCE_QUOTA_SPEC_FIELDS[] = {
    {"hard",          1, &TYPE_QUANTITY_MAP, OPTIONAL},
    {"scopes",        2, &TYPE_STRING_LIST,  OPTIONAL},
    {"scopeSelector", 3, &SCOPE_SELECTOR,    POINTER},
};
static const KubeType RESOURCE_QUOTA_SPEC = {
    "ResourceQuotaSpec", CORE, NULL, OBJECT(RESOURCE_QUOTA_SPEC_FIELDS)};

static const KubeField RESOURCE_QUOTA_STATUS_FIELDS[] = {
    {"hard", 1, &TYPE_QUANTITY_MAP, OPTIONAL},
    {"used", 2, &TYPE_QUANTITY_MAP, OPTIONAL},
};
static const KubeType RESOURCE_QUOTA_STATUS = {
    "ResourceQuotaStatus", CORE, NULL, OBJECT(RESOURCE_QUOTA_STATUS_FIELDS)};

static const KubeField RESOURCE_QUOTA_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,        INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,      PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &RESOURCE_QUOTA_SPEC,   PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &RESOURCE_QUOTA_STATUS, PRINTED, .about = ABOUT_STATUS},
};
static const KubeType RESOURCE_QUOTA = {
    "ResourceQuota", CORE, "How much the objects of a namespace may use together.",
    OBJECT(RESOURCE_QUOTA_FIELDS)};

static const KubeType RESOURCE_QUOTA_ITEMS = {.shape = KUBE_LIST, .element = &RESOURCE_QUOTA};

static const KubeField RESOURCE_QUOTA_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,       INLINE},
    {"metadata", 1, &TYPE_LIST_META,       PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &RESOURCE_QUOTA_ITEMS, REQUIRED},
};
static const KubeType RESOURCE_QUOTA_LIST = {
    "ResourceQuotaList", CORE, NULL, OBJECT(RESOURCE_QUOTA_LIST_FIELDS)};

static const KubeField LIMIT_RANGE_ITEM_FIELDS[] = {
    {"type",                 1, &TYPE_STRING,       REQUIRED},
    {"max",                  2, &TYPE_QUANTITY_MAP, OPTIONAL},
    {"min",                  3, &TYPE_QUANTITY_MAP, OPTIONAL},
    {"default",              4, &TYPE_QUANTITY_MAP, OPTIONAL},
    {"defaultRequest",       5, &TYPE_QUANTITY_MAP, OPTIONAL},
    {"maxLimitRequestRatio", 6, &TYPE_QUANTITY_MAP, OPTIONAL},
};
static const KubeType LIMIT_RANGE_ITEM = {
    "LimitRangeItem", CORE, NULL, OBJECT(LIMIT_RANGE_ITEM_FIELDS)};

static const KubeType LIMIT_RANGE_ITEM_LIST = {.shape = KUBE_LIST, .element = &LIMIT_RANGE_ITEM};

static const KubeField LIMIT_RANGE_SPEC_FIELDS[] = {
    {"limits", 1, &LIMIT_RANGE_ITEM_LIST, REQUIRED},
};
static const KubeType LIMIT_RANGE_SPEC = {
    "LimitRangeSpec", CORE, NULL, OBJECT(LIMIT_RANGE_SPEC_FIELDS)};

static const KubeField LIMIT_RANGE_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,   INLINE},
    {"metadata", 1, &TYPE_OBJECT_META, PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &LIMIT_RANGE_SPEC, PRINTED, .about = ABOUT_SPEC},
};
static const KubeType LIMIT_RANGE = {
    "LimitRange", CORE,
    "The least and the most that a pod or container in a namespace may ask for.",
    OBJECT(LIMIT_RANGE_FIELDS)};

static const KubeType LIMIT_RANGE_ITEMS = {.shape = KUBE_LIST, .element = &LIMIT_RANGE};

static const KubeField LIMIT_RANGE_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,    INLINE},
    {"metadata", 1, &TYPE_LIST_META,    PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &LIMIT_RANGE_ITEMS, REQUIRED},
};
static const KubeType LIMIT_RANGE_LIST = {
    "LimitRangeList", CORE, NULL, OBJECT(LIMIT_RANGE_LIST_FIELDS)};

static const KubeField POD_TEMPLATE_SPEC_FIELDS[] = {
    {"metadata", 1, &TYPE_OBJECT_META, PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &POD_SPEC,         PRINTED,
     .about = "The pod that is made."},
};
const KubeType TYPE_POD_TEMPLATE_SPEC = {
    "PodTemplateSpec", CORE, "The pods that a controller makes: their labels and their spec.",
    OBJECT(POD_TEMPLATE_SPEC_FIELDS)};

static const KubeField REPLICATION_CONTROLLER_SPEC_FIELDS[] = {
    {"replicas",        1, &TYPE_INT32,             POINTER},
    {"minReadySeconds", 4, &TYPE_INT32,             OPTIONAL},
    {"selector",        2, &TYPE_ATOMIC_STRING_MAP, OPTIONAL},
    {"template",        3, &TYPE_POD_TEMPLATE_SPEC, POINTER},
};
static const KubeType REPLICATION_CONTROLLER_SPEC = {
    "ReplicationControllerSpec", CORE, NULL, OBJECT(REPLICATION_CONTROLLER_SPEC_FIELDS)};

static const KubeField REPLICATION_CONTROLLER_CONDITION_FIELDS[] = {
    {"type",               1, &TYPE_STRING, REQUIRED},
    {"status",             2, &TYPE_STRING, REQUIRED},
    {"lastTransitionTime", 3, &TYPE_TIME,   PRINTED},
    {"reason",             4, &TYPE_STRING, OPTIONAL},
    {"message",            5, &TYPE_STRING, OPTIONAL},
};
static const KubeType REPLICATION_CONTROLLER_CONDITION = {
    "ReplicationControllerCondition", CORE, NULL, OBJECT(REPLICATION_CONTROLLER_CONDITION_FIELDS)};

static const KubeType REPLICATION_CONTROLLER_CONDITIONS_BY_TYPE = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &REPLICATION_CONTROLLER_CONDITION,
    .keys = {"type"}, .patch_key = "type"};

static const KubeField REPLICATION_CONTROLLER_STATUS_FIELDS[] = {
    {"replicas",             1, &TYPE_INT32,                                REQUIRED},
    {"fullyLabeledReplicas", 2, &TYPE_INT32,                                OPTIONAL},
    {"readyReplicas",        4, &TYPE_INT32,                                OPTIONAL},
    {"availableReplicas",    5, &TYPE_INT32,                                OPTIONAL},
    {"observedGeneration",   3, &TYPE_INT64,                                OPTIONAL},
    {"conditions",           6, &REPLICATION_CONTROLLER_CONDITIONS_BY_TYPE, OPTIONAL},
};
static const KubeType REPLICATION_CONTROLLER_STATUS = {
    "ReplicationControllerStatus", CORE, NULL, OBJECT(REPLICATION_CONTROLLER_STATUS_FIELDS)};

static const KubeField REPLICATION_CONTROLLER_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,                INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,              PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &REPLICATION_CONTROLLER_SPEC,   PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &REPLICATION_CONTROLLER_STATUS, PRINTED, .about = ABOUT_STATUS},
};
static const KubeType REPLICATION_CONTROLLER = {
    "ReplicationController", CORE,
    "Keeps a number of equal pods running. ReplicaSets have taken its place.",
    OBJECT(REPLICATION_CONTROLLER_FIELDS)};

static const KubeType REPLICATION_CONTROLLER_ITEMS = {
    .shape = KUBE_LIST, .element = &REPLICATION_CONTROLLER};

static const KubeField REPLICATION_CONTROLLER_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,               INLINE},
    {"metadata", 1, &TYPE_LIST_META,               PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &REPLICATION_CONTROLLER_ITEMS, REQUIRED},
};
static const KubeType REPLICATION_CONTROLLER_LIST = {
    "ReplicationControllerList", CORE, NULL, OBJECT(REPLICATION_CONTROLLER_LIST_FIELDS)};

static const KubeField POD_TEMPLATE_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,         INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,       PRINTED, .about = ABOUT_METADATA},
    {"template", 2, &TYPE_POD_TEMPLATE_SPEC, PRINTED},
};
static const KubeType POD_TEMPLATE = {
    "PodTemplate", CORE, "A form of pods, kept by itself.", OBJECT(POD_TEMPLATE_FIELDS)};

static const KubeType POD_TEMPLATE_ITEMS = {.shape = KUBE_LIST, .element = &POD_TEMPLATE};

static const KubeField POD_TEMPLATE_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,     INLINE},
    {"metadata", 1, &TYPE_LIST_META,     PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &POD_TEMPLATE_ITEMS, REQUIRED},
};
static const KubeType POD_TEMPLATE_LIST = {
    "PodTemplateList", CORE, NULL, OBJECT(POD_TEMPLATE_LIST_FIELDS)};

static const KubeField BINDING_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,        INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,      PRINTED, .about = ABOUT_METADATA},
    {"target",   2, &TYPE_OBJECT_REFERENCE, REQUIRED},
};
static const KubeType BINDING = {
    "Binding", CORE, "Puts a pod on a node. The scheduler creates it.", OBJECT(BINDING_FIELDS)};

static const KubeField COMPONENT_CONDITION_FIELDS[] = {
    {"type",    1, &TYPE_STRING, REQUIRED},
    {"status",  2, &TYPE_STRING, REQUIRED},
    {"message", 3, &TYPE_STRING, OPTIONAL},
    {"error",   4, &TYPE_STRING, OPTIONAL},
};
static const KubeType COMPONENT_CONDITION = {
    "ComponentCondition", CORE, NULL, OBJECT(COMPONENT_CONDITION_FIELDS)};

static const KubeType COMPONENT_CONDITIONS_BY_TYPE = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &COMPONENT_CONDITION,
    .keys = {"type"}, .patch_key = "type"};

static const KubeField COMPONENT_STATUS_FIELDS[] = {
    {"",           0, &TYPE_TYPE_META,               INLINE},
    {"metadata",   1, &TYPE_OBJECT_META,             PRINTED, .about = ABOUT_METADATA},
    {"conditions", 2, &COMPONENT_CONDITIONS_BY_TYPE, OPTIONAL},
};
static const KubeType COMPONENT_STATUS = {
    "ComponentStatus", CORE, "Whether a part of the control plane is well. Deprecated.",
    OBJECT(COMPONENT_STATUS_FIELDS)};

static const KubeType COMPONENT_STATUS_ITEMS = {.shape = KUBE_LIST, .element = &COMPONENT_STATUS};

static const KubeField COMPONENT_STATUS_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,         INLINE},
    {"metadata", 1, &TYPE_LIST_META,         PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &COMPONENT_STATUS_ITEMS, REQUIRED},
};
static const KubeType COMPONENT_STATUS_LIST = {
    "ComponentStatusList", CORE, NULL, OBJECT(COMPONENT_STATUS_LIST_FIELDS)};

static const KubeField TOPOLOGY_SELECTOR_LABEL_REQUIREMENT_FIELDS[] = {
    {"key",    1, &TYPE_STRING,      REQUIRED},
    {"values", 2, &TYPE_STRING_LIST, REQUIRED},
};
static const KubeType TOPOLOGY_SELECTOR_LABEL_REQUIREMENT = {
    "TopologySelectorLabelRequirement", CORE, NULL,
    OBJECT(TOPOLOGY_SELECTOR_LABEL_REQUIREMENT_FIELDS)};

static const KubeType TOPOLOGY_SELECTOR_LABEL_REQUIREMENT_LIST = {
    .shape = KUBE_LIST, .element = &TOPOLOGY_SELECTOR_LABEL_REQUIREMENT};

static const KubeField TOPOLOGY_SELECTOR_TERM_FIELDS[] = {
    {"matchLabelExpressions", 1, &TOPOLOGY_SELECTOR_LABEL_REQUIREMENT_LIST, OPTIONAL},
};
const KubeType TYPE_TOPOLOGY_SELECTOR_TERM = {
    "TopologySelectorTerm", CORE, NULL, ATOMIC_OBJECT(TOPOLOGY_SELECTOR_TERM_FIELDS)};

const KubeType *const KINDS_CORE[] = {
    &NAMESPACE, &NAMESPACE_LIST, &SECRET, &SECRET_LIST, &CONFIG_MAP, &CONFIG_MAP_LIST, &SERVICE,
    &SERVICE_LIST, &ENDPOINTS, &ENDPOINTS_LIST, &POD, &POD_LIST, &NODE, &NODE_LIST, &EVENT,
    &EVENT_LIST, &SERVICE_ACCOUNT, &SERVICE_ACCOUNT_LIST, &TYPE_PERSISTENT_VOLUME_CLAIM,
    &PERSISTENT_VOLUME_CLAIM_LIST, &PERSISTENT_VOLUME, &PERSISTENT_VOLUME_LIST, &RESOURCE_QUOTA,
    &RESOURCE_QUOTA_LIST, &LIMIT_RANGE, &LIMIT_RANGE_LIST, &REPLICATION_CONTROLLER,
    &REPLICATION_CONTROLLER_LIST, &POD_TEMPLATE, &POD_TEMPLATE_LIST, &BINDING, &COMPONENT_STATUS,
    &COMPONENT_STATUS_LIST, NULL,
};
/* clang-format on */
