/*
 * engine/clients/dns.h - DNS as the engine needs it: ask a named server, and change a record with one signed update.
 *
 * Source: RFC 1035, RFC 2136, RFC 8945; wire format by ldns. Never the system's blocking resolver.
 * Units:  TTLs in seconds, waits in milliseconds. Names with or without the dot at the end; those in answers are without it and in
 *         small letters.
 * Errors: ERR_TIMEOUT no answer; ERR_DENIED REFUSED, NOTAUTH or a bad signature; ERR_UNAVAILABLE SERVFAIL or unreachable; ERR_CONFLICT a
 *         prerequisite failed (somebody else changed the record); ERR_AMBIGUOUS an update was sent and no answer came.
 */
#ifndef ENGINE_CLIENTS_DNS_H
#define ENGINE_CLIENTS_DNS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/loop.h"
#include "base/random.h"

typedef struct DnsClient DnsClient;

typedef struct {
    char ip[48];
    uint16_t port;
} DnsServerAddress;

/* "127.0.0.53:5300", "127.0.0.53" (port 53), "[::1]:53". */
bool dns_address_parse(const char *text, DnsServerAddress *out_address, Error *err);

typedef struct {
    char name[256];
    char algorithm[32]; /* "hmac-sha256" */
    char *secret;       /* base64, owned */
} DnsTsigKey;

/* hmac-sha256 and hmac-sha512. Reads the file that `tsig-keygen` writes: key "name" { algorithm ...; secret "..."; }; */
bool dns_key_read(const char *path, DnsTsigKey *out_key, Error *err);
void dns_key_release(DnsTsigKey *key);

typedef enum {
    DNS_RECORD_A,
    DNS_RECORD_AAAA,
    DNS_RECORD_CNAME,
    DNS_RECORD_SOA,
    DNS_RECORD_NS,
    DNS_RECORD_TXT
} DnsRecordType;
const char *dns_record_type_name(DnsRecordType type);

enum { DNS_VALUES_MAX = 16 };
typedef struct {
    bool exists;      /* the name has an answer of that type (following CNAMEs) */
    bool is_nxdomain; /* the name does not exist at all */
    bool is_authoritative;
    uint32_t ttl_s;  /* the lowest of the chain */
    char cname[256]; /* what the name itself is a CNAME of; "" if it is not */
    uint32_t cname_ttl_s;
    char values[DNS_VALUES_MAX][256]; /* texts: addresses, names */
    size_t count;
    uint32_t serial; /* of SOA answers */
} DnsAnswer;

DnsClient *dns_client_new(Loop *loop, Random *random, const bool *stop);
void dns_client_free(DnsClient *client);

/* UDP, then TCP when truncated; tries times timeout_ms (3 x 2 s). */
bool dns_ask(DnsClient *client, const DnsServerAddress *server, const char *name,
             DnsRecordType type, DnsAnswer *out_answer, Error *err);

/* The same question to many servers at once (every name server, every cluster's resolver). */
typedef struct {
    DnsServerAddress server;
    DnsAnswer answer;
    Error error; /* code ERR_NONE: answered */
} DnsView;
void dns_ask_all(DnsClient *client, DnsView *views, size_t count, const char *name,
                 DnsRecordType type, size_t width);

/* What a name is to become: an A, AAAA or CNAME record, alone. */
typedef struct {
    const char *zone;
    const char *name;
    DnsRecordType type;
    const char *value; /* the new and only record of name */
    uint32_t ttl_s;
    const DnsAnswer *expected; /* compare and swap: what is there now; NULL: whatever it is */
} DnsChange;
/* One UPDATE message, sent once: prerequisite, delete what is there (of A, AAAA and CNAME), add. NOERROR proves nothing: ask afterwards. */
bool dns_change(DnsClient *client, const DnsServerAddress *server, const DnsTsigKey *key,
                const DnsChange *change, Error *err);

/*
 * A signed UPDATE for the zone that changes nothing: shows that the key is known and the zone takes updates from it. A server
 * that decides per record may still refuse the real one. ERR_DENIED, ERR_INVALID (NOTAUTH for the zone) or as dns_change.
 */
bool dns_probe(DnsClient *client, const DnsServerAddress *server, const DnsTsigKey *key,
               const char *zone, Error *err);

#endif
