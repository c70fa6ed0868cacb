/*
 * fakes/dns/fault.h - what a fault point makes of a message and of its answer.
 *
 * A fault of another kind than FAULT_OWN is what base/network.h says. Those of FAULT_OWN are a name server's own: Fault.code is a
 * DnsOwnFault.
 */
#ifndef FAKES_DNS_FAULT_H
#define FAKES_DNS_FAULT_H

#include "fakes/dns/turn.h"

typedef enum {
    DNS_OTHER_VIEW, /* text is answered, an address or the name that the question's is an alias of, whatever the zone has */
    DNS_KEPT_SERIAL, /* an update is done, and the serial does not move */
    DNS_LOST_KEY,    /* a signed message is turned away: BADKEY */
    DNS_CHANGED_KEY, /* the same: BADSIG */
    DNS_SPOILT,      /* what is answered is spoilt in the way that text names */
} DnsOwnFault;

/* The ways to spoil an answer, NULL at the end: "wrongId"... */
extern const char *const DNS_SPOILINGS[];

/* Asks the fault points about what is to be done to record, in the zone (or NULL). True: go on and do it. */
bool dns_turn_faults_allow(DnsTurn *turn, const char *point, const DnsRecord *record,
                           const DnsZone *zone);
/* The same for a question that the fault answers itself, from another view. True: it did. */
bool dns_turn_other_view(DnsTurn *turn, const DnsRecord *question, const DnsZone *zone);
/* Carries out the update that the fault points allowed. */
int dns_turn_update(DnsTurn *turn, DnsZone *zone);

/* What a fault does to an answer before it is written and signed, and to its bytes. */
void dns_turn_spoil_message(DnsTurn *turn);
void dns_turn_spoil_answer(DnsTurn *turn);

/* spoil.c. Each way has its moment: before the answer is written and signed, or after. NULL: nothing was spoilt; else what was. */
typedef enum { DNS_UNWRITTEN, DNS_WRITTEN } DnsSpoilMoment;
const char *dns_spoil(DnsTurn *turn, DnsSpoilMoment moment, const char *how);

#endif
