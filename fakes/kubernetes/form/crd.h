/*
 * fakes/kubernetes/form/crd.h - CustomResourceDefinitions: what a good one is, and how its kinds come and go.
 *
 * Its kinds are served as soon as it is there (a real server takes up to half a second), one KubeKind for each served
 * version, all on one shelf, the storage version first. Objects are stored in the storage version; conversion is "None",
 * so that reading through another version changes apiVersion only. Webhook conversion is not done.
 *
 * A definition that is deleted waits for its finalizer: crd_collect empties its shelf, then it goes, and its kinds with it.
 *
 * Source: Kubernetes documentation, "Extend the Kubernetes API with CustomResourceDefinitions"; recordings of 1.32.
 */
#ifndef FAKES_KUBERNETES_FORM_CRD_H
#define FAKES_KUBERNETES_FORM_CRD_H

#include "fakes/kubernetes/status.h"
#include "fakes/kubernetes/store.h"

/* KubeDefinitions is what they have left in a cluster: schemas, and the texts of kinds. It stays as long as the cluster. */
void kube_definitions_free(KubeDefinitions *definitions); /* accepts NULL */

bool crd_is_definition(const KubeKind *kind);

/* A cause for everything that is wrong with a definition. old NULL: a new one. */
void crd_check(KubeCauses *causes, const cJSON *old, const cJSON *json);
/* status.storedVersions of the next state: what old had, and the storage version. old NULL: a new one. */
void crd_settle_status(const cJSON *old, cJSON *json);

/* A definition has come or changed: serves its kinds and accepts its names in its status, which is a write of its own. */
void crd_establish(KubeCluster *cluster, KubeObject *definition);
/* Marks a definition that is being deleted: its finalizer and its condition. */
void crd_mark_leaving(cJSON *definition);
/* One turn of its end. False: there was nothing to do. */
bool crd_collect(KubeCluster *cluster, KubeObject *definition);

/* 405 if the definition of that kind is on its way out. */
bool crd_check_open(const KubeCluster *cluster, const KubeKind *kind, KubeStatus *status);

#endif
