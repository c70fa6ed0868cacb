/*
 * conformance/fakes/parity.h - what asking a server again what another was asked comes to: an outcome for each exchange.
 *
 * Exchanges that known.yaml lists may fail; one of them that passes is mended, and wants to be taken from the list.
 *
 * Ownership: what a listener gets is borrowed for the call.
 */
#ifndef CONFORMANCE_FAKES_PARITY_H
#define CONFORMANCE_FAKES_PARITY_H

#include "conformance/fakes/known.h"
#include "conformance/fakes/matching.h"

typedef enum {
    PARITY_PASSED,
    PARITY_FAILED,
    PARITY_KNOWN,   /* failed, and known.yaml says why */
    PARITY_MENDED,  /* passed, though known.yaml says that it fails */
    PARITY_SKIPPED, /* cannot be asked of this server */
    PARITY_UNMADE,  /* no exchange: a given or meanwhile step was refused */
    PARITY_RESULT_COUNT
} ParityResult;
const char *parity_result_name(ParityResult result); /* "passed" */

typedef struct {
    const char *case_name; /* "raw-02-query-params" */
    int64_t exchange;      /* its number in the recording; 0: none */
    const char *request;   /* "GET /api/v1/namespaces/tsb/secrets", "Query: select 1" */
    const char *note;      /* or NULL */
    ParityResult result;
    const Differences *differences;
    const char *reason; /* of a known or skipped one; what was answered to an unmade step */
} ParityOutcome;

typedef struct {
    size_t results[PARITY_RESULT_COUNT];
    size_t cases;
} ParityTally;

typedef void ParityListener(void *owner, const ParityOutcome *outcome);

/* Exchanges that were asked. */
size_t parity_asked(const ParityTally *tally);

/* What differences come to, for an exchange that was asked; *out_reason as known (NULL: nothing is) has it, or NULL. */
ParityResult parity_judge(const Known *known, const char *case_name, int64_t exchange,
                          const Differences *differences, const char **out_reason);

#endif
