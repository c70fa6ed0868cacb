/*
 * engine/checks/rights.h - holding what we may do in a namespace to a list.
 */
#ifndef ENGINE_CHECKS_RIGHTS_H
#define ENGINE_CHECKS_RIGHTS_H

#include "engine/checks/checks.h"

enum { RIGHT_NAMES_MAX = 4 };

/* With names: of these alone. group "": the core group. */
typedef struct {
    const char *verb, *group, *resource, *subresource;
    const char *names[RIGHT_NAMES_MAX];
} Right;

/*
 * F-018 with the first right that is missing. What cannot be read shows by itself before anything is changed: it is held against a list
 * of rights where there is a complete one, but not asked for one by one.
 */
bool rights_check(KubeClient *kube, const char *ns, const Right *wanted, size_t count,
                  Finding *finding, Error *err);

/* What every procedure needs there. */
bool rights_check_plane(const Plane *plane, Finding *finding, Error *err);
bool rights_check_control_plane(const ControlPlane *site, Finding *finding, Error *err);

#endif
