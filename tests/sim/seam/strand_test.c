/*
 * tests/sim/seam/strand_test.c - processes in simulated time: whose turn it is, and what is left of one that was killed.
 */
#include "sim/seam/strand.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/loop.h"
#include "sim/seam/seam.h"
#include "tests/test.h"

enum { PORT = 4000 };

static Loop *world(void)
{
    static Loop *loop;

    if (!loop) {
        loop = loop_new();
        seam_simulate(&(SeamOptions){.seed = 1, .start_wall_ms = 1000});
    }
    return loop;
}

/* What they did, in order: "a10 b15 a20". Times count from the first use. */
static struct {
    char text[200];
    int64_t began_ms;
} diary;

static void begin_diary(void)
{
    diary.text[0] = '\0';
    diary.began_ms = clock_mono_ms();
}

static void note(const char *what)
{
    size_t length = strlen(diary.text);

    snprintf(diary.text + length, sizeof diary.text - length, "%s%s%lld", length ? " " : "", what,
             (long long)(clock_mono_ms() - diary.began_ms));
}

/* ---- turns ------------------------------------------------------------------------------------------------------------------ */

typedef struct {
    const char *name;
    int64_t every_ms;
    int times;
} Walker;

static void walk(void *owner)
{
    const Walker *walker = owner;
    Loop *loop = loop_new();

    for (int i = 0; i < walker->times; i++) {
        loop_wait(loop, walker->every_ms, NULL);
        note(walker->name);
    }
    loop_free(loop);
}

static bool is_over(void *strand)
{
    return seam_strand_is_over(strand);
}

static void test_turns(void)
{
    Loop *loop = world();
    Walker slow = {"a", 10, 3}, quick = {"b", 7, 3};
    SeamStrand *first = seam_strand_start(&(SeamStrandOptions){.main = walk, .owner = &slow});
    SeamStrand *second = seam_strand_start(&(SeamStrandOptions){.main = walk, .owner = &quick});

    begin_diary();
    loop_wait(loop, 12, NULL);
    note("w");
    loop_run_until(loop, is_over, first);
    note("w");
    CHECK(seam_strand_is_over(second));
    CHECK_TEXT(diary.text, "b7 a10 w12 b14 a20 b21 a30 w30");
    seam_strand_free(first);
    seam_strand_free(second);
}

static void test_frozen(void)
{
    Loop *loop = world();
    Walker walker = {"a", 10, 3};
    SeamStrand *strand = seam_strand_start(&(SeamStrandOptions){.main = walk, .owner = &walker});

    begin_diary();
    loop_wait(loop, 15, NULL);
    seam_strand_freeze(strand);
    loop_wait(loop, 100, NULL);
    note("w");
    seam_strand_thaw(strand);
    loop_run_until(loop, is_over, strand);
    CHECK_TEXT(diary.text, "a10 w115 a115 a125");
    seam_strand_free(strand);
}

/* ---- death ------------------------------------------------------------------------------------------------------------------ */

static void test_killed(void)
{
    Loop *loop = world();
    Walker walker = {"a", 10, 3};
    SeamStrand *strand = seam_strand_start(&(SeamStrandOptions){.main = walk, .owner = &walker});

    begin_diary();
    loop_wait(loop, 15, NULL);
    seam_strand_kill(strand);
    CHECK(seam_strand_is_over(strand));
    loop_wait(loop, 100, NULL);
    CHECK_TEXT(diary.text, "a10");
    seam_strand_free(strand);
}

/* A client that says a word and waits for an answer that never comes. */
typedef struct {
    uv_tcp_t tcp;
    uv_connect_t request;
    bool is_connected;
} Client;

static void on_connected(uv_connect_t *request, int status)
{
    Client *client = request->data;
    uv_buf_t word = uv_buf_init((char *)"word", 4);

    CHECK_INTEGER(status, 0);
    CHECK_INTEGER(uv_try_write((uv_stream_t *)&client->tcp, &word, 1), 4);
    client->is_connected = true;
}

static bool never(void *owner)
{
    (void)owner;
    return false;
}

static void talk(void *owner)
{
    Client *client = owner;
    Loop *loop = loop_new();
    struct sockaddr_in address;

    uv_tcp_init(loop_uv(loop), &client->tcp);
    client->request.data = client;
    uv_ip4_addr("127.0.0.1", PORT, &address);
    uv_tcp_connect(&client->request, &client->tcp, (struct sockaddr *)&address, on_connected);
    loop_wait(loop, 1000000, NULL);
    loop_run_until(loop, never, NULL);
}

static void on_connection(void *owner, int fd)
{
    *(int *)owner = fd;
}

/* What it had sent arrives, and then its peer hears that it has gone. */
static void test_killed_while_talking(void)
{
    Loop *loop = world();
    Client client = {0};
    int fd = -1;
    char word[8];
    SeamStrand *strand;

    seam_listen("127.0.0.1", PORT, false, "mp1", on_connection, &fd);
    strand = seam_strand_start(&(SeamStrandOptions){.main = talk, .owner = &client});
    loop_wait(loop, 10, NULL);
    CHECK(client.is_connected);
    if (CHECK(fd >= 0)) {
        seam_strand_kill(strand);
        CHECK_INTEGER(read(fd, word, sizeof word), 4);
        CHECK_INTEGER(read(fd, word, sizeof word), 0);
        close(fd);
    }
    seam_unlisten("127.0.0.1", PORT, false);
    seam_strand_free(strand);
}

/* Holds a lock on a file, writes, and is killed before that is durable. */
typedef struct {
    SeamStrand *strand;
    const char *path;
    bool has_survived;
} Writer;

static void write_down(void *owner)
{
    Writer *writer = owner;
    int fd = open(writer->path, O_WRONLY | O_APPEND);

    CHECK_INTEGER(flock(fd, LOCK_EX | LOCK_NB), 0);
    CHECK_INTEGER(write(fd, "line", 4), 4);
    fsync(fd);
    writer->has_survived = true;
    /* cppcheck-suppress resourceLeak ; whoever kills the strand closes it */
}

static void on_sync(void *owner, int fd)
{
    const Writer *writer = owner;

    (void)fd;
    seam_strand_kill(writer->strand);
}

static void test_killed_while_writing(void)
{
    char path[] = "/tmp/understudy-strand-XXXXXX";
    int fd = mkstemp(path);
    Writer writer = {.path = path};

    close(fd);
    writer.strand = seam_strand_start(&(
        SeamStrandOptions){.main = write_down, .on_sync = on_sync, .owner = &writer, .file = path});
    loop_run_until(world(), is_over, writer.strand);
    CHECK(!writer.has_survived);
    fd = open(path, O_RDONLY);
    CHECK_INTEGER(lseek(fd, 0, SEEK_END), 4);
    CHECK_INTEGER(flock(fd, LOCK_EX | LOCK_NB), 0); /* the lock went with it */
    close(fd);
    unlink(path);
    seam_strand_free(writer.strand);
}

TEST_SUITE("sim/seam/strand", {"turns", test_turns}, {"frozen", test_frozen},
           {"killed", test_killed}, {"killed while talking", test_killed_while_talking},
           {"killed while writing", test_killed_while_writing});
