/*
 * tests/fakes/kubernetes/cycles_test.c - an API server that is started and stopped over and over, with watches open.
 *
 * Each cycle makes a loop, a cluster, a server and a listener; clients come and watch (HTTP/1.1, HTTP/2, one in the middle of
 * its request, one that has said nothing yet); then everything ends in an order of the seed's. Afterwards as many
 * descriptors are open as before, and the heap has not grown with the cycles. CYCLES says how many (300).
 */
#include <dirent.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/kubernetes/server.h"
#include "fakes/net/listener.h"
#include "tests/fakes/kubernetes/fixture.h"
#include "tests/fakes/net/client.h"
#include "tests/fakes/net/h2client.h"
#include "tests/test.h"

enum {
    CYCLES = 300,
    WARM_UP = 50,            /* OpenSSL, libuv and malloc fill what they keep */
    HEAP_SLACK = 128 * 1024, /* bytes; 5 cycles' worth, however many there are */
    WAITS_MAX = 2000,
    STEPS = 5,
};

#define WATCH "/clusters/mp1/api/v1/namespaces/tsb/configmaps?watch=1"

typedef struct {
    Random random;
    Pki *pki;
    Certificate *certificate;
} Papers;

typedef struct {
    Papers *papers;
    Loop *loop;
    Trace *trace;
    SSL_CTX *tls;
    KubeCluster *cluster;
    KubeServer *server;
    Listener *listener;
    H2Client clients[4];
} Cycle;

/* ---- beginning -------------------------------------------------------------------------------------- */

static void start_server(Cycle *cycle)
{
    Error err = {0};

    cycle->loop = loop_new();
    cycle->trace = trace_new();
    cycle->tls = certificate_server_context(cycle->papers->certificate, cycle->papers->pki);
    cycle->cluster = fixture_cluster();
    cycle->server = kube_server_new(&(KubeServerOptions){.loop = cycle->loop,
                                                         .trace = cycle->trace,
                                                         .tls = cycle->tls,
                                                         .offers_http2 = true});
    kube_server_add(cycle->server, cycle->cluster);
    kube_server_add_token(cycle->server, &(KubeTokenUser){.token = "token",
                                                          .user = "admin",
                                                          .groups = "system:masters"});
    CHECK(listener_start(cycle->loop, "127.0.0.1", 0, kube_server_accept, cycle->server,
                         &cycle->listener, &err));
}

static H2Client *connect_client(Cycle *cycle, int number, const char *protocols)
{
    H2Client *client = &cycle->clients[number];

    h2_init(client, cycle->loop, raw_connect(listener_port(cycle->listener)), cycle->papers->pki,
            protocols);
    CHECK(!client->is_over);
    return client;
}

static bool wait_for(H2Client *client, const Buffer *received, const char *text)
{
    for (int i = 0; i < WAITS_MAX; i++) {
        if (received->length > 0 && strstr(received->data, text) != NULL)
            return true;
        h2_turn(client, 0);
    }
    return false;
}

static void connect_clients(Cycle *cycle)
{
    static const char HALF[] = "GET " WATCH " HTTP/1.1\r\nHost: api.test\r\n";
    static const char WHOLE[] =
        "GET " WATCH " HTTP/1.1\r\nHost: api.test\r\nAuthorization: Bearer token\r\n\r\n";
    H2Client *client = connect_client(cycle, 0, "\x08http/1.1");
    const H2Stream *stream;

    h2_send_raw(client, WHOLE, sizeof WHOLE - 1);
    CHECK(wait_for(client, &client->streams[0].body, "200 OK"));
    client = connect_client(cycle, 1, "\x02h2");
    for (int i = 0; i < 3; i++) {
        stream =
            h2_ask(client,
                   &(H2Request){.path = WATCH, .name = "authorization", .value = "Bearer token"});
        CHECK(wait_for(client, &stream->head, ":status: 200"));
    }
    client = connect_client(cycle, 2, "\x08http/1.1");
    h2_send_raw(client, HALF, sizeof HALF - 1);
    connect_client(cycle, 3, "\x02h2");
}

