/*
 * fakes/kubernetes/form/job.h - how a Job knows its pods: a selector and labels that the server gives, from the Job's uid.
 *
 * Source: Kubernetes documentation, "Jobs: Specifying your own Pod selector"; well-known labels batch.kubernetes.io/...
 */
#ifndef FAKES_KUBERNETES_FORM_JOB_H
#define FAKES_KUBERNETES_FORM_JOB_H

#include "base/json.h"

/* A new Job that has no manualSelector selects what has its own uid, and its template says that uid and its name. */
void job_assign(cJSON *json);

#endif
