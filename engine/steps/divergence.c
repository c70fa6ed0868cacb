/*
 * engine/steps/divergence.c - what the old active wrote after the new one had taken over would be lost: is there any of it?
 *
 * Source: domain.md 8.3 (RS1), F-902. The fork is where the new active's recovery ended, as the failover noted it. An idle primary goes on
 * writing log: checkpoints, and what autovacuum does (a quarter of a megabyte in two minutes on a real server). So the rows that it has
 * changed since it was fenced count; only where they were not counted, a little log is taken for none (divergenceNoise).
 */
#include <stdio.h>

#include "engine/history.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

/* Where the new active's history leaves the old one's; 0: nobody noted it. */
static bool read_fork(Operation *operation, uint64_t *out_fork, Error *err)
{
    cJSON *failover = NULL;

    if (!history_read(operation, &failover, err))
        return false;
    *out_fork = postgres_lsn_parse(json_string_or(failover, "forkLsn", ""));
    if (failover)
        json_put(operation->record, "lastFailover", failover);
    return true;
}

/* The old active's primary, if one of its instances still is. */
static bool see_old_primary(Operation *operation, bool *out_is_primary, PostgresPosition *position,
                            Error *err)
{
    return see_promoted(operation, operation->standby, out_is_primary, position, err);
}

/* How many rows it has changed since it was fenced; -1: that was not counted, or it counts anew since a crash. */
static int64_t changes_since(Operation *operation)
{
    int64_t before = json_integer_or(operation->record, "lastFailover/changes", -1), now;

    if (before < 0 || !see_changes(operation, operation->standby, &now, NULL))
        return -1;
    return now - before;
}

static void observe_loss(Operation *operation, uint64_t bytes, int64_t changes, Observation *out)
{
    const char *name = operation->standby->spec->name;
    char observed[280];

    if (changes > 0)
        snprintf(observed, sizeof observed,
                 "%s changed %lld rows after it was fenced (%llu bytes of log): the new active "
                 "lacks them",
                 name, (long long)changes, (unsigned long long)bytes);
    else
        snprintf(observed, sizeof observed,
                 "%s wrote %llu bytes of log beyond the fork, and how many rows that changed was "
                 "not counted",
                 name, (unsigned long long)bytes);
    observe_failed(out, REACT_ASK, "F-902", "an old active that wrote nothing after the fork",
                   observed,
                   "pg_current_wal_lsn() there, against forkLsn of the failover; "
                   "pg_stat_user_tables",
                   "look at what it is (pg_waldump, its tables), and take a dump of it");
    if (consent_given(operation, CONSENT_DATA_LOSS, (int64_t)bytes, &out->finding))
        observe_holds(out, "%llu bytes of log that only %s has are given up, with consent",
                      (unsigned long long)bytes, name);
}

static void observe_beyond(Operation *operation, uint64_t bytes, Observation *out)
{
    const char *name = operation->standby->spec->name;
    int64_t changes = changes_since(operation);

    if (changes == 0)
        observe_holds(out, "%s wrote %llu bytes of log beyond the fork, and changed no row", name,
                      (unsigned long long)bytes);
    else if (changes < 0 && bytes <= (uint64_t)operation->environment->policies.divergence_noise)
        observe_holds(out, "%s wrote %llu bytes of log beyond the fork, as an idle server does",
                      name, (unsigned long long)bytes);
    else
        observe_loss(operation, bytes, changes, out);
}

static void observe_unknown_fork(Operation *operation, Observation *out)
{
    observe_failed(out, REACT_ASK, "F-902", "a known point where the two histories part",
                   "no failover of understudy left a note about it",
                   "kubectl get lease -n NAMESPACE understudy -o yaml (metadata.annotations)",
                   "compare the two databases by hand, and take a dump of the old one");
    if (consent_given(operation, CONSENT_DATA_LOSS, 0, &out->finding))
        observe_holds(out, "where the histories part is not known; consent to a loss was given");
}

static void observe_divergence(Operation *operation, Observation *out)
{
    PostgresPosition position = {0};
    bool is_primary = false;
    uint64_t fork = 0;
    Error why = {0};

    if (!see_old_primary(operation, &is_primary, &position, &why) ||
        (is_primary && !read_fork(operation, &fork, &why))) {
        observe_error(out, &why);
        return;
    }
    if (!is_primary)
        observe_holds(out, "Postgres of %s is in recovery: it writes nothing of its own",
                      operation->standby->spec->name);
    else if (fork == 0)
        observe_unknown_fork(operation, out);
    else
        observe_beyond(operation, position.current_lsn > fork ? position.current_lsn - fork : 0,
                       out);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_DIVERGENCE = {
    .id = "RS1",
    .name = "divergence",
    .why = "what only the old active has is lost when it becomes a standby",
    .never = "throw away a change that somebody was told is safe, unasked",
    .observe = observe_divergence,
    .deadline_ms = deadline,
    .on_deadline = REACT_REFUSE,
    .remedy = "the old active's Postgres has to answer: see its pods",
    .is_once = true,
};
