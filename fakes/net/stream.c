/*
 * fakes/net/stream.c - one connection: bytes between a descriptor, TLS and whoever owns it.
 *
 * All goes well (STREAM_OPEN): the poll says readable; the bytes go through TLS, if any, to on_data; what the owner
 * writes goes through TLS to the descriptor, and what the kernel does not take waits for writable. The owner closes:
 * what was written leaves first (STREAM_FLUSHING), then our half is shut and what the peer still sends is thrown away until it
 * hangs up too (STREAM_LINGERING), since closing over unread bytes would reset the connection and lose the answer on its
 * way. Then the poll is closed, and its callback tells the owner (STREAM_CLOSED).
 * Goes wrong: the peer hangs up, breaks TLS or resets: what can still be sent is sent, and it ends the same way.
 *
 * The descriptor is polled rather than given to a uv_stream_t: libuv would raise SIGPIPE, would have to be told TCP
 * from Unix sockets, and would not let us choose how the connection ends.
 */
#include "fakes/net/stream.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/sockios.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include "base/buffer.h"
#include "base/memory.h"

enum {
    RECORD_MAX = SSL3_RT_MAX_PLAIN_LENGTH,
    READ_MAX = 32 * 1024, /* bytes per turn, so that one busy peer does not starve the others */
    LINGER_MS = 1000,     /* how long a peer may leave its half open after we closed ours */
    ARRIVAL_MS = 2,       /* between two looks whether the last bytes have arrived */
    ARRIVAL_WAITS_MAX = 500,
};

typedef enum { STREAM_OPEN, STREAM_FLUSHING, STREAM_LINGERING, STREAM_CLOSED } StreamState;

struct Stream {
    uv_poll_t poll;
    int fd;
    int watched; /* the events the poll was last started with */
    Loop *loop;
    Trace *trace;
    uint32_t connection; /* in open order, for the wire digest */
    StreamEvents events;
    void *owner;
    StreamState state;
    bool is_paused, is_ended; /* is_ended: the peer sends no more */
    bool owes_drained;        /* it was asked for, and is to be called from the loop */
    bool owes_data;           /* TLS may hold bytes that came in before a pause */
    bool resets_when_flushed;
    bool is_cutting;
    size_t cut_left; /* plain bytes that may still leave, if is_cutting */
    Timer *ending;   /* while it lingers, or waits for its last bytes to arrive */
    int arrival_waits;
    Buffer outgoing; /* as on the wire, */
    size_t sent;     /* of which so much was taken by the kernel; 0 if that is all of it */
    SSL *tls;        /* NULL in clear */
    BIO *tls_in, *tls_out;
    BIO_METHOD *tls_out_method;
    Buffer early; /* plain text written before the handshake was over */
    bool is_secured;
    const char *const *protocols; /* for ALPN; may be NULL */
    char *peer_name, *peer_groups;
};

static void on_ready(uv_poll_t *poll, int status, int events);
static void reset_when_arrived(Stream *stream);

/* ---- the end ------------------------------------------------------------------------------------- */

static void on_poll_closed(uv_handle_t *handle)
{
    Stream *stream = handle->data;
    StreamEvents events = stream->events;
    void *owner = stream->owner;

    close(stream->fd);
    SSL_free(stream->tls);
    BIO_meth_free(stream->tls_out_method);
    buffer_release(&stream->outgoing);
    buffer_release(&stream->early);
    free(stream->peer_name);
    free(stream->peer_groups);
    free(stream);
    events.on_closed(owner);
}

static void clear_outgoing(Stream *stream)
{
    buffer_clear(&stream->outgoing);
    stream->sent = 0;
}

static void finish(Stream *stream)
{
    if (stream->state == STREAM_CLOSED)
        return;
    stream->state = STREAM_CLOSED;
    timer_free(stream->ending);
    clear_outgoing(stream);
    uv_close((uv_handle_t *)&stream->poll, on_poll_closed);
}

static bool is_tcp(int fd)
{
    int domain = 0;
    socklen_t length = sizeof domain;

    return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 && domain == AF_INET;
}

/* A Unix socket resets only over bytes it has not read; otherwise its peer sees a bare end, without close_notify. */
static void finish_with_reset(Stream *stream)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    if (stream->state != STREAM_CLOSED && is_tcp(stream->fd))
        setsockopt(stream->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    finish(stream);
}

