/*
 * fakes/dns/exchange.c - one message in, one answer out: what a name server does, without any socket.
 */
#include "fakes/dns/exchange.h"

#include <string.h>

#include "fakes/dns/data.h"

enum { HEADER_SIZE = 12, UDP_SIZE = 1232, UDP_SIZE_PLAIN = 512, TCP_SIZE = 65535 };
enum { TYPE_META_FIRST = 128, TYPE_IXFR = 251, TYPE_AXFR, TYPE_MAILB, TYPE_MAILA };
enum { CLASS_CHAOS = 3, CLASS_HESIOD = 4 };

typedef struct {
    DnsServer *server;
    const DnsArrival *arrival;
    DnsAnswer *answer;
    Arena arena;
    DnsMessage request, reply;
    DnsTsig tsig;            /* of the request, if it is signed */
    const DnsSigner *signer; /* of the answer, or NULL */
    int tsig_error;
    bool signs;     /* a TSIG record goes into the answer */
    bool is_silent; /* no answer goes out */
    FaultCall call;
    Fault fault;
} Exchange;

/* ---- faults ----------------------------------------------------------------------------------- */

static bool is_update(const Exchange *exchange)
{
    return exchange->request.opcode == DNS_UPDATE;
}

static void witness(Exchange *exchange, const char *did)
{
    const FaultCall *call = &exchange->call;

    fault_witness(exchange->server->options.faults, &exchange->fault, call,
                  arena_format(&exchange->arena, "%s %s %s %s: %s", call->site, call->verb,
                               call->name, call->resource, did));
}

/* Also tells whether there is anything left to do. */
static bool fault_allows(Exchange *exchange)
{
    Fault *fault = &exchange->fault;

    switch (fault->kind) {
    case FAULT_FAIL:
        exchange->reply.rcode = (uint8_t)(fault->code > 0 ? fault->code : DNS_SERVFAIL);
        witness(exchange, arena_format(&exchange->arena, "answered %s instead of doing it",
                                       dns_rcode_name(exchange->reply.rcode)));
        return false;
    case FAULT_HANG:
        exchange->is_silent = true;
        witness(exchange, "took it and never answered");
        return false;
    case FAULT_RESET:
        exchange->is_silent = true;
        exchange->answer->ending = DNS_RESETS;
        witness(exchange, "hung up without doing it");
        return false;
    case FAULT_DROP:
        exchange->is_silent = !is_update(exchange);
        witness(exchange,
                is_update(exchange) ? "answered NOERROR and did not do it" : "lost the question");
        return false;
    case FAULT_DELAY:
        exchange->answer->delay_ms = fault->delay_ms;
        exchange->answer->is_postponed = exchange->arrival->may_wait;
        exchange->is_silent = exchange->arrival->may_wait;
        witness(exchange, arena_format(&exchange->arena, "held back for %lld ms",
                                       (long long)fault->delay_ms));
        return !exchange->arrival->may_wait;
    case FAULT_NONE:
    case FAULT_CUT:
    case FAULT_LOSE_REPLY:
    case FAULT_STALE:
    case FAULT_REPEAT:
        break;
    }
    return true;
}

/* Asks the fault points about what is to be done to record, in the zone (or NULL). True: go on and do it. */
static bool faults_allow(Exchange *exchange, const char *point, const DnsRecord *record,
                         const DnsZone *zone)
{
    if (exchange->arrival->was_asked)
        return true;
    exchange->call = (FaultCall){
        .point = point,
        .site = exchange->server->options.site,
        .verb = is_update(exchange) ? "UPDATE" : "QUERY",
        .resource = dns_type_text(&exchange->arena, record->type),
        .name = record->name,
        .detail = zone != NULL ? dns_zone_apex(zone) : NULL,
    };
    exchange->fault = fault_ask(exchange->server->options.faults, &exchange->call);
    return fault_allows(exchange);
}

/* What a fault does to an answer that is ready to go. */
static void fault_spoils(Exchange *exchange)
{
    DnsAnswer *answer = exchange->answer;

    if (exchange->fault.kind == FAULT_LOSE_REPLY) {
        buffer_clear(&answer->bytes);
        answer->ending = DNS_CLOSES;
        witness(exchange, "did it and lost the answer");
    } else if (exchange->fault.kind == FAULT_CUT) {
        if (answer->bytes.length > exchange->fault.cut_after)
            answer->bytes.length = exchange->fault.cut_after;
        answer->ending = DNS_CLOSES;
        witness(exchange, arena_format(&exchange->arena, "sent %zu of %zu bytes of the answer",
                                       answer->bytes.length, answer->whole));
    }
}

