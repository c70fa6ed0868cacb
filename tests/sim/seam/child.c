/*
 * tests/sim/seam/child.c - a piece of a test in a process of its own.
 */
#include "tests/sim/seam/child.h"

#include <assert.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void read_all(int from, char *out_text, size_t room)
{
    char spill[256];
    size_t length = 0;
    ssize_t got;

    while (length + 1 < room && (got = read(from, out_text + length, room - 1 - length)) > 0)
        length += (size_t)got;
    out_text[length] = '\0';
    /* What does not fit is read all the same, or the child would wait. */
    while (read(from, spill, sizeof spill) > 0)
        ;
}

int child_run(ChildFunction *run, uint64_t argument, char *out_text, size_t room)
{
    int ends[2], status = 0;
    int failed = pipe(ends);
    pid_t child;

    assert(!failed);
    fflush(NULL);
    child = fork();
    assert(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        run(argument);
        fflush(NULL);
        _exit(0);
    }
    close(ends[1]);
    read_all(ends[0], out_text, room);
    close(ends[0]);
    waitpid(child, &status, 0);
    (void)failed;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
