/*
 * tests/sim/resolver/resolver_test.c - a cluster's resolver: what it keeps, for how long, and what it says when nobody answers.
 */
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fakes/dns/data.h"
#include "tests/sim/story.h"
#include "tests/test.h"

static const char NAME[] = "tsb.example.com";
static Story story;
static char ip[16];

static struct Resolver *resolver(void)
{
    return story.world->sites[0]->resolver;
}

static const char *look_up(const char *name)
{
    resolver_lookup(resolver(), name, ip, NULL);
    return ip;
}

static void point(const char *name, const char *address, uint32_t ttl_s)
{
    for (int i = 0; i < dns_side_count(story.world->dns); i++)
        CHECK(
            dns_zone_point(dns_side_zone(story.world->dns, i), name, DNS_A, address, ttl_s, NULL));
}

static const struct {
    const char *name, *parameters;
    uint32_t ttl_s;
    int64_t old_until_ms, new_from_ms; /* after the answer was kept */
} KEPT[] = {
    {"for its TTL",            "controlPlanes: 1\n",                          60,   59000, 60000},
    {"for a short TTL",        "controlPlanes: 1\n",                          5,    4000,  5000 },
    {"for the resolver's cap", "controlPlanes: 1\ndns: {resolverCap: 10s}\n", 3600, 9000,  10000},
    {"not at all",             "controlPlanes: 1\n",                          0,    0,     0    },
};

static void test_kept(void)
{
    for (size_t i = 0; i < TEST_COUNT(KEPT); i++) {
        story_begin(&story, 31, KEPT[i].parameters);
        point("www.example.com.", "127.80.9.1", KEPT[i].ttl_s);
        CHECK_TEXT(look_up("www.example.com"), "127.80.9.1");
        point("www.example.com.", "127.80.9.2", KEPT[i].ttl_s);
        story_pass(&story, KEPT[i].old_until_ms);
        if (KEPT[i].ttl_s > 0)
            CHECK_CASE(KEPT[i].name, strcmp(look_up("www.example.com"), "127.80.9.1") == 0);
        story_pass(&story, KEPT[i].new_from_ms - KEPT[i].old_until_ms);
        CHECK_CASE(KEPT[i].name, strcmp(look_up("WWW.example.com."), "127.80.9.2") == 0);
        story_end(&story);
    }
}

static void test_denied(void)
{
    story_begin(&story, 32, "controlPlanes: 1\n");
    CHECK_INTEGER(resolver_lookup(resolver(), "none.example.com", ip, NULL), DNS_NXDOMAIN);
    point("none.example.com.", "127.80.9.1", 60);
    story_pass(&story, 59000);
    CHECK_INTEGER(resolver_lookup(resolver(), "none.example.com", ip, NULL), DNS_NXDOMAIN);
    story_pass(&story, 1000);
    CHECK_TEXT(look_up("none.example.com"), "127.80.9.1");
    CHECK_INTEGER(resolver_lookup(resolver(), "not a name..", ip, NULL), DNS_NXDOMAIN);
    story_end(&story);
    story_begin(&story, 32, "controlPlanes: 1\ndns: {resolverNegativeCap: 5s}\n");
    look_up("none.example.com");
    point("none.example.com.", "127.80.9.1", 60);
    story_pass(&story, 5000);
    CHECK_TEXT(look_up("none.example.com"), "127.80.9.1");
    story_end(&story);
}

