/*
 * fakes/kubernetes/surface/accept.h - what a client asks for in its Accept header: a format, and a view of what is there.
 *
 * Source: RFC 9110, section 12.5.1; "Alternate representations of resources" and "Receiving resources as Tables" in the
 * Kubernetes API concepts; KEP-3352 (aggregated discovery). Recorded from 1.32: the first type on the list that can be made
 * is taken, a type whose view is not known counts as one that cannot be made.
 * Not looked at: weights (q=), which no client of this API sends.
 */
#ifndef FAKES_KUBERNETES_SURFACE_ACCEPT_H
#define FAKES_KUBERNETES_SURFACE_ACCEPT_H

#include <stdbool.h>

typedef enum { MEDIA_JSON, MEDIA_YAML, MEDIA_PROTOBUF, MEDIA_NONE } KubeMedia;

typedef enum {
    VIEW_WHOLE,
    VIEW_TABLE,        /* rows for a person: table.h */
    VIEW_PARTIAL,      /* one object's metadata */
    VIEW_PARTIAL_LIST, /* the metadata of each object of a list */
    VIEW_GROUPS,       /* all of discovery in one document: discovery.h */
} KubeView;

/* What the answer is about, and so what can be made of it. */
typedef enum {
    ACCEPT_BUILT_IN,
    ACCEPT_CUSTOM,    /* protobuf only of its metadata */
    ACCEPT_DISCOVERY, /* /api and /apis: VIEW_GROUPS and no other, and no protobuf */
} KubeSubject;

typedef struct {
    KubeMedia media;        /* MEDIA_NONE: nothing that is asked for can be made */
    KubeMedia status_media; /* of a Status, whatever it is about; never MEDIA_NONE */
    KubeView view;
    const char *version;   /* of the view: "v1", "v1beta1", "v2", "v2beta1"; "" of the whole */
    bool has_unknown_view; /* it did ask, for a view that is not known */
} KubeAccept;

/* header: NULL or "" is application/json. */
KubeAccept accept_read(const char *header, KubeSubject subject);

/* "Accept: application/com.github.proto-openapi.spec.v2@v1.0+protobuf": is the type on the list, without its parameters? */
bool accept_names(const char *header, const char *type);

#endif
