/*
 * fakes/kubernetes/access/audit.h - who did what, when, and how it ended: an Audit-Id for every answer, and a log of events.
 *
 * Source:    audit.k8s.io/v1 of Kubernetes, level Metadata: no bodies, and therefore no secrets. One event a request (stage
 *            ResponseComplete); a watch or a followed log has one at its beginning too (ResponseStarted). JSON lines.
 * Ownership: whoever makes a KubeAudit closes it, after the servers that use it are gone.
 */
#ifndef FAKES_KUBERNETES_ACCESS_AUDIT_H
#define FAKES_KUBERNETES_ACCESS_AUDIT_H

#include <stdint.h>

#include "base/error.h"

typedef struct KubeAudit KubeAudit;

/* Identities come from seed; path NULL: no log, only identities. Appends. Fails with ERR_IO if the file cannot be opened. */
bool kube_audit_open(uint64_t seed, const char *path, KubeAudit **out_audit, Error *err);
void kube_audit_close(KubeAudit *audit); /* accepts NULL */

#endif
