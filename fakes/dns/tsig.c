/*
 * fakes/dns/tsig.c - signatures over messages with a shared key: judged on what comes in, put on what goes out.
 */
#include "fakes/dns/tsig.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>

#include "base/json.h"
#include "base/memory.h"
#include "fakes/dns/data.h"
#include "fakes/dns/name.h"

enum { FUDGE_S = 300, MAC_LEAST = 10, FIXED_SIZE = 16, RECORD_FIXED_SIZE = 10 };
enum { TIME_SIZE = 6 };

static const struct {
    const char *name;
    const char *digest;
    size_t mac_length;
} ALGORITHMS[] = {
    {"hmac-sha256.",              "SHA256", 32},
    {"hmac-sha384.",              "SHA384", 48},
    {"hmac-sha512.",              "SHA512", 64},
    {"hmac-sha224.",              "SHA224", 28},
    {"hmac-sha1.",                "SHA1",   20},
    {"hmac-md5.sig-alg.reg.int.", "MD5",    16},
};

/* ---- keys ------------------------------------------------------------------------------------- */

static EVP_MAC_CTX *mac_new(const char *digest, const char *secret, size_t length)
{
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *mac = EVP_MAC_CTX_new(hmac);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)digest, 0),
        OSSL_PARAM_construct_end(),
    };
    int ok = EVP_MAC_init(mac, (const unsigned char *)secret, length, parameters);

    assert(ok == 1 && "OpenSSL has HMAC");
    (void)ok;
    EVP_MAC_free(hmac);
    return mac;
}

static bool load_secret(DnsSigner *signer, const DnsKey *key, const char *digest, Error *err)
{
    char *secret = NULL;
    size_t length = 0;

    /* What the decoder says of it could quote it. */
    if (!json_base64_decode(key->secret, &secret, &length, NULL) || length == 0) {
        free(secret);
        return error_set(err, ERR_INPUT, "the secret of key %s is not base64", key->name);
    }
    signer->mac = mac_new(digest, secret, length);
    OPENSSL_cleanse(secret, length);
    free(secret);
    return true;
}

/* People write hmac-md5 without the domain that it was given before there was a registry. */
static bool is_called(const char *name, const char *wanted)
{
    return strcmp(wanted, "hmac-md5.") == 0 ? strncmp(name, wanted, strlen(wanted)) == 0
                                            : strcmp(name, wanted) == 0;
}

bool dns_signer_init(DnsSigner *signer, const DnsKey *key, Error *err)
{
    const char *wanted = key->algorithm != NULL ? key->algorithm : ALGORITHMS[0].name;
    char name[DNS_NAME_TEXT_MAX], algorithm[DNS_NAME_TEXT_MAX];

    *signer = (DnsSigner){0};
    if (!dns_name_tidy(key->name, name) || !dns_name_tidy(wanted, algorithm))
        return error_set(err, ERR_INPUT, "a TSIG key needs a domain name as its name");
    for (size_t i = 0; i < sizeof ALGORITHMS / sizeof *ALGORITHMS; i++) {
        if (!is_called(ALGORITHMS[i].name, algorithm))
            continue;
        if (!load_secret(signer, key, ALGORITHMS[i].digest, err))
            return false;
        signer->name = memory_text(name);
        signer->algorithm = ALGORITHMS[i].name;
        signer->mac_length = ALGORITHMS[i].mac_length;
        return true;
    }
    return error_set(err, ERR_INPUT,
                     "key %s: no algorithm %s, only hmac-sha1, -sha224, -sha256, -sha384, "
                     "-sha512 and hmac-md5",
                     name, wanted);
}

void dns_signer_release(DnsSigner *signer)
{
    EVP_MAC_CTX_free(signer->mac);
    free(signer->name);
    *signer = (DnsSigner){0};
}

/* ---- reading ---------------------------------------------------------------------------------- */

static uint64_t read_time(const uint8_t *bytes)
{
    return (uint64_t)dns_read_u16(bytes) << 32 | dns_read_u32(bytes + 2);
}

