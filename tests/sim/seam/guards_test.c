/*
 * tests/sim/seam/guards_test.c - what ends a simulated process, and that a live one may do it all.
 */
#include "sim/seam/seam.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/loop.h"
#include "tests/sim/seam/child.h"
#include "tests/test.h"

static void simulate(void)
{
    seam_simulate(&(SeamOptions){.seed = 1, .start_wall_ms = INT64_C(1795226400000)});
}

/* ---- what must not be done ----------------------------------------------------------------- */

static void do_poll(void)
{
    poll(NULL, 0, 1);
}

static void do_ppoll(void)
{
    ppoll(NULL, 0, NULL, NULL);
}

static void do_select(void)
{
    struct timeval short_time = {.tv_usec = 1};

    select(0, NULL, NULL, NULL, &short_time);
}

static void do_pselect(void)
{
    struct timespec short_time = {.tv_nsec = 1};

    pselect(0, NULL, NULL, NULL, &short_time, NULL);
}

static void do_nanosleep(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1}, NULL);
}

static void do_clock_nanosleep(void)
{
    clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){.tv_nsec = 1}, NULL);
}

static void do_usleep(void)
{
    usleep(1);
}

static void do_sleep(void)
{
    sleep(1);
}

static void do_getaddrinfo(void)
{
    struct addrinfo *found;

    if (getaddrinfo("kube.example.org", "443", NULL, &found) == 0)
        freeaddrinfo(found);
}

static void do_getnameinfo(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char host[64];

    getnameinfo((struct sockaddr *)&address, sizeof address, host, sizeof host, NULL, 0, 0);
}

static void do_gethostbyname(void)
{
    if (gethostbyname("localhost") == NULL)
        puts("no localhost");
}

static void *run_nothing(void *nothing)
{
    return nothing;
}

static void do_pthread_create(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, run_nothing, NULL) == 0)
        pthread_join(thread, NULL);
}

static void do_cond_timedwait(void)
{
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

    pthread_mutex_lock(&mutex);
    pthread_cond_timedwait(&condition, &mutex, &(struct timespec){0});
    pthread_mutex_unlock(&mutex);
}

/* What runs a kubeconfig's plug-ins. */
static void do_uv_spawn(void)
{
    char *arguments[] = {"true", NULL};
    uv_process_options_t options = {.file = "true", .args = arguments};
    uv_process_t process;
    uv_loop_t loop;

    uv_loop_init(&loop);
    if (uv_spawn(&loop, &process, &options) != 0)
        exit(1);
    uv_run(&loop, UV_RUN_DEFAULT);
}

static void do_fork(void)
{
    pid_t child = fork();

    if (child == 0)
        _exit(0);
    waitpid(child, NULL, 0);
}

static void do_posix_spawn(void)
{
    char *arguments[] = {"true", NULL};
    pid_t child;

    if (posix_spawnp(&child, "true", NULL, NULL, arguments, NULL) == 0)
        waitpid(child, NULL, 0);
}

static void do_system(void)
{
    if (system("true") != 0)
        puts("no true");
}

static void do_popen(void)
{
    FILE *pipe = popen("true", "r");

    if (pipe != NULL)
        pclose(pipe);
}

static void do_work(uv_work_t *request)
{
    (void)request;
}

static void do_queue_work(void)
{
    Loop *loop = loop_new();
    uv_work_t request;

    uv_queue_work(loop_uv(loop), &request, do_work, NULL);
    uv_run(loop_uv(loop), UV_RUN_DEFAULT);
    loop_free(loop);
}

static void do_blocking_connect(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(1), /* where nobody listens */
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        puts("somebody listens on port 1");
    close(fd);
}

static struct sockaddr_in discard_port(void)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons(9),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void do_sendto(void)
{
    struct sockaddr_in address = discard_port();
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    sendto(fd, "x", 1, 0, (struct sockaddr *)&address, sizeof address);
    close(fd);
}

static void do_sendmsg(void)
{
    struct sockaddr_in address = discard_port();
    struct msghdr message = {.msg_name = &address, .msg_namelen = sizeof address};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    sendmsg(fd, &message, 0);
    close(fd);
}

static const struct {
    const char *name;
    void (*run)(void);
    const char *says;
} GUARDS[] = {
    {"poll",                   do_poll,             "poll"                  },
    {"ppoll",                  do_ppoll,            "ppoll"                 },
    {"select",                 do_select,           "select"                },
    {"pselect",                do_pselect,          "pselect"               },
    {"nanosleep",              do_nanosleep,        "nanosleep"             },
    {"clock_nanosleep",        do_clock_nanosleep,  "clock_nanosleep"       },
    {"usleep",                 do_usleep,           "usleep"                },
    {"sleep",                  do_sleep,            "sleep"                 },
    {"getaddrinfo",            do_getaddrinfo,      "getaddrinfo"           },
    {"getnameinfo",            do_getnameinfo,      "getnameinfo"           },
    {"gethostbyname",          do_gethostbyname,    "gethostbyname"         },
    {"pthread_create",         do_pthread_create,   "pthread_create"        },
    {"pthread_cond_timedwait", do_cond_timedwait,   "pthread_cond_timedwait"},
    {"fork",                   do_fork,             "fork"                  },
    {"posix_spawn",            do_posix_spawn,      "posix_spawn"           },
    {"system",                 do_system,           "system"                },
    {"sendto",                 do_sendto,           "sendto"                },
    {"sendmsg",                do_sendmsg,          "sendmsg"               },
    {"popen",                  do_popen,            "popen"                 },
    {"libuv's thread pool",    do_queue_work,       "pthread_create"        },
    {"libuv's processes",      do_uv_spawn,         "fork"                  },
    {"a blocking connect",     do_blocking_connect, "connect on a blocking" },
};

