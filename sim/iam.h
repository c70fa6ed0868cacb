/*
 * sim/iam.h - the tokens that a plane signs, and whether one is good there.
 *
 * Source: domain.md 2.3 (tokens), 3 (iam-signing-key, tsb-iam-jwks), U7. Whether a signature is right is known from who made the token, so
 * that edges need no cryptography to check one.
 */
#ifndef SIM_IAM_H
#define SIM_IAM_H

#include <stdbool.h>
#include <stdint.h>

#include "fakes/net/signing.h"

/* A signed token; free() it. subject: "xcp-edge-cp-0001". */
char *token_sign(const SigningKey *key, const char *subject, int64_t issued_ms, int64_t expires_ms);

typedef enum {
    TOKEN_GOOD,
    TOKEN_MALFORMED,
    TOKEN_WRONG_KEY,
    TOKEN_EXPIRED,
    TOKEN_NOT_YET
} TokenVerdict;
/* At now_ms, with 60 s of tolerated skew (Envoy's jwt_authn), against the kid of the plane's key. Verifies the signature if is_verified. */
TokenVerdict token_check(const char *token, const SigningKey *key, int64_t now_ms,
                         bool is_verified);
const char *token_verdict_text(TokenVerdict verdict);

/* What is checked of a token, for those that were never signed because nobody looks at them. */
typedef struct {
    char kid[64];
    int64_t issued_ms, expires_ms;
} TokenFacts;
TokenVerdict token_judge(const TokenFacts *facts, const SigningKey *key, int64_t now_ms);
/* Header and claims; false if malformed. kid goes into out_kid (64 bytes). */
bool token_read(const char *token, char out_kid[64], int64_t *out_issued_ms,
                int64_t *out_expires_ms);

#endif
