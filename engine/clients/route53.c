/*
 * engine/clients/route53.c - Amazon Route 53 as the engine needs it: look at a name's records, replace them, ask whether that shows.
 */
#include "engine/clients/route53.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/clients/route53_exchange.h"

#define XMLNS "https://route53.amazonaws.com/doc/2013-04-01/"

/* ---- reading ---------------------------------------------------------------------------------- */

/* In small letters, without the dot at the end. */
static void bare_name(const char *text, char out_name[256])
{
    size_t length;

    snprintf(out_name, 256, "%s", text);
    length = strlen(out_name);
    if (length > 0 && out_name[length - 1] == '.')
        out_name[length - 1] = '\0';
    for (char *at = out_name; *at != '\0'; at++)
        *at = (char)((*at >= 'A' && *at <= 'Z') ? *at - 'A' + 'a' : *at);
}

static bool read_type(const char *text, DnsRecordType *out_type)
{
    static const DnsRecordType TYPES[] = {DNS_RECORD_A, DNS_RECORD_AAAA, DNS_RECORD_CNAME};

    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
        *out_type = TYPES[i];
        if (strcmp(text, dns_record_type_name(TYPES[i])) == 0)
            return true;
    }
    return false;
}

static bool is_special(const XmlNode *set)
{
    static const char *const SIGNS[] = {"SetIdentifier", "AliasTarget", "HealthCheckId",
                                        "TrafficPolicyInstanceId"};

    for (size_t i = 0; i < sizeof SIGNS / sizeof *SIGNS; i++)
        if (xml_find(set, SIGNS[i]) != NULL)
            return true;
    return false;
}

static bool read_values(const XmlNode *node, Route53Set *set)
{
    const XmlNode *records = xml_find(node, "ResourceRecords");

    for (const XmlNode *record = records != NULL ? records->child : NULL; record != NULL;
         record = record->next) {
        if (set->count == DNS_VALUES_MAX)
            return false;
        if (set->type == DNS_RECORD_CNAME)
            bare_name(xml_text(record, "Value"), set->values[set->count++]);
        else
            snprintf(set->values[set->count++], 256, "%s", xml_text(record, "Value"));
    }
    return true;
}

static void read_set(const XmlNode *node, Route53Records *records)
{
    Route53Set set = {0};

    if (!read_type(xml_text(node, "Type"), &set.type))
        return;
    set.ttl_s = (uint32_t)strtoul(xml_text(node, "TTL"), NULL, 10);
    if (is_special(node) || records->count == ROUTE53_SETS_MAX || !read_values(node, &set))
        records->is_special = true;
    else
        records->sets[records->count++] = set;
}

static void read_sets(const XmlNode *root, const char *name, Route53Records *records)
{
    const XmlNode *sets = xml_find(root, "ResourceRecordSets");
    char wanted[256], found[256];

    bare_name(name, wanted);
    for (const XmlNode *set = sets != NULL ? sets->child : NULL; set != NULL; set = set->next) {
        bare_name(xml_text(set, "Name"), found);
        if (strcmp(found, wanted) == 0)
            read_set(set, records);
    }
}

/* The list begins at the name, and goes on with those behind it. */
bool route53_find(const Route53 *route53, const char *name, Route53Records *out_records, Error *err)
{
    Arena arena = {0};
    const char *parameters[] = {arena_format(&arena, "name=%s.", name), "maxitems=100", NULL};
    const XmlNode *root;
    bool ok = route53_ask(route53, &arena,
                          &(Route53Call){.method = "GET",
                                         .path = arena_format(&arena, "hostedzone/%s/rrset",
                                                              route53->zone_id),
                                         .parameters = parameters},
                          &root, err);

    *out_records = (Route53Records){0};
    if (ok)
        read_sets(root, name, out_records);
    arena_release(&arena);
    return ok;
}

bool route53_zone(const Route53 *route53, char out_name[256], Error *err)
{
    Arena arena = {0};
    const XmlNode *root;
    bool ok =
        route53_ask(route53, &arena,
                    &(Route53Call){.method = "GET",
                                   .path = arena_format(&arena, "hostedzone/%s", route53->zone_id)},
                    &root, err);

    if (ok)
        bare_name(xml_text(root, "HostedZone/Name"), out_name);
    arena_release(&arena);
    return ok;
}

