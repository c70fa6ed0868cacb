/*
 * fakes/kubernetes/access/account.h - service accounts: the one that every namespace has, and the tokens by which one proves to be one.
 *
 * Source: Kubernetes, service accounts; TokenRequest of authentication.k8s.io/v1; claims as a 1.32 writes them. Each cluster has a
 *         signing key of its own, made with its first token. Times are base/clock's.
 */
#ifndef FAKES_KUBERNETES_ACCESS_ACCOUNT_H
#define FAKES_KUBERNETES_ACCESS_ACCOUNT_H

#include "fakes/kubernetes/request.h"

/* Who says so, and for whom a token is unless it is asked for otherwise. */
#define ACCOUNT_ISSUER "https://kubernetes.default.svc"
/* Who says so in a token that a Secret holds. */
#define ACCOUNT_OLD_ISSUER "kubernetes/serviceaccount"

/*
 * Whose token it is. False if it is none of this cluster, is expired, not for audience, or what it is bound to is gone;
 * then *out_why (may be NULL) says so.
 */
bool account_of_token(KubeCluster *cluster, Arena *arena, const char *token, const char *audience,
                      KubeUser *out_user, const char **out_why);

/* A token of this cluster that says claims, which are consumed; free() it. */
char *account_sign(KubeCluster *cluster, cJSON *claims);

/* The public half of the key as a JWK set; cJSON_Delete() it. */
cJSON *account_keys(KubeCluster *cluster);

/* Answers POST serviceaccounts/NAME/token. */
void request_answer_token(KubeRequest *request);

/*
 * What the controllers of service accounts and their tokens do. The first gives every namespace its account "default", when
 * somebody looks at accounts; the second fills a new Secret of an account's token, or deletes it if there is no such account;
 * the third deletes the Secrets of accounts that are gone.
 */
void accounts_fit(KubeCluster *cluster);
void account_fill_secret(KubeCluster *cluster, const char *ns, const char *name,
                         const char *ca_pem);
void accounts_drop_secrets(KubeCluster *cluster, const char *ns);

#endif
