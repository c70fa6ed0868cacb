/*
 * tests/engine/providers/external_dns_test.c - what is written into a DNSEndpoint, as the cluster of a world keeps it.
 */
#include <string.h>

#include "engine/providers/provider.h"
#include "tests/engine/small_world.h"
#include "tests/test.h"

typedef struct {
    SmallWorld small;
    Environment environment;
    Operation operation;
} Place;

static const DnsAnswer OLD = {.exists = true, .cname = "mp1.tsb.example.com", .cname_ttl_s = 60};

static bool ask(Place *place, const char *name, const char *value, Error *err)
{
    return dns_provider_change(&place->operation,
                               &(DnsChange){.name = name,
                                            .type = DNS_RECORD_CNAME,
                                            .value = value,
                                            .ttl_s = 30,
                                            .expected = &OLD},
                               err);
}

static cJSON *read_back(Place *place)
{
    KubePath path = {.resource = "externaldns.k8s.io/v1alpha1/dnsendpoints",
                     .ns = place->environment.dns.external_dns.ns,
                     .name = "understudy"};
    cJSON *object = NULL;

    CHECK(kube_client_get(place->operation.planes[0].kube, &path, &object, NULL));
    return object;
}

static void check_endpoint(const cJSON *object, int index, const char *name, const char *target)
{
    const cJSON *endpoint = cJSON_GetArrayItem(json_find(object, "spec/endpoints"), index);

    CHECK_TEXT(json_string(endpoint, "dnsName"), name);
    CHECK_TEXT(json_string(endpoint, "recordType"), "CNAME");
    CHECK_INTEGER(json_integer_or(endpoint, "recordTTL", 0), 30);
    CHECK_TEXT(json_string(endpoint, "targets/0"), target);
    CHECK_INTEGER(cJSON_GetArraySize(json_find(endpoint, "targets")), 1);
}

static void check_object(Place *place)
{
    cJSON *object, *again;

    CHECK(ask(place, "mp2.tsb.example.com", "lb.example.net", NULL)); /* made */
    CHECK(ask(place, "tsb.example.com", "mp1.tsb.example.com", NULL));
    CHECK(ask(place, "tsb.example.com", "mp2.tsb.example.com", NULL)); /* in place of the last */
    object = read_back(place);
    CHECK_INTEGER(cJSON_GetArraySize(json_find(object, "spec/endpoints")), 2);
    check_endpoint(object, 0, "mp2.tsb.example.com", "lb.example.net");
    check_endpoint(object, 1, "tsb.example.com", "mp2.tsb.example.com");
    CHECK(ask(place, "tsb.example.com", "mp2.tsb.example.com", NULL)); /* nothing to write */
    again = read_back(place);
    CHECK_TEXT(json_string(again, "metadata/resourceVersion"),
               json_string(object, "metadata/resourceVersion"));
    cJSON_Delete(object);
    cJSON_Delete(again);
}

static void test_object(void)
{
    Place place = {0};
    Error err = {0};

    small_world_open(&place.small);
    small_world_environment(&place.small, &place.environment);
    place.operation.loop = place.small.loop;
    place.operation.environment = &place.environment;
    random_init(&place.operation.random, 7, "engine");
    place.environment.dns.provider = ENVIRONMENT_DNS_EXTERNAL_DNS;
    place.environment.dns.external_dns.ns = place.environment.planes[0].ns;
    place.environment.dns.external_dns.endpoint = "understudy";
    if (CHECK(operation_open(&place.operation, &err))) {
        CHECK(dns_provider(&place.operation)->probe(&place.operation, NULL));
        check_object(&place);
    }
    operation_close(&place.operation);
    environment_release(&place.environment);
    small_world_close(&place.small);
}

TEST_SUITE("engine/providers/external_dns", {"the object", test_object});
