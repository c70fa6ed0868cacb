/*
 * fakes/dns/chaos.c - what a server says about itself: names of class CHAOS.
 */
#include <string.h>

#include "fakes/dns/data.h"
#include "fakes/dns/turn.h"

enum { NEGATIVE_TTL_S = 86400 };

/* NULL: a name without a text, or none of ours. */
static const char *text_of(const DnsServerOptions *options, const char *name)
{
    if (strcmp(name, "version.bind.") == 0 || strcmp(name, "version.server.") == 0)
        return options->version;
    if (strcmp(name, "hostname.bind.") == 0 || strcmp(name, "id.server.") == 0)
        return options->identity;
    return NULL;
}

static bool is_ours(const char *name)
{
    static const char *const ZONES[] = {"version.bind.", "hostname.bind.", "id.server.",
                                        "authors.bind."};

    for (size_t i = 0; i < sizeof ZONES / sizeof *ZONES; i++) {
        if (strcmp(name, ZONES[i]) == 0)
            return true;
    }
    return false;
}

static void add(DnsTurn *turn, int section, const char *name, uint16_t type, uint32_t ttl_s,
                const char *text)
{
    DnsRecord record = {.ttl_s = ttl_s};

    if (!dns_data_parse(&turn->arena, type, text, &record, NULL))
        return;
    record.name = name;
    record.class = DNS_CHAOS;
    dns_add(&turn->arena, &turn->reply, section, &record);
}

/* As Knot: a name with a text, or nothing. */
static void answer_name(DnsTurn *turn, const DnsRecord *question, const char *text)
{
    if (text == NULL || question->type != DNS_TXT)
        turn->reply.rcode = DNS_REFUSED;
    else
        add(turn, DNS_ANSWER, question->name, DNS_TXT, 0, text);
}

/* As BIND, where each name is a zone. */
static void answer_zone(DnsTurn *turn, const DnsRecord *question, const char *text)
{
    if (!is_ours(question->name)) {
        turn->reply.rcode = DNS_REFUSED;
        return;
    }
    turn->reply.is_authoritative = true;
    if (text != NULL && (question->type == DNS_TXT || question->type == DNS_ANY)) {
        add(turn, DNS_ANSWER, question->name, DNS_TXT, 0, text);
        if (!turn->reply.wants_recursion)
            add(turn, DNS_AUTHORITY, question->name, DNS_NS, 0, question->name);
        return;
    }
    add(turn, question->type == DNS_SOA ? DNS_ANSWER : DNS_AUTHORITY, question->name, DNS_SOA,
        NEGATIVE_TTL_S,
        arena_format(&turn->arena, "%s hostmaster.%s 0 28800 7200 604800 86400", question->name,
                     question->name));
}

void dns_turn_chaos(DnsTurn *turn, const DnsRecord *question)
{
    const char *text = text_of(&turn->server->options, question->name);

    if (turn->manners->tells_chaos)
        answer_zone(turn, question, text);
    else
        answer_name(turn, question, text);
}
