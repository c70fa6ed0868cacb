/*
 * tests/tools/kill_at.c - SIGKILLs the engine at an exact place: a library to be preloaded, for tests/acceptance/up_kill_test.sh.
 *
 * KILL_AT names the place, by the journal (docs/journal.md) and a step's id:
 *
 *     after intent FO5     the line is on disk, nothing was done yet
 *     sent 2 FO5           after the intent, two messages have left for the network; no answer was read
 *     before outcome FO5   what was to be done is done, and the journal does not know
 *     torn outcome FO5     half of the line is on disk
 *     after outcome FO5    the line is on disk, the next step has not begun
 *
 * A test that watches the journal from outside and then kills would hit another place on every machine.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

ssize_t write(int fd, const void *bytes, size_t length);
ssize_t send(int fd, const void *bytes, size_t length, int flags);
ssize_t sendmsg(int fd, const struct msghdr *message, int flags);
int fsync(int fd);

typedef ssize_t RealWrite(int fd, const void *bytes, size_t length);
typedef ssize_t RealSend(int fd, const void *bytes, size_t length, int flags);
typedef ssize_t RealSendmsg(int fd, const struct msghdr *message, int flags);
typedef int RealFsync(int fd);

typedef struct {
    char when[16]; /* after, before, torn, sent */
    char type[16]; /* intent, outcome */
    char step[16];
    int messages; /* sent: how many */
} Place;

/* A preloaded function can be handed nothing, so these are global. */
static bool line_is_written, intent_is_written;
static int messages_sent;

static void *next(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);

    if (!function)
        abort();
    return function;
}

static bool read_place(Place *place)
{
    const char *text = getenv("KILL_AT");

    *place = (Place){.type = "intent"};
    if (!text)
        return false;
    if (sscanf(text, "sent %d %15s", &place->messages, place->step) == 2) {
        strcpy(place->when, "sent");
        return true;
    }
    return sscanf(text, "%15s %15s %15s", place->when, place->type, place->step) == 3;
}

static bool is_line(const Place *place, const char *bytes, size_t length)
{
    char type[32], step[32];

    snprintf(type, sizeof type, "{\"type\":\"%s\"", place->type);
    snprintf(step, sizeof step, "\"step\":\"%s\"", place->step);
    return memmem(bytes, length, type, strlen(type)) == bytes &&
           memmem(bytes, length, step, strlen(step)) != NULL;
}

static bool is_socket(int fd)
{
    struct stat there;

    return fstat(fd, &there) == 0 && S_ISSOCK(there.st_mode);
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

static void count_message(int fd)
{
    Place place;

    if (intent_is_written && is_socket(fd) && read_place(&place) &&
        ++messages_sent == place.messages)
        die();
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    RealWrite *real = (RealWrite *)next("write");
    Place place;
    ssize_t written;

    if (!read_place(&place) || !is_line(&place, bytes, length)) {
        written = real(fd, bytes, length);
        count_message(fd);
        return written;
    }
    if (strcmp(place.when, "before") == 0)
        die();
    if (strcmp(place.when, "torn") == 0) {
        real(fd, bytes, length / 2);
        die();
    }
    line_is_written = strcmp(place.when, "after") == 0;
    intent_is_written = strcmp(place.when, "sent") == 0;
    return real(fd, bytes, length);
}

ssize_t send(int fd, const void *bytes, size_t length, int flags)
{
    RealSend *real = (RealSend *)next("send");
    ssize_t sent = real(fd, bytes, length, flags);

    count_message(fd);
    return sent;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    RealSendmsg *real = (RealSendmsg *)next("sendmsg");
    ssize_t sent = real(fd, message, flags);

    count_message(fd);
    return sent;
}

int fsync(int fd)
{
    RealFsync *real = (RealFsync *)next("fsync");
    int failed = real(fd);

    if (line_is_written)
        die();
    return failed;
}
