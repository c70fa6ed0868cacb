/*
 * sim/objects.c - Kubernetes objects written down as text, for the parts of a world that make them.
 */
#include "sim/objects.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

cJSON *object_format(const char *format, ...)
{
    char *quoted = memory_text(format), *text = NULL;
    cJSON *json = NULL;
    va_list arguments;
    int length;

    for (char *quote = quoted; (quote = strchr(quote, '\'')); quote++)
        *quote = '"';
    va_start(arguments, format);
    length = vasprintf(&text, quoted, arguments);
    va_end(arguments);
    assert(length >= 0);
    json = cJSON_Parse(text);
    if (!json)
        fprintf(stderr, "world: no JSON: %s\n", text);
    assert(json);
    (void)length;
    free(text);
    free(quoted);
    return json;
}

/* Its namespace goes, or is gone: a person's doing, which no part of a world can help. */
static bool is_in_vain(const KubeStatus *why)
{
    return why->code == 403 || (why->code == 404 && strstr(why->message, "namespaces"));
}

void object_create(KubeCluster *cluster, const char *resource, const char *ns, const char *manager,
                   cJSON *object)
{
    KubeStatus why = {0};
    cJSON *status = cJSON_DetachItemFromObjectCaseSensitive(object, "status");
    bool ok =
        kube_create(cluster, resource, ns, object, &(KubeWriter){.manager = manager}, NULL, &why);

    if (!ok && !is_in_vain(&why))
        fprintf(stderr, "world: create %s: %s\n", resource, why.message);
    assert(ok || is_in_vain(&why));
    if (ok && status)
        kube_set_status(cluster, resource, ns, json_string(object, "metadata/name"), manager,
                        status);
    kube_status_release(&why);
    cJSON_Delete(status);
    cJSON_Delete(object);
}

void object_merge(KubeCluster *cluster, const char *resource, const char *ns, const char *name,
                  const char *manager, cJSON *patch)
{
    if (kube_find(cluster, resource, ns, name))
        kube_merge(cluster, resource, ns, name, manager, patch);
    cJSON_Delete(patch);
}

void object_set_status(KubeCluster *cluster, const char *resource, const char *ns, const char *name,
                       const char *manager, cJSON *patch)
{
    if (kube_find(cluster, resource, ns, name))
        kube_set_status(cluster, resource, ns, name, manager, patch);
    cJSON_Delete(patch);
}

void object_delete(KubeCluster *cluster, const char *resource, const char *ns, const char *name)
{
    KubeStatus status = {0};

    if (kube_find(cluster, resource, ns, name))
        kube_delete(cluster, resource, ns, name, &(KubeDeletion){.propagation = "Background"}, NULL,
                    &status);
    kube_status_release(&status);
}

void object_namespace(KubeCluster *cluster, const char *name)
{
    if (!kube_find(cluster, "namespaces", NULL, name))
        object_create(cluster, "namespaces", NULL, "kubectl-create",
                      object_format("{'metadata':{'name':'%s'}}", name));
}

void object_secret_of(KubeCluster *cluster, const char *ns, const char *name, const char *type,
                      const char *const *pairs)
{
    cJSON *secret =
        object_format("{'metadata':{'name':'%s'},'type':'%s'}", name, type ? type : "Opaque");
    cJSON *data = cJSON_AddObjectToObject(secret, "data");

    for (; *pairs; pairs += 2) {
        char *encoded = json_base64(pairs[1], strlen(pairs[1]));

        cJSON_AddStringToObject(data, pairs[0], encoded);
        free(encoded);
    }
    object_create(cluster, "secrets", ns, "kubectl-create", secret);
}

void object_deployment(KubeCluster *cluster, const char *ns, const char *name, const char *manager,
                       int replicas, const char *image, const char *label, const char *value)
{
    cJSON *object = object_format("{'metadata':{'name':'%s','labels':{'app':'%s'}},"
                                  "'spec':{'replicas':%d,'selector':{'matchLabels':{'app':'%s'}},"
                                  "'template':{'metadata':{'labels':{'app':'%s'}},"
                                  "'spec':{'containers':[{'name':'%s','image':'%s'}]}}}}",
                                  name, name, replicas, name, name, name, image);

    if (label) {
        cJSON_AddStringToObject(json_find(object, "metadata/labels"), label, value);
        cJSON_AddStringToObject(json_find(object, "spec/template/metadata/labels"), label, value);
    }
    object_create(cluster, "deployments", ns, manager, object);
}

void object_event(KubeCluster *cluster, const char *ns, const char *component, const char *kind,
                  const char *name, const char *type, const char *reason, const char *message)
{
    char now[CLOCK_TEXT_MAX];
    cJSON *event = object_format(
        "{'metadata':{'name':'%s.%llx'},'involvedObject':{'kind':'%s','namespace':'%s','name':'%s'},"
        "'reason':'%s','type':'%s','count':1,'source':{'component':'%s'},"
        "'reportingComponent':'%s'}",
        name, (unsigned long long)kube_cluster_resource_version(cluster) + 1, kind, ns, name,
        reason, type, component, component);

    clock_rfc3339(clock_wall_ms(), now);
    cJSON_AddStringToObject(event, "message", message);
    cJSON_AddStringToObject(event, "firstTimestamp", now);
    cJSON_AddStringToObject(event, "lastTimestamp", now);
    object_create(cluster, "events", ns, component, event);
}
