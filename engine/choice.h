/*
 * engine/choice.h - which control planes a procedure is for.
 */
#ifndef ENGINE_CHOICE_H
#define ENGINE_CHOICE_H

#include "engine/operation.h"

/* ERR_INPUT, with the nearest name, if the environment has no control plane of that name. */
bool choice_is_there(const Environment *environment, const char *name, Error *err);

/*
 * Those with these names; count 0: all of them. A run that is resumed keeps what it began with (the record's "chosen"). Fails as
 * choice_is_there does.
 */
bool choose_control_planes(Operation *operation, const char *const *names, size_t count,
                           Error *err);

/* Borrowed pointers to the chosen ones, in their order; free() the array. */
ControlPlane **chosen_control_planes(Operation *operation, size_t *out_count);

#endif
