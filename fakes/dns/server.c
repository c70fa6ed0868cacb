/*
 * fakes/dns/server.c - an authoritative name server: its zones and keys, and the doors through which clients come in.
 *
 * What it answers is exchange.c; how answers reach who asked is peer.c, connection.c and datagrams.c.
 */
#include "fakes/dns/server.h"

#include <assert.h>
#include <stdlib.h>

#include <arpa/inet.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/dns/connection.h"
#include "fakes/dns/datagrams.h"
#include "fakes/dns/exchange.h"
#include "fakes/dns/name.h"
#include "fakes/dns/notifier.h"
#include "fakes/dns/peer.h"
#include "fakes/dns/repeated.h"
#include "fakes/dns/secondary.h"

DnsServer *dns_server_new(const DnsServerOptions *options)
{
    DnsServer *server = MEMORY_NEW(DnsServer);

    server->options = *options;
    server->options.site = memory_text(options->site);
    server->options.name = options->name != NULL ? memory_text(options->name) : NULL;
    return server;
}

void dns_server_free(DnsServer *server)
{
    if (server == NULL)
        return;
    dns_waiting_drop_all(server);
    dns_notifiers_free(server);
    while (server->peers != NULL)
        server->peers->leave(server->peers);
    for (size_t i = 0; i < server->served_count; i++) {
        dns_zone_forget_owner(server->served[i]->zone, server->served[i]);
        dns_secondary_free(server->served[i]->secondary);
        free(server->served[i]);
    }
    for (size_t i = 0; i < server->signers_count; i++)
        dns_signer_release(&server->signers[i]);
    for (size_t i = 0; i < server->allowances_count; i++)
        free(server->allowances[i].key);
    free(server->allowances);
    dns_repeated_free(server->repeated);
    free(server->served);
    free(server->signers);
    free((char *)server->options.site);
    free((char *)server->options.name);
    free(server);
}

/* The trace tells each step that a zone makes, whoever made it: an update, or the world itself. */
static void on_zone_change(void *owner)
{
    const DnsServed *served = owner;
    const DnsServerOptions *options = &served->server->options;
    uint32_t serial = dns_zone_serial(served->zone);
    size_t count;
    const char *const *changes = dns_zone_changes(served->zone, &count);
    cJSON *data, *list;

    dns_repeated_forget(served->server->repeated);
    dns_notifiers_tell(served->server, served->zone);
    if (options->trace == NULL)
        return;
    data = cJSON_CreateObject();
    cJSON_AddStringToObject(data, "zone", dns_zone_apex(served->zone));
    cJSON_AddNumberToObject(data, "serial", serial);
    list = cJSON_AddArrayToObject(data, "changes");
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(list, cJSON_CreateString(changes[i]));
    trace_add(options->trace, options->site, "dns.serial", data, "%s is at serial %u: %s%s",
              dns_zone_apex(served->zone), serial, count > 0 ? changes[count - 1] : "the same",
              count > 1 ? ", and more" : "");
}

void dns_server_add_zone(DnsServer *server, DnsZone *zone)
{
    DnsServed *served = MEMORY_NEW(DnsServed);

    *served = (DnsServed){.server = server, .zone = zone};
    dns_repeated_forget(server->repeated);
    MEMORY_GROW(server->served, server->served_count, server->served_capacity);
    server->served[server->served_count++] = served;
    dns_zone_on_change(zone, on_zone_change, served);
}

void dns_server_add_key(DnsServer *server, const DnsKey *key)
{
    bool ok;

    MEMORY_GROW(server->signers, server->signers_count, server->signers_capacity);
    ok = dns_signer_init(&server->signers[server->signers_count], key, NULL);
    assert(ok && "a key has a domain name, a known algorithm and a secret in base64");
    (void)ok;
    server->signers_count++;
}

void dns_server_allow_transfer(DnsServer *server, const char *ip, const char *key)
{
    char name[DNS_NAME_TEXT_MAX];
    struct in_addr address = {0};
    bool ok = (ip == NULL || inet_pton(AF_INET, ip, &address) == 1) &&
              (key == NULL || dns_name_tidy(key, name));

    assert(ok && "an address and the name of a key");
    (void)ok;
    MEMORY_GROW(server->allowances, server->allowances_count, server->allowances_capacity);
    server->allowances[server->allowances_count++] = (DnsAllowance){
        .ip = ntohl(address.s_addr),
        .key = key != NULL ? memory_text(name) : NULL,
    };
}

int64_t dns_server_handle(DnsServer *server, bool is_tcp, const void *bytes, size_t length,
                          Buffer *out_reply)
{
    return dns_server_handle_from(server, NULL, is_tcp, bytes, length, out_reply);
}

int64_t dns_server_handle_from(DnsServer *server, const char *client, bool is_tcp,
                               const void *bytes, size_t length, Buffer *out_reply)
{
    DnsArrival arrival = {.bytes = bytes,
                          .length = length,
                          .is_tcp = is_tcp,
                          .client = client,
                          .wall_ms = dns_server_now(server)};
    DnsAnswer answer;
    int64_t delay_ms;

    dns_exchange(server, &arrival, &answer);
    buffer_clear(out_reply);
    buffer_add(out_reply, answer.bytes.data, answer.bytes.length);
    delay_ms = answer.bytes.length > 0 ? answer.delay_ms : -1;
    buffer_release(&answer.bytes);
    return delay_ms;
}

void dns_server_set_clock(DnsServer *server, int64_t ahead_ms)
{
    server->ahead_ms = ahead_ms;
}

int64_t dns_server_now(const DnsServer *server)
{
    return clock_wall_ms() + server->ahead_ms;
}

void dns_server_accept_stream(void *server, int fd)
{
    dns_connection_open(server, fd);
}

void dns_server_accept_datagrams(void *server, int fd)
{
    dns_datagrams_open(server, fd);
}

bool dns_server_bind_udp(DnsServer *server, const char *ip, uint16_t port, Error *err)
{
    return dns_datagrams_bind(server, ip, port, err);
}
