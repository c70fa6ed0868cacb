/*
 * engine/clients/route53_exchange.c - one signed request to Route 53 and its answer, with the tries that throttling costs.
 */
#include "engine/clients/route53_exchange.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/clients/sigv4.h"

enum { TIMEOUT_MS = 10000, TRIES_MAX = 4, PAUSE_MS = 500, HEADERS_MAX = 5 };

bool route53_is_id(const char *text)
{
    while (isalnum((unsigned char)*text))
        text++;
    return *text == '\0';
}

/* What an error's code means; one that is not here goes by the status. */
static const struct {
    const char *name;
    ErrorCode code;
} CODES[] = {
    {"Throttling",                  ERR_UNAVAILABLE},
    {"ThrottlingException",         ERR_UNAVAILABLE},
    {"PriorRequestNotComplete",     ERR_UNAVAILABLE},
    {"ServiceUnavailable",          ERR_UNAVAILABLE},
    {"InvalidChangeBatch",          ERR_CONFLICT   },
    {"AccessDenied",                ERR_DENIED     },
    {"AccessDeniedException",       ERR_DENIED     },
    {"ExpiredToken",                ERR_DENIED     },
    {"IncompleteSignature",         ERR_DENIED     },
    {"InvalidClientTokenId",        ERR_DENIED     },
    {"MissingAuthenticationToken",  ERR_DENIED     },
    {"OptInRequired",               ERR_DENIED     },
    {"RequestExpired",              ERR_DENIED     },
    {"SignatureDoesNotMatch",       ERR_DENIED     },
    {"UnrecognizedClientException", ERR_DENIED     },
};

static ErrorCode code_of(const char *name, int status)
{
    for (size_t i = 0; i < sizeof CODES / sizeof *CODES; i++)
        if (strcmp(CODES[i].name, name) == 0)
            return CODES[i].code;
    if (status == 401 || status == 403)
        return ERR_DENIED;
    return status == 429 || status >= 500 ? ERR_UNAVAILABLE : ERR_INVALID;
}

/*
 * <ErrorResponse><Error><Code/><Message/></Error></ErrorResponse>, or <InvalidChangeBatch><Messages><Message/>...; what comes from
 * somebody in between is neither.
 */
static bool fail(const XmlNode *root, int status, Error *err)
{
    bool is_batch = root != NULL && strcmp(root->name, "InvalidChangeBatch") == 0;
    const char *name = is_batch ? root->name : xml_text(root, "Error/Code");
    const char *message =
        is_batch ? xml_text(root, "Messages/Message") : xml_text(root, "Error/Message");
    char plain[201];
    size_t length = 0;

    for (; message[length] != '\0' && length + 1 < sizeof plain; length++)
        plain[length] = isprint((unsigned char)message[length]) ? message[length] : '?';
    plain[length] = '\0';
    return error_set(err, code_of(name, status), "Route 53 answers %d%s%.60s%s%s", status,
                     *name != '\0' ? " " : "", name, length > 0 ? ": " : "", plain);
}

static bool read_reply(const HttpsReply *reply, Arena *arena, const XmlNode **out_root, Error *err)
{
    bool is_good = reply->status >= 200 && reply->status < 300;
    Error why;

    if (!xml_parse(arena, reply->body.data != NULL ? reply->body.data : "", reply->body.length,
                   out_root, &why))
        return is_good ? error_set(err, ERR_PROTOCOL, "Route 53's answer is %s", why.message)
                       : fail(NULL, reply->status, err);
    return is_good || fail(*out_root, reply->status, err);
}

/* What an URL says behind "https://". */
static const char *host_of(const char *endpoint)
{
    const char *slashes = strstr(endpoint, "://");

    return slashes != NULL ? slashes + 3 : endpoint;
}

/* out_headers: all that is signed, and then the signature. */
static void sign(const Route53 *route53, Arena *arena, Sigv4Request *request,
                 const char *out_headers[HEADERS_MAX])
{
    Sigv4Scope scope = {.access_key = route53->credentials->access_key,
                        .secret_key = route53->credentials->secret_key,
                        .region = route53->region,
                        .service = "route53",
                        .wall_ms = clock_wall_ms()};
    size_t count = 0;

    out_headers[count++] = arena_format(arena, "Host: %s", host_of(route53->endpoint));
    out_headers[count++] = arena_format(arena, "X-Amz-Date: %s", sigv4_date(arena, scope.wall_ms));
    if (route53->credentials->session_token != NULL)
        out_headers[count++] =
            arena_format(arena, "X-Amz-Security-Token: %s", route53->credentials->session_token);
    out_headers[count] = NULL;
    request->headers = out_headers;
    out_headers[count] =
        arena_format(arena, "Authorization: %s", sigv4_authorization(arena, request, &scope));
    out_headers[count + 1] = NULL;
}

/* out_is_answered: by whomever, so that a pause may help; who hears nothing has waited long enough. */
static bool try_once(const Route53 *route53, Arena *arena, const Route53Call *call,
                     const XmlNode **out_root, bool *out_is_answered, Error *err)
{
    Sigv4Request request = {.method = call->method,
                            .path = arena_format(arena, "/2013-04-01/%s", call->path),
                            .parameters = call->parameters,
                            .body = call->body};
    const char *headers[HEADERS_MAX];
    HttpsReply reply = {0};
    bool ok;

    sign(route53, arena, &request, headers);
    ok = https_call(route53->https,
                    &(HttpsRequest){.method = call->method,
                                    .url = arena_format(arena, "%s%s", route53->endpoint,
                                                        sigv4_target(arena, &request)),
                                    .connect_to = route53->connect_to,
                                    .content_type = call->body != NULL ? "text/xml" : NULL,
                                    .body = call->body,
                                    .accept = "text/xml",
                                    .headers = headers,
                                    .trust = route53->trust,
                                    .timeout_ms = TIMEOUT_MS},
                    &reply, err);
    *out_is_answered = ok;
    ok = ok && read_reply(&reply, arena, out_root, err);
    https_reply_release(&reply);
    return ok;
}

bool route53_ask(const Route53 *route53, Arena *arena, const Route53Call *call,
                 const XmlNode **out_root, Error *err)
{
    int64_t pause_ms = PAUSE_MS;
    bool is_answered;
    Error why;

    *out_root = NULL;
    for (int tries = 1; !try_once(route53, arena, call, out_root, &is_answered, &why); tries++) {
        if (why.code != ERR_UNAVAILABLE || !is_answered || tries == TRIES_MAX)
            return error_set(err, why.code, "%s", why.message);
        loop_wait(route53->loop, random_between(route53->random, pause_ms, 2 * pause_ms),
                  route53->stop);
        if (route53->stop != NULL && *route53->stop)
            return error_set(err, ERR_STOPPED, "stopped");
        pause_ms *= 2;
    }
    return true;
}
