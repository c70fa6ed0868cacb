/*
 * cli/up.c - `understudy up`: the world in real time on loopback, for any client.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "cli/console.h"
#include "cli/options.h"
#include "cli/worlds.h"
#include "sim/world.h"

enum {
    STOP_LOOK_MS = 200,
    CONTROL_PLANES_MAX = 10000,
    FILES_BESIDES = 300,
    AS_THE_WORLD_SAYS = -1
};

typedef struct {
    const char *folder, *world, *postgres, *audit_log;
    int64_t seed, control_planes, block;
    bool is_quiet, listens_per_cluster;
} UpFlags;

/* Many texts begin with where it happened, which has a column of its own. */
static const char *text_without_lane(const TraceEvent *event)
{
    size_t length = strlen(event->lane);
    bool begins = strncmp(event->text, event->lane, length) == 0 &&
                  strncmp(event->text + length, ": ", 2) == 0;

    return begins ? event->text + length + 2 : event->text;
}

static void on_event(void *owner, const TraceEvent *event)
{
    const UpFlags *flags = owner;

    if (flags->is_quiet)
        return;
    printf("%8.1f s  %-9s %s\n", (double)event->at_ms / 1000, event->lane,
           text_without_lane(event));
    fflush(stdout);
}

/*
 * Every control plane's resolver listens twice, and its API server may: a thousand of them need more descriptors than a
 * shell usually grants.
 */
static bool allow_many_files(int64_t control_planes, bool listens_per_cluster, Error *err)
{
    rlim_t needed = (rlim_t)((listens_per_cluster ? 3 : 2) * control_planes + FILES_BESIDES);
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return true;
    if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < needed)
        return error_set(err, ERR_IO,
                         "%" PRId64 " control planes need %llu open files, and this shell allows "
                         "%llu: raise `ulimit -Hn`, or take fewer",
                         control_planes, (unsigned long long)needed,
                         (unsigned long long)limit.rlim_max);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    return true;
}

static int could_not(const UpFlags *flags, const Error *why)
{
    fprintf(stderr, "understudy up: %s\n", why->message);
    if (why->code == ERR_CONFLICT)
        fprintf(stderr,
                "This world wants the addresses 127.%" PRId64 ".x.y and 127.%" PRId64
                ".x.y. Is another one up? `--block %" PRId64 "` moves this one.\n",
                flags->block, flags->block + 1, flags->block < 250 ? flags->block + 2 : 1);
    return EXIT_INFRASTRUCTURE;
}

static int live(World *world, Loop *loop, const UpFlags *flags)
{
    const bool *stop = stop_flag();
    Error why = {0};

    if (!world_start(world, &why) || !world_write_files(world, &why))
        return could_not(flags, &why);
    printf("ready\n");
    fflush(stdout);
    while (!*stop) /* a signal alone wakes nobody inside the loop, so it is looked for often */
        loop_wait(loop, STOP_LOOK_MS, stop);
    printf("stopped; the files stay in %s\n", flags->folder);
    return EXIT_PASSED;
}

static int up(UpFlags *flags, WorldParameters *parameters)
{
    Topology *topology = topology_new((uint64_t)flags->seed);
    Loop *loop = loop_new();
    Trace *trace = trace_new();
    World *world;
    int code;

    topology_set_latency(topology, &parameters->api.latency);
    trace_listen(trace, on_event, flags);
    world = world_new(&(WorldOptions){.loop = loop,
                                      .trace = trace,
                                      .topology = topology,
                                      .parameters = parameters,
                                      .seed = (uint64_t)flags->seed,
                                      .block = (int)flags->block,
                                      .listens_per_cluster = flags->listens_per_cluster,
                                      .audit_log = flags->audit_log,
                                      .folder = flags->folder});
    code = live(world, loop, flags);
    world_free(world);
    trace_free(trace);
    loop_free(loop);
    topology_free(topology);
    return code;
}

