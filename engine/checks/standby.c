/*
 * engine/checks/standby.c - what would let the standby down at the next restart, or keep it from coming up.
 *
 * Source: domain.md F-013, F-116, F-119, F-316; MP-10, MP-15, SEC-07, TLS-12.
 */
#include "engine/checks/checks.h"

#include <stdio.h>
#include <string.h>

#include "engine/observations.h"

/* The stream that runs needs it no more; the next one does. So it stops no failover, which ends that stream anyway. */
bool check_account_kept(Examination *e, Finding *finding, Error *err)
{
    Finding missing = {0};

    (void)finding;
    if (!check_standby_account(e, &missing, err))
        return false;
    if (missing.reaction != REACT_NONE)
        operation_warn(e->operation, "F-116",
                       "tsb-standby-sa: %s; what streams now streams on, and cannot begin anew",
                       missing.observed);
    return true;
}

/* With an authority of our own, who takes the certificate for a public one cannot talk to the active. */
bool check_self_signed(Examination *e, Finding *finding, Error *err)
{
    const cJSON *endpoint =
        json_find(e->standby, "spec/highAvailability/standby/activeMpSynchronizationEndpoint");

    (void)err;
    if (endpoint && e->operation->environment->front.ca_file &&
        !json_bool_or(endpoint, "selfSigned", false))
        finding_refuse(finding, "F-119", "selfSigned: true, where the authority is a private one",
                       "the standby takes the active's certificate for a public one",
                       "spec.highAvailability.standby.activeMpSynchronizationEndpoint.selfSigned",
                       "set it on the standby, and wait until its operator's log is clean");
    return true;
}

bool check_same_release(Examination *e, Finding *finding, Error *err)
{
    const char *active = json_string_or(e->active, "status/tsbVersion", "");
    const char *standby = json_string_or(e->standby, "status/tsbVersion", "");
    char observed[280];

    (void)err;
    if (!*active || !*standby || strcmp(active, standby) == 0)
        return true;
    snprintf(observed, sizeof observed, "%.40s on %s, %.40s on %s", active,
             e->operation->active->spec->name, standby, e->operation->standby->spec->name);
    finding_refuse(finding, "F-013", "the same release of TSB on both planes", observed,
                   "kubectl get managementplanes -n NAMESPACE -o yaml (status.tsbVersion)",
                   "upgrade the one that is behind; a database written by one release is not read "
                   "by another");
    return true;
}

/* Who may not look there is not kept from going on. */
bool check_cert_manager(Examination *e, Finding *finding, Error *err)
{
    static const char MANAGED[] = "spec/components/internalCertProvider/certManager/managed";
    KubePath path = {.resource = "apps/v1/deployments",
                     .ns = "cert-manager",
                     .name = "cert-manager"};
    cJSON *deployment = NULL;
    Error why = {0};

    if (strcmp(json_string_or(e->standby, MANAGED, ""), "EXTERNAL") != 0)
        return true;
    if (kube_client_get(e->operation->standby->kube, &path, &deployment, &why)) {
        cJSON_Delete(deployment);
        return true;
    }
    if (why.code != ERR_NOT_FOUND)
        return why.code == ERR_DENIED || error_set(err, why.code, "%s", why.message);
    finding_refuse(finding, "F-316", "cert-manager on the standby's cluster",
                   "the resource says EXTERNAL, and there is no deployment/cert-manager",
                   "kubectl get deployment -n cert-manager cert-manager",
                   "install it, with the feature gate that TSB needs, before the failover");
    return true;
}