static void on_linger_over(void *owner)
{
    finish(owner);
}

static void linger(Stream *stream)
{
    if (stream->is_ended || shutdown(stream->fd, SHUT_WR) != 0) {
        finish(stream);
        return;
    }
    stream->state = STREAM_LINGERING;
    stream->is_paused = false;
    stream->ending = timer_new(stream->loop, on_linger_over, stream);
    timer_start(stream->ending, LINGER_MS);
}

/* A TCP reset would take back what the peer's kernel has no room for yet; what a Unix socket took is there already. */
static bool is_on_its_way(const Stream *stream)
{
    int bytes = 0;

    return is_tcp(stream->fd) && ioctl(stream->fd, SIOCOUTQ, &bytes) == 0 && bytes > 0;
}

static void on_arrival_due(void *owner)
{
    Stream *stream = owner;

    stream->arrival_waits++;
    reset_when_arrived(stream);
}

static void reset_when_arrived(Stream *stream)
{
    if (!is_on_its_way(stream) || stream->arrival_waits >= ARRIVAL_WAITS_MAX) {
        finish_with_reset(stream);
        return;
    }
    if (stream->ending == NULL)
        stream->ending = timer_new(stream->loop, on_arrival_due, stream);
    timer_start(stream->ending, ARRIVAL_MS);
}

/* ---- going out ----------------------------------------------------------------------------------- */

/* To be told, that is. What waits for the handshake has not left. */
static bool is_drained(const Stream *stream)
{
    return stream->owes_drained && stream_unsent(stream) == 0;
}

static void watch(Stream *stream)
{
    int events = 0;

    if (stream->state == STREAM_CLOSED)
        return;
    if (!stream->is_paused && !stream->is_ended)
        events |= UV_READABLE;
    if (stream->outgoing.length > 0 || is_drained(stream) || stream->owes_data)
        events |= UV_WRITABLE;
    if (events == stream->watched)
        return;
    stream->watched = events;
    if (events == 0)
        uv_poll_stop(&stream->poll);
    else
        uv_poll_start(&stream->poll, events, on_ready);
}

/*
 * The peer is not there to read. What it sent before it left is still read, unless nobody wants to: a peer that asked and
 * hung up has asked all the same.
 */
static void lose_peer(Stream *stream)
{
    clear_outgoing(stream);
    if (stream->state != STREAM_OPEN || stream->is_paused || stream->is_ended)
        finish(stream);
}

