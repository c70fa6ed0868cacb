/*
 * engine/steps/names.c - pointing a DNS name at the new active.
 *
 * Source: domain.md 7.6, X7; what a provider answers proves nothing (RFC 2136: nor does NOERROR), so the authority is asked again each time.
 */
#include "engine/steps/names.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "engine/observations.h"
#include "engine/providers/provider.h"

bool same_name(const char *a, const char *b)
{
    size_t length = strlen(a), other = strlen(b);

    length -= length && a[length - 1] == '.';
    other -= other && b[other - 1] == '.';
    return length == other && strncasecmp(a, b, length) == 0;
}

static DnsRecordType address_type(const char *ip)
{
    unsigned char bytes[16];

    return inet_pton(AF_INET6, ip, bytes) == 1 ? DNS_RECORD_AAAA : DNS_RECORD_A;
}

static bool is_address(const char *text)
{
    unsigned char bytes[16];

    return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

bool permanent_goal(Operation *operation, NameGoal *out_goal, Error *err)
{
    char address[256], ip[64];

    *out_goal = (NameGoal){.name = operation->serving->spec->permanent_name};
    if (!see_load_balancer(operation->serving, address, err))
        return false;
    if (!see_ip(operation, address, ip,
                err)) /* a name that does not resolve yet is not published (F-511) */
        return false;
    if (is_address(address) || operation->environment->dns.uses_addresses) {
        out_goal->type = address_type(ip);
        snprintf(out_goal->target, sizeof out_goal->target, "%s", ip);
        return true;
    }
    out_goal->type = DNS_RECORD_CNAME;
    snprintf(out_goal->target, sizeof out_goal->target, "%s", address);
    return true;
}

bool floating_goal(Operation *operation, NameGoal *out_goal, Error *err)
{
    if (!permanent_goal(operation, out_goal, err))
        return false;
    out_goal->name = operation->environment->floating_name;
    if (!operation->environment->dns.uses_addresses) {
        out_goal->type = DNS_RECORD_CNAME;
        snprintf(out_goal->target, sizeof out_goal->target, "%s",
                 operation->serving->spec->permanent_name);
    }
    return true;
}

static bool says(const DnsAnswer *answer, const NameGoal *goal)
{
    if (goal->type == DNS_RECORD_CNAME)
        return same_name(answer->cname, goal->target);
    return !answer->cname[0] && answer->count == 1 && strcmp(answer->values[0], goal->target) == 0;
}

static DnsRecordType question_of(const NameGoal *goal)
{
    return goal->type == DNS_RECORD_AAAA ? DNS_RECORD_AAAA : DNS_RECORD_A;
}

void observe_goal(Operation *operation, const NameGoal *goal, Observation *out)
{
    NameView view;

    see_name(operation, goal->name, question_of(goal), &view);
    if (!view.all_answer) {
        observe_waiting(out, "not every name server answers: %s", view.odd);
        observe_if_late(out, "F-513", "an answer from every name server",
                        "dig the name at that name server",
                        "mend that name server, or take it out of the zone and of dns.servers; "
                        "then `understudy resume`");
    } else if (!says(&view.first, goal)) {
        observe_pending(out, "%s says %s, should say %s", goal->name, answer_text(&view.first),
                        goal->target);
        observe_if_late(out, "F-502", "an update that shows at the authority",
                        "dig the name at the first name server",
                        "the name server loses the update: change the record by hand, then "
                        "`understudy resume`");
        out->act_again = !dns_provider_is_under_way(operation, goal->name, goal->target);
    } else if (!view.same) {
        observe_waiting(out, "%s says %s at the first name server, others do not yet: %s",
                        goal->name, goal->target, view.odd);
        observe_if_late(
            out, "F-513", "the same record on every name server",
            "dig the name at every name server",
            "see why the zone does not reach the secondaries, then `understudy resume`");
    } else
        observe_holds(out, "%s says %s on every name server", goal->name, goal->target);
}

bool reach_goal(Operation *operation, const NameGoal *goal, Error *err)
{
    const Environment *environment = operation->environment;
    uint32_t ttl_s = environment->dns.ttl_s;
    DnsAnswer now;

    if (!dns_ask(operation->dns, &environment->dns.servers[0], goal->name, question_of(goal), &now,
                 err))
        return false;
    if (says(&now, goal))
        return true;
    if (ttl_s == 0)
        ttl_s = now.cname[0] ? now.cname_ttl_s : now.count ? now.ttl_s : 60;
    return dns_provider_change(operation,
                               &(DnsChange){.name = goal->name,
                                            .type = goal->type,
                                            .value = goal->target,
                                            .ttl_s = ttl_s,
                                            .expected = &now},
                               err);
}
