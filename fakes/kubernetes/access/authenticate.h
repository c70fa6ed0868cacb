/*
 * fakes/kubernetes/access/authenticate.h - who asks: by client certificate, bearer token, or as whom somebody else may act.
 *
 * Source: Kubernetes, authenticating and user impersonation; refusals as recorded from 1.32.
 */
#ifndef FAKES_KUBERNETES_ACCESS_AUTHENTICATE_H
#define FAKES_KUBERNETES_ACCESS_AUTHENTICATE_H

#include "fakes/kubernetes/request.h"

/* Tokens that a server knows for all its clusters. */
typedef struct {
    char *token, *user, *uid, *groups;
    int64_t expires_ms; /* wall clock; 0: never */
} KubeToken;

typedef struct KubeTokens {
    KubeToken *items;
    int count, capacity;
} KubeTokens;

void tokens_add(KubeTokens *tokens, const KubeTokenUser *user);
void tokens_release(KubeTokens *tokens);

/*
 * A client certificate (CN is the user, O its groups), else a bearer token of the server or of a service account; neither,
 * or Basic, is nobody in particular. 401 for a token of nobody, 403 for an impersonation that is not allowed.
 */
bool request_authenticate(KubeRequest *request, const KubeTokens *tokens, KubeStatus *status);

/* For TokenReview. audience: of the API server, or another. */
bool authenticate_token(KubeRequest *request, const char *token, const char *audience,
                        KubeUser *out_user, const char **out_why);

#endif
