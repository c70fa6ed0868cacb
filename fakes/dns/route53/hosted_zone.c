/*
 * fakes/dns/route53/hosted_zone.c - a hosted zone: the records that its servers answer from, and the changes on their way there.
 */
#include "fakes/dns/route53/hosted_zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/dns/data.h"

typedef struct Pending Pending;

/* A batch from its acceptance on; the latest first. */
struct Pending {
    Pending *older;
    HostedZone *hosted;
    char id[16];
    Arena arena;
    Route53Batch batch;
    Timer *timer;
    bool is_in_sync;
};

struct HostedZone {
    Loop *loop;
    DnsZone *zone, *view;
    Pending *changes;
    unsigned count;
};

/* ---- one change ------------------------------------------------------------------------------- */

static bool refuse(const Route53Change *change, Error *err, const char *tried, const char *why)
{
    return error_set(err, ERR_CONFLICT,
                     "[Tried to %s resource record set [name='%s', type='%s'] but %s]", tried,
                     change->name, dns_type_name(change->type), why);
}

static bool same_text(const char *a, const char *b)
{
    size_t length = strlen(a), other = strlen(b);

    length -= length > 0 && a[length - 1] == '.' ? 1 : 0;
    other -= other > 0 && b[other - 1] == '.' ? 1 : 0;
    return length == other && strncasecmp(a, b, length) == 0;
}

static bool holds(const DnsRecord *set, size_t count, const Route53Change *change)
{
    Arena arena = {0};
    bool ok = set[0].ttl_s == change->ttl_s && count == change->count;

    for (size_t i = 0; i < count && ok; i++) {
        bool is_there = false;

        for (size_t j = 0; j < change->count; j++)
            is_there = is_there || same_text(dns_data_text(&arena, &set[i]), change->values[j]);
        ok = is_there;
    }
    arena_release(&arena);
    return ok;
}

static bool stands_in_the_way(const DnsZone *zone, const Route53Change *change)
{
    static const uint16_t OTHERS[] = {DNS_A, DNS_AAAA, DNS_TXT};

    if (change->type != DNS_CNAME)
        return dns_zone_find(zone, change->name, DNS_CNAME) != NULL;
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
        if (dns_zone_find(zone, change->name, OTHERS[i]) != NULL)
            return true;
    return false;
}

static bool add_values(DnsZone *zone, const Route53Change *change, Error *err)
{
    Error why;

    for (size_t i = 0; i < change->count; i++) {
        bool ok = i == 0 ? dns_zone_point(zone, change->name, change->type, change->values[i],
                                          change->ttl_s, &why)
                         : dns_zone_add(zone, change->name, change->type, change->values[i],
                                        change->ttl_s, &why);

        if (!ok)
            return error_set(err, ERR_CONFLICT, "[%s]", why.message);
    }
    return true;
}

static bool apply(DnsZone *zone, const Route53Change *change, Error *err)
{
    size_t count;
    const DnsRecord *set = dns_zone_find_set(zone, change->name, change->type, &count);

    if (change->action == ROUTE53_DELETE) {
        if (count == 0)
            return refuse(change, err, "delete", "it was not found");
        if (!holds(set, count, change))
            return refuse(change, err, "delete",
                          "the values provided do not match the current values");
        dns_zone_remove(zone, change->name, change->type);
        return true;
    }
    if (change->action == ROUTE53_CREATE && count > 0)
        return refuse(change, err, "create", "it already exists");
    if (stands_in_the_way(zone, change))
        return refuse(change, err, "create", "it conflicts with other records of the same name");
    return add_values(zone, change, err);
}

static bool apply_all(DnsZone *zone, const Route53Batch *batch, Error *err)
{
    for (size_t i = 0; i < batch->count; i++)
        if (!apply(zone, &batch->changes[i], err))
            return false;
    return true;
}

/* ---- batches ---------------------------------------------------------------------------------- */

static void add_pending(DnsZone *zone, const Pending *change)
{
    if (change == NULL)
        return;
    add_pending(zone, change->older);
    if (!change->is_in_sync)
        apply_all(zone, &change->batch, NULL);
}

const DnsZone *hosted_zone_view(HostedZone *hosted)
{
    dns_zone_copy(hosted->view, hosted->zone);
    add_pending(hosted->view, hosted->changes);
    return hosted->view;
}

static void on_shown(void *owner)
{
    Pending *change = owner;

    apply_all(change->hosted->zone, &change->batch, NULL);
    change->is_in_sync = true;
}

static void copy_batch(Pending *change, const Route53Batch *batch)
{
    change->batch = *batch;
    for (size_t i = 0; i < batch->count; i++) {
        Route53Change *copy = &change->batch.changes[i];

        copy->name = arena_text(&change->arena, copy->name);
        for (size_t j = 0; j < copy->count; j++)
            copy->values[j] = arena_text(&change->arena, copy->values[j]);
    }
}

bool hosted_zone_change(HostedZone *hosted, const Route53Batch *batch, int64_t delay_ms,
                        char out_id[16], Error *err)
{
    Pending *change;

    hosted_zone_view(hosted);
    if (!apply_all(hosted->view, batch, err))
        return false;
    change = MEMORY_NEW(Pending);
    snprintf(change->id, sizeof change->id, "C%07u", ++hosted->count);
    memcpy(out_id, change->id, sizeof change->id);
    change->hosted = hosted;
    change->older = hosted->changes;
    hosted->changes = change;
    copy_batch(change, batch);
    change->timer = timer_new(hosted->loop, on_shown, change);
    if (delay_ms >= 0)
        timer_start(change->timer, delay_ms);
    return true;
}

bool hosted_zone_is_in_sync(const HostedZone *hosted, const char *id, bool *out_is)
{
    for (const Pending *change = hosted->changes; change != NULL; change = change->older)
        if (strcmp(change->id, id) == 0) {
            *out_is = change->is_in_sync;
            return true;
        }
    return false;
}

HostedZone *hosted_zone_new(Loop *loop, DnsZone *zone)
{
    HostedZone *hosted = MEMORY_NEW(HostedZone);

    hosted->loop = loop;
    hosted->zone = zone;
    hosted->view = dns_zone_new(&(
        DnsZoneOptions){.apex = dns_zone_apex(zone), .primary = dns_zone_apex(zone), .serial = 1});
    return hosted;
}

void hosted_zone_free(HostedZone *hosted)
{
    if (hosted == NULL)
        return;
    while (hosted->changes != NULL) {
        Pending *change = hosted->changes;

        hosted->changes = change->older;
        timer_free(change->timer);
        arena_release(&change->arena);
        free(change);
    }
    dns_zone_free(hosted->view);
    free(hosted);
}
