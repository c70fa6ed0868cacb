/*
 * tests/sim/seam/connect_test.c - plain sockets and timers of libuv, in simulated time.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/loop.h"
#include "base/memory.h"
#include "base/network.h"
#include "sim/seam/seam.h"
#include "tests/test.h"

enum { DELAY_MS = 70, PORT = 4000 };
static const int64_t START_WALL_MS = INT64_C(1795226400000);

/* ---- a network that does as it is told, and a world on it ------------------------------------ */

typedef struct {
    NetworkVerdict verdict;
    int asked;
    char from[16], to[16];
    uint16_t port;
} TestNetwork;

static TestNetwork told;

static NetworkVerdict network_connect(void *self, NetworkTransport transport, const char *from,
                                      const char *to, uint16_t port)
{
    TestNetwork *network = self;

    (void)transport;
    network->asked++;
    snprintf(network->from, sizeof network->from, "%s", from);
    snprintf(network->to, sizeof network->to, "%s", to);
    network->port = port;
    return network->verdict;
}

static void start_simulation(void)
{
    static const Network NETWORK = {.self = &told, .connect = network_connect};

    if (!seam_is_simulated())
        seam_simulate(&(SeamOptions){.seed = 1,
                                     .start_wall_ms = START_WALL_MS,
                                     .network = &NETWORK,
                                     .from = "desk"});
}

/* One client and one server that sends back what it gets. */
typedef struct {
    Loop *loop;
    uv_tcp_t client, server;
    uv_connect_t request;
    int server_fd;
    bool is_answered, is_over, server_saw_end;
    int status;
    int64_t accepted_at, answered_at;
    char received[64];
    size_t length, expected;
    char room[256];
} Echo;

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *out_room)
{
    Echo *echo = handle->data;

    (void)suggested;
    *out_room = uv_buf_init(echo->room, sizeof echo->room);
}

static void on_server_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *room)
{
    Echo *echo = stream->data;
    uv_buf_t back = uv_buf_init(room->base, (unsigned)(got > 0 ? got : 0));

    if (got > 0) {
        CHECK_INTEGER(uv_try_write(stream, &back, 1), got);
        return;
    }
    if (got < 0) {
        echo->server_saw_end = true;
        uv_close((uv_handle_t *)stream, NULL);
    }
}

static void on_accepted(void *owner, int fd)
{
    Echo *echo = owner;
    struct sockaddr_in name = {0};
    socklen_t length = sizeof name;

    echo->server_fd = fd;
    echo->accepted_at = clock_mono_ms();
    CHECK(fcntl(fd, F_GETFL) & O_NONBLOCK);
    CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    CHECK_INTEGER(getpeername(fd, (struct sockaddr *)&name, &length), 0);
    CHECK_INTEGER(name.sin_family, AF_INET);
    CHECK_INTEGER(getsockname(fd, (struct sockaddr *)&name, &length), 0);
    CHECK_INTEGER(ntohs(name.sin_port), PORT);
    uv_tcp_init(loop_uv(echo->loop), &echo->server);
    echo->server.data = echo;
    CHECK_INTEGER(uv_tcp_open(&echo->server, fd), 0);
    CHECK_INTEGER(uv_tcp_nodelay(&echo->server, 1), 0);
    uv_read_start((uv_stream_t *)&echo->server, on_alloc, on_server_read);
}

static void on_client_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *room)
{
    Echo *echo = stream->data;

    if (got > 0) {
        memcpy(echo->received + echo->length, room->base, (size_t)got);
        echo->length += (size_t)got;
        echo->is_over = echo->length == echo->expected;
    }
}

