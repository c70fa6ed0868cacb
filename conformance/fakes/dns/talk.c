/*
 * conformance/fakes/dns/talk.c - bytes to a name server and what comes back.
 *
 * All goes well: the socket is connected, the pieces go out one after the other, as many answers come as are expected. Goes
 * otherwise: silence for too long, or the server closes; either is an answer too. The descriptor is ours and libuv watches it.
 */
#include "conformance/fakes/dns/talk.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <sys/socket.h>

#include "base/memory.h"

enum {
    MESSAGE_MAX = 65536,
    SILENCE_MS = 800,
    PATIENCE_MS = 5000,
    LINGER_MS = 60,
    PIECE_MS = 30,
    PREFIX_SIZE = 2
};

typedef struct {
    const WireTarget *target;
    const WireTalk *talk;
    WireAnswers *answers;
    uv_poll_t poll;
    int fd;
    size_t piece, sent; /* of talk->bytes */
    Buffer incoming;    /* TCP: what is no whole message yet */
    Timer *patience, *next;
    bool is_over;
} Talk;

static void watch(Talk *talk, int events);

static void give_up(void *owner)
{
    ((Talk *)owner)->is_over = true;
}

/* ---- answers ---------------------------------------------------------------------------------- */

static void add_answer(Talk *talk, const void *bytes, size_t length)
{
    WireAnswers *answers = talk->answers;

    MEMORY_GROW(answers->items, answers->count, answers->capacity);
    answers->items[answers->count] = (Buffer){0};
    buffer_add(&answers->items[answers->count++], bytes, length);
    if (talk->talk->has_no_end)
        timer_start(talk->patience, LINGER_MS);
    else if (answers->count >= talk->talk->expected)
        talk->is_over = true;
}

static void add_stream(Talk *talk, const void *bytes, size_t length)
{
    Buffer *incoming = &talk->incoming;

    buffer_add(incoming, bytes, length);
    while (incoming->length >= PREFIX_SIZE) {
        const uint8_t *prefix = (const uint8_t *)incoming->data;
        size_t size = (size_t)prefix[0] << 8 | prefix[1];

        if (incoming->length - PREFIX_SIZE < size)
            return;
        add_answer(talk, prefix + PREFIX_SIZE, size);
        buffer_eat(incoming, PREFIX_SIZE + size);
    }
}

static void read_some(Talk *talk)
{
    char bytes[MESSAGE_MAX];
    ssize_t length = recv(talk->fd, bytes, sizeof bytes, 0);

    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (length < 0 || (length == 0 && talk->talk->is_tcp)) {
        talk->answers->is_unreachable = length < 0 && errno == ECONNREFUSED;
        talk->answers->is_closed = true;
        talk->is_over = true;
    } else if (talk->talk->is_tcp) {
        add_stream(talk, bytes, (size_t)length);
    } else {
        add_answer(talk, bytes, (size_t)length);
    }
}

/* ---- sending ---------------------------------------------------------------------------------- */

/* How far the piece that is due reaches. */
static size_t piece_end(const Talk *talk)
{
    size_t end = 0;

    for (size_t i = 0; i <= talk->piece; i++) {
        if (i == WIRE_PIECES_MAX || talk->talk->pieces[i] == 0)
            return talk->talk->bytes->length;
        end += talk->talk->pieces[i];
    }
    return end < talk->talk->bytes->length ? end : talk->talk->bytes->length;
}

static void send_some(Talk *talk)
{
    const Buffer *bytes = talk->talk->bytes;
    size_t end = piece_end(talk);
    ssize_t sent = send(talk->fd, bytes->data + talk->sent, end - talk->sent, MSG_NOSIGNAL);

    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
        talk->answers->is_unreachable = errno == ECONNREFUSED;
        talk->answers->is_closed = true;
        talk->is_over = true;
        return;
    }
    talk->sent += sent > 0 ? (size_t)sent : 0;
    if (talk->sent < end)
        return;
    if (end < bytes->length)
        timer_start(talk->next, PIECE_MS);
    watch(talk, UV_READABLE);
}

static void on_piece_due(void *owner)
{
    Talk *talk = owner;

    talk->piece++;
    watch(talk, UV_READABLE | UV_WRITABLE);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    Talk *talk = poll->data;

    if (status < 0 || (events & UV_READABLE) != 0)
        read_some(talk);
    if (!talk->is_over && (events & UV_WRITABLE) != 0)
        send_some(talk);
}

static void watch(Talk *talk, int events)
{
    uv_poll_start(&talk->poll, events, on_ready);
}

/* ---- the whole -------------------------------------------------------------------------------- */

static bool is_over(void *owner)
{
    const Talk *talk = owner;

    return talk->is_over || (talk->target->stop && *talk->target->stop);
}

static bool dial(Talk *talk)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(talk->target->port)};
    int kind = talk->talk->is_tcp ? SOCK_STREAM : SOCK_DGRAM;

    inet_pton(AF_INET, talk->target->ip, &address.sin_addr);
    talk->fd = socket(AF_INET, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert(talk->fd >= 0 && "a descriptor");
    if (connect(talk->fd, (struct sockaddr *)&address, sizeof address) == 0 || errno == EINPROGRESS)
        return true;
    talk->answers->is_unreachable = true;
    close(talk->fd);
    return false;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void hang_up(Talk *talk)
{
    timer_free(talk->patience);
    timer_free(talk->next);
    buffer_release(&talk->incoming);
    uv_close((uv_handle_t *)&talk->poll, on_closed);
    close(talk->fd);
}

void wire_talk(const WireTarget *target, const WireTalk *say, WireAnswers *out_answers)
{
    Talk *talk = MEMORY_NEW(Talk);

    *out_answers = (WireAnswers){0};
    *talk = (Talk){.target = target, .talk = say, .answers = out_answers};
    if (!dial(talk)) {
        free(talk);
        return;
    }
    uv_poll_init(loop_uv(target->loop), &talk->poll, talk->fd);
    talk->poll.data = talk;
    talk->patience = timer_new(target->loop, give_up, talk);
    talk->next = timer_new(target->loop, on_piece_due, talk);
    timer_start(talk->patience, say->is_patient || say->is_tcp ? PATIENCE_MS : SILENCE_MS);
    watch(talk, UV_WRITABLE);
    loop_run_until(target->loop, is_over, talk);
    hang_up(talk);
}

void wire_answers_release(WireAnswers *answers)
{
    for (size_t i = 0; i < answers->count; i++)
        buffer_release(&answers->items[i]);
    free(answers->items);
    *answers = (WireAnswers){0};
}
