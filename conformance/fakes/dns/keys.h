/*
 * conformance/fakes/dns/keys.h - shared secrets, and the MACs made with them.
 *
 * Source:    RFC 8945 (TSIG), 4.3 (what is digested), 6 (algorithms); the file is named.conf's: key "name" { algorithm ...; secret "..."; };
 * Ownership: WireKeys own their keys.
 */
#ifndef CONFORMANCE_FAKES_DNS_KEYS_H
#define CONFORMANCE_FAKES_DNS_KEYS_H

#include "base/buffer.h"
#include "base/error.h"

enum { WIRE_MAC_MAX = 64 };

typedef struct {
    char *name;      /* "corpus-sha256" */
    char *algorithm; /* "hmac-sha256." */
    char *secret;
    size_t secret_length;
} WireKey;

typedef struct {
    WireKey *items;
    size_t count, capacity;
} WireKeys;

/* Fails with ERR_IO, or ERR_INPUT: not a file of keys, or an algorithm that nobody knows. */
bool wire_keys_read(const char *path, WireKeys *out_keys, Error *err);
void wire_keys_release(WireKeys *keys);
/* NULL if there is none of that name, with or without the last dot. */
const WireKey *wire_keys_find(const WireKeys *keys, const char *name);

/* How long a MAC of the key is. */
size_t wire_key_digest(const WireKey *key, const Buffer *digested, uint8_t out_mac[WIRE_MAC_MAX]);

#endif
