/*
 * sim/seam/processes.c - doors: other programs, which in a simulated run are played.
 *
 * All goes well: uv_spawn makes a pair for each pipe that was asked for and calls libuv's own, with none; that forks, and the
 * fork is a program of the player's with an invented number; libuv then watches for its end as for any child's. When the player says that it
 * has ended, SIGCHLD is raised, libuv asks waitpid about each of its children, and hears. Goes wrong: the player has no such program, then
 * the fork fails as the execution would have; somebody kills it, then the player is told, and ends it. Without a player no process may begin.
 */
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "sim/seam/real.h"
#include "sim/seam/state.h"

enum {
    FIRST_PID = 1 << 23, /* twice what Linux counts to */
    STDIO_COUNT = 3,
};

static bool is_played(void)
{
    return seam_state.is_simulated && seam_state.player.start != NULL;
}

static SeamProcess *find(pid_t pid)
{
    for (size_t i = 0; i < seam_state.process_count; i++)
        if (seam_state.processes[i].pid == pid)
            return &seam_state.processes[i];
    return NULL;
}

static void forget(SeamProcess *process)
{
    *process = seam_state.processes[--seam_state.process_count];
    if (seam_state.process_count > 0)
        return;
    free(seam_state.processes);
    seam_state.processes = NULL;
    seam_state.process_capacity = 0;
}

void seam_play_programs(const SeamPlayer *player)
{
    seam_state.player = player != NULL ? *player : (SeamPlayer){0};
}

void seam_end_program(int pid, int status, int signal)
{
    SeamProcess *process = find(pid);

    assert(process != NULL && !process->has_ended);
    process->has_ended = true;
    process->status = signal != 0 ? signal : W_EXITCODE(status, 0);
    raise(SIGCHLD);
}

/* ---- beginning ----------------------------------------------------------------------------- */

/* True: the program runs. */
static bool begin(SeamSpawn *spawn)
{
    SeamState *seam = &seam_state;

    seam_tell_spawn(spawn->words, false);
    spawn->pid = FIRST_PID + (int)seam->spawn_count++;
    MEMORY_GROW(seam->processes, seam->process_count, seam->process_capacity);
    seam->processes[seam->process_count++] = (SeamProcess){.pid = spawn->pid};
    if (seam->player.start(seam->player.owner, spawn)) {
        seam_tell_spawn(spawn->words, true);
        return true;
    }
    forget(find(spawn->pid));
    return false;
}

pid_t fork(void)
{
    SeamSpawn *spawn = seam_state.spawn;

    if (spawn == NULL) {
        seam_guard("fork", SEAM_ONE_PROCESS);
        return seam_real()->fork();
    }
    if (begin(spawn))
        return spawn->pid;
    errno = ENOENT;
    return -1;
}

/* out_ours: the ends that become the caller's streams; the others are the program's. */
static void make_ends(const uv_process_options_t *options, int out_ours[STDIO_COUNT],
                      int out_theirs[STDIO_COUNT])
{
    for (int i = 0; i < STDIO_COUNT; i++) {
        int ends[2] = {-1, -1};

        if (i < options->stdio_count && options->stdio[i].flags & UV_CREATE_PIPE) {
            int failed = socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends);

            assert(failed == 0);
            (void)failed;
            seam_set_send_buffer(ends[0], SEAM_BUFFER_BYTES);
            seam_set_send_buffer(ends[1], SEAM_BUFFER_BYTES);
        }
        out_ours[i] = ends[0];
        out_theirs[i] = ends[1];
    }
}

static void close_ends(const int ends[STDIO_COUNT])
{
    for (int i = 0; i < STDIO_COUNT; i++)
        if (ends[i] >= 0)
            close(ends[i]);
}

static int spawn_played(uv_loop_t *loop, uv_process_t *process, const uv_process_options_t *options)
{
    SeamSpawn spawn = {.words = (const char *const *)options->args,
                       .environment = (const char *const *)options->env};
    uv_process_options_t bare = *options;
    int ours[STDIO_COUNT], failed;

    make_ends(options, ours, spawn.ends);
    bare.stdio_count = 0;
    seam_state.spawn = &spawn;
    failed = seam_real()->uv_spawn(loop, process, &bare);
    seam_state.spawn = NULL;
    if (failed != 0) {
        close_ends(ours);
        close_ends(spawn.ends);
        return failed;
    }
    for (int i = 0; i < STDIO_COUNT; i++)
        if (ours[i] >= 0)
            uv_pipe_open((uv_pipe_t *)options->stdio[i].data.stream, ours[i]);
    return 0;
}

int uv_spawn(uv_loop_t *loop, uv_process_t *process, const uv_process_options_t *options)
{
    if (!is_played())
        return seam_real()->uv_spawn(loop, process, options);
    return spawn_played(loop, process, options);
}

/* ---- ending -------------------------------------------------------------------------------- */

pid_t waitpid(pid_t pid, int *out_status, int flags)
{
    SeamProcess *process = find(pid);

    if (pid < FIRST_PID)
        return seam_real()->waitpid(pid, out_status, flags);
    if (process == NULL) {
        errno = ECHILD;
        return -1;
    }
    if (!process->has_ended) {
        if (!(flags & WNOHANG))
            seam_guard("waitpid", "let the loop tell of its end");
        return 0;
    }
    if (out_status != NULL)
        *out_status = process->status;
    forget(process);
    return pid;
}

/* A program that is played has no children, so its group is itself. */
int kill(pid_t pid, int signal)
{
    pid_t leader = pid < 0 ? -pid : pid;
    SeamProcess *process = find(leader);

    if (leader < FIRST_PID)
        return seam_real()->kill(pid, signal);
    if (process == NULL) {
        errno = ESRCH;
        return -1;
    }
    if (signal != 0 && !process->has_ended)
        seam_state.player.kill(seam_state.player.owner, leader, signal);
    return 0;
}
