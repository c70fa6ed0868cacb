/*
 * engine/steps/steps.h - the steps that procedures are made of, a file each.
 *
 * Ids and order: domain.md 8.1. What a step keeps in the operation's record (all of it survives a crash):
 *   uids {name: kube-system uid}             identify
 *   recorded {replicas, spec, dns, front...} record
 *   fence {sinceMs}                          fence
 *   drain {fenceLsn, timeline, changes}, rpoBytes     drain
 *   promote {patched, generation, uid, seen} promote
 *   promotedAt, inRecoveryAt (ms on the standby's clock)   promoted (inRecoveryAt also promote)
 *   loadBalancer {address, sinceMs}          services
 *   kickedAt (ms), kickedAgain               kick, reconnect
 *   tokenRefresh                             preflight, with consent
 *   late, helped, degraded                   reconnect, remediate, finish
 *   fenceDebt (debt.h), loss {isUnknown, bytes, silenceMs}      fence, loss of an unplanned failover
 *   roles {active, standby}                  roles
 *   forkLsn                                  promoted
 *   lastFailover (history.h)                 divergence
 *   backup {order, plane, name, manifest...} the steps of a backup (engine/backup/order.h)
 *   feed {canDump, lossAccepted}             preflight of a pair that is fed by restoring
 *   suspend {times}, lastDump {job, changes, dumps}, lastRestore {job}, raise {begun}, firstDump {job}, reversed
 *   tokens {sinceMs, replaces, next, left, of {NAME: {state, why, troubleMs}}}   token-needs, tokens
 *   host, repoint {hosts, of}                 a re-pointing (repoint.h)
 *   restore {order {...} (restore/order.h), takenMs, namespace, serverVersion, database, keyId, inventory, install, loadedMs}
 *   follow {patched}, reseed {what, sinceMs, asked {name, volume}, last, lacking}
 */
#ifndef ENGINE_STEPS_STEPS_H
#define ENGINE_STEPS_STEPS_H

#include "engine/step.h"

extern const Step STEP_IDENTIFY;  /* FO0: every context reaches the cluster it means */
extern const Step STEP_ROLES;     /* FO0: which plane is which */
extern const Step STEP_LEASE;     /* FO0: one engine at a time */
extern const Step STEP_PREFLIGHT; /* FO0: nothing stands in the way */
extern const Step STEP_RECORD;    /* FO1: what undo will need */
extern const Step STEP_TTL;       /* FO2: a shorter TTL before the outage */
extern const Step STEP_FENCE;     /* FO3: the active takes no writes */
extern const Step STEP_DRAIN;     /* FO4: the standby has them all */
extern const Step STEP_PROMOTE;   /* FO5: the standby's resource says active */
extern const Step STEP_PROMOTED;  /* FO6a: its Postgres left recovery: the point of no return */
extern const Step STEP_SERVICES;  /* FO6b: its services are up, its load balancer has an address */
extern const Step STEP_VERIFY;    /* FO7: it serves what the old one served */
extern const Step STEP_SETTLE;    /* FO8: central knows the configuration before an edge comes */
extern const Step STEP_PERMANENT_DNS; /* FO9: the plane's own name */
extern const Step STEP_FLOATING_DNS;  /* FO10: the name that edges use */
extern const Step STEP_PROPAGATE;     /* FO10: every cluster's resolver sees it */
extern const Step STEP_KICK;          /* FO11: the old front envoy lets go of the edges */
extern const Step STEP_RECONNECT;     /* FO12: every control plane is back */
extern const Step STEP_REMEDIATE;     /* FO13: those that are not, get help */
extern const Step STEP_FINISH;        /* FO14: what remains, in writing */

extern const Step
    STEP_PREFLIGHT_UNPLANNED;         /* FO0u: the standby is fit, and what is lost was agreed to */
extern const Step STEP_FENCE_LOST;    /* FO3u: fenced, or owed */
extern const Step STEP_LOSS;          /* FO4u: what cannot be saved, in writing */
extern const Step STEP_KICK_LOST;     /* FO11u: edges let go of the lost plane */
extern const Step STEP_PAY;           /* what is owed to the old active */
extern const Step STEP_REJOIN_CHECKS; /* RS0: the old active can become a standby */
extern const Step STEP_DIVERGENCE;    /* RS1: it has nothing that would be lost */
extern const Step STEP_FOLLOW;        /* RS3: its resource says standby */
extern const Step STEP_RETIRE;        /* RS4: what served there is gone */
extern const Step
    STEP_RESEED; /* RS5, RS6: its databases follow, from a new base backup if need be */
extern const Step STEP_PAIRED; /* RS7: the two are a pair again */

