/*
 * engine/clients/kubeconfig.h - which cluster a context means, and how to prove who we are to it.
 *
 * Source: Kubernetes, "Organizing Cluster Access Using kubeconfig Files"; client-go's merging rules.
 * Secrets: certificates' keys and tokens stay in memory; no error text holds one.
 * Names:   where server or proxy-url give a name, kubeconfig_context resolves it once by getaddrinfo, which blocks: ask for the
 *          contexts you need before work begins. An address never touches the resolver. Behind a proxy the server's name is
 *          left for the proxy to resolve.
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
    const char
        *connect_to;   /* the address of the server's host; NULL: it is one, or the proxy knows */
    const char *proxy; /* proxy-url with an address for its host, or NULL */
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

/*
 * Fails with ERR_NOT_FOUND, naming the nearest context or those there are; ERR_INPUT, with the place in the file, if it says
 * what cannot be or needs what is not supported (exec plug-ins, impersonation); ERR_UNAVAILABLE if a name does not resolve.
 */
bool kubeconfig_context(Kubeconfig *kubeconfig, const char *name, const KubeContext **out_context,
                        Error *err);

#endif
