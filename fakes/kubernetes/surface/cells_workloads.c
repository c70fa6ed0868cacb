/*
 * fakes/kubernetes/surface/cells_workloads.c - deployments, jobs, autoscalers: how many, how far, of what.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "fakes/kubernetes/surface/cells.h"

static const cJSON *pod_spec(const cJSON *object)
{
    const cJSON *spec = json_find(object, "spec/jobTemplate/spec/template/spec");

    if (spec == NULL)
        spec = json_find(object, "spec/template/spec");
    return spec != NULL ? spec : json_find(object, "template/spec");
}

static cJSON *joined(const cJSON *items, const char *path)
{
    Buffer list = {0};
    const cJSON *item;

    cJSON_ArrayForEach(item, items)
    {
        buffer_format(&list, "%s%s", cells_comma(&list), json_string_or(item, path, ""));
    }
    return cells_of_list(&list);
}

cJSON *cell_containers(const cJSON *object, const Column *column)
{
    (void)column;
    return joined(json_find(pod_spec(object), "containers"), "name");
}

cJSON *cell_images(const cJSON *object, const Column *column)
{
    (void)column;
    return joined(json_find(pod_spec(object), "containers"), "image");
}

cJSON *cell_ready_replicas(const cJSON *object, const Column *column)
{
    char text[48];

    (void)column;
    snprintf(text, sizeof text, "%lld/%lld",
             (long long)json_integer_or(object, "status/readyReplicas", 0),
             (long long)json_integer_or(object, "spec/replicas", 1));
    return cJSON_CreateString(text);
}

/* ---- jobs ------------------------------------------------------------------------------------- */

static bool has_condition(const cJSON *object, const char *type)
{
    const cJSON *condition;

    cJSON_ArrayForEach(condition, json_find(object, "status/conditions"))
    {
        if (strcmp(json_string_or(condition, "type", ""), type) == 0 &&
            strcmp(json_string_or(condition, "status", ""), "True") == 0)
            return true;
    }
    return false;
}

cJSON *cell_job_status(const cJSON *object, const Column *column)
{
    static const struct {
        const char *condition, *word;
    } WORDS[] = {
        {"Complete",           "Complete"          },
        {"Failed",             "Failed"            },
        {"Suspended",          "Suspended"         },
        {"FailureTarget",      "FailureTarget"     },
        {"SuccessCriteriaMet", "SuccessCriteriaMet"},
    };

    (void)column;
    if (json_has(object, "metadata/deletionTimestamp") && !has_condition(object, "Complete") &&
        !has_condition(object, "Failed"))
        return cJSON_CreateString("Terminating");
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (has_condition(object, WORDS[i].condition))
            return cJSON_CreateString(WORDS[i].word);
    return cJSON_CreateString("Running");
}

cJSON *cell_job_completions(const cJSON *object, const Column *column)
{
    long long succeeded = (long long)json_integer_or(object, "status/succeeded", 0);
    long long parallelism = (long long)json_integer_or(object, "spec/parallelism", 1);
    char text[64];

    (void)column;
    if (json_has(object, "spec/completions"))
        snprintf(text, sizeof text, "%lld/%lld", succeeded,
                 (long long)json_integer_or(object, "spec/completions", 1));
    else if (parallelism > 1)
        snprintf(text, sizeof text, "%lld/1 of %lld", succeeded, parallelism);
    else
        snprintf(text, sizeof text, "%lld/1", succeeded);
    return cJSON_CreateString(text);
}

cJSON *cell_job_duration(const cJSON *object, const Column *column)
{
    int64_t start_ms, end_ms;
    char text[24] = "";

    (void)column;
    if (clock_parse(json_string_or(object, "status/startTime", ""), &start_ms)) {
        if (!clock_parse(json_string_or(object, "status/completionTime", ""), &end_ms))
            end_ms = clock_wall_ms();
        cells_format_duration((end_ms - start_ms) / 1000, text);
    }
    return cJSON_CreateString(text);
}

/* ---- autoscalers, budgets --------------------------------------------------------------------- */

cJSON *cell_hpa_reference(const cJSON *object, const Column *column)
{
    Buffer text = {0};

    (void)column;
    buffer_format(&text, "%s/%s", json_string_or(object, "spec/scaleTargetRef/kind", ""),
                  json_string_or(object, "spec/scaleTargetRef/name", ""));
    return cells_of_list(&text);
}

/* The current value of a resource metric: where the status has the one of that name. */
static const cJSON *current_of(const cJSON *object, const char *resource)
{
    const cJSON *metric;

    cJSON_ArrayForEach(metric, json_find(object, "status/currentMetrics"))
    {
        if (strcmp(json_string_or(metric, "resource/name", ""), resource) == 0)
            return json_find(metric, "resource/current");
    }
    return NULL;
}

static void add_resource_metric(Buffer *list, const cJSON *object, const cJSON *metric)
{
    const char *name = json_string_or(metric, "resource/name", "");
    const cJSON *current = current_of(object, name), *target = json_find(metric, "resource/target");

    buffer_format(list, "%s: ", name);
    if (json_has(target, "averageUtilization")) {
        if (json_has(current, "averageUtilization"))
            buffer_format(list, "%lld%%/",
                          (long long)json_integer_or(current, "averageUtilization", 0));
        else
            buffer_add_text(list, "<unknown>/");
        buffer_format(list, "%lld%%", (long long)json_integer_or(target, "averageUtilization", 0));
    } else
        buffer_format(list, "%s/%s", json_string_or(current, "averageValue", "<unknown>"),
                      json_string_or(target, "averageValue", "<auto>"));
}

/* "cpu: 12%/80%"; of autoscaling/v1 there is only that one. */
cJSON *cell_hpa_targets(const cJSON *object, const Column *column)
{
    const cJSON *metric;
    Buffer list = {0};

    (void)column;
    cJSON_ArrayForEach(metric, json_find(object, "spec/metrics"))
    {
        if (list.length > 0)
            buffer_add_text(&list, ", ");
        if (json_has(metric, "resource"))
            add_resource_metric(&list, object, metric);
        else
            buffer_add_text(&list, "<unknown>/<auto>");
    }
    if (json_has(object, "spec/targetCPUUtilizationPercentage")) {
        if (json_has(object, "status/currentCPUUtilizationPercentage"))
            buffer_format(&list, "cpu: %lld%%/",
                          (long long)json_integer_or(object,
                                                     "status/currentCPUUtilizationPercentage", 0));
        else
            buffer_add_text(&list, "cpu: <unknown>/");
        buffer_format(&list, "%lld%%",
                      (long long)json_integer_or(object, "spec/targetCPUUtilizationPercentage", 0));
    }
    return cells_of_list(&list);
}
