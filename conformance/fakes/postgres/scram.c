/*
 * conformance/fakes/postgres/scram.c - the client's side of SCRAM-SHA-256, without channel binding.
 */
#include "conformance/fakes/postgres/scram.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "base/json.h"
#include "base/memory.h"

enum { HASH_SIZE = SHA256_DIGEST_LENGTH };

typedef unsigned char Hash[HASH_SIZE];

/* What a server's first message says: "r=...,s=...,i=...". */
typedef struct {
    char nonce[256], salt[256];
    int iterations;
} ServerFirst;

char *scram_client_first(const char *nonce)
{
    return memory_format("n,,n=,r=%s", nonce);
}

static void sign(const Hash key, const char *text, Hash out)
{
    HMAC(EVP_sha256(), key, HASH_SIZE, (const unsigned char *)text, strlen(text), out, NULL);
}

/* ClientKey XOR ClientSignature (RFC 5802, section 3). */
static bool prove(const ServerFirst *first, const char *password, const char *auth_message,
                  Hash out_proof)
{
    Hash salted, stored, signature;
    char *salt = NULL;
    size_t salt_length = 0;
    Error err;
    bool ok = json_base64_decode(first->salt, &salt, &salt_length, &err) &&
              PKCS5_PBKDF2_HMAC(password, (int)strlen(password), (const unsigned char *)salt,
                                (int)salt_length, first->iterations, EVP_sha256(), HASH_SIZE,
                                salted) == 1;

    free(salt);
    if (!ok)
        return false;
    sign(salted, "Client Key", out_proof);
    SHA256(out_proof, HASH_SIZE, stored);
    sign(stored, auth_message, signature);
    for (size_t i = 0; i < HASH_SIZE; i++)
        out_proof[i] ^= signature[i];
    return true;
}

char *scram_client_final(const char *nonce, const char *password, const char *server_first)
{
    ServerFirst first;
    char *auth_message, *proof_text, *final = NULL;
    Hash proof;

    if (sscanf(server_first, "r=%255[^,],s=%255[^,],i=%d", first.nonce, first.salt,
               &first.iterations) != 3 ||
        first.iterations < 1 || strncmp(first.nonce, nonce, strlen(nonce)) != 0)
        return NULL;
    auth_message = memory_format("n=,r=%s,%s,c=biws,r=%s", nonce, server_first, first.nonce);
    if (prove(&first, password, auth_message, proof)) {
        proof_text = json_base64(proof, HASH_SIZE);
        final = memory_format("c=biws,r=%s,p=%s", first.nonce, proof_text);
        free(proof_text);
    }
    free(auth_message);
    return final;
}