bool dns_tsig_parse(Arena *arena, const DnsRecord *record, DnsTsig *out_tsig)
{
    char algorithm[DNS_NAME_TEXT_MAX];
    const uint8_t *data = record->data;
    size_t at = dns_name_decode(data, record->length, 0, algorithm);

    if (at == 0 || record->length - at < FIXED_SIZE)
        return false;
    dns_name_lower(algorithm);
    *out_tsig = (DnsTsig){.key = record->name,
                          .ttl_s = record->ttl_s,
                          .algorithm = arena_text(arena, algorithm)};
    out_tsig->time_s = read_time(data + at);
    out_tsig->fudge_s = dns_read_u16(data + at + 6);
    out_tsig->mac_length = dns_read_u16(data + at + 8);
    out_tsig->mac = data + at + 10;
    at += 10;
    if (out_tsig->mac_length + 6 > record->length - at)
        return false;
    at += out_tsig->mac_length;
    out_tsig->original_id = dns_read_u16(data + at);
    out_tsig->error = dns_read_u16(data + at + 2);
    out_tsig->other_length = dns_read_u16(data + at + 4);
    out_tsig->other = data + at + 6;
    return out_tsig->other_length == record->length - at - 6;
}

/* ---- what is signed --------------------------------------------------------------------------- */

static void add_name(Buffer *out, const char *name)
{
    uint8_t wire[DNS_WIRE_NAME_MAX];

    buffer_add(out, wire, dns_name_encode(name, wire));
}

static void add_time(Buffer *out, uint64_t time_s)
{
    buffer_add_u16(out, (uint16_t)(time_s >> 32));
    buffer_add_u32(out, (uint32_t)time_s);
}

/* RFC 8945, section 4.3.3: the TSIG variables, with names in lower case whatever case they came in. */
static void add_variables(Buffer *out, const DnsTsig *tsig)
{
    add_name(out, tsig->key);
    buffer_add_u16(out, DNS_CLASS_ANY);
    buffer_add_u32(out, tsig->ttl_s);
    add_name(out, tsig->algorithm);
    add_time(out, tsig->time_s);
    buffer_add_u16(out, tsig->fudge_s);
    buffer_add_u16(out, tsig->error);
    buffer_add_u16(out, (uint16_t)tsig->other_length);
    buffer_add(out, tsig->other, tsig->other_length);
}

typedef enum { ALL_VARIABLES, TIMERS_ONLY } Signed;

/* prefix: the MAC before this one with its length before it; empty for a request. */
static void compute(const DnsSigner *signer, const Buffer *prefix, const uint8_t *message,
                    size_t length, const DnsTsig *tsig, Signed what, uint8_t out_mac[DNS_MAC_MAX])
{
    Buffer variables = {0};
    size_t size = 0;

    if (what == ALL_VARIABLES) {
        add_variables(&variables, tsig);
    } else {
        add_time(&variables, tsig->time_s);
        buffer_add_u16(&variables, tsig->fudge_s);
    }
    EVP_MAC_init(signer->mac, NULL, 0, NULL);
    EVP_MAC_update(signer->mac, (const unsigned char *)prefix->data, prefix->length);
    EVP_MAC_update(signer->mac, message, length);
    EVP_MAC_update(signer->mac, (const unsigned char *)variables.data, variables.length);
    EVP_MAC_final(signer->mac, out_mac, &size, DNS_MAC_MAX);
    assert(size == signer->mac_length);
    buffer_release(&variables);
}

/* A message as it was before it was signed: its own id, and one additional record less. */
static void compute_received(const DnsSigner *signer, const Buffer *prefix, const uint8_t *bytes,
                             size_t length, const DnsTsig *tsig, Signed what,
                             uint8_t out_mac[DNS_MAC_MAX])
{
    Buffer message = {0};
    uint8_t *copy;
    size_t additional;

    buffer_add(&message, bytes, length);
    copy = (uint8_t *)message.data;
    additional = dns_read_u16(copy + 10) - 1u;
    copy[0] = (uint8_t)(tsig->original_id >> 8);
    copy[1] = (uint8_t)tsig->original_id;
    copy[10] = (uint8_t)(additional >> 8);
    copy[11] = (uint8_t)additional;
    compute(signer, prefix, copy, length, tsig, what, out_mac);
    buffer_release(&message);
}

