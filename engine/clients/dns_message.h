/*
 * engine/clients/dns_message.h - DNS messages as the engine sends and reads them.
 *
 * Private to the DNS client. Pure, but for TSIG's time stamp, which ldns takes from time().
 * Source: RFC 1035, section 4; RFC 2136, section 2 (UPDATE), 2.4 (prerequisites), 2.5 (deletions); RFC 8945 (TSIG). Wire
 * format by ldns.
 */
#ifndef ENGINE_CLIENTS_DNS_MESSAGE_H
#define ENGINE_CLIENTS_DNS_MESSAGE_H

#include "base/buffer.h"
#include "engine/clients/dns.h"

/* A signature over a request, which the answer's signature covers as well. */
typedef struct {
    uint8_t bytes[2 + 64]; /* as in the record: length, then the MAC of at most 512 bits */
    size_t length;
} DnsMac;

/* Fail with ERR_INPUT if a name, address or key is none. */
bool dns_message_query(uint16_t id, const char *name, DnsRecordType type, Buffer *out_wire,
                       Error *err);
bool dns_message_update(uint16_t id, const DnsChange *change, const DnsTsigKey *key,
                        Buffer *out_wire, DnsMac *out_mac, Error *err);

/* Whether bytes are a well-formed answer to request: same id, same operation, same question. */
bool dns_message_is_answer(const void *bytes, size_t length, const Buffer *request);
/* Whether bytes begin an answer to request that says it is not whole (TC): the rest may break off anywhere, so it is not read. */
bool dns_message_is_truncated(const void *bytes, size_t length, const Buffer *request);

/* Of an answer for which dns_message_is_answer holds. */
bool dns_message_read_answer(const void *bytes, size_t length, const char *name, DnsRecordType type,
                             DnsAnswer *out_answer, Error *err);
/* key NULL: the update was not signed. */
bool dns_message_read_update(const void *bytes, size_t length, const DnsTsigKey *key,
                             const DnsMac *mac, Error *err);

#endif