static void on_connected(uv_connect_t *request, int status)
{
    static char HELLO[] = "hello";
    Echo *echo = request->data;
    uv_buf_t hello = uv_buf_init(HELLO, sizeof HELLO);

    echo->is_answered = true;
    echo->answered_at = clock_mono_ms();
    echo->status = status;
    echo->is_over = status != 0;
    if (status != 0)
        return;
    echo->expected = sizeof HELLO;
    uv_read_start((uv_stream_t *)&echo->client, on_alloc, on_client_read);
    CHECK_INTEGER(uv_try_write((uv_stream_t *)&echo->client, &hello, 1), sizeof HELLO);
}

static bool is_over(void *owner)
{
    const Echo *echo = owner;

    return echo->is_over;
}

static bool is_end_seen(void *owner)
{
    const Echo *echo = owner;

    return echo->server_saw_end;
}

static int echo_connect(Echo *echo, const char *ip, uint16_t port)
{
    struct sockaddr_in address;

    uv_ip4_addr(ip, port, &address);
    uv_tcp_init(loop_uv(echo->loop), &echo->client);
    echo->client.data = echo->request.data = echo;
    return uv_tcp_connect(&echo->request, &echo->client, (const struct sockaddr *)&address,
                          on_connected);
}

/* ---- time ---------------------------------------------------------------------------------- */

static void on_timer(void *owner)
{
    *(bool *)owner = true;
}

static bool is_set(void *owner)
{
    return *(const bool *)owner;
}

static void test_ten_minutes_pass_at_once(void)
{
    int64_t real = clock_real_ns(), mono, wall;
    Loop *loop;
    Timer *timer;
    bool fired = false;

    start_simulation();
    CHECK_INTEGER(clock_wall_ms(), START_WALL_MS);
    loop = loop_new();
    timer = timer_new(loop, on_timer, &fired);
    mono = clock_mono_ms();
    wall = clock_wall_ms();
    timer_start(timer, 600000);
    CHECK(loop_run_until(loop, is_set, &fired));
    CHECK_INTEGER(clock_mono_ms() - mono, 600000);
    CHECK_INTEGER(clock_wall_ms() - wall, 600000);
    CHECK_INTEGER(time(NULL), (wall + 600000) / 1000);
    CHECK(clock_real_ns() - real < INT64_C(1000000000));
    timer_free(timer);
    loop_free(loop);
}

/* ---- streams ------------------------------------------------------------------------------- */

static void test_connect_accept_echo_close(void)
{
    Echo echo = {.server_fd = -1};
    struct sockaddr_in name = {0};
    int length = sizeof name, kept_errno;
    int64_t begun;
    uv_os_fd_t fd;

    start_simulation();
    echo.loop = loop_new();
    told = (TestNetwork){
        .verdict = {NETWORK_DELIVER, DELAY_MS}
    };
    seam_listen("127.1.2.3", PORT, false, "mp1", on_accepted, &echo);
    begun = clock_mono_ms();
    CHECK_INTEGER(echo_connect(&echo, "127.1.2.3", PORT), 0);
    CHECK_INTEGER(uv_tcp_getpeername(&echo.client, (struct sockaddr *)&name, &length), UV_ENOTCONN);
    uv_fileno((uv_handle_t *)&echo.client, &fd);
    kept_errno = send(fd, "x", 1, MSG_NOSIGNAL) < 0 ? errno : 0;
    CHECK_INTEGER(kept_errno, EAGAIN);

    CHECK(loop_run_until(echo.loop, is_over, &echo));
    CHECK_INTEGER(echo.status, 0);
    CHECK_INTEGER(echo.answered_at - begun, DELAY_MS);
    CHECK_INTEGER(echo.accepted_at - begun, DELAY_MS);
    CHECK_TEXT(echo.received, "hello");
    CHECK_INTEGER(told.asked, 1);
    CHECK_TEXT(told.from, "desk");
    CHECK_TEXT(told.to, "mp1");
    CHECK_INTEGER(told.port, PORT);
    length = sizeof name;
    CHECK_INTEGER(uv_tcp_getpeername(&echo.client, (struct sockaddr *)&name, &length), 0);
    CHECK_INTEGER(ntohl(name.sin_addr.s_addr), 0x7f010203);
    CHECK_INTEGER(ntohs(name.sin_port), PORT);
    CHECK_INTEGER(uv_tcp_getsockname(&echo.client, (struct sockaddr *)&name, &length), 0);
    CHECK_INTEGER(name.sin_family, AF_INET);

    uv_close((uv_handle_t *)&echo.client, NULL);
    CHECK(loop_run_until(echo.loop, is_end_seen, &echo));
    seam_unlisten("127.1.2.3", PORT, false);
    loop_free(echo.loop);
}

