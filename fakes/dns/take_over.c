/*
 * fakes/dns/take_over.c - a zone that becomes what another one is: at once, from a whole transfer, or step by step.
 */
#include <assert.h>
#include <string.h>

#include "fakes/dns/data.h"
#include "fakes/dns/edit.h"

/* Every record goes, the apex's own ones too: from brings its SOA and NS along. */
static void clear_all(DnsEdit *edit)
{
    for (size_t i = 0; i < edit->zone->nodes.count; i++) {
        const DnsNode *node = &edit->zone->nodes.items[i];

        while (node->count > 0)
            dns_edit_remove_set(edit, node->name, node->records[0].type);
    }
}

void dns_zone_copy(DnsZone *zone, const DnsZone *from)
{
    DnsEdit edit;

    assert(zone != from && strcmp(zone->apex, from->apex) == 0);
    dns_edit_begin(&edit, zone);
    clear_all(&edit);
    for (size_t i = 0; i < from->nodes.count; i++) {
        const DnsNode *node = &from->nodes.items[i];

        for (size_t j = 0; j < node->count; j++)
            dns_edit_add(&edit, node->name, &node->records[j]);
    }
    edit.has_serial = true;
    dns_edit_commit(&edit);
}

static bool take_all(DnsZone *zone, const DnsRecord *records, size_t count)
{
    DnsEdit edit;

    dns_edit_begin(&edit, zone);
    clear_all(&edit);
    /* The last one is the first one again. */
    for (size_t i = 0; i + 1 < count; i++)
        dns_edit_add(&edit, records[i].name, &records[i]);
    edit.has_serial = true;
    dns_edit_commit(&edit);
    return true;
}

static bool take_steps(DnsZone *zone, const DnsRecord *records, size_t count)
{
    DnsEdit edit;
    bool is_adding = true;

    if (dns_soa_serial(&records[1]) != dns_zone_serial(zone))
        return false;
    dns_edit_begin(&edit, zone);
    for (size_t i = 1; i + 1 < count; i++) {
        if (records[i].type == DNS_SOA)
            is_adding = !is_adding;
        if (records[i].type == DNS_SOA && !is_adding)
            continue;
        if (records[i].type == DNS_SOA)
            dns_edit_remove_set(&edit, records[i].name, DNS_SOA);
        if (is_adding)
            dns_edit_add(&edit, records[i].name, &records[i]);
        else
            dns_edit_remove_record(&edit, records[i].name, &records[i]);
    }
    edit.has_serial = true;
    dns_edit_commit(&edit);
    return true;
}

bool dns_zone_take_over(DnsZone *zone, const DnsRecord *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!dns_name_is_under(records[i].name, zone->apex) || records[i].length == 0)
            return false;
    }
    if (count < 2 || records[0].type != DNS_SOA || records[count - 1].type != DNS_SOA ||
        !dns_zone_is_apex(zone, records[0].name))
        return false;
    return count > 2 && records[1].type == DNS_SOA ? take_steps(zone, records, count)
                                                   : take_all(zone, records, count);
}
