/*
 * engine/providers/provider.c - who changes DNS names for us: the table of providers, and one way to ask any of them.
 */
#include "engine/providers/provider.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

static const DnsProvider *const PROVIDERS[] = {
    [ENVIRONMENT_DNS_RFC2136] = &DNS_PROVIDER_RFC2136,
    [ENVIRONMENT_DNS_HOOK] = &DNS_PROVIDER_HOOK,
    [ENVIRONMENT_DNS_MANUAL] = &DNS_PROVIDER_MANUAL,
    [ENVIRONMENT_DNS_EXTERNAL_DNS] = &DNS_PROVIDER_EXTERNAL_DNS,
    [ENVIRONMENT_DNS_ROUTE53] = &DNS_PROVIDER_ROUTE53,
};

const DnsProvider *dns_provider(const Operation *operation)
{
    return PROVIDERS[operation->environment->dns.provider];
}

int64_t dns_provider_deadline_ms(const Operation *operation)
{
    return operation->environment->policies.dns_ms + operation->environment->dns.patience_ms;
}

/* ---- what was asked for ------------------------------------------------------------------------ */

static void asked_path(const char *name, char out_path[280])
{
    snprintf(out_path, 280, "names/%.255s", name);
}

bool dns_provider_is_under_way(const Operation *operation, const char *name, const char *value)
{
    char path[280];
    const cJSON *asked;

    asked_path(name, path);
    asked = json_find(operation->record, path);
    return asked && strcmp(json_string_or(asked, "value", ""), value) == 0 &&
           clock_wall_ms() - json_integer_or(asked, "atMs", 0) <
               operation->environment->dns.patience_ms;
}

static bool is_same_under_way(const Operation *operation, const DnsChange *change)
{
    char path[280];

    asked_path(change->name, path);
    return dns_provider_is_under_way(operation, change->name, change->value) &&
           json_integer_or(json_find(operation->record, path), "ttl", -1) == change->ttl_s;
}

static void note_asked(Operation *operation, const DnsChange *change)
{
    cJSON *asked = cJSON_CreateObject();
    char path[280];

    asked_path(change->name, path);
    json_put_string(asked, "value", change->value);
    json_put_integer(asked, "ttl", change->ttl_s);
    json_put_integer(asked, "atMs", clock_wall_ms());
    json_put(operation->record, path, asked);
}

bool dns_provider_change(Operation *operation, const DnsChange *change, Error *err)
{
    bool is_slow = operation->environment->dns.patience_ms > 0;
    DnsChange whole = *change;

    whole.zone = operation->environment->dns.zone;
    if (is_slow && is_same_under_way(operation, &whole))
        return true;
    if (!dns_provider(operation)->change(operation, &whole, err))
        return false;
    if (is_slow)
        note_asked(operation, &whole);
    return true;
}

/* ---- what a change takes away ------------------------------------------------------------------ */

const char *dns_change_old_type(const DnsChange *change)
{
    const DnsAnswer *old = change->expected;

    if (old->cname[0])
        return "CNAME";
    return old->count == 0 ? "" : strchr(old->values[0], ':') ? "AAAA" : "A";
}

size_t dns_change_old_count(const DnsChange *change)
{
    return change->expected->cname[0] ? 1 : change->expected->count;
}

const char *dns_change_old_value(const DnsChange *change, size_t index)
{
    return change->expected->cname[0] ? change->expected->cname : change->expected->values[index];
}

uint32_t dns_change_old_ttl(const DnsChange *change)
{
    return change->expected->cname[0] ? change->expected->cname_ttl_s : change->expected->ttl_s;
}