static const struct {
    const char *name;
    NetworkVerdict verdict;
    bool is_listening;
    int status;
    int64_t after_ms;
} FAILURES[] = {
    {"the network refuses",  {NETWORK_REFUSE, 5},  true,  UV_ECONNREFUSED, 5},
    {"the network resets",   {NETWORK_RESET, 9},   true,  UV_ECONNRESET,   9},
    {"nobody listens there", {NETWORK_DELIVER, 5}, false, UV_ECONNREFUSED, 0},
};

static void test_refusals(void)
{
    start_simulation();
    for (size_t i = 0; i < TEST_COUNT(FAILURES); i++) {
        Echo echo = {.server_fd = -1};
        const char *name = FAILURES[i].name;
        int64_t begun = clock_mono_ms();

        echo.loop = loop_new();
        told = (TestNetwork){.verdict = FAILURES[i].verdict};
        if (FAILURES[i].is_listening)
            seam_listen("127.0.0.9", PORT, false, "mp1", on_accepted, &echo);
        CHECK_CASE(name, echo_connect(&echo, "127.0.0.9", PORT) == 0);
        CHECK_CASE(name, loop_run_until(echo.loop, is_over, &echo));
        CHECK_CASE(name, echo.status == FAILURES[i].status);
        CHECK_CASE(name, echo.answered_at - begun == FAILURES[i].after_ms);
        CHECK_CASE(name, echo.server_fd == -1);
        seam_unlisten("127.0.0.9", PORT, false);
        loop_free(echo.loop);
    }
}

static void stop_listening(void *owner)
{
    (void)owner;
    seam_unlisten("127.0.0.9", PORT, false);
}

static void test_listener_gone_meanwhile(void)
{
    Echo echo = {.server_fd = -1};
    Timer *timer;

    start_simulation();
    echo.loop = loop_new();
    told = (TestNetwork){
        .verdict = {NETWORK_DELIVER, 20}
    };
    seam_listen("127.0.0.9", PORT, false, "mp1", on_accepted, &echo);
    echo_connect(&echo, "127.0.0.9", PORT);
    timer = timer_new(echo.loop, stop_listening, NULL);
    timer_start(timer, 10);
    CHECK(loop_run_until(echo.loop, is_over, &echo));
    CHECK_INTEGER(echo.status, UV_ECONNREFUSED);
    timer_free(timer);
    loop_free(echo.loop);
}

static void test_black_hole_and_own_deadline(void)
{
    Echo echo = {.server_fd = -1};
    bool fired = false;
    int64_t begun;
    Timer *timer;

    start_simulation();
    echo.loop = loop_new();
    told = (TestNetwork){.verdict = {.fate = NETWORK_BLACKHOLE}};
    seam_listen("127.0.0.9", PORT, false, "mp1", on_accepted, &echo);
    begun = clock_mono_ms();
    echo_connect(&echo, "127.0.0.9", PORT);
    timer = timer_new(echo.loop, on_timer, &fired);
    timer_start(timer, 30000);
    CHECK(loop_run_until(echo.loop, is_set, &fired));
    CHECK_INTEGER(clock_mono_ms() - begun, 30000);
    CHECK(!echo.is_answered);
    CHECK_INTEGER(echo.server_fd, -1);
    timer_free(timer);
    seam_unlisten("127.0.0.9", PORT, false);
    loop_free(echo.loop);
}

