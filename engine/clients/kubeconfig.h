/*
 * engine/clients/kubeconfig.h - which cluster a context means, and how to prove who we are to it.
 *
 * Source: Kubernetes, "Organizing Cluster Access Using kubeconfig Files"; client-go's merging rules.
 * Secrets: certificates' keys and tokens stay in memory; no error text holds one.
 */
#ifndef ENGINE_CLIENTS_KUBECONFIG_H
#define ENGINE_CLIENTS_KUBECONFIG_H

#include "base/error.h"
#include "engine/clients/https.h"

typedef struct Kubeconfig Kubeconfig;

/* One context, ready to be used. Borrowed from the Kubeconfig. */
typedef struct {
    const char *name;
    const char *server; /* URL without a slash at the end */
    const char *proxy;  /* proxy-url, or NULL */
    const char *default_namespace;
    const char *bearer_token; /* token or the contents of tokenFile; or NULL */
    const char *user, *password;
    HttpsTrust
        trust; /* certificate-authority(-data), client-certificate(-data), tls-server-name, insecure... */
} KubeContext;

/*
 * Reads and merges the files of path (separated by ':'; NULL: $KUBECONFIG, else ~/.kube/config). The first file to set a
 * value wins. Relative file names inside are relative to the file that holds them.
 */
bool kubeconfig_read(const char *path, Kubeconfig **out_kubeconfig, Error *err);
void kubeconfig_free(Kubeconfig *kubeconfig);

/* Fails with ERR_NOT_FOUND, naming the contexts there are (and the nearest); ERR_INPUT if it needs what is not supported. */
bool kubeconfig_context(Kubeconfig *kubeconfig, const char *name, const KubeContext **out_context,
                        Error *err);

#endif
