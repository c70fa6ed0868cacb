/*
 * engine/providers/provider.h - who changes DNS names for us: a table of providers, and one way to ask any of them.
 *
 * A provider is asked to replace what was seen by what is wanted, and only that. What it answers proves nothing: whoever asks for a
 * change asks every name server afterwards, until they all say so (engine/steps/names.h).
 * Source: postgres-and-dns 4.2, 4.5; domain.md F-501, F-502, F-509; the environment file's `dns:` (docs/environment.md).
 * Errors: ERR_CONFLICT the record is no longer what it was when we looked; ERR_DENIED, ERR_INVALID asking again is useless; ERR_UNAVAILABLE
 *         it may help; ERR_AMBIGUOUS it may have been done.
 */
#ifndef ENGINE_PROVIDERS_PROVIDER_H
#define ENGINE_PROVIDERS_PROVIDER_H

#include "engine/operation.h"

/* Changes nothing. ERR_DENIED or ERR_INVALID: the provider would not change the names. */
typedef bool DnsProviderProbe(Operation *operation, Error *err);
/* expected is never NULL. Asked twice for the same, it does no harm. */
typedef bool DnsProviderChange(Operation *operation, const DnsChange *change, Error *err);

typedef struct {
    DnsProviderProbe *probe;
    DnsProviderChange *change;
    const char *required, *evidence, *remedy; /* of the finding, if probe is denied */
} DnsProvider;

/* The one that the environment file names. */
const DnsProvider *dns_provider(const Operation *operation);

/*
 * Asks it for a change. What was asked for a moment ago and may not show yet (dns.patience) is not asked for again; that is kept in the
 * record, so that a resumed run does not either. change->zone is filled in here.
 */
bool dns_provider_change(Operation *operation, const DnsChange *change, Error *err);

/* That was asked for, accepted, and may still not show. */
bool dns_provider_is_under_way(const Operation *operation, const char *name, const char *value);

/* How long a step that changes a name may take. */
int64_t dns_provider_deadline_ms(const Operation *operation);

/* ---- for providers: what a change takes away ---- */

/* "CNAME", "A", "AAAA"; "" if nothing is there. */
const char *dns_change_old_type(const DnsChange *change);
size_t dns_change_old_count(const DnsChange *change);
const char *dns_change_old_value(const DnsChange *change, size_t index);
uint32_t dns_change_old_ttl(const DnsChange *change);

extern const DnsProvider DNS_PROVIDER_RFC2136, DNS_PROVIDER_HOOK, DNS_PROVIDER_MANUAL,
    DNS_PROVIDER_EXTERNAL_DNS, DNS_PROVIDER_ROUTE53;

#endif
