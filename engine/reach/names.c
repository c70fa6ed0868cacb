/*
 * engine/reach/names.c - the name servers, who changes names, and what each cluster's own resolver says.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/environment_rows.h"
#include "engine/providers/provider.h"
#include "engine/reach/reach.h"

enum { WIDTH = 32 };

static void judge_server(Reach *reach, const Operation *operation, const DnsView *view)
{
    const char *zone = operation->environment->dns.zone;
    char who[80];
    ReachRow *row;

    snprintf(who, sizeof who, "%s:%u", view->server.ip, (unsigned)view->server.port);
    if (view->error.code) {
        reach_fail(reach, "name server", who, &view->error, NULL);
    } else if (!view->answer.exists || !view->answer.is_authoritative) {
        row = reach_add(reach, REACH_FAILED, "name server", who,
                        "it does not say that %s is its zone", zone);
        reach_remedy(row, "correct dns.zone, or name the zone's own servers in dns.servers");
    } else {
        reach_add(reach, REACH_OK, "name server", who, "%s, serial %u", zone,
                  (unsigned)view->answer.serial);
    }
}

static void ask_servers(Reach *reach, Operation *operation)
{
    const EnvironmentDns *dns = &operation->environment->dns;
    DnsView *views = memory_new(dns->server_count, sizeof *views);

    for (size_t i = 0; i < dns->server_count; i++)
        views[i].server = dns->servers[i];
    dns_ask_all(operation->dns, views, dns->server_count, dns->zone, DNS_RECORD_SOA, WIDTH);
    for (size_t i = 0; i < dns->server_count; i++)
        judge_server(reach, operation, &views[i]);
    free(views);
}

static void ask_provider(Reach *reach, Operation *operation, bool has_key)
{
    EnvironmentDnsProvider kind = operation->environment->dns.provider;
    const char *name = environment_row_find("dns.provider")->choices[kind];
    const DnsProvider *provider = dns_provider(operation);
    Error why = {0};

    if (kind == ENVIRONMENT_DNS_RFC2136 && !has_key)
        reach_add(reach, REACH_SKIPPED, "DNS changes", name, "without its key");
    else if (provider->probe(operation, &why))
        reach_add(reach, REACH_OK, "DNS changes", name, "%s",
                  provider->required ? provider->required : "a person makes them");
    else
        reach_fail(reach, "DNS changes", name, &why, provider->remedy);
}

static void judge_resolver(Reach *reach, const ControlPlane *site, const DnsView *view)
{
    if (site->spec->resolver.port == 0)
        reach_add(reach, REACH_SKIPPED, "resolver", site->spec->name,
                  "none is named: when its edges see the new address is not watched");
    else if (view->error.code)
        reach_fail(reach, "resolver", site->spec->name, &view->error, NULL);
    else
        reach_add(reach, REACH_OK, "resolver", site->spec->name, "the floating name leads to %s",
                  answer_text(&view->answer));
}

static void ask_resolvers(Reach *reach, Operation *operation)
{
    size_t count = operation->control_plane_count, asked = 0;
    DnsView *views = memory_new(count + 1, sizeof *views);

    for (size_t i = 0; i < count; i++)
        if (operation->control_planes[i].spec->resolver.port)
            views[asked++].server = operation->control_planes[i].spec->resolver;
    dns_ask_all(operation->dns, views, asked, operation->environment->floating_name, DNS_RECORD_A,
                WIDTH);
    asked = 0;
    for (size_t i = 0; i < count; i++) {
        const ControlPlane *site = &operation->control_planes[i];

        judge_resolver(reach, site, &views[asked]);
        asked += site->spec->resolver.port != 0;
    }
    free(views);
}

void reach_names(Reach *reach, Operation *operation, bool has_key)
{
    ask_servers(reach, operation);
    ask_provider(reach, operation, has_key);
    ask_resolvers(reach, operation);
}