/* How much of it the kernel takes now. False: the peer is not there. */
static bool send_now(Stream *stream, const char *bytes, size_t length, size_t *out_sent)
{
    *out_sent = 0;
    while (*out_sent < length) {
        ssize_t taken = send(stream->fd, bytes + *out_sent, length - *out_sent, MSG_NOSIGNAL);

        if (taken < 0 && errno == EINTR)
            continue;
        if (taken < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return true;
        if (taken < 0)
            return false;
        trace_wire(stream->trace, stream->connection, '>', bytes + *out_sent, (size_t)taken);
        *out_sent += (size_t)taken;
    }
    return true;
}

static void send_outgoing(Stream *stream)
{
    size_t sent;

    if (!send_now(stream, stream->outgoing.data + stream->sent,
                  stream->outgoing.length - stream->sent, &sent)) {
        lose_peer(stream);
        return;
    }
    stream->sent += sent;
    if (stream->sent == stream->outgoing.length)
        clear_outgoing(stream);
}

/* What was sent goes when it is most of it, so that no byte is moved often. */
static void add_outgoing(Stream *stream, const char *bytes, size_t length)
{
    if (stream->sent > stream->outgoing.length / 2) {
        buffer_eat(&stream->outgoing, stream->sent);
        stream->sent = 0;
    }
    buffer_add(&stream->outgoing, bytes, length);
}

/* Straight to the kernel, if nothing is before it. */
static void send_plain(Stream *stream, const char *bytes, size_t length)
{
    size_t sent = 0;

    if (stream->outgoing.length == 0 && !send_now(stream, bytes, length, &sent)) {
        lose_peer(stream);
        return;
    }
    if (sent < length)
        add_outgoing(stream, bytes + sent, length - sent);
}

static void flush(Stream *stream)
{
    send_outgoing(stream);
    if (stream->state == STREAM_FLUSHING && stream->outgoing.length == 0) {
        if (stream->resets_when_flushed)
            reset_when_arrived(stream);
        else
            linger(stream);
    }
    watch(stream);
}

/* What TLS has to say (OpenSSL's memory would be copied and cleared once more). */
static int write_outgoing(BIO *bio, const char *bytes, size_t length, size_t *out_written)
{
    add_outgoing(BIO_get_data(bio), bytes, length);
    *out_written = length;
    return 1;
}

static long control_outgoing(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

static BIO *make_outgoing(Stream *stream)
{
    BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "stream");
    BIO *bio;

    assert(method != NULL);
    BIO_meth_set_write_ex(method, write_outgoing);
    BIO_meth_set_ctrl(method, control_outgoing);
    bio = BIO_new(method);
    BIO_set_data(bio, stream);
    BIO_set_init(bio, 1);
    stream->tls_out_method = method;
    return bio;
}

/* The buffer takes everything, so a write is complete or the session is broken, and then the reader finds out. */
static void encrypt(Stream *stream, const char *bytes, size_t length)
{
    while (length > 0) {
        size_t part = length < RECORD_MAX ? length : RECORD_MAX;
        size_t written = 0;

        if (SSL_write_ex(stream->tls, bytes, part, &written) != 1) {
            ERR_clear_error();
            return;
        }
        bytes += written;
        length -= written;
    }
}

static void queue(Stream *stream, const void *bytes, size_t length)
{
    if (length == 0)
        return;
    if (stream->tls == NULL)
        send_plain(stream, bytes, length);
    else if (stream->is_secured)
        encrypt(stream, bytes, length);
    else
        buffer_add(&stream->early, bytes, length);
}

static size_t cut(Stream *stream, size_t length)
{
    if (!stream->is_cutting)
        return length;
    if (length >= stream->cut_left) {
        length = stream->cut_left;
        stream->state = STREAM_FLUSHING;
        stream->owes_data = stream->owes_drained = false;
        stream->resets_when_flushed = true;
    }
    stream->cut_left -= length;
    return length;
}

void stream_write(Stream *stream, const void *bytes, size_t length)
{
    if (stream->state != STREAM_OPEN)
        return;
    queue(stream, bytes, cut(stream, length));
    flush(stream);
}

void stream_ask_drained(Stream *stream)
{
    stream->owes_drained = stream->state == STREAM_OPEN;
    watch(stream);
}

bool stream_is_open(const Stream *stream)
{
    return stream->state == STREAM_OPEN;
}

size_t stream_unsent(const Stream *stream)
{
    return stream->outgoing.length - stream->sent + stream->early.length;
}

void stream_cut_after(Stream *stream, size_t length)
{
    stream->is_cutting = true;
    stream->cut_left = length;
    if (length == 0)
        stream_write(stream, "", 0);
}

void stream_close(Stream *stream)
{
    if (stream->state != STREAM_OPEN)
        return;
    stream->state = STREAM_FLUSHING;
    stream->owes_drained = stream->owes_data = false;
    if (stream->is_secured) {
        SSL_shutdown(stream->tls);
        ERR_clear_error();
    }
    flush(stream);
}

void stream_reset(Stream *stream)
{
    finish_with_reset(stream);
}

/* ---- coming in ----------------------------------------------------------------------------------- */

static char *subject_entries(const X509_NAME *subject, int nid)
{
    Buffer entries = {0};

    for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, nid, at)) >= 0;) {
        const ASN1_STRING *value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
        unsigned char *text = NULL;
        int length = ASN1_STRING_to_UTF8(&text, value);

        if (length < 0)
            continue;
        if (entries.length > 0)
            buffer_add_byte(&entries, ',');
        buffer_add(&entries, text, (size_t)length);
        OPENSSL_free(text);
    }
    return entries.length > 0 ? buffer_take(&entries) : NULL;
}

/* When it is valid is another question, which is asked again as time goes by. */
static bool is_trusted(long verdict)
{
    return verdict == X509_V_OK || verdict == X509_V_ERR_CERT_HAS_EXPIRED ||
           verdict == X509_V_ERR_CERT_NOT_YET_VALID;
}

