/*
 * engine/steps/trust.c - every control plane will trust the new plane's certificates, and it signs with the right key.
 *
 * Source: domain.md RR8, TLS-01 to TLS-06, SEC-05, V3; F-813, F-802, F-823. Asked of the secrets as they are, whoever made them, before any name leads there.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/observations.h"
#include "engine/restore/trust.h"
#include "engine/steps/steps.h"

static void refuse(Observation *out, const char *observed)
{
    observe_failed(
        out, REACT_STOP, "F-813", "certificates of the root that control planes trust", observed,
        "openssl verify -CAfile with mp-certs of a control plane, tsb-certs of the plane",
        "no name was changed: install certificates of the same root (install.values, "
        "secrets.tsb and secrets.xcp), restart envoy and central, then `understudy "
        "resume`");
}

static bool are_certificates_good(Operation *operation, Observation *out, Error *err)
{
    const Plane *plane = operation->standby;
    const TrustPair *pair;

    for (int i = 0; (pair = trust_pair(i)); i++) {
        char *pem = NULL, observed[280];
        bool ok;

        if (!see_secret(plane->kube, plane->spec->ns, pair->secret, "tls.crt", &pem, err))
            return false;
        ok = is_trusted_everywhere(operation, pair, pem, observed);
        free(pem);
        if (!ok) {
            refuse(out, observed);
            return false;
        }
    }
    return true;
}

/* The operator makes the key set of the key, which may have been exchanged: it may be on its way. */
static bool is_key_set_ready(Operation *operation, Observation *out, Error *err)
{
    const Plane *plane = operation->standby;
    char *key = NULL, *set = NULL;
    bool ok = see_secret(plane->kube, plane->spec->ns, "iam-signing-key", "kid", &key, NULL);

    if (ok && !see_secret(plane->kube, plane->spec->ns, "tsb-iam-jwks", "kid", &set, err)) {
        free(key);
        return false;
    }
    if (ok && strcmp(key, set) != 0) {
        observe_waiting(out, "tsb-iam-jwks is not of the signing key yet");
        observe_if_late(out, "F-008", "tsb-iam-jwks made from the signing key",
                        "kubectl get secret -n NAMESPACE tsb-iam-jwks -o yaml (data.kid)",
                        "delete tsb-iam-jwks: its operator makes it anew");
        ok = false;
    } else {
        ok = true;
    }
    free(key);
    free(set);
    return ok;
}

static void observe_trust(Operation *operation, Observation *out)
{
    Error why = {0};

    if (!are_certificates_good(operation, out, &why) || !is_key_set_ready(operation, out, &why)) {
        if (why.code)
            observe_error(out, &why);
        return;
    }
    observe_holds(out, "%zu control planes trust the certificates of %s",
                  operation->control_plane_count, operation->standby->spec->name);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.verify_ms;
}

const Step STEP_TRUST = {
    .id = "RR8a",
    .name = "trust",
    .phase = "verify",
    .why = "an edge that is led to a plane it does not trust is cut off",
    .never = "let a name lead there first and see",
    .observe = observe_trust,
    .deadline_ms = deadline,
    .on_deadline = REACT_STOP,
    .remedy = "no name was changed: see the secrets of the new plane",
};
