/*
 * fakes/frontenvoy/front.h - a management plane's front envoy: TSB's REST API over TLS.
 *
 * Source: domain.md section 5 (paths, shapes, authentication), 1.6 (health), 9.2. Whether anybody listens at all
 * is the load balancer's business, in sim: a standby has no listener. Fenced (envoy up, tsb or iam down) answers 503
 * "no healthy upstream", as Envoy does. Authentication: header x-tetrate-token, which has to be good if it is there, or HTTP Basic;
 * a token is had for user and password at the login path (IAM's Authenticate).
 * Errors are {code, message, details}, as grpc-gateway writes them. Each write and each refused request is an event
 * front.request in the site's lane.
 */
#ifndef FAKES_FRONTENVOY_FRONT_H
#define FAKES_FRONTENVOY_FRONT_H

#include "base/json.h"
#include "base/loop.h"
#include "base/network.h"
#include "base/trace.h"

#include <openssl/ssl.h>

/* What the world answers. Every function is needed. Trees are given away; texts are borrowed. */
typedef struct {
    void *self;
    const char *site;               /* "mp1" */
    const char *organization;       /* any other is 404 */
    bool (*is_serving)(void *self); /* tsb and iam have ready pods */
    bool (*may_log_in)(void *self, const char *user, const char *password);
    bool (*is_token_valid)(void *self, const char *token);
    const char
        *login_path; /* POST {basic: {username, password}} here gives a token; NULL: nowhere */
    char *(*issue_token)(void *self, const char *user); /* given away (free()) */
    cJSON *(*organization_status)(void *self);
    cJSON *(*clusters)(void *self);                         /* array of Cluster */
    cJSON *(*cluster)(void *self, const char *name);        /* NULL: 404 */
    cJSON *(*cluster_status)(void *self, const char *name); /* ResourceStatus; NULL: 404 */
    cJSON *(*tenants)(void *self);                          /* array */
    cJSON *(*workspaces)(void *self, const char *tenant);   /* array; NULL: 404 */
    /* POST .../tenants {"name":..}: a configuration write. False: it was not stored (read-only database): 500. */
    bool (*create_tenant)(void *self, const char *name);
    /* POST .../clusters/c:generateTokens. NULL: 404. */
    cJSON *(*generate_tokens)(void *self, const char *cluster);
    /* Prometheus text of GET /metrics: edge connections; given away (free()). */
    char *(*metrics)(void *self);
} FrontModel;

typedef struct Front Front;

typedef struct {
    Loop *loop;
    Trace *trace;
    SSL_CTX *tls;              /* borrowed */
    const FaultPoints *faults; /* point front.request; may be NULL */
    FrontModel model;          /* copied; its texts must outlive the Front */
} FrontOptions;

Front *front_new(const FrontOptions *options);
void front_free(Front *front); /* resets its connections; run the loop once more afterwards */
void front_accept(void *front, int fd); /* a ListenerConnection and a SeamConnection */
/* The pods are gone: every open connection is reset. */
void front_drop_connections(Front *front);

#endif
