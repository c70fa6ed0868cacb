/*
 * fakes/dns/tsig.h - signatures over messages with a shared key: judged on what comes in, put on what goes out.
 *
 * Source: RFC 8945; where it leaves a choice, BIND 9.18 (held against recorded exchanges with nsupdate).
 * Units:  seconds since 1970 (48 bits on the wire).
 */
#ifndef FAKES_DNS_TSIG_H
#define FAKES_DNS_TSIG_H

#include <openssl/evp.h>

#include "fakes/dns/message.h"

typedef struct {
    const char *name;   /* key name: "understudy." */
    const char *secret; /* base64 */
    const char *
        algorithm; /* "hmac-sha256", -sha1, -sha224, -sha384, -sha512, "hmac-md5"; NULL: the first */
} DnsKey;

enum { DNS_MAC_MAX = 64 };

/* A key made ready for use. The memory is the caller's. */
typedef struct {
    char *name;
    const char *algorithm; /* "hmac-sha256." */
    EVP_MAC_CTX *mac;
    size_t mac_length;
} DnsSigner;

/* Fails with ERR_INPUT: no such algorithm, no name, no base64. The error does not tell the secret. */
bool dns_signer_init(DnsSigner *signer, const DnsKey *key, Error *err);
void dns_signer_release(DnsSigner *signer);

/* What a TSIG record says. */
typedef struct {
    const char *key, *algorithm; /* lower case */
    uint32_t ttl_s;
    uint64_t time_s;
    uint16_t fudge_s, original_id, error;
    const uint8_t *mac, *other;
    size_t mac_length, other_length;
} DnsTsig;

/* Borrows from record. False if it is malformed: FORMERR. */
bool dns_tsig_parse(Arena *arena, const DnsRecord *record, DnsTsig *out_tsig);

/*
 * Judges a signed request, which was parsed from bytes: DNS_NOERROR, DNS_BADKEY, DNS_BADSIG, DNS_BADTIME, DNS_BADTRUNC, or
 * DNS_FORMERR if the MAC has a length that cannot be. out_signer: whose signature it is, NULL where none may be put on the
 * answer (BADKEY, BADSIG).
 */
int dns_tsig_judge(const DnsSigner *signers, size_t count, const uint8_t *bytes,
                   const DnsMessage *message, const DnsTsig *tsig, int64_t now_s,
                   const DnsSigner **out_signer);

/* How many bytes dns_tsig_answer will add, at most. */
size_t dns_tsig_size(const DnsTsig *request, const DnsSigner *signer);

/*
 * Puts a TSIG record at the end of the answer to request, which is all that the buffer holds. signer NULL: an unsigned one, which
 * only carries the error (RFC 8945, section 5.3.2). out_mac: the MAC that it got, for dns_tsig_continue; may be NULL.
 */
void dns_tsig_answer(Buffer *message, const DnsTsig *request, const DnsSigner *signer, int error,
                     int64_t now_s, uint8_t out_mac[DNS_MAC_MAX]);

/* The same for one more message of that answer (section 5.3.1); mac is that of the message before it, and becomes this one's. */
void dns_tsig_continue(Buffer *message, const DnsTsig *request, const DnsSigner *signer,
                       int64_t now_s, uint8_t mac[DNS_MAC_MAX]);

/* Puts a TSIG record at the end of a request, which is all that the buffer holds; out_mac is what its answer is judged by. */
void dns_tsig_request(Buffer *message, const DnsSigner *signer, int64_t now_s,
                      uint8_t out_mac[DNS_MAC_MAX]);

/*
 * Judges a message of an answer that ends with a TSIG record: the first one (is_first), or one that comes after it. mac is that of
 * the request, then of each message, and is replaced. False: it is not what the signer made, or its time is off.
 */
bool dns_tsig_check(const DnsSigner *signer, const uint8_t *bytes, const DnsMessage *message,
                    bool is_first, int64_t now_s, uint8_t mac[DNS_MAC_MAX]);

#endif
