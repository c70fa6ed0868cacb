/*
 * sim/postgres_real/keeper.c - a shell that outlives this process, to remove what its servers leave.
 *
 * It reads from a pipe that nobody writes to: the pipe's end is this process' end, whether it was asked to go or killed. The servers get
 * their own signal then (child.h); it waits for them, and removes the folder.
 */
#include <stdlib.h>
#include <sys/wait.h>

#include "base/memory.h"
#include "sim/postgres_real/server.h"

struct Keeper {
    uv_process_t process;
    uv_pipe_t leash;
    int open; /* handles that are closing */
};

static const char SCRIPT[] =
    "cat >/dev/null\n"
    "n=0\n"
    "while [ $n -lt 300 ] && ls \"$1\"/*/postmaster.pid; do sleep 0.1; n=$((n + 1)); done\n"
    "until rm -rf \"$2\" || [ $n -gt 400 ]; do sleep 0.1; n=$((n + 1)); done\n";

static void on_closed(uv_handle_t *handle)
{
    Keeper *keeper = handle->data;

    if (--keeper->open == 0)
        free(keeper);
}

static void close_handles(Keeper *keeper)
{
    keeper->open = 2;
    uv_close((uv_handle_t *)&keeper->process, on_closed);
    uv_close((uv_handle_t *)&keeper->leash, on_closed);
}

bool keeper_start(Loop *loop, const char *folder, const char *what, Keeper **out_keeper, Error *err)
{
    Keeper *keeper = MEMORY_NEW(Keeper);
    const char *arguments[] = {"sh", "-c", SCRIPT, "keeper", folder, what, NULL};
    uv_stdio_container_t stdio[3] = {
        {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE, .data.stream = (uv_stream_t *)&keeper->leash},
        {.flags = UV_IGNORE                                         },
        {.flags = UV_IGNORE},
    };
    int failed;

    keeper->process.data = keeper->leash.data = keeper;
    uv_pipe_init(loop_uv(loop), &keeper->leash, 0);
    failed = uv_spawn(loop_uv(loop), &keeper->process,
                      &(uv_process_options_t){.file = "/bin/sh",
                                              .args = (char **)arguments,
                                              .flags = UV_PROCESS_DETACHED,
                                              .stdio_count = 3,
                                              .stdio = stdio});
    if (failed) {
        close_handles(keeper);
        return error_set(err, ERR_IO, "/bin/sh: %s", uv_strerror(failed));
    }
    *out_keeper = keeper;
    return true;
}

void keeper_free(Keeper *keeper)
{
    int fd;

    if (!keeper)
        return;
    if (uv_fileno((uv_handle_t *)&keeper->leash, &fd) == 0)
        shutdown(fd, SHUT_RDWR);
    waitpid(uv_process_get_pid(&keeper->process), NULL, 0);
    close_handles(keeper);
}
