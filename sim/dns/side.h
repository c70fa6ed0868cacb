/*
 * sim/dns/side.h - what the authoritative side of a world is made of, for the files of this folder.
 *
 * Ownership: DnsSide owns everything below it.
 */
#ifndef SIM_DNS_SIDE_H
#define SIM_DNS_SIDE_H

#include "sim/inside.h"

enum { DNS_SERVERS_MAX = 4, DNS_FLOATING = 2, DNS_WATCHED };

typedef struct DnsSide DnsSide;

typedef struct {
    DnsSide *side;
    int index;
    char name[8];    /* "ns1" */
    int64_t slow_ms; /* a fault: it fetches each change so much later; -1: not at all */
    DnsServer *server;
    DnsZone *zone;
    Door *door;
    Timer *refresh; /* of a secondary */
    Random random;
} NameServer;

struct DnsSide {
    World *world;
    NameServer servers[DNS_SERVERS_MAX]; /* the primary, then its secondaries */
    int count;
    struct DnsBalancers *balancers;
    struct DnsView *view;       /* NULL: all see the same */
    struct DnsRoute53 *route53; /* NULL: its API is not there */
    /* The permanent names, then the floating name that leads to one of them; with the dot. */
    char watched[DNS_WATCHED][96];
    char seen[DNS_WATCHED][200]; /* what each was when last told */
    const char *writer;          /* of a change that is not told yet, if it was no update */
    Timer *tell;
};

/* watch.c: the names that matter, told when they say something else. */
void dns_watch_init(DnsSide *side);
void dns_watch_start(DnsSide *side); /* what they say now is known */
void dns_watch_notice(DnsSide *side);
void dns_watch_release(DnsSide *side);

/* secondary.c: a server whose zone follows the primary's. */
void dns_follower_init(NameServer *server);
void dns_follower_start(NameServer *server);
void dns_follower_notify(NameServer *server); /* the primary says that its zone changed */
void dns_follower_slow(NameServer *server, int64_t slow_ms);
void dns_follower_release(NameServer *server);

/* balancers.c: the zone of the load balancers' names; one copy serves all servers: the cloud's. */
struct DnsBalancers *dns_balancers_new(World *world);
void dns_balancers_free(struct DnsBalancers *balancers);
DnsZone *dns_balancers_zone(const struct DnsBalancers *balancers);
void dns_balancers_name(struct DnsBalancers *balancers, const char *hostname,
                        const char *ip_or_null);

/* view.c: the private view. */
struct DnsView *dns_view_new(DnsSide *side);
void dns_view_start(struct DnsView *view);
void dns_view_notice(struct DnsView *view); /* the public view changed */
DnsServer *dns_view_server(const struct DnsView *view);
void dns_view_free(struct DnsView *view); /* accepts NULL */

/* route53.c: the API of Amazon Route 53, which changes that zone. */
struct DnsRoute53 *dns_route53_new(World *world);
bool dns_route53_start(struct DnsRoute53 *route53, DnsZone *zone, Error *err);
void dns_route53_free(struct DnsRoute53 *route53); /* accepts NULL */

/* side.c: a zone with the world's own timings. */
DnsZone *dns_side_make_zone(const World *world, const char *apex);

#endif
