/*
 * engine/clients/kube.h - requests to one Kubernetes API server, as the engine makes them.
 *
 * Source: Kubernetes API concepts (verbs, patch types, Status objects); domain.md 5.4.
 * Reads are tried again by themselves on 429, 5xx and a refused or broken connection (bounded, jittered, honouring
 * Retry-After). A write is tried again only when nothing can have been applied (429, connection refused); otherwise it ends with
 * ERR_AMBIGUOUS, and the caller looks at the object before it does anything else.
 * Resources are named with their group: "apps/v1/deployments", "v1/secrets",
 * "install.tetrate.io/v1alpha1/managementplanes".
 * Errors: ERR_NOT_FOUND 404, ERR_CONFLICT 409, ERR_DENIED 401/403, ERR_INVALID 400/415/422, ERR_UNAVAILABLE, ERR_TIMEOUT,
 *         ERR_AMBIGUOUS. Messages begin with the cluster's context and carry the Status message.
 */
#ifndef ENGINE_CLIENTS_KUBE_H
#define ENGINE_CLIENTS_KUBE_H

#include "base/json.h"
#include "base/random.h"
#include "engine/clients/kubeconfig.h"

typedef struct KubeClient KubeClient;

typedef struct {
    Loop *loop;
    HttpsClient *https;
    const KubeContext *context;
    Random *random;      /* for jitter */
    int64_t timeout_ms;  /* of one request; 0: 15 s */
    int64_t patience_ms; /* how long reads are tried again; 0: 60 s */
    const bool *stop;
} KubeClientOptions;

KubeClient *kube_client_new(const KubeClientOptions *options);
void kube_client_free(KubeClient *client);
const char *kube_client_context(const KubeClient *client);
/* How long reads are tried again from now on; 0: 60 s. Gives back what it was. */
int64_t kube_client_patience(KubeClient *client, int64_t patience_ms);
/* The same of one request; 0: 15 s. */
int64_t kube_client_timeout(KubeClient *client, int64_t timeout_ms);
/* Another flag to stop on than that of the options; NULL: none. */
void kube_client_stop_on(KubeClient *client, const bool *stop);

/* The path of an object: ns NULL for cluster-scoped, name NULL for the collection, subresource NULL for none. */
typedef struct {
    const char *resource; /* "apps/v1/deployments" */
    const char *ns;
    const char *name;
    const char *subresource; /* "scale", "status" */
    const char *query;       /* "labelSelector=...", or NULL */
} KubePath;

bool kube_client_get(KubeClient *client, const KubePath *path, cJSON **out_object, Error *err);
/* What is no JSON: a pod's log. *out_text is the caller's to free(). */
bool kube_client_get_text(KubeClient *client, const KubePath *path, char **out_text, Error *err);
bool kube_client_create(KubeClient *client, const KubePath *path, const cJSON *object,
                        cJSON **out_object, Error *err);
bool kube_client_update(KubeClient *client, const KubePath *path, const cJSON *object,
                        cJSON **out_object, Error *err);
bool kube_client_merge(KubeClient *client, const KubePath *path, const cJSON *patch,
                       cJSON **out_object, Error *err);
bool kube_client_delete(KubeClient *client, const KubePath *path,
                        Error *err); /* 404 is ERR_NOT_FOUND */

/* Many reads at once, at most `width` under way: for a fleet. Results in the order of the requests. */
typedef struct {
    KubeClient *client;
    KubePath path;
    cJSON *object; /* owned by the caller; NULL if it failed */
    Error error;
} KubeRead;
void kube_client_get_all(KubeRead *reads, size_t count, size_t width);

/* NULL: the core group, no subresource, the whole cluster, any name. */
typedef struct {
    const char *verb, *group, *resource, *subresource, *ns, *name;
} KubeRight;

/* May we? By SelfSubjectAccessReview. */
bool kube_client_may(KubeClient *client, const KubeRight *right, bool *out_allowed, Error *err);
/*
 * Everything we may in ns, by SelfSubjectRulesReview: a list for kube_rules_allow (kube_rules.h), cJSON_Delete() it.
 * Not complete: the server has authorizers that can only be asked, so the list proves nothing.
 */
bool kube_client_rules(KubeClient *client, const char *ns, cJSON **out_rules, bool *out_is_complete,
                       Error *err);

/* The server's clock minus ours, from the Date of the last answer; 0 if none came yet. */
int64_t kube_client_skew_ms(const KubeClient *client);

#endif
