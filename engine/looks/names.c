/*
 * engine/looks/names.c - where the name servers point a name.
 */
#include "engine/observations.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static bool is_ip(const char *text)
{
    unsigned char bytes[16];

    return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
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
    if (!dns_ask(operation->dns, &operation->environment->dns.servers[0], address, DNS_RECORD_A,
                 &answer, err))
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

void see_name(Operation *operation, const char *name, DnsRecordType type, NameView *out)
{
    size_t count = operation->environment->dns.server_count;
    DnsView *views = memory_new(count, sizeof *views);

    for (size_t i = 0; i < count; i++)
        views[i].server = operation->environment->dns.servers[i];
    dns_ask_all(operation->dns, views, count, name, type, count);
    *out = (NameView){.all_answer = true, .same = true, .first = views[0].answer};
    for (size_t i = 0; i < count; i++) {
        out->all_answer = out->all_answer && views[i].error.code == ERR_NONE;
        out->same = out->same && same_answer(&views[0].answer, &views[i].answer);
    }
    free(views);
}