/* ---- judging ---------------------------------------------------------------------------------- */

static const DnsSigner *signer_find(const DnsSigner *signers, size_t count, const DnsTsig *tsig)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(signers[i].name, tsig->key) == 0 &&
            strcmp(signers[i].algorithm, tsig->algorithm) == 0)
            return &signers[i];
    }
    return NULL;
}

/* RFC 8945, section 5.2.2.1: cut to less than half, or to nothing worth guessing, it is no MAC at all. */
static bool mac_length_can_be(const DnsSigner *signer, size_t length)
{
    return length <= signer->mac_length && length >= MAC_LEAST && length >= signer->mac_length / 2;
}

static bool is_in_time(const DnsTsig *tsig, int64_t now_s)
{
    int64_t off = now_s - (int64_t)tsig->time_s;

    return (off < 0 ? -off : off) <= tsig->fudge_s;
}

int dns_tsig_judge(const DnsSigner *signers, size_t count, const uint8_t *bytes,
                   const DnsMessage *message, const DnsTsig *tsig, int64_t now_s,
                   const DnsSigner **out_signer)
{
    const DnsSigner *signer = signer_find(signers, count, tsig);
    uint8_t mac[DNS_MAC_MAX];

    *out_signer = NULL;
    if (signer == NULL)
        return DNS_BADKEY;
    if (tsig->mac_length == 0)
        return DNS_BADSIG;
    if (!mac_length_can_be(signer, tsig->mac_length))
        return DNS_FORMERR;
    compute_received(signer, &(Buffer){0}, bytes, message->tsig_at, tsig, ALL_VARIABLES, mac);
    if (CRYPTO_memcmp(mac, tsig->mac, tsig->mac_length) != 0)
        return DNS_BADSIG;
    *out_signer = signer;
    if (!is_in_time(tsig, now_s))
        return DNS_BADTIME;
    return tsig->mac_length < signer->mac_length ? DNS_BADTRUNC : DNS_NOERROR;
}

/* ---- answering -------------------------------------------------------------------------------- */

size_t dns_tsig_size(const DnsTsig *request, const DnsSigner *signer)
{
    uint8_t wire[DNS_WIRE_NAME_MAX];

    return dns_name_encode(request->key, wire) + RECORD_FIXED_SIZE +
           dns_name_encode(request->algorithm, wire) + FIXED_SIZE + TIME_SIZE +
           (signer != NULL ? signer->mac_length : 0);
}

static void append(Buffer *message, const DnsTsig *tsig)
{
    Buffer data = {0};
    uint8_t *count;
    size_t additional;

    add_name(&data, tsig->algorithm);
    add_time(&data, tsig->time_s);
    buffer_add_u16(&data, tsig->fudge_s);
    buffer_add_u16(&data, (uint16_t)tsig->mac_length);
    buffer_add(&data, tsig->mac, tsig->mac_length);
    buffer_add_u16(&data, tsig->original_id);
    buffer_add_u16(&data, tsig->error);
    buffer_add_u16(&data, (uint16_t)tsig->other_length);
    buffer_add(&data, tsig->other, tsig->other_length);
    add_name(message, tsig->key);
    buffer_add_u16(message, DNS_TSIG);
    buffer_add_u16(message, DNS_CLASS_ANY);
    buffer_add_u32(message, 0);
    buffer_add_u16(message, (uint16_t)data.length);
    buffer_add(message, data.data, data.length);
    count = (uint8_t *)message->data + 10;
    additional = dns_read_u16(count) + 1u;
    count[0] = (uint8_t)(additional >> 8);
    count[1] = (uint8_t)additional;
    buffer_release(&data);
}

static void add_mac(Buffer *prefix, const uint8_t *mac, size_t length)
{
    buffer_add_u16(prefix, (uint16_t)length);
    buffer_add(prefix, mac, length);
}

