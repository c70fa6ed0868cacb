/*
 * engine/clients/https_transfer.c - one request as libcurl sees it: how it is set up, and how its end is read.
 */
#include "engine/clients/https_transfer.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/memory.h"

enum { TIMEOUT_MS = 30000 };

/* ---- where it goes ---------------------------------------------------------------------------- */

/* The parts of a request's URL that decide where it goes; texts belong to libcurl. */
typedef struct {
    CURLU *url;
    char *scheme, *host, *port;
} Target;

static void target_release(Target *target)
{
    curl_free(target->scheme);
    curl_free(target->host);
    curl_free(target->port);
    curl_url_cleanup(target->url);
}

static bool target_parse(Target *target, const char *url, Error *err)
{
    CURLUcode failed;

    target->url = curl_url();
    assert(target->url != NULL);
    failed = curl_url_set(target->url, CURLUPART_URL, url, CURLU_PATH_AS_IS);
    if (failed == CURLUE_OK)
        failed = curl_url_get(target->url, CURLUPART_SCHEME, &target->scheme, 0);
    if (failed == CURLUE_OK)
        failed = curl_url_get(target->url, CURLUPART_HOST, &target->host, 0);
    if (failed == CURLUE_OK)
        failed = curl_url_get(target->url, CURLUPART_PORT, &target->port, CURLU_DEFAULT_PORT);
    if (failed != CURLUE_OK)
        return error_set(err, ERR_INPUT, "\"%s\" is not a URL: %s", url, curl_url_strerror(failed));
    assert(target->scheme != NULL && target->host != NULL && target->port != NULL);
    if (strcmp(target->scheme, "https") != 0 && strcmp(target->scheme, "http") != 0)
        return error_set(err, ERR_INPUT, "\"%s\": only https and http can be spoken", url);
    return true;
}

/* The host without the brackets that a URL puts around an IPv6 address. */
static void bare_host(const char *host, char *out_host, size_t size)
{
    size_t length;

    assert(host != NULL);
    length = strlen(host);
    if (length > 2 && host[0] == '[') {
        host += 1;
        length -= 2;
    }
    if (length >= size)
        length = size - 1;
    memcpy(out_host, host, length);
    out_host[length] = '\0';
}

static bool is_ip_address(const char *text)
{
    struct in6_addr address;

    return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1;
}

static void append(struct curl_slist **list, const char *text)
{
    struct curl_slist *longer = curl_slist_append(*list, text);

    assert(longer != NULL);
    *list = longer;
}

static void append_connect_to(HttpsTransfer *transfer, const char *host, const char *port)
{
    bool is_v6 = strchr(host, ':') != NULL;
    char *entry = memory_format("::%s%s%s:%s", is_v6 ? "[" : "", host, is_v6 ? "]" : "", port);

    append(&transfer->connect_to, entry);
    free(entry);
    curl_easy_setopt(transfer->easy, CURLOPT_CONNECT_TO, transfer->connect_to);
}

static void describe_peer(HttpsTransfer *transfer, const char *host, const char *ip,
                          const char *port)
{
    if (ip == NULL)
        snprintf(transfer->peer, sizeof transfer->peer, "%.200s:%s", host, port);
    else if (strcmp(host, ip) == 0)
        snprintf(transfer->peer, sizeof transfer->peer, "%.60s:%s", ip, port);
    else
        snprintf(transfer->peer, sizeof transfer->peer, "%.200s (%.60s:%s)", host, ip, port);
}

/*
 * The address comes from the caller or from the URL, never from a resolver: libcurl's would start a thread, which
 * neither simulated time nor a deadline survives. A proxy resolves names by itself.
 */
