/*
 * engine/environment_dns.c - `dns:` of an Environment file: the zone, its name servers, and who changes the names.
 */
#include <string.h>

#include "base/fields.h"
#include "engine/environment_parts.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* In the order of EnvironmentDnsProvider. */
static const char *const PROVIDERS[] = {"rfc2136", "hook", "manual", "externaldns", NULL};
static const char *const STYLES[] = {"cname", "a", NULL};

typedef struct {
    int provider, style;
    const char *zone, *key_file;
    const cJSON *servers, *hook, *external_dns;
    int64_t ttl_ms, patience_ms;
} DnsFields;

static const Field DNS_FIELDS[] = {
    {"provider",    FIELD_CHOICE,   offsetof(DnsFields, provider),     false, "rfc2136",                       PROVIDERS},
    {"zone",        FIELD_TEXT,     offsetof(DnsFields, zone),         true,  "the zone that holds the names", NULL     },
    {"servers",     FIELD_TREE,     offsetof(DnsFields, servers),      true,
     "ip:port of every authoritative name server",                                                             NULL     },
    {"keyFile",     FIELD_TEXT,     offsetof(DnsFields, key_file),     false,
     "the TSIG key, as tsig-keygen writes it",                                                                 NULL     },
    {"hook",        FIELD_TREE,     offsetof(DnsFields, hook),         false, "the program to run",            NULL     },
    {"externaldns", FIELD_TREE,     offsetof(DnsFields, external_dns), false,
     "the plane whose cluster external-dns looks at",                                                          NULL     },
    {"records",     FIELD_CHOICE,   offsetof(DnsFields, style),        false, "cname or a",                    STYLES   },
    {"ttl",         FIELD_DURATION, offsetof(DnsFields, ttl_ms),       false, "TTL of what is written",        NULL     },
    {"patience",    FIELD_DURATION, offsetof(DnsFields, patience_ms),  false,
     "how long a change may take to show",                                                                     NULL     },
};

/* ---- of each provider -------------------------------------------------------------------------- */

typedef bool ReadProvider(Environment *environment, const cJSON *node, Error *err);

static bool read_key_file(Environment *environment, const cJSON *node, Error *err)
{
    (void)err;
    environment->dns.key_file = environment_path(environment, cJSON_GetStringValue(node));
    return true;
}

typedef struct {
    const cJSON *command;
    int64_t timeout_ms;
} HookFields;

static const Field HOOK_FIELDS[] = {
    {"command", FIELD_TREE,     offsetof(HookFields, command),    true,
     "a list: the program and its words",   NULL},
    {"timeout", FIELD_DURATION, offsetof(HookFields, timeout_ms), false,
     "it is killed if it has not ended by", NULL},
};

/* A program with a slash in its name stands beside the file; one without is looked for in $PATH. */
static const char *program_of(Environment *environment, const char *name)
{
    return strchr(name, '/') ? environment_path(environment, name) : name;
}

static bool read_command(Environment *environment, const cJSON *list, Error *err)
{
    size_t count = cJSON_IsArray(list) ? (size_t)cJSON_GetArraySize(list) : 0;
    const char **words = arena_new(environment_arena(environment), (count + 1) * sizeof *words);
    const cJSON *word;
    size_t i = 0;

    cJSON_ArrayForEach(word, list)
    {
        if (!cJSON_IsString(word) || !*word->valuestring) {
            count = 0;
            break;
        }
        words[i++] = word->valuestring;
    }
    if (count == 0)
        return yaml_error(environment_document(environment), list, err,
                          "dns.hook.command: expected a list of texts, the program first");
    words[0] = program_of(environment, words[0]);
    environment->dns.hook.command = words;
    return true;
}

enum { HOOK_MS = 20000 };

static bool read_hook(Environment *environment, const cJSON *node, Error *err)
{
    const YamlDocument *document = environment_document(environment);
    HookFields fields = {.timeout_ms = HOOK_MS};

    if (!fields_read(document, node, "dns.hook", HOOK_FIELDS, COUNT(HOOK_FIELDS), &fields, err))
        return false;
    if (fields.timeout_ms < 1)
        return yaml_error(document, node, err, "dns.hook.timeout: expected more than 0s");
    environment->dns.hook.timeout_ms = fields.timeout_ms;
    return read_command(environment, fields.command, err);
}

typedef struct {
    const char *plane, *ns, *endpoint;
} ExternalDnsFields;

static const Field EXTERNAL_DNS_FIELDS[] = {
    {"plane",     FIELD_TEXT, offsetof(ExternalDnsFields, plane),    true,
     "whose cluster external-dns looks at",                                                       NULL},
    {"namespace", FIELD_TEXT, offsetof(ExternalDnsFields, ns),       false, "of the DNSEndpoint", NULL},
    {"endpoint",  FIELD_TEXT, offsetof(ExternalDnsFields, endpoint), false,
     "name of the DNSEndpoint",                                                                   NULL},
};

