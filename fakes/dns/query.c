/*
 * fakes/dns/query.c - questions: what is asked of whom, and what BIND (or Knot) adds to the zone's own answer.
 */
#include <string.h>

#include "fakes/dns/data.h"
#include "fakes/dns/fault.h"

enum { TYPE_META_FIRST = 128, TYPE_MAILB = 253, TYPE_MAILA };
enum { EDE_OTHER = 0, EDE_NOT_AUTHORITATIVE = 20 };

DnsServed *dns_turn_zone_of(const DnsTurn *turn, const char *name)
{
    const DnsServer *server = turn->server;
    DnsServed *best = NULL;

    for (size_t i = 0; i < server->served_count; i++) {
        DnsServed *served = server->served[i];

        if (dns_name_is_under(name, dns_zone_apex(served->zone)) &&
            (best == NULL ||
             strlen(dns_zone_apex(served->zone)) > strlen(dns_zone_apex(best->zone))))
            best = served;
    }
    return best;
}

DnsServed *dns_turn_zone_named(const DnsTurn *turn, const char *name)
{
    DnsServed *served = dns_turn_zone_of(turn, name);

    return served != NULL && dns_name_equal(dns_zone_apex(served->zone), name) ? served : NULL;
}

/* ---- what goes along with an answer ----------------------------------------------------------- */

static bool is_added(const DnsMessage *reply, const DnsRecord *record)
{
    for (int section = DNS_ANSWER; section <= DNS_ADDITIONAL; section++) {
        for (size_t i = 0; i < reply->sections[section].count; i++) {
            if (reply->sections[section].records[i].data == record->data)
                return true;
        }
    }
    return false;
}

static void add_sets(DnsTurn *turn, int section, const DnsZone *zone, const char *name,
                     uint16_t type)
{
    size_t count;
    const DnsRecord *set = dns_zone_find_set(zone, name, type, &count);

    for (size_t i = 0; i < count; i++) {
        if (!is_added(&turn->reply, &set[i]))
            dns_add(&turn->arena, &turn->reply, section, &set[i]);
    }
}

/* The addresses of the servers that a section's records name. */
static void add_addresses(DnsTurn *turn, const DnsZone *zone, int section)
{
    for (size_t i = 0; i < turn->reply.sections[section].count; i++) {
        const DnsRecord *record = &turn->reply.sections[section].records[i];
        const DnsShape *shape = dns_shape_find(record->type);
        const char *target;

        if (shape == NULL || shape->pointed_at == DNS_NOT_POINTED)
            continue;
        target = dns_data_target(&turn->arena, record);
        if (!dns_name_is_under(target, dns_zone_apex(zone)))
            continue;
        add_sets(turn, DNS_ADDITIONAL, zone, target, DNS_A);
        add_sets(turn, DNS_ADDITIONAL, zone, target, DNS_AAAA);
    }
}

/* Records of a type come before the others of the additional section, which stay in their order. */
static void put_first(DnsTurn *turn, uint16_t type)
{
    DnsRecord *records = turn->reply.sections[DNS_ADDITIONAL].records;
    size_t first = 0;

    for (size_t i = 0; i < turn->reply.sections[DNS_ADDITIONAL].count; i++) {
        DnsRecord record = records[i];

        if (record.type != type)
            continue;
        memmove(records + first + 1, records + first, (i - first) * sizeof record);
        records[first++] = record;
    }
}

/* The last of the answer is a CNAME that nobody asked for: it leads out of the zone, and what follows is elsewhere. */
static bool leads_away(const DnsRecord *last, const DnsRecord *question)
{
    return last->type == DNS_CNAME && question->type != DNS_CNAME && question->type != DNS_ANY;
}

/* BIND adds the zone's name servers for who asked without recursion (a resolver), and addresses wherever a server is named. */
static void add_servers(DnsTurn *turn, const DnsZone *zone, const DnsRecord *question)
{
    DnsMessage *reply = &turn->reply;
    size_t count = reply->sections[DNS_ANSWER].count;
    bool has_them = question->type == DNS_NS && dns_name_equal(question->name, dns_zone_apex(zone));
    bool is_minimal = question->type == DNS_ANY && !turn->arrival->is_tcp;

    if (reply->rcode != DNS_NOERROR)
        return;
    if (turn->manners->adds_servers && count > 0 && !reply->wants_recursion && !has_them &&
        !is_minimal && reply->sections[DNS_AUTHORITY].count == 0 &&
        !leads_away(&reply->sections[DNS_ANSWER].records[count - 1], question))
        add_sets(turn, DNS_AUTHORITY, zone, dns_zone_apex(zone), DNS_NS);
    add_addresses(turn, zone, DNS_ANSWER);
    add_addresses(turn, zone, DNS_AUTHORITY);
    if (turn->manners->prefers_a)
        put_first(turn, DNS_A);
}

/* Where the set begins that stands for all: the first, or that of the lowest type. */
static size_t chosen_set(const DnsTurn *turn)
{
    const DnsRecord *records = turn->reply.sections[DNS_ANSWER].records;
    size_t chosen = 0;

    for (size_t i = 1; i < turn->reply.sections[DNS_ANSWER].count && turn->manners->gives_lowest;
         i++) {
        if (records[i].type < records[chosen].type)
            chosen = i;
    }
    return chosen;
}

