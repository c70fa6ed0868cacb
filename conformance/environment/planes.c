/*
 * conformance/environment/planes.c - both ManagementPlanes, and what runs for them.
 *
 * Source: domain.md MP-01 to MP-12, MP-17; 1.4 (status), X2 (the port is an integer).
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/environment/checks.h"
#include "engine/observations.h"
#include "engine/steps/names.h"

#define ENDPOINT "spec/highAvailability/standby/activeMpSynchronizationEndpoint/"
#define OPERATOR "tsb-operator-management-plane"

static const char SEE_RESOURCE[] = "kubectl get managementplanes -n NAMESPACE -o yaml";

/* An absent one stays NULL, which is a finding; one that cannot be read is none. */
static bool read_resource(const Plane *plane, cJSON **out_object, Error *err)
{
    Error why = {0};

    return see_management_plane(plane, out_object, &why) || why.code == ERR_NOT_FOUND ||
           error_set(err, why.code, "%s", why.message);
}

bool check_pair(Examination *e, Finding *finding, Error *err)
{
    if (!read_resource(e->operation->active, &e->active, err) ||
        !read_resource(e->operation->standby, &e->standby, err) ||
        !check_resources_exist(e, finding, err))
        return false;
    return finding->reaction != REACT_NONE || check_roles(e, finding, err);
}

