/*
 * fakes/elastic/elastic.c - as much of Elasticsearch as is asked by who wants to know whether it is there.
 */
#include "fakes/elastic/elastic.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "base/memory.h"
#include "fakes/net/http.h"

struct Elastic {
    ElasticOptions options;
    HttpConnections connections;
};

static const char JSON[] = "application/json";

/* json is owned. */
static void answer_json(HttpExchange *exchange, int status, cJSON *json)
{
    char *text = json_text(json);

    http_header(exchange, "X-elastic-product", "Elasticsearch");
    http_answer(exchange, status, JSON, text, strlen(text));
    free(text);
    cJSON_Delete(json);
}

static void answer_error(HttpExchange *exchange, int status, const char *type, const char *reason)
{
    cJSON *json = cJSON_CreateObject();

    json_put_string(json, "error/type", type);
    json_put_string(json, "error/reason", reason);
    json_put_integer(json, "status", status);
    answer_json(exchange, status, json);
}

static void answer_info(HttpExchange *exchange)
{
    cJSON *json = cJSON_CreateObject();

    json_put_string(json, "name", "tsb-elastic-es-data-node-0");
    json_put_string(json, "cluster_name", "tsb-elastic");
    json_put_string(json, "version/number", "8.13.4");
    json_put_string(json, "tagline", "You Know, for Search");
    answer_json(exchange, 200, json);
}

static void answer_health(const Elastic *elastic, HttpExchange *exchange)
{
    cJSON *json = cJSON_CreateObject();

    json_put_string(json, "cluster_name", "tsb-elastic");
    json_put_string(json, "status", elastic->options.health);
    json_put_bool(json, "timed_out", false);
    json_put_integer(json, "number_of_nodes", 2);
    json_put_integer(json, "number_of_data_nodes", 1);
    json_put_integer(json, "active_primary_shards", elastic->options.shards);
    json_put_integer(json, "active_shards", elastic->options.shards);
    answer_json(exchange, 200, json);
}

static bool is_authenticated(const Elastic *elastic, const HttpExchange *exchange)
{
    static const char BASIC[] = "Basic ";
    const char *given = http_request_header(exchange, "Authorization");
    char *pair = memory_format("%s:%s", elastic->options.user, elastic->options.password);
    char *wanted = json_base64(pair, strlen(pair));
    bool is = given && strncasecmp(given, BASIC, strlen(BASIC)) == 0 &&
              strcmp(given + strlen(BASIC), wanted) == 0;

    free(wanted);
    free(pair);
    return is;
}

static void handle(void *owner, HttpExchange *exchange)
{
    const Elastic *elastic = owner;
    const char *path = http_path(exchange);

    if (!is_authenticated(elastic, exchange))
        answer_error(exchange, 401, "security_exception", "missing or wrong credentials");
    else if (strcmp(http_method(exchange), "GET") != 0)
        answer_error(exchange, 405, "method_not_allowed", "only GET is answered here");
    else if (strcmp(path, "/") == 0)
        answer_info(exchange);
    else if (strcmp(path, "/_cluster/health") == 0)
        answer_health(elastic, exchange);
    else
        answer_error(exchange, 404, "index_not_found_exception", "no such index");
}

static void fail(void *owner, HttpExchange *exchange, const Fault *fault)
{
    (void)owner;
    answer_error(exchange, fault->code, "injected", fault->text ? fault->text : "injected failure");
}

static void on_request(void *owner, HttpExchange *exchange)
{
    Elastic *elastic = owner;
    const FaultCall call = {
        .point = "elastic.request",
        .site = elastic->options.site,
        .verb = http_method(exchange),
        .resource = http_path(exchange),
    };

    http_with_faults(exchange, elastic->options.faults, &call, handle, fail, elastic);
}

Elastic *elastic_new(const ElasticOptions *options)
{
    Elastic *elastic = MEMORY_NEW(Elastic);

    elastic->options = *options;
    return elastic;
}

void elastic_accept(void *owner, int fd)
{
    Elastic *elastic = owner;

    http_serve(fd, &(HttpOptions){.loop = elastic->options.loop,
                                  .trace = elastic->options.trace,
                                  .tls = elastic->options.tls,
                                  .handler = on_request,
                                  .owner = elastic,
                                  .connections = &elastic->connections});
}

void elastic_free(Elastic *elastic)
{
    if (!elastic)
        return;
    http_reset_all(&elastic->connections);
    free(elastic);
}
