/*
 * tests/fakes/kubernetes/fixture.h - a cluster with a namespace "tsb", and writes from JSON text.
 *
 * Texts are written with ' for ", so that rows can be read.
 */
#ifndef TESTS_FAKES_KUBERNETES_FIXTURE_H
#define TESTS_FAKES_KUBERNETES_FIXTURE_H

#include "fakes/kubernetes/cluster.h"

KubeCluster *fixture_cluster(void);
cJSON *fixture_json(const char *text); /* cJSON_Delete() it */

/* Writes into namespace tsb; refusals go to status, which may be NULL. */
bool fixture_create(KubeCluster *cluster, const char *resource, const char *object,
                    KubeStatus *status);
bool fixture_merge(KubeCluster *cluster, const char *resource, const char *name, KubePart part,
                   const char *patch, KubeStatus *status);
const cJSON *fixture_find(const KubeCluster *cluster, const char *resource, const char *name);

/* A deployment that is valid, with one replica. */
extern const char FIXTURE_DEPLOYMENT[];

#endif
