/*
 * tests/sim/story.c - a world in simulated time, for tests that tell a story in it.
 */
#include "tests/sim/story.h"

#include <string.h>

#include "base/clock.h"
#include "sim/objects.h"
#include "sim/seam/seam.h"
#include "tests/test.h"

const char STORY_PROMOTE[] = "{'spec':{'highAvailability':{'standby':null,"
                             "'active':{'exposeEmbeddedPostgresInFrontEnvoy':true}}}}";
const char STORY_DEMOTE[] =
    "{'spec':{'highAvailability':{'active':null,'standby':{'activeMpSynchronizationEndpoint':"
    "{'host':'mp1.tsb.example.com','port':8443,'selfSigned':true}}}}}";

static void read_parameters(const char *text, WorldParameters *parameters)
{
    YamlDocument *document = NULL;
    Error err = {0};

    world_parameters_default(parameters);
    if (!*text)
        return;
    CHECK(yaml_parse("story", text, strlen(text), &document, &err));
    CHECK(world_parameters_read(document, yaml_root(document), parameters, &err));
    CHECK_TEXT(err.message, "");
    yaml_free(document);
}

static void make_world(Story *story, uint64_t seed, const char *text)
{
    WorldParameters parameters;
    Error err = {0};

    memset(story, 0, sizeof *story);
    read_parameters(text, &parameters);
    story->loop = loop_new();
    story->trace = trace_new();
    story->topology = topology_new(seed);
    story->world = world_new(&(WorldOptions){.loop = story->loop,
                                             .trace = story->trace,
                                             .topology = story->topology,
                                             .parameters = &parameters,
                                             .seed = seed,
                                             .is_simulated = true,
                                             .folder = "/tmp"});
    CHECK(world_start(story->world, &err));
    CHECK_TEXT(err.message, "");
    story->mp1 = story->world->planes[0];
    story->mp2 = story->world->planes[1];
}

void story_begin(Story *story, uint64_t seed, const char *text)
{
    if (!seam_is_simulated())
        seam_simulate(&(SeamOptions){.seed = seed, .start_wall_ms = 1772334000000, .from = "desk"});
    make_world(story, seed, text);
}

void story_end(Story *story)
{
    world_free(story->world);
    topology_free(story->topology);
    loop_free(story->loop);
    trace_free(story->trace);
}

void story_pass(Story *story, int64_t ms)
{
    loop_wait(story->loop, ms, NULL);
}

int64_t story_until(Story *story, bool (*condition)(Story *story), int64_t ms)
{
    int64_t begin = clock_mono_ms();

    while (!condition(story)) {
        if (clock_mono_ms() - begin >= ms)
            return -1;
        story_pass(story, 100);
    }
    return clock_mono_ms() - begin;
}

void story_patch(Story *story, Plane *plane, const char *patch)
{
    (void)story;
    object_merge(plane->cluster, "managementplanes", plane->ns, "managementplane", "kubectl-patch",
                 object_format(patch, ""));
}

void story_scale(Plane *plane, const char *deployment, int replicas)
{
    object_merge(plane->cluster, "deployments", plane->ns, deployment, "kubectl-scale",
                 object_format("{'spec':{'replicas':%d}}", replicas));
}

int story_count(const Story *story, const char *lane, const char *kind, const char *words)
{
    int count = 0;

    for (size_t i = 0; i < trace_count(story->trace); i++) {
        TraceEvent event = trace_at(story->trace, i);

        if ((!lane || strcmp(event.lane, lane) == 0) && strcmp(event.kind, kind) == 0 &&
            (!words || strstr(event.text, words)))
            count++;
    }
    return count;
}

const char *story_available(const Plane *plane, const char *deployment)
{
    const cJSON *object = kube_find(plane->cluster, "deployments", plane->ns, deployment);
    const cJSON *condition = NULL;

    cJSON_ArrayForEach(condition, json_find(object, "status/conditions"))
    {
        if (strcmp(json_string_or(condition, "type", ""), "Available") == 0)
            return json_string_or(condition, "status", "");
    }
    return "";
}
