/*
 * engine/clients/command.c - a program of the operator's, run with a deadline.
 *
 * All goes well: it is started as the leader of a group of its own; on_exit_seen keeps its status, on_words its last line until
 * the pipe ends. Goes wrong: it cannot be started; it hangs, and the group is killed; it leaves behind somebody who holds the pipe: then the
 * deadline ends the waiting, and its status stands.
 */
#include "engine/clients/command.h"

#include <ctype.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"

typedef struct {
    uv_process_t process;
    uv_pipe_t words;
    Timer *deadline;
    const bool *stop;
    int open; /* handles; the last to close frees */
    bool has_ended, is_silent, is_late;
    int status, signal;
    char line[sizeof((CommandEnd *)0)->last_words];
    size_t length;    /* of line */
    bool is_complete; /* what comes next begins a new line */
    char room[512];
} Command;

static void on_closed(uv_handle_t *handle)
{
    Command *command = handle->data;

    if (--command->open == 0)
        free(command);
}

static void on_exit_seen(uv_process_t *process, int64_t status, int signal)
{
    Command *command = process->data;

    command->has_ended = true;
    command->status = (int)status;
    command->signal = signal;
}

static void on_late(void *owner)
{
    ((Command *)owner)->is_late = true;
}

static void give_room(uv_handle_t *handle, size_t wanted, uv_buf_t *out_room)
{
    Command *command = handle->data;

    (void)wanted;
    *out_room = uv_buf_init(command->room, sizeof command->room);
}

static void hear(Command *command, char byte)
{
    if (byte == '\n') {
        command->is_complete = true;
        return;
    }
    if (command->is_complete)
        command->length = 0;
    command->is_complete = false;
    if (command->length + 1 < sizeof command->line)
        command->line[command->length++] = isprint((unsigned char)byte) ? byte : '?';
    command->line[command->length] = '\0';
}

static void on_words(uv_stream_t *stream, ssize_t length, const uv_buf_t *bytes)
{
    Command *command = stream->data;

    command->is_silent = length < 0;
    for (ssize_t i = 0; i < length; i++)
        hear(command, bytes->base[i]);
}

static bool is_stopped(const Command *command)
{
    return command->stop != NULL && *command->stop;
}

static bool is_over(void *owner)
{
    const Command *command = owner;

    return (command->has_ended && command->is_silent) || command->is_late || is_stopped(command);
}

static bool has_ended(void *owner)
{
    return ((Command *)owner)->has_ended;
}

/* Ours with theirs behind it; the texts are borrowed. */
static char **joined_environment(const char *const *added)
{
    size_t own = 0, more = 0;
    char **all;

    while (environ[own])
        own++;
    while (added[more])
        more++;
    all = memory_new(own + more + 1, sizeof *all);
    memcpy(all, environ, own * sizeof *all);
    memcpy(all + own, added, more * sizeof *all);
    return all;
}

static int spawn(Command *command, const CommandOptions *options)
{
    char **environment = joined_environment(options->environment);
    uv_stdio_container_t stdio[3] = {
        {.flags = UV_IGNORE},
        {                                          .flags = UV_IGNORE                 },
        { .flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,                  .data.stream = (uv_stream_t *)&command->words},
    };
    int failed = uv_spawn(loop_uv(options->loop), &command->process,
                          &(uv_process_options_t){.exit_cb = on_exit_seen,
                                                  .file = options->words[0],
                                                  .args = (char **)options->words,
                                                  .env = environment,
                                                  .flags = UV_PROCESS_DETACHED,
                                                  .stdio_count = 3,
                                                  .stdio = stdio});

    free(environment);
    return failed;
}

static Command *command_new(const CommandOptions *options)
{
    Command *command = MEMORY_NEW(Command);

    command->stop = options->stop;
    command->deadline = timer_new(options->loop, on_late, command);
    uv_pipe_init(loop_uv(options->loop), &command->words, 0);
    command->words.data = command->process.data = command;
    command->open = 2;
    return command;
}

static void command_free(Command *command)
{
    timer_free(command->deadline);
    uv_close((uv_handle_t *)&command->words, on_closed);
    uv_close((uv_handle_t *)&command->process, on_closed);
}

/* What is left of its group goes too: nobody may change anything after we have said how it ended. */
static void kill_group(Command *command, Loop *loop)
{
    kill(-command->process.pid, SIGKILL);
    loop_run_until(loop, has_ended, command);
}

static bool read_end(const Command *command, const CommandOptions *options, bool was_killed,
                     CommandEnd *out_end, Error *err)
{
    char limit[CLOCK_TEXT_MAX];

    if (was_killed && is_stopped(command))
        return error_set(err, ERR_STOPPED, "%s: stopped; it may have been done", options->words[0]);
    if (was_killed)
        return error_set(err, ERR_AMBIGUOUS,
                         "%s did not end within %s and was killed; it may have been done",
                         options->words[0], clock_duration(options->timeout_ms, limit));
    if (command->signal != 0)
        return error_set(err, ERR_AMBIGUOUS, "%s was ended by signal %d; it may have been done",
                         options->words[0], command->signal);
    out_end->status = command->status;
    memcpy(out_end->last_words, command->line, sizeof out_end->last_words);
    return true;
}

bool command_run(const CommandOptions *options, CommandEnd *out_end, Error *err)
{
    Command *command = command_new(options);
    int failed = spawn(command, options);
    bool was_killed, ok = false;

    if (failed) {
        error_set(err, ERR_INVALID, "%s cannot be started: %s", options->words[0],
                  uv_strerror(failed));
    } else {
        uv_read_start((uv_stream_t *)&command->words, give_room, on_words);
        timer_start(command->deadline, options->timeout_ms);
        loop_run_until(options->loop, is_over, command);
        was_killed = !command->has_ended;
        kill_group(command, options->loop);
        ok = read_end(command, options, was_killed, out_end, err);
    }
    command_free(command);
    return ok;
}
