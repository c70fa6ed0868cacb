/*
 * tests/sim/operators/install_test.c - the story of a management plane in an empty cluster: what helm makes, and what comes of it.
 */
#include <string.h>

#include "sim/operators/chart.h"
#include "sim/operators/keys.h"
#include "sim/objects.h"
#include "tests/sim/story.h"
#include "tests/test.h"

static Story story;
static const int64_t MINUTE_MS = 60000;

static bool is_serving(Story *s)
{
    return plane_is_writable(s->mp2) && plane_is_open(s->mp2);
}

static bool has_all_instances(Story *s)
{
    for (int i = 0; i < s->mp2->member_count; i++)
        if (!pg_member_is_ready(s->mp2->members[i]))
            return false;
    return true;
}

static bool is_streaming(Story *s)
{
    for (int i = 0; i < s->mp2->member_count; i++)
        if (!pg_member_is_ready(s->mp2->members[i]) ||
            pg_receiver(s->mp2->members[i]->instance) != PG_RECEIVER_STREAMING)
            return false;
    return true;
}

static bool is_gone(Story *s)
{
    return !kube_find(s->mp2->cluster, "namespaces", NULL, "tsb");
}

static void install(const char *host)
{
    cJSON *values = chart_values(story.mp2, host);

    CHECK(chart_install(story.mp2, values, NULL));
    cJSON_Delete(values);
}

static void check_empty(void)
{
    CHECK(!kube_find(story.mp2->cluster, "namespaces", NULL, "tsb"));
    CHECK(plane_resource(story.mp2) == NULL);
    CHECK(!kube_find(story.mp2->cluster, "customresourcedefinitions", NULL,
                     "managementplanes.install.tetrate.io"));
    CHECK(kube_find(story.mp2->cluster, "storageclasses", NULL, "standard") != NULL);
    CHECK(!plane_primary(story.mp2));
    CHECK_TEXT(plane_address(story.mp2), "");
}

static void empty_cluster_stays_empty(void)
{
    story_begin(&story, 1, "{planes: {mp2: empty}}");
    story_pass(&story, 10 * MINUTE_MS);
    check_empty();
    CHECK(plane_is_writable(story.mp1));
    story_end(&story);
}

static void active_with_a_key_of_its_own(void)
{
    int64_t took;

    story_begin(&story, 2, "{planes: {mp2: empty}}");
    install(NULL);
    took = story_until(&story, is_serving, 10 * MINUTE_MS);
    CHECK(took > 30000);
    CHECK(story_until(&story, has_all_instances, 15 * MINUTE_MS) >= 0);
    CHECK(plane_key_find(story.mp2) != NULL && plane_key_find(story.mp2) != story.mp1->iam_key);
    CHECK(story.mp2->iam_key == plane_key_find(story.mp2));
    CHECK(kube_find(story.mp2->cluster, "secrets", "tsb", "tsb-iam-jwks") != NULL);
    CHECK(!pg_member_row(plane_primary(story.mp2), "clusters/cp-0001"));
    CHECK(pg_system_identifier(story.mp1->members[0]->instance) !=
          pg_system_identifier(story.mp2->members[0]->instance));
    CHECK(plane_is_writable(story.mp1));
    story_end(&story);
}

static void active_with_the_key_that_was_brought(void)
{
    story_begin(&story, 3, "{planes: {mp2: empty}}");
    object_namespace(story.mp2->cluster, "tsb");
    object_secret(story.mp2->cluster, "tsb", "iam-signing-key", NULL, "kid",
                  signing_key_kid(story.mp1->iam_key), "private.key",
                  signing_key_pem(story.mp1->iam_key), NULL);
    install(NULL);
    CHECK(story_until(&story, is_serving, 10 * MINUTE_MS) >= 0);
    CHECK(story.mp2->iam_key == story.mp1->iam_key);
    story_end(&story);
}

