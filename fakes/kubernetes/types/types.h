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
    /* "DeploymentSpec"; "io.k8s.api.apps.v1.DeploymentSpec" is made of package and name. NULL: has none */
    const char *name;
    /* "io.k8s.api.apps.v1"; NULL: has none */
    const char *package;
    /* A sentence for `kubectl explain`, in our words; NULL: none */
    const char *about;
    KubeShape shape;
    /* To whom its parts belong: server-side apply, x-kubernetes-list-type, -map-type */
    KubeUnit unit;
    /* Of an object, in the order in which the API server prints them. Of KUBE_ANY: what protobuf has in its place, a message
     * in which the last field that is there is the value; without fields, one whose field 1 is JSON as text. */
    const KubeField *fields;
    int field_count;
    /* Fields that are not in the table stay. */
    bool keeps_unknown;
    /* Of a list or map */
    const KubeType *element;
    /* Of a KUBE_KEYED list, NULL at the end: {"containerPort", "protocol"} */
    const char *keys[KUBE_KEYS_MAX];
    /* Strategic merge of a list: "containerPort"; "": of plain values, merged as a set; NULL: replaced as a whole */
    const char *patch_key;
    /* NULL for built-in types */
    const KubeRules *rules;
};

struct KubeField {
    const char *name; /* as in JSON; "" if it is inline */
    int number;       /* as in protobuf; 0: not in it */
    const KubeType *type;
    const char *otherwise; /* the default as JSON text: "\"TCP\"", "1"; NULL: none */
    const char *about;     /* NULL: none */
    bool is_required;      /* OpenAPI says so */
    /* Printed even if it is not there, as zero, empty or null: it has no omitempty, or it is a struct (metadata, status, times),
     * which omitempty does not leave out. */
    bool keeps_zero;
    /* Go has a pointer: a zero that somebody sent (replicas: 0) is kept and printed. Of other fields without keeps_zero a zero
     * is as good as nothing. With keeps_zero: it is null if it is not there. */
    bool is_pointer;
    /* Strategic merge, patchStrategy retainKeys: of the object, or of each element of the list */
    bool retains_keys;
    /* Strategic merge, patchStrategy replace: the object is taken as it comes */
    bool is_replaced;
    /* Go embeds it: its type's fields stand where this one stands (protobuf has it as one message). */
    bool is_inline;
};

/* The field of that name, looked for in inline ones too; NULL if there is none or type is no object. */
const KubeField *kube_type_field(const KubeType *type, const char *name);
/* The field of that protobuf number, inline ones being fields of their own; NULL if there is none. */
const KubeField *kube_type_numbered(const KubeType *type, int number);
/*
 * The type of a built-in kind: "apps/v1", "Deployment"; also "DeploymentList", Status, Scale, Eviction, reviews,
 * "meta.k8s.io/v1", "PartialObjectMetadata", and DeleteOptions of any version. NULL if there is none.
 */
const KubeType *kube_type_of(const char *api_version, const char *kind);
/* The type of every built-in kind, one after the other, and its "apps/v1"; NULL past the last. Views of kinds are not among them. */
const KubeType *kube_type_at(int index, const char **out_api_version);

#endif
