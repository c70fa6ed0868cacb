/*
 * engine/environment.c - the estate a procedure runs on, as its Environment file describes it.
 *
 * Its fields are rows (environment_rows.c), read by the table (environment_read.c). Here is what one field does not say by itself.
 */
#include "engine/environment.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/environment_parts.h"

/* What lives as long as the Environment: the document its texts point into, and the texts made from it. */
typedef struct {
    YamlDocument *document;
    Arena arena;
} Owned;

enum { MINUTE_MS = 60000 };

/* In the order of EnvironmentDnsProvider: how long a change that was accepted may take to show. */
static const int64_t PATIENCE_MS[] = {
    [ENVIRONMENT_DNS_RFC2136] = 0,
    [ENVIRONMENT_DNS_HOOK] = MINUTE_MS,
    [ENVIRONMENT_DNS_MANUAL] = (int64_t)30 * MINUTE_MS,
    [ENVIRONMENT_DNS_EXTERNAL_DNS] = (int64_t)3 * MINUTE_MS,
    [ENVIRONMENT_DNS_ROUTE53] = (int64_t)2 * MINUTE_MS,
};

/* What another field stands for where one is left out. */
static void settle(Environment *environment)
{
    EnvironmentDns *dns = &environment->dns;

    for (size_t i = 0; i < environment->control_plane_count; i++) {
        EnvironmentControlPlane *site = &environment->control_planes[i];

        site->context = site->context ? site->context : site->name;
    }
    if (!environment->backup.database_name)
        environment->backup.database_name = environment->postgres.database;
    if (dns->patience_ms < 0)
        dns->patience_ms = PATIENCE_MS[dns->provider];
    if (dns->provider == ENVIRONMENT_DNS_EXTERNAL_DNS && !dns->external_dns.ns)
        dns->external_dns.ns = environment->planes[dns->external_dns.plane].ns;
}

static bool check_policies(const YamlDocument *document, const cJSON *mapping,
                           const EnvironmentPolicies *policies, Error *err)
{
    return policies->lease_renew_ms < policies->lease_ms ||
           yaml_error(
               document, mapping, err,
               "policies.leaseRenew: expected less than policies.lease, or the lease expires "
               "between two renewals");
}

static bool check_front(const YamlDocument *document, const Environment *environment, Error *err)
{
    const cJSON *node = json_find(yaml_root(document), "frontEnvoy");
    bool has_source = environment->front.token_file || environment->front.login_path;

    if (environment->front.token_file && environment->front.login_path)
        return yaml_error(document, node, err,
                          "frontEnvoy: tokenFile and loginPath exclude each other");
    if (environment->front.uses_token != has_source)
        return yaml_error(document, node, err,
                          has_source ? "frontEnvoy: tokenFile and loginPath go with login: token"
                                     : "frontEnvoy: login: token needs tokenFile or loginPath");
    return environment->front.password_file || environment->front.token_file ||
           yaml_error(document, node, err,
                      "frontEnvoy.passwordFile: missing; a file that holds the user's password");
}

/* While the hook runs nobody renews the lease. */
static bool check_hook(const YamlDocument *document, const Environment *environment, Error *err)
{
    const EnvironmentPolicies *policies = &environment->policies;

    return environment->dns.provider != ENVIRONMENT_DNS_HOOK ||
           environment->dns.hook.timeout_ms + policies->lease_renew_ms < policies->lease_ms ||
           yaml_error(document, json_find(yaml_root(document), "dns/hook"), err,
                      "dns.hook.timeout: with policies.leaseRenew it must be shorter than "
                      "policies.lease, %llds",
                      (long long)policies->lease_ms / 1000);
}

/* Both end up in URLs. */
static bool check_route53(const YamlDocument *document, const Environment *environment, Error *err)
{
    static const char LETTERS[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const EnvironmentDns *dns = &environment->dns;
    const cJSON *group = json_find(yaml_root(document), "dns/route53");
    const char *endpoint = dns->route53.endpoint, *host;

    if (dns->provider != ENVIRONMENT_DNS_ROUTE53)
        return true;
    if (dns->route53.zone_id[strspn(dns->route53.zone_id, LETTERS)] != '\0')
        return yaml_error(document, json_find(group, "zoneId"), err,
                          "dns.route53.zoneId: expected letters and digits, without /hostedzone/");
    host = strncmp(endpoint, "https://", 8) == 0       ? endpoint + 8
           : strncmp(endpoint, "http://127.", 11) == 0 ? endpoint + 7
                                                       : "";
    return (*host != '\0' && strpbrk(host, "/?#@") == NULL) ||
           yaml_error(document, json_find(group, "endpoint"), err,
                      "dns.route53.endpoint: expected https:// and a host, without a path");
}

void environment_standard_policies(EnvironmentPolicies *out_policies)
{
    Arena arena = {0};

    environment_read_group(&(EnvironmentReader){.arena = &arena}, "policies", NULL, out_policies,
                           NULL);
    arena_release(&arena);
}

bool environment_read_policies(const YamlDocument *document, const cJSON *mapping,
                               EnvironmentPolicies *policies, Error *err)
{
    Arena arena = {0};
    EnvironmentReader reader = {.document = document, .arena = &arena, .keeps = true};
    bool ok = environment_read_group(&reader, "policies", mapping, policies, err) &&
              check_policies(document, mapping, policies, err);

    arena_release(&arena);
    return ok;
}

static bool read_whole(Environment *environment, Owned *owned, Error *err)
{
    const YamlDocument *document = owned->document;
    const cJSON *whole = yaml_root(document);
    EnvironmentReader reader = {document, environment->file, &owned->arena, false};

    if (!environment_read_group(&reader, "", whole, environment, err))
        return false;
    settle(environment);
    return check_policies(document, cJSON_GetObjectItemCaseSensitive(whole, "policies"),
                          &environment->policies, err) &&
           check_front(document, environment, err) && check_hook(document, environment, err) &&
           check_route53(document, environment, err);
}

bool environment_read(const char *path, Environment *out_environment, Error *err)
{
    Owned *owned = MEMORY_NEW(Owned);

    *out_environment = (Environment){.owned = owned, .active = -1, .dns.patience_ms = -1};
    out_environment->file = arena_text(&owned->arena, path);
    if (yaml_read(path, &owned->document, err) && read_whole(out_environment, owned, err))
        return true;
    environment_release(out_environment);
    return false;
}

void environment_release(Environment *environment)
{
    Owned *owned = environment->owned;

    if (owned) {
        yaml_free(owned->document);
        arena_release(&owned->arena);
        free(owned);
    }
    *environment = (Environment){0};
}
