/*
 * fakes/dns/update.c - dynamic updates: all prerequisites hold, then all updates are done; or nothing (RFC 2136, section 3).
 *
 * What would break the zone's own rules (a CNAME beside other data, an older SOA, the last NS) is passed over without a word,
 * as RFC 2136 says and BIND does: an answer of NOERROR does not prove that anything changed.
 */
#include "fakes/dns/zone.h"

#include <string.h>

#include "fakes/dns/data.h"
#include "fakes/dns/edit.h"
#include "fakes/dns/name.h"
#include "fakes/dns/serial.h"

enum { PREREQUISITES = DNS_ANSWER, UPDATES = DNS_AUTHORITY };
enum { FIRST_QUERY_TYPE = 128, LAST_QUERY_TYPE = 255 }; /* RFC 6895 3.1: questions, never data */

static bool is_data_type(uint16_t type)
{
    return type != 0 && type != DNS_OPT && (type < FIRST_QUERY_TYPE || type > LAST_QUERY_TYPE);
}

/* ---- 3.2: prerequisites ----------------------------------------------------------------------- */

static bool sets_are_equal(const DnsNode *node, const DnsMessage *update, const DnsRecord *first,
                           bool counts_doubles)
{
    size_t asked = 0, found = 0, count;
    const DnsRecord *set = dns_node_set(node, first->type, &count);

    for (size_t i = 0; i < update->sections[PREREQUISITES].count; i++) {
        const DnsRecord *record = &update->sections[PREREQUISITES].records[i];
        bool is_double = false;

        if (record->class != DNS_IN || record->type != first->type ||
            strcmp(record->name, first->name) != 0)
            continue;
        for (const DnsRecord *other = update->sections[PREREQUISITES].records; other < record;
             other++)
            is_double = is_double || (other->class == DNS_IN && dns_data_equal(other, record) &&
                                      strcmp(other->name, record->name) == 0);
        if (is_double && counts_doubles)
            return false;
        if (is_double)
            continue;
        asked++;
        for (size_t j = 0; j < count; j++)
            found += dns_data_equal(&set[j], record);
    }
    return asked == found && found == count;
}

/* 2.4.1 to 2.4.5, by class and type; the set of a value prerequisite (2.4.2) is compared with each of its records. */
static int check_prerequisite(const DnsZone *zone, const DnsMessage *update,
                              const DnsRecord *record, const DnsManners *manners)
{
    const DnsNode *node = dns_node_find(zone, record->name);
    bool is_any = record->type == DNS_ANY;
    bool exists = is_any ? node != NULL : dns_node_set(node, record->type, NULL) != NULL;

    switch (record->class) {
    case DNS_CLASS_ANY:
        return exists ? DNS_NOERROR : is_any ? DNS_NXDOMAIN : DNS_NXRRSET;
    case DNS_CLASS_NONE:
        return !exists ? DNS_NOERROR : is_any ? DNS_YXDOMAIN : DNS_YXRRSET;
    default:
        return sets_are_equal(node, update, record, manners->counts_doubles) ? DNS_NOERROR
                                                                             : DNS_NXRRSET;
    }
}

static int check_prerequisite_form(const DnsZone *zone, const DnsRecord *record)
{
    bool is_value = record->class == DNS_IN;

    if (record->ttl_s != 0)
        return DNS_FORMERR;
    if (!dns_name_is_under(record->name, zone->apex))
        return DNS_NOTZONE;
    if (!is_value && record->class != DNS_CLASS_ANY && record->class != DNS_CLASS_NONE)
        return DNS_FORMERR;
    if (is_value)
        return DNS_NOERROR;
    return record->length == 0 ? DNS_NOERROR : DNS_FORMERR;
}

