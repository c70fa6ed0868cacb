/*
 * fakes/net/signing.c - a key that signs tokens, and the tokens it signs.
 *
 * A key keeps one context ready to sign with: setting one up costs OpenSSL as much as a signature.
 */
#include "fakes/net/signing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#include "base/memory.h"

enum { COORDINATE = 32, POINT = 1 + 2 * COORDINATE, RAW_SIGNATURE = 2 * COORDINATE };

struct SigningKey {
    EVP_PKEY *pair;
    EVP_PKEY_CTX *signer, *verifier;
    char *pem, *x, *y; /* the point's coordinates in base64url */
    char kid[64];
    char *header; /* of every token, in base64url */
};

/* ---- keys ------------------------------------------------------------------------------------- */

static char *pair_to_pem(EVP_PKEY *pair)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *bytes, *text;
    long length;
    int written = PEM_write_bio_PrivateKey(bio, pair, NULL, NULL, 0, NULL, NULL);

    assert(written == 1);
    length = BIO_get_mem_data(bio, &bytes);
    text = memory_text_of(bytes, (size_t)length);
    BIO_free(bio);
    return text;
}

static void read_point(SigningKey *key)
{
    unsigned char point[POINT];
    size_t length = 0;
    int is_read = EVP_PKEY_get_octet_string_param(key->pair, OSSL_PKEY_PARAM_PUB_KEY, point,
                                                  sizeof point, &length);

    assert(is_read == 1 && length == POINT && point[0] == POINT_CONVERSION_UNCOMPRESSED);
    key->x = json_base64url(point + 1, COORDINATE);
    key->y = json_base64url(point + 1 + COORDINATE, COORDINATE);
}

/* RFC 7638, section 3: the required members in order of their names, without blanks. */
static void make_kid(SigningKey *key)
{
    char *members = memory_format("{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}",
                                  key->x, key->y);
    unsigned char digest[SHA256_DIGEST_LENGTH];
    char *text;

    SHA256((const unsigned char *)members, strlen(members), digest);
    text = json_base64url(digest, sizeof digest);
    strncpy(key->kid, text, sizeof key->kid - 1);
    free(text);
    free(members);
}

static EVP_PKEY_CTX *context_new(EVP_PKEY *pair, int init(EVP_PKEY_CTX *))
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(pair, NULL);
    int is_ready = context && init(context) == 1;

    assert(is_ready);
    return context;
}

static SigningKey *key_of(EVP_PKEY *pair)
{
    SigningKey *key = MEMORY_NEW(SigningKey);
    char *header;

    key->pair = pair;
    key->signer = context_new(pair, EVP_PKEY_sign_init);
    key->verifier = context_new(pair, EVP_PKEY_verify_init);
    key->pem = pair_to_pem(pair);
    read_point(key);
    make_kid(key);
    header = memory_format("{\"alg\":\"ES256\",\"kid\":\"%s\",\"typ\":\"JWT\"}", key->kid);
    key->header = json_base64url(header, strlen(header));
    free(header);
    return key;
}

SigningKey *signing_key_new(void)
{
    EVP_PKEY *pair = EVP_EC_gen("P-256");

    assert(pair);
    return key_of(pair);
}

static bool is_p256(EVP_PKEY *pair)
{
    char group[32] = "";
    size_t length = 0;

    return EVP_PKEY_get_group_name(pair, group, sizeof group, &length) == 1 &&
           strcmp(group, "prime256v1") == 0;
}

bool signing_key_parse(const char *pem, SigningKey **out_key, Error *err)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *pair = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);

    BIO_free(bio);
    if (!pair || !is_p256(pair)) {
        EVP_PKEY_free(pair);
        return error_set(err, ERR_INPUT, "not a private P-256 key in PEM");
    }
    *out_key = key_of(pair);
    return true;
}

void signing_key_free(SigningKey *key)
{
    if (!key)
        return;
    EVP_PKEY_CTX_free(key->signer);
    EVP_PKEY_CTX_free(key->verifier);
    EVP_PKEY_free(key->pair);
    free(key->pem);
    free(key->x);
    free(key->y);
    free(key->header);
    free(key);
}

const char *signing_key_kid(const SigningKey *key)
{
    return key->kid;
}

const char *signing_key_pem(const SigningKey *key)
{
    return key->pem;
}

cJSON *signing_key_jwk(const SigningKey *key)
{
    cJSON *jwk = cJSON_CreateObject();

    cJSON_AddStringToObject(jwk, "kty", "EC");
    cJSON_AddStringToObject(jwk, "crv", "P-256");
    cJSON_AddStringToObject(jwk, "x", key->x);
    cJSON_AddStringToObject(jwk, "y", key->y);
    cJSON_AddStringToObject(jwk, "alg", "ES256");
    cJSON_AddStringToObject(jwk, "use", "sig");
    cJSON_AddStringToObject(jwk, "kid", key->kid);
    return jwk;
}

