/*
 * tests/sim/front_test.c - what a plane's API answers: rows of its database, and what is true at this moment.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sim/objects.h"
#include "tests/sim/story.h"
#include "tests/test.h"

static Story story;

static const FrontModel *model_of(const Plane *plane)
{
    return plane_front_model(plane->front);
}

static void test_who_asks(void)
{
    const FrontModel *model;
    char *token, *other;
    SigningKey *key = signing_key_new();

    story_begin(&story, 21, "controlPlanes: 2\n");
    model = model_of(story.mp1);
    token = token_sign(story.world->iam_key, "admin", clock_wall_ms(), clock_wall_ms() + 60000);
    other = token_sign(key, "admin", clock_wall_ms(), clock_wall_ms() + 60000);
    CHECK(model->is_serving(model->self));
    CHECK(!model_of(story.mp2)->is_serving(model_of(story.mp2)->self));
    CHECK(model->may_log_in(model->self, "admin", story.world->admin_password));
    CHECK(!model->may_log_in(model->self, "admin", "wrong"));
    CHECK(!model->may_log_in(model->self, "admin", ""));
    CHECK(!model->may_log_in(model->self, "root", story.world->admin_password));
    object_merge(story.mp1->cluster, "secrets", story.mp1->ns, "admin-credentials", "kubectl-edit",
                 object_format("{'data':{'admin':'b3RoZXI='}}"));
    CHECK(!model->may_log_in(model->self, "admin", story.world->admin_password));
    CHECK(model->may_log_in(model->self, "admin", "other"));
    CHECK(model->is_token_valid(model->self, token));
    CHECK(!model->is_token_valid(model->self, other));
    CHECK(!model->is_token_valid(model->self, "x"));
    free(token);
    free(other);
    signing_key_free(key);
    story_end(&story);
}

static void test_clusters(void)
{
    const FrontModel *model;
    cJSON *clusters, *cluster;
    int64_t synced_ms = 0;

    story_begin(&story, 22, "controlPlanes: 12\n");
    model = model_of(story.mp1);
    story_pass(&story, 1200000);
    clusters = model->clusters(model->self);
    CHECK_INTEGER(cJSON_GetArraySize(clusters), 12);
    cJSON_ArrayForEach(cluster, clusters)
    {
        CHECK(clock_parse(json_string_or(cluster, "state/lastSyncTime", ""), &synced_ms));
        CHECK(synced_ms <= clock_wall_ms() && synced_ms > clock_wall_ms() - 600000);
    }
    CHECK_TEXT(json_string(clusters, "11/fqn"), "organizations/tetrate/clusters/cp-0012");
    cluster = model->cluster(model->self, "cp-0003");
    CHECK_TEXT(json_string(cluster, "fqn"), "organizations/tetrate/clusters/cp-0003");
    CHECK(json_has(cluster, "etag"));
    CHECK(model->cluster(model->self, "cp-0013") == NULL);
    CHECK(model->cluster_status(model->self, "cp-0013") == NULL);
    cJSON_Delete(cluster);
    cJSON_Delete(clusters);
    story_end(&story);
}

static bool is_active(Story *s)
{
    return plane_is_writable(s->mp2);
}

static bool is_fed(Story *s)
{
    return central_is_warm(s->mp2->central);
}

static int64_t accepted_ms(const Plane *plane, const char *type)
{
    const FrontModel *model = model_of(plane);
    cJSON *status = model->cluster_status(model->self, "cp-0001"), *event;
    int64_t wall_ms = 0;

    CHECK_TEXT(json_string(status, "status"), "READY");
    CHECK_TEXT(json_string(status, "message"), "Cluster onboarded");
    CHECK_TEXT(json_string(status, "configEvents/events/0/type"), "XCP_ACCEPTED");
    cJSON_ArrayForEach(event, json_find(status, "configEvents/events"))
    {
        CHECK(json_has(event, "etag"));
        if (strcmp(json_string_or(event, "type", ""), type) == 0)
            CHECK(clock_parse(json_string_or(event, "timestamp", ""), &wall_ms));
    }
    cJSON_Delete(status);
    return wall_ms;
}

/* domain.md 2.5, the trap: READY is replicated; only newer times prove anything. */
static void test_promoted(void)
{
    int64_t promoted_ms, old_ms;
    cJSON *cluster;

    story_begin(&story, 23, "controlPlanes: 2\n");
    old_ms = accepted_ms(story.mp1, "XCP_ACCEPTED");
    story_scale(story.mp1, "tsb", 0);
    story_pass(&story, 20000);
    story_patch(&story, story.mp2, STORY_PROMOTE);
    CHECK(story_until(&story, is_active, 600000) > 0);
    promoted_ms = clock_wall_ms();
    CHECK_INTEGER(accepted_ms(story.mp2, "XCP_ACCEPTED"), old_ms);
    cluster = model_of(story.mp2)->cluster(model_of(story.mp2)->self, "cp-0001");
    CHECK(json_has(cluster, "state/lastSyncTime"));
    cJSON_Delete(cluster);
    CHECK(story_until(&story, is_fed, 600000) > 0);
    CHECK(accepted_ms(story.mp2, "XCP_ACCEPTED") > promoted_ms);
    CHECK_INTEGER(accepted_ms(story.mp2, "MPC_ACCEPTED") - accepted_ms(story.mp2, "TSB_ACCEPTED"),
                  4500);
    CHECK_INTEGER(accepted_ms(story.mp2, "XCP_ACCEPTED") - accepted_ms(story.mp2, "MPC_ACCEPTED"),
                  30);
    story_end(&story);
}

