/*
 * tests/fakes/dns/cookie_test.c - server cookies, held against the examples of RFC 9018.
 */
#include "fakes/dns/cookie.h"

#include <string.h>

#include "tests/test.h"

static const uint8_t SECRET[DNS_COOKIE_SECRET_SIZE] = {0xe5, 0xe9, 0x73, 0xe5, 0xa6, 0xb2,
                                                       0xa4, 0x3f, 0x48, 0xe7, 0xdc, 0x84,
                                                       0x9e, 0x37, 0xbf, 0xcf};

static const struct {
    const char *name;
    uint8_t client[DNS_CLIENT_COOKIE_SIZE];
    uint32_t ip;
    int64_t now_s;
    uint8_t server[16];
} CASES[] = {
    {"A.1, a new client",
     {0x24, 0x64, 0xc4, 0xab, 0xcf, 0x10, 0xc9, 0x57},
     0xc6336464, 1559731985,
     {0x01, 0x00, 0x00, 0x00, 0x5c, 0xf7, 0x9f, 0x11, 0x1f, 0x81, 0x30, 0xc3, 0xee, 0xe2, 0x94,
      0x80}},
    {"A.2, the same client later",
     {0x24, 0x64, 0xc4, 0xab, 0xcf, 0x10, 0xc9, 0x57},
     0xc6336464, 1559734385,
     {0x01, 0x00, 0x00, 0x00, 0x5c, 0xf7, 0xa8, 0x71, 0xd4, 0xa5, 0x64, 0xa1, 0x44, 0x2a, 0xca,
      0x77}},
};

static void test_cookies(void)
{
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        uint8_t cookie[DNS_COOKIE_SIZE];

        dns_cookie_make(SECRET, CASES[i].client, CASES[i].ip, CASES[i].now_s, cookie);
        CHECK_CASE(CASES[i].name, memcmp(cookie, CASES[i].client, 8) == 0);
        CHECK_CASE(CASES[i].name, memcmp(cookie + 8, CASES[i].server, 16) == 0);
    }
}

/* The first and the last of the vectors that came with SipHash: the key counts up, and so does what is hashed. */
static void test_hash(void)
{
    uint8_t counting[16];

    for (int i = 0; i < 16; i++)
        counting[i] = (uint8_t)i;
    CHECK(dns_siphash(counting, counting, 0) == UINT64_C(0x726fdb47dd0e0e31));
    CHECK(dns_siphash(counting, counting, 15) == UINT64_C(0xa129ca6149be45e5));
}

TEST_SUITE("fakes/dns/cookie", {"the examples of RFC 9018", test_cookies},
           {"SipHash-2-4", test_hash});