static DnsTsig now_signed(const Buffer *message, const DnsSigner *signer, int64_t now_s)
{
    return (DnsTsig){
        .key = signer->name,
        .algorithm = signer->algorithm,
        .time_s = (uint64_t)now_s,
        .fudge_s = FUDGE_S,
        .original_id = dns_read_u16((const uint8_t *)message->data),
    };
}

/* Computes the MAC of a message with what came before it, and appends it. */
static void sign(Buffer *message, const DnsSigner *signer, const Buffer *prefix, DnsTsig *tsig,
                 Signed what, uint8_t out_mac[DNS_MAC_MAX])
{
    compute(signer, prefix, (const uint8_t *)message->data, message->length, tsig, what, out_mac);
    tsig->mac = out_mac;
    tsig->mac_length = signer->mac_length;
    append(message, tsig);
}

void dns_tsig_answer(Buffer *message, const DnsTsig *request, const DnsSigner *signer, int error,
                     int64_t now_s, uint8_t out_mac[DNS_MAC_MAX])
{
    uint8_t mac[DNS_MAC_MAX];
    Buffer prefix = {0}, server_time = {0};
    DnsTsig tsig = {
        .key = request->key,
        .algorithm = request->algorithm,
        .time_s = (uint64_t)now_s,
        .fudge_s = FUDGE_S,
        .original_id = dns_read_u16((const uint8_t *)message->data),
        .error = (uint16_t)error,
    };

    if (error == DNS_BADTIME) {
        /* The client could not check an answer at our time either: it gets its own back, and ours beside it. */
        tsig.time_s = request->time_s;
        add_time(&server_time, (uint64_t)now_s);
        tsig.other = (const uint8_t *)server_time.data;
        tsig.other_length = server_time.length;
    }
    if (signer != NULL) {
        add_mac(&prefix, request->mac, request->mac_length);
        sign(message, signer, &prefix, &tsig, ALL_VARIABLES, out_mac != NULL ? out_mac : mac);
    } else {
        append(message, &tsig);
    }
    buffer_release(&prefix);
    buffer_release(&server_time);
}

void dns_tsig_continue(Buffer *message, const DnsTsig *request, const DnsSigner *signer,
                       int64_t now_s, uint8_t mac[DNS_MAC_MAX])
{
    Buffer prefix = {0};
    DnsTsig tsig = now_signed(message, signer, now_s);

    tsig.key = request->key;
    add_mac(&prefix, mac, signer->mac_length);
    sign(message, signer, &prefix, &tsig, TIMERS_ONLY, mac);
    buffer_release(&prefix);
}

/* ---- the other side of it --------------------------------------------------------------------- */

void dns_tsig_request(Buffer *message, const DnsSigner *signer, int64_t now_s,
                      uint8_t out_mac[DNS_MAC_MAX])
{
    DnsTsig tsig = now_signed(message, signer, now_s);

    sign(message, signer, &(Buffer){0}, &tsig, ALL_VARIABLES, out_mac);
}

bool dns_tsig_check(const DnsSigner *signer, const uint8_t *bytes, const DnsMessage *message,
                    bool is_first, int64_t now_s, uint8_t mac[DNS_MAC_MAX])
{
    Arena arena = {0};
    Buffer prefix = {0};
    DnsTsig tsig;
    uint8_t computed[DNS_MAC_MAX];
    bool ok = dns_tsig_parse(&arena, message->tsig, &tsig) && tsig.error == DNS_NOERROR &&
              signer_find(signer, 1, &tsig) != NULL && tsig.mac_length == signer->mac_length &&
              is_in_time(&tsig, now_s);

    if (ok) {
        add_mac(&prefix, mac, signer->mac_length);
        compute_received(signer, &prefix, bytes, message->tsig_at, &tsig,
                         is_first ? ALL_VARIABLES : TIMERS_ONLY, computed);
        ok = CRYPTO_memcmp(computed, tsig.mac, signer->mac_length) == 0;
        memcpy(mac, computed, signer->mac_length);
    }
    buffer_release(&prefix);
    arena_release(&arena);
    return ok;
}
