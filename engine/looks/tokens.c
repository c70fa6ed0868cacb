/*
 * engine/looks/tokens.c - the tokens of control planes: whether they are there, whose, and whether they still hold.
 *
 * Source: domain.md 2.3, SEC-23; F-703, F-704, F-713, F-717. Their age is judged by the clock of the plane that judges them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/observations.h"

static const struct {
    const char *secret, *key;
} SECRETS[TOKENS] = {
    {"otel-token",                  "token"},
    {"oap-token",                   "token"},
    {"ngac-token",                  "token"},
    {"xcp-edge-central-auth-token", "jwt"  },
};

const char *token_name(int index)
{
    return SECRETS[index].secret;
}

bool see_signing_kid(Operation *operation, char **out_kid, Error *err)
{
    const Plane *serving = operation->serving;
    Error why = {0};

    if (see_secret(serving->kube, serving->spec->ns, "iam-signing-key", "kid", out_kid, &why))
        return true;
    if (why.code != ERR_NOT_FOUND)
        return error_set(err, why.code, "%s", why.message);
    *out_kid = memory_text("");
    return true;
}

/* Part number index of a JWT, decoded and parsed; NULL if it is none. */
static cJSON *token_part(const char *token, int index)
{
    char *bytes = NULL;
    size_t length;
    cJSON *json = NULL;

    for (int i = 0; i < index && token; i++) {
        token = strchr(token, '.');
        token = token ? token + 1 : NULL;
    }
    if (!token || !json_base64url_decode(token, strcspn(token, "."), &bytes, &length, NULL))
        return NULL;
    if (!json_parse(bytes, length, &json, NULL))
        json = NULL;
    free(bytes);
    return json;
}

bool token_claims(const char *token, TokenClaims *out)
{
    cJSON *header = token_part(token, 0), *claims = token_part(token, 1);
    bool ok = header && claims;

    *out = (TokenClaims){.issued_ms = 1000 * json_integer_or(claims, "iat", 0),
                         .expires_ms = 1000 * json_integer_or(claims, "exp", 0)};
    snprintf(out->kid, sizeof out->kid, "%s", json_string_or(header, "kid", ""));
    cJSON_Delete(header);
    cJSON_Delete(claims);
    return ok;
}

/* What is behind it, a newline most often, is sent with it and breaks the header. */
static bool is_clean(const char *token)
{
    static const char ALPHABET[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

    return *token && token[strspn(token, ALPHABET)] == '\0';
}

static TokenState judge(const char *token, const char *kid, int64_t now_ms, int64_t *out_issued_ms)
{
    TokenClaims claims;

    if (!token_claims(token, &claims) || !is_clean(token))
        return TOKEN_SPOILT;
    if (*kid && claims.kid[0] && strcmp(claims.kid, kid) != 0)
        return TOKEN_FOREIGN;
    if (claims.expires_ms && claims.expires_ms < now_ms)
        return TOKEN_EXPIRED;
    *out_issued_ms = claims.issued_ms;
    return TOKEN_FIT;
}

static TokenState judge_secret(const cJSON *secret, int index, const char *kid, int64_t now_ms,
                               int64_t *out_issued_ms)
{
    char *token = secret_value(secret, SECRETS[index].key);
    TokenState state = token ? judge(token, kid, now_ms, out_issued_ms) : TOKEN_SPOILT;

    if (token)
        explicit_bzero(token, strlen(token));
    free(token);
    return state;
}

static void take(const KubeRead *read, int index, const char *kid, int64_t now_ms, TokensView *view)
{
    if (read->object) {
        view->states[index] =
            judge_secret(read->object, index, kid, now_ms, &view->issued_ms[index]);
        return;
    }
    view->states[index] = TOKEN_ABSENT;
    if (read->error.code != ERR_NOT_FOUND)
        view->error = read->error;
}

void see_tokens(Operation *operation, ControlPlane *const *sites, size_t count, const char *kid,
                TokensView *out_views)
{
    KubeRead *reads = memory_new(count * TOKENS + 1, sizeof *reads);
    int64_t now_ms;

    for (size_t i = 0; i < count * TOKENS; i++)
        reads[i] = (KubeRead){
            .client = sites[i / TOKENS]->kube,
            .path = {.resource = "v1/secrets",
                     .ns = sites[i / TOKENS]->spec->ns,
                     .name = SECRETS[i % TOKENS].secret}
        };
    kube_client_get_all(reads, count * TOKENS, (size_t)operation->environment->policies.width);
    now_ms = clock_wall_ms() + kube_client_skew_ms(operation->serving->kube);
    for (size_t i = 0; i < count; i++)
        out_views[i] = (TokensView){0};
    for (size_t i = 0; i < count * TOKENS; i++) {
        take(&reads[i], (int)(i % TOKENS), kid, now_ms, &out_views[i / TOKENS]);
        cJSON_Delete(reads[i].object);
    }
    free(reads);
}

bool tokens_are_fit(const TokensView *view)
{
    for (int i = 0; i < TOKENS; i++) {
        if (view->states[i] != TOKEN_FIT && (i != TOKEN_OF_NGAC || view->states[i] != TOKEN_ABSENT))
            return false;
    }
    return true;
}

bool tokens_have_unfit(const TokensView *view)
{
    for (int i = 0; i < TOKENS; i++) {
        if (view->states[i] != TOKEN_FIT && view->states[i] != TOKEN_ABSENT)
            return true;
    }
    return false;
}

const char *tokens_text(const TokensView *view, char *out, size_t room)
{
    static const char *const WORDS[] = {
        [TOKEN_ABSENT] = "absent",
        [TOKEN_SPOILT] = "not a token",
        [TOKEN_FOREIGN] = "of another key",
        [TOKEN_EXPIRED] = "expired",
    };
    size_t used = 0;

    snprintf(out, room, "all fit");
    for (TokenState state = TOKEN_ABSENT; state <= TOKEN_EXPIRED; state++) {
        int count = 0;

        for (int i = 0; i < TOKENS; i++)
            count += view->states[i] == state && (i != TOKEN_OF_NGAC || state != TOKEN_ABSENT);
        if (count && used < room)
            used += (size_t)snprintf(out + used, room - used, "%s%d %s", used ? ", " : "", count,
                                     WORDS[state]);
    }
    return out;
}
