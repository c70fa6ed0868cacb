/*
 * sim/definitions.h - the CustomResourceDefinitions that a world's clusters have: the operators', cert-manager's, external-dns'.
 *
 * Source: domain.md names the kinds; groups, versions, short names and columns as cert-manager 1.14 and external-dns 0.14 install
 * them. Of ManagementPlane the schema says what the documents say; all else in a spec is kept as it comes.
 */
#ifndef SIM_DEFINITIONS_H
#define SIM_DEFINITIONS_H

#include "fakes/kubernetes/cluster.h"

void definitions_plane(KubeCluster *cluster);        /* those of TSB's chart that are missing */
void definitions_surroundings(KubeCluster *cluster); /* what a cluster has beside TSB */
void definitions_site(KubeCluster *cluster);

#endif
