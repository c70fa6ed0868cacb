/*
 * fakes/dns/route53/answers.c - what Route 53 says, as XML.
 */
#include "fakes/dns/route53/answers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "fakes/dns/data.h"

#define XMLNS " xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">"

static const char HEAD[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

static void add_escaped(Buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '&' || *text == '<' || *text == '>')
            buffer_format(out, "&#%d;", *text);
        else
            buffer_add_byte(out, (uint8_t)*text);
    }
}

void route53_write_error(Buffer *out, const char *code, const char *message)
{
    buffer_format(out,
                  "%s<ErrorResponse" XMLNS "<Error><Type>Sender</Type><Code>%s</Code><Message>",
                  HEAD, code);
    add_escaped(out, message);
    buffer_add_text(out, "</Message></Error><RequestId>0</RequestId></ErrorResponse>");
}

void route53_write_zone(Buffer *out, const char *zone_id, const DnsZone *zone)
{
    buffer_format(out,
                  "%s<GetHostedZoneResponse" XMLNS
                  "<HostedZone><Id>/hostedzone/%s</Id><Name>%s</Name>"
                  "<Config><PrivateZone>false</PrivateZone></Config></HostedZone>"
                  "</GetHostedZoneResponse>",
                  HEAD, zone_id, dns_zone_apex(zone));
}

void route53_write_change(Buffer *out, const char *root, const char *id, bool is_in_sync)
{
    char now[CLOCK_TEXT_MAX];

    buffer_format(out,
                  "%s<%s" XMLNS "<ChangeInfo><Id>/change/%s</Id><Status>%s</Status><SubmittedAt>%s"
                  "</SubmittedAt></ChangeInfo></%s>",
                  HEAD, root, id, is_in_sync ? "INSYNC" : "PENDING",
                  clock_rfc3339(clock_wall_ms(), now), root);
}

/* ---- the list --------------------------------------------------------------------------------- */

/* "tsb.example.com." as "com.example.tsb."; names are of bounded length. */
static void turned(const char *name, char out_name[300])
{
    size_t end = strlen(name), length = 0;

    end -= end > 0 && name[end - 1] == '.' ? 1 : 0;
    while (end > 0 && length + 66 < 300) {
        size_t begin = end;

        while (begin > 0 && name[begin - 1] != '.')
            begin--;
        length += (size_t)snprintf(out_name + length, 300 - length, "%.*s.", (int)(end - begin),
                                   name + begin);
        end = begin > 0 ? begin - 1 : 0;
    }
    out_name[length] = '\0';
}

static int compare_names(const char *a, const char *b)
{
    char left[300], right[300];

    turned(a, left);
    turned(b, right);
    return strcmp(left, right);
}

static int compare_records(const void *a, const void *b)
{
    const DnsRecord *left = *(const DnsRecord *const *)a, *right = *(const DnsRecord *const *)b;
    int order = compare_names(left->name, right->name);

    return order != 0 ? order : strcmp(dns_type_name(left->type), dns_type_name(right->type));
}

static bool is_same_set(const DnsRecord *a, const DnsRecord *b)
{
    return a->type == b->type && strcmp(a->name, b->name) == 0;
}

/* Writes the set that begins at records[0] and answers how many records it has. */
static size_t add_set(Buffer *out, Arena *arena, const DnsRecord **records, size_t left)
{
    size_t count = 0;

    buffer_format(out,
                  "<ResourceRecordSet><Name>%s</Name><Type>%s</Type><TTL>%u</TTL><ResourceRecords>",
                  records[0]->name, dns_type_name(records[0]->type), records[0]->ttl_s);
    for (; count < left && is_same_set(records[0], records[count]); count++) {
        buffer_add_text(out, "<ResourceRecord><Value>");
        add_escaped(out, dns_data_text(arena, records[count]));
        buffer_add_text(out, "</Value></ResourceRecord>");
    }
    buffer_add_text(out, "</ResourceRecords></ResourceRecordSet>");
    return count;
}

void route53_write_list(Buffer *out, const DnsZone *zone, const char *name, size_t most)
{
    Arena arena = {0};
    size_t count, at = 0, sets = 0;
    const DnsRecord *const *all = dns_zone_records(zone, &arena, &count);
    const DnsRecord **sorted = arena_new(&arena, (count + 1) * sizeof *sorted);

    memcpy(sorted, all, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_records);
    buffer_format(out, "%s<ListResourceRecordSetsResponse" XMLNS "<ResourceRecordSets>", HEAD);
    while (at < count && compare_names(sorted[at]->name, name) < 0)
        at++;
    for (; at < count && sets < most; sets++)
        at += add_set(out, &arena, sorted + at, count - at);
    buffer_format(out,
                  "</ResourceRecordSets><IsTruncated>%s</IsTruncated><MaxItems>%zu</MaxItems>"
                  "</ListResourceRecordSetsResponse>",
                  at < count ? "true" : "false", most);
    arena_release(&arena);
}