static bool set_address(HttpsTransfer *transfer, const HttpsRequest *request, const Target *target,
                        Error *err)
{
    char host[256], port[8];
    const char *ip = request->connect_to;

    bare_host(target->host, host, sizeof host);
    snprintf(port, sizeof port, "%s", target->port);
    if (request->connect_port != 0)
        snprintf(port, sizeof port, "%u", (unsigned)request->connect_port);
    if (ip == NULL && is_ip_address(host))
        ip = host;
    if (ip == NULL && request->proxy == NULL)
        return error_set(err, ERR_INPUT,
                         "%s is a name, and names are not resolved here: give the address to "
                         "connect to",
                         host);
    if (ip != NULL && !is_ip_address(ip))
        return error_set(err, ERR_INPUT, "\"%s\" is not an IP address to connect to", ip);
    if (ip != NULL)
        append_connect_to(transfer, ip, port);
    else if (request->trust != NULL && request->trust->server_name != NULL)
        append_connect_to(
            transfer, host,
            port); /* the URL will say the other name, which the proxy must not look up */
    describe_peer(transfer, host, ip, port);
    return true;
}

/* libcurl takes the name to verify from the URL, so another name goes there and the old one in Host. */
static bool set_server_name(HttpsTransfer *transfer, Target *target, const char *server_name,
                            Error *err)
{
    bool is_default_port = target->port != NULL && strcmp(target->port, "443") == 0;
    char *host = memory_format("Host: %s%s%s", target->host, is_default_port ? "" : ":",
                               is_default_port ? "" : target->port);

    append(&transfer->headers, host);
    free(host);
    if (curl_url_set(target->url, CURLUPART_HOST, server_name, 0) != CURLUE_OK)
        return error_set(err, ERR_INPUT, "\"%s\" is not a server name", server_name);
    return true;
}

static bool set_url(HttpsTransfer *transfer, const HttpsRequest *request, Error *err)
{
    Target target = {0};
    const char *server_name = request->trust != NULL ? request->trust->server_name : NULL;
    char *url = NULL;
    bool ok = false;

    if (!target_parse(&target, request->url, err))
        goto done;
    if (!set_address(transfer, request, &target, err))
        goto done;
    if (server_name != NULL && !set_server_name(transfer, &target, server_name, err))
        goto done;
    if (curl_url_get(target.url, CURLUPART_URL, &url, 0) != CURLUE_OK) {
        error_set(err, ERR_INPUT, "\"%s\" is not a URL", request->url);
        goto done;
    }
    curl_easy_setopt(transfer->easy, CURLOPT_URL, url);
    ok = true;

done:
    curl_free(url);
    target_release(&target);
    return ok;
}

/* As if that name had been looked up already. */
static void set_proxy_address(HttpsTransfer *transfer, const char *host, const char *port,
                              const char *ip)
{
    char *entry = memory_format("%s:%s:%s", host, port, ip);

    append(&transfer->resolved, entry);
    free(entry);
    curl_easy_setopt(transfer->easy, CURLOPT_RESOLVE, transfer->resolved);
}

/* libcurl reaches a proxy without a port in its URL at 1080, but at 443 one that speaks TLS. */
static bool set_proxy_host(HttpsTransfer *transfer, const HttpsRequest *request, Target *target,
                           Error *err)
{
    char host[256] = "";

    if (curl_url_set(target->url, CURLUPART_URL, request->proxy, CURLU_NON_SUPPORT_SCHEME) ==
            CURLUE_OK &&
        curl_url_get(target->url, CURLUPART_HOST, &target->host, 0) == CURLUE_OK)
        bare_host(target->host, host, sizeof host);
    if (is_ip_address(host))
        return true;
    if (host[0] == '\0' || request->proxy_connect_to == NULL)
        return error_set(err, ERR_INPUT, "the proxy has to be given by its IP address, not as %s",
                         host[0] != '\0' ? host : "something that is no URL");
    if (curl_url_get(target->url, CURLUPART_PORT, &target->port, CURLU_DEFAULT_PORT) != CURLUE_OK)
        return error_set(err, ERR_INPUT, "the proxy %s has no port", host);
    set_proxy_address(transfer, host, target->port, request->proxy_connect_to);
    return true;
}

