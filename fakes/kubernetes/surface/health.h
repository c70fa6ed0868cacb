/*
 * fakes/kubernetes/surface/health.h - /healthz, /livez and /readyz: a list of checks, of which this server passes all.
 *
 * Source: "Kubernetes API health endpoints"; the checks and their order as recorded from 1.32.
 */
#ifndef FAKES_KUBERNETES_SURFACE_HEALTH_H
#define FAKES_KUBERNETES_SURFACE_HEALTH_H

#include "fakes/kubernetes/request.h"

/* "/healthz", "/readyz/ping" */
bool health_is_path(const char *path);
void health_answer(KubeRequest *request, const char *path);
/* The path of each check, in no order: after the last NULL. In the arena. */
const char *health_path(Arena *arena, int index);

#endif