static void test_configuration(void)
{
    const FrontModel *model;
    cJSON *all;

    story_begin(&story, 24, "controlPlanes: 1\nworkload: {tenants: 3, workspaces: 2}\n");
    model = model_of(story.mp1);
    CHECK(model->create_tenant(model->self, "new"));
    CHECK_INTEGER(story_count(&story, "mp1", EVENT_WRITE_ACKNOWLEDGED, "tenants/new"), 1);
    all = model->tenants(model->self);
    CHECK_INTEGER(cJSON_GetArraySize(all), 4);
    CHECK_TEXT(json_string(all, "0/fqn"), "organizations/tetrate/tenants/new");
    cJSON_Delete(all);
    all = model->workspaces(model->self, "tenant-2");
    CHECK_INTEGER(cJSON_GetArraySize(all), 2);
    CHECK_TEXT(json_string(all, "1/fqn"),
               "organizations/tetrate/tenants/tenant-2/workspaces/workspace-2");
    cJSON_Delete(all);
    CHECK(model->workspaces(model->self, "tenant-4") == NULL);
    CHECK(!plane_front_write_tenant(story.mp2, "nowhere"));
    CHECK_INTEGER(story_count(&story, "mp2", EVENT_WRITE_REFUSED, "tenants/nowhere"), 1);
    all = workload_report(story.world->workload, story.mp1);
    CHECK_INTEGER(json_integer_or(all, "acknowledged", -1), 1);
    CHECK_INTEGER(json_integer_or(all, "readable", -1), 1);
    cJSON_Delete(all);
    all = workload_report(story.world->workload, NULL);
    CHECK_TEXT(json_string(all, "missing/0"), "tenants/new");
    cJSON_Delete(all);
    story_end(&story);
}

static void test_tokens(void)
{
    const FrontModel *model;
    cJSON *reply, *token;

    story_begin(&story, 25, "controlPlanes: 1\n");
    model = model_of(story.mp1);
    reply = model->generate_tokens(model->self, "cp-0001");
    CHECK_INTEGER(cJSON_GetArraySize(json_find(reply, "tokens")), 4);
    CHECK(json_has(reply, "tokens/xcp-edge-cp-0001"));
    cJSON_ArrayForEach(token, json_find(reply, "tokens")) CHECK(
        token_check(token->valuestring, story.world->iam_key, clock_wall_ms(), true) == TOKEN_GOOD);
    CHECK(model->generate_tokens(model->self, "cp-0002") == NULL);
    cJSON_Delete(reply);
    story_end(&story);
}

static void test_metrics(void)
{
    const FrontModel *model;
    char *text;

    story_begin(&story, 26, "controlPlanes: 2\n");
    model = model_of(story.mp1);
    edge_restart(story.world->sites[1]->edge, false);
    text = model->metrics(model->self);
    CHECK(strstr(text, "xcp_central_current_onboarded_edge{edge=\"cp-0001\"} 1\n") != NULL);
    CHECK(strstr(text, "cp-0002") == NULL);
    CHECK(strstr(text, "{connection_type=\"cluster_state\"} 1\n") != NULL);
    CHECK(strstr(text, "mpc_tsb_config_received_count 1\n") != NULL);
    free(text);
    text = model_of(story.mp2)->metrics(model_of(story.mp2)->self);
    CHECK(strstr(text, "cp-0001") == NULL);
    free(text);
    story_end(&story);
}

TEST_SUITE("sim/front", {"who asks", test_who_asks}, {"clusters", test_clusters},
           {"promoted", test_promoted}, {"configuration", test_configuration},
           {"tokens", test_tokens}, {"metrics", test_metrics});
