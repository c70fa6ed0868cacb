/*
 * tests/sim/seam/same_run_test.c - one seed is one run: every event, every byte, every random number.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/loop.h"
#include "base/random.h"
#include "base/trace.h"
#include "sim/seam/seam.h"
#include "tests/sim/seam/child.h"
#include "tests/test.h"

enum { CLIENTS = 12, ROUNDS = 20, PORT = 7000 };

typedef struct Run Run;

/* One client that sends a random number of bytes, waits for as many, and begins again. */
typedef struct {
    Run *run;
    int id, rounds;
    uv_tcp_t stream;
    uv_connect_t request;
    size_t awaited;
} Client;

typedef struct {
    Run *run;
    uv_tcp_t stream;
} Peer;

struct Run {
    Loop *loop;
    Trace *trace;
    Random random, latency;
    Client clients[CLIENTS];
    Peer peers[CLIENTS];
    int peer_count, done;
    char room[4096];
};

static NetworkVerdict random_delay(void *self, NetworkTransport transport, const char *from,
                                   const char *to, uint16_t port)
{
    Run *run = self;

    (void)transport;
    (void)from;
    (void)to;
    (void)port;
    return (NetworkVerdict){NETWORK_DELIVER, random_between(&run->latency, 1, 5)};
}

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *out_room)
{
    Run *run = *(Run **)handle->data;

    (void)suggested;
    *out_room = uv_buf_init(run->room, sizeof run->room);
}

static void send_back(uv_stream_t *stream, ssize_t got, const uv_buf_t *room)
{
    Peer *peer = stream->data;
    uv_buf_t back = uv_buf_init(room->base, (unsigned)(got > 0 ? got : 0));

    if (got > 0)
        uv_try_write(stream, &back, 1);
    else if (got < 0)
        uv_close((uv_handle_t *)&peer->stream, NULL);
}

static void on_peer(void *owner, int fd)
{
    Run *run = owner;
    Peer *peer = &run->peers[run->peer_count++];

    peer->run = run;
    uv_tcp_init(loop_uv(run->loop), &peer->stream);
    peer->stream.data = peer;
    uv_tcp_open(&peer->stream, fd);
    uv_read_start((uv_stream_t *)&peer->stream, give_room, send_back);
}

static void say_something(Client *client)
{
    char bytes[512];
    size_t length = (size_t)random_between(&client->run->random, 1, sizeof bytes);
    uv_buf_t out = uv_buf_init(bytes, (unsigned)length);

    random_fill(&client->run->random, bytes, length);
    client->awaited = length;
    trace_wire(client->run->trace, (uint32_t)client->id, '>', bytes, length);
    uv_try_write((uv_stream_t *)&client->stream, &out, 1);
}

static void on_echo(uv_stream_t *stream, ssize_t got, const uv_buf_t *room)
{
    Client *client = stream->data;
    Run *run = client->run;

    if (got <= 0)
        return;
    trace_wire(run->trace, (uint32_t)client->id, '<', room->base, (size_t)got);
    client->awaited -= (size_t)got;
    if (client->awaited > 0)
        return;
    trace_add(run->trace, "engine", "round", NULL, "client %d, round %d", client->id,
              client->rounds);
    if (++client->rounds < ROUNDS) {
        say_something(client);
        return;
    }
    run->done++;
    uv_close((uv_handle_t *)stream, NULL);
}

static void on_connected(uv_connect_t *request, int status)
{
    Client *client = request->data;

    trace_add(client->run->trace, "engine", "connected", NULL, "client %d: %d", client->id, status);
    uv_read_start((uv_stream_t *)&client->stream, give_room, on_echo);
    say_something(client);
}

static bool all_done(void *owner)
{
    const Run *run = owner;

    return run->done == CLIENTS;
}

static void start_clients(Run *run)
{
    struct sockaddr_in address;

    uv_ip4_addr("127.0.0.80", PORT, &address);
    for (int i = 0; i < CLIENTS; i++) {
        Client *client = &run->clients[i];

        client->run = run;
        client->id = i;
        uv_tcp_init(loop_uv(run->loop), &client->stream);
        client->stream.data = client->request.data = client;
        uv_tcp_connect(&client->request, &client->stream, (struct sockaddr *)&address,
                       on_connected);
    }
}