static void identify_peer(Stream *stream)
{
    X509 *certificate = SSL_get0_peer_certificate(stream->tls);
    const X509_NAME *subject;

    if (certificate == NULL || !is_trusted(SSL_get_verify_result(stream->tls)))
        return;
    subject = X509_get_subject_name(certificate);
    stream->peer_name = subject_entries(subject, NID_commonName);
    stream->peer_groups = subject_entries(subject, NID_organizationName);
}

static void secure(Stream *stream)
{
    stream->is_secured = true;
    identify_peer(stream);
    encrypt(stream, stream->early.data, stream->early.length);
    buffer_release(&stream->early);
}

/* The peer sends no more; with nothing left to send to it either, this is the end. */
static void end_input(Stream *stream)
{
    stream->is_ended = true;
    if (stream->state == STREAM_LINGERING)
        finish(stream);
    else
        stream_close(stream);
}

/*
 * Hands on what TLS has ready; false once the session is over. OpenSSL keeps one queue of errors per thread, and clients in
 * this thread use it too: what they left there is not our failure, and what we leave is not theirs.
 */
static bool decrypt(Stream *stream)
{
    char plain[RECORD_MAX];

    while (stream->state == STREAM_OPEN && !stream->is_paused) {
        size_t length = 0;
        int result, why;

        ERR_clear_error();
        result = SSL_read_ex(stream->tls, plain, sizeof plain, &length);
        why = SSL_get_error(stream->tls, result); /* before anything else is asked of TLS */
        ERR_clear_error();
        if (!stream->is_secured && SSL_is_init_finished(stream->tls))
            secure(stream);
        if (result != 1)
            return why == SSL_ERROR_WANT_READ;
        stream->events.on_data(stream->owner, plain, length);
    }
    return true;
}

static void read_tls(Stream *stream)
{
    bool goes_on = decrypt(stream);

    if (stream->state == STREAM_CLOSED)
        return;
    flush(stream);
    if (!goes_on)
        stream_close(stream);
}

static void take(Stream *stream, const char *bytes, size_t length)
{
    trace_wire(stream->trace, stream->connection, '<', bytes, length);
    if (stream->state != STREAM_OPEN)
        return;
    if (stream->tls == NULL) {
        stream->events.on_data(stream->owner, bytes, length);
        return;
    }
    assert(length <= INT_MAX);
    BIO_write(stream->tls_in, bytes, (int)length);
    read_tls(stream);
}

