/*
 * engine/choice.h - which control planes a procedure is for.
 */
#ifndef ENGINE_CHOICE_H
#define ENGINE_CHOICE_H

#include "engine/operation.h"

/*
 * Those with these names; count 0: all of them. A run that is resumed keeps what it began with (the record's "chosen"). Fails with
 * ERR_INPUT, and the nearest name, if there is none of that name.
 */
bool choose_control_planes(Operation *operation, const char *const *names, size_t count,
                           Error *err);

/* Borrowed pointers to the chosen ones, in their order; free() the array. */
ControlPlane **chosen_control_planes(Operation *operation, size_t *out_count);

#endif
