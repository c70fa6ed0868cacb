/*
 * sim/operators/external_dns.h - external-dns in a management plane's cluster: records as objects ask for them.
 *
 * Source: external-dns' documentation: DNSEndpoint (externaldns.k8s.io/v1alpha1), Services with the annotation
 * external-dns.alpha.kubernetes.io/hostname, the TXT registry (heritage, owner, resource), policies sync and upsert-only.
 */
#ifndef SIM_OPERATORS_EXTERNAL_DNS_H
#define SIM_OPERATORS_EXTERNAL_DNS_H

#include "sim/inside.h"

typedef struct ExternalDns ExternalDns;

/* Looks at once and then at each interval, from now on. */
ExternalDns *external_dns_new(Plane *plane);
void external_dns_free(ExternalDns *self); /* accepts NULL */

#endif
