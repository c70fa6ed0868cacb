/*
 * fakes/dns/cookie.c - server cookies, and the hash that they are made with.
 */
#include "fakes/dns/cookie.h"

#include <string.h>

#include "fakes/dns/data.h"

enum { VERSION = 1, HASHED_SIZE = 20 };

static uint64_t read_little(const uint8_t *bytes, size_t length)
{
    uint64_t value = 0;

    for (size_t i = 0; i < length; i++)
        value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

static uint64_t turned(uint64_t value, int bits)
{
    return value << bits | value >> (64 - bits);
}

static void mix(uint64_t v[4], int rounds)
{
    for (int i = 0; i < rounds; i++) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = turned(v[1], 13) ^ v[0];
        v[3] = turned(v[3], 16) ^ v[2];
        v[0] = turned(v[0], 32);
        v[2] += v[1];
        v[0] += v[3];
        v[1] = turned(v[1], 17) ^ v[2];
        v[3] = turned(v[3], 21) ^ v[0];
        v[2] = turned(v[2], 32);
    }
}

static void take(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    mix(v, 2);
    v[0] ^= word;
}

uint64_t dns_siphash(const uint8_t key[16], const uint8_t *bytes, size_t length)
{
    uint64_t k0 = read_little(key, 8), k1 = read_little(key + 8, 8);
    uint64_t v[4] = {
        k0 ^ UINT64_C(0x736f6d6570736575),
        k1 ^ UINT64_C(0x646f72616e646f6d),
        k0 ^ UINT64_C(0x6c7967656e657261),
        k1 ^ UINT64_C(0x7465646279746573),
    };
    size_t at = 0;

    for (; at + 8 <= length; at += 8)
        take(v, read_little(bytes + at, 8));
    take(v, (uint64_t)length << 56 | read_little(bytes + at, length - at));
    v[2] ^= 0xff;
    mix(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void dns_cookie_make(const uint8_t secret[DNS_COOKIE_SECRET_SIZE],
                     const uint8_t client[DNS_CLIENT_COOKIE_SIZE], uint32_t ip, int64_t now_s,
                     uint8_t out_cookie[DNS_COOKIE_SIZE])
{
    uint8_t hashed[HASHED_SIZE] = {0};
    uint64_t hash;

    memcpy(hashed, client, DNS_CLIENT_COOKIE_SIZE);
    hashed[DNS_CLIENT_COOKIE_SIZE] = VERSION;
    dns_write_u32(hashed + 12, (uint32_t)now_s);
    dns_write_u32(hashed + 16, ip);
    hash = dns_siphash(secret, hashed, sizeof hashed);
    memcpy(out_cookie, hashed, 16);
    for (int i = 0; i < 8; i++)
        out_cookie[16 + i] = (uint8_t)(hash >> (8 * i));
}
