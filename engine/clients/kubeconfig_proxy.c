/*
 * engine/clients/kubeconfig_proxy.c - the proxy that the environment's variables name for a server, as kubectl reads them.
 */
#include "engine/clients/kubeconfig_proxy.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "base/memory.h"

/* ---- who is excepted -------------------------------------------------------------------------- */

/* An address of either kind as 16 bytes, IPv4 mapped into IPv6. */
static bool parse_ip(const char *text, uint8_t out_bytes[16])
{
    static const uint8_t MAPPED[12] = {[10] = 0xff, [11] = 0xff};

    if (inet_pton(AF_INET6, text, out_bytes) == 1)
        return true;
    memcpy(out_bytes, MAPPED, sizeof MAPPED);
    return inet_pton(AF_INET, text, out_bytes + 12) == 1;
}

static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned bits)
{
    unsigned rest = bits % 8;

    if (memcmp(a, b, bits / 8) != 0)
        return false;
    return rest == 0 || ((a[bits / 8] ^ b[bits / 8]) >> (8 - rest)) == 0;
}

static bool is_in_network(const char *network, const char *length, const uint8_t ip[16])
{
    uint8_t base[16];
    char *end;
    unsigned long bits = strtoul(length, &end, 10);

    if (!parse_ip(network, base) || *length == '\0' || *end != '\0')
        return false;
    if (strchr(network, ':') == NULL)
        bits += 96;
    return bits <= 128 && same_bits(base, ip, (unsigned)bits);
}

static bool is_below(const char *host, const char *name)
{
    size_t host_length = strlen(host), length = strlen(name);
    bool is_below_only = name[0] == '.';

    if (!is_below_only && strcasecmp(host, name) == 0)
        return true;
    if (host_length <= length || strcasecmp(host + host_length - length, name) != 0)
        return false;
    return is_below_only || host[host_length - length - 1] == '.';
}

/* Cuts "[::1]:6443" and "name:6443" apart; an address in IPv6 without brackets has no port. */
static bool split_port(char **item, uint16_t port)
{
    char *colon = strrchr(*item, ':'), *bracket = strchr(*item, ']');
    bool has_port =
        colon != NULL && (bracket != NULL ? colon > bracket : strchr(*item, ':') == colon);

    if (has_port)
        *colon = '\0';
    if ((*item)[0] == '[' && bracket != NULL) {
        *bracket = '\0';
        ++*item;
    }
    return !has_port || strtoul(colon + 1, NULL, 10) == port;
}

static bool matches(char *item, const char *host, uint16_t port)
{
    uint8_t ip[16], other[16];
    bool is_ip = parse_ip(host, ip);
    char *slash = strchr(item, '/');

    if (strcmp(item, "*") == 0)
        return true;
    if (slash != NULL) {
        *slash = '\0';
        return is_ip && is_in_network(item, slash + 1, ip);
    }
    if (!split_port(&item, port))
        return false;
    if (is_ip)
        return parse_ip(item, other) && memcmp(ip, other, sizeof ip) == 0;
    if (strncmp(item, "*.", 2) == 0)
        item++;
    return item[0] != '\0' && is_below(host, item);
}

bool kubeconfig_proxy_is_excepted(const char *list, const char *host, uint16_t port)
{
    char *items = memory_text(list), *rest = NULL;
    bool is = false;

    for (char *item = strtok_r(items, ", \t", &rest); !is && item != NULL;
         item = strtok_r(NULL, ", \t", &rest))
        is = matches(item, host, port);
    free(items);
    return is;
}

/* ---- the variables ---------------------------------------------------------------------------- */

static const char *variable(const char *const names[2], const char **out_name)
{
    for (int i = 0; i < 2; i++) {
        const char *value = getenv(names[i]);

        if (value != NULL && value[0] != '\0') {
            *out_name = names[i];
            return value;
        }
    }
    return NULL;
}

/* What is on this machine is never asked for through a proxy. */
static bool is_local(const char *host)
{
    uint8_t ip[16], here[16];

    if (!parse_ip(host, ip))
        return strcasecmp(host, "localhost") == 0;
    return (parse_ip("::1", here) && memcmp(ip, here, sizeof ip) == 0) ||
           (parse_ip("127.0.0.0", here) && same_bits(ip, here, 104));
}

static bool is_excepted(CURLU *url)
{
    static const char *const NO_PROXY[2] = {"NO_PROXY", "no_proxy"};
    const char *name, *list = variable(NO_PROXY, &name);
    char *host = NULL, *port = NULL, *bare;
    bool is = true;

    if (curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK) {
        bare = host[0] == '[' ? memory_text_of(host + 1, strlen(host) - 2) : memory_text(host);
        is = is_local(bare) ||
             (list != NULL &&
              kubeconfig_proxy_is_excepted(list, bare, (uint16_t)strtoul(port, NULL, 10)));
        free(bare);
    }
    curl_free(host);
    curl_free(port);
    return is;
}

const char *kubeconfig_proxy_of_environment(const char *server, Arena *arena,
                                            const char **out_variable)
{
    static const char *const PROXIES[2][2] = {
        {"HTTP_PROXY",  "http_proxy" },
        {"HTTPS_PROXY", "https_proxy"}
    };
    bool is_https = strncmp(server, "https:", 6) == 0;
    const char *name, *proxy = variable(PROXIES[is_https], &name);
    CURLU *url;
    bool is_wanted;

    if (proxy == NULL)
        return NULL;
    url = curl_url();
    assert(url != NULL);
    is_wanted = curl_url_set(url, CURLUPART_URL, server, 0) == CURLUE_OK && !is_excepted(url);
    curl_url_cleanup(url);
    if (!is_wanted)
        return NULL;
    *out_variable = name;
    return strstr(proxy, "://") != NULL ? arena_text(arena, proxy)
                                        : arena_format(arena, "http://%s", proxy);
}
