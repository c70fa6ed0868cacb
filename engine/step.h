/*
 * engine/step.h - a step of a procedure: a row in its table.
 *
 * The interpreter (interpreter.h) walks the table: observe; if it holds, go on; else journal the intent, act, observe until it holds or the
 * deadline passes, journal the outcome. Nothing else drives the engine. So observe must not change anything, act must be safe to repeat
 * after a crash (it looks first), and undo restores what was recorded, not what it assumes.
 */
#ifndef ENGINE_STEP_H
#define ENGINE_STEP_H

#include "engine/finding.h"
#include "engine/operation.h"

typedef enum {
    STEP_PENDING, /* not yet: act, then wait */
    STEP_WAITING, /* not yet, and nothing for us to do: the world is at it */
    STEP_HOLDS,
    STEP_FAILED, /* it cannot hold: see the finding */
} StepState;

typedef struct {
    StepState state;
    char text
        [280]; /* what is being waited for: "deployment/tsb: 0 of 1 ready, generation 3 observed 2" */
    bool has_progress; /* closer than at the last look: an extensible deadline may move */
    bool act_again;    /* what was done is taken back, or there is more to do: act once more */
    Finding
        finding; /* of STEP_FAILED; of a wait: what the deadline makes of it (observe_if_late) */
} Observation;

typedef struct Step {
    const char *id;   /* "FO3" */
    const char *name; /* "fence"; scenarios name steps by it */
    const char *
        phase; /* of the RTO: "fence", "promote", "dns", "reconnect"; NULL: before the outage begins */
    const char *why;
    const char *never;                                       /* what it must never do */
    void (*observe)(Operation *operation, Observation *out); /* out comes zeroed */
    bool (*act)(Operation *operation, Error *err);  /* NULL: the world does it, we only wait */
    bool (*undo)(Operation *operation, Error *err); /* NULL: nothing to undo */
    int64_t (*deadline_ms)(const Operation *operation);
    Reaction
        on_deadline; /* REACT_REFUSE, REACT_ROLLBACK, REACT_STOP, REACT_FORWARD (go on, with a warning) */
    const char *remedy; /* what a person does when the deadline has passed */
    bool extends_while_progress;
    bool is_point_of_no_return; /* once it holds, undo is refused */
    bool is_footing; /* who is who, and the lease: nothing is changed before it holds, nor undone */
    bool is_for_good;        /* what it changes cannot be put back, and need not be: why says so */
    bool acts_at_every_look; /* it has many to help, one after the other */
    bool
        is_once; /* done once is done: a resumed run does not look again, the world it described is gone */
    /* What is_once found is good only for this step, which rests on it: a resumed run looks again until that is done. NULL: for all. */
    const struct Step *proof_for;
} Step;

typedef struct Procedure {
    const char *name; /* "failover" */
    const char *summary;
    const Step *const *steps; /* each in a file of its own, engine/steps */
    size_t count;
    bool does_without_standby; /* needs only the plane that serves; the other may be out of reach */
    bool hands_over;   /* when it is over, control planes belong to what was the standby before */
    bool is_unplanned; /* goes on without an active that is out of reach */
    /* Between two looks of any step: sees to what is owed. NULL: nothing. */
    void (*meanwhile)(Operation *operation);
    bool finds_roles; /* which plane is the active is looked for, whatever the environment says */
    /* The same where the standby is fed by restoring; NULL: there is no difference. */
    const struct Procedure *where_restored;
    /* Has the point of no return been passed, whatever the journal says? Asked before any undo. NULL: there is none. */
    bool (*is_past_return)(Operation *operation, bool *out_is_past, Error *err);
    const char *past_return; /* what that means, for a person */
} Procedure;

/* Procedures. NULL if there is none of that name. */
const Procedure *procedure_find(const char *name);
/* The one that is meant on that estate: what feeds its standby may make it another. */
const Procedure *procedure_on(const Procedure *procedure, const Environment *environment);
extern const Procedure PROCEDURE_FAILOVER;       /* planned failover, FO0..FO14 of domain.md 8.1 */
extern const Procedure PROCEDURE_UNPLANNED;      /* unplanned failover: the active is lost, 8.2 */
extern const Procedure PROCEDURE_REPOINT;        /* control planes follow another name, 8.9 */
extern const Procedure PROCEDURE_REFRESH_TOKENS; /* control planes get new tokens, TR of 8.6 */
extern const Procedure PROCEDURE_REJOIN;  /* the old active becomes the standby, RS0..RS7 of 8.3 */
extern const Procedure PROCEDURE_BACKUP;  /* what a new plane needs is kept elsewhere, 8.7 */
extern const Procedure PROCEDURE_INSTALL; /* an active gets a standby, in an empty cluster, 8.4 */
/* The same for a standby that is fed by restoring, 8.8. */
extern const Procedure PROCEDURE_RESTORED_FAILOVER, PROCEDURE_RESTORED_UNPLANNED,
    PROCEDURE_RESTORED_REJOIN;

extern const Procedure
    PROCEDURE_RESTORE; /* the active is lost, and made anew in an empty cluster, 8.5 */

#endif
