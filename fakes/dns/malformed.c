/*
 * fakes/dns/malformed.c - messages that can be read, and yet are none to one kind of server or the other.
 */
#include "fakes/dns/turn.h"

/* Types of questions, which Knot does not read as data. */
static bool is_asked_only(uint16_t type)
{
    return type == DNS_ANY || type == DNS_AXFR || type == DNS_IXFR;
}

/* A record that BIND cannot read: it has data where it names a set, or none where it has to. */
static bool is_unreadable(const DnsRecord *record, int section)
{
    bool is_set = record->class == DNS_CLASS_ANY ||
                  (record->class == DNS_CLASS_NONE && section == DNS_ANSWER);

    if (is_set)
        return record->length > 0;
    return (record->class == DNS_CLASS_NONE && record->length == 0 && record->type != DNS_ANY) ||
           record->type == 0;
}

/* What either server stumbles over in an update, before it looks at who signed it. */
static bool has_malformed_record(const DnsTurn *turn)
{
    for (int section = DNS_ANSWER; section <= DNS_AUTHORITY; section++) {
        for (size_t i = 0; i < turn->request.sections[section].count; i++) {
            const DnsRecord *record = &turn->request.sections[section].records[i];

            if (turn->manners->is_strict ? is_unreadable(record, section)
                                         : record->class == DNS_IN && is_asked_only(record->type))
                return true;
        }
    }
    return false;
}

bool dns_turn_is_malformed(const DnsTurn *turn)
{
    const DnsMessage *request = &turn->request;

    if (turn->manners->is_exact &&
        (request->unread > 0 || request->sections[DNS_QUESTION].count > 1))
        return true;
    if (turn->manners->is_strict && request->opt_is_named)
        return true;
    return request->opcode == DNS_UPDATE &&
           (has_malformed_record(turn) ||
            (turn->manners->is_strict && request->sections[DNS_QUESTION].count > 1));
}
