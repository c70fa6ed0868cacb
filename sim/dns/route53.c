/*
 * sim/dns/route53.c - Amazon Route 53 in a world: its API changes the zone that the name servers answer from.
 *
 * At 127.B.0.60:8443, at the name servers' site; the desk's credentials are in the file aws-credentials.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "fakes/dns/route53/server.h"
#include "sim/dns/side.h"

enum { HOST = 60, PORT = 8443 };

static const char ZONE_ID[] = "Z0UNDERSTUDYWORLD";

struct DnsRoute53 {
    World *world;
    char access_key[21], secret_key[41];
    Random random;
    Certificate *certificate;
    SSL_CTX *tls;
    Route53Server *server;
    Door *door;
};

static void draw_text(Random *random, char *out_text, size_t size)
{
    static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    for (size_t i = 0; i + 1 < size; i++)
        out_text[i] = LETTERS[random_below(random, sizeof LETTERS - 1)];
    out_text[size - 1] = '\0';
}

static int64_t delay(void *self)
{
    struct DnsRoute53 *route53 = self;

    return span_draw(&route53->world->parameters.dns.route53_delay, &route53->random);
}

struct DnsRoute53 *dns_route53_new(World *world)
{
    struct DnsRoute53 *route53 = MEMORY_NEW(struct DnsRoute53);
    char ip[16];
    const char *names[] = {world_address(world, 0, 0, HOST, ip), NULL};

    route53->world = world;
    route53->random = world_random(world, "route53");
    draw_text(&route53->random, route53->access_key, sizeof route53->access_key);
    draw_text(&route53->random, route53->secret_key, sizeof route53->secret_key);
    world_keep_secret(world, route53->secret_key);
    route53->certificate =
        pki_issue(world->pki,
                  &(CertificateOptions){.common_name = "route53.amazonaws.com", .names = names});
    route53->tls = certificate_server_context(route53->certificate, NULL);
    return route53;
}

bool dns_route53_start(struct DnsRoute53 *route53, DnsZone *zone, Error *err)
{
    World *world = route53->world;
    char ip[16];

    route53->server = route53_server_new(&(Route53Options){
        .loop = world->loop,
        .trace = world->trace,
        .tls = route53->tls,
        .faults = world_points(world),
        .zone_id = ZONE_ID,
        .zone = zone,
        .key = {.access_key = route53->access_key, .secret_key = route53->secret_key},
        .delay = delay,
        .self = route53
    });
    return door_open(world, world_address(world, 0, 0, HOST, ip), PORT, "dns",
                     route53_server_accept, route53->server, &route53->door, err);
}

void dns_route53_free(struct DnsRoute53 *route53)
{
    if (route53 == NULL)
        return;
    door_close(route53->door);
    route53_server_free(route53->server);
    SSL_CTX_free(route53->tls);
    certificate_free(route53->certificate);
    free(route53);
}

char *dns_route53_environment(const struct DnsRoute53 *route53)
{
    char ip[16];

    return memory_format(
        "\"provider\":\"route53\",\"route53\":{\"zoneId\":\"%s\",\"endpoint\":"
        "\"https://%s:%d\",\"profile\":\"default\",\"credentialsFile\":\"aws-credentials\",\"caFile\":"
        "\"ca.pem\"}",
        ZONE_ID, world_address(route53->world, 0, 0, HOST, ip), PORT);
}

char *dns_route53_credentials(const struct DnsRoute53 *route53)
{
    return memory_format("[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n",
                         route53->access_key, route53->secret_key);
}
