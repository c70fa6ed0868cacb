/*
 * fakes/dns/transfer.c - whole zones, or what changed in them, to secondaries that may have them.
 *
 * Source: RFC 5936 (AXFR), RFC 1995 (IXFR), RFC 8945 5.3.1 (each message signed with the one before it).
 *
 * All goes well: the zone is here, who asks may have it, and it goes out over TCP in as many messages as it takes, from SOA to SOA.
 * IXFR over UDP, or from one who is up to date, is answered with the SOA alone. Goes wrong: see the rcodes of manners.h.
 */
#include <string.h>

#include "fakes/dns/data.h"
#include "fakes/dns/serial.h"
#include "fakes/dns/turn.h"

enum { MESSAGE_MAX = 16000, RECORD_FIXED_SIZE = 10, EDE_PROHIBITED = 18 };

/* A transfer being written, message by message. */
typedef struct {
    DnsTurn *turn;
    DnsMessage message; /* with what does not fill it yet */
    size_t size;        /* of that, at most */
    uint8_t mac[DNS_MAC_MAX];
    bool has_begun;
} Sending;

static bool may_transfer(const DnsTurn *turn)
{
    const DnsServer *server = turn->server;

    for (size_t i = 0; i < server->allowances_count; i++) {
        const DnsAllowance *allowance = &server->allowances[i];

        if ((allowance->ip == 0 || allowance->ip == turn->arrival->ip) &&
            (allowance->key == NULL ||
             (turn->signer != NULL && strcmp(turn->signer->name, allowance->key) == 0)))
            return true;
    }
    return false;
}

static void sign(Sending *sending, Buffer *bytes)
{
    const DnsTurn *turn = sending->turn;
    int64_t now_s = turn->arrival->wall_ms / 1000;

    if (!turn->signs)
        return;
    if (sending->has_begun)
        dns_tsig_continue(bytes, &turn->tsig, turn->signer, now_s, sending->mac);
    else
        dns_tsig_answer(bytes, &turn->tsig, turn->signer, DNS_NOERROR, now_s, sending->mac);
}

/* Only the first message repeats the question. */
static void flush(Sending *sending)
{
    Buffer *out = &sending->turn->answer->bytes;
    Buffer bytes = {0};

    dns_encode(&sending->message, 0, &bytes);
    sign(sending, &bytes);
    buffer_add_u16(out, (uint16_t)bytes.length);
    buffer_add(out, bytes.data, bytes.length);
    buffer_release(&bytes);
    sending->has_begun = true;
    sending->message.sections[DNS_QUESTION].count = 0;
    sending->message.sections[DNS_ANSWER].count = 0;
    sending->size = 0;
}

static void send_record(Sending *sending, const DnsRecord *record)
{
    size_t size = strlen(record->name) + 1 + RECORD_FIXED_SIZE + record->length;

    if (sending->size > 0 && sending->size + size > MESSAGE_MAX)
        flush(sending);
    dns_add(&sending->turn->arena, &sending->message, DNS_ANSWER, record);
    sending->size += size;
}

static void send_zone(Sending *sending, const DnsZone *zone)
{
    size_t count;
    const DnsRecord *const *records = dns_zone_records(zone, &sending->turn->arena, &count);

    for (size_t i = 0; i < count; i++)
        send_record(sending, records[i]);
    send_record(sending, records[0]);
}

static void send_steps(Sending *sending, const DnsRecord *soa, const DnsStep *steps, size_t count)
{
    send_record(sending, soa);
    for (size_t i = 0; i < count; i++) {
        send_record(sending, &steps[i].before);
        for (size_t j = 0; j < steps[i].removed.count; j++)
            send_record(sending, &steps[i].removed.records[j]);
        send_record(sending, &steps[i].after);
        for (size_t j = 0; j < steps[i].added.count; j++)
            send_record(sending, &steps[i].added.records[j]);
    }
    send_record(sending, soa);
}

/* The serial that the asker has of the zone; false if it does not say. */
static bool serial_asked(const DnsMessage *request, uint32_t *out_serial)
{
    const DnsRecord *soa = request->sections[DNS_AUTHORITY].records;

    if (request->sections[DNS_AUTHORITY].count == 0 || soa->type != DNS_SOA ||
        !dns_name_equal(soa->name, request->sections[DNS_QUESTION].records->name))
        return false;
    *out_serial = dns_soa_serial(soa);
    return true;
}

static void send_changes(Sending *sending, const DnsZone *zone, uint32_t serial)
{
    const DnsRecord *soa = dns_zone_find(zone, dns_zone_apex(zone), DNS_SOA);
    bool is_behind = dns_serial_is_newer(dns_soa_serial(soa), serial);
    size_t count;
    const DnsStep *steps = dns_zone_steps(zone, serial, &count);

    if (!is_behind || !sending->turn->arrival->is_tcp)
        send_record(sending, soa);
    else if (steps != NULL)
        send_steps(sending, soa, steps, count);
    else
        send_zone(sending, zone);
}

static void send_all(DnsTurn *turn, const DnsZone *zone, bool is_partial, uint32_t serial)
{
    Sending sending = {.turn = turn, .message = turn->reply};

    /* BIND: AA over TCP, and never RD; Knot the other way round. */
    sending.message.is_authoritative = turn->manners->is_strict && turn->arrival->is_tcp;
    sending.message.wants_recursion = turn->reply.wants_recursion && !turn->manners->is_strict;
    if (is_partial)
        send_changes(&sending, zone, serial);
    else
        send_zone(&sending, zone);
    if (turn->arrival->is_tcp) {
        flush(&sending);
        turn->answer->is_framed = turn->is_written = true;
    } else {
        turn->reply = sending.message;
    }
}

/* Knot does not sign that it has no such zone, or none for a datagram. */
static int refuse(DnsTurn *turn, int rcode)
{
    turn->signs = turn->signs && turn->manners->signs_not_auth;
    return rcode;
}

static int deny(DnsTurn *turn)
{
    if (turn->manners->explains_denial)
        turn->ede = EDE_PROHIBITED;
    return turn->manners->denied_transfer;
}

/* NOERROR, or why there is no transfer. */
static int judge(DnsTurn *turn, const DnsRecord *question, const DnsServed *served)
{
    bool is_by_udp = !turn->arrival->is_tcp && question->type == DNS_AXFR;

    if (question->class == DNS_CHAOS)
        return refuse(turn, turn->manners->is_strict ? DNS_NOTAUTH : DNS_NOTIMP);
    if (is_by_udp && !turn->manners->is_strict)
        return refuse(turn, turn->manners->udp_transfer);
    if (served == NULL)
        return refuse(turn, DNS_NOTAUTH);
    if (!may_transfer(turn))
        return deny(turn);
    return is_by_udp            ? turn->manners->udp_transfer
           : served->is_expired ? DNS_SERVFAIL
                                : DNS_NOERROR;
}

void dns_turn_transfer(DnsTurn *turn, const DnsRecord *question)
{
    const DnsServed *served = dns_turn_zone_named(turn, question->name);
    bool is_partial = question->type == DNS_IXFR;
    uint32_t serial = 0;

    turn->reply.rcode = (uint8_t)judge(turn, question, served);
    if (turn->reply.rcode != DNS_NOERROR)
        return;
    if (is_partial && !serial_asked(&turn->request, &serial))
        turn->reply.rcode = DNS_FORMERR;
    else
        send_all(turn, served->zone, is_partial, serial);
}
