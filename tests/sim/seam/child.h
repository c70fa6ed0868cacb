/*
 * tests/sim/seam/child.h - a piece of a test in a process of its own, since a process simulates once and some of these end it.
 */
#ifndef TESTS_SIM_SEAM_CHILD_H
#define TESTS_SIM_SEAM_CHILD_H

#include <stddef.h>
#include <stdint.h>

typedef void ChildFunction(uint64_t argument);

/*
 * Runs it in a forked child and puts what it printed (standard output and error) into out_text. Answers its
 * exit code (0 if it returned), or 128 + the signal that ended it.
 */
int child_run(ChildFunction *run, uint64_t argument, char *out_text, size_t room);

#endif
