/*
 * tests/sim/seam/curl_test.c - real libcurl over the seam: keep-alive, its own time-outs, refusals.
 *
 * libcurl is driven as the engine does it: its sockets by uv_poll, its timer by uv_timer. The server answers each
 * request that ends in an empty line with two bytes, and counts connections.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/loop.h"
#include "base/memory.h"
#include "sim/seam/seam.h"
#include "tests/test.h"

enum { PORT = 8080 };

/* ---- the world ------------------------------------------------------------------------------ */

typedef struct {
    Loop *loop;
    int connections, requests;
    NetworkVerdict verdict;
} World;

typedef struct {
    World *world;
    uv_tcp_t stream;
    Buffer input;
    char room[2048];
} Served;

static World world;

static NetworkVerdict told_verdict(void *self, NetworkTransport transport, const char *from,
                                   const char *to, uint16_t port)
{
    (void)transport;
    (void)self;
    (void)from;
    (void)to;
    (void)port;
    return world.verdict;
}

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *out_room)
{
    Served *served = handle->data;

    (void)suggested;
    *out_room = uv_buf_init(served->room, sizeof served->room);
}

static void on_served_closed(uv_handle_t *handle)
{
    Served *served = handle->data;

    buffer_release(&served->input);
    free(served);
}

static void answer_requests(Served *served)
{
    static char ANSWER[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    uv_buf_t answer = uv_buf_init(ANSWER, sizeof ANSWER - 1);
    char *end;

    while (served->input.data != NULL && (end = strstr(served->input.data, "\r\n\r\n")) != NULL) {
        buffer_eat(&served->input, (size_t)(end + 4 - served->input.data));
        served->world->requests++;
        uv_try_write((uv_stream_t *)&served->stream, &answer, 1);
    }
}

static void on_request(uv_stream_t *stream, ssize_t got, const uv_buf_t *room)
{
    Served *served = stream->data;

    if (got < 0) {
        uv_close((uv_handle_t *)stream, on_served_closed);
        return;
    }
    buffer_add(&served->input, room->base, (size_t)got);
    answer_requests(served);
}

static void on_connection(void *owner, int fd)
{
    Served *served = MEMORY_NEW(Served);

    served->world = owner;
    served->world->connections++;
    uv_tcp_init(loop_uv(served->world->loop), &served->stream);
    served->stream.data = served;
    uv_tcp_open(&served->stream, fd);
    uv_read_start((uv_stream_t *)&served->stream, give_room, on_request);
}

/* ---- libcurl on the loop -------------------------------------------------------------------- */

typedef struct {
    CURLM *multi;
    uv_timer_t timer;
    Loop *loop;
    bool is_done;
    CURLcode result;
} Driver;

typedef struct {
    Driver *driver;
    uv_poll_t poll;
    curl_socket_t fd;
} Watch;

static void look_for_results(Driver *driver)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(driver->multi, &left)) != NULL) {
        driver->is_done = true;
        driver->result = message->data.result;
    }
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    Watch *watch = poll->data;
    Driver *driver = watch->driver;
    int running, flags = 0;

    if (status < 0)
        flags = CURL_CSELECT_ERR;
    if (events & UV_READABLE)
        flags |= CURL_CSELECT_IN;
    if (events & UV_WRITABLE)
        flags |= CURL_CSELECT_OUT;
    curl_multi_socket_action(driver->multi, watch->fd, flags, &running);
    look_for_results(driver);
}

static void on_watch_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *owner, void *known)
{
    Driver *driver = owner;
    Watch *watch = known;

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (watch != NULL)
            uv_close((uv_handle_t *)&watch->poll, on_watch_closed);
        curl_multi_assign(driver->multi, fd, NULL);
        return 0;
    }
    if (watch == NULL) {
        watch = MEMORY_NEW(Watch);
        watch->driver = driver;
        watch->fd = fd;
        uv_poll_init(loop_uv(driver->loop), &watch->poll, fd);
        watch->poll.data = watch;
        curl_multi_assign(driver->multi, fd, watch);
    }
    uv_poll_start(&watch->poll,
                  (what & CURL_POLL_IN ? UV_READABLE : 0) |
                      (what & CURL_POLL_OUT ? UV_WRITABLE : 0),
                  on_ready);
    return 0;
}

