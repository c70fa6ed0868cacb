/*
 * engine/clients/program.c - another program, run on the loop: no terminal, nothing on its input, its output collected.
 *
 * All goes well: it is spawned, says what it has to say, closes its output and exits; the two come in any order. Goes wrong: it
 * takes too long or says too much, then it and its children are killed, and only its exit is waited for. The last closed handle
 * frees what program_free left.
 */
#include "engine/clients/program.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

struct Program {
    uv_process_t process;
    uv_pipe_t pipe;
    Timer *timer;
    Buffer output;
    size_t output_max, open_handles;
    int64_t timeout_ms, status;
    int signal;
    bool has_exited, is_silent; /* is_silent: nothing more will be read */
    bool is_late, is_too_long;
    char chunk[4096];
};

static void on_closed(uv_handle_t *handle)
{
    Program *program = handle->data;

    if (--program->open_handles > 0)
        return;
    explicit_bzero(program->chunk, sizeof program->chunk);
    free(program);
}

static void close_handle(Program *program, uv_handle_t *handle)
{
    handle->data = program;
    uv_close(handle, on_closed);
}

static void end_group(Program *program)
{
    if (!program->has_exited && program->process.pid > 0)
        kill(-program->process.pid, SIGKILL);
}

static void stop_reading(Program *program)
{
    uv_read_stop((uv_stream_t *)&program->pipe);
    program->is_silent = true;
}

static void on_late(void *owner)
{
    Program *program = owner;

    program->is_late = true;
    end_group(program);
    stop_reading(program);
}

static void on_exit_of(uv_process_t *process, int64_t status, int signal)
{
    Program *program = process->data;

    program->has_exited = true;
    program->status = status;
    program->signal = signal;
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *out_room)
{
    Program *program = handle->data;

    (void)suggested;
    *out_room = uv_buf_init(program->chunk, sizeof program->chunk);
}

static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *room)
{
    Program *program = stream->data;

    (void)room;
    if (length < 0) {
        stop_reading(program);
    } else if (program->output.length + (size_t)length > program->output_max) {
        program->is_too_long = true;
        end_group(program);
        stop_reading(program);
    } else {
        buffer_add(&program->output, program->chunk, (size_t)length);
    }
}

static int spawn(Program *program, uv_loop_t *loop, const ProgramOptions *options)
{
    uv_stdio_container_t ends[3] = {
        {.flags = UV_IGNORE                        },
        {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&program->pipe},
        {.flags = UV_IGNORE                                         }
    };
    uv_process_options_t order = {
        .exit_cb = on_exit_of,
        .file = options->arguments[0],
        .args = (char **)options->arguments,
        .env = (char **)options->environment,
        .flags = UV_PROCESS_DETACHED,
        .stdio_count = 3,
        .stdio = ends,
    };

    uv_pipe_init(loop, &program->pipe, 0);
    program->open_handles = 2;
    program->pipe.data = program->process.data = program;
    return uv_spawn(loop, &program->process, &order);
}

bool program_start(Loop *loop, const ProgramOptions *options, Program **out_program, Error *err)
{
    Program *program = MEMORY_NEW(Program);
    int failed = spawn(program, loop_uv(loop), options);

    program->output_max = options->output_max;
    program->timeout_ms = options->timeout_ms;
    if (failed != 0) {
        program->has_exited = true;
        program_free(program);
        return failed == UV_ENOENT
                   ? error_set(err, ERR_NOT_FOUND, "there is no such program")
                   : error_set(err, ERR_INPUT, "cannot be run: %s", uv_strerror(failed));
    }
    uv_read_start((uv_stream_t *)&program->pipe, on_room, on_read);
    program->timer = timer_new(loop, on_late, program);
    timer_start(program->timer, options->timeout_ms);
    *out_program = program;
    return true;
}

bool program_is_over(const Program *program)
{
    return program->has_exited && program->is_silent;
}

bool program_output(Program *program, Buffer *out_output, Error *err)
{
    char limit[CLOCK_TEXT_MAX];

    if (program->is_late)
        return error_set(err, ERR_TIMEOUT, "did not end within %s",
                         clock_duration(program->timeout_ms, limit));
    if (program->is_too_long)
        return error_set(err, ERR_UNAVAILABLE, "said more than %zu bytes", program->output_max);
    if (program->signal != 0)
        return error_set(err, ERR_UNAVAILABLE, "was ended by signal %d", program->signal);
    if (program->status != 0)
        return error_set(err, ERR_UNAVAILABLE, "ended with status %lld",
                         (long long)program->status);
    *out_output = program->output;
    program->output = (Buffer){0};
    return true;
}

void program_free(Program *program)
{
    if (program == NULL)
        return;
    end_group(program);
    timer_free(program->timer);
    if (program->output.data != NULL)
        explicit_bzero(program->output.data, program->output.capacity);
    buffer_release(&program->output);
    close_handle(program, (uv_handle_t *)&program->pipe);
    close_handle(program, (uv_handle_t *)&program->process);
}
