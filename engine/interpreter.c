/*
 * engine/interpreter.c - walks a procedure's table of steps; the only thing that drives the engine.
 */
#include "engine/interpreter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/journal.h"
#include "engine/lease.h"

enum {
    UNDO_TRIES_MAX = 60,
    EXTENDED_MAX = 4,
    ACTS_QUICK = 12,
    ACTS_SPREAD = 24,
    QUIET_LOOKS = 3,
    QUIET_TIMES_MAX = 3
};

typedef enum {
    VERDICT_DONE,
    VERDICT_PLANNED,
    VERDICT_REACT,
    VERDICT_STOPPED,
    VERDICT_BROKEN
} Verdict;

/* The walk, and the step it is at. */
typedef struct {
    Operation *operation;
    const Procedure *procedure;
    EngineResult *result;
    char *record_written; /* the record as it stands in the journal */
    bool is_going_back;   /* an earlier process was undoing, and nobody has gone on with that yet */
} Walk;

typedef struct {
    const Step *step;
    Observation seen;
    int64_t began_ms, deadline_ms, acted_ms;
    bool has_acted; /* and it was accepted */
    int acts, failed_acts;
    int quiet_looks;        /* since what is seen last changed */
    char last_failure[240]; /* of acting; "" once it was accepted */
} Attempt;

/* ------------------------------------------------------------------------------------------------ the journal */

static bool broken(Walk *walk, const Error *why)
{
    walk->result->outcome = OUTCOME_FAILED;
    finding_set(&walk->result->finding, REACT_STOP, "", "a journal that can be written",
                why->message, "", "free space or rights, then `understudy resume`");
    return false;
}

static bool write_entry(Walk *walk, cJSON *entry)
{
    Error why = {0};

    if (!walk->operation->journal) {
        cJSON_Delete(entry);
        return true;
    }
    return journal_append(walk->operation->journal, entry, &why) || broken(walk, &why);
}

/* The record goes to the journal whenever it has changed, and before anything that depends on it. */
static bool write_record(Walk *walk)
{
    char *text = json_text(walk->operation->record);
    cJSON *entry;

    if (walk->record_written && strcmp(text, walk->record_written) == 0) {
        free(text);
        return true;
    }
    free(walk->record_written);
    walk->record_written = text;
    entry = cJSON_CreateObject();
    json_put_string(entry, "type", "record");
    json_put(entry, "record", cJSON_Duplicate(walk->operation->record, true));
    return write_entry(walk, entry);
}

static bool write_after_record(Walk *walk, cJSON *entry)
{
    if (write_record(walk))
        return write_entry(walk, entry);
    cJSON_Delete(entry);
    return false;
}

static bool write_step(Walk *walk, const char *type, const Step *step, const char *result)
{
    cJSON *entry = cJSON_CreateObject();

    json_put_string(entry, "type", type);
    json_put_string(entry, "step", step->id);
    if (result)
        json_put_string(entry, "result", result);
    return write_after_record(walk, entry);
}

static cJSON *finding_data(const Finding *finding)
{
    cJSON *data = cJSON_CreateObject();

    json_put_string(data, "reaction", reaction_name(finding->reaction));
    json_put_string(data, "check", finding->check);
    json_put_string(data, "required", finding->required);
    json_put_string(data, "observed", finding->observed);
    json_put_string(data, "evidence", finding->evidence);
    json_put_string(data, "remedy", finding->remedy);
    return data;
}

static bool write_failed(Walk *walk, const Attempt *attempt)
{
    cJSON *entry = cJSON_CreateObject();

    json_put_string(entry, "type", "failed");
    json_put_string(entry, "step", attempt->step->id);
    json_put(entry, "finding", finding_data(&attempt->seen.finding));
    return write_after_record(walk, entry);
}

