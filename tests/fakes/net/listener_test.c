/*
 * tests/fakes/net/listener_test.c - who may listen where, and what happens to those who knock.
 */
#include "fakes/net/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "tests/fakes/net/client.h"
#include "tests/test.h"

typedef struct {
    int fds[4];
    int count;
} Accepted;

static void on_connection(void *owner, int fd)
{
    Accepted *accepted = owner;

    accepted->fds[accepted->count++] = fd;
}

static void test_hands_connections_over(void)
{
    Loop *loop = loop_new();
    Accepted accepted = {.count = 0};
    Buffer received = {0};
    Listener *listener;
    int client;

    if (!CHECK(listener_start(loop, "127.0.0.1", 0, on_connection, &accepted, &listener, NULL)))
        return;
    CHECK(listener_port(listener) != 0);
    client = raw_connect(listener_port(listener));
    loop_wait(loop, 5, NULL);
    CHECK_INTEGER(accepted.count, 1);
    CHECK(fcntl(accepted.fds[0], F_GETFL) & O_NONBLOCK);
    CHECK(fcntl(accepted.fds[0], F_GETFD) & FD_CLOEXEC);

    listener_stop(listener); /* what is open stays open */
    loop_wait(loop, 1, NULL);
    CHECK_INTEGER(write(accepted.fds[0], "hello", 5), 5);
    CHECK(raw_read_until(loop, client, "hello", 100, &received));
    buffer_release(&received);
    close(accepted.fds[0]);
    close(client);
    loop_free(loop);
}

static void test_refuses_what_it_must(void)
{
    static const struct {
        const char *name, *ip;
        ErrorCode code;
    } CASES[] = {
        {"all addresses",   "0.0.0.0",   ERR_INPUT   },
        {"another machine", "192.0.2.1", ERR_INPUT   },
        {"128 is not 127",  "128.0.0.1", ERR_INPUT   },
        {"a name",          "localhost", ERR_INPUT   },
        {"IPv6",            "::1",       ERR_INPUT   },
        {"taken",           "127.0.0.1", ERR_CONFLICT},
    };
    Loop *loop = loop_new();
    Accepted accepted = {.count = 0};
    Listener *listener, *other;
    uint16_t port;

    if (!CHECK(listener_start(loop, "127.0.0.1", 0, on_connection, &accepted, &listener, NULL)))
        return;
    port = listener_port(listener);
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        Error err = {0};

        CHECK_CASE(CASES[i].name, !listener_start(loop, CASES[i].ip, port, on_connection, &accepted,
                                                  &other, &err));
        CHECK_CASE(CASES[i].name, err.code == CASES[i].code);
        CHECK_CASE(CASES[i].name, strstr(err.message, CASES[i].ip) != NULL);
    }
    CHECK(listener_start(loop, "127.0.0.2", port, on_connection, &accepted, &other, NULL));
    listener_stop(other);
    listener_stop(listener);
    listener_stop(NULL);
    loop_free(loop);
}

static void test_is_gone_once_stopped(void)
{
    Loop *loop = loop_new();
    Accepted accepted = {.count = 0};
    Buffer received = {0};
    Listener *listener;
    uint16_t port;
    int fd;

    if (!CHECK(listener_start(loop, "127.0.0.1", 0, on_connection, &accepted, &listener, NULL)))
        return;
    port = listener_port(listener);
    listener_stop(listener);
    fd = raw_connect(port);
    CHECK_INTEGER(raw_read_to_end(loop, fd, 100, &received), ECONNREFUSED);
    CHECK_INTEGER(accepted.count, 0);
    close(fd);
    loop_free(loop);
}

TEST_SUITE("fakes/net/listener", {"hands connections over", test_hands_connections_over},
           {"refuses what it must", test_refuses_what_it_must},
           {"is gone once stopped", test_is_gone_once_stopped});