/* Sets with values are compared after everything else (RFC 2136, section 3.2.5). */
static int check_prerequisites(const DnsZone *zone, const DnsMessage *update,
                               const DnsManners *manners)
{
    const DnsRecord *records = update->sections[PREREQUISITES].records;
    size_t count = update->sections[PREREQUISITES].count;
    int rcode = DNS_NOERROR;

    for (size_t i = 0; i < count && rcode == DNS_NOERROR; i++) {
        rcode = check_prerequisite_form(zone, &records[i]);
        if (rcode == DNS_NOERROR && records[i].class != DNS_IN)
            rcode = check_prerequisite(zone, update, &records[i], manners);
    }
    for (size_t i = 0; i < count && rcode == DNS_NOERROR; i++) {
        if (records[i].class == DNS_IN)
            rcode = check_prerequisite(zone, update, &records[i], manners);
    }
    return rcode;
}

/* ---- 3.4.1: the forms of updates -------------------------------------------------------------- */

static int check_update_form(const DnsZone *zone, const DnsRecord *record, bool is_strict)
{
    bool is_data = is_data_type(record->type) || !is_strict;

    if (!dns_name_is_under(record->name, zone->apex))
        return DNS_NOTZONE;
    switch (record->class) {
    case DNS_IN:
        return is_data ? DNS_NOERROR : DNS_FORMERR;
    case DNS_CLASS_ANY:
        return (record->ttl_s == 0 || !is_strict) && record->length == 0 &&
                       (is_data || record->type == DNS_ANY)
                   ? DNS_NOERROR
                   : DNS_FORMERR;
    case DNS_CLASS_NONE:
        return record->ttl_s == 0 && is_data && record->type != DNS_ANY ? DNS_NOERROR : DNS_FORMERR;
    default:
        return DNS_FORMERR;
    }
}

static int check_update_forms(const DnsZone *zone, const DnsMessage *update, bool is_strict)
{
    int rcode = DNS_NOERROR;

    for (size_t i = 0; i < update->sections[UPDATES].count && rcode == DNS_NOERROR; i++)
        rcode = check_update_form(zone, &update->sections[UPDATES].records[i], is_strict);
    return rcode;
}

/* ---- 3.4.2: doing them ------------------------------------------------------------------------ */

/* A CNAME never comes to stand beside anything else, whichever of them was there first. */
static bool fits(const DnsEdit *edit, const DnsRecord *record)
{
    const DnsNode *node = dns_node_find(edit->zone, record->name);
    const DnsRecord *cname = dns_node_set(node, DNS_CNAME, NULL);

    if (node == NULL || node->count == 0)
        return true;
    return record->type == DNS_CNAME ? cname != NULL : cname == NULL;
}

/* The serial of a zone's SOA goes forwards only; a SOA anywhere else is none. */
static bool is_later_soa(const DnsEdit *edit, const DnsRecord *record)
{
    return dns_zone_is_apex(edit->zone, record->name) &&
           dns_serial_is_newer(dns_soa_serial(record), dns_zone_serial(edit->zone));
}

static bool is_there(const DnsEdit *edit, const DnsRecord *record)
{
    size_t count;
    const DnsRecord *set =
        dns_node_set(dns_node_find(edit->zone, record->name), record->type, &count);

    for (size_t i = 0; i < count; i++) {
        if (dns_data_equal(&set[i], record))
            return true;
    }
    return false;
}

static void add(DnsEdit *edit, const DnsRecord *record, bool keeps_ttl)
{
    bool is_soa = record->type == DNS_SOA;

    if (keeps_ttl && record->type != DNS_CNAME && is_there(edit, record))
        return;
    if (!fits(edit, record) || (is_soa && !is_later_soa(edit, record)))
        return;
    if (is_soa || record->type == DNS_CNAME)
        dns_edit_remove_set(edit, record->name, record->type);
    edit->has_serial = edit->has_serial || is_soa;
    dns_edit_add(edit, record->name, record);
}

static void delete_sets(DnsEdit *edit, const DnsRecord *record)
{
    bool is_apex = dns_zone_is_apex(edit->zone, record->name);

    if (record->type == DNS_ANY)
        dns_edit_remove_name(edit, record->name);
    else if (!is_apex || (record->type != DNS_SOA && record->type != DNS_NS))
        dns_edit_remove_set(edit, record->name, record->type);
}

