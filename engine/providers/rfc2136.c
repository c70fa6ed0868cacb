/*
 * engine/providers/rfc2136.c - names are changed by signed updates to the first name server.
 */
#include "engine/providers/provider.h"

static bool probe(Operation *operation, Error *err)
{
    const Environment *environment = operation->environment;

    return dns_probe(operation->dns, &environment->dns.servers[0], &operation->key,
                     environment->dns.zone, err);
}

static bool change_name(Operation *operation, const DnsChange *change, Error *err)
{
    return dns_change(operation->dns, &operation->environment->dns.servers[0], &operation->key,
                      change, err);
}

const DnsProvider DNS_PROVIDER_RFC2136 = {
    .probe = probe,
    .change = change_name,
    .required = "the right to change records of the zone",
    .evidence = "nsupdate -k KEYFILE with an empty update",
    .remedy = "correct the key, or the zone's update policy",
};