cJSON *signing_key_private_jwk(const SigningKey *key)
{
    cJSON *jwk = signing_key_jwk(key);
    unsigned char bytes[COORDINATE];
    BIGNUM *number = NULL;
    char *text;
    int is_read = EVP_PKEY_get_bn_param(key->pair, OSSL_PKEY_PARAM_PRIV_KEY, &number);

    assert(is_read == 1);
    BN_bn2binpad(number, bytes, sizeof bytes);
    text = json_base64url(bytes, sizeof bytes);
    cJSON_AddStringToObject(jwk, "d", text);
    free(text);
    BN_clear_free(number);
    return jwk;
}

/* ---- signatures: OpenSSL's are DER, those of a JWS r and s side by side (RFC 7518, section 3.4) - */

static char *sign(const SigningKey *key, const char *text)
{
    unsigned char digest[SHA256_DIGEST_LENGTH], der[80], raw[RAW_SIGNATURE];
    const unsigned char *at = der;
    size_t length = sizeof der;
    ECDSA_SIG *pair;
    int is_signed;

    SHA256((const unsigned char *)text, strlen(text), digest);
    is_signed = EVP_PKEY_sign(key->signer, der, &length, digest, sizeof digest);
    assert(is_signed == 1);
    pair = d2i_ECDSA_SIG(NULL, &at, (long)length);
    assert(pair);
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw, COORDINATE);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw + COORDINATE, COORDINATE);
    ECDSA_SIG_free(pair);
    return json_base64url(raw, sizeof raw);
}

static bool is_signed_by(const SigningKey *key, const char *text, size_t text_length,
                         const unsigned char raw[RAW_SIGNATURE])
{
    unsigned char digest[SHA256_DIGEST_LENGTH], *der = NULL;
    ECDSA_SIG *pair = ECDSA_SIG_new();
    int length;
    bool is_right;

    SHA256((const unsigned char *)text, text_length, digest);
    ECDSA_SIG_set0(pair, BN_bin2bn(raw, COORDINATE, NULL),
                   BN_bin2bn(raw + COORDINATE, COORDINATE, NULL));
    length = i2d_ECDSA_SIG(pair, &der);
    assert(length > 0);
    is_right = EVP_PKEY_verify(key->verifier, der, (size_t)length, digest, sizeof digest) == 1;
    OPENSSL_free(der);
    ECDSA_SIG_free(pair);
    return is_right;
}

/* ---- tokens ----------------------------------------------------------------------------------- */

char *jwt_sign(const SigningKey *key, const char *claims)
{
    char *body = json_base64url(claims, strlen(claims));
    char *text = memory_format("%s.%s", key->header, body);
    char *signature = sign(key, text);
    char *token = memory_format("%s.%s", text, signature);

    free(signature);
    free(text);
    free(body);
    return token;
}

/* One of the three parts, decoded; NULL if it is no base64url. */
static char *part_bytes(const char *start, const char *end, size_t *out_length)
{
    char *bytes = NULL;

    if (!json_base64url_decode(start, (size_t)(end - start), &bytes, out_length, NULL))
        return NULL;
    return bytes;
}

static cJSON *part_json(const char *start, const char *end)
{
    size_t length = 0;
    char *bytes = part_bytes(start, end, &length);
    cJSON *json = NULL;

    if (bytes && !json_parse(bytes, length, &json, NULL))
        json = NULL;
    free(bytes);
    return json;
}

bool jwt_read(const char *token, cJSON **out_header, cJSON **out_claims)
{
    const char *first = strchr(token, '.'), *second = first ? strchr(first + 1, '.') : NULL;

    *out_header = second ? part_json(token, first) : NULL;
    *out_claims = second ? part_json(first + 1, second) : NULL;
    if (cJSON_IsObject(*out_header) && cJSON_IsObject(*out_claims))
        return true;
    cJSON_Delete(*out_header);
    cJSON_Delete(*out_claims);
    *out_header = *out_claims = NULL;
    return false;
}

bool jwt_is_signed_by(const char *token, const SigningKey *key)
{
    const char *dot = strrchr(token, '.');
    size_t length = 0;
    char *raw = dot ? part_bytes(dot + 1, dot + strlen(dot), &length) : NULL;
    bool is_right = raw && length == RAW_SIGNATURE &&
                    is_signed_by(key, token, (size_t)(dot - token), (const unsigned char *)raw);

    free(raw);
    return is_right;
}
