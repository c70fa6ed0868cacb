/*
 * fakes/dns/exchange.c - one message in, one answer out: what a name server does, without any socket.
 */
#include "fakes/dns/turn.h"

#include <stdlib.h>
#include <string.h>

#include "fakes/dns/data.h"
#include "fakes/dns/fault.h"
#include "fakes/dns/repeated.h"
#include "fakes/dns/secondary.h"

enum { HEADER_SIZE = 12, UDP_SIZE = 1232, UDP_SIZE_PLAIN = 512, TCP_SIZE = 65535 };

/* ---- updates ---------------------------------------------------------------------------------- */

/* The class of an update's zone: as in a question, but for CHAOS, where nothing can be changed. */
static int judge_class(uint16_t class)
{
    bool is_none = class == 0 || class == DNS_CLASS_NONE || class == DNS_CLASS_ANY;

    return class == DNS_IN ? DNS_NOERROR : is_none ? DNS_FORMERR : DNS_NOTIMP;
}

/*
 * RFC 1996, sections 3.7 to 3.12: a primary that is told of a change in its own zone takes note and does nothing; a secondary
 * goes and looks, if it was its primary that told it.
 */
static void take_note(DnsTurn *turn)
{
    const DnsRecord *named = turn->request.sections[DNS_QUESTION].records;
    bool is_one = turn->request.sections[DNS_QUESTION].count == 1;
    const DnsServed *served = is_one ? dns_turn_zone_named(turn, named->name) : NULL;

    turn->reply.rcode = is_one ? DNS_NOTAUTH : DNS_FORMERR;
    if (is_one && judge_class(named->class) != DNS_NOERROR)
        turn->reply.rcode = (uint8_t)judge_class(named->class);
    else if (turn->manners->is_strict && is_one && named->type != DNS_SOA)
        turn->reply.rcode = DNS_FORMERR;
    if (!is_one)
        turn->reply.sections[DNS_QUESTION].count = 0;
    if (served == NULL || turn->reply.rcode != DNS_NOTAUTH)
        return;
    if (served->secondary != NULL)
        turn->reply.rcode =
            dns_secondary_notify(served->secondary, turn->arrival->ip) ? DNS_NOERROR : DNS_REFUSED;
    else
        turn->reply.rcode = turn->manners->primary_notified;
    turn->reply.is_authoritative = turn->reply.rcode == DNS_NOERROR;
}

/* What an update is about, in one record: the first that it adds, else that it takes away or asks for; else its zone. */
static const DnsRecord *update_subject(const DnsMessage *update)
{
    for (size_t i = 0; i < update->sections[DNS_AUTHORITY].count; i++) {
        if (update->sections[DNS_AUTHORITY].records[i].class == DNS_IN)
            return &update->sections[DNS_AUTHORITY].records[i];
    }
    for (int section = DNS_AUTHORITY; section > DNS_QUESTION; section--) {
        if (update->sections[section].count > 0)
            return update->sections[section].records;
    }
    return update->sections[DNS_QUESTION].records;
}

/* BIND does not understand a question with a class that is none; Knot does, and does not sign that it does nothing for others. */
static int refuse_class(DnsTurn *turn, int rcode)
{
    bool is_none = rcode == DNS_FORMERR;

    turn->signs = turn->signs && is_none != turn->manners->is_strict;
    if (is_none && turn->manners->is_strict)
        turn->reply.sections[DNS_QUESTION].count = 0;
    return rcode;
}

static int update_zone(DnsTurn *turn)
{
    const DnsMessage *request = &turn->request;
    const DnsRecord *named = request->sections[DNS_QUESTION].records;
    const DnsServed *served;

    if (request->sections[DNS_QUESTION].count != 1 || named->type != DNS_SOA) {
        turn->signs = turn->signs && turn->manners->is_strict;
        return DNS_FORMERR;
    }
    if (judge_class(named->class) != DNS_NOERROR)
        return refuse_class(turn, judge_class(named->class));
    served = dns_turn_zone_named(turn, named->name);
    if (served == NULL) {
        turn->signs = turn->signs && turn->manners->signs_not_auth;
        return DNS_NOTAUTH;
    }
    if (turn->signer == NULL)
        return turn->manners->unsigned_update;
    /* A secondary passes updates on (RFC 2136, section 6), if it is told to; none here is. */
    if (served->secondary != NULL)
        return DNS_REFUSED;
    if (!dns_turn_faults_allow(turn, "dns.update", update_subject(request), served->zone))
        return turn->reply.rcode;
    return dns_turn_update(turn, served->zone);
}

