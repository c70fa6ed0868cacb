/*
 * engine/checks/names.c - names, the active's API, and where control planes look for it.
 *
 * Source: domain.md DNS-01, F-407, F-413, F-501, F-618.
 */
#include "engine/checks/checks.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/observations.h"
#include "engine/providers/provider.h"
#include "engine/steps/names.h"

/* A floating name that leads to itself is a loop; one plane by the other's name is the other (F-503, F-904, F-905). */
bool check_own_names(Examination *e, Finding *finding, Error *err)
{
    const char *floating = e->operation->environment->floating_name;
    const EnvironmentPlane *planes = e->operation->environment->planes;
    char observed[280];

    (void)err;
    for (int i = 0; i < 2; i++) {
        if (!same_name(planes[i].permanent_name, floating) &&
            !same_name(planes[i].permanent_name, planes[1 - i].permanent_name))
            continue;
        snprintf(observed, sizeof observed, "the permanent name of %s is %.200s", planes[i].name,
                 planes[i].permanent_name);
        finding_refuse(finding, "F-503", "three names that differ: one floats, two stay", observed,
                       "planes.*.permanentName and floatingName in the environment file",
                       "give each plane a name of its own, which no failover ever moves");
        return true;
    }
    return true;
}

bool check_names(Examination *e, Finding *finding, Error *err)
{
    const Environment *environment = e->operation->environment;
    NameView view;
    char observed[280];

    see_name(e->operation, environment->floating_name, DNS_RECORD_A, &view);
    if (!view.all_answer)
        return error_set(err, ERR_UNAVAILABLE, "not every name server answers: %s", view.odd);
    if (view.first.count == 0 && !view.first.cname[0]) {
        snprintf(observed, sizeof observed, "%s does not exist", environment->floating_name);
        finding_refuse(finding, "DNS-01", "the floating name in DNS", observed,
                       "dig the name at every name server",
                       "correct floatingName or dns.servers in the environment file");
    } else if (!environment->dns.uses_addresses && view.first.cname[0] &&
               same_name(view.first.cname, e->operation->standby->spec->permanent_name)) {
        finding_refuse(finding, "F-014", "a floating name that leads to the active",
                       "it leads to the standby already", "dig the name at every name server",
                       "somebody has begun a failover: look at both planes before you go on");
    }
    return true;
}

/* Asking for nothing shows whether we may, without a change (F-501, DNS-04). */
bool check_dns_rights(Examination *e, Finding *finding, Error *err)
{
    const DnsProvider *provider = dns_provider(e->operation);
    Error why = {0};

    if (provider->probe(e->operation, &why))
        return true;
    if (why.code != ERR_DENIED && why.code != ERR_INVALID)
        return error_set(err, why.code, "%s", why.message);
    finding_refuse(finding, "F-501", provider->required, why.message, provider->evidence,
                   provider->remedy);
    return true;
}

bool check_api(Examination *e, Finding *finding, Error *err)
{
    char address[256], ip[64], path[160], observed[280];
    int status;

    if (!see_load_balancer(e->operation->active, address, err) ||
        !see_ip(e->operation, address, ip, err))
        return false;
    snprintf(path, sizeof path, "/v2/organizations/%s/status",
             e->operation->environment->organization);
    if (!see_front(e->operation, e->operation->active, ip, path, &status, NULL, err))
        return false;
    if (status == 200)
        return true;
    snprintf(observed, sizeof observed, "%s%s answers %d",
             e->operation->active->spec->permanent_name, path, status);
    finding_refuse(finding,
                   status == 404   ? "F-413"
                   : status == 401 ? "F-407"
                                   : "MP-07",
                   "a healthy active: this is a planned failover", observed, "GET of that path",
                   status == 404   ? "correct `organization:` in the environment file"
                   : status == 401 ? "correct frontEnvoy.user and its password file"
                                   : "repair the active, or fail over unplanned");
    return true;
}

/* A ControlPlane whose host is not the floating name never follows it (F-618, CP-01). */
static void judge_host(const Operation *operation, const ControlPlane *site, const cJSON *object,
                       Finding *finding)
{
    const char *host = json_string_or(object, "spec/managementPlane/host", "");
    char observed[280];

    if (!*host || same_name(host, operation->environment->floating_name))
        return;
    snprintf(observed, sizeof observed, "%s follows %.200s", site->spec->name, host);
    finding_refuse(
        finding, "F-618", "the floating name as spec.managementPlane.host everywhere", observed,
        "kubectl get controlplanes -n istio-system -o yaml, in that cluster",
        "patch that ControlPlane with the floating name, and see that its edge comes back");
}

bool check_hosts(Examination *e, Finding *finding, Error *err)
{
    Operation *operation = e->operation;
    size_t count = operation->control_plane_count;
    KubeRead *reads = memory_new(count + 1, sizeof *reads);

    (void)err;
    for (size_t i = 0; i < count; i++)
        reads[i] = (KubeRead){
            .client = operation->control_planes[i].kube,
            .path = {.resource = "install.tetrate.io/v1alpha1/controlplanes",
                     .ns = operation->control_planes[i].spec->ns,
                     .name = "controlplane"}
        };
    kube_client_get_all(reads, count, (size_t)operation->environment->policies.width);
    for (size_t i = 0; i < count; i++) {
        if (finding->reaction == REACT_NONE)
            judge_host(operation, &operation->control_planes[i], reads[i].object, finding);
        cJSON_Delete(reads[i].object);
    }
    free(reads);
    return true;
}
