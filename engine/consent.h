/*
 * engine/consent.h - what a person has to agree to: a row for each question, its flag, and one function that a step asks by.
 *
 * A new question is a kind, a row in consent.c, and a call of consent_given where a procedure would otherwise have to end. Flags of the verbs,
 * `consent:` and `answers:` of scenarios are made from the rows.
 *
 * Who agreed to what, and when, is in the journal ({"type":"consent",...}) and in the trace (engine.question, engine.consent). What was
 * agreed to once holds for the whole run, also after a resume; what is at stake may not have grown since.
 */
#ifndef ENGINE_CONSENT_H
#define ENGINE_CONSENT_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/finding.h"

struct Operation;

typedef enum {
    CONSENT_TOKEN_REFRESH,
    CONSENT_DATA_LOSS,
    CONSENT_DATA_LOSS_AGE,
    CONSENT_UNFENCED,
    CONSENT_RESEED,
    CONSENT_TAKE_OVER,
    CONSENT_FLAPPING,
    CONSENT_VALID_TOKENS,
    CONSENT_KEEP_GOING,
    CONSENT_OTHER_NAMESPACE,
    CONSENT_COUNT
} ConsentKind;

typedef enum {
    CONSENT_IS_YES,   /* a flag: yes, or not */
    CONSENT_IS_BYTES, /* a limit: up to so many bytes */
    CONSENT_IS_AGE,   /* a limit: up to so many milliseconds */
} ConsentUnit;

typedef struct {
    const char *member; /* "dataLoss": in scenarios, journal, trace */
    const char *flag;   /* "--accept-data-loss": says yes beforehand */
    ConsentUnit unit;
    const char *question; /* "Lose what only the old active has?" */
} ConsentRow;
const ConsentRow *consent_row(ConsentKind kind);

/* What was agreed to: of a limit, how much. */
typedef struct {
    struct {
        bool yes;
        int64_t limit;
    } of[CONSENT_COUNT];
} Consent;

/* Was that agreed to, for as much as amount? Asks nobody. */
bool consent_has(const Consent *consent, ConsentKind kind, int64_t amount);

typedef enum { ANSWER_PENDING, ANSWER_YES, ANSWER_NO } ConsentAnswer;

/* Somebody who can be asked, one question at a time. None of these waits. */
typedef struct {
    void *owner;
    /* Puts the question; finding says what is at stake, its remedy which flag would have said yes. */
    void (*ask)(void *owner, const ConsentRow *row, int64_t amount, const Finding *finding);
    ConsentAnswer (*answer)(void *owner); /* what was said so far */
    void (*withdraw)(void *owner);        /* no answer is needed any more */
} ConsentPerson;

/*
 * May the procedure go on in spite of what finding says? Then the finding is emptied. Yes, if a flag or an earlier answer says so for as
 * much as amount (0 for a plain yes). Else the operation's person is asked, if there is one; meanwhile the loop runs and the lease is
 * kept. Else, or if the answer is no, the finding stays as it is, and its remedy names the flag; a stop ends the question, too.
 * After a yes the interpreter looks again: what was seen before a person thought about it is old.
 */
bool consent_given(struct Operation *operation, ConsentKind kind, int64_t amount, Finding *finding);

/* What the journal of a resumed run says was agreed to. */
void consent_recall(struct Operation *operation);

#endif
