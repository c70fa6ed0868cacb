/*
 * fakes/kubernetes/scale.c - the Scale of a workload.
 */
#include "fakes/kubernetes/scale.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "fakes/kubernetes/form/schema.h"

static int compare_keys(const void *a, const void *b)
{
    return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

char *scale_selector(const cJSON *workload)
{
    const cJSON *labels[64] = {NULL}, *label;
    size_t count = 0;
    Buffer text = {0};

    cJSON_ArrayForEach(label, json_find(workload, "spec/selector/matchLabels"))
    {
        if (count < sizeof labels / sizeof *labels && cJSON_IsString(label))
            labels[count++] = label;
    }
    qsort(labels, count, sizeof *labels, compare_keys);
    for (size_t i = 0; i < count; i++)
        buffer_format(&text, "%s%s=%s", i ? "," : "", labels[i]->string, labels[i]->valuestring);
    return buffer_take(&text);
}

static void copy_metadata(cJSON *scale, const cJSON *workload)
{
    static const char *const KEYS[] = {"name", "namespace", "uid", "resourceVersion",
                                       "creationTimestamp"};
    cJSON *metadata = cJSON_AddObjectToObject(scale, "metadata");

    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
        const cJSON *item =
            cJSON_GetObjectItemCaseSensitive(json_find(workload, "metadata"), KEYS[i]);

        if (item != NULL)
            cJSON_AddItemToObject(metadata, KEYS[i], cJSON_Duplicate(item, true));
    }
}

/* The numbers, and the selector as text: owned from now on. */
static cJSON *make_scale(const cJSON *object, int64_t wanted, int64_t there, char *selector)
{
    cJSON *scale = cJSON_CreateObject(), *spec, *status;

    cJSON_AddStringToObject(scale, "kind", "Scale");
    cJSON_AddStringToObject(scale, "apiVersion", "autoscaling/v1");
    copy_metadata(scale, object);
    spec = cJSON_AddObjectToObject(scale, "spec");
    if (wanted != 0)
        cJSON_AddNumberToObject(spec, "replicas", (double)wanted);
    status = cJSON_AddObjectToObject(scale, "status");
    cJSON_AddNumberToObject(status, "replicas", (double)there);
    if (selector != NULL && *selector)
        cJSON_AddStringToObject(status, "selector", selector);
    free(selector);
    return scale;
}

cJSON *scale_of(const cJSON *workload)
{
    return make_scale(workload, json_integer_or(workload, "spec/replicas", 0),
                      json_integer_or(workload, "status/replicas", 0), scale_selector(workload));
}

static const char *path_of(const KubeKind *kind, const char *which)
{
    return kube_kind_has(kind, KUBE_CUSTOM) ? schema_scale_path(kube_kind_type(kind), which) : NULL;
}

cJSON *scale_of_kind(const KubeKind *kind, const cJSON *object)
{
    const char *status = path_of(kind, "statusReplicasPath");
    const char *selector = path_of(kind, "labelSelectorPath");

    if (status == NULL)
        return scale_of(object);
    return make_scale(object, json_integer_or(object, scale_replicas_path(kind), 0),
                      json_integer_or(object, status, 0),
                      selector ? memory_text(json_string(object, selector)) : NULL);
}

const char *scale_replicas_path(const KubeKind *kind)
{
    const char *path = path_of(kind, "specReplicasPath");

    return path != NULL ? path : "spec/replicas";
}