/* Is there a line of that type for that step that no later undo of it took back? */
static bool journal_tells(const Walk *walk, const char *type, const Step *step)
{
    const cJSON *entry;
    bool tells = false;

    if (!walk->operation->journal)
        return false;
    cJSON_ArrayForEach(entry, journal_entries(walk->operation->journal))
    {
        if (strcmp(json_string_or(entry, "step", ""), step->id) != 0)
            continue;
        if (strcmp(json_string_or(entry, "type", ""), type) == 0)
            tells = true;
        if (strcmp(json_string_or(entry, "type", ""), "undo") == 0)
            tells = false;
    }
    return tells;
}

/* ------------------------------------------------------------------------------------------------- the trace */

static cJSON *step_data(const Step *step)
{
    cJSON *data = cJSON_CreateObject();

    json_put_string(data, "id", step->id);
    json_put_string(data, "name", step->name);
    if (step->phase)
        json_put_string(data, "phase", step->phase);
    return data;
}

static void tell(Walk *walk, const char *kind, const Step *step, const char *text)
{
    trace_add(walk->operation->trace, "engine", kind, step_data(step), "%s %s: %s", step->id,
              step->name, text);
}

static void tell_observed(Walk *walk, const Attempt *attempt)
{
    static const char *const NAMES[] = {
        [STEP_PENDING] = "pending",
        [STEP_WAITING] = "waiting",
        [STEP_HOLDS] = "holds",
        [STEP_FAILED] = "failed",
    };
    cJSON *data = step_data(attempt->step);

    json_put_string(data, "state", NAMES[attempt->seen.state]);
    json_put_string(data, "text", attempt->seen.text);
    json_put_integer(data, "elapsedMs", clock_mono_ms() - attempt->began_ms);
    json_put_integer(data, "limitMs", attempt->deadline_ms - attempt->began_ms);
    trace_add(walk->operation->trace, "engine", "step.observed", data, "%s %s: %s",
              attempt->step->id, attempt->step->name, attempt->seen.text);
}

static void tell_end(Walk *walk, const Attempt *attempt, const char *result)
{
    cJSON *data = step_data(attempt->step);
    int64_t ms = clock_mono_ms() - attempt->began_ms;
    char duration[CLOCK_TEXT_MAX];

    json_put_string(data, "result", result);
    json_put_integer(data, "ms", ms);
    trace_add(walk->operation->trace, "engine", "step.end", data, "%s %s: %s after %s",
              attempt->step->id, attempt->step->name, result, clock_duration(ms, duration));
}

static void tell_finding(Walk *walk, const Finding *finding)
{
    trace_add(walk->operation->trace, "engine", "engine.finding", finding_data(finding),
              "%s %s: required %s; observed %s", reaction_name(finding->reaction), finding->check,
              finding->required, finding->observed);
}

/* ------------------------------------------------------------------------------------------------- one step */

/* Who comes closer gets half the limit again from now on, up to a few times the limit in all. */
static void extend(Walk *walk, Attempt *attempt)
{
    int64_t limit_ms = attempt->step->deadline_ms(walk->operation);
    int64_t latest_ms = attempt->began_ms + limit_ms * EXTENDED_MAX;
    int64_t wanted_ms = clock_mono_ms() + limit_ms / 2;

    if (wanted_ms > latest_ms)
        wanted_ms = latest_ms;
    if (attempt->deadline_ms < wanted_ms)
        attempt->deadline_ms = wanted_ms;
}

/* What was seen before a person thought about it is old, and their time does not count. */
static void observe(Walk *walk, Attempt *attempt)
{
    Operation *operation = walk->operation;
    int64_t asked_ms = operation->asked_ms;
    int agreed;

    do {
        agreed = operation->agreed;
        attempt->seen = (Observation){0};
        attempt->step->observe(operation, &attempt->seen);
    } while (operation->agreed > agreed && attempt->seen.state != STEP_FAILED);
    attempt->deadline_ms += operation->asked_ms - asked_ms;
}