static void run_echoes(uint64_t seed)
{
    static Run run;
    char digest[TRACE_DIGEST_MAX], wire[TRACE_DIGEST_MAX];
    Network network = {.self = &run, .connect = random_delay};

    random_init(&run.random, seed, "clients");
    random_init(&run.latency, seed, "net");
    seam_simulate(&(SeamOptions){.seed = seed, .start_wall_ms = 1000, .network = &network});
    run.loop = loop_new();
    run.trace = trace_new();
    seam_listen("127.0.0.80", PORT, false, "mp1", on_peer, &run);
    start_clients(&run);
    loop_run_until(run.loop, all_done, &run);
    trace_digest(run.trace, digest);
    trace_wire_digest(run.trace, wire);
    printf("%zu events %s wire %s\n", trace_count(run.trace), digest, wire);
    loop_free(run.loop);
    trace_free(run.trace);
    seam_unlisten("127.0.0.80", PORT, false);
}

/* Random numbers, a key and a signature, as TLS uses them. */
static void draw_from_openssl(uint64_t seed)
{
    unsigned char bytes[32], other[16], signature[256];
    size_t length = sizeof signature;
    EVP_PKEY *key;
    EVP_MD_CTX *signer = EVP_MD_CTX_new();

    seam_simulate(&(SeamOptions){.seed = seed});
    if (RAND_bytes(bytes, sizeof bytes) != 1 || RAND_priv_bytes(other, sizeof other) != 1 ||
        getrandom(other, 8, 0) != 8)
        exit(1);
    key = EVP_EC_gen("P-256");
    EVP_DigestSignInit(signer, NULL, EVP_sha256(), NULL, key);
    if (EVP_DigestSign(signer, signature, &length, bytes, sizeof bytes) != 1)
        exit(2);
    for (size_t i = 0; i < sizeof other; i++)
        printf("%02x%02x", bytes[i], other[i]);
    for (size_t i = 0; i < length; i++)
        printf("%02x", signature[i]);
    EVP_MD_CTX_free(signer);
    EVP_PKEY_free(key);
}

static void check_same_by_seed(ChildFunction *run)
{
    char first[4096], again[4096], other[4096];

    CHECK_INTEGER(child_run(run, 7, first, sizeof first), 0);
    CHECK_INTEGER(child_run(run, 7, again, sizeof again), 0);
    CHECK_INTEGER(child_run(run, 8, other, sizeof other), 0);
    CHECK(strlen(first) > 60);
    CHECK_TEXT(again, first);
    CHECK(strcmp(other, first) != 0);
}

static void test_trace_and_wire(void)
{
    check_same_by_seed(run_echoes);
}

static void test_openssl(void)
{
    check_same_by_seed(draw_from_openssl);
}

/* The order of what is ready at once is the seed's, with all else equal. */
static void print_ready_order(uint64_t seed)
{
    struct epoll_event events[8], event = {.events = EPOLLIN};
    int epoll, fds[8][2];

    seam_simulate(&(SeamOptions){.seed = seed});
    epoll = epoll_create1(0);
    for (int i = 0; i < 8; i++) {
        if (pipe(fds[i]) != 0 || write(fds[i][1], "x", 1) != 1)
            exit(1);
        event.data.fd = fds[i][0];
        epoll_ctl(epoll, EPOLL_CTL_ADD, fds[i][0], &event);
    }
    for (int round = 0; round < 8; round++) {
        int count = epoll_wait(epoll, events, 8, 1000);

        for (int i = 0; i < count; i++)
            printf("%d ", events[i].data.fd - fds[0][0]);
    }
}

static void test_ready_order(void)
{
    check_same_by_seed(print_ready_order);
}

TEST_SUITE("sim/seam/same_run", {"trace and wire", test_trace_and_wire}, {"openssl", test_openssl},
           {"order of what is ready", test_ready_order});
