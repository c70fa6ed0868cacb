/*
 * fakes/kubernetes/protobuf.h - the bodies that kubectl 1.32 and later, and typed clients, send, as JSON.
 *
 * Source: Protocol Buffers encoding; the envelope is "k8s\0" and a runtime.Unknown; fields by the tables of types, so every
 * built-in kind is known, and custom ones never are. Pure: bytes in, JSON out, as Go would print it.
 */
#ifndef FAKES_KUBERNETES_PROTOBUF_H
#define FAKES_KUBERNETES_PROTOBUF_H

#include "base/json.h"

/* Fails with ERR_PROTOCOL if the bytes are broken, ERR_NOT_FOUND if they are of a type that is not known here. */
bool protobuf_decode(const char *bytes, size_t length, cJSON **out_json, Error *err);

#endif
