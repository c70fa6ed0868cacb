/*
 * engine/lease.h - a Kubernetes Lease in both planes' clusters keeps two engines apart.
 *
 * Source: Kubernetes, coordination.k8s.io/v1 Lease; domain.md OPS-01, F-016. The lease is called "understudy", in the plane's namespace.
 * It is renewed between two looks (lease_keep), so its duration is longer than a single call may take. Who holds it is
 * "name@host/run": a resumed run has the same holder and takes its own lease back at once.
 */
#ifndef ENGINE_LEASE_H
#define ENGINE_LEASE_H

#include "engine/operation.h"

/* Who holds the lease in that plane's cluster now? Empty text: nobody, or it has expired. Changes nothing. */
bool lease_holder(Operation *operation, const Plane *plane, char out_holder[160],
                  bool *out_is_expired, Error *err);

/*
 * Takes it in both clusters. Fails with ERR_CONFLICT naming the holder if another engine holds it; an expired one is taken over only
 * with Consent.takes_over_lease.
 */
bool lease_take(Operation *operation, Error *err);

/* Renews it if it is time. Fails with ERR_CONFLICT if another holder took it: then nothing more may be changed. */
bool lease_keep(Operation *operation, Error *err);

/* Lets go of it where we hold it; failing to is only a wait for the next engine. */
void lease_release(Operation *operation);

#endif
