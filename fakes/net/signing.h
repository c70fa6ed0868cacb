/*
 * fakes/net/signing.h - a key that signs tokens (of service accounts, of a plane), and the tokens it signs.
 *
 * Source: RFC 7515 (JWS), RFC 7517 (JWK), RFC 7519 (JWT), RFC 7638 (kid is the thumbprint of the key). Keys are P-256 and tokens
 * ES256, since a world signs four for each of up to 10 000 clusters. All randomness is OpenSSL's, so in a simulated run it is
 * the seed's.
 */
#ifndef FAKES_NET_SIGNING_H
#define FAKES_NET_SIGNING_H

#include <stdbool.h>

#include "base/error.h"
#include "base/json.h"

typedef struct SigningKey SigningKey;

SigningKey *signing_key_new(void);
void signing_key_free(SigningKey *key); /* accepts NULL */
const char *signing_key_kid(const SigningKey *key);
const char *signing_key_pem(const SigningKey *key);
cJSON *signing_key_jwk(const SigningKey *key);         /* public half; given away */
cJSON *signing_key_private_jwk(const SigningKey *key); /* with its secret; given away */
/* A private P-256 key in PEM, as from a restored secret. Fails with ERR_INPUT, which does not tell the text. */
bool signing_key_parse(const char *pem, SigningKey **out_key, Error *err);

/* A token that says claims, which are the text of a JSON object; free() it. */
char *jwt_sign(const SigningKey *key, const char *claims);
/* What a token says, whoever signed it; false if it has not the form of one. cJSON_Delete() both. */
bool jwt_read(const char *token, cJSON **out_header, cJSON **out_claims);
bool jwt_is_signed_by(const char *token, const SigningKey *key);

#endif
