/*
 * fakes/kubernetes/print.h - JSON as an API server prints it.
 *
 * Source: Go's encoding/json (HTML characters escaped, shortest numbers) and the field order of the API types: typed
 * objects begin with kind, apiVersion, metadata and have maps sorted; custom resources are sorted throughout.
 */
#ifndef FAKES_KUBERNETES_PRINT_H
#define FAKES_KUBERNETES_PRINT_H

#include "base/buffer.h"
#include "base/json.h"
#include "fakes/kubernetes/kinds.h"

void kube_print_object(Buffer *buffer, const KubeKind *kind, const cJSON *json);
/* Keys as they stand: for Status, lists of discovery, Scale. */
void kube_print(Buffer *buffer, const cJSON *json);
/* Keys alphabetically, throughout. */
void kube_print_sorted(Buffer *buffer, const cJSON *json);
/* What stands between the quotes of a string. */
void kube_print_escaped(Buffer *buffer, const char *text, size_t length);
/* Text that is JSON already, indented by two spaces, as curl and ?pretty=true get it. */
void kube_print_pretty(Buffer *buffer, const char *text, size_t length);

#endif
