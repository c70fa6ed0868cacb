/*
 * tests/fakes/kubernetes/ownership.h - writes as a field manager, and who owns what afterwards, as lines of text.
 */
#ifndef TESTS_FAKES_KUBERNETES_OWNERSHIP_H
#define TESTS_FAKES_KUBERNETES_OWNERSHIP_H

#include "fakes/kubernetes/cluster.h"

/* One write. A row of these is a story about one object in the namespace tsb. */
typedef enum {
    OWN_CREATE,
    OWN_PUT,
    OWN_MERGE,
    OWN_JSON,
    OWN_STRATEGIC,
    OWN_APPLY,
    OWN_FORCE
} OwnVerb;
typedef struct {
    const char *name; /* of the step */
    OwnVerb verb;
    KubePart part;
    const char *manager;
    const char *body; /* with ' for " */
    int code;         /* of the refusal; 0: it is done */
    const char
        *text; /* the refusal's message, or what owners() says afterwards; NULL: not checked */
} OwnStep;

/* Takes the steps, checking each. A refused one must change nothing. */
void ownership_story(KubeCluster *cluster, const char *resource, const char *name,
                     const OwnStep *steps, size_t count);

/* "one Apply v1 {'f:data':{}}\nkcm Update apps/v1 status {...}", with ' for ", in order; without times. free() it. */
char *ownership_text(const cJSON *object);

#endif
