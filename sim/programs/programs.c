/*
 * sim/programs/programs.c - the life of each program that is played: started, read, its turns taken, written, ended.
 *
 * All goes well: on_input collects what it reads to its end; a moment later the fault points are asked, and it has its turns, one for each
 * time the timer fires; then both outputs are written, and when that is done its ends are closed and the seam is told. Goes wrong: it
 * is killed, at any of these moments, and ends there (end); who should read what it says is gone (the write fails, and it goes on).
 * What is left of it goes with its last closed handle.
 */
#include "sim/programs/programs.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "sim/seam/seam.h"

enum { INPUT_CHUNK = 65536 };

/* From being started to its first turn: a process, its libraries, its settings. */
static const Span BEGINS = {.lowest = 20, .highest = 150};

typedef struct Running Running;

struct Programs {
    World *world;
    Random *randoms; /* one for each row of the table */
    Running *running;
};

struct Running {
    Running *next;
    struct Programs *programs;
    const PlayedProgram *program;
    int pid;
    Play play;
    char **words, **environment;
    uv_pipe_t input, output, errors;
    uv_write_t writings[2];
    int to_write, open_handles;
    Timer *timer;
    Fault fault;
    int signal; /* it ends by, after what it says; 0: by itself */
    bool has_begun, has_ended;
    char chunk[INPUT_CHUNK];
};

/* ---- telling ------------------------------------------------------------------------------------------------------------------------ */

static void tell(const Running *running, const char *kind, cJSON *data, const char *how)
{
    cJSON_AddStringToObject(data, "name", running->program->name);
    trace_add(running->programs->world->trace, "desk", kind, data, "desk: %s %s",
              running->program->name, how);
}

static void tell_end(const Running *running, int status, int signal)
{
    cJSON *data = cJSON_CreateObject();
    char how[64];

    cJSON_AddNumberToObject(data, signal ? "signal" : "status", signal ? signal : status);
    snprintf(how, sizeof how, signal ? "was ended by signal %d" : "ended with status %d",
             signal ? signal : status);
    tell(running, EVENT_PROGRAM_ENDED, data, how);
}

/* What is being done, for the fault points. */
static FaultCall call_of(const Running *running)
{
    const char *first = running->play.words[1];

    return (FaultCall){.point = "program.run",
                       .site = "desk",
                       .verb = "RUN",
                       .resource = running->program->name,
                       .name = first != NULL ? first : "",
                       .client = "desk"};
}

static void prove(const Running *running, const char *how)
{
    FaultCall call = call_of(running);
    char evidence[120];

    snprintf(evidence, sizeof evidence, "%s %s", running->program->name, how);
    fault_witness(world_points(running->programs->world), &running->fault, &call, evidence);
}

/* ---- end ---------------------------------------------------------------------------------------------------------------------------- */

static void free_list(char **list)
{
    for (size_t i = 0; list[i] != NULL; i++)
        free(list[i]);
    free(list);
}

static void on_closed(uv_handle_t *handle)
{
    Running *running = handle->data;

    if (--running->open_handles > 0)
        return;
    free_list(running->words);
    free_list(running->environment);
    buffer_release(&running->play.input);
    buffer_release(&running->play.output);
    buffer_release(&running->play.errors);
    free(running->play.state);
    free(running);
}

static void close_end(uv_pipe_t *end)
{
    if (end->loop != NULL && !uv_is_closing((uv_handle_t *)end))
        uv_close((uv_handle_t *)end, on_closed);
}

static void unlink_running(Running *running)
{
    Running **link = &running->programs->running;

    while (*link != running)
        link = &(*link)->next;
    *link = running->next;
}

/* It is no more, whatever it was about to do. */
static void end(Running *running, int status, int signal)
{
    running->has_ended = true;
    unlink_running(running);
    timer_free(running->timer);
    running->timer = NULL;
    tell_end(running, status, signal);
    running->open_handles++; /* so that it lives to the end of this function */
    close_end(&running->input);
    close_end(&running->output);
    close_end(&running->errors);
    seam_end_program(running->pid, status, signal);
    on_closed(&(uv_handle_t){.data = running});
}

static void kill_running(void *owner, int pid, int signal)
{
    struct Programs *programs = owner;

    for (Running *running = programs->running; running != NULL; running = running->next)
        if (running->pid == pid) {
            end(running, 0, signal);
            return;
        }
}

/* ---- what it says ------------------------------------------------------------------------------------------------------------------- */

static void wrote_one(Running *running)
{
    if (--running->to_write == 0 && !running->has_ended)
        end(running, running->play.status, running->signal);
}

static void on_written(uv_write_t *writing, int status)
{
    (void)status;
    wrote_one(writing->data);
}

static void write_out(Running *running, int which, uv_pipe_t *end, const Buffer *text)
{
    uv_write_t *writing = &running->writings[which];
    uv_buf_t bytes = uv_buf_init(text->data, (unsigned)text->length);

    writing->data = running;
    if (end->loop == NULL || text->length == 0 ||
        uv_write(writing, (uv_stream_t *)end, &bytes, 1, on_written) != 0)
        wrote_one(running);
}

static void say_and_end(Running *running)
{
    running->to_write = 3; /* with this function, which goes last */
    write_out(running, 0, &running->output, &running->play.output);
    write_out(running, 1, &running->errors, &running->play.errors);
    wrote_one(running);
}

/* ---- its turns ---------------------------------------------------------------------------------------------------------------------- */

static void finish(Running *running)
{
    Buffer *output = &running->play.output;

    switch (running->fault.kind) {
    case FAULT_LOSE_REPLY:
        prove(running, "did its work and did not end");
        return;
    case FAULT_CUT:
        if (running->fault.cut_after < output->length)
            output->length = running->fault.cut_after;
        running->signal = SIGKILL;
        prove(running, "was killed in the middle of what it said");
        break;
    default:
        break;
    }
    say_and_end(running);
}

