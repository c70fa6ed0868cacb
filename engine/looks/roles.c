/*
 * engine/looks/roles.c - which plane is the active, by what the clusters say.
 *
 * After a failover both resources say active until the old plane rejoins: then the one counts whose tsb is wanted. So it does in a pair that
 * is fed by restoring, whose resources say nothing. Source: domain.md 8.3 (RS0), 8.8.
 */
#include <string.h>

#include "engine/observations.h"

typedef struct {
    PlaneRole role;
    bool is_wanted; /* its tsb has replicas */
} Sight;

static bool look_at(const Plane *plane, Sight *out, Error *err)
{
    DeploymentView tsb;
    cJSON *object = NULL;
    Error why = {0};

    *out = (Sight){.role = ROLE_NONE};
    if (see_management_plane(plane, &object, &why))
        out->role = management_plane_role(object);
    else if (why.code != ERR_NOT_FOUND)
        return error_set(err, why.code, "%s: %s", plane->spec->name, why.message);
    cJSON_Delete(object);
    if (!see_deployment(plane, "tsb", &tsb, err))
        return false;
    out->is_wanted = tsb.exists && tsb.wanted > 0;
    return true;
}

static bool is_restored(const Operation *operation)
{
    return operation->environment->standby.is_fed_by_restore;
}

static bool is_serving(const Operation *operation, const Sight *sight)
{
    return sight->role == (is_restored(operation) ? ROLE_NONE : ROLE_ACTIVE) && sight->is_wanted;
}

/* One of the two does not answer: it is the active if the other one says standby; if that serves, it is not needed. */
static bool tell_by_other(const Operation *operation, const Sight *sights, int lost,
                          Plane **out_active)
{
    const Sight *other = &sights[1 - lost];

    if (operation->does_without_standby && is_serving(operation, other)) {
        *out_active = (Plane *)&operation->planes[1 - lost];
        return true;
    }
    *out_active = (Plane *)&operation->planes[lost];
    return operation->is_unplanned &&
           (is_restored(operation) ? other->role == ROLE_NONE && !other->is_wanted
                                   : other->role == ROLE_STANDBY);
}

bool see_active(Operation *operation, Plane **out_active, Error *err)
{
    Sight sights[2] = {0};
    bool serves[2], answers[2];

    for (int i = 0; i < 2; i++)
        answers[i] = look_at(&operation->planes[i], &sights[i], err);
    for (int i = 0; i < 2; i++) {
        if (answers[1 - i] && !answers[i] && tell_by_other(operation, sights, i, out_active))
            return true;
        if (!answers[i])
            return false;
        serves[i] = is_serving(operation, &sights[i]);
    }
    if (serves[0] == serves[1])
        return error_set(err, ERR_CONFLICT,
                         serves[0] ? "both planes say active, and tsb is wanted on both"
                                   : "on neither plane the resource says active and tsb is wanted");
    *out_active = &operation->planes[serves[1]];
    return true;
}
