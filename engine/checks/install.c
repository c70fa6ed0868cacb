/*
 * engine/checks/install.c - what has to be so before a standby is installed.
 *
 * Source: domain.md 8.4, TLS-01 to TLS-06, SEC-08, F-813, F-909.
 */
#include "engine/checks/checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/backup/secrets.h"
#include "engine/observations.h"
#include "engine/restore/ground.h"
#include "engine/restore/release.h"
#include "engine/restore/trust.h"
#include "engine/restore/values.h"
#include "engine/steps/steps.h"

/* Its private key was shown once, to whoever made it; nobody can make it again without making another one. */
bool check_account_had(Examination *e, Finding *finding, Error *err)
{
    const Plane *active = e->operation->active;
    char *key = NULL;
    Error why = {0};

    if (see_secret(active->kube, active->spec->ns, "tsb-standby-sa", "jwk", &key, &why)) {
        explicit_bzero(key, strlen(key));
        free(key);
        return true;
    }
    if (why.code != ERR_NOT_FOUND)
        return error_set(err, why.code, "%s", why.message);
    finding_refuse(finding, "SEC-08", "the service account that a standby proves itself with",
                   "the active has no secret tsb-standby-sa with data.jwk",
                   "kubectl get secret -n NAMESPACE tsb-standby-sa",
                   "tctl x sa create tsb-standby-sa, bind it to rbac/org-reader, and keep its key, "
                   "which is shown once, in that secret");
    return true;
}

bool check_helm(Examination *e, Finding *finding, Error *err)
{
    Operation *operation = e->operation;
    HelmCluster cluster = release_cluster(operation, operation->standby);
    Error why = {0};

    (void)err;
    if (!operation->standby->spec->install.chart)
        error_set(&why, ERR_INPUT, "planes.%s.install.chart is not said",
                  operation->standby->spec->name);
    else
        helm_check(&cluster, &why);
    if (why.code)
        finding_refuse(finding, "OPS-05", "a chart, and helm to install with", why.message,
                       "helm version; the environment file", "install what is missing");
    return true;
}

/* The credentials of the active that the chart does not make of its values are brought along (SEC-11, SEC-12, SEC-13). */
static bool note_brought(Operation *operation, const cJSON *values, Error *err)
{
    static const char *const NAMES[] = {"postgres-credentials", "elastic-credentials",
                                        "admin-credentials", "es-certs"};

    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        char path[80];
        bool exists;

        if (!ground_see(operation->active, "v1/secrets", NAMES[i], &exists, NULL, err))
            return false;
        snprintf(path, sizeof path, "install/bring/%s", NAMES[i]);
        json_put_bool(operation->record, path, exists && !values_make_secret(values, NAMES[i]));
    }
    return true;
}

/* What the chart will make Secrets of: for both names, and of the root that control planes trust. */
bool check_same_root(Examination *e, Finding *finding, Error *err)
{
    Operation *operation = e->operation;
    const TrustPair *pair;
    cJSON *values = NULL;
    char observed[280];
    Error why = {0};

    (void)err;
    if (!standby_values(operation, &values, &why) || !values_put_over(operation, values, &why) ||
        !note_brought(operation, values, &why)) {
        finding_refuse(finding, "MP-13", "values that the chart can be installed with", why.message,
                       "helm get values of the active; install.values in the environment file",
                       "correct what is said there");
    }
    for (int i = 0; values && (pair = trust_pair(i)) && finding->reaction == REACT_NONE; i++) {
        const char *pem = json_string(values, pair->value);

        if (!pem)
            snprintf(observed, sizeof observed, "there is no %s in the values", pair->value);
        if (!pem || !is_trusted_everywhere(operation, pair, pem, observed))
            finding_refuse(finding, "TLS-06", "certificates of one root, for both names", observed,
                           "openssl verify -CAfile with mp-certs of a control plane",
                           "issue them by the active's root for the standby's permanent name and "
                           "the floating one, and name them in install.values");
    }
    if (values)
        secrets_wipe(values);
    cJSON_Delete(values);
    return true;
}
