/*
 * tests/fakes/kubernetes/form/convert_test.c - one object in two versions: read, written, patched and watched in both.
 */
#include "fakes/kubernetes/form/convert.h"

#include <stdlib.h>
#include <string.h>

#include "fakes/kubernetes/store.h"
#include "tests/fakes/kubernetes/fixture.h"
#include "tests/test.h"

#define RESOURCE "'type':'Resource','resource':{'name':'cpu',"

/* Autoscalers without what the two have in common. */
static const struct {
    const char *name, *kept, *served;
} SCALERS[] = {
    {"a percentage of the CPU",
     "{'spec':{'metrics':[{" RESOURCE
     "'target':{'type':'Utilization','averageUtilization':50}}}]},'status':{}}",         "{'spec':{'targetCPUUtilizationPercentage':50},'status':{}}"},
    {"other metrics",
     "{'spec':{'metrics':[{" RESOURCE "'target':{'type':'Utilization','averageUtilization':50}}},"
     "{'type':'Pods','pods':{'metric':{'name':'rps'},'target':{'averageValue':'10','type':"
     "'AverageValue'}}},{'type':'External','external':{'metric':{'name':'q','selector':{}},"
     "'target':{'value':'3','type':'Value'}}}]}}",                                       "{'metadata':{'annotations':{'autoscaling.alpha.kubernetes.io/metrics':'[{\\'type\\':"
     "\\'Pods\\',\\'pods\\':{\\'metricName\\':\\'rps\\',\\'targetAverageValue\\':\\'10\\'}},{\\'type\\':"
     "\\'External\\',\\'external\\':{\\'metricName\\':\\'q\\',\\'metricSelector\\':{},"
     "\\'targetValue\\':\\'3\\'}}]'}},'spec':{'targetCPUUtilizationPercentage':50}}"               },
    {"a behaviour, and annotations of others",
     "{'metadata':{'annotations':{'a':'b'}},'spec':{'behavior':{'scaleDown':{'selectPolicy':"
     "'Min'}}}}",                                                                        "{'metadata':{'annotations':{'a':'b','autoscaling.alpha.kubernetes.io/behavior':"
     "'{\\'scaleDown\\':{\\'selectPolicy\\':\\'Min\\'}}'}},'spec':{}}"                                                              },
    {"a status",
     "{'status':{'currentMetrics':[{" RESOURCE "'current':{'averageUtilization':7,"
     "'averageValue':'70m'}}}],'conditions':[{'type':'AbleToScale','status':'True'}]}}", "{'metadata':{'annotations':{'autoscaling.alpha.kubernetes.io/conditions':'[{\\'type\\':"
     "\\'AbleToScale\\',\\'status\\':\\'True\\'}]','autoscaling.alpha.kubernetes.io/current-metrics':"
     "'[{\\'type\\':\\'Resource\\',\\'resource\\':{\\'name\\':\\'cpu\\',"
     "\\'currentAverageUtilization\\':7,\\'currentAverageValue\\':\\'70m\\'}}]'}},"
     "'status':{'currentCPUUtilizationPercentage':7}}"       },
    {"nothing",                                "{'spec':{},'status':{}}",                "{'spec':{},'status':{}}"                                   },
};

static const KubeKind *kind_of(const char *api_version, const char *kind)
{
    static const KubeKinds BUILT_IN = {0};

    return kube_kind_of(&BUILT_IN, api_version, kind);
}

static cJSON *typed(const char *text, const char *api_version, const char *kind)
{
    cJSON *json = fixture_json(text);

    if (!json_has(json, "metadata"))
        json_put(json, "metadata", cJSON_CreateObject());
    json_put_string(json, "apiVersion", api_version);
    json_put_string(json, "kind", kind);
    return json;
}

static void test_scalers(void)
{
    static const char KIND[] = "HorizontalPodAutoscaler";
    const KubeKind *kind = kind_of("autoscaling/v1", KIND);

    for (size_t i = 0; i < TEST_COUNT(SCALERS); i++) {
        cJSON *kept = typed(SCALERS[i].kept, "autoscaling/v2", KIND);
        cJSON *served = typed(SCALERS[i].served, "autoscaling/v1", KIND);
        cJSON *json = cJSON_Duplicate(kept, true);

        convert_from_kept(kind, json);
        CHECK_CASE(SCALERS[i].name, json_equal(json, served));
        convert_to_kept(kind, json);
        CHECK_CASE(SCALERS[i].name, json_equal(json, kept));
        cJSON_Delete(json);
        cJSON_Delete(served);
        cJSON_Delete(kept);
    }
}

