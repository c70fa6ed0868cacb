/*
 * sim/postgres_real/child.c - a program that this process started, and that does not outlive it.
 */
#include "sim/postgres_real/child.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"

enum { ARGUMENTS_MAX = 64, WRAPPING = 8, PATIENCE_MS = 10000, MOMENT_MS = 10 };

struct Child {
    uv_process_t process;
    ChildEnded *on_ended;
    void *owner;
};

/* ---- whom it runs as --------------------------------------------------------------------------------------------------------------- */

bool account_find(Account *out_account, Error *err)
{
    static const char *const NAMES[] = {"postgres", "nobody"};

    *out_account = (Account){false, getuid(), getgid()};
    if (getuid() != 0)
        return true;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        const struct passwd *user = getpwnam(NAMES[i]);

        if (!user)
            continue;
        *out_account = (Account){true, user->pw_uid, user->pw_gid};
        return true;
    }
    return error_set(err, ERR_IO,
                     "Postgres does not run as root, and there is no user postgres or nobody");
}

bool account_own(const Account *account, const char *path, Error *err)
{
    if (!account->is_other || chown(path, account->uid, account->gid) == 0)
        return true;
    return error_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

/* ---- its life ---------------------------------------------------------------------------------------------------------------------- */

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void on_exit_seen(uv_process_t *process, int64_t status, int signal)
{
    Child *child = process->data;

    child->on_ended(child->owner, signal ? 128 + signal : (int)status);
    uv_close((uv_handle_t *)process, on_closed);
}

/* The words before the program's own. uid and gid must outlive the array. */
static size_t wrap(const ChildOptions *options, char uid[24], char gid[24],
                   const char *out_words[WRAPPING])
{
    size_t count = 0;

    out_words[count++] = "setpriv";
    out_words[count++] = "--pdeathsig";
    out_words[count++] = options->death_signal;
    if (!options->account->is_other)
        return count;
    snprintf(uid, 24, "--reuid=%u", (unsigned)options->account->uid);
    snprintf(gid, 24, "--regid=%u", (unsigned)options->account->gid);
    out_words[count++] = uid;
    out_words[count++] = gid;
    out_words[count++] = "--clear-groups";
    return count;
}

static int spawn(const ChildOptions *options, Child *child, int log)
{
    char uid[24], gid[24];
    const char *words[ARGUMENTS_MAX];
    size_t count = wrap(options, uid, gid, words);
    uv_stdio_container_t stdio[3] = {
        {.flags = UV_IGNORE},
        { .flags = UV_INHERIT_FD,    .data.fd = log},
        { .flags = UV_INHERIT_FD,    .data.fd = log},
    };

    for (size_t i = 0; options->arguments[i] && count + 1 < ARGUMENTS_MAX; i++)
        words[count++] = options->arguments[i];
    words[count] = NULL;
    return uv_spawn(loop_uv(options->loop), &child->process,
                    &(uv_process_options_t){.exit_cb = on_exit_seen,
                                            .file = words[0],
                                            .args = (char **)words,
                                            .env = (char **)options->environment,
                                            .cwd = options->folder,
                                            .flags = UV_PROCESS_DETACHED,
                                            .stdio_count = 3,
                                            .stdio = stdio});
}

bool child_start(const ChildOptions *options, Child **out_child, Error *err)
{
    Child *child = MEMORY_NEW(Child);
    int log = open(options->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    int failed;

    if (log < 0) {
        free(child);
        return error_set(err, ERR_IO, "%s: %s", options->log, strerror(errno));
    }
    child->process.data = child;
    child->on_ended = options->on_ended;
    child->owner = options->owner;
    failed = spawn(options, child, log);
    close(log);
    if (failed) {
        uv_close((uv_handle_t *)&child->process, on_closed);
        return error_set(err, ERR_IO, "%s: %s", options->arguments[0], uv_strerror(failed));
    }
    *out_child = child;
    return true;
}

void child_signal(Child *child, int signal)
{
    uv_process_kill(&child->process, signal);
}

void child_end(Child *child)
{
    pid_t pid = uv_process_get_pid(&child->process);

    for (int waited = 0; waitpid(pid, NULL, WNOHANG) == 0; waited += MOMENT_MS) {
        if (waited == PATIENCE_MS)
            kill(pid, SIGKILL);
        usleep(MOMENT_MS * 1000);
    }
    uv_close((uv_handle_t *)&child->process, on_closed);
}
