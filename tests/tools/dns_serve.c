/*
 * tests/tools/dns_serve.c - the fake name server on a real UDP and TCP port of loopback, for acceptance tests with real clients.
 *
 *     dns_serve ip=127.0.0.1 port=5300 zone=tsb.example.com:FILE key=NAME:SECRET[:ALGORITHM] ...
 *
 * zone: served from a master file. secondary=APEX:IP:PORT[:KEY]: fetched from a primary, signed with a key named before it.
 * like=knot: its manners. transfer=IP, transfer=key:NAME: who may have whole zones. notify=IP:PORT: who is told of changes.
 * identity=TEXT, version=TEXT, cookies=16-letters, lag=MS (of secondaries after a notice).
 * Prints "ready" once it answers, "changed SERIAL" after each change, and stops when it is killed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "fakes/dns/notifier.h"
#include "fakes/dns/secondary.h"
#include "fakes/dns/server.h"
#include "fakes/net/listener.h"

enum { PARTS = 4, ZONES_MAX = 8, KEYS_MAX = 8, ARGUMENTS_MAX = 64, HISTORY = 100 };

typedef struct {
    Loop *loop;
    DnsServer *server;
    const char *ip;
    uint16_t port;
    int64_t lag_ms;
    DnsZone *zones[ZONES_MAX];
    size_t zones_count;
    DnsKey keys[KEYS_MAX];
    size_t keys_count;
} Serving;

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

static void keep_zone(Serving *serving, DnsZone *zone)
{
    serving->zones[serving->zones_count++] = zone;
    dns_zone_keep_history(zone, HISTORY);
    dns_zone_on_change(zone, on_change, zone);
}

static bool add_zone(Serving *serving, char **parts, Error *err)
{
    char *text = NULL;
    size_t length;
    DnsZone *zone = NULL;
    bool ok = file_read(parts[1], &text, &length, err) &&
              dns_zone_load(text, length, parts[1], parts[0], &zone, err);

    free(text);
    if (!ok)
        return false;
    dns_server_add_zone(serving->server, zone);
    keep_zone(serving, zone);
    return true;
}

static const DnsKey *key_named(const Serving *serving, const char *name)
{
    for (size_t i = 0; name != NULL && i < serving->keys_count; i++) {
        if (strcmp(serving->keys[i].name, name) == 0)
            return &serving->keys[i];
    }
    return NULL;
}

static bool add_secondary(Serving *serving, char **parts, Error *err)
{
    DnsZone *zone =
        dns_zone_new(&(DnsZoneOptions){.apex = parts[0], .primary = "ns.invalid.", .serial = 1});
    DnsSecondaryOptions options = {
        .zone = zone,
        .ip = parts[1],
        .port = (uint16_t)strtoul(parts[2], NULL, 10),
        .key = key_named(serving, parts[3]),
        .lag_ms = serving->lag_ms,
        .is_empty = true,
    };

    keep_zone(serving, zone);
    return dns_server_add_secondary(serving->server, &options, err);
}

static void add_key(Serving *serving, char **parts)
{
    DnsKey key = {.name = parts[0], .secret = parts[1], .algorithm = parts[2]};

    serving->keys[serving->keys_count++] = key;
    dns_server_add_key(serving->server, &key);
}

/* "a:b:c" into its parts. */
static void cut(char *text, char *parts[PARTS])
{
    for (int i = 0; i < PARTS; i++)
        parts[i] = strsep(&text, ":");
}

/* What the server needs to be there. */
static bool take_argument(Serving *serving, const char *name, char *value, Error *err)
{
    char *parts[PARTS];

    cut(value, parts);
    if (strcmp(name, "zone") == 0)
        return add_zone(serving, parts, err);
    if (strcmp(name, "secondary") == 0)
        return add_secondary(serving, parts, err);
    if (strcmp(name, "notify") == 0)
        return dns_server_add_notified(serving->server,
                                       &(DnsNotifiedOptions){.from = serving->ip,
                                                             .ip = parts[0],
                                                             .port = (uint16_t)strtoul(parts[1],
                                                                                       NULL, 10)},
                                       err);
    if (strcmp(name, "key") == 0)
        add_key(serving, parts);
    else if (strcmp(name, "transfer") == 0 && strcmp(parts[0], "key") == 0)
        dns_server_allow_transfer(serving->server, NULL, parts[1]);
    else if (strcmp(name, "transfer") == 0)
        dns_server_allow_transfer(serving->server, parts[0], NULL);
    else
        return error_set(err, ERR_INPUT, "unknown: %s", name);
    return true;
}

/* What it is made from; true if that was all about this argument. */
static bool take_option(Serving *serving, DnsServerOptions *options, const char *name,
                        const char *value)
{
    if (strcmp(name, "ip") == 0)
        serving->ip = value;
    else if (strcmp(name, "port") == 0)
        serving->port = (uint16_t)strtoul(value, NULL, 10);
    else if (strcmp(name, "lag") == 0)
        serving->lag_ms = strtoll(value, NULL, 10);
    else if (strcmp(name, "like") == 0)
        options->personality = strcmp(value, "knot") == 0 ? DNS_LIKE_KNOT : DNS_LIKE_BIND;
    else if (strcmp(name, "identity") == 0)
        options->identity = value;
    else if (strcmp(name, "version") == 0)
        options->version = value;
    else if (strcmp(name, "cookies") == 0 && strlen(value) == 16)
        options->cookie_secret = (const uint8_t *)value;
    else
        return false;
    return true;
}

static bool listen_and_run(Serving *serving, Error *err)
{
    Listener *listener = NULL;
    bool ok = dns_server_bind_udp(serving->server, serving->ip, serving->port, err) &&
              listener_start(serving->loop, serving->ip, serving->port, dns_server_accept_stream,
                             serving->server, &listener, err);

    if (ok) {
        puts("ready");
        fflush(stdout);
        loop_run_until(serving->loop, never, NULL);
    }
    listener_stop(listener);
    return ok;
}

static bool serve(Serving *serving, int count, char **arguments, Error *err)
{
    DnsServerOptions options = {.loop = serving->loop, .site = "dns"};
    char *values[ARGUMENTS_MAX] = {0};
    bool ok = count < ARGUMENTS_MAX;

    for (int i = 1; i < count && ok; i++) {
        values[i] = strchr(arguments[i], '=');
        ok = values[i] != NULL || error_set(err, ERR_INPUT, "no value: %s", arguments[i]);
        if (!ok || values[i] == NULL)
            break;
        *values[i]++ = '\0';
        if (take_option(serving, &options, arguments[i], values[i]))
            values[i] = NULL;
    }
    serving->server = dns_server_new(&options);
    for (int i = 1; i < count && ok; i++)
        ok = values[i] == NULL || take_argument(serving, arguments[i], values[i], err);
    ok = ok && listen_and_run(serving, err);
    dns_server_free(serving->server);
    return ok;
}

int main(int count, char **arguments)
{
    Serving serving = {.loop = loop_new(), .ip = "127.0.0.1"};
    Error err = {0};
    bool ok = serve(&serving, count, arguments, &err);

    loop_free(serving.loop);
    for (size_t i = 0; i < serving.zones_count; i++)
        dns_zone_free(serving.zones[i]);
    if (!ok)
        fprintf(stderr, "dns_serve: %s\n", err.message);
    return ok ? 0 : 1;
}
