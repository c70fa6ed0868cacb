/*
 * sim/controllers/fight.h - a controller that fights: it puts one object back, each time somebody else changed it.
 */
#ifndef SIM_CONTROLLERS_FIGHT_H
#define SIM_CONTROLLERS_FIGHT_H

#include "sim/controllers/controller.h"

typedef struct Fight Fight;

/* The object, which should be there, is kept as it is now. after_ms: from the change until it is put back. */
Fight *fight_new(Controller *controller, const char *resource, const char *ns, const char *name,
                 int64_t after_ms);
void fight_free(Fight *fight); /* accepts NULL */

#endif
