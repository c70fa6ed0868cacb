/*
 * fakes/postgres/crc32c.h - the checksum of Postgres' log records, control file and backup manifests.
 *
 * Source: RFC 3720, appendix B.4 (Castagnoli's polynomial, reflected).
 */
#ifndef FAKES_POSTGRES_CRC32C_H
#define FAKES_POSTGRES_CRC32C_H

#include <stddef.h>
#include <stdint.h>

#define CRC32C_BEGIN 0xffffffffu

/* Begins with CRC32C_BEGIN; what comes out at the end is to be inverted (~). */
uint32_t crc32c_add(uint32_t crc, const void *bytes, size_t length);

#endif
