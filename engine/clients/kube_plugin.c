/*
 * engine/clients/kube_plugin.c - what an exec credential plug-in is told, and what it answers.
 */
#include "engine/clients/kube_plugin.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

char *kube_plugin_info(const char *api_version, cJSON *cluster)
{
    cJSON *info = cJSON_CreateObject();
    char *text;

    json_put_string(info, "kind", "ExecCredential");
    json_put_string(info, "apiVersion", api_version);
    json_put_bool(info, "spec/interactive", false);
    if (cluster != NULL)
        json_put(info, "spec/cluster", cluster);
    text = json_text(info);
    cJSON_Delete(info);
    return text;
}

static bool check_form(const cJSON *json, const char *api_version, Error *err)
{
    if (strcmp(json_string_or(json, "kind", ""), "ExecCredential") != 0)
        return error_set(err, ERR_PROTOCOL, "its answer is no ExecCredential");
    if (strcmp(json_string_or(json, "apiVersion", ""), api_version) != 0)
        return error_set(err, ERR_PROTOCOL,
                         "its answer is not of the version %s that was asked for", api_version);
    return true;
}

/* An empty text counts as none. */
static char *take(const cJSON *json, const char *path)
{
    const char *text = json_string_or(json, path, "");

    return text[0] != '\0' ? memory_text(text) : NULL;
}

static bool read_expiry(const cJSON *json, KubePluginAnswer *answer, Error *err)
{
    const char *text = json_string(json, "status/expirationTimestamp");

    answer->expires_ms = INT64_MAX;
    return text == NULL || clock_parse(text, &answer->expires_ms) ||
           error_set(err, ERR_PROTOCOL, "its expirationTimestamp is no time");
}

static bool read_status(const cJSON *json, KubePluginAnswer *answer, Error *err)
{
    answer->token = take(json, "status/token");
    answer->client_certificate_pem = take(json, "status/clientCertificateData");
    answer->client_key_pem = take(json, "status/clientKeyData");
    if ((answer->client_certificate_pem == NULL) != (answer->client_key_pem == NULL))
        return error_set(err, ERR_PROTOCOL,
                         "its answer has a certificate or a key without the other");
    if (answer->token == NULL && answer->client_key_pem == NULL)
        return error_set(err, ERR_PROTOCOL, "its answer has neither a token nor a certificate");
    if (answer->token != NULL && strpbrk(answer->token, "\r\n") != NULL)
        return error_set(err, ERR_PROTOCOL, "its token holds a line break");
    return read_expiry(json, answer, err);
}

bool kube_plugin_answer(const char *text, size_t length, const char *api_version,
                        KubePluginAnswer *out_answer, Error *err)
{
    KubePluginAnswer answer = {0};
    cJSON *json = NULL;
    bool ok;

    /* Not the parser's own words, which may quote a secret. */
    if (length == 0 || !json_parse(text, length, &json, NULL))
        return error_set(err, ERR_PROTOCOL, "its answer is not JSON");
    ok = check_form(json, api_version, err) && read_status(json, &answer, err);
    cJSON_Delete(json);
    if (ok)
        *out_answer = answer;
    else
        kube_plugin_answer_release(&answer);
    return ok;
}

static void forget(char *secret)
{
    if (secret != NULL)
        explicit_bzero(secret, strlen(secret));
    free(secret);
}

void kube_plugin_answer_release(KubePluginAnswer *answer)
{
    forget(answer->token);
    forget(answer->client_certificate_pem);
    forget(answer->client_key_pem);
    *answer = (KubePluginAnswer){0};
}
