/*
 * fakes/kubernetes/protobuf.h - the bodies that kubectl 1.32 and later create small objects with, as JSON.
 *
 * Source: Protocol Buffers encoding; the generated.proto files of Kubernetes 1.32; the envelope is "k8s\0" and a
 * runtime.Unknown. Of the types only those that `kubectl create` and `auth can-i` send: Namespace, Secret, ConfigMap,
 * ServiceAccount, SelfSubjectAccessReview, and DeleteOptions. Pure: bytes in, JSON out.
 */
#ifndef FAKES_KUBERNETES_PROTOBUF_H
#define FAKES_KUBERNETES_PROTOBUF_H

#include "base/json.h"

/* Fails with ERR_PROTOCOL if the bytes are broken, ERR_NOT_FOUND if they are of a type that is not known here. */
bool protobuf_decode(const char *bytes, size_t length, cJSON **out_json, Error *err);

#endif