/* A proxy is named by its address for the same reason. "" keeps libcurl from asking the environment. */
static bool set_proxy(HttpsTransfer *transfer, const HttpsRequest *request, Error *err)
{
    const char *proxy = request->proxy;
    Target target = {.url = curl_url()};
    bool ok;

    assert(target.url != NULL);
    curl_easy_setopt(transfer->easy, CURLOPT_PROXY, proxy != NULL ? proxy : "");
    curl_easy_setopt(transfer->easy, CURLOPT_NOPROXY, "");
    curl_easy_setopt(transfer->easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    ok = proxy == NULL || set_proxy_host(transfer, request, &target, err);
    target_release(&target);
    return ok;
}

/* ---- what is trusted -------------------------------------------------------------------------- */

static void set_blob(CURL *easy, CURLoption option, const char *pem)
{
    struct curl_blob blob = {.len = strlen(pem), .flags = CURL_BLOB_COPY};

    memcpy(&blob.data, &pem, sizeof pem); /* libcurl only reads, but its field is not const */
    curl_easy_setopt(easy, option, &blob);
}

static void set_trust(CURL *easy, const HttpsTrust *trust)
{
    if (trust == NULL)
        return;
    if (trust->ca_pem != NULL) {
        set_blob(easy, CURLOPT_CAINFO_BLOB, trust->ca_pem);
        /* A proxy that speaks TLS may be of the cluster's authority, as for kubectl, or of one that everybody knows. */
        set_blob(easy, CURLOPT_PROXY_CAINFO_BLOB, trust->ca_pem);
        /* Else the system's folder of authorities, libcurl's default, would be trusted as well. */
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
    if (trust->client_certificate_pem != NULL)
        set_blob(easy, CURLOPT_SSLCERT_BLOB, trust->client_certificate_pem);
    if (trust->client_key_pem != NULL)
        set_blob(easy, CURLOPT_SSLKEY_BLOB, trust->client_key_pem);
    if (trust->is_insecure) {
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
}

/* ---- what is said ----------------------------------------------------------------------------- */

static bool add_header(HttpsTransfer *transfer, const char *name, const char *value, Error *err)
{
    char *line;

    if (value == NULL)
        return true;
    if (strpbrk(value, "\r\n") != NULL)
        return error_set(err, ERR_INPUT, "the value for %s holds a line break", name);
    line = memory_format("%s %s", name, value);
    append(&transfer->headers, line);
    free(line);
    return true;
}

static bool set_headers(HttpsTransfer *transfer, const HttpsRequest *request, Error *err)
{
    if (!add_header(transfer, "Accept:",
                    request->accept != NULL ? request->accept : "application/json", err) ||
        !add_header(transfer, "Content-Type:", request->content_type, err) ||
        !add_header(transfer, "Authorization: Bearer", request->bearer_token, err))
        return false;
    for (const char *const *line = request->headers; line != NULL && *line != NULL; line++)
        append(&transfer->headers, *line);
    append(&transfer->headers, "Expect:"); /* no waiting for 100 Continue */
    curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers);
    if (request->user != NULL) {
        curl_easy_setopt(transfer->easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(transfer->easy, CURLOPT_USERNAME, request->user);
        curl_easy_setopt(transfer->easy, CURLOPT_PASSWORD,
                         request->password != NULL ? request->password : "");
    }
    return true;
}

static size_t on_send(char *bytes, size_t one, size_t room, void *owner)
{
    HttpsTransfer *transfer = owner;
    size_t left = strlen(transfer->unsent), length = left < one * room ? left : one * room;

    memcpy(bytes, transfer->unsent, length);
    transfer->unsent += length;
    return length;
}

/*
 * On a kept connection that turns out to be dead, libcurl sends the request again by itself: for one that changes something that
 * may be twice, and nobody would know. It cannot where it would have to read the body anew, so it reads it from us and
 * is given no way back. (A DELETE without a body may go twice: the second finds nothing.)
 */
static void set_body(HttpsTransfer *transfer, const char *body)
{
    CURL *easy = transfer->easy;

    transfer->body = memory_text(body);
    transfer->unsent = transfer->body;
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(body));
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_send);
    curl_easy_setopt(easy, CURLOPT_READDATA, transfer);
}

static void set_method(HttpsTransfer *transfer, const HttpsRequest *request)
{
    CURL *easy = transfer->easy;
    bool is_head = strcmp(request->method, "HEAD") == 0;

    transfer->is_read = is_head || strcmp(request->method, "GET") == 0 || request->changes_nothing;
    if (is_head)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    if (request->body != NULL || strcmp(request->method, "POST") == 0)
        set_body(transfer, request->body != NULL ? request->body : "");
    if (!is_head)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
}

/* ---- what comes back -------------------------------------------------------------------------- */

static size_t on_body(char *bytes, size_t one, size_t length, void *owner)
{
    HttpsTransfer *transfer = owner;

    (void)one;
    if (transfer->reply.body.length + length > HTTPS_BODY_MAX) {
        transfer->is_too_long = true;
        return 0;
    }
    buffer_add(&transfer->reply.body, bytes, length);
    return length;
}

/* Seconds, or a date; what is neither counts as absent. */
static int64_t parse_retry_after(const char *value)
{
    char *end;
    long seconds = strtol(value, &end, 10);
    int64_t at_ms, ms = 0;

    if (end != value && *end == '\0')
        ms = seconds > 0 && seconds < 86400 ? (int64_t)seconds * 1000 : 0;
    else if (clock_parse(value, &at_ms))
        ms = at_ms - clock_wall_ms();
    return ms > 0 ? ms : 0;
}

static void take_header(HttpsReply *reply, const char *line)
{
    int64_t date_ms;

    if (strncasecmp(line, "Retry-After: ", 13) == 0)
        reply->retry_after_ms = parse_retry_after(line + 13);
    else if (strncasecmp(line, "Date: ", 6) == 0 && clock_parse(line + 6, &date_ms))
        reply->date_ms = date_ms;
}

static size_t on_header(char *bytes, size_t one, size_t length, void *owner)
{
    HttpsTransfer *transfer = owner;
    char line[128];
    size_t kept = length < sizeof line ? length : sizeof line - 1;

    (void)one;
    memcpy(line, bytes, kept);
    while (kept > 0 && strchr("\r\n \t", line[kept - 1]) != NULL)
        kept--;
    line[kept] = '\0';
    take_header(&transfer->reply, line);
    return length;
}

/* ---- the whole -------------------------------------------------------------------------------- */

static void set_behaviour(HttpsTransfer *transfer, const char *user_agent)
{
    CURL *easy = transfer->easy;

    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, NULL);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, user_agent);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->text);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    /* The deadline is the client's own timer; libcurl's default of 300 s to connect must not come before it. */
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(transfer->timeout_ms + 1000));
}

bool https_transfer_init(HttpsTransfer *transfer, const HttpsRequest *request,
                         const char *user_agent, Error *err)
{
    transfer->easy = curl_easy_init();
    assert(transfer->easy != NULL);
    transfer->timeout_ms = request->timeout_ms > 0 ? request->timeout_ms : TIMEOUT_MS;
    set_behaviour(transfer, user_agent);
    set_trust(transfer->easy, request->trust);
    set_method(transfer, request);
    return set_url(transfer, request, err) && set_proxy(transfer, request, err) &&
           set_headers(transfer, request, err);
}

void https_transfer_release(HttpsTransfer *transfer)
{
    curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->headers);
    curl_slist_free_all(transfer->connect_to);
    curl_slist_free_all(transfer->resolved);
    https_reply_release(&transfer->reply);
    free(transfer->body);
}
