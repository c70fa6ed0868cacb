/*
 * fakes/kubernetes/surface/view.h - an object, or a list of them, as the client wants to see it: as rows of a table, or its metadata.
 *
 * Source: "Receiving resources as Tables" and "Metadata-only fetches" in the Kubernetes API concepts; recorded from 1.32.
 */
#ifndef FAKES_KUBERNETES_SURFACE_VIEW_H
#define FAKES_KUBERNETES_SURFACE_VIEW_H

#include <stddef.h>

#include "base/buffer.h"
#include "fakes/kubernetes/request.h"

/* Does the client want anything but the whole? */
bool view_is_wanted(const KubeRequest *request);
/* 400 or 406 if there is no such view of what the request is about. */
bool view_check(const KubeRequest *request, KubeStatus *status);
/* Adds the view of one object, or of a list of them, given as JSON. In a watch only the first table has its columns. */
void view_print(Buffer *buffer, const KubeRequest *request, const char *json, size_t length,
                bool with_columns);

#endif
