/*
 * engine/steps/repoint_hosts.c - what each of the chosen control planes follows now, so that it can be put back.
 *
 * Source: domain.md 8.9 ("undo = old host").
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/choice.h"
#include "engine/observations.h"
#include "engine/steps/names.h"
#include "engine/steps/repoint.h"
#include "engine/steps/steps.h"

static KubePath resource_of(const ControlPlane *site)
{
    return (KubePath){.resource = "install.tetrate.io/v1alpha1/controlplanes",
                      .ns = site->spec->ns,
                      .name = "controlplane"};
}

const char *repoint_host(const Operation *operation)
{
    return json_string_or(operation->record, "host", operation->environment->floating_name);
}

const char *repoint_old_host(const Operation *operation, const ControlPlane *site)
{
    return json_string(json_find(operation->record, "repoint/hosts"), site->spec->name);
}

bool see_followed(const ControlPlane *site, char out_host[256], Error *err)
{
    KubePath path = resource_of(site);
    cJSON *object = NULL;

    if (!kube_client_get(site->kube, &path, &object, err))
        return false;
    snprintf(out_host, 256, "%s", json_string_or(object, "spec/managementPlane/host", ""));
    cJSON_Delete(object);
    return true;
}

bool follow_host(const ControlPlane *site, const char *host, Error *err)
{
    KubePath path = resource_of(site);
    cJSON *patch = cJSON_CreateObject();
    bool ok;

    json_put_string(patch, "spec/managementPlane/host", host);
    ok = kube_client_merge(site->kube, &path, patch, NULL, err);
    cJSON_Delete(patch);
    return ok;
}

static void note_host(Operation *operation, const ControlPlane *site, const KubeRead *read)
{
    char path[160];

    if (!read->object)
        return;
    snprintf(path, sizeof path, "repoint/hosts/%s", site->spec->name);
    json_put_string(operation->record, path,
                    json_string_or(read->object, "spec/managementPlane/host", ""));
}

static void observe_hosts(Operation *operation, Observation *out)
{
    size_t count, others = 0;
    ControlPlane **sites = chosen_control_planes(operation, &count);
    KubeRead *reads = memory_new(count + 1, sizeof *reads);

    for (size_t i = 0; i < count; i++)
        reads[i] = (KubeRead){.client = sites[i]->kube, .path = resource_of(sites[i])};
    kube_client_get_all(reads, count, (size_t)operation->environment->policies.width);
    for (size_t i = 0; i < count; i++) {
        const char *old;

        note_host(operation, sites[i], &reads[i]);
        old = repoint_old_host(operation, sites[i]);
        others += !old || !same_name(old, repoint_host(operation));
        cJSON_Delete(reads[i].object);
    }
    observe_holds(out, "%zu of %zu follow something else than %s", others, count,
                  repoint_host(operation));
    free(reads);
    free(sites);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_REPOINT_HOSTS = {
    .id = "RP1",
    .name = "hosts",
    .why = "what is written down can be put back",
    .never = "change anything",
    .observe = observe_hosts,
    .deadline_ms = deadline,
    .on_deadline = REACT_REFUSE,
    .remedy = "a ControlPlane could not be read",
    .is_once = true,
};
