/*
 * engine/looks/elastic.c - whether the estate's Elasticsearch is there, and in what health.
 *
 * Source: Elasticsearch reference 8, GET / and GET /_cluster/health.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/observations.h"

enum { TIMEOUT_MS = 6000, HOST_ROOM = 256 };

/* "https://es.example.com:9200" -> "es.example.com"; an address in brackets loses them. */
static bool host_of(const char *url, char out_host[HOST_ROOM], Error *err)
{
    const char *start = strstr(url, "://");
    size_t length;

    start = start ? start + 3 : url;
    if (*start == '[')
        length = strcspn(++start, "]");
    else
        length = strcspn(start, ":/");
    if (length == 0 || length >= HOST_ROOM)
        return error_set(err, ERR_INPUT, "elasticsearch.url: %s has no host", url);
    memcpy(out_host, start, length);
    out_host[length] = '\0';
    return true;
}

static bool find_address(Operation *operation, char out_ip[64], Error *err)
{
    const char *address = operation->environment->elastic.address;
    char host[HOST_ROOM];
    DnsServerAddress known;

    if (!address && !host_of(operation->environment->elastic.url, host, err))
        return false;
    address = address ? address : host;
    if (!dns_address_parse(address, &known, NULL))
        return see_ip(operation, address, out_ip, err);
    snprintf(out_ip, 64, "%s", known.ip);
    return true;
}

static bool ask(Operation *operation, const char *ip, const char *path, cJSON **out_json,
                Error *err)
{
    HttpsTrust trust = {.ca_pem = operation->elastic_ca_pem};
    char *url = memory_format("%s%s", operation->environment->elastic.url, path);
    HttpsReply reply = {0};
    bool ok = https_call(operation->https,
                         &(HttpsRequest){.method = "GET",
                                         .url = url,
                                         .connect_to = ip,
                                         .user = operation->elastic_password
                                                     ? operation->environment->elastic.user
                                                     : NULL,
                                         .password = operation->elastic_password,
                                         .trust = &trust,
                                         .timeout_ms = TIMEOUT_MS},
                         &reply, err);

    if (ok && reply.status != 200)
        ok = error_set(err,
                       reply.status == 401 || reply.status == 403 ? ERR_DENIED : ERR_UNAVAILABLE,
                       "%s: HTTP %d", path, reply.status);
    ok = ok && json_parse(reply.body.data, reply.body.length, out_json, err);
    https_reply_release(&reply);
    free(url);
    return ok;
}

bool see_elastic(Operation *operation, ElasticView *out, Error *err)
{
    cJSON *info = NULL, *health = NULL;
    char ip[64];
    bool ok = find_address(operation, ip, err) && ask(operation, ip, "/", &info, err) &&
              ask(operation, ip, "/_cluster/health", &health, err);

    *out = (ElasticView){0};
    if (ok) {
        snprintf(out->version, sizeof out->version, "%s",
                 json_string_or(info, "version/number", "?"));
        snprintf(out->health, sizeof out->health, "%s", json_string_or(health, "status", "?"));
        out->shards = json_integer_or(health, "active_primary_shards", 0);
    }
    cJSON_Delete(info);
    cJSON_Delete(health);
    return ok || error_wrap(err, "Elasticsearch");
}