static void run_guarded(uint64_t row)
{
    simulate();
    GUARDS[row].run();
}

static void run_live(uint64_t row)
{
    GUARDS[row].run();
}

static void test_guards_end_the_process(void)
{
    char text[1024];

    for (size_t i = 0; i < TEST_COUNT(GUARDS); i++) {
        CHECK_CASE(GUARDS[i].name, child_run(run_guarded, i, text, sizeof text) == SEAM_EXIT_GUARD);
        CHECK_CASE(GUARDS[i].name, strstr(text, GUARDS[i].says) != NULL);
        CHECK_CASE(GUARDS[i].name, strstr(text, "no place in simulated time") != NULL);
    }
}

/* A name is left out, because it would ask a resolver on the network. */
static void test_a_live_process_may_do_it_all(void)
{
    char text[1024];

    for (size_t i = 0; i < TEST_COUNT(GUARDS); i++)
        if (GUARDS[i].run != do_getaddrinfo && GUARDS[i].run != do_ppoll &&
            GUARDS[i].run != do_sleep)
            CHECK_CASE(GUARDS[i].name, child_run(run_live, i, text, sizeof text) == 0);
}

/* ---- what may be done ---------------------------------------------------------------------- */

static void do_harmless_things(uint64_t unused)
{
    struct timeval no_time = {0};
    struct addrinfo *found = NULL;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char host[64];

    (void)unused;
    simulate();
    if (poll(NULL, 0, 0) != 0 || select(0, NULL, NULL, NULL, &no_time) != 0)
        exit(1);
    if (getaddrinfo("127.0.0.7", "443", NULL, &found) != 0 || found == NULL)
        exit(2);
    freeaddrinfo(found);
    if (getnameinfo((struct sockaddr *)&address, sizeof address, host, sizeof host, NULL, 0,
                    NI_NUMERICHOST) != 0 ||
        strcmp(host, "127.0.0.1") != 0)
        exit(3);
}

static void test_what_does_not_block_is_allowed(void)
{
    char text[1024];

    CHECK_INTEGER(child_run(do_harmless_things, 0, text, sizeof text), 0);
    CHECK_TEXT(text, "");
}

/* ---- dead ends ----------------------------------------------------------------------------- */

static void tell(void *owner, const char *what)
{
    printf("%s[%s]\n", (const char *)owner, what);
}

static void run_into_deadlock(uint64_t unused)
{
    Loop *loop;
    uv_async_t never;

    (void)unused;
    simulate();
    seam_on_dead_end(tell, "told: ");
    loop = loop_new();
    uv_async_init(loop_uv(loop), &never, NULL);
    uv_run(loop_uv(loop), UV_RUN_DEFAULT);
}

static void test_deadlock_is_proven_and_told(void)
{
    char text[1024];

    CHECK_INTEGER(child_run(run_into_deadlock, 0, text, sizeof text), SEAM_EXIT_DEADLOCK);
    CHECK(strstr(text, "told: [deadlock") != NULL);
    CHECK(strstr(text, " async") != NULL);
}

static void run_into_livelock(uint64_t unused)
{
    int epoll = epoll_create1(0);
    struct epoll_event event;

    (void)unused;
    simulate();
    for (;;)
        epoll_wait(epoll, &event, 1, 0);
}

static void test_livelock_ends(void)
{
    char text[1024];

    CHECK_INTEGER(child_run(run_into_livelock, 0, text, sizeof text), SEAM_EXIT_LIVELOCK);
    CHECK(strstr(text, "livelock") != NULL);
}

/* A record of the dead end may itself do something that is guarded; that must not go round in circles. */
static void sleep_on_it(void *owner, const char *what)
{
    (void)owner;
    (void)what;
    sleep(1);
}

static void run_guard_in_dead_end(uint64_t unused)
{
    (void)unused;
    simulate();
    seam_on_dead_end(sleep_on_it, NULL);
    usleep(1);
}

static void test_dead_end_in_a_dead_end(void)
{
    char text[1024];

    CHECK_INTEGER(child_run(run_guard_in_dead_end, 0, text, sizeof text), SEAM_EXIT_GUARD);
}

TEST_SUITE("sim/seam/guards", {"guards end the process", test_guards_end_the_process},
           {"a live process may do it all", test_a_live_process_may_do_it_all},
           {"what does not block is allowed", test_what_does_not_block_is_allowed},
           {"a deadlock is proven and told", test_deadlock_is_proven_and_told},
           {"a livelock ends", test_livelock_ends},
           {"a dead end in a dead end", test_dead_end_in_a_dead_end});
