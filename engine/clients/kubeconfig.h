/*
 * engine/clients/kubeconfig.h - which cluster a context means, and how to prove who we are to it.
 *
 * Source: Kubernetes, "Organizing Cluster Access Using kubeconfig Files"; client-go's merging rules.
 * Secrets: certificates' keys and tokens stay in memory; no error text holds one.
 * Names:   where server or proxy-url give a name, kubeconfig_context resolves it once by getaddrinfo, which blocks: ask for the
 *          contexts you need before work begins. An address never touches the resolver. Behind a proxy the server's name is
 *          left for the proxy to resolve.
 * Outside: HOME, KUBECONFIG, the variables of proxies and of a pod are asked only where no path is given. A plug-in (exec) inherits the
 *          whole environment, as it must.
 */
#ifndef ENGINE_CLIENTS_KUBECONFIG_H
#define ENGINE_CLIENTS_KUBECONFIG_H

#include "base/error.h"
#include "engine/clients/https.h"
#include "engine/clients/kube_identity.h"

typedef struct Kubeconfig Kubeconfig;

/* One context, ready to be used. Borrowed from the Kubeconfig. */
typedef struct {
    const char *name;
    const char *server; /* URL without a slash at the end */
    const char
        *connect_to;   /* the address of the server's host; NULL: it is one, or the proxy knows */
    const char *proxy; /* URL, or NULL; its host is an address, unless proxy_address is set */
    const char
        *proxy_address; /* the address of an https proxy, which must prove its name; or NULL */
    const char *default_namespace;
    const char
        *bearer_token;      /* token, or what tokenFile held when this was put together; or NULL */
    KubeIdentity *identity; /* what tokenFile holds now, or a plug-in: before all else; or NULL */
    const char *const *impersonation; /* header lines, ended by NULL; or NULL */
    HttpsTrust
        trust; /* certificate-authority(-data), client-certificate(-data), tls-server-name, insecure... */
} KubeContext;

/*
 * Reads and merges the files of path (separated by ':'; NULL: $KUBECONFIG, else ~/.kube/config, else, in a pod, one context
 * "in-cluster"). The first file to name something wins. Relative file names inside are relative to the file that holds them.
 */
bool kubeconfig_read(const char *path, Kubeconfig **out_kubeconfig, Error *err);
/* Before the loop that its contexts were used on. */
void kubeconfig_free(Kubeconfig *kubeconfig);

/*
 * Fails with ERR_NOT_FOUND, naming the nearest context or those there are; ERR_INPUT, with the place in the file, if it says
 * what cannot be or what Kubernetes has removed; ERR_UNAVAILABLE if a name does not resolve.
 */
bool kubeconfig_context(Kubeconfig *kubeconfig, const char *name, const KubeContext **out_context,
                        Error *err);

/* The name of its context number index, in alphabetic order; NULL past the last. */
const char *kubeconfig_context_name(const Kubeconfig *kubeconfig, size_t index);

#endif