/* One read; false if there was nothing to read. */
static bool read_some(Stream *stream)
{
    char bytes[READ_MAX];
    ssize_t length = recv(stream->fd, bytes, sizeof bytes, 0);

    if (length < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return false;
    if (length > 0) {
        take(stream, bytes, (size_t)length);
        return true;
    }
    if (length == 0)
        end_input(stream);
    else
        finish(stream);
    return false;
}

/* libuv stops polling a descriptor in error. A peer's last words may still be there to be read. */
static void read_last_words(Stream *stream)
{
    stream->watched = 0;
    while (stream->state != STREAM_CLOSED && !stream->is_paused && read_some(stream))
        ;
    finish(stream);
}

/* The descriptor is writable: also how the loop calls back for what is owed to the owner. */
static void write_more(Stream *stream)
{
    if (stream->owes_data) {
        stream->owes_data = false;
        read_tls(stream);
    }
    flush(stream);
    if (stream->state != STREAM_OPEN || !is_drained(stream))
        return;
    stream->owes_drained = false;
    watch(stream);
    stream->events.on_drained(stream->owner);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    Stream *stream = poll->data;

    if (status < 0) {
        read_last_words(stream);
        return;
    }
    if (events & UV_WRITABLE)
        write_more(stream);
    if ((events & UV_READABLE) && stream->state != STREAM_CLOSED && !stream->is_paused &&
        !stream->is_ended)
        read_some(stream);
    watch(stream);
}

void stream_pause(Stream *stream)
{
    stream->is_paused = true;
    watch(stream);
}

void stream_resume(Stream *stream)
{
    if (!stream->is_paused)
        return;
    stream->is_paused = false;
    stream->owes_data = stream->tls != NULL && stream->state == STREAM_OPEN;
    watch(stream);
}

/* ---- ALPN ---------------------------------------------------------------------------------------- */

static bool offers(const unsigned char *offered, unsigned int length, const char *protocol,
                   const unsigned char **out_text)
{
    for (unsigned int at = 0; at < length; at += 1 + offered[at])
        if (offered[at] == strlen(protocol) &&
            memcmp(offered + at + 1, protocol, offered[at]) == 0) {
            *out_text = offered + at + 1;
            return true;
        }
    return false;
}

/* The server's order decides. Who offers none of ours is told so, as Go's servers do (RFC 7301, section 3.2). */
static int on_alpn(SSL *tls, const unsigned char **out_chosen, unsigned char *out_length,
                   const unsigned char *offered, unsigned int length, void *context)
{
    const Stream *stream = SSL_get_app_data(tls);

    (void)context;
    if (stream->protocols == NULL)
        return SSL_TLSEXT_ERR_NOACK;
    for (const char *const *protocol = stream->protocols; *protocol != NULL; protocol++)
        if (offers(offered, length, *protocol, out_chosen)) {
            *out_length = (unsigned char)strlen(*protocol);
            return SSL_TLSEXT_ERR_OK;
        }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

/* OpenSSL keeps the callback with the context, which streams that offer nothing may share: each is asked for itself. */
static void offer_protocols(Stream *stream, SSL_CTX *tls)
{
    SSL_set_app_data(stream->tls, stream);
    SSL_CTX_set_alpn_select_cb(tls, on_alpn, NULL);
}

const char *stream_protocol(const Stream *stream)
{
    const unsigned char *chosen = NULL;
    unsigned int length = 0;

    if (stream->tls == NULL)
        return NULL;
    SSL_get0_alpn_selected(stream->tls, &chosen, &length);
    for (const char *const *protocol = stream->protocols; protocol && *protocol; protocol++)
        if (length == strlen(*protocol) && memcmp(chosen, *protocol, length) == 0)
            return *protocol;
    return NULL;
}

/* ---- the beginning ------------------------------------------------------------------------------- */

void stream_start_tls(Stream *stream, SSL_CTX *tls)
{
    assert(stream->tls == NULL);
    stream->tls = SSL_new(tls);
    stream->tls_in = BIO_new(BIO_s_mem());
    stream->tls_out = make_outgoing(stream);
    assert(stream->tls != NULL && stream->tls_in != NULL && stream->tls_out != NULL);
    SSL_set_bio(stream->tls, stream->tls_in, stream->tls_out);
    SSL_set_accept_state(stream->tls);
    offer_protocols(stream, tls);
}

Stream *stream_open(int fd, const StreamOptions *options, const StreamEvents *events, void *owner)
{
    Stream *stream = MEMORY_NEW(Stream);
    int yes = 1;
    int result;

    stream->fd = fd;
    stream->loop = options->loop;
    stream->trace = options->trace;
    stream->connection = trace_next_connection(options->trace);
    stream->events = *events;
    stream->owner = owner;
    stream->protocols = options->protocols;
    stream->poll.data = stream;
    if (is_tcp(fd))
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    result = uv_poll_init(loop_uv(options->loop), &stream->poll, fd);
    assert(result == 0);
    if (options->tls != NULL)
        stream_start_tls(stream, options->tls);
    watch(stream);
    return stream;
}

const char *stream_peer_name(const Stream *stream)
{
    return stream->peer_name;
}

bool stream_peer_is_valid_at(const Stream *stream, int64_t wall_ms)
{
    const X509 *certificate = stream->tls ? SSL_get0_peer_certificate(stream->tls) : NULL;
    time_t then = (time_t)(wall_ms / 1000);

    return certificate != NULL && X509_cmp_time(X509_get0_notBefore(certificate), &then) < 0 &&
           X509_cmp_time(X509_get0_notAfter(certificate), &then) > 0;
}

const char *stream_peer_groups(const Stream *stream)
{
    return stream->peer_groups;
}

bool stream_peer_address(const Stream *stream, char out_text[STREAM_ADDRESS_MAX])
{
    struct sockaddr_in address = {0};
    socklen_t length = sizeof address;

    return getpeername(stream->fd, (struct sockaddr *)&address, &length) == 0 &&
           address.sin_family == AF_INET &&
           inet_ntop(AF_INET, &address.sin_addr, out_text, STREAM_ADDRESS_MAX) != NULL;
}

SSL *stream_tls(const Stream *stream)
{
    return stream->tls;
}
