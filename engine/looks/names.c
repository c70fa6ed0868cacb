/*
 * engine/looks/names.c - where the name servers point a name.
 */
#include "engine/observations.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { CHAIN_MAX = 8 };

static bool is_ip(const char *text)
{
    unsigned char bytes[16];

    return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

/* A chain that leaves the zone ends at its CNAME: then the target is asked for. */
static bool follow(Operation *operation, const char *name, DnsAnswer *out_answer, Error *err)
{
    char next[sizeof out_answer->cname];

    snprintf(next, sizeof next, "%s", name);
    for (int i = 0; i < CHAIN_MAX; i++) {
        if (!dns_ask(operation->dns, &operation->environment->dns.servers[0], next, DNS_RECORD_A,
                     out_answer, err))
            return false;
        if (out_answer->count > 0 || !out_answer->cname[0] || strcmp(out_answer->cname, next) == 0)
            return true;
        snprintf(next, sizeof next, "%s", out_answer->cname);
    }
    return true;
}

bool see_ip(Operation *operation, const char *address, char out_ip[64], Error *err)
{
    DnsAnswer answer;

    if (is_ip(address)) {
        snprintf(out_ip, 64, "%s", address);
        return true;
    }
    if (!*address)
        return error_set(err, ERR_NOT_FOUND, "the load balancer has no address yet");
    if (!follow(operation, address, &answer, err))
        return false;
    if (answer.count == 0)
        return error_set(err, ERR_NOT_FOUND, "%s does not resolve yet", address);
    snprintf(out_ip, 64, "%.63s", answer.values[0]);
    return true;
}

static bool same_answer(const DnsAnswer *a, const DnsAnswer *b)
{
    if (a->count != b->count || strcmp(a->cname, b->cname) != 0)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (strcmp(a->values[i], b->values[i]) != 0)
            return false;
    }
    return true;
}

const char *answer_text(const DnsAnswer *answer)
{
    return answer->cname[0] ? answer->cname : answer->count ? answer->values[0] : "nothing";
}

/* What is remembered from anywhere may be what it was. */
static void require_authority(DnsView *view, const char *name)
{
    if (view->error.code == ERR_NONE && !view->answer.is_authoritative)
        error_set(&view->error, ERR_INVALID,
                  "%s at %s:%u: the server does not say that it is in charge of the zone", name,
                  view->server.ip, (unsigned)view->server.port);
}

/* Why does it say something else? A secondary goes by the serial. */
static void compare_serials(Operation *operation, const DnsServerAddress *odd, char *out_text,
                            size_t room)
{
    const Environment *environment = operation->environment;
    DnsView views[2] = {{.server = environment->dns.servers[0]}, {.server = *odd}};

    dns_ask_all(operation->dns, views, 2, environment->dns.zone, DNS_RECORD_SOA, 2);
    if (views[0].error.code != ERR_NONE || views[1].error.code != ERR_NONE)
        out_text[0] = '\0';
    else if (views[0].answer.serial == views[1].answer.serial)
        snprintf(out_text, room, ", with the same serial %u as the first", views[0].answer.serial);
    else
        snprintf(out_text, room, ", with serial %u; the first has %u", views[1].answer.serial,
                 views[0].answer.serial);
}

static void tell_odd(Operation *operation, const DnsView *view, NameView *out)
{
    char serials[64];

    if (out->odd[0])
        return;
    if (view->error.code != ERR_NONE) {
        snprintf(out->odd, sizeof out->odd, "%s", view->error.message);
        return;
    }
    compare_serials(operation, &view->server, serials, sizeof serials);
    snprintf(out->odd, sizeof out->odd, "%s:%u says %.100s%s", view->server.ip,
             (unsigned)view->server.port, answer_text(&view->answer), serials);
}

static void note_ttl(const DnsView *view, NameView *out)
{
    const DnsAnswer *answer = &view->answer;
    uint32_t ttl_s = answer->cname[0] ? answer->cname_ttl_s : answer->ttl_s;

    if (ttl_s <= out->ttl_s)
        return;
    out->ttl_s = ttl_s;
    snprintf(out->ttl_at, sizeof out->ttl_at, "%s:%u", view->server.ip,
             (unsigned)view->server.port);
}

void see_name(Operation *operation, const char *name, DnsRecordType type, NameView *out)
{
    size_t count = operation->environment->dns.server_count;
    DnsView *views = memory_new(count, sizeof *views);

    for (size_t i = 0; i < count; i++)
        views[i].server = operation->environment->dns.servers[i];
    dns_ask_all(operation->dns, views, count, name, type, count);
    *out = (NameView){.all_answer = true, .same = true, .first = views[0].answer};
    for (size_t i = 0; i < count; i++) {
        bool is_same;

        require_authority(&views[i], name);
        is_same =
            views[i].error.code == ERR_NONE && same_answer(&views[0].answer, &views[i].answer);
        out->all_answer = out->all_answer && views[i].error.code == ERR_NONE;
        out->same = out->same && is_same;
        note_ttl(&views[i], out);
        if (!is_same)
            tell_odd(operation, &views[i], out);
    }
    free(views);
}
