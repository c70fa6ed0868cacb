/*
 * conformance/fakes/call.c - one HTTP request said exactly as a recorded client said it, and its answer to the last header.
 *
 * All goes well: call_start hands the request to libcurl's multi handle, which asks for sockets to be watched and for a timer;
 * both call back into step, until the transfer is over. Goes wrong: whoever waits has had enough, or frees it.
 */
#include "conformance/fakes/call.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "base/memory.h"

enum { CONNECTIONS = 16 };

struct Caller {
    Loop *loop;
    CURLM *multi;
    Timer *timer;
    const bool *stop;
};

struct Call {
    Caller *caller;
    CURL *easy;
    struct curl_slist *said, *connect_to;
    char *sent;
    Buffer headers, body; /* headers: "name: value", each with a NUL after it */
    char text[CURL_ERROR_SIZE];
    Timer *deadline;
    size_t lines, lines_wanted;
    bool is_over, is_late;
    CURLcode result;
};

/* ---- libcurl on the loop ---------------------------------------------------------------------------------------- */

/* A socket that libcurl asked to have watched; goes with its libuv handle. */
typedef struct {
    uv_poll_t poll;
    Caller *caller;
    curl_socket_t fd;
} Watch;

static void step(Caller *caller, curl_socket_t fd, int events)
{
    int running, left;
    CURLMsg *message;

    curl_multi_socket_action(caller->multi, fd, events, &running);
    while ((message = curl_multi_info_read(caller->multi, &left)) != NULL) {
        Call *call = NULL;

        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&call);
        call->result = message->data.result;
        call->is_over = true;
        curl_multi_remove_handle(caller->multi, call->easy);
    }
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    Watch *watch = poll->data;
    int what = (events & UV_READABLE ? CURL_CSELECT_IN : 0) |
               (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0);

    step(watch->caller, watch->fd, status < 0 ? CURL_CSELECT_ERR : what);
}

static void on_watch_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static Watch *watch_new(Caller *caller, curl_socket_t fd)
{
    Watch *watch = MEMORY_NEW(Watch);
    int failed = uv_poll_init(loop_uv(caller->loop), &watch->poll, fd);

    assert(failed == 0);
    (void)failed;
    watch->poll.data = watch;
    watch->caller = caller;
    watch->fd = fd;
    curl_multi_assign(caller->multi, fd, watch);
    return watch;
}

static int watch_socket(CURL *easy, curl_socket_t fd, int what, void *owner, void *known)
{
    Watch *watch = known;
    int events = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (watch)
            uv_close((uv_handle_t *)&watch->poll, on_watch_closed);
        curl_multi_assign(((Caller *)owner)->multi, fd, NULL);
        return 0;
    }
    uv_poll_start(&(watch ? watch : watch_new(owner, fd))->poll, events, on_ready);
    return 0;
}

static int set_timer(CURLM *multi, long ms, void *owner)
{
    Caller *caller = owner;

    (void)multi;
    if (ms < 0)
        timer_stop(caller->timer);
    else
        timer_start(caller->timer, ms);
    return 0;
}

static void on_timer(void *owner)
{
    step(owner, CURL_SOCKET_TIMEOUT, 0);
}

