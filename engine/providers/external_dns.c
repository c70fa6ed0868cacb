/*
 * engine/providers/external_dns.c - names are changed by external-dns, from a DNSEndpoint that says where they lead.
 *
 * Source: postgres-and-dns 4.5 (externaldns.k8s.io/v1alpha1: spec.endpoints[].dnsName, recordTTL, recordType, targets). The API server's
 * answer says only that the wish is written down; external-dns looks once a minute.
 */
#include <string.h>

#include "engine/providers/provider.h"
#include "engine/steps/names.h"

static const char GROUP[] = "externaldns.k8s.io";
static const char RESOURCE[] = "externaldns.k8s.io/v1alpha1/dnsendpoints";

static Plane *plane_of(Operation *operation)
{
    return &operation->planes[operation->environment->dns.external_dns.plane];
}

static KubePath path_of(Operation *operation, bool is_collection)
{
    const EnvironmentDns *dns = &operation->environment->dns;

    return (KubePath){.resource = RESOURCE,
                      .ns = dns->external_dns.ns,
                      .name = is_collection ? NULL : dns->external_dns.endpoint};
}

static bool probe(Operation *operation, Error *err)
{
    static const char *const VERBS[] = {"get", "create", "patch"};
    const EnvironmentDns *dns = &operation->environment->dns;

    for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++) {
        KubeRight right = {.verb = VERBS[i],
                           .group = GROUP,
                           .resource = "dnsendpoints",
                           .ns = dns->external_dns.ns};
        bool may;

        if (!kube_client_may(plane_of(operation)->kube, &right, &may, err))
            return false;
        if (!may)
            return error_set(err, ERR_DENIED, "%s: may not %s dnsendpoints.%s in %s",
                             kube_client_context(plane_of(operation)->kube), VERBS[i], GROUP,
                             dns->external_dns.ns);
    }
    return true;
}

/* ---- the object ---------------------------------------------------------------------------------- */

static cJSON *endpoint_of(const DnsChange *change)
{
    cJSON *endpoint = cJSON_CreateObject();
    cJSON *targets = cJSON_AddArrayToObject(endpoint, "targets");

    json_put_string(endpoint, "dnsName", change->name);
    json_put_integer(endpoint, "recordTTL", change->ttl_s);
    json_put_string(endpoint, "recordType", dns_record_type_name(change->type));
    cJSON_AddItemToArray(targets, cJSON_CreateString(change->value));
    return endpoint;
}

/* A merge patch replaces a list as a whole, so the endpoints of other names are said again. */
static cJSON *endpoints_with(const cJSON *object, const DnsChange *change)
{
    cJSON *all = cJSON_CreateArray();
    const cJSON *endpoint;

    cJSON_ArrayForEach(endpoint, json_find(object, "spec/endpoints"))
    {
        if (!same_name(json_string_or(endpoint, "dnsName", ""), change->name))
            cJSON_AddItemToArray(all, cJSON_Duplicate(endpoint, true));
    }
    cJSON_AddItemToArray(all, endpoint_of(change));
    return all;
}

static bool create(Operation *operation, const DnsChange *change, Error *err)
{
    KubePath path = path_of(operation, true);
    cJSON *object = cJSON_CreateObject();
    bool ok;

    json_put_string(object, "apiVersion", "externaldns.k8s.io/v1alpha1");
    json_put_string(object, "kind", "DNSEndpoint");
    json_put_string(object, "metadata/name", operation->environment->dns.external_dns.endpoint);
    json_put(object, "spec/endpoints", endpoints_with(NULL, change));
    ok = kube_client_create(plane_of(operation)->kube, &path, object, NULL, err);
    cJSON_Delete(object);
    return ok;
}

/* The version that was read goes along: who else wrote meanwhile is not overwritten, the answer is 409. */
static bool patch(Operation *operation, const cJSON *object, const DnsChange *change, Error *err)
{
    KubePath path = path_of(operation, false);
    cJSON *endpoints = endpoints_with(object, change), *merge;
    bool ok;

    if (json_equal(endpoints, json_find(object, "spec/endpoints"))) {
        cJSON_Delete(endpoints);
        return true;
    }
    merge = cJSON_CreateObject();
    json_put_string(merge, "metadata/resourceVersion",
                    json_string_or(object, "metadata/resourceVersion", ""));
    json_put(merge, "spec/endpoints", endpoints);
    ok = kube_client_merge(plane_of(operation)->kube, &path, merge, NULL, err);
    cJSON_Delete(merge);
    return ok;
}

static bool change_name(Operation *operation, const DnsChange *change, Error *err)
{
    KubePath path = path_of(operation, false);
    cJSON *object = NULL;
    Error why = {0};
    bool ok;

    if (kube_client_get(plane_of(operation)->kube, &path, &object, &why))
        ok = patch(operation, object, change, err);
    else if (why.code == ERR_NOT_FOUND)
        ok = create(operation, change, err);
    else
        ok = error_set(err, why.code, "%s", why.message);
    cJSON_Delete(object);
    return ok;
}

const DnsProvider DNS_PROVIDER_EXTERNAL_DNS = {
    .probe = probe,
    .change = change_name,
    .required = "the right to write DNSEndpoints",
    .evidence = "kubectl auth can-i patch dnsendpoints.externaldns.k8s.io -n NAMESPACE",
    .remedy = "grant get, create and patch of dnsendpoints (docs/rbac.yaml)",
};
