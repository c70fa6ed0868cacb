/*
 * tests/fakes/net/h2client.c - a bare HTTP/2 client (nghttp2 over TLS) on the same thread as the server under test.
 */
#include "tests/fakes/net/h2client.h"

#include <assert.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/memory.h"

enum { WAITS_MAX = 2000 };

static H2Stream *find(H2Client *client, int32_t id)
{
    return id > 0 && id / 2 < H2_STREAMS ? &client->streams[id / 2] : NULL;
}

/* ---- what comes in ---------------------------------------------------------------------------------- */

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
                     size_t name_length, const uint8_t *value, size_t value_length, uint8_t flags,
                     void *owner)
{
    H2Stream *stream = find(owner, frame->hd.stream_id);

    (void)session;
    (void)flags;
    (void)name_length;
    (void)value_length;
    if (strcmp((const char *)name, ":status") == 0 && strcmp((const char *)value, "100") == 0)
        stream->continued++;
    else if (strcmp((const char *)name, ":status") == 0)
        stream->status = (int)strtol((const char *)value, NULL, 10);
    buffer_format(&stream->head, "%s: %s\n", (const char *)name, (const char *)value);
    return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *bytes,
                   size_t length, void *owner)
{
    H2Stream *stream = find(owner, id);

    (void)flags;
    buffer_add(&stream->body, bytes, length);
    nghttp2_session_consume_connection(session, length);
    if (!stream->is_slow)
        nghttp2_session_consume_stream(session, id, length);
    return 0;
}

static int on_closed(nghttp2_session *session, int32_t id, uint32_t error, void *owner)
{
    H2Stream *stream = find(owner, id);

    (void)session;
    stream->is_closed = true;
    stream->error = error;
    return 0;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *owner)
{
    H2Client *client = owner;

    (void)session;
    client->goaways += frame->hd.type == NGHTTP2_GOAWAY;
    return 0;
}

static void read_tls(H2Client *client)
{
    uint8_t bytes[16 * 1024];
    int length;

    while (!client->is_over && (length = SSL_read(client->tls, bytes, sizeof bytes)) > 0)
        if (client->session != NULL)
            nghttp2_session_mem_recv(client->session, bytes, (size_t)length);
        else
            buffer_add(&client->streams[0].body, bytes, (size_t)length);
    if (client->is_over || SSL_get_error(client->tls, length) == SSL_ERROR_WANT_READ)
        return;
    client->is_over = true;
    client->is_cut = SSL_get_error(client->tls, length) != SSL_ERROR_ZERO_RETURN;
    ERR_clear_error();
}

/* ---- what goes out ---------------------------------------------------------------------------------- */

static bool may_try_again(H2Client *client, int result)
{
    int why = SSL_get_error(client->tls, result);

    ERR_clear_error();
    return why == SSL_ERROR_WANT_WRITE || why == SSL_ERROR_WANT_READ;
}

void h2_send_raw(H2Client *client, const void *bytes, size_t length)
{
    size_t written = 0;
    int result;

    while (!client->is_over && (result = SSL_write_ex(client->tls, bytes, length, &written)) != 1) {
        client->is_over = client->is_cut = !may_try_again(client, result);
        loop_wait(client->loop, 1, NULL);
    }
}

void h2_turn(H2Client *client, int ms)
{
    const uint8_t *bytes;
    ssize_t length;

    while (client->session != NULL && !client->is_over &&
           (length = nghttp2_session_mem_send(client->session, &bytes)) > 0)
        h2_send_raw(client, bytes, (size_t)length);
    loop_wait(client->loop, ms, NULL);
    read_tls(client);
}

bool h2_wait(H2Client *client, const bool *condition)
{
    for (int turns = 0; turns < WAITS_MAX && !*condition; turns++)
        h2_turn(client, 1);
    return *condition;
}