Caller *caller_new(Loop *loop, const bool *stop)
{
    Caller *caller = MEMORY_NEW(Caller);

    curl_global_init(CURL_GLOBAL_DEFAULT);
    caller->loop = loop;
    caller->stop = stop;
    caller->timer = timer_new(loop, on_timer, caller);
    caller->multi = curl_multi_init();
    assert(caller->multi != NULL);
    curl_multi_setopt(caller->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    curl_multi_setopt(caller->multi, CURLMOPT_SOCKETDATA, caller);
    curl_multi_setopt(caller->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(caller->multi, CURLMOPT_TIMERDATA, caller);
    curl_multi_setopt(caller->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    curl_multi_setopt(caller->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS);
    return caller;
}

void caller_free(Caller *caller)
{
    if (!caller)
        return;
    curl_multi_cleanup(caller->multi);
    timer_free(caller->timer);
    free(caller);
    curl_global_cleanup();
}

/* ---- a call ----------------------------------------------------------------------------------------------------- */

static size_t on_body(char *bytes, size_t one, size_t length, void *owner)
{
    Call *call = owner;

    (void)one;
    for (size_t i = 0; i < length; i++)
        call->lines += bytes[i] == '\n';
    buffer_add(&call->body, bytes, length);
    return length;
}

static size_t on_header(char *bytes, size_t one, size_t length, void *owner)
{
    Call *call = owner;
    size_t kept = length;

    (void)one;
    while (kept && strchr("\r\n \t", bytes[kept - 1]))
        kept--;
    if (kept > 5 && strncmp(bytes, "HTTP/", 5) == 0)
        buffer_clear(&call->headers); /* those of a 100 Continue do not count */
    else if (kept) {
        buffer_add(&call->headers, bytes, kept);
        buffer_add_byte(&call->headers, 0);
    }
    return length;
}

static void say(Call *call, const char *line)
{
    struct curl_slist *longer = curl_slist_append(call->said, line);

    assert(longer != NULL);
    call->said = longer;
}

/* What libcurl would say by itself is left out unless the request says it. */
static void set_headers(Call *call, const CallRequest *request)
{
    static const char *const OWN[] = {"Accept:", "Content-Type:", "Expect:"};

    for (size_t i = 0; request->headers[i]; i++) {
        say(call, request->headers[i]);
        if (strncasecmp(request->headers[i], "Accept-Encoding: gzip", 21) == 0)
            curl_easy_setopt(call->easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    }
    for (size_t own = 0; own < sizeof OWN / sizeof *OWN; own++) {
        bool is_said = false;

        for (size_t i = 0; request->headers[i]; i++)
            is_said = is_said || strncasecmp(request->headers[i], OWN[own], strlen(OWN[own])) == 0;
        if (!is_said)
            say(call, OWN[own]);
    }
    curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->said);
}

static void set_blob(CURL *easy, CURLoption option, const char *pem)
{
    struct curl_blob blob = {.len = pem ? strlen(pem) : 0, .flags = CURL_BLOB_COPY};

    if (!pem)
        return;
    memcpy(&blob.data, &pem, sizeof pem); /* libcurl only reads, but its field is not const */
    curl_easy_setopt(easy, option, &blob);
}

static void set_trust(CURL *easy, const HttpsTrust *trust)
{
    if (!trust)
        return;
    set_blob(easy, CURLOPT_CAINFO_BLOB, trust->ca_pem);
    set_blob(easy, CURLOPT_SSLCERT_BLOB, trust->client_certificate_pem);
    set_blob(easy, CURLOPT_SSLKEY_BLOB, trust->client_key_pem);
    if (trust->ca_pem) /* else the system's authorities would be trusted as well */
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    if (trust->is_insecure) {
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
}

static void set_address(Call *call, const char *connect_to)
{
    char *entry;

    if (!connect_to)
        return;
    entry = memory_format(strchr(connect_to, ':') ? "::[%s]:" : "::%s:", connect_to);
    call->connect_to = curl_slist_append(NULL, entry);
    curl_easy_setopt(call->easy, CURLOPT_CONNECT_TO, call->connect_to);
    free(entry);
}

static void set_request(Call *call, const CallRequest *request)
{
    CURL *easy = call->easy;

    curl_easy_setopt(easy, CURLOPT_URL, request->url);
    if (request->body) {
        call->sent = memory_text_of(request->body, request->body_length);
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call->sent);
    }
    if (strcmp(request->method, "HEAD") == 0)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
}

static void set_behaviour(Call *call)
{
    CURL *easy = call->easy;

    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->text);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
}

static void on_deadline(void *owner)
{
    ((Call *)owner)->is_late = true;
}

Call *call_start(Caller *caller, const CallRequest *request)
{
    Call *call = MEMORY_NEW(Call);

    call->caller = caller;
    call->easy = curl_easy_init();
    assert(call->easy != NULL);
    call->deadline = timer_new(caller->loop, on_deadline, call);
    set_behaviour(call);
    set_trust(call->easy, request->trust);
    set_address(call, request->connect_to);
    set_request(call, request);
    set_headers(call, request);
    curl_multi_add_handle(caller->multi, call->easy);
    return call;
}

void call_free(Call *call)
{
    if (!call)
        return;
    if (!call->is_over)
        curl_multi_remove_handle(call->caller->multi, call->easy);
    curl_easy_cleanup(call->easy);
    curl_slist_free_all(call->said);
    curl_slist_free_all(call->connect_to);
    buffer_release(&call->headers);
    buffer_release(&call->body);
    timer_free(call->deadline);
    free(call->sent);
    free(call);
}

static bool is_enough(void *owner)
{
    const Call *call = owner;
    const bool *stop = call->caller->stop;

    bool has_enough =
        call->lines_wanted ? call->lines >= call->lines_wanted : call->headers.length > 0;

    return call->is_over || call->is_late || has_enough || (stop && *stop);
}

void call_wait(Call *call, size_t lines, int64_t timeout_ms)
{
    call->is_late = false;
    call->lines_wanted = lines;
    timer_start(call->deadline, timeout_ms);
    loop_run_until(call->caller->loop, is_enough, call);
    timer_stop(call->deadline);
}

bool call_is_over(const Call *call)
{
    return call->is_over;
}

const char *call_error(const Call *call)
{
    if (!call->is_over || call->result == CURLE_OK)
        return NULL;
    return call->text[0] ? call->text : curl_easy_strerror(call->result);
}

int call_status(const Call *call)
{
    long status = 0;

    curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
    return (int)status;
}

const char *call_header(const Call *call, const char *name, size_t index)
{
    size_t length = strlen(name);
    const char *end = call->headers.data + call->headers.length;

    for (const char *line = call->headers.data; line && line < end; line += strlen(line) + 1) {
        if (strncasecmp(line, name, length) == 0 && line[length] == ':' && index-- == 0)
            return line + length + 1 + strspn(line + length + 1, " ");
    }
    return NULL;
}

const Buffer *call_body(const Call *call)
{
    return &call->body;
}

Buffer *call_words(Call *call, bool of_body)
{
    return of_body ? &call->body : &call->headers;
}
