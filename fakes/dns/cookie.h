/*
 * fakes/dns/cookie.h - what a server hands to a client so that it knows it again: a hash over who asked, and when.
 *
 * Source: RFC 7873 (cookies), RFC 9018 4 (what is hashed: SipHash-2-4 over the client's cookie, version, time and address).
 */
#ifndef FAKES_DNS_COOKIE_H
#define FAKES_DNS_COOKIE_H

#include <stddef.h>
#include <stdint.h>

enum { DNS_COOKIE_SIZE = 24, DNS_CLIENT_COOKIE_SIZE = 8, DNS_COOKIE_SECRET_SIZE = 16 };

/* The client's 8 bytes and the server's 16 after them. ip: IPv4, most significant byte first when shifted out; 0: unknown. */
void dns_cookie_make(const uint8_t secret[DNS_COOKIE_SECRET_SIZE],
                     const uint8_t client[DNS_CLIENT_COOKIE_SIZE], uint32_t ip, int64_t now_s,
                     uint8_t out_cookie[DNS_COOKIE_SIZE]);

/* SipHash-2-4 as a number whose least significant byte comes first on the wire. */
uint64_t dns_siphash(const uint8_t key[16], const uint8_t *bytes, size_t length);

#endif