static bool is_ip(const char *text)
{
    unsigned char bytes[16];

    return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

/* The engine's check knows the names that must not stand there; here it is asked who does. */
bool check_standby_endpoint(Examination *e, Finding *finding, Error *err)
{
    const char *permanent = e->operation->active->spec->permanent_name;
    const char *host = json_string_or(e->standby, ENDPOINT "host", "");
    char observed[280];

    if (!check_standby_host(e, finding, err))
        return false;
    if (finding->reaction != REACT_NONE || is_ip(host) || same_name(host, permanent))
        return true;
    snprintf(observed, sizeof observed, "the standby follows \"%.120s\", the active is %.120s",
             host, permanent);
    finding_refuse(finding, "MP-04", "the active's permanent name as synchronisation host",
                   observed, SEE_RESOURCE,
                   "patch the standby with the active's permanent name and wait until it streams");
    return true;
}

bool check_standby_port(Examination *e, Finding *finding, Error *err)
{
    const cJSON *port = json_find(e->standby, ENDPOINT "port");
    unsigned wanted = e->operation->environment->front.port;
    char observed[280], *text;

    (void)err;
    if (cJSON_IsNumber(port) && port->valuedouble == wanted)
        return true;
    text = port ? json_text(port) : NULL;
    snprintf(observed, sizeof observed, "the standby's port is %.60s, the front envoy's %u",
             text ? text : "not set", wanted);
    free(text);
    finding_refuse(finding, "MP-05", "the front envoy's port as synchronisation port, an integer",
                   observed, SEE_RESOURCE, "patch the standby with that port");
    return true;
}

bool check_operators(Examination *e, Finding *finding, Error *err)
{
    Wrong wrong = {0};

    for (int i = 0; i < 2; i++) {
        const Plane *plane = &e->operation->planes[i];
        DeploymentView view;
        char text[200];

        if (!see_deployment(plane, OPERATOR, &view, err))
            return false;
        if (!deployment_serves(&view))
            wrong_add(&wrong, "%s: %.150s", plane->spec->name,
                      deployment_text(OPERATOR, &view, text, sizeof text));
    }
    wrong_tell(&wrong, finding, "MP-06", "a running operator on both planes",
               "kubectl get deployment -n NAMESPACE " OPERATOR,
               "without it a change of the resource changes nothing: bring it up");
    return true;
}

/* Written as text or as a number, by release (U4); -1: not at all. */
static int64_t observed_generation(const cJSON *object)
{
    const char *text = json_string(object, "status/observedGeneration");

    return text ? strtoll(text, NULL, 10)
                : json_integer_or(object, "status/observedGeneration", -1);
}

bool check_status(Examination *e, Finding *finding, Error *err)
{
    const cJSON *objects[] = {e->active, e->standby};
    const Plane *planes[] = {e->operation->active, e->operation->standby};
    Wrong wrong = {0};

    for (int i = 0; i < 2; i++) {
        int64_t seen = observed_generation(objects[i]),
                wanted = json_integer_or(objects[i], "metadata/generation", 0);
        const char *phase = json_string_or(objects[i], "status/phase", "INSTALLED");

        if (seen < 0)
            return error_set(err, ERR_NOT_FOUND,
                             "%s: its ManagementPlane has no status.observedGeneration "
                             "(its release may not write it)",
                             planes[i]->spec->name);
        if (seen != wanted || strcmp(phase, "INSTALLED") != 0)
            wrong_add(&wrong, "%s: generation %lld, observed %lld, phase %.60s",
                      planes[i]->spec->name, (long long)wanted, (long long)seen, phase);
    }
    wrong_tell(&wrong, finding, "MP-07", "resources that their operators have carried out",
               SEE_RESOURCE, "wait, or see the operator's log");
    return true;
}

bool check_services(Examination *e, Finding *finding, Error *err)
{
    static const char *const SERVICES[] = {"tsb", "iam",     "envoy",
                                           "mpc", "central", "xcp-operator-central"};
    Wrong wrong = {0};

    for (size_t i = 0; i < sizeof SERVICES / sizeof *SERVICES; i++) {
        DeploymentView view;
        char text[200];

        if (!see_deployment(e->operation->active, SERVICES[i], &view, err))
            return false;
        if (!deployment_serves(&view))
            wrong_add(&wrong, "%.190s", deployment_text(SERVICES[i], &view, text, sizeof text));
    }
    wrong_tell(&wrong, finding, "MP-08", "every service of the active ready",
               "kubectl get deployments -n NAMESPACE", "repair it before a planned failover");
    return true;
}

static bool has_envoy(const Plane *plane, bool *out_has, Error *err)
{
    KubePath path = {.resource = "v1/services", .ns = plane->spec->ns, .name = "envoy"};
    cJSON *object = NULL;
    Error why = {0};

    *out_has = kube_client_get(plane->kube, &path, &object, &why);
    cJSON_Delete(object);
    return *out_has || why.code == ERR_NOT_FOUND || error_set(err, why.code, "%s", why.message);
}

bool check_is_quiet(Examination *e, Finding *finding, Error *err)
{
    static const char *const SERVERS[] = {"tsb", "iam"};
    const Plane *standby = e->operation->standby;
    Wrong wrong = {0};
    bool has = false;

    if (!has_envoy(standby, &has, err))
        return false;
    if (has)
        wrong_add(&wrong, "%s has a Service \"envoy\"", standby->spec->name);
    for (int i = 0; i < 2; i++) {
        DeploymentView view;

        if (!see_deployment(standby, SERVERS[i], &view, err))
            return false;
        if (view.ready > 0)
            wrong_add(&wrong, "%s: %s has %lld ready pods", standby->spec->name, SERVERS[i],
                      (long long)view.ready);
    }
    wrong_tell(&wrong, finding, "MP-09", "a standby that serves nobody",
               "kubectl get services,deployments -n NAMESPACE",
               "find out whether both planes are active before anything else");
    return true;
}

/* The version in its status, or else the tag of its operator's image; "" if it has neither. */
static bool tsb_version(const Plane *plane, const cJSON *object, char out[80], Error *err)
{
    const char *version = json_string_or(object, "status/tsbVersion", "");
    const char *tag;
    DeploymentView view = {0};

    if (!*version && !see_deployment(plane, OPERATOR, &view, err))
        return false;
    tag = strrchr(view.image, ':');
    if (!*version && !tag)
        return error_set(err, ERR_NOT_FOUND, "%s tells its version nowhere", plane->spec->name);
    if (!*version)
        version = tag + 1;
    snprintf(out, 80, "%s", version + (*version == 'v'));
    return true;
}

bool check_tsb_versions(Examination *e, Finding *finding, Error *err)
{
    const Operation *operation = e->operation;
    char active[80], standby[80], observed[280];

    if (!tsb_version(operation->active, e->active, active, err) ||
        !tsb_version(operation->standby, e->standby, standby, err))
        return false;
    if (strcmp(active, standby) == 0)
        return true;
    snprintf(observed, sizeof observed, "%s has %s, %s has %s", operation->active->spec->name,
             active, operation->standby->spec->name, standby);
    finding_refuse(finding, "MP-10", "the same version on both planes", observed,
                   "status.tsbVersion, or the image of deployment/" OPERATOR,
                   "upgrade the older one");
    return true;
}

bool check_organizations(Examination *e, Finding *finding, Error *err)
{
    const char *active = json_string_or(e->active, "spec/organization", "");
    const char *standby = json_string_or(e->standby, "spec/organization", "");
    const char *wanted = e->operation->environment->organization;
    char observed[280];

    (void)err;
    if (strcmp(active, wanted) == 0 && strcmp(standby, wanted) == 0)
        return true;
    snprintf(observed, sizeof observed,
             "the active says \"%.60s\", the standby \"%.60s\", the environment file \"%.60s\"",
             active, standby, wanted);
    finding_refuse(finding, "MP-12", "the same organization everywhere", observed, SEE_RESOURCE,
                   "correct spec.organization, or `organization:` in the environment file");
    return true;
}

/* The engine's check lets a CRD pass that it may not read; a certificate does not say that it holds. */
bool check_crd(Examination *e, Finding *finding, Error *err)
{
    KubePath path = {.resource = "apiextensions.k8s.io/v1/customresourcedefinitions",
                     .name = "managementplanes.install.tetrate.io"};
    cJSON *crd = NULL;

    if (!kube_client_get(e->operation->standby->kube, &path, &crd, err))
        return false;
    cJSON_Delete(crd);
    return check_schema(e, finding, err);
}
