/*
 * fakes/dns/serial.h - zone serial numbers, which wrap around.
 *
 * Source: RFC 1982 3.1, 3.2 (32 bits); 0 is skipped, as BIND does.
 */
#ifndef FAKES_DNS_SERIAL_H
#define FAKES_DNS_SERIAL_H

#include <stdbool.h>
#include <stdint.h>

/* False for equal ones, and for two that are exactly half way round apart, which RFC 1982 leaves undefined. */
bool dns_serial_is_newer(uint32_t serial, uint32_t than);
uint32_t dns_serial_next(uint32_t serial);

#endif
