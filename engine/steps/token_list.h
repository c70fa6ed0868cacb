/*
 * engine/steps/token_list.h - the control planes of a token refresh, and how far each of them is: in the record, so that a resumed run handles
 * what remains.
 */
#ifndef ENGINE_STEPS_TOKEN_LIST_H
#define ENGINE_STEPS_TOKEN_LIST_H

#include "engine/operation.h"

typedef enum {
    TOKENS_UNSEEN,
    TOKENS_FIT,      /* it needs none */
    TOKENS_NEEDED,   /* it remains */
    TOKENS_DONE,     /* it has new ones, and is back with them */
    TOKENS_NOT_DONE, /* it could not be helped: why */
} TokensState;

TokensState token_list_state(const Operation *operation, const ControlPlane *site);
const char *token_list_why(const Operation *operation, const ControlPlane *site);
/* Tells the trace, if it is news. */
void token_list_set(Operation *operation, const ControlPlane *site, TokensState state,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* How many of the chosen ones are in that state, and (may be NULL) the first of them. */
size_t token_list_count(Operation *operation, TokensState state, const ControlPlane **out_first);

#endif
