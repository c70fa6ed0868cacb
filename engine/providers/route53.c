/*
 * engine/providers/route53.c - names are changed in a hosted zone of Amazon Route 53.
 *
 * It looks first: what is wanted may be there already, from a life before; and only what the name servers said is replaced. Whether the
 * change has reached all of Route 53's servers is asked for a while, so that the next look at them finds it; the proof is that look.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "engine/clients/kubeconfig_address.h"
#include "engine/clients/route53.h"
#include "engine/providers/provider.h"
#include "engine/steps/names.h"

enum { IN_SYNC_MS = 10000, PAUSE_MS = 2000 };

/* What a Route53 borrows, for the time of one call. */
typedef struct {
    Route53 route53;
    Arena arena;
    AwsCredentials credentials;
    HttpsTrust trust;
    char *ca_pem;
} Session;

static void session_close(Session *session)
{
    aws_credentials_release(&session->credentials);
    free(session->ca_pem);
    arena_release(&session->arena);
}

static bool session_fill(Session *session, Operation *operation, Error *err)
{
    const EnvironmentDns *dns = &operation->environment->dns;

    session->route53 = (Route53){.loop = operation->loop,
                                 .https = operation->https,
                                 .random = &operation->random,
                                 .stop = operation->stop,
                                 .endpoint = dns->route53.endpoint,
                                 .region = dns->route53.region,
                                 .zone_id = dns->route53.zone_id,
                                 .trust = &session->trust,
                                 .credentials = &session->credentials};
    if (dns->route53.ca_file != NULL &&
        !file_read(dns->route53.ca_file, &session->ca_pem, NULL, err))
        return false;
    session->trust.ca_pem = session->ca_pem;
    return kubeconfig_address_of(dns->route53.endpoint, &session->arena,
                                 &session->route53.connect_to, err) &&
           aws_credentials_read(dns->route53.credentials_file, dns->route53.profile,
                                &session->credentials, err);
}

static bool session_open(Session *session, Operation *operation, Error *err)
{
    *session = (Session){0};
    if (session_fill(session, operation, err))
        return true;
    session_close(session);
    return error_wrap(err, "Route 53");
}

/* ---- may we? ---------------------------------------------------------------------------------- */

static bool check_zone(const Session *session, const Environment *environment, Error *err)
{
    char name[256];

    if (!route53_zone(&session->route53, name, err))
        return false;
    return same_name(name, environment->dns.zone) ||
           error_set(err, ERR_INVALID, "hosted zone %s is %s, not %s",
                     environment->dns.route53.zone_id, name, environment->dns.zone);
}

static bool probe(Operation *operation, Error *err)
{
    const Environment *environment = operation->environment;
    DnsRecordType type = environment->dns.uses_addresses ? DNS_RECORD_A : DNS_RECORD_CNAME;
    Session session;
    bool ok;

    if (!session_open(&session, operation, err))
        return false;
    ok = check_zone(&session, environment, err) &&
         route53_may_change(&session.route53, environment->floating_name, type, err);
    session_close(&session);
    return ok;
}

/* ---- changing --------------------------------------------------------------------------------- */

static bool has_value(const Route53Set *set, const char *value)
{
    for (size_t i = 0; i < set->count; i++)
        if (same_name(set->values[i], value))
            return true;
    return false;
}

static bool is_wanted(const Route53Records *records, const Route53Set *wanted)
{
    const Route53Set *set = &records->sets[0];

    return records->count == 1 && set->type == wanted->type && set->ttl_s == wanted->ttl_s &&
           set->count == 1 && has_value(set, wanted->values[0]);
}

/* Is that what the name servers said when the change was decided? */
static bool is_expected(const Route53Records *records, const DnsChange *change)
{
    size_t count = dns_change_old_count(change);
    const Route53Set *set = &records->sets[0];

    if (records->count != (count > 0 ? 1 : 0))
        return false;
    if (count == 0)
        return true;
    if (strcmp(dns_record_type_name(set->type), dns_change_old_type(change)) != 0 ||
        set->count != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!has_value(set, dns_change_old_value(change, i)))
            return false;
    return true;
}

/* Not for ever: the name servers are asked afterwards in any case. */
static void await_sync(const Session *session, Operation *operation, const char *id)
{
    bool is_in_sync = false;

    for (int64_t waited_ms = 0; waited_ms < IN_SYNC_MS; waited_ms += PAUSE_MS) {
        if (!route53_is_in_sync(&session->route53, id, &is_in_sync, NULL) || is_in_sync)
            return;
        loop_wait(operation->loop, PAUSE_MS, operation->stop);
        if (operation->stop != NULL && *operation->stop)
            return;
    }
}

static bool replace(const Session *session, Operation *operation, const DnsChange *change,
                    Error *err)
{
    Route53Set wanted = {.type = change->type, .ttl_s = change->ttl_s, .count = 1};
    Route53Records records;
    char id[64];

    snprintf(wanted.values[0], sizeof wanted.values[0], "%s", change->value);
    if (!route53_find(&session->route53, change->name, &records, err))
        return false;
    if (records.is_special)
        return error_set(err, ERR_INVALID,
                         "%s is an alias, or has a routing policy or a health check, in Route 53",
                         change->name);
    if (is_wanted(&records, &wanted))
        return true;
    if (!is_expected(&records, change))
        return error_set(err, ERR_CONFLICT,
                         "Route 53 has another record of %s than its servers show", change->name);
    if (!route53_replace(&session->route53, change->name, &records, &wanted, id, err))
        return false;
    await_sync(session, operation, id);
    return true;
}

static bool change_name(Operation *operation, const DnsChange *change, Error *err)
{
    Session session;
    bool ok;

    if (!session_open(&session, operation, err))
        return false;
    ok = replace(&session, operation, change, err);
    session_close(&session);
    return ok;
}

const DnsProvider DNS_PROVIDER_ROUTE53 = {
    .probe = probe,
    .change = change_name,
    .required = "the right to change records of the hosted zone",
    .evidence = "aws route53 get-hosted-zone --id ZONEID",
    .remedy = "allow route53:GetHostedZone, ListResourceRecordSets, ChangeResourceRecordSets and "
              "GetChange (docs/environment.md), or correct dns.route53",
};
