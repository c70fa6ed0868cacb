/*
 * cli/builtin_dns.c - the fake name server in the same process, in simulated time, as a target for the parity corpus.
 */
#include "cli/builtin_dns.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "fakes/dns/server.h"
#include "sim/seam/seam.h"

enum { PORT = 53, SEED = 1, KINDS = 2, ZONES = 2, HISTORY = 100 };
static const int64_t BEGIN_MS = 1795219200000; /* 2026-11-21 */
static const uint8_t COOKIE_SECRET[] = "a corpus' secret";

static const struct {
    const char *likeness, *ip;
    DnsPersonality personality;
} SERVERS[KINDS] = {
    {"bind", "127.77.0.2", DNS_LIKE_BIND},
    {"knot", "127.77.0.3", DNS_LIKE_KNOT},
};

static const char *const ZONE_NAMES[ZONES] = {"tsb.example.com", "big.example.com"};

struct BuiltinDns {
    Loop *loop;
    DnsServer *servers[KINDS];
    DnsZone *zones[KINDS][ZONES];
};

static bool load_zone(BuiltinDns *dns, const char *folder, int kind, int number, Error *err)
{
    char *path = memory_format("%s/zones/%s", folder, ZONE_NAMES[number]), *text = NULL;
    DnsZone **zone = &dns->zones[kind][number];
    size_t length;
    bool ok = file_read(path, &text, &length, err) &&
              dns_zone_load(text, length, path, ZONE_NAMES[number], zone, err);

    if (ok) {
        dns_zone_keep_history(*zone, HISTORY);
        dns_server_add_zone(dns->servers[kind], *zone);
    }
    free(text);
    free(path);
    return ok;
}

static void add_keys(DnsServer *server, const WireKeys *keys)
{
    for (size_t i = 0; i < keys->count; i++) {
        const WireKey *key = &keys->items[i];
        char *secret = json_base64(key->secret, key->secret_length);

        dns_server_add_key(server, &(DnsKey){.name = key->name,
                                             .secret = secret,
                                             .algorithm = key->algorithm});
        dns_server_allow_transfer(server, NULL, key->name);
        free(secret);
    }
}

static bool start(BuiltinDns *dns, const char *folder, const WireKeys *keys, int kind, Error *err)
{
    DnsServerOptions options = {.loop = dns->loop,
                                .site = "dns",
                                .personality = SERVERS[kind].personality,
                                .version = "9.18",
                                .identity = "here",
                                .cookie_secret = COOKIE_SECRET};
    bool ok = true;

    dns->servers[kind] = dns_server_new(&options);
    add_keys(dns->servers[kind], keys);
    for (int i = 0; i < ZONES && ok; i++)
        ok = load_zone(dns, folder, kind, i, err);
    seam_listen(SERVERS[kind].ip, PORT, true, "dns", dns_server_accept_datagrams,
                dns->servers[kind]);
    seam_listen(SERVERS[kind].ip, PORT, false, "dns", dns_server_accept_stream, dns->servers[kind]);
    return ok;
}

bool builtin_dns_new(const char *folder, const WireKeys *keys, BuiltinDns **out_dns, Error *err)
{
    BuiltinDns *dns = MEMORY_NEW(BuiltinDns);
    bool ok = true;

    seam_simulate(&(SeamOptions){.seed = SEED, .start_wall_ms = BEGIN_MS, .from = "desk"});
    dns->loop = loop_new();
    for (int kind = 0; kind < KINDS && ok; kind++)
        ok = start(dns, folder, keys, kind, err);
    if (!ok) {
        builtin_dns_free(dns);
        return false;
    }
    *out_dns = dns;
    return true;
}

void builtin_dns_free(BuiltinDns *dns)
{
    for (int kind = 0; kind < KINDS; kind++) {
        if (dns->servers[kind] == NULL)
            continue;
        seam_unlisten(SERVERS[kind].ip, PORT, true);
        seam_unlisten(SERVERS[kind].ip, PORT, false);
        dns_server_free(dns->servers[kind]);
        for (int i = 0; i < ZONES; i++)
            dns_zone_free(dns->zones[kind][i]);
    }
    loop_free(dns->loop);
    free(dns);
}

const char *builtin_dns_target(BuiltinDns *dns, size_t index, WireTarget *out_target)
{
    if (index >= KINDS)
        return NULL;
    *out_target = (WireTarget){.loop = dns->loop, .port = PORT};
    snprintf(out_target->ip, sizeof out_target->ip, "%s", SERVERS[index].ip);
    return SERVERS[index].likeness;
}