/* A person wants to know why nothing changed: the trace tells who was turned away, and how. */
static void note_refusal(DnsTurn *turn)
{
    const DnsMessage *request = &turn->request;
    const char *zone = request->sections[DNS_QUESTION].count > 0
                           ? request->sections[DNS_QUESTION].records->name
                           : "no zone";
    const char *rcode = dns_rcode_name(turn->reply.rcode);
    const char *why =
        turn->tsig_error != DNS_NOERROR
            ? arena_format(&turn->arena, "%s (%s)", rcode, dns_rcode_name(turn->tsig_error))
            : rcode;
    cJSON *data;

    if (turn->server->options.trace == NULL)
        return;
    data = cJSON_CreateObject();
    cJSON_AddStringToObject(data, "zone", zone);
    cJSON_AddStringToObject(data, "rcode", rcode);
    if (turn->tsig_error != DNS_NOERROR)
        cJSON_AddStringToObject(data, "tsig", dns_rcode_name(turn->tsig_error));
    trace_add(turn->server->options.trace, turn->server->options.site, "dns.update", data,
              "an update of %s was refused: %s", zone, why);
}

/* ---- from bytes to bytes ---------------------------------------------------------------------- */

static bool is_off_by_fudge(const DnsTurn *turn)
{
    return llabs(turn->arrival->wall_ms / 1000 - (int64_t)turn->tsig.time_s) == turn->tsig.fudge_s;
}

/* True if the signature holds; else the reply says what is wrong with it. */
static bool check_signature(DnsTurn *turn)
{
    const DnsServer *server = turn->server;
    int error = DNS_FORMERR;

    turn->signs = dns_tsig_parse(&turn->arena, turn->request.tsig, &turn->tsig);
    if (turn->signs)
        error = dns_tsig_judge(server->signers, server->signers_count, turn->arrival->bytes,
                               &turn->request, &turn->tsig, turn->arrival->wall_ms / 1000,
                               &turn->signer);
    if (error == DNS_NOERROR && turn->manners->needs_fudge && is_off_by_fudge(turn))
        error = DNS_BADTIME;
    if (error == DNS_BADTRUNC && !turn->manners->tells_cut_macs) {
        error = DNS_BADSIG;
        turn->signer = NULL;
    }
    if (error == DNS_FORMERR && turn->signs && !turn->manners->tells_cut_macs)
        error = DNS_BADSIG;
    turn->tsig_error = error == DNS_FORMERR ? DNS_BADSIG : error;
    if (error != DNS_NOERROR)
        turn->reply.rcode = error == DNS_FORMERR ? DNS_FORMERR : DNS_NOTAUTH;
    return error == DNS_NOERROR;
}

static void start_reply(DnsTurn *turn)
{
    const DnsMessage *request = &turn->request;

    turn->reply = (DnsMessage){
        .id = request->id,
        .opcode = request->opcode,
        .is_response = true,
        .wants_recursion = request->wants_recursion &&
                           (request->opcode == DNS_QUERY || turn->manners->repeats_unknown),
        .skips_checks =
            request->skips_checks && (request->opcode == DNS_QUERY) == turn->manners->is_strict,
        .has_edns = request->has_edns && (request->opcode != DNS_UPDATE ||
                                          turn->manners->repeats_edns || request->edns_version > 0),
        .wants_dnssec = request->wants_dnssec,
        .udp_size = UDP_SIZE,
        .asked_as = request->asked_as,
        .like_knot = turn->manners->like_knot,
    };
    turn->reply.sections[DNS_QUESTION] = request->sections[DNS_QUESTION];
}

static void do_what_is_asked(DnsTurn *turn)
{
    DnsMessage *reply = &turn->reply;

    if (turn->request.edns_version > 0) {
        reply->rcode = DNS_BADVERS;
        return;
    }
    if (!dns_turn_read_options(turn)) {
        reply->rcode = DNS_FORMERR;
        return;
    }
    if (turn->request.tsig != NULL && !check_signature(turn))
        return;
    switch (turn->request.opcode) {
    case DNS_QUERY:
        dns_turn_query(turn);
        break;
    case DNS_NOTIFY:
        take_note(turn);
        break;
    case DNS_UPDATE:
        reply->rcode = (uint8_t)update_zone(turn);
        break;
    default:
        if (!turn->manners->repeats_unknown)
            reply->sections[DNS_QUESTION].count = 0;
        turn->signs = turn->signs && turn->manners->signs_not_auth;
        reply->rcode = DNS_NOTIMP;
    }
}

