/*
 * fakes/kubernetes/access/openid.c - where others find out how to check the tokens of service accounts.
 *
 * Source: OpenID Connect Discovery 1.0, as far as an API server has it; RFC 7517.
 */
#include <stdlib.h>
#include <string.h>

#include "fakes/kubernetes/access/account.h"

static void answer(KubeRequest *request, const char *type, cJSON *json)
{
    char *text = json_text(json);

    request_note(request, 200);
    http_header(request->exchange, "Cache-Control", "public, max-age=3600");
    http_answer(request->exchange, 200, type, text, strlen(text));
    free(text);
    cJSON_Delete(json);
}

static cJSON *configuration(const KubeRequest *request)
{
    static const char *const RESPONSES[] = {"id_token"}, *const SUBJECTS[] = {"public"},
                             *const ALGORITHMS[] = {"ES256"};
    const char *host = http_request_header(request->exchange, "Host");
    const char *whole = http_path(request->exchange);
    size_t before = strlen(whole) - strlen(request->path);
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "issuer", ACCOUNT_ISSUER);
    cJSON_AddStringToObject(json, "jwks_uri",
                            arena_format(request->arena, "https://%s%.*s/openid/v1/jwks",
                                         host ? host : "localhost", (int)before, whole));
    cJSON_AddItemToObject(json, "response_types_supported", cJSON_CreateStringArray(RESPONSES, 1));
    cJSON_AddItemToObject(json, "subject_types_supported", cJSON_CreateStringArray(SUBJECTS, 1));
    cJSON_AddItemToObject(json, "id_token_signing_alg_values_supported",
                          cJSON_CreateStringArray(ALGORITHMS, 1));
    return json;
}

static bool is_path(const KubeRequest *request, const char *path)
{
    size_t length = strlen(path);

    return strncmp(request->path, path, length) == 0 &&
           strcmp(request->path + length, request->path[length] ? "/" : "") == 0;
}

bool request_answer_openid(KubeRequest *request)
{
    if (is_path(request, "/.well-known/openid-configuration"))
        answer(request, "application/json", configuration(request));
    else if (is_path(request, "/openid/v1/jwks"))
        answer(request, "application/jwk-set+json", account_keys(request->cluster));
    else
        return false;
    return true;
}