static void test_chains(void)
{
    story_begin(&story, 33, "controlPlanes: 1\n");
    CHECK_TEXT(look_up(NAME), "127.80.1.1"); /* over two zones */
    dns_zone_point(dns_side_zone(story.world->dns, 0), "a.example.com.", DNS_CNAME,
                   "b.example.com.", 60, NULL);
    dns_zone_point(dns_side_zone(story.world->dns, 0), "b.example.com.", DNS_CNAME,
                   "a.example.com.", 60, NULL);
    dns_zone_copy(dns_side_zone(story.world->dns, 1), dns_side_zone(story.world->dns, 0));
    CHECK_INTEGER(resolver_lookup(resolver(), "a.example.com", ip, NULL), DNS_SERVFAIL); /* F-503 */
    CHECK_TEXT(ip, "");
    dns_zone_point(dns_side_zone(story.world->dns, 0), "away.example.com.", DNS_CNAME,
                   "gone.elb.example.net.", 60, NULL);
    dns_zone_copy(dns_side_zone(story.world->dns, 1), dns_side_zone(story.world->dns, 0));
    CHECK_INTEGER(resolver_lookup(resolver(), "away.example.com", ip, NULL),
                  DNS_NXDOMAIN); /* F-511 */
    story_end(&story);
}

/* Two clusters, the second one inside: no update reaches its view, or a late one. */
static void test_private_view(void)
{
    static const struct {
        const char *parameters, *after_five_minutes;
    } CASES[] = {
        {"controlPlanes: 2\ndns: {privateView: 1}\n",                     "127.80.1.1"},
        {"controlPlanes: 2\ndns: {privateView: 1, privateViewLag: 2m}\n", "127.80.9.1"},
    };

    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        story_begin(&story, 36, CASES[i].parameters);
        point("tsb.example.com.", "127.80.9.1", 30);
        story_pass(&story, 90000);
        CHECK_TEXT(look_up(NAME), "127.80.9.1");
        resolver_lookup(story.world->sites[1]->resolver, NAME, ip, NULL);
        CHECK_TEXT(ip, "127.80.1.1");
        story_pass(&story, 210000);
        resolver_lookup(story.world->sites[1]->resolver, NAME, ip, NULL);
        CHECK_TEXT(ip, CASES[i].after_five_minutes);
        story_end(&story);
    }
}

/* Who asks for a name before it exists is told for a minute that it does not. */
static void test_asked_too_early(void)
{
    story_begin(&story, 37, "controlPlanes: 1\ndns: {askedEvery: 10s}\n");
    story_pass(&story, 30000);
    CHECK_INTEGER(story_count(&story, "cp-0001", EVENT_MONITOR_VIEW,
                              "mp2.tsb.example.com at NXDOMAIN"),
                  1);
    point("mp2.tsb.example.com.", "127.80.9.1", 60);
    story_pass(&story, 25000);
    CHECK_INTEGER(story_count(&story, "cp-0001", EVENT_MONITOR_VIEW, "127.80.9.1"), 0);
    story_pass(&story, 60000);
    CHECK_INTEGER(story_count(&story, "cp-0001", EVENT_MONITOR_VIEW, "127.80.9.1"), 1);
    story_end(&story);
}

/* A minute at least in each of two caches that both have a floor; a cache before them counts down what it was told. */
static void test_adds_up(void)
{
    int old_s = 0;

    story_begin(&story, 38,
                "controlPlanes: 1\ndns: {resolverFloor: 60s, recursive: {installed: true, floor: "
                "60s}, nodeLocal: {installed: true}}\n");
    point("www.example.com.", "127.80.9.1", 5);
    look_up("www.example.com");
    point("www.example.com.", "127.80.9.2", 5);
    for (; old_s < 200 && strcmp(look_up("www.example.com"), "127.80.9.1") == 0; old_s++)
        story_pass(&story, 1000);
    CHECK(old_s >= 119 && old_s <= 121);
    story_end(&story);
}

static void test_pinned(void)
{
    story_begin(&story, 34, "controlPlanes: 1\n");
    point("www.example.com.", "127.80.9.1", 60);
    look_up("www.example.com");
    resolver_pin(resolver(), 600000);
    point("www.example.com.", "127.80.9.2", 60);
    story_pass(&story, 599000);
    CHECK_TEXT(look_up("www.example.com"), "127.80.9.1");
    story_pass(&story, 1000);
    CHECK_TEXT(look_up("www.example.com"), "127.80.9.2");
    resolver_pin(resolver(), -1);
    point("www.example.com.", "127.80.9.3", 60);
    story_pass(&story, 86400000);
    CHECK_TEXT(look_up("www.example.com"), "127.80.9.2");
    resolver_pin(resolver(), 0);
    CHECK_TEXT(look_up("www.example.com"), "127.80.9.3");
    story_end(&story);
}

