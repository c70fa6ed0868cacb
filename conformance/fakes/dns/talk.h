/*
 * conformance/fakes/dns/talk.h - bytes to a name server and what comes back, over UDP or TCP, with nothing added or mended.
 *
 * Source: RFC 1035 4.2, RFC 7766 (TCP: two bytes of length before each message).
 * Units:  milliseconds.
 */
#ifndef CONFORMANCE_FAKES_DNS_TALK_H
#define CONFORMANCE_FAKES_DNS_TALK_H

#include "base/buffer.h"
#include "base/loop.h"

typedef struct {
    Loop *loop;
    char ip[16]; /* IPv4 */
    uint16_t port;
    const bool *stop; /* may be NULL */
} WireTarget;

enum { WIRE_PIECES_MAX = 8 };

/* What is sent: a datagram, or the bytes of a connection, lengths and all. */
typedef struct {
    const Buffer *bytes;
    bool is_tcp;
    size_t pieces
        [WIRE_PIECES_MAX]; /* TCP: so many bytes first, and what is left a little later; 0 ends them */
    size_t expected;       /* answers; more are not waited for */
    bool has_no_end;       /* a transfer: as many as come, until there is silence */
    bool is_patient;       /* what is asked for may take a while: a change of a zone */
} WireTalk;

typedef struct {
    Buffer *items;
    size_t count, capacity;
    bool is_closed, is_unreachable; /* by the server; nobody listens there */
} WireAnswers;

void wire_talk(const WireTarget *target, const WireTalk *talk, WireAnswers *out_answers);
void wire_answers_release(WireAnswers *answers);

#endif