static int lowest_free_descriptor(void)
{
    int fd = dup(0), number = fd;

    close(fd);
    return number;
}

static int start_connecting(const char *ip, int type)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    int fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    inet_pton(AF_INET, ip, &address.sin_addr);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        CHECK(errno == EINPROGRESS);
    return fd;
}

static void test_caller_hangs_up_first(void)
{
    static const NetworkFate FATES[] = {NETWORK_DELIVER, NETWORK_BLACKHOLE, NETWORK_REFUSE};
    Echo echo = {.server_fd = -1};
    int before;

    start_simulation();
    echo.loop = loop_new();
    before = lowest_free_descriptor();
    seam_listen("127.0.0.9", PORT, false, "mp1", on_accepted, &echo);
    for (size_t i = 0; i < TEST_COUNT(FATES); i++) {
        told = (TestNetwork){
            .verdict = {FATES[i], 10}
        };
        close(start_connecting("127.0.0.9", SOCK_STREAM));
    }
    loop_wait(echo.loop, 100, NULL);
    CHECK_INTEGER(echo.server_fd, -1);
    CHECK_INTEGER(lowest_free_descriptor(), before);
    seam_unlisten("127.0.0.9", PORT, false);
    loop_free(echo.loop);
}

static void test_loop_closes_first(void)
{
    Echo echo = {.server_fd = -1};
    int before, fd;

    start_simulation();
    before = lowest_free_descriptor();
    echo.loop = loop_new();
    told = (TestNetwork){
        .verdict = {NETWORK_DELIVER, 10}
    };
    seam_listen("127.0.0.9", PORT, false, "mp1", on_accepted, &echo);
    fd = start_connecting("127.0.0.9", SOCK_STREAM);
    loop_free(echo.loop);
    close(fd);
    CHECK_INTEGER(lowest_free_descriptor(), before);
    seam_unlisten("127.0.0.9", PORT, false);
}

static void test_reused_descriptor_is_no_mistake(void)
{
    Loop *loop;
    struct sockaddr_in name = {0};
    socklen_t length = sizeof name;
    int fd, again;

    start_simulation();
    loop = loop_new();
    told = (TestNetwork){.verdict = {.fate = NETWORK_BLACKHOLE}};
    seam_listen("127.0.0.9", PORT, false, "mp1", on_accepted, NULL);
    fd = start_connecting("127.0.0.9", SOCK_STREAM);
    /* As libuv does it: past the seam's close(). */
    syscall(SYS_close, fd);
    again = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_INTEGER(again, fd);
    CHECK_INTEGER(getsockname(again, (struct sockaddr *)&name, &length), 0);
    CHECK_INTEGER(ntohs(name.sin_port), 0);
    close(again);
    seam_unlisten("127.0.0.9", PORT, false);
    loop_free(loop);
}

static void test_duplicate_is_the_same_socket(void)
{
    Loop *loop;
    struct sockaddr_in name = {0}, other_name = {0};
    socklen_t length = sizeof name;
    int fd, other;

    start_simulation();
    loop = loop_new();
    told = (TestNetwork){.verdict = {.fate = NETWORK_BLACKHOLE}};
    seam_listen("127.0.0.9", PORT, false, "mp1", on_accepted, NULL);
    fd = start_connecting("127.0.0.9", SOCK_STREAM);
    other = dup(fd);
    getsockname(fd, (struct sockaddr *)&name, &length);
    CHECK_INTEGER(getsockname(other, (struct sockaddr *)&other_name, &length), 0);
    CHECK_INTEGER(other_name.sin_port, name.sin_port);
    close(fd);
    CHECK_INTEGER(getsockname(other, (struct sockaddr *)&other_name, &length), 0);
    CHECK_INTEGER(other_name.sin_port, name.sin_port);
    CHECK_INTEGER(send(other, "x", 1, MSG_NOSIGNAL), -1);
    CHECK_INTEGER(errno, EAGAIN);
    close(other);
    seam_unlisten("127.0.0.9", PORT, false);
    loop_free(loop);
}