static void test_events(void)
{
    static const char KEPT[] =
        "{'involvedObject':{'name':'p'},'message':'m','reason':'r','source':{'component':'c'},"
        "'firstTimestamp':null,'lastTimestamp':null,'count':3,'reportingComponent':'x'}";
    static const char SERVED[] =
        "{'regarding':{'name':'p'},'note':'m','reason':'r','deprecatedSource':{'component':'c'},"
        "'deprecatedFirstTimestamp':null,'deprecatedLastTimestamp':null,'deprecatedCount':3,"
        "'reportingController':'x'}";
    const KubeKind *kind = kind_of("events.k8s.io/v1", "Event");
    cJSON *kept = typed(KEPT, "v1", "Event"), *served = typed(SERVED, "events.k8s.io/v1", "Event");
    cJSON *json = cJSON_Duplicate(kept, true);

    convert_from_kept(kind, json);
    CHECK(json_equal(json, served));
    convert_to_kept(kind, json);
    CHECK(json_equal(json, kept));
    cJSON_Delete(json);
    cJSON_Delete(served);
    cJSON_Delete(kept);
}

static void test_shelves(void)
{
    const KubeKind *first = kind_of("autoscaling/v1", "HorizontalPodAutoscaler");
    const KubeKind *second = kind_of("autoscaling/v2", "HorizontalPodAutoscaler");

    CHECK(kube_kind_kept(first) == second && kube_kind_kept(second) == second);
    CHECK_INTEGER(kube_kind_shelf(first), kube_kind_shelf(second));
    CHECK(kube_kind_kept(kind_of("events.k8s.io/v1", "Event")) == kind_of("v1", "Event"));
}

/* ---- written in one, kept in the other -------------------------------------------------------- */

#define SCALER_NAME "metadata':{'name':'a','namespace':'tsb'}"
#define TARGET      "'scaleTargetRef':{'kind':'Deployment','name':'a','apiVersion':'apps/v1'}"

static bool create(KubeCluster *cluster, const char *text)
{
    const KubeWriter writer = {.manager = "kubectl",
                               .as = kind_of("autoscaling/v1", "HorizontalPodAutoscaler")};
    cJSON *json = fixture_json(text);
    bool ok = kube_create(cluster, "horizontalpodautoscalers", "tsb", json, &writer, NULL, NULL);

    cJSON_Delete(json);
    return ok;
}

static bool merge(KubeCluster *cluster, const char *text)
{
    const KubeWriter writer = {.manager = "kubectl",
                               .as = kind_of("autoscaling/v1", "HorizontalPodAutoscaler")};
    cJSON *json = fixture_json(text);
    bool ok = kube_patch(cluster, "horizontalpodautoscalers", "tsb", "a", KUBE_MAIN,
                         KUBE_STRATEGIC_PATCH, json, &writer, NULL, NULL);

    cJSON_Delete(json);
    return ok;
}

static const cJSON *kept_scaler(const KubeCluster *cluster)
{
    return fixture_find(cluster, "horizontalpodautoscalers", "a");
}

static bool says(const KubeCluster *cluster, const char *part)
{
    char *text = json_text(kept_scaler(cluster));
    bool is = strstr(text, part) != NULL;

    free(text);
    return is;
}

static void test_writes(void)
{
    KubeCluster *cluster = fixture_cluster();

    CHECK(create(cluster, "{'" SCALER_NAME ",'spec':{" TARGET
                          ",'maxReplicas':3,'targetCPUUtilizationPercentage':60}}"));
    CHECK_TEXT(json_string(kept_scaler(cluster), "apiVersion"), "autoscaling/v2");
    CHECK_INTEGER(json_integer_or(kept_scaler(cluster),
                                  "spec/metrics/0/resource/target/averageUtilization", 0),
                  60);
    CHECK(says(cluster, "\"apiVersion\":\"autoscaling/v1\""));
    CHECK(says(cluster, "\"f:targetCPUUtilizationPercentage\":{}"));
    CHECK(merge(cluster, "{'spec':{'targetCPUUtilizationPercentage':70,'maxReplicas':4}}"));
    CHECK_INTEGER(json_integer_or(kept_scaler(cluster),
                                  "spec/metrics/0/resource/target/averageUtilization", 0),
                  70);
    CHECK_INTEGER(json_integer_or(kept_scaler(cluster), "spec/maxReplicas", 0), 4);
    CHECK(!merge(cluster, "{'spec':{'maxReplicas':'x'}}"));
    kube_cluster_free(cluster);
}

/* What every server does with an autoscaler that says nothing of metrics. */
static void test_default(void)
{
    KubeCluster *cluster = fixture_cluster();

    CHECK(create(cluster, "{'" SCALER_NAME ",'spec':{" TARGET ",'maxReplicas':3}}"));
    CHECK_INTEGER(json_integer_or(kept_scaler(cluster),
                                  "spec/metrics/0/resource/target/averageUtilization", 0),
                  80);
    kube_cluster_free(cluster);
}

TEST_SUITE("fakes/kubernetes/form/convert", {"autoscalers", test_scalers}, {"events", test_events},
           {"shelves", test_shelves}, {"writes", test_writes}, {"the default", test_default});
