/*
 * fakes/kubernetes/types/meta.c - what every object has, and the objects that are about requests.
 *
 * Source: k8s.io/apimachinery v0.32, meta/v1. The words in the rows are explained in inside.h.
 */
#include "fakes/kubernetes/types/inside.h"

#define META "io.k8s.apimachinery.pkg.apis.meta.v1"

/* clang-format off */
static const KubeField TYPE_META_FIELDS[] = {
    {"kind",       1, &TYPE_STRING, OPTIONAL,
     .about = "What the object is: Pod, Secret, Deployment."},
    {"apiVersion", 2, &TYPE_STRING, OPTIONAL,
     .about = "Group and version of the form that it is written in."},
};
const KubeType TYPE_TYPE_META = {"TypeMeta", META, NULL, OBJECT(TYPE_META_FIELDS)};

static const KubeField OWNER_REFERENCE_FIELDS[] = {
    {"apiVersion",         5, &TYPE_STRING, REQUIRED},
    {"kind",               1, &TYPE_STRING, REQUIRED},
    {"name",               3, &TYPE_STRING, REQUIRED},
    {"uid",                4, &TYPE_STRING, REQUIRED},
    {"controller",         6, &TYPE_BOOL,   POINTER},
    {"blockOwnerDeletion", 7, &TYPE_BOOL,   POINTER},
};
static const KubeType OWNER_REFERENCE = {
    "OwnerReference", META, "An object that this one belongs to, and goes away with.",
    ATOMIC_OBJECT(OWNER_REFERENCE_FIELDS)};

static const KubeType OWNER_REFERENCES_BY_UID = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &OWNER_REFERENCE,
    .keys = {"uid"}, .patch_key = "uid"};

static const KubeField MANAGED_FIELDS_ENTRY_FIELDS[] = {
    {"manager",     1, &TYPE_STRING,    OPTIONAL},
    {"operation",   2, &TYPE_STRING,    OPTIONAL},
    {"apiVersion",  3, &TYPE_STRING,    OPTIONAL},
    {"time",        4, &TYPE_TIME,      POINTER},
    {"fieldsType",  6, &TYPE_STRING,    OPTIONAL},
    {"fieldsV1",    7, &TYPE_FIELDS_V1, POINTER},
    {"subresource", 8, &TYPE_STRING,    OPTIONAL},
};
static const KubeType MANAGED_FIELDS_ENTRY = {
    "ManagedFieldsEntry", META, "Which fields one manager set, and when.",
    OBJECT(MANAGED_FIELDS_ENTRY_FIELDS)};

static const KubeType MANAGED_FIELDS_ENTRY_LIST = {
    .shape = KUBE_LIST, .element = &MANAGED_FIELDS_ENTRY};

static const KubeField OBJECT_META_FIELDS[] = {
    {"name",                       1,  &TYPE_STRING,               OPTIONAL,
     .about = "The object's name. No other of its kind in the namespace has it."},
    {"generateName",               2,  &TYPE_STRING,               OPTIONAL,
     .about = "The start of a name that the server completes, if name is empty."},
    {"namespace",                  3,  &TYPE_STRING,               OPTIONAL,
     .about = "The namespace that the object is in; empty for objects of the whole cluster."},
    {"selfLink",                   4,  &TYPE_STRING,               OPTIONAL,
     .about = "Not set any more."},
    {"uid",                        5,  &TYPE_STRING,               OPTIONAL,
     .about = "Tells this object from any other, also from a later one of the same name."},
    {"resourceVersion",            6,  &TYPE_STRING,               OPTIONAL,
     .about = "Changes whenever the object does. Sent back, it guards against a faster writer."},
    {"generation",                 7,  &TYPE_INT64,                OPTIONAL,
     .about = "Counts the changes of what is wanted."},
    {"creationTimestamp",          8,  &TYPE_TIME,                 PRINTED,
     .about = "When the server made the object."},
    {"deletionTimestamp",          9,  &TYPE_TIME,                 POINTER,
     .about = "When the object is to be gone. Set by a delete that something still holds up."},
    {"deletionGracePeriodSeconds", 10, &TYPE_INT64,                POINTER,
     .about = "How long the object has to end by itself."},
    {"labels",                     11, &TYPE_STRING_MAP,           OPTIONAL,
     .about = "Short texts by which objects are chosen."},
    {"annotations",                12, &TYPE_STRING_MAP,           OPTIONAL,
     .about = "Texts that tools keep with the object."},
    {"ownerReferences",            13, &OWNER_REFERENCES_BY_UID,   OPTIONAL,
     .about = "The objects that this one belongs to. When they are all gone, it goes too."},
    {"finalizers",                 14, &TYPE_MERGED_STRING_SET,    OPTIONAL,
     .about = "Who still has work to do before the object may go."},
    {"managedFields",              17, &MANAGED_FIELDS_ENTRY_LIST, OPTIONAL,
     .about = "Who set which fields."},
};
const KubeType TYPE_OBJECT_META = {
    "ObjectMeta", META,
    "What every stored object has: its name, its labels and what the server keeps about it.",
    OBJECT(OBJECT_META_FIELDS)};

