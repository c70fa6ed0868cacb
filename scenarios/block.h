/*
 * scenarios/block.h - a block of loopback addresses that no other run in real time has (WorldOptions.block).
 */
#ifndef SCENARIOS_BLOCK_H
#define SCENARIOS_BLOCK_H

#include "base/error.h"

/* Ours until this process ends. Fails with ERR_CONFLICT if all are taken. */
bool block_take(int *out_block, Error *err);

#endif
