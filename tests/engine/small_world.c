/*
 * tests/engine/small_world.c - two planes and two control planes in simulated time, and the files that lead an engine to them.
 */
#include "tests/engine/small_world.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "sim/seam/seam.h"
#include "tests/test.h"

enum { SEED = 7, BLOCK = 80 };

void small_world_open(SmallWorld *small)
{
    WorldParameters parameters;
    Error err = {0};

    memset(small, 0, sizeof *small);
    world_parameters_default(&parameters);
    snprintf(small->folder, sizeof small->folder, "/tmp/understudy-small-world-XXXXXX");
    CHECK(mkdtemp(small->folder) != NULL);
    small->topology = topology_new(SEED);
    seam_simulate(&(SeamOptions){.seed = SEED,
                                 .start_wall_ms = 1772334000000,
                                 .network = topology_network(small->topology),
                                 .from = "desk"});
    small->loop = loop_new();
    small->trace = trace_new();
    small->world = world_new(&(WorldOptions){.loop = small->loop,
                                             .trace = small->trace,
                                             .topology = small->topology,
                                             .parameters = &parameters,
                                             .seed = SEED,
                                             .block = BLOCK,
                                             .is_simulated = true,
                                             .folder = small->folder});
    CHECK(world_start(small->world, &err) && world_write_files(small->world, &err));
    CHECK_TEXT(err.message, "");
}

/* Flat; and no process may be started in simulated time. */
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

void small_world_close(SmallWorld *small)
{
    world_free(small->world);
    trace_free(small->trace);
    loop_free(small->loop);
    topology_free(small->topology);
    remove_folder(small->folder);
}

void small_world_environment(const SmallWorld *small, Environment *out_environment)
{
    char *path = memory_format("%s/environment.yaml", small->folder);
    Error err = {0};

    CHECK(environment_read(path, out_environment, &err));
    CHECK_TEXT(err.message, "");
    free(path);
}
