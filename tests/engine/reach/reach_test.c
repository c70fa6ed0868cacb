/*
 * tests/engine/reach/reach_test.c - what can be reached in a small world, and that one thing that fails hides no other.
 */
#include "engine/reach/reach.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tests/engine/small_world.h"
#include "tests/test.h"

static const ReachRow *row_of(const Reach *reach, const char *what, const char *who)
{
    for (size_t i = 0; i < reach->count; i++)
        if (strcmp(reach->rows[i].what, what) == 0 && strcmp(reach->rows[i].who, who) == 0)
            return &reach->rows[i];
    return NULL;
}

static size_t count_of(const Reach *reach, ReachState state)
{
    size_t count = 0;

    for (size_t i = 0; i < reach->count; i++)
        count += reach->rows[i].state == state;
    return count;
}

static void look(const SmallWorld *small, const Environment *environment, Reach *out)
{
    CHECK(reach_make(&(ReachOptions){.loop = small->loop,
                                     .trace = small->trace,
                                     .environment = environment},
                     out, NULL));
}

static void check_row(const Reach *reach, const char *what, const char *who, ReachState state,
                      const char *says)
{
    const ReachRow *row = row_of(reach, what, who);

    if (!CHECK_CASE(who, row && row->state == state && strstr(row->text, says)) && row)
        printf("  %s %s: %s\n", what, who, row->text);
    if (row)
        CHECK_CASE(who, (*row->remedy != '\0') == (state == REACH_FAILED || state == REACH_WARN));
}

static void test_all_of_it(const SmallWorld *small)
{
    Environment environment;
    Reach reach;

    small_world_environment(small, &environment);
    look(small, &environment, &reach);
    CHECK_INTEGER(count_of(&reach, REACH_FAILED), 0);
    CHECK_INTEGER(count_of(&reach, REACH_WARN), 0);
    check_row(&reach, "API server", "mp1", REACH_OK, "context mp1");
    check_row(&reach, "rights", "cp-0002", REACH_OK, "every procedure");
    check_row(&reach, "TSB's API", "mp1", REACH_OK, "as admin");
    check_row(&reach, "TSB's API", "mp2", REACH_SKIPPED, "a standby has none");
    check_row(&reach, "Postgres", "mp1/tsb-postgres-1", REACH_OK, "primary");
    check_row(&reach, "Postgres", "mp2/tsb-postgres-3", REACH_OK, "standby");
    check_row(&reach, "DNS changes", "rfc2136", REACH_OK, "");
    check_row(&reach, "resolver", "cp-0001", REACH_OK, "mp1.tsb.example.com");
    reach_release(&reach);
    environment_release(&environment);
}

/* Each is wrong in its own way, and the rest is asked all the same. */
static void test_much_is_wrong(const SmallWorld *small)
{
    Environment environment;
    Reach reach;

    small_world_environment(small, &environment);
    environment.planes[1].cluster_uid = "another";
    environment.front.password_file = "/there-is-no-such-file";
    environment.dns.key_file = environment.kubeconfig;
    environment.dns.servers[1].port = 1;
    environment.control_planes[0].context = "nowhere";
    environment.control_planes[1].resolver.port = 0;
    environment.planes[0].postgres[1].port = 1;
    look(small, &environment, &reach);
    check_row(&reach, "file", "frontEnvoy.passwordFile", REACH_FAILED, "No such file");
    check_row(&reach, "file", "postgres.passwordFile", REACH_OK, "");
    check_row(&reach, "file", "dns.keyFile", REACH_FAILED, "");
    check_row(&reach, "API server", "mp1", REACH_OK, "");
    check_row(&reach, "API server", "mp2", REACH_FAILED, "another cluster");
    check_row(&reach, "API server", "cp-0001", REACH_FAILED, "no context \"nowhere\"");
    check_row(&reach, "API server", "cp-0002", REACH_OK, "");
    check_row(&reach, "TSB's API", "mp1", REACH_FAILED, "HTTP 401");
    check_row(&reach, "Postgres", "mp1/tsb-postgres-1", REACH_OK, "");
    check_row(&reach, "Postgres", "mp1/tsb-postgres-2", REACH_FAILED, "");
    check_row(&reach, "DNS changes", "rfc2136", REACH_SKIPPED, "without its key");
    check_row(&reach, "resolver", "cp-0002", REACH_SKIPPED, "none is named");
    CHECK(!row_of(&reach, "resolver", "cp-0001"));
    reach_release(&reach);
    environment_release(&environment);
}

static void test_no_plane(const SmallWorld *small)
{
    Environment environment;
    Reach reach;

    small_world_environment(small, &environment);
    environment.planes[0].context = "nowhere";
    look(small, &environment, &reach);
    check_row(&reach, "API server", "mp1", REACH_FAILED, "no context");
    CHECK(!row_of(&reach, "API server", "mp2"));
    CHECK_INTEGER(count_of(&reach, REACH_SKIPPED), 1);
    reach_release(&reach);
    environment_release(&environment);
}

static void test_reach(void)
{
    SmallWorld small;

    small_world_open(&small);
    test_all_of_it(&small);
    test_much_is_wrong(&small);
    test_no_plane(&small);
    small_world_close(&small);
}

TEST_SUITE("engine/reach/reach", {"reach", test_reach});
