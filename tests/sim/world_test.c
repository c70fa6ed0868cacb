/*
 * tests/sim/world_test.c - a world as a whole: its files, its size, and that it is the same each time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "tests/sim/story.h"
#include "tests/test.h"

static Story story;

/* ---- the same each time: each life in a process of its own, as in a run ------------------------------------------------------------- */

static void live(uint64_t seed, int out)
{
    char digest[TRACE_DIGEST_MAX] = "";

    story_begin(&story, seed, "controlPlanes: 20\nworkload: {tenantEvery: 20s}");
    site_cluster(story.world->sites[3]);
    story_scale(story.mp1, "tsb", 0);
    story_scale(story.mp1, "iam", 0);
    story_pass(&story, 20000);
    story_patch(&story, story.mp2, STORY_PROMOTE);
    story_pass(&story, 400000);
    story_scale(story.mp1, "envoy", 0);
    story_pass(&story, 200000);
    world_end(story.world);
    trace_digest(story.trace, digest);
    if (write(out, digest, sizeof digest) != sizeof digest)
        _exit(1);
    _exit(0);
}

static void digest_of(uint64_t seed, char out_digest[TRACE_DIGEST_MAX])
{
    int ends[2], status = 0;
    pid_t child;

    out_digest[0] = '\0';
    CHECK(pipe(ends) == 0);
    child = fork();
    if (child == 0)
        live(seed, ends[1]);
    close(ends[1]);
    CHECK(read(ends[0], out_digest, TRACE_DIGEST_MAX) == TRACE_DIGEST_MAX);
    close(ends[0]);
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void test_same_by_seed(void)
{
    char first[TRACE_DIGEST_MAX], again[TRACE_DIGEST_MAX], other[TRACE_DIGEST_MAX];

    digest_of(11, first);
    digest_of(11, again);
    digest_of(12, other);
    CHECK_TEXT(again, first);
    CHECK(strcmp(other, first) != 0);
}

/* ---- its files ------------------------------------------------------------------------------------------------------------------------ */

static char *read_file(const char *name)
{
    char *path = memory_format("%s/%s", story.world->folder, name), *text = NULL;
    Error err = {0};

    CHECK(file_read(path, &text, NULL, &err));
    CHECK_TEXT(err.message, "");
    free(path);
    return text;
}

static cJSON *read_json(const char *name)
{
    char *text = read_file(name);
    cJSON *json = text ? cJSON_Parse(text) : NULL;

    CHECK_CASE(name, json != NULL);
    free(text);
    return json;
}

static int mode_of(const char *name)
{
    char *path = memory_format("%s/%s", story.world->folder, name);
    struct stat status = {0};

    CHECK(stat(path, &status) == 0);
    free(path);
    return (int)(status.st_mode & 0777);
}

static bool is_secret_in(const char *text)
{
    for (const char *const *secret = world_secrets(story.world); *secret; secret++)
        if (strstr(text, *secret))
            return true;
    return false;
}

static void check_kubeconfig(void)
{
    cJSON *config = read_json("kubeconfig");

    CHECK_INTEGER(cJSON_GetArraySize(json_find(config, "clusters")), 5);
    CHECK_TEXT(json_string(config, "clusters/2/cluster/server"),
               "https://127.80.0.1:6443/clusters/cp-0001");
    CHECK_TEXT(json_string(config, "contexts/1/context/namespace"), "tsb");
    CHECK_TEXT(json_string(config, "contexts/4/name"), "cp-0003");
    CHECK(json_has(config, "users/0/user/client-key-data"));
    cJSON_Delete(config);
    CHECK_INTEGER(mode_of("kubeconfig"), 0600);
}

static void check_environment(void)
{
    cJSON *environment = read_json("environment.yaml");

    CHECK_TEXT(json_string(environment, "floatingName"), "tsb.example.com");
    CHECK_TEXT(json_string(environment, "planes/mp2/permanentName"), "mp2.tsb.example.com");
    CHECK_TEXT(json_string(environment, "planes/mp2/postgres/2/address"), "127.80.2.13:5432");
    CHECK_TEXT(json_string(environment, "controlPlanes/2/resolver"), "127.81.0.3:5353");
    CHECK_TEXT(json_string(environment, "dns/servers/1"), "127.80.0.54:5353");
    CHECK_TEXT(json_string(environment, "dns/zone"), "example.com");
    cJSON_Delete(environment);
}

static void remove_folder(const char *folder)
{
    static const char *const NAMES[] =
        {"kubeconfig",     "environment.yaml",  "env",          "ca.pem",      "tsig.key",
         "admin-password", "postgres-password", "postgres.pem", "postgres.key"};

    for (size_t i = 0; i < TEST_COUNT(NAMES); i++) {
        char *path = memory_format("%s/%s", folder, NAMES[i]);

        CHECK_CASE(NAMES[i], unlink(path) == 0);
        free(path);
    }
    CHECK(rmdir(folder) == 0);
}

static void test_files(void)
{
    char folder[] = "/tmp/understudy-world-XXXXXX";
    static const char *const OPEN[] = {"environment.yaml", "env", "ca.pem"};
    static const char *const CLOSED[] = {"tsig.key", "admin-password", "postgres-password",
                                         "postgres.key"};
    Error err = {0};

    CHECK(mkdtemp(folder) != NULL);
    story_begin(&story, 5, "controlPlanes: 3");
    free(story.world->folder);
    story.world->folder = memory_text(folder);
    CHECK(world_write_files(story.world, &err));
    CHECK_TEXT(err.message, "");
    check_kubeconfig();
    check_environment();
    for (size_t i = 0; i < TEST_COUNT(OPEN); i++) {
        char *text = read_file(OPEN[i]);

        CHECK_CASE(OPEN[i], !is_secret_in(text));
        free(text);
    }
    for (size_t i = 0; i < TEST_COUNT(CLOSED); i++)
        CHECK_CASE(CLOSED[i], mode_of(CLOSED[i]) == 0600);
    story_end(&story);
    remove_folder(folder);
}

/* ---- its size -------------------------------------------------------------------------------------------------------------------------- */

static double ms_since(int64_t real_ns)
{
    return (double)(clock_real_ns() - real_ns) / 1e6;
}

static void test_thousand(void)
{
    int64_t begin = clock_real_ns();

    story_begin(&story, 5, "controlPlanes: 1000");
    printf("  a world of 1000 control planes: started in %.0f ms", ms_since(begin));
    begin = clock_real_ns();
    story_pass(&story, 600000);
    printf(", 10 simulated minutes in %.0f ms", ms_since(begin));
    begin = clock_real_ns();
    for (int i = 0; i < 1000; i++)
        CHECK(kube_find(site_cluster(story.world->sites[i]), "deployments", "istio-system",
                        "edge") != NULL);
    printf(", all clusters filled in %.0f ms\n", ms_since(begin));
    CHECK_INTEGER(world_synced(story.world, "mp1", 0), 1000);
    CHECK_INTEGER(world_synced(story.world, "mp2", 0), 0);
    story_end(&story);
}

/* No key, token or password in what is told (V9). */
static void test_keeps_secrets(void)
{
    story_begin(&story, 5, "");
    site_cluster(story.world->sites[0]);
    story_patch(&story, story.mp2, STORY_PROMOTE);
    story_pass(&story, 300000);
    world_end(story.world);
    for (size_t i = 0; i < trace_count(story.trace); i++) {
        TraceEvent event = trace_at(story.trace, i);
        char *data = event.data ? json_text(event.data) : NULL;

        CHECK_CASE(event.text, !is_secret_in(event.text));
        CHECK_CASE(event.text, !data || !is_secret_in(data));
        free(data);
    }
    CHECK(world_secrets(story.world)[0] != NULL);
    story_end(&story);
}

TEST_SUITE("sim/world", {"the same by its seed", test_same_by_seed}, {"files", test_files},
           {"a thousand control planes", test_thousand}, {"keeps its secrets", test_keeps_secrets});
