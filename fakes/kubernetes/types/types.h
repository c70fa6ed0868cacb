/*
 * fakes/kubernetes/types/types.h - what the fields of an object are: one table that everything about form is read from.
 *
 * Decoding errors, defaults, pruning, strict field validation, strategic merge keys, ownership of fields, protobuf bodies
 * and the OpenAPI documents all ask here. Built-in kinds have static tables, a file per group; a CustomResourceDefinition's
 * structural schema is read into the same struct (crd.h).
 *
 * Source: k8s.io/api and k8s.io/apimachinery v0.32 (names, protobuf numbers, optional and required, list types, patch
 * strategies, defaults).
 */
#ifndef FAKES_KUBERNETES_TYPES_TYPES_H
#define FAKES_KUBERNETES_TYPES_TYPES_H

#include <stdbool.h>
#include <stdint.h>

typedef struct KubeType KubeType;
typedef struct KubeField KubeField;
typedef struct KubeRules KubeRules; /* what a structural schema adds; crd.h */

typedef enum {
    KUBE_ANY, /* whatever it is: RawExtension, x-kubernetes-preserve-unknown-fields */
    KUBE_STRING,
    KUBE_INT32,
    KUBE_INT64,
    KUBE_NUMBER, /* a double */
    KUBE_BOOL,
    KUBE_BYTES,      /* base64 in JSON */
    KUBE_TIME,       /* RFC 3339 in JSON, a message of seconds and nanoseconds in protobuf */
    KUBE_MICRO_TIME, /* the same with microseconds */
    KUBE_DURATION,   /* "5m0s" */
    KUBE_QUANTITY,   /* "100m"; a number is taken too */
    KUBE_INT_OR_STRING,
    KUBE_OBJECT, /* fields */
    KUBE_LIST,   /* of elements */
    KUBE_MAP,    /* string to element */
} KubeShape;

typedef enum {
    KUBE_ATOMIC,   /* one owner for the whole of it; a patch replaces it */
    KUBE_SET,      /* each plain value has an owner */
    KUBE_KEYED,    /* each element has an owner and is known by its keys */
    KUBE_GRANULAR, /* of objects and maps: each field has an owner. The default of those two */
} KubeUnit;

enum { KUBE_KEYS_MAX = 4 };

struct KubeType {
    const char *
        name; /* "DeploymentSpec", "io.k8s.api.apps.v1.DeploymentSpec" is made of package and name; NULL: has none */
    const char *package; /* "io.k8s.api.apps.v1"; NULL: has none */
    const char *about;   /* a sentence for `kubectl explain`, in our words; NULL: none */
    KubeShape shape;
    KubeUnit
        unit; /* to whom its parts belong: server-side apply, x-kubernetes-list-type, -map-type */
    const KubeField *fields; /* of an object, in the order in which the API server prints them */
    int field_count;
    bool keeps_unknown;      /* fields that are not in the table stay */
    const KubeType *element; /* of a list or map */
    const char *keys
        [KUBE_KEYS_MAX]; /* of a KUBE_KEYED list, NULL at the end: {"containerPort", "protocol"} */
    const char *
        patch_key; /* strategic merge: "containerPort"; "" : a list of plain values, merged as a set; NULL:
                                        replaced as a whole */
    const KubeRules *rules; /* NULL for built-in types */
};

struct KubeField {
    const char *name; /* as in JSON */
    int number;       /* as in protobuf; 0: not in it */
    const KubeType *type;
    const char *otherwise; /* the default as JSON text: "\"TCP\"", "1"; NULL: none */
    const char *about;     /* NULL: none */
    bool is_required;      /* OpenAPI says so */
    bool keeps_zero;       /* printed even if it is zero or empty (no omitempty) */
    bool retains_keys;     /* strategic merge: patchStrategy retainKeys */
    bool
        is_inline; /* Go embeds it: its type's fields stand where this one stands (protobuf has it as one message) */
};

/* The field of that name, looked for in inline ones too; NULL if there is none or type is no object. */
const KubeField *kube_type_field(const KubeType *type, const char *name);
/* The field of that protobuf number, inline ones being fields of their own; NULL if there is none. */
const KubeField *kube_type_numbered(const KubeType *type, int number);
/* The type of a built-in kind: "apps/v1", "Deployment"; also "List" types, DeleteOptions, Scale, reviews. NULL if there is none. */
const KubeType *kube_type_of(const char *api_version, const char *kind);

#endif
