/*
 * sim/dialling.c - how a control plane looks at a management plane: by name, through its resolver and the network.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sim/inside.h"

const char *site_plane_host(const ControlPlaneSite *site)
{
    const cJSON *resource = NULL;

    if (site->is_populated)
        resource = kube_find(site->cluster, "controlplanes", "istio-system", "controlplane");
    return json_string_or(resource, "spec/managementPlane/host", site->world->floating_name);
}

NetworkVerdict site_dial(const ControlPlaneSite *site, const char *ip, Plane **out_plane)
{
    World *world = site->world;
    Plane *plane = world_plane_at(world, ip);
    NetworkVerdict verdict = {NETWORK_BLACKHOLE, 0};

    *out_plane = plane;
    if (!plane)
        return verdict;
    verdict = topology_ask(world->topology, site->name, plane->name,
                           (uint16_t)world->parameters.front_port);
    if (verdict.fate == NETWORK_DELIVER && !plane_is_open(plane))
        verdict.fate = NETWORK_REFUSE;
    return verdict;
}

static const char *fate_text(NetworkFate fate)
{
    switch (fate) {
    case NETWORK_REFUSE:
        return "connection refused";
    case NETWORK_RESET:
        return "connection reset by peer";
    case NETWORK_BLACKHOLE:
        return "i/o timeout";
    case NETWORK_DELIVER:
        break;
    }
    return "no healthy upstream";
}

Plane *site_find_api(ControlPlaneSite *site, const char **out_why)
{
    Plane *plane = NULL;
    NetworkVerdict verdict;
    char ip[16];

    resolver_lookup(site->resolver, site_plane_host(site), ip, NULL);
    if (!*ip) {
        if (out_why)
            *out_why = "no such host";
        return NULL;
    }
    verdict = site_dial(site, ip, &plane);
    if (verdict.fate == NETWORK_DELIVER && plane_is_api_serving(plane))
        return plane;
    if (out_why)
        *out_why = fate_text(verdict.fate);
    return NULL;
}

/* ---- what it says about it -------------------------------------------------------------------------------------------------------- */

static bool take_name(void *owner, const cJSON *object)
{
    if (json_has(object, "metadata/deletionTimestamp"))
        return true;
    *(const char **)owner = json_string_or(object, "metadata/name", NULL);
    return false;
}

/* A line in the log of the Deployment's first pod, if it has one. */
static void pod_log(KubeCluster *cluster, const char *ns, const char *deployment,
                    const char *format, va_list arguments)
{
    const char *pod = NULL;
    char selector[80], when[CLOCK_TEXT_MAX], *line = NULL, *stamped;

    snprintf(selector, sizeof selector, "app=%s", deployment);
    kube_each(cluster, "pods", ns, selector, take_name, &pod);
    if (!pod)
        return;
    if (vasprintf(&line, format, arguments) < 0)
        line = memory_text("");
    stamped = memory_format("%s\t%s", clock_rfc3339_micro(clock_wall_ms(), when), line);
    kube_log(cluster, ns, pod, stamped);
    free(stamped);
    free(line);
}

void site_log(const ControlPlaneSite *site, const char *deployment, const char *format, ...)
{
    va_list arguments;

    if (!site->is_populated)
        return;
    va_start(arguments, format);
    pod_log(site->cluster, "istio-system", deployment, format, arguments);
    va_end(arguments);
}

void plane_log(const Plane *plane, const char *deployment, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    pod_log(plane->cluster, plane->ns, deployment, format, arguments);
    va_end(arguments);
}
