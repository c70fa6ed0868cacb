/*
 * fakes/kubernetes/types/inside.h - for the tables only: the words of their rows, and the types that files share.
 *
 * A row is {name, protobuf number, type, words}; the words say what Go's struct tags and comments say upstream.
 */
#ifndef FAKES_KUBERNETES_TYPES_INSIDE_H
#define FAKES_KUBERNETES_TYPES_INSIDE_H

#include <stddef.h>

#include "fakes/kubernetes/types/types.h"

/*
 * OPTIONAL: omitempty, a zero is not printed.
 * POINTER:  a zero is kept if it was sent; optional, unless REQUIRED stands beside it.
 * PRINTED:  optional, and printed in any case.
 * REQUIRED: neither +optional nor omitempty.
 * INLINE:   embedded.
 */
#define OPTIONAL             .is_required = false
#define POINTER              .is_pointer = true
#define PRINTED              .keeps_zero = true
#define REQUIRED             .is_required = true, .keeps_zero = true
#define INLINE               .is_inline = true

#define FIELDS(TABLE)        .fields = TABLE, .field_count = sizeof TABLE / sizeof *TABLE
#define OBJECT(TABLE)        .shape = KUBE_OBJECT, .unit = KUBE_GRANULAR, FIELDS(TABLE)
#define ATOMIC_OBJECT(TABLE) .shape = KUBE_OBJECT, .unit = KUBE_ATOMIC, FIELDS(TABLE)
#define ONE_OF(TABLE)        .shape = KUBE_ANY, FIELDS(TABLE)

#define ABOUT_METADATA       "What every object has: name, namespace, labels, annotations."
#define ABOUT_LIST_METADATA  "The version at which the list was read, and how to go on."
#define ABOUT_SPEC           "What is wanted."
#define ABOUT_STATUS         "What is there. The server and its controllers keep it."
#define ABOUT_REVIEW_SPEC    "What is asked."
#define ABOUT_REVIEW_STATUS  "The answer."

/* plain.c */
extern const KubeType TYPE_STRING, TYPE_INT32, TYPE_INT64, TYPE_NUMBER, TYPE_BOOL, TYPE_BYTES,
    TYPE_TIME, TYPE_MICRO_TIME, TYPE_QUANTITY, TYPE_INT_OR_STRING, TYPE_RAW_EXTENSION,
    TYPE_FIELDS_V1, TYPE_JSON;
extern const KubeType TYPE_STRING_MAP, TYPE_MERGED_STRING_SET, TYPE_STRING_LIST, TYPE_BYTES_MAP,
    TYPE_ATOMIC_STRING_MAP, TYPE_QUANTITY_MAP, TYPE_INT64_LIST, TYPE_INT32_SET, TYPE_STRING_SET,
    TYPE_TIME_MAP, TYPE_STRING_LIST_MAP, TYPE_JSON_LIST;

/* meta.c */
extern const KubeType TYPE_TYPE_META, TYPE_OBJECT_META, TYPE_LIST_META, TYPE_CONDITION,
    TYPE_LABEL_SELECTOR_REQUIREMENT, TYPE_LABEL_SELECTOR, TYPE_DELETE_OPTIONS,
    TYPE_FIELD_SELECTOR_REQUIREMENT;

/* core.c */
extern const KubeType TYPE_OBJECT_REFERENCE, TYPE_TYPED_LOCAL_OBJECT_REFERENCE, TYPE_TOLERATION,
    TYPE_PERSISTENT_VOLUME_CLAIM, TYPE_PERSISTENT_VOLUME_SPEC, TYPE_POD_TEMPLATE_SPEC,
    TYPE_TOPOLOGY_SELECTOR_TERM, TYPE_EVENT_SOURCE;

/* The kinds of each file, NULL at the end. */
extern const KubeType *const KINDS_CORE[];
extern const KubeType *const KINDS_META[];
extern const KubeType *const KINDS_VIEWS[];
extern const KubeType *const KINDS_APPS[];
extern const KubeType *const KINDS_EVENTS[];
extern const KubeType *const KINDS_BATCH[];
extern const KubeType *const KINDS_AUTOSCALING_V1[];
extern const KubeType *const KINDS_AUTOSCALING_V2[];
extern const KubeType *const KINDS_NETWORKING[];
extern const KubeType *const KINDS_RBAC[];
extern const KubeType *const KINDS_POLICY[];
extern const KubeType *const KINDS_DISCOVERY[];
extern const KubeType *const KINDS_COORDINATION[];
extern const KubeType *const KINDS_STORAGE[];
extern const KubeType *const KINDS_ADMISSION[];
extern const KubeType *const KINDS_AUTHORIZATION[];
extern const KubeType *const KINDS_AUTHENTICATION[];
extern const KubeType *const KINDS_APIEXTENSIONS[];
extern const KubeType *const KINDS_CERTIFICATES[];
extern const KubeType *const KINDS_SCHEDULING[];
extern const KubeType *const KINDS_NODE[];
extern const KubeType *const KINDS_FLOWCONTROL[];
extern const KubeType *const KINDS_APIREGISTRATION[];

#endif
