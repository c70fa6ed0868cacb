/*
 * tests/sim/resolver/moving.c - an authority without a world: one name moves at one moment, and one appears.
 */
#include "tests/sim/resolver/moving.h"

#include <string.h>

#include "fakes/dns/data.h"

enum { ALIAS_TTL_S = 20, ADDRESS_TTL_S = 10, SOA_TTL_S = 300 };

static void add(Arena *arena, DnsMessage *reply, int section, const char *name, uint16_t type,
                uint32_t ttl_s, const char *text)
{
    DnsRecord record;

    dns_data_parse(arena, type, text, &record, NULL);
    record.name = name;
    record.shown = NULL;
    record.ttl_s = ttl_s;
    dns_add(arena, reply, section, &record);
}

static void deny(Arena *arena, DnsMessage *reply, int rcode)
{
    reply->rcode = (uint8_t)rcode;
    add(arena, reply, DNS_AUTHORITY, MOVING_APEX, DNS_SOA, SOA_TTL_S,
        "ns1." MOVING_APEX " hostmaster." MOVING_APEX " 1 3600 600 86400 60");
}

static const char *address_of(const char *name, bool has_moved)
{
    if (strcmp(name, MOVING_OLD) == 0)
        return "192.0.2.10";
    if (strcmp(name, MOVING_NEW) == 0)
        return "192.0.2.20";
    return has_moved && strcmp(name, MOVING_LATE) == 0 ? "192.0.2.30" : NULL;
}

bool moving_ask(void *self, Arena *arena, const char *name, uint16_t type, int64_t now_ms,
                DnsMessage *out_reply, int64_t *delay_ms)
{
    Moving *moving = self;
    bool has_moved = now_ms >= moving->moves_ms;
    const char *target = has_moved ? MOVING_NEW : MOVING_OLD;

    (void)delay_ms;
    moving->asked++;
    if (moving->is_silent)
        return false;
    if (strcmp(name, MOVING_NAME) == 0) {
        add(arena, out_reply, DNS_ANSWER, name, DNS_CNAME, ALIAS_TTL_S, target);
        name = target;
    }
    if (!address_of(name, has_moved))
        deny(arena, out_reply, DNS_NXDOMAIN);
    else if (type == DNS_A)
        add(arena, out_reply, DNS_ANSWER, name, DNS_A, ADDRESS_TTL_S, address_of(name, has_moved));
    else if (type != DNS_CNAME)
        deny(arena, out_reply, DNS_NOERROR);
    return true;
}

const char *moving_target(Arena *arena, const DnsMessage *answer)
{
    if (answer->sections[DNS_ANSWER].count == 0)
        return "";
    return dns_data_target(arena, &answer->sections[DNS_ANSWER].records[0]);
}
