/*
 * sim/elastic.c - the Elasticsearch that both planes use, if the world has one: at an address of its own, beside the clusters.
 *
 * Its site in the network is "elastic". Nothing in the world depends on it: TSB goes on without its history (domain.md F-319, F-817).
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "fakes/elastic/elastic.h"
#include "sim/inside.h"

enum { PORT = 9200, HOST = 92, PASSWORD_BYTES = 12 };

/* In the order of WorldElasticHealth. */
static const char *const HEALTH[] = {"green", "yellow", "red"};

typedef struct ElasticSide ElasticSide;
struct ElasticSide {
    World *world;
    Certificate *certificate;
    SSL_CTX *tls;
    Elastic *server;
    Door *door; /* NULL until it has started */
    char ip[16];
    char password[2 * PASSWORD_BYTES + 1];
};

static void make_password(ElasticSide *side)
{
    Random random;
    uint8_t bytes[PASSWORD_BYTES];

    random_init(&random, side->world->seed, "elastic");
    random_fill(&random, bytes, sizeof bytes);
    for (size_t i = 0; i < PASSWORD_BYTES; i++)
        snprintf(side->password + 2 * i, 3, "%02x", (unsigned)bytes[i]);
    world_keep_secret(side->world, side->password);
}

ElasticSide *elastic_side_new(World *world)
{
    ElasticSide *side = MEMORY_NEW(ElasticSide);
    const char *names[] = {side->ip, "elasticsearch", NULL};

    side->world = world;
    world_address(world, 0, 0, HOST, side->ip);
    make_password(side);
    side->certificate = pki_issue(world->pki, &(CertificateOptions){.common_name = "elasticsearch",
                                                                    .names = names});
    side->tls = certificate_server_context(side->certificate, NULL);
    side->server = elastic_new(&(ElasticOptions){.loop = world->loop,
                                                 .trace = world->trace,
                                                 .tls = side->tls,
                                                 .faults = world_points(world),
                                                 .site = "elastic",
                                                 .user = "elastic",
                                                 .password = side->password,
                                                 .health = HEALTH[world->parameters.elastic.health],
                                                 .shards = world->parameters.elastic.shards});
    return side;
}

bool elastic_side_start(ElasticSide *side, Error *err)
{
    return door_open(side->world, side->ip, PORT, "elastic", elastic_accept, side->server,
                     &side->door, err);
}

const char *elastic_side_password(const ElasticSide *side)
{
    return side->password;
}

char *elastic_side_url(const ElasticSide *side)
{
    return memory_format("https://%s:%d", side->ip, PORT);
}

void elastic_side_free(ElasticSide *side)
{
    if (!side)
        return;
    door_close(side->door);
    elastic_free(side->server);
    SSL_CTX_free(side->tls);
    certificate_free(side->certificate);
    free(side);
}
