/*
 * engine/clients/kubeconfig_proxy.h - the proxy that the environment's variables name for a server, as kubectl reads them.
 *
 * Private to the kubeconfig client.
 * Source: golang.org/x/net/http/httpproxy, Config: HTTPS_PROXY, HTTP_PROXY, NO_PROXY, in capitals first.
 */
#ifndef ENGINE_CLIENTS_KUBECONFIG_PROXY_H
#define ENGINE_CLIENTS_KUBECONFIG_PROXY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/* The proxy's URL for server (a URL), and the variable that says so; NULL: none. */
const char *kubeconfig_proxy_of_environment(const char *server, Arena *arena,
                                            const char **out_variable);

/*
 * Does the list (of NO_PROXY) name this host? Its parts are names (which mean what is below them too; only that with '.' or '*.'
 * before them), addresses and networks (10.0.0.0/8), each perhaps with a port; '*' is everything.
 */
bool kubeconfig_proxy_is_excepted(const char *list, const char *host, uint16_t port);

#endif
