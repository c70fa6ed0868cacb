/*
 * tests/sim/operators/control_plane_test.c - the four token secrets of a control plane: made, rotated, deleted, made again or not.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sim/objects.h"
#include "tests/sim/story.h"
#include "tests/test.h"

static const int64_t MINUTE = 60000;
static const char NS[] = "istio-system";
static const char *const SECRETS[] = {"otel-token", "oap-token", "ngac-token",
                                      "xcp-edge-central-auth-token"};
static Story story;
static KubeCluster *cluster;

static void begin(uint64_t seed, const char *parameters)
{
    story_begin(&story, seed, parameters);
    cluster = site_cluster(story.world->sites[0]);
}

static bool exists(const char *secret)
{
    return kube_find(cluster, "secrets", NS, secret) != NULL;
}

/* The token's text; free() it. */
static char *token_of(const char *secret)
{
    const cJSON *object = kube_find(cluster, "secrets", NS, secret);
    const char *key = strcmp(secret, SECRETS[3]) == 0 ? "data/jwt" : "data/token";
    char *text = NULL;
    size_t length;

    json_base64_decode(json_string_or(object, key, ""), &text, &length, NULL);
    return text;
}

static TokenVerdict verdict_of(const char *secret)
{
    char *token = token_of(secret);
    TokenVerdict verdict =
        token ? token_check(token, story.mp1->iam_key, clock_wall_ms(), true) : TOKEN_MALFORMED;

    free(token);
    return verdict;
}

static void delete_all(void)
{
    for (size_t i = 0; i < TEST_COUNT(SECRETS); i++)
        object_delete(cluster, "secrets", NS, SECRETS[i]);
}

static int count_existing(void)
{
    int count = 0;

    for (size_t i = 0; i < TEST_COUNT(SECRETS); i++)
        count += exists(SECRETS[i]);
    return count;
}

static void test_populated(void)
{
    const char *const *secrets;
    char *token;
    bool is_kept = false;

    begin(41, "controlPlanes: 1\n");
    for (size_t i = 0; i < TEST_COUNT(SECRETS); i++)
        CHECK_CASE(SECRETS[i], verdict_of(SECRETS[i]) == TOKEN_GOOD);
    CHECK(exists("cluster-service-account"));
    token = token_of("otel-token");
    for (secrets = world_secrets(story.world); *secrets; secrets++)
        is_kept = is_kept || strcmp(*secrets, token) == 0;
    CHECK(is_kept);
    free(token);
    story_end(&story);
    begin(41, "controlPlanes: 1\ntokens: {ngac: false}\n");
    CHECK(!exists("ngac-token"));
    CHECK_INTEGER(count_existing(), 3);
    delete_all();
    story_pass(&story, 60000);
    CHECK(!exists("ngac-token"));
    CHECK_INTEGER(count_existing(), 3);
    story_end(&story);
}

static void test_rotated(void)
{
    begin(42, "controlPlanes: 1\ntokens: {ttl: 1h, age: 0s}\n");
    story_pass(&story, 47 * MINUTE);
    CHECK_INTEGER(story_count(&story, NULL, EVENT_TOKEN_CREATED, NULL), 0);
    story_pass(&story, 2 * MINUTE);
    CHECK_INTEGER(story_count(&story, "cp-0001", EVENT_TOKEN_CREATED, "signed by mp1"), 4);
    story_pass(&story, 180 * MINUTE);
    CHECK_INTEGER(story_count(&story, NULL, EVENT_TOKEN_CREATED, NULL), 16);
    for (size_t i = 0; i < TEST_COUNT(SECRETS); i++)
        CHECK_CASE(SECRETS[i], verdict_of(SECRETS[i]) == TOKEN_GOOD);
    story_end(&story);
}

static void test_deleted(void)
{
    char *before, *after;

    begin(43, "controlPlanes: 1\n");
    before = token_of("oap-token");
    story_pass(&story, 5000);
    delete_all();
    CHECK_INTEGER(story_count(&story, "cp-0001", EVENT_TOKEN_DELETED, NULL), 4);
    CHECK_INTEGER(count_existing(), 0);
    story_pass(&story, 11000);
    CHECK_INTEGER(count_existing(), 4);
    after = token_of("oap-token");
    CHECK(before && after && strcmp(before, after) != 0);
    CHECK(edge_is_synced(story.world->sites[0]->edge, story.mp1));
    free(before);
    free(after);
    story_end(&story);
}

static void test_one_deleted(void)
{
    char *before, *after;

    begin(44, "controlPlanes: 1\n");
    before = token_of("oap-token");
    object_delete(cluster, "secrets", NS, "otel-token");
    story_pass(&story, 60000);
    after = token_of("oap-token");
    CHECK_INTEGER(count_existing(), 4);
    CHECK_TEXT(after, before); /* F-703: only what is missing */
    free(before);
    free(after);
    story_end(&story);
}

/* U9: without the watch only the operator's own tick finds out. */
static void test_without_watch(void)
{
    begin(45, "controlPlanes: 1\ntokens: {byWatch: false, configurationRetry: 15m}\n");
    story_pass(&story, 1000);
    delete_all();
    story_pass(&story, 15 * MINUTE);
    CHECK_INTEGER(count_existing(), 4);
    story_end(&story);
    begin(46, "controlPlanes: 1\ntokens: {byWatch: false, configurationRetry: 1000h}\n");
    delete_all();
    story_pass(&story, 20 * MINUTE);
    CHECK_INTEGER(count_existing(), 0);
    tokens_kick(story.world->sites[0]->tokens);
    story_pass(&story, 60000);
    CHECK_INTEGER(count_existing(), 4);
    story_end(&story);
}