static void test_nothing_leaves_the_world(void)
{
    struct sockaddr_in out = {.sin_family = AF_INET, .sin_port = htons(80)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int fd6 = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0);

    start_simulation();
    inet_pton(AF_INET, "192.0.2.1", &out.sin_addr);
    CHECK_INTEGER(connect(fd, (struct sockaddr *)&out, sizeof out), -1);
    CHECK_INTEGER(errno, ECONNREFUSED);
    if (fd6 >= 0) {
        CHECK_INTEGER(connect(fd6, (struct sockaddr *)&six, sizeof six), -1);
        CHECK_INTEGER(errno, ENETUNREACH);
        close(fd6);
    }
    close(fd);
}

/* ---- datagrams ----------------------------------------------------------------------------- */

typedef struct {
    Loop *loop;
    int client, server;
} Datagrams;

static void on_datagram_client(void *owner, int fd)
{
    Datagrams *datagrams = owner;

    datagrams->server = fd;
}

static void datagrams_begin(Datagrams *datagrams, NetworkVerdict verdict)
{
    start_simulation();
    told = (TestNetwork){.verdict = verdict};
    *datagrams = (Datagrams){.loop = loop_new(), .server = -1};
    seam_listen("127.0.0.53", PORT, true, "dns", on_datagram_client, datagrams);
    datagrams->client = start_connecting("127.0.0.53", SOCK_DGRAM);
}

static void datagrams_end(Datagrams *datagrams)
{
    close(datagrams->client);
    if (datagrams->server >= 0)
        close(datagrams->server);
    seam_unlisten("127.0.0.53", PORT, true);
    loop_free(datagrams->loop);
}

/* As libuv receives: with room for the sender's address. */
static ssize_t receive(int fd, struct sockaddr_in *out_from)
{
    char room[32];
    struct iovec part = {room, sizeof room};
    struct msghdr message = {.msg_name = out_from,
                             .msg_namelen = sizeof *out_from,
                             .msg_iov = &part,
                             .msg_iovlen = 1};

    return recvmsg(fd, &message, 0);
}

static void test_datagrams_keep_their_boundaries(void)
{
    Datagrams datagrams;
    struct sockaddr_in from = {0};
    char room[32];

    datagrams_begin(&datagrams, (NetworkVerdict){NETWORK_DELIVER, DELAY_MS});
    CHECK_INTEGER(send(datagrams.client, "one", 3, 0), 3);
    CHECK_INTEGER(send(datagrams.client, "two!", 4, 0), 4);
    loop_wait(datagrams.loop, DELAY_MS - 1, NULL);
    CHECK_INTEGER(datagrams.server, -1);
    loop_wait(datagrams.loop, 1, NULL);
    CHECK(datagrams.server >= 0);
    CHECK_INTEGER(recv(datagrams.server, room, sizeof room, 0), 3);
    CHECK_INTEGER(recv(datagrams.server, room, sizeof room, 0), 4);
    CHECK_INTEGER(send(datagrams.server, "answer", 6, 0), 6);
    CHECK_INTEGER(receive(datagrams.client, &from), 6);
    CHECK_INTEGER(from.sin_family, AF_INET);
    CHECK_INTEGER(ntohs(from.sin_port), PORT);
    CHECK_INTEGER(ntohl(from.sin_addr.s_addr), 0x7f000035);
    CHECK_INTEGER(receive(datagrams.client, &from), -1);
    CHECK_INTEGER(errno, EAGAIN);
    close(datagrams.client);
    CHECK_INTEGER(recv(datagrams.server, room, sizeof room, 0), 0);
    datagrams.client = -1;
    datagrams_end(&datagrams);
}

