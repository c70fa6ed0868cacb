/*
 * fakes/dns/route53/server.c - Amazon Route 53's API for one hosted zone.
 *
 * A request is asked about at the fault points, then checked: its signature, its path; then it is answered in one piece.
 */
#include "fakes/dns/route53/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/dns/route53/answers.h"

enum { ITEMS_MAX = 300 };

struct Route53Server {
    Route53Options options;
    HostedZone *hosted;
    HttpConnections connections;
};

typedef enum { PATH_UNKNOWN, PATH_ZONE, PATH_RECORDS, PATH_CHANGE } PathKind;

typedef struct {
    PathKind kind;
    char id[64];
} Path;

static Path path_of(const HttpExchange *exchange)
{
    static const struct {
        const char *format;
        PathKind kind;
    } FORMS[] = {
        {"/2013-04-01/hostedzone/%63[^/]/rrset%n",  PATH_RECORDS},
        {"/2013-04-01/hostedzone/%63[^/]/rrset/%n", PATH_RECORDS},
        {"/2013-04-01/hostedzone/%63[^/]%n",        PATH_ZONE   },
        {"/2013-04-01/change/%63[^/]%n",            PATH_CHANGE },
    };
    const char *text = http_path(exchange);
    Path path = {.kind = PATH_UNKNOWN};

    for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS; i++) {
        int length = 0;

        if (sscanf(text, FORMS[i].format, path.id, &length) == 1 && length > 0 &&
            text[length] == '\0') {
            path.kind = FORMS[i].kind;
            return path;
        }
    }
    return path;
}

/* ---- answers ---------------------------------------------------------------------------------- */

/* Consumes text. */
static void answer(HttpExchange *exchange, int status, Buffer *text)
{
    http_answer(exchange, status, "text/xml", text->data, text->length);
    buffer_release(text);
}

static void answer_error(HttpExchange *exchange, int status, const char *code, const char *message)
{
    Buffer text = {0};

    route53_write_error(&text, code, message);
    answer(exchange, status, &text);
}

static void answer_zone(Route53Server *server, HttpExchange *exchange)
{
    Buffer text = {0};

    route53_write_zone(&text, server->options.zone_id, server->options.zone);
    answer(exchange, 200, &text);
}

static void answer_list(Route53Server *server, HttpExchange *exchange)
{
    const char *name = http_parameter(exchange, "name"),
               *most = http_parameter(exchange, "maxitems");
    size_t limit = most != NULL ? strtoul(most, NULL, 10) : ITEMS_MAX;
    Buffer text = {0};

    route53_write_list(&text, hosted_zone_view(server->hosted), name != NULL ? name : "",
                       limit < ITEMS_MAX ? limit : ITEMS_MAX);
    answer(exchange, 200, &text);
}

static void answer_change(Route53Server *server, HttpExchange *exchange, const char *id)
{
    Buffer text = {0};
    bool is_in_sync;

    if (!hosted_zone_is_in_sync(server->hosted, id, &is_in_sync)) {
        answer_error(exchange, 404, "NoSuchChange", "there is no such change");
        return;
    }
    route53_write_change(&text, "GetChangeResponse", id, is_in_sync);
    answer(exchange, 200, &text);
}

static void change(Route53Server *server, HttpExchange *exchange)
{
    bool is_pretended = http_fault(exchange)->kind == FAULT_DROP;
    Route53Batch batch;
    size_t length;
    const char *body = http_body(exchange, &length);
    int64_t delay_ms = is_pretended ? -1 : server->options.delay(server->options.self);
    Buffer text = {0};
    char id[16];
    Error why;

    if (!route53_batch_read(http_arena(exchange), body, length, &batch, &why)) {
        answer_error(exchange, 400, "InvalidInput", why.message);
        return;
    }
    if (!hosted_zone_change(server->hosted, &batch, delay_ms, id, &why)) {
        answer_error(exchange, 400, "InvalidChangeBatch", why.message);
        return;
    }
    if (is_pretended)
        http_witness(exchange, "took the change and will never show it");
    route53_write_change(&text, "ChangeResourceRecordSetsResponse", id, false);
    answer(exchange, 200, &text);
}

