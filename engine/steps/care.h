/*
 * engine/steps/care.h - what is done for one control plane: its tokens are made anew, its operator or its edge is restarted.
 *
 * Source: domain.md 8.6 (TR4 to TR6), FO13; F-604, F-610, F-611, F-703 to F-718. The one way in which tokens are deleted, and anything in a
 * control plane is restarted: a failover helps with it those that do not come back, `refresh-tokens` those that were named.
 * What was done when is in the record: helped/NAME {tokensMs, deletions, hadNgac, awaits, operatorMs, edgeMs}.
 */
#ifndef ENGINE_STEPS_CARE_H
#define ENGINE_STEPS_CARE_H

#include "engine/steps/patient.h"

typedef enum {
    CARE_BACK,     /* nothing is wrong with it any more */
    CARE_WAIT,     /* time helps, or others are first */
    CARE_TOKENS,   /* its tokens are deleted, so that its operator makes new ones */
    CARE_OPERATOR, /* its operator makes none: it is restarted, once */
    CARE_EDGE,     /* its edge is restarted, once */
    CARE_NONE,     /* nothing that may be done helps: see the trouble */
} Care;

typedef struct {
    int64_t replaces_ms; /* fit ones that were issued before are made anew, too; 0: none */
    int64_t since_ms;    /* it is back only if it synced after that (the serving plane's clock) */
} CareOrder;

typedef struct {
    Care care;
    Trouble trouble; /* of CARE_NONE, and of a CARE_WAIT that is for something to pass */
} CareResult;

/*
 * Decides what it needs now, and does it. At most policies.width are without tokens at a time. May be repeated after a crash anywhere:
 * what is needed is seen from what is there.
 */
bool care_for(Operation *operation, const Patient *patient, const CareOrder *order, CareResult *out,
              Error *err);

/* What `kubectl rollout restart` does. */
bool restart_deployment(const ControlPlane *site, const char *deployment, Error *err);

#endif
