/*
 * fakes/kubernetes/form/convert.c - a table of what is called otherwise, and of which annotation has what.
 */
#include "fakes/kubernetes/form/convert.h"

#include <string.h>

#include "base/buffer.h"
#include "fakes/kubernetes/object.h"
#include "fakes/kubernetes/print.h"

/* The same value in both versions: its place in the one that is served, and in the one that is kept. */
typedef struct {
    const char *served, *kept; /* NULL ends a table */
} Pair;

static void set_type(cJSON *json, const KubeKind *kind)
{
    char api_version[64];

    json_put_string(json, "apiVersion", kube_api_version(kind, api_version));
    json_put_string(json, "kind", kind->kind);
}

/* ---- events ----------------------------------------------------------------------------------- */

static const Pair EVENT[] = {
    {"regarding",                "involvedObject"    },
    {"note",                     "message"           },
    {"reportingController",      "reportingComponent"},
    {"deprecatedSource",         "source"            },
    {"deprecatedFirstTimestamp", "firstTimestamp"    },
    {"deprecatedLastTimestamp",  "lastTimestamp"     },
    {"deprecatedCount",          "count"             },
    {NULL,                       NULL                },
};

static void rename_member(cJSON *json, const char *from, const char *to)
{
    cJSON *value = cJSON_DetachItemFromObjectCaseSensitive(json, from);

    if (value != NULL)
        cJSON_AddItemToObject(json, to, value);
}

static void event_from_kept(cJSON *json)
{
    for (const Pair *pair = EVENT; pair->served != NULL; pair++)
        rename_member(json, pair->kept, pair->served);
}

static void event_to_kept(cJSON *json)
{
    for (const Pair *pair = EVENT; pair->served != NULL; pair++)
        rename_member(json, pair->served, pair->kept);
}

/* ---- what is measured ------------------------------------------------------------------------- */

static const Pair OBJECT_METRIC[] = {
    {"target",       "describedObject"    },
    {"metricName",   "metric/name"        },
    {"targetValue",  "target/value"       },
    {"selector",     "metric/selector"    },
    {"averageValue", "target/averageValue"},
    {NULL,           NULL                 },
};
static const Pair PODS_METRIC[] = {
    {"metricName",         "metric/name"        },
    {"targetAverageValue", "target/averageValue"},
    {"selector",           "metric/selector"    },
    {NULL,                 NULL                 },
};
static const Pair RESOURCE_METRIC[] = {
    {"name",                     "name"                     },
    {"targetAverageUtilization", "target/averageUtilization"},
    {"targetAverageValue",       "target/averageValue"      },
    {"container",                "container"                },
    {NULL,                       NULL                       },
};
static const Pair EXTERNAL_METRIC[] = {
    {"metricName",         "metric/name"        },
    {"metricSelector",     "metric/selector"    },
    {"targetValue",        "target/value"       },
    {"targetAverageValue", "target/averageValue"},
    {NULL,                 NULL                 },
};

static const Pair OBJECT_STATUS[] = {
    {"target",       "describedObject"     },
    {"metricName",   "metric/name"         },
    {"currentValue", "current/value"       },
    {"selector",     "metric/selector"     },
    {"averageValue", "current/averageValue"},
    {NULL,           NULL                  },
};
static const Pair PODS_STATUS[] = {
    {"metricName",          "metric/name"         },
    {"currentAverageValue", "current/averageValue"},
    {"selector",            "metric/selector"     },
    {NULL,                  NULL                  },
};
static const Pair RESOURCE_STATUS[] = {
    {"name",                      "name"                      },
    {"currentAverageUtilization", "current/averageUtilization"},
    {"currentAverageValue",       "current/averageValue"      },
    {"container",                 "container"                 },
    {NULL,                        NULL                        },
};
static const Pair EXTERNAL_STATUS[] = {
    {"metricName",          "metric/name"         },
    {"metricSelector",      "metric/selector"     },
    {"currentValue",        "current/value"       },
    {"currentAverageValue", "current/averageValue"},
    {NULL,                  NULL                  },
};

typedef struct {
    const char *source; /* where a metric of that type has its words */
    const Pair *target, *current;
} Metric;

static const Metric METRICS[] = {
    {"object",            OBJECT_METRIC,   OBJECT_STATUS  },
    {"pods",              PODS_METRIC,     PODS_STATUS    },
    {"resource",          RESOURCE_METRIC, RESOURCE_STATUS},
    {"containerResource", RESOURCE_METRIC, RESOURCE_STATUS},
    {"external",          EXTERNAL_METRIC, EXTERNAL_STATUS},
};

