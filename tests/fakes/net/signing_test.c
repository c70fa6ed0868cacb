/*
 * tests/fakes/net/signing_test.c - keys against RFC 7515's example, and tokens that were tampered with.
 */
#include "fakes/net/signing.h"

#include <stdlib.h>
#include <string.h>

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

/* A letter that is not there, in each of the three parts. */
static void test_tampering(void)
{
    SigningKey *key = signing_key_new(), *other = signing_key_new();
    char *token = jwt_sign(key, "{\"sub\":\"tsb\"}");
    cJSON *header, *claims;

    CHECK(jwt_is_signed_by(token, key) && !jwt_is_signed_by(token, other));
    if (CHECK(jwt_read(token, &header, &claims))) {
        CHECK_TEXT(json_string(claims, "sub"), "tsb");
        CHECK_TEXT(json_string(header, "kid"), signing_key_kid(key));
        cJSON_Delete(header);
        cJSON_Delete(claims);
    }
    for (char *at = token; at != NULL; at = strchr(at + 1, '.')) {
        char *letter = *at == '.' ? at + 1 : at, was = *letter;

        *letter = was == 'A' ? 'B' : 'A';
        CHECK(!jwt_is_signed_by(token, key));
        *letter = was;
    }
    CHECK(jwt_is_signed_by(token, key));
    CHECK(!jwt_is_signed_by("", key) && !jwt_is_signed_by("a.b.c", key));
    CHECK(!jwt_read("a.b", &header, &claims) && !jwt_read("bm8.bm8.x", &header, &claims));
    free(token);
    signing_key_free(key);
    signing_key_free(other);
}

TEST_SUITE("fakes/net/signing", {"keys", test_keys}, {"tampering", test_tampering});
