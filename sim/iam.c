/*
 * sim/iam.c - the tokens that a plane signs, and whether one is good there.
 */
#include "sim/iam.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { SKEW_MS = 60 * 1000 };

char *token_sign(const SigningKey *key, const char *subject, int64_t issued_ms, int64_t expires_ms)
{
    char *claims =
        memory_format("{\"exp\":%lld,\"iat\":%lld,\"sub\":\"%s\"}", (long long)(expires_ms / 1000),
                      (long long)(issued_ms / 1000), subject);
    char *token = jwt_sign(key, claims);

    free(claims);
    return token;
}

static bool read_claims(const cJSON *header, const cJSON *claims, TokenFacts *out_facts)
{
    const char *kid = json_string_or(header, "kid", "");
    int64_t issued_s = json_integer_or(claims, "iat", -1),
            expires_s = json_integer_or(claims, "exp", -1);

    if (strcmp(json_string_or(header, "alg", ""), "ES256") != 0 ||
        strlen(kid) >= sizeof out_facts->kid || issued_s < 0 || expires_s < 0)
        return false;
    memcpy(out_facts->kid, kid, strlen(kid) + 1);
    out_facts->issued_ms = issued_s * 1000;
    out_facts->expires_ms = expires_s * 1000;
    return true;
}

static bool read_token(const char *token, TokenFacts *out_facts)
{
    cJSON *header, *claims;
    bool is_read = jwt_read(token, &header, &claims) && read_claims(header, claims, out_facts);

    cJSON_Delete(header);
    cJSON_Delete(claims);
    return is_read;
}

bool token_read(const char *token, char out_kid[64], int64_t *out_issued_ms,
                int64_t *out_expires_ms)
{
    TokenFacts facts;

    if (!read_token(token, &facts))
        return false;
    memcpy(out_kid, facts.kid, sizeof facts.kid);
    *out_issued_ms = facts.issued_ms;
    *out_expires_ms = facts.expires_ms;
    return true;
}

TokenVerdict token_judge(const TokenFacts *facts, const SigningKey *key, int64_t now_ms)
{
    if (strcmp(facts->kid, signing_key_kid(key)) != 0)
        return TOKEN_WRONG_KEY;
    if (facts->expires_ms + SKEW_MS <= now_ms)
        return TOKEN_EXPIRED;
    return facts->issued_ms > now_ms + SKEW_MS ? TOKEN_NOT_YET : TOKEN_GOOD;
}

TokenVerdict token_check(const char *token, const SigningKey *key, int64_t now_ms, bool is_verified)
{
    TokenFacts facts;
    TokenVerdict verdict;

    if (!read_token(token, &facts))
        return TOKEN_MALFORMED;
    verdict = token_judge(&facts, key, now_ms);
    if (verdict != TOKEN_WRONG_KEY && is_verified && !jwt_is_signed_by(token, key))
        return TOKEN_WRONG_KEY;
    return verdict;
}

const char *token_verdict_text(TokenVerdict verdict)
{
    switch (verdict) {
    case TOKEN_GOOD:
        return "good";
    case TOKEN_MALFORMED:
        return "malformed token";
    case TOKEN_WRONG_KEY:
        return "token is signed by another key";
    case TOKEN_EXPIRED:
        return "token is expired";
    case TOKEN_NOT_YET:
        return "token used before issued";
    }
    assert(!"no such verdict");
    return "";
}