/* An event for each watch; sometimes nobody has the time to take it. */
static void make_an_event(Cycle *cycle)
{
    CHECK(fixture_create(cycle->cluster, "configmaps", "{'metadata':{'name':'c'}}", NULL));
    if (random_chance(&cycle->papers->random, 0.5))
        CHECK(wait_for(&cycle->clients[1], &cycle->clients[1].streams[2].body, "ADDED"));
}

/* ---- ending ----------------------------------------------------------------------------------------- */

static void stop_listener(Cycle *cycle)
{
    listener_stop(cycle->listener);
    cycle->listener = NULL;
}

/* A server that is gone must not be handed connections. */
static void stop_server(Cycle *cycle)
{
    stop_listener(cycle);
    kube_server_free(cycle->server);
    cycle->server = NULL;
}

static void end_watches(Cycle *cycle)
{
    h2_cancel(&cycle->clients[1], &cycle->clients[1].streams[1]);
    if (!cycle->clients[1].is_over)
        h2_turn(&cycle->clients[1], 0);
}

static void hang_up(Cycle *cycle, int number)
{
    h2_release(&cycle->clients[number]);
    cycle->clients[number] = (H2Client){.fd = -1, .is_over = true};
}

static void hang_up_first(Cycle *cycle)
{
    hang_up(cycle, 0);
}

static void hang_up_others(Cycle *cycle)
{
    hang_up(cycle, 2);
    hang_up(cycle, 3);
}

typedef void Step(Cycle *cycle);

static void shuffle(Step **steps, size_t count, Random *random)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = random_below(random, i);
        Step *step = steps[i - 1];

        steps[i - 1] = steps[other];
        steps[other] = step;
    }
}

static void stop_in_some_order(Cycle *cycle)
{
    Step *steps[STEPS] = {stop_listener, stop_server, end_watches, hang_up_first, hang_up_others};
    Random *random = &cycle->papers->random;

    shuffle(steps, STEPS, random);
    for (size_t i = 0; i < STEPS; i++) {
        steps[i](cycle);
        if (random_chance(random, 0.5))
            loop_wait(cycle->loop, 0, NULL);
    }
}

static void run_cycle(Papers *papers)
{
    Cycle cycle = {.papers = papers};

    start_server(&cycle);
    connect_clients(&cycle);
    make_an_event(&cycle);
    stop_in_some_order(&cycle);
    kube_cluster_free(cycle.cluster);
    hang_up(&cycle, 1);
    loop_free(cycle.loop);
    SSL_CTX_free(cycle.tls);
    trace_free(cycle.trace);
}

/* ---- what is left ----------------------------------------------------------------------------------- */

static int open_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;

    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static int cycles_wanted(void)
{
    const char *text = getenv("CYCLES");

    return text != NULL ? (int)strtol(text, NULL, 10) : CYCLES;
}

static void test_leaves_nothing_behind(void)
{
    static const char *const NAMES[] = {"api.test", NULL};
    Papers papers = {.pki = pki_new("test CA")};
    int descriptors = 0, wanted = cycles_wanted();
    size_t heap = 0;

    random_init(&papers.random, 1, "cycles");
    papers.certificate =
        pki_issue(papers.pki, &(CertificateOptions){.common_name = "api", .names = NAMES});
    for (int i = 0; i < WARM_UP + wanted; i++) {
        if (i == WARM_UP) {
            descriptors = open_descriptors();
            heap = mallinfo2().uordblks;
        }
        run_cycle(&papers);
    }
    CHECK_INTEGER(open_descriptors(), descriptors);
    CHECK(mallinfo2().uordblks <= heap + HEAP_SLACK);
    if (wanted != CYCLES)
        printf("%d cycles: heap %zu bytes before, %zu after\n", wanted, heap, mallinfo2().uordblks);
    certificate_free(papers.certificate);
    pki_free(papers.pki);
}

TEST_SUITE("fakes/kubernetes/cycles", {"leaves nothing behind", test_leaves_nothing_behind});
