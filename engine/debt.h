/*
 * engine/debt.h - the fence that is owed: an active that could not be fenced when the standby was promoted, and is as soon as it answers.
 *
 * Source: domain.md 8.2 (FO3u), F-201, F-209, V1. Which cluster it is, is asked before it is touched (V7).
 * Kept in the record as fenceDebt {sinceMs, paidMs}. Events: engine.debt {plane, state: open|paid}.
 */
#ifndef ENGINE_DEBT_H
#define ENGINE_DEBT_H

#include "engine/operation.h"

void debt_open(Operation *operation);
bool debt_is_open(const Operation *operation);

/*
 * If it is open and the last try is some seconds old: asks the old active briefly. If it answers, its replica counts go into the record, and
 * at the next call, when that is in the journal, tsb, iam and envoy are scaled to 0. Nothing in a dry run, or while the lease may have run
 * out. Costs two seconds where nobody answers.
 */
void debt_try(Operation *operation);

#endif
