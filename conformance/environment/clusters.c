/*
 * conformance/environment/clusters.c - which clusters are reached, what may be done in them, and whose turn it is.
 *
 * Source: domain.md MP-25, MP-26, SEC-25, OPS-01.
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/environment/checks.h"
#include "engine/lease.h"
#include "engine/steps/steps.h"

enum { CLOCKS_APART_MAX_MS = 30000 }; /* SEC-25 */

/* The failover's own step, so that the uids it would compare are the ones that are compared here. */
bool check_identities(Examination *e, Finding *finding, Error *err)
{
    Observation seen = {0};

    STEP_IDENTIFY.observe(e->operation, &seen);
    if (seen.state == STEP_FAILED)
        *finding = seen.finding;
    return seen.state == STEP_HOLDS || seen.state == STEP_FAILED ||
           error_set(err, ERR_UNAVAILABLE, "%s", seen.text);
}

/* STEP_IDENTIFY gives a control plane that does not answer a uid that no cluster has. */
bool site_is_reached(const ControlPlane *site, Error *err)
{
    return strncmp(site->uid, "unreachable", 11) != 0 ||
           error_set(err, ERR_UNAVAILABLE, "%s cannot be reached", site->spec->name);
}

static bool are_all_reached(const Operation *operation, Error *err)
{
    for (size_t i = 0; i < operation->control_plane_count; i++) {
        if (!site_is_reached(&operation->control_planes[i], err))
            return false;
    }
    return true;
}

/* A right that is missing somewhere decides over a cluster that could not be asked. */
bool check_all_rights(Examination *e, Finding *finding, Error *err)
{
    if (!check_rights(e, finding, err))
        return false;
    if (finding->reaction == REACT_NONE && !check_control_plane_rights(e, finding, err))
        return false;
    return finding->reaction != REACT_NONE || are_all_reached(e->operation, err);
}

static void judge_clock(Wrong *wrong, const char *name, const KubeClient *kube)
{
    int64_t skew_ms = kube_client_skew_ms(kube);

    if (llabs(skew_ms) > CLOCKS_APART_MAX_MS)
        wrong_add(wrong, "the clock of %s differs from ours by %lld s", name,
                  (long long)(skew_ms / 1000));
}

bool check_all_clocks(Examination *e, Finding *finding, Error *err)
{
    const Operation *operation = e->operation;
    Wrong wrong = {0};

    for (int i = 0; i < 2; i++)
        judge_clock(&wrong, operation->planes[i].spec->name, operation->planes[i].kube);
    for (size_t i = 0; i < operation->control_plane_count; i++)
        judge_clock(&wrong, operation->control_planes[i].spec->name,
                    operation->control_planes[i].kube);
    wrong_tell(&wrong, finding, "SEC-25", "clocks of all clusters within 30 s of each other",
               "the Date header of each API server",
               "tokens would be refused as not yet valid: set the clocks right (NTP)");
    return wrong.count || are_all_reached(operation, err);
}

bool check_lease(Examination *e, Finding *finding, Error *err)
{
    Wrong wrong = {0};

    for (int i = 0; i < 2; i++) {
        Plane *plane = &e->operation->planes[i];
        LeaseView view;

        if (!lease_see(e->operation, plane, &view, err))
            return false;
        if (*view.holder && !view.is_expired)
            wrong_add(&wrong, "%.120s holds the lease in %s", view.holder, plane->spec->name);
    }
    wrong_tell(&wrong, finding, "OPS-01", "no engine at work on either plane",
               "kubectl get lease -n NAMESPACE understudy -o yaml",
               "wait until that run has ended, and certify again");
    return true;
}