/* Observes, and tells the trace when what is seen has changed. */
static void look(Walk *walk, Attempt *attempt)
{
    char before[sizeof attempt->seen.text];
    StepState state = attempt->seen.state;

    snprintf(before, sizeof before, "%s", attempt->seen.text);
    observe(walk, attempt);
    if (attempt->seen.has_progress && attempt->step->extends_while_progress)
        extend(walk, attempt);
    attempt->quiet_looks++;
    if (strcmp(before, attempt->seen.text) != 0 || state != attempt->seen.state) {
        attempt->quiet_looks = 0;
        tell_observed(walk, attempt);
    }
}

static bool is_worth_another_try(ErrorCode code)
{
    return code == ERR_UNAVAILABLE || code == ERR_AMBIGUOUS || code == ERR_TIMEOUT ||
           code == ERR_CONFLICT;
}

static void fail_with(Attempt *attempt, const char *observed)
{
    char required[200];
    char duration[CLOCK_TEXT_MAX];

    clock_duration(attempt->deadline_ms - attempt->began_ms, duration);
    snprintf(required, sizeof required, "%s within %s", attempt->step->name, duration);
    attempt->seen.state = STEP_FAILED;
    finding_set(&attempt->seen.finding, attempt->step->on_deadline, attempt->step->id, required,
                observed, "", attempt->step->remedy ? attempt->step->remedy : "");
}

/* What was waited for did not come: the observation may know it by its own name (observe_if_late). */
static void fail_by_deadline(Attempt *attempt)
{
    Finding *finding = &attempt->seen.finding;

    if (attempt->last_failure[0] || !finding->check[0]) {
        fail_with(attempt, attempt->last_failure[0] ? attempt->last_failure : attempt->seen.text);
        return;
    }
    attempt->seen.state = STEP_FAILED;
    if (finding->reaction == REACT_WAIT)
        finding->reaction = attempt->step->on_deadline;
}

/* Once the lease may have run out unseen, another engine may be at work: no change before it has been renewed. */
static bool is_lease_safe(const Walk *walk, Error *err)
{
    return lease_is_safe(walk->operation) ||
           error_set(err, ERR_UNAVAILABLE,
                     "the lease could not be renewed for nearly as long as it lasts");
}

/*
 * Writes the intent, then acts. An error that another try may mend (an answer that was lost among them) leaves has_acted
 * false: the next turn looks first, and acts again only if the effect is not there.
 */
static bool act(Walk *walk, Attempt *attempt)
{
    Error why = {0};

    if (!write_step(walk, "intent", attempt->step, NULL))
        return false;
    tell(walk, "step.act", attempt->step, attempt->step->why);
    attempt->acts++;
    attempt->acted_ms = clock_mono_ms();
    attempt->has_acted = is_lease_safe(walk, &why) && attempt->step->act(walk->operation, &why);
    snprintf(attempt->last_failure, sizeof attempt->last_failure, "%.239s",
             attempt->has_acted ? "" : why.message);
    if (attempt->has_acted || why.code == ERR_STOPPED)
        return true;
    attempt->failed_acts++;
    if (is_worth_another_try(why.code))
        operation_warn(walk->operation, attempt->step->id, "try %d: %s", attempt->failed_acts,
                       why.message);
    else
        fail_with(attempt, why.message);
    return true;
}

/* False: the walk must not go on, for a reason that is not the step's. */
static bool may_go_on(Walk *walk, Attempt *attempt, Verdict *out_verdict)
{
    Error why = {0};

    if (walk->operation->stop && *walk->operation->stop) {
        *out_verdict = VERDICT_STOPPED;
        return false;
    }
    if (!lease_keep(walk->operation, &why)) {
        lease_lost(&why, &attempt->seen.finding);
        *out_verdict = VERDICT_REACT;
        return false;
    }
    if (walk->procedure->meanwhile) {
        walk->procedure->meanwhile(walk->operation);
        if (!write_record(walk)) {
            *out_verdict = VERDICT_BROKEN;
            return false;
        }
    }
    return true;
}

