/*
 * engine/front.c - reading TSB's REST API at a plane's front envoy, as whoever the environment names.
 */
#include "engine/front.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/secret.h"

enum { TIMEOUT_MS = 10000 };

/* Where a request goes. */
typedef struct {
    Operation *operation;
    const Plane *plane;
    const char *ip, *path;
} Target;

static bool call(const Target *target, const HttpsRequest *wanted, HttpsReply *out_reply,
                 Error *err)
{
    HttpsRequest request = *wanted;
    HttpsTrust trust = {.ca_pem = target->operation->front_ca_pem};
    char url[512];

    snprintf(url, sizeof url, "https://%s:%u%s", target->plane->spec->permanent_name,
             target->operation->environment->front.port, target->path);
    request.url = url;
    request.connect_to = target->ip;
    request.trust = &trust;
    request.timeout_ms = TIMEOUT_MS;
    return https_call(target->operation->https, &request, out_reply, err);
}

static bool get_with_password(const Target *target, HttpsReply *out_reply, Error *err)
{
    return call(target,
                &(HttpsRequest){.method = "GET",
                                .user = target->operation->environment->front.user,
                                .password = target->operation->front_password},
                out_reply, err);
}

static bool get_with_token(const Target *target, const char *token, HttpsReply *out_reply,
                           Error *err)
{
    char *line = memory_format("x-tetrate-token: %s", token);
    const char *const lines[] = {line, NULL};
    bool ok = call(target, &(HttpsRequest){.method = "GET", .headers = lines}, out_reply, err);

    secret_forget(line);
    return ok;
}

/* ---- logging in ----------------------------------------------------------------------------------- */

static char *credentials_of(const Operation *operation)
{
    cJSON *json = cJSON_CreateObject();
    char *text;

    json_put_string(json, "basic/username", operation->environment->front.user);
    json_put_string(json, "basic/password", operation->front_password);
    text = json_text(json);
    cJSON_Delete(json);
    return text;
}

static bool take_token(const HttpsReply *reply, char **out_token, Error *err)
{
    cJSON *json = NULL;
    const char *token;

    if (!json_parse(reply->body.data, reply->body.length, &json, err))
        return false;
    token = json_string(json, "bearerToken");
    *out_token = memory_text(token);
    cJSON_Delete(json);
    return *out_token || error_set(err, ERR_PROTOCOL, "the answer holds no bearerToken");
}

/* It changes nothing that a second one would change again: a token is made, and that is all. */
static bool log_in(const Target *target, char **out_token, HttpsReply *out_refusal, Error *err)
{
    Target door = *target;
    char *body = credentials_of(target->operation);
    HttpsReply reply = {0};
    bool ok;

    door.path = target->operation->environment->front.login_path;
    ok = call(&door,
              &(HttpsRequest){.method = "POST",
                              .content_type = "application/json",
                              .body = body,
                              .changes_nothing = true},
              &reply, err);
    secret_forget(body);
    if (ok && reply.status == 200)
        ok = take_token(&reply, out_token, err);
    else if (ok)
        out_refusal->status = reply.status;
    if (reply.body.data)
        explicit_bzero(reply.body.data, reply.body.length);
    https_reply_release(&reply);
    return ok || error_wrap(err, "%s", door.path);
}

/* True without a token: the login was refused, and how stands in out_refusal. */
static bool get_token(const Target *target, char **out_token, HttpsReply *out_refusal, Error *err)
{
    const char *file = target->operation->environment->front.token_file;

    return file ? secret_read(file, out_token, err) : log_in(target, out_token, out_refusal, err);
}

static bool get_as_bearer(const Target *target, HttpsReply *out_reply, Error *err)
{
    char **token = &target->operation->front_tokens[target->plane - target->operation->planes];
    bool is_new = *token == NULL;

    if (is_new && !get_token(target, token, out_reply, err))
        return false;
    if (!*token)
        return true;
    if (!get_with_token(target, *token, out_reply, err))
        return false;
    if (out_reply->status != 401)
        return true;
    secret_forget(*token);
    *token = NULL;
    if (is_new)
        return true;
    https_reply_release(out_reply);
    *out_reply = (HttpsReply){0};
    return get_as_bearer(target, out_reply, err);
}

bool front_get(Operation *operation, const Plane *plane, const char *ip, const char *path,
               HttpsReply *out_reply, Error *err)
{
    const Target target = {operation, plane, ip, path};

    *out_reply = (HttpsReply){0};
    return operation->environment->front.uses_token ? get_as_bearer(&target, out_reply, err)
                                                    : get_with_password(&target, out_reply, err);
}
