/*
 * fakes/kubernetes/types/storage.c - kinds of storage.k8s.io: what volumes are made of.
 *
 * Source: k8s.io/api v0.32, storage/v1. The words in the rows are explained in inside.h.
 */
#include "fakes/kubernetes/types/inside.h"

#define STORAGE "io.k8s.api.storage.v1"

/* clang-format off */
static const KubeType TOPOLOGY_SELECTOR_TERM_LIST = {
    .shape = KUBE_LIST, .element = &TYPE_TOPOLOGY_SELECTOR_TERM};

static const KubeField STORAGE_CLASS_FIELDS[] = {
    {"",                     0, &TYPE_TYPE_META,              INLINE},
    {"metadata",             1, &TYPE_OBJECT_META,            PRINTED, .about = ABOUT_METADATA},
    {"provisioner",          2, &TYPE_STRING,                 REQUIRED},
    {"parameters",           3, &TYPE_STRING_MAP,             OPTIONAL},
    {"reclaimPolicy",        4, &TYPE_STRING,                 POINTER},
    {"mountOptions",         5, &TYPE_STRING_LIST,            OPTIONAL},
    {"allowVolumeExpansion", 6, &TYPE_BOOL,                   POINTER},
    {"volumeBindingMode",    7, &TYPE_STRING,                 POINTER},
    {"allowedTopologies",    8, &TOPOLOGY_SELECTOR_TERM_LIST, OPTIONAL},
};
static const KubeType STORAGE_CLASS = {
    "StorageClass", STORAGE, "A kind of storage that volumes can be made of.",
    OBJECT(STORAGE_CLASS_FIELDS)};

static const KubeType STORAGE_CLASS_ITEMS = {.shape = KUBE_LIST, .element = &STORAGE_CLASS};

static const KubeField STORAGE_CLASS_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,      INLINE},
    {"metadata", 1, &TYPE_LIST_META,      PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &STORAGE_CLASS_ITEMS, REQUIRED},
};
static const KubeType STORAGE_CLASS_LIST = {
    "StorageClassList", STORAGE, NULL, OBJECT(STORAGE_CLASS_LIST_FIELDS)};

static const KubeField TOKEN_REQUEST_FIELDS[] = {
    {"audience",          1, &TYPE_STRING, REQUIRED},
    {"expirationSeconds", 2, &TYPE_INT64,  POINTER},
};
static const KubeType TOKEN_REQUEST = {
    "TokenRequest", STORAGE, "A request for a token of a service account.",
    OBJECT(TOKEN_REQUEST_FIELDS)};

static const KubeType TOKEN_REQUEST_LIST = {.shape = KUBE_LIST, .element = &TOKEN_REQUEST};

static const KubeField CSI_DRIVER_SPEC_FIELDS[] = {
    {"attachRequired",       1, &TYPE_BOOL,          POINTER},
    {"podInfoOnMount",       2, &TYPE_BOOL,          POINTER},
    {"volumeLifecycleModes", 3, &TYPE_STRING_SET,    OPTIONAL},
    {"storageCapacity",      4, &TYPE_BOOL,          POINTER},
    {"fsGroupPolicy",        5, &TYPE_STRING,        POINTER},
    {"tokenRequests",        6, &TOKEN_REQUEST_LIST, OPTIONAL},
    {"requiresRepublish",    7, &TYPE_BOOL,          POINTER},
    {"seLinuxMount",         8, &TYPE_BOOL,          POINTER},
};
static const KubeType CSI_DRIVER_SPEC = {
    "CSIDriverSpec", STORAGE, NULL, OBJECT(CSI_DRIVER_SPEC_FIELDS)};

static const KubeField CSI_DRIVER_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,   INLINE},
    {"metadata", 1, &TYPE_OBJECT_META, PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &CSI_DRIVER_SPEC,  REQUIRED, .about = ABOUT_SPEC},
};
static const KubeType CSI_DRIVER = {
    "CSIDriver", STORAGE, "A storage driver in the cluster, and how pods use it.",
    OBJECT(CSI_DRIVER_FIELDS)};