/*
 * The longer nothing changes, the less often it is looked at; but never past the deadline. A process that slept longer than it wanted
 * to (a suspended machine) could not look meanwhile: that does not count.
 */
static void wait_a_little(Walk *walk, Attempt *attempt)
{
    int64_t poll = walk->operation->environment->policies.poll_ms;
    int64_t left = attempt->deadline_ms - clock_mono_ms();
    int64_t began_ms;
    int quiet = attempt->quiet_looks / QUIET_LOOKS;

    poll *= 1 + (quiet < QUIET_TIMES_MAX ? quiet : QUIET_TIMES_MAX);
    for (int i = 0; i < attempt->failed_acts && i < 3; i++)
        poll *= 2;
    if (left > 0 && poll > left)
        poll = left;
    began_ms = clock_mono_ms();
    loop_wait(walk->operation->loop, poll, walk->operation->stop);
    if (clock_mono_ms() - began_ms > poll)
        attempt->deadline_ms += clock_mono_ms() - began_ms - poll;
}

/* The first acts follow each other closely, later ones are spread over the limit: some help can only be given after a while. */
static bool is_act_due(const Walk *walk, const Attempt *attempt)
{
    int64_t pause_ms = attempt->step->deadline_ms(walk->operation) / ACTS_SPREAD;

    return attempt->step->acts_at_every_look || attempt->acts < ACTS_QUICK ||
           clock_mono_ms() - attempt->acted_ms >= pause_ms;
}

static bool should_act(const Walk *walk, const Attempt *attempt)
{
    return attempt->seen.state == STEP_PENDING && attempt->step->act &&
           (!attempt->has_acted || attempt->seen.act_again) && is_act_due(walk, attempt);
}

static bool is_waiting(const Attempt *attempt)
{
    return attempt->seen.state == STEP_PENDING || attempt->seen.state == STEP_WAITING;
}

/* One turn of a step: true while another is needed. */
static bool turn(Walk *walk, Attempt *attempt, Verdict *out_verdict)
{
    if (!may_go_on(walk, attempt, out_verdict))
        return false;
    look(walk, attempt);
    if (walk->operation->stop && *walk->operation->stop) {
        *out_verdict = VERDICT_STOPPED; /* what was seen while being stopped decides nothing */
        return false;
    }
    if (attempt->seen.state == STEP_HOLDS || (is_waiting(attempt) && walk->operation->is_dry_run)) {
        *out_verdict = attempt->seen.state == STEP_HOLDS ? VERDICT_DONE : VERDICT_PLANNED;
        return false;
    }
    if (is_waiting(attempt) && clock_mono_ms() >= attempt->deadline_ms)
        fail_by_deadline(attempt);
    if (should_act(walk, attempt)) {
        if (!act(walk, attempt)) {
            *out_verdict = VERDICT_BROKEN;
            return false;
        }
        if (attempt->has_acted && attempt->acts == 1)
            return true; /* much of what we do can be seen at once */
    }
    if (attempt->seen.state == STEP_FAILED) {
        *out_verdict = VERDICT_REACT;
        return false;
    }
    wait_a_little(walk, attempt);
    return true;
}

static Verdict carry_out(Walk *walk, Attempt *attempt)
{
    Verdict verdict = VERDICT_DONE;

    attempt->began_ms = clock_mono_ms();
    attempt->deadline_ms = attempt->began_ms + attempt->step->deadline_ms(walk->operation);
    trace_add(walk->operation->trace, "engine", "step.begin", step_data(attempt->step), "%s %s: %s",
              attempt->step->id, attempt->step->name, attempt->step->why);
    while (turn(walk, attempt, &verdict))
        continue;
    return verdict;
}

/* ------------------------------------------------------------------------------------------------- undoing */

static bool has_changed_anything(const Walk *walk)
{
    for (size_t i = 0; i < walk->procedure->count; i++) {
        const Step *step = walk->procedure->steps[i];

        if ((step->undo || step->is_point_of_no_return || step->is_for_good) &&
            journal_tells(walk, "intent", step))
            return true;
    }
    return false;
}

