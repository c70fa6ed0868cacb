/*
 * conformance/fakes/dns/build.h - a message as a case says it, made into bytes: a part a line, in the order in which they are sent.
 *
 *     header [OPCODE] [FLAG...] [rcode N] [counts N N N N]   opcode QUERY, flag rd for a query; counts of what follows
 *     question | zone NAME TYPE [CLASS]                      RFC 2136 calls the four sections otherwise
 *     answer | prerequisite RECORD
 *     authority | update RECORD
 *     additional RECORD
 *     edns [size N] [version N] [flags HEX] [do] [owner NAME] [option CODE [HEX]]...
 *     tsig KEY [as NAME] [of KEY] [spelt] [time +N] [fudge N] [cut N] [id N] [error N] [class N] [ttl N] [wrong]
 *     raw SECTION HEX                                        counted there
 *     bytes HEX                                              counted nowhere; alone they are the whole message
 *     cut N                                                  bytes from the end
 *
 * FLAG: qr aa tc rd ra z ad cd. An option 10 without data is the cookie that the server gave last. A tsig signs all that stands before it
 * with KEY: under the name of another one (as), with the secret of another one (of), with its name digested as it is spelt,
 * at another time, with fewer bytes, or with a wrong one.
 */
#ifndef CONFORMANCE_FAKES_DNS_BUILD_H
#define CONFORMANCE_FAKES_DNS_BUILD_H

#include "conformance/fakes/dns/keys.h"

enum { WIRE_COOKIE_MAX = 40, WIRE_HEADER_SIZE = 12 };

/* What is known while a case is played. */
typedef struct {
    const WireKeys *keys;
    uint32_t serial; /* of the zone, when the case began */
    int64_t now_s;
    uint16_t id; /* of the next message */
    uint8_t cookie[WIRE_COOKIE_MAX];
    size_t cookie_length;
} WireScene;

typedef struct {
    Buffer bytes;
    uint16_t id;
    const WireKey *key; /* NULL: not signed */
    uint8_t mac[WIRE_MAC_MAX];
    size_t mac_length;
    uint64_t signed_s;
    bool is_update, is_transfer;
} WireMessage;

/* Fails with ERR_INPUT, naming the line. */
bool wire_build(const char *text, const WireScene *scene, WireMessage *out_message, Error *err);
void wire_message_release(WireMessage *message);

#endif
