/*
 * engine/providers/manual.c - names are changed by a person, who is told what to change; then the name servers are watched.
 */
#include "engine/providers/provider.h"

/* Whether a person may change the zone, only that person knows. */
static bool probe(Operation *operation, Error *err)
{
    (void)operation;
    (void)err;
    return true;
}

static bool change_name(Operation *operation, const DnsChange *change, Error *err)
{
    Buffer old = {0};

    (void)err;
    for (size_t i = 0; i < dns_change_old_count(change); i++)
        buffer_format(&old, "%s%s %u %s %s", i ? " and " : "remove ", change->name,
                      (unsigned)dns_change_old_ttl(change), dns_change_old_type(change),
                      dns_change_old_value(change, i));
    operation_warn(operation, "DNS",
                   "change it by hand in zone %s: %s%sadd %s %u %s %s; this goes on when every "
                   "name server says so",
                   change->zone, old.length ? old.data : "", old.length ? ", " : "", change->name,
                   (unsigned)change->ttl_s, dns_record_type_name(change->type), change->value);
    buffer_release(&old);
    return true;
}

const DnsProvider DNS_PROVIDER_MANUAL = {.probe = probe, .change = change_name};
