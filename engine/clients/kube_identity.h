/*
 * engine/clients/kube_identity.h - what proves who we are to a cluster, where that changes while we run: a token file, a plug-in.
 *
 * A token file is read again once a minute, as client-go does, and when it was denied. A plug-in runs when nothing is known, when
 * what it said has expired, and once more after a 401. The program runs on the loop; who needs its answer waits for
 * kube_identity_is_asking to become false and takes what came of it.
 *
 * Secrets:   stay in memory and are wiped; no error holds one, nor what a plug-in printed.
 * Ownership: an identity copies what it is given. One that asks must be freed before the loop it asked on.
 */
#ifndef ENGINE_CLIENTS_KUBE_IDENTITY_H
#define ENGINE_CLIENTS_KUBE_IDENTITY_H

#include <stdint.h>

#include "base/error.h"
#include "base/loop.h"

typedef struct KubeIdentity KubeIdentity;

typedef struct {
    const char *place; /* begins errors: "credential plug-in "aws" of user "robot"" */
    const char *api_version;
    const char *install_hint;       /* or NULL */
    const char *const *words;       /* as of ProgramOptions */
    const char *const *environment; /* likewise, KUBERNETES_EXEC_INFO in it */
    int64_t timeout_ms;             /* 0: 60 s, time enough for one that asks a server far away */
} KubeIdentityPlugin;

/* Of a file; fallback: the token where the file cannot be read, or NULL. Fails with ERR_IO if neither can be had. */
bool kube_identity_of_file(const char *path, const char *fallback, KubeIdentity **out_identity,
                           Error *err);
KubeIdentity *kube_identity_of_plugin(const KubeIdentityPlugin *plugin);
void kube_identity_free(KubeIdentity *identity);

/* Valid until the next call on the identity that is not is_...; NULL: that kind is not given. */
typedef struct {
    const char *bearer_token, *client_certificate_pem, *client_key_pem;
    uint64_t generation; /* another one after each answer */
} KubeCredentials;

/* False: kube_identity_ask first, and wait. */
bool kube_identity_is_known(const KubeIdentity *identity);
void kube_identity_ask(KubeIdentity *identity, Loop *loop); /* nothing if it is asking already */
bool kube_identity_is_asking(const KubeIdentity *identity);

/*
 * What is known; after asking, what came of it, even if it has expired meanwhile. Fails, naming the plug-in and its installHint,
 * with ERR_INPUT if it cannot be run; ERR_DENIED if it has never worked, ERR_UNAVAILABLE if it has: then another time may help.
 */
bool kube_identity_credentials(KubeIdentity *identity, KubeCredentials *out_credentials,
                               Error *err);
/* The cluster does not take the credentials of this generation: they are not used again. */
void kube_identity_deny(KubeIdentity *identity, uint64_t generation);

#endif