static int begin(UpFlags *flags)
{
    WorldParameters parameters;
    Error why = {0};

    world_parameters_default(&parameters);
    if (!worlds_read(flags->world, &parameters, &why) ||
        !worlds_read_postgres(flags->postgres, &parameters, &why))
        return usage_error(&VERB_UP, "%s", why.message);
    if (flags->control_planes != AS_THE_WORLD_SAYS)
        parameters.control_planes = flags->control_planes;
    if (flags->control_planes > CONTROL_PLANES_MAX)
        return usage_error(&VERB_UP, "--control-planes needs a number from 0 to %d",
                           CONTROL_PLANES_MAX);
    if (flags->block < 1 || flags->block > 253)
        return usage_error(&VERB_UP, "--block needs a number from 1 to 253");
    if (!flags->folder)
        return usage_error(&VERB_UP, "name the folder for its files with --dir");
    if (!allow_many_files(parameters.control_planes, flags->listens_per_cluster, &why) ||
        !file_make_folder(flags->folder, &why)) /* before anything is up */
        return could_not(flags, &why);
    parameters.started_wall_ms = clock_wall_ms();
    return up(flags, &parameters);
}

static int run_up(int count, char **arguments)
{
    UpFlags flags = {.seed = 1, .block = 80, .control_planes = AS_THE_WORLD_SAYS};
    const Option options[] = {
        {"--dir",                  'd', OPTION_TEXT,   &flags.folder             },
        {"--world",                'w', OPTION_TEXT,   &flags.world              },
        {"--postgres",             0,   OPTION_TEXT,   &flags.postgres           },
        {"--control-planes",       0,   OPTION_NUMBER, &flags.control_planes     },
        {"--block",                0,   OPTION_NUMBER, &flags.block              },
        {"--seed",                 's', OPTION_NUMBER, &flags.seed               },
        {"--listener-per-cluster", 0,   OPTION_FLAG,   &flags.listens_per_cluster},
        {"--audit-log",            0,   OPTION_TEXT,   &flags.audit_log          },
        {"--quiet",                'q', OPTION_FLAG,   &flags.is_quiet           },
    };
    const char **places = memory_new((size_t)count + 1, sizeof *places);
    size_t place_count;
    int code = EXIT_PASSED;

    if (options_read(&VERB_UP, count, arguments, options, sizeof options / sizeof *options, places,
                     &place_count, &code))
        code = place_count ? usage_error(&VERB_UP, "unexpected \"%s\"", places[0]) : begin(&flags);
    free(places);
    return code;
}

const Verb VERB_UP = {
    .name = "up",
    .summary = "the simulated world in real time on loopback, for kubectl, dig, psql",
    .help =
        "Usage: understudy up --dir DIR [FLAG]...\n"
        "\n"
        "Two management planes, a DNS provider and control planes live on loopback, in real time, and react as TSB would.\n"
        "DIR gets kubeconfig (contexts mp1, mp2, cp-0001...), env (shell assignments), environment.yaml, keys and\n"
        "certificates; then `ready` is printed. Ctrl-C ends it.\n"
        "\n"
        "  -d, --dir DIR          where its files go; made if absent\n"
        "  -w, --world FILE       a YAML file with a `world:` mapping, as in a scenario\n"
        "      --postgres KIND    fake, or real: servers of PostgreSQL 15 in processes of their own (fake)\n"
        "      --control-planes N how many, up to 10000 (2)\n"
        "      --block B          it takes 127.B.x.y and 127.B+1.x.y; several worlds at once need a B each (80)\n"
        "      --listener-per-cluster  each API server has a port of its own, too, where its paths begin at /\n"
        "  -s, --seed N           seed of all chance (1)\n"
        "      --audit-log FILE   where the API servers write who did what: audit.k8s.io/v1, a line each\n"
        "  -q, --quiet            do not print what happens\n"
        "\n"
        "  understudy up --dir /tmp/world &\n"
        "  . /tmp/world/env\n"
        "  kubectl --context mp1 -n tsb get deploy\n"
        "  understudy failover -e /tmp/world/environment.yaml\n",
    .run = run_up,
};
