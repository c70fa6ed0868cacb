/*
 * fakes/postgres/scram.c - the server's half of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS.
 */
#include "fakes/postgres/scram.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/json.h"

static const PgSource FIRST = {"auth-scram.c", "998", "read_client_first_message"};
static const PgSource FINAL = {"auth-scram.c", "1289", "read_client_final_message"};

static const char BINDING_HEADER[] = "p=tls-server-end-point,,";

static void hmac(const uint8_t key[SCRAM_KEY_SIZE], const char *text, uint8_t out[SCRAM_KEY_SIZE])
{
    unsigned length = SCRAM_KEY_SIZE;

    HMAC(EVP_sha256(), key, SCRAM_KEY_SIZE, (const unsigned char *)text, strlen(text), out,
         &length);
}

static void hash(const uint8_t key[SCRAM_KEY_SIZE], uint8_t out[SCRAM_KEY_SIZE])
{
    EVP_Digest(key, SCRAM_KEY_SIZE, out, NULL, EVP_sha256(), NULL);
}

void scram_verifier_make(ScramVerifier *verifier, const char *password,
                         const uint8_t salt[SCRAM_SALT_SIZE], int iterations)
{
    uint8_t salted[SCRAM_KEY_SIZE], client_key[SCRAM_KEY_SIZE];

    verifier->iterations = iterations;
    memcpy(verifier->salt, salt, SCRAM_SALT_SIZE);
    PKCS5_PBKDF2_HMAC(password, (int)strlen(password), salt, SCRAM_SALT_SIZE, iterations,
                      EVP_sha256(), SCRAM_KEY_SIZE, salted);
    hmac(salted, "Client Key", client_key);
    hash(client_key, verifier->stored_key);
    hmac(salted, "Server Key", verifier->server_key);
    OPENSSL_cleanse(salted, sizeof salted);
    OPENSSL_cleanse(client_key, sizeof client_key);
}

/* base64 up to one of ends, and it must be size bytes. Ends up behind that character, or at the end. */
static bool take_base64(const char **at, const char *ends, uint8_t *out, size_t size)
{
    char text[SCRAM_TEXT_MAX], *bytes = NULL;
    size_t length = strcspn(*at, ends), got = 0;
    bool ok = length < sizeof text;

    if (ok) {
        memcpy(text, *at, length);
        text[length] = '\0';
        ok = json_base64_decode(text, &bytes, &got, NULL) && got == size;
    }
    if (ok)
        memcpy(out, bytes, size);
    free(bytes);
    *at += length + ((*at)[length] != '\0');
    return ok;
}

bool scram_verifier_parse(ScramVerifier *verifier, const char *text)
{
    static const char PREFIX[] = "SCRAM-SHA-256$";
    char *end;
    long iterations;

    if (strncmp(text, PREFIX, strlen(PREFIX)) != 0)
        return false;
    iterations = strtol(text + strlen(PREFIX), &end, 10);
    if (iterations <= 0 || iterations > INT32_MAX || *end++ != ':')
        return false;
    verifier->iterations = (int)iterations;
    text = end;
    return take_base64(&text, "$", verifier->salt, SCRAM_SALT_SIZE) &&
           take_base64(&text, ":", verifier->stored_key, SCRAM_KEY_SIZE) &&
           take_base64(&text, "", verifier->server_key, SCRAM_KEY_SIZE);
}

static bool malformed(PgReport *report, PgSource source, const char *detail)
{
    pg_error(report, "08P01", source, "malformed SCRAM message");
    report->detail = detail;
    return false;
}

/* The value of "r=...,"; NULL if text does not begin with that letter. Ends up behind the comma, or at the end. */
static const char *take_attribute(const char **at, char letter, char *out, size_t out_size)
{
    size_t length;

    if ((*at)[0] != letter || (*at)[1] != '=')
        return NULL;
    length = strcspn(*at + 2, ",");
    if (length >= out_size)
        return NULL;
    memcpy(out, *at + 2, length);
    out[length] = '\0';
    *at += 2 + length;
    if (**at == ',')
        (*at)++;
    return out;
}

