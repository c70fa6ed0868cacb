/*
 * sim/operators/workloads.h - what a management plane's operator makes in the active shape: Deployments and Services, a row each.
 *
 * Source: domain.md 1.1 (components), 1.4 (their names in status.components).
 */
#ifndef SIM_OPERATORS_WORKLOADS_H
#define SIM_OPERATORS_WORKLOADS_H

#include "sim/inside.h"

typedef struct {
    const char *deployment; /* "tsb" */
    const char *component;  /* path under status.components: "apiServer", "xcp/central" */
    int replicas;
    bool has_service;
} PlaneWorkload;

const PlaneWorkload *plane_workloads(int *out_count);
const PlaneWorkload *plane_workload_find(const char *deployment); /* NULL: not the operator's */

extern const char PLANE_OPERATOR[]; /* its fieldManager */

/* Each does nothing if the object is there already. */
void plane_workload_make(Plane *plane, const PlaneWorkload *workload);
void plane_service_make(Plane *plane, const PlaneWorkload *workload);
/* The Service envoy: a LoadBalancer, with 5432 if the ManagementPlane exposes Postgres. Brings its ports up to date, too. */
void plane_envoy_make(Plane *plane);
void plane_autoscaler_make(Plane *plane);
void plane_teamsync_make(
    Plane *plane); /* the CronJob that brings teams from the identity provider */

#endif
