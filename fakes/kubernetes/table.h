/*
 * fakes/kubernetes/table.h - objects as rows for a person: what `kubectl get` prints.
 *
 * Source: "Receiving resources as Tables" in Kubernetes' API concepts; columns as a 1.32 server sends them (pkg/printers/internalversion),
 * without their descriptions, which kubectl get does not show. Kinds without columns here are answered as they are,
 * which every client has to take; kubectl prints their name and age.
 */
#ifndef FAKES_KUBERNETES_TABLE_H
#define FAKES_KUBERNETES_TABLE_H

#include <stddef.h>

#include "base/buffer.h"
#include "fakes/kubernetes/request.h"

/* Does the client want a table rather than an object, and are there columns for this kind? */
bool table_is_wanted(const KubeRequest *request);

/* Adds the table of one object, or of a list of them, given as JSON. In a watch only the first event has the columns. */
void table_print(Buffer *buffer, const KubeRequest *request, const char *json, size_t length,
                 bool with_columns);

#endif
