/*
 * fakes/kubernetes/access/webhooks.h - the admission webhooks of a cluster: which are asked about a write, and what comes of it.
 *
 * Who writes through a KubeWriter with an admission is asked about: mutating webhooks one after the other, by the names of their
 * configurations; then validating ones, all at once. That is every client of the server. The world's controllers write without one,
 * where a real cluster would ask about theirs, too.
 *
 * Source:    Kubernetes, "Dynamic Admission Control"; apiserver 1.32's admission/plugin/webhook (order, matching, texts).
 * Not done:  matchConditions (CEL) count as met; a webhook is shown the version that is stored, whichever its rule names;
 *            a patch of a /scale has no effect; reviews, /token and CONNECT are not asked about; who the client is, is not told.
 * Ownership: an admission and what it remembers lie in its arena.
 */
#ifndef FAKES_KUBERNETES_ACCESS_WEBHOOKS_H
#define FAKES_KUBERNETES_ACCESS_WEBHOOKS_H

#include "base/arena.h"
#include "fakes/kubernetes/cluster.h"

/* What a webhook is sent. Texts are "" where there is nothing to say. */
typedef struct {
    const char *configuration,
        *name;             /* "tsb-operator-management-plane", "validate.managementplane..." */
    const char *operation; /* "CREATE", "UPDATE", "DELETE" */
    const KubeKind *kind;
    const char *subresource, *ns, *object_name;
    const cJSON *object, *old_object; /* NULL: there is none */
    bool is_mutating, is_dry_run;
    const char *service_ns, *service; /* "": url says where it is */
    int64_t port;                     /* of the service */
    const char *url;       /* as in a refusal: "https://svc.ns.svc:443/path?timeout=10s" */
    const char *ca_bundle; /* base64; "": the system's */
    int64_t timeout_s;
} KubeWebhookCall;

typedef enum {
    WEBHOOK_ALLOWS,       /* with a patch, if it is a mutating one */
    WEBHOOK_DENIES,       /* code, reason and message as it says them */
    WEBHOOK_NO_ENDPOINTS, /* of its Service, where the API server goes to endpoints itself */
    WEBHOOK_REFUSED, /* nobody listens, or a Service without endpoints behind its own address */
    WEBHOOK_SILENT,  /* no answer within its timeout */
    WEBHOOK_UNTRUSTED, /* its certificate; message: why, "": "certificate signed by unknown authority" */
} KubeWebhookOutcome;

typedef struct {
    KubeWebhookOutcome outcome;
    int64_t after_ms; /* how long it takes; from its timeout on it is silent */
    int code;         /* of a denial; 0: 400, as the API server makes of none */
    char reason[48], message[480];
    cJSON *patch; /* an RFC 6902 array, owned by who asked; NULL: nothing is changed */
} KubeWebhookAnswer;

/* Is asked once for each webhook that a request meets. *out_answer is zeroed. */
typedef void KubeCallWebhook(void *self, KubeCluster *cluster, const KubeWebhookCall *call,
                             KubeWebhookAnswer *out_answer);

/*
 * One request's way past the webhooks. A write that meets an answer which is not there yet is refused with an untouched status and
 * until_ms set: it is to be tried again then, and finds the answers that it has had.
 */
typedef struct KubeAdmission {
    Arena *arena;
    KubeCallWebhook *call; /* NULL: nobody answers anywhere */
    void *self;
    bool is_dry_run;  /* as the client says; the write that is tried may be one for other reasons */
    int64_t until_ms; /* clock_mono_ms; 0: it does not wait */
    struct KubeWebhookReply *replies;
} KubeAdmission;

/* Whether there is any webhook in the cluster. */
bool webhooks_exist(const KubeCluster *cluster);

/* What is about to be written. object and old NULL: there is none. */
typedef struct {
    KubeCluster *cluster;
    const KubeKind *kind;
    const char *subresource, *operation, *ns;
    const char *name; /* as the request says: "" for a create */
    const cJSON *object, *old;
} KubeAdmitted;

/* Does what one webhook's rules and selectors say to it? */
bool webhook_matches(const cJSON *webhook, const KubeAdmitted *write);

/* *object (NULL: a deletion) with the patches of mutating webhooks; out_is_changed only then. admission NULL: nobody is asked. */
bool webhooks_mutate(KubeAdmission *admission, const KubeAdmitted *write, cJSON **object,
                     bool *out_is_changed, KubeStatus *status);
bool webhooks_validate(KubeAdmission *admission, const KubeAdmitted *write, KubeStatus *status);

#endif