static bool undo_step(Walk *walk, const Step *step)
{
    Error why = {0};

    tell(walk, "engine.undo", step, "putting back what was recorded");
    for (int i = 0; i < UNDO_TRIES_MAX; i++) {
        why = (Error){0};
        if (!lease_keep(walk->operation, &why))
            break;
        if (is_lease_safe(walk, &why) && step->undo(walk->operation, &why))
            return write_step(walk, "undo", step, NULL);
        if (!is_worth_another_try(why.code))
            break;
        operation_warn(walk->operation, step->id, "undo, try %d: %s", i + 1, why.message);
        loop_wait(walk->operation->loop, walk->operation->environment->policies.poll_ms, NULL);
    }
    snprintf(walk->result->finding.remedy, sizeof walk->result->finding.remedy,
             "undoing %s failed: %.200s", step->name, why.message);
    return false;
}

/* Where there is no point of no return to ask for, a step without an undo that was begun is one. */
static bool can_all_be_undone(Walk *walk)
{
    for (size_t i = 0; i < walk->procedure->count; i++) {
        const Step *step = walk->procedure->steps[i];

        if (!step->act || step->undo || step->is_footing || !journal_tells(walk, "intent", step))
            continue;
        operation_warn(walk->operation, step->id,
                       "what %s has begun cannot be taken back, so nothing is undone", step->name);
        return false;
    }
    return true;
}

/* Undo crosses the point of no return only in the wrong direction: the two databases have diverged by then. */
static bool may_undo(Walk *walk)
{
    bool is_past = true;
    Error why = {0};

    if (!walk->procedure->is_past_return)
        return can_all_be_undone(walk);
    if (!walk->procedure->is_past_return(walk->operation, &is_past, &why)) {
        operation_warn(walk->operation, "PONR",
                       "cannot tell which side of the point of no return: %s", why.message);
        return false;
    }
    if (is_past)
        operation_warn(walk->operation, "F-322", "%s, so nothing is undone",
                       walk->procedure->past_return);
    return !is_past;
}

/* From here on the run goes back, whoever resumes it. */
static bool write_rollback(Walk *walk)
{
    cJSON *entry = cJSON_CreateObject();

    json_put_string(entry, "type", "rollback");
    return write_entry(walk, entry);
}

/*
 * Undoes what this run has done, the last first: also what an earlier process of it did in steps that this one has not come to.
 */
static Outcome roll_back(Walk *walk)
{
    if (!may_undo(walk))
        return OUTCOME_STUCK;
    if (!write_rollback(walk))
        return OUTCOME_FAILED;
    for (size_t i = walk->procedure->count; i-- > 0;) {
        const Step *step = walk->procedure->steps[i];

        if (step->undo && journal_tells(walk, "intent", step) && !undo_step(walk, step))
            return OUTCOME_STUCK;
    }
    return OUTCOME_ROLLED_BACK;
}

/* A resumed run that does not know who is who, or has no lease, changes nothing: another engine may be at work. */
static Outcome go_back(Walk *walk, size_t index)
{
    return walk->procedure->steps[index]->is_footing ? OUTCOME_STUCK : roll_back(walk);
}

/* What a step's finding means for the whole walk. True: go on with the next step. */
static bool react(Walk *walk, size_t index, const Finding *finding)
{
    Finding *kept = &walk->result->finding;

    *kept = *finding;
    tell_finding(walk, finding);
    switch (finding->reaction) {
    case REACT_FORWARD:
    case REACT_WARN:
        operation_debt(walk->operation, "%s: %.160s", walk->procedure->steps[index]->name,
                       finding->observed);
        return true;
    case REACT_REFUSE:
    case REACT_ASK:
        walk->result->outcome = has_changed_anything(walk) ? go_back(walk, index) : OUTCOME_REFUSED;
        return false;
    case REACT_ROLLBACK:
        walk->result->outcome = go_back(walk, index);
        return false;
    default:
        walk->result->outcome = has_changed_anything(walk) ? OUTCOME_STUCK : OUTCOME_REFUSED;
        return false;
    }
}