static void test_silence(void)
{
    int64_t delay_ms;
    int rule;

    story_begin(&story, 35, "controlPlanes: 1\n");
    look_up(NAME);
    rule = topology_add(story.topology, "cp-0001", "dns", 0, NETWORK_BLACKHOLE, 0);
    CHECK_INTEGER(resolver_lookup(resolver(), NAME, ip, &delay_ms), DNS_NOERROR);
    CHECK_INTEGER(delay_ms, 0);
    story_pass(&story, 61000);
    CHECK_INTEGER(resolver_lookup(resolver(), NAME, ip, &delay_ms), DNS_SERVFAIL);
    CHECK_INTEGER(delay_ms, 6000);
    CHECK_INTEGER(story_count(&story, "cp-0001", EVENT_RESOLVER_VIEW, "SERVFAIL (no plane)"), 1);
    topology_remove(story.topology, rule);
    CHECK_INTEGER(resolver_lookup(resolver(), NAME, ip, &delay_ms), DNS_NOERROR);
    CHECK(delay_ms >= 2 && delay_ms <= 20);
    CHECK_INTEGER(story_count(&story, "cp-0001", EVENT_RESOLVER_VIEW, "127.80.1.1 (mp1)"), 2);
    story_end(&story);
}

/* ---- over UDP, as the engine asks it ------------------------------------------------------------------------------------------------------- */

static int open_client(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(5353)};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    inet_pton(AF_INET, "127.81.0.1", &address.sin_addr);
    CHECK(connect(fd, (const struct sockaddr *)&address, sizeof address) == 0);
    return fd;
}

static bool ask(int fd, Arena *arena, DnsMessage *out_reply)
{
    DnsRecord question = {.name = "tsb.example.com.", .type = DNS_A, .class = DNS_IN};
    DnsMessage message = {.id = 7, .wants_recursion = true};
    Buffer bytes = {0};
    uint8_t *reply = arena_new(arena, 2000);
    ssize_t length;

    message.sections[DNS_QUESTION].records = &question;
    message.sections[DNS_QUESTION].count = 1;
    dns_encode(&message, 0, &bytes);
    CHECK(send(fd, bytes.data, bytes.length, 0) == (ssize_t)bytes.length);
    buffer_release(&bytes);
    story_pass(&story, 100);
    length = recv(fd, reply, 2000, 0);
    return CHECK(length > 0) && CHECK(dns_parse(arena, reply, (size_t)length, out_reply, NULL));
}

static void test_over_udp(void)
{
    Arena arena = {0};
    DnsMessage reply = {0};
    uint32_t first_s = 0;
    int fd;

    story_begin(&story, 36, "controlPlanes: 1\n");
    fd = open_client();
    story_pass(&story, 61000);
    look_up(NAME);
    if (ask(fd, &arena, &reply)) {
        CHECK(reply.offers_recursion && !reply.is_authoritative);
        CHECK_INTEGER(reply.sections[DNS_ANSWER].count, 3);
        CHECK_INTEGER(reply.sections[DNS_ANSWER].records[2].type, DNS_A);
        first_s = reply.sections[DNS_ANSWER].records[0].ttl_s;
    }
    CHECK(first_s >= 59 && first_s <= 60);
    story_pass(&story, 20000);
    if (ask(fd, &arena, &reply))
        CHECK_INTEGER(reply.sections[DNS_ANSWER].records[0].ttl_s, (int)first_s - 20);
    close(fd);
    arena_release(&arena);
    story_end(&story);
}

TEST_SUITE("sim/resolver/resolver", {"kept", test_kept}, {"denied", test_denied},
           {"chains", test_chains}, {"a private view", test_private_view},
           {"asked too early", test_asked_too_early}, {"caches add up", test_adds_up},
           {"pinned", test_pinned}, {"silence", test_silence}, {"over UDP", test_over_udp});
