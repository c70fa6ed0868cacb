/*
 * engine/restore/trust.c - would the control planes trust a plane with these certificates?
 */
#include "engine/restore/trust.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/observations.h"
#include "engine/restore/certificates.h"

static const TrustPair PAIRS[] = {
    {"tsb-certs",        "secrets/tsb/cert",         "mp-certs"             },
    {"xcp-central-cert", "secrets/xcp/central/cert", "xcp-central-ca-bundle"},
};
enum { PAIR_COUNT = sizeof PAIRS / sizeof *PAIRS };

const TrustPair *trust_pair(int index)
{
    return index >= 0 && index < PAIR_COUNT ? &PAIRS[index] : NULL;
}

static bool is_named(const Operation *operation, const TrustPair *pair, const char *pem,
                     char out_why[280])
{
    const char *const names[] = {operation->environment->floating_name,
                                 operation->standby->spec->permanent_name};
    Error why = {0};

    for (int i = 0; i < 2; i++) {
        if (certificate_names(pem, names[i], &why))
            continue;
        snprintf(out_why, 280, "%s of %s: %.160s", pair->secret, operation->standby->spec->name,
                 why.message);
        return false;
    }
    return true;
}

/* By what it says of the authority. */
static bool is_trusted_at(Operation *operation, const TrustPair *pair, const char *pem,
                          const ControlPlane *site, const cJSON *authority, char out_why[280])
{
    char *ca = authority ? secret_value(authority, "ca.crt") : NULL;
    Error why = {0};
    bool ok = true;

    if (!ca)
        operation_warn(operation, "TLS-08", "%s: %s cannot be read", site->spec->name,
                       pair->authority);
    else if (!certificate_is_trusted(pem, ca, &why)) {
        snprintf(out_why, 280, "%s of %s, for %s: %.120s", pair->secret,
                 operation->standby->spec->name, site->spec->name, why.message);
        ok = false;
    }
    free(ca);
    return ok;
}

bool is_trusted_everywhere(Operation *operation, const TrustPair *pair, const char *pem,
                           char out_why[280])
{
    size_t count = operation->control_plane_count;
    KubeRead *reads = memory_new(count + 1, sizeof *reads);
    bool ok = is_named(operation, pair, pem, out_why);

    for (size_t i = 0; i < count; i++)
        reads[i] = (KubeRead){
            .client = operation->control_planes[i].kube,
            .path = {.resource = "v1/secrets",
                     .ns = operation->control_planes[i].spec->ns,
                     .name = pair->authority}
        };
    kube_client_get_all(reads, count, (size_t)operation->environment->policies.width);
    for (size_t i = 0; i < count; i++) {
        ok = ok && is_trusted_at(operation, pair, pem, &operation->control_planes[i],
                                 reads[i].object, out_why);
        cJSON_Delete(reads[i].object);
    }
    free(reads);
    return ok;
}
