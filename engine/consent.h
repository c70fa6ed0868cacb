/*
 * engine/consent.h - what a person agreed to beforehand: each question that a procedure may have to ask, with its flag.
 */
#ifndef ENGINE_CONSENT_H
#define ENGINE_CONSENT_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    bool token_refresh;    /* --accept-token-refresh */
    bool takes_over_lease; /* --take-over: only an expired one */
    bool
        reseed; /* --accept-reseed: the old active's database is thrown away for a new base backup */
    int64_t data_loss_max; /* --accept-data-loss, bytes */
} Consent;

#endif
