/*
 * tests/sim/real_time_test.c - a world on loopback sockets: it starts, answers, and does not share its addresses.
 */
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sim/inside.h"
#include "tests/test.h"

enum { BLOCK = 117 };

typedef struct {
    Loop *loop;
    Trace *trace;
    Topology *topology;
    World *world;
} Life;

static bool begin(Life *life, Error *err)
{
    WorldParameters parameters;

    world_parameters_default(&parameters);
    life->loop = loop_new();
    life->trace = trace_new();
    life->topology = topology_new(1);
    life->world = world_new(&(WorldOptions){.loop = life->loop,
                                            .trace = life->trace,
                                            .topology = life->topology,
                                            .parameters = &parameters,
                                            .seed = 1,
                                            .block = BLOCK,
                                            .folder = "/tmp"});
    return world_start(life->world, err);
}

static void end(Life *life)
{
    world_free(life->world);
    topology_free(life->topology);
    loop_free(life->loop);
    trace_free(life->trace);
}

static bool is_open(const char *ip, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool ok;

    inet_pton(AF_INET, ip, &address.sin_addr);
    ok = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    return ok;
}

static const struct {
    const char *name, *ip;
    uint16_t port;
    bool is_open;
} DOORS[] = {
    {"API servers",                "127.117.0.1",  6443, true },
    {"first name server",          "127.117.0.53", 5353, true },
    {"second name server",         "127.117.0.54", 5353, true },
    {"front envoy of mp1",         "127.117.1.1",  8443, true },
    {"Postgres behind it",         "127.117.1.1",  5432, true },
    {"Postgres 1 of mp1",          "127.117.1.11", 5432, true },
    {"Postgres 3 of mp2",          "127.117.2.13", 5432, true },
    {"resolver of cp-0002",        "127.118.0.2",  5353, true },
    {"a standby has no front",     "127.117.2.1",  8443, false},
    {"there is no third resolver", "127.118.0.3",  5353, false},
};

static void test_doors(void)
{
    Life life = {0}, second = {0};
    Error err = {0};

    CHECK(begin(&life, &err));
    CHECK_TEXT(err.message, "");
    for (size_t i = 0; i < TEST_COUNT(DOORS); i++)
        CHECK_CASE(DOORS[i].name, is_open(DOORS[i].ip, DOORS[i].port) == DOORS[i].is_open);
    CHECK(!begin(&second, &err));
    CHECK_INTEGER(err.code, ERR_CONFLICT);
    CHECK(strstr(err.message, "127.117.") != NULL);
    end(&second);
    end(&life);
    CHECK(!is_open("127.117.0.1", 6443));
}

TEST_SUITE("sim/real_time", {"doors", test_doors});
