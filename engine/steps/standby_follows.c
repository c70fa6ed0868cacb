/*
 * engine/steps/standby_follows.c - the standby that was installed has the active's key set, serves nobody, and each of its databases follows.
 *
 * Source: domain.md 8.4 (9), SEC-05, MP-09, PG-03, PG-04, PG-18, NET-02, F-007, F-118.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/observations.h"
#include "engine/steps/steps.h"

static bool has_key_set(Operation *operation, Observation *out)
{
    const Plane *standby = operation->standby;
    char *key = NULL, *set = NULL;
    Error why = {0};
    bool has = see_secret(standby->kube, standby->spec->ns, "iam-signing-key", "kid", &key, &why) &&
               see_secret(standby->kube, standby->spec->ns, "tsb-iam-jwks", "kid", &set, &why) &&
               strcmp(key, set) == 0;

    if (!has) {
        observe_waiting(out, "tsb-iam-jwks of %s is not made of the signing key yet%s%s",
                        standby->spec->name, why.code ? ": " : "", why.code ? why.message : "");
        observe_if_late(out, "F-007", "tsb-iam-jwks on the standby",
                        "kubectl get secret -n NAMESPACE tsb-iam-jwks",
                        "the operator makes it from iam-signing-key: see its log");
    }
    free(key);
    free(set);
    return has;
}

/* How many of its instances stream; the first that does not is told. */
static int64_t count_streaming(Operation *operation, Observation *out)
{
    int64_t streaming = 0;

    for (size_t i = 0; i < operation->standby->spec->postgres_count; i++) {
        const char *name = postgres_client_name(operation->standby->postgres[i]);
        PostgresPosition position;
        Error why = {0};

        if (!postgres_position(operation->standby->postgres[i], &position, &why))
            observe_waiting(out, "%s does not answer yet: %.200s", name, why.message);
        else if (!position.is_in_recovery)
            observe_waiting(out, "%s is a primary", name);
        else if (!position.has_receiver)
            observe_waiting(out, "%s receives nothing", name);
        else
            streaming++;
    }
    return streaming;
}

static bool do_all_stream(Operation *operation, Observation *out)
{
    int64_t known = json_integer_or(operation->record, "follows/streaming", 0);
    int64_t streaming = count_streaming(operation, out);

    json_put_integer(operation->record, "follows/streaming", streaming);
    if (streaming == (int64_t)operation->standby->spec->postgres_count)
        return true;
    out->has_progress = streaming > known;
    observe_if_late(
        out, "F-118", "databases of the standby that stream from the active",
        "nc -vz ACTIVE 5432 from the standby's nodes; kubectl logs of its Postgres pods",
        "open 5432 of the active's load balancer for the standby's nodes, then run "
        "again");
    return false;
}

static bool serves_nobody(Operation *operation, Observation *out)
{
    char address[256];
    Error why = {0};

    if (!see_load_balancer(operation->standby, address, &why))
        observe_error(out, &why);
    else if (*address)
        observe_waiting(out, "service/envoy of %s has the address %s",
                        operation->standby->spec->name, address);
    else
        return true;
    return false;
}

static void observe_follows(Operation *operation, Observation *out)
{
    if (has_key_set(operation, out) && do_all_stream(operation, out) &&
        serves_nobody(operation, out))
        observe_holds(out, "all databases of %s stream from %s", operation->standby->spec->name,
                      operation->active->spec->name);
}

/* A base backup waits for a checkpoint first, and takes as long as the database is large. */
static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.services_ms +
           operation->environment->policies.reseed_ms;
}

const Step STEP_STANDBY_FOLLOWS = {
    .id = "IP9b",
    .name = "follows",
    .why = "a standby that is installed and does not follow is an empty database",
    .never = "take Ready pods for a standby that follows",
    .observe = observe_follows,
    .deadline_ms = deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy = "see the operator's log on the standby, then run again",
    .extends_while_progress = true,
};
