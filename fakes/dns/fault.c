/*
 * fakes/dns/fault.c - what a fault point makes of a message and of its answer.
 *
 * Each message that would be answered or done is asked about once (dns_turn_faults_allow). The fault strikes there and then, or is
 * kept in the turn until there is an answer to be spoilt. The witness speaks of what was really done.
 */
#include "fakes/dns/fault.h"

#include <string.h>

#include <arpa/inet.h>

static const uint32_t OTHER_VIEW_TTL_S = 60;

static bool is_update(const DnsTurn *turn)
{
    return turn->request.opcode == DNS_UPDATE;
}

static bool is_own(const DnsTurn *turn, DnsOwnFault which)
{
    return turn->fault.kind == FAULT_OWN && turn->fault.code == (int)which;
}

static void witness(DnsTurn *turn, const char *did)
{
    const FaultCall *call = &turn->call;

    fault_witness(turn->server->options.faults, &turn->fault, call,
                  arena_format(&turn->arena, "%s %s %s %s: %s",
                               call->server != NULL ? call->server : call->site, call->verb,
                               call->name, call->resource, did));
}

/* ---- before anything is done ------------------------------------------------------------------ */

/* As if the key were another one, or none; whoever did not sign meets nothing. */
static bool dispute_key(DnsTurn *turn)
{
    if (!turn->signs)
        return true;
    turn->tsig_error = turn->fault.code == DNS_LOST_KEY ? DNS_BADKEY : DNS_BADSIG;
    turn->signer = NULL;
    turn->reply.rcode = DNS_NOTAUTH;
    witness(turn, arena_format(&turn->arena, "turned its signature away: %s",
                               dns_rcode_name(turn->tsig_error)));
    return false;
}

static bool delay(DnsTurn *turn)
{
    turn->answer->delay_ms = turn->fault.delay_ms;
    turn->answer->is_postponed = turn->arrival->may_wait;
    turn->is_silent = turn->arrival->may_wait;
    witness(turn,
            arena_format(&turn->arena, "held back for %lld ms", (long long)turn->fault.delay_ms));
    return !turn->arrival->may_wait;
}

/* Also tells whether there is anything left to do. */
static bool fault_allows(DnsTurn *turn)
{
    const Fault *fault = &turn->fault;

    switch (fault->kind) {
    case FAULT_FAIL:
        turn->reply.rcode = (uint8_t)(fault->code > 0 ? fault->code : DNS_SERVFAIL);
        witness(turn, arena_format(&turn->arena, "answered %s instead of doing it",
                                   dns_rcode_name(turn->reply.rcode)));
        return false;
    case FAULT_HANG:
        turn->is_silent = true;
        witness(turn, "took it and never answered");
        return false;
    case FAULT_RESET:
        turn->is_silent = true;
        turn->answer->ending = DNS_RESETS;
        witness(turn, "hung up without doing it");
        return false;
    case FAULT_DROP:
        turn->is_silent = !is_update(turn);
        witness(turn, is_update(turn) ? "answered NOERROR and did not do it" : "lost the question");
        return false;
    case FAULT_DELAY:
        return delay(turn);
    case FAULT_OWN:
        return (fault->code != DNS_LOST_KEY && fault->code != DNS_CHANGED_KEY) || dispute_key(turn);
    case FAULT_NONE:
    case FAULT_CUT:
    case FAULT_LOSE_REPLY:
    case FAULT_STALE:
    case FAULT_REPEAT:
        break;
    }
    return true;
}

bool dns_turn_faults_allow(DnsTurn *turn, const char *point, const DnsRecord *record,
                           const DnsZone *zone)
{
    const DnsServerOptions *options = &turn->server->options;

    if (turn->arrival->was_asked)
        return true;
    turn->call = (FaultCall){
        .point = point,
        .site = options->site,
        .server = options->name,
        .verb = is_update(turn) ? "UPDATE" : "QUERY",
        .resource = dns_type_text(&turn->arena, record->type),
        .name = record->name,
        .detail = zone != NULL ? dns_zone_apex(zone) : NULL,
        .client = turn->arrival->client,
        .transport = turn->arrival->is_tcp ? "tcp" : "udp",
    };
    turn->fault = fault_ask(options->faults, &turn->call);
    return fault_allows(turn);
}

/* ---- instead of what would be done ------------------------------------------------------------ */

static bool is_address(const char *text)
{
    struct in_addr address;

    return inet_pton(AF_INET, text, &address) == 1;
}

/* An alias is followed as far as the zone goes. */
bool dns_turn_other_view(DnsTurn *turn, const DnsRecord *question, const DnsZone *zone)
{
    const char *text = turn->fault.text;
    uint16_t type;
    DnsRecord record = {.name = question->name, .ttl_s = OTHER_VIEW_TTL_S};

    if (!is_own(turn, DNS_OTHER_VIEW))
        return false;
    type = is_address(text) ? DNS_A : DNS_CNAME;
    if (!dns_data_parse(&turn->arena, type, text, &record, NULL))
        return false;
    turn->reply.is_authoritative = zone != NULL;
    if (type == DNS_CNAME || type == question->type)
        dns_add(&turn->arena, &turn->reply, DNS_ANSWER, &record);
    if (type == DNS_CNAME && question->type != DNS_CNAME && zone != NULL &&
        dns_name_is_under(text, dns_zone_apex(zone)))
        dns_zone_answer(zone, &turn->arena, text, question->type, turn->manners, &turn->reply);
    witness(turn, arena_format(&turn->arena, "answered %s, as of another view", text));
    return true;
}

int dns_turn_update(DnsTurn *turn, DnsZone *zone)
{
    bool keeps_serial = is_own(turn, DNS_KEPT_SERIAL);
    int rcode;

    if (turn->fault.kind == FAULT_REPEAT) {
        dns_zone_update(zone, &turn->request, turn->manners);
        witness(turn, "did it twice, and answered the second");
    }

    dns_zone_hold_serial(zone, keeps_serial);
    rcode = dns_zone_update(zone, &turn->request, turn->manners);
    dns_zone_hold_serial(zone, false);
    if (keeps_serial && rcode == DNS_NOERROR)
        witness(turn, "did it and left the serial as it was");
    return rcode;
}

/* ---- to an answer ----------------------------------------------------------------------------- */

static void spoil(DnsTurn *turn, DnsSpoilMoment moment)
{
    const char *did = dns_spoil(turn, moment, turn->fault.text);

    if (did != NULL)
        witness(turn, arena_format(&turn->arena, "answered %s", did));
}

void dns_turn_spoil_message(DnsTurn *turn)
{
    if (is_own(turn, DNS_SPOILT))
        spoil(turn, DNS_UNWRITTEN);
}

void dns_turn_spoil_answer(DnsTurn *turn)
{
    DnsAnswer *answer = turn->answer;

    if (turn->fault.kind == FAULT_LOSE_REPLY) {
        buffer_clear(&answer->bytes);
        answer->ending = DNS_CLOSES;
        witness(turn, "did it and lost the answer");
    } else if (turn->fault.kind == FAULT_CUT) {
        if (answer->bytes.length > turn->fault.cut_after)
            answer->bytes.length = turn->fault.cut_after;
        answer->ending = DNS_CLOSES;
        witness(turn, arena_format(&turn->arena, "sent %zu of %zu bytes of the answer",
                                   answer->bytes.length, answer->whole));
    } else if (is_own(turn, DNS_SPOILT) && !answer->is_framed) {
        spoil(turn, DNS_WRITTEN);
        answer->whole = answer->bytes.length;
    }
}
