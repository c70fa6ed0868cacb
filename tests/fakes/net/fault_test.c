/*
 * tests/fakes/net/fault_test.c - what a client sees of each fault, what was done all the same, and what the witness says.
 */
#include "fakes/net/http.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "tests/fakes/net/fixture.h"
#include "tests/test.h"

#define SUBJECT "deployments/scale tsb: "

typedef struct {
    const char *name;
    const char *path;
    Fault fault;
    CURLcode code;
    int status;
    int handled;
    const char *evidence; /* NULL: none */
} FaultCase;

static const FaultCase CASES[] = {
    {"none",                               "/echo", {.kind = FAULT_NONE},                                                    CURLE_OK, 200, 1, NULL                                                                                   },
    {"fail",
     "/echo",                                       {.kind = FAULT_FAIL, .code = 503, .text = "etcdserver: leader changed"},
     CURLE_OK,                                                                                                                         503,
     0,                                                                                                                                        "GET " SUBJECT "answered 503 instead of doing it"                                      },
    {"delay",
     "/echo",                                       {.kind = FAULT_DELAY, .delay_ms = 50},
     CURLE_OK,                                                                                                                         200,
     1,                                                                                                                                        "GET " SUBJECT "held back for 50 ms, then done"                                        },
    {"delay longer than the client waits",
     "/echo",                                       {.kind = FAULT_DELAY, .delay_ms = 5000},
     CURLE_OPERATION_TIMEDOUT,                                                                                                         0,
     0,                                                                                                                                        "GET " SUBJECT "held back, and the client left before 5000 ms had passed; nothing done"},
    {"hang",
     "/echo",                                       {.kind = FAULT_HANG},
     CURLE_OPERATION_TIMEDOUT,                                                                                                         0,
     0,                                                                                                                                        "GET " SUBJECT "taken, never answered, nothing done"                                   },
    {"reset",
     "/echo",                                       {.kind = FAULT_RESET},
     CURLE_RECV_ERROR,                                                                                                                 0,
     0,                                                                                                                                        "GET " SUBJECT "connection reset, nothing done"                                        },
    {"lose reply",
     "/echo",                                       {.kind = FAULT_LOSE_REPLY},
     CURLE_RECV_ERROR,                                                                                                                 0,
     1,                                                                                                                                        "GET " SUBJECT "applied, connection closed before the answer"                          },
    {"lose a later reply",
     "/later",                                      {.kind = FAULT_LOSE_REPLY},
     CURLE_RECV_ERROR,                                                                                                                 0,
     1,                                                                                                                                        "GET " SUBJECT "applied, connection closed before the answer"                          },
    {"lose a refusal",
     "/nowhere",                                    {.kind = FAULT_LOSE_REPLY},
     CURLE_RECV_ERROR,                                                                                                                 0,
     1,                                                                                                                                        "GET " SUBJECT "refused with 404 and connection closed before the answer"              },
    {"lose a stream",
     "/stream",                                     {.kind = FAULT_LOSE_REPLY},
     CURLE_RECV_ERROR,                                                                                                                 0,
     1,                                                                                                                                        "GET " SUBJECT "applied, connection closed before the answer"                          },
    {"cut in the head",
     "/echo",                                       {.kind = FAULT_CUT, .cut_after = 20},
     CURLE_RECV_ERROR,                                                                                                                 200,
     1,                                                                                                                                        "GET " SUBJECT "done, answer cut after 20 bytes"                                       },
    {"cut before anything",
     "/echo",                                       {.kind = FAULT_CUT},
     CURLE_RECV_ERROR,                                                                                                                 0,
     1,                                                                                                                                        "GET " SUBJECT "done, answer cut after 0 bytes"                                        },
    {"cut in a large body",
     "/big",                                        {.kind = FAULT_CUT, .cut_after = 500000},
     CURLE_RECV_ERROR,                                                                                                                 200,
     1,                                                                                                                                        "GET " SUBJECT "done, answer cut after 500000 bytes"                                   },
    {"cut in a stream",
     "/stream",                                     {.kind = FAULT_CUT, .cut_after = 150},
     CURLE_RECV_ERROR,                                                                                                                 200,
     1,                                                                                                                                        "GET " SUBJECT "done, answer cut after 150 bytes"                                      },
    {"cut beyond the answer",
     "/empty",                                      {.kind = FAULT_CUT, .cut_after = 5000},
     CURLE_OK,                                                                                                                         204,
     1,                                                                                                                                        "GET " SUBJECT "done, connection reset after the whole answer of 83 bytes"             },
    {"dropped updates are the handler's",  "/echo", {.kind = FAULT_DROP},                                                    CURLE_OK, 200, 1, NULL                                                                                   },
};

static void try(const FaultCase *c)
{
    Fixture f;
    ClientReply reply;

    fixture_init(&f, true);
    f.fault = c->fault;
    client_fetch(&f.client, &(ClientRequest){.path = c->path, .timeout_ms = 300}, &reply);
    CHECK_CASE(c->name, reply.status == c->status);
    if (!CHECK_CASE(c->name, reply.code == c->code))
        CHECK_TEXT(curl_easy_strerror(reply.code), curl_easy_strerror(c->code));
    client_release(&f.client); /* gives up its connections, too */
    loop_wait(f.loop, 30, NULL);
    client_init(&f.client, f.loop, "mp1.test", listener_port(f.listener), f.pki);
    CHECK_CASE(c->name, f.handled == c->handled);
    CHECK_CASE(c->name, f.witnessed == (c->evidence != NULL));
    CHECK_TEXT(f.evidence, c->evidence != NULL ? c->evidence : "");
    CHECK_CASE(c->name, f.connections.first == NULL);
    client_reply_release(&reply);
    fixture_release(&f);
}