static void test_datagrams_arrive_without_their_sender(void)
{
    Datagrams datagrams;
    char room[32];

    datagrams_begin(&datagrams, (NetworkVerdict){NETWORK_DELIVER, DELAY_MS});
    CHECK_INTEGER(send(datagrams.client, "one", 3, 0), 3);
    close(datagrams.client);
    datagrams.client = -1;
    loop_wait(datagrams.loop, DELAY_MS, NULL);
    CHECK_INTEGER(recv(datagrams.server, room, sizeof room, 0), 3);
    CHECK_INTEGER(recv(datagrams.server, room, sizeof room, 0), 0);
    datagrams_end(&datagrams);
}

static void test_datagrams_into_a_black_hole(void)
{
    Datagrams datagrams;
    struct sockaddr_in from;
    int before = lowest_free_descriptor();

    datagrams_begin(&datagrams, (NetworkVerdict){.fate = NETWORK_BLACKHOLE});
    CHECK_INTEGER(send(datagrams.client, "one", 3, 0), 3);
    loop_wait(datagrams.loop, 60000, NULL);
    CHECK_INTEGER(datagrams.server, -1);
    CHECK_INTEGER(receive(datagrams.client, &from), -1);
    CHECK_INTEGER(errno, EAGAIN);
    datagrams_end(&datagrams);
    CHECK_INTEGER(lowest_free_descriptor(), before);
}

static void test_datagrams_to_a_server_that_leaves(void)
{
    static const NetworkFate FATES[] = {NETWORK_REFUSE, NETWORK_DELIVER};
    struct sockaddr_in from;

    for (size_t i = 0; i < TEST_COUNT(FATES); i++) {
        Datagrams datagrams;

        datagrams_begin(&datagrams, (NetworkVerdict){FATES[i], DELAY_MS});
        send(datagrams.client, "one", 3, 0);
        CHECK_INTEGER(receive(datagrams.client, &from), -1);
        CHECK_INTEGER(errno, EAGAIN);
        loop_wait(datagrams.loop, DELAY_MS, NULL);
        if (datagrams.server >= 0)
            close(datagrams.server);
        datagrams.server = -1;
        CHECK_INTEGER(receive(datagrams.client, &from), -1);
        CHECK_INTEGER(errno, ECONNREFUSED);
        datagrams_end(&datagrams);
    }
}

static void test_datagrams_to_nobody_are_refused(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

    start_simulation();
    inet_pton(AF_INET, "127.0.0.53", &address.sin_addr);
    CHECK_INTEGER(connect(fd, (struct sockaddr *)&address, sizeof address), -1);
    CHECK_INTEGER(errno, ECONNREFUSED);
    close(fd);
}

TEST_SUITE("sim/seam/connect", {"ten minutes pass at once", test_ten_minutes_pass_at_once},
           {"connect, accept, echo, close", test_connect_accept_echo_close},
           {"refusals", test_refusals}, {"listener gone meanwhile", test_listener_gone_meanwhile},
           {"black hole and own deadline", test_black_hole_and_own_deadline},
           {"caller hangs up first", test_caller_hangs_up_first},
           {"loop closes first", test_loop_closes_first},
           {"a reused descriptor is no mistake", test_reused_descriptor_is_no_mistake},
           {"a duplicate is the same socket", test_duplicate_is_the_same_socket},
           {"nothing leaves the world", test_nothing_leaves_the_world},
           {"datagrams keep their boundaries", test_datagrams_keep_their_boundaries},
           {"datagrams arrive without their sender", test_datagrams_arrive_without_their_sender},
           {"datagrams into a black hole", test_datagrams_into_a_black_hole},
           {"datagrams to a server that leaves", test_datagrams_to_a_server_that_leaves},
           {"datagrams to nobody are refused", test_datagrams_to_nobody_are_refused});