static const KubeType CSI_DRIVER_ITEMS = {.shape = KUBE_LIST, .element = &CSI_DRIVER};

static const KubeField CSI_DRIVER_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,   INLINE},
    {"metadata", 1, &TYPE_LIST_META,   PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &CSI_DRIVER_ITEMS, REQUIRED},
};
static const KubeType CSI_DRIVER_LIST = {
    "CSIDriverList", STORAGE, NULL, OBJECT(CSI_DRIVER_LIST_FIELDS)};

static const KubeField VOLUME_NODE_RESOURCES_FIELDS[] = {
    {"count", 1, &TYPE_INT32, POINTER},
};
static const KubeType VOLUME_NODE_RESOURCES = {
    "VolumeNodeResources", STORAGE, NULL, OBJECT(VOLUME_NODE_RESOURCES_FIELDS)};

static const KubeField CSI_NODE_DRIVER_FIELDS[] = {
    {"name",         1, &TYPE_STRING,           REQUIRED},
    {"nodeID",       2, &TYPE_STRING,           REQUIRED},
    {"topologyKeys", 3, &TYPE_STRING_LIST,      PRINTED},
    {"allocatable",  4, &VOLUME_NODE_RESOURCES, POINTER},
};
static const KubeType CSI_NODE_DRIVER = {
    "CSINodeDriver", STORAGE, NULL, OBJECT(CSI_NODE_DRIVER_FIELDS)};

static const KubeType CSI_NODE_DRIVERS_BY_NAME = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &CSI_NODE_DRIVER,
    .keys = {"name"}, .patch_key = "name"};

static const KubeField CSI_NODE_SPEC_FIELDS[] = {
    {"drivers", 1, &CSI_NODE_DRIVERS_BY_NAME, REQUIRED},
};
static const KubeType CSI_NODE_SPEC = {"CSINodeSpec", STORAGE, NULL, OBJECT(CSI_NODE_SPEC_FIELDS)};

static const KubeField CSI_NODE_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,   INLINE},
    {"metadata", 1, &TYPE_OBJECT_META, PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &CSI_NODE_SPEC,    REQUIRED, .about = ABOUT_SPEC},
};
static const KubeType CSI_NODE = {
    "CSINode", STORAGE, "Which storage drivers a node has.", OBJECT(CSI_NODE_FIELDS)};

static const KubeType CSI_NODE_ITEMS = {.shape = KUBE_LIST, .element = &CSI_NODE};

static const KubeField CSI_NODE_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META, INLINE},
    {"metadata", 1, &TYPE_LIST_META, PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &CSI_NODE_ITEMS, REQUIRED},
};
static const KubeType CSI_NODE_LIST = {"CSINodeList", STORAGE, NULL, OBJECT(CSI_NODE_LIST_FIELDS)};

static const KubeField CSI_STORAGE_CAPACITY_FIELDS[] = {
    {"",                  0, &TYPE_TYPE_META,      INLINE},
    {"metadata",          1, &TYPE_OBJECT_META,    PRINTED, .about = ABOUT_METADATA},
    {"nodeTopology",      2, &TYPE_LABEL_SELECTOR, POINTER},
    {"storageClassName",  3, &TYPE_STRING,         REQUIRED},
    {"capacity",          4, &TYPE_QUANTITY,       POINTER},
    {"maximumVolumeSize", 5, &TYPE_QUANTITY,       POINTER},
};
static const KubeType CSI_STORAGE_CAPACITY = {
    "CSIStorageCapacity", STORAGE, "How much storage of a class there is in a part of the cluster.",
    OBJECT(CSI_STORAGE_CAPACITY_FIELDS)};

static const KubeType CSI_STORAGE_CAPACITY_ITEMS = {
    .shape = KUBE_LIST, .element = &CSI_STORAGE_CAPACITY};

