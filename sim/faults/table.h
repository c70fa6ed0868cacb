/*
 * sim/faults/table.h - every fault there is, by the file that holds it.
 */
#ifndef SIM_FAULTS_TABLE_H
#define SIM_FAULTS_TABLE_H

#include "sim/faults/faults.h"

/* calls.c: what happens to a call at a fault point. */
extern const FaultType FAULT_FAIL_CALL, FAULT_DELAY_CALL, FAULT_HANG_CALL, FAULT_CUT_REPLY,
    FAULT_LOSE_REPLY_OF_CALL, FAULT_RESET_CALL, FAULT_PRETEND_CALL, FAULT_STALE_READ,
    FAULT_SKIP_EVENT, FAULT_REPEAT_EVENT, FAULT_STALL_WATCH;
/* held.c: parts of a plane that do not act. */
extern const FaultType FAULT_OPERATOR_DOWN, FAULT_KUBEGRES_DOWN, FAULT_POSTGRES_NOT_READY,
    FAULT_LOAD_BALANCER_PENDING, FAULT_PODS_NOT_READY, FAULT_PODS_STAY;
/* controllers.c */
extern const FaultType FAULT_CONTROLLER;
/* secrets.c */
extern const FaultType FAULT_SECRET_MISSING, FAULT_SECRET_CHANGED, FAULT_OTHER_SIGNING_KEY,
    FAULT_TOKENS_STRAY;
/* people.c */
extern const FaultType FAULT_WRONG_CONTEXT, FAULT_LEASE_HELD, FAULT_SCALED_UP,
    FAULT_RESOURCE_REVERTED, FAULT_OBJECT_CHANGED, FAULT_OBJECT_DELETED, FAULT_RIGHT_MISSING;
/* network.c */
extern const FaultType FAULT_LINK_CUT, FAULT_LOAD_BALANCER_MOVES, FAULT_RESOLVER_STALE,
    FAULT_NAME_REWRITTEN;
/* certificates.c */
extern const FaultType FAULT_SERVER_CERTIFICATE_EXPIRED, FAULT_CLIENT_CERTIFICATE_EXPIRES;
/* dns.c: what only name servers can do. */
extern const FaultType FAULT_SPOIL_REPLY, FAULT_OTHER_VIEW, FAULT_KEEP_SERIAL, FAULT_REFUSE_KEY,
    FAULT_SECONDARY;
/* clocks.c */
extern const FaultType FAULT_CLOCK_SKEW;
/* stray_writes.c */
extern const FaultType FAULT_STRAY_WRITES;
/* databases.c */
extern const FaultType FAULT_REPLAY_PAUSED, FAULT_ROWS_LOST;

#endif
