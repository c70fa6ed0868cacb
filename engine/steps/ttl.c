/*
 * engine/steps/ttl.c - lowers the floating name's TTL before the outage, so that resolvers forget the old address sooner.
 *
 * Source: domain.md FO2, F-505, F-513. The same record is written with a shorter TTL, then the old TTL has to run out, counted from when
 * the last name server stopped giving it.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/observations.h"
#include "engine/providers/provider.h"
#include "engine/steps/steps.h"

static int64_t limit_s(const Operation *operation)
{
    return operation->environment->policies.floating_ttl_max_ms / 1000;
}

static int64_t recorded_ttl(const Operation *operation)
{
    return json_integer_or(operation->record, "recorded/floating/ttl", 0);
}

static int64_t own_ttl(const DnsAnswer *answer)
{
    return answer->cname[0] ? answer->cname_ttl_s : answer->ttl_s;
}

static void observe_ttl(Operation *operation, Observation *out)
{
    int64_t since_ms = json_integer_or(operation->record, "ttl/sinceMs", 0);
    int64_t left_ms = since_ms + 1000 * recorded_ttl(operation) - clock_wall_ms();
    NameView view;

    if (json_has(operation->record, "recorded/floating") &&
        recorded_ttl(operation) <= limit_s(operation)) {
        observe_holds(out, "%lld s is short enough", (long long)recorded_ttl(operation));
        return;
    }
    see_name(operation, operation->environment->floating_name, DNS_RECORD_A, &view);
    if (!view.all_answer) {
        observe_waiting(out, "not every name server answers: %s", view.odd);
    } else if (own_ttl(&view.first) > limit_s(operation)) {
        observe_pending(out, "%s has a TTL of %lld s, at most %lld s are wanted",
                        operation->environment->floating_name, (long long)own_ttl(&view.first),
                        (long long)limit_s(operation));
        out->act_again =
            !dns_provider_is_under_way(operation, operation->environment->floating_name,
                                       view.first.cname[0] ? view.first.cname
                                                           : view.first.values[0]);
    } else if (view.ttl_s > (uint32_t)limit_s(operation)) {
        json_put_integer(operation->record, "ttl/sinceMs", clock_wall_ms());
        observe_waiting(out, "lowered; %s still gives %u s", view.ttl_at, view.ttl_s);
        observe_if_late(out, "F-513", "the lower TTL on every name server",
                        "dig the name at that name server",
                        "see why the zone does not reach it, then begin again");
    } else if (since_ms && left_ms > 0) {
        observe_waiting(out, "lowered; answers with the old TTL live for another %lld s",
                        (long long)left_ms / 1000 + 1);
        out->has_progress = true;
    } else {
        observe_holds(out, "%u s, and every older answer has run out", view.ttl_s);
    }
}

static bool ask_first(Operation *operation, DnsAnswer *out_now, Error *err)
{
    return dns_ask(operation->dns, &operation->environment->dns.servers[0],
                   operation->environment->floating_name, DNS_RECORD_A, out_now, err);
}

/* The record as it is, with that TTL. */
static bool write_ttl(Operation *operation, uint32_t ttl_s, Error *err)
{
    const Environment *environment = operation->environment;
    DnsAnswer now;

    if (!ask_first(operation, &now, err))
        return false;
    if (!now.cname[0] && now.count == 0)
        return error_set(err, ERR_INVALID, "%s has no record to change",
                         environment->floating_name);
    return dns_provider_change(operation,
                               &(DnsChange){.name = environment->floating_name,
                                            .type = now.cname[0] ? DNS_RECORD_CNAME : DNS_RECORD_A,
                                            .value = now.cname[0] ? now.cname : now.values[0],
                                            .ttl_s = ttl_s,
                                            .expected = &now},
                               err);
}

static bool lower(Operation *operation, Error *err)
{
    if (!write_ttl(operation, (uint32_t)limit_s(operation), err))
        return false;
    json_put_integer(operation->record, "ttl/sinceMs", clock_wall_ms());
    return true;
}

/* Nobody observes what was put back, so it is asked for here: NOERROR proves nothing. */
static bool restore(Operation *operation, Error *err)
{
    DnsAnswer now;

    if (!write_ttl(operation, (uint32_t)recorded_ttl(operation), err) ||
        !ask_first(operation, &now, err))
        return false;
    return own_ttl(&now) == recorded_ttl(operation) ||
           error_set(err, ERR_UNAVAILABLE, "the name server took the TTL of %lld s and gives %lld",
                     (long long)recorded_ttl(operation), (long long)own_ttl(&now));
}

static int64_t deadline(const Operation *operation)
{
    return 1000 * recorded_ttl(operation) + dns_provider_deadline_ms(operation);
}

const Step STEP_TTL = {
    .id = "FO2",
    .name = "ttl",
    .why = "what resolvers remember now decides how long edges stay lost later",
    .never = "change where the name points",
    .observe = observe_ttl,
    .act = lower,
    .undo = restore,
    .deadline_ms = deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy = "the name server refuses the update: see its log, and the key's rights",
    .is_once = true,
    .extends_while_progress = true,
};
