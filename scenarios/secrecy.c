/*
 * scenarios/secrecy.c - is any of many secrets in a text?
 *
 * At each place of the text the next eight bytes are a number. A bit for each number's hash says whether a secret may begin there; only then
 * is it looked up among the secrets, which are sorted by their first eight bytes. Shorter secrets are few, and looked for one by one.
 */
#include "scenarios/secrecy.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { BEGINNING = 8, HASH_BITS = 16 };

typedef struct {
    uint64_t beginning;
    const char *bytes;
    size_t length;
} Needle;

struct Secrecy {
    Needle *needles; /* those of eight bytes and more first, by beginning */
    size_t count, capacity, long_count;
    unsigned char may_begin[(1 << HASH_BITS) / 8];
};

static uint64_t number_at(const char *bytes)
{
    uint64_t number;

    memcpy(&number, bytes, BEGINNING);
    return number;
}

static uint32_t hash_of(uint64_t number)
{
    return (uint32_t)(number * 0x9e3779b97f4a7c15u >> (64 - HASH_BITS));
}

static Needle longest_line(const char *secret)
{
    Needle longest = {.bytes = secret};

    while (*secret) {
        size_t length = strcspn(secret, "\r\n");

        if (length > longest.length && strncmp(secret, "-----", 5) != 0)
            longest = (Needle){.bytes = secret, .length = length};
        secret += length + strspn(secret + length, "\r\n");
    }
    if (longest.length >= BEGINNING)
        longest.beginning = number_at(longest.bytes);
    return longest;
}

static int by_beginning(const void *a, const void *b)
{
    const Needle *one = a, *other = b;
    bool is_short = one->length < BEGINNING, is_other_short = other->length < BEGINNING;

    if (is_short != is_other_short)
        return is_short - is_other_short;
    return (one->beginning > other->beginning) - (one->beginning < other->beginning);
}

Secrecy *secrecy_new(const char *const *secrets)
{
    Secrecy *secrecy = MEMORY_NEW(Secrecy);

    for (; *secrets; secrets++) {
        Needle needle = longest_line(*secrets);

        if (needle.length == 0)
            continue;
        MEMORY_GROW(secrecy->needles, secrecy->count, secrecy->capacity);
        secrecy->needles[secrecy->count++] = needle;
        if (needle.length >= BEGINNING) {
            uint32_t hash = hash_of(needle.beginning);

            secrecy->may_begin[hash / 8] |= (unsigned char)(1 << hash % 8);
            secrecy->long_count++;
        }
    }
    if (secrecy->count)
        qsort(secrecy->needles, secrecy->count, sizeof *secrecy->needles, by_beginning);
    return secrecy;
}

void secrecy_free(Secrecy *secrecy)
{
    if (!secrecy)
        return;
    free(secrecy->needles);
    free(secrecy);
}

/* The first of the long needles that does not begin with less. */
static size_t first_from(const Secrecy *secrecy, uint64_t beginning)
{
    size_t low = 0, high = secrecy->long_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (secrecy->needles[middle].beginning < beginning)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool begins_with_secret(const Secrecy *secrecy, const char *text, size_t length,
                               uint64_t beginning)
{
    for (size_t i = first_from(secrecy, beginning);
         i < secrecy->long_count && secrecy->needles[i].beginning == beginning; i++) {
        const Needle *needle = &secrecy->needles[i];

        if (needle->length <= length && memcmp(text, needle->bytes, needle->length) == 0)
            return true;
    }
    return false;
}

static bool holds_long(const Secrecy *secrecy, const char *text, size_t length)
{
    for (size_t at = 0; at + BEGINNING <= length; at++) {
        uint64_t beginning = number_at(text + at);
        uint32_t hash = hash_of(beginning);

        if (secrecy->may_begin[hash / 8] >> hash % 8 & 1 &&
            begins_with_secret(secrecy, text + at, length - at, beginning))
            return true;
    }
    return false;
}

static bool holds_token(const char *text)
{
    const char *token = strstr(text, "eyJ");

    return token && strstr(token, ".eyJ");
}

bool secrecy_is_broken(const Secrecy *secrecy, const char *text)
{
    size_t length = strlen(text);

    for (size_t i = secrecy->long_count; i < secrecy->count; i++) {
        if (memmem(text, length, secrecy->needles[i].bytes, secrecy->needles[i].length))
            return true;
    }
    return holds_token(text) || holds_long(secrecy, text, length);
}
