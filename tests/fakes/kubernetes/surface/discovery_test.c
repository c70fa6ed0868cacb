/*
 * tests/fakes/kubernetes/surface/discovery_test.c - discovery of built-in kinds and of a cluster's own; pieces as recorded from 1.32.
 */
#include "fakes/kubernetes/surface/discovery.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "fakes/kubernetes/store.h"
#include "tests/fakes/kubernetes/fixture.h"
#include "tests/test.h"

static const struct {
    const char *api_version, *part;
} RESOURCES[] = {
    {"v1",                          "{\"kind\":\"APIResourceList\",\"groupVersion\":\"v1\",\"resources\":["           },
    {"v1",
     "{\"name\":\"pods/eviction\",\"singularName\":\"\",\"namespaced\":true,\"group\":\"policy\","
     "\"version\":\"v1\",\"kind\":\"Eviction\",\"verbs\":[\"create\"]}"                                               },
    {"v1",                          "\"verbs\":[\"get\",\"list\"],\"shortNames\":[\"cs\"]}"                           },
    {"v1",
     "\"kind\":\"Secret\",\"verbs\":[\"create\",\"delete\",\"deletecollection\",\"get\",\"list\","
     "\"patch\",\"update\",\"watch\"],\"storageVersionHash\":\"S6u1pOWzb84=\"}"                                       },
    {"apps/v1",                     "{\"kind\":\"APIResourceList\",\"apiVersion\":\"v1\",\"groupVersion\":\"apps/v1\""},
    {"apiextensions.k8s.io/v1",     "\"storageVersionHash\":\"jfWCUB31mvA=\""                                         },
    {"install.tetrate.io/v1alpha1",
     "\"verbs\":[\"delete\",\"deletecollection\",\"get\",\"list\",\"patch\",\"create\",\"update\","
     "\"watch\"],\"storageVersionHash\":\"yC2SF2W9rc4=\"}"                                                            },
};

static void check_part(cJSON *json, const char *part)
{
    char *text = json_text(json);

    if (!CHECK(strstr(text, part) != NULL))
        CHECK_TEXT(text, part);
    free(text);
    cJSON_Delete(json);
}

static void test_resources(void)
{
    KubeCluster *cluster = fixture_cluster();

    for (size_t i = 0; i < TEST_COUNT(RESOURCES); i++)
        check_part(discovery_resources(cluster, RESOURCES[i].api_version), RESOURCES[i].part);
    CHECK(discovery_resources(cluster, "v2") == NULL);
    CHECK(discovery_group(cluster, "nosuch.io") == NULL);
    CHECK(discovery_group(cluster, "") == NULL);
    kube_cluster_free(cluster);
}

static void serve(KubeCluster *cluster, const char *group, const char *version, const char *plural)
{
    kube_kinds_serve(&cluster->kinds, &(KubeKind){.group = group,
                                                  .version = version,
                                                  .plural = plural,
                                                  .singular = "thing",
                                                  .kind = "Thing",
                                                  .short_names = "th,t",
                                                  .categories = "all",
                                                  .traits = KUBE_CUSTOM | KUBE_NAMESPACED |
                                                            KUBE_WITH_SCALE | KUBE_WITH_STATUS});
}

/* Custom groups stand by name behind the built-in ones, their versions from the most stable to the least. */
static void test_order(void)
{
    static const char *const VERSIONS[] = {"v1alpha1", "v2",  "v1beta2", "v1",
                                           "v10",      "odd", "v1beta1"};
    KubeCluster *cluster = fixture_cluster();

    for (size_t i = 0; i < TEST_COUNT(VERSIONS); i++)
        serve(cluster, "zoo.test", VERSIONS[i], "things");
    serve(cluster, "lab.test", "v1", "others");
    serve(cluster, "lab.test", "v1", "first");
    check_part(discovery_group(cluster, "zoo.test"),
               "\"versions\":[{\"groupVersion\":\"zoo.test/v10\",\"version\":\"v10\"},"
               "{\"groupVersion\":\"zoo.test/v2\",\"version\":\"v2\"},"
               "{\"groupVersion\":\"zoo.test/v1\",\"version\":\"v1\"},"
               "{\"groupVersion\":\"zoo.test/v1beta2\",\"version\":\"v1beta2\"},"
               "{\"groupVersion\":\"zoo.test/v1beta1\",\"version\":\"v1beta1\"},"
               "{\"groupVersion\":\"zoo.test/v1alpha1\",\"version\":\"v1alpha1\"},"
               "{\"groupVersion\":\"zoo.test/odd\",\"version\":\"odd\"}],"
               "\"preferredVersion\":{\"groupVersion\":\"zoo.test/v10\",\"version\":\"v10\"}}");
    check_part(discovery_groups(cluster),
               "\"kubegres.reactive-tech.io/v1\",\"version\":\"v1\"}},{\"name\":\"lab.test\"");
    check_part(discovery_resources(cluster, "lab.test/v1"), "\"resources\":[{\"name\":\"first\"");
    kube_cluster_free(cluster);
}

static void test_aggregated(void)
{
    KubeCluster *cluster = fixture_cluster();

    serve(cluster, "lab.test", "v1", "things");
    check_part(discovery_aggregated(cluster, true, "v2"),
               "{\"kind\":\"APIGroupDiscoveryList\",\"apiVersion\":\"apidiscovery.k8s.io/v2\","
               "\"metadata\":{},\"items\":[{\"metadata\":{\"creationTimestamp\":null},\"versions\":"
               "[{\"version\":\"v1\",\"resources\":[{\"resource\":\"bindings\",\"responseKind\":"
               "{\"group\":\"\",\"version\":\"\",\"kind\":\"Binding\"},\"scope\":\"Namespaced\","
               "\"singularResource\":\"binding\",\"verbs\":[\"create\"]}");
    check_part(discovery_aggregated(cluster, false, "v2beta1"),
               "\"apiVersion\":\"apidiscovery.k8s.io/v2beta1\",\"metadata\":{},\"items\":[{"
               "\"metadata\":{\"name\":\"apiregistration.k8s.io\",\"creationTimestamp\":null}");
    check_part(
        discovery_aggregated(cluster, false, "v2"),
        "\"shortNames\":[\"th\",\"t\"],\"categories\":[\"all\"],\"subresources\":[{"
        "\"subresource\":\"status\",\"responseKind\":{\"group\":\"lab.test\",\"version\":\"v1\","
        "\"kind\":\"Thing\"},\"verbs\":[\"get\",\"patch\",\"update\"]},{\"subresource\":\"scale\","
        "\"responseKind\":{\"group\":\"autoscaling\",\"version\":\"v1\",\"kind\":\"Scale\"},"
        "\"verbs\":[\"get\",\"patch\",\"update\"]}]}],\"freshness\":\"Current\"}]}");
    kube_cluster_free(cluster);
}

static void test_what_is_withdrawn_is_gone(void)
{
    KubeCluster *cluster = fixture_cluster();

    serve(cluster, "lab.test", "v1", "things");
    kube_kinds_withdraw(&cluster->kinds, "lab.test", "things");
    CHECK(discovery_group(cluster, "lab.test") == NULL);
    CHECK(discovery_resources(cluster, "lab.test/v1") == NULL);
    kube_cluster_free(cluster);
}

TEST_SUITE("fakes/kubernetes/surface/discovery", {"resources", test_resources},
           {"order", test_order}, {"aggregated", test_aggregated},
           {"withdrawn", test_what_is_withdrawn_is_gone});
