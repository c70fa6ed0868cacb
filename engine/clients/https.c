/*
 * engine/clients/https.c - HTTP/1.1 requests by libcurl on the process's loop, each with a deadline of its own.
 *
 * All goes well: https_start hands a transfer to libcurl's multi handle, which asks for sockets to be watched (watch_socket) and
 * for a timer (set_timer); both call back into it (step), until it says that a transfer is done. https_finish runs the
 * loop until then. Goes wrong: the call's own timer fires first (on_deadline) and takes the transfer from libcurl; or
 * the person wants to stop.
 */
#include "engine/clients/https.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/clients/https_transfer.h"

enum { CONNECTIONS_PER_HOST = 2, CONNECTIONS = 64 };

struct HttpsClient {
    Loop *loop;
    CURLM *multi;
    Timer *timer;
    char *user_agent;
    const bool *stop;
    size_t calls; /* started and not finished */
};

struct HttpsCall {
    HttpsClient *client;
    HttpsTransfer transfer;
    Timer *deadline;
    bool is_done;
    CURLcode result;
    Error error; /* code other than ERR_NONE: it never began */
};

/* A socket that libcurl asked to have watched; goes with its libuv handle. */
typedef struct {
    uv_poll_t poll;
    HttpsClient *client;
    curl_socket_t fd;
} Watch;

static void call_end(HttpsCall *call, CURLcode result)
{
    curl_multi_remove_handle(call->client->multi, call->transfer.easy);
    timer_stop(call->deadline);
    call->result = result;
    call->is_done = true;
}

/* Lets libcurl do what it can, then collects what it has finished. */
static void step(HttpsClient *client, curl_socket_t fd, int events)
{
    int running, left;
    CURLMsg *message;

    curl_multi_socket_action(client->multi, fd, events, &running);
    while ((message = curl_multi_info_read(client->multi, &left)) != NULL) {
        HttpsCall *call = NULL;
        CURLcode result = message->data.result; /* the message goes with the handle's removal */

        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&call);
        call_end(call, result);
    }
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    Watch *watch = poll->data;
    int what = (events & UV_READABLE ? CURL_CSELECT_IN : 0) |
               (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0);

    step(watch->client, watch->fd, status < 0 ? CURL_CSELECT_ERR : what);
}

static void on_watch_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static Watch *watch_new(HttpsClient *client, curl_socket_t fd)
{
    Watch *watch = MEMORY_NEW(Watch);
    int failed = uv_poll_init(loop_uv(client->loop), &watch->poll, fd);

    assert(failed == 0);
    (void)failed;
    watch->poll.data = watch;
    watch->client = client;
    watch->fd = fd;
    curl_multi_assign(client->multi, fd, watch);
    return watch;
}

static int watch_socket(CURL *easy, curl_socket_t fd, int what, void *owner, void *known)
{
    Watch *watch = known;

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (watch != NULL)
            uv_close((uv_handle_t *)&watch->poll, on_watch_closed);
        curl_multi_assign(((HttpsClient *)owner)->multi, fd, NULL);
        return 0;
    }
    if (watch == NULL)
        watch = watch_new(owner, fd);
    uv_poll_start(&watch->poll,
                  (what & CURL_POLL_IN ? UV_READABLE : 0) |
                      (what & CURL_POLL_OUT ? UV_WRITABLE : 0),
                  on_ready);
    return 0;
}

static int set_timer(CURLM *multi, long ms, void *owner)
{
    HttpsClient *client = owner;

    (void)multi;
    if (ms < 0)
        timer_stop(client->timer);
    else
        timer_start(client->timer, ms);
    return 0;
}

static void on_timer(void *owner)
{
    step(owner, CURL_SOCKET_TIMEOUT, 0);
}

