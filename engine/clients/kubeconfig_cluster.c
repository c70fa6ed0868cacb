/*
 * engine/clients/kubeconfig_cluster.c - where a cluster's API server is, how it is reached, and what it must prove.
 */
#include <string.h>

#include "engine/clients/kubeconfig_address.h"
#include "engine/clients/kubeconfig_entry.h"
#include "engine/clients/kubeconfig_proxy.h"

static bool set_server(const KubeconfigEntry *cluster, Arena *arena, KubeContext *context,
                       Error *err)
{
    const char *server;
    size_t length;

    if (!kubeconfig_entry_text(cluster, "server", &server, err))
        return false;
    if (server == NULL)
        return kubeconfig_entry_fail(cluster, "server", err, "cluster \"%s\" has no server",
                                     cluster->name);
    if (strncmp(server, "https://", 8) != 0 && strncmp(server, "http://", 7) != 0)
        return kubeconfig_entry_fail(cluster, "server", err,
                                     "server \"%s\" must begin with https://", server);
    length = strlen(server);
    while (length > 0 && server[length - 1] == '/')
        length--;
    context->server = arena_text_of(arena, server, length);
    return true;
}

/* Puts the place in the file before an error about one of its values. */
static bool fail_at(const KubeconfigEntry *entry, const char *key, const Error *why, Error *err)
{
    kubeconfig_entry_fail(entry, key, err, "%s: %s", key, why->message);
    if (err != NULL)
        err->code = why->code;
    return false;
}

static bool set_addresses(const KubeconfigEntry *cluster, Arena *arena, bool may_ask_environment,
                          KubeContext *context, Error *err)
{
    const char *proxy, *variable = "proxy-url";
    Error why;

    if (!kubeconfig_entry_text(cluster, "proxy-url", &proxy, err))
        return false;
    if (proxy == NULL && may_ask_environment)
        proxy = kubeconfig_proxy_of_environment(context->server, arena, &variable);
    if (proxy == NULL)
        return kubeconfig_address_of(context->server, arena, &context->connect_to, &why) ||
               fail_at(cluster, "server", &why, err);
    return kubeconfig_address_proxy(proxy, arena, &context->proxy, &context->proxy_address, &why) ||
           fail_at(cluster, variable, &why, err);
}

static bool set_insecure(const KubeconfigEntry *cluster, HttpsTrust *trust, Error *err)
{
    static const char KEY[] = "insecure-skip-tls-verify";
    const cJSON *part = kubeconfig_entry_part(cluster, KEY);

    if (part != NULL && !cJSON_IsBool(part) && !cJSON_IsNull(part))
        return kubeconfig_entry_fail(cluster, KEY, err, "%s must be true or false", KEY);
    trust->is_insecure = cJSON_IsTrue(part);
    return !trust->is_insecure || trust->ca_pem == NULL ||
           kubeconfig_entry_fail(
               cluster, KEY, err,
               "%s and certificate-authority exclude each other: remove one of them", KEY);
}

bool kubeconfig_cluster(const KubeconfigEntry *cluster, Arena *arena, bool may_ask_environment,
                        KubeContext *context, Error *err)
{
    HttpsTrust *trust = &context->trust;

    if (!set_server(cluster, arena, context, err) ||
        !set_addresses(cluster, arena, may_ask_environment, context, err) ||
        !kubeconfig_entry_contents(cluster, arena, "certificate-authority", &trust->ca_pem, err) ||
        !kubeconfig_entry_text(cluster, "tls-server-name", &trust->server_name, err))
        return false;
    return set_insecure(cluster, trust, err);
}
