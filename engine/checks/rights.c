/*
 * engine/checks/rights.c - what the engine may do, and whether the clocks agree.
 *
 * Source: domain.md F-018, F-025, F-617.
 */
#include "engine/checks/rights.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/clients/kube_rules.h"
#include "engine/observations.h"

/* What somebody may in one namespace: a complete list, or whom to ask. */
typedef struct {
    KubeClient *kube;
    const char *ns;
    cJSON *rules;
    bool is_complete;
} Rights;

static bool is_allowed(const Rights *rights, const KubeRight *right, bool *out_allowed, Error *err)
{
    if (!rights->is_complete)
        return kube_client_may(rights->kube, right, out_allowed, err);
    *out_allowed = kube_rules_allow(rights->rules, right);
    return true;
}

static void refuse(const Rights *rights, const KubeRight *right, Finding *finding)
{
    char observed[280];

    snprintf(observed, sizeof observed, "%s: may not %s %s%s%s%s%s in %s",
             kube_client_context(rights->kube), right->verb, right->resource,
             right->subresource ? "/" : "", right->subresource ? right->subresource : "",
             right->name ? " " : "", right->name ? right->name : "", right->ns);
    finding_refuse(finding, "F-018", "the rights that the whole procedure needs", observed,
                   "kubectl auth can-i VERB RESOURCE -n NAMESPACE",
                   "grant the role in docs/rbac.yaml");
}

/* right ends at the first name that is refused. */
static bool ask_by_name(const Rights *rights, const Right *wanted, KubeRight *right, bool *out_may,
                        Error *err)
{
    *out_may = wanted->names[0] != NULL;
    for (int i = 0; *out_may && i < RIGHT_NAMES_MAX && wanted->names[i] != NULL; i++) {
        right->name = wanted->names[i];
        if (!is_allowed(rights, right, out_may, err))
            return false;
    }
    return true;
}

/* Whoever may so with all of them need not be asked for each. */
static bool check_right(const Rights *rights, const Right *wanted, Finding *finding, Error *err)
{
    KubeRight right = {.verb = wanted->verb,
                       .group = wanted->group,
                       .resource = wanted->resource,
                       .subresource = wanted->subresource,
                       .ns = rights->ns};
    bool may = true;

    if (!is_allowed(rights, &right, &may, err))
        return false;
    if (!may && !ask_by_name(rights, wanted, &right, &may, err))
        return false;
    if (!may)
        refuse(rights, &right, finding);
    return true;
}

static bool is_read(const Right *right)
{
    return strcmp(right->verb, "get") == 0 || strcmp(right->verb, "list") == 0;
}

bool rights_check(KubeClient *kube, const char *ns, const Right *wanted, size_t count,
                  Finding *finding, Error *err)
{
    Rights rights = {.kube = kube, .ns = ns};
    bool ok = kube_client_rules(kube, ns, &rights.rules, &rights.is_complete, err);

    for (size_t i = 0; ok && finding->reaction == REACT_NONE && i < count; i++)
        if (rights.is_complete || !is_read(&wanted[i]))
            ok = check_right(&rights, &wanted[i], finding, err);
    cJSON_Delete(rights.rules);
    return ok;
}

bool rights_check_plane(const Plane *plane, Finding *finding, Error *err)
{
    static const Right RIGHTS[] = {
        {"patch",  "apps",                "deployments",      "scale", {NULL}             },
        {"patch",  "install.tetrate.io",  "managementplanes", NULL,    {NULL}             },
        {"update", "coordination.k8s.io", "leases",           NULL,    {NULL}             },
        {"get",    "apps",                "deployments",      NULL,    {NULL}             },
        {"get",    "install.tetrate.io",  "managementplanes", NULL,    {NULL}             },
        {"get",    "",                    "services",         NULL,    {NULL}             },
        {"get",    "",                    "endpoints",        NULL,    {NULL}             },
        {"list",   "",                    "pods",             NULL,    {NULL}             },
        {"get",    "",                    "secrets",          NULL,    {"iam-signing-key"}},
    };

    return rights_check(plane->kube, plane->spec->ns, RIGHTS, sizeof RIGHTS / sizeof *RIGHTS,
                        finding, err);
}

bool check_rights(Examination *e, Finding *finding, Error *err)
{
    for (int i = 0; i < 2 && finding->reaction == REACT_NONE; i++) {
        const Plane *plane = &e->operation->planes[i];

        if (!plane->is_out_of_reach && !rights_check_plane(plane, finding, err))
            return false;
    }
    return true;
}

bool rights_check_control_plane(const ControlPlane *site, Finding *finding, Error *err)
{
    static const Right RIGHTS[] = {
        {"delete",
         "",               "secrets",
         NULL,                                   {"otel-token", "oap-token", "ngac-token", "xcp-edge-central-auth-token"}},
        {"patch",  "apps", "deployments", NULL,  {"edge", "tsb-operator-control-plane"}                                  },
        {"get",
         "",               "secrets",
         NULL,                                   {"cluster-service-account", "otel-token", "xcp-central-ca-bundle"}      },
        {"list",   "",     "pods",        NULL,  {NULL}                                                                  },
        {"get",    "",     "pods",        "log", {NULL}                                                                  },
    };

    return rights_check(site->kube, site->spec->ns, RIGHTS, sizeof RIGHTS / sizeof *RIGHTS, finding,
                        err);
}

bool check_control_plane_rights(Examination *e, Finding *finding, Error *err)
{
    for (size_t i = 0; i < e->operation->control_plane_count; i++) {
        const ControlPlane *site = &e->operation->control_planes[i];

        if (!site->is_chosen || strncmp(site->uid, "unreachable", 11) == 0)
            continue;
        if (!rights_check_control_plane(site, finding, err))
            return false;
        if (finding->reaction != REACT_NONE)
            return true;
    }
    return true;
}

/* Tokens would be refused only there, and no failover cures that: it is said, and nothing waits for it. */
static void warn_of_clocks(Examination *e, int64_t limit_ms)
{
    for (size_t i = 0; i < e->operation->control_plane_count; i++) {
        const ControlPlane *site = &e->operation->control_planes[i];
        int64_t skew_ms = kube_client_skew_ms(site->kube);

        if (llabs(skew_ms) > limit_ms)
            operation_warn(e->operation, "F-617",
                           "the clock of %s differs from ours by %lld s: set it right, or tokens "
                           "may be refused there",
                           site->spec->name, (long long)(skew_ms / 1000));
    }
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
    warn_of_clocks(e, limit_ms);
    return true;
}
