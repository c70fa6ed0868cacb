/*
 * tests/mutations.h - bytes changed a little, as a seed has it: what a parser has to bear.
 */
#ifndef TESTS_MUTATIONS_H
#define TESTS_MUTATIONS_H

#include <stdint.h>
#include <string.h>

#include "base/random.h"

/* Changes a byte, or makes a DNS pointer of two, or copies a piece over another, or cuts. length is at least 1, and stays so. */
static inline void mutate_bytes(Random *random, uint8_t *bytes, size_t *length)
{
    size_t at = random_below(random, *length), from = random_below(random, *length);
    size_t piece = random_below(random, *length - (at > from ? at : from)) + 1;

    switch (random_below(random, 5)) {
    case 0:
        bytes[at] ^= (uint8_t)(1u << random_below(random, 8));
        break;
    case 1:
        bytes[at] = (uint8_t)random_u64(random);
        break;
    case 2:
        bytes[at] = 0xc0;
        if (at + 1 < *length)
            bytes[at + 1] = (uint8_t)random_below(random, *length);
        break;
    case 3:
        memmove(bytes + at, bytes + from, piece);
        break;
    default:
        *length = at + 1;
    }
}

#endif
