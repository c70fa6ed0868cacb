/*
 * engine/clients/kubeconfig_address.c - URLs of a kubeconfig, with addresses in place of names.
 */
#include "engine/clients/kubeconfig_address.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <curl/curl.h>

static bool is_ip_address(const char *text)
{
    struct in6_addr address;

    return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1;
}

static bool resolve(const char *name, Arena *arena, const char **out_ip, Error *err)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
    struct addrinfo *found = NULL;
    char ip[INET6_ADDRSTRLEN + 16] = "";
    int failed = getaddrinfo(name, NULL, &hints, &found);

    if (failed == 0)
        failed =
            getnameinfo(found->ai_addr, found->ai_addrlen, ip, sizeof ip, NULL, 0, NI_NUMERICHOST);
    if (found != NULL)
        freeaddrinfo(found);
    if (failed != 0)
        return error_set(err, ERR_UNAVAILABLE, "the name %s does not resolve: %s", name,
                         gai_strerror(failed));
    *out_ip = arena_text(arena, ip);
    return true;
}

/* A URL's host without the brackets around an IPv6 address. */
static const char *host_of(CURLU *url, Arena *arena)
{
    char *host = NULL;
    const char *bare;
    size_t length;

    if (curl_url_get(url, CURLUPART_HOST, &host, 0) != CURLUE_OK)
        return NULL;
    length = strlen(host);
    if (length > 2 && host[0] == '[')
        bare = arena_text_of(arena, host + 1, length - 2);
    else
        bare = arena_text(arena, host);
    curl_free(host);
    return bare;
}

bool kubeconfig_address_of(const char *url, Arena *arena, const char **out_ip, Error *err)
{
    CURLU *parsed = curl_url();
    const char *host = NULL;

    assert(parsed != NULL);
    *out_ip = NULL;
    if (curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK)
        host = host_of(parsed, arena);
    curl_url_cleanup(parsed);
    if (host == NULL)
        return error_set(err, ERR_INPUT, "not a URL");
    return is_ip_address(host) || resolve(host, arena, out_ip, err);
}

/* Rewrites what has to be another; false if the URL is none or of a kind that cannot be used. */
static bool rewrite_proxy(CURLU *url, Arena *arena, const char **out_ip, Error *err)
{
    char *scheme = NULL;
    const char *host = host_of(url, arena), *ip = host;
    bool is_http, is_https, is_socks;

    if (host == NULL || curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK)
        return error_set(err, ERR_INPUT, "not a URL");
    is_http = strcmp(scheme, "http") == 0;
    is_https = strcmp(scheme, "https") == 0;
    is_socks = strcmp(scheme, "socks5") == 0 || strcmp(scheme, "socks5h") == 0;
    curl_free(scheme);
    if (!is_http && !is_https && !is_socks)
        return error_set(err, ERR_INPUT, "a proxy is reached by http, https or socks5");
    if (!is_ip_address(host) && !resolve(host, arena, &ip, err))
        return false;
    if (is_socks)
        curl_url_set(url, CURLUPART_SCHEME, "socks5h", CURLU_NON_SUPPORT_SCHEME);
    if (ip != host && is_https)
        *out_ip = ip;
    else if (ip != host)
        curl_url_set(url, CURLUPART_HOST,
                     strchr(ip, ':') != NULL ? arena_format(arena, "[%s]", ip) : ip, 0);
    return true;
}

bool kubeconfig_address_proxy(const char *url, Arena *arena, const char **out_url,
                              const char **out_ip, Error *err)
{
    CURLU *parsed = curl_url();
    char *text = NULL;
    bool ok = false;

    assert(parsed != NULL);
    *out_ip = NULL;
    if (curl_url_set(parsed, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
        error_set(err, ERR_INPUT, "not a URL");
    else
        ok = rewrite_proxy(parsed, arena, out_ip, err);
    if (ok && curl_url_get(parsed, CURLUPART_URL, &text, 0) == CURLUE_OK)
        *out_url = arena_text(arena, text);
    curl_free(text);
    curl_url_cleanup(parsed);
    return ok;
}
