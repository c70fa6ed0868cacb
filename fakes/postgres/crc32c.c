/*
 * fakes/postgres/crc32c.c - the checksum of Postgres' log records, control file and backup manifests.
 */
#include "fakes/postgres/crc32c.h"

#include <stdbool.h>
#include <string.h>

/* Four bits at a time: small, and only for processors that have no instruction for it. */
static const uint32_t TABLE[16] = {
    0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
    0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

static uint32_t add_by_table(uint32_t crc, const unsigned char *at, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        crc ^= at[i];
        crc = crc >> 4 ^ TABLE[crc & 15];
        crc = crc >> 4 ^ TABLE[crc & 15];
    }
    return crc;
}

#ifdef __x86_64__

__attribute__((target("sse4.2"))) static uint32_t
add_by_instruction(uint32_t crc, const unsigned char *at, size_t length)
{
    uint64_t wide = crc;

    for (; length >= sizeof(uint64_t); length -= sizeof(uint64_t), at += sizeof(uint64_t)) {
        uint64_t word;

        memcpy(&word, at, sizeof word);
        wide = __builtin_ia32_crc32di(wide, word);
    }
    crc = (uint32_t)wide;
    if (length >= sizeof(uint32_t)) {
        uint32_t word;

        memcpy(&word, at, sizeof word);
        crc = __builtin_ia32_crc32si(crc, word);
        length -= sizeof word;
        at += sizeof word;
    }
    for (; length > 0; length--)
        crc = __builtin_ia32_crc32qi(crc, *at++);
    return crc;
}

static bool has_instruction(void)
{
    return __builtin_cpu_supports("sse4.2");
}

#else

#define add_by_instruction add_by_table

static bool has_instruction(void)
{
    return false;
}

#endif

uint32_t crc32c_add(uint32_t crc, const void *bytes, size_t length)
{
    return has_instruction() ? add_by_instruction(crc, bytes, length)
                             : add_by_table(crc, bytes, length);
}
