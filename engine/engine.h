/*
 * engine/engine.h - carries out a procedure on an environment, from the first look to the last record.
 *
 * It runs outside all callbacks and returns when it is over; meanwhile it runs the loop. It cannot tell whether the clusters are real.
 *
 * Events it adds to the trace (lane "engine"):
 *   engine.begin    {procedure, environment, resumed, undo, chosen: [names] (if not all), host}
 *   engine.roles    {procedure, active, standby}        once it is known which plane is which
 *   engine.debt     {plane, state: open|paid}            an active that could not be fenced; and when it was
 *   step.begin      {id, name, phase}
 *   step.observed   {id, name, state, text}             when the text changed
 *   step.act        {id, name}                          just before the first effect, after the journal's fsync
 *   step.end        {id, name, result: held|done|failed|undone, ms}
 *   engine.question {consent, check, amount}            a person is asked (consent.h)
 *   engine.consent  {consent, answer: yes|no, how: flag|asked, limit}
 *   engine.cluster  {name, state: needed|fit|done|notDone, why}   a control plane, in a procedure for some of them
 *   engine.finding  {reaction, check, required, observed, evidence, remedy}
 *   engine.warning  {check, text}
 *   engine.undo     {id, name}
 *   engine.end      {outcome, rto_ms, rpo_bytes, phases: [{name, ms}], debts: [text], promoted_at_ms}
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "engine/step.h"

typedef enum {
    OUTCOME_COMPLETED,
    OUTCOME_DEGRADED,    /* promoted and serving; some control planes are not back */
    OUTCOME_REFUSED,     /* nothing was changed */
    OUTCOME_ROLLED_BACK, /* everything is as recorded before */
    OUTCOME_STUCK,   /* past the point of no return, stopped for a person; or an undo that failed */
    OUTCOME_STOPPED, /* asked to stop; resume goes on */
    OUTCOME_FAILED,  /* the tool itself could not work (journal, files) */
    OUTCOME_PLANNED, /* dry run */
} Outcome;
const char *outcome_name(Outcome outcome); /* "completed", "rolledBack" */
int outcome_exit_code(Outcome outcome);    /* DESIGN: 0, 1, 4.. ; see docs/exit-codes */

typedef struct {
    Loop *loop;
    Trace *trace; /* may be NULL */
    const Environment *environment;
    const Procedure *procedure;
    const char *
        to; /* the plane that a failover makes the active; NULL: as the environment says, or by looking */
    const char *const *
        chosen; /* the control planes that it is for, by name; a resumed run has those that it began with */
    size_t chosen_count; /* 0: all of them */
    const char *host;    /* that they are to follow; NULL: the floating name */
    const char *journal; /* path; created for a new run, read for a resumed one */
    bool is_resume;
    bool is_undo; /* of a resumed run: takes it back */
    bool is_dry_run;
    uint64_t seed;               /* for jitter and DNS ids */
    Consent consent;             /* given beforehand */
    const ConsentPerson *person; /* who can be asked; NULL: nobody */
    RestoreOrder restore;        /* what `restore` brings back */
    const char *holder; /* of the lease: a name that no other process has, "user@host/3f2a" */
    const bool *stop;   /* becomes true when a person asks to stop; may be NULL */
} EngineOptions;

enum { ENGINE_PHASES_MAX = 16 };
typedef struct {
    Outcome outcome;
    Finding finding;   /* of a refusal, rollback or stop */
    int64_t rto_ms;    /* from the fence to the last control plane; -1: no outage began */
    int64_t rpo_bytes; /* -1: unknown */
    struct {
        const char *name;
        int64_t ms;
    } phases[ENGINE_PHASES_MAX];
    size_t phase_count;
    char debts[8][200]; /* what remains to be done: "no standby", "cp-0007 is not back: ..." */
    size_t debt_count;
} EngineResult;

void engine_run(const EngineOptions *options, EngineResult *out_result);

#endif