static cJSON *translate(const cJSON *from, const Pair *pairs, bool is_to_kept)
{
    cJSON *to = cJSON_CreateObject();

    for (; pairs->served != NULL; pairs++) {
        const cJSON *value = json_find(from, is_to_kept ? pairs->served : pairs->kept);

        if (value != NULL)
            json_put(to, is_to_kept ? pairs->kept : pairs->served, cJSON_Duplicate(value, true));
    }
    return to;
}

static void name_target(cJSON *source)
{
    json_put_string(source, "target/type",
                    json_has(source, "target/averageUtilization") ? "Utilization"
                    : json_has(source, "target/averageValue")     ? "AverageValue"
                                                                  : "Value");
}

static cJSON *translate_metric(const cJSON *metric, bool is_status, bool is_to_kept)
{
    cJSON *to = cJSON_CreateObject(), *words;

    json_put_string(to, "type", json_string_or(metric, "type", ""));
    for (size_t i = 0; i < sizeof METRICS / sizeof *METRICS; i++) {
        const cJSON *source = json_find(metric, METRICS[i].source);

        if (source == NULL)
            continue;
        words = translate(source, is_status ? METRICS[i].current : METRICS[i].target, is_to_kept);
        if (is_to_kept && !is_status)
            name_target(words);
        json_put(to, METRICS[i].source, words);
    }
    return to;
}

/* The percentage of a metric that the old version has a field for; NULL if this is none. */
static const cJSON *cpu_percentage(const cJSON *metric, const char *path)
{
    bool is_cpu = strcmp(json_string_or(metric, "type", ""), "Resource") == 0 &&
                  strcmp(json_string_or(metric, "resource/name", ""), "cpu") == 0;

    return is_cpu ? json_find(metric, path) : NULL;
}

/* ---- autoscalers ------------------------------------------------------------------------------ */

#define ANNOTATION      "autoscaling.alpha.kubernetes.io/"
#define CPU_TARGET      "resource/target/averageUtilization"
#define CPU_CURRENT     "resource/current/averageUtilization"
#define SERVED_TARGET   "spec/targetCPUUtilizationPercentage"
#define SERVED_CURRENT  "status/currentCPUUtilizationPercentage"
#define KEPT_METRICS    "spec/metrics"
#define KEPT_BEHAVIOR   "spec/behavior"
#define KEPT_CURRENT    "status/currentMetrics"
#define KEPT_CONDITIONS "status/conditions"

static const char METRICS_TEXT[] = ANNOTATION "metrics", BEHAVIOR_TEXT[] = ANNOTATION "behavior",
                  CURRENT_TEXT[] = ANNOTATION "current-metrics",
                  CONDITIONS_TEXT[] = ANNOTATION "conditions";

/* Says value as text, unless it is empty. value is released. */
static void annotate(cJSON *json, const char *name, cJSON *value)
{
    cJSON *metadata = kube_metadata(json), *annotations;
    Buffer text = {0};

    if (value != NULL && value->child != NULL) {
        kube_print(&text, value);
        annotations = cJSON_GetObjectItemCaseSensitive(metadata, "annotations");
        if (!cJSON_IsObject(annotations)) {
            cJSON_DeleteItemFromObjectCaseSensitive(metadata, "annotations");
            annotations = cJSON_AddObjectToObject(metadata, "annotations");
        }
        cJSON_DeleteItemFromObjectCaseSensitive(annotations, name);
        cJSON_AddStringToObject(annotations, name, text.data);
    }
    buffer_release(&text);
    cJSON_Delete(value);
}

/* What that annotation says, which goes; NULL if there is none that can be read. cJSON_Delete() it. */
static cJSON *take_annotation(cJSON *json, const char *name)
{
    cJSON *annotations = cJSON_GetObjectItemCaseSensitive(kube_metadata(json), "annotations");
    cJSON *text = cJSON_DetachItemFromObjectCaseSensitive(annotations, name);
    cJSON *value = cJSON_IsString(text) ? cJSON_Parse(text->valuestring) : NULL;

    cJSON_Delete(text);
    if (annotations != NULL && annotations->child == NULL)
        json_remove(json, "metadata/annotations");
    return value;
}

/* Takes what is at the path out of the object; NULL if there is nothing. */
static cJSON *take(cJSON *json, const char *path)
{
    cJSON *value = cJSON_Duplicate(json_find(json, path), true);

    json_remove(json, path);
    return value;
}

