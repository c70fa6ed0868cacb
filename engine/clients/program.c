/*
 * engine/clients/program.c - another program, run on the loop: it gets words and input, says something, and ends.
 *
 * All goes well: it is spawned, reads its input, says what it has to say, closes its outputs and exits; the last two come in any order.
 * Goes wrong: it takes too long, says too much or is to stop; then it and its children are killed, and only its exit is waited for. It
 * leaves behind somebody who holds its outputs: then the deadline ends the waiting, and its status stands. The last closed handle frees
 * what program_free left.
 */
#include "engine/clients/program.h"

#include <ctype.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"

typedef enum { NOT_KILLED, KILLED_LATE, KILLED_TALKING, KILLED_UNHEARD, KILLED_STOPPED } WhyKilled;

struct Program {
    uv_process_t process;
    uv_pipe_t input, output, errors;
    uv_write_t writing;
    Timer *deadline;
    Buffer said, to_read;
    size_t output_max;
    ProgramHearer *on_output;
    void *owner;
    int open_handles, open_outputs;
    int64_t timeout_ms, status;
    int signal;
    bool has_exited;
    WhyKilled killed;
    char line[sizeof((ProgramEnd *)0)->last_words]; /* the last one of errors */
    size_t line_length;
    bool is_line_complete; /* what comes next begins a new one */
    char chunk[4096];
};

static void wipe(Buffer *buffer)
{
    if (buffer->data != NULL)
        explicit_bzero(buffer->data, buffer->capacity);
    buffer_release(buffer);
}

static void on_closed(uv_handle_t *handle)
{
    Program *program = handle->data;

    if (--program->open_handles > 0)
        return;
    wipe(&program->to_read); /* not before: the loop may still have been writing it */
    explicit_bzero(program->chunk, sizeof program->chunk);
    free(program);
}

static void close_pipe(uv_pipe_t *pipe)
{
    if (pipe->loop != NULL && !uv_is_closing((uv_handle_t *)pipe))
        uv_close((uv_handle_t *)pipe, on_closed);
}

/* Its children too, also when it has gone before them. */
static void end_group(const Program *program)
{
    if (program->process.pid > 0)
        kill(-program->process.pid, SIGKILL);
}

static void end_output(Program *program, uv_pipe_t *pipe)
{
    program->open_outputs--;
    close_pipe(pipe);
}

static void stop_listening(Program *program)
{
    program->open_outputs = 0;
    close_pipe(&program->output);
    close_pipe(&program->errors);
}

static void kill_program(Program *program, WhyKilled why)
{
    if (!program->has_exited)
        program->killed = why;
    end_group(program);
    stop_listening(program);
}

static void on_late(void *owner)
{
    kill_program(owner, KILLED_LATE);
}

static void on_exit_of(uv_process_t *process, int64_t status, int signal)
{
    Program *program = process->data;

    program->has_exited = true;
    program->status = status;
    program->signal = signal;
}

/* ---- what it reads and says ------------------------------------------------------------------- */

/* Written, or it does not want to read more: it hears that there is no more. */
static void on_written(uv_write_t *writing, int status)
{
    (void)status;
    close_pipe((uv_pipe_t *)writing->handle);
}

static void write_input(Program *program)
{
    uv_buf_t bytes = uv_buf_init(program->to_read.data, (unsigned)program->to_read.length);

    if (uv_write(&program->writing, (uv_stream_t *)&program->input, &bytes, 1, on_written) != 0)
        close_pipe(&program->input);
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *out_room)
{
    Program *program = handle->data;

    (void)suggested;
    *out_room = uv_buf_init(program->chunk, sizeof program->chunk);
}

/* Kept, or given to who wants to hear it. */
static void on_output(uv_stream_t *stream, ssize_t length, const uv_buf_t *bytes)
{
    Program *program = stream->data;

    if (length < 0) {
        end_output(program, &program->output);
    } else if (program->on_output) {
        if (!program->on_output(program->owner, bytes->base, (size_t)length))
            kill_program(program, KILLED_UNHEARD);
    } else if (program->said.length + (size_t)length > program->output_max) {
        kill_program(program, KILLED_TALKING);
    } else {
        buffer_add(&program->said, bytes->base, (size_t)length);
    }
}

static void hear(Program *program, char byte)
{
    if (byte == '\n') {
        program->is_line_complete = true;
        return;
    }
    if (program->is_line_complete)
        program->line_length = 0;
    program->is_line_complete = false;
    if (program->line_length + 1 < sizeof program->line)
        program->line[program->line_length++] = isprint((unsigned char)byte) ? byte : '?';
    program->line[program->line_length] = '\0';
}

static void on_errors(uv_stream_t *stream, ssize_t length, const uv_buf_t *bytes)
{
    Program *program = stream->data;

    for (ssize_t i = 0; i < length; i++)
        hear(program, bytes->base[i]);
    if (length < 0)
        end_output(program, &program->errors);
}

/* ---- start ------------------------------------------------------------------------------------ */

static bool is_named_in(const char *const *list, const char *line)
{
    size_t length = strcspn(line, "=") + 1;

    for (; *list != NULL; list++)
        if (strncmp(*list, line, length) == 0)
            return true;
    return false;
}

/* Ours with theirs behind it; the texts are borrowed. */
static char **joined_environment(const char *const *added)
{
    static const char *const NOTHING[] = {NULL};
    size_t own = 0, more = 0, count = 0;
    char **all;

    added = added != NULL ? added : NOTHING;
    while (environ[own] != NULL)
        own++;
    while (added[more] != NULL)
        more++;
    all = memory_new(own + more + 1, sizeof *all);
    for (size_t i = 0; i < own; i++)
        if (!is_named_in(added, environ[i]))
            all[count++] = environ[i];
    memcpy(all + count, added, more * sizeof *all);
    return all;
}

