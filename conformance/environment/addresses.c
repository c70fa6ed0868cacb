/*
 * conformance/environment/addresses.c - names, and where they lead.
 *
 * Source: domain.md DNS-01 to DNS-08.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "conformance/environment/checks.h"
#include "engine/observations.h"
#include "engine/steps/names.h"

enum { TTL_MAX_S = 60, HOPS_MAX = 4 }; /* DNS-05, DNS-06; DNS-13 */

static const char DIG[] = "dig the name at every name server";

/* What every authoritative server says; false if one of them does not answer. */
static bool see_everywhere(Operation *operation, const char *name, NameView *out, Error *err)
{
    see_name(operation, name, DNS_RECORD_A, out);
    return out->all_answer ||
           error_set(err, ERR_UNAVAILABLE, "not every name server answers for %s", name);
}

static const char *first_value(const DnsAnswer *answer)
{
    return answer->count ? answer->values[0] : "nothing";
}

/*
 * The address behind name, through CNAMEs that lead out of the zone, where an answer ends with the CNAME. "nothing": there is none. Where
 * name servers differ, the first one's.
 */
static bool see_address(Operation *operation, const char *name, char out_ip[64], bool *out_same,
                        Error *err)
{
    char next[256];
    NameView view = {0};

    snprintf(next, sizeof next, "%s", name);
    *out_same = true;
    for (int hops = 0; hops < HOPS_MAX && !view.first.count; hops++) {
        if (!see_everywhere(operation, next, &view, err))
            return false;
        *out_same = *out_same && view.same;
        if (!view.first.cname[0])
            break;
        snprintf(next, sizeof next, "%s", view.first.cname);
    }
    snprintf(out_ip, 64, "%.63s", first_value(&view.first));
    return true;
}

static bool active_ip(Examination *e, char out_ip[64], Error *err)
{
    char address[256];

    return see_load_balancer(e->operation->active, address, err) &&
           see_ip(e->operation, address, out_ip, err);
}

/* name leads to the active's load balancer, by every name server. */
static bool judge_address(Examination *e, const char *name, const char *id, const char *required,
                          Finding *finding, Error *err)
{
    char wanted[64], ip[64], observed[280];
    bool is_same = false;

    if (!active_ip(e, wanted, err) || !see_address(e->operation, name, ip, &is_same, err))
        return false;
    if (is_same && strcmp(ip, wanted) == 0)
        return true;
    snprintf(observed, sizeof observed, "%.90s leads to %s%s, the load balancer is at %s", name, ip,
             is_same ? "" : " (not by every name server)", wanted);
    finding_refuse(finding, id, required, observed, DIG, "correct the record");
    return true;
}

bool check_permanent_name(Examination *e, Finding *finding, Error *err)
{
    return judge_address(e, e->operation->active->spec->permanent_name, "DNS-01",
                         "the active's permanent name leading to its load balancer", finding, err);
}

/* The engine's check refuses a name that is absent or leads to the standby; here it has to lead to the active. */
bool check_floating_name(Examination *e, Finding *finding, Error *err)
{
    const Environment *environment = e->operation->environment;
    const char *permanent = e->operation->active->spec->permanent_name;
    NameView view;
    char observed[280];

    if (!check_names(e, finding, err))
        return false;
    if (finding->reaction != REACT_NONE)
        return true;
    if (environment->dns.uses_addresses)
        return judge_address(e, environment->floating_name, "DNS-02",
                             "the floating name leading to the active's load balancer", finding,
                             err);
    if (!see_everywhere(e->operation, environment->floating_name, &view, err))
        return false;
    if (view.same && same_name(view.first.cname, permanent))
        return true;
    snprintf(observed, sizeof observed, "%.100s is %s%.100s%s", environment->floating_name,
             view.first.cname[0] ? "a CNAME of " : "no CNAME, it says ",
             view.first.cname[0] ? view.first.cname : first_value(&view.first),
             view.same ? "" : " (not by every name server)");
    finding_refuse(finding, "DNS-02", "the floating name, a CNAME of the active's permanent name",
                   observed, DIG, "correct the record");
    return true;
}

