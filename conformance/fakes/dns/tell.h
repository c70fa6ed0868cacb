/*
 * conformance/fakes/dns/tell.h - an answer in words: what of it must be the same whenever the same is asked.
 *
 *     NOERROR qr aa rd, 1 2 0 1, 93 bytes          rcode, flags, counts of the sections
 *     question Active A                            only if it is not the one that was asked, byte by byte
 *     answer active 30 CNAME mp1                   a line a record; those of one set in the order of their words
 *     edns size 1232
 *     option 10 0102030405060708 and 16 bytes      a cookie: the client's part
 *     option 15 20 "text"                          an extended error
 *     tsig corpus-sha256. hmac-sha256. mac 32 right, time now, fudge 300, error 0
 *
 * Times are "now", "sent" (that of the request, if it lied), or "other"; a MAC is right, wrong or, of an answer that nobody could check, there.
 * A transfer is told as one answer, whatever messages it came in; its records are sorted between SOA and SOA. Names are relative to
 * the zone, serials to the one that it had (names.h).
 */
#ifndef CONFORMANCE_FAKES_DNS_TELL_H
#define CONFORMANCE_FAKES_DNS_TELL_H

#include "conformance/fakes/dns/build.h"

/* Adds the lines. scene learns the cookie. */
void wire_tell(const uint8_t *bytes, size_t length, const WireMessage *asked, WireScene *scene,
               Buffer *out);
void wire_tell_transfer(const Buffer *messages, size_t count, const WireMessage *asked,
                        WireScene *scene, Buffer *out);

#endif