/* ---- queries ---------------------------------------------------------------------------------- */

/* The zone that knows most about name: example.com before com. */
static DnsZone *zone_of(const DnsServer *server, const char *name)
{
    DnsZone *best = NULL;

    for (size_t i = 0; i < server->served_count; i++) {
        DnsZone *zone = server->served[i]->zone;

        if (dns_name_is_under(name, dns_zone_apex(zone)) &&
            (best == NULL || strlen(dns_zone_apex(zone)) > strlen(dns_zone_apex(best))))
            best = zone;
    }
    return best;
}

static void add_sets(Exchange *exchange, int section, const DnsZone *zone, const char *name,
                     uint16_t type)
{
    size_t count;
    const DnsRecord *set = dns_zone_find_set(zone, name, type, &count);

    for (size_t i = 0; i < count; i++)
        dns_add(&exchange->arena, &exchange->reply, section, &set[i]);
}

static void add_addresses(Exchange *exchange, const DnsZone *zone, int section)
{
    for (size_t i = 0; i < exchange->reply.sections[section].count; i++) {
        const DnsRecord *record = &exchange->reply.sections[section].records[i];
        const char *target;

        if (record->type != DNS_NS)
            continue;
        target = dns_data_target(&exchange->arena, record);
        add_sets(exchange, DNS_ADDITIONAL, zone, target, DNS_A);
        add_sets(exchange, DNS_ADDITIONAL, zone, target, DNS_AAAA);
    }
}

/* The last of the answer is a CNAME that nobody asked for: it leads out of the zone, and what follows is elsewhere. */
static bool leads_away(const DnsRecord *last, const DnsRecord *question)
{
    return last->type == DNS_CNAME && question->type != DNS_CNAME && question->type != DNS_ANY;
}

/* BIND adds the zone's name servers for who asked without recursion (a resolver), and addresses wherever it names one. */
static void add_servers(Exchange *exchange, const DnsZone *zone, const DnsRecord *question)
{
    DnsMessage *reply = &exchange->reply;
    size_t count = reply->sections[DNS_ANSWER].count;
    bool has_them = question->type == DNS_NS && dns_name_equal(question->name, dns_zone_apex(zone));

    if (reply->rcode != DNS_NOERROR || count == 0 ||
        leads_away(&reply->sections[DNS_ANSWER].records[count - 1], question))
        return;
    if (!reply->wants_recursion && !has_them && reply->sections[DNS_AUTHORITY].count == 0)
        add_sets(exchange, DNS_AUTHORITY, zone, dns_zone_apex(zone), DNS_NS);
    add_addresses(exchange, zone, DNS_ANSWER);
    add_addresses(exchange, zone, DNS_AUTHORITY);
}

static void answer_from_zone(Exchange *exchange, const DnsRecord *question, const DnsZone *zone)
{
    if (zone == NULL) {
        exchange->reply.rcode = DNS_REFUSED;
        return;
    }
    dns_zone_answer(zone, &exchange->arena, question->name, question->type, &exchange->reply);
    add_servers(exchange, zone, question);
}

static void answer_by_resolver(Exchange *exchange, const DnsRecord *question)
{
    const DnsServerOptions *options = &exchange->server->options;
    int64_t delay_ms;

    exchange->reply.offers_recursion = true;
    delay_ms = options->resolve(options->self, &exchange->arena, question, &exchange->reply);
    if (delay_ms < 0)
        exchange->is_silent = true;
    else
        exchange->answer->delay_ms += delay_ms;
}

/* As BIND with zones of class IN only: it knows some classes and has nothing in them, and some are none. */
static int judge_class(uint16_t class)
{
    switch (class) {
    case DNS_IN:
        return DNS_NOERROR;
    case CLASS_CHAOS:
    case CLASS_HESIOD:
        return DNS_REFUSED;
    case 0:
    case DNS_CLASS_NONE:
    case DNS_CLASS_ANY:
        return DNS_FORMERR;
    default:
        return DNS_NOTIMP;
    }
}

/* What this server does not answer, whoever asks; DNS_NOERROR if there is nothing against it. */
static int judge_question(const DnsMessage *request)
{
    const DnsRecord *question = request->sections[DNS_QUESTION].records;

    if (request->sections[DNS_QUESTION].count != 1)
        return DNS_FORMERR;
    if (question->type == DNS_OPT ||
        (question->type >= TYPE_META_FIRST && question->type < TYPE_IXFR))
        return DNS_FORMERR;
    if (question->type == TYPE_MAILA || question->type == TYPE_MAILB)
        return DNS_NOTIMP;
    if (question->type == TYPE_AXFR || question->type == TYPE_IXFR)
        return DNS_REFUSED;
    return judge_class(question->class);
}