static void delete_record(DnsEdit *edit, const DnsRecord *record)
{
    size_t servers;

    dns_node_set(dns_node_find(edit->zone, edit->zone->apex), DNS_NS, &servers);
    if (record->type == DNS_SOA)
        return;
    if (record->type == DNS_NS && servers == 1 && dns_zone_is_apex(edit->zone, record->name))
        return;
    dns_edit_remove_record(edit, record->name, record);
}

static void apply(DnsEdit *edit, const DnsRecord *record, const DnsManners *manners)
{
    if (record->class == DNS_IN)
        add(edit, record, manners->keeps_ttl);
    else if (record->class == DNS_CLASS_ANY)
        delete_sets(edit, record);
    else
        delete_record(edit, record);
}

/* BIND gives up on an update with a SOA of which nobody can say whether it is newer (RFC 1982, section 3.2). */
static bool has_undecided_soa(const DnsZone *zone, const DnsMessage *update)
{
    for (size_t i = 0; i < update->sections[UPDATES].count; i++) {
        const DnsRecord *record = &update->sections[UPDATES].records[i];

        if (record->class == DNS_IN && record->type == DNS_SOA &&
            dns_soa_serial(record) - dns_zone_serial(zone) == UINT32_C(0x80000000))
            return true;
    }
    return false;
}

/* Name servers of the zone, inside it, that have no address. */
static size_t lost_servers(const DnsZone *zone)
{
    Arena arena = {0};
    size_t count, lost = 0;
    const DnsRecord *servers = dns_node_set(dns_node_find(zone, zone->apex), DNS_NS, &count);

    for (size_t i = 0; i < count; i++) {
        const char *name = dns_data_target(&arena, &servers[i]);
        const DnsNode *node = dns_node_find(zone, name);

        if (dns_name_is_under(name, zone->apex) && dns_node_set(node, DNS_A, NULL) == NULL &&
            dns_node_set(node, DNS_AAAA, NULL) == NULL)
            lost++;
    }
    arena_release(&arena);
    return lost;
}

static int apply_all(DnsZone *zone, const DnsMessage *update, const DnsManners *manners)
{
    size_t lost_before = lost_servers(zone);
    DnsEdit edit;

    dns_edit_begin(&edit, zone);
    for (size_t i = 0; i < update->sections[UPDATES].count; i++)
        apply(&edit, &update->sections[UPDATES].records[i], manners);
    if (manners->guards_servers && lost_servers(zone) > lost_before) {
        dns_edit_abandon(&edit);
        return DNS_REFUSED;
    }
    dns_edit_commit(&edit);
    return DNS_NOERROR;
}

/* 3.1.1: exactly one zone is named, as if its SOA were asked for. */
static int check_zone(const DnsZone *zone, const DnsMessage *update)
{
    const DnsRecord *named = update->sections[DNS_QUESTION].records;

    if (update->sections[DNS_QUESTION].count != 1 || named->type != DNS_SOA)
        return DNS_FORMERR;
    return named->class == DNS_IN && dns_name_equal(named->name, zone->apex) ? DNS_NOERROR
                                                                             : DNS_NOTAUTH;
}

int dns_zone_update(DnsZone *zone, const DnsMessage *update, const DnsManners *manners)
{
    int rcode = check_zone(zone, update);

    if (rcode == DNS_NOERROR && manners->checks_forms_first)
        rcode = check_update_forms(zone, update, manners->is_strict);
    if (rcode == DNS_NOERROR)
        rcode = check_prerequisites(zone, update, manners);
    if (rcode == DNS_NOERROR)
        rcode = check_update_forms(zone, update, manners->is_strict);
    if (rcode == DNS_NOERROR && manners->is_strict && has_undecided_soa(zone, update))
        rcode = DNS_SERVFAIL;
    return rcode == DNS_NOERROR ? apply_all(zone, update, manners) : rcode;
}