/* Does what the client says about channel binding fit what it chose and was offered? */
static bool check_header(Scram *scram, const char *text, PgReport *report)
{
    if (text[0] == 'p') {
        if (!scram->is_plus)
            return malformed(report, FIRST,
                             "The client selected SCRAM-SHA-256 without channel binding, but the "
                             "SCRAM message includes channel binding data.");
        if (strncmp(text, BINDING_HEADER, strlen("p=tls-server-end-point")) != 0)
            return pg_error(report, "08P01", FIRST, "unsupported SCRAM channel-binding type");
        return true;
    }
    if (text[0] != 'n' && text[0] != 'y')
        return malformed(report, FIRST, "Unexpected channel-binding flag.");
    if (scram->is_plus)
        return malformed(report, FIRST,
                         "The client selected SCRAM-SHA-256-PLUS, but the SCRAM message does not "
                         "include channel binding data.");
    if (text[0] == 'y' && scram->may_plus) {
        pg_error(report, "28000", FIRST, "SCRAM channel binding negotiation error");
        report->detail = "The client supports SCRAM channel binding but thinks the server does "
                         "not.  However, this server does support channel binding.";
        return false;
    }
    return true;
}

/* Splits "n,,n=user,r=nonce" into header and rest. */
static bool read_header(Scram *scram, const char *text, const char **out_rest, PgReport *report)
{
    const char *comma = strchr(text, ',');

    if (!check_header(scram, text, report))
        return false;
    if (comma == NULL || (text[0] != 'p' && comma != text + 1))
        return malformed(report, FIRST, "Comma expected, but found another character.");
    if (comma[1] == 'a')
        return pg_error(report, "0A000", FIRST,
                        "client uses authorization identity, but it is not supported");
    if (comma[1] != ',' || (size_t)(comma + 2 - text) >= sizeof scram->gs2_header)
        return malformed(report, FIRST, "Unexpected attribute in client-first-message.");
    memcpy(scram->gs2_header, text, (size_t)(comma + 2 - text));
    scram->gs2_header[comma + 2 - text] = '\0';
    *out_rest = comma + 2;
    return true;
}

bool scram_first(Scram *scram, const char *text, size_t length, const char *server_nonce,
                 PgReport *report)
{
    char copy[SCRAM_TEXT_MAX], user[SCRAM_TEXT_MAX], nonce[SCRAM_TEXT_MAX];
    const char *rest = copy;
    char *salt;

    if (length == 0 || length >= sizeof copy / 2 || memchr(text, '\0', length) != NULL)
        return malformed(report, FIRST, "Message length does not match input length.");
    memcpy(copy, text, length);
    copy[length] = '\0';
    if (!read_header(scram, copy, &rest, report))
        return false;
    snprintf(scram->client_first, sizeof scram->client_first, "%s", rest);
    if (*rest == 'm')
        return pg_error(report, "0A000", FIRST, "client requires an unsupported SCRAM extension");
    /* The user comes from the start-up packet; this one is read over. */
    if (take_attribute(&rest, 'n', user, sizeof user) == NULL ||
        take_attribute(&rest, 'r', nonce, sizeof nonce) == NULL || *nonce == '\0')
        return malformed(report, FIRST, "Attribute expected.");
    snprintf(scram->nonce, sizeof scram->nonce, "%.255s%.64s", nonce, server_nonce);
    salt = json_base64(scram->verifier.salt, SCRAM_SALT_SIZE);
    snprintf(scram->server_first, sizeof scram->server_first, "r=%.330s,s=%.64s,i=%d", scram->nonce,
             salt, scram->verifier.iterations);
    free(salt);
    return true;
}