static uv_stdio_container_t pipe_of(Program *program, Loop *loop, uv_pipe_t *pipe, unsigned way)
{
    uv_pipe_init(loop_uv(loop), pipe, 0);
    pipe->data = program;
    program->open_handles++;
    return (uv_stdio_container_t){.flags = UV_CREATE_PIPE | way,
                                  .data.stream = (uv_stream_t *)pipe};
}

static bool is_heard(const ProgramOptions *options)
{
    return options->output_max > 0 || options->on_output;
}

static int spawn(Program *program, const ProgramOptions *options)
{
    char **environment = joined_environment(options->environment);
    uv_stdio_container_t ends[3] = {{.flags = UV_IGNORE}, {.flags = UV_IGNORE}};
    uv_process_options_t order = {.exit_cb = on_exit_of,
                                  .file = options->words[0],
                                  .args = (char **)options->words,
                                  .env = environment,
                                  .flags = UV_PROCESS_DETACHED,
                                  .stdio_count = 3,
                                  .stdio = ends};
    int failed;

    if (options->input != NULL)
        ends[0] = pipe_of(program, options->loop, &program->input, UV_READABLE_PIPE);
    if (is_heard(options))
        ends[1] = pipe_of(program, options->loop, &program->output, UV_WRITABLE_PIPE);
    ends[2] = pipe_of(program, options->loop, &program->errors, UV_WRITABLE_PIPE);
    program->process.data = program;
    program->open_handles++;
    failed = uv_spawn(loop_uv(options->loop), &program->process, &order);
    free(environment);
    return failed;
}

static void begin(Program *program, const ProgramOptions *options)
{
    if (is_heard(options)) {
        program->open_outputs++;
        uv_read_start((uv_stream_t *)&program->output, on_room, on_output);
    }
    program->open_outputs++;
    uv_read_start((uv_stream_t *)&program->errors, on_room, on_errors);
    if (options->input != NULL) {
        buffer_add(&program->to_read, options->input, options->input_length);
        write_input(program);
    }
    program->deadline = timer_new(options->loop, on_late, program);
    timer_start(program->deadline, options->timeout_ms);
}

bool program_start(const ProgramOptions *options, Program **out_program, Error *err)
{
    Program *program = MEMORY_NEW(Program);
    int failed = spawn(program, options);

    program->output_max = options->output_max;
    program->on_output = options->on_output;
    program->owner = options->owner;
    program->timeout_ms = options->timeout_ms;
    if (failed != 0) {
        program->process.pid = 0;
        program_free(program);
        return failed == UV_ENOENT
                   ? error_set(err, ERR_INVALID, "is not there")
                   : error_set(err, ERR_INVALID, "cannot be run: %s", uv_strerror(failed));
    }
    begin(program, options);
    *out_program = program;
    return true;
}

/* ---- end -------------------------------------------------------------------------------------- */

bool program_is_over(const Program *program)
{
    return program->has_exited && program->open_outputs == 0;
}

bool program_end(Program *program, ProgramEnd *out_end, Error *err)
{
    char limit[CLOCK_TEXT_MAX];

    switch (program->killed) {
    case KILLED_LATE:
        return error_set(err, ERR_AMBIGUOUS, "did not end within %s and was killed",
                         clock_duration(program->timeout_ms, limit));
    case KILLED_TALKING:
        return error_set(err, ERR_AMBIGUOUS, "said more than %zu bytes and was killed",
                         program->output_max);
    case KILLED_UNHEARD:
        return error_set(err, ERR_AMBIGUOUS, "was killed, since what it said was of no use");
    case KILLED_STOPPED:
        return error_set(err, ERR_STOPPED, "was stopped");
    case NOT_KILLED:
        break;
    }
    if (program->signal != 0)
        return error_set(err, ERR_AMBIGUOUS, "was ended by signal %d", program->signal);
    *out_end = (ProgramEnd){.status = (int)program->status, .output = program->said};
    memcpy(out_end->last_words, program->line, sizeof out_end->last_words);
    program->said = (Buffer){0};
    return true;
}

void program_end_release(ProgramEnd *end)
{
    wipe(&end->output);
    *end = (ProgramEnd){0};
}

/* What is left of its group goes too: nobody may change anything after we have said how it ended. */
void program_free(Program *program)
{
    if (program == NULL)
        return;
    end_group(program);
    timer_free(program->deadline);
    wipe(&program->said);
    close_pipe(&program->input);
    close_pipe(&program->output);
    close_pipe(&program->errors);
    uv_close((uv_handle_t *)&program->process, on_closed);
}

/* ---- with waiting ----------------------------------------------------------------------------- */

typedef struct {
    const Program *program;
    const bool *stop; /* NULL: nobody wants it to */
} Wait;

static bool is_over(void *owner)
{
    const Wait *wait = owner;

    return program_is_over(wait->program) || (wait->stop != NULL && *wait->stop);
}

bool program_run(const ProgramOptions *options, ProgramEnd *out_end, Error *err)
{
    Program *program = NULL;
    Error why;
    bool ok;

    if (!program_start(options, &program, &why))
        return error_set(err, why.code, "%s %s", options->words[0], why.message);
    loop_run_until(options->loop, is_over, &(Wait){.program = program, .stop = options->stop});
    if (!program_is_over(program))
        kill_program(program, KILLED_STOPPED);
    loop_run_until(options->loop, is_over, &(Wait){.program = program});
    ok = program_end(program, out_end, &why);
    program_free(program);
    return ok ||
           error_set(err, why.code, "%s %s; it may have been done", options->words[0], why.message);
}
