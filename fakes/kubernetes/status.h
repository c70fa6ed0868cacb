/*
 * fakes/kubernetes/status.h - the refusals of an API server, in its own words.
 *
 * Source: apimachinery's api/errors and validation/field; texts as recorded from 1.32. Every function returns false, so
 * that `return status_...` reads as what it is; status may be NULL where nobody wants to know why.
 */
#ifndef FAKES_KUBERNETES_STATUS_H
#define FAKES_KUBERNETES_STATUS_H

#include "fakes/kubernetes/cluster.h"
#include "fakes/kubernetes/access/user.h"

/* details without anything in it is `"details":{}`, as for a path that leads nowhere. */
bool status_set(KubeStatus *status, int code, const char *reason, cJSON *details,
                const char *format, ...) __attribute__((format(printf, 5, 6)));

bool status_bad_request(KubeStatus *status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool status_no_resource(KubeStatus *status); /* the path leads to no resource */
bool status_no_method(KubeStatus *status);

bool status_not_found(KubeStatus *status, const KubeKind *kind, const char *name);
bool status_exists(KubeStatus *status, const KubeKind *kind, const char *name, bool is_leaving);
bool status_conflict(KubeStatus *status, const KubeKind *kind, const char *name, const char *why);
bool status_modified(KubeStatus *status, const KubeKind *kind, const char *name);

/* 403: user may not do that. */
bool status_forbidden(KubeStatus *status, const KubeUser *user, const KubeAttributes *attributes);

/* "secrets", "deployments.apps". */
const char *status_resource_name(const KubeKind *kind, char out_text[128]);
/* {"name", "group", "kind"}: what is NULL or empty is left out. */
cJSON *status_details(const char *name, const char *group, const char *kind);

/* What is wrong with an object, field by field: 422 if anything is. */
typedef struct {
    cJSON *list; /* the causes of the Status' details */
    int count;
} KubeCauses;

/* reason "FieldValueInvalid", field "spec.replicas", message "Invalid value: -1: must be ...". */
void causes_add(KubeCauses *causes, const char *reason, const char *field, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void causes_require(KubeCauses *causes, const char *field);
/* Consumes causes. True if there were none. kind_name: "Secret", "Deployment.apps". */
bool causes_end(KubeCauses *causes, const char *group, const char *kind_name, const char *name,
                KubeStatus *status);

#endif
