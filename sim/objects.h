/*
 * sim/objects.h - Kubernetes objects written down as text, for the parts of a world that make them.
 *
 * In formats ' stands for ", so that an object reads like one: object_format("{'metadata':{'name':'%s'}}", name). What is filled in must
 * not need escaping; longer texts are put in afterwards.
 */
#ifndef SIM_OBJECTS_H
#define SIM_OBJECTS_H

#include "fakes/kubernetes/cluster.h"

/* The tree; given away. A format that is no JSON is asserted. */
cJSON *object_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Creates object (owned from now on), which must not exist, unless somebody is deleting its namespace. manager: "tsb-operator". A status that it has is written after it, since
 * the API server drops it from what is created.
 */
void object_create(KubeCluster *cluster, const char *resource, const char *ns, const char *manager,
                   cJSON *object);
/* Merge patch (owned from now on), to the spec or to the status; nothing if the object is gone. */
void object_merge(KubeCluster *cluster, const char *resource, const char *ns, const char *name,
                  const char *manager, cJSON *patch);
void object_set_status(KubeCluster *cluster, const char *resource, const char *ns, const char *name,
                       const char *manager, cJSON *patch);
/* Deletes it if it is there. Nothing waits for dependents. */
void object_delete(KubeCluster *cluster, const char *resource, const char *ns, const char *name);

void object_namespace(KubeCluster *cluster, const char *name);
/* A Secret; type NULL: Opaque. pairs: key, value, key, value..., NULL, in plain text. */
void object_secret_of(KubeCluster *cluster, const char *ns, const char *name, const char *type,
                      const char *const *pairs);
#define object_secret(cluster, ns, name, type, ...) \
    object_secret_of(cluster, ns, name, type, (const char *const[]){__VA_ARGS__})
/* A Deployment with one container named as it is; its pods are labelled app=name and, unless label is NULL, label=value. */
void object_deployment(KubeCluster *cluster, const char *ns, const char *name, const char *manager,
                       int replicas, const char *image, const char *label, const char *value);
/* An Event about an object of the namespace. */
void object_event(KubeCluster *cluster, const char *ns, const char *component, const char *kind,
                  const char *name, const char *type, const char *reason, const char *message);

#endif
