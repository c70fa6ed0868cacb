/*
 * sim/postgres_real/child.h - a program that this process started, and that does not outlive it.
 *
 * Children run in a session of their own, so that Ctrl-C on the terminal does not end them behind the world's back, and the kernel sends them
 * a signal when this process dies in whatever way (setpriv --pdeathsig). Postgres does not run as root: then they are somebody else.
 * Ownership: a child frees itself when it has ended, after on_ended.
 */
#ifndef SIM_POSTGRES_REAL_CHILD_H
#define SIM_POSTGRES_REAL_CHILD_H

#include <sys/types.h>

#include "base/error.h"
#include "base/loop.h"

typedef struct Child Child;

/* Whom children run as: root hands over to postgres, or nobody where there is none; anybody else stays who he is. */
typedef struct {
    bool is_other;
    uid_t uid;
    gid_t gid;
} Account;
bool account_find(Account *out_account, Error *err);
/* Gives what is at path to account. */
bool account_own(const Account *account, const char *path, Error *err);

/* code: its exit code, or 128 and the signal that ended it. */
typedef void ChildEnded(void *owner, int code);

typedef struct {
    Loop *loop;
    const Account *account;
    const char *const *arguments;   /* NULL-ended; the first is the program's path */
    const char *const *environment; /* NULL-ended */
    const char *folder;             /* where it works */
    const char *log;                /* what it prints is appended there */
    const char *death_signal;       /* what it gets when this process dies: "QUIT" */
    ChildEnded *on_ended;
    void *owner;
} ChildOptions;

/* Everything is copied. Fails with ERR_IO. */
bool child_start(const ChildOptions *options, Child **out_child, Error *err);
void child_signal(Child *child, int signal);
/* Waits until it has ended, without the loop and without on_ended; SIGKILL after a while. */
void child_end(Child *child);

#endif
