/*
 * engine/looks/kubernetes.c - what the steps see of a plane in Kubernetes: Deployments, endpoints, the resource, Secrets.
 */
#include "engine/observations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPLOYMENTS "apps/v1/deployments"

/* spec.selector.matchLabels as a query. */
static void write_selector(const cJSON *deployment, char *out, size_t room)
{
    size_t start = (size_t)snprintf(out, room, "labelSelector="), used = start;
    const cJSON *label;

    cJSON_ArrayForEach(label, json_find(deployment, "spec/selector/matchLabels"))
    {
        if (cJSON_IsString(label) && used < room)
            used += (size_t)snprintf(out + used, room - used, "%s%s%%3D%s",
                                     used > start ? "%2C" : "", label->string, label->valuestring);
    }
}

bool see_deployment(const Plane *plane, const char *name, DeploymentView *out, Error *err)
{
    KubePath path = {.resource = DEPLOYMENTS, .ns = plane->spec->ns, .name = name};
    cJSON *object = NULL;
    Error why = {0};

    *out = (DeploymentView){0};
    if (!kube_client_get(plane->kube, &path, &object, &why))
        return why.code == ERR_NOT_FOUND || error_set(err, why.code, "%s", why.message);
    out->exists = true;
    out->wanted = json_integer_or(object, "spec/replicas", 1);
    out->ready = json_integer_or(object, "status/readyReplicas", 0);
    out->updated = json_integer_or(object, "status/updatedReplicas", 0);
    out->total = json_integer_or(object, "status/replicas", 0);
    out->generation = json_integer_or(object, "metadata/generation", 0);
    out->observed_generation = json_integer_or(object, "status/observedGeneration", 0);
    write_selector(object, out->selector, sizeof out->selector);
    snprintf(out->image, sizeof out->image, "%s",
             json_string_or(object, "spec/template/spec/containers/0/image", "?"));
    cJSON_Delete(object);
    return true;
}

bool deployment_serves(const DeploymentView *view)
{
    return view->exists && view->wanted >= 1 && view->ready >= 1 && view->updated >= view->wanted &&
           view->observed_generation >= view->generation;
}

const char *deployment_text(const char *name, const DeploymentView *view, char *out, size_t room)
{
    if (!view->exists)
        snprintf(out, room, "deployment/%s does not exist yet", name);
    else if (view->wanted == 0)
        snprintf(out, room, "deployment/%s: scaled to 0", name);
    else
        snprintf(out, room, "deployment/%s: %lld of %lld ready, generation %lld observed %lld",
                 name, (long long)view->ready, (long long)view->wanted, (long long)view->generation,
                 (long long)view->observed_generation);
    return out;
}

bool see_pods(const Plane *plane, const DeploymentView *deployment, int64_t *out_count, Error *err)
{
    KubePath path = {.resource = "v1/pods", .ns = plane->spec->ns, .query = deployment->selector};
    cJSON *list = NULL;
    const cJSON *pod;

    *out_count = 0;
    if (!deployment->exists)
        return true;
    if (!kube_client_get(plane->kube, &path, &list, err))
        return false;
    cJSON_ArrayForEach(pod, json_find(list, "items"))
    {
        const char *phase = json_string_or(pod, "status/phase", "");

        *out_count += strcmp(phase, "Succeeded") != 0 && strcmp(phase, "Failed") != 0;
    }
    cJSON_Delete(list);
    return true;
}

bool see_endpoints(const Plane *plane, const char *name, int64_t *out_count, Error *err)
{
    KubePath path = {.resource = "v1/endpoints", .ns = plane->spec->ns, .name = name};
    cJSON *object = NULL;
    const cJSON *subset;
    Error why = {0};

    *out_count = 0;
    if (!kube_client_get(plane->kube, &path, &object, &why))
        return why.code == ERR_NOT_FOUND || error_set(err, why.code, "%s", why.message);
    cJSON_ArrayForEach(subset, json_find(object, "subsets"))
    {
        *out_count += cJSON_GetArraySize(json_find(subset, "addresses"));
    }
    cJSON_Delete(object);
    return true;
}

bool see_management_plane(const Plane *plane, cJSON **out_object, Error *err)
{
    KubePath path = {.resource = "install.tetrate.io/v1alpha1/managementplanes",
                     .ns = plane->spec->ns,
                     .name = plane->spec->resource_name};

    return kube_client_get(plane->kube, &path, out_object, err);
}

PlaneRole management_plane_role(const cJSON *object)
{
    bool is_active = json_has(object, "spec/highAvailability/active");
    bool is_standby = json_has(object, "spec/highAvailability/standby");

    if (is_active && is_standby)
        return ROLE_BOTH;
    return is_active ? ROLE_ACTIVE : is_standby ? ROLE_STANDBY : ROLE_NONE;
}

const char *management_plane_writer(const cJSON *object)
{
    const char *writer = "somebody", *latest = "";
    const cJSON *entry;

    cJSON_ArrayForEach(entry, json_find(object, "metadata/managedFields"))
    {
        const char *at = json_string_or(entry, "time", "");

        if (json_has(entry, "fieldsV1/f:spec/f:highAvailability") && strcmp(at, latest) >= 0) {
            latest = at;
            writer = json_string_or(entry, "manager", writer);
        }
    }
    return writer;
}

bool see_load_balancer(const Plane *plane, char out_address[256], Error *err)
{
    KubePath path = {.resource = "v1/services", .ns = plane->spec->ns, .name = "envoy"};
    cJSON *object = NULL;
    const cJSON *ingress;
    Error why = {0};

    out_address[0] = '\0';
    if (!kube_client_get(plane->kube, &path, &object, &why))
        return why.code == ERR_NOT_FOUND || error_set(err, why.code, "%s", why.message);
    ingress = json_find(object, "status/loadBalancer/ingress/0");
    snprintf(out_address, 256, "%s",
             json_string_or(ingress, "hostname", json_string_or(ingress, "ip", "")));
    cJSON_Delete(object);
    return true;
}

char *secret_value(const cJSON *secret, const char *key)
{
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(json_find(secret, "data"), key);
    char *value = NULL;
    size_t length;

    if (!cJSON_IsString(node) || !json_base64_decode(node->valuestring, &value, &length, NULL))
        return NULL;
    return value;
}

bool see_secret(KubeClient *kube, const char *ns, const char *name, const char *key,
                char **out_value, Error *err)
{
    KubePath path = {.resource = "v1/secrets", .ns = ns, .name = name};
    cJSON *secret = NULL;

    if (!kube_client_get(kube, &path, &secret, err))
        return false;
    *out_value = secret_value(secret, key);
    cJSON_Delete(secret);
    return *out_value || error_set(err, ERR_NOT_FOUND, "%s: secret %s/%s has no data.%s",
                                   kube_client_context(kube), ns, name, key);
}
