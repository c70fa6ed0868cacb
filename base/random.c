/*
 * base/random.c - chance from a run's seed, in named streams (xoshiro256**, SplitMix64).
 */
#include "base/random.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* FNV-1a: stable across machines, which is all that a stream's name needs. */
static uint64_t name_hash(const char *name)
{
    uint64_t hash = 0xcbf29ce484222325;

    for (; *name != '\0'; name++)
        hash = (hash ^ (unsigned char)*name) * 0x100000001b3;
    return hash;
}

static uint64_t split_mix(uint64_t *state)
{
    uint64_t mixed = *state += 0x9e3779b97f4a7c15;

    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
}

void random_init(Random *random, uint64_t seed, const char *stream)
{
    uint64_t state = name_hash(stream);

    /* Mixed before they meet, so that no seed and name cancel each other out in the XOR. */
    state = split_mix(&state) ^ seed;
    for (int i = 0; i < 4; i++)
        random->state[i] = split_mix(&state);
}

static uint64_t rotate_left(uint64_t value, int bits)
{
    return (value << bits) | (value >> (64 - bits));
}

uint64_t random_u64(Random *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

uint64_t random_below(Random *random, uint64_t bound)
{
    uint64_t reject_below; /* 2^64 mod bound: below it, low remainders would come up too often */
    uint64_t drawn;

    assert(bound > 0);
    reject_below = -bound % bound;
    do
        drawn = random_u64(random);
    while (drawn < reject_below);
    return drawn % bound;
}

int64_t random_between(Random *random, int64_t lowest, int64_t highest)
{
    uint64_t span = (uint64_t)highest - (uint64_t)lowest;

    assert(lowest <= highest);
    if (span == UINT64_MAX)
        return (int64_t)random_u64(random);
    return (int64_t)((uint64_t)lowest + random_below(random, span + 1));
}

bool random_chance(Random *random, double probability)
{
    return (double)(random_u64(random) >> 11) * 0x1.0p-53 < probability;
}

void random_fill(Random *random, void *bytes, size_t length)
{
    unsigned char *to = bytes;

    while (length > 0) {
        uint64_t drawn = random_u64(random);
        size_t some = length < sizeof drawn ? length : sizeof drawn;

        memcpy(to, &drawn, some);
        to += some;
        length -= some;
    }
}

void random_uuid(Random *random, char out_text[37])
{
    static const char DIGITS[] = "0123456789abcdef";
    uint8_t b[16];
    char *at = out_text;

    random_fill(random, b, sizeof b);
    b[6] = (uint8_t)((b[6] & 0x0f) | 0x40); /* version 4 */
    b[8] = (uint8_t)((b[8] & 0x3f) | 0x80); /* the variant of RFC 9562 */
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        *at++ = DIGITS[b[i] >> 4];
        *at++ = DIGITS[b[i] & 15];
    }
    *at = '\0';
}

uint64_t random_seed_from_system(void)
{
    uint64_t seed;
    ssize_t got;

    do
        got = getrandom(&seed, sizeof seed, 0);
    while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof seed) {
        fputs("understudy: the operating system gives no random numbers\n", stderr);
        abort();
    }
    return seed;
}
