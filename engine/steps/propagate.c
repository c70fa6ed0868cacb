/*
 * engine/steps/propagate.c - every cluster's own resolver gives the new address, so that the kick finds the right door open.
 *
 * Source: domain.md FO10 ("every Ci view"), F-313, F-505, F-506, F-509, F-602. The load balancer may have moved since the names were
 * written, or somebody else may have written them: both are looked at again each time, and put right. A resolver that asks several name
 * servers may turn back: in the end all of them give the new address in one and the same round. A resolver that still has the old
 * answer at the limit is reported, and its edge finds its way when the answer expires: the old address refuses it by then.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/observations.h"
#include "engine/steps/names.h"
#include "engine/steps/steps.h"

static bool has_resolver(const ControlPlane *site)
{
    return site->spec->resolver.port != 0;
}

static bool gives(const DnsView *view, const char *ip)
{
    return view->error.code == ERR_NONE && view->answer.count > 0 &&
           strcmp(view->answer.values[0], ip) == 0;
}

/* Asks the resolvers that have not turned yet, and marks those that have. Returns how many were asked. */
static size_t ask_views(Operation *operation, const char *ip)
{
    DnsView *views = memory_new(operation->control_plane_count + 1, sizeof *views);
    ControlPlane **sites = memory_new(operation->control_plane_count + 1, sizeof *sites);
    size_t count = 0;

    for (size_t i = 0; i < operation->control_plane_count; i++) {
        ControlPlane *site = &operation->control_planes[i];

        if (has_resolver(site) && !site->sees_new) {
            sites[count] = site;
            views[count++].server = site->spec->resolver;
        }
    }
    dns_ask_all(operation->dns, views, count, operation->environment->floating_name, DNS_RECORD_A,
                (size_t)operation->environment->policies.width);
    for (size_t i = 0; i < count; i++)
        sites[i]->sees_new = gives(&views[i], ip);
    free(sites);
    free(views);
    return count;
}

/* What the resolvers gave is worth nothing any more. */
static void forget_views(Operation *operation)
{
    for (size_t i = 0; i < operation->control_plane_count; i++)
        operation->control_planes[i].sees_new = false;
}

static int64_t count_turned(const Operation *operation)
{
    int64_t turned = 0;

    for (size_t i = 0; i < operation->control_plane_count; i++)
        turned += operation->control_planes[i].sees_new;
    return turned;
}

/* How many of them give it; all of them only if none has to be believed from an earlier round. */
static int64_t ask_until_one_round(Operation *operation, const char *ip, int64_t count)
{
    int64_t asked = (int64_t)ask_views(operation, ip);

    if (count_turned(operation) == count && asked < count) {
        forget_views(operation);
        ask_views(operation, ip);
    }
    return count_turned(operation);
}

/* Those that give another answer, in words; the first few. */
static void name_the_stale(const Operation *operation, char *out_text, size_t room)
{
    size_t used = 0, named = 0;

    out_text[0] = '\0';
    for (size_t i = 0; i < operation->control_plane_count && named < 4; i++) {
        const ControlPlane *site = &operation->control_planes[i];

        if (!has_resolver(site) || site->sees_new || used >= room)
            continue;
        used += (size_t)snprintf(out_text + used, room - used, "%s%s", named++ ? ", " : "",
                                 site->spec->name);
    }
}

static void observe_stale(const Operation *operation, int64_t turned, int64_t count,
                          Observation *out)
{
    char names[160];

    name_the_stale(operation, names, sizeof names);
    observe_waiting(out, "%lld of %lld resolvers give the new address; not those of %s",
                    (long long)turned, (long long)count, names);
    observe_if_late(out, "F-506", "every cluster's resolver giving the new address",
                    "dig the floating name at those resolvers",
                    "see their cache settings; their edges follow when the old answer expires");
}

static void observe_views(Operation *operation, Observation *out)
{
    char address[256], ip[64];
    int64_t known = json_integer_or(operation->record, "propagate/turned", 0);
    int64_t count = 0, turned;
    Error why = {0};

    if (!names_hold(operation, out)) {
        forget_views(operation);
        return;
    }
    if (!see_load_balancer(operation->serving, address, &why) ||
        !see_ip(operation, address, ip, &why)) {
        observe_error(out, &why);
        return;
    }
    for (size_t i = 0; i < operation->control_plane_count; i++)
        count += has_resolver(&operation->control_planes[i]);
    turned = ask_until_one_round(operation, ip, count);
    json_put_integer(operation->record, "propagate/turned", turned);
    if (turned == count)
        observe_holds(out, "all %lld resolvers give the new address", (long long)count);
    else
        observe_stale(operation, turned, count, out);
    out->has_progress = turned > known;
}

/* The TTL that was recorded is how long an old answer may live in a well-behaved cache. */
static int64_t deadline(const Operation *operation)
{
    return 1000 * json_integer_or(operation->record, "recorded/floating/ttl", 0) +
           operation->environment->policies.dns_ms;
}

const Step STEP_PROPAGATE = {
    .id = "FO10b",
    .name = "propagate",
    .phase = "dns",
    .why = "an edge that is kicked too early goes back to the old address",
    .never = "wait for ever for a resolver that does not follow",
    .observe = observe_views,
    .act = point_names,
    .deadline_ms = deadline,
    .on_deadline = REACT_FORWARD,
    .remedy = "see the cache settings of the resolvers that still give the old address",
};
