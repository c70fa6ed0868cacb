/*
 * fakes/kubernetes/server.h - one HTTPS listener for the API servers of all clusters of a world.
 *
 * A cluster "mp2" is reached under /clusters/mp2; what follows is the path of a real API server. Users are client
 * certificates (CN is the user, O its groups) or bearer tokens: of the server, or of a cluster's service accounts. What they may
 * is what the roles of the cluster say; system:masters may everything.
 */
#ifndef FAKES_KUBERNETES_SERVER_H
#define FAKES_KUBERNETES_SERVER_H

#include "base/loop.h"
#include "base/network.h"
#include "base/trace.h"
#include "fakes/kubernetes/access/audit.h"
#include "fakes/kubernetes/cluster.h"
#include "fakes/kubernetes/access/webhooks.h"
#include "fakes/net/pki.h"

typedef struct KubeServer KubeServer;

typedef struct {
    Loop *loop;
    Trace *trace; /* each request that changes something, and each failure, is an event */
    SSL_CTX *tls; /* borrowed */
    /* ALPN as the real one's; in a simulated run there is none, and every client speaks HTTP/1.1. */
    bool offers_http2;
    /* Objects that nobody looked at lately are kept as text: slower, and a fifth of the memory. */
    bool saves_memory;
    const char *ca_pem; /* borrowed: what Secrets of service accounts say; may be NULL */
    const FaultPoints
        *faults; /* points kube.request (before), kube.watch (a watch event); may be NULL */
    /* True if this cluster can be reached now; otherwise the connection is reset. May be NULL. */
    bool (*is_reachable)(void *self, const char *cluster);
    /*
     * Called before a request that looks at more than which cluster this is (namespaces/kube-system) and what one may do
     * there: a world with thousands of clusters fills one when somebody looks. May be NULL.
     */
    void (*before_objects)(void *self, const char *cluster, const char *resource, bool is_write);
    KubeCallWebhook *call_webhook; /* what stands behind a cluster's webhooks; NULL: nothing */
    void *self;
} KubeServerOptions;

KubeServer *kube_server_new(const KubeServerOptions *options);
/* From now on its answers have an Audit-Id, and its requests are logged. Borrowed until the server is gone. */
void kube_server_audit(KubeServer *server, KubeAudit *audit);
void kube_server_free(
    KubeServer *server); /* ends its connections; run the loop once more afterwards */
void kube_server_add(KubeServer *server, KubeCluster *cluster); /* borrowed */

/* Whom a bearer token is of, in every cluster. */
typedef struct {
    const char *token, *user;
    const char *uid;    /* may be NULL */
    const char *groups; /* "system:masters,ops"; may be NULL */
    int64_t expires_ms; /* wall clock; 0: never */
} KubeTokenUser;
void kube_server_add_token(KubeServer *server, const KubeTokenUser *user);

void kube_server_accept(void *server, int fd); /* a ListenerConnection and a SeamConnection */

/*
 * One cluster by itself: the paths of what comes in here are a real API server's, without /clusters/NAME. The server's; NULL
 * if it has no such cluster.
 */
typedef struct KubeEntrance KubeEntrance;
KubeEntrance *kube_server_entrance(KubeServer *server, const char *cluster);
void kube_entrance_accept(void *entrance, int fd); /* as kube_server_accept */
/* Whoever comes in from now on is shown this certificate; NULL: the server's. Borrowed. */
void kube_entrance_show(KubeEntrance *entrance, SSL_CTX *tls);

#endif
