/*
 * engine/checks/rejoin.c - what has to be so before the old active may become the standby of the new one.
 *
 * Source: domain.md 8.3 (RS0), F-918. In an examination for it, `active` is the plane that serves now and
 * `standby` the one that is to follow it, whatever its resource still says.
 */
#include "engine/checks/checks.h"

#include <stdio.h>

#include "engine/checks/rights.h"
#include "engine/observations.h"

static const char *const FENCED[] = {"tsb", "iam", "envoy"};

/* Whoever still serves there would write into a database that is about to be thrown away. */
bool check_fenced(Examination *e, Finding *finding, Error *err)
{
    const Plane *old = e->operation->standby;

    for (size_t i = 0; i < sizeof FENCED / sizeof *FENCED; i++) {
        DeploymentView view;
        char observed[280];

        if (!see_deployment(old, FENCED[i], &view, err))
            return false;
        if (!view.exists || (view.wanted == 0 && view.total == 0))
            continue;
        snprintf(observed, sizeof observed, "deployment/%s of %s: %lld wanted, %lld there",
                 FENCED[i], old->spec->name, (long long)view.wanted, (long long)view.total);
        finding_refuse(finding, "F-918", "tsb, iam and envoy of the old active at 0", observed,
                       "kubectl get deployment -n NAMESPACE tsb iam envoy",
                       "scale them to 0 and find out who scaled them up");
        return true;
    }
    return true;
}

bool check_rejoin_rights(Examination *e, Finding *finding, Error *err)
{
    static const Right RIGHTS[] = {
        {"patch",  "install.tetrate.io",  "managementplanes",       NULL, {NULL}},
        {"update", "coordination.k8s.io", "leases",                 NULL, {NULL}},
        {"delete", "",                    "pods",                   NULL, {NULL}},
        {"delete", "",                    "persistentvolumeclaims", NULL, {NULL}},
        {"delete", "apps",                "statefulsets",           NULL, {NULL}},
    };
    size_t count = sizeof RIGHTS / sizeof *RIGHTS -
                   (consent_has(&e->operation->consent, CONSENT_RESEED, 0) ? 0 : 3);
    const Plane *old = e->operation->standby;

    return rights_check(old->kube, old->spec->ns, RIGHTS, count, finding, err);
}