/* F-706, F-708: a mistake in the configuration makes it wait 15 minutes, whatever is deleted meanwhile. */
static void test_configuration(void)
{
    begin(47, "controlPlanes: 1\n");
    object_delete(cluster, "secrets", NS, "cluster-service-account");
    delete_all();
    story_pass(&story, 60000);
    CHECK_INTEGER(count_existing(), 0);
    object_secret(cluster, NS, "cluster-service-account", NULL, "clusterFqn",
                  "organizations/tetrate/clusters/other", "jwk", "{}", (char *)NULL);
    story_pass(&story, 20 * MINUTE);
    CHECK_INTEGER(count_existing(), 0);
    object_delete(cluster, "secrets", NS, "cluster-service-account");
    object_secret(cluster, NS, "cluster-service-account", NULL, "clusterFqn",
                  "organizations/tetrate/clusters/cp-0001", "jwk", "{}", (char *)NULL);
    story_pass(&story, 60000);
    CHECK_INTEGER(count_existing(), 0);
    story_pass(&story, 16 * MINUTE);
    CHECK_INTEGER(count_existing(), 4);
    story_end(&story);
}

/* F-710: a database that does not know the cluster. */
static void test_unknown_account(void)
{
    begin(48, "controlPlanes: 1\n");
    pg_write(plane_primary(story.mp1)->instance, "clusters/cp-0001", NULL, NULL);
    delete_all();
    story_pass(&story, 20 * MINUTE);
    CHECK_INTEGER(count_existing(), 0);
    story_end(&story);
}

/* F-717: what a client writes counts as it is. */
static void test_rubbish(void)
{
    begin(49, "controlPlanes: 1\ntokens: {kubeletRefresh: 5s}\n");
    object_merge(cluster, "secrets", NS, SECRETS[3], "kubectl-edit",
                 object_format("{'data':{'jwt':''}}"));
    story_pass(&story, 2000);
    CHECK(token_judge(tokens_mounted(story.world->sites[0]->tokens), story.mp1->iam_key,
                      clock_wall_ms()) == TOKEN_GOOD);
    story_pass(&story, 4000);
    CHECK(token_judge(tokens_mounted(story.world->sites[0]->tokens), story.mp1->iam_key,
                      clock_wall_ms()) == TOKEN_WRONG_KEY);
    CHECK(edge_is_synced(story.world->sites[0]->edge, story.mp1));
    edge_kick(story.world->sites[0]->edge, story.mp1, "reset");
    story_pass(&story, 60000);
    CHECK(!edge_is_connected(story.world->sites[0]->edge, NULL));
    story_end(&story);
}

/* F-618 repaired: the ControlPlane says another host, so the edge is made anew and goes there. */
static void test_other_host(void)
{
    begin(50, "controlPlanes: 1\n");
    object_merge(cluster, "controlplanes", NS, "controlplane", "kubectl-patch",
                 object_format("{'spec':{'managementPlane':{'host':'none.example.com'}}}"));
    story_pass(&story, 180000);
    CHECK(!edge_is_connected(story.world->sites[0]->edge, NULL));
    CHECK(story_count(&story, "cp-0001", EVENT_EDGE_STATE,
                      "lookup none.example.com: no such host") > 0);
    object_merge(cluster, "controlplanes", NS, "controlplane", "kubectl-patch",
                 object_format("{'spec':{'managementPlane':{'host':'mp1.tsb.example.com'}}}"));
    story_pass(&story, 180000);
    CHECK(edge_is_synced(story.world->sites[0]->edge, story.mp1));
    story_end(&story);
}

/* F-618: an address of the old plane, which no name leads away from. */
static void test_address_as_host(void)
{
    begin(51, "controlPlanes: 1\n");
    object_merge(cluster, "controlplanes", NS, "controlplane", "kubectl-patch",
                 object_format("{'spec':{'managementPlane':{'host':'127.80.1.1'}}}"));
    dns_zone_remove(dns_side_zone(story.world->dns, 0), "tsb.example.com.", DNS_ANY);
    story_pass(&story, 3 * MINUTE);
    CHECK(edge_is_synced(story.world->sites[0]->edge, story.mp1));
    CHECK_INTEGER(story_count(&story, "cp-0001", EVENT_EDGE_STATE, "its pods were replaced"), 1);
    story_end(&story);
}

/* Nobody makes tokens while the operator has no pods; it goes on when it has some again. */
static void test_operator_gone(void)
{
    begin(52, "controlPlanes: 1\n");
    object_merge(cluster, "deployments", NS, "tsb-operator-control-plane", "kubectl-scale",
                 object_format("{'spec':{'replicas':0}}"));
    story_pass(&story, MINUTE);
    delete_all();
    story_pass(&story, 10 * MINUTE);
    CHECK_INTEGER(count_existing(), 0);
    object_merge(cluster, "deployments", NS, "tsb-operator-control-plane", "kubectl-scale",
                 object_format("{'spec':{'replicas':1}}"));
    story_pass(&story, MINUTE);
    CHECK_INTEGER(count_existing(), 4);
    story_end(&story);
}

TEST_SUITE("sim/operators/control_plane", {"populated", test_populated}, {"rotated", test_rotated},
           {"deleted", test_deleted}, {"one deleted", test_one_deleted},
           {"without watch", test_without_watch}, {"configuration", test_configuration},
           {"unknown account", test_unknown_account}, {"rubbish", test_rubbish},
           {"other host", test_other_host}, {"address as host", test_address_as_host},
           {"operator gone", test_operator_gone});
