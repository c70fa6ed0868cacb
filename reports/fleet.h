/*
 * reports/fleet.h - how many control planes were where, as one curve: a run with 10 000 of them has no lane for each.
 *
 * Source: the events edge.state and resolver.view (sim/events.h). Until its first event a control plane is where all were when the world
 * began: with the active plane.
 */
#ifndef REPORTS_FLEET_H
#define REPORTS_FLEET_H

#include "reports/facts.h"

enum { FLEET_NOWHERE = -1 };

/* From at_ms until the next point. */
typedef struct {
    int64_t at_ms;
    int on[2];  /* at each plane */
    int synced; /* those of them that have synced with the promoted plane since it was promoted */
} FleetPoint;

typedef struct {
    FleetPoint *points;
    size_t count, capacity;
    int total; /* all control planes, also those of which there is no event */
} Fleet;

typedef struct {
    const char *kind;      /* "edge.state": connections; "resolver.view": answers */
    const char *planes[2]; /* names, may be "" */
    int total;             /* control planes of the world; 0 if it did not say */
    int begin;             /* index of the plane that was active when it began, or FLEET_NOWHERE */
    int64_t promoted_ms;   /* -1: no promotion */
    const char *promoted;  /* the plane */
} FleetQuestion;

void fleet_read(const cJSON *events, const FleetQuestion *question, Fleet *out_fleet);
void fleet_release(Fleet *fleet);

#endif
