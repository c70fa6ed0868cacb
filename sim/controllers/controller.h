/*
 * sim/controllers/controller.h - what every controller of a cluster has in common: a queue of names to look at, and what can be wrong with it.
 *
 * A controller is level-based. Its watches say which object may need a look (controller_dirty); a drawn delay later sync is called with that
 * name, reads what is there and acts. A name that is in the queue already is not put in twice. A write that is refused puts the name back,
 * later each time.
 *
 * On command a controller is slow (every look comes later), crashed (no looks until it is let go; then all that it missed), behind
 * (what it reads, and when it hears of it, is as it was so long ago) or fights (puts back what others change: fight.h).
 *
 * Units: milliseconds of clock_mono_ms. Every draw is from the stream "controller/LANE/NAME".
 */
#ifndef SIM_CONTROLLERS_CONTROLLER_H
#define SIM_CONTROLLERS_CONTROLLER_H

#include "sim/inside.h"

typedef struct Controller Controller;

typedef struct {
    World *world;
    KubeCluster *cluster;
    const char *lane;    /* "mp1", "cp-0001": its cluster; borrowed */
    const char *name;    /* "deployment": what a fault calls it */
    const char *manager; /* who its writes are by: "kube-controller-manager" */
    Span delay;          /* from a change to the look */
    /* ns is "" for what has none. Both are valid during the call. */
    void (*sync)(void *owner, const char *ns, const char *name);
    void *owner;
    void (*free)(void *owner); /* with the controller; NULL: it is somebody else's */
} ControllerOptions;

Controller *controller_new(const ControllerOptions *options);
void controller_free(Controller *controller); /* accepts NULL */
/*
 * Those of that cluster ("mp1") and name, or of that manager ("kube-controller-manager": all of its), one after the other; NULL for
 * after: the first. NULL if there is none (yet: a control plane's are made when somebody looks at it).
 */
Controller *controller_next(const World *world, const Controller *after, const char *lane,
                            const char *name);

/* ---- the queue -------------------------------------------------------------------------------------------------------------------- */

/* listener is told of the resource's changes as long as the controller lives. */
void controller_watch(Controller *controller, const char *resource, KubeListener *listener);
void controller_dirty(Controller *controller, const char *ns, const char *name);
void controller_dirty_object(Controller *controller, const cJSON *object);
/* A look in ms, unless one comes sooner. */
void controller_after(Controller *controller, const char *ns, const char *name, int64_t ms);
void controller_forget(Controller *controller, const char *ns, const char *name);
bool controller_is_waiting(const Controller *controller, const char *ns, const char *name);
/* What is due is looked at now: for a world that is being made. Returns whether anything was. */
bool controller_settle(Controller *controller);
/* While it is adopting, names are due at once. */
void controller_adopt(Controller *controller, bool is_adopting);

/* ---- reading and writing ----------------------------------------------------------------------------------------------------------- */

/* What it believes to be there; borrowed until the next write. */
const cJSON *controller_read(Controller *controller, const char *resource, const char *ns,
                             const char *name);
void controller_each(Controller *controller, const char *resource, const char *ns,
                     KubeVisitor *visitor, void *owner);

/* Each returns whether it was written. object and patch are owned from now on. */
bool controller_create(Controller *controller, const char *resource, const char *ns, cJSON *object);
/* The same; out_name: what the API server called it. */
bool controller_create_named(Controller *controller, const char *resource, const char *ns,
                             cJSON *object, char out_name[256]);
bool controller_merge(Controller *controller, const char *resource, const char *ns,
                      const char *name, cJSON *patch);
/* A merge patch of the status; annotations (may be NULL): go with it, where the API server lets them. */
bool controller_status(Controller *controller, const char *resource, const char *ns,
                       const char *name, cJSON *patch);
bool controller_status_and(Controller *controller, const char *resource, const char *ns,
                           const char *name, cJSON *patch, cJSON *annotations);
bool controller_delete(Controller *controller, const char *resource, const char *ns,
                       const char *name);
/* An Event about object, by NAME-controller; none while it adopts. */
void controller_event(Controller *controller, const cJSON *object, const char *type,
                      const char *reason, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* ---- what can be wrong ------------------------------------------------------------------------------------------------------------- */

void controller_slow(Controller *controller, int64_t ms); /* 0: no longer */
void controller_crash(Controller *controller, bool is_crashed);
void controller_lag(Controller *controller, int64_t ms); /* 0: no longer */
bool controller_is_crashed(const Controller *controller);
/*
 * From now on it puts that object back, a while after somebody else changed its spec or deleted it: as it is now. One object at a
 * time; resource NULL: no longer.
 */
void controller_fight(Controller *controller, const char *resource, const char *ns,
                      const char *name, int64_t after_ms);
/* It wanted to act and something is wrong with it: the witness of a fault. */
void controller_show(const Controller *controller, const char *how);

const ControllerOptions *controller_options(const Controller *controller);
Random *controller_random(Controller *controller);

#endif