/* -------------------------------------------------------------------------------------------------- walking */

/* True: go on with the next step. */
static bool conclude(Walk *walk, size_t index, const Attempt *attempt, Verdict verdict)
{
    switch (verdict) {
    case VERDICT_DONE: {
        const char *result = attempt->has_acted || !attempt->step->act ? "done" : "held";

        tell_end(walk, attempt, result);
        return walk->operation->is_dry_run || write_step(walk, "outcome", attempt->step, result);
    }
    case VERDICT_PLANNED:
        tell_end(walk, attempt, "planned");
        return true;
    case VERDICT_REACT:
        tell_end(walk, attempt, "failed");
        return (walk->operation->is_dry_run || write_failed(walk, attempt)) &&
               react(walk, index, &attempt->seen.finding) &&
               write_step(walk, "outcome", attempt->step, "failed");
    case VERDICT_STOPPED:
        tell_end(walk, attempt, "stopped");
        walk->result->outcome = OUTCOME_STOPPED;
        return false;
    case VERDICT_BROKEN:
        return false;
    }
    return false;
}

/* An earlier process of this run has seen to it, and nothing depends on it any more that is still to come. */
static bool is_over(const Walk *walk, const Step *step)
{
    return step->is_once && journal_tells(walk, "outcome", step) &&
           (!step->proof_for || journal_tells(walk, "outcome", step->proof_for));
}

static bool was_going_back(const Operation *operation)
{
    const cJSON *entries = operation->journal ? journal_entries(operation->journal) : NULL, *entry;

    cJSON_ArrayForEach(entry, entries)
    {
        if (strcmp(json_string_or(entry, "type", ""), "rollback") == 0)
            return true;
    }
    return false;
}

/*
 * An earlier process was putting things back when it ended: that is gone on with as soon as we hold the lease, unless the world has passed
 * the point of no return meanwhile. True: this run ends with it.
 */
static bool goes_on_undoing(Walk *walk)
{
    bool is_past = false;

    if (!walk->is_going_back || !walk->operation->has_lease)
        return false;
    walk->is_going_back = false;
    if (walk->procedure->is_past_return &&
        walk->procedure->is_past_return(walk->operation, &is_past, NULL) && is_past)
        return false;
    walk->result->outcome = roll_back(walk);
    return true;
}

void interpreter_walk(Operation *operation, const Procedure *procedure, EngineResult *out_result)
{
    Walk walk = {.operation = operation,
                 .procedure = procedure,
                 .result = out_result,
                 .is_going_back = was_going_back(operation)};

    out_result->outcome = operation->is_dry_run ? OUTCOME_PLANNED : OUTCOME_COMPLETED;
    for (size_t i = 0; i < procedure->count; i++) {
        Attempt attempt = {.step = procedure->steps[i]};

        if (is_over(&walk, attempt.step))
            continue;
        if (!conclude(&walk, i, &attempt, carry_out(&walk, &attempt)) || goes_on_undoing(&walk))
            break;
    }
    write_record(&walk);
    free(walk.record_written);
}

static bool find_footing(Walk *walk)
{
    for (size_t i = 0; i < walk->procedure->count; i++) {
        Attempt attempt = {.step = walk->procedure->steps[i]};

        if (attempt.step->is_footing && !conclude(walk, i, &attempt, carry_out(walk, &attempt)))
            return false;
    }
    return true;
}

void interpreter_undo(Operation *operation, const Procedure *procedure, EngineResult *out_result)
{
    Walk walk = {.operation = operation, .procedure = procedure, .result = out_result};

    if (find_footing(&walk))
        out_result->outcome = roll_back(&walk);
    else if (out_result->outcome == OUTCOME_REFUSED)
        out_result->outcome = OUTCOME_STUCK; /* the run is as unfinished as before */
    write_record(&walk);
    free(walk.record_written);
}