static bool read_external_dns(Environment *environment, const cJSON *node, Error *err)
{
    const YamlDocument *document = environment_document(environment);
    ExternalDnsFields fields = {.endpoint = "understudy"};
    int plane = 0;

    if (!fields_read(document, node, "dns.externaldns", EXTERNAL_DNS_FIELDS,
                     COUNT(EXTERNAL_DNS_FIELDS), &fields, err))
        return false;
    while (plane < 2 && strcmp(environment->planes[plane].name, fields.plane) != 0)
        plane++;
    if (plane == 2)
        return yaml_error(document, node, err,
                          "dns.externaldns.plane: \"%s\" is not one of planes "
                          "(%s, %s)",
                          fields.plane, environment->planes[0].name, environment->planes[1].name);
    environment->dns.external_dns.plane = plane;
    environment->dns.external_dns.ns = fields.ns ? fields.ns : environment->planes[plane].ns;
    environment->dns.external_dns.endpoint = fields.endpoint;
    return true;
}

#define MINUTE INT64_C(60000)

/* In the order of EnvironmentDnsProvider: the field that goes with each, and with no other. */
static const struct {
    const char *key, *what;
    ReadProvider *read;
    int64_t patience_ms;
} OWN[] = {
    [ENVIRONMENT_DNS_RFC2136] = {"keyFile",     "the TSIG key, as tsig-keygen writes it", read_key_file,
                                 0                                                                                      },
    [ENVIRONMENT_DNS_HOOK] = {"hook",        "the program to run",                     read_hook,         MINUTE     },
    [ENVIRONMENT_DNS_MANUAL] = {NULL,          NULL,                                     NULL,              30 * MINUTE},
    [ENVIRONMENT_DNS_EXTERNAL_DNS] = {"externaldns",
                                 "the plane whose cluster external-dns looks at",         read_external_dns, 3 * MINUTE },
};

static bool read_provider(Environment *environment, const cJSON *dns, Error *err)
{
    const YamlDocument *document = environment_document(environment);
    EnvironmentDnsProvider provider = environment->dns.provider;

    for (size_t i = 0; i < COUNT(OWN); i++) {
        const cJSON *node = OWN[i].key ? cJSON_GetObjectItemCaseSensitive(dns, OWN[i].key) : NULL;

        if (node && i != provider)
            return yaml_error(document, node, err, "dns.%s: goes with provider %s, not with %s",
                              OWN[i].key, PROVIDERS[i], PROVIDERS[provider]);
        if (i == provider && OWN[i].key && !node)
            return yaml_error(document, dns, err, "dns.%s: missing; %s", OWN[i].key, OWN[i].what);
        if (node && !OWN[i].read(environment, node, err))
            return false;
    }
    return true;
}

/* ---- of all ------------------------------------------------------------------------------------ */

static bool read_servers(Environment *environment, const cJSON *list, Error *err)
{
    const YamlDocument *document = environment_document(environment);
    EnvironmentDns *dns = &environment->dns;
    const cJSON *server;

    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) == 0)
        return yaml_error(document, list, err,
                          "dns.servers: expected a list of ip:port, the primary first");
    dns->servers = arena_new(environment_arena(environment),
                             (size_t)cJSON_GetArraySize(list) * sizeof *dns->servers);
    cJSON_ArrayForEach(server, list)
    {
        if (!cJSON_IsString(server))
            return yaml_error(document, server, err, "dns.servers: expected ip:port");
        if (!environment_read_address(environment, server, server->valuestring,
                                      &dns->servers[dns->server_count++], err))
            return false;
    }
    return true;
}

bool environment_read_dns(Environment *environment, const cJSON *node, Error *err)
{
    DnsFields fields = {.patience_ms = -1};

    if (!fields_read(environment_document(environment), node, "dns", DNS_FIELDS, COUNT(DNS_FIELDS),
                     &fields, err) ||
        !read_servers(environment, fields.servers, err))
        return false;
    environment->dns.provider = (EnvironmentDnsProvider)fields.provider;
    environment->dns.zone = fields.zone;
    environment->dns.uses_addresses = fields.style == 1;
    environment->dns.ttl_s = (uint32_t)(fields.ttl_ms / 1000);
    environment->dns.patience_ms =
        fields.patience_ms < 0 ? OWN[fields.provider].patience_ms : fields.patience_ms;
    return read_provider(environment, node, err);
}

/* While the hook runs nobody renews the lease. */
bool environment_check_dns(const Environment *environment, const cJSON *node, Error *err)
{
    const EnvironmentPolicies *policies = &environment->policies;

    return environment->dns.hook.timeout_ms + policies->lease_renew_ms < policies->lease_ms ||
           yaml_error(environment_document(environment), node, err,
                      "dns.hook.timeout: with policies.leaseRenew it must be shorter than "
                      "policies.lease, %llds",
                      (long long)policies->lease_ms / 1000);
}
