/*
 * sim/population.h - the objects that a world's clusters hold when it begins.
 *
 * Source: domain.md 1.1, 1.3, 2.1, 2.2, 3.
 */
#ifndef SIM_POPULATION_H
#define SIM_POPULATION_H

#include "sim/inside.h"

/* A management plane's cluster: namespaces, CRDs, secrets, the ManagementPlane, Kubegres and what its shape has (mp1 active, mp2 standby). */
void population_plane(Plane *plane);
/* A control plane's namespace and its ControlPlane; then the rest but for its tokens: definitions, Deployments, certificates. */
void population_resource(ControlPlaneSite *site);
void population_site(ControlPlaneSite *site);

#endif