/* c= must be the header, and with channel binding the certificate's hash: else somebody stands in between. */
static bool check_binding(const Scram *scram, const char *said)
{
    uint8_t bytes[sizeof scram->gs2_header + SCRAM_BINDING_MAX];
    size_t length = strlen(scram->gs2_header);
    char *expected;
    bool is_same;

    memcpy(bytes, scram->gs2_header, length);
    if (scram->is_plus) {
        memcpy(bytes + length, scram->binding, scram->binding_length);
        length += scram->binding_length;
    }
    expected = json_base64(bytes, length);
    is_same = strcmp(expected, said) == 0;
    free(expected);
    return is_same;
}

static bool is_proof_right(const Scram *scram, const char *message, const uint8_t *proof)
{
    uint8_t signature[SCRAM_KEY_SIZE], key[SCRAM_KEY_SIZE], stored[SCRAM_KEY_SIZE];

    hmac(scram->verifier.stored_key, message, signature);
    for (int i = 0; i < SCRAM_KEY_SIZE; i++)
        key[i] = signature[i] ^ proof[i];
    hash(key, stored);
    return CRYPTO_memcmp(stored, scram->verifier.stored_key, SCRAM_KEY_SIZE) == 0 &&
           !scram->is_doomed;
}

static void sign(const Scram *scram, const char *message, char out_text[SCRAM_TEXT_MAX])
{
    uint8_t signature[SCRAM_KEY_SIZE];
    char *base64;

    hmac(scram->verifier.server_key, message, signature);
    base64 = json_base64(signature, SCRAM_KEY_SIZE);
    snprintf(out_text, SCRAM_TEXT_MAX, "v=%s", base64);
    free(base64);
}

/* The proof, which is what is left of the text. */
static bool read_proof(const char *at, uint8_t out_proof[SCRAM_KEY_SIZE])
{
    char text[SCRAM_TEXT_MAX], *bytes = NULL;
    size_t size = 0;
    bool ok = take_attribute(&at, 'p', text, sizeof text) != NULL && *at == '\0' &&
              json_base64_decode(text, &bytes, &size, NULL) && size == SCRAM_KEY_SIZE;

    if (ok)
        memcpy(out_proof, bytes, SCRAM_KEY_SIZE);
    free(bytes);
    return ok;
}

bool scram_final(Scram *scram, const char *text, size_t length, bool *out_is_right,
                 char out_text[SCRAM_TEXT_MAX], PgReport *report)
{
    char copy[SCRAM_TEXT_MAX], binding[SCRAM_TEXT_MAX], nonce[SCRAM_TEXT_MAX];
    char message[3 * SCRAM_TEXT_MAX];
    uint8_t proof[SCRAM_KEY_SIZE];
    const char *at = copy;

    if (length == 0 || length >= sizeof copy || memchr(text, '\0', length) != NULL)
        return malformed(report, FINAL, "Message length does not match input length.");
    memcpy(copy, text, length);
    copy[length] = '\0';
    if (take_attribute(&at, 'c', binding, sizeof binding) == NULL ||
        take_attribute(&at, 'r', nonce, sizeof nonce) == NULL)
        return malformed(report, FINAL, "Attribute expected.");
    if (!read_proof(at, proof))
        return malformed(report, FINAL, "Malformed proof in client-final-message.");
    if (!check_binding(scram, binding) && scram->is_plus)
        return pg_error(report, "28000", FINAL, "SCRAM channel binding check failed");
    if (!check_binding(scram, binding))
        return pg_error(report, "08P01", FINAL,
                        "unexpected SCRAM channel-binding attribute in client-final-message");
    if (strcmp(nonce, scram->nonce) != 0)
        return pg_error(report, "08P01", FINAL, "invalid SCRAM response");
    snprintf(message, sizeof message, "%s,%s,%.*s", scram->client_first, scram->server_first,
             (int)(at - copy) - 1, copy);
    *out_is_right = is_proof_right(scram, message, proof);
    sign(scram, message, out_text);
    return true;
}
