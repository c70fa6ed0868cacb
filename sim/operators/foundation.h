/*
 * sim/operators/foundation.h - what of a management plane is there in both of its shapes, and who makes it: the chart, the operator, kubegres.
 *
 * Source: domain.md 1.1, 1.3, 1.5, 4.2. Each function makes what is missing and leaves the rest alone.
 */
#ifndef SIM_OPERATORS_FOUNDATION_H
#define SIM_OPERATORS_FOUNDATION_H

#include "sim/inside.h"

/* The chart's: the operator's Deployment. */
void plane_operator_make(Plane *plane);
/* The operator's: kubegres' controller, its own webhooks. */
void plane_foundation_make(Plane *plane);
/* The operator's, too: the resource Kubegres. host: of the active that a standby follows; NULL: it has a primary of its own. */
void plane_kubegres_make(Plane *plane, const char *host);
/* kubegres': the Services of the primary and of the replicas. */
void plane_database_services_make(Plane *plane);

#endif
