/*
 * fakes/kubernetes/surface/openapi_protobuf.h - an OpenAPI 2 document as the protobuf that kubectl insists on.
 *
 * Source: gnostic's openapiv2/OpenAPIv2.proto (message names and numbers); Protocol Buffers encoding. Vendor extensions and
 * defaults are texts of YAML there; ours are JSON, which is YAML.
 */
#ifndef FAKES_KUBERNETES_SURFACE_OPENAPI_PROTOBUF_H
#define FAKES_KUBERNETES_SURFACE_OPENAPI_PROTOBUF_H

#include "base/buffer.h"
#include "base/json.h"

/* What of the document is not in the tables of openapi_protobuf.c is left out. */
void openapi_protobuf(Buffer *buffer, const cJSON *document);

#endif
