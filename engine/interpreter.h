/*
 * engine/interpreter.h - walks a procedure's table of steps; the only thing that drives the engine.
 *
 * For each step: observe; if it holds, go on; else journal the intent (fsync'd), act, observe until it holds or the deadline passes,
 * journal the outcome. A step that fails decides by its finding's reaction: refuse, roll back, stop, go forward. Undo runs from the last begun
 * step to the first, and only while the procedure says, from the world and not from memory, that the point of no return is ahead.
 */
#ifndef ENGINE_INTERPRETER_H
#define ENGINE_INTERPRETER_H

#include "engine/engine.h"

/* Sets outcome and finding of out_result; phases and figures are engine.c's. operation->journal is NULL for a dry run. */
void interpreter_walk(Operation *operation, const Procedure *procedure, EngineResult *out_result);

/*
 * Takes back what the journal says was begun, if the point of no return is not passed, asked of the world; the steps that say who is who,
 * and the lease, are walked before. Outcome: rolledBack, or stuck: then nothing was undone, or an undo failed and can be tried again.
 */
void interpreter_undo(Operation *operation, const Procedure *procedure, EngineResult *out_result);

#endif
