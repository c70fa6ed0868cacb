/*
 * tests/sim/iam_test.c - keys against RFC 7515's example, tokens against OpenSSL's own verification, and what must be refused.
 */
#include "sim/iam.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/memory.h"

#include "tests/test.h"

/* The key of RFC 7515, A.3.1, as PKCS #8. */
static const char EXAMPLE_PEM[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff\n"
    "H1136cspYG6+0iY7X1fCE9+E9LKhRANCAAR/zc4ncPbEXUGDy+5v20t7WAczNXvp\n"
    "7xO6z248e9FURcfxRM0bvZt+hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt\n"
    "-----END PRIVATE KEY-----\n";
static const char RSA_PEM[] = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n";

static void test_keys(void)
{
    SigningKey *key = NULL, *again = NULL;
    cJSON *jwk, *private_jwk;
    Error err = {0};

    if (!CHECK(signing_key_parse(EXAMPLE_PEM, &key, &err)))
        return;
    jwk = signing_key_jwk(key);
    private_jwk = signing_key_private_jwk(key);
    CHECK_TEXT(json_string(jwk, "x"), "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
    CHECK_TEXT(json_string(jwk, "y"), "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
    CHECK(!json_has(jwk, "d"));
    CHECK_TEXT(json_string(private_jwk, "d"), "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI");
    CHECK_TEXT(signing_key_kid(key), "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
    CHECK(signing_key_parse(signing_key_pem(key), &again, &err));
    CHECK_TEXT(signing_key_kid(again), signing_key_kid(key));
    CHECK(!signing_key_parse(RSA_PEM, &again, &err) && err.code == ERR_INPUT);
    CHECK(!strstr(err.message, "MIIB"));
    cJSON_Delete(jwk);
    cJSON_Delete(private_jwk);
    signing_key_free(again);
    signing_key_free(key);
}

/* Verified without any of our code but base64: the raw signature is turned into DER by OpenSSL. */
static bool openssl_verifies(const char *pem, const char *token)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *pair = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const char *dot = strrchr(token, '.');
    unsigned char *raw, *der = NULL;
    size_t length;
    ECDSA_SIG *signature = ECDSA_SIG_new();
    int der_length;
    bool is_right;

    json_base64url_decode(dot + 1, strlen(dot + 1), (char **)&raw, &length, NULL);
    ECDSA_SIG_set0(signature, BN_bin2bn(raw, 32, NULL), BN_bin2bn(raw + 32, 32, NULL));
    der_length = i2d_ECDSA_SIG(signature, &der);
    EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, pair);
    is_right =
        length == 64 && EVP_DigestVerify(context, der, (size_t)der_length,
                                         (const unsigned char *)token, (size_t)(dot - token)) == 1;
    OPENSSL_free(der);
    ECDSA_SIG_free(signature);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(pair);
    BIO_free(bio);
    free(raw);
    return is_right;
}

static void test_signatures(void)
{
    SigningKey *key = signing_key_new();

    for (int64_t i = 0; i < 50; i++) {
        char *token = token_sign(key, "xcp-edge-cp-0001", i * 1000, i * 1000 + 5000);

        CHECK(openssl_verifies(signing_key_pem(key), token));
        CHECK(token_check(token, key, i * 1000, true) == TOKEN_GOOD);
        free(token);
    }
    signing_key_free(key);
}

static const struct {
    const char *name;
    int64_t issued_ms, expires_ms, now_ms;
    bool is_other_key;
    TokenVerdict verdict;
} JUDGED[] = {
    {"good",                             0,      3600000, 1000,    false, TOKEN_GOOD     },
    {"expired, within the skew",         0,      3600000, 3659000, false, TOKEN_GOOD     },
    {"expired",                          0,      3600000, 3660000, false, TOKEN_EXPIRED  },
    {"issued later, within the skew",    160000, 3600000, 100000,  false, TOKEN_GOOD     },
    {"issued later",                     161000, 3600000, 100000,  false, TOKEN_NOT_YET  },
    {"another key",                      0,      3600000, 1000,    true,  TOKEN_WRONG_KEY},
    {"another key tells more than time", 0,      1000,    3600000, true,  TOKEN_WRONG_KEY},
};

static void test_verdicts(void)
{
    SigningKey *key = signing_key_new(), *other = signing_key_new();

    for (size_t i = 0; i < TEST_COUNT(JUDGED); i++) {
        const SigningKey *signer = JUDGED[i].is_other_key ? other : key;
        char *token = token_sign(signer, "x", JUDGED[i].issued_ms, JUDGED[i].expires_ms);

        CHECK_CASE(JUDGED[i].name,
                   token_check(token, key, JUDGED[i].now_ms, false) == JUDGED[i].verdict);
        CHECK_CASE(JUDGED[i].name,
                   token_check(token, key, JUDGED[i].now_ms, true) == JUDGED[i].verdict);
        free(token);
    }
    signing_key_free(other);
    signing_key_free(key);
}

static const char *const MALFORMED[] = {"",          ".",
                                        "..",        "a.b",
                                        "e30.e30.x", "?.?.?",
                                        "bm8.bm8.x", "eyJhbGciOiJub25lIn0.e30.",
                                        "e30.e30",   "e30..x"};

static void test_forgeries(void)
{
    SigningKey *key = signing_key_new();
    char *token = token_sign(key, "x", 0, 3600000), *body = strchr(token, '.') + 5;
    char *claims = memory_text("{\"exp\":9000000000,\"iat\":0,\"sub\":\"x\"}"), *forged, *middle;

    for (size_t i = 0; i < TEST_COUNT(MALFORMED); i++)
        CHECK_CASE(MALFORMED[i], token_check(MALFORMED[i], key, 0, true) == TOKEN_MALFORMED);
    middle = json_base64url(claims, strlen(claims));
    forged = memory_format("%.*s.%s%s", (int)(strchr(token, '.') - token), token, middle,
                           strrchr(token, '.'));
    CHECK(token_check(forged, key, 0, false) == TOKEN_GOOD);
    CHECK(token_check(forged, key, 0, true) == TOKEN_WRONG_KEY);
    strrchr(token, '.')[9] = '\0';
    CHECK(token_check(token, key, 0, true) == TOKEN_WRONG_KEY);
    *body = '\n';
    CHECK(token_check(token, key, 0, false) == TOKEN_MALFORMED);
    free(middle);
    free(forged);
    free(claims);
    free(token);
    signing_key_free(key);
}

TEST_SUITE("sim/iam", {"keys", test_keys}, {"signatures", test_signatures},
           {"verdicts", test_verdicts}, {"forgeries", test_forgeries});