static void answer_known(Route53Server *server, HttpExchange *exchange, const Path *path)
{
    bool is_get = strcmp(http_method(exchange), "GET") == 0;

    if (path->kind == PATH_CHANGE && is_get)
        answer_change(server, exchange, path->id);
    else if (path->kind != PATH_UNKNOWN && strcmp(path->id, server->options.zone_id) != 0)
        answer_error(exchange, 404, "NoSuchHostedZone", "no hosted zone with that id");
    else if (path->kind == PATH_ZONE && is_get)
        answer_zone(server, exchange);
    else if (path->kind == PATH_RECORDS && is_get)
        answer_list(server, exchange);
    else if (path->kind == PATH_RECORDS && strcmp(http_method(exchange), "POST") == 0)
        change(server, exchange);
    else
        answer_error(exchange, 404, "UnknownOperationException", "there is no such operation");
}

/* ---- requests --------------------------------------------------------------------------------- */

static const char *header_of(void *owner, const char *name)
{
    return http_request_header(owner, name);
}

static const char *refusal(const Route53Server *server, HttpExchange *exchange)
{
    size_t length;
    const char *body = http_body(exchange, &length);
    AwsRequest request = {.method = http_method(exchange),
                          .path = http_path(exchange),
                          .query = http_query(exchange),
                          .body =
                              arena_text_of(http_arena(exchange), body != NULL ? body : "", length),
                          .header = header_of,
                          .owner = exchange};

    return aws_signature_refusal(http_arena(exchange), &request, &server->options.key, "us-east-1",
                                 "route53", clock_wall_ms());
}

static void handle(void *owner, HttpExchange *exchange)
{
    Route53Server *server = owner;
    const char *refused = refusal(server, exchange);
    Path path = path_of(exchange);

    if (refused != NULL)
        answer_error(exchange, 403, refused, "the request is not signed by a key that is known");
    else
        answer_known(server, exchange, &path);
}

/* An injected failure: its text is the code, "Throttling". */
static void fail(void *owner, HttpExchange *exchange, const Fault *fault)
{
    const char *usual = fault->code == 403  ? "AccessDenied"
                        : fault->code < 500 ? "Throttling"
                                            : "ServiceUnavailable";

    (void)owner;
    answer_error(exchange, fault->code, fault->text != NULL ? fault->text : usual,
                 "injected failure");
}

static void on_request(void *owner, HttpExchange *exchange)
{
    static const char *const RESOURCES[] = {[PATH_UNKNOWN] = "unknown",
                                            [PATH_ZONE] = "hostedzone",
                                            [PATH_RECORDS] = "rrset",
                                            [PATH_CHANGE] = "change"};
    Route53Server *server = owner;
    Path path = path_of(exchange);
    FaultCall call = {.point = "route53.request",
                      .site = "dns",
                      .verb = http_method(exchange),
                      .resource = RESOURCES[path.kind],
                      .name = path.id,
                      .client = "desk"};

    http_with_faults(exchange, server->options.faults, &call, handle, fail, server);
}

Route53Server *route53_server_new(const Route53Options *options)
{
    Route53Server *server = MEMORY_NEW(Route53Server);

    server->options = *options;
    server->hosted = hosted_zone_new(options->loop, options->zone);
    return server;
}

void route53_server_accept(void *owner, int fd)
{
    Route53Server *server = owner;

    http_serve(fd, &(HttpOptions){.loop = server->options.loop,
                                  .trace = server->options.trace,
                                  .tls = server->options.tls,
                                  .handler = on_request,
                                  .owner = server,
                                  .connections = &server->connections});
}

void route53_server_free(Route53Server *server)
{
    if (server == NULL)
        return;
    http_reset_all(&server->connections);
    hosted_zone_free(server->hosted);
    free(server);
}
