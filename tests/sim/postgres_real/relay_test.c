/*
 * tests/sim/postgres_real/relay_test.c - bytes go both ways through a relay, not while it is stalled, and never again once it is broken.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fakes/net/listener.h"
#include "sim/postgres_real/relay.h"
#include "tests/test.h"

enum { PATIENCE_MS = 5000, QUIET_MS = 50 };

/* A client, the relay, and the server's end of it. */
typedef struct {
    Loop *loop;
    Listener *listener;
    Relay *relay;
    int client, server;
    int heard, ended;
    bool is_stalled_by_word; /* as soon as the client says something */
} Line;

static void on_server(void *owner, int fd)
{
    ((Line *)owner)->server = fd;
}

static void on_heard(void *owner, Relay *relay)
{
    Line *line = owner;

    line->heard++;
    if (line->is_stalled_by_word)
        relay_stall(relay, true);
}

static void on_ended(void *owner, Relay *relay)
{
    Line *line = owner;

    CHECK(relay == line->relay);
    line->ended++;
}

static void wait_until(Line *line, LoopCondition *condition)
{
    bool is_late = false;

    for (int waited = 0; waited < PATIENCE_MS && !condition(line); waited++)
        loop_wait(line->loop, 1, &is_late);
    CHECK(condition(line));
}

static bool is_connected(void *owner)
{
    return ((Line *)owner)->server >= 0;
}

static bool has_ended(void *owner)
{
    return ((Line *)owner)->ended > 0;
}

static void begin(Line *line)
{
    Error err = {0};
    int pair[2];

    line->server = -1;
    line->loop = loop_new();
    CHECK(listener_start(line->loop, "127.0.0.1", 0, on_server, line, &line->listener, &err));
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
    line->client = pair[0];
    line->relay = relay_new(&(RelayOptions){.loop = line->loop,
                                            .ip = "127.0.0.1",
                                            .port = listener_port(line->listener),
                                            .on_heard = on_heard,
                                            .on_ended = on_ended,
                                            .owner = line},
                            pair[1]);
    wait_until(line, is_connected);
}

static void end(Line *line)
{
    listener_stop(line->listener);
    if (line->client >= 0)
        close(line->client);
    close(line->server);
    loop_free(line->loop);
}

/* What arrives at fd, or "" if nothing does. */
static void check_arrives(Line *line, int fd, const char *expected)
{
    char text[64] = "";
    ssize_t count = -1;

    for (int waited = 0; waited < (*expected ? PATIENCE_MS : QUIET_MS) && count < 0; waited++) {
        loop_wait(line->loop, 1, NULL);
        count = recv(fd, text, sizeof text - 1, MSG_DONTWAIT);
    }
    text[count > 0 ? count : 0] = '\0';
    CHECK_TEXT(text, expected);
}

static void say(int fd, const char *text)
{
    CHECK(send(fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text));
}

static void test_both_ways(void)
{
    Line line = {0};

    begin(&line);
    say(line.client, "question");
    check_arrives(&line, line.server, "question");
    say(line.server, "answer");
    check_arrives(&line, line.client, "answer");
    CHECK_INTEGER(line.heard, 1);
    say(line.server, "goodbye");
    shutdown(line.server, SHUT_RDWR);
    check_arrives(&line, line.client, "goodbye");
    wait_until(&line, has_ended);
    end(&line);
}

static void test_stalled(void)
{
    Line line = {0};

    begin(&line);
    relay_stall(line.relay, true);
    CHECK(relay_is_stalled(line.relay));
    say(line.client, "question");
    say(line.server, "notice");
    check_arrives(&line, line.server, "");
    check_arrives(&line, line.client, "");
    relay_stall(line.relay, false);
    check_arrives(&line, line.server, "question");
    check_arrives(&line, line.client, "notice");
    relay_break(line.relay);
    end(&line);
}

/* What made it stall is not passed on either, until it goes on. */
static void test_stalled_by_a_word(void)
{
    Line line = {.is_stalled_by_word = true};

    begin(&line);
    say(line.client, "question");
    check_arrives(&line, line.server, "");
    CHECK_INTEGER(line.heard, 1);
    relay_stall(line.relay, false);
    check_arrives(&line, line.server, "question");
    relay_break(line.relay);
    end(&line);
}

static void test_broken(void)
{
    Line line = {0};
    char byte;

    begin(&line);
    relay_break(line.relay);
    loop_wait(line.loop, QUIET_MS, NULL);
    CHECK(recv(line.server, &byte, 1, MSG_DONTWAIT) < 0 && errno == ECONNRESET);
    CHECK(recv(line.client, &byte, 1, MSG_DONTWAIT) <= 0);
    CHECK_INTEGER(line.ended, 0);
    end(&line);
}

TEST_SUITE("sim/postgres_real/relay", {"both ways", test_both_ways}, {"stalled", test_stalled},
           {"stalled by a word", test_stalled_by_a_word}, {"broken", test_broken});
