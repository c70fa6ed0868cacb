/*
 * conformance/fakes/packed.h - protobuf answers as trees, so that they can be compared like JSON.
 *
 * A tree says what the recorded bytes were taken for: a text, a number, {"message": [[field, value]...]} in wire order,
 * {"packed": value} for what begins with Kubernetes' magic, {"base64": text}. Without a schema only the recorded tree tells whether
 * bytes are a text or a message, so the bytes that were got are read by it.
 *
 * Source: Protocol Buffers, "Encoding"; k8s.io/apimachinery's protobuf serializer ("k8s", 0, then an Unknown).
 */
#ifndef CONFORMANCE_FAKES_PACKED_H
#define CONFORMANCE_FAKES_PACKED_H

#include "base/json.h"

/* What does not fit the recorded tree becomes base64; cJSON_Delete() it. */
cJSON *packed_tree(const void *bytes, size_t length, const cJSON *recorded);

/* The frames of a watch, each with its length before it, as an array. */
cJSON *packed_frames(const void *bytes, size_t length, const cJSON *recorded);

#endif