static void answer_query(Exchange *exchange)
{
    const DnsRecord *question = exchange->request.sections[DNS_QUESTION].records;
    const DnsZone *zone;

    exchange->reply.rcode = (uint8_t)judge_question(&exchange->request);
    if (exchange->request.sections[DNS_QUESTION].count != 1)
        exchange->reply.sections[DNS_QUESTION].count = 0;
    if (exchange->reply.rcode != DNS_NOERROR)
        return;
    zone = exchange->server->options.resolve == NULL ? zone_of(exchange->server, question->name)
                                                     : NULL;
    if (!faults_allow(exchange, "dns.query", question, zone))
        return;
    if (exchange->server->options.resolve != NULL)
        answer_by_resolver(exchange, question);
    else
        answer_from_zone(exchange, question, zone);
}

/* ---- updates ---------------------------------------------------------------------------------- */

static DnsZone *zone_named(const DnsServer *server, const char *apex)
{
    DnsZone *zone = zone_of(server, apex);

    return zone != NULL && dns_name_equal(dns_zone_apex(zone), apex) ? zone : NULL;
}

/* RFC 1996, section 3.12: a primary that is told of a change in its own zone takes note and does nothing. */
static void take_note(Exchange *exchange)
{
    const DnsRecord *named = exchange->request.sections[DNS_QUESTION].records;
    bool is_ours = exchange->request.sections[DNS_QUESTION].count == 1 &&
                   zone_named(exchange->server, named->name) != NULL;

    exchange->reply.is_authoritative = is_ours;
    exchange->reply.rcode = is_ours ? DNS_NOERROR : DNS_NOTAUTH;
}

/* What an update is about, in one record: the first one that it would change, or its zone. */
static const DnsRecord *update_subject(const DnsMessage *update)
{
    for (int section = DNS_AUTHORITY; section > DNS_QUESTION; section--) {
        if (update->sections[section].count > 0)
            return update->sections[section].records;
    }
    return update->sections[DNS_QUESTION].records;
}

static int update_zone(Exchange *exchange)
{
    const DnsMessage *request = &exchange->request;
    const DnsRecord *named = request->sections[DNS_QUESTION].records;
    DnsZone *zone;

    if (request->sections[DNS_QUESTION].count != 1 || named->type != DNS_SOA)
        return DNS_FORMERR;
    if (named->class != DNS_IN)
        return judge_class(named->class) == DNS_FORMERR ? DNS_FORMERR : DNS_NOTIMP;
    zone = zone_named(exchange->server, named->name);
    if (zone == NULL)
        return DNS_NOTAUTH;
    if (exchange->signer == NULL)
        return DNS_REFUSED;
    if (!faults_allow(exchange, "dns.update", update_subject(request), zone))
        return exchange->reply.rcode;
    return dns_zone_update(zone, request);
}

/* A person wants to know why nothing changed: the trace tells who was turned away, and how. */
static void note_refusal(Exchange *exchange)
{
    const DnsMessage *request = &exchange->request;
    const char *zone = request->sections[DNS_QUESTION].count > 0
                           ? request->sections[DNS_QUESTION].records->name
                           : "no zone";
    const char *rcode = dns_rcode_name(exchange->reply.rcode);
    const char *why =
        exchange->tsig_error != DNS_NOERROR
            ? arena_format(&exchange->arena, "%s (%s)", rcode, dns_rcode_name(exchange->tsig_error))
            : rcode;
    cJSON *data;

    if (exchange->server->options.trace == NULL)
        return;
    data = cJSON_CreateObject();
    cJSON_AddStringToObject(data, "zone", zone);
    cJSON_AddStringToObject(data, "rcode", rcode);
    if (exchange->tsig_error != DNS_NOERROR)
        cJSON_AddStringToObject(data, "tsig", dns_rcode_name(exchange->tsig_error));
    trace_add(exchange->server->options.trace, exchange->server->options.site, "dns.update", data,
              "an update of %s was refused: %s", zone, why);
}

/* ---- from bytes to bytes ---------------------------------------------------------------------- */

