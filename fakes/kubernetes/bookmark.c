/*
 * fakes/kubernetes/bookmark.c - the object of a BOOKMARK event.
 */
#include "fakes/kubernetes/bookmark.h"

#include <stdio.h>
#include <stdlib.h>

#include "fakes/kubernetes/object.h"
#include "fakes/kubernetes/print.h"
#include "fakes/kubernetes/form/rules.h"

/* The list of that kind with no items, as the server would print it, in base64. */
static char *blueprint_of(const KubeKind *kind)
{
    bool is_custom = kube_kind_has(kind, KUBE_CUSTOM);
    char api_version[64], *encoded;
    Buffer text = {0};

    kube_api_version(kind, api_version);
    if (is_custom)
        buffer_format(&text, "{\"apiVersion\":\"%s\",\"items\":[],\"kind\":\"%sList\"}\n",
                      api_version, kind->kind);
    else
        buffer_format(&text,
                      "{\"kind\":\"%sList\",\"apiVersion\":\"%s\",\"metadata\":{},"
                      "\"items\":null}\n",
                      kind->kind, api_version);
    encoded = json_base64(text.data, text.length);
    buffer_release(&text);
    return encoded;
}

static void add_notes(cJSON *metadata, const KubeKind *kind)
{
    cJSON *notes = cJSON_AddObjectToObject(metadata, "annotations");
    char *blueprint = blueprint_of(kind);

    cJSON_AddStringToObject(notes, "k8s.io/initial-events-end", "true");
    cJSON_AddStringToObject(notes, "kubernetes.io/initial-events-list-blueprint", blueprint);
    free(blueprint);
}

/* Here the server counts what it was not told: inside, a workload's replicas are a number. */
static void add_replicas(cJSON *json)
{
    cJSON *spec = cJSON_GetObjectItemCaseSensitive(json, "spec");
    cJSON *replicas = cJSON_AddNumberToObject(spec, "replicas", 0);

    cJSON_InsertItemInArray(spec, 0, cJSON_DetachItemViaPointer(spec, replicas));
}

void bookmark_print(Buffer *buffer, const KubeKind *kind, int64_t version, bool ends_initial)
{
    bool is_custom = kube_kind_has(kind, KUBE_CUSTOM);
    cJSON *json = is_custom ? cJSON_CreateObject() : form_empty(rules_type(kind));
    char api_version[64], number[24];

    json_put_string(json, "kind", kind->kind);
    json_put_string(json, "apiVersion", kube_api_version(kind, api_version));
    snprintf(number, sizeof number, "%lld", (long long)version);
    json_put_string(json, "metadata/resourceVersion", number);
    if (!is_custom && kube_kind_has(kind, KUBE_WITH_SCALE))
        add_replicas(json);
    if (ends_initial)
        add_notes(kube_metadata(json), kind);
    kube_print_object(buffer, kind, json);
    cJSON_Delete(json);
}