static const KubeField LIST_META_FIELDS[] = {
    {"selfLink",           1, &TYPE_STRING, OPTIONAL},
    {"resourceVersion",    2, &TYPE_STRING, OPTIONAL,
     .about = "The version at which the list was read. A watch goes on from there."},
    {"continue",           3, &TYPE_STRING, OPTIONAL,
     .about = "Sent back, it gets the next part of the list."},
    {"remainingItemCount", 4, &TYPE_INT64,  POINTER,
     .about = "How many more there are after this part."},
};
const KubeType TYPE_LIST_META = {
    "ListMeta", META, "What every list has: the version it was read at, and how to go on.",
    OBJECT(LIST_META_FIELDS)};

static const KubeField CONDITION_FIELDS[] = {
    {"type",               1, &TYPE_STRING, REQUIRED},
    {"status",             2, &TYPE_STRING, REQUIRED},
    {"observedGeneration", 3, &TYPE_INT64,  OPTIONAL},
    {"lastTransitionTime", 4, &TYPE_TIME,   REQUIRED},
    {"reason",             5, &TYPE_STRING, REQUIRED},
    {"message",            6, &TYPE_STRING, REQUIRED},
};
const KubeType TYPE_CONDITION = {
    "Condition", META, "One thing that is true, false or unknown about an object.",
    OBJECT(CONDITION_FIELDS)};

static const KubeField LABEL_SELECTOR_REQUIREMENT_FIELDS[] = {
    {"key",      1, &TYPE_STRING,      REQUIRED},
    {"operator", 2, &TYPE_STRING,      REQUIRED},
    {"values",   3, &TYPE_STRING_LIST, OPTIONAL},
};
const KubeType TYPE_LABEL_SELECTOR_REQUIREMENT = {
    "LabelSelectorRequirement", META, NULL, OBJECT(LABEL_SELECTOR_REQUIREMENT_FIELDS)};

static const KubeType LABEL_SELECTOR_REQUIREMENT_LIST = {
    .shape = KUBE_LIST, .element = &TYPE_LABEL_SELECTOR_REQUIREMENT};

static const KubeField LABEL_SELECTOR_FIELDS[] = {
    {"matchLabels",      1, &TYPE_STRING_MAP,                 OPTIONAL,
     .about = "Labels that must be there with these values."},
    {"matchExpressions", 2, &LABEL_SELECTOR_REQUIREMENT_LIST, OPTIONAL,
     .about = "Conditions on labels: In, NotIn, Exists, DoesNotExist."},
};
const KubeType TYPE_LABEL_SELECTOR = {
    "LabelSelector", META, "Which objects are meant, by their labels. Everything in it must hold.",
    ATOMIC_OBJECT(LABEL_SELECTOR_FIELDS)};

static const KubeField PRECONDITIONS_FIELDS[] = {
    {"uid",             1, &TYPE_STRING, POINTER},
    {"resourceVersion", 2, &TYPE_STRING, POINTER},
};
static const KubeType PRECONDITIONS = {
    "Preconditions", META, "What must hold for a delete to happen.", OBJECT(PRECONDITIONS_FIELDS)};

