/*
 * tests/tools/dns_serve.c - the fake name server on a real UDP and TCP port of loopback, for acceptance tests with real clients.
 *
 *     dns_serve IP PORT APEX PRIMARY SERIAL MINIMUM TTL KEY SECRET < records
 *
 * Each line of the input is a record: name type ttl data. Prints "ready" once it answers, "changed SERIAL" after each
 * change, and stops when it is killed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fakes/dns/server.h"
#include "fakes/net/listener.h"

static const struct {
    const char *name;
    uint16_t type;
} TYPES[] = {
    {"A",     DNS_A    },
    {"AAAA",  DNS_AAAA },
    {"CNAME", DNS_CNAME},
    {"NS",    DNS_NS   },
    {"TXT",   DNS_TXT  }
};

static uint16_t type_named(const char *name)
{
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
        if (strcmp(TYPES[i].name, name) == 0)
            return TYPES[i].type;
    }
    return 0;
}

static bool load(DnsZone *zone, Error *err)
{
    char line[4096], name[1024], type[16];
    unsigned ttl_s;
    int data_at;

    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (sscanf(line, "%1023s %15s %u %n", name, type, &ttl_s, &data_at) != 3)
            return error_set(err, ERR_INPUT, "not a record: %s", line);
        if (!dns_zone_add(zone, name, type_named(type), line + data_at, ttl_s, err))
            return false;
    }
    return true;
}

static void on_change(void *owner)
{
    printf("changed %u\n", dns_zone_serial(owner));
    fflush(stdout);
}

static bool never(void *owner)
{
    (void)owner;
    return false;
}

static bool serve(DnsZone *zone, char **arguments, Error *err)
{
    Loop *loop = loop_new();
    DnsServer *server = dns_server_new(&(DnsServerOptions){.loop = loop, .site = "dns"});
    Listener *listener = NULL;
    uint16_t port = (uint16_t)strtoul(arguments[2], NULL, 10);
    bool ok;

    dns_server_add_zone(server, zone);
    dns_server_add_key(server, &(DnsKey){.name = arguments[8], .secret = arguments[9]});
    dns_zone_on_change(zone, on_change, zone);
    ok = dns_server_bind_udp(server, arguments[1], port, err) &&
         listener_start(loop, arguments[1], port, dns_server_accept_stream, server, &listener, err);
    if (ok) {
        puts("ready");
        fflush(stdout);
        loop_run_until(loop, never, NULL);
    }
    listener_stop(listener);
    dns_server_free(server);
    loop_free(loop);
    return ok;
}

int main(int count, char **arguments)
{
    Error err = {0};
    DnsZone *zone;
    bool ok;

    if (count != 10) {
        fputs("dns_serve IP PORT APEX PRIMARY SERIAL MINIMUM TTL KEY SECRET < records\n", stderr);
        return 2;
    }
    zone = dns_zone_new(&(DnsZoneOptions){
        .apex = arguments[3],
        .primary = arguments[4],
        .serial = (uint32_t)strtoul(arguments[5], NULL, 10),
        .negative_ttl_s = (uint32_t)strtoul(arguments[6], NULL, 10),
        .ttl_s = (uint32_t)strtoul(arguments[7], NULL, 10),
    });
    ok = load(zone, &err) && serve(zone, arguments, &err);
    dns_zone_free(zone);
    if (!ok)
        fprintf(stderr, "dns_serve: %s\n", err.message);
    return ok ? 0 : 1;
}