static size_t answer_limit(const DnsTurn *turn)
{
    size_t limit = UDP_SIZE_PLAIN;

    if (turn->arrival->is_tcp)
        limit = TCP_SIZE;
    else if (turn->request.has_edns)
        limit = turn->request.udp_size < UDP_SIZE ? turn->request.udp_size : UDP_SIZE;
    return limit - (turn->signs ? dns_tsig_size(&turn->tsig, turn->signer) : 0);
}

static void write_answer(DnsTurn *turn)
{
    DnsAnswer *answer = turn->answer;

    if (!turn->is_written) {
        if (turn->request.edns_version == 0)
            dns_turn_write_options(turn);
        /* BIND leaves that to who speaks no EDNS and does not sign. */
        turn->reply.keeps_what_fits =
            turn->manners->is_strict && !turn->reply.has_edns && !turn->signs;
        dns_turn_spoil_message(turn);
        dns_encode(&turn->reply, answer_limit(turn), &answer->bytes);
        if (turn->signs)
            dns_tsig_answer(&answer->bytes, &turn->tsig, turn->signer, turn->tsig_error,
                            turn->arrival->wall_ms / 1000, NULL);
    }
    answer->whole = answer->bytes.length;
    dns_turn_spoil_answer(turn);
}

/* The question comes back if it could be read; of the rest nothing is believed, OPT neither. */
static void answer_malformed(DnsTurn *turn)
{
    size_t asked = dns_read_u16(turn->arrival->bytes + 4);

    if (!turn->manners->answers_garbage &&
        (asked != 1 || turn->request.sections[DNS_QUESTION].count != 1))
        return;
    start_reply(turn);
    turn->reply.has_edns = false;
    turn->reply.rcode = DNS_FORMERR;
    if (turn->request.opcode == DNS_UPDATE && turn->reply.sections[DNS_QUESTION].count > 1)
        turn->reply.sections[DNS_QUESTION].count = 1; /* BIND reads no further */
    else if (asked != 1 || turn->reply.sections[DNS_QUESTION].count != asked)
        turn->reply.sections[DNS_QUESTION].count = 0;
    dns_encode(&turn->reply, 0, &turn->answer->bytes);
    turn->answer->whole = turn->answer->bytes.length;
}

static void answer_message(DnsTurn *turn)
{
    start_reply(turn);
    do_what_is_asked(turn);
    if (turn->request.opcode == DNS_UPDATE && turn->reply.rcode != DNS_NOERROR && !turn->is_silent)
        note_refusal(turn);
    if (!turn->is_silent)
        write_answer(turn);
}

static void answer_anew(DnsServer *server, const DnsArrival *arrival, DnsAnswer *out_answer)
{
    DnsTurn turn = {
        .server = server,
        .manners = dns_manners_of(server->options.personality),
        .arrival = arrival,
        .answer = out_answer,
        .ede = -1,
    };

    if (dns_parse(&turn.arena, arrival->bytes, arrival->length, &turn.request, NULL) &&
        !dns_turn_is_malformed(&turn))
        answer_message(&turn);
    else
        answer_malformed(&turn);
    if (turn.is_repeatable)
        dns_repeated_keep(&server->repeated, arrival, &out_answer->bytes);
    arena_release(&turn.arena);
}

void dns_exchange(DnsServer *server, const DnsArrival *arrival, DnsAnswer *out_answer)
{
    bool is_short = arrival->length < HEADER_SIZE;

    *out_answer = (DnsAnswer){.ending = arrival->is_tcp && is_short ? DNS_CLOSES : DNS_STAYS_OPEN};
    /* Less than a header, or an answer to something: nobody could be told (RFC 1035, section 4.1.1; as BIND). */
    if (is_short || (arrival->bytes[2] & 0x80) != 0)
        return;
    if (dns_repeated_find(server->repeated, arrival, &out_answer->bytes))
        out_answer->whole = out_answer->bytes.length;
    else
        answer_anew(server, arrival, out_answer);
}
