/*
 * fakes/kubernetes/protobuf.h - what kubectl 1.32 and later, and typed clients, send and ask for, from and to JSON.
 *
 * Source: Protocol Buffers encoding; the envelope is "k8s\0" and a runtime.Unknown; a watch has frames: four bytes of length,
 * the most significant first, and a WatchEvent. Fields by the tables of types, so every built-in kind is known, and custom
 * ones never are. Pure: bytes in, JSON out, as Go would print it; and the other way round, byte for byte as Go writes it.
 */
#ifndef FAKES_KUBERNETES_PROTOBUF_H
#define FAKES_KUBERNETES_PROTOBUF_H

#include "base/buffer.h"
#include "base/json.h"

/* Fails with ERR_PROTOCOL if the bytes are broken, ERR_NOT_FOUND if they are of a type that is not known here. */
bool protobuf_decode(const char *bytes, size_t length, cJSON **out_json, Error *err);

/* Adds the object, or the list of objects. False, adding nothing, if its type is not known here. */
bool protobuf_encode(Buffer *buffer, const cJSON *json);
/* The same as an event of a watch: "ADDED". */
bool protobuf_encode_event(Buffer *buffer, const char *type, const cJSON *object);

#endif