/* True if the signature holds; else the reply says what is wrong with it. */
static bool check_signature(Exchange *exchange)
{
    const DnsServer *server = exchange->server;
    int error = DNS_FORMERR;

    exchange->signs = dns_tsig_parse(&exchange->arena, exchange->request.tsig, &exchange->tsig);
    if (exchange->signs)
        error = dns_tsig_judge(server->signers, server->signers_count, exchange->arrival->bytes,
                               &exchange->request, &exchange->tsig,
                               exchange->arrival->wall_ms / 1000, &exchange->signer);
    exchange->tsig_error = error == DNS_FORMERR ? DNS_BADSIG : error;
    if (error != DNS_NOERROR)
        exchange->reply.rcode = error == DNS_FORMERR ? DNS_FORMERR : DNS_NOTAUTH;
    return error == DNS_NOERROR;
}

static void start_reply(Exchange *exchange)
{
    const DnsMessage *request = &exchange->request;

    exchange->reply = (DnsMessage){
        .id = request->id,
        .opcode = request->opcode,
        .is_response = true,
        .wants_recursion = request->wants_recursion && request->opcode == DNS_QUERY,
        .skips_checks = request->skips_checks && request->opcode == DNS_QUERY,
        .has_edns = request->has_edns,
        .wants_dnssec = request->wants_dnssec,
        .udp_size = UDP_SIZE,
        .asked_as = request->asked_as,
    };
    exchange->reply.sections[DNS_QUESTION] = request->sections[DNS_QUESTION];
}

static void do_what_is_asked(Exchange *exchange)
{
    DnsMessage *reply = &exchange->reply;

    if (exchange->request.edns_version > 0) {
        reply->rcode = DNS_BADVERS;
        return;
    }
    if (exchange->request.tsig != NULL && !check_signature(exchange))
        return;
    switch (exchange->request.opcode) {
    case DNS_QUERY:
        answer_query(exchange);
        break;
    case DNS_NOTIFY:
        take_note(exchange);
        break;
    case DNS_UPDATE:
        reply->rcode = (uint8_t)update_zone(exchange);
        break;
    default:
        reply->sections[DNS_QUESTION].count = 0;
        reply->rcode = DNS_NOTIMP;
    }
}

static size_t answer_limit(const Exchange *exchange)
{
    size_t limit = UDP_SIZE_PLAIN;

    if (exchange->arrival->is_tcp)
        limit = TCP_SIZE;
    else if (exchange->request.has_edns)
        limit = exchange->request.udp_size < UDP_SIZE ? exchange->request.udp_size : UDP_SIZE;
    return limit - (exchange->signs ? dns_tsig_size(&exchange->tsig, exchange->signer) : 0);
}

static void write_answer(Exchange *exchange)
{
    DnsAnswer *answer = exchange->answer;

    dns_encode(&exchange->reply, answer_limit(exchange), &answer->bytes);
    if (exchange->signs)
        dns_tsig_answer(&answer->bytes, &exchange->tsig, exchange->signer, exchange->tsig_error,
                        exchange->arrival->wall_ms / 1000);
    answer->whole = answer->bytes.length;
    fault_spoils(exchange);
}

/* As BIND: the question comes back if it could be read, with OPT if that could; the rest was not understood. */
static void answer_malformed(Exchange *exchange)
{
    size_t asked = dns_read_u16(exchange->arrival->bytes + 4);

    start_reply(exchange);
    exchange->reply.rcode = DNS_FORMERR;
    if (asked != 1 || exchange->reply.sections[DNS_QUESTION].count != asked)
        exchange->reply.sections[DNS_QUESTION].count = 0;
    dns_encode(&exchange->reply, 0, &exchange->answer->bytes);
    exchange->answer->whole = exchange->answer->bytes.length;
}

static void answer_message(Exchange *exchange)
{
    start_reply(exchange);
    do_what_is_asked(exchange);
    if (is_update(exchange) && exchange->reply.rcode != DNS_NOERROR && !exchange->is_silent)
        note_refusal(exchange);
    if (!exchange->is_silent)
        write_answer(exchange);
}

void dns_exchange(DnsServer *server, const DnsArrival *arrival, DnsAnswer *out_answer)
{
    Exchange exchange = {.server = server, .arrival = arrival, .answer = out_answer};

    *out_answer = (DnsAnswer){0};
    /* Less than a header, or an answer to something: nobody could be told (RFC 1035, section 4.1.1; as BIND). */
    if (arrival->length < HEADER_SIZE || (arrival->bytes[2] & 0x80) != 0)
        return;
    if (dns_parse(&exchange.arena, arrival->bytes, arrival->length, &exchange.request, NULL))
        answer_message(&exchange);
    else
        answer_malformed(&exchange);
    arena_release(&exchange.arena);
}
