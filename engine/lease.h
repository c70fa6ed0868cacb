/*
 * engine/lease.h - a Kubernetes Lease in both planes' clusters keeps two engines apart.
 *
 * Source: Kubernetes, coordination.k8s.io/v1 Lease; domain.md OPS-01, F-016. The lease is called "understudy", in the plane's namespace.
 * Who holds it is a process, "name@host/process"; its annotation understudy.dev/run names the run, which outlives its processes. A
 * run that is resumed takes over from its own earlier process at once if that is certainly gone (the same journal file, and its lock
 * is ours), and else, as from a copied journal, when the lease has not been renewed for its whole duration: until then that process may be
 * alive on another machine. A process that could not renew its lease for nearly as long changes nothing until it has (lease_is_safe).
 */
#ifndef ENGINE_LEASE_H
#define ENGINE_LEASE_H

#include "engine/operation.h"

typedef struct {
    char holder[160]; /* "": nobody */
    bool is_ours;     /* this process's */
    bool is_of_this_run;
    bool is_expired; /* by its own time, or by having stood still for as long while we looked */
    bool is_free;    /* to be taken by us, now */
} LeaseView;

KubePath lease_path(const Plane *plane);

/* Who holds the lease in that plane's cluster now? Changes nothing there. */
bool lease_see(Operation *operation, Plane *plane, LeaseView *out_view, Error *err);

/* Takes it in both clusters, or in that of the plane that is left. Fails with ERR_CONFLICT naming the holder where it is not free to be taken. */
bool lease_take(Operation *operation, Error *err);

/* Renews it if it is time. Fails with ERR_CONFLICT if another holder took it: then nothing more may be changed. */
bool lease_keep(Operation *operation, Error *err);

/* What lease_keep found out, as a finding. */
void lease_lost(const Error *why, Finding *out_finding);

/* Has it been renewed lately enough that nobody can have taken it? Asked before every change; without a lease there is no danger. */
bool lease_is_safe(const Operation *operation);

/* Lets go of it where we hold it, also while stopping; failing to is only a wait for the next engine. */
void lease_release(Operation *operation);

#endif