bool route53_is_in_sync(const Route53 *route53, const char *change, bool *out_is, Error *err)
{
    Arena arena = {0};
    const XmlNode *root;
    bool ok = route53_ask(route53, &arena,
                          &(Route53Call){.method = "GET",
                                         .path = arena_format(&arena, "change/%s", change)},
                          &root, err);

    if (ok)
        *out_is = strcmp(xml_text(root, "ChangeInfo/Status"), "INSYNC") == 0;
    arena_release(&arena);
    return ok;
}

/* ---- changing --------------------------------------------------------------------------------- */

static void add_change(Buffer *body, const char *action, const char *name, const Route53Set *set)
{
    const char *dot = set->type == DNS_RECORD_CNAME ? "." : "";

    buffer_format(body, "<Change><Action>%s</Action><ResourceRecordSet><Name>", action);
    xml_add(body, name);
    buffer_format(body, ".</Name><Type>%s</Type><TTL>%u</TTL><ResourceRecords>",
                  dns_record_type_name(set->type), (unsigned)set->ttl_s);
    for (size_t i = 0; i < set->count; i++) {
        buffer_add_text(body, "<ResourceRecord><Value>");
        xml_add(body, set->values[i]);
        buffer_format(body, "%s</Value></ResourceRecord>", dot);
    }
    buffer_add_text(body, "</ResourceRecords></ResourceRecordSet></Change>");
}

static void begin_batch(Buffer *body)
{
    buffer_add_text(body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
                          "<ChangeResourceRecordSetsRequest xmlns=\"" XMLNS "\"><ChangeBatch>"
                          "<Comment>understudy</Comment><Changes>");
}

static void end_batch(Buffer *body)
{
    buffer_add_text(body, "</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>");
}

/* Consumes body. */
static bool send_batch(const Route53 *route53, Arena *arena, Buffer *body, const XmlNode **out_root,
                       Error *err)
{
    bool ok;

    end_batch(body);
    ok = route53_ask(route53, arena,
                     &(Route53Call){.method = "POST",
                                    .path = arena_format(arena, "hostedzone/%s/rrset",
                                                         route53->zone_id),
                                    .body = body->data},
                     out_root, err);
    buffer_release(body);
    return ok;
}

/* "/change/C2682N5HXP0BZ4"; a name with anything else in it would end up in a path. */
static bool read_change(const XmlNode *root, char out_change[64], Error *err)
{
    const char *id = xml_text(root, "ChangeInfo/Id"), *last = strrchr(id, '/');

    last = last != NULL ? last + 1 : id;
    if (*last == '\0' || strlen(last) >= 64 || !route53_is_id(last))
        return error_set(err, ERR_PROTOCOL, "Route 53 took the change and did not name it");
    snprintf(out_change, 64, "%s", last);
    return true;
}

bool route53_replace(const Route53 *route53, const char *name, const Route53Records *old,
                     const Route53Set *wanted, char out_change[64], Error *err)
{
    Arena arena = {0};
    Buffer body = {0};
    const XmlNode *root;
    bool ok;

    begin_batch(&body);
    for (size_t i = 0; i < old->count; i++)
        add_change(&body, "DELETE", name, &old->sets[i]);
    add_change(&body, "CREATE", name, wanted);
    ok = send_batch(route53, &arena, &body, &root, err) && read_change(root, out_change, err);
    arena_release(&arena);
    return ok;
}

bool route53_may_change(const Route53 *route53, const char *name, DnsRecordType type, Error *err)
{
    Route53Set nothing = {.type = type, .ttl_s = 1, .count = 1};
    Arena arena = {0};
    Buffer body = {0};
    const XmlNode *root;
    Error why = {0};
    bool ok;

    snprintf(nothing.values[0], sizeof nothing.values[0], "%s",
             type == DNS_RECORD_CNAME ? "probe.understudy.invalid"
             : type == DNS_RECORD_A   ? "192.0.2.255"
                                      : "2001:db8::ffff");
    begin_batch(&body);
    add_change(&body, "DELETE", name, &nothing);
    ok = send_batch(route53, &arena, &body, &root, &why) || why.code == ERR_CONFLICT;
    arena_release(&arena);
    return ok || error_set(err, why.code, "%s", why.message);
}
