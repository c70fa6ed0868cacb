/*
 * fakes/dns/serial.c - zone serial numbers, which wrap around.
 */
#include "fakes/dns/serial.h"

bool dns_serial_is_newer(uint32_t serial, uint32_t than)
{
    uint32_t ahead = serial - than;

    return ahead > 0 && ahead < UINT32_C(0x80000000);
}

uint32_t dns_serial_next(uint32_t serial)
{
    uint32_t next = serial + 1;

    return next == 0 ? 1 : next;
}