static void key_that_was_brought_too_late(void)
{
    cJSON *patch;
    char *pem;

    story_begin(&story, 4, "{planes: {mp2: empty}}");
    install(NULL);
    CHECK(story_until(&story, is_serving, 10 * MINUTE_MS) >= 0);
    pem = json_base64(signing_key_pem(story.mp1->iam_key),
                      strlen(signing_key_pem(story.mp1->iam_key)));
    patch = cJSON_CreateObject();
    cJSON_AddStringToObject(cJSON_AddObjectToObject(patch, "data"), "private.key", pem);
    free(pem);
    object_merge(story.mp2->cluster, "secrets", "tsb", "iam-signing-key", "kubectl", patch);
    story_pass(&story, MINUTE_MS);
    CHECK(story.mp2->iam_key != story.mp1->iam_key);
    story_scale(story.mp2, "iam", 0);
    story_pass(&story, MINUTE_MS);
    story_scale(story.mp2, "iam", 1);
    story_pass(&story, 3 * MINUTE_MS);
    CHECK(story.mp2->iam_key == story.mp1->iam_key);
    story_end(&story);
}

static void no_iam_with_a_key_that_is_none(void)
{
    story_begin(&story, 5, "{planes: {mp2: empty}}");
    object_namespace(story.mp2->cluster, "tsb");
    object_secret(story.mp2->cluster, "tsb", "iam-signing-key", NULL, "kid", "x", "private.key",
                  "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t", NULL);
    install(NULL);
    story_pass(&story, 10 * MINUTE_MS);
    CHECK(plane_ready_pods(story.mp2, "tsb") > 0);
    CHECK(plane_ready_pods(story.mp2, "iam") == 0);
    CHECK(!plane_is_api_serving(story.mp2));
    story_end(&story);
}

static void standby_follows_the_active(void)
{
    story_begin(&story, 6, "{planes: {mp2: empty}}");
    install(story.mp1->permanent_name);
    CHECK(story_until(&story, is_streaming, 30 * MINUTE_MS) > 94000); /* base backups take time */
    CHECK(pg_member_is_standby(story.mp2->members[0]));
    CHECK(!kube_find(story.mp2->cluster, "services", "tsb", "envoy"));
    CHECK(!plane_is_api_serving(story.mp2));
    story_end(&story);
}

static void uninstalled_and_installed_again(void)
{
    story_begin(&story, 7, "{planes: {mp2: empty}}");
    install(NULL);
    CHECK(story_until(&story, is_serving, 10 * MINUTE_MS) >= 0);
    chart_uninstall(story.mp2);
    object_delete(story.mp2->cluster, "namespaces", NULL, "tsb");
    CHECK(story_until(&story, is_gone, 10 * MINUTE_MS) >= 0);
    story_pass(&story, MINUTE_MS);
    CHECK(!plane_primary(story.mp2));
    CHECK(!plane_is_open(story.mp2));
    CHECK_TEXT(plane_address(story.mp2), "");
    install(NULL);
    CHECK(story_until(&story, is_serving, 10 * MINUTE_MS) >= 0);
    CHECK(story_until(&story, has_all_instances, 15 * MINUTE_MS) >= 0);
    story_end(&story);
}

static void values_that_lack_something(void)
{
    cJSON *values;
    Error why = {0};

    story_begin(&story, 8, "{planes: {mp1: empty, mp2: empty}, controlPlanes: 0}");
    values = chart_values(story.mp1, NULL);
    cJSON_DeleteItemFromObjectCaseSensitive(json_find(values, "spec"), "organization");
    CHECK(!chart_install(story.mp1, values, &why) && why.code == ERR_INPUT);
    CHECK(!kube_find(story.mp1->cluster, "namespaces", NULL, "tsb"));
    cJSON_Delete(values);
    story_end(&story);
}

TEST_SUITE("sim/operators/install", {"an empty cluster stays empty", empty_cluster_stays_empty},
           {"an active with a key that its operator made", active_with_a_key_of_its_own},
           {"an active with the key that was there before", active_with_the_key_that_was_brought},
           {"a key that comes too late counts once iam restarts", key_that_was_brought_too_late},
           {"no iam with a key that is none", no_iam_with_a_key_that_is_none},
           {"a standby follows the active", standby_follows_the_active},
           {"uninstalled, and installed again", uninstalled_and_installed_again},
           {"values without what the chart needs", values_that_lack_something});