HttpsClient *https_client_new(Loop *loop, const char *user_agent)
{
    HttpsClient *client = MEMORY_NEW(HttpsClient);
    CURLcode failed = curl_global_init(CURL_GLOBAL_DEFAULT);

    assert(failed == CURLE_OK);
    (void)failed;
    client->loop = loop;
    client->user_agent = memory_text(user_agent);
    client->timer = timer_new(loop, on_timer, client);
    client->multi = curl_multi_init();
    assert(client->multi != NULL);
    curl_multi_setopt(client->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    curl_multi_setopt(client->multi, CURLMOPT_SOCKETDATA, client);
    curl_multi_setopt(client->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(client->multi, CURLMOPT_TIMERDATA, client);
    curl_multi_setopt(client->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    curl_multi_setopt(client->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)CONNECTIONS_PER_HOST);
    curl_multi_setopt(client->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)CONNECTIONS);
    /* Unset, libcurl keeps four per running transfer, which is too few for one who asks many hosts in turn. */
    curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS);
    return client;
}

void https_client_free(HttpsClient *client)
{
    if (client == NULL)
        return;
    assert(client->calls == 0 && "a call was started and not finished");
    curl_multi_cleanup(client->multi);
    timer_free(client->timer);
    free(client->user_agent);
    free(client);
    curl_global_cleanup();
}

void https_client_stop_on(HttpsClient *client, const bool *stop)
{
    client->stop = stop;
}

static void on_deadline(void *owner)
{
    call_end(owner, CURLE_OPERATION_TIMEDOUT);
}

HttpsCall *https_start(HttpsClient *client, const HttpsRequest *request)
{
    HttpsCall *call = MEMORY_NEW(HttpsCall);

    call->client = client;
    call->deadline = timer_new(client->loop, on_deadline, call);
    client->calls++;
    if (!https_transfer_init(&call->transfer, request, client->user_agent, &call->error)) {
        call->is_done = true;
        return call;
    }
    curl_easy_setopt(call->transfer.easy, CURLOPT_PRIVATE, call);
    timer_start(call->deadline, call->transfer.timeout_ms);
    curl_multi_add_handle(client->multi, call->transfer.easy);
    return call;
}

bool https_is_done(const HttpsCall *call)
{
    return call->is_done;
}

static bool is_over(void *owner)
{
    const HttpsCall *call = owner;
    const bool *stop = call->client->stop;

    return call->is_done || (stop != NULL && *stop);
}

void https_give_up(HttpsCall *call)
{
    if (!call->is_done)
        call_end(call, CURLE_ABORTED_BY_CALLBACK);
}

static bool fail_stopped(const HttpsCall *call, Error *err)
{
    bool is_open = !call->transfer.is_read && https_transfer_was_sent(&call->transfer);

    return error_set(err, ERR_STOPPED, "stopped while waiting for %s%s", call->transfer.peer,
                     is_open ? "; the request was sent and may have been carried out" : "");
}

static void call_free(HttpsCall *call)
{
    timer_free(call->deadline);
    https_transfer_release(&call->transfer);
    call->client->calls--;
    free(call);
}

bool https_finish(HttpsCall *call, HttpsReply *out_reply, Error *err)
{
    bool ok;

    memset(out_reply, 0, sizeof *out_reply);
    loop_run_until(call->client->loop, is_over, call);
    https_give_up(call);
    if (call->error.code != ERR_NONE)
        ok = error_set(err, call->error.code, "%s", call->error.message);
    else if (call->result == CURLE_ABORTED_BY_CALLBACK)
        ok = fail_stopped(call, err);
    else
        ok = https_transfer_end(&call->transfer, call->result, out_reply, err);
    call_free(call);
    return ok;
}

bool https_call(HttpsClient *client, const HttpsRequest *request, HttpsReply *out_reply, Error *err)
{
    return https_finish(https_start(client, request), out_reply, err);
}

void https_reply_release(HttpsReply *reply)
{
    buffer_release(&reply->body);
    memset(reply, 0, sizeof *reply);
}
