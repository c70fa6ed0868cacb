/*
 * engine/checks/rights.c - what the engine may do, and whether the clocks agree.
 *
 * Source: domain.md F-018, F-025.
 */
#include "engine/checks/checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/observations.h"

typedef struct {
    const char *verb, *group, *resource, *subresource;
} Right;

static bool may_all(KubeClient *kube, const char *ns, const Right *rights, size_t count,
                    Finding *finding, Error *err)
{
    for (size_t i = 0; i < count; i++) {
        bool is_allowed = true;
        char observed[280];

        if (!kube_client_may(kube, rights[i].verb, rights[i].group, rights[i].resource,
                             rights[i].subresource, ns, &is_allowed, err))
            return false;
        if (is_allowed)
            continue;
        snprintf(observed, sizeof observed, "%s: may not %s %s%s%s in %s",
                 kube_client_context(kube), rights[i].verb, rights[i].resource,
                 rights[i].subresource ? "/" : "",
                 rights[i].subresource ? rights[i].subresource : "", ns);
        finding_refuse(finding, "F-018", "the rights that the whole procedure needs", observed,
                       "kubectl auth can-i VERB RESOURCE -n NAMESPACE",
                       "grant the role in docs/rbac.yaml");
        return true;
    }
    return true;
}

bool check_rights(Examination *e, Finding *finding, Error *err)
{
    static const Right PLANE_RIGHTS[] = {
        {"patch",  "apps",                "deployments",      "scale"},
        {"patch",  "install.tetrate.io",  "managementplanes", NULL   },
        {"update", "coordination.k8s.io", "leases",           NULL   },
    };

    for (int i = 0; i < 2 && finding->reaction == REACT_NONE; i++) {
        const Plane *plane = &e->operation->planes[i];

        if (!may_all(plane->kube, plane->spec->ns, PLANE_RIGHTS,
                     sizeof PLANE_RIGHTS / sizeof *PLANE_RIGHTS, finding, err))
            return false;
    }
    return true;
}

bool check_control_plane_rights(Examination *e, Finding *finding, Error *err)
{
    static const Right RIGHTS[] = {
        {"delete", "",     "secrets",     NULL},
        {"patch",  "apps", "deployments", NULL},
    };

    for (size_t i = 0; i < e->operation->control_plane_count; i++) {
        const ControlPlane *site = &e->operation->control_planes[i];

        if (strncmp(site->uid, "unreachable", 11) == 0)
            continue;
        if (!may_all(site->kube, site->spec->ns, RIGHTS, 2, finding, err))
            return false;
        if (finding->reaction != REACT_NONE)
            return true;
    }
    return true;
}

bool check_clocks(Examination *e, Finding *finding, Error *err)
{
    int64_t limit_ms = e->operation->environment->policies.clock_skew_max_ms;

    (void)err;
    for (int i = 0; i < 2; i++) {
        int64_t skew_ms = kube_client_skew_ms(e->operation->planes[i].kube);
        char observed[280];

        if (llabs(skew_ms) <= limit_ms)
            continue;
        snprintf(observed, sizeof observed, "the clock of %s differs from ours by %lld s",
                 e->operation->planes[i].spec->name, (long long)(skew_ms / 1000));
        finding_refuse(finding, "F-025", "clocks that agree (clockSkewMax)", observed,
                       "the Date header of its API server",
                       "tokens would be refused: set the clocks right first");
    }
    return true;
}
