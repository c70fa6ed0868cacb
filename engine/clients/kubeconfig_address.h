/*
 * engine/clients/kubeconfig_address.h - URLs of a kubeconfig, with addresses in place of names.
 *
 * Private to the kubeconfig client. A name is asked of the system's resolver, once, and that blocks.
 */
#ifndef ENGINE_CLIENTS_KUBECONFIG_ADDRESS_H
#define ENGINE_CLIENTS_KUBECONFIG_ADDRESS_H

#include "base/arena.h"
#include "base/error.h"

/* The address of the URL's host; NULL if it is one already. Fails with ERR_INPUT or ERR_UNAVAILABLE. */
bool kubeconfig_address_of(const char *url, Arena *arena, const char **out_ip, Error *err);

/*
 * The proxy's URL with an address for its host, and SOCKS of the kind that lets the proxy resolve names. An https proxy must prove
 * its name, so it stays in the URL and its address comes beside it (else *out_ip is NULL).
 */
bool kubeconfig_address_proxy(const char *url, Arena *arena, const char **out_url,
                              const char **out_ip, Error *err);

#endif
