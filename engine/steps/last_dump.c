/*
 * engine/steps/last_dump.c - one more dump of the active, now that it takes no more writes: with it nothing is lost.
 *
 * Source: domain.md 8.8, 4.4 ("a backup can be initiated at any time"), F-207, F-812. Somebody who writes past TSB would be in no dump: rows
 * that were changed while it was taken mean that it is taken again. Without a CronJob to make it from, or without the active, what
 * was dumped last is what there is: that was asked before the first change (checks/feed.c).
 */
#include <stdio.h>

#include "engine/steps/feed.h"
#include "engine/steps/steps.h"

enum { DUMPS_MAX = 3 };
#define KEY "lastDump/job"

static const char *cronjob_of(const Operation *operation)
{
    return operation->environment->backup.cron_job;
}

/* Whoever agreed to do without goes on without. */
static Reaction reaction_of(const Operation *operation)
{
    return consent_has(&operation->consent, CONSENT_DATA_LOSS_AGE, 0) ? REACT_FORWARD
                                                                      : REACT_ROLLBACK;
}

/* Has anybody written since the dump was begun? Then another is made, a few times. */
static void compare_changes(Operation *operation, Observation *out)
{
    int64_t before = json_integer_or(operation->record, "lastDump/changes", -1), now;
    int64_t dumps = json_integer_or(operation->record, "lastDump/dumps", 1);
    char next[112];
    Error why = {0};

    if (!see_changes(operation, operation->active, &now, &why)) {
        observe_error(out, &why);
        return;
    }
    if (now == before) {
        json_put_integer(operation->record, "rpoBytes", 0);
        return;
    }
    if (dumps >= DUMPS_MAX) {
        observe_failed(out, reaction_of(operation), "F-207",
                       "an active that nobody writes to any more",
                       "rows were changed while each of the dumps was taken",
                       "pg_stat_user_tables and pg_stat_activity on the active",
                       "find who writes past TSB, stop that, then run again");
        return;
    }
    operation_warn(operation, "F-207",
                   "%lld rows of %s were changed while the last dump was taken: taking it again",
                   (long long)(now - before), operation->active->spec->name);
    snprintf(next, sizeof next, "%.90s-%lld", json_string_or(operation->record, KEY, ""),
             (long long)dumps + 1);
    json_put_string(operation->record, KEY, next);
    json_put_integer(operation->record, "lastDump/dumps", dumps + 1);
    json_put_integer(operation->record, "lastDump/changes", now);
    *out = (Observation){0};
    observe_job(operation, operation->active, cronjob_of(operation), KEY, reaction_of(operation),
                out);
    out->act_again = true;
}

static void observe_last_dump(Operation *operation, Observation *out)
{
    int64_t changes;
    Error why = {0};

    if (!json_bool_or(operation->record, "feed/canDump", false)) {
        observe_holds(out, "%s cannot be dumped once more: its newest dump is what there is",
                      operation->active->spec->name);
        return;
    }
    if (!json_has(operation->record, "lastDump/changes")) {
        if (!see_changes(operation, operation->active, &changes, &why)) {
            observe_error(out, &why);
            return;
        }
        json_put_integer(operation->record, "lastDump/changes", changes);
    }
    observe_job(operation, operation->active, cronjob_of(operation), KEY, reaction_of(operation),
                out);
    if (out->state == STEP_HOLDS)
        compare_changes(operation, out);
    if (out->state == STEP_FAILED && out->finding.reaction == REACT_FORWARD)
        json_put_bool(operation->record, "feed/lossAccepted", true);
}

static bool make_last_dump(Operation *operation, Error *err)
{
    return make_job(operation, operation->active, cronjob_of(operation), KEY, err);
}

const Step STEP_LAST_DUMP = {
    .id = "MF4a",
    .name = "last-dump",
    .phase = "drain",
    .why = "the newest dump is as old as the schedule lets it be; this one holds everything",
    .never = "take a dump of an active that still writes for the last one",
    .observe = observe_last_dump,
    .act = make_last_dump,
    .deadline_ms = feed_deadline,
    .on_deadline = REACT_ROLLBACK,
    .remedy = "see the backup Job on the active, then run again",
    .is_once = true,
};
