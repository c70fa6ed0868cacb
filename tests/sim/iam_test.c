/*
 * tests/sim/iam_test.c - tokens against OpenSSL's own verification, and what must be refused.
 */
#include "sim/iam.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/memory.h"

#include "tests/test.h"

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

TEST_SUITE("sim/iam", {"signatures", test_signatures}, {"verdicts", test_verdicts},
           {"forgeries", test_forgeries});
