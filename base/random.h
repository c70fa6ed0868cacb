/*
 * base/random.h - chance from a run's seed, in named streams.
 *
 * Each use draws from its own stream, so that one more draw here shifts nothing there.
 * Source: xoshiro256** (Blackman and Vigna), seeded by SplitMix64 over seed and the name's hash.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t state[4];
} Random;

void random_init(Random *random, uint64_t seed, const char *stream);
uint64_t random_u64(Random *random);
uint64_t random_below(Random *random, uint64_t bound); /* 0 .. bound-1; bound > 0 */
int64_t random_between(Random *random, int64_t lowest, int64_t highest); /* both ends included */
bool random_chance(Random *random, double probability);
void random_fill(Random *random, void *bytes, size_t length);

/* A version 4 UUID as text, 36 characters and NUL. */
void random_uuid(Random *random, char out_text[37]);

/* A seed from the operating system, for live runs that do not name one. */
uint64_t random_seed_from_system(void);

#endif
