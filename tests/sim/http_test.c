/*
 * tests/sim/http_test.c - the fakes' HTTP server in simulated time: the same answers, the same run every time.
 *
 * The server, TLS and libcurl are those of tests/fakes/net; only what lies under the sockets is another.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "fakes/net/http.h"
#include "sim/seam/seam.h"
#include "tests/fakes/net/fixture.h"
#include "tests/sim/seam/child.h"
#include "tests/test.h"

static const int64_t START_MS = INT64_C(1795226400000); /* 2026-11-21T02:00:00Z */

static void begin(Fixture *f, uint64_t seed)
{
    seam_simulate(&(SeamOptions){.seed = seed, .start_wall_ms = START_MS, .from = "desk"});
    fixture_init_deaf(f, true);
    f->client.ip = "127.1.0.1";
    seam_listen("127.1.0.1", 443, false, "mp1", fixture_accept, f);
}

static CURLcode fetch(Fixture *f, const char *path, long timeout_ms, Buffer *head)
{
    ClientReply reply;

    client_fetch(&f->client, &(ClientRequest){.path = path, .timeout_ms = timeout_ms}, &reply);
    if (head != NULL)
        buffer_add(head, reply.head.data, reply.head.length);
    client_reply_release(&reply);
    return reply.code;
}

/* Prints what two runs of one seed must have in common. */
static void run_once(uint64_t seed)
{
    char wire[TRACE_DIGEST_MAX];
    Buffer head = {0};
    Fixture f;

    begin(&f, seed);
    printf("echo %d\n", fetch(&f, "/echo", 0, &head));
    printf("dated %d\n", strstr(head.data, "Date: Sat, 21 Nov 2026 02:00:0") != NULL);
    printf("big %d\n", fetch(&f, "/big", 0, NULL));
    printf("stream %d\n", fetch(&f, "/stream", 0, NULL));
    f.fault = (Fault){.kind = FAULT_DELAY, .delay_ms = 300000};
    printf("after five minutes %d\n", fetch(&f, "/echo", 600000, NULL));
    printf("they passed %d\n", clock_wall_ms() - START_MS >= 300000);
    f.fault = (Fault){.kind = FAULT_HANG};
    printf("hang %d\n", fetch(&f, "/echo", 30000, NULL));
    f.fault = (Fault){.kind = FAULT_LOSE_REPLY};
    printf("lost %d\n", fetch(&f, "/echo", 30000, NULL));
    f.fault = (Fault){.kind = FAULT_CUT, .cut_after = 500000};
    printf("cut %d\n", fetch(&f, "/big", 30000, NULL));
    printf("handled %d\n", f.handled);
    trace_wire_digest(f.trace, wire);
    printf("wire %s\n", wire);
    buffer_release(&head);
    fixture_release(&f);
}

/*
 * 28: timed out. A reset is a bare end here, since a Unix socket cannot say more: 52, nothing came; 18, a part came.
 * Over TCP both are 56 (tests/fakes/net/fault_test.c); a client has to treat all three alike.
 */
#define EXPECTED                                                                            \
    "echo 0\ndated 1\nbig 0\nstream 0\nafter five minutes 0\nthey passed 1\nhang 28\nlost " \
    "52\ncut 18\nhandled 6\nwire "

static void test_is_the_same_every_time(void)
{
    char first[4096], second[4096], other[4096];

    CHECK_INTEGER(child_run(run_once, 7, first, sizeof first), 0);
    CHECK_INTEGER(child_run(run_once, 7, second, sizeof second), 0);
    CHECK_INTEGER(child_run(run_once, 8, other, sizeof other), 0);
    if (!CHECK(strncmp(first, EXPECTED, strlen(EXPECTED)) == 0))
        CHECK_TEXT(first, EXPECTED);
    CHECK_TEXT(second, first);
    CHECK(strcmp(first, other) != 0); /* another seed's keys and nonces */
}

TEST_SUITE("sim/http", {"is the same every time", test_is_the_same_every_time});
