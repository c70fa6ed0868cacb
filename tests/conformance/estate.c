/*
 * tests/conformance/estate.c - a simulated estate that is certified once, in a process of its own.
 */
#include "tests/conformance/estate.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "sim/seam/seam.h"
#include "sim/world.h"
#include "tests/test.h"

enum { SEED = 7, BLOCK = 80, LIFE_MS = 60000 };

typedef struct {
    const char *folder;
    YamlDocument *story;
    WorldParameters parameters;
    Loop *loop;
    Trace *trace;
    Topology *topology;
    World *world;
} Estate;

/* ------------------------------------------------------------------------------------------------------ the child */

static bool make_world(Estate *estate, const char *story, Error *err)
{
    const cJSON *root, *world, *fault, *faults;
    int index = 0;

    world_parameters_default(&estate->parameters);
    if (*story && !yaml_parse("story", story, strlen(story), &estate->story, err))
        return false;
    root = estate->story ? yaml_root(estate->story) : NULL;
    world = json_find(root, "world");
    faults = json_find(root, "faults");
    if (world && !world_parameters_read(estate->story, world, &estate->parameters, err))
        return false;
    estate->topology = topology_new(SEED);
    topology_set_latency(estate->topology, &estate->parameters.api.latency);
    seam_simulate(&(SeamOptions){.seed = SEED,
                                 .start_wall_ms = 1772334000000,
                                 .network = topology_network(estate->topology),
                                 .from = "desk"});
    estate->loop = loop_new();
    estate->trace = trace_new();
    estate->world = world_new(&(WorldOptions){.loop = estate->loop,
                                              .trace = estate->trace,
                                              .topology = estate->topology,
                                              .parameters = &estate->parameters,
                                              .seed = SEED,
                                              .block = BLOCK,
                                              .is_simulated = true,
                                              .folder = estate->folder});
    cJSON_ArrayForEach(fault, faults)
    {
        if (!world_arm(estate->world, estate->story, fault, index++, err))
            return false;
    }
    return world_start(estate->world, err) && world_write_files(estate->world, err);
}

/* Whatever a client did since `begin`, in a cluster or in the zone. */
static int64_t count_changes(const Trace *trace, size_t begin)
{
    int64_t count = 0;

    for (size_t i = begin; i < trace_count(trace); i++) {
        TraceEvent event = trace_at(trace, i);

        count +=
            strcmp(event.kind, "dns.changed") == 0 || strcmp(event.kind, "dns.serial") == 0 ||
            (strcmp(event.kind, "kube.request") == 0 && json_bool_or(event.data, "changed", false));
    }
    return count;
}

static int64_t count_leaks(World *world, const cJSON *document)
{
    const char *const *secrets = world_secrets(world);
    char *text = json_text(document);
    int64_t count = 0;

    for (size_t i = 0; secrets[i]; i++)
        count += strstr(text, secrets[i]) != NULL;
    free(text);
    return count;
}

static bool certify(Estate *estate, bool is_swapped, cJSON **out_document, Error *err)
{
    char *path = memory_format("%s/environment.yaml", estate->folder);
    size_t begin = trace_count(estate->trace);
    Certificate certificate = {0};
    Environment environment;
    bool ok = environment_read(path, &environment, err);

    free(path);
    if (!ok)
        return false;
    if (is_swapped)
        environment.active = 1 - environment.active;
    ok = certify_environment(&(CertifyOptions){.loop = estate->loop,
                                               .trace = estate->trace,
                                               .environment = &environment,
                                               .seed = SEED},
                             &certificate, err);
    if (ok) {
        *out_document = certificate_json(&certificate, &environment);
        json_put_integer(*out_document, "leaks", count_leaks(estate->world, *out_document));
        json_put_integer(*out_document, "changes", count_changes(estate->trace, begin));
    }
    certificate_release(&certificate);
    environment_release(&environment);
    return ok;
}

static void release(Estate *estate)
{
    world_free(estate->world);
    trace_free(estate->trace);
    loop_free(estate->loop);
    topology_free(estate->topology);
    yaml_free(estate->story);
}

static bool write_document(const char *folder, const cJSON *document, Error *err)
{
    char *path = memory_format("%s/document.json", folder), *text = json_text(document);
    bool ok = file_write(path, text, strlen(text), 0600, err);

    free(text);
    free(path);
    return ok;
}

static bool live(const char *folder, const char *story, bool is_swapped, Error *err)
{
    Estate estate = {.folder = folder};
    cJSON *document = NULL;
    bool ok = make_world(&estate, story, err);

    if (ok)
        loop_wait(estate.loop, LIFE_MS, NULL);
    ok =
        ok && certify(&estate, is_swapped, &document, err) && write_document(folder, document, err);
    cJSON_Delete(document);
    release(&estate);
    return ok;
}

/* ------------------------------------------------------------------------------------------------------ the parent */

static void remove_folder(const char *folder)
{
    DIR *entries = opendir(folder);
    struct dirent *entry;

    while (entries && (entry = readdir(entries))) {
        char *path = memory_format("%s/%s", folder, entry->d_name);

        unlink(path);
        free(path);
    }
    if (entries)
        closedir(entries);
    CHECK_INTEGER(rmdir(folder), 0);
}

static bool run_child(const char *folder, const char *story, bool is_swapped)
{
    pid_t child = fork();
    Error err = {0};
    int status = 0;

    if (child == 0) {
        bool ok = live(folder, story, is_swapped, &err);

        if (!ok)
            fprintf(stderr, "%s\n", err.message);
        _exit(ok ? 0 : 1);
    }
    return CHECK(child > 0) && CHECK(waitpid(child, &status, 0) == child) && CHECK(status == 0);
}

cJSON *estate_certify(const char *story, bool is_swapped)
{
    char folder[] = "/tmp/understudy-estate-XXXXXX", *path, *text = NULL;
    cJSON *document = NULL;
    size_t length;
    Error err = {0};

    if (!CHECK(mkdtemp(folder) != NULL))
        return NULL;
    path = memory_format("%s/document.json", folder);
    if (run_child(folder, story, is_swapped) && CHECK(file_read(path, &text, &length, &err)))
        CHECK(json_parse(text, length, &document, &err));
    CHECK_TEXT(err.message, "");
    remove_folder(folder);
    free(text);
    free(path);
    return document;
}

const char *estate_rules(const cJSON *document, const char *result, char *out_ids, size_t room)
{
    const cJSON *rule;
    size_t used = 0;

    out_ids[0] = '\0';
    cJSON_ArrayForEach(rule, json_find(document, "rules"))
    {
        if (strcmp(json_string_or(rule, "result", ""), result) == 0 && used < room)
            used += (size_t)snprintf(out_ids + used, room - used, "%s%s", used ? " " : "",
                                     json_string_or(rule, "id", ""));
    }
    return out_ids;
}

const cJSON *estate_rule(const cJSON *document, const char *id)
{
    const cJSON *rule;

    cJSON_ArrayForEach(rule, json_find(document, "rules"))
    {
        if (strcmp(json_string_or(rule, "id", ""), id) == 0)
            return rule;
    }
    return NULL;
}
