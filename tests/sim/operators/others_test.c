/*
 * tests/sim/operators/others_test.c - cert-manager and external-dns, as far as a failover meets them.
 */
#include <string.h>

#include "sim/controllers/facts.h"
#include "sim/objects.h"
#include "tests/sim/story.h"
#include "tests/test.h"

static Story story;

static const cJSON *certificate(void)
{
    return kube_find(story.mp1->cluster, "certificates.cert-manager.io", "tsb", "web");
}

static void test_certificate(void)
{
    story_begin(&story, 4, "");
    object_create(story.mp1->cluster, "certificates.cert-manager.io", "tsb", "kubectl-create",
                  object_format("{'metadata':{'name':'web'},'spec':{'secretName':'web-tls',"
                                "'dnsNames':['web.example.com'],'issuerRef':{'name':'ca',"
                                "'kind':'ClusterIssuer'}}}"));
    story_pass(&story, 10000);
    CHECK(fact_condition_is(certificate(), "Ready", "False"));
    object_create(story.mp1->cluster, "clusterissuers.cert-manager.io", NULL, "kubectl-create",
                  object_format("{'metadata':{'name':'ca'},'spec':{'selfSigned':{}}}"));
    story_pass(&story, 15000);
    CHECK(fact_condition_is(certificate(), "Ready", "True"));
    CHECK(json_has(kube_find(story.mp1->cluster, "secrets", "tsb", "web-tls"), "data"));
    object_delete(story.mp1->cluster, "secrets", "tsb", "web-tls");
    story_pass(&story, 15000);
    CHECK(kube_find(story.mp1->cluster, "secrets", "tsb", "web-tls") != NULL);
    CHECK_INTEGER(json_integer_or(certificate(), "status/revision", 0), 2);
    story_end(&story);
}

static bool leads_to(const Plane *plane)
{
    char ip[16] = "";

    return dns_side_resolve(story.world->dns, "tsb.example.com", ip) &&
           world_plane_at(story.world, ip) == plane;
}

static bool is_gone(Story *its)
{
    return dns_zone_find(dns_side_zone(its->world->dns, 0), "tsb.example.com.", DNS_CNAME) == NULL;
}

static void test_external_dns(void)
{
    story_begin(&story, 4, "externalDns: {installed: true, interval: 20s, policy: sync}");
    CHECK(leads_to(story.mp1));
    dns_side_rewrite(story.world->dns, "tsb.example.com.", "mp2.tsb.example.com.", "somebody");
    story_pass(&story, 1000);
    CHECK(!leads_to(story.mp1));
    story_pass(&story, 20000);
    CHECK(leads_to(story.mp1));
    object_delete(story.mp1->cluster, "dnsendpoints", "tsb", "floating");
    story_pass(&story, 21000);
    CHECK(is_gone(&story));
    story_end(&story);
}

/* By two updates: in between nobody finds the name, and whoever asked remembers that. */
static void test_removes_first(void)
{
    const DnsZone *zone;
    char ip[16];

    story_begin(&story, 4,
                "externalDns: {installed: true, interval: 20s, removesFirst: true, gap: 2s}\n"
                "dns: {askedEvery: 1s, floatingTtl: 1s, permanentTtl: 1s}");
    zone = dns_side_zone(story.world->dns, 0);
    dns_side_rewrite(story.world->dns, "tsb.example.com.", "mp2.tsb.example.com.", "somebody");
    CHECK(story_until(&story, is_gone, 21000) >= 0);
    story_pass(&story, 1900);
    CHECK(is_gone(&story));
    story_pass(&story, 200);
    CHECK(leads_to(story.mp1));
    CHECK(dns_zone_find(zone, "tsb.example.com.", DNS_CNAME) != NULL);
    story_pass(&story, 75000);
    resolver_lookup(story.world->sites[0]->resolver, "tsb.example.com", ip, NULL);
    CHECK(story_count(&story, NULL, EVENT_RESOLVER_VIEW, "NXDOMAIN (no plane)") > 0);
    CHECK_TEXT(ip, plane_address(story.mp1));
    story_end(&story);
}

/* What is not its own, it leaves alone. */
static void test_not_its_own(void)
{
    story_begin(&story, 4, "externalDns: {installed: true, interval: 20s}");
    dns_zone_remove(dns_side_zone(story.world->dns, 0), "cname-tsb.example.com.", DNS_TXT);
    dns_side_rewrite(story.world->dns, "tsb.example.com.", "mp2.tsb.example.com.", "somebody");
    story_pass(&story, 60000);
    CHECK(!leads_to(story.mp1));
    story_end(&story);
}

TEST_SUITE("sim/operators/others", {"certificate", test_certificate},
           {"external-dns", test_external_dns}, {"removes first", test_removes_first},
           {"not its own", test_not_its_own});