/* The first percentage of a CPU goes to its field. All other metrics, and every status, are returned as the old version has them. */
static cJSON *split_metrics(cJSON *json, const cJSON *metrics, bool is_status)
{
    const char *path = is_status ? CPU_CURRENT : CPU_TARGET;
    const char *field = is_status ? SERVED_CURRENT : SERVED_TARGET;
    cJSON *others = cJSON_CreateArray();
    const cJSON *metric;

    cJSON_ArrayForEach(metric, metrics)
    {
        const cJSON *percentage = cpu_percentage(metric, path);

        if (percentage != NULL && !json_has(json, field))
            json_put(json, field, cJSON_Duplicate(percentage, true));
        if (percentage == NULL || is_status)
            cJSON_AddItemToArray(others, translate_metric(metric, is_status, false));
    }
    return others;
}

static void scaler_from_kept(cJSON *json)
{
    cJSON *metrics = take(json, KEPT_METRICS), *current = take(json, KEPT_CURRENT);

    annotate(json, BEHAVIOR_TEXT, take(json, KEPT_BEHAVIOR));
    annotate(json, CONDITIONS_TEXT, take(json, KEPT_CONDITIONS));
    annotate(json, METRICS_TEXT, split_metrics(json, metrics, false));
    annotate(json, CURRENT_TEXT, split_metrics(json, current, true));
    cJSON_Delete(metrics);
    cJSON_Delete(current);
}

/* A metric that is the percentage of the CPU. */
static void add_cpu(cJSON *metrics, const cJSON *percentage, bool is_status)
{
    cJSON *metric = cJSON_CreateObject();

    json_put_string(metric, "type", "Resource");
    json_put_string(metric, "resource/name", "cpu");
    if (!is_status)
        json_put_string(metric, "resource/target/type", "Utilization");
    json_put(metric, is_status ? CPU_CURRENT : CPU_TARGET, cJSON_Duplicate(percentage, true));
    cJSON_AddItemToArray(metrics, metric);
}

/* The field comes first. A status in the annotation says more than the field, and takes its place. */
static void join_metrics(cJSON *json, bool is_status)
{
    cJSON *others = take_annotation(json, is_status ? CURRENT_TEXT : METRICS_TEXT);
    cJSON *percentage = take(json, is_status ? SERVED_CURRENT : SERVED_TARGET);
    cJSON *metrics = cJSON_CreateArray();
    const cJSON *other;

    if (percentage != NULL && !(is_status && others != NULL))
        add_cpu(metrics, percentage, is_status);
    cJSON_ArrayForEach(other, others)
        cJSON_AddItemToArray(metrics, translate_metric(other, is_status, true));
    if (metrics->child != NULL)
        json_put(json, is_status ? KEPT_CURRENT : KEPT_METRICS, metrics);
    else
        cJSON_Delete(metrics);
    cJSON_Delete(percentage);
    cJSON_Delete(others);
}

static void put_taken(cJSON *json, const char *path, cJSON *value)
{
    if (value != NULL)
        json_put(json, path, value);
}

static void scaler_to_kept(cJSON *json)
{
    put_taken(json, KEPT_BEHAVIOR, take_annotation(json, BEHAVIOR_TEXT));
    put_taken(json, KEPT_CONDITIONS, take_annotation(json, CONDITIONS_TEXT));
    join_metrics(json, false);
    join_metrics(json, true);
}

/* ---- the table -------------------------------------------------------------------------------- */

static const struct {
    const char *kind;
    void (*from_kept)(cJSON *json);
    void (*to_kept)(cJSON *json);
} CONVERSIONS[] = {
    {"Event",                   event_from_kept,  event_to_kept },
    {"HorizontalPodAutoscaler", scaler_from_kept, scaler_to_kept},
};

void convert_from_kept(const KubeKind *kind, cJSON *json)
{
    for (size_t i = 0; i < sizeof CONVERSIONS / sizeof *CONVERSIONS; i++)
        if (strcmp(CONVERSIONS[i].kind, kind->kind) == 0)
            CONVERSIONS[i].from_kept(json);
    set_type(json, kind);
}

void convert_to_kept(const KubeKind *kind, cJSON *json)
{
    for (size_t i = 0; i < sizeof CONVERSIONS / sizeof *CONVERSIONS; i++)
        if (strcmp(CONVERSIONS[i].kind, kind->kind) == 0)
            CONVERSIONS[i].to_kept(json);
    set_type(json, kube_kind_kept(kind));
}