extern const Step STEP_BACKUP_SOURCE;  /* BK0: which plane is backed up */
extern const Step STEP_BACKUP_OUTFIT;  /* BK1: everything is there to do so */
extern const Step STEP_BACKUP_SECRETS; /* BK2: its Secrets */
extern const Step STEP_BACKUP_VALUES; /* BK3: its resource, Helm's values, versions and inventory */
extern const Step STEP_BACKUP_DATABASE; /* BK4: its database */
extern const Step STEP_BACKUP_KEEP;     /* BK5: verified, and in its place */
extern const Step STEP_BACKUP_PRUNE;    /* BK6: older ones go */
extern const Step
    STEP_BACKUP_SERVING; /* FO14, RR11: all of that, of the plane that serves in the end */
extern const Step STEP_BACKUP_OLD; /* RS2: the database that a rejoin may overwrite */
/* The installation of a standby, domain.md 8.4. */
extern const Step
    STEP_PREFLIGHT_INSTALL; /* IP1: the active can have a standby, and that cluster can be it */
extern const Step STEP_STANDBY_SECRETS; /* IP7: the active's key and account, before the operator */
extern const Step STEP_INSTALL_STANDBY; /* IP9a: helm installs it */
extern const Step STEP_STANDBY_FOLLOWS; /* IP9b: it follows, and serves nobody */
extern const Step STEP_ONBOARDED;       /* IP10: what is left to do, in writing */
/* The values for the standby, without what its own file puts over them; cJSON_Delete() after secrets_wipe. */
bool standby_values(const Operation *operation, cJSON **out_values, Error *err);

/* A pair that is fed by restoring, domain.md 8.8. */
extern const Step STEP_PREFLIGHT_FEED, STEP_PREFLIGHT_FEED_UNPLANNED; /* MF1 */
extern const Step STEP_SUSPEND;         /* MF3: nothing overwrites the standby any more */
extern const Step STEP_LAST_DUMP;       /* MF4a: the fenced active is dumped once more */
extern const Step STEP_LAST_RESTORE;    /* MF4b: and that is restored */
extern const Step STEP_RAISE;           /* MF5: tsb and iam of the standby are up */
extern const Step STEP_VERIFY_RESTORED; /* MF6: as FO7, with a way back */
extern const Step STEP_REVERSE;         /* MF8: dumps go the other way */
extern const Step STEP_REJOIN_FEED; /* MF0: the old active can be fed with the new one's dumps */

extern const Step STEP_TOKEN_CHECKS; /* TR0: the plane that serves can make tokens */
extern const Step STEP_TOKEN_NEEDS;  /* TR2: who needs new ones */
extern const Step STEP_TOKENS;       /* TR4 to TR6: each of them gets them */
extern const Step STEP_ARTEFACTS;    /* RR0: the backup is whole and can be opened */
extern const Step
    STEP_GROUND; /* RR2: the new plane's namespace; before the lease, which lies in it */
extern const Step
    STEP_PREFLIGHT_RESTORE;         /* RR0: nothing stands in the way, and all was agreed to */
extern const Step STEP_CREDENTIALS; /* RR3: secrets that the chart does not make */
extern const Step STEP_IMPORT_KEY;  /* RR4: the signing key, before anybody makes another */
extern const Step STEP_INSTALL;     /* RR6: helm, and what shows that it did its work */
extern const Step STEP_SERVICES_RESTORED; /* RR6: its services are up */
extern const Step STEP_LOAD;              /* RR7: its database holds what the backup does */
extern const Step STEP_TRUST;             /* RR8: control planes will trust its certificates */
extern const Step STEP_RESTORED;          /* RR11: what remains, in writing */

extern const Step STEP_REPOINT_CHECKS; /* RP0: the name leads to a plane that serves */
extern const Step STEP_REPOINT_HOSTS;  /* RP1: what each followed before */
extern const Step STEP_REPOINT;        /* RP2: one after the other follows it */

/* Undo and deadline helpers that several steps share. */
bool scale_deployment(Operation *operation, const Plane *plane, const char *name, int64_t replicas,
                      Error *err);

/*
 * Does the standby's resource, which said active, not say so any more (F-017)? Then out has failed with that reaction, naming who did it.
 */
bool is_taken_back(Operation *operation, Reaction reaction, Observation *out);

/* The standby's clock is what lastSyncTime will be written with, so that is the clock to remember. */
int64_t standby_clock_ms(const Operation *operation);

/* Has kubegres of the standby begun to promote an instance, and not ended yet? */
bool is_kubegres_at_work(Operation *operation);

/* Why remediate could not help that control plane; "" if it cannot be told. */
const char *late_reason(const Operation *operation, const char *name);

/* The control planes that the new active does not report as synced since its promotion: array of names; cJSON_Delete() it. */
bool see_late(Operation *operation, cJSON **out_late, int64_t *out_total, Error *err);

/* Those are not back when all is over: the result is degraded, and each is a debt. */
void note_late(Operation *operation, const cJSON *late);

#endif