static void test_does_each(void)
{
    for (size_t i = 0; i < TEST_COUNT(CASES); i++)
        try(&CASES[i]);
}

static void test_fails_in_the_fakes_own_words(void)
{
    Fixture f;
    ClientReply reply;

    fixture_init(&f, true);
    f.fault = (Fault){.kind = FAULT_FAIL, .code = 500, .text = "no room"};
    client_fetch(&f.client, &(ClientRequest){.path = "/echo"}, &reply);
    CHECK_TEXT(reply.body.data, "no room");
    client_reply_release(&reply);
    f.fault = (Fault){.kind = FAULT_NONE};
    client_fetch(&f.client, &(ClientRequest){.path = "/echo"}, &reply);
    CHECK_INTEGER(reply.status, 200);
    CHECK_INTEGER(reply.new_connections, 0); /* an error is no reason to hang up */
    client_reply_release(&reply);
    fixture_release(&f);
}

/* The client gets exactly the bytes that the cut let through. */
static void test_cuts_to_the_byte(void)
{
    static const char REQUEST[] = "GET /big HTTP/1.1\r\nHost: mp1.test\r\n\r\n";
    static const size_t BEYOND = (size_t)2 * BIG_LENGTH; /* all of it, and still a reset */
    const size_t CUTS[] = {0, 1, 17, 1000, 300000, BEYOND};

    for (size_t i = 0; i < TEST_COUNT(CUTS); i++)
        for (int is_pair = 0; is_pair < 2; is_pair++) {
            Buffer received = {0};
            Fixture f;
            int fd, end;

            fixture_init(&f, false);
            f.fault = (Fault){.kind = FAULT_CUT, .cut_after = CUTS[i]};
            fd = fixture_connect(&f, is_pair);
            raw_send(f.loop, fd, REQUEST, sizeof REQUEST - 1);
            end = raw_read_to_end(f.loop, fd, 500, &received);
            if (CUTS[i] == BEYOND)
                CHECK(received.length > BIG_LENGTH);
            else
                CHECK_INTEGER(received.length, CUTS[i]);
            CHECK_INTEGER(end, is_pair ? 0 : ECONNRESET);
            buffer_release(&received);
            close(fd);
            fixture_release(&f);
        }
}

/* What waits behind a request whose connection is cut is never done. */
static void test_does_nothing_after_the_end(void)
{
    static const char REQUESTS[] = "GET /echo?1 HTTP/1.1\r\nHost: mp1.test\r\n\r\n"
                                   "GET /echo?2 HTTP/1.1\r\nHost: mp1.test\r\n\r\n";
    static const Fault FAULTS[] = {
        {.kind = FAULT_LOSE_REPLY},
        { .kind = FAULT_CUT,         .cut_after = 10},
        { .kind = FAULT_CUT,       .cut_after = 5000}
    };

    for (size_t i = 0; i < TEST_COUNT(FAULTS); i++) {
        Buffer received = {0};
        Fixture f;
        int fd;

        fixture_init(&f, false);
        f.fault = FAULTS[i];
        fd = fixture_connect(&f, true);
        raw_send(f.loop, fd, REQUESTS, sizeof REQUESTS - 1);
        raw_read_to_end(f.loop, fd, 500, &received);
        CHECK_INTEGER(f.handled, 1);
        CHECK_INTEGER(f.witnessed, 1);
        buffer_release(&received);
        close(fd);
        fixture_release(&f);
    }
}

/* A server that goes while requests are held back or hang leaves nothing behind (the sanitizers look). */
static void test_may_end_in_between(void)
{
    static const char REQUEST[] = "GET /echo HTTP/1.1\r\nHost: mp1.test\r\n\r\n";
    Fixture f;
    int held, hung;

    fixture_init(&f, false);
    held = fixture_connect(&f, true);
    hung = fixture_connect(&f, true);
    f.fault = (Fault){.kind = FAULT_DELAY, .delay_ms = 60000};
    raw_send(f.loop, held, REQUEST, sizeof REQUEST - 1);
    loop_wait(f.loop, 5, NULL);
    http_reset_all(&f.connections);
    CHECK_TEXT(f.evidence,
               "GET " SUBJECT
               "held back, and the client left before 60000 ms had passed; nothing done");
    f.fault = (Fault){.kind = FAULT_HANG};
    raw_send(f.loop, hung, REQUEST, sizeof REQUEST - 1);
    loop_wait(f.loop, 5, NULL);
    fixture_release(&f);
    close(held);
    close(hung);
}

TEST_SUITE("fakes/net/fault", {"does each", test_does_each},
           {"fails in the fake's own words", test_fails_in_the_fakes_own_words},
           {"cuts to the byte", test_cuts_to_the_byte},
           {"does nothing after the end", test_does_nothing_after_the_end},
           {"may end in between", test_may_end_in_between});
