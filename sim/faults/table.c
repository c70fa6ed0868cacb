/*
 * sim/faults/table.c - every fault there is, in the order of docs/faults.md.
 */
#include "sim/faults/table.h"

static const FaultType *const TYPES[] = {
    &FAULT_FAIL_CALL,         &FAULT_DELAY_CALL,         &FAULT_HANG_CALL,
    &FAULT_CUT_REPLY,         &FAULT_LOSE_REPLY_OF_CALL, &FAULT_RESET_CALL,
    &FAULT_PRETEND_CALL,      &FAULT_CONTROLLER,         &FAULT_OPERATOR_DOWN,
    &FAULT_KUBEGRES_DOWN,     &FAULT_POSTGRES_NOT_READY, &FAULT_LOAD_BALANCER_PENDING,
    &FAULT_PODS_NOT_READY,    &FAULT_PODS_STAY,          &FAULT_SECRET_MISSING,
    &FAULT_SECRET_CHANGED,    &FAULT_OTHER_SIGNING_KEY,  &FAULT_TOKENS_STRAY,
    &FAULT_WRONG_CONTEXT,     &FAULT_LEASE_HELD,         &FAULT_SCALED_UP,
    &FAULT_RESOURCE_REVERTED, &FAULT_OBJECT_CHANGED,     &FAULT_OBJECT_DELETED,
    &FAULT_RIGHT_MISSING,     &FAULT_LINK_CUT,           &FAULT_LOAD_BALANCER_MOVES,
    &FAULT_RESOLVER_STALE,    &FAULT_NAME_REWRITTEN,     &FAULT_REPLAY_PAUSED,
    &FAULT_ROWS_LOST,
};

const FaultType *const *fault_types(size_t *out_count)
{
    *out_count = sizeof TYPES / sizeof *TYPES;
    return TYPES;
}