/* RFC 8482, section 4.1: one set is answer enough. */
static void keep_one_set(DnsTurn *turn)
{
    DnsRecord *records = turn->reply.sections[DNS_ANSWER].records;
    size_t *count = &turn->reply.sections[DNS_ANSWER].count;
    size_t first = chosen_set(turn), kept = 0;

    if (*count == 0 || (turn->arrival->is_tcp && turn->manners->whole_any_by_tcp))
        return;
    while (first + kept < *count && records[first + kept].type == records[first].type)
        kept++;
    memmove(records, records + first, kept * sizeof *records);
    *count = kept;
}

/* ---- who answers ------------------------------------------------------------------------------ */

static void answer_from_zone(DnsTurn *turn, const DnsRecord *question, const DnsServed *served)
{
    turn->is_repeatable = turn->request.tsig == NULL && !dns_turn_has_cookie(turn) &&
                          turn->server->options.faults == NULL &&
                          (served == NULL || served->secondary == NULL);
    if (served == NULL || served->is_expired) {
        turn->reply.rcode = served == NULL ? DNS_REFUSED : DNS_SERVFAIL;
        turn->signs = turn->signs && (served != NULL || turn->manners->signs_not_auth);
        if (served == NULL && turn->manners->explains_refusal)
            turn->ede = EDE_NOT_AUTHORITATIVE;
        return;
    }
    if (!dns_zone_answer(served->zone, &turn->arena, question->name, question->type, turn->manners,
                         &turn->reply)) {
        turn->reply.rcode = turn->manners->endless_chain;
        if (turn->reply.rcode != DNS_NOERROR) {
            turn->ede = EDE_OTHER;
            turn->ede_text = "max. restarts reached";
        }
        return;
    }
    if (question->type == DNS_ANY)
        keep_one_set(turn);
    add_servers(turn, served->zone, question);
}

static void answer_by_resolver(DnsTurn *turn, const DnsRecord *question)
{
    const DnsServerOptions *options = &turn->server->options;
    int64_t delay_ms;

    turn->reply.offers_recursion = true;
    delay_ms = options->resolve(options->self, &turn->arena, question, &turn->reply);
    if (delay_ms < 0)
        turn->is_silent = true;
    else
        turn->answer->delay_ms += delay_ms;
}

/* ---- what is no question ---------------------------------------------------------------------- */

/* As BIND with zones of class IN only: it knows some classes and has nothing in them, and some are none. */
static int judge_class(uint16_t class)
{
    switch (class) {
    case DNS_IN:
    case DNS_CHAOS:
        return DNS_NOERROR;
    case DNS_HESIOD:
        return DNS_REFUSED;
    case 0:
    case DNS_CLASS_NONE:
    case DNS_CLASS_ANY:
        return DNS_FORMERR;
    default:
        return DNS_NOTIMP;
    }
}

/* As Knot, which knows classes IN, CHAOS and ANY, and no type 0. */
static int judge_loosely(const DnsRecord *question)
{
    if (question->type == 0)
        return DNS_NOTIMP;
    return question->class == DNS_IN || question->class == DNS_CHAOS ||
                   question->class == DNS_CLASS_ANY
               ? DNS_NOERROR
               : DNS_REFUSED;
}

/* What this server does not answer, whoever asks; DNS_NOERROR if there is nothing against it. */
static int judge_question(const DnsTurn *turn)
{
    const DnsMessage *request = &turn->request;
    const DnsRecord *question = request->sections[DNS_QUESTION].records;

    if (request->sections[DNS_QUESTION].count != 1)
        return DNS_FORMERR;
    if (!turn->manners->is_strict)
        return judge_loosely(question);
    if (question->type == DNS_OPT ||
        (question->type >= TYPE_META_FIRST && question->type < DNS_IXFR))
        return DNS_FORMERR;
    if (question->type == TYPE_MAILA || question->type == TYPE_MAILB)
        return DNS_NOTIMP;
    return judge_class(question->class);
}

/* RFC 7873, section 5.4: a question about nothing but the cookie. */
static bool asks_for_cookie(const DnsTurn *turn)
{
    return turn->request.sections[DNS_QUESTION].count == 0 && dns_turn_has_cookie(turn);
}

static bool is_transfer(const DnsRecord *question)
{
    return question->type == DNS_AXFR || question->type == DNS_IXFR;
}

static void answer_question(DnsTurn *turn, const DnsRecord *question)
{
    bool is_resolver = turn->server->options.resolve != NULL;
    const DnsServed *served = is_resolver ? NULL : dns_turn_zone_of(turn, question->name);

    if (!dns_turn_faults_allow(turn, "dns.query", question, served != NULL ? served->zone : NULL))
        return;
    if (dns_turn_other_view(turn, question, served != NULL ? served->zone : NULL))
        return;
    if (is_resolver)
        answer_by_resolver(turn, question);
    else if (is_transfer(question))
        dns_turn_transfer(turn, question);
    else
        answer_from_zone(turn, question, served);
}

void dns_turn_query(DnsTurn *turn)
{
    const DnsRecord *question = turn->request.sections[DNS_QUESTION].records;

    if (asks_for_cookie(turn))
        return;
    turn->reply.rcode = (uint8_t)judge_question(turn);
    if (turn->request.sections[DNS_QUESTION].count != 1) {
        turn->reply.sections[DNS_QUESTION].count = 0;
        turn->signs = false;
    }
    if (turn->reply.rcode != DNS_NOERROR)
        return;
    if (question->class == DNS_CHAOS && !is_transfer(question))
        dns_turn_chaos(turn, question);
    else if (is_transfer(question) && turn->server->options.resolve != NULL)
        turn->reply.rcode = DNS_REFUSED;
    else
        answer_question(turn, question);
}
