/*
 * fakes/kubernetes/surface/jsonpath.h - the part of JSONPath that printer columns use.
 *
 * Source: k8s.io/client-go/util/jsonpath, as apiextensions allows it in additionalPrinterColumns: .a.b, ['a.b'], .a\.b, [0],
 * [-1], [*], and filters [?(@.type=="Ready")] with ==, != or nothing.
 */
#ifndef FAKES_KUBERNETES_SURFACE_JSONPATH_H
#define FAKES_KUBERNETES_SURFACE_JSONPATH_H

#include "base/json.h"

/* The first value that path leads to; NULL if there is none, or path is not understood. Borrowed. */
const cJSON *jsonpath_first(const cJSON *root, const char *path);

#endif
