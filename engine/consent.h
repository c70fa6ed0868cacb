/*
 * engine/consent.h - what a person agreed to beforehand: each question that a procedure may have to ask, with its flag.
 */
#ifndef ENGINE_CONSENT_H
#define ENGINE_CONSENT_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    bool token_refresh;    /* --accept-token-refresh: every control plane's tokens are made anew */
    bool takes_over_lease; /* --take-over: only an expired one */
    bool unfenced;         /* --force-unfenced: promote though the active cannot be fenced now */
    bool reseed;           /* --accept-reseed: the old active's databases are copied anew */
    int64_t data_loss_max; /* --accept-data-loss, bytes */
} Consent;

#endif
