/*
 * fakes/dns/manners.c - what one kind of name server does otherwise than another.
 */
#include "fakes/dns/manners.h"

#include "fakes/dns/message.h"

static const DnsManners MANNERS[] = {
    [DNS_LIKE_BIND] =
        {
                         .unsigned_update = DNS_REFUSED,
                         .denied_transfer = DNS_REFUSED,
                         .udp_transfer = DNS_FORMERR,
                         .primary_notified = DNS_NOERROR,
                         .endless_chain = DNS_SERVFAIL,
                         .gives_cookies = true,
                         .adds_servers = true,
                         .is_strict = true,
                         .tells_chaos = true,
                         .answers_garbage = true,
                         .signs_not_auth = true,
                         .guards_servers = true,
                         .tells_cut_macs = true,
                         .whole_any_by_tcp = true,
                         .hides_soa = true,
                         .prefers_a = true,
                         .checks_forms_first = true,
                         .counts_doubles = true,
                         .repeats_edns = true,
                         .explains_denial = true,
                         .links_most = 12,
                         },
    [DNS_LIKE_KNOT] =
        {
                         .unsigned_update = DNS_NOTAUTH,
                         .denied_transfer = DNS_NOTAUTH,
                         .udp_transfer = DNS_NOTIMP,
                         .primary_notified = DNS_NOTAUTH,
                         .endless_chain = DNS_NOERROR,
                         .like_knot = true,
                         .explains_refusal = true,
                         .repeats_unknown = true,
                         .gives_lowest = true,
                         .is_exact = true,
                         .keeps_ttl = true,
                         .needs_fudge = true,
                         .links_most = 5,
                         },
};

const DnsManners *dns_manners_of(DnsPersonality personality)
{
    return &MANNERS[personality];
}
