/*
 * sim/seam/strand.h - a process of its own in simulated time, which can be killed at any instant.
 *
 * It is code on a stack of its own, with a loop of its own. It runs until it would wait (epoll_wait with nothing ready); then the
 * others run, each in its turn, and when nobody has anything to do the clock jumps to whoever wakes first. So a program that reads
 * top-down (the engine) runs beside the world as it would on a desk, and nothing in it knows: no flag is asked, no call fails.
 *
 * A kill is SIGKILL: the process never runs again. What it has connected is closed, as the kernel does it, and so is the one file that
 * it is said to hold (its lock goes with it); what it had in memory is lost. What was sent is on its way.
 *
 * A program that it had started lives on.
 *
 * Ownership: a SeamStrand is its maker's, who frees it when it has ended or was killed; owner and texts are borrowed.
 */
#ifndef SIM_SEAM_STRAND_H
#define SIM_SEAM_STRAND_H

#include <stdbool.h>

typedef struct SeamStrand SeamStrand;

typedef struct {
    void (*main)(void *owner);
    /* It is about to make fd durable: what it wrote there stands in the file. It may be killed in here. NULL: nobody asks. */
    void (*on_sync)(void *owner, int fd);
    /* It is about to start another program; and again, when that has begun. It may be killed in here. NULL: nobody asks. */
    void (*on_spawn)(void *owner, const char *const *words, bool has_begun);
    void *owner;
    const char *file; /* that it keeps open; NULL: none */
} SeamStrandOptions;

/* Runs from the next moment on at which everybody else waits. Only in simulated time, and with a loop that was opened before. */
SeamStrand *seam_strand_start(const SeamStrandOptions *options);
void seam_strand_free(SeamStrand *strand); /* accepts NULL; kills it if it still runs */

/* Does not return if it is the one that runs. Nothing if it has ended. */
void seam_strand_kill(SeamStrand *strand);
/* SIGSTOP and SIGCONT: it gets no turn until it is thawed; what came meanwhile is there then. */
void seam_strand_freeze(SeamStrand *strand);
void seam_strand_thaw(SeamStrand *strand);

/* Its main has returned, or it was killed. */
bool seam_strand_is_over(const SeamStrand *strand);

#endif