static void on_timer(uv_timer_t *timer)
{
    Driver *driver = timer->data;
    int running;

    curl_multi_socket_action(driver->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    look_for_results(driver);
}

static int on_set_timer(CURLM *multi, long ms, void *owner)
{
    Driver *driver = owner;

    (void)multi;
    if (ms < 0)
        uv_timer_stop(&driver->timer);
    else
        uv_timer_start(&driver->timer, on_timer, (uint64_t)ms, 0);
    return 0;
}

static void driver_init(Driver *driver, Loop *loop)
{
    *driver = (Driver){.loop = loop, .multi = curl_multi_init()};
    uv_timer_init(loop_uv(loop), &driver->timer);
    driver->timer.data = driver;
    curl_multi_setopt(driver->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(driver->multi, CURLMOPT_SOCKETDATA, driver);
    curl_multi_setopt(driver->multi, CURLMOPT_TIMERFUNCTION, on_set_timer);
    curl_multi_setopt(driver->multi, CURLMOPT_TIMERDATA, driver);
}

static size_t ignore_body(char *bytes, size_t size, size_t count, void *owner)
{
    (void)bytes;
    (void)owner;
    return size * count;
}

static bool is_done(void *owner)
{
    const Driver *driver = owner;

    return driver->is_done;
}

/* One GET; what came of it. */
static CURLcode get(Driver *driver, const char *url)
{
    CURL *easy = curl_easy_init();

    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 30000L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore_body);
    driver->is_done = false;
    curl_multi_add_handle(driver->multi, easy);
    CHECK(loop_run_until(driver->loop, is_done, driver));
    curl_multi_remove_handle(driver->multi, easy);
    curl_easy_cleanup(easy);
    return driver->result;
}

/* ---- tests ---------------------------------------------------------------------------------- */

static void begin(Driver *driver, NetworkVerdict verdict)
{
    static const Network NETWORK = {.connect = told_verdict};

    if (!seam_is_simulated()) {
        seam_simulate(&(
            SeamOptions){.seed = 1, .start_wall_ms = INT64_C(1795226400000), .network = &NETWORK});
        curl_global_init(CURL_GLOBAL_DEFAULT);
    }
    world = (World){.loop = loop_new(), .verdict = verdict};
    seam_listen("127.0.1.1", PORT, false, "mp1", on_connection, &world);
    driver_init(driver, world.loop);
}

static void end(Driver *driver)
{
    curl_multi_cleanup(driver->multi);
    seam_unlisten("127.0.1.1", PORT, false);
    loop_wait(world.loop, 1, NULL); /* for the server to see that its client has gone */
    loop_free(world.loop);
}

static void test_ten_requests_take_one_connection(void)
{
    Driver driver;
    int64_t begun;

    begin(&driver, (NetworkVerdict){NETWORK_DELIVER, 3});
    begun = clock_mono_ms();
    for (int i = 0; i < 10; i++)
        CHECK_INTEGER(get(&driver, "http://127.0.1.1:8080/"), CURLE_OK);
    CHECK_INTEGER(world.requests, 10);
    CHECK_INTEGER(world.connections, 1);
    CHECK_INTEGER(clock_mono_ms() - begun, 3);
    end(&driver);
}

/* libcurl retires a connection that has been idle for 118 s: it must see simulated time for that. */
static void test_an_idle_connection_is_retired(void)
{
    Driver driver;

    begin(&driver, (NetworkVerdict){NETWORK_DELIVER, 3});
    CHECK_INTEGER(get(&driver, "http://127.0.1.1:8080/"), CURLE_OK);
    loop_wait(world.loop, 100000, NULL);
    CHECK_INTEGER(get(&driver, "http://127.0.1.1:8080/"), CURLE_OK);
    CHECK_INTEGER(world.connections, 1);
    loop_wait(world.loop, 130000, NULL);
    CHECK_INTEGER(get(&driver, "http://127.0.1.1:8080/"), CURLE_OK);
    CHECK_INTEGER(world.connections, 2);
    end(&driver);
}

static void test_black_hole_times_out_to_the_millisecond(void)
{
    Driver driver;
    int64_t begun;

    begin(&driver, (NetworkVerdict){.fate = NETWORK_BLACKHOLE});
    begun = clock_mono_ms();
    CHECK_INTEGER(get(&driver, "http://127.0.1.1:8080/"), CURLE_OPERATION_TIMEDOUT);
    CHECK_INTEGER(clock_mono_ms() - begun, 30000);
    CHECK_INTEGER(world.connections, 0);
    end(&driver);
}

static void test_refused(void)
{
    Driver driver;
    int64_t begun;

    begin(&driver, (NetworkVerdict){NETWORK_REFUSE, 4});
    begun = clock_mono_ms();
    CHECK_INTEGER(get(&driver, "http://127.0.1.1:8080/"), CURLE_COULDNT_CONNECT);
    CHECK_INTEGER(clock_mono_ms() - begun, 4);
    CHECK_INTEGER(get(&driver, "http://127.0.1.1:8081/"), CURLE_COULDNT_CONNECT);
    end(&driver);
}

TEST_SUITE("sim/seam/curl",
           {"ten requests take one connection", test_ten_requests_take_one_connection},
           {"an idle connection is retired", test_an_idle_connection_is_retired},
           {"a black hole times out to the millisecond",
            test_black_hole_times_out_to_the_millisecond},
           {"refused", test_refused});