static bool wants_version(const Running *running)
{
    return running->program->version != NULL && play_has_word(&running->play, "--version");
}

static void take_turn(Running *running)
{
    int64_t pause_ms = PLAY_ENDS;

    if (wants_version(running))
        buffer_format(&running->play.output, "%s\n", running->program->version);
    else
        pause_ms = running->program->turn(&running->play);
    running->play.turn++;
    if (pause_ms == PLAY_ENDS)
        finish(running);
    else
        timer_start(running->timer, pause_ms);
}

/* True: it does what it is for. */
static bool is_allowed(Running *running)
{
    Fault *fault = &running->fault;

    switch (fault->kind) {
    case FAULT_FAIL:
        play_fail(&running->play, fault->code, "%s", fault->text ? fault->text : "it failed");
        prove(running, "failed");
        say_and_end(running);
        return false;
    case FAULT_DROP:
        prove(running, "did nothing and said that it had");
        say_and_end(running);
        return false;
    case FAULT_HANG:
        prove(running, "hangs and does nothing");
        return false;
    case FAULT_RESET:
        prove(running, "was killed before it did anything");
        end(running, 0, SIGKILL);
        return false;
    case FAULT_DELAY:
        prove(running, "begins late");
        timer_start(running->timer, fault->delay_ms);
        return false;
    default:
        return true;
    }
}

static void on_turn(void *owner)
{
    Running *running = owner;
    FaultCall call = call_of(running);

    if (!running->has_begun) {
        running->has_begun = true;
        running->fault = fault_ask(world_points(running->programs->world), &call);
        if (!is_allowed(running))
            return;
    }
    take_turn(running);
}

/* ---- beginning ---------------------------------------------------------------------------------------------------------------------- */

static void begin_turns(Running *running)
{
    close_end(&running->input);
    buffer_add(&running->play.input, "", 0); /* a text even if nothing came */
    timer_start(running->timer, span_draw(&BEGINS, running->play.random));
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *out_room)
{
    Running *running = handle->data;

    (void)suggested;
    *out_room = uv_buf_init(running->chunk, sizeof running->chunk);
}

static void on_input(uv_stream_t *stream, ssize_t length, const uv_buf_t *bytes)
{
    Running *running = stream->data;

    if (length < 0)
        begin_turns(running);
    else
        buffer_add(&running->play.input, bytes->base, (size_t)length);
}

static void open_end(Running *running, uv_pipe_t *end, int fd)
{
    if (fd < 0)
        return;
    uv_pipe_init(loop_uv(running->programs->world->loop), end, 0);
    uv_pipe_open(end, fd);
    end->data = running;
    running->open_handles++;
}

static char **copy_list(const char *const *list)
{
    size_t count = 0;
    char **copy;

    while (list[count] != NULL)
        count++;
    copy = memory_new(count + 1, sizeof *copy);
    for (size_t i = 0; i < count; i++)
        copy[i] = memory_text(list[i]);
    return copy;
}

static Running *running_new(struct Programs *programs, size_t row, const SeamSpawn *spawn)
{
    Running *running = MEMORY_NEW(Running);

    running->programs = programs;
    running->program = played_program(row);
    running->pid = spawn->pid;
    running->words = copy_list(spawn->words);
    running->environment = copy_list(spawn->environment);
    running->play = (Play){.world = programs->world,
                           .words = (const char *const *)running->words,
                           .environment = (const char *const *)running->environment,
                           .random = &programs->randoms[row]};
    open_end(running, &running->input, spawn->ends[0]);
    open_end(running, &running->output, spawn->ends[1]);
    open_end(running, &running->errors, spawn->ends[2]);
    running->timer = timer_new(programs->world->loop, on_turn, running);
    running->next = programs->running;
    programs->running = running;
    return running;
}

static bool start(void *owner, const SeamSpawn *spawn)
{
    const char *slash = strrchr(spawn->words[0], '/');
    const char *name = slash != NULL ? slash + 1 : spawn->words[0];
    const PlayedProgram *program;
    Running *running;
    size_t row = 0;

    while ((program = played_program(row)) != NULL && strcmp(program->name, name) != 0)
        row++;
    if (program == NULL)
        return false;
    running = running_new(owner, row, spawn);
    tell(running, EVENT_PROGRAM_STARTED, cJSON_CreateObject(), "started");
    if (spawn->ends[0] < 0)
        begin_turns(running);
    else
        uv_read_start((uv_stream_t *)&running->input, on_room, on_input);
    return true;
}

/* ---- the world's ------------------------------------------------------------------------------------------------------------------- */

struct Programs *programs_new(World *world)
{
    struct Programs *programs = MEMORY_NEW(struct Programs);
    size_t count = 0;

    programs->world = world;
    while (played_program(count) != NULL)
        count++;
    programs->randoms = memory_new(count + 1, sizeof *programs->randoms);
    for (size_t i = 0; i < count; i++) {
        char *stream = memory_format("program/%s", played_program(i)->name);

        programs->randoms[i] = world_random(world, stream);
        free(stream);
    }
    if (world->is_simulated)
        seam_play_programs(&(SeamPlayer){.start = start, .kill = kill_running, .owner = programs});
    return programs;
}

void programs_free(struct Programs *programs)
{
    if (programs == NULL)
        return;
    while (programs->running != NULL)
        end(programs->running, 0, SIGKILL);
    if (programs->world->is_simulated)
        seam_play_programs(NULL);
    free(programs->randoms);
    free(programs);
}