static const KubeField CSI_STORAGE_CAPACITY_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,             INLINE},
    {"metadata", 1, &TYPE_LIST_META,             PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &CSI_STORAGE_CAPACITY_ITEMS, REQUIRED},
};
static const KubeType CSI_STORAGE_CAPACITY_LIST = {
    "CSIStorageCapacityList", STORAGE, NULL, OBJECT(CSI_STORAGE_CAPACITY_LIST_FIELDS)};

static const KubeField VOLUME_ATTACHMENT_SOURCE_FIELDS[] = {
    {"persistentVolumeName", 1, &TYPE_STRING,                 POINTER},
    {"inlineVolumeSpec",     2, &TYPE_PERSISTENT_VOLUME_SPEC, POINTER},
};
static const KubeType VOLUME_ATTACHMENT_SOURCE = {
    "VolumeAttachmentSource", STORAGE, NULL, OBJECT(VOLUME_ATTACHMENT_SOURCE_FIELDS)};

static const KubeField VOLUME_ATTACHMENT_SPEC_FIELDS[] = {
    {"attacher", 1, &TYPE_STRING,              REQUIRED},
    {"source",   2, &VOLUME_ATTACHMENT_SOURCE, REQUIRED},
    {"nodeName", 3, &TYPE_STRING,              REQUIRED},
};
static const KubeType VOLUME_ATTACHMENT_SPEC = {
    "VolumeAttachmentSpec", STORAGE, NULL, OBJECT(VOLUME_ATTACHMENT_SPEC_FIELDS)};

static const KubeField VOLUME_ERROR_FIELDS[] = {
    {"time",    1, &TYPE_TIME,   PRINTED},
    {"message", 2, &TYPE_STRING, OPTIONAL},
};
static const KubeType VOLUME_ERROR = {"VolumeError", STORAGE, NULL, OBJECT(VOLUME_ERROR_FIELDS)};

static const KubeField VOLUME_ATTACHMENT_STATUS_FIELDS[] = {
    {"attached",           1, &TYPE_BOOL,       REQUIRED},
    {"attachmentMetadata", 2, &TYPE_STRING_MAP, OPTIONAL},
    {"attachError",        3, &VOLUME_ERROR,    POINTER},
    {"detachError",        4, &VOLUME_ERROR,    POINTER},
};
static const KubeType VOLUME_ATTACHMENT_STATUS = {
    "VolumeAttachmentStatus", STORAGE, NULL, OBJECT(VOLUME_ATTACHMENT_STATUS_FIELDS)};

static const KubeField VOLUME_ATTACHMENT_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,           INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,         PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &VOLUME_ATTACHMENT_SPEC,   REQUIRED, .about = ABOUT_SPEC},
    {"status",   3, &VOLUME_ATTACHMENT_STATUS, PRINTED, .about = ABOUT_STATUS},
};
static const KubeType VOLUME_ATTACHMENT = {
    "VolumeAttachment", STORAGE, "A wish to have a volume attached to a node, and whether it is.",
    OBJECT(VOLUME_ATTACHMENT_FIELDS)};

static const KubeType VOLUME_ATTACHMENT_ITEMS = {.shape = KUBE_LIST, .element = &VOLUME_ATTACHMENT};

static const KubeField VOLUME_ATTACHMENT_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,          INLINE},
    {"metadata", 1, &TYPE_LIST_META,          PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &VOLUME_ATTACHMENT_ITEMS, REQUIRED},
};
static const KubeType VOLUME_ATTACHMENT_LIST = {
    "VolumeAttachmentList", STORAGE, NULL, OBJECT(VOLUME_ATTACHMENT_LIST_FIELDS)};

const KubeType *const KINDS_STORAGE[] = {
    &STORAGE_CLASS, &STORAGE_CLASS_LIST, &CSI_DRIVER, &CSI_DRIVER_LIST, &CSI_NODE, &CSI_NODE_LIST,
    &CSI_STORAGE_CAPACITY, &CSI_STORAGE_CAPACITY_LIST, &VOLUME_ATTACHMENT, &VOLUME_ATTACHMENT_LIST,
    NULL,
};
/* clang-format on */
