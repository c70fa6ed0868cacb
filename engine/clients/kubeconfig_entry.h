/*
 * engine/clients/kubeconfig_entry.h - a named cluster, user or context of a kubeconfig, and what is made of it.
 *
 * Private to the kubeconfig client.
 */
#ifndef ENGINE_CLIENTS_KUBECONFIG_ENTRY_H
#define ENGINE_CLIENTS_KUBECONFIG_ENTRY_H

#include "base/arena.h"
#include "engine/clients/kubeconfig.h"
#include "engine/clients/kubeconfig_file.h"

/* A named part of a file: {name: ..., cluster|user|context: {...}}. */
typedef struct {
    const char *name;
    const cJSON *body;
    const KubeconfigFile *file;
    size_t order;       /* of reading: the first wins */
    KubeContext *ready; /* of contexts: put together already */
    KubeIdentity
        *identity; /* of users, for all their contexts; of contexts, for them alone; owned */
} KubeconfigEntry;

const cJSON *kubeconfig_entry_part(const KubeconfigEntry *entry, const char *key);
bool kubeconfig_entry_text(const KubeconfigEntry *entry, const char *key, const char **out_text,
                           Error *err);
/* As kubeconfig_file_contents, kept in the arena. */
bool kubeconfig_entry_contents(const KubeconfigEntry *entry, Arena *arena, const char *key,
                               const char **out_contents, Error *err);
/* ERR_INPUT with the place of key, or of the entry if it is not there. */
bool kubeconfig_entry_fail(const KubeconfigEntry *entry, const char *key, Error *err,
                           const char *format, ...) __attribute__((format(printf, 4, 5)));

/* server, its address, proxy, trust. may_ask_environment: for a proxy where the cluster names none. */
bool kubeconfig_cluster(const KubeconfigEntry *cluster, Arena *arena, bool may_ask_environment,
                        KubeContext *context, Error *err);

/*
 * Tokens, certificates, plug-ins, whom to act as. context is that of the cluster already. What runs or is read again belongs to
 * the user, or to owner, the context's entry, if it is told which cluster this is.
 */
bool kubeconfig_user(KubeconfigEntry *user, const KubeconfigEntry *cluster, KubeconfigEntry *owner,
                     Arena *arena, KubeContext *context, Error *err);

/* The plug-in of user's exec; trust: of the cluster. */
bool kubeconfig_exec(const KubeconfigEntry *user, const KubeconfigEntry *cluster,
                     const HttpsTrust *trust, KubeIdentity **out_identity, Error *err);
bool kubeconfig_exec_tells_cluster(const KubeconfigEntry *user);

#endif