static ssize_t read_body(nghttp2_session *session, int32_t id, uint8_t *out_bytes, size_t room,
                         uint32_t *out_flags, nghttp2_data_source *source, void *owner)
{
    Buffer *body = source->ptr;
    size_t length = body->length < room ? body->length : room;

    (void)session;
    (void)id;
    (void)owner;
    memcpy(out_bytes, body->data, length);
    buffer_eat(body, length);
    if (body->length == 0) {
        *out_flags |= NGHTTP2_DATA_FLAG_EOF;
        buffer_release(body);
        free(body);
    }
    return (ssize_t)length;
}

static nghttp2_nv field(const char *name, const char *value)
{
    return (nghttp2_nv){(uint8_t *)name, (uint8_t *)value, strlen(name), strlen(value),
                        NGHTTP2_NV_FLAG_NONE};
}

H2Stream *h2_ask(H2Client *client, const H2Request *request)
{
    const nghttp2_nv head[] = {
        field(":method", request->method != NULL ? request->method : "GET"),
        field(":scheme", "https"),
        field(":authority", "mp1.test"),
        field(":path", request->path),
        field(request->name != NULL ? request->name : "", request->name ? request->value : ""),
    };
    nghttp2_data_provider body = {.read_callback = read_body};
    H2Stream *stream;
    int32_t id;

    if (request->body != NULL) {
        body.source.ptr = MEMORY_NEW(Buffer);
        buffer_add(body.source.ptr, request->body,
                   request->body_length > 0 ? request->body_length : strlen(request->body));
    }
    id = nghttp2_submit_request(client->session, NULL, head, request->name != NULL ? 5 : 4,
                                request->body != NULL ? &body : NULL, NULL);
    stream = find(client, id);
    assert(stream != NULL);
    stream->is_slow = request->is_slow;
    return stream;
}

void h2_cancel(H2Client *client, const H2Stream *stream)
{
    nghttp2_submit_rst_stream(client->session, NGHTTP2_FLAG_NONE,
                              (int32_t)(stream - client->streams) * 2 + 1, NGHTTP2_CANCEL);
}

/* ---- its beginning and end -------------------------------------------------------------------------- */

static void trust(SSL_CTX *context, const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);

    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate);
    X509_free(certificate);
    BIO_free(bio);
}

static void shake_hands(H2Client *client)
{
    int result;

    for (int turns = 0; turns < WAITS_MAX; turns++) {
        result = SSL_connect(client->tls);
        if (result == 1)
            return;
        if (SSL_get_error(client->tls, result) != SSL_ERROR_WANT_READ)
            break;
        loop_wait(client->loop, 1, NULL);
    }
    client->is_over = true;
    ERR_clear_error();
}

static void start_session(H2Client *client)
{
    nghttp2_session_callbacks *callbacks;
    nghttp2_option *option;

    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_closed);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_option_new(&option);
    nghttp2_option_set_no_auto_window_update(option, 1);
    nghttp2_session_client_new2(&client->session, callbacks, client, option);
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(client->session, NGHTTP2_FLAG_NONE, NULL, 0);
}

void h2_init(H2Client *client, Loop *loop, int fd, const Pki *ca, const char *protocols)
{
    int yes = 1;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes,
               sizeof yes); /* fails for a pair, which has no need of it */
    *client = (H2Client){.loop = loop, .fd = fd, .context = SSL_CTX_new(TLS_client_method())};
    trust(client->context, pki_ca_pem(ca));
    SSL_CTX_set_verify(client->context, SSL_VERIFY_PEER, NULL);
    client->tls = SSL_new(client->context);
    SSL_set_alpn_protos(client->tls, (const unsigned char *)protocols,
                        (unsigned int)strlen(protocols));
    SSL_set_fd(client->tls, fd);
    SSL_set_mode(client->tls, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    shake_hands(client);
    if (strcmp(protocols, "\x02h2") == 0)
        start_session(client);
}

void h2_release(H2Client *client)
{
    for (int i = 0; i < H2_STREAMS; i++) {
        buffer_release(&client->streams[i].head);
        buffer_release(&client->streams[i].body);
    }
    nghttp2_session_del(client->session);
    SSL_free(client->tls);
    SSL_CTX_free(client->context);
    close(client->fd);
}