static const KubeField DELETE_OPTIONS_FIELDS[] = {
    {"",                                                 0, &TYPE_TYPE_META,   INLINE},
    {"gracePeriodSeconds",                               1, &TYPE_INT64,       POINTER},
    {"preconditions",                                    2, &PRECONDITIONS,    POINTER},
    {"orphanDependents",                                 3, &TYPE_BOOL,        POINTER},
    {"propagationPolicy",                                4, &TYPE_STRING,      POINTER},
    {"dryRun",                                           5, &TYPE_STRING_LIST, OPTIONAL},
    {"ignoreStoreReadErrorWithClusterBreakingPotential", 6, &TYPE_BOOL,        POINTER},
};
const KubeType TYPE_DELETE_OPTIONS = {
    "DeleteOptions", META, "How something is to be deleted.", OBJECT(DELETE_OPTIONS_FIELDS)};

static const KubeField FIELD_SELECTOR_REQUIREMENT_FIELDS[] = {
    {"key",      1, &TYPE_STRING,      REQUIRED},
    {"operator", 2, &TYPE_STRING,      REQUIRED},
    {"values",   3, &TYPE_STRING_LIST, OPTIONAL},
};
const KubeType TYPE_FIELD_SELECTOR_REQUIREMENT = {
    "FieldSelectorRequirement", META, NULL, OBJECT(FIELD_SELECTOR_REQUIREMENT_FIELDS)};

static const KubeField STATUS_CAUSE_FIELDS[] = {
    {"reason",  1, &TYPE_STRING, OPTIONAL},
    {"message", 2, &TYPE_STRING, OPTIONAL},
    {"field",   3, &TYPE_STRING, OPTIONAL},
};
static const KubeType STATUS_CAUSE = {"StatusCause", META, NULL, OBJECT(STATUS_CAUSE_FIELDS)};

static const KubeType STATUS_CAUSE_LIST = {.shape = KUBE_LIST, .element = &STATUS_CAUSE};

static const KubeField STATUS_DETAILS_FIELDS[] = {
    {"name",              1, &TYPE_STRING,       OPTIONAL},
    {"group",             2, &TYPE_STRING,       OPTIONAL},
    {"kind",              3, &TYPE_STRING,       OPTIONAL},
    {"uid",               6, &TYPE_STRING,       OPTIONAL},
    {"causes",            4, &STATUS_CAUSE_LIST, OPTIONAL},
    {"retryAfterSeconds", 5, &TYPE_INT32,        OPTIONAL},
};
static const KubeType STATUS_DETAILS = {"StatusDetails", META, NULL, OBJECT(STATUS_DETAILS_FIELDS)};

static const KubeField STATUS_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META, INLINE},
    {"metadata", 1, &TYPE_LIST_META, PRINTED, .about = ABOUT_LIST_METADATA},
    {"status",   2, &TYPE_STRING,    OPTIONAL,
     .about = "Success or Failure."},
    {"message",  3, &TYPE_STRING,    OPTIONAL},
    {"reason",   4, &TYPE_STRING,    OPTIONAL},
    {"details",  5, &STATUS_DETAILS, POINTER},
    {"code",     6, &TYPE_INT32,     OPTIONAL},
};
static const KubeType STATUS = {
    "Status", META, "How a request went, where there is no object to answer with.",
    OBJECT(STATUS_FIELDS)};

const KubeType *const KINDS_META[] = {
    &STATUS, &TYPE_DELETE_OPTIONS, NULL,
};

static const KubeField PARTIAL_OBJECT_METADATA_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,   INLINE},
    {"metadata", 1, &TYPE_OBJECT_META, PRINTED},
};
static const KubeType PARTIAL_OBJECT_METADATA = {
    "PartialObjectMetadata", META, NULL, OBJECT(PARTIAL_OBJECT_METADATA_FIELDS)};

static const KubeType PARTIAL_OBJECT_METADATA_ITEMS = {
    .shape = KUBE_LIST, .element = &PARTIAL_OBJECT_METADATA};

static const KubeField PARTIAL_OBJECT_METADATA_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,                INLINE},
    {"metadata", 1, &TYPE_LIST_META,                PRINTED},
    {"items",    2, &PARTIAL_OBJECT_METADATA_ITEMS, REQUIRED},
};
static const KubeType PARTIAL_OBJECT_METADATA_LIST = {
    "PartialObjectMetadataList", META, NULL, OBJECT(PARTIAL_OBJECT_METADATA_LIST_FIELDS)};

const KubeType *const KINDS_VIEWS[] = {
    &PARTIAL_OBJECT_METADATA, &PARTIAL_OBJECT_METADATA_LIST, NULL,
};
/* clang-format on */
