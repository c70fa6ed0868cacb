/*
 * tests/fakes/net/client.c - real clients (libcurl, bare sockets) on the same thread as the server under test.
 */
#include "tests/fakes/net/client.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/memory.h"

enum { TIMEOUT_MS = 10 * 1000 };

void client_init(Client *client, Loop *loop, const char *host, uint16_t port, const Pki *ca)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
    *client = (Client){.loop = loop,
                       .multi = curl_multi_init(),
                       .host = host,
                       .ip = "127.0.0.1",
                       .port = port,
                       .ca = ca};
}

void client_release(Client *client)
{
    curl_multi_cleanup(client->multi);
    *client = (Client){0};
}

static size_t collect(char *bytes, size_t size, size_t count, void *buffer)
{
    buffer_add(buffer, bytes, size * count);
    return size * count;
}

static struct curl_blob blob(const char *pem)
{
    return (struct curl_blob){.data = (void *)pem, .len = strlen(pem), .flags = CURL_BLOB_COPY};
}

static void set_tls(CURL *easy, const Client *client)
{
    struct curl_blob ca = blob(pki_ca_pem(client->ca));

    curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &ca);
    if (client->certificate != NULL) {
        struct curl_blob certificate = blob(certificate_pem(client->certificate));
        struct curl_blob key = blob(certificate_key_pem(client->certificate));

        curl_easy_setopt(easy, CURLOPT_SSLCERT_BLOB, &certificate);
        curl_easy_setopt(easy, CURLOPT_SSLKEY_BLOB, &key);
    }
}

static void set_request(CURL *easy, const ClientRequest *request)
{
    if (request->body != NULL) {
        size_t length = request->body_length > 0 ? request->body_length : strlen(request->body);

        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body);
    }
    if (request->method != NULL && strcmp(request->method, "HEAD") == 0)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    else if (request->method != NULL)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
    if (request->user_password != NULL)
        curl_easy_setopt(easy, CURLOPT_USERPWD, request->user_password);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                     request->timeout_ms > 0 ? request->timeout_ms : (long)TIMEOUT_MS);
}

/* Turns curl and the loop by turns until the transfer is over. */
static CURLcode transfer(Client *client, CURL *easy, const ClientRequest *request,
                         const ClientReply *reply)
{
    bool is_told = request->on_answered == NULL;
    CURLMsg *message = NULL;
    CURLcode code;
    int left;

    curl_multi_add_handle(client->multi, easy);
    while (message == NULL) {
        curl_multi_perform(client->multi, &left);
        if (!is_told && reply->head.length > 0) {
            is_told = true;
            request->on_answered(request->owner);
        }
        message = curl_multi_info_read(client->multi, &left);
        if (message == NULL)
            loop_wait(client->loop, 1, NULL);
    }
    code = message->data.result;
    curl_multi_remove_handle(client->multi, easy);
    return code;
}

void client_fetch(Client *client, const ClientRequest *request, ClientReply *reply)
{
    CURL *easy = curl_easy_init();
    char *url = memory_format("%s://%s:%u%s", client->ca != NULL ? "https" : "http", client->host,
                              client->port, request->path);
    char *to = memory_format("::%s:%u", client->ip, client->port);
    struct curl_slist *connect_to = curl_slist_append(NULL, to);
    struct curl_slist *headers = NULL;

    *reply = (ClientReply){0};
    for (size_t i = 0; request->headers != NULL && request->headers[i] != NULL; i++)
        headers = curl_slist_append(headers, request->headers[i]);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, connect_to);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                     client->wants_http2 ? (long)CURL_HTTP_VERSION_2TLS
                                         : (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &reply->body);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, collect);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &reply->head);
    if (client->ca != NULL)
        set_tls(easy, client);
    set_request(easy, request);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    reply->code = transfer(client, easy, request, reply);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &reply->status);
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &reply->new_connections);
    buffer_add(&reply->body, "", 0); /* so that it reads as a string even if nothing came */
    buffer_add(&reply->head, "", 0);

    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
    curl_slist_free_all(connect_to);
    free(to);
    free(url);
}

void client_reply_release(ClientReply *reply)
{
    buffer_release(&reply->head);
    buffer_release(&reply->body);
}

/* ---- bare sockets ---------------------------------------------------------------------------------- */

int raw_connect(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int result;

    assert(fd >= 0);
    result = connect(fd, (struct sockaddr *)&address, sizeof address);
    assert(result == 0 || errno == EINPROGRESS);
    return fd;
}

int raw_pair(int *out_server_end)
{
    int ends[2];
    int result = socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends);

    assert(result == 0);
    *out_server_end = ends[1];
    return ends[0];
}

void raw_send(Loop *loop, int fd, const void *bytes, size_t length)
{
    const char *at = bytes;

    for (int turns = 0; length > 0 && turns < TIMEOUT_MS; turns++) {
        ssize_t sent = send(fd, at, length, MSG_NOSIGNAL);

        if (sent > 0) {
            at += sent;
            length -= (size_t)sent;
        } else if (errno != EAGAIN && errno != ENOTCONN) {
            return;
        }
        loop_wait(loop, length > 0 ? 1 : 0, NULL);
    }
}

/* One read. 1: something came; 0: the end; -1: see errno. */
static int read_once(int fd, Buffer *received)
{
    char bytes[64 * 1024];
    ssize_t length = recv(fd, bytes, sizeof bytes, 0);

    if (length > 0)
        buffer_add(received, bytes, (size_t)length);
    return length > 0 ? 1 : (int)length;
}

bool raw_read_until(Loop *loop, int fd, const char *text, int wait_ms, Buffer *received)
{
    for (int waited = 0; waited <= wait_ms;) {
        int result = read_once(fd, received);

        if (received->length > 0 &&
            memmem(received->data, received->length, text, strlen(text)) != NULL)
            return true;
        if (result == 0 || (result < 0 && errno != EAGAIN && errno != ENOTCONN))
            return false;
        if (result < 0) {
            loop_wait(loop, 1, NULL);
            waited++;
        }
    }
    return false;
}

int raw_read_to_end(Loop *loop, int fd, int wait_ms, Buffer *received)
{
    for (int waited = 0; waited <= wait_ms;) {
        int result = read_once(fd, received);

        if (result == 0)
            return 0;
        if (result < 0 && errno != EAGAIN && errno != ENOTCONN)
            return errno;
        if (result < 0) {
            loop_wait(loop, 1, NULL);
            waited++;
        }
    }
    return EAGAIN;
}
