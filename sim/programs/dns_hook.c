/*
 * sim/programs/dns_hook.c - "dns-hook": the hook that changes names, by asking the zone's provider to.
 *
 * Source: docs/hooks.md, the contract that it keeps to: it changes OLD and nothing else, and the same change twice does no harm.
 */
#include <stdlib.h>
#include <string.h>

#include "fakes/dns/data.h"
#include "sim/programs/programs.h"

enum { STATUS_USAGE = 5, STATUS_ANOTHER = 3 };

/* How long the provider takes. */
static const Span ANSWERS = {.lowest = 300, .highest = 2000};

static const char *variable(const Play *play, const char *name)
{
    const char *value = play_variable(play, name);

    return value != NULL ? value : "";
}

/* Is text, which may end with a dot, one of the values that commas part? */
static bool is_among(const char *values, const char *text)
{
    size_t length = strlen(text);

    length -= length > 0 && text[length - 1] == '.' ? 1 : 0;
    for (;;) {
        size_t next = strcspn(values, ",");

        if (next == length && strncmp(values, text, length) == 0)
            return true;
        if (values[next] == '\0')
            return false;
        values += next + 1;
    }
}

static size_t count_of(const char *values)
{
    size_t count = *values != '\0' ? 1 : 0;

    for (; *values != '\0'; values++)
        count += *values == ',' ? 1 : 0;
    return count;
}

static bool is_nothing(const DnsZone *zone, const char *name)
{
    return dns_zone_find(zone, name, DNS_CNAME) == NULL &&
           dns_zone_find(zone, name, DNS_A) == NULL && dns_zone_find(zone, name, DNS_AAAA) == NULL;
}

/* The name has exactly these values of that type; 0: it is not there. */
static bool holds(const DnsZone *zone, const char *name, uint16_t type, const char *values)
{
    size_t count;
    const DnsRecord *records = dns_zone_find_set(zone, name, type, &count);
    Arena arena = {0};
    bool ok = type != 0 ? count == count_of(values) : is_nothing(zone, name);

    for (size_t i = 0; i < count && ok; i++)
        ok = is_among(values, dns_data_text(&arena, &records[i]));
    arena_release(&arena);
    return ok;
}

static int64_t change(Play *play)
{
    const DnsZone *zone = dns_side_zone(play->world->dns, 0);
    const char *name = variable(play, "UNDERSTUDY_NAME"), *value = variable(play, "UNDERSTUDY_NEW");
    uint16_t type = dns_type_parse(variable(play, "UNDERSTUDY_TYPE"));
    uint16_t old_type = dns_type_parse(variable(play, "UNDERSTUDY_OLD_TYPE"));
    uint32_t ttl_s = (uint32_t)strtoul(variable(play, "UNDERSTUDY_TTL"), NULL, 10);
    const DnsRecord *record = dns_zone_find(zone, name, type);
    char text[300];

    if (record != NULL && record->ttl_s == ttl_s && holds(zone, name, type, value))
        return PLAY_ENDS;
    if (!holds(zone, name, old_type, variable(play, "UNDERSTUDY_OLD")))
        return play_fail(play, STATUS_ANOTHER, "%s is another record by now", name);
    snprintf(text, sizeof text, "%s%s", value, type == DNS_CNAME ? "." : "");
    dns_side_write(play->world->dns, name, type, text, ttl_s, NULL);
    return PLAY_ENDS;
}

static int64_t take_turn(Play *play)
{
    const char *action = variable(play, "UNDERSTUDY_ACTION");

    if (strcmp(action, "change") != 0 && strcmp(action, "probe") != 0)
        return play_fail(play, STATUS_USAGE, "neither probe nor change");
    if (play->turn == 0)
        return span_draw(&ANSWERS, play->random);
    return strcmp(action, "change") == 0 ? change(play) : PLAY_ENDS;
}

const PlayedProgram PLAYED_DNS_HOOK = {.name = "dns-hook", .turn = take_turn};