bool check_names_differ(Examination *e, Finding *finding, Error *err)
{
    (void)err;
    for (int i = 0; i < 2; i++) {
        const EnvironmentPlane *plane = e->operation->planes[i].spec;

        if (same_name(plane->permanent_name, e->operation->environment->floating_name))
            finding_refuse(finding, "DNS-03", "a floating name of its own", plane->permanent_name,
                           "floatingName and permanentName in the environment file",
                           "a name that stays with a plane cannot move: give the pair another one");
    }
    return true;
}

static bool judge_ttl(Operation *operation, const char *name, const char *id, Finding *finding,
                      Error *err)
{
    NameView view;
    uint32_t ttl_s;
    char observed[280];

    if (!see_everywhere(operation, name, &view, err))
        return false;
    ttl_s = view.first.cname[0] ? view.first.cname_ttl_s : view.first.ttl_s;
    if (ttl_s <= TTL_MAX_S)
        return true;
    snprintf(observed, sizeof observed, "%.200s has a TTL of %u s", name, ttl_s);
    finding_refuse(finding, id, "a TTL of at most 60 s", observed, DIG,
                   "lower it: for so long after a failover resolvers may lead to the old address");
    return true;
}

bool check_floating_ttl(Examination *e, Finding *finding, Error *err)
{
    return judge_ttl(e->operation, e->operation->environment->floating_name, "DNS-05", finding,
                     err);
}

bool check_permanent_ttl(Examination *e, Finding *finding, Error *err)
{
    return judge_ttl(e->operation, e->operation->active->spec->permanent_name, "DNS-06", finding,
                     err);
}

/* ---------------------------------------------------------------------------------------------- what clusters see */

/* Asks every cluster's resolver for the floating name; views in the order of the control planes. */
static void ask_resolvers(Operation *operation, DnsView *views)
{
    for (size_t i = 0; i < operation->control_plane_count; i++)
        views[i].server = operation->control_planes[i].spec->resolver;
    dns_ask_all(operation->dns, views, operation->control_plane_count,
                operation->environment->floating_name, DNS_RECORD_A,
                (size_t)operation->environment->policies.width);
}

/* Counts those that say something else; out_silent is the first that could not be asked, or NULL. */
static void judge_views(const Operation *operation, const DnsView *views, const char *expected,
                        Wrong *wrong, const char **out_silent)
{
    *out_silent = NULL;
    for (size_t i = 0; i < operation->control_plane_count; i++) {
        const EnvironmentControlPlane *site = operation->control_planes[i].spec;

        if (!site->resolver.port || views[i].error.code != ERR_NONE) {
            if (!*out_silent)
                *out_silent = site->name;
        } else if (strcmp(first_value(&views[i].answer), expected) != 0) {
            wrong_add(wrong, "the resolver of %.60s says %.50s, the name servers say %.50s",
                      site->name, first_value(&views[i].answer), expected);
        }
    }
}

bool check_resolvers(Examination *e, Finding *finding, Error *err)
{
    Operation *operation = e->operation;
    DnsView *views;
    const char *silent;
    char expected[64];
    Wrong wrong = {0};
    bool is_same;

    if (!see_address(operation, operation->environment->floating_name, expected, &is_same, err))
        return false;
    views = memory_new(operation->control_plane_count + 1, sizeof *views);
    ask_resolvers(operation, views);
    judge_views(operation, views, expected, &wrong, &silent);
    free(views);
    wrong_tell(&wrong, finding, "DNS-08", "the name servers' answer from every cluster's resolver",
               "dig the floating name at each cluster's resolver",
               "correct that resolver's view or cache, or wait until the old answer has run out");
    return wrong.count || !silent ||
           error_set(err, ERR_UNAVAILABLE,
                     "the resolver of %s does not answer, or is not named in the environment file",
                     silent);
}
