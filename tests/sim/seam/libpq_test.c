/*
 * tests/sim/seam/libpq_test.c - real libpq over the seam: it connects, is refused, and never waits by itself.
 */
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "base/clock.h"
#include "base/loop.h"
#include "base/memory.h"
#include "sim/seam/seam.h"
#include "tests/test.h"

typedef struct {
    Loop *loop;
    NetworkVerdict verdict;
} World;

typedef struct {
    uv_tcp_t stream;
    char room[1024];
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

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

/* Whatever the startup packet says, the answer is AuthenticationOk and ReadyForQuery (idle). */
static void on_startup(uv_stream_t *stream, ssize_t got, const uv_buf_t *room)
{
    static char WELCOME[] = "R\0\0\0\10\0\0\0\0Z\0\0\0\5I";
    uv_buf_t welcome = uv_buf_init(WELCOME, sizeof WELCOME - 1);

    (void)room;
    if (got < 0)
        uv_close((uv_handle_t *)stream, on_closed);
    else
        uv_try_write(stream, &welcome, 1);
}

static void on_connection(void *owner, int fd)
{
    Served *served = MEMORY_NEW(Served);

    (void)owner;
    uv_tcp_init(loop_uv(world.loop), &served->stream);
    served->stream.data = served;
    uv_tcp_open(&served->stream, fd);
    uv_read_start((uv_stream_t *)&served->stream, give_room, on_startup);
}

/* ---- libpq on the loop ---------------------------------------------------------------------- */

typedef struct {
    PGconn *connection;
    uv_poll_t poll;
    PostgresPollingStatusType status;
    bool is_closed;
} Attempt;

static void watch(Attempt *attempt);

static void on_ready(uv_poll_t *poll, int status, int events)
{
    Attempt *attempt = poll->data;

    (void)status;
    (void)events;
    attempt->status = PQconnectPoll(attempt->connection);
    watch(attempt);
}

static void watch(Attempt *attempt)
{
    if (attempt->status == PGRES_POLLING_READING)
        uv_poll_start(&attempt->poll, UV_READABLE, on_ready);
    else if (attempt->status == PGRES_POLLING_WRITING)
        uv_poll_start(&attempt->poll, UV_WRITABLE, on_ready);
    else
        uv_poll_stop(&attempt->poll);
}

static bool is_over(void *owner)
{
    const Attempt *attempt = owner;

    return attempt->status == PGRES_POLLING_OK || attempt->status == PGRES_POLLING_FAILED;
}

static void on_poll_closed(uv_handle_t *handle)
{
    Attempt *attempt = handle->data;

    attempt->is_closed = true;
}

static bool is_closed(void *owner)
{
    const Attempt *attempt = owner;

    return attempt->is_closed;
}

static void begin(Attempt *attempt, NetworkVerdict verdict)
{
    static const Network NETWORK = {.connect = told_verdict};

    if (!seam_is_simulated())
        seam_simulate(&(
            SeamOptions){.seed = 1, .start_wall_ms = INT64_C(1795226400000), .network = &NETWORK});
    world = (World){.loop = loop_new(), .verdict = verdict};
    seam_listen("127.0.1.2", 5432, false, "mp1", on_connection, NULL);
    *attempt = (Attempt){.status = PGRES_POLLING_WRITING};
    attempt->connection =
        PQconnectStart("host=postgres.test hostaddr=127.0.1.2 port=5432 user=u dbname=d "
                       "sslmode=disable gssencmode=disable");
    CHECK(PQstatus(attempt->connection) != CONNECTION_BAD);
    CHECK(PQsocket(attempt->connection) >= 0);
    uv_poll_init(loop_uv(world.loop), &attempt->poll, PQsocket(attempt->connection));
    attempt->poll.data = attempt;
    watch(attempt);
}

static void end(Attempt *attempt)
{
    uv_close((uv_handle_t *)&attempt->poll, on_poll_closed);
    CHECK(loop_run_until(world.loop, is_closed, attempt));
    PQfinish(attempt->connection);
    seam_unlisten("127.0.1.2", 5432, false);
    loop_wait(world.loop, 1, NULL); /* for the server to see that its client has gone */
    loop_free(world.loop);
}

static void test_connects(void)
{
    Attempt attempt;
    int64_t begun;

    begin(&attempt, (NetworkVerdict){NETWORK_DELIVER, 12});
    begun = clock_mono_ms();
    CHECK(loop_run_until(world.loop, is_over, &attempt));
    CHECK_INTEGER(attempt.status, PGRES_POLLING_OK);
    CHECK_INTEGER(clock_mono_ms() - begun, 12);
    end(&attempt);
}

static void test_refused(void)
{
    Attempt attempt;

    begin(&attempt, (NetworkVerdict){NETWORK_REFUSE, 12});
    CHECK(loop_run_until(world.loop, is_over, &attempt));
    CHECK_INTEGER(attempt.status, PGRES_POLLING_FAILED);
    CHECK(strstr(PQerrorMessage(attempt.connection), "Connection refused") != NULL);
    end(&attempt);
}

static void test_black_hole_gives_control_back(void)
{
    Attempt attempt;
    int64_t begun;

    begin(&attempt, (NetworkVerdict){.fate = NETWORK_BLACKHOLE});
    begun = clock_mono_ms();
    loop_wait(world.loop, 10000, NULL);
    CHECK_INTEGER(clock_mono_ms() - begun, 10000);
    CHECK_INTEGER(attempt.status, PGRES_POLLING_WRITING);
    end(&attempt);
}

TEST_SUITE("sim/seam/libpq", {"connects", test_connects}, {"refused", test_refused},
           {"a black hole gives control back", test_black_hole_gives_control_back});
