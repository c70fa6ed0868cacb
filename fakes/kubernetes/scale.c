/*
 * fakes/kubernetes/scale.c - the Scale of a workload.
 */
#include "fakes/kubernetes/scale.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

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

cJSON *scale_of(const cJSON *workload)
{
    cJSON *scale = cJSON_CreateObject(), *spec, *status;
    int64_t replicas = json_integer_or(workload, "spec/replicas", 0);
    char *selector = scale_selector(workload);

    cJSON_AddStringToObject(scale, "kind", "Scale");
    cJSON_AddStringToObject(scale, "apiVersion", "autoscaling/v1");
    copy_metadata(scale, workload);
    spec = cJSON_AddObjectToObject(scale, "spec");
    if (replicas != 0)
        cJSON_AddNumberToObject(spec, "replicas", (double)replicas);
    status = cJSON_AddObjectToObject(scale, "status");
    cJSON_AddNumberToObject(status, "replicas",
                            (double)json_integer_or(workload, "status/replicas", 0));
    if (*selector)
        cJSON_AddStringToObject(status, "selector", selector);
    free(selector);
    return scale;
}
